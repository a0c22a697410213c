// A figure's layout for a page that is narrower than the figure: the plot takes the width that there
// is, title and caption break into more lines, and the legend stands below the caption. A script of
// the pages; it has no other effect than the function `fitted`.
/* exported fitted */

const LETTER = { title: 8.6, caption: 6.7, legend: 7.4 }; // mean widths, in pixels
const LINE = { title: 21, caption: 17, legend: 22 };
const SYMBOL = 46; // of a line of the legend
const NARROWEST = { one: 340, several: 560 }; // panels beside each other need more

/** Words in lines of at most so many letters. */
function broken(text, most) {
  const lines = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The caption among the annotations: the one that hangs below the axis, at its left. */
const isCaption = ({ xref, yref, y, yanchor, xanchor, align }) =>
  xref === 'paper' &&
  yref === 'paper' &&
  y === 0 &&
  yanchor === 'top' &&
  xanchor === 'left' &&
  align;

/** How many rows a horizontal legend takes. */
function legendRows(data, shapes, width) {
  const shown = data.filter(
    ({ showlegend, visible, name }) => showlegend !== false && visible !== false && name,
  );
  const names = [...shown, ...shapes.filter(({ showlegend }) => showlegend)].map(
    ({ name }) => name,
  );
  const widest = Math.max(0, ...names.map((name) => String(name).length * LETTER.legend + SYMBOL));
  const inRow = Math.max(1, Math.floor(width / Math.max(1, widest)));
  return names.length > 1 || shapes.some(({ showlegend }) => showlegend)
    ? Math.ceil(names.length / inRow)
    : 0;
}

/** A layout like the given one that is at most `width` pixels wide. */
function fitted({ data, layout }, width) {
  const own = layout.width ?? 760;
  const several = Object.keys(layout).some((key) => /^xaxis\d/.test(key));
  const wide = Math.max(Math.floor(width), several ? NARROWEST.several : NARROWEST.one);
  if (!(wide < own)) return layout;
  const { margin = {}, annotations = [], shapes = [], title = {}, sliders, legend } = layout;
  const heading = broken(
    String(title.text ?? '').replaceAll('<br>', ' '),
    (wide - 20) / LETTER.title,
  );
  const letters = (wide - (margin.l ?? 80) - 4) / LETTER.caption;
  const captions = annotations.map((one) =>
    isCaption(one) ? broken(String(one.text).replaceAll('<br>', ' '), letters) : null,
  );
  const before = annotations.find(isCaption);
  const more =
    (captions.find(Boolean)?.length ?? 0) - (before ? before.text.split('<br>').length : 0);
  const rows = layout.showlegend === false ? 0 : legendRows(data, shapes, wide);
  const [top, bottom] = [
    LINE.title * (heading.length - 1),
    LINE.caption * more + LINE.legend * rows,
  ];
  return {
    ...layout,
    width: wide,
    height: (layout.height ?? 430) + top + bottom,
    title: { ...title, text: heading.join('<br>') },
    margin: { ...margin, t: (margin.t ?? 56) + top, r: 12, b: (margin.b ?? 91) + bottom },
    annotations: annotations.map((one, i) =>
      captions[i] ? { ...one, text: captions[i].join('<br>') } : one,
    ),
    legend: {
      ...legend,
      orientation: 'h',
      x: 0,
      xanchor: 'left',
      yref: 'container',
      y: 0.01,
      yanchor: 'bottom',
    },
    ...(sliders ? { sliders: sliders.map((one) => ({ ...one, x: 0.05, len: 0.9 })) } : {}),
  };
}
