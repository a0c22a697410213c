/**
 * InvICL in three forms (Fang et al., ICLR 2025, section 3): by its definition, as one forward pass
 * with a mask, and structured, where the mask over the doubled context is never built. All three
 * give the same numbers.
 *
 * They work on embedded tokens: example i as [B, length_i, C], each test input as [B, length, C].
 */
import { tf } from '../core/backend';
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { demand } from '../core/errors';
import { attentionMixture, attentionWeights, biasOf, maskBias } from './attention';
import { METHODS } from './methods';
import { layoutPrompt } from './layout';
import { structuredForward, type Blocks } from './structured';
import type { Transformer } from './transformer';

/** Embedded examples and tests, or what they have become: one tensor [B, length, C] each. */
export interface Segments {
  readonly examples: readonly Tensor3D[];
  readonly tests: readonly Tensor3D[];
}

/**
 * A form of InvICL: from embedded tokens to the final states of second copies and tests. The caller
 * disposes them.
 */
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
 * Runs tokens through all layers; in each layer they also read the states that other tokens have
 * as they enter it.
 *
 * @param others by layer: [B, M, C], or null for none
 * @param own    [B, T, C]; among themselves causal
 * @returns the states of `own` as they enter each layer, and the final ones, all [B, T, C]
 */
function readAfter(
  transformer: Transformer,
  others: readonly (Tensor3D | null)[],
  own: Tensor3D,
): { readonly states: Tensor3D[]; readonly final: Tensor3D } {
  const states: Tensor3D[] = [];
  const T = lengthOf(own);
  let h = own;
  others.forEach((read, l) => {
    states.push(h);
    const all = read ? tf.concat([read, h], 1) : h; // [B, M + T, C]
    const M = lengthOf(all) - T;
    const causal = Array.from({ length: T }, (_, row) =>
      Array.from({ length: M + T }, (__, column) => column <= M + row),
    );
    const bias = biasOf(causal); // [T, M + T]
    const [q, k, v] = transformer.queriesKeysValues(all, l); // [B, H, M + T, D]
    const ownQ = q.slice([0, 0, M, 0], [-1, -1, T, -1]); // [B, H, T, D]
    h = transformer.block(h, attentionMixture(attentionWeights(ownQ, k, bias), v), l); // [B, T, C]
  });
  return { states, final: transformer.finalOf(h) };
}

/**
 * By definition: n forward passes, each reading the other examples and then example i, and one more
 * for each test, which reads the states of the examples in these n passes and then the test.
 *
 * @param segments shapes as in Segments
 * @returns final states, shapes as given; the caller disposes them
 * @throws CourseError when there is no example or no test
 */
export const byDefinition: InvICLForm = (transformer, segments) => {
  checkSegments(segments);
  const layers = transformer.blocks.map((_, l) => l);
  const nothing = layers.map(() => null);
  /** States of several segments, joined layer by layer. */
  const joined = (all: readonly Tensor3D[][]): (Tensor3D | null)[] =>
    layers.map((l) => {
      const ofLayer = all.map((states) => states[l]!);
      return ofLayer.length > 0 ? tf.concat(ofLayer, 1) : null;
    });
  return tf.tidy(() => {
    const alone = segments.examples.map(
      (example) => readAfter(transformer, nothing, example).states,
    );
    const second = segments.examples.map((example, i) => {
      const others = alone.filter((_, j) => j !== i);
      return readAfter(transformer, joined(others), example);
    });
    const context = joined(second.map(({ states }) => states));
    return {
      examples: second.map(({ final }) => final),
      tests: segments.tests.map((test) => readAfter(transformer, context, test).final),
    };
  }) as Segments;
};

/**
 * One forward pass over all tokens: the context twice, then the tests, under the leave-one-out
 * mask.
 *
 * @param segments shapes as in Segments
 * @returns final states, shapes as given; the caller disposes them
 * @throws CourseError when there is no example or no test
 */
export const withMask: InvICLForm = (transformer, segments) => {
  checkSegments(segments);
  const { examples, tests } = segments;
  const { mask } = layoutPrompt(METHODS.invicl, examples.map(lengthOf), tests.map(lengthOf));
  return tf.tidy(() => {
    const embedded = tf.concat([...examples, ...examples, ...tests], 1); // [B, T, C]
    const final = transformer.forward(embedded, maskBias(mask)); // [B, T, C]
    const lengths = [...examples, ...examples, ...tests].map(lengthOf);
    const parts = tf.split(final, lengths, 1) as Tensor3D[];
    return {
      examples: parts.slice(examples.length, 2 * examples.length),
      tests: parts.slice(2 * examples.length),
    };
  }) as Segments;
};

function pad(segments: readonly Tensor3D[]): Blocks {
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
      (tf.unstack(all, 1) as Tensor3D[]).map((s, i) =>
        s.slice([0, 0, 0], [-1, lengthOf(like[i]!), -1]),
      );
    return {
      examples: cut(out.examples, segments.examples),
      tests: cut(out.tests, segments.tests),
    };
  }) as Segments;
};

/** The three forms by name. */
export const FORMS: Readonly<Record<'definition' | 'mask' | 'structured', InvICLForm>> = {
  definition: byDefinition,
  mask: withMask,
  structured,
};
