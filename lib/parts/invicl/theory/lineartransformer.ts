/**
 * Linear self-attention that is trained: each layer has a matrix A = Wq Wk' that compares tokens
 * and a matrix H = Wv P of values and outputs, Z <- Z + (mask o Z A Z') Z H. Trained weights can
 * then be compared with the hand-built ones, A = diag(1 .. 1, 0) and H = -eta in the last corner.
 * Reference: Ahn et al. (2023), section 2.
 */
import { checkHas, checkMadeBy } from '../../../core/checks';
import { tf } from '../../../core/backend';
import { compile } from '../../../core/compile';
import {
  CourseError,
  finiteNumber,
  knownKeys,
  lookUp,
  positiveInteger,
} from '../../../core/errors';
import { stream } from '../../../core/random';
import type { Tensor, Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs';

import { blocksOf, maskMatrix } from '../../../model/masks';
import {
  disposePrompts,
  promptSizes,
  requireFinite,
  type Predictor,
  type Prompts,
} from '../../../model/prompts';
import { squaredNorm, type Parameters } from '../../../model/transformer';
import type { Task } from '../../../tasks';
import { Adam } from '../../../training/adam';
import { rateAt } from '../../../training/schedule';
import { LINEAR_MASKS } from './linearattention';

/** What makes a linear transformer. */
export interface LinearTransformerConfig {
  /**
   * A mask for all layers alike; or 'blocks': blocks of three updates (see blockForm), which follow
   * the theorem; or 'blocksStale', the same without the update of the first copies.
   */
  readonly mask: keyof typeof LINEAR_MASKS | 'blocks' | 'blocksStale';
  /** Layers, or blocks. */
  readonly layers: number;
  /** Numbers in an input. */
  readonly d: number;
  /** Which random start. */
  readonly seed: number;
}

const START = 0.05;

/** Steps in a row without a finite loss after which training has failed. */
const LOST_STEPS = 10;

/** A variable of rank 2 as a matrix. */
const asMatrix = (variable: Variable): Tensor2D => variable as unknown as Tensor2D;

/** (mask o Q A K') K H of queries Q and keys K: what attention adds to Q, [B, queries, d + 1]. */
function attend(
  queries: Tensor3D,
  keys: Tensor3D,
  { compare, hand }: { compare: Tensor2D; hand: Tensor2D },
  may?: Tensor,
): Tensor3D {
  const times = (Z: Tensor3D, W: Tensor2D): Tensor3D => {
    const [B, T, size] = Z.shape;
    return Z.reshape([B * T, size])
      .matMul(W)
      .reshape([B, T, size]); // [B, T, d + 1]
  };
  const scores = times(queries, compare).matMul(keys, false, true); // [B, queries, keys]
  const masked = may ? scores.mul(may) : scores; // [B, queries, keys]
  return masked.matMul(times(keys, hand)) as Tensor3D; // [B, queries, d + 1]
}

/** Layers of linear attention with trainable weights, float32. */
export class LinearTransformer implements Predictor {
  readonly name: string;
  /**
   * `layers.l.compare` (A) and `layers.l.hand` (H), each [d + 1, d + 1]; in blocks also
   * `others.l.compare` and `others.l.hand` of the leave-one-out. They belong to the model.
   */
  readonly parameters: Parameters;

  /** @throws CourseError quoting a setting that is unknown or refused */
  constructor(readonly config: LinearTransformerConfig) {
    knownKeys('A linear transformer', config, ['mask', 'layers', 'd', 'seed']);
    lookUp('mask', { ...LINEAR_MASKS, blocks: null, blocksStale: null }, config.mask);
    const size = positiveInteger('d', config.d) + 1;
    this.name = `linear ${config.mask}`;
    const all: Record<string, Variable> = {};
    for (let l = 0; l < positiveInteger('layers', config.layers); l++)
      for (const group of config.mask in LINEAR_MASKS
        ? (['layers'] as const)
        : (['layers', 'others'] as const))
        for (const part of ['compare', 'hand']) {
          const values = stream(config.seed, 'linear start', group, l, part).normals(
            size * size,
            START,
          );
          all[`${group}.${l}.${part}`] = tf.tidy(() =>
            tf.variable(tf.tensor2d(values, [size, size])),
          );
        }
    this.parameters = all;
  }

  /**
   * A and H of layer l (or of its leave-one-out, `others`), each [d + 1, d + 1]; they belong to the
   * model.
   */
  weights(
    l: number,
    group: 'layers' | 'others' = 'layers',
  ): { readonly compare: Tensor2D; readonly hand: Tensor2D } {
    const of = (part: string): Tensor2D => asMatrix(this.parameters[`${group}.${l}.${part}`]!);
    return { compare: of('compare'), hand: of('hand') };
  }

  /**
   * The predictions at the tests. No test attends to another or to itself.
   *
   * @param prompts shapes as in Prompts
   * @returns [B, m], in the units of y; the caller disposes it
   * @throws CourseError when the prompts do not fit together
   */
  forward(prompts: Prompts): Tensor2D {
    const { B, n, m } = promptSizes(prompts);
    const { x, y, xTest } = prompts;
    return tf.tidy(() => {
      // [B, n, d + 1]: from w = 0, slots begin at -y
      const context = tf.concat([x, y.neg().reshape([B, n, 1])], 2) as Tensor3D;
      const tests = tf.concat([xTest, tf.zeros([B, m, 1])], 2) as Tensor3D; // [B, m, d + 1]
      const { mask } = this.config;
      const blocks = mask === 'blocks' || mask === 'blocksStale';
      const last = blocks
        ? this.inBlocks(context, tests, mask === 'blocks')
        : this.inLayers(context, tests, mask);
      return last.slice([0, last.shape[1] - m, last.shape[2] - 1]).reshape([B, m]); // [B, m]
    });
  }

  private inLayers(context: Tensor3D, tests: Tensor3D, name: keyof typeof LINEAR_MASKS): Tensor3D {
    const { mask, doubled } = LINEAR_MASKS[name];
    const may = tf.tensor2d(
      maskMatrix(mask, blocksOf(context.shape[1], tests.shape[1], doubled)).map((row) =>
        row.map(Number),
      ),
    );
    const copies = doubled ? [context, context] : [context];
    let Z = tf.concat([...copies, tests], 1) as Tensor3D; // [B, T, d + 1]
    for (let l = 0; l < this.config.layers; l++) Z = Z.add(attend(Z, Z, this.weights(l), may));
    return Z;
  }

  private inBlocks(context: Tensor3D, tests: Tensor3D, refresh: boolean): Tensor3D {
    const others = tf.sub(1, tf.eye(context.shape[1]));
    let [first, test] = [context, tests];
    for (let l = 0; l < this.config.layers; l++) {
      // the second copies: the other examples
      const second = first.add(attend(first, first, this.weights(l, 'others'), others)) as Tensor3D;
      test = test.add(attend(test, second, this.weights(l))); // the tests
      if (refresh) first = first.add(attend(first, second, this.weights(l)));
    }
    return test;
  }

  /**
   * Predictions at the test inputs.
   *
   * @param prompts shapes as in Prompts
   * @returns [B, m], in the units of y; the caller disposes it
   * @throws CourseError when the prompts do not fit together or hold NaN or infinite numbers
   */
  predict(prompts: Prompts): Tensor2D {
    requireFinite(prompts);
    return this.forward(prompts);
  }

  /**
   * Sets the hand-built weights: every layer a step of gradient descent.
   *
   * @throws CourseError when eta is not a positive number
   */
  construct(eta: number): void {
    finiteNumber('eta', eta, 'a positive number', (x) => x > 0);
    const { d } = this.config;
    for (const name of Object.keys(this.parameters).filter((one) => one.endsWith('compare'))) {
      const [compare, hand] = [
        this.parameters[name]!,
        this.parameters[name.replace('compare', 'hand')]!,
      ];
      const filled = (value: (i: number, j: number) => number): Tensor =>
        tf.tensor2d(
          Array.from({ length: d + 1 }, (_, i) =>
            Array.from({ length: d + 1 }, (__, j) => value(i, j)),
          ),
        );
      tf.tidy(() => {
        compare.assign(filled((i, j) => (i === j && i < d ? 1 : 0)));
        hand.assign(filled((i, j) => (i === d && j === d ? -eta : 0)));
      });
    }
  }

  /** Frees the weights. */
  dispose(): void {
    for (const parameter of Object.values(this.parameters)) parameter.dispose();
  }
}

/** Refuses what is no linear transformer. */
const checkLinear = (model: unknown): void =>
  checkMadeBy('A model', model, LinearTransformer, 'theory.LinearTransformer', 'Make one.');

/** Settings of the training of a linear transformer. */
export interface LinearTraining {
  readonly steps: number;
  /** Prompts per step. */
  readonly batch: number;
  readonly n: number;
  /** Test inputs per prompt. */
  readonly tests: number;
  readonly learningRate: number;
  readonly seed: number;
}

/**
 * Trains on squared error / d at the tests (Adam, cosine to 0, gradients clipped at length 1).
 * The answer of L layers is a polynomial of the prompt whose degree grows as 3^L, so that one rare
 * prompt can leave the range of float32: a step whose gradients are not finite counts them as 0.
 *
 * @returns the loss at each step; Infinity where the numbers of a prompt left the range
 * @throws CourseError when the loss is not finite in ten steps in a row
 */
export function trainLinear(
  model: LinearTransformer,
  task: Task,
  config: LinearTraining,
): number[] {
  checkLinear(model);
  checkHas('A task', task, 'a task', 'sample');
  knownKeys('Linear training', config, ['steps', 'batch', 'n', 'tests', 'learningRate', 'seed']);
  const { steps, batch, n, tests, learningRate, seed } = config;
  for (const [name, value] of Object.entries({ steps, batch, n, tests }))
    positiveInteger(name, value, 1, 1e9);
  finiteNumber('learningRate', learningRate, 'a positive number', (x) => x > 0);
  positiveInteger('seed', seed, 0);
  positiveInteger('d of the task', task.d);
  const adam = new Adam(model.parameters, { beta2: 0.98 });
  const variables = Object.values(model.parameters);
  const step = compile((x: Tensor, y: Tensor, xTest: Tensor, yTest: Tensor, now: Tensor) => {
    const prompts = { x, y, xTest, yTest } as Prompts;
    const loss = (): tf.Scalar => model.forward(prompts).sub(yTest).square().mean().div(task.d);
    const { value, grads } = tf.variableGrads(loss, variables);
    const named = Object.fromEntries(
      Object.entries(model.parameters).map(([name, v]) => [name, grads[v.name]!]),
    );
    const length = squaredNorm(Object.values(named)).sqrt();
    const shrink = tf.minimum(1, tf.scalar(1).div(length.add(1e-12)));
    const clipped = (g: Tensor): Tensor =>
      tf.where(length.less(Infinity), g.mul(shrink), tf.zerosLike(g)); // NaN < Infinity is false
    adam.update(
      Object.fromEntries(Object.entries(named).map(([name, g]) => [name, clipped(g)])),
      now,
    );
    return value;
  });
  let lost = 0;
  try {
    return Array.from({ length: positiveInteger('steps', steps) }, (_, at) => {
      const prompts = task.sample(stream(seed, 'linear training', at), { B: batch, n, m: tests });
      promptSizes(prompts); // a task of the caller's own may give others
      const now = adam.next(rateAt({ peak: learningRate, warmUp: 0, final: 0 }, at, steps));
      const value = step.run(prompts.x, prompts.y, prompts.xTest, prompts.yTest, now);
      const loss = value.dataSync()[0]!;
      disposePrompts(prompts);
      tf.dispose([now, value]);
      lost = Number.isFinite(loss) ? 0 : lost + 1;
      if (lost === LOST_STEPS)
        throw new CourseError(
          `The loss of ${model.name} was not finite in ${lost} steps up to ${at} (seed ${seed}).`,
          'Lower the learning rate.',
        );
      return loss;
    });
  } finally {
    step.dispose();
    adam.dispose();
  }
}

/** How similar a layer's weights are to a step of gradient descent. */
export interface Likeness {
  /** Cosine between A and diag(1 .. 1, 0). */
  readonly compare: number;
  /**
   * Absolute cosine between H's last column, which is what is added to the slots, and the slot.
   */
  readonly hand: number;
  /**
   * The share of H in its other columns, which change the inputs (as GD++ does): from 0 to 1.
   */
  readonly inputs: number;
  /**
   * The step size that the layer makes: -(mean of A's first d diagonal numbers) times H's corner.
   */
  readonly eta: number;
}

/**
 * Compares the weights of layer l with the hand-built ones; only the product of the scales and
 * signs of A and H is determined, so they are taken together.
 */
export function likeness(model: LinearTransformer, l: number): Likeness {
  checkLinear(model);
  positiveInteger('l', l, 0, model.config.layers - 1);
  const { d } = model.config;
  const { compare, hand } = model.weights(l);
  const [A, H] = [compare.arraySync(), hand.arraySync()];
  const norm = (M: number[][]): number => Math.hypot(...M.flat());
  const trace = Array.from({ length: d }, (_, i) => A[i]![i]!).reduce((a, b) => a + b, 0);
  const corner = H[d]![d]!;
  const toSlots = Math.hypot(...H.map((row) => row[d]!));
  return {
    compare: Math.abs(trace) / (Math.sqrt(d) * norm(A)),
    hand: Math.abs(corner) / toSlots,
    inputs: Math.sqrt(Math.max(0, 1 - (toSlots / norm(H)) ** 2)),
    eta: (-trace / d) * corner,
  };
}
