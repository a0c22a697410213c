/**
 * Several examples for a model that was trained on one: four ways to let all of them speak.
 *
 *   answers    one canvas for each example; the answers are averaged
 *   features   one canvas for each; after the attention of each layer, what the query and the hole
 *              got is averaged over the canvases, so that they go on alike in all of them
 *   long       one row of pictures: all examples at the place of the example, one softmax over all
 *   tiled      four examples, shrunk to half their height and width, as one example on one canvas
 *
 * The first three do not depend on the order of the examples.
 * References: Wang et al. (2023, arXiv 2304.03284, SegGPT) for features and tiles ("spatial
 * ensemble"); the features are averaged where their code does it, before the residual stream.
 */
import { tf } from '../../../core/backend';
import { checkEach, checkFields } from '../../../core/checks';
import { demand } from '../../../core/errors';
import type { Hook } from '../../../model/transformer';
import type { Tensor } from '@tensorflow/tfjs';
import { PATCHES, canvasLayout, canvasPictures } from './canvas';
import { canvasAnswers, meanAnswer, rowAnswers } from './canvasanswers';
import {
  PICTURE_SIDE,
  checkPicture,
  checkPicturePairs,
  type Picture,
  type PicturePair,
} from './picture';
import type { PictureModel } from './picturemodel';

/** A query with several examples. */
export interface SeveralExamples {
  readonly examples: readonly PicturePair[];
  readonly query: Picture;
}

/**
 * Refuses questions without examples, or with numbers of them that differ; returns that number.
 *
 * @throws CourseError quoting what is none
 */
export function checkSeveral(questions: readonly SeveralExamples[]): number {
  checkEach(
    'Questions',
    questions,
    'questions with examples',
    (name, one) =>
      checkFields(name, one, {
        examples: (where, pairs) => checkPicturePairs(where, pairs, 1),
        query: checkPicture,
      }),
    1,
  );
  const n = questions[0]!.examples.length;
  demand(
    questions.every(({ examples }) => examples.length === n),
    () => 'Questions with different numbers of examples were given together.',
    'Give each as many.',
  );
  return n;
}

const inGroups = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: list.length / size }, (_, g) => list.slice(g * size, (g + 1) * size));

/** One question for each example of each query. */
const oneByOne = (questions: readonly SeveralExamples[]) =>
  questions.flatMap(({ examples, query }) => examples.map((example) => ({ example, query })));

/**
 * Answers averaged over one canvas for each example.
 *
 * @returns [questions][channels]
 * @throws CourseError when there is no model, question or example, or numbers of examples differ
 */
export function averagedAnswers(
  model: PictureModel,
  questions: readonly SeveralExamples[],
): number[][] {
  const n = checkSeveral(questions);
  return inGroups(canvasAnswers(model, oneByOne(questions)), n).map(meanAnswer);
}

/**
 * The hook that averages what the query and the hole got from attention, over the canvases of each
 * question.
 *
 * @param n canvases of a question, which stand together in the batch
 */
const averageFeatures =
  (n: number): Hook =>
  (name, value) => {
    if (!name.endsWith('attention.out')) return undefined;
    const [B, T, C] = value.shape as [number, number, number];
    const [examples, asked] = tf.split(value, [T - 2 * PATCHES, 2 * PATCHES], 1) as [
      Tensor,
      Tensor,
    ];
    const mean = asked.reshape([B / n, n, 2 * PATCHES, C]).mean(1, true); // [B / n, 1, 2 PATCHES, C]
    const alike = mean.tile([1, n, 1, 1]).reshape([B, 2 * PATCHES, C]); // [B, 2 PATCHES, C]
    return tf.concat([examples, alike], 1); // [B, T, C]
  };

/**
 * Answers by features that are averaged over the canvases of all examples, after the attention of
 * each layer.
 *
 * @returns [questions][channels]
 * @throws CourseError when there is no model, question or example, or numbers of examples differ
 */
export function featureAnswers(
  model: PictureModel,
  questions: readonly SeveralExamples[],
): number[][] {
  const n = checkSeveral(questions);
  const rows = oneByOne(questions).map(({ example, query }) => ({
    pictures: canvasPictures(example, query),
    quadrants: canvasLayout(0),
  }));
  const answers = rowAnswers(model, rows, undefined, averageFeatures(n));
  return answers.filter((_, i) => i % n === 0);
}

/**
 * Answers from one row of pictures that holds all examples, each at the example's place.
 *
 * @returns [questions][channels]
 * @throws CourseError when there is no model, question or example, or numbers of examples differ
 */
export function longCanvasAnswers(
  model: PictureModel,
  questions: readonly SeveralExamples[],
): number[][] {
  checkSeveral(questions);
  const [inputs, outputs, asked, hole] = canvasLayout(0);
  return rowAnswers(
    model,
    questions.map(({ examples, query }) => ({
      pictures: [...examples.flatMap(({ input, output }) => [input, output]), query, null],
      quadrants: [...examples.flatMap(() => [inputs, outputs]), asked, hole],
    })),
  );
}

/** Four pictures as the quarters of one: of each every second pixel of every second row. */
export function tiledPicture(pictures: readonly Picture[]): Picture {
  demand(
    Array.isArray(pictures) && pictures.length === 4,
    () => 'A tiled picture was asked for that is not made of four.',
    'Give four pictures.',
  );
  for (const one of pictures) checkPicture('A picture', one);
  const half = PICTURE_SIDE / 2;
  return Array.from({ length: PICTURE_SIDE ** 2 }, (_, i) => {
    const [row, column] = [Math.floor(i / PICTURE_SIDE), i % PICTURE_SIDE];
    const from = pictures[2 * Math.floor(row / half) + Math.floor(column / half)]!;
    return from[2 * (row % half) * PICTURE_SIDE + 2 * (column % half)]!;
  });
}

/**
 * Answers from four examples as one, tiled.
 *
 * @returns [questions][channels]
 * @throws CourseError when there is no model or question, or one has not four examples
 */
export function tiledAnswers(
  model: PictureModel,
  questions: readonly SeveralExamples[],
): number[][] {
  checkSeveral(questions);
  return canvasAnswers(
    model,
    questions.map(({ examples, query }) => ({
      example: {
        input: tiledPicture(examples.map(({ input }) => input)),
        output: tiledPicture(examples.map(({ output }) => output)),
      },
      query,
    })),
  );
}
