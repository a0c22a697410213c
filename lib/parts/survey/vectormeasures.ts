/**
 * What is measured of demonstrations as vectors: of the small model, how much of their accuracy a
 * vector keeps, by layer and by strength; of a language model, how far it moves the probability of
 * sentences towards a style, and what it costs on sentences without style.
 */
import { stream, type Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { LoadedModel } from '../../language/folder';
import { METHODS } from '../../model/methods';
import { bestOptions } from './scoring/scorer';
import { shareRight } from './scoringmeasures';
import { summedVectors, type LayerVectors } from './shapes/directions';
import { NEUTRAL_SENTENCES, stylePairs, STYLES, type StylePair } from './shapes/styles';
import { questionStates } from './shapes/smallstates';
import { smallContextVector, steeredAnswers } from './shapes/smallvectors';
import { exchangedAnswers, patchedAnswers, taskVector } from './shapes/taskvectors';
import { contextVector, styleScores } from './shapes/textvectors';
import { smallLogAnswers, type SmallQuestion } from './small/smallanswers';
import type { SmallModel } from './small/smallmodel';
import { meanMeasures, type ByMetric, type PutNumber } from './titles';
import { labelIndex, type Context } from './world/posterior';
import { drawExamples, drawTask } from './world/sampling';
import { trainedPrior, type WorldTask } from './world/taskworld';

/** How much is asked of a small model. */
export interface WorldVectorSizes {
  /** Tasks of each mapping, and questions of each task. */
  readonly tasks: number;
  readonly questions: number;
  /** Examples of a context. */
  readonly k: number;
  /** Dummy questions over which a task vector is the mean. */
  readonly dummies: number;
  /** Of steering, lambda. */
  readonly strengths: readonly number[];
}

/** How much is asked of a language model. */
export interface TextVectorSizes {
  /** Demonstrations of a style, and pairs that test it. */
  readonly pairs: number;
  readonly tests: number;
  /** Of steering, lambda. */
  readonly strengths: readonly number[];
  /** The strength of a vector in one layer alone, and the layers that are tried. */
  readonly layerStrength: number;
  readonly layers: readonly number[];
}

/** Mappings whose tasks are measured. */
const MEASURED = ['natural', 'arbitrary'] as const;

const CLASSES = [0, 1] as const;

/**
 * What the vectors of one task are worth: right answers among its two labels, and the probability
 * of the two among all words. The state that each question itself has after the demonstrations
 * is what a vector at its place could say at most.
 */
function taskMeasures(
  model: SmallModel,
  task: WorldTask,
  { questions, k, dummies, strengths }: WorldVectorSizes,
  random: Stream,
): ByMetric {
  const examples = drawExamples(random, task, k);
  const classes = Array.from({ length: questions }, (_, q) => CLASSES[q % 2]!);
  const tests = drawExamples(random, task, classes); // with its labels in balance
  const options = task.labels.map(labelIndex);
  const right = tests.map(({ label }) => options.indexOf(labelIndex(label)));
  const asked = (context: Context): SmallQuestion[] =>
    tests.map(({ input }) => ({ context, input }));
  const said = (what: string, logs: readonly (readonly number[])[]): ByMetric => {
    const ofOptions = logs.map((row) => options.map((label) => row[label]!)); // [questions][2]
    return {
      [`accuracy, ${what}`]: shareRight(bestOptions(ofOptions), right),
      [`labels known, ${what}`]: mean(ofOptions.map(([a, b]) => Math.exp(a!) + Math.exp(b!))),
    };
  };
  const [bare, shown] = [asked({ examples: [] }), asked({ examples })];
  const vectors = taskVector(model, { examples }, random, dummies);
  const states = questionStates(model, shown);
  const direction = smallContextVector(model, examples);
  return Object.assign(
    said('no examples', smallLogAnswers(model, METHODS.ar, bare)),
    said('k examples', smallLogAnswers(model, METHODS.ar, shown)),
    ...vectors.flatMap((_, l) => [
      said(`task vector, layer ${l}`, patchedAnswers(model, bare, vectors, [l])),
      said(`own state, layer ${l}`, exchangedAnswers(model, bare, states, [l])),
    ]),
    ...strengths.map((strength) =>
      said(
        `in-context vector, strength ${strength}`,
        steeredAnswers(model, bare, direction, strength),
      ),
    ),
  ) as ByMetric;
}

/** Measures the vectors of tasks that were trained: the mean over those of a mapping. */
export function measureVectorsWorld(
  model: SmallModel,
  sizes: WorldVectorSizes,
  seed: number,
  put: PutNumber,
): void {
  for (const mapping of MEASURED) {
    const prior = trainedPrior(mapping);
    const measures = Array.from({ length: sizes.tasks }, (_, t) => {
      const random = stream(seed, 'tasks as vectors', mapping, t);
      return taskMeasures(model, drawTask(random, prior), sizes, random);
    });
    for (const [metric, value] of Object.entries(meanMeasures(measures)))
      put(`${metric}, ${mapping}`, value);
  }
}

/** Scores of texts while states are turned. */
type Scored = (
  texts: readonly string[],
  vectors: LayerVectors,
  strength: number,
  layers?: readonly number[],
) => number[];

/** By how much the target of each pair is the more probable, in nats for a token. */
const gains = (pairs: readonly StylePair[], scores: readonly number[]): number[] =>
  pairs.map((_, i) => scores[2 * i + 1]! - scores[2 * i]!);

/** What a style's own vector, that of the other styles and their sum do to its pairs. */
function measureStyle(
  style: string,
  tests: readonly StylePair[],
  vectors: Readonly<Record<string, LayerVectors>>,
  scored: Scored,
  { strengths, layerStrength, layers }: TextVectorSizes,
  put: PutNumber,
): void {
  const own = vectors[style]!;
  const others = Object.keys(vectors).filter((name) => name !== style);
  const gainsUnder = (...how: [LayerVectors, number, (readonly number[])?]): number[] =>
    gains(tests, scored(tests.flat(), ...how));
  const all = summedVectors(Object.values(vectors));
  const other = summedVectors(others.map((name) => vectors[name]!));
  const plain = gainsUnder(own, 0);
  const neutral = (strength: number): number[] =>
    Object.values(NEUTRAL_SENTENCES).map((texts) => mean(scored(texts, own, strength)));
  const unturned = neutral(0);
  /** Without strength no vector turns anything. */
  const turned = (by: LayerVectors, strength: number): number[] =>
    strength === 0 ? plain : gainsUnder(by, strength);
  for (const strength of strengths) {
    const under = `${style}, strength ${strength}`;
    const found = turned(own, strength);
    put(`margin, ${under}`, mean(found));
    put(`preference, ${under}`, mean(found.map((gain) => Number(gain > 0))));
    const costs = neutral(strength).map((score, tense) => unturned[tense]! - score);
    put(`cost, ${under}`, mean(costs));
    Object.keys(NEUTRAL_SENTENCES).forEach((tense, i) =>
      put(`cost in the ${tense}, ${under}`, costs[i]!),
    );
    put(`margin, ${style}, sum, strength ${strength}`, mean(turned(all, strength)));
    put(`margin, ${style}, other vector, strength ${strength}`, mean(turned(other, strength)));
  }
  for (const l of layers)
    put(`margin, ${style}, layer ${l}`, mean(gainsUnder(own, layerStrength, [l])));
}

/**
 * Measures the vectors of styles on a language model.
 *
 * @param begin stands before each text
 */
export function measureVectorsText(
  loaded: LoadedModel,
  begin: string,
  sizes: TextVectorSizes,
  seed: number,
  put: PutNumber,
): void {
  const drawn = (style: string, part: 'demonstrations' | 'tests', count: number): StylePair[] =>
    stylePairs(style, stream(seed, 'pairs of a style', style, part), count, part);
  const vectors = Object.fromEntries(
    Object.keys(STYLES).map((style) => [
      style,
      contextVector(loaded, begin, drawn(style, 'demonstrations', sizes.pairs)),
    ]),
  );
  const scored: Scored = (texts, ...how) => styleScores(loaded, begin, texts, ...how);
  for (const style of Object.keys(STYLES))
    measureStyle(style, drawn(style, 'tests', sizes.tests), vectors, scored, sizes, put);
}
