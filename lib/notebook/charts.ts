/**
 * The kinds of figures of the course: line charts, heat maps, violins, ranked points, stacked bars.
 */
import {
  checkEach,
  checkFinite,
  checkFlag,
  checkList,
  checkNumbers,
  checkText,
  checkTexts,
  ifGiven,
} from '../core/checks';
import { demand, knownKeys, positiveInteger } from '../core/errors';
import {
  checkAxes,
  checkChartText,
  checkLines,
  checkObjects,
  checkPanels,
  checkPerRow,
} from './arguments';
import { axis, axisTitles, layoutOf, type Figure, type Trace } from './figure';
import { axesInBox, panelAxes, panelGrid, panelTitle, type PanelBox } from './grid';
import { verdictColour } from './forest';
import {
  LEAST_ON_LOG,
  lineTraces,
  logTicks,
  powerTicks,
  trainedRange,
  yAxisOf,
  type Line,
  type LineAxes,
} from './lines';
import { styleOf, withOpacity } from './palette';

/** The texts of a chart. */
export interface ChartText {
  readonly title: string;
  /** Below the figure: names the seeds and what the band is. */
  readonly caption: string;
  /** What the figure shows, for a screen reader. */
  readonly alt: string;
}

/** Height of a figure, in pixels, that shows a legend of so many names whole. */
export const heightOfLegend = (names: number): number => 215 + 31 * names;

/** The entries of a legend: curves of one name (a mean and its seeds) share one. */
export const namesIn = (lines: readonly Line[]): number =>
  new Set(lines.map(({ name }) => name)).size;

/**
 * Curves with bands. On a log axis, values are drawn no lower than 1e-6.
 *
 * @throws CourseError naming what of the lines, the axes or the texts is not as it has to be
 */
export function lineChart(lines: readonly Line[], axes: LineAxes, text: ChartText): Figure {
  checkLines(lines);
  checkAxes(axes);
  checkChartText(text);
  return {
    data: lineTraces(lines, axes),
    layout: layoutOf(text.title, text.caption, {
      xaxis: axis(axes.logX ? logTicks(lines.flatMap(({ x }) => x)) : {}),
      yaxis: yAxisOf(axes, lines),
      annotations: axisTitles(axes.x, axes.y),
      shapes: trainedRange(axes.trained),
      height: Math.max(430, heightOfLegend(namesIn(lines) + (axes.trained ? 1 : 0))),
    }),
    alt: text.alt,
  };
}

