/**
 * Forest plots: many claims at once, each as a point with its 95 % interval over seeds. Right of
 * the line is what is claimed, whatever the claim says; colour and marker are the verdict.
 */
import {
  checkEach,
  checkFields,
  checkFinite,
  checkText,
  ifGiven,
  oneOfThese,
  type Check,
} from '../core/checks';
import { finiteNumber, positiveInteger } from '../core/errors';
import { VERDICT_WORDS, type Effect, type VerdictWord } from '../records/effects';
import type { Verdict } from '../records/verdicts';
import { axis, axisTitles, layoutOf, wrap, type Figure, type Trace } from './figure';

interface Mark {
  readonly color: string;
  readonly symbol: string;
}

/** Safe for colour-blind readers, and told apart by their markers without colour. */
const MARKS: Readonly<Partial<Record<VerdictWord, Mark>>> = {
  supported: { color: '#0072B2', symbol: 'circle' },
  contradicted: { color: '#D55E00', symbol: 'x' },
  undecided: { color: '#7F7F7F', symbol: 'circle-open' },
  'too few seeds': { color: '#B0B0B0', symbol: 'diamond-open' },
};

/** The colour of a verdict in every figure; undefined for another word. */
export const verdictColour = (word: string): string | undefined =>
  ({ true: '#009E73', false: '#CC79A7' })[word] ?? MARKS[word as VerdictWord]?.color;

/** Ratios beyond this are drawn at it. */
const FARTHEST = 100;

const LABEL = 58;
const LABEL_LINE = 13.5;

/** A claim with the effect that decided it. */
type Row = Verdict & { readonly effect: Effect };

interface Scale {
  /** The same effect as points from left (against the claim) to right (as claimed). */
  readonly at: (value: number, effect: Effect) => number;
  readonly title: string;
  readonly log: boolean;
}

const capped = (ratio: number): number => Math.min(FARTHEST, Math.max(1 / FARTHEST, ratio));
const signed = (value: number, { bound, claimed }: Effect): number =>
  claimed === 'above' ? value - bound : bound - value;

const SCALES: Readonly<Record<Effect['unit'], Scale>> = {
  ratio: {
    at: (value, { bound, claimed }) => capped(claimed === 'above' ? value / bound : bound / value),
    title: 'ratio to what is claimed; right of 1 is as claimed',
    log: true,
  },
  points: {
    at: (value, effect) => 100 * signed(value, effect),
    title: 'points beyond what is claimed; right of 0 is as claimed',
    log: false,
  },
  nats: { at: signed, title: 'nats; right of 0 is as claimed', log: false },
  number: { at: signed, title: 'difference; right of 0 is as claimed', log: false },
  level: { at: signed, title: 'distance from the bound; right of 0 is as claimed', log: false },
};

/** A ratio may be infinite, and is then drawn at the edge. */
const checkRatio: Check = (name, value) => {
  if (value !== Infinity)
    finiteNumber(name, value as number, 'a number of at least 0', (x) => x >= 0);
};

const checkEffect: Check = (name, effect) => {
  checkFields(name, effect, {
    unit: oneOfThese(...Object.keys(SCALES)),
    claimed: oneOfThese('above', 'below'),
    seeds: (seeds, value) => void positiveInteger(seeds, value as number),
  });
  const number = (effect as Effect).unit === 'ratio' ? checkRatio : checkFinite;
  checkFields(name, effect, { estimate: number, low: number, high: number, bound: checkFinite });
};

const VERDICT: Readonly<Record<string, Check>> = {
  claim: checkText,
  source: checkText,
  ours: checkText,
  verdict: oneOfThese(...VERDICT_WORDS),
  effect: ifGiven(checkEffect),
  earlier: ifGiven((name, earlier) =>
    checkFields(name, earlier, { change: checkText, ours: checkText, verdict: checkText }),
  ),
};

/**
 * Refuses what are no verdicts.
 *
 * @param more fields that they have besides
 * @throws CourseError naming the verdict and what of it is not as it has to be
 */
export const checkShownVerdicts = (
  verdicts: readonly Verdict[],
  more: Readonly<Record<string, Check>> = {},
): void =>
  checkEach('verdicts', verdicts, 'verdicts', (name, one) =>
    checkFields(name, one, { ...VERDICT, ...more }),
  );

