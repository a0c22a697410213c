/**
 * Curves with bands as plotly draws them, and their axes: each line has its form of points, and a
 * log axis at least three ticks with their values wherever three fit.
 */
import { demand } from '../core/errors';
import type { LineStyle } from '../experiments/part';
import { axis, type Trace } from './figure';
import { panelAxes } from './grid';
import { styleOf, withOpacity } from './palette';

/** A curve with an optional band. */
export interface Line {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly low?: readonly number[];
  readonly high?: readonly number[];
  /** Draw markers too, or only them. */
  readonly points?: boolean | 'only';
  /** How it is drawn; left out, by its name. */
  readonly style?: LineStyle;
}

/** Axes of a line chart. */
export interface LineAxes {
  readonly x: string;
  readonly y: string;
  readonly logY?: boolean;
  readonly logX?: boolean;
  readonly rangeY?: readonly [number, number];
  /** Least and largest x of training, shaded behind the curves; a vertical line where both agree. */
  readonly trained?: readonly [number, number];
}

/** The range of training behind the curves of panel i; none where none is given. */
export function trainedRange(
  trained: LineAxes['trained'],
  i = 0,
): (Record<string, unknown> & { readonly name: string })[] {
  if (!trained) return [];
  const { xaxis, yaxis } = panelAxes(i);
  const range = { type: 'rect', fillcolor: '#EEF0F3', line: { width: 1, color: '#C3C8CF' } };
  const value = { type: 'line', line: { width: 2, color: '#7A8594', dash: 'dot' } };
  return [
    {
      ...(trained[0] < trained[1] ? range : value),
      name: trained[0] < trained[1] ? 'range of training' : 'as in training',
      layer: 'below',
      xref: xaxis,
      yref: `${yaxis} domain`,
      x0: trained[0],
      x1: trained[1],
      y0: 0,
      y1: 1,
      showlegend: true,
      legendrank: 2000, // after the curves
    },
  ];
}

/** On a log axis, values are drawn no lower. */
export const LEAST_ON_LOG = 1e-6;

/**
 * A log axis with ticks at the measured values, leaving out those too close to the one before.
 *
 * @param room about how many ticks there is room for
 */
export function logTicks(values: readonly number[], room = 10): Record<string, unknown> {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  demand(
    !(sorted[0]! <= 0),
    () => `A logarithmic axis cannot show x = ${sorted[0]}.`,
    'Leave that point out, or leave out logX.',
  );
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  const gap = Math.log(most / least) / room;
  const shown: number[] = [];
  for (const value of sorted)
    if (!shown.length || Math.log(value / shown.at(-1)!) >= gap) shown.push(value);
  return {
    type: 'log',
    tickmode: 'array',
    tickvals: shown,
    ticktext: shown.map((value) => value.toLocaleString('en-US')),
  };
}

/** Values as they are drawn. */
const drawn = (values: readonly number[], logY = false): readonly number[] =>
  logY ? values.map((value) => Math.max(value, LEAST_ON_LOG)) : values;

/** 0.02, 5 or 2 x 10^-5, as text of plotly. */
function tickText(digit: number, power: number): string {
  if (power >= -3 && power <= 3) return String(Number(`${digit}e${power}`));
  return `${digit === 1 ? '' : `${digit} × `}10<sup>${String(power).replace('-', '−')}</sup>`;
}

/** A span of values on an axis. */
type Span = readonly [least: number, most: number];

/**
 * Ticks of a log axis: powers of ten where at least three of them lie in each of these spans, else
 * also 2 and 5 times, else all digits times such a power, else also 1.5 and 2.5 times.
 */
export function powerTicks(spans: readonly Span[]): Record<string, unknown> {
  const [least, most] = [Math.min(...spans.map(([a]) => a)), Math.max(...spans.map(([, b]) => b))];
  const first = Math.floor(Math.log10(least));
  const powers = Array.from(
    { length: Math.ceil(Math.log10(most)) - first + 1 },
    (_, i) => first + i,
  );
  const times = (digits: readonly number[]): { digit: number; power: number; value: number }[] =>
    powers
      .flatMap((power) => digits.map((digit) => ({ digit, power, value: digit * 10 ** power })))
      .filter(({ value }) => value >= least && value <= most);
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const sets = [[1], [1, 2, 5], digits, [1, 1.5, 2, 2.5, ...digits.slice(2)]].map(times);
  const ticks =
    sets.find((set) =>
      spans.every(([a, b]) => set.filter(({ value }) => value >= a && value <= b).length >= 3),
    ) ?? sets.at(-1)!;
  return {
    tickmode: 'array',
    tickvals: ticks.map(({ value }) => value),
    ticktext: ticks.map(({ digit, power }) => tickText(digit, power)),
  };
}

/** From the least to the largest value of these lines as they are drawn, with a margin. */
function spanOf(lines: readonly Line[]): Span {
  const values = lines.flatMap(({ y, low = [], high = [] }) =>
    drawn([...y, ...low, ...high], true),
  );
  return [Math.min(...values) / 1.1, Math.max(...values) * 1.1];
}

/** The vertical axis of a line chart that shows some lines, or one of several sets of lines. */
export const yAxisOf = (
  { logY, rangeY }: LineAxes,
  ...sets: readonly (readonly Line[])[]
): Record<string, unknown> =>
  axis({
    ...(logY
      ? {
          type: 'log',
          ...powerTicks(rangeY ? [[10 ** rangeY[0], 10 ** rangeY[1]]] : sets.map(spanOf)),
        }
      : {}),
    ...(rangeY ? { range: rangeY } : {}),
  });

/** A line of up to so many points shows all of them; a longer one about so many. */
const MOST_POINTS = 16;

/**
 * The traces of curves and their bands. Curves of one name share a legend entry, and points after
 * their curve (its seeds) are open. On a log axis, values are drawn no lower than 1e-6.
 */
export function lineTraces(lines: readonly Line[], axes: Pick<LineAxes, 'logY'>): Trace[] {
  const bands = lines
    .filter((line) => line.low && line.high)
    .map((line): Trace => {
      const [low, high] = [line.low!, line.high!].map((values) => drawn(values, axes.logY));
      const fillcolor = withOpacity((line.style ?? styleOf(line.name)).color, 0.18);
      return {
        type: 'scatter',
        x: [...line.x, ...[...line.x].reverse()],
        y: [...high!, ...[...low!].reverse()],
        fill: 'toself',
        fillcolor,
        line: { width: 0 },
        mode: 'lines',
        hoverinfo: 'skip',
        showlegend: false,
        legendgroup: line.name,
      };
    });
  const curves = lines.map((line, i): Trace => {
    const again = lines.findIndex(({ name }) => name === line.name) < i;
    const seeds = again && line.points === 'only';
    const { marker, ...stroke } = line.style ?? styleOf(line.name);
    const pointed = line.points === true || marker !== undefined;
    return {
      type: 'scatter',
      mode: line.points === 'only' ? 'markers' : pointed ? 'lines+markers' : 'lines',
      name: line.name,
      legendgroup: line.name,
      x: line.x,
      y: drawn(line.y, axes.logY),
      line: { ...stroke, width: 2.2 },
      marker: {
        color: stroke.color,
        size: seeds ? 6 : 7,
        ...(marker ? { symbol: `${marker}${seeds ? '-open' : ''}` } : {}),
        ...(line.points || line.x.length <= MOST_POINTS ? {} : { maxdisplayed: MOST_POINTS }),
      },
      hovertemplate: '%{x}: %{y:.3g}',
      ...(again ? { showlegend: false } : {}),
    };
  });
  return [...bands, ...curves];
}
