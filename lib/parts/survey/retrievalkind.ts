/**
 * Experiments on what is retrieved before a model answers: passages that hold the answer, and
 * demonstrations that lower a marked class of words. Nothing is trained. A seed is a draw of people,
 * passages and demonstrations.
 */
import { demand } from '../../core/errors';
import { stream } from '../../core/random';
import type { BaseConfig, ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { EVALUATION_SEED, measuringKind } from '../../experiments/kind';
import { atLeast0, counts, list, section, text, whole } from '../../experiments/settings';
import type { LoadedModel } from '../../language/folder';
import { withModelAndVectors } from './choosingrun';
import { measureColours, type ColourSizes } from './colourmeasures';
import { measurePassages, type PassageSizes } from './passagemeasures';
import { NEUTRAL_SENTENCES } from './shapes/styles';
import { randomModel } from './splittasks';
import { TEXT_VARIANT, textRequirements, type TextVariant } from './textmodel';
import {
  COLOURS,
  COLOUR_BEGINNINGS,
  MOST_COLOUR_DEMONSTRATIONS,
  drawColourDemonstrations,
} from './work/colours';
import { MOST_PASSAGES, TOWNS, drawPassages } from './work/passages';

/** How much is measured. */
export interface RetrievalMeasures {
  readonly passages: PassageSizes;
  readonly colours: ColourSizes;
}

/** The config of such an experiment. */
export interface RetrievalConfig extends BaseConfig {
  /** Stands before each text; '' for nothing. */
  readonly begin: string;
  readonly measures: RetrievalMeasures;
}

/** An experiment on retrieval. */
export type RetrievalExperiment = ExperimentOf<TextVariant, RetrievalConfig>;

/** A model of random weights that knows the words of some passages and demonstrations. */
function randomReader(): LoadedModel {
  const random = stream(0, 'words of passages');
  return randomModel(
    [],
    [
      ...TOWNS,
      ...COLOURS,
      ...drawPassages(random, 16).map(({ text: passage }) => passage),
      ...COLOUR_BEGINNINGS.map(({ text: beginning }) => beginning),
      ...drawColourDemonstrations(random, MOST_COLOUR_DEMONSTRATIONS).map(({ plain }) => plain),
      ...Object.values(NEUTRAL_SENTENCES).flat(),
    ],
  );
}

function measure(
  { begin, measures }: RetrievalConfig,
  { name, model }: TextVariant,
  seed: number,
  put: Put,
): void {
  const before = model === 'random' ? '' : begin; // the random model begins with no token of SmolLM2
  const own = EVALUATION_SEED + seed;
  withModelAndVectors(model, randomReader, (loaded, vectors) => {
    measurePassages(loaded, before, vectors, measures.passages, own, (metric, value) =>
      put(name, {}, metric, value),
    );
    measureColours(loaded, before, vectors, measures.colours, own, (n, metric, value) =>
      put(name, n === null ? {} : { n }, metric, value),
    );
  });
}

const SETTINGS = section('an experiment on retrieval', {
  seeds: whole('draws of passages and demonstrations', 1, 10_000),
  begin: text('before each text'),
  measures: section('what is measured', {
    passages: section('of passages before a text', {
      passages: whole('passages that are searched', 2, MOST_PASSAGES),
      questions: whole('questions of each form that the model answers', 1, MOST_PASSAGES),
      options: whole('towns that an answer is chosen from', 2, TOWNS.length),
      several: whole('passages before a question, where there are several', 2, 100),
      texts: whole('texts of several facts', 1, 1e4),
      facts: whole('facts of such a text', 2, 100),
      strides: counts('after how many facts it is searched again'),
      queryWords: counts('words of a query, tried on the search alone'),
      query: whole('words of a query, used for the model', 1, 1000),
    }),
    colours: section('of a marked class of words', {
      pool: whole('demonstrations to choose from', 1, MOST_COLOUR_DEMONSTRATIONS),
      shown: counts('numbers of demonstrations'),
      beginnings: whole('beginnings of sentences', 1, COLOUR_BEGINNINGS.length),
      pairs: whole('pairs of a vector', 1, MOST_COLOUR_DEMONSTRATIONS),
      strengths: list('strengths of a vector', atLeast0('a strength'), 1),
    }),
  }),
});

/** Refuses more than there is to draw from. */
function check({ config: { measures } }: PlanOf<RetrievalExperiment>): void {
  const { passages, questions, several, facts, strides } = measures.passages;
  const { pool, shown, pairs } = measures.colours;
  const ask = (what: string, asked: number, there: number): void =>
    demand(
      asked <= there,
      () => `${asked} ${what} were asked for, and there are ${there}.`,
      'Ask for fewer.',
    );
  ask('questions', questions, passages);
  ask('passages before a question', several, passages);
  ask('facts of a text', facts, passages);
  ask('facts between searches', Math.max(...strides), facts);
  ask('demonstrations', Math.max(...shown), pool);
  ask('pairs', pairs, pool);
}

/** Experiments on retrieval. */
export const RETRIEVAL_KIND = measuringKind<RetrievalExperiment>({
  name: 'retrieval before an answer',
  settings: SETTINGS,
  variant: TEXT_VARIANT,
  check,
  baselines: ({ config: { measures } }, put) =>
    put('chance among towns', {}, 'right', 1 / measures.passages.options),
  measure: ({ config }, variant, seed, put) => measure(config, variant, seed, put),
  requirements: textRequirements(3000),
});