/** Breaks a claim into lines, never inside an equation such as n = 10. */
const labelOf = (claim: string): string[] =>
  wrap(claim.replaceAll(' = ', '␣=␣'), LABEL).map((line) => line.replaceAll('␣', ' '));

const LOG_TICKS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

/** How high a claim's label is, in pixels. */
const heightOf = (label: readonly string[]): number => Math.max(24, 10 + LABEL_LINE * label.length);

/** One figure for the effects of one unit. */
function forestOf(rows: readonly Row[], unit: Effect['unit']): Figure {
  const { at, title, log } = SCALES[unit];
  const labels = rows.map(({ claim }) => labelOf(claim));
  const heights = labels.map(heightOf);
  const all = heights.reduce((sum, height) => sum + height, 0);
  // from the top down, each row as high as its label
  const y = heights.map(
    (height, i) => all - heights.slice(0, i).reduce((sum, h) => sum + h, 0) - height / 2,
  );
  const data = (Object.entries(MARKS) as [VerdictWord, Mark][]).flatMap(([word, mark]): Trace[] => {
    const own = rows.flatMap((row, i) => (row.verdict === word ? [{ ...row, y: y[i]! }] : []));
    if (own.length === 0) return [];
    const points = own.map(({ effect }) => at(effect.estimate, effect));
    const ends = own.map(({ effect }) =>
      [at(effect.low, effect), at(effect.high, effect)].sort((a, b) => a - b),
    );
    return [
      {
        type: 'scatter',
        mode: 'markers',
        name: `${word} (${own.length})`,
        x: points,
        y: own.map((row) => row.y),
        text: own.map(({ claim, ours }) => wrap(`${claim}: ${ours}`, 70).join('<br>')),
        hoverinfo: 'text',
        marker: { color: mark.color, symbol: mark.symbol, size: 9 },
        error_x: {
          type: 'data',
          symmetric: false,
          array: ends.map(([, high], i) => high! - points[i]!),
          arrayminus: ends.map(([low], i) => points[i]! - low!),
          color: mark.color,
          thickness: 1.6,
          width: 3,
        },
      },
    ];
  });
  const seeds = [...new Set(rows.map(({ effect }) => effect.seeds))].sort((a, b) => a - b);
  const range = seeds.length > 1 ? `${seeds[0]} to ${seeds.at(-1)}` : String(seeds[0]);
  const caption =
    `Each claim with its 95 % t-interval over ${range} seeds, compared seed by seed; right of ` +
    `the line is what is claimed.${log ? ` Beyond ${FARTHEST} it is drawn at ${FARTHEST}.` : ''}`;
  const line = log ? 1 : 0;
  return {
    data,
    layout: layoutOf('Claims and our intervals', caption, {
      height: all + 210,
      xaxis: axis(
        log
          ? { type: 'log', tickmode: 'array', tickvals: LOG_TICKS, ticktext: LOG_TICKS.map(String) }
          : {},
      ),
      yaxis: axis({
        tickmode: 'array',
        tickvals: y,
        ticktext: labels.map((lines) => lines.join('<br>')),
        tickfont: { size: 11 },
        range: [0, all],
        ticks: '',
        showgrid: false,
      }),
      margin: { l: 24 + 6.1 * Math.max(0, ...labels.flat().map(({ length }) => length)) },
      shapes: [
        {
          type: 'line',
          xref: 'x',
          yref: 'paper',
          x0: line,
          x1: line,
          y0: 0,
          y1: 1,
          line: { color: '#222222', width: 1.2, dash: 'dash' },
        },
      ],
      legend: { orientation: 'h', x: 0, y: 1, yanchor: 'bottom', xanchor: 'left' },
      annotations: axisTitles(title, ''),
    }),
    alt:
      `Forest plot of ${rows.length} claims: ` +
      rows.map(({ claim, verdict }) => `${claim}: ${verdict}`).join('; '),
  };
}

/**
 * Forest plots of verdicts, one for each unit in which their effects are measured.
 *
 * @param verdicts those without an effect (exact statements) are left out
 * @throws CourseError naming what of a verdict is not as it has to be
 */
export function forestPlots(verdicts: readonly Verdict[]): Figure[] {
  checkShownVerdicts(verdicts);
  const rows = verdicts.filter((verdict): verdict is Row => verdict.effect !== undefined);
  const units = [...new Set(rows.map(({ effect }) => effect.unit))];
  return units.map((unit) =>
    forestOf(
      rows.filter(({ effect }) => effect.unit === unit),
      unit,
    ),
  );
}
