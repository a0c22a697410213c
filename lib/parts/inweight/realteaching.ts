/**
 * The experiment on real names and cities: a language model that was trained on real text is asked
 * where people live, learns facts through adapters, and is asked again: without a context, and
 * after contexts that contradict the facts.
 */
import { demand, quote } from '../../core/errors';
import { argMax, ascends } from '../../core/numerics';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { AdaptedModel } from '../../language/adaptedmodel';
import { loadLanguageModel, type LoadedModel } from '../../language/folder';
import { freshLanguageModel } from '../../language/ownmodel';
import { smolLM2Folder } from '../../language/pretrained';
import { tokenizerOf, wordTokenizerJson } from '../../language/tokenizer';
import type { BaseConfig, ExperimentOf, PlanOf, Put, Variant } from '../../experiments/experiment';
import { BASE_MB, measuringKind } from '../../experiments/kind';
import {
  counts,
  maybe,
  oneOf,
  orNull,
  positive,
  section,
  share,
  text,
  whole,
} from '../../experiments/settings';
import {
  REAL_WORDS,
  checkRealFacts,
  RealFactTrainer,
  realCityScores,
  realFactsOf,
  type RealFacts,
} from './realfacts';
import type { CityQuestion, Fact } from './facts';

/** A way of teaching. */
export interface RealFactVariant extends Variant {
  /** Share of prompts with a context. */
  readonly share: number;
}

/** The config of such an experiment. */
export interface RealFactConfig extends BaseConfig {
  /** 'smollm2'; null: a small model of random weights. */
  readonly model: 'smollm2' | null;
  /** The token that begins every text of the model, or null. */
  readonly begin: string | null;
  /** Facts of real strings, and as many of invented ones. */
  readonly ofEach: number;
  readonly adapters: { readonly rank: number; readonly alpha: number };
  readonly teaching: {
    readonly learningRate: number;
    readonly batch: number;
    /** After how many steps it is measured; the last is the end. */
    readonly steps: readonly number[];
  };
}

/** An experiment on real names and cities. */
export type RealFactExperiment = ExperimentOf<RealFactVariant, RealFactConfig>;
type RealFactPlan = PlanOf<RealFactExperiment>;

/**
 * The facts of a seed, the same for every way of teaching.
 *
 * @throws CourseError when the seed is none, or there are not so many invented names
 */
export const taughtFacts = (seed: number, ofEach: number): RealFacts =>
  realFactsOf(stream(seed, 'real facts'), ofEach);

/**
 * Cities to choose from: those of the facts, and one that is in no fact.
 *
 * @throws CourseError when these are no facts
 */
export function candidateCities(facts: RealFacts): string[] {
  checkRealFacts(facts);
  const { familiar, invented, others } = facts;
  return [...[...familiar, ...invented].map(({ city }) => city), others.cities[0]!];
}

/** What the context says of a fact's person: nothing, the city of another fact, or a new one. */
const CONTEXTS = ['no context', 'city of another fact', 'city in no fact'] as const;
type ContextName = (typeof CONTEXTS)[number];

/** Which candidate the context names for fact i of so many; null without a context. */
function namedBy(context: ContextName, i: number, facts: number): number | null {
  if (context === 'no context') return null;
  return context === 'city in no fact' ? facts : (i + 1) % facts;
}

/** What was asked of a fact and answered. */
interface Answer {
  readonly i: number;
  readonly group: 'real' | 'invented';
  readonly context: ContextName;
  readonly said: number | null;
  /** Of each candidate, in nats. */
  readonly scores: readonly number[];
}

/** Asks for every fact without a context and after both kinds of contradictions. */
function answers(loaded: LoadedModel, facts: RealFacts, begin: string): Answer[] {
  const all: readonly Fact[] = [...facts.familiar, ...facts.invented];
  const cities = candidateCities(facts);
  const asked = CONTEXTS.flatMap((context) =>
    all.map(({ name }, i) => {
      const said = namedBy(context, i, all.length);
      const stated = said === null ? [] : [{ name, city: cities[said]! }];
      const question: CityQuestion = { context: stated, name, cities };
      const group = i < facts.familiar.length ? ('real' as const) : ('invented' as const);
      return { i, group, context, said, question };
    }),
  );
  const scores = realCityScores(
    loaded,
    asked.map(({ question }) => question),
    begin,
  );
  return asked.map((one, k) => ({ ...one, scores: scores[k]! }));
}

const best = ({ scores }: Answer): number => argMax(scores);

