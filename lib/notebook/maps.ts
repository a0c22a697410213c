/**
 * Decision maps: the answers of classifiers over the plane, with the examples of their prompt.
 */
import { checkFields, checkNumbers, checkRows, checkText } from '../core/checks';
import { demand } from '../core/errors';
import { checkChartText, checkObjects, checkPerRow } from './arguments';
import type { ChartText } from './charts';
import { layoutOf, type Figure, type Trace } from './figure';
import { axesInBox, panelAxes, panelGrid, panelTitle } from './grid';

/** One map. */
export interface MapPanel {
  readonly title: string;
  /** The probability of class 1: [row of the second coordinate][column of the first]. */
  readonly shares: readonly (readonly number[])[];
}

/** Colours of the probabilities 0, 1/2 and 1 of class 1. */
const SCALE = [
  [0, '#4477AA'],
  [0.5, '#F7F7F7'],
  [1, '#CC6677'],
];

/** Labelled points of the plane. */
interface LabelledPoints {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
}

/** The examples of one class. */
function classPoints(shown: LabelledPoints, c: 0 | 1): Trace {
  const own = shown.X.filter((_, k) => shown.y[k] === c);
  return {
    type: 'scatter',
    mode: 'markers',
    name: `class ${c}`,
    x: own.map(([a]) => a),
    y: own.map(([, b]) => b),
    marker: {
      symbol: c === 0 ? 'circle' : 'x',
      size: 8,
      color: c === 0 ? '#1A3A6B' : '#8B1A2B',
      line: { width: 1, color: '#FFFFFF' },
    },
  };
}

/** Refuses maps and examples that do not lie in one square. */
function checkMaps(
  panels: readonly MapPanel[],
  side: readonly number[],
  shown: LabelledPoints,
): void {
  checkObjects('panels', panels, { title: checkText, shares: checkRows });
  checkNumbers('side', side, 2);
  checkFields('shown', shown, { X: (name, X) => checkRows(name, X, 0), y: checkNumbers });
  for (const [i, { shares }] of panels.entries())
    demand(
      shares.length === side.length && shares[0]!.length === side.length,
      () =>
        `panels[${i}] has ${shares.length} x ${shares[0]!.length} points for a side of ` +
        `${side.length}.`,
      'Give the side that the map was made with.',
    );
  demand(
    shown.X.length === shown.y.length && shown.X.every(({ length }) => length === 2),
    () => `${shown.X.length} examples were given with ${shown.y.length} classes.`,
    'Give two numbers and one class for each.',
  );
}

/**
 * Maps side by side over the same square, each with the same examples: circles are of class 0,
 * crosses of class 1.
 *
 * @param side the coordinates of the maps' points, in both directions
 * @throws CourseError when there are no maps, or one does not fit its side, or naming what is not as
 *   it has to be
 */
export function decisionPanels(
  panels: readonly MapPanel[],
  side: readonly number[],
  shown: LabelledPoints,
  text: ChartText,
  perRow = 4,
): Figure {
  checkMaps(panels, side, shown);
  checkChartText(text);
  const columns = Math.min(checkPerRow(perRow), panels.length);
  const rows = Math.ceil(panels.length / columns);
  const grid = panelGrid(panels.length, columns, 0.035, rows > 1 ? 0.44 / rows : 0);
  const plain = {
    tickfont: { size: 9 },
    showgrid: false,
    range: [side[0]!, side.at(-1)!],
    zeroline: false,
    nticks: 5,
  };
  const axes = grid.map((box, i) =>
    axesInBox(i, box, plain, { ...plain, showticklabels: box.column === 0 }),
  );
  const mapOf = ({ shares }: MapPanel): Trace => ({
    type: 'heatmap',
    x: side,
    y: side,
    z: shares,
    zmin: 0,
    zmax: 1,
    colorscale: SCALE,
    showscale: false,
  });
  const data = panels.flatMap((panel, i): Trace[] => {
    const points = ([0, 1] as const).map((c) => ({
      ...classPoints(shown, c),
      showlegend: i === 0,
    }));
    return [mapOf(panel), ...points].map((trace) => ({ ...trace, ...panelAxes(i) }));
  });
  return {
    data,
    layout: layoutOf(text.title, text.caption, {
      ...(Object.assign({}, ...axes) as Record<string, unknown>),
      annotations: panels.map(({ title }, i) => panelTitle(title, grid[i]!)),
      height: 190 + rows * 190,
      margin: { l: 46, t: 84 },
    }),
    alt: text.alt,
  };
}