/** A table of numbers as coloured cells. */
export interface HeatPanel {
  readonly title: string;
  readonly values: readonly (readonly number[])[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

/** Light to dark, for 0 and 1 and for values from 0 to the largest. */
const BINARY_SCALE = [
  [0, '#f2f2f2'],
  [1, '#0072B2'],
];
const VALUE_SCALE = [
  [0, '#ffffff'],
  [0.5, '#7fb8d8'],
  [1, '#08306b'],
];

/** Cells that are smaller than a gap beside them would be striped: with more in a row, none. */
const MOST_WITH_GAPS = 50;

/** The cells of panel i, with their values in them where digits are given. */
function heatTrace({ values }: HeatPanel, i: number, binary: boolean, digits?: number): Trace {
  const gap = Math.max(values.length, values[0]!.length) > MOST_WITH_GAPS ? 0 : 1.5;
  const numbers =
    digits === undefined
      ? {}
      : {
          text: values.map((row) => row.map((value) => value.toFixed(digits))),
          texttemplate: '%{text}',
        };
  return {
    ...numbers,
    type: 'heatmap',
    z: values,
    zmin: 0,
    zmax: binary ? 1 : Math.max(1e-9, ...values.flat()),
    ...panelAxes(i),
    colorscale: binary ? BINARY_SCALE : VALUE_SCALE,
    showscale: false,
    xgap: gap,
    ygap: gap,
    hovertemplate: 'row %{y}, column %{x}: %{z:.3g}<extra></extra>',
  };
}

/** The axes of panel i, with the labels of its columns and, unless they are hidden, of its rows. */
function heatAxes(
  { rows, columns }: HeatPanel,
  i: number,
  box: PanelBox,
  hideRows: boolean,
): Record<string, unknown> {
  const plain = { tickfont: { size: 10 }, showgrid: false, showline: false, ticks: '' };
  const ticks = (labels: readonly string[]): Record<string, unknown> => ({
    tickmode: 'array',
    tickvals: labels.map((_, k) => k),
    ticktext: labels,
  });
  return axesInBox(
    i,
    box,
    { ...plain, side: 'bottom', ...ticks(columns), tickangle: columns.length > 8 ? -90 : 0 },
    { ...plain, autorange: 'reversed', ...ticks(hideRows ? rows.map(() => '') : rows) },
  );
}

/**
 * Panels of coloured cells side by side: masks (0 and 1) or influence maps. In both, rows are
 * queries (what is influenced) and columns are keys.
 *
 * @param options binary: values are 0 and 1; columns: panels in a row; digits: of the numbers that
 *   cells carry, which have none without
 * @throws CourseError when there are no panels, a label is missing, or an option is unknown
 */
export function heatPanels(
  panels: readonly HeatPanel[],
  text: ChartText,
  options: { readonly binary?: boolean; readonly columns?: number; readonly digits?: number } = {},
): Figure {
  checkPanels(panels);
  checkChartText(text);
  knownKeys('A chart of cells', options, ['binary', 'columns', 'digits']);
  const { binary = false, columns = 3, digits } = options;
  checkFlag('binary', binary);
  if (digits !== undefined) positiveInteger('digits', digits, 0, 9);
  const perRow = Math.min(checkPerRow(columns), panels.length);
  const rowCount = Math.ceil(panels.length / perRow);
  const grid = panelGrid(panels.length, perRow, 0.07, rowCount > 1 ? 0.3 / rowCount : 0);
  const longestRow = Math.max(...panels.flatMap(({ rows }) => rows.map((label) => label.length)));
  /** Long row labels that the panel on the left has too would overlap it; they are left out. */
  const repeats = (i: number): boolean =>
    i % perRow > 0 &&
    longestRow > 8 &&
    panels[i]!.rows.join('\n') === panels[i - 1]!.rows.join('\n');
  const axes = panels.map((panel, i) => heatAxes(panel, i, grid[i]!, repeats(i)));
  return {
    data: panels.map((panel, i) => heatTrace(panel, i, binary, digits)),
    layout: layoutOf(text.title, text.caption, {
      ...(Object.assign({}, ...axes) as Record<string, unknown>),
      annotations: panels.map(({ title }, i) => panelTitle(title, grid[i]!)),
      height: 150 + rowCount * (perRow >= 3 ? 250 : perRow === 2 ? 340 : 400),
      margin: {
        l: Math.max(46, 10 + 6.2 * longestRow),
        r: perRow === 1 ? 310 : 20, // a single panel stays square
        t: 84,
      },
      showlegend: false,
    }),
    alt: text.alt,
  };
}

/**
 * A mask as a panel: 1 where attention is allowed.
 *
 * @throws CourseError when the mask is no square of true and false with a label for each row
 */
export function maskPanel(
  title: string,
  mask: readonly (readonly boolean[])[],
  labels: readonly string[],
): HeatPanel {
  checkEach('mask', mask, 'rows', (name, row) =>
    checkList(name, row, 'true and false', (allowed) => typeof allowed === 'boolean'),
  );
  const panel = {
    title,
    values: mask.map((row) => row.map(Number)),
    rows: labels,
    columns: labels,
  };
  checkPanels([panel]);
  return panel;
}

/** Values of one group. */
export interface Group {
  readonly name: string;
  readonly values: readonly number[];
}

/**
 * One violin per group, with every value as a point: how answers spread over the orderings of the
 * examples.
 *
 * @throws CourseError naming the group or the text that is not as it has to be
 */
export function violins(
  groups: readonly Group[],
  yTitle: string,
  text: ChartText,
  logY = false,
): Figure {
  checkObjects('groups', groups, { name: checkText, values: checkNumbers });
  checkText('yTitle', yTitle);
  checkFlag('logY', logY);
  checkChartText(text);
  const data = groups.map(({ name, values }): Trace => {
    const { color } = styleOf(name);
    return {
      type: 'violin',
      name,
      y: logY ? values.map((v) => Math.log10(Math.max(v, 1e-9))) : values,
      points: 'all',
      jitter: 0.4,
      pointpos: 0,
      spanmode: 'hard',
      marker: { size: 3.5, opacity: 0.55, color },
      line: { color },
      fillcolor: withOpacity(color, 0.2),
      meanline: { visible: true },
      showlegend: false,
    };
  });
  const ticks = [-9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2];
  const yAxis = axis(
    logY
      ? { tickmode: 'array', tickvals: ticks, ticktext: ticks.map((t) => `10<sup>${t}</sup>`) }
      : {},
  );
  return {
    data,
    layout: layoutOf(text.title, text.caption, {
      xaxis: axis(),
      yaxis: yAxis,
      annotations: axisTitles('', yTitle),
    }),
    alt: text.alt,
  };
}

/** A bar with its interval. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The value of each seed, drawn as an open circle. */
  readonly seeds?: readonly number[];
}

/**
 * Bars with intervals, as points on a line each: one row per method, best on top.
 *
 * @throws CourseError when there are no bars, or naming what of them is not as it has to be
 */
export function rankedPoints(
  bars: readonly Bar[],
  xTitle: string,
  text: ChartText,
  logX = true,
): Figure {
  const bar = {
    name: checkText,
    value: checkFinite,
    low: checkFinite,
    high: checkFinite,
    seeds: ifGiven(checkNumbers),
  };
  checkObjects('bars', bars, bar);
  checkText('xTitle', xTitle);
  checkFlag('logX', logX);
  checkChartText(text);
  const sorted = [...bars].sort((a, b) => b.value - a.value);
  const drawn = (values: readonly number[]): number[] =>
    values.map((value) => (logX ? Math.max(value, LEAST_ON_LOG) : value));
  const data = sorted.flatMap(({ name, value, low, high, seeds = [] }): Trace[] => {
    const { color } = styleOf(name);
    const row = { type: 'scatter', showlegend: false, name };
    return [
      {
        ...row,
        mode: 'lines+markers',
        x: drawn([low, value, high]),
        y: [name, name, name],
        line: { color, width: 3 },
        marker: { color, size: [0.1, 11, 0.1] },
      },
      {
        ...row,
        mode: 'markers',
        x: drawn(seeds),
        y: seeds.map(() => name),
        marker: { color: '#222222', size: 7, symbol: 'circle-open' },
      },
    ];
  });
  const all = drawn(
    bars.flatMap(({ value, low, high, seeds = [] }) => [value, low, high, ...seeds]),
  );
  const span = [Math.min(...all) / 1.1, Math.max(...all) * 1.1] as const;
  const xaxis = axis(logX ? { type: 'log', ...powerTicks([span]) } : {});
  const left = 24 + 7.6 * Math.max(...bars.map(({ name }) => name.length));
  return {
    data,
    layout: layoutOf(text.title, text.caption, {
      xaxis,
      yaxis: axis(),
      height: 190 + 30 * bars.length,
      margin: { l: left },
      annotations: axisTitles(xTitle, ''),
    }),
    alt: text.alt,
  };
}

/** A part of stacked bars: its value at each bar. */
export interface BarPart {
  readonly name: string;
  readonly values: readonly number[];
}

const PART_COLOURS = ['#009E73', '#F0C05A', '#8C8C8C', '#56B4E9', '#CC79A7'];

/**
 * Bars made of parts: how many of each kind, bar by bar.
 *
 * @throws CourseError when a part has no value for a bar, or naming what is not as it has to be
 */
export function stackedBars(
  bars: readonly string[],
  parts: readonly BarPart[],
  axes: Pick<LineAxes, 'x' | 'y'>,
  text: ChartText,
): Figure {
  checkTexts('bars', bars);
  checkObjects('parts', parts, { name: checkText, values: checkNumbers }, 0);
  checkAxes(axes);
  checkChartText(text);
  for (const { name, values } of parts)
    demand(
      values.length === bars.length,
      () => `The part '${name}' has ${values.length} values for ${bars.length} bars.`,
      'Give one for each bar.',
    );
  return {
    data: parts.map(({ name, values }, i): Trace => ({
      type: 'bar',
      name,
      x: [...bars],
      y: [...values],
      marker: { color: verdictColour(name) ?? PART_COLOURS[i % PART_COLOURS.length]! },
    })),
    layout: layoutOf(text.title, text.caption, {
      barmode: 'stack',
      xaxis: axis({ type: 'category' }),
      yaxis: axis(),
      annotations: axisTitles(axes.x, axes.y),
    }),
    alt: text.alt,
  };
}
