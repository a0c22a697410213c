/**
 * Two encoders that are trained: one for questions, which also sees what the task is, and one for
 * rows of a pool. Each adds what it learned to the vector x of a sentence encoder, |x| = 1, with t of
 * the task (rows have none):
 *
 *   E(x) = x + B tanh(A [x, t] + a) / sqrt(C H),     s(x, e) = cos(E_Q(x), E_P(e)) / temperature.
 *
 * B begins at 0, so that an untrained retriever gives the nearest rows by angle, as the encoders of
 * the papers begin with pretrained weights. The factor makes weights of size 1 move a vector by about
 * its own length.
 * Reference: Karpukhin et al. (2020, arXiv 2004.04906) for dual encoders. Deviations: the papers
 * train a whole BERT, which reads the output of a row too, and Rubin et al. and Li et al. take the
 * inner product; the angle is that of Wang et al. (2024), E5.
 */
import { tf } from '../../../../core/backend';
import { stream, type Stream } from '../../../../core/random';
import type { Tensor2D } from '@tensorflow/tfjs';

import type { Parameters } from '../../../../model/transformer';
import type { DualWeights, EncoderWeights } from './weights';

/** What an encoder is made of. */
export interface EncoderSizes {
  /** Numbers of a sentence's vector, C. */
  readonly C: number;
  /** Numbers of a task's vector. */
  readonly T: number;
  /** Hidden units, H. */
  readonly H: number;
}

const variable = (values: Float32Array, shape: readonly [number, number]): tf.Variable =>
  tf.tidy(() => tf.variable(tf.tensor2d(values, [...shape])));

/** The variables of one encoder. */
const fresh = (random: Stream, inputs: number, { C, H }: EncoderSizes) => ({
  A: variable(random.normals(inputs * H), [inputs, H]),
  a: variable(new Float32Array(H), [1, H]),
  B: variable(new Float32Array(H * C), [H, C]),
});

/** The rows of a variable. */
const rowsOf = (one: tf.Variable): number[][] => one.arraySync() as number[][];

/** Both encoders while they are trained; they hold tensors until they are disposed. */
export class DualEncoder {
  readonly parameters: Parameters;

  /**
   * @param from weights to begin with; left out: an untrained retriever
   */
  constructor(
    private readonly sizes: EncoderSizes,
    private readonly temperature: number,
    seed: number,
    from?: DualWeights,
  ) {
    const random = (what: string): Stream => stream(seed, 'weights of a dual encoder', what);
    const { C, T } = sizes;
    const question = fresh(random('question'), C + T, sizes);
    const row = fresh(random('row'), C, sizes);
    this.parameters = Object.fromEntries(
      Object.entries({ question, row }).flatMap(([whose, weights]) =>
        Object.entries(weights).map(([name, one]) => [`${whose}.${name}`, one]),
      ),
    );
    if (from !== undefined) this.assign(from);
  }

  private assign({ question, row }: DualWeights): void {
    tf.tidy(() => {
      for (const [whose, { A, a, B }] of Object.entries({ question, row }))
        for (const [name, values] of Object.entries({ A, a: [a], B }))
          this.parameters[`${whose}.${name}`]!.assign(tf.tensor2d(values.map((one) => [...one])));
    });
  }

  private encoded(whose: 'question' | 'row', x: Tensor2D, input: Tensor2D): Tensor2D {
    const [A, a, B] = ['A', 'a', 'B'].map((name) => this.parameters[`${whose}.${name}`]!);
    const { C, H } = this.sizes;
    const hidden = input
      .matMul(A as Tensor2D)
      .add(a!)
      .tanh() as Tensor2D; // [N, H]
    const moved = x.add(hidden.matMul(B as Tensor2D).mul(1 / Math.sqrt(C * H))); // [N, C]
    return moved.div(moved.square().sum(1, true).add(1e-12).sqrt()); // [N, C]
  }

  /**
   * Codes of questions, at length 1; inside of tf.tidy.
   *
   * @param x    [N, C], at length 1
   * @param task [N, T], at length 1
   * @returns [N, C]; the caller disposes it
   */
  questions(x: Tensor2D, task: Tensor2D): Tensor2D {
    return this.encoded('question', x, this.sizes.T === 0 ? x : tf.concat([x, task], 1));
  }

  /**
   * Codes of rows, at length 1; inside of tf.tidy.
   *
   * @param x [R, C], at length 1
   * @returns [R, C]; the caller disposes it
   */
  rows(x: Tensor2D): Tensor2D {
    return this.encoded('row', x, x);
  }

  /**
   * s of each question and row; inside of tf.tidy.
   *
   * @param questions [N, C], codes
   * @param rows      [R, C], codes
   * @returns [N, R]; the caller disposes it
   */
  scores(questions: Tensor2D, rows: Tensor2D): Tensor2D {
    return questions.matMul(rows, false, true).div(this.temperature); // [N, R]
  }

  /** The weights as plain numbers. */
  weights(): DualWeights {
    const of = (whose: string): EncoderWeights => {
      const [A, a, B] = ['A', 'a', 'B'].map((name) => rowsOf(this.parameters[`${whose}.${name}`]!));
      return { A: A!, a: a![0]!, B: B! };
    };
    return { question: of('question'), row: of('row'), temperature: this.temperature };
  }

  /** Frees the weights. */
  dispose(): void {
    for (const one of Object.values(this.parameters)) one.dispose();
  }
}
