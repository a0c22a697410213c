/**
 * The experiment on names and cities: a language model learns to find cities in its context, is
 * then fine-tuned on fixed facts without any context, and is measured at every stage on questions
 * whose context contradicts the facts.
 */
import { tf } from '../../core/backend';
import { positiveInteger } from '../../core/errors';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import {
  FACT_TRAINING,
  FactTrainer,
  FAMOUS,
  cityTokenizer,
  conflicts,
  allFacts,
  factsOf,
  remembered,
  type FactTraining,
  type Conflict,
  type Fact,
  type Facts,
} from './facts';
import { sizeOf, type SizeName, type TransformerSize } from '../../model/config';
import { assignAll, copiesOf } from '../../model/transformer';
import type { LoadedModel } from '../../language/folder';
import {
  freshLanguageModel,
  holdsLanguageModel,
  trainedLanguageModel,
} from '../../language/ownmodel';
import { checkpointKind } from '../../training/kinds';
import type {
  ExperimentOf,
  PlanOf,
  Put,
  TrainedConfig,
  Variant,
} from '../../experiments/experiment';
import {
  BASE_MB,
  countedWeights,
  experimentKind,
  trainingOf,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import {
  BASE_SETTINGS,
  SIZE,
  TRAINING_SETTINGS,
  counts,
  list,
  partial,
  positive,
  section,
  share,
  text,
  whole,
} from '../../experiments/settings';

/** A variant: a language model of names and cities. */
export interface FactVariant extends Variant {
  readonly training?: Partial<FactTraining>;
}

/** A way of fine-tuning on fixed facts. */
export interface Teaching {
  readonly name: string;
  readonly learningRate: number;
  /** Share of prompts with a context, as in the first training. */
  readonly share: number;
}

/** The config of the experiment. */
export interface FactExperimentConfig extends TrainedConfig {
  readonly model: { readonly size: SizeName | Partial<TransformerSize> };
  readonly training: Partial<Omit<FactTraining, 'seed'>>;
  readonly teaching: {
    readonly ways: readonly Teaching[];
    /** Facts of familiar strings, and as many of invented ones. */
    readonly ofEach: number;
    readonly batch: number;
    /** After how many steps it is measured; the last is the end. */
    readonly steps: readonly number[];
    /** Steps on prompts with a context after that, to see whether in-context answers return. */
    readonly recovery: readonly number[];
  };
}

/** The experiment on names and cities. */
export type FactExperiment = ExperimentOf<FactVariant, FactExperimentConfig>;
type FactPlan = PlanOf<FactExperiment>;

/** Facts to fine-tune on, and facts that are not trained on. */
const taught = ({ config }: FactPlan, seed: number): Facts =>
  factsOf(stream(seed, 'facts'), config.teaching.ofEach);
const others = ({ config }: FactPlan, seed: number): Facts =>
  factsOf(stream(seed, 'others'), config.teaching.ofEach);

const modelFor = ({ config }: FactPlan, seed: number): LoadedModel =>
  freshLanguageModel(cityTokenizer(), config.model.size, seed);

const open = checkpointKind({
  kind: 'a language model of names and cities',
  call: 'inweight.loadFactModel',
  fits: (facts) => holdsLanguageModel(facts) && 'facts' in (facts.training as object),
  open: (file, checkpoint) => trainedLanguageModel(file, checkpoint, cityTokenizer()),
});

/**
 * The language model of a recorded run, before fine-tuning on fixed facts.
 *
 * @returns model and tokenizer; the caller disposes the model
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadFactModel = (file: string): LoadedModel => open(file).model;

/** Shares of answers and the mean log-odds over some conflicts. */
function putConflicts(
  found: readonly Conflict[],
  variant: string,
  teachingSteps: number,
  who: string,
  put: Put,
): void {
  const share = (answer: Conflict['answer']): number =>
    found.filter((one) => one.answer === answer).length / found.length;
  put(variant, { teachingSteps }, `believes the context, ${who}`, share('context'));
  put(variant, { teachingSteps }, `believes its memory, ${who}`, share('remembered'));
  put(
    variant,
    { teachingSteps },
    `log-odds of the context, ${who}`,
    mean(found.map(({ logOdds }) => logOdds)),
  );
}

/** The log-odds of each conflict between facts, by the indices of the name and of the city. */
function putPairs(
  found: readonly Conflict[],
  facts: readonly Fact[],
  variant: string,
  put: Put,
): void {
  for (const { name, contextCity, logOdds } of found) {
    const pair = [
      facts.findIndex((fact) => fact.name === name),
      facts.findIndex((fact) => fact.city === contextCity),
    ] as const;
    put(variant, { pair }, 'log-odds by pair', logOdds);
  }
}

/** Measures the model as it is now. */
function ask(
  loaded: LoadedModel,
  facts: Facts,
  strangers: Facts,
  variant: string,
  teachingSteps: number,
  put: Put,
): void {
  const all = allFacts(facts);
  const pool = all.map(({ city }) => city);
  const groups: readonly (readonly [string, readonly Fact[]])[] = [
    ['familiar', facts.familiar],
    ['invented', facts.invented],
  ];
  for (const [who, these] of groups) {
    putConflicts(conflicts(loaded, these, pool), variant, teachingSteps, who, put);
    put(variant, { teachingSteps }, `remembers, ${who}`, remembered(loaded, these));
  }
  const newCities = allFacts(strangers).map(({ city }) => city);
  const strange: readonly (readonly [string, readonly Conflict[]])[] = [
    ['cities nothing is taught of', conflicts(loaded, all, newCities)],
    ['people nothing is taught of', conflicts(loaded, allFacts(strangers), pool)],
    ['the famous', conflicts(loaded, FAMOUS.slice(0, 2 * facts.familiar.length), pool)],
  ];
  for (const [who, found] of strange) putConflicts(found, variant, teachingSteps, who, put);
}

/**
 * Fine-tunes the model on the fixed facts in one way, measuring along the way; then trains it on
 * prompts with a context again.
 */
function teach(
  plan: FactPlan,
  loaded: LoadedModel,
  variant: FactVariant,
  seed: number,
  way: Teaching,
  put: Put,
): void {
  const { teaching } = plan.config;
  const facts = taught(plan, seed);
  const strangers = others(plan, seed);
  const all = allFacts(facts);
  const name = `${variant.name}, ${way.name}`;
  const constant = {
    seed,
    learningRate: way.learningRate,
    warmUp: 0,
    finalRate: 1,
    famous: famousOf(plan, variant),
  };
  const train = (share: number, steps: readonly number[], after: (step: number) => void): void => {
    const trainer = new FactTrainer(loaded, share === 1 ? [] : all, {
      ...constant,
      share,
      batch: teaching.batch,
      steps: steps.at(-1)!,
    });
    for (const step of steps) {
      while (trainer.step < step) trainer.train();
      after(step);
    }
    trainer.dispose();
  };
  train(way.share, teaching.steps, (step) => ask(loaded, facts, strangers, name, step, put));
  putPairs(conflicts(loaded, all), all, name, put);
  train(1, teaching.recovery, (step) =>
    ask(loaded, facts, strangers, `${name}, then contexts`, step, put),
  );
}

const famousOf = ({ config }: FactPlan, variant: FactVariant): number =>
  ({ ...FACT_TRAINING, ...config.training, ...variant.training }).famous;

const trainerFor = (
  { config }: FactPlan,
  variant: FactVariant,
  seed: number,
  loaded: LoadedModel,
): FactTrainer => new FactTrainer(loaded, [], trainingOf(config, variant, seed));

interface FactRun extends Made {
  readonly trainer: FactTrainer;
  readonly loaded: LoadedModel;
}

function make(plan: FactPlan, variant: FactVariant, seed: number): FactRun {
  const loaded = modelFor(plan, seed);
  return { trainer: trainerFor(plan, variant, seed, loaded), trained: loaded.model, loaded };
}

function measurements(
  plan: FactPlan,
  variant: FactVariant,
  { loaded }: FactRun,
  seed: number,
): Measurements {
  const strangers = others(plan, seed);
  const pool = allFacts(strangers);
  const inContext = (): number =>
    conflicts(loaded, pool).filter(({ answer }) => answer === 'context').length;
  return {
    watch: (put) =>
      put(
        variant.name,
        {},
        'finds the city along training',
        inContext() / (pool.length * (pool.length - 1)),
      ),
    measure: (put) => {
      const before = copiesOf(loaded.model.parameters);
      ask(loaded, taught(plan, seed), strangers, variant.name, 0, put);
      for (const way of plan.config.teaching.ways) {
        teach(plan, loaded, variant, seed, way, put);
        assignAll(loaded.model.parameters, before);
      }
      tf.dispose(Object.values(before));
    },
  };
}

const FACT_SETTINGS = section('the experiment on names and cities', {
  ...BASE_SETTINGS,
  model: section('the language model', { size: SIZE }),
  training: partial('training', {
    ...TRAINING_SETTINGS,
    share: share('share of prompts whose answer is in the context'),
    facts: whole('the most facts in a context', 1, 1000),
    famous: share('share of prompts with a context that ask for a famous person'),
  }),
  teaching: section('fine-tuning on fixed facts', {
    ways: list(
      'ways of fine-tuning',
      section('a way', {
        name: text('its name'),
        learningRate: positive('learning rate'),
        share: share('share of prompts with a context'),
      }),
    ),
    ofEach: whole('facts of familiar strings, and as many of invented ones', 1, 1000),
    batch: whole('prompts per step', 1, 1e6),
    steps: counts('after how many steps it is measured', 0),
    recovery: counts('steps on prompts with a context after that', 0),
  }),
});

/** Experiments on fine-tuning a language model on facts. */
export const FACT_KIND = experimentKind<FactExperiment, FactRun>({
  name: 'names and cities',
  settings: FACT_SETTINGS,
  check: ({ config: { model, teaching } }) => {
    sizeOf(model.size);
    positiveInteger('ofEach', teaching.ofEach);
  },
  baselines: (plan, put) => {
    const loaded = modelFor(plan, 0);
    ask(loaded, taught(plan, 0), others(plan, 0), 'untrained', 0, put);
    loaded.model.dispose();
  },
  make,
  measurements,
  requirements: (plan) => {
    const weights = countedWeights(modelFor(plan, 0).model);
    return {
      memoryMB: Math.round(BASE_MB + 300 + (24 * weights) / 1e6),
      diskMB: 0.3 + (16 * weights) / 1e6,
    };
  },
});
