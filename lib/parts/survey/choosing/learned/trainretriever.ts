/**
 * The training that all retrievers share. Each step takes one task, drawn at random: its rows that
 * took the part of the question, and its whole pool, are encoded and scored against each other; the
 * loss is each method's own.
 */
import { tf } from '../../../../core/backend';
import { knownKeys, positiveInteger, finiteNumber } from '../../../../core/errors';
import { stream, type Stream } from '../../../../core/random';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs';

import { descend } from './descent';
import { DualEncoder } from './dualencoder';
import { atLength1, type DualWeights } from './weights';
import { ranked, type HelpTable } from './helpfulness';

/** How a retriever is trained. */
export interface RetrieverTraining {
  readonly seed: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Hidden units of each encoder. */
  readonly hidden: number;
  /** Of the cosines. */
  readonly temperature: number;
}

const TRAINING: RetrieverTraining = {
  seed: 0,
  steps: 100,
  learningRate: 0.01,
  hidden: 32,
  temperature: 0.1,
};

/**
 * Settings over the usual ones.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function retrieverTraining(given: Partial<RetrieverTraining>): RetrieverTraining {
  knownKeys('The training of a retriever', given, Object.keys(TRAINING));
  const training = { ...TRAINING, ...given };
  positiveInteger('seed', training.seed, 0);
  positiveInteger('steps', training.steps, 1, 1e6);
  positiveInteger('hidden', training.hidden, 1, 4096);
  const above0 = (x: number): boolean => x > 0;
  finiteNumber('learningRate', training.learningRate, 'a number above 0', above0);
  finiteNumber('temperature', training.temperature, 'a number above 0', above0);
  return training;
}

/** What a step sees of its task. */
export interface TaskBatch {
  readonly table: HelpTable;
  /** The candidates of each question, the most helpful first, [N, L]. */
  readonly lists: readonly (readonly number[])[];
  /** Cosines of the questions with all rows of the pool, divided by the temperature, [N, R]. */
  readonly scores: Tensor2D;
  /** Codes of the rows, at length 1, [R, C]. */
  readonly codes: Tensor2D;
}

/** A loss of a step; what is random in it comes from the stream. */
export type RetrieverLoss = (batch: TaskBatch, random: Stream) => Scalar;

/** Vectors at length 1, [rows, C]. */
const tensorOf = (vectors: readonly (readonly number[])[], C: number): Tensor2D =>
  tf.tensor2d(
    vectors.map((vector) => [...atLength1(vector)]),
    [vectors.length, C],
  );

/** Inputs of a task as tensors. */
const inputsOf = ({ pool, rows, task }: HelpTable, T: number) => {
  const C = pool[0]!.vector.length;
  const vectors = pool.map(({ vector }) => vector);
  return {
    pool: tensorOf(vectors, C),
    questions: tensorOf(
      rows.map((row) => vectors[row]!),
      C,
    ),
    task: tensorOf(
      rows.map(() => task.slice(0, T)),
      T,
    ),
  };
};

/**
 * Trains both encoders; it leaves no tensor.
 *
 * @param told whether the encoder of questions sees what the task is
 * @param from weights to begin with; left out: untrained ones
 */
export function trainRetriever(
  tables: readonly HelpTable[],
  told: boolean,
  training: RetrieverTraining,
  lossOf: RetrieverLoss,
  from?: DualWeights,
): DualWeights {
  const { seed, steps, learningRate, hidden, temperature } = training;
  const T = told ? tables[0]!.task.length : 0;
  const sizes = { C: tables[0]!.pool[0]!.vector.length, T, H: hidden };
  const encoder = new DualEncoder(sizes, temperature, seed, from);
  const inputs = tables.map((table) => inputsOf(table, T));
  const lists = tables.map((table) => table.rows.map((_, n) => ranked(table, n)));
  const random = stream(seed, 'steps of a retriever');
  try {
    descend(encoder.parameters, steps, learningRate, () => {
      const t = random.integer(tables.length);
      const { pool, questions, task } = inputs[t]!;
      const codes = encoder.rows(pool); // [R, C]
      const scores = encoder.scores(encoder.questions(questions, task), codes); // [N, R]
      return lossOf({ table: tables[t]!, lists: lists[t]!, scores, codes }, random);
    });
    return encoder.weights();
  } finally {
    encoder.dispose();
    tf.dispose(inputs);
  }
}

/**
 * Rows of a table by their numbers, as a product that has gradients on every backend; inside of
 * tf.tidy.
 *
 * @param table [R, C]
 * @param rows  [M]
 * @returns [M, C]
 */
export const rowsByNumber = (table: Tensor2D, rows: readonly number[]): Tensor2D =>
  tf
    .oneHot(tf.tensor1d([...rows], 'int32'), table.shape[0])
    .toFloat()
    .matMul(table) as Tensor2D; // [M, R] times [R, C]

/**
 * Columns of scores, others for each question; inside of tf.tidy.
 *
 * @param scores [N, R]
 * @param rows   [N, M]
 * @returns [N, M]
 */
export function picked(scores: Tensor2D, rows: readonly (readonly number[])[]): Tensor2D {
  const [N, R] = scores.shape;
  const M = rows[0]!.length;
  const chosen = tf.oneHot(tf.tensor1d(rows.flat(), 'int32'), R).toFloat(); // [N M, R]
  const found = chosen.reshape([N, M, R]).matMul(scores.reshape([N, R, 1])); // [N, M, 1]
  return found.reshape([N, M]);
}

/**
 * The same columns for all questions; inside of tf.tidy.
 *
 * @param scores [N, R]
 * @param rows   [M]
 * @returns [N, M]
 */
export const pickedAlike = (scores: Tensor2D, rows: readonly number[]): Tensor2D =>
  rowsByNumber(scores.transpose() as Tensor2D, rows).transpose() as Tensor2D;
