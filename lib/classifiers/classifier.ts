/**
 * Few-shot classification: prompts whose labels are classes 0 .. C - 1, and what answers them. A
 * classifier is a predictor that also says how sure it is.
 * Reference: Wu et al. (ICLR 2025): a learner, in their words, maps a dataset and a query to a
 * prediction; a meta-learner is a family of such maps.
 */
import { checkHas, checkTensor, checkText } from '../core/checks';
import { tf } from '../core/backend';
import { compile } from '../core/compile';
import { CourseError, demand, positiveInteger } from '../core/errors';
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';

import {
  NUMBERS,
  promptSizes,
  requireInputs,
  requireFinite,
  type Predictor,
  type PromptFormat,
  type Prompts,
} from '../model/prompts';
import { ParameterStore } from '../model/parameterstore';
import { type Parameters } from '../model/transformer';

/** A predictor of classes; `predict` gives the likeliest class. */
export interface Classifier extends Predictor {
  /** Classes told apart, C. */
  readonly classes: number;
  /**
   * The logarithm of each class's probability.
   *
   * @param prompts shapes as in Prompts, labels 0 .. C - 1
   * @returns [B, m, C]; the caller disposes it
   * @throws CourseError when the prompts do not fit together
   */
  logProbabilities(prompts: Prompts): Tensor3D;
}

/** Prompts whose labels are classes: the error is the share of tests that are answered wrongly. */
export const CLASSES: PromptFormat<Prompts> = {
  ...NUMBERS,
  errors: (answers, { yTest }) => answers.notEqual(yTest).toFloat().mean(1),
  scale: () => 1,
};

/**
 * Classes as rows with a single 1.
 *
 * @param y any shape, 0 .. C - 1
 * @returns [..., C]; the caller disposes it
 * @throws CourseError when y is no tensor of floats, or C no positive integer
 */
export function oneHot(y: Tensor, C: number): Tensor {
  checkTensor('Classes', y);
  positiveInteger('C', C, 1, 1e6);
  return tf.tidy(() => y.expandDims(-1).equal(tf.range(0, C)).toFloat());
}

/**
 * Refuses what is no classifier, or one without a name or a number of classes.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkClassifier(classifier: unknown): void {
  checkHas('A classifier', classifier, 'a classifier', 'predict', 'logProbabilities');
  const { name, classes } = classifier as Classifier;
  checkText('The name of a classifier', name);
  positiveInteger('classes', classes);
}

/**
 * The logarithm of each class's probability, after checking that there is one for each test and
 * class.
 *
 * @param prompts shapes as in Prompts
 * @returns [B, m, C]; the caller disposes it
 * @throws CourseError when the prompts do not fit, or naming the classifier and what it answered
 */
export function logProbabilitiesOf(classifier: Classifier, prompts: Prompts): Tensor3D {
  checkClassifier(classifier);
  const { B, m } = promptSizes(prompts);
  const { name, classes } = classifier;
  const answers: unknown = classifier.logProbabilities(prompts);
  checkTensor(`The answer of '${name}'`, answers, 3, '[B, m, C]');
  demand(
    answers.shape.join() === [B, m, classes].join(),
    () =>
      `'${name}' answered [${answers.shape}] to ${B} prompts of ${m} tests, ${classes} classes.`,
    'Its answer must be [B, m, C].',
  );
  return answers as Tensor3D;
}

/**
 * Cross-entropy of the right classes, mean over tests.
 *
 * @param logProbabilities [B, m, C], or more columns than there are classes
 * @param yTest            [B, m], the right classes
 * @returns [] (a scalar), in nats; the caller disposes it
 */
export const crossEntropy = (logProbabilities: Tensor, yTest: Tensor2D): Scalar =>
  tf.tidy(() => {
    const right = oneHot(yTest, logProbabilities.shape[2]!); // [B, m, C]
    return logProbabilities.mul(right).sum(2).mean().neg() as Scalar;
  });

/**
 * Refuses prompts that are no classification with C classes (reads the values; for use at the
 * border, not in a training loop).
 *
 * @param prompts shapes as in Prompts
 * @param every   must each prompt show every class?
 * @throws CourseError naming the prompt and the label or the class
 */
export function requireClasses(prompts: Prompts, C: number, every = false): void {
  const { n } = promptSizes(prompts);
  positiveInteger('C', C);
  requireFinite(prompts);
  const labels = prompts.y.dataSync();
  const wrong = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= C);
  demand(
    wrong < 0,
    () =>
      `Example ${wrong % n} of prompt ${Math.floor(wrong / n)} has the label ` +
      `${labels[wrong]}, and there are ${C} classes.`,
    `Use labels 0 to ${C - 1}, or a classifier made for more classes.`,
  );
  if (!every) return;
  for (let from = 0; from < labels.length; from += n) {
    const shown = new Set(labels.subarray(from, from + n));
    for (let c = 0; c < C; c++)
      if (!shown.has(c))
        throw new CourseError(
          `The context of prompt ${from / n} has no example of class ${c} ` +
            `(it shows ${[...shown].sort().join(', ')}).`,
          'Add one, or take a classifier that does without.',
        );
  }
}

/**
 * The mean of vectors of each class; 0 for a class without examples.
 *
 * @param values [B, n, k]
 * @param y      [B, n], classes
 * @returns [B, C, k]; the caller disposes it
 */
export const classMeans = (values: Tensor3D, y: Tensor2D, C: number): Tensor3D =>
  tf.tidy(() => {
    const belongs = oneHot(y, C) as Tensor3D; // [B, n, C]
    const sums = tf.matMul(belongs, values, true, false); // [B, C, k]
    return sums.div(belongs.sum(1).maximum(1).expandDims(2)) as Tensor3D; // [B, C, k]
  });

