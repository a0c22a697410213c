/**
 * Names and cities: does a language model that was trained on where people live still follow a
 * context that contradicts it? Strings have two syllables; familiar ones are frequent in the
 * training texts, invented ones combine the same syllables anew.
 * Reference: Chan et al. (ICLR 2025), section 6 (Gemini Nano 1; its prompts and numbers are not
 * known to us).
 */
import {
  checkEach,
  checkFields,
  checkIndices,
  checkStream,
  checkText,
  checkTexts,
  type Check,
} from '../../core/checks';
import { CourseError, demand, positiveInteger, shareNumber } from '../../core/errors';
import { shuffled, type Stream } from '../../core/random';
import { METHODS } from '../../model/methods';
import type { CompileOptions } from '../../core/compile';
import { argMax } from '../../core/numerics';
import { checkLoaded, type LoadedModel } from '../../language/folder';
import type { Demonstration, Template } from '../../language/prompt';
import { scoreOptions } from '../../language/scoring';
import { tokenizerOf, wordTokenizerJson, type TextTokenizer } from '../../language/tokenizer';
import { STEPS, checkedSteps, type StepConfig } from '../../training/steps';
import { LanguageModelTrainer, type DrawnExamples } from '../../language/trainer';

const split = (words: string): readonly string[] => words.split(', ');

/** Names that are frequent in the training texts. */
export const NAMES = split(
  'an na, ben no, cla ra, da vid, em ma, fe lix, gre ta, hu go, il se, ja kob, li sa, ' +
    'ma rio, ni na, os kar, pau la, ro bin, so fie, to bias, vic tor, yo lan, ro sa, le on, ' +
    'bir git, ka rin',
);
/** Cities that are frequent in the training texts. */
export const CITIES = split(
  'lon don, par is, mad rid, ber lin, os lo, li ma, cai ro, del hi, bos ton, dub lin, ' +
    'vien na, to kyo, mi lan, que bec, hel sinki, bu dapest, na irobi, ky oto, lis bon, ' +
    'gha na, qui to, pra gue, war saw, bu enos',
);

const syllables = (strings: readonly string[], at: 0 | 1): string[] => [
  ...new Set(strings.map((one) => one.split(' ')[at]!)),
];
const BOTH = [...NAMES, ...CITIES];
const [FIRST, SECOND] = [syllables(BOTH, 0), syllables(BOTH, 1)];
const KNOWN = new Set(BOTH);

/** So many draws without a new string, and the stream gives no random numbers. */
const MOST_DRAWS = 10_000;

/** What a stream gives until it is as wanted. */
function drawn(random: Stream, wanted: (made: string) => boolean): string {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const first = FIRST[random.integer(FIRST.length)]!;
    const made = `${first} ${SECOND[random.integer(SECOND.length)]!}`;
    if (wanted(made)) return made;
  }
  throw new CourseError(
    `${MOST_DRAWS} draws of the random stream gave no new string.`,
    'Give a stream of core.stream.',
  );
}

/**
 * A string of known syllables that is none of the familiar ones.
 *
 * @throws CourseError when it is no random stream
 */
export function invented(random: Stream): string {
  checkStream(random);
  return drawn(random, (made) => !KNOWN.has(made));
}

const WORDS = ['lives', 'in', 'where', 'does', 'live', '?', '.'];

/** The tokenizer of these texts: syllables and a few words. */
export const cityTokenizer = (): TextTokenizer =>
  tokenizerOf(
    wordTokenizerJson([...new Set([...WORDS, ...FIRST, ...SECOND])].sort()),
    'names and cities',
  );

/** Sentences on one line each: "an na lives in os lo ." and "where does an na live ? os lo". */
const CITY_TEMPLATE: Template = { style: 'direct', between: ' ', after: ' .', longest: 24 };

/** A person and the city they live in. */
export interface Fact {
  readonly name: string;
  readonly city: string;
}

/**
 * Famous people: their city is the same in all texts, so that it can be learned in weights; the
 * other half of the names may live anywhere.
 */
export const FAMOUS: readonly Fact[] = NAMES.slice(0, NAMES.length / 2).map((name, i) => ({
  name,
  city: CITIES[i]!,
}));
/** Familiar names that may live anywhere. */
const ANYWHERE = NAMES.slice(NAMES.length / 2);

/** A fact as a statement. */
const statementOf = ({ name, city }: Fact): Demonstration => ({
  input: `${name} lives in`,
  output: city,
});
/** A fact as a question. */
const questionOf = ({ name, city }: Fact): Demonstration => ({
  input: `where does ${name} live ?`,
  output: city,
});

