/**
 * Experiments on attention heads: of a language model, of the small model of TaskWorld, and of
 * transformers of attention alone, which are trained here in seconds. A seed is a draw of random tokens
 * and a split of each real task, a draw of tasks of TaskWorld and a training run of the small model, or
 * a training run.
 */
import { demand } from '../../core/errors';
import { ascends } from '../../core/numerics';
import type { BaseConfig, ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { counts, oneOf, section, whole } from '../../experiments/settings';
import type { LoadedModel } from '../../language/folder';
import { realTask } from '../../metaicl/realtasks';
import {
  SUBJECT_SETTINGS,
  VARIANT_SETTINGS,
  choosingRequirements,
  withSmallModel,
  writtenTasks,
  type ChoosingVariant,
  type SubjectsConfig,
} from './choosingrun';
import { UNRELATED_WORDS } from './factors/unrelated';
import { measureRandomTokens, type RandomTokenSizes } from './headmeasures';
import { measureHeadTasks, type HeadTaskSizes } from './headtasks';
import { measureSmallHeads, type SmallHeadSizes } from './smallheads';
import { randomModel } from './splittasks';
import { withTextModel } from './textmodel';
import { measureTrainedHeads, type TrainedHeadSizes } from './trainedheads';

/** Whose heads are looked at. */
export interface HeadsVariant extends Omit<ChoosingVariant, 'model'> {
  readonly model: 'smollm2' | 'random' | 'small' | 'one layer' | 'two layers';
}

/** How much is measured. */
export interface HeadsMeasures
  extends RandomTokenSizes, HeadTaskSizes, SmallHeadSizes, TrainedHeadSizes {}

/** The config of such an experiment. */
export interface HeadsConfig extends BaseConfig, Pick<SubjectsConfig, 'tasks' | 'template'> {
  readonly measures: HeadsMeasures;
}

/** An experiment on attention heads. */
export type HeadsExperiment = ExperimentOf<HeadsVariant, HeadsConfig>;
type HeadsPlan = PlanOf<HeadsExperiment>;

function measureTexts(
  config: HeadsConfig,
  model: 'smollm2' | 'random',
  name: string,
  seed: number,
  put: Put,
): void {
  const { template, measures } = config;
  const each = Math.ceil(measures.questions / 2);
  const { tasks, written } = writtenTasks(config, model, seed, each);
  const fresh = (): LoadedModel => randomModel(tasks, [template.between, ...UNRELATED_WORDS]);
  withTextModel(model, fresh, (loaded) => {
    const chosen = measureRandomTokens(loaded, written.begin ?? '', measures, name, seed, put);
    measureHeadTasks(tasks, loaded, written, chosen, measures, seed, (n, metric, value) =>
      put(name, { n }, metric, value),
    );
  });
}

function measure({ config }: HeadsPlan, variant: HeadsVariant, seed: number, put: Put): void {
  const { model, name } = variant;
  const { measures } = config;
  if (model === 'one layer' || model === 'two layers')
    measureTrainedHeads(model === 'one layer' ? 1 : 2, measures, name, seed, put);
  else if (model === 'small')
    withSmallModel({ model }, seed, (network) =>
      measureSmallHeads(network!, measures, name, seed, put),
    );
  else measureTexts(config, model, name, seed, put);
}

const SETTINGS = section('an experiment on attention heads', {
  seeds: whole('splits of each task', 1, 10_000),
  ...SUBJECT_SETTINGS,
  measures: section('what is measured', {
    sequences: whole('sequences of random tokens', 1, 1e4),
    half: whole('tokens of each half of them', 2, 1e4),
    sizes: counts('numbers of heads that are taken out'),
    draws: whole('draws of random heads', 1, 1000),
    randomSizes: counts('numbers of random heads that are taken out'),
    copied: whole('tokens between which copying is looked at', 2, 1e4),
    poolRows: whole('the most rows of a pool', 1, 1e5),
    shown: whole('demonstrations of a real task', 1, 1000),
    questions: whole('the most questions of a real task', 2, 1e6),
    worded: whole('tasks that are asked with unrelated words too', 0, 1000),
    documents: whole('documents to look up', 1, 1e5),
    lines: whole('lines of each', 2, 100),
    worldTasks: whole('tasks of TaskWorld with each mapping', 1, 1e4),
    worldEach: whole('questions of each label about each of them', 1, 1e6),
    worldShown: whole('demonstrations of a task of TaskWorld', 1, 100),
    worldSizes: counts('numbers of heads of the small model that are taken out'),
    steps: whole('steps of training', 1, 1e6),
    watchEvery: whole('steps between measurements', 1, 1e6),
    watched: whole('sequences on which is measured', 1, 1e5),
    compared: whole('late tokens, and early ones, that are compared', 1, 20),
  }),
});

/** Refuses numbers of random heads that are none of those of the others. */
function check({ config: { tasks, measures } }: HeadsPlan): void {
  tasks.forEach(realTask);
  const { sizes, randomSizes, worldSizes, worded } = measures;
  demand(
    ascends(sizes) && ascends(worldSizes) && randomSizes.every((n) => sizes.includes(n)),
    () =>
      `Heads were to be taken out in numbers [${sizes.join(', ')}], random ones in ` +
      `[${randomSizes.join(', ')}].`,
    'Give ascending numbers, and for random heads some of them.',
  );
  demand(
    worded <= tasks.length,
    () => `${worded} of ${tasks.length} tasks were to be asked with unrelated words.`,
    'Give as many tasks.',
  );
}

/** Experiments on attention heads. */
export const HEADS_KIND = measuringKind<HeadsExperiment>({
  name: 'attention heads',
  settings: SETTINGS,
  variant: section('whose heads are looked at', {
    ...VARIANT_SETTINGS,
    model: oneOf('the model', 'smollm2', 'random', 'small', 'one layer', 'two layers'),
  }),
  check,
  baselines: (_, put) => put('chance in TaskWorld', {}, 'accuracy', 0.5),
  measure,
  requirements: (plan, { model }) =>
    choosingRequirements(plan, {
      key: model,
      name: model,
      model: model === 'smollm2' ? model : 'small',
    }),
});
