/**
 * Experiments that measure how a trained model scores the options of questions: by which way, with
 * which biases, under which calibration. Nothing is trained. A seed of the language model is a split
 * of each task with its contexts; a seed of the small model is a training run with contexts of its
 * own, and the exact answer is asked the same.
 */
import { demand } from '../../core/errors';
import type { BaseConfig, ExperimentOf, PlanOf, Put, Variant } from '../../experiments/experiment';
import { BASE_MB, measuringKind } from '../../experiments/kind';
import { byName, list, maybe, oneOf, section, text, whole } from '../../experiments/settings';
import { loadLanguageModel } from '../../language/folder';
import { smolLM2Folder } from '../../language/pretrained';
import type { Template } from '../../language/prompt';
import type { Question } from '../../language/scoring';
import { realTask } from '../../metaicl/realtasks';
import { measureBiases } from './biasmeasures';
import {
  exactScorers,
  smallScorers,
  textSubject,
  worldSubject,
  type Subject,
} from './scoring/subjects';
import type { WorldQuestion } from './scoring/worldquestions';
import { measureWays, type AskedMeasures } from './scoringmeasures';
import { loadSmallModel } from './small/smallcheckpoint';
import { ownSplits, randomModel, realSplits, smallWeights } from './splittasks';
import { MAPPINGS } from './world/taskworld';

/** Whose scores are measured. */
export interface ScoringVariant extends Variant {
  /** 'random': a language model of random weights on our own texts, to see the machinery run. */
  readonly model: 'smollm2' | 'small' | 'exact' | 'random';
}

/** The config of such an experiment. */
export interface ScoringConfig extends BaseConfig {
  /** Real tasks with two labels. */
  readonly tasks: readonly string[];
  /** How examples of real tasks are written, by name; the first is the usual way. */
  readonly templates: Readonly<Record<string, Template>>;
  /** Pairs of a common and a rare word, of which a seed takes one. */
  readonly commonWords: readonly (readonly [string, string])[];
  readonly measures: AskedMeasures;
}

/** An experiment on the ways to score, or on biases. */
export type ScoringExperiment = ExperimentOf<ScoringVariant, ScoringConfig>;
type ScoringPlan = PlanOf<ScoringExperiment>;

/** What is asked of a variant; the caller frees what it holds. */
interface Asked<AskedQuestion> {
  readonly subjects: readonly Subject<AskedQuestion>[];
  dispose(): void;
}

function askedOfTexts(
  config: ScoringConfig,
  { model }: ScoringVariant,
  seed: number,
): Asked<Question> {
  const { templates, commonWords } = config;
  const sizes = { test: config.measures.each, dev: 0 };
  const tasks = model === 'random' ? ownSplits(seed, sizes) : realSplits(config.tasks, seed, sizes);
  const loaded =
    model === 'random'
      ? randomModel(tasks, [
          ...Object.values(templates).map(({ between }) => between),
          ...commonWords.flat(),
        ])
      : loadLanguageModel(smolLM2Folder());
  const pair = commonWords[seed % commonWords.length]!;
  // the random model begins with no token of SmolLM2
  const own = Object.fromEntries(
    Object.entries(templates).map(([name, { begin, ...template }]) => [
      name,
      model === 'random' || begin === undefined ? template : { ...template, begin },
    ]),
  );
  return {
    subjects: tasks.map(({ title, splits }) => textSubject(title, splits, loaded, own, pair)),
    dispose: () => loaded.model.dispose(),
  };
}

function askedOfWorld(
  { measures: { each } }: ScoringConfig,
  { model }: ScoringVariant,
  seed: number,
): Asked<WorldQuestion> {
  const network = model === 'small' ? loadSmallModel(smallWeights(seed)) : null;
  const scorers = network ? smallScorers(network) : exactScorers();
  return {
    subjects: MAPPINGS.map((mapping) => worldSubject(mapping, scorers, each)),
    dispose: () => network?.dispose(),
  };
}

/** What is measured of subjects of any kind. */
type Measure = <AskedQuestion>(
  subjects: readonly Subject<AskedQuestion>[],
  measures: AskedMeasures,
  name: string,
  seed: number,
  put: Put,
) => void;

const measureOf =
  (measure: Measure) =>
  ({ config }: ScoringPlan, variant: ScoringVariant, seed: number, put: Put): void => {
    const run = <Q>({ subjects, dispose }: Asked<Q>, contexts: number): void => {
      try {
        measure(subjects, { ...config.measures, contexts }, variant.name, seed, put);
      } finally {
        dispose();
      }
    };
    if (variant.model === 'small' || variant.model === 'exact')
      run(askedOfWorld(config, variant, seed), config.measures.worldContexts);
    else run(askedOfTexts(config, variant, seed), config.measures.contexts);
  };

const SETTINGS = section('an experiment that scores options', {
  seeds: whole('splits of each task', 1, 10_000),
  tasks: list('names of real tasks with two labels', text('a task'), 1),
  templates: byName(
    'ways to write an example, the usual one first',
    section('a way', {
      style: oneOf('what comes first', 'direct'),
      between: text('between input and output'),
      after: text('after each example'),
      begin: maybe(text('before the first example')),
      longest: whole('the most tokens of an example', 1, 1e5),
    }),
  ),
  commonWords: list('pairs of a common and a rare word', list('a pair', text('a word'), 2), 1),
  measures: section('what is measured', {
    n: whole('demonstrations of a context', 8, 1e4),
    contexts: whole('contexts of each kind', 1, 1e4),
    worldContexts: whole('contexts of each kind in TaskWorld', 1, 1e4),
    each: whole('questions of each label after each context', 3, 1e6),
  }),
});

/** What both kinds of experiments share. */
const kindOf = (
  name: string,
  measure: Measure,
): ReturnType<typeof measuringKind<ScoringExperiment>> =>
  measuringKind<ScoringExperiment>({
    name,
    settings: SETTINGS,
    variant: section('whose scores are measured', {
      key: text('names its files'),
      name: text('how tables call it'),
      model: oneOf('the model', 'smollm2', 'small', 'exact', 'random'),
      seeds: maybe(whole('seeds, where the experiment’s number is not meant', 1, 10_000)),
    }),
    check: ({ config: { tasks, measures, templates } }) => {
      tasks.forEach(realTask);
      demand(
        Object.keys(templates).length > 0,
        () => "An experiment that scores options has no 'templates'.",
        'Give at least one by a name.',
      );
      demand(
        measures.n % 8 === 0,
        () => `'measures.n' is ${measures.n}, which is not divided into 1 and 7 parts.`,
        'Give a multiple of 8.',
      );
    },
    baselines: (
      {
        config: {
          measures: { n },
        },
      },
      put,
    ) => put('chance', { n }, 'accuracy', 0.5),
    measure: measureOf(measure),
    // weights in 32 bits and their file, and the states of a batch
    requirements: (_, { model }) => ({
      memoryMB: BASE_MB + (model === 'smollm2' ? 1500 : 100),
      diskMB: 1,
    }),
  });

/** Experiments that compare ways to score. */
export const SCORING_KIND = kindOf('ways to score options', measureWays);

/** Experiments that measure biases and calibrations. */
export const BIAS_KIND = kindOf('biases of scores and their calibration', measureBiases);
