/**
 * Experiments on episodes of texts: models meta-trained on some tasks, scored on others, as
 * MetaICL's settings say.
 */
import { tf } from '../../core/backend';
import { demand } from '../../core/errors';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { sizeOf, type SizeName, type TransformerSize } from '../../model/config';
import { methodOf } from '../../model/methods';
import { microbatchOf } from '../../model/microbatch';
import { benchmarkFolder, readTasks, type TextTask } from '../../metaicl/benchmark';
import { batchICLOnEpisodes } from '../../metaicl/batchicl';
import { EpisodeModel, episodeCrossEntropy, episodesUnderMethod } from '../../metaicl/episodemodel';
import { EpisodeSource } from '../../metaicl/episodes';
import { ANSWER_SIZE, asTensors, type Episodes } from '../../metaicl/episodetensors';
import {
  EPISODE_TRAINING,
  EpisodeTrainer,
  type EpisodeTraining,
} from '../../metaicl/episodetrainer';
import { chooseEpisodeLayer, evaluate, type EvaluationConfig } from '../../metaicl/evaluate';
import { TextFeatures, type FeatureConfig } from '../../metaicl/features';
import { ownTasks, settingOrOwn } from '../../metaicl/owntasks';
import type { Predictor } from '../../model/prompts';
import { majority, nearestText, ridgeOnExamples } from '../../metaicl/baselines';
import type { Setting } from '../../metaicl/settings';
import type { DerivedPredictor, MethodVariant } from '../../experiments/prompts';
import type { ExperimentOf, PlanOf, Put, TrainedConfig } from '../../experiments/experiment';
import {
  experimentKind,
  transformerRequirements,
  trainingOf,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import {
  BASE_SETTINGS,
  SIZE,
  TRAINING_SETTINGS,
  counts,
  partial,
  section,
  share,
  text,
  whole,
} from '../../experiments/settings';

/** What is measured at the end of each run. */
export interface EpisodeMeasures {
  /** Numbers of demonstrations; the training's n is among them. */
  readonly ns: readonly number[];
  /** Rows of each target task that are tested, for each seed of demonstrations. */
  readonly rows: number;
  /** New orders of the demonstrations that are tried at the training's n. */
  readonly orders: number;
}

/** The config of an experiment on episodes. */
export interface EpisodeConfig extends TrainedConfig {
  /** A setting of MetaICL, or 'own': tasks made by the course. */
  readonly setting: string;
  /** The most rows of a training task that are used. */
  readonly rowsPerTask: number;
  readonly features: Partial<FeatureConfig>;
  readonly model: { readonly size: SizeName | Partial<TransformerSize> };
  readonly training: Partial<Omit<EpisodeTraining, 'seed'>>;
  readonly measures: EpisodeMeasures;
}

/** An experiment on episodes. */
export type EpisodeExperiment = ExperimentOf<MethodVariant, EpisodeConfig>;
type EpisodePlan = PlanOf<EpisodeExperiment>;

/** The tasks of a setting as vectors. */
export interface EncodedTasks {
  readonly setting: Setting;
  readonly train: EpisodeSource;
  readonly target: EpisodeSource;
  /** Tasks that are not in the folder. */
  readonly missing: readonly string[];
}

const loaded = new Map<string, EncodedTasks>();

/**
 * The texts of a config: tasks read or made, features fitted on the inputs of training tasks only.
 *
 * @throws CourseError when the tasks are not there
 */
function encodedTasks(config: EpisodeConfig): EncodedTasks {
  const key = JSON.stringify([config.setting, config.rowsPerTask, config.features]);
  let texts = loaded.get(key);
  if (!texts) {
    const setting = settingOrOwn(config.setting);
    const tasksOf = (
      names: readonly string[],
    ): { tasks: readonly TextTask[]; missing: readonly string[] } =>
      config.setting === 'own'
        ? { tasks: ownTasks(names), missing: [] }
        : readTasks(benchmarkFolder(), names);
    const cut = (task: TextTask): TextTask => {
      const order = stream(0, 'rows', task.name)
        .permutation(task.rows.length)
        .slice(0, config.rowsPerTask);
      return { ...task, rows: order.map((i) => task.rows[i]!) };
    };
    const [train, target] = [tasksOf(setting.train), tasksOf(setting.target)];
    const used = train.tasks.map(cut);
    const inputs = used.flatMap(({ rows }) => rows.slice(0, 800).map(({ input }) => input));
    const features = new TextFeatures(inputs, config.features);
    texts = {
      setting,
      train: new EpisodeSource(used, features),
      target: new EpisodeSource(target.tasks, features),
      missing: [...train.missing, ...target.missing],
    };
    loaded.set(key, texts);
  }
  return texts;
}

/** Scores of a model on the targets, as records. */
function measureScores(
  predictor: Predictor<Episodes>,
  name: string,
  { config }: EpisodePlan,
  put: Put,
): void {
  const { target, setting } = encodedTasks(config);
  const { n = EPISODE_TRAINING.n } = config.training;
  for (const k of config.measures.ns) {
    const given: EvaluationConfig = {
      n: k,
      rows: config.measures.rows,
      orders: k === n ? config.measures.orders : 0,
    };
    const scores = evaluate(predictor, target, given);
    const over = (of: typeof scores): number => mean(of.map((one) => mean(one.scores)));
    put(name, { n: k }, 'score', over(scores));
    if (k !== n) continue;
    put(name, { n: k }, 'score, worst seed', mean(scores.map((one) => Math.min(...one.scores))));
    const unseen = scores.filter(({ task }) => setting.unseen.includes(task));
    if (unseen.length > 0) put(name, { n: k }, 'score, unseen domains', over(unseen));
    for (const { task, scores: seeds } of scores)
      put(name, { n: k }, `score, ${task}`, mean(seeds));
    put(name, { n: k }, 'changed by order', mean(scores.map(({ changed }) => changed)));
  }
}

function modelOf({ config }: EpisodePlan, variant: MethodVariant, seed: number): EpisodeModel {
  return new EpisodeModel({
    method: variant.method,
    size: config.model.size,
    d: encodedTasks(config).train.features.size,
    seed,
  });
}

function trainerOf(
  plan: EpisodePlan,
  variant: MethodVariant,
  seed: number,
  model: EpisodeModel,
): EpisodeTrainer {
  const { config } = plan;
  const given = trainingOf(config, variant, seed);
  return new EpisodeTrainer(model, encodedTasks(config).train, given);
}

type EpisodeRun = Made<EpisodeTrainer, EpisodeModel>;

function make(plan: EpisodePlan, variant: MethodVariant, seed: number): EpisodeRun {
  const model = modelOf(plan, variant, seed);
  return { trainer: trainerOf(plan, variant, seed, model), trained: model };
}

/** Scores of what is read out of a trained model. */
function measureDerived(
  model: EpisodeModel,
  kind: DerivedPredictor,
  variant: MethodVariant,
  plan: EpisodePlan,
  n: number,
  put: Put,
): void {
  if (kind === 'BatchICL') {
    const layer = chooseEpisodeLayer(model, encodedTasks(plan.config).train, n);
    measureScores(batchICLOnEpisodes(model, layer), 'BatchICL', plan, put);
    return;
  }
  demand(
    kind === 'InvICL mask' || kind === 'AR mask',
    () => `'${kind}' is not there for episodes.`,
    'Leave it out of the variant.',
  );
  const other = episodesUnderMethod(model, kind === 'AR mask' ? 'ar' : 'invicl');
  measureScores(other, `${variant.name} weights, ${kind}`, plan, put);
  other.dispose();
}

function measurements(
  plan: EpisodePlan,
  variant: MethodVariant,
  { trainer, trained: model }: EpisodeRun,
): Measurements {
  const { n } = trainer.config;
  const { train } = encodedTasks(plan.config);
  const random = stream(0, 'watched episodes');
  const watched = asTensors(Array.from({ length: 64 }, () => train.ofOneTask(random, n, 4)));
  const lossOnWatched = (): number => {
    const scores = model.scores(watched);
    const loss = tf.tidy(() => episodeCrossEntropy(scores, watched.right).dataSync()[0]!);
    scores.dispose();
    return loss;
  };
  return {
    watch: (put) => put(variant.name, { n }, 'loss along training', lossOnWatched()),
    measure: (put) => {
      measureScores(model, variant.name, plan, put);
      for (const kind of variant.also ?? []) measureDerived(model, kind, variant, plan, n, put);
    },
    dispose: () => tf.dispose(Object.values(watched)),
  };
}

const EPISODE_SETTINGS = section('an experiment on episodes of texts', {
  ...BASE_SETTINGS,
  setting: text("a setting of MetaICL, or 'own'"),
  rowsPerTask: whole('the most rows of a training task that are used'),
  features: partial('texts as vectors', {
    dims: whole('singular directions', 1, 1e4),
    minTexts: whole('words in fewer texts than this are left out'),
    maxWords: whole('and of the others the rarest beyond this many'),
  }),
  model: section('the transformer', { size: SIZE }),
  training: partial('training', {
    ...TRAINING_SETTINGS,
    n: whole('examples per episode', 1, 1e4),
    tests: whole('tests per episode, m', 1, 1e4),
    madeUntil: share('share of the steps that have no real task'),
    madeAfter: share('share of such episodes afterwards'),
  }),
  measures: section('what is measured', {
    ns: counts('numbers of demonstrations'),
    rows: whole('rows of each target task that are tested'),
    orders: whole('new orders that are tried', 0, 1e4),
  }),
});

/** Experiments on episodes of texts. */
export const EPISODE_KIND = experimentKind<EpisodeExperiment, EpisodeRun>({
  name: 'episodes of texts',
  settings: EPISODE_SETTINGS,
  check: ({ experiment, config }) => {
    settingOrOwn(config.setting);
    sizeOf(config.model.size);
    for (const { method } of experiment.variants) methodOf(method);
  },
  baselines: (plan, put) => {
    const untrained = modelOf(plan, { key: 'untrained', name: 'untrained', method: 'ar' }, 0);
    for (const scorer of [majority, nearestText, ridgeOnExamples(1)])
      measureScores(scorer, scorer.name, plan, put);
    measureScores(untrained, 'untrained', plan, put);
    untrained.dispose();
    put('tasks', {}, 'missing', encodedTasks(plan.config).missing.length);
  },
  make,
  measurements,
  requirements: ({ config }, variant) => {
    const size = sizeOf(config.model.size);
    const { n, tests, batch } = { ...EPISODE_TRAINING, ...config.training, ...variant.training };
    const T = n * (methodOf(variant.method).doubled ? 2 : 1) + tests;
    const others = (size.maxPositions + ANSWER_SIZE + 100) * size.width;
    return transformerRequirements(size, {
      prompts: microbatchOf(batch, T, size),
      T,
      others,
      extraMB: 400,
    });
  },
});
