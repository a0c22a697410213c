/**
 * Experiments that adapt a trained language model to prompts of demonstrations: low-rank adapters
 * are trained on prompts of many tasks under a method, and questions of other tasks are asked
 * before and after. Seeds draw the adapters, the prompts, the demonstrations and the questions; all
 * variants of a seed train on the same prompts and are asked the same questions.
 * References: Min et al. (2022, MetaICL); Hu et al. (2021, arXiv 2106.09685) for the adapters.
 */
import { checkText } from '../../core/checks';
import { demand } from '../../core/errors';
import type { ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import {
  BASE_MB,
  experimentKind,
  trainingOf,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import {
  BASE_SETTINGS,
  list,
  orNull,
  partial,
  positive,
  section,
  text,
  whole,
} from '../../experiments/settings';
import { AdaptedModel } from '../../language/adaptedmodel';
import type { LoadedModel } from '../../language/folder';
import { TEXT_TRAINING, TextTrainer } from '../../metaicl/texttrainer';
import { methodOf } from '../../model/methods';
import {
  adaptedTraining,
  checkTargets,
  drawnTargets,
  type AdaptedConfig,
  type AdaptedVariant,
} from './adaptedconfig';
import { lossOnTargets, measureAdapted, type AdaptedReader } from './adaptedmeasures';
import { modelToRead } from './modeltoread';
import { measureBaselines } from './readingbaselines';
import { TEMPLATE_SETTINGS } from './readtasks';
import { TEXT_TRAINING_SETTINGS } from './texts';

/** An experiment that adapts a language model. */
export type AdaptedExperiment = ExperimentOf<AdaptedVariant, AdaptedConfig>;
type AdaptedPlan = PlanOf<AdaptedExperiment>;

/**
 * How tables call a variant before its training.
 *
 * @throws CourseError when the name is no text
 */
export function beforeAdapting(name: string): string {
  checkText('The name of a variant', name);
  return `${name}, not adapted`;
}

interface AdaptedRun extends Made {
  readonly trainer: TextTrainer;
  readonly base: LoadedModel;
  readonly adapted: LoadedModel;
}

function make({ config }: AdaptedPlan, variant: AdaptedVariant, seed: number): AdaptedRun {
  const base = modelToRead(config.model);
  const { tokenizer } = base;
  const adapters = new AdaptedModel(base.model, config.adapters, seed);
  const adapted = { model: adapters, tokenizer };
  const trainer = new TextTrainer(
    adapted,
    methodOf(variant.method),
    adaptedTraining(config),
    trainingOf(config, variant, seed),
    config.template,
  );
  const dispose = (): void => {
    adapters.dispose();
    base.model.dispose();
  };
  return { trainer, trained: { dispose }, base, adapted };
}

/** Questions of each target whose loss is measured along training. */
const WATCHED = 4;

function measurements(
  { config }: AdaptedPlan,
  variant: AdaptedVariant,
  { base, adapted, trainer }: AdaptedRun,
  seed: number,
): Measurements {
  const targets = drawnTargets(config, seed);
  const reader = (loaded: LoadedModel): AdaptedReader => {
    const { template } = config;
    return { loaded, method: trainer.method, template };
  };
  const { n, reordered } = config.measures;
  // without demonstrations all that a prompt says is its question
  const shown = trainer.config.n > 0 ? [n] : [0, n];
  const measure = (loaded: LoadedModel, name: string, put: Put): void =>
    shown.forEach((count) => {
      const how = { n: count, reordered: count > 0 ? reordered : 0, seed };
      measureAdapted(reader(loaded), name, targets, how, put);
    });
  return {
    watch: (put) => {
      const loss = lossOnTargets(reader(adapted), targets, shown[0]!, WATCHED);
      put(variant.name, { n: shown[0]! }, 'loss on targets along training', loss);
    },
    measure: (put) => {
      measure(adapted, variant.name, put);
      measure(base, beforeAdapting(variant.name), put);
    },
  };
}

const SETTINGS = section('an experiment that adapts a language model', {
  ...BASE_SETTINGS,
  model: orNull(text('a downloaded model; null = random weights on our own tasks')),
  setting: text("a setting of MetaICL, or 'own'"),
  targets: list('targets that are asked', text('a task'), 1),
  template: TEMPLATE_SETTINGS,
  adapters: section('adapters', {
    rank: whole('rows of B', 1, 1e4),
    alpha: positive('A B is multiplied by alpha / rank'),
  }),
  training: partial('training', {
    ...TEXT_TRAINING_SETTINGS,
    n: whole('examples per prompt', 0, 1e4),
  }),
  measures: section('what is measured', {
    n: whole('demonstrations of a question', 1, 1e4),
    rows: whole('questions of each target', 1, 1e6),
    reordered: whole('questions that are asked again after another order', 0, 1e6),
  }),
});

/** Experiments that adapt a language model. */
export const ADAPTED_KIND = experimentKind<AdaptedExperiment, AdaptedRun>({
  name: 'adapted language models',
  settings: SETTINGS,
  check: ({ config, experiment }) => {
    for (const { method, key } of experiment.variants)
      demand(
        !methodOf(method).oneTest,
        () => `'${key}' reads by '${method}', whose examples read the test.`,
        'Use a method whose context is read once for all questions.',
      );
    checkTargets(config);
  },
  baselines: ({ config }, put) => {
    const { n } = config.measures;
    const drawn = (seed: number): ReturnType<typeof drawnTargets> => drawnTargets(config, seed);
    const real = config.model !== null;
    measureBaselines({ ns: [n], seeds: config.seeds, real, drawn }, put);
  },
  make,
  measurements,
  // weights in 32 bits, and what a prompt keeps for its gradients
  requirements: ({ config }, { training, method }) => {
    const { n, tests } = { ...TEXT_TRAINING, ...config.training, ...training };
    const T = config.template.longest * (n * (methodOf(method).doubled ? 2 : 1) + tests);
    const perToken = 30 * 576 * 4 * 30; // layers, width, bytes, numbers kept
    return {
      memoryMB: Math.round(BASE_MB + (config.model === null ? 50 : 900 + (T * perToken) / 1e6)),
      diskMB: config.model === null ? 1 : 10,
    };
  },
});
