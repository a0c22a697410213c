/**
 * The search over learning rates (notebook 08).
 */
import { zero } from '../../../baselines';
import {
  PROMPT_MEASURES,
  PROMPT_KIND,
  type PromptConfig,
  type PromptExperiment,
} from '../../../experiments/prompts';
import { METHODS, type MethodKey } from '../../../model/methods';
import { logSummary } from '../../../evaluation/statistics';
import { ratioOf } from '../../../records/effects';
import { measured, seedwise, valuesIn } from '../../../records/measured';
import { decisionBy, digits } from '../../../records/verdicts';
import { REVIEWERS } from '../../../records/sources';
import { fullPrompts, inWordsOf, linear, pairs, profiles } from './shared';

/**
 * A search over learning rates: the same rates for every method, half the steps of notebook 08.
 * The claims compare the middle rate, which the longer runs take, with the best of the three.
 */
function rateSearch(
  name: string,
  methods: readonly MethodKey[],
  rates: readonly [number, number, number],
  profile: PromptConfig,
): PromptExperiment {
  const n = profile.training.n ?? 10;
  const called = (method: MethodKey, rate: number): string =>
    `${METHODS[method].name}, rate ${rate}`;
  return {
    name,
    notebook: '08',
    claim:
      'The error of every method at one common learning rate is at most 1.25 times its ' +
      `error at the best rate (${inWordsOf(profile).regime}).`,
    source: REVIEWERS,
    variants: methods.flatMap((method) =>
      rates.map((rate) => ({
        key: `${method}-${rate}`,
        name: called(method, rate),
        method,
        training: { learningRate: rate },
      })),
    ),
    kind: PROMPT_KIND,
    baselines: () => [zero],
    profiles: profiles(
      { ...profile, seeds: 3, measures: { ...PROMPT_MEASURES, ns: [n], prompts: 2048 } },
      { ...fullPrompts(linear(20), { nRandom: true, steps: 20_000 }), seeds: 3 },
    ),
    claims: (config) =>
      methods.map((method) => ({
        claim:
          `At the common learning rate ${rates[1]} the error of ${METHODS[method].name} is at ` +
          `most 1.25 times its least error of three rates (${inWordsOf(config).regime})`,
        source: REVIEWERS,
        decide: (records) => {
          const errors = rates.map((rate) =>
            measured(records, called(method, rate), { n: config.training.n ?? n }),
          );
          const words = rates.map(
            (rate, i) => `${rate}: ${digits(logSummary(valuesIn(errors[i]!)).mean)}`,
          );
          const best = seedwise((...all) => Math.min(...all), ...errors);
          const effect = ratioOf(errors[1]!, best, { bound: 1.25, claimed: 'below' });
          const after = `error after ${config.training.steps} steps`;
          const before = `${after} by rate, ${words.join(', ')}: `;
          return decisionBy(effect, before, '; asked: below 1.25');
        },
      })),
  };
}

export const rates = rateSearch(
  'learning-rate',
  ['ar', 'nope', 'prefix', 'boe', 'invicl'],
  [1.5e-3, 3e-3, 6e-3],
  pairs({ steps: 1000 }),
);
