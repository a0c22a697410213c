/**
 * InvICL three times (Fang et al., ICLR 2025, section 3): by its definition, as one pass with a mask, and
 * structured, where the mask over the doubled context is never built. All three give the same numbers.
 *
 * They work on embedded tokens: example i as [B, length_i, C], each test input as [B, length, C].
 */
import { tf } from '../core/backend';
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { demand } from '../core/errors';
import { attentionWeights, biasOf, maskBias } from './attention';
import { layerNorm } from './layers';
import { METHODS } from './methods';
import { planPrompt } from './plan';
import type { Transformer } from './transformer';

/** Embedded examples and tests, or what they have become: one tensor [B, length, C] each. */
export interface Segments {
  readonly examples: readonly Tensor3D[];
  readonly tests: readonly Tensor3D[];
}

/** A form of InvICL: from embedded tokens to the final states of second copies and tests. The caller disposes them. */
export type InvICLForm = (transformer: Transformer, segments: Segments) => Segments;

const lengthOf = (segment: Tensor3D): number => segment.shape[1];

function checkSegments({ examples, tests }: Segments): void {
  demand(
    examples.length >= 1 && tests.length >= 1,
    () => `InvICL was given ${examples.length} examples and ${tests.length} tests.`,
    'Give at least one of each.',
  );
}

/**
 * By definition: n passes, each reading the other examples and then example i, and one pass that reads what the n
 * passes made of the examples and then the test.
 *
 * @param segments shapes as in Segments
 * @returns final states, shapes as given; the caller disposes them
 * @throws CourseError when there is no example or no test
 */
export const byDefinition: InvICLForm = (transformer, segments) => {
  checkSegments(segments);
  const L = transformer.size.layers;
  /** Runs `own` through all layers; in layer l it also reads the tokens memory[l], as they enter that layer. */
  const readThrough = (memory: readonly (Tensor3D | null)[], own: Tensor3D): { states: Tensor3D[]; final: Tensor3D } => {
    const states: Tensor3D[] = [];
    let h = own;
    for (let l = 0; l < L; l++) {
      states.push(h);
      const read = memory[l];
      const all = read ? tf.concat([read, h], 1) : h; // [B, read + own, C]
      const [T, ownLength] = [lengthOf(all), lengthOf(h)];
      const causal = Array.from({ length: ownLength }, (_, row) => Array.from({ length: T }, (_, column) => column <= T - ownLength + row));
      const bias = biasOf(causal); // [own, read + own]
      const [q, k, v] = transformer.queriesKeysValues(all, l); // [B, H, read + own, D]
      const asking = q.slice([0, 0, T - ownLength, 0], [-1, -1, ownLength, -1]); // [B, H, own, D]
      h = h.add(transformer.project(attentionWeights(asking, k, bias).matMul(v) as Tensor4D, l));
      h = h.add(transformer.mlp(h, l));
    }
    return { states, final: layerNorm(h, transformer.normFinal) };
  };
  const joined = (parts: readonly Tensor3D[][], l: number): Tensor3D | null =>
    parts.length
      ? tf.concat(
          parts.map((states) => states[l]!),
          1,
        )
      : null;
  return tf.tidy(() => {
    const layers = Array.from({ length: L }, (_, l) => l);
    const nothing = layers.map(() => null);
    const alone = segments.examples.map((example) => readThrough(nothing, example).states); // each example by itself
    const second = segments.examples.map((example, i) => {
      const others = alone.filter((_, j) => j !== i);
      return readThrough(
        layers.map((l) => joined(others, l)),
        example,
      );
    });
    const context = layers.map((l) =>
      joined(
        second.map(({ states }) => states),
        l,
      ),
    );
    return { examples: second.map(({ final }) => final), tests: segments.tests.map((test) => readThrough(context, test).final) };
  }) as Segments;
};

/**
 * One parallel pass: the context twice, then the tests, under the leave-one-out mask.
 *
 * @param segments shapes as in Segments
 * @returns final states, shapes as given; the caller disposes them
 * @throws CourseError when there is no example or no test
 */
