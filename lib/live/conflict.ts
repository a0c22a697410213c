/**
 * Live figure: the label of the example says one class, the input of the query another. The noise,
 * the share of relevant contexts and the share of common classes are moved, and the Bayes answer
 * copies more or less of the labels.
 */
import {
  GROUPS,
  inputTerms,
  middleQuery,
  QUERIES,
  shareCopied,
  type ConflictLaw,
  type QueryGroup,
} from './conflicts';
import { drawConflict, plotScales } from './conflictdrawing';
import {
  checked,
  NOISE_GRID,
  keyOf,
  RANGES,
  shareAt,
  tasksOf,
  within,
  type ConflictSettings,
  type ConflictState,
} from './conflictstate';
import { conflictInWords, lawInWords, termsOf } from './conflictwords';
import type { Control, LiveFigure } from './figure';

/** Queries whose sums are drawn. */
const DOTS = 150;

/** The same with another law; the query stays. */
const changed = (state: ConflictState, to: Partial<ConflictLaw>): ConflictState => ({
  ...state,
  law: { ...state.law, ...to },
});

/** A range of the law. */
const rangeOf = (label: string, key: keyof ConflictLaw, step: number): Control<ConflictState> => ({
  kind: 'range',
  label,
  least: RANGES[key][0],
  most: RANGES[key][1],
  step,
  value: ({ law }) => law[key],
  change: (state, value) => changed(state, { [key]: within(key, value) }),
});

const CONTROLS: readonly Control<ConflictState>[] = [
  rangeOf('Noise σ', 'sigma', 0.01),
  rangeOf('Relevant contexts, r', 'pRelevant', 0.001),
  rangeOf('Labels of common classes, p_high', 'pHigh', 0.01),
  {
    kind: 'choice',
    label: 'Bars for a query of a',
    options: GROUPS.map((group) => `${group} class`),
    value: ({ group }) => `${group} class`,
    change: (state, name) => {
      const group = GROUPS.find((one) => name.startsWith(one))!;
      return { ...state, group, query: middleQuery(state.law, group) };
    },
  },
  {
    kind: 'button',
    label: 'Another query',
    press: (state) => ({ ...state, query: (state.query + 1) % QUERIES }),
  },
  {
    kind: 'button',
    label: 'As at first',
    press: (state) => ({ ...state, law: state.first }),
  },
];

/** The figure. */
export function conflictFigure(): LiveFigure<ConflictState> {
  return {
    title: 'The Bayes answer to a conflict between label and input',
    help:
      'Move the noise, the share r of relevant contexts and the share p_high of common classes ' +
      'with the sliders; the line at σ can be dragged, or moved with the left and right arrow keys.',
    start(given) {
      const { law, networks } = checked(given as ConflictSettings);
      const query = middleQuery(law, 'rare');
      return { first: law, law, networks, group: 'rare', query, shares: new Map() };
    },
    draw(state, sheet) {
      const { law, networks, group, query } = state;
      const curveOf = (of: QueryGroup): (readonly [number, number])[] =>
        NOISE_GRID.flatMap((sigma) => {
          const share = shareAt(state, sigma, of);
          return share === null ? [] : [[sigma, share] as const];
        });
      const { label, input } = termsOf(state);
      return drawConflict(
        {
          settings: lawInWords(law),
          sigma: law.sigma,
          curves: { rare: curveOf('rare'), common: curveOf('common') },
          here: {
            rare: shareAt(state, law.sigma, 'rare'),
            common: shareAt(state, law.sigma, 'common'),
          },
          networks,
          heading: `Query ${query + 1} of ${QUERIES}, of a ${group} class`,
          label,
          input,
          sums: inputTerms(law, group, DOTS).map((term) => label + term),
        },
        sheet,
      );
    },
    say: conflictInWords,
    numbers(state) {
      const { law } = state;
      const { label, input } = termsOf(state);
      const [rare, common] = GROUPS.map((group) => shareAt(state, law.sigma, group) ?? NaN);
      const computed = tasksOf(state).filter((task) => state.shares.has(keyOf(task))).length;
      return { ...law, rare: rare!, common: common!, label, input, sum: label + input, computed };
    },
    later(state, whole = false) {
      const missing = tasksOf(state).filter((task) => !state.shares.has(keyOf(task)));
      if (missing.length === 0) return null;
      const shares = new Map(state.shares);
      for (const task of whole ? missing : missing.slice(0, 1))
        shares.set(keyOf(task), shareCopied(task.law, task.group, task.seed));
      return { ...state, shares };
    },
    controls: () => CONTROLS,
    drag: (state, _, to, sheet) => {
      const sigma = plotScales(sheet).across.back(to.x);
      return changed(state, { sigma: within('sigma', Math.round(100 * sigma) / 100) });
    },
    arrow: (state, _, dx) => changed(state, { sigma: within('sigma', state.law.sigma + dx / 100) }),
  };
}