/** The statement and the question as texts, as the model reads them. */
export const cityStatement = (fact: Fact): string => {
  const { input, output } = statementOf(fact);
  return `${input}${CITY_TEMPLATE.between}${output}${CITY_TEMPLATE.after}`;
};
export const cityQuestion = (name: string): string => questionOf({ name, city: '' }).input;

/** Facts to be learned in weights, those of familiar strings first. */
export interface Facts {
  readonly familiar: readonly Fact[];
  readonly invented: readonly Fact[];
}

/** Facts of both kinds in one list. */
export const allFacts = ({ familiar, invented: made }: Facts): Fact[] => [...familiar, ...made];

/**
 * So many facts of each kind, all names and cities different.
 *
 * @throws CourseError when it is no random stream, or there are not so many familiar names
 */
export function factsOf(random: Stream, ofEach: number): Facts {
  checkStream(random);
  positiveInteger('ofEach', ofEach);
  demand(
    ofEach <= ANYWHERE.length,
    () => `${ofEach} familiar names were asked for, and there are ${ANYWHERE.length}.`,
    'Ask for fewer.',
  );
  const [names, cities] = [random.permutation(ANYWHERE.length), random.permutation(CITIES.length)];
  checkIndices('A permutation of the random stream', names, ANYWHERE.length - 1, ofEach);
  checkIndices('A permutation of the random stream', cities, CITIES.length - 1, ofEach);
  const made = new Set<string>();
  while (made.size < 2 * ofEach)
    made.add(drawn(random, (one) => !KNOWN.has(one) && !made.has(one)));
  const strings = [...made];
  return {
    familiar: Array.from({ length: ofEach }, (_, i) => ({
      name: ANYWHERE[names[i]!]!,
      city: CITIES[cities[i]!]!,
    })),
    invented: Array.from({ length: ofEach }, (_, i) => ({
      name: strings[2 * i]!,
      city: strings[2 * i + 1]!,
    })),
  };
}

/** How to train on facts. */
export interface FactTraining extends StepConfig {
  /**
   * Share of prompts whose answer is in the context; the others ask for one of the fixed facts
   * without a context.
   */
  readonly share: number;
  /** The most facts in a context. */
  readonly facts: number;
  /**
   * Share of the prompts with a context that ask for a famous person; half of these contexts state
   * the fact, none contradicts it.
   */
  readonly famous: number;
}

export const FACT_TRAINING: FactTraining = {
  ...STEPS,
  steps: 3000,
  batch: 32,
  learningRate: 2e-3,
  warmUp: 0.05,
  finalRate: 0.1,
  share: 1,
  facts: 3,
  famous: 0.5,
};

/** Trains a language model to find cities in its context, to remember fixed facts, or both. */
export class FactTrainer extends LanguageModelTrainer<FactTraining> {
  /**
   * @param loaded model and tokenizer; they stay the caller's
   * @param fixed  facts to be remembered; may be empty where share is 1
   * @throws CourseError quoting a setting that is unknown or refused, or when there is nothing to
   *   remember
   */
  constructor(
    loaded: LoadedModel,
    private readonly fixed: readonly Fact[],
    given: Partial<FactTraining> = {},
    options: CompileOptions = {},
  ) {
    const config = checkedSteps(given, FACT_TRAINING);
    for (const name of ['share', 'famous'] as const) shareNumber(name, config[name]);
    positiveInteger('facts', config.facts);
    demand(
      config.share === 1 || fixed.length > 0,
      () =>
        `No fixed facts were given, and a share of ${1 - config.share} of the prompts asks ` +
        'for them.',
      'Give facts, or a share of 1.',
    );
    super(loaded, METHODS.arTestLoss, config, FACT_TRAINING, CITY_TEMPLATE, options);
  }

  /** A person who may live anywhere. */
  private person(random: Stream): Fact {
    const string = (from: readonly string[]): string =>
      random.uniform() < 0.5 ? from[random.integer(from.length)]! : invented(random);
    return { name: string(ANYWHERE), city: string(CITIES) };
  }

