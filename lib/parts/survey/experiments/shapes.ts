/**
 * Other shapes of demonstrations (notebook 27): those that a model writes itself, groups that are
 * read alone, and vectors that are added to states or put in their place.
 * References: Kim et al. (2022, arXiv 2206.08082) for own demonstrations; Hao et al. (2022, arXiv
 * 2212.06713) and Ratner et al. (2023, arXiv 2212.10947) for groups; Liu et al. (2024, arXiv
 * 2311.06668) for in-context vectors; Hendel et al. (2023, arXiv 2310.15916) for task vectors.
 */
import { claim, type Claim } from '../../../records/rules';
import { measured, seedwise, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import { STYLES } from '../shapes/styles';
import { SMALL_SIZES } from '../small/smallmodel';
import { SHAPES_KIND, type ShapesConfig, type ShapesExperiment } from '../shapeskind';
import {
  CHOSEN_TASKS,
  REAL,
  SCORED_ON_THREE,
  SMALL_MODEL,
  asItIs,
  comparedNumbers,
  metricAbove,
  shareAbove,
} from './scoringshared';

const KIM = 'Kim et al. 2022, SG-ICL';
const HAO = 'Hao et al. 2022';
const LIU = 'Liu et al. 2024, ICV';
const HENDEL = 'Hendel et al. 2023';

/** The metric of right answers of a model: as they are, or calibrated over the questions. */
const metricOf = (model: string): string =>
  model === REAL ? 'accuracy, batch calibration' : 'accuracy';
const nameOf = (model: string): string => (model === REAL ? `${REAL}, calibrated` : model);

/** The rule "after n demonstrations the first way is right more often". */
const wayAbove = (model: string, n: number, a: string, b: string): Claim['decide'] => {
  const of = (way: string) => asItIs(`${metricOf(model)}, ${way}`);
  return shareAbove(model, n, [a, of(a)], [b, of(b)]);
};

/** The rule "the first share is above the second", of any two numbers of demonstrations. */
const acrossNumbers =
  (
    model: string,
    [a, way, n]: readonly [string, string, number],
    [b, other, m]: readonly [string, string, number],
  ): Claim['decide'] =>
  (records) => {
    const of = (name: string, at: number): Measured =>
      measured(records, model, { metric: `${metricOf(model)}, ${name}`, n: at });
    return compareShares(a, of(way, n), b, of(other, m));
  };

/** Demonstrations that the model writes itself. */
const generated = (model: string, k: number): Claim[] => [
  claim(
    `After ${k} demonstrations that the model wrote itself answers are right more often than ` +
      `without any (${nameOf(model)})`,
    KIM,
    acrossNumbers(model, [`${k} of its own`, 'generated', k], ['none', 'gold', 0]),
  ),
  claim(
    `After ${k} true demonstrations answers are right more often than after ${k} that the model ` +
      `wrote itself (${nameOf(model)})`,
    KIM,
    wayAbove(model, k, 'gold', 'generated'),
  ),
  claim(
    `After ${k} demonstrations that the model wrote itself answers are right more often than after ` +
      `true inputs with random labels (${nameOf(model)})`,
    COURSE,
    wayAbove(model, k, 'generated', 'random labels'),
  ),
  {
    ...claim(
      `${k} demonstrations that the model wrote itself are worth at least 0.6 true ones each ` +
        `(${nameOf(model)})`,
      KIM,
      (records) => worthAtLeast(records, model, k, 0.6),
    ),
    paper: 'one is worth 0.6 true ones',
  },
];

/** Whether each of k own demonstrations is worth a share of a true one. */
function worthAtLeast(records: readonly ResultRecord[], model: string, k: number, share: number) {
  const worth = seedwise(
    (gold) => gold! / k,
    measured(records, model, { metric: 'gold equivalent', n: k }),
  );
  return compareShares('true ones for 100 of its own', worth, 'asked', share);
}

/** Demonstrations in groups. */
const groups = (model: string, counts: readonly number[]): Claim[] => {
  const [few, most] = [Math.min(...counts), Math.max(...counts)];
  const where = `(${nameOf(model)})`;
  return [
    claim(
      `${most} demonstrations in groups give more right answers than ${few} ${where}`,
      HAO,
      acrossNumbers(model, [`${most}`, 'groups', most], [`${few}`, 'groups', few]),
    ),
    claim(
      `${most} demonstrations in groups give more right answers than in one prompt ${where}`,
      HAO,
      wayAbove(model, most, 'groups', 'one prompt'),
    ),
    claim(
      `In groups, a question that weighs itself once for each group is right more often than one ` +
        `that does not ${where}, ${most} demonstrations`,
      HAO,
      wayAbove(model, most, 'groups', 'groups, not rescaled'),
    ),
    claim(
      `Groups of demonstrations that read each other give more right answers than groups of one ` +
        `${where}, ${most} demonstrations`,
      COURSE,
      wayAbove(model, most, 'groups, not rescaled', 'groups of one'),
    ),
  ];
};

/** Groups, one prompt and InvICL in TaskWorld, beyond the length of training. */
const beyondTraining = (few: number, most: number): Claim[] => [
  claim(
    `One prompt of ${most} demonstrations gives more right answers than one of ${few}, the most in ` +
      `training (${SMALL_MODEL})`,
    COURSE,
    acrossNumbers(SMALL_MODEL, [`${most}`, 'one prompt', most], [`${few}`, 'one prompt', few]),
  ),
  claim(
    `InvICL, which reads ${most} demonstrations as one set, is right more often than groups of ` +
      `them (${SMALL_MODEL})`,
    COURSE,
    wayAbove(SMALL_MODEL, most, 'InvICL', 'groups'),
  ),
  claim(
    `InvICL is right more often than one prompt of ${most} demonstrations, more than ten times ` +
      `those of training (${SMALL_MODEL})`,
    COURSE,
    wayAbove(SMALL_MODEL, most, 'InvICL', 'one prompt'),
  ),
  claim(
    `Another order changes more answers in one prompt than in groups (${SMALL_MODEL}, ${most} ` +
      'demonstrations)',
    COURSE,
    shareAbove(
      SMALL_MODEL,
      most,
      ['one prompt', asItIs('answers that change, one prompt')],
      ['groups', asItIs('answers that change, groups')],
    ),
  ),
];

/** Strengths at which claims on vectors are decided: of texts, and of TaskWorld. */
const [TEXT_STRENGTH, WORLD_STRENGTH] = [0.01, 0.05];

const STYLE_NAMES = Object.keys(STYLES);

/** The rule "one number in nats is above another", of SmolLM2's sentences. */
const nats = comparedNumbers(REAL, 'number', 'above', 'nats a token');

/** In-context vectors on sentences of two styles. */
const styleVectors = (): Claim[] =>
  STYLE_NAMES.flatMap((style) => {
    const at = (what: string, strength: number): string => `${what}, strength ${strength}`;
    const own = at(`margin, ${style}`, TEXT_STRENGTH);
    const where = `(${REAL}, '${style}')`;
    return [
      claim(
        `A vector of a few pairs of sentences makes the second of new pairs more probable ${where}`,
        LIU,
        nats('with it', own, 'without', at(`margin, ${style}`, 0)),
      ),
      claim(
        `A vector of its own style does so more than that of the other ${where}`,
        COURSE,
        nats('own', own, 'other', at(`margin, ${style}, other vector`, TEXT_STRENGTH)),
      ),
      claim(
        `The sum of two vectors, one for each style, still does so ${where}`,
        LIU,
        nats(
          'with the sum',
          at(`margin, ${style}, sum`, TEXT_STRENGTH),
          'without',
          at(`margin, ${style}`, 0),
        ),
      ),
    ];
  });

/** Task vectors and in-context vectors in TaskWorld, at the last of the layers. */
const taskVectors = (last: number): Claim[] =>
  ['natural', 'arbitrary'].flatMap((mapping) => {
    const where = `(${SMALL_MODEL}, ${mapping} labels)`;
    const bare = `accuracy, no examples, ${mapping}`;
    return [
      claim(
        `A task vector in the last layer tells the model which two labels there are ${where}`,
        HENDEL,
        metricAbove(
          SMALL_MODEL,
          ['probability of both with it', `labels known, task vector, layer ${last}, ${mapping}`],
          ['without', `labels known, no examples, ${mapping}`],
        ),
      ),
      ...Array.from({ length: last + 1 }, (_, l) =>
        claim(
          `A task vector in layer ${l} gives more right answers than no demonstrations ${where}`,
          HENDEL,
          metricAbove(
            SMALL_MODEL,
            ['with it', `accuracy, task vector, layer ${l}, ${mapping}`],
            ['without', bare],
          ),
        ),
      ),
      claim(
        `Its own state after the demonstrations gives a question more right answers in layer ` +
          `${last} than in layer ${last - 1} ${where}`,
        COURSE,
        metricAbove(
          SMALL_MODEL,
          [`layer ${last}`, `accuracy, own state, layer ${last}, ${mapping}`],
          [`layer ${last - 1}`, `accuracy, own state, layer ${last - 1}, ${mapping}`],
        ),
      ),
      claim(
        `An in-context vector of strength ${WORLD_STRENGTH} gives more right answers than no ` +
          `demonstrations ${where}`,
        LIU,
        metricAbove(
          SMALL_MODEL,
          ['with it', `accuracy, in-context vector, strength ${WORLD_STRENGTH}, ${mapping}`],
          ['without', bare],
        ),
      ),
    ];
  });

const quick: ShapesConfig = {
  ...CHOSEN_TASKS,
  seeds: 5,
  measures: {
    poolRows: 80,
    each: 4,
    worldTasks: 10,
    worldQuestions: 8,
    written: [2, 4, 8],
    textCounts: [8, 16, 32, 64],
    worldCounts: [8, 16, 32, 80],
    groupSize: 8,
    pairs: 16,
    tried: 24,
    textStrengths: [0, 0.005, 0.01, 0.02, 0.05],
    textLayerStrength: 0.1,
    textLayers: [0, 6, 12, 18, 24, 29],
    shown: 8,
    dummies: 16,
    worldStrengths: [0, 0.01, 0.05, 0.1, 0.2],
  },
};

const full: ShapesConfig = {
  ...quick,
  seeds: 10,
  measures: {
    ...quick.measures,
    poolRows: 1000,
    each: 50,
    worldTasks: 64,
    worldQuestions: 50,
    written: [2, 4, 8, 16, 32],
    textCounts: [8, 16, 32, 64, 128, 256],
    tried: 128,
    dummies: 64,
  },
};

/** The last layer of the small model. */
const LAST_LAYER = SMALL_SIZES.middle.layers - 1;

/** Other shapes of demonstrations. */
export const SHAPES: ShapesExperiment = {
  name: 'survey-shapes',
  notebook: '27',
  claim:
    'Demonstrations that a model writes itself, reads in groups, or holds as vectors do the work of ' +
    'true ones before the question.',
  source: KIM,
  // one seed of SmolLM2 takes twenty minutes of a processor
  variants: SCORED_ON_THREE,
  kind: SHAPES_KIND,
  profiles: { quick, full },
  claims: ({ measures: { written, textCounts, worldCounts } }) => {
    const k = Math.max(...written);
    return [
      ...generated(REAL, k),
      ...generated(SMALL_MODEL, k),
      ...groups(REAL, textCounts),
      ...groups(SMALL_MODEL, worldCounts),
      ...beyondTraining(Math.min(...worldCounts), Math.max(...worldCounts)),
      ...styleVectors(),
      ...taskVectors(LAST_LAYER),
    ];
  },
};
