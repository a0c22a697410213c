/**
 * Experiments on episodes of texts: models meta-trained on some tasks, scored on others, as MetaICL's settings say.
 */
import { tf } from '../core/backend';
import { demand } from '../core/errors';
import { stream } from '../core/random';
import { mean } from '../evaluation/statistics';
import { sizeOf, type SizeName, type TransformerSize } from '../model/config';
import { methodOf } from '../model/methods';
import { rowsAtOnce } from '../model/pieces';
import { benchmarkFolder, readTasks, type TextTask } from '../text/benchmark';
import { batchICL } from '../text/batchepisodes';
import { EpisodeModel, crossEntropy, episodesUnderMethod, type OptionScorer } from '../text/episodemodel';
import { ANSWER_SIZE, EpisodeSource, asTensors } from '../text/episodes';
import { EPISODE_TRAINING, EpisodeTrainer, type EpisodeTraining } from '../text/episodetrainer';
import { chooseBatchLayer, evaluate, type EvaluationConfig } from '../text/evaluate';
import { FEATURES, TextFeatures, type FeatureConfig } from '../text/features';
import { ownTasks, settingOrOwn } from '../text/grammar';
import { majority, nearestExample, ridgeOnExamples } from '../text/references';
import type { Setting } from '../text/settings';
import {
  type BaseConfig,
  type ExperimentOf,
  type MethodArm,
  type Need,
  type AnyPlan,
  type PlanOf,
  type Put,
  type Subject,
  type Worker,
  tryoutOf,
} from './experiment';
import { BASE_MB } from './prompts';

/** What is measured at the end of each run. */
export interface EpisodeMeasures {
  /** Numbers of demonstrations; the training's n is among them. */
  readonly ns: readonly number[];
  /** Rows of each target task that are tested, for each seed of demonstrations. */
  readonly rows: number;
  /** New orders of the demonstrations that are tried at the training's n. */
  readonly orders: number;
}

