/**
 * An induction circuit with weights written by hand: two layers of one head each, in a residual stream
 * of three slots of V channels, for the token, for the one before it, and for what is written.
 *
 *   layer 0: attends to the token before (by distance), and copies its first slot into the second;
 *   layer 1: compares the first slot of a token with the second slot of those before it, and copies the
 *            first slot of what it finds into the third, from which scores are read.
 *
 * Reference: Elhage et al. (2021), K-composition; Olsson et al. (2022, arXiv 2209.11895).
 */
import { finiteNumber, positiveInteger } from '../../../core/errors';
import { AttentionOnly, DISTANCE_SCALE } from './attentiononly';

/** Slots of the residual stream. */
const [TOKEN, BEFORE, WRITTEN, SLOTS] = [0, 1, 2, 3];

/** V x V blocks in a matrix of so many: the identity times a factor from one slot to another. */
const slotMap = (V: number, from: number, to: number, factor: number): number[][] =>
  Array.from({ length: SLOTS * V }, (_, row) =>
    Array.from({ length: SLOTS * V }, (__, column) =>
      row - from * V >= 0 && row - from * V < V && column - to * V === row - from * V ? factor : 0,
    ),
  );

/**
 * A transformer of attention alone that does induction.
 *
 * @param vocabulary V
 * @param length     the most tokens of a sequence
 * @param strength   of scores, of attention and of the next token, in nats
 * @returns the model; the caller disposes it
 * @throws CourseError when a number is refused
 */
export function inductionByHand(vocabulary: number, length: number, strength = 20): AttentionOnly {
  const V = positiveInteger('The tokens of the vocabulary', vocabulary, 2, 256);
  positiveInteger('The longest sequence', length, 2, 1024);
  finiteNumber('The strength', strength, 'a positive number', (x) => x > 0);
  const width = SLOTS * V;
  const size = { vocabulary: V, width, layers: 2, heads: 1, length };
  const model = new AttentionOnly({ size, seed: null });
  const slot = (to: number, factor: number): number[][] => slotMap(V, 0, to, factor).slice(0, V);
  model.assign('words', slot(TOKEN, 1)); // [V, 3V]
  const distances = Array.from({ length }, (_, d) => (d === 1 ? strength / DISTANCE_SCALE : 0));
  model.assign('blocks.0.distances', [distances]);
  model.assign('blocks.0.values', slotMap(V, TOKEN, BEFORE, 1));
  model.assign('blocks.0.projection', slotMap(V, BEFORE, BEFORE, 1));
  const sharp = strength * Math.sqrt(width); // scores are divided by its root
  model.assign('blocks.1.queries', slotMap(V, TOKEN, TOKEN, sharp));
  model.assign('blocks.1.keys', slotMap(V, BEFORE, TOKEN, 1));
  model.assign('blocks.1.values', slotMap(V, TOKEN, TOKEN, 1));
  model.assign('blocks.1.projection', slotMap(V, TOKEN, WRITTEN, 1));
  const read = slotMap(V, WRITTEN, TOKEN, strength).map((row) => row.slice(0, V)); // [3V, V]
  model.assign('unembedding', read);
  return model;
}
