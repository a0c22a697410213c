/**
 * What a network does with its context: errors in every cell of the grid (context relevant or not,
 * class common or rare, labels as in training or shifted), how often it copies a label, answers
 * from its weights, or neither, and its share of in-context learning.
 * Reference: Chan et al. (ICLR 2025), section 4; the share and the three ways are asked for in the
 * reviews.
 */
import { tf } from '../../core/backend';
import type { Tensor } from '@tensorflow/tfjs';

import {
  checkFields,
  checkIndices,
  checkMemory,
  checkTensor,
  ifGiven,
  oneOfThese,
} from '../../core/checks';
import { demand, finiteNumber, knownKeys, positiveInteger, quote } from '../../core/errors';
import {
  ClassifierNetwork,
  checkClassifier,
  oneHot,
  type Classifier,
} from '../../classifiers/classifier';
import { promptSizes, type Prompts } from '../../model/prompts';
import {
  CONTEXTS,
  SequenceGenerator,
  checkSequences,
  sequencePrompts,
  withShiftedLabels,
  type ContextKind,
  type QueryKind,
  type Sequence,
} from './generator';

/**
 * Labels as in training (in-base distribution), or shifted, so that only the context tells (out of
 * base).
 */
const LABEL_CONDITIONS = ['same', 'shifted'] as const;

/** One cell of the grid of tests. */
export interface Cell {
  readonly context: ContextKind;
  readonly query: QueryKind;
  readonly labels: (typeof LABEL_CONDITIONS)[number];
  /** Drawings that are not trained on. */
  readonly unseen?: true;
}

/**
 * All cells; classes that were never trained on have no labels of their own that could be shifted.
 */
export const GRID: readonly Cell[] = [
  ...CONTEXTS.flatMap((context) =>
    (['any', 'common', 'rare'] as const).flatMap((query) =>
      LABEL_CONDITIONS.map((labels) => ({ context, query, labels }) as const),
    ),
  ),
  { context: 'relevant', query: 'new', labels: 'same' },
];

/** Cells for inputs that have drawings which are not trained on. */
export const UNSEEN: readonly Cell[] = (['relevant', 'irrelevant'] as const).flatMap((context) =>
  (['common', 'rare'] as const).flatMap((query) =>
    LABEL_CONDITIONS.map((labels) => ({ context, query, labels, unseen: true }) as const),
  ),
);

/** How records call a cell. */
export const cellName = ({ context, query, labels, unseen }: Cell): string =>
  `${context}, ${query}, ${labels}${unseen ? ', unseen drawings' : ''}`;

/**
 * Test sequences of a cell; a query's own label is what counts as right.
 *
 * @throws CourseError when the source is no generator, or naming what of the cell is not known
 */
export function testSequences(source: SequenceGenerator, cell: Cell, count: number): Sequence[] {
  demand(
    source instanceof SequenceGenerator,
    () => `The source of the sequences must be a SequenceGenerator, got ${quote(source)}.`,
    'Make one with new inweight.SequenceGenerator(config, inputs).',
  );
  knownKeys('A cell', cell, ['context', 'query', 'labels', 'unseen']);
  checkFields('cell', cell, {
    labels: oneOfThese(...LABEL_CONDITIONS),
    unseen: ifGiven(oneOfThese(true)),
  });
  const { context, query, labels, unseen } = cell;
  const sequences = source.tests(context, query, count, unseen);
  return labels === 'shifted' ? withShiftedLabels(sequences, source.config) : sequences;
}

/**
 * Prompts K times, one after the other, as a stack of K networks gets them.
 *
 * @param prompts shapes as in Prompts; they stay the caller's
 * @returns x [K B, L, d] and so on; the caller disposes them
 * @throws CourseError when these are no prompts, K is no number of networks, or memory does not
 *   suffice
 */
export function repeatedForStack(prompts: Prompts, K: number): Prompts {
  const { B, n, m, d } = promptSizes(prompts);
  positiveInteger('K', K);
  checkMemory(() => `${K} times ${B} prompts`, K * B * (n + m) * (d + 1));
  const over = <T extends Tensor>(t: T): T => t.tile([K, ...t.shape.slice(1).map(() => 1)]);
  return {
    x: over(prompts.x),
    y: over(prompts.y),
    xTest: over(prompts.xTest),
    yTest: over(prompts.yTest),
  };
}

