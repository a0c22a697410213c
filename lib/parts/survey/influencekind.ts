/**
 * Experiments on single demonstrations: each is left out, stands at other positions, or has another
 * label than those before it. Nothing is trained. A seed is a split of each real task, or in TaskWorld
 * a draw of tasks and a training run of the small model.
 */
import { demand } from '../../core/errors';
import type { BaseConfig, ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { list, maybe, oneOf, positive, section, share, whole } from '../../experiments/settings';
import { realTask } from '../../metaicl/realtasks';
import { METHODS, type Method } from '../../model/methods';
import { measureChanges, type ChangeSizes } from './changemeasures';
import {
  SUBJECT_SETTINGS,
  SUBJECT_SIZES,
  VARIANT_SETTINGS,
  choosingRequirements,
  withSmallModel,
  withTextSubjects,
  type ChoosingVariant,
  type SubjectSizes,
  type SubjectsConfig,
} from './choosingrun';
import { measureInfluence, type InfluenceSizes } from './influencemeasures';
import { influenceWorlds, withReadTexts } from './influencesubjects';
import { exactScorers } from './scoring/subjects';
import { smallScorer } from './scoring/smallscorer';
import { worldScorer } from './scoring/worldscorer';
import { ExactBayes } from './world/posterior';
import { WORLD, trainedPrior } from './world/taskworld';

/** Who is asked. */
export interface InfluenceVariant extends ChoosingVariant {
  /** Of the small model: under which method it was trained; left out: AR. */
  readonly method?: 'ar' | 'invicl';
  /** Of the exact answer: how much less an example counts for each later one. */
  readonly recency?: number;
}

/** How much is measured. */
export interface InfluenceMeasures
  extends SubjectSizes, Omit<InfluenceSizes, 'rotations'>, ChangeSizes {
  /** Rotations of the demonstrations: in TaskWorld, and of real texts. */
  readonly worldRotations: number;
  readonly textRotations: number;
  /** The same of readings of real texts in which no order counts. */
  readonly setRotations: number;
}

/** The config of such an experiment. */
export interface InfluenceConfig extends BaseConfig, Omit<SubjectsConfig, 'measures'> {
  readonly measures: InfluenceMeasures;
}

/** An experiment on single demonstrations. */
export type InfluenceExperiment = ExperimentOf<InfluenceVariant, InfluenceConfig>;
type InfluencePlan = PlanOf<InfluenceExperiment>;

/** How a language model that was trained in order reads demonstrations as a set. */
const SET_READINGS = { InvICL: METHODS.inviclOwnPlaces, BoE: METHODS.boe } as const;

/** As records name a language model that reads in another way than it was trained. */
export const readAs = (name: string, reading: keyof typeof SET_READINGS): string =>
  `${name}, ${reading}`;

function measureTexts(
  config: InfluenceConfig,
  model: 'smollm2' | 'random',
  name: string,
  seed: number,
  put: Put,
): void {
  const { measures } = config;
  const { textRotations, setRotations } = measures;
  const readings: readonly (readonly [string, Method, number])[] = [
    [name, METHODS.ar, textRotations],
    ...(['InvICL', 'BoE'] as const).map(
      (key) => [readAs(name, key), SET_READINGS[key], setRotations] as const,
    ),
  ];
  withTextSubjects(config, model, seed, (subjects, loaded, template) => {
    for (const [reader, method, count] of readings)
      withReadTexts(subjects, loaded, method, template, (read) => {
        measureInfluence(read, null, { ...measures, rotations: count }, reader, seed, put);
        measureChanges(read, measures, reader, seed, put);
      });
  });
}

/** Whether the exact answer is compared with itself. */
const isExact = ({ model, recency }: InfluenceVariant): boolean =>
  model === 'exact' && recency === undefined;

function measureWorld(
  { measures }: InfluenceConfig,
  variant: InfluenceVariant,
  seed: number,
  put: Put,
): void {
  const { name, recency = 1 } = variant;
  withSmallModel(variant, seed, (network, method) => {
    const scorer = network
      ? smallScorer(network, method)
      : worldScorer(new ExactBayes(WORLD, { recency }, trainedPrior()));
    const subjects = influenceWorlds(scorer, measures, seed);
    const exact = isExact(variant)
      ? null
      : influenceWorlds(exactScorers()[0]!.scorer, measures, seed);
    const sizes = { ...measures, rotations: measures.worldRotations };
    measureInfluence(subjects, exact, sizes, name, seed, put);
    measureChanges(subjects, measures, name, seed, put);
  });
}

const SETTINGS = section('an experiment on single demonstrations', {
  seeds: whole('splits of each task', 1, 10_000),
  ...SUBJECT_SETTINGS,
  measures: section('what is measured', {
    ...SUBJECT_SIZES,
    k: whole('demonstrations of a prompt', 2, 1000),
    sets: whole('draws of demonstrations for each task', 1, 1e4),
    asked: whole('questions of each label on which influences are measured', 1, 1e6),
    worldRotations: whole('rotations of the demonstrations in TaskWorld', 2, 1000),
    textRotations: whole('rotations of real demonstrations', 2, 1000),
    setRotations: whole('rotations of real demonstrations that are read as a set', 2, 1000),
    lateShares: list('shares of demonstrations after a change of labels', share('a share'), 1),
  }),
});

/** Refuses rotations that do not come out even, and changes that leave one part empty. */
function check({ config: { tasks, measures } }: InfluencePlan): void {
  tasks.forEach(realTask);
  const { k, worldRotations, textRotations, setRotations, lateShares } = measures;
  const uneven = [worldRotations, textRotations, setRotations].find((count) => k % count !== 0);
  demand(
    uneven === undefined,
    () => `${k} demonstrations were to be read in ${uneven} rotations.`,
    'Give numbers of rotations that divide the number of demonstrations.',
  );
  const isWhole = (late: number): boolean =>
    late > 0 && late < k && Math.abs(late - Math.round(late)) < 1e-9;
  const hasOther = (one: number): boolean =>
    lateShares.some((other) => Math.abs(one + other - 1) < 1e-9);
  const odd = lateShares.find((one) => !isWhole(one * k) || !hasOther(one));
  demand(
    odd === undefined && new Set(lateShares).size === lateShares.length,
    () => `The shares after a change are [${lateShares.join(', ')}] of ${k} demonstrations.`,
    'Give shares of whole demonstrations, each once and with what it leaves to 1.',
  );
}

/** Experiments on single demonstrations. */
export const INFLUENCE_KIND = measuringKind<InfluenceExperiment>({
  name: 'single demonstrations',
  settings: SETTINGS,
  variant: section('who is asked', {
    ...VARIANT_SETTINGS,
    method: maybe(oneOf('the method of the small model', 'ar', 'invicl')),
    recency: maybe(positive('how much less an example counts for each later one')),
  }),
  check,
  baselines: (_, put) => put('chance in TaskWorld', {}, 'accuracy', 0.5),
  measure: ({ config }, variant, seed, put) =>
    variant.model === 'small' || variant.model === 'exact'
      ? measureWorld(config, variant, seed, put)
      : measureTexts(config, variant.model, variant.name, seed, put),
  requirements: choosingRequirements,
});
