/**
 * The state of the live figure of names and cities: what an output holds, what the reader has
 * chosen, the model after every fifth step of teaching, and what is still to be computed.
 */
import { checkTexts, checkWord } from '../core/checks';
import { CourseError, demand, knownKeys, positiveInteger } from '../core/errors';
import type { LanguageModelConfig } from '../language/family';
import { LanguageModel } from '../language/languagemodel';
import { tokensBy } from '../language/tokenizer';
import { cityTokenizer } from '../parts/inweight/facts';

import { CityModel, type Lesson, type Weights } from './citymodel';
import { unpacked, type PackedNetwork } from './packed';

/** Learning rates to choose from. */
export const RATES = ['1e-4', '1e-3'] as const;
type Rate = (typeof RATES)[number];

/** What an output holds of the figure. */
export interface CitiesOutput {
  /** Names of two syllables each, and cities. */
  readonly names: readonly string[];
  readonly cities: readonly string[];
  /** The name that is asked for at first, by number. */
  readonly name: number;
  /** The city of its context and the city that is taught at first, by number. */
  readonly said: number;
  readonly taught: number;
  /** The learning rate at first. */
  readonly rate: Rate;
  readonly network: PackedNetwork<LanguageModelConfig>;
}

/** The model after so many steps; what it answers is null until it is computed. */
interface Stage {
  readonly steps: number;
  readonly weights: Weights;
  /** Log-probabilities of the cities without the context. */
  readonly alone: readonly number[] | null;
  /** And with it. */
  readonly given: readonly number[] | null;
}

export interface CitiesState {
  readonly output: CitiesOutput;
  readonly model: CityModel;
  readonly name: number;
  readonly said: number;
  readonly taught: number;
  readonly rate: Rate;
  /** The steps that were asked for. */
  readonly due: number;
  readonly lesson: Lesson;
  /** After 0, 5, 10 ... steps. */
  readonly stages: readonly Stage[];
}

/** Steps of one press of the button, and of all. */
export const [TAUGHT_AT_ONCE, MOST_TAUGHT] = [5, 60];
const [MOST_NAMES, MOST_CITIES] = [30, 12];

/** Refuses strings that are not made of two syllables of the model. */
function checkStrings(name: string, strings: readonly string[], least: number, most: number): void {
  checkTexts(name, strings, least);
  demand(
    strings.length <= most && new Set(strings).size === strings.length,
    () => `'${name}' of liveCities has ${strings.length} strings.`,
    `Give at most ${most}, all different.`,
  );
  const tokenizer = cityTokenizer();
  const unknown = tokensBy(tokenizer, '[unknown]')[0];
  const wrong = strings.find((one) => {
    const tokens = tokensBy(tokenizer, one);
    return tokens.length !== 2 || tokens.includes(unknown!);
  });
  if (wrong !== undefined)
    throw new CourseError(
      `'${wrong}' in '${name}' of liveCities is not made of two syllables that the model knows.`,
      "Put together syllables of inweight.NAMES and inweight.CITIES, like 'ka rin'.",
    );
}

/** Refuses what is no output of this figure. */
export function checkOutput(output: CitiesOutput): void {
  const keys = ['names', 'cities', 'name', 'said', 'taught', 'rate', 'network'];
  knownKeys('liveCities', output, keys);
  checkStrings('names', output.names, 1, MOST_NAMES);
  checkStrings('cities', output.cities, 2, MOST_CITIES);
  positiveInteger('The name of liveCities', output.name, 0, output.names.length - 1);
  for (const which of ['said', 'taught'] as const)
    positiveInteger(`The city '${which}'`, output[which], 0, output.cities.length - 1);
  checkWord('rate', output.rate, RATES);
}

/** The model of an output, which its state then owns. */
export function openedModel({ network }: CitiesOutput): CityModel {
  const tokenizer = cityTokenizer();
  const make = (config: LanguageModelConfig): LanguageModel => new LanguageModel(config, null);
  const model = unpacked('the network of liveCities', network, make, 'nb.liveCities');
  const { vocabulary } = model.config;
  if (vocabulary !== tokenizer.vocabulary) model.dispose();
  demand(
    vocabulary === tokenizer.vocabulary,
    () => `The network of liveCities knows ${vocabulary} words, not ${tokenizer.vocabulary}.`,
    'Give a model of inweight.loadFactModel.',
  );
  return new CityModel({ model, tokenizer });
}

type Chosen = Pick<CitiesState, 'name' | 'said' | 'taught' | 'rate'>;

/** A state in which nothing is taught. */
export const begun = (output: CitiesOutput, model: CityModel, chosen: Chosen): CitiesState => ({
  output,
  model,
  ...chosen,
  due: 0,
  lesson: model.untaught,
  stages: [{ steps: 0, weights: model.untaught.weights, alone: null, given: null }],
});

/** Another choice of what is taught: the model forgets, and is asked again. */
export const rechosen = (
  { output, model, ...before }: CitiesState,
  to: Partial<Chosen>,
): CitiesState => {
  const { name, said, taught, rate } = before;
  const next = begun(output, model, { name, said, taught, rate, ...to });
  // what it answered before it was taught does not depend on the fact
  return to.name === undefined ? { ...next, stages: before.stages.slice(0, 1) } : next;
};

/** Another city in the context: what is taught stays, and is asked with the new context. */
export const resaid = (state: CitiesState, said: number): CitiesState =>
  said === state.said
    ? state
    : { ...state, said, stages: state.stages.map((stage) => ({ ...stage, given: null })) };

/** What a stage answers, with the context or without. */
function answered(state: CitiesState, which: 'alone' | 'given', stage: Stage): CitiesState {
  const { output, model, said, stages } = state;
  const name = output.names[state.name]!;
  const context = which === 'alone' ? [] : [{ name, city: output.cities[said]! }];
  const question = { context, name, cities: output.cities };
  const logs = model.logProbabilities(stage.weights, question);
  return {
    ...state,
    stages: stages.map((one) => (one === stage ? { ...one, [which]: logs } : one)),
  };
}

/** One more step, and a new stage after every fifth. */
function stepped(state: CitiesState): CitiesState {
  const { output, model, name, taught, rate, stages } = state;
  const fact = { name: output.names[name]!, city: output.cities[taught]! };
  const lesson = model.step(state.lesson, fact, Number(rate));
  const { steps, weights } = lesson;
  const stage: Stage = { steps, weights, alone: null, given: null };
  return { ...state, lesson, stages: steps % TAUGHT_AT_ONCE === 0 ? [...stages, stage] : stages };
}

/** The next part of what is to be computed: the newest stage first; null when all is done. */
export function next(state: CitiesState): CitiesState | null {
  const { stages, lesson, due } = state;
  const newest = stages.at(-1)!;
  if (!newest.given) return answered(state, 'given', newest);
  if (!newest.alone) return answered(state, 'alone', newest);
  if (lesson.steps < due) return stepped(state);
  const open = stages.find(({ given }) => !given);
  return open ? answered(state, 'given', open) : null;
}

/** The log-odds of the context at the stages that were asked. */
export const oddsOf = ({ stages, said, taught }: CitiesState): (readonly [number, number])[] =>
  stages.flatMap(({ steps, given }) =>
    given ? [[steps, given[said]! - given[taught]!] as const] : [],
  );

/** The newest answers. */
export const newestOf = (
  { stages }: CitiesState,
  which: 'alone' | 'given',
): readonly number[] | null => [...stages].reverse().find((stage) => stage[which])?.[which] ?? null;
