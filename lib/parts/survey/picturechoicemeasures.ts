/**
 * What is measured of chosen examples: for queries about pools of pairs of one task each, the squared
 * error after every pair of the pool, and so after the one that each way chooses.
 */
import { stream, type Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import { nearestByAngle } from './choosing/nearest';
import type { PoolRow } from './choosing/pool';
import { canvasAnswers } from './pictures/canvasanswers';
import { drawTrainingPrompt } from './pictures/canvastrainer';
import { pictureError, type PicturePair } from './pictures/picture';
import {
  pictureFeatures,
  pictureHelpTable,
  picturePool,
  pixelVector,
  retrievedPicture,
  trainPictureRetriever,
} from './pictures/picturechoice';
import type { PictureModel } from './pictures/picturemodel';

/** How much is asked. */
export interface ChoiceSizes {
  /** Pools that are asked about, pairs of each, and queries about each. */
  readonly pools: number;
  readonly pairs: number;
  readonly queries: number;
  /** Pools that a retriever is trained on, pairs of each that take the part of the query. */
  readonly trainedPools: number;
  readonly trainedQueries: number;
  /** Candidates of each of these. */
  readonly candidates: number;
}

/** How records call the ways to choose. */
export const CHOICES = [
  'random example',
  'nearest pixels',
  'nearest features',
  'trained retriever',
  'best example',
  'worst example',
] as const;

/** The metric of all of them. */
export const CHOICE_ERROR = 'squared error, chosen example';

/** Pairs of a random task of training. */
const drawPairs = (random: Stream, count: number): readonly PicturePair[] =>
  drawTrainingPrompt(random, 0.5, count).examples;

/** The pair that is nearest to a query. */
const nearestTo = (vector: readonly number[], pool: readonly PoolRow[]): number =>
  nearestByAngle.select({ input: 'query', vector }, pool, 1).rows[0]!;

/** Measures all ways to choose an example. */
export function measureChoice(
  model: PictureModel,
  sizes: ChoiceSizes,
  seed: number,
  put: Put,
): void {
  const { pools, pairs: P, queries, trainedPools, trainedQueries: N, candidates: L } = sizes;
  const featuresOf = (pairs: readonly PicturePair[]): number[][] =>
    pictureFeatures(
      model,
      pairs.map(({ input }) => input),
    );
  const training = stream(seed, 'pools of pictures to train a retriever');
  const tables = Array.from({ length: trainedPools }, () => {
    const pairs = drawPairs(training, P);
    return pictureHelpTable(model, pairs, featuresOf(pairs), { N, L }, training);
  });
  const weights = trainPictureRetriever(tables, { seed });
  const random = stream(EVALUATION_SEED, 'pools of pictures');
  const errors = Array.from({ length: pools }, () => {
    const drawn = drawPairs(random, P + queries);
    const [pairs, asked] = [drawn.slice(0, P), drawn.slice(P)];
    const answers = canvasAnswers(
      model,
      asked.flatMap(({ input }) => pairs.map((example) => ({ example, query: input }))),
    );
    const features = picturePool(pairs, featuresOf(pairs));
    const pixels = picturePool(
      pairs,
      pairs.map(({ input }) => pixelVector(input)),
    );
    return featuresOf(asked).map((vector, q) => {
      const own = pairs.map((_, p) => pictureError(answers[q * P + p]!, asked[q]!.output).squared);
      return {
        'random example': mean(own),
        'nearest pixels': own[nearestTo(pixelVector(asked[q]!.input), pixels)]!,
        'nearest features': own[nearestTo(vector, features)]!,
        'trained retriever': own[retrievedPicture(weights, vector, features)]!,
        'best example': Math.min(...own),
        'worst example': Math.max(...own),
      };
    });
  }).flat();
  for (const name of CHOICES) put(name, {}, CHOICE_ERROR, mean(errors.map((one) => one[name])));
}
