/**
 * Episodes as tensors: the texts of examples and tests, and answers as slots or vectors of texts.
 */
import { checkList, checkMemory, checkTensor } from '../core/checks';
import { tf } from '../core/backend';
import { demand, plainObject, positiveInteger } from '../core/errors';
import { stream } from '../core/random';
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs';

/** How many labels can be told apart in an episode. */
export const SLOTS = 8;
/**
 * Numbers that describe an answer that is a text: its first singular directions, and how it goes
 * with the input.
 */
export const TEXT_NUMBERS = 15;
/** Numbers of an answer: the slots, then the text. */
export const ANSWER_SIZE = SLOTS + TEXT_NUMBERS;

/** The vectors of the labels of a session, which they keep for the whole of it. */
export function sessionSlots(labels: number): Float32Array[] {
  positiveInteger('The number of labels', labels, 1, SLOTS);
  const order = stream(0, 'slots of a session').permutation(SLOTS);
  return Array.from({ length: labels }, (_, k) =>
    Float32Array.from({ length: ANSWER_SIZE }, (__, i) => (i === order[k] ? 1 : 0)),
  );
}

/** Episodes as tensors: B episodes with n examples and m tests. */
export type Episodes = {
  /** Example texts, [B, n, d]. */
  readonly x: Tensor3D;
  /** Their answers, [B, n, a]. */
  readonly y: Tensor3D;
  /** Texts to be answered, [B, m, d]. */
  readonly xTest: Tensor3D;
  /** The answers to choose from, [B, m, K, a]. */
  readonly options: Tensor4D;
  /** 1 at the right option, [B, m, K]; all 0 where there is none (padding). */
  readonly right: Tensor3D;
  /** 1 at options that are there, [B, m, K]. */
  readonly there: Tensor3D;
};

/** One question: the vector of its text, the vectors of its options, and which is right. */
interface Question {
  readonly x: Float32Array;
  readonly options: readonly Float32Array[];
  readonly right: number;
}

/** A text with its answer. */
interface Shown {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** An episode before it becomes tensors. */
export interface Episode {
  readonly shown: readonly Shown[];
  readonly asked: readonly Question[];
}

const isVector = (value: unknown, length: number): boolean =>
  (Array.isArray(value) || value instanceof Float32Array) && value.length === length;

const isEpisode = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray((value as Partial<Episode>).shown) &&
  Array.isArray((value as Partial<Episode>).asked);

const isShown = (one: Partial<Shown> | null, d: number): boolean =>
  isVector(one?.x, d) && isVector(one?.y, ANSWER_SIZE);

const isAsked = (one: Partial<Question> | null, d: number): boolean =>
  isVector(one?.x, d) &&
  Array.isArray(one?.options) &&
  one.options.length <= SLOTS &&
  one.options.every((option) => isVector(option, ANSWER_SIZE)) &&
  Number.isInteger(one.right) &&
  one.right! < one.options.length;

/** Refuses episodes whose texts are not of d numbers, or whose answers are none. */
function checkVectors(episodes: readonly Episode[], d: number, m: number): void {
  for (const { shown, asked } of episodes) {
    demand(
      shown.every((one) => isShown(one, d)) && asked.every((one) => isAsked(one, d)),
      () =>
        `An episode holds what is no text of ${d} numbers with answers of ${ANSWER_SIZE}, ` +
        `at most ${SLOTS} to choose from.`,
      'Make episodes with a metaicl.EpisodeSource.',
    );
    demand(
      (asked.length > 0 || m === 0) && asked.length <= Math.max(m, 0),
      () => `An episode of ${asked.length} tests was to be padded to ${m}.`,
      'Give each episode at least one test, and at most that many.',
    );
  }
}

/**
 * Refuses what are no episodes as tensors.
 *
 * @param episodes shapes as in Episodes; they stay the caller's
 * @throws CourseError naming the tensor that is missing, disposed, not of floats or of another
 *   shape
 */
export function checkEpisodes(episodes: Episodes): void {
  plainObject('Episodes', episodes);
  for (const name of ['x', 'y', 'xTest', 'options', 'right', 'there'] as const)
    checkTensor(`'${name}' of the episodes`, episodes[name], name === 'options' ? 4 : 3);
  const { x, y, xTest, options, right, there } = episodes;
  const [B, n, d] = x.shape;
  const [, m] = xTest.shape;
  const [, , K] = there.shape;
  const needed = [
    [B, n, ANSWER_SIZE],
    [B, m, d],
    [B, m, K, ANSWER_SIZE],
    [B, m, K],
    [B, m, K],
  ];
  const given = [y, xTest, options, right, there].map(({ shape }) => shape);
  demand(
    given.every((shape, i) => shape.join() === needed[i]!.join()),
    () => `The episodes do not fit together: x [${x.shape}], ${given.map((s) => `[${s}]`).join()}.`,
    'Make them with metaicl.asTensors.',
  );
}

/**
 * Episodes of equal n as tensors; where tests or options are fewer than the most, padding that is
 * marked so.
 *
 * @param tests how many tests each episode is padded to, m; the most of an episode when left out
 * @returns shapes as in Episodes; the caller disposes them
 * @throws CourseError when there is no episode, episodes differ in their number of examples or of
 *   numbers, one has no test, or they do not fit into memory
 */
export function asTensors(episodes: readonly Episode[], tests?: number): Episodes {
  checkList('Episodes', episodes, 'episodes', isEpisode, 1);
  const [B, n] = [episodes.length, episodes[0]!.shown.length];
  const m = tests ?? Math.max(...episodes.map(({ asked }) => asked.length));
  positiveInteger('The number of tests', m, 0);
  demand(
    episodes.every(({ shown }) => shown.length === n),
    () => 'Episodes with different numbers of examples were put into one batch.',
    'Batch those of equal n.',
  );
  const first: Partial<Shown> | undefined = episodes[0]!.asked[0] ?? episodes[0]!.shown[0];
  const d = first?.x?.length ?? 0;
  checkVectors(episodes, d, m);
  const K = SLOTS;
  const numbers = n * (d + ANSWER_SIZE) + m * (d + K * (ANSWER_SIZE + 2));
  checkMemory(() => `${B} episodes of ${n} examples and ${m} tests`, B * numbers);
  const [x, y] = [new Float32Array(B * n * d), new Float32Array(B * n * ANSWER_SIZE)];
  const [xTest, options] = [new Float32Array(B * m * d), new Float32Array(B * m * K * ANSWER_SIZE)];
  const [right, there] = [new Float32Array(B * m * K), new Float32Array(B * m * K)];
  episodes.forEach(({ shown, asked }, b) => {
    shown.forEach((example, i) => {
      x.set(example.x, (b * n + i) * d);
      y.set(example.y, (b * n + i) * ANSWER_SIZE);
    });
    for (let t = 0; t < m; t++) {
      const at = b * m + t;
      const question = asked[t] ?? asked[0]!;
      xTest.set(question.x, at * d);
      question.options.forEach((option, k) => {
        options.set(option, (at * K + k) * ANSWER_SIZE);
        there[at * K + k] = 1;
      });
      if (t < asked.length && question.right >= 0) right[at * K + question.right] = 1;
    }
  });
  return {
    x: tf.tensor3d(x, [B, n, d]),
    y: tf.tensor3d(y, [B, n, ANSWER_SIZE]),
    xTest: tf.tensor3d(xTest, [B, m, d]),
    options: tf.tensor4d(options, [B, m, K, ANSWER_SIZE]),
    right: tf.tensor3d(right, [B, m, K]),
    there: tf.tensor3d(there, [B, m, K]),
  };
}
