/**
 * Decision charts: questions and advice in boxes on a grid, arrows between them.
 */
import { checkText, type Check } from '../core/checks';
import { demand, finiteNumber } from '../core/errors';
import { checkChartText, checkObjects } from './arguments';
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

/** Width and height of a box, in parts of a column and a row. */
const [WIDE, HIGH] = [0.86, 0.62];
/** From one line of words to the next, in parts of a row. */
const LINE = 0.13;
/** Distance of an answer from its arrow, in parts of a column. */
const BESIDE = 0.11;

/** A line of text, centred at a point. */
interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Labels as points of a trace, which every renderer draws at the same position. */
const labelTrace = (labels: readonly Label[]): Trace => ({
  type: 'scatter',
  mode: 'text',
  x: labels.map(({ x }) => x),
  y: labels.map(({ y }) => y),
  text: labels.map(({ text }) => text),
  textposition: 'middle center',
  textfont: { size: 11 },
  showlegend: false,
  hoverinfo: 'skip',
});

/** The text of a box, broken into lines of at most `letters` letters. */
function boxLabels({ text, column, row }: DecisionBox, letters: number): Label[] {
  const lines = wrap(text, letters);
  return lines.map((line, i) => ({
    text: line,
    x: column,
    y: row + LINE * (i - (lines.length - 1) / 2),
  }));
}

/** The answer beside the arrow from a to b. */
const answerLabel = (text: string, a: DecisionBox, b: DecisionBox): Label => ({
  text,
  x: (a.column + b.column) / 2 + (b.column < a.column ? -BESIDE : BESIDE),
  y: (a.row + b.row) / 2 - LINE / 4,
});

/** The rectangle of a box, in the colours of a question or of advice. */
const boxShape = (
  { column, row }: DecisionBox,
  question: boolean,
): Readonly<Record<string, unknown>> => ({
  type: 'rect',
  x0: column - WIDE / 2,
  x1: column + WIDE / 2,
  y0: row - HIGH / 2,
  y1: row + HIGH / 2,
  line: { color: question ? '#332288' : '#117733', width: 1.5 },
  fillcolor: question ? '#F1EFF9' : '#ECF5EE',
  layer: 'below',
});

/** The arrow from the lower edge of a to the upper edge of b. */
const arrowShape = (a: DecisionBox, b: DecisionBox): Readonly<Record<string, unknown>> => ({
  xref: 'x',
  yref: 'y',
  x: b.column,
  y: b.row - HIGH / 2,
  axref: 'x',
  ayref: 'y',
  ax: a.column,
  ay: a.row + HIGH / 2,
  text: '',
  showarrow: true,
  arrowhead: 2,
  arrowwidth: 1.2,
  arrowcolor: '#666666',
});

const checkPlace: Check = (name, place) =>
  void finiteNumber(name, place as number, 'a place from 0 to 50', (x) => x >= 0 && x <= 50);

/**
 * A decision chart.
 *
 * @throws CourseError when there are no boxes, an arrow names no box, or naming what of them is not
 *   as it has to be
 */
export function decisionChart(
  boxes: readonly DecisionBox[],
  arrows: readonly DecisionArrow[],
  text: ChartText,
): Figure {
  const box = { key: checkText, text: checkText, column: checkPlace, row: checkPlace };
  checkObjects('boxes', boxes, box);
  checkObjects('arrows', arrows, { from: checkText, to: checkText, answer: checkText }, 0);
  checkChartText(text);
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
  const questions = new Set(arrows.map(({ from }) => from));
  return {
    data: [
      labelTrace(boxes.flatMap((box) => boxLabels(box, letters))),
      labelTrace(arrows.map(({ from, to, answer }) => answerLabel(answer, boxOf(from), boxOf(to)))),
    ],
    layout: layoutOf(text.title, text.caption, {
      height: 150 + 120 * rows,
      margin: { l: 20, r: 20, t: 56 },
      showlegend: false,
      xaxis: { range: [-0.5, columns - 0.5], visible: false },
      yaxis: { range: [rows - 0.6, -0.4], visible: false },
      shapes: boxes.map((box) => boxShape(box, questions.has(box.key))),
      annotations: arrows.map(({ from, to }) => arrowShape(boxOf(from), boxOf(to))),
    }),
    alt: text.alt,
  };
}
