/**
 * What a model says of holes: in one layout, or in all eight, whose answers are averaged or vote.
 * References: Bar et al. (2022, arXiv 2209.00647); Sun et al. (2023, arXiv 2304.04748), whose code
 * averages the answers of eight arrangements and takes the nearer colour.
 */
import { tf } from '../../../core/backend';
import {
  checkEach,
  checkFields,
  checkIndices,
  checkList,
  checkMadeBy,
  checkRows,
} from '../../../core/checks';
import { demand } from '../../../core/errors';
import type { Hook } from '../../../model/transformer';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import {
  CANVAS_LAYOUTS,
  PATCHES,
  PATCH_SIZE,
  canvasLayout,
  canvasPictures,
  patchesOfAll,
  unpatched,
} from './canvas';
import { checkPicture, checkPicturePairs, type Picture, type PicturePair } from './picture';
import { PictureModel } from './picturemodel';

/** A question about one picture: an example (null for none), and the query. */
export interface PictureQuestion {
  readonly example: PicturePair | null;
  readonly query: Picture;
}

/** Pictures that are read together; null is a hole. */
export interface PictureRow {
  readonly pictures: readonly (Picture | null)[];
  /** Where each of them is. */
  readonly quadrants: readonly number[];
}

/**
 * Refuses what is no model on pictures.
 *
 * @throws CourseError quoting it
 */
export const checkPictureModel = (model: unknown): void =>
  checkMadeBy(
    'The model',
    model,
    PictureModel,
    'pictures.PictureModel',
    'Make one with new pictures.PictureModel(config), or load one.',
  );

/**
 * What a model reads: rows of pictures of one number, patches of holes masked.
 *
 * @returns patches [B, T, K], masked [B, T, 1], quadrants [B, N]; the caller disposes them
 */
export const patchInputs = (rows: readonly PictureRow[]) => {
  const [B, N] = [rows.length, rows[0]!.pictures.length];
  const hole = ({ pictures }: PictureRow): number[] =>
    pictures.flatMap((one) => new Array<number>(PATCHES).fill(Number(one === null)));
  return {
    patches: tf.tensor3d(
      rows.flatMap(({ pictures }) => patchesOfAll(pictures)),
      [B, N * PATCHES, PATCH_SIZE],
    ),
    masked: tf.tensor3d(rows.flatMap(hole), [B, N * PATCHES, 1]),
    quadrants: tf.tensor2d(
      rows.flatMap(({ quadrants }) => [...quadrants]),
      [B, N],
      'int32',
    ),
  };
};

/** Refuses what are no rows of as many pictures, each with a place that a model knows. */
function checkPictureRows(rows: readonly PictureRow[], places: number): void {
  checkEach(
    'Rows of pictures',
    rows,
    'rows of pictures',
    (name, row) =>
      checkFields(name, row, {
        pictures: (where, pictures) =>
          checkList(where, pictures, 'pictures', (one) => one === null || Array.isArray(one), 1),
        quadrants: (where, quadrants) => checkIndices(where, quadrants, places - 1, 1),
      }),
    1,
  );
  const N = rows[0]!.pictures.length;
  demand(
    rows.every(({ pictures, quadrants }) => pictures.length === N && quadrants.length === N),
    () => `Rows of ${N} and other numbers of pictures or places were given together.`,
    'Give rows of as many pictures, and a place for each picture.',
  );
}

/** Refuses what are no questions about pictures. */
export const checkPictureQuestions = (questions: readonly PictureQuestion[]): void =>
  checkEach(
    'Questions',
    questions,
    'questions about pictures',
    (name, one) =>
      checkFields(name, one, {
        example: (_, example) =>
          void (example === null || checkPicturePairs('the example', [example])),
        query: checkPicture,
      }),
    1,
  );

/** Rows that are read at once. */
const ROWS_AT_ONCE = 128;

/** Probabilities of the channels of the last picture of each row, [rows][channels]. */
export const lastPictures = (logits: Tensor3D): number[][] => {
  const last = logits.slice([0, logits.shape[1] - PATCHES, 0], [-1, -1, -1]); // [B, PATCHES, K]
  const flat = last.sigmoid().reshape([-1, PATCHES * PATCH_SIZE]); // [B, PATCHES K]
  return (flat.arraySync() as number[][]).map(unpatched);
};

/**
 * What a model says of the last picture of rows of pictures.
 *
 * @param rows of one number of pictures
 * @param bias added to the scores of attention; left out: all is read
 * @param hook see Transformer.forward
 * @returns probabilities of the channels, [rows][PICTURE_SIDE x PICTURE_SIDE x 3]
 * @throws CourseError when there is no model or row
 */
export function rowAnswers(
  model: PictureModel,
  rows: readonly PictureRow[],
  bias?: Tensor2D,
  hook?: Hook,
): number[][] {
  checkPictureModel(model);
  checkPictureRows(rows, model.config.size.maxPositions);
  const at = hook ? rows.length : ROWS_AT_ONCE;
  return Array.from({ length: Math.ceil(rows.length / at) }, (_, part) =>
    tf.tidy(() => {
      const inputs = patchInputs(rows.slice(part * at, (part + 1) * at));
      const T = inputs.patches.shape[1];
      const all: Tensor = bias ?? tf.zeros([T, T]);
      return lastPictures(model.logits({ ...inputs, bias: all }, hook));
    }),
  ).flat();
}

/**
 * The answers of a model to questions with one example or none.
 *
 * @param layout the number of a layout, from 0 to 7
 * @returns probabilities of the channels, [questions][PICTURE_SIDE x PICTURE_SIDE x 3]
 * @throws CourseError when there is no model, question or layout
 */
export function canvasAnswers(
  model: PictureModel,
  questions: readonly PictureQuestion[],
  layout = 0,
): number[][] {
  checkPictureQuestions(questions);
  const quadrants = canvasLayout(layout);
  return rowAnswers(
    model,
    questions.map(({ example, query }) => ({
      pictures: canvasPictures(example, query),
      quadrants,
    })),
  );
}

/**
 * The mean of some answers to one question, channel by channel.
 *
 * @param answers [answers][channels]
 * @returns [channels]
 * @throws CourseError when there is no answer, or their lengths differ
 */
export function meanAnswer(answers: readonly (readonly number[])[]): number[] {
  checkRows('Answers', answers);
  return answers[0]!.map((_, i) => answers.reduce((sum, one) => sum + one[i]!, 0) / answers.length);
}

/**
 * Each channel as most answers have it, 0 or 1; one half where as many say one as the other.
 *
 * @param answers [answers][channels]
 * @returns [channels]
 * @throws CourseError when there is no answer, or their lengths differ
 */
export function votedAnswer(answers: readonly (readonly number[])[]): number[] {
  checkRows('Answers', answers);
  const votes = answers.map((one) => one.map((p) => Number(p >= 0.5)));
  return meanAnswer(votes).map((share) => (Math.sign(share - 0.5) + 1) / 2);
}

/**
 * The answers of a model in all eight layouts.
 *
 * @returns [questions][8][channels]
 * @throws CourseError when there is no model or question
 */
export function answersByLayout(
  model: PictureModel,
  questions: readonly PictureQuestion[],
): number[][][] {
  checkPictureQuestions(questions);
  const all = CANVAS_LAYOUTS.map((_, layout) => canvasAnswers(model, questions, layout));
  return questions.map((_, q) => all.map((answers) => answers[q]!));
}
