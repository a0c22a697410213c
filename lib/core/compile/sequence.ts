/**
 * One after the other: long computations in chunks, so that only one chunk's inner values exist at
 * a time. Eager code runs that way anyhow; a graph starts whatever is ready, so there each chunk is
 * told to wait for the one before.
 */
import { tf } from '../backend';
import type { Tensor } from '@tensorflow/tfjs';

import type { Recorder } from './recorder';

let recorder: Recorder | null = null;

/** Says which recorder is at work, or null; for `compile` only. */
export function recordWith(now: Recorder | null): void {
  recorder = now;
}

/** Is a function being recorded now? */
export const isRecording = (): boolean => recorder !== null;

interface Tape {
  readonly state: { activeTape: unknown };
}

/**
 * Gradients of fn inside another gradient: tfjs forgets the outer tape, so it is held meanwhile.
 */
function innerGradients(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: Tensor[],
  dy: Tensor,
): Tensor[] {
  const { state } = tf.engine() as unknown as Tape;
  const outer = state.activeTape;
  try {
    return tf.grads(fn)(inputs, dy);
  } finally {
    state.activeTape = outer;
  }
}

/** Runs the steps in order; in a graph each waits for the tensors of the one before. */
function inSequence(steps: readonly (() => Tensor[])[]): Tensor[][] {
  const now = recorder;
  const before = now?.waitingFor ?? [];
  try {
    return steps.map((step) => {
      const made = tf.tidy(step);
      now?.waitFor(made);
      return made;
    });
  } finally {
    if (now) now.waitingFor = before;
  }
}

/**
 * fn on one chunk of rows after the other, its results joined. What fn computes inside is not kept
 * for the gradient but computed again, so memory grows with one chunk and not with their number.
 *
 * @param fn    gets a chunk of `rows`, all of `whole`, and where the chunk begins; must be a
 *              function of these alone
 * @param rows  tensors that are cut along `axis`, all of the same size there, the sum of `sizes`;
 *              else of any shapes
 * @param whole tensors of any shapes that every chunk reads
 * @param sizes rows in each chunk
 * @returns the chunks' results joined along `axis`; the caller disposes it
 */
export function inChunks(
  fn: (rows: Tensor[], whole: Tensor[], from: number) => Tensor,
  rows: readonly Tensor[],
  whole: readonly Tensor[],
  axis: number,
  sizes: readonly number[],
): Tensor {
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0));
  const cut = (x: Tensor, i: number): Tensor => {
    const [begin, size] = [x.shape.map(() => 0), [...x.shape]];
    [begin[axis], size[axis]] = [starts[i]!, sizes[i]!];
    return x.slice(begin, size);
  };
  const count = rows.length;
  const together = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const inputs = args as Tensor[];
    save(inputs);
    const of = (all: Tensor[], i: number) => all.slice(0, count).map((x) => cut(x, i));
    const value = tf.concat(
      inSequence(
        sizes.map((_, i) => () => [fn(of(inputs, i), inputs.slice(count), starts[i]!)]),
      ).map(([out]) => out!),
      axis,
    );
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      let sums = saved.slice(count).map((x) => tf.zerosLike(x));
      const chunks = inSequence(
        sizes.map((_, i) => () => {
          const run = (...x: Tensor[]): Tensor => fn(x.slice(0, count), x.slice(count), starts[i]!);
          const gradients = innerGradients(
            run,
            [...of(saved, i), ...saved.slice(count)],
            cut(dy, i),
          );
          sums = gradients.slice(count).map((g, j) => sums[j]!.add(g));
          return [...gradients.slice(0, count), ...sums];
        }),
      );
      return [
        ...rows.map((_, j) =>
          tf.concat(
            chunks.map((chunk) => chunk[j]!),
            axis,
          ),
        ),
        ...sums,
      ];
    };
    return { value, gradFunc };
  });
  return together(...rows, ...whole);
}