/** Shares of answers and mean log-odds, for real and invented strings and each kind of context. */
function putShares(found: readonly Answer[], name: string, teachingSteps: number, put: Put): void {
  for (const group of ['real', 'invented'] as const)
    for (const context of CONTEXTS) {
      const own = found.filter((one) => one.group === group && one.context === context);
      const where = `${group}, ${context}`;
      const at = { teachingSteps };
      put(
        name,
        at,
        `gives the taught city, ${where}`,
        mean(own.map((a) => Number(best(a) === a.i))),
      );
      if (context === 'no context') continue;
      put(
        name,
        at,
        `follows the context, ${where}`,
        mean(own.map((a) => Number(best(a) === a.said))),
      );
      const odds = own.map(({ scores, said, i }) => scores[said!]! - scores[i]!);
      put(name, at, `log-odds of the context, ${where}`, mean(odds));
    }
}

/** The log-probability of every candidate: the pair is the fact and the city, by index. */
function putCandidates(found: readonly Answer[], name: string, stage: string, put: Put): void {
  for (const { i, context, scores } of found)
    scores.forEach((value, j) => put(name, { pair: [i, j] }, `log p ${stage}, ${context}`, value));
}

/** Sizes of the random model, which only shows that the machinery runs. */
const RANDOM = { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 128 } as const;

const loadedOf = ({ model }: RealFactConfig): LoadedModel =>
  model === null
    ? freshLanguageModel(tokenizerOf(wordTokenizerJson([...REAL_WORDS]), 'real facts'), RANDOM, 0)
    : loadLanguageModel(smolLM2Folder());

/** Teaches the facts of a seed through adapters, and measures before, along the way and after. */
function measure(
  { config }: RealFactPlan,
  { name, share: contexts }: RealFactVariant,
  seed: number,
  put: Put,
): void {
  const { teaching, adapters } = config;
  const begin = config.begin ?? '';
  const facts = taughtFacts(seed, config.ofEach);
  const base = loadedOf(config);
  const adapted = new AdaptedModel(base.model, adapters, seed);
  const loaded = { model: adapted, tokenizer: base.tokenizer };
  const last = teaching.steps.at(-1)!;
  const given = { seed, share: contexts, steps: last, batch: teaching.batch };
  const settings = { ...given, learningRate: teaching.learningRate };
  const trainer = new RealFactTrainer(loaded, facts, settings, begin);
  try {
    const before = answers(loaded, facts, begin);
    putShares(before, name, 0, put);
    putCandidates(before, name, 'before', put);
    for (const step of teaching.steps) {
      while (trainer.step < step) trainer.train();
      const found = answers(loaded, facts, begin);
      putShares(found, name, step, put);
      if (step === last) putCandidates(found, name, 'after', put);
    }
  } finally {
    trainer.dispose();
    adapted.dispose();
    base.model.dispose();
  }
}

const SETTINGS = section('an experiment on real names and cities', {
  seeds: whole('sets of facts', 1, 10_000),
  model: orNull(oneOf('a downloaded model; null = random weights', 'smollm2')),
  begin: orNull(text('the token that begins every text of the model; null = none')),
  ofEach: whole('facts of real strings, and as many of invented ones', 1, 8),
  adapters: section('adapters', {
    rank: whole('rows of B', 1, 1e4),
    alpha: positive('A B is multiplied by alpha / rank'),
  }),
  teaching: section('teaching', {
    learningRate: positive('learning rate'),
    batch: whole('prompts per step', 1, 1e6),
    steps: counts('after how many steps it is measured'),
  }),
});

/** Experiments that teach real names and cities. */
export const REAL_FACT_KIND = measuringKind<RealFactExperiment>({
  name: 'real names and cities',
  settings: SETTINGS,
  variant: section('a way of teaching', {
    key: text('names its files'),
    name: text('how tables call it'),
    share: share('share of prompts with a context'),
    seeds: maybe(whole('sets of facts, where the experiment’s number is not meant', 1, 10_000)),
  }),
  check: ({ config: { teaching } }) =>
    demand(
      teaching.steps.length > 0 && ascends(teaching.steps),
      () => `'steps' of teaching are ${quote(teaching.steps)}.`,
      'Give at least one number, each larger than the one before.',
    ),
  baselines: ({ config: { ofEach } }, put) => {
    for (const group of ['real', 'invented'] as const)
      for (const context of CONTEXTS)
        put('chance', {}, `gives the taught city, ${group}, ${context}`, 1 / (2 * ofEach + 1));
  },
  measure,
  // weights in 32 bits, and what a step keeps for its gradients
  requirements: ({ config }) => ({
    memoryMB: BASE_MB + (config.model === null ? 50 : 1500),
    diskMB: 1,
  }),
});
