/** What the experiments on scores and biases share: models, tasks, templates, words. */
import { TWO_LABEL_TASKS } from '../../../metaicl/realtasks';
import type { Template } from '../../../language/prompt';
import { differenceOf } from '../../../records/effects';
import { measured, paired, seedwise, type Measured, type Where } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import type { ResultRecord } from '../../../records/record';
import { compareShares, decisionBy, inWords } from '../../../records/verdicts';
import type { ScoringConfig, ScoringVariant } from '../scoringkinds';

export const [REAL, SMALL_MODEL, EXACT_ANSWER] = [
  'SmolLM2-135M',
  'small model',
  'exact Bayes',
] as const;

/** The real model, the small one on each of its seeds, and the exact answer on the same questions. */
export const SCORED: readonly ScoringVariant[] = [
  { key: 'smollm2', name: REAL, model: 'smollm2' },
  { key: 'small', name: SMALL_MODEL, model: 'small', seeds: 3 },
  { key: 'exact', name: EXACT_ANSWER, model: 'exact', seeds: 3 },
];

const written = (between: string, after = '\n\n'): Template => ({
  style: 'direct',
  between,
  after,
  begin: '<|endoftext|>',
  longest: 64,
});

/** The same on three seeds each. */
export const SCORED_ON_THREE: readonly ScoringVariant[] = SCORED.map((one) => ({
  ...one,
  seeds: 3,
}));

export const SMALL_INVICL = 'small model, InvICL';

/** The small model that was trained under InvICL. */
export const SCORED_INVICL = {
  key: 'small-invicl',
  name: SMALL_INVICL,
  model: 'small',
  method: 'invicl',
  seeds: 3,
} as const;

/** Ways to write an example of any task. */
export const TEXT_TEMPLATES: Readonly<Record<string, Template>> = {
  Output: written('\nOutput: '),
  Label: written('\nLabel: '),
  Answer: written('\nAnswer: '),
  arrow: written(' -> ', '\n'),
  equals: written(' = ', '\n'),
  sentence: written(' This is ', '\n'),
  lines: written('\n', '\n\n\n'),
};

/** The first word of each pair is frequent in English, the second is not; neither means a label. */
export const COMMON_WORDS: ScoringConfig['commonWords'] = [
  ['time', 'dusk'],
  ['people', 'walrus'],
  ['water', 'amber'],
];

/** Three real tasks with two labels, eight demonstrations. */
export const SCORED_TASKS: ScoringConfig = {
  tasks: Object.keys(TWO_LABEL_TASKS),
  templates: TEXT_TEMPLATES,
  commonWords: COMMON_WORDS,
  measures: { n: 8, contexts: 2, worldContexts: 16, each: 15 },
  seeds: 5,
};

/** Four real tasks, and how their examples are written, for the choice and order of demonstrations. */
export const CHOSEN_TASKS = {
  tasks: ['glue-sst2', 'trec', 'ag_news', 'emotion'],
  template: TEXT_TEMPLATES['Output']!,
} as const;

/** A number of a model, by its metric. */
export type Of = (metric: string) => Measured;

/**
 * The rule "the first share is above the second, less a margin", of numbers of one model.
 *
 * @param n demonstrations that the numbers are of; null: they are of no number
 */
export const shareAbove =
  (
    variant: string,
    n: number | null,
    [a, x]: readonly [string, (of: Of) => Measured],
    [b, y]: readonly [string, (of: Of) => Measured],
    margin = 0,
  ): Claim['decide'] =>
  (records: readonly ResultRecord[]) => {
    const of: Of = (metric) => measured(records, variant, n === null ? { metric } : { metric, n });
    return compareShares(a, x(of), b, y(of), margin);
  };

/** A number of a model as it is. */
export const asItIs =
  (metric: string) =>
  (of: Of): Measured =>
    of(metric);

/** The rule "the first number, as it is, is above the second", of numbers of no axis. */
export const metricAbove = (
  variant: string,
  [a, x]: readonly [string, string],
  [b, y]: readonly [string, string],
): Claim['decide'] => shareAbove(variant, null, [a, asItIs(x)], [b, asItIs(y)]);

/** A number in a sentence: how it is called, and of which variant it was measured where. */
export type NamedNumber = readonly [called: string, variant: string, where: Where];

/**
 * The rule "one number is above (or below) another", told with both numbers.
 *
 * @param scale of the difference
 * @param unit  of both numbers, in words
 */
export const numbersCompared =
  (scale: 'nats' | 'number', claimed: 'above' | 'below', unit: string) =>
  ([a, ...x]: NamedNumber, [b, ...y]: NamedNumber): Claim['decide'] =>
  (records) => {
    const of = ([variant, where]: readonly [string, Where]): Measured =>
      measured(records, variant, where);
    const effect = differenceOf(of(x), of(y), scale, { bound: 0, claimed });
    const [ours, theirs] = paired(of(x), of(y)).map((values) => inWords(values));
    return decisionBy(effect, `${a} ${ours!}, ${b} ${theirs!} ${unit}: `);
  };

/** The same of two numbers of one variant. */
export const comparedNumbers =
  (variant: string, scale: 'nats' | 'number', claimed: 'above' | 'below', unit: string) =>
  (a: string, x: string, b: string, y: string): Claim['decide'] =>
    numbersCompared(scale, claimed, unit)([a, variant, { metric: x }], [b, variant, { metric: y }]);

/** Of two ways the one whose share is larger, and who says so. */
export type WayAbove = readonly [above: string, below: string, source: string];

/**
 * The claims that a share is larger by one way than by another.
 *
 * @param metric what is measured of ways, such as `accuracy`
 * @param claimOf the sentence of two ways
 */
export const waysAbove = (
  model: string,
  n: number,
  metric: string,
  pairs: readonly WayAbove[],
  claimOf: (above: string, below: string) => string,
): Claim[] => {
  const of = (way: string) => asItIs(`${metric}, ${way}`);
  return pairs.map(([a, b, source]) =>
    claim(claimOf(a, b), source, shareAbove(model, n, [a, of(a)], [b, of(b)])),
  );
};

/** The sentence on demonstrations of two ways. */
export const afterDemonstrations =
  (where: string) =>
  (above: string, below: string): string =>
    `After demonstrations by '${above}' answers are right more often than by '${below}' ${where}`;

/** How far a number of a model is from 0. */
export const sizeOfBias =
  (metric: string) =>
  (of: Of): Measured =>
    seedwise((value) => Math.abs(value!), of(metric));
