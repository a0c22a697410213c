/**
 * Other shapes of demonstrations (notebook 27): those that a model writes itself, groups that are
 * read alone, and vectors that are added to states or put in their place.
 * References: Kim et al. (2022, arXiv 2206.08082) for own demonstrations; Hao et al. (2022, arXiv
 * 2212.06713) and Ratner et al. (2023, arXiv 2212.10947) for groups; Liu et al. (2024, arXiv
 * 2311.06668) for in-context vectors; Hendel et al. (2023, arXiv 2310.15916) for task vectors.
 */
import { claim, type Claim } from '../../../records/rules';
import { measured, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { COURSE } from '../../../records/sources';
import { compareShares, decisionBy } from '../../../records/verdicts';
import { SHAPES_KIND, type ShapesConfig, type ShapesExperiment } from '../shapeskind';
import { CHOSEN_TASKS, REAL, SCORED, SMALL_MODEL, asItIs, shareAbove } from './scoringshared';

const KIM = 'Kim et al. 2022, SG-ICL';
const HAO = 'Hao et al. 2022';
const LIU = 'Liu et al. 2024, ICV';
const HENDEL = 'Hendel et al. 2023';

/** The metric of right answers of a model: as they are, or calibrated over the questions. */
const metricOf = (model: string): string =>
  model === REAL ? 'accuracy, batch calibration' : 'accuracy';
const nameOf = (model: string): string => (model === REAL ? `${REAL}, calibrated` : model);

/** The rule "after n demonstrations the first way is right more often". */
const wayAbove = (model: string, n: number, a: string, b: string, margin = 0): Claim['decide'] => {
  const of = (way: string) => asItIs(`${metricOf(model)}, ${way}`);
  return shareAbove(model, n, [a, of(a)], [b, of(b)], margin);
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
const groups = (model: string, counts: readonly number[], single: number): Claim[] => {
  const [few, most] = [Math.min(...counts), Math.max(...counts)];
  const where = `(${nameOf(model)})`;
  return [
    claim(
      `${most} demonstrations in groups give more right answers than ${few} ${where}`,
      HAO,
      acrossNumbers(model, [`${most}`, 'groups', most], [`${few}`, 'groups', few]),
    ),
    claim(
      `${most} demonstrations in groups give more right answers than ${single} in one prompt ${where}`,
      HAO,
      acrossNumbers(
        model,
        [`${most} in groups`, 'groups', most],
        [`${single} in one`, 'one prompt', single],
      ),
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
const beyondTraining = (most: number): Claim[] => [
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
