/**
 * How many tasks pre-training must hold (notebook 30): linear regression learned from pools of 4 to
 * 4096 weight vectors, under AR and under InvICL.
 * Reference: Raventos et al. (2023, arXiv 2306.15063).
 */
import { ratioOf } from '../../../records/effects';
import { measured, seedwise, valuesIn, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { claim, errorAbove, errorWithin, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { decisionBy, errorInWords } from '../../../records/verdicts';
import { METHODS } from '../../../model/methods';
import {
  DIVERSITY_KIND,
  type DiversityConfig,
  type DiversityExperiment,
  type DiversityVariant,
} from '../diversitykind';
import { distanceTo, errorOf, errorOn, ridgeOf } from '../diversitymeasures';
import { taskThreshold } from '../pretraining/threshold';

const RAVENTOS = 'Raventos et al. 2023';

/** Tasks in training, M. */
const COUNTS = [4, 16, 64, 4096] as const;
const [FEW, MOST] = [16, 4096] as const;
const TRAINED = ['ar', 'invicl'] as const;
type Trained = (typeof TRAINED)[number];

/** As records name a network. */
const nameOf = (method: Trained, tasks: number): string =>
  `${METHODS[method].name}, ${tasks} tasks`;

const VARIANTS: readonly DiversityVariant[] = TRAINED.flatMap((method) =>
  COUNTS.map((tasks) => ({
    key: `${method}-${tasks}`,
    name: nameOf(method, tasks),
    method,
    tasks,
  })),
);

const TO_POOL = distanceTo('Bayes over the pool', 'new tasks');
const TO_RIDGE = distanceTo('ridge', 'new tasks');
const ON_NEW = errorOn('new tasks');
const ON_POOL = errorOn('tasks of the pool');

/** The rule "of the same network, the first number is below the second". */
const smaller =
  (variant: string, n: number, a: string, b: string): Claim['decide'] =>
  (records) => {
    const [x, y] = [a, b].map((metric) => measured(records, variant, { metric, n })) as [
      Measured,
      Measured,
    ];
    const said = [x, y].map((one) => errorInWords(valuesIn(one)));
    return decisionBy(ratioOf(x, y), `${a} ${said[0]!}; ${b} ${said[1]!}: `);
  };

/** From how many tasks on a network stays nearer to ridge, by seed. */
function thresholdOf(records: readonly ResultRecord[], method: Trained, n: number): Measured {
  const of = (tasks: number, metric: string): Measured =>
    measured(records, nameOf(method, tasks), { metric, n });
  return seedwise(
    (...distances) =>
      taskThreshold(
        COUNTS.map((tasks, i) => ({
          tasks,
          toPool: distances[2 * i]!,
          toRidge: distances[2 * i + 1]!,
        })),
      ),
    ...COUNTS.flatMap((tasks) => [of(tasks, TO_POOL), of(tasks, TO_RIDGE)]),
  );
}

/** The rule "InvICL passes to ridge at fewer tasks than AR". */
const lowerThreshold =
  (n: number): Claim['decide'] =>
  (records) => {
    const [invicl, ar] = [thresholdOf(records, 'invicl', n), thresholdOf(records, 'ar', n)];
    const said = [invicl, ar].map((one) => errorInWords(valuesIn(one)));
    return decisionBy(ratioOf(invicl, ar), `InvICL ${said[0]!} tasks, AR ${said[1]!} tasks: `);
  };

/** What holds of a network under either method. */
const ofEach = (method: Trained, n: number, { task }: DiversityConfig): Claim[] => [
  claim(
    `Trained on ${FEW} tasks, the network answers new tasks more like the Bayes answer over the ` +
      `pool than like ridge regression (${METHODS[method].name}, n = ${n})`,
    RAVENTOS,
    smaller(nameOf(method, FEW), n, TO_POOL, TO_RIDGE),
  ),
  claim(
    `Trained on ${MOST} tasks, it answers new tasks more like ridge regression than like the Bayes ` +
      `answer over the pool (${METHODS[method].name}, n = ${n})`,
    RAVENTOS,
    smaller(nameOf(method, MOST), n, TO_RIDGE, TO_POOL),
  ),
  claim(
    `Trained on ${MOST} tasks, its error on new tasks is at most 1.2 times that of ridge ` +
      `regression (${METHODS[method].name}, n = ${n})`,
    RAVENTOS,
    errorWithin(nameOf(method, MOST), ridgeOf(task).name, 1.2, { n, metric: ON_NEW }),
  ),
];

/** What more tasks bring, and what they cost. */
const ofMore = (n: number): Claim[] => [
  claim(
    `On tasks of its pool, a network that was trained on ${FEW} tasks has a smaller error than ` +
      `ridge regression (AR, n = ${n})`,
    RAVENTOS,
    smaller(nameOf('ar', FEW), n, ON_POOL, errorOf('ridge', 'tasks of the pool')),
  ),
  claim(
    `On tasks of the pool, ${MOST} tasks in training give a larger error than ${FEW} (AR, n = ${n})`,
    RAVENTOS,
    errorAbove(nameOf('ar', MOST), nameOf('ar', FEW), { n, metric: ON_POOL }),
  ),
];

/** Whether the mask moves the threshold. */
const ofMasks = (n: number): Claim[] => [
  claim(
    'InvICL passes from the Bayes answer over the pool to ridge regression at fewer tasks than AR ' +
      `(new tasks, n = ${n})`,
    COURSE,
    lowerThreshold(n),
  ),
];

/**
 * A prompt in training has 1 to 16 examples: the paper's sequences of 16 ask after each of them. Batch
 * and rate were chosen by runs of seed 0 on 16 and on 4096 tasks under AR.
 */
const quick: DiversityConfig = {
  task: { d: 8, noise: 0.5 },
  model: { layout: 'pair', size: 'course' },
  training: { steps: 4000, batch: 64, n: 16, nRandom: true, tests: 10, learningRate: 3e-3 },
  seeds: 3,
  watchEvery: 300,
  measures: { ns: [8, 12, 16], prompts: 1024, watched: 256, tests: 4 },
};

/** How many tasks pre-training must hold. */
export const DIVERSITY: DiversityExperiment = {
  name: 'survey-diversity',
  notebook: '30',
  claim:
    'With few tasks in training a network answers by those tasks; with many it answers any task, ' +
    'as ridge regression does.',
  source: RAVENTOS,
  variants: VARIANTS,
  kind: DIVERSITY_KIND,
  profiles: {
    quick,
    // the paper's network and steps, on the same pools; after half of the steps its rate falls by a
    // line, this one by a cosine
    full: {
      ...quick,
      model: { layout: 'xy', size: { width: 128, layers: 8, heads: 2, mlpRatio: 4 } },
      training: {
        steps: 500_000,
        batch: 256,
        n: 16,
        nRandom: true,
        tests: 1,
        learningRate: 1e-3,
        warmUp: 0.5,
        finalRate: 0,
        clip: 0,
        adam: { beta2: 0.999 },
        logEvery: 100,
      },
      watchEvery: 1000,
    },
  },
  claims: (config) => {
    const { n = 16 } = config.training;
    return [...TRAINED.flatMap((method) => ofEach(method, n, config)), ...ofMore(n), ...ofMasks(n)];
  },
};
