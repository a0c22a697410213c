/**
 * Checks of what figures and tables are made of. Names are those of the code, as 'lines[0].x', so
 * that a reader finds the place.
 */
import {
  checkEach,
  checkFields,
  checkFlag,
  checkList,
  checkNumbers,
  checkRows,
  checkText,
  ifGiven,
  oneOfThese,
  type Check,
} from '../core/checks';
import {
  demand,
  finiteNumber,
  knownKeys,
  plainObject,
  positiveInteger,
  quote,
} from '../core/errors';
import { MARKERS } from '../experiments/part';
import type { ChartText, HeatPanel } from './charts';
import type { Figure } from './figure';
import type { Line, LineAxes } from './lines';
import type { Rows } from './table';

/**
 * Refuses texts of a chart that are not whole.
 *
 * @throws CourseError naming the text
 */
export const checkChartText = (text: ChartText): void =>
  checkFields('text', text, { title: checkText, caption: checkText, alt: checkText });

/**
 * Refuses what is no range from a smaller to a larger number.
 *
 * @throws CourseError naming it
 */
export function checkRange(name: string, range: unknown): void {
  checkNumbers(name, range, 2);
  const [least, most] = range as readonly [number, number];
  demand(
    least <= most,
    () => `${name} goes from ${least} to ${most}.`,
    'Give the smaller value first.',
  );
}

const AXES: Readonly<Record<string, Check>> = {
  x: checkText,
  y: checkText,
  logX: ifGiven(checkFlag),
  logY: ifGiven(checkFlag),
  rangeY: ifGiven((name, range) => {
    checkNumbers(name, range, 2);
  }),
  trained: ifGiven(checkRange),
};

/**
 * Refuses axes that have no texts, or a setting that is not known.
 *
 * @throws CourseError naming the setting
 */
export function checkAxes(axes: LineAxes): void {
  knownKeys('The axes', axes, Object.keys(AXES));
  checkFields('axes', axes, AXES);
}

const checkColour: Check = (name, colour) =>
  demand(
    typeof colour === 'string' && /^#[\da-f]{6}$/i.test(colour),
    () => `${name} must be a colour, got ${quote(colour)}.`,
    "Give it as '#RRGGBB'.",
  );

const LINE: Readonly<Record<string, Check>> = {
  name: checkText,
  x: checkNumbers,
  y: checkNumbers,
  low: ifGiven(checkNumbers),
  high: ifGiven(checkNumbers),
  points: ifGiven(oneOfThese(true, false, 'only')),
  style: ifGiven((name, style) =>
    checkFields(name, style, {
      color: checkColour,
      dash: oneOfThese('solid', 'dash', 'dot', 'dashdot'),
      marker: ifGiven(oneOfThese(...MARKERS)),
    }),
  ),
};

const checkLine: Check = (name, line) => {
  checkFields(name, line, LINE);
  const { x, y, low = y, high = y } = line as Line;
  demand(
    [y, low, high].every(({ length }) => length === x.length),
    () => `${name} has ${x.length} values of x, and other numbers of values of y, low or high.`,
    'Give one of each for each x.',
  );
};

/**
 * Refuses what are no curves.
 *
 * @throws CourseError naming the curve and what is wrong with it
 */
export const checkLines = (lines: unknown, name = 'lines'): void =>
  checkEach(name, lines, 'curves', checkLine);

/** The check of something with a title or label and curves. */
const withLines =
  (text: string, more: Readonly<Record<string, Check>>): Check =>
  (name, value) => {
    checkFields(name, value, { [text]: checkText, ...more });
    checkLines((value as { readonly lines: unknown }).lines, `${name}.lines`);
  };

/**
 * Refuses what are no panels, or stops of a slider, with curves.
 *
 * @param text the field that names each
 * @param more checks of further fields
 * @throws CourseError naming the panel and what is wrong with it
 */
export const checkLinesOfEach = (
  name: string,
  values: unknown,
  text: 'title' | 'label',
  more: Readonly<Record<string, Check>> = {},
): void => checkEach(name, values, 'objects with curves', withLines(text, more), 1);

const checkLabels: Check = (name, labels) => checkList(name, labels, 'texts', isText);
const isText = (value: unknown): boolean => typeof value === 'string';

const checkPanel: Check = (name, panel) => {
  checkFields(name, panel, {
    title: checkText,
    values: checkRows,
    rows: checkLabels,
    columns: checkLabels,
  });
  const { values, rows, columns } = panel as HeatPanel;
  demand(
    rows.length === values.length && columns.length === values[0]!.length,
    () =>
      `${name} has ${values.length} x ${values[0]!.length} cells and labels of ` +
      `${rows.length} rows and ${columns.length} columns.`,
    'Give a label for each row and each column.',
  );
};

/**
 * Refuses what are no panels of cells.
 *
 * @throws CourseError naming the panel and what is wrong with it
 */
export const checkPanels = (panels: unknown): void =>
  checkEach('panels', panels, 'panels', checkPanel, 1);

/** The check of a list of at least one object with these fields. */
export const checkObjects = (
  name: string,
  values: unknown,
  fields: Readonly<Record<string, Check>>,
  least = 1,
): void =>
  checkEach(name, values, 'objects', (one, value) => checkFields(one, value, fields), least);

/**
 * Refuses how many panels stand in a row, where it is no such number.
 *
 * @throws CourseError quoting it
 */
export const checkPerRow = (count: number): number =>
  positiveInteger('The number of panels in a row', count, 1, 100);

const positive: Check = (name, value) =>
  void finiteNumber(
    name,
    value as number,
    'a number of pixels from 1 to 20000',
    (x) => x >= 1 && x <= 20_000,
  );

/**
 * Refuses what is no figure.
 *
 * @throws CourseError naming what it lacks
 */
export const checkFigure = (figure: Figure): void =>
  checkFields('figure', figure, {
    data: (name, data) => checkEach(name, data, 'traces', plainObject),
    layout: (name, layout) =>
      checkFields(name, layout, { width: ifGiven(positive), height: ifGiven(positive) }),
    alt: checkText,
  });

const isCell = (cell: unknown): boolean =>
  cell === undefined || cell === null || ['string', 'number', 'boolean'].includes(typeof cell);

/**
 * Refuses what are no rows of a table: objects whose cells are texts, numbers, true, false or empty.
 *
 * @throws CourseError when there are none, or naming the row or the cell
 */
export function checkTable(rows: Rows, what = 'table'): void {
  checkEach('rows', rows, 'objects', plainObject);
  demand(rows.length > 0, () => `A ${what} without rows was asked for.`, 'Give at least one row.');
  for (const [i, row] of rows.entries())
    for (const [column, cell] of Object.entries(row))
      demand(
        isCell(cell),
        () => `The cell '${column}' of rows[${i}] must be a text or a number, got ${quote(cell)}.`,
        'Give each cell as a text, a number, true or false.',
      );
}
