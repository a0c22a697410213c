/**
 * The experiment on names and cities: a language model learns to find cities in its context, is then taught fixed facts without any
 * context, and is asked at every stage what it believes when a context says otherwise.
 */
import { tf } from '../core/backend';
import { positiveInteger } from '../core/errors';
import { stream } from '../core/random';
import { mean } from '../evaluation/statistics';
import {
  CITY_TRAINING,
  CityTrainer,
  FAMOUS,
  cityTokenizer,
  conflicts,
  everyFact,
  factsOf,
  remembered,
  type CityTraining,
  type Conflict,
  type Fact,
  type Facts,
} from '../inweight';
import { sizeOf, type SizeName, type TransformerSize } from '../model/config';
import { assignAll, copiesOf } from '../model/transformer';
import type { LoadedModel } from '../text/folder';
import { freshLanguageModel, trainedLanguageModel } from '../text/ownmodel';
import {
  type AnyPlan,
  type Arm,
  type BaseConfig,
  type ExperimentOf,
  type PlanOf,
  type Put,
  type Subject,
  type Worker,
  tryoutOf,
  weightsOf,
} from './experiment';
import { BASE_MB } from './prompts';

/** An arm that is a language model of names and cities. */
export interface CityArm extends Arm {
  readonly training?: Partial<CityTraining>;
}

/** A way to teach fixed facts. */
export interface Teaching {
  readonly name: string;
  readonly learningRate: number;
  /** Share of lessons with a context, from the first training. */
  readonly share: number;
}

/** The experiment in numbers. */
export interface CityConfig extends BaseConfig {
  readonly model: { readonly size: SizeName | Partial<TransformerSize> };
  readonly training: Partial<Omit<CityTraining, 'seed'>>;
  readonly teaching: {
    readonly ways: readonly Teaching[];
    /** Facts of familiar strings, and as many of invented ones. */
    readonly ofEach: number;
    readonly batch: number;
    /** After how many steps it is asked; the last is the end. */
    readonly steps: readonly number[];
    /** Steps of lessons with a context after that, by which what is only hidden comes back. */
    readonly recovery: readonly number[];
  };
}

/** The experiment on names and cities. */
export type CityExperiment = ExperimentOf<CityArm, CityConfig>;
type CityPlan = PlanOf<CityExperiment>;

/** The registry gives this worker experiments on names and cities only. */
const own = (plan: AnyPlan): CityPlan => plan as CityPlan;

/** Facts that are taught, and people nothing is taught about. */
const taught = ({ config }: CityPlan, seed: number): Facts => factsOf(stream(seed, 'facts'), config.teaching.ofEach);
const others = ({ config }: CityPlan, seed: number): Facts => factsOf(stream(seed, 'others'), config.teaching.ofEach);

const modelFor = ({ config }: CityPlan, seed: number): LoadedModel => freshLanguageModel(cityTokenizer(), config.model.size, seed);

/**
 * The language model of a recorded run, before any fixed fact was taught.
 *
 * @returns model and tokenizer; the caller disposes the model
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadCityModel = (file: string): LoadedModel => trainedLanguageModel(file, cityTokenizer(), 'data/checkpoints/iwl-cities');

/** Shares of answers and the mean log-odds of some conflicts. */
function putConflicts(found: readonly Conflict[], variant: string, n: number, who: string, put: Put): void {
  const share = (answer: Conflict['answer']): number => found.filter((one) => one.answer === answer).length / found.length;
  put(variant, n, `believes the context, ${who}`, share('context'));
  put(variant, n, `believes its memory, ${who}`, share('remembered'));
  put(variant, n, `log-odds of the context, ${who}`, mean(found.map(({ logOdds }) => logOdds)));
}

/** What the model believes now. */
function ask(loaded: LoadedModel, facts: Facts, strangers: Facts, variant: string, n: number, put: Put): void {
  const all = everyFact(facts);
  const pool = all.map(({ city }) => city);
  const groups: readonly (readonly [string, readonly Fact[]])[] = [
    ['familiar', facts.familiar],
    ['invented', facts.invented],
  ];
  for (const [who, these] of groups) {
    putConflicts(conflicts(loaded, these, pool), variant, n, who, put);
    put(variant, n, `remembers, ${who}`, remembered(loaded, these));
  }
  const newCities = everyFact(strangers).map(({ city }) => city);
  putConflicts(conflicts(loaded, all, newCities), variant, n, 'cities nothing is taught of', put);
  putConflicts(conflicts(loaded, everyFact(strangers), pool), variant, n, 'people nothing is taught of', put);
  putConflicts(conflicts(loaded, FAMOUS.slice(0, 2 * facts.familiar.length), pool), variant, n, 'the famous', put);
}