/** The sizes of a network, and the seed of its weights. */
export interface NetworkSizes {
  /** Numbers in an input. */
  readonly d: number;
  readonly classes: number;
  readonly seed: number;
  /**
   * K networks at once, each with weights of its own; prompts are then K equal parts, one after the
   * other.
   */
  readonly stack?: number;
}

/** A classifier with weights. */
export abstract class ClassifierNetwork implements Classifier {
  abstract readonly name: string;
  readonly classes: number;
  protected readonly store: ParameterStore;
  private readonly lossOnly = compile(
    (x, y, xTest, yTest) => this.loss({ x, y, xTest, yTest } as Prompts),
    { eagerFirst: 2 },
  );
  private readonly scorer = compile(
    (x, y, xTest) => tf.logSoftmax(this.logits({ x, y, xTest } as Prompts)),
    { eagerFirst: 2 },
  );

  /** @param config what made it; a checkpoint carries it */
  protected constructor(readonly config: NetworkSizes & { readonly kind: string }) {
    this.classes = config.classes;
    this.store = new ParameterStore(config.seed, config.stack);
  }

  /** All weights by name, each of its layer's shape; they belong to the network. */
  get parameters(): Parameters {
    return this.store.all;
  }

  /**
   * Scores of the classes before the softmax, a plain function of tensors.
   *
   * @param prompts x [B, n, d], y [B, n], xTest [B, m, d]
   * @returns [B, m, C], or more columns where the released code has unused ones; the caller
   *   disposes it
   */
  abstract logits(prompts: Pick<Prompts, 'x' | 'y' | 'xTest'>): Tensor3D;

  /**
   * Cross-entropy of the right classes, mean over tests.
   *
   * @param prompts shapes as in Prompts
   * @returns [] (a scalar), in nats; the caller disposes it
   */
  loss(prompts: Prompts): Scalar {
    return tf.tidy(() => crossEntropy(tf.logSoftmax(this.logits(prompts)), prompts.yTest));
  }

  /**
   * The same, in graphs once a shape has come twice.
   *
   * @param prompts shapes as in Prompts
   * @returns [] (a scalar), in nats; the caller disposes it
   */
  validationLoss({ x, y, xTest, yTest }: Prompts): Tensor {
    return this.lossOnly.run(x, y, xTest, yTest);
  }

  /**
   * The logarithm of each class's probability, in graphs once a shape has come twice.
   *
   * @param prompts shapes as in Prompts
   * @returns [B, m, C]; the caller disposes it
   * @throws CourseError when the prompts do not fit together, hold NaN, or show more classes than
   *   the network has
   */
  logProbabilities(prompts: Prompts): Tensor3D {
    this.check(prompts);
    return tf.tidy(() => {
      const all = this.scorer.run(prompts.x, prompts.y, prompts.xTest) as Tensor3D;
      if (all.shape[2] === this.classes) return all;
      return all.slice([0, 0, 0], [-1, -1, this.classes]); // [B, m, C]
    });
  }

  private check(prompts: Prompts): void {
    requireInputs(prompts, this.config.d, this.name);
    requireClasses(prompts, this.classes);
  }

  /**
   * The likeliest classes.
   *
   * @param prompts shapes as in Prompts
   * @returns [B, m]; the caller disposes it
   * @throws CourseError as logProbabilities does
   */
  predict(prompts: Prompts): Tensor2D {
    return likeliest(this, prompts);
  }

  /** Frees the weights and the graphs; the network is unusable afterwards. */
  dispose(): void {
    this.scorer.dispose();
    this.lossOnly.dispose();
    for (const parameter of Object.values(this.store.all)) parameter.dispose();
  }
}

/**
 * The likeliest classes.
 *
 * @param prompts shapes as in Prompts
 * @returns [B, m]; the caller disposes it
 * @throws CourseError when the prompts do not fit the classifier
 */
export const likeliest = (
  classifier: Pick<Classifier, 'logProbabilities'>,
  prompts: Prompts,
): Tensor2D => tf.tidy(() => classifier.logProbabilities(prompts).argMax(2).toFloat() as Tensor2D);

/** No probability counts as less than this where logarithms are taken. */
const LEAST = 1e-6;

/**
 * A classifier from a rule on one prompt.
 *
 * @param name how figures call it
 * @param C    its classes
 * @param rule gives, for each test input, the probability of each class
 */
export function classifierFromRule(
  name: string,
  C: number,
  rule: (prompt: {
    readonly X: number[][];
    readonly y: number[];
    readonly T: number[][];
  }) => readonly (readonly number[])[],
): Classifier {
  positiveInteger('C', C, 1, 1e6);
  /** @returns [B, m, C] */
  const logProbabilities = (prompts: Prompts): Tensor3D => {
    const { B, m } = promptSizes(prompts);
    requireClasses(prompts, C);
    const [X, y, T] = [prompts.x.arraySync(), prompts.y.arraySync(), prompts.xTest.arraySync()];
    const values = new Float32Array(B * m * C);
    for (let b = 0; b < B; b++)
      rule({ X: X[b]!, y: y[b]!, T: T[b]! }).forEach((row, t) =>
        values.set(
          row.map((p) => Math.log(Math.max(p, LEAST))),
          (b * m + t) * C,
        ),
      );
    return tf.tensor3d(values, [B, m, C]);
  };
  return {
    name,
    classes: C,
    logProbabilities,
    predict: (prompts) => likeliest({ logProbabilities }, prompts),
  };
}

/** Points of the plane with their classes. */
export interface Shown {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
}
