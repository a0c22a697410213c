/**
 * MetaICL's training of a real language model through low-rank adapters, under its own mask and
 * four others (notebook 14), and without a context (notebook 31): who gains by
 * it, and whether InvICL reaches AR.
 * References: Min et al. (2022, arXiv 2110.15943); Fang et al. (ICLR 2025), table 3: GPT-2 large,
 * 30,000 steps of all weights. Here: SmolLM2-135M, adapters of rank 8, few steps.
 */
import { METHODS } from '../../../model/methods';
import { differenceOf } from '../../../records/effects';
import { measured, paired, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { recordsOf } from '../../../records/records';
import { claim, scoreAbove, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares, decisionBy, inWords, type Decision } from '../../../records/verdicts';
import { ADAPTED_KIND, beforeAdapting, type AdaptedExperiment } from '../adapted';
import type { AdaptedConfig, AdaptedVariant } from '../adaptedconfig';
import { SMOL_TEMPLATE } from './readings';

const OWN_PLACES = METHODS.inviclOwnPlaces.name;
/** InvICL as published: both copies of an example at the same places. */
const PUBLISHED = METHODS.invicl.name;
/** Trained on the same tasks without demonstrations. */
const MULTI_TASK = 'multi-task, no demonstrations';

const VARIANTS: readonly AdaptedVariant[] = [
  { key: 'ar', name: 'AR', method: 'ar' },
  { key: 'invicl-own-places', name: OWN_PLACES, method: 'inviclOwnPlaces' },
  { key: 'invicl', name: PUBLISHED, method: 'invicl' },
  { key: 'prefix', name: 'Prefix', method: 'prefix' },
  { key: 'boe', name: 'BoE', method: 'boe' },
  { key: 'multi-task', name: MULTI_TASK, method: 'ar', training: { n: 0, tests: 10 } },
];

const quick: AdaptedConfig = {
  model: 'smollm2',
  setting: 'classToClass',
  targets: [
    'ag_news',
    'emo',
    'wiki_qa',
    'tweet_eval-stance_feminist',
    'poem_sentiment',
    'climate_fever',
  ],
  template: { ...SMOL_TEMPLATE, longest: 40 },
  adapters: { rank: 8, alpha: 16 },
  training: {
    n: 8,
    tests: 2,
    batch: 2,
    microBatch: 1,
    steps: 50,
    learningRate: 5e-4,
    warmUp: 0.1,
    finalRate: 0.1,
    adam: {},
    logEvery: 2,
  },
  measures: { n: 8, rows: 30, reordered: 15 },
  watchEvery: 25,
  seeds: 3,
};

/** All targets, MetaICL's sixteen demonstrations and as many prompts as its 30,000 steps of 1. */
const full: AdaptedConfig = {
  ...quick,
  targets: [...quick.targets, 'anli', 'superglue-cb', 'medical_questions_pairs', 'tweet_eval-hate'],
  template: { ...quick.template, longest: 256 },
  training: { ...quick.training, n: 16, tests: 1, batch: 8, steps: 3750, learningRate: 2e-4 },
  measures: { n: 16, rows: 300, reordered: 60 },
  watchEvery: 375,
  seeds: 5,
};

const METAICL = 'Min et al. (2022)';
const INVICL = 'Fang et al. (2025)';

const LOSS = 'loss on targets along training';

/** The loss of right answers on the targets by seed, before the first step or after the last. */
function lossAt(
  records: readonly ResultRecord[],
  variant: string,
  when: 'first' | 'last',
): Measured {
  const all = recordsOf(records, variant, LOSS);
  const steps = all.map(({ step }) => step);
  const wanted = when === 'first' ? Math.min(...steps) : Math.max(...steps);
  return new Map(all.filter(({ step }) => step === wanted).map(({ seed, value }) => [seed, value]));
}

/** The rule "the first loss is below the second". */
function lossesCompared(
  [a, x]: readonly [string, Measured],
  [b, y]: readonly [string, Measured],
): Decision {
  const [ours, theirs] = paired(x, y).map((values) => inWords(values));
  return decisionBy(
    differenceOf(x, y, 'nats', { bound: 0, claimed: 'below' }),
    `${a} ${ours!}, ${b} ${theirs!} nats: `,
  );
}

/** The rule "adapted, the loss of one variant is below another's". */
const lowerLoss =
  (ours: string, theirs: string): Claim['decide'] =>
  (records) =>
    lossesCompared(
      [ours, lossAt(records, ours, 'last')],
      [theirs, lossAt(records, theirs, 'last')],
    );

/** The claim that the loss of right answers is lower after training than before. */
const trainingLowersLoss = (name: string, called: string, where: string): Claim =>
  claim(
    `MetaICL’s training lowers the loss of right answers on other tasks under ${called} ${where}`,
    METAICL,
    (records) =>
      lossesCompared(
        ['after', lossAt(records, name, 'last')],
        ['before', lossAt(records, name, 'first')],
      ),
  );

/** What is claimed of InvICL as published, and of the masks that it is compared with. */
function claimsOnOtherMasks(where: string, metric: string, n: number): Claim[] {
  const better = (ours: string, theirs: string): Claim =>
    claim(
      `Adapted, ${ours} has a higher macro-F1 than ${theirs} ${where}`,
      INVICL,
      scoreAbove(ours, theirs, { metric, n }),
    );
  return [
    better(PUBLISHED, 'AR'),
    better(PUBLISHED, 'Prefix'),
    better(PUBLISHED, 'BoE'),
    claim(
      `Adapted, InvICL with places of its own has a higher macro-F1 than InvICL as published ${where}`,
      COURSE,
      scoreAbove(OWN_PLACES, PUBLISHED, { metric, n }),
    ),
    claim(
      `Adapted, InvICL as published has a lower loss of right answers on other tasks than AR ${where}`,
      INVICL,
      lowerLoss(PUBLISHED, 'AR'),
    ),
    claim(
      'Adapted, InvICL with places of its own has a lower loss of right answers on other tasks than ' +
        `InvICL as published ${where}`,
      COURSE,
      lowerLoss(OWN_PLACES, PUBLISHED),
    ),
    ...[PUBLISHED, 'Prefix', 'BoE'].map((name) => trainingLowersLoss(name, name, where)),
  ];
}

function claimsOf({ measures: { n } }: AdaptedConfig): Claim[] {
  const metric = 'macro-F1, batch calibration';
  const where = `(SmolLM2-135M, ${n} demonstrations)`;
  /** Whether the training of a variant raises a score with so many demonstrations. */
  const raised = (name: string, shown: number, score = metric): Claim['decide'] =>
    scoreAbove(name, beforeAdapting(name), { metric: score, n: shown });
  return [
    claim(
      `MetaICL’s training raises AR’s macro-F1 on other tasks ${where}`,
      METAICL,
      raised('AR', n),
    ),
    claim(
      `MetaICL’s training raises AR’s macro-F1 on tasks of unseen domains ${where}`,
      METAICL,
      raised('AR', n, `${metric}, unseen domains`),
    ),
    claim(
      'Multi-task training without demonstrations raises the macro-F1 of questions without ' +
        'demonstrations on other tasks (SmolLM2-135M)',
      METAICL,
      raised(MULTI_TASK, 0),
    ),
    claim(
      `MetaICL’s training is worth more with ${n} demonstrations than multi-task training is ` +
        'without, in macro-F1 on other tasks (SmolLM2-135M)',
      METAICL,
      (records) =>
        compareShares(
          'MetaICL',
          measured(records, 'AR', { metric, n }),
          'multi-task',
          measured(records, MULTI_TASK, { metric, n: 0 }),
        ),
    ),
    claim(
      `MetaICL’s training raises the macro-F1 of InvICL with places of its own on other tasks ${where}`,
      INVICL,
      raised(OWN_PLACES, n),
    ),
    claim(
      `Adapted, InvICL with places of its own has a higher macro-F1 than AR ${where}`,
      INVICL,
      scoreAbove(OWN_PLACES, 'AR', { metric, n }),
    ),
    claim(
      `Adapted, InvICL with places of its own is at most two points of macro-F1 below AR ${where}`,
      INVICL,
      (records) => {
        const of = (name: string) => measured(records, name, { metric, n });
        return compareShares(OWN_PLACES, of(OWN_PLACES), 'AR', of('AR'), 0.02);
      },
    ),
    claim(
      `MetaICL’s training lowers the share of AR’s answers that a new order changes ${where}`,
      METAICL,
      scoreAbove(beforeAdapting('AR'), 'AR', { metric: 'changed by order', n }),
    ),
    ...claimsOnOtherMasks(where, metric, n),
    // the rest was added when the first seed was known
    trainingLowersLoss('AR', 'AR', where),
    trainingLowersLoss(OWN_PLACES, 'InvICL with places of its own', where),
    claim(
      'Adapted, InvICL with places of its own has a lower loss of right answers on other tasks than ' +
        `AR ${where}`,
      INVICL,
      lowerLoss(OWN_PLACES, 'AR'),
    ),
  ];
}

/** A language model adapted by MetaICL's training under five masks and without a context. */
export const ADAPTED: AdaptedExperiment = {
  name: 'adapted',
  notebook: '14',
  claim:
    'A language model that is adapted to prompts of demonstrations answers questions of other tasks ' +
    'better than before, and under InvICL’s mask as well as under its own.',
  source: INVICL,
  variants: VARIANTS,
  kind: ADAPTED_KIND,
  profiles: { quick, full },
  claims: claimsOf,
};
