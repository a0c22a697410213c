/**
 * A figure is plotly data with a caption and a description for readers who cannot see it.
 */

/** A plotly trace: plain JSON, see plotly.com/javascript/reference. */
export type Trace = Readonly<Record<string, unknown>>;

/** A figure, ready to be shown, saved or put into the book. */
export interface Figure {
  readonly data: readonly Trace[];
  readonly layout: Readonly<Record<string, unknown>>;
  /** What the figure shows, in one or two sentences for a screen reader. */
  readonly alt: string;
}

export const FONT = 'DejaVu Sans';
export const WIDTH = 760;
const [LEFT, TOP] = [80, 56];

/** A layout in the course's style; the caption below the plot names seeds and band. */
export function layoutOf(
  title: string,
  caption: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const { margin, annotations, ...rest } = more;
  const lines = wrap(caption, 108);
  const bottom = 74 + 17 * lines.length;
  const left = (margin as { readonly l?: number } | undefined)?.l ?? LEFT;
  const height = typeof more['height'] === 'number' ? more['height'] : 430;
  // above a slider or a menu the title stays at the top
  const top = (margin as { readonly t?: number } | undefined)?.t ?? TOP;
  const place = top > 100 ? { y: 1 - TOP / 2 / height, yanchor: 'middle' } : {};
  return {
    width: WIDTH,
    height,
    template: 'none',
    font: { family: FONT, size: 13, color: '#222222' },
    title: { text: title, x: 0.02, xanchor: 'left', font: { size: 16 }, ...place },
    margin: { l: LEFT, r: 24, t: TOP, b: bottom, ...((margin as object | undefined) ?? {}) },
    paper_bgcolor: '#ffffff',
    plot_bgcolor: '#ffffff',
    legend: { x: 1.02, y: 1, xanchor: 'left' },
    ...rest,
    annotations: [
      ...((annotations as unknown[] | undefined) ?? []),
      {
        text: lines.join('<br>'),
        showarrow: false,
        xref: 'paper',
        yref: 'paper',
        x: 0,
        y: 0,
        xshift: Math.min(0, LEFT - left), // the caption begins at the same x for every margin
        yshift: -64,
        xanchor: 'left',
        yanchor: 'top',
        align: 'left',
        font: { size: 11.5, color: '#555555' },
      },
    ],
  };
}

/** Breaks words into lines of at most `most` letters. */
export function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Axis titles as annotations, which have the same position in a browser and in the PNG. */
export const axisTitles = (x: string, y: string, left = 58): unknown[] => [
  {
    text: x,
    showarrow: false,
    xref: 'paper',
    yref: 'paper',
    x: 0.5,
    y: 0,
    yshift: -34,
    xanchor: 'center',
    yanchor: 'top',
    font: { size: 13 },
  },
  {
    text: y,
    showarrow: false,
    xref: 'paper',
    yref: 'paper',
    x: 0,
    y: 0.5,
    xshift: -left,
    xanchor: 'center',
    yanchor: 'middle',
    textangle: -90,
    font: { size: 13 },
  },
];

/** An axis in the course's style; its title is an annotation (axisTitles). */
export const axis = (more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  gridcolor: '#e6e6e6',
  linecolor: '#888888',
  zeroline: false,
  showline: true,
  ticks: 'outside',
  tickcolor: '#888888',
  ...more,
});