/** Error and cross-entropy of one network. */
export interface Score {
  /** Share of wrong answers. */
  readonly error: number;
  /** In nats. */
  readonly crossEntropy: number;
}

/** Refuses what a classifier gives in place of a logarithm for each class of each prompt. */
function checkLogs(logs: Tensor, count: number, C: number): void {
  checkTensor('What the classifier answers', logs, 3, '[B, 1, C]');
  demand(
    logs.shape.join() === [count, 1, C].join(),
    () =>
      `A classifier of ${quote(C)} classes gave [${logs.shape.join(', ')}] for ${count} prompts.`,
    'It has to give the logarithm of the probability of each class, [B, 1, C].',
  );
}

/**
 * What each network of a stack answers, and how it scores.
 *
 * @param classifier a stack of K networks, or K = 1
 * @param sequences  with labels to be scored by
 * @returns answers [K][sequence] and scores [K]
 * @throws CourseError when it is no classifier, or one of another number of networks, when these
 *   are no sequences, or they do not fit the classifier
 */
export function answersOf(
  classifier: Classifier,
  K: number,
  sequences: readonly Sequence[],
  d: number,
): { answers: number[][]; scores: Score[] } {
  checkClassifier(classifier);
  checkSequences(sequences);
  const stack = classifier instanceof ClassifierNetwork ? (classifier.config.stack ?? 1) : K;
  demand(
    K === stack,
    () => `Answers of K = ${quote(K)} networks were asked for from a stack of ${stack}.`,
    'Give the number of its networks.',
  );
  const B = sequences.length;
  const [all, losses] = tf.tidy(() => {
    const prompts = repeatedForStack(sequencePrompts(sequences, d), K);
    const logs = classifier.logProbabilities(prompts); // [K B, 1, C]
    checkLogs(logs, K * B, classifier.classes);
    const right = logs.mul(oneHot(prompts.yTest, classifier.classes)).sum(2).neg(); // [K B, 1]
    return [
      Array.from(logs.argMax(2).dataSync()),
      Array.from(right.reshape([K, B]).mean(1).dataSync()),
    ]; // [K]
  }) as [number[], number[]];
  const answers = Array.from({ length: K }, (_, k) => all.slice(k * B, (k + 1) * B));
  const scores = answers.map((own, k) => ({
    error: own.filter((answer, b) => answer !== sequences[b]!.labels.at(-1)).length / B,
    crossEntropy: losses[k]!,
  }));
  return { answers, scores };
}

/** Shares of three ways to answer. */
export interface AnswerShares {
  /** The label that the context shows with an example of the query's class. */
  readonly copied: number;
  /** The class that the query belonged to in training. */
  readonly remembered: number;
  readonly other: number;
}

/**
 * How answers to sequences with shifted labels and relevant contexts came about.
 *
 * @throws CourseError when these are no sequences, or there is not one answer for each
 */
export function answerShares(
  answers: readonly number[],
  sequences: readonly Sequence[],
): AnswerShares {
  checkSequences(sequences);
  checkIndices('The answers', answers);
  demand(
    answers.length === sequences.length,
    () => `${answers.length} answers were given to ${sequences.length} sequences.`,
    'Give one for each.',
  );
  const copied =
    answers.filter((answer, b) => answer === sequences[b]!.labels.at(-1)).length / sequences.length;
  const remembered =
    answers.filter((answer, b) => answer === sequences[b]!.classes.at(-1)).length /
    sequences.length;
  return { copied, remembered, other: 1 - copied - remembered };
}

/**
 * The share of in-context learning, r = (e_W - e) / (e_W - e_C) from 0 to 1: how far an error has
 * come from that of the in-weight predictor to that of the in-context one. NaN where the two are
 * equal.
 *
 * @throws CourseError when an error is no finite number
 */
export function contextShare(error: number, inWeight: number, inContext: number): number {
  for (const [name, value] of Object.entries({ error, inWeight, inContext }))
    finiteNumber(name, value);
  return Math.abs(inWeight - inContext) < 1e-9
    ? NaN
    : Math.min(1, Math.max(0, (inWeight - error) / (inWeight - inContext)));
}
