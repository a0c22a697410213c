/**
 * Long computations in chunks, one after the other, so that only one chunk's inner values exist at
 * a time. Eager code runs that way anyhow; a graph starts whatever is ready, so there each chunk
 * waits for the one before by control inputs.
 */
import { tf } from '../backend';
import type { Tensor } from '@tensorflow/tfjs';

import type { Recorder } from './recorder';

let recorder: Recorder | null = null;

/** Sets the recorder that records now, or null; for `compile` only. */
export function recordWith(current: Recorder | null): void {
  recorder = current;
}

/** Is a function being recorded now? */
export const isRecording = (): boolean => recorder !== null;

/** The private state of tfjs's engine that holds the tape of the gradient in progress. */
const engineState = (): { activeTape: unknown } =>
  (tf.engine() as unknown as { readonly state: { activeTape: unknown } }).state;

/**
 * Gradients of fn inside another gradient: tfjs loses the outer tape there, so it is restored
 * afterwards.
 */
function innerGradients(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: Tensor[],
  dy: Tensor,
): Tensor[] {
  const state = engineState();
  const outer = state.activeTape;
  try {
    return tf.grads(fn)(inputs, dy);
  } finally {
    state.activeTape = outer;
  }
}

/** Runs the steps in order; in a graph each waits for the tensors of the one before. */
function inSequence(steps: readonly (() => Tensor[])[]): Tensor[][] {
  const current = recorder;
  const before = current?.waitingFor ?? [];
  try {
    return steps.map((step) => {
      const made = tf.tidy(step);
      current?.waitFor(made);
      return made;
    });
  } finally {
    if (current) current.waitingFor = before;
  }
}

/**
 * fn on one chunk of rows after the other, its results joined. What fn computes inside is not
 * stored for the gradient but computed again, so memory grows with one chunk and not with their
 * number.
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
  const count = rows.length;
  const chunkOf = (x: Tensor, i: number): Tensor => {
    const begin = x.shape.map((_, k) => (k === axis ? starts[i]! : 0));
    const size = x.shape.map((all, k) => (k === axis ? sizes[i]! : all));
    return x.slice(begin, size);
  };
  const inputsOf = (all: readonly Tensor[], i: number): Tensor[] => [
    ...all.slice(0, count).map((x) => chunkOf(x, i)),
    ...all.slice(count),
  ];
  const onChunk =
    (i: number) =>
    (...x: Tensor[]): Tensor =>
      fn(x.slice(0, count), x.slice(count), starts[i]!);
  /** The j-th tensor of every chunk, joined. */
  const joined = (chunks: readonly Tensor[][], j: number): Tensor => {
    const parts = chunks.map((chunk) => chunk[j]!);
    return tf.concat(parts, axis);
  };
  const together = tf.customGrad((...args) => {
    const inputs = args.slice(0, -1) as Tensor[];
    const save = args.at(-1) as tf.GradSaveFunc;
    save(inputs);
    const steps = sizes.map((_, i) => () => [onChunk(i)(...inputsOf(inputs, i))]);
    const value = joined(inSequence(steps), 0);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      let sums = saved.slice(count).map((x) => tf.zerosLike(x));
      const gradientSteps = sizes.map((_, i) => () => {
        const gradients = innerGradients(onChunk(i), inputsOf(saved, i), chunkOf(dy, i));
        sums = gradients.slice(count).map((g, j) => sums[j]!.add(g));
        return [...gradients.slice(0, count), ...sums];
      });
      const chunks = inSequence(gradientSteps);
      return [...rows.map((_, j) => joined(chunks, j)), ...sums];
    };
    return { value, gradFunc };
  });
  return together(...rows, ...whole);
}
