/**
 * Steps of reasoning (notebook 29): a small decoder answers compositions of functions that it knows,
 * with and without writing each intermediate result; how far that carries, what votes among chains
 * add and cost, and which demonstrations help.
 * References: Wei et al. (2022, arXiv 2201.11903) for written steps; Kojima et al. (2022, arXiv
 * 2205.11916) for the trigger; Wang et al. (2022, arXiv 2203.11171) for self-consistency; Fu et al.
 * (2023, arXiv 2210.00720) for complexity; Zhang et al. (2022, arXiv 2210.03493) for Auto-CoT;
 * Feng et al. (2023, arXiv 2305.15408) for what a fixed depth cannot compute without steps.
 */
import { measured, seedwise, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import { STEPS_KIND, type StepsExperiment, type StepsExperimentConfig } from '../stepskind';

const WRITTEN = 'with steps';
const EARLY = 'with steps, early';
const DIRECT = 'without steps';
const DEEP = 'without steps, 4 layers';
const BOTH = 'with and without steps';

const WEI = 'Wei et al. 2022';
const WANG = 'Wang et al. 2022';
const FU = 'Fu et al. 2023';
const ZHANG = 'Zhang et al. 2022';
const KOJIMA = 'Kojima et al. 2022';
const FENG = 'Feng et al. 2023';

/** Where a number stands: whose, and which. */
type Place = readonly [variant: string, metric: string];

/** The numbers of records. */
type Of = (place: Place) => Measured;

const numbersOf =
  (records: readonly ResultRecord[]): Of =>
  ([variant, metric]) =>
    measured(records, variant, { metric });

/** The rule "the first share is above the second, less a margin". */
const above =
  (
    [a, x]: readonly [string, Place],
    [b, y]: readonly [string, Place],
    margin = 0,
  ): Claim['decide'] =>
  (records) => {
    const of = numbersOf(records);
    return compareShares(a, of(x), b, of(y), margin);
  };

const right = (steps: number, how: string): string => `accuracy, ${steps} steps, ${how}`;

/** Written steps against answers at once. */
const writtenSteps = (longest: number): Claim[] => [
  ...[2, longest, longest + 1].map((steps) =>
    claim(
      `Written steps raise the share of right answers (2 layers, ${steps} steps)`,
      WEI,
      above(
        [WRITTEN, [WRITTEN, right(steps, 'written')]],
        [DIRECT, [DIRECT, right(steps, 'direct')]],
      ),
    ),
  ),
  claim(`Written steps gain more at ${longest} steps than at 1`, WEI, (records) => {
    const of = numbersOf(records);
    const gain = (steps: number): Measured =>
      seedwise(
        (a, b) => a! - b!,
        of([WRITTEN, right(steps, 'written')]),
        of([DIRECT, right(steps, 'direct')]),
      );
    return compareShares(`gain at ${longest} steps`, gain(longest), 'at 1', gain(1));
  }),
  claim(
    `With written steps, compositions that training left out are answered at most five points ` +
      `worse than others (${longest} steps)`,
    COURSE,
    above(
      ['left out', [WRITTEN, right(longest, 'written')]],
      ['trained', [WRITTEN, right(longest, 'written, trained')]],
      0.05,
    ),
  ),
  claim(
    `With written steps, questions with one step more than any in training (${longest + 1}) are ` +
      `answered at most 25 points worse than those with ${longest}`,
    WEI,
    above(
      [`${longest + 1} steps`, [WRITTEN, right(longest + 1, 'written')]],
      [`${longest} steps`, [WRITTEN, right(longest, 'written')]],
      0.25,
    ),
  ),
];

/** What depth does without steps. */
const depth = (longest: number): Claim[] => [
  ...[2, longest].map((steps) =>
    claim(
      `Without written steps, 4 layers are right more often than 2 (${steps} steps)`,
      FENG,
      above(
        ['4 layers', [DEEP, right(steps, 'direct')]],
        ['2 layers', [DIRECT, right(steps, 'direct')]],
      ),
    ),
  ),
  claim(
    `2 layers with written steps are right more often than 4 layers without (${longest} steps)`,
    FENG,
    above(
      [WRITTEN, [WRITTEN, right(longest, 'written')]],
      [DEEP, [DEEP, right(longest, 'direct')]],
    ),
  ),
];

/** One decoder that knows both forms. */
const bothForms = (longest: number): Claim[] => [
  claim(
    `The trigger raises the share of right answers of one and the same decoder (${longest} steps)`,
    KOJIMA,
    above(
      ['with trigger', [BOTH, right(longest, 'written')]],
      ['without', [BOTH, right(longest, 'direct')]],
    ),
  ),
  claim(
    `Demonstrations with steps give more right answers than those without (${longest} steps)`,
    WEI,
    above(
      ['(x, r, y)', [BOTH, right(longest, 'after right steps')]],
      ['(x, y)', [BOTH, right(longest, 'after no steps')]],
    ),
  ),
  claim(
    `At least 90 points more answers have steps after demonstrations with steps than after those ` +
      'without',
    COURSE,
    (records) => {
      const of = numbersOf(records);
      const metric = (kind: string): string =>
        `answers with steps, ${longest} steps, after ${kind}`;
      const less = seedwise((x) => x! - 0.9, of([BOTH, metric('right steps')]));
      return compareShares('(x, r, y) less 90', less, '(x, y)', of([BOTH, metric('no steps')]));
    },
  ),
];

/** Votes among the chains of a decoder that is not trained to the end. */
const votes = (longest: number, most: number): Claim[] => [
  claim(
    `The commonest answer of ${most} chains is right more often than the greedy one ` +
      `(${EARLY}, ${longest} steps)`,
    WANG,
    above(
      [`vote of ${most}`, [EARLY, right(longest, `vote of ${most}`)]],
      ['greedy', [EARLY, right(longest, 'greedy')]],
    ),
  ),
  claim(
    `The commonest answer of ${most} chains is right more often than that of one chain ` +
      `(${EARLY}, ${longest} steps)`,
    WANG,
    above(
      [`vote of ${most}`, [EARLY, right(longest, `vote of ${most}`)]],
      ['one chain', [EARLY, right(longest, 'vote of 1')]],
    ),
  ),
  ...[longest, longest + 1].map((steps) =>
    claim(
      `Votes of the longest half of ${most} chains are right more often than votes of all ` +
        `(${EARLY}, ${steps} steps)`,
      FU,
      above(
        ['longest half', [EARLY, right(steps, `vote of the longest half of ${most}`)]],
        ['all', [EARLY, right(steps, `vote of ${most}`)]],
      ),
    ),
  ),
];

/** Which demonstrations help. */
const demonstrations = (longest: number): Claim[] => [
  ...[longest, longest + 1].map((steps) =>
    claim(
      `Demonstrations with the most steps give more right answers than those with the fewest ` +
        `(${EARLY}, ${steps} steps)`,
      FU,
      above(
        ['most', [EARLY, right(steps, 'after most steps')]],
        ['fewest', [EARLY, right(steps, 'after fewest steps')]],
      ),
    ),
  ),
  claim(
    `Auto-CoT is at most five points below right demonstrations (${EARLY}, ${longest} steps)`,
    ZHANG,
    above(
      ['Auto-CoT', [EARLY, right(longest, 'after Auto-CoT')]],
      ['right', [EARLY, right(longest, 'after right steps')]],
      0.05,
    ),
  ),
  claim(
    `Auto-CoT gives more right answers than own chains of random questions (${EARLY}, ` +
      `${longest} steps)`,
    ZHANG,
    above(
      ['Auto-CoT', [EARLY, right(longest, 'after Auto-CoT')]],
      ['own chains', [EARLY, right(longest, 'after own chains')]],
    ),
  ),
];

const quick: StepsExperimentConfig = {
  size: { width: 64, layers: 2, heads: 4, mlpRatio: 4 },
  training: { steps: 700, batch: 64, learningRate: 3e-3, lines: 3, longest: 3, logEvery: 20 },
  seeds: 3,
  watchEvery: 100,
  measures: {
    steps: [1, 2, 3, 4],
    questions: 200,
    watched: 50,
    voted: 100,
    hard: [3, 4],
    samples: [1, 2, 4, 8, 16],
    temperature: 1,
    demonstrations: 2,
    pool: 24,
    prompts: 8,
    asked: 25,
  },
};

const full: StepsExperimentConfig = {
  ...quick,
  size: { ...quick.size, width: 128 },
  training: { ...quick.training, steps: 20_000 },
  seeds: 10,
  watchEvery: 1000,
  measures: { ...quick.measures, questions: 1000, voted: 500, samples: [1, 2, 4, 8, 16, 40] },
};

/** Steps of training after which the chains of a question still differ. */
const EARLY_STEPS = 400;

/** Steps of reasoning. */
export const STEPS_OF_REASONING: StepsExperiment = {
  name: 'survey-steps',
  notebook: '29',
  claim:
    'A decoder that writes each intermediate result answers compositions that it never saw, where ' +
    'the same decoder without steps fails.',
  source: WEI,
  variants: [
    { key: 'written', name: WRITTEN, training: { written: 1 } },
    { key: 'early', name: EARLY, training: { written: 1, steps: EARLY_STEPS } },
    { key: 'direct', name: DIRECT, training: { written: 0 } },
    { key: 'direct-4', name: DEEP, layers: 4, training: { written: 0 } },
    { key: 'both', name: BOTH, training: { written: 0.5 } },
  ],
  weights: ['early', 'both'],
  kind: STEPS_KIND,
  profiles: { quick, full },
  claims: ({ training: { longest = 3 }, measures: { samples } }) => [
    ...writtenSteps(longest),
    ...depth(longest),
    ...bothForms(longest),
    ...votes(longest, samples.at(-1)!),
    ...demonstrations(longest),
  ],
};