/** An experiment on episodes in numbers. */
export interface EpisodeConfig extends BaseConfig {
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
export type EpisodeExperiment = ExperimentOf<MethodArm, EpisodeConfig>;
type EpisodePlan = PlanOf<EpisodeExperiment>;

/** The registry gives this worker experiments on episodes only. */
const own = (plan: AnyPlan): EpisodePlan => plan as EpisodePlan;

/** The tasks of a setting as vectors. */
export interface Texts {
  readonly setting: Setting;
  readonly train: EpisodeSource;
  readonly target: EpisodeSource;
  /** Tasks that are not in the folder. */
  readonly missing: readonly string[];
}

const loaded = new Map<string, Texts>();

/**
 * The texts of a config: tasks read or made, features fitted on the inputs of training tasks only.
 *
 * @throws CourseError when the tasks are not there
 */
export function textsOf(config: EpisodeConfig): Texts {
  const key = JSON.stringify([config.setting, config.rowsPerTask, config.features]);
  let texts = loaded.get(key);
  if (!texts) {
    const setting = settingOrOwn(config.setting);
    const tasksOf = (names: readonly string[]): { tasks: readonly TextTask[]; missing: readonly string[] } =>
      config.setting === 'own' ? { tasks: ownTasks(names), missing: [] } : readTasks(benchmarkFolder(), names);
    const cut = (task: TextTask): TextTask => {
      const order = stream(0, 'rows', task.name).permutation(task.rows.length).slice(0, config.rowsPerTask);
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
function measureScores(scorer: OptionScorer, name: string, { config }: EpisodePlan, put: Put): void {
  const { target, setting } = textsOf(config);
  const { n = EPISODE_TRAINING.n } = config.training;
  for (const k of config.measures.ns) {
    const given: EvaluationConfig = { n: k, rows: config.measures.rows, orders: k === n ? config.measures.orders : 0 };
    const scores = evaluate(scorer, target, given);
    const over = (of: typeof scores): number => mean(of.map((one) => mean(one.scores)));
    put(name, k, 'score', over(scores));
    if (k !== n) continue;
    put(name, k, 'score, worst seed', mean(scores.map((one) => Math.min(...one.scores))));
    const unseen = scores.filter(({ task }) => setting.unseen.includes(task));
    if (unseen.length > 0) put(name, k, 'score, unseen domains', over(unseen));
    for (const { task, scores: seeds } of scores) put(name, k, `score, ${task}`, mean(seeds));
    put(name, k, 'changed by order', mean(scores.map(({ changed }) => changed)));
  }
}

function modelOf({ config }: EpisodePlan, arm: MethodArm, seed: number): EpisodeModel {
  return new EpisodeModel({ method: arm.method, size: config.model.size, d: textsOf(config).train.features.size, seed });
}

function trainerOf(plan: EpisodePlan, arm: MethodArm, seed: number, model: EpisodeModel): EpisodeTrainer {
  const { config } = plan;
  return new EpisodeTrainer(model, textsOf(config).train, {
    ...config.training,
    ...arm.training,
    seed,
    checkpointEvery: config.watchEvery,
  } as Partial<EpisodeTraining>);
}

function subject(plan: EpisodePlan, arm: MethodArm, seed: number): Subject {
  const model = modelOf(plan, arm, seed);
  const trainer = trainerOf(plan, arm, seed, model);
  const { n } = trainer.config;
  const { train } = textsOf(plan.config);
  const random = stream(0, 'watched episodes');
  const watched = asTensors(Array.from({ length: 64 }, () => train.ofOneTask(random, n, 4)));
  const lossOnWatched = (): number => {
    const scores = model.scores(watched);
    const loss = tf.tidy(() => crossEntropy(scores, watched.right).dataSync()[0]!);
    scores.dispose();
    return loss;
  };
  for (let i = 0; i < 2; i++) lossOnWatched(); // from here on compiled, so that a resumed run has the same bits
  return {
    trainer,
    watch: (put) => put(arm.name, n, 'loss along training', lossOnWatched()),
    measure: (put) => {
      measureScores(model, arm.name, plan, put);
      for (const kind of arm.also ?? []) {
        if (kind === 'BatchICL') measureScores(batchICL(model, chooseBatchLayer(model, train, n)), 'BatchICL', plan, put);
        else {
          demand(kind === 'InvICL mask' || kind === 'AR mask', () => `'${kind}' is not there for episodes.`, 'Leave it out of the arm.');
          const other = episodesUnderMethod(model, kind === 'AR mask' ? 'ar' : 'invicl');
          measureScores(other, `${arm.name} weights, ${kind}`, plan, put);
          other.dispose();
        }
      }
    },
    dispose: () => {
      tf.dispose(Object.values(watched));
      trainer.dispose();
      model.dispose();
    },
  };
}

/** What jobs on episodes do. */
export const ON_EPISODES: Worker = {
  settings: {
    measures: ['ns', 'rows', 'orders'],
    training: Object.keys(EPISODE_TRAINING).filter((key) => key !== 'seed'),
    model: ['size'],
    features: Object.keys(FEATURES),
  },
  check: (plan) => {
    const { config } = own(plan);
    settingOrOwn(config.setting);
    sizeOf(config.model.size);
  },
  learners: (plan, put) => {
    const untrained = modelOf(own(plan), { key: 'untrained', name: 'untrained', method: 'ar' }, 0);
    for (const scorer of [majority, nearestExample, ridgeOnExamples(1)]) measureScores(scorer, scorer.name, own(plan), put);
    measureScores(untrained, 'untrained', own(plan), put);
    untrained.dispose();
    put('tasks', 0, 'missing', textsOf(own(plan).config).missing.length);
  },
  subject: (plan, arm: MethodArm, seed) => subject(own(plan), arm, seed),
  tryout: (plan, arm: MethodArm) => {
    const model = modelOf(own(plan), arm, 0);
    const trainer = trainerOf(own(plan), arm, 0, model);
    return tryoutOf(trainer, model);
  },
  needOf: (plan, arm: MethodArm): Need => {
    const { config } = own(plan);
    const { width: C, layers: L, heads: H, mlpRatio, maxPositions } = sizeOf(config.model.size);
    const { n, tests, batch } = { ...EPISODE_TRAINING, ...config.training, ...arm.training };
    const T = n * (methodOf(arm.method).doubled ? 2 : 1) + tests;
    const rows = rowsAtOnce(batch, T, { width: C, layers: L });
    const weights = 4 * (L * (4 + 2 * mlpRatio) * C * C + (maxPositions + ANSWER_SIZE + 100) * C);
    const piece = 4 * rows * T * (L * C * (14 + 5 * mlpRatio) + 4 * L * H * T);
    return { memoryMB: Math.round(BASE_MB + 400 + (5 * weights + piece) / 1e6), diskMB: 0.3 + (3 * weights) / 1e6 };
  },
};