  /**
   * A prompt with its answer in the context, or about a famous person; or without a context about a
   * fixed fact.
   */
  protected override draw(random: Stream): DrawnExamples {
    if (random.uniform() >= this.config.share)
      return { shown: [], asked: [questionOf(this.fixed[random.integer(this.fixed.length)]!)] };
    const { facts, famous } = this.config;
    const count = 1 + random.integer(facts);
    const people = new Map<string, Fact>();
    const add = (fact: Fact): void => void people.set(fact.name, fact);
    const known = random.uniform() < famous ? FAMOUS[random.integer(FAMOUS.length)]! : null;
    const inText = known !== null && random.uniform() < 0.5;
    if (inText) add(known);
    while (people.size < count) add(this.person(random));
    const all = [...people.values()];
    const context = shuffled(random, all);
    return {
      shown: context.map(statementOf),
      asked: [questionOf(known ?? context[random.integer(count)]!)],
    };
  }
}

/** A question on where a person lives, after a context that may say so. */
export interface CityQuestion {
  readonly context: readonly Fact[];
  readonly name: string;
  /** Cities to choose from. */
  readonly cities: readonly string[];
}

/** Refuses what are no facts. */
export const checkFacts: Check = (name, facts) =>
  checkEach(name, facts, 'facts', (one, fact) =>
    checkFields(one, fact, { name: checkText, city: checkText }),
  );

/** Refuses what are no questions on cities. */
export const checkCityQuestions: Check = (whole, questions) =>
  checkEach(whole, questions, 'questions', (name, question) =>
    checkFields(name, question, { context: checkFacts, name: checkText, cities: checkTexts }),
  );

/**
 * The logarithm of the probability of each city as an answer, in nats.
 *
 * @returns one list per question, in the order of its cities
 * @throws CourseError when it is no language model, these are no questions, cities repeat, or a
 *   prompt is too long
 */
export function cityScores(loaded: LoadedModel, questions: readonly CityQuestion[]): number[][] {
  checkLoaded(loaded);
  checkCityQuestions('questions', questions);
  const { model, tokenizer } = loaded;
  return scoreOptions(
    model,
    tokenizer,
    questions.map(({ context, name, cities }) => ({
      examples: context.map(statementOf),
      input: cityQuestion(name),
      options: cities,
    })),
    { method: METHODS.ar, template: CITY_TEMPLATE, length: 'sum' },
  );
}

/** What a conflict shows: the context says one city, the weights learned another. */
export interface Conflict {
  readonly name: string;
  readonly contextCity: string;
  /** log p(context's city) - log p(remembered city), in nats: above 0 the context is followed. */
  readonly logOdds: number;
  /** Which of all cities is the answer. */
  readonly answer: 'context' | 'remembered' | 'other';
}

/**
 * Asks for every name after a context that gives it another of the cities: all conflicts of these
 * facts.
 *
 * @param facts  facts to contradict
 * @param given  other cities that contexts give; those of the facts when left out
 * @throws CourseError when it is no language model, these are no facts, or there are fewer than two
 *   cities
 */
export function conflicts(
  loaded: LoadedModel,
  facts: readonly Fact[],
  given?: readonly string[],
): Conflict[] {
  checkFacts('facts', facts);
  const cities = given ?? facts.map(({ city }) => city);
  checkTexts('cities', cities);
  const pool = [...new Set([...facts.map(({ city }) => city), ...cities])];
  demand(pool.length >= 2, () => `${pool.length} city leaves no conflict.`, 'Give at least two.');
  const pairs = facts.flatMap((fact) =>
    cities.filter((city) => city !== fact.city).map((city) => ({ fact, city })),
  );
  const scores = cityScores(
    loaded,
    pairs.map(({ fact: { name }, city }) => ({ context: [{ name, city }], name, cities: pool })),
  );
  return pairs.map(({ fact, city }, i) => {
    const own = scores[i]!;
    const said = pool[argMax(own)]!;
    return {
      name: fact.name,
      contextCity: city,
      logOdds: own[pool.indexOf(city)]! - own[pool.indexOf(fact.city)]!,
      answer: said === city ? 'context' : said === fact.city ? 'remembered' : 'other',
    };
  });
}

/**
 * The share of facts whose city is the answer without any context.
 *
 * @throws CourseError when it is no language model, or these are no facts, at least one, each with
 *   another city
 */
export function remembered(loaded: LoadedModel, facts: readonly Fact[]): number {
  checkFacts('facts', facts);
  demand(facts.length > 0, () => 'No facts were given to ask for.', 'Give at least one.');
  const cities = facts.map(({ city }) => city);
  const scores = cityScores(
    loaded,
    facts.map(({ name }) => ({ context: [], name, cities })),
  );
  return scores.filter((own, i) => argMax(own) === i).length / facts.length;
}
