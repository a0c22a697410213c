/**
 * The choice of an example for each query from a pool of pairs of one task: at random, the nearest by
 * its pixels or by what the model itself makes of it, or by encoders that were trained on how well the
 * model answers after each example.
 * References: Zhang et al. (2023, arXiv 2301.13670), whose unsupervised retriever takes the nearest
 * image by features, and whose supervised one is trained by contrast with the metric of the task as
 * label; Sun et al. (2023, arXiv 2304.04748) compare pixels. Deviations: features are the mean over
 * patches of this model's own middle layer, and the encoders are those of notebook 25 (EPR).
 */
import { tf } from '../../../core/backend';
import { checkList, checkNumbers, checkRows, checkStream } from '../../../core/checks';
import { demand, plainObject, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs';
import { trainEPR, type EPRTraining } from '../choosing/learned/epr';
import { candidatesOf, inParts, type HelpTable } from '../choosing/learned/helpfulness';
import { retrieverBy } from '../choosing/learned/retriever';
import type { DualWeights } from '../choosing/learned/weights';
import type { PoolRow } from '../choosing/pool';
import { canvasAnswers, checkPictureModel, patchInputs } from './canvasanswers';
import {
  channelsOf,
  checkPicturePairs,
  pictureError,
  type Picture,
  type PicturePair,
} from './picture';
import type { PictureModel } from './picturemodel';

/**
 * What a model makes of pictures: the mean over patches of the states after half of its layers, when
 * it reads nothing else.
 *
 * @returns [pictures][C]
 * @throws CourseError when there is no model or picture
 */
export function pictureFeatures(model: PictureModel, pictures: readonly Picture[]): number[][] {
  checkPictureModel(model);
  checkList('Pictures', pictures, 'pictures', Array.isArray, 1);
  const middle = `blocks.${Math.ceil(model.config.size.layers / 2) - 1}.out`;
  return tf.tidy(() => {
    const inputs = patchInputs(pictures.map((one) => ({ pictures: [one], quadrants: [0] })));
    const T = inputs.patches.shape[1];
    let found: Tensor | null = null;
    model.logits({ ...inputs, bias: tf.zeros([T, T]) }, (name, value) => {
      if (name === middle) found = tf.keep(value.mean(1)); // [B, C]
    });
    const features = found as unknown as Tensor3D;
    const values = features.arraySync() as unknown as number[][];
    features.dispose();
    return values;
  });
}

/** A pool of pairs as the ways to choose see it: by vectors of the inputs, [pairs][C]. */
export function picturePool(
  pairs: readonly PicturePair[],
  vectors: readonly (readonly number[])[],
): PoolRow[] {
  checkPicturePairs('the pool', pairs, 1);
  checkRows('Vectors', vectors);
  demand(
    vectors.length === pairs.length,
    () => `${vectors.length} vectors were given for a pool of ${pairs.length}.`,
    'Give one for each pair.',
  );
  return pairs.map((_, i) => ({ input: `${i}`, output: '', vector: vectors[i]! }));
}

/** The vector of a picture by its pixels: each channel from -1 to 1. */
export const pixelVector = (picture: Picture): number[] =>
  channelsOf(picture).map((on) => 2 * on - 1);

/**
 * What a model's answers say of examples: for some pairs of a pool as queries, minus the squared error
 * after each of some candidates.
 *
 * @param vectors of the inputs, [pairs][C]
 * @param N       how many pairs are taken as queries: the first ones
 * @param L       candidates of each: half its nearest, half drawn
 * @throws CourseError when there is no model, stream or pool, or it is too small
 */
export function pictureHelpTable(
  model: PictureModel,
  pairs: readonly PicturePair[],
  vectors: readonly (readonly number[])[],
  { N, L }: { readonly N: number; readonly L: number },
  random: Stream,
): HelpTable {
  const pool = picturePool(pairs, vectors);
  checkStream(random);
  positiveInteger('The number of candidates', L, 2, pairs.length - 1);
  positiveInteger('The number of queries', N, 1, pairs.length);
  const rows = Array.from({ length: N }, (_, i) => i);
  const candidates = rows.map((row) => candidatesOf(pool, row, L, random));
  const asked = rows.flatMap((row) => candidates[row]!.map((e) => ({ row, e })));
  const answers = canvasAnswers(
    model,
    asked.map(({ row, e }) => ({ example: pairs[e]!, query: pairs[row]!.input })),
  );
  const helpfulness = answers.map(
    (answer, i) => -pictureError(answer, pairs[asked[i]!.row]!.output).squared,
  );
  const sizes = candidates.map(({ length }) => length);
  return {
    pool,
    task: [],
    rows,
    candidates,
    helpfulness: inParts(helpfulness, sizes),
    passes: asked.length,
  };
}

/** How such a retriever is trained by the course. */
export const PICTURE_RETRIEVER: Partial<EPRTraining> = { steps: 300, learningRate: 0.02, top: 3 };

/**
 * Encoders that are trained on how well a model answers.
 *
 * @throws CourseError when a table or a setting is refused
 */
export function trainPictureRetriever(
  tables: readonly HelpTable[],
  given: Partial<EPRTraining> = {},
): DualWeights {
  plainObject('The training of a retriever', given);
  return trainEPR(tables, { ...PICTURE_RETRIEVER, ...given });
}

/**
 * The example that trained encoders choose for a query.
 *
 * @param vector of the query, [C]
 * @returns the number of the pair in the pool
 * @throws CourseError when there is no pool, or a vector does not fit
 */
export function retrievedPicture(
  weights: DualWeights,
  vector: readonly number[],
  pool: readonly PoolRow[],
): number {
  checkNumbers('The vector of the query', vector, 1);
  const { rows } = retrieverBy('trained', weights).select({ input: 'query', vector }, pool, 1);
  return rows[0]!;
}
