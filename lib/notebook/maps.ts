/**
 * Decision maps: what classifiers answer over the plane, with the examples they were shown.
 */
import { panelTitle, axisSuffix, type ChartText } from './charts';
import { axis, layoutOf, type Figure, type Trace } from './figure';

/** One map. */
export interface MapPanel {
  readonly title: string;
  /** The probability of class 1: [row of the second coordinate][column of the first]. */
  readonly shares: readonly (readonly number[])[];
}

/** Colours of class 0, of doubt, of class 1. */
const SCALE = [
  [0, '#4477AA'],
  [0.5, '#F7F7F7'],
  [1, '#CC6677'],
];

/**
 * Maps side by side over the same square, each with the same examples: circles are of class 0,
 * crosses of class 1.
 *
 * @param side the coordinates of the maps' points, in both directions
 */
export function decisionPanels(
  panels: readonly MapPanel[],
  side: readonly number[],
  shown: { readonly X: readonly (readonly number[])[]; readonly y: readonly number[] },
  text: ChartText,
  perRow = 4,
): Figure {
  const columns = Math.min(perRow, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const [gapX, gapY] = [0.035, rows > 1 ? 0.44 / rows : 0];
  const [width, height] = [(1 - gapX * (columns - 1)) / columns, (1 - gapY * (rows - 1)) / rows];
  const layout: Record<string, unknown> = {};
  const annotations: unknown[] = [];
  const reach = [side[0]!, side.at(-1)!];
  const data = panels.flatMap(({ title, shares }, i): Trace[] => {
    const [x0, y1] = [
      (i % columns) * (width + gapX),
      1 - Math.floor(i / columns) * (height + gapY),
    ];
    const small = {
      tickfont: { size: 9 },
      showgrid: false,
      range: reach,
      zeroline: false,
      nticks: 5,
    };
    layout[`xaxis${axisSuffix(i)}`] = axis({
      domain: [x0, x0 + width],
      anchor: `y${axisSuffix(i)}`,
      ...small,
    });
    layout[`yaxis${axisSuffix(i)}`] = axis({
      domain: [y1 - height, y1],
      anchor: `x${axisSuffix(i)}`,
      ...small,
      showticklabels: i % columns === 0,
    });
    annotations.push(panelTitle(title, x0 + width / 2, y1));
    const axes = { xaxis: `x${axisSuffix(i)}`, yaxis: `y${axisSuffix(i)}` };
    const points = [0, 1].map((c): Trace => {
      const own = shown.X.filter((_, k) => shown.y[k] === c);
      return {
        type: 'scatter',
        mode: 'markers',
        name: `class ${c}`,
        showlegend: i === 0,
        x: own.map(([a]) => a),
        y: own.map(([, b]) => b),
        marker: {
          symbol: c === 0 ? 'circle' : 'x',
          size: 8,
          color: c === 0 ? '#1A3A6B' : '#8B1A2B',
          line: { width: 1, color: '#FFFFFF' },
        },
        ...axes,
      };
    });
    const map: Trace = {
      type: 'heatmap',
      x: side,
      y: side,
      z: shares,
      zmin: 0,
      zmax: 1,
      colorscale: SCALE,
      showscale: false,
      ...axes,
    };
    return [map, ...points];
  });
  return {
    data,
    layout: layoutOf(text.title, text.caption, {
      ...layout,
      annotations,
      height: 190 + rows * 190,
      margin: { l: 46, t: 84 },
    }),
    alt: text.alt,
  };
}