export const withMask: InvICLForm = (transformer, segments) => {
  checkSegments(segments);
  const { examples, tests } = segments;
  const plan = planPrompt(METHODS.invicl, examples.map(lengthOf), tests.map(lengthOf));
  return tf.tidy(() => {
    const embedded = tf.concat([...examples, ...examples, ...tests], 1); // [B, T, C]
    const final = transformer.forward(embedded, maskBias(plan.mask)); // [B, T, C]
    const lengths = [...examples, ...examples, ...tests].map(lengthOf);
    const parts = tf.split(final, lengths, 1) as Tensor3D[];
    return { examples: parts.slice(examples.length, 2 * examples.length), tests: parts.slice(2 * examples.length) };
  }) as Segments;
};

/** Blocks padded to one length: values [B, count, longest, C] and which places are real. */
interface Padded {
  readonly values: Tensor4D;
  readonly lengths: readonly number[];
}

function pad(segments: readonly Tensor3D[]): Padded {
  const longest = Math.max(...segments.map(lengthOf));
  const values = tf.stack(
    segments.map((s) =>
      s.pad([
        [0, 0],
        [0, longest - lengthOf(s)],
        [0, 0],
      ]),
    ),
    1,
  ) as Tensor4D; // [B, count, longest, C]
  return { values, lengths: segments.map(lengthOf) };
}

/** Scores a column block may not give: padding (and, with `leaveOut`, the row's own block). [rows, columns] over tokens. */
function betweenBias(rows: Padded, columns: Padded, leaveOut: boolean): tf.Tensor2D {
  const [rowLength, columnLength] = [rows.values.shape[2], columns.values.shape[2]];
  const table = rows.lengths.flatMap((_, i) =>
    Array.from({ length: rowLength }, () =>
      columns.lengths.flatMap((length, j) =>
        Array.from({ length: columnLength }, (_, offset) => offset < length && !(leaveOut && i === j)),
      ),
    ),
  );
  return biasOf(table);
}

/** Causal inside a block of `length` tokens: [length, length]. */
const insideBias = (length: number): tf.Tensor2D =>
  biasOf(Array.from({ length }, (_, row) => Array.from({ length }, (_, column) => column <= row)));

/**
 * Structured: the first copies attend inside themselves; the second copies attend to all first copies with the own
 * block left out, and inside themselves; the tests attend to the second copies and inside themselves.
 *
 * @param examples [B, n, l, C], example i real in its first lengths[i] tokens
 * @param tests    [B, m, t, C], likewise
 * @returns second copies [B, n, l, C] and tests [B, m, t, C], final states; the caller disposes them
 */