/** Teaches the fixed facts in one way from the model as it is, asking on the way; at the end lessons with a context again. */
function teach(plan: CityPlan, loaded: LoadedModel, arm: CityArm, seed: number, way: Teaching, put: Put): void {
  const { teaching } = plan.config;
  const facts = taught(plan, seed);
  const strangers = others(plan, seed);
  const all = everyFact(facts);
  const name = `${arm.name}, ${way.name}`;
  const constant = { seed, learningRate: way.learningRate, warmUp: 0, finalRate: 1, famous: famousOf(plan, arm) };
  const train = (share: number, steps: readonly number[], after: (step: number) => void): void => {
    const trainer = new CityTrainer(loaded, share === 1 ? [] : all, { ...constant, share, batch: teaching.batch, steps: steps.at(-1)! });
    for (const step of steps) {
      while (trainer.step < step) trainer.train();
      after(step);
    }
    trainer.dispose();
  };
  train(way.share, teaching.steps, (step) => ask(loaded, facts, strangers, name, step, put));
  for (const { name: who, contextCity, logOdds } of conflicts(loaded, all))
    put(
      name,
      all.findIndex((fact) => fact.city === contextCity),
      `log-odds by pair, name ${all.findIndex((fact) => fact.name === who)}`,
      logOdds,
    );
  train(1, teaching.recovery, (step) => ask(loaded, facts, strangers, `${name}, then contexts`, step, put));
}

const famousOf = ({ config }: CityPlan, arm: CityArm): number => ({ ...CITY_TRAINING, ...config.training, ...arm.training }).famous;

const trainerFor = ({ config }: CityPlan, arm: CityArm, seed: number, loaded: LoadedModel): CityTrainer =>
  new CityTrainer(loaded, [], { ...config.training, ...arm.training, seed, checkpointEvery: config.watchEvery });

function subject(plan: CityPlan, arm: CityArm, seed: number): Subject {
  const loaded = modelFor(plan, seed);
  const trainer = trainerFor(plan, arm, seed, loaded);
  const strangers = others(plan, seed);
  const pool = everyFact(strangers);
  const watched = (): number =>
    conflicts(loaded, pool).filter(({ answer }) => answer === 'context').length / (pool.length * (pool.length - 1));
  for (let i = 0; i < 2; i++) watched(); // from here on compiled, so that a resumed run has the same bits
  return {
    trainer,
    watch: (put) => put(arm.name, 0, 'finds the city along training', watched()),
    measure: (put) => {
      const before = copiesOf(loaded.model.parameters);
      ask(loaded, taught(plan, seed), strangers, arm.name, 0, put);
      for (const way of plan.config.teaching.ways) {
        teach(plan, loaded, arm, seed, way, put);
        assignAll(loaded.model.parameters, before);
      }
      tf.dispose(Object.values(before));
    },
    dispose: () => {
      trainer.dispose();
      loaded.model.dispose();
    },
  };
}

/** What jobs on names and cities do. */
export const ON_CITIES: Worker = {
  settings: {
    model: ['size'],
    training: Object.keys(CITY_TRAINING).filter((key) => key !== 'seed'),
    teaching: ['ways', 'ofEach', 'batch', 'steps', 'recovery'],
  },
  check: (plan) => {
    const { model, teaching } = own(plan).config;
    sizeOf(model.size);
    positiveInteger('ofEach', teaching.ofEach);
  },
  learners: (plan, put) => {
    const loaded = modelFor(own(plan), 0);
    ask(loaded, taught(own(plan), 0), others(own(plan), 0), 'untrained', 0, put);
    loaded.model.dispose();
  },
  subject: (plan, arm: CityArm, seed) => subject(own(plan), arm, seed),
  tryout: (plan, arm: CityArm) => {
    const loaded = modelFor(own(plan), 0);
    return tryoutOf(trainerFor(own(plan), arm, 0, loaded), loaded.model);
  },
  needOf: (plan) => {
    const weights = weightsOf(modelFor(own(plan), 0).model);
    return { memoryMB: Math.round(BASE_MB + 300 + (24 * weights) / 1e6), diskMB: 0.3 + (16 * weights) / 1e6 };
  },
};
