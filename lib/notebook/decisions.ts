/**
 * Decision charts: questions and advice in boxes on a grid, arrows between them.
 */
import { demand } from '../core/errors';
import type { ChartText } from './charts';
import { layoutOf, wrap, type Figure, type Trace } from './figure';

/** A box: a question has arrows that leave it, advice has none. */
export interface DecisionBox {
  readonly key: string;
  readonly text: string;
  /** Column from the left and row from above; halves are allowed. */
  readonly column: number;
  readonly row: number;
}

/** An arrow from one box to another, with the answer that leads along it. */
export interface DecisionArrow {
  readonly from: string;
  readonly to: string;
  readonly answer: string;
}

/** Of a box, in parts of a column and a row. */
const [WIDE, HIGH] = [0.86, 0.62];
/** From one line of words to the next, in parts of a row. */
const LINE = 0.13;
/** How far an answer stands beside its arrow, in parts of a column. */
const BESIDE = 0.11;

/** Words at places: as points, which every renderer puts where they belong. */
const words = (
  all: readonly { readonly text: string; readonly x: number; readonly y: number }[],
): Trace => ({
  type: 'scatter',
  mode: 'text',
  x: all.map(({ x }) => x),
  y: all.map(({ y }) => y),
  text: all.map(({ text }) => text),
  textposition: 'middle center',
  textfont: { size: 11 },
  showlegend: false,
  hoverinfo: 'skip',
});

/**
 * A decision chart.
 *
 * @throws CourseError when an arrow names no box
 */
export function decisionChart(
  boxes: readonly DecisionBox[],
  arrows: readonly DecisionArrow[],
  text: ChartText,
): Figure {
  const byKey = new Map(boxes.map((box) => [box.key, box]));
  const boxOf = (key: string): DecisionBox => {
    const box = byKey.get(key);
    demand(
      box !== undefined,
      () => `An arrow names the box '${key}', which is not there.`,
      `Use one of: ${[...byKey.keys()].join(', ')}.`,
    );
    return box;
  };
  const columns = 1 + Math.max(...boxes.map(({ column }) => column));
  const rows = 1 + Math.max(...boxes.map(({ row }) => row));
  const letters = Math.floor((108 * WIDE) / columns);
  const asks = new Set(arrows.map(({ from }) => from));
  const data = (x: number, y: number): Record<string, unknown> => ({ xref: 'x', yref: 'y', x, y });
  return {
    data: [
      words(
        boxes.flatMap(({ text: all, column, row }) => {
          const lines = wrap(all, letters);
          return lines.map((line, i) => ({
            text: line,
            x: column,
            y: row + LINE * (i - (lines.length - 1) / 2),
          }));
        }),
      ),
      words(
        arrows.map(({ from, to, answer }) => {
          const [a, b] = [boxOf(from), boxOf(to)];
          const aside = b.column < a.column ? -BESIDE : BESIDE;
          return {
            text: answer,
            x: (a.column + b.column) / 2 + aside,
            y: (a.row + b.row) / 2 - LINE / 4,
          };
        }),
      ),
    ],
    layout: layoutOf(text.title, text.caption, {
      height: 150 + 120 * rows,
      margin: { l: 20, r: 20, t: 56 },
      showlegend: false,
      xaxis: { range: [-0.5, columns - 0.5], visible: false },
      yaxis: { range: [rows - 0.6, -0.4], visible: false },
      shapes: boxes.map(({ key, column, row }) => ({
        type: 'rect',
        x0: column - WIDE / 2,
        x1: column + WIDE / 2,
        y0: row - HIGH / 2,
        y1: row + HIGH / 2,
        line: { color: asks.has(key) ? '#332288' : '#117733', width: 1.5 },
        fillcolor: asks.has(key) ? '#F1EFF9' : '#ECF5EE',
        layer: 'below',
      })),
      annotations: [
        ...arrows.map(({ from, to }) => {
          const [a, b] = [boxOf(from), boxOf(to)];
          return {
            ...data(b.column, b.row - HIGH / 2),
            axref: 'x',
            ayref: 'y',
            ax: a.column,
            ay: a.row + HIGH / 2,
            text: '',
            showarrow: true,
            arrowhead: 2,
            arrowwidth: 1.2,
            arrowcolor: '#666666',
          };
        }),
      ],
    }),
    alt: text.alt,
  };
}