export function structuredForward(transformer: Transformer, examples: Padded, tests: Padded): { examples: Tensor4D; tests: Tensor4D } {
  const { layers, heads: H, width: C } = transformer.size;
  const D = C / H;
  const [B, n, l] = examples.values.shape;
  /** Blocks as rows of a batch: [B, count, length, C] -> q, k, v [B count, H, length, D]. */
  const project = (h: Tensor4D, layer: number): [Tensor4D, Tensor4D, Tensor4D] => {
    const [, count, length] = h.shape;
    return transformer.queriesKeysValues(h.reshape([B * count, length, C]), layer); // [B count, H, length, D]
  };
  /** Tokens of all blocks in one row: [B count, H, length, D] -> [B, H, count length, D]. */
  const flat = (x: Tensor4D, count: number, length: number): Tensor4D =>
    x
      .reshape([B, count, H, length, D])
      .transpose([0, 2, 1, 3, 4])
      .reshape([B, H, count * length, D]); // [B, H, count length, D]
  const unflat = (x: Tensor, count: number, length: number): Tensor4D =>
    x
      .reshape([B, H, count, length, D])
      .transpose([0, 2, 1, 3, 4])
      .reshape([B * count, H, length, D]); // [B count, H, length, D]
  /** Attention of blocks to the memory tokens and to themselves, one softmax over both. */
  const readMemoryAndSelf = (
    own: readonly [Tensor4D, Tensor4D, Tensor4D],
    k: Tensor4D,
    v: Tensor4D,
    between: Tensor,
    inside: Tensor,
    count: number,
    length: number,
  ): Tensor4D => {
    const [q, ownK, ownV] = own;
    const scale = 1 / Math.sqrt(D);
    const far = flat(q, count, length).matMul(k, false, true).mul(scale).add(between); // [B, H, count length, memory]
    const near = q.matMul(ownK, false, true).mul(scale).add(inside); // [B count, H, length, length]
    const nearFlat = near
      .reshape([B, count, H, length, length])
      .transpose([0, 2, 1, 3, 4])
      .reshape([B, H, count * length, length]); // [B, H, count length, length]
    const weights = tf.softmax(tf.concat([far, nearFlat], -1)); // [B, H, count length, memory + length]
    const [toMemory, toSelf] = tf.split(weights, [k.shape[2], length], -1) as [Tensor4D, Tensor4D];
    const selfBlocks = toSelf
      .reshape([B, H, count, length, length])
      .transpose([0, 2, 1, 3, 4])
      .reshape([B * count, H, length, length]); // [B count, H, length, length]
    return unflat(toMemory.matMul(v), count, length).add(selfBlocks.matMul(ownV)); // [B count, H, length, D]
  };
  const addTo = (h: Tensor4D, out: Tensor4D, layer: number): Tensor4D => {
    const attended = h.add(transformer.project(out, layer).reshape(h.shape)); // [B, count, length, C]
    return attended.add(transformer.mlp(attended, layer));
  };
  return tf.tidy(() => {
    const [m, t] = [tests.values.shape[1], tests.values.shape[2]];
    const looBias = betweenBias(examples, examples, true);
    const testBias = betweenBias(tests, examples, false);
    const [inExample, inTest] = [insideBias(l), insideBias(t)];
    let [first, second, test] = [examples.values, examples.values, tests.values];
    for (let layer = 0; layer < layers; layer++) {
      const one = project(first, layer);
      const two = project(second, layer);
      const last = project(test, layer);
      const alone = attentionWeights(one[0], one[1], inExample).matMul(one[2]) as Tensor4D; // [B n, H, l, D]
      const leaveOneOut = readMemoryAndSelf(two, flat(one[1], n, l), flat(one[2], n, l), looBias, inExample, n, l);
      const answer = readMemoryAndSelf(last, flat(two[1], n, l), flat(two[2], n, l), testBias, inTest, m, t);
      first = addTo(first, alone, layer);
      second = addTo(second, leaveOneOut, layer);
      test = addTo(test, answer, layer);
    }
    return { examples: layerNorm(second, transformer.normFinal), tests: layerNorm(test, transformer.normFinal) };
  });
}

/**
 * The structured form on segments of any lengths.
 *
 * @param segments shapes as in Segments
 * @returns final states, shapes as given; the caller disposes them
 * @throws CourseError when there is no example or no test
 */
export const structured: InvICLForm = (transformer, segments) => {
  checkSegments(segments);
  return tf.tidy(() => {
    const out = structuredForward(transformer, pad(segments.examples), pad(segments.tests));
    const cut = (all: Tensor4D, like: readonly Tensor3D[]): Tensor3D[] =>
      (tf.unstack(all, 1) as Tensor3D[]).map((s, i) => s.slice([0, 0, 0], [-1, lengthOf(like[i]!), -1]));
    return { examples: cut(out.examples, segments.examples), tests: cut(out.tests, segments.tests) };
  }) as Segments;
};

/** The three forms by name. */
export const FORMS: Readonly<Record<'definition' | 'mask' | 'structured', InvICLForm>> = {
  definition: byDefinition,
  mask: withMask,
  structured,
};
