/**
 * InvICL (Fang et al., ICLR 2025) without its mask. What the leave-one-out mask over the doubled
 * context allows falls into three parts, and each is computed by itself: first copies attend inside
 * their own block; second copies to the first copies of all other blocks and inside their own;
 * tests to all second copies and inside their own. Both copies have the same embeddings, so the
 * first layer's queries, keys and values are shared; nothing depends on the first copies' final
 * states, so they are not computed.
 */
import { tf } from '../core/backend';
import { inChunks } from '../core/compile';
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { FORBIDDEN } from './attention';
import { repeatedFor } from './groupedqueries';
import { ownMixture, ownScores, type Cut } from './ownblock';
import type { Transformer } from './transformer';

/**
 * Blocks (examples, or tests) padded to one length: values [B, count, length, C], block i real in
 * its first lengths[i] tokens.
 */
export interface Blocks {
  readonly values: Tensor4D;
  readonly lengths: readonly number[];
}

/** Queries, keys and values of all tokens of a part, [B, H, count length, D] each. */
type Heads = readonly [Tensor4D, Tensor4D, Tensor4D];

/**
 * What the second stage reads of the first copies: keys and values by layer, and the first layer's
 * queries, [B, H, n l, D] each.
 */
export interface FirstCopies {
  readonly queries: Tensor4D;
  readonly keys: readonly Tensor4D[];
  readonly values: readonly Tensor4D[];
}

/** Final states: second copies [B, n, l, C] and tests [B, m, t, C]. */
export type Finals = { readonly examples: Tensor4D; readonly tests: Tensor4D };

const cutOf = ({ values }: Blocks): Cut => ({ count: values.shape[1], length: values.shape[2] });

/** All tokens of the blocks, one after the other: [B, count length, C]. */
function tokensOf({ values }: Blocks): Tensor3D {
  const [B, count, length, C] = values.shape;
  return values.reshape([B, count * length, C]); // [B, count length, C]
}

/** 0 where a score stays, -1e9 where `no` is 1. */
const forbidding = (no: Tensor): Tensor => no.toFloat().mul(FORBIDDEN);

/** -1e9 for tokens of padding, [1, count length]; null when all blocks have the same length. */
function paddingOf({ lengths, values }: Blocks): Tensor | null {
  const longest = values.shape[2];
  if (lengths.every((length) => length === longest)) return null;
  const padded = lengths.flatMap((length) =>
    Array.from({ length: longest }, (_, offset) => (offset < length ? 0 : 1)),
  );
  return forbidding(tf.tensor2d(padded, [1, padded.length]));
}

/**
 * -1e9 for a second copy's own block among the first copies, [rows, count length], for `rows`
 * queries from the one with index `from` on.
 */
function ownBlock(rows: number, from: number, { count, length }: Cut): Tensor {
  const blockOf = (start: number, tokens: number): Tensor =>
    tf
      .range(start, start + tokens)
      .div(length)
      .floor(); // [tokens]
  return forbidding(
    blockOf(from, rows)
      .expandDims(1)
      .equal(blockOf(0, count * length).expandDims(0)),
  );
}

const sum = (a: Tensor | null, b: Tensor | null): Tensor | null => (a && b ? a.add(b) : (a ?? b));

/** Attention inside blocks: [B, H, count length, D]. */
function insideBlocks([q, k, v]: Heads, cut: Cut): Tensor4D {
  const D = q.shape[3];
  if (cut.length === 1) return v;
  const weights = tf.softmax(ownScores(q.mul(1 / Math.sqrt(D)), k, cut));
  return ownMixture(weights, v, cut); // [B, H, count length, D]
}

/**
 * The most attention scores that are in memory at once by default; with more, queries are taken in
 * chunks, and their scores are computed again for the gradient.
 */
const SCORES_AT_ONCE = 1 << 22;

/**
 * Attention to M context tokens and inside the own block, in one softmax.
 *
 * @param own  queries, keys and values of the tokens whose answers are computed, cut into blocks
 * @param k    keys of the context, [B, H, M, D]
 * @param v    values of the context, [B, H, M, D]
 * @param bias added to the scores of the context for `rows` queries from the one with index `from`
 *             on; null for nothing
 * @param scoresAtOnce above this many scores, blocks are taken in chunks
 * @returns [B, H, rows, D]
 */
function attendContextAndOwn(
  own: Heads,
  { count, length }: Cut,
  k: Tensor4D,
  v: Tensor4D,
  bias: (rows: number, from: number) => Tensor | null,
  scoresAtOnce: number,
): Tensor4D {
  const [B, H, , D] = own[0].shape;
  const M = k.shape[2];
  const attend = ([q, ownK, ownV]: Tensor4D[], [K, V]: Tensor4D[], from: number): Tensor => {
    const cut = { count: q!.shape[2] / length, length };
    const scaled = q!.mul(1 / Math.sqrt(D)) as Tensor4D;
    const free = scaled.matMul(K!, false, true); // [B, H, rows, M]
    const forbidden = bias(q!.shape[2], from);
    const toContext = forbidden ? free.add(forbidden) : free;
    const scores = tf.concat([toContext, ownScores(scaled, ownK!, cut)], -1); // [..., M + length]
    const weights = tf.split(tf.softmax(scores), [M, length], -1) as [Tensor4D, Tensor4D];
    return weights[0].matMul(V!).add(ownMixture(weights[1], ownV!, cut)); // [B, H, rows, D]
  };
  const atOnce = Math.max(1, Math.floor(scoresAtOnce / (B * H * M * length)));
  if (atOnce >= count) return attend([...own], [k, v], 0) as Tensor4D;
  const sizes = Array.from(
    { length: Math.ceil(count / atOnce) },
    (_, i) => Math.min(atOnce, count - i * atOnce) * length,
  );
  const onChunk = attend as Parameters<typeof inChunks>[0];
  return inChunks(onChunk, own, [k, v], 2, sizes) as Tensor4D; // [B, H, rows, D]
}

/** Queries, keys and values of block l, of every head by itself. */
function headsOf(transformer: Transformer, h: Tensor3D, l: number): Heads {
  const [q, k, v] = transformer.queriesKeysValues(h, l);
  const H = transformer.size.heads;
  return [q, repeatedFor(k, H), repeatedFor(v, H)];
}

/**
 * The first stage: queries, keys and values of the first copies. They depend on each example alone.
 *
 * @param examples [B, n, l, C], embedded, with their positions
 * @returns [B, H, n l, D] each; the caller disposes them
 */
export function firstStage(transformer: Transformer, examples: Blocks): FirstCopies {
  const cut = cutOf(examples);
  let h = tokensOf(examples);
  const heads = transformer.blocks.map((_, l) => {
    const layer = headsOf(transformer, h, l);
    if (l < transformer.size.layers - 1) h = transformer.block(h, insideBlocks(layer, cut), l);
    return layer;
  });
  return {
    queries: heads[0]![0],
    keys: heads.map(([, k]) => k),
    values: heads.map(([, , v]) => v),
  };
}

/**
 * The second stage: second copies read the first copies of the others, tests read the second
 * copies.
 *
 * @param first    from firstStage, of these examples
 * @param examples [B, n, l, C], embedded, with their positions
 * @param tests    [B, m, t, C], likewise; no test attends to another
 * @param scoresAtOnce the most attention scores in memory at once; the numbers do not depend on it
 * @returns final states of the second copies [B, n, l, C] and of the tests [B, m, t, C]; the caller
 *   disposes them
 */
export function secondStage(
  transformer: Transformer,
  first: FirstCopies,
  examples: Blocks,
  tests: Blocks,
  scoresAtOnce = SCORES_AT_ONCE,
): Finals {
  const cuts = [cutOf(examples), cutOf(tests)] as const;
  const lengths = cuts.map(({ count, length }) => count * length); // of second copies, of tests
  const padding = paddingOf(examples);
  const othersOnly = (rows: number, from: number): Tensor | null =>
    sum(ownBlock(rows, from, cuts[0]), padding);
  const apart = <T extends Tensor>(all: T, axis: number): [T, T] =>
    tf.split<T>(all, lengths, axis) as [T, T];
  let h = tf.concat([tokensOf(examples), tokensOf(tests)], 1); // [B, n l + m t, C]
  let attended: [Tensor4D, Tensor4D] | null = null;
  first.keys.forEach((k1, l) => {
    const v1 = first.values[l]!;
    if (attended) h = transformer.block(h, tf.concat(attended, 2), l - 1); // [B, n l + m t, C]
    const [q, k, v] = headsOf(transformer, h, l);
    const [[q2, qTest], [k2, kTest], [v2, vTest]] = [apart(q, 2), apart(k, 2), apart(v, 2)];
    const second: Heads = l === 0 ? [first.queries, k1, v1] : [q2, k2, v2]; // copies begin alike
    const test: Heads = [qTest, kTest, vTest];
    attended = [
      attendContextAndOwn(second, cuts[0], k1, v1, othersOnly, scoresAtOnce),
      attendContextAndOwn(test, cuts[1], second[1], second[2], () => padding, scoresAtOnce),
    ];
  });
  const last = transformer.size.layers - 1;
  const final = (states: Tensor3D, heads: Tensor4D, like: Tensor4D): Tensor4D =>
    transformer
      .finalOf(transformer.block(states, heads, last)) // [B, count length, C]
      .reshape(like.shape); // [B, count, length, C]
  // the last block is computed for each part, so that callers that need the tests alone compute no
  // more
  const [second, test] = apart(h, 1);
  return {
    examples: final(second, attended![0], examples.values),
    tests: final(test, attended![1], tests.values),
  };
}

/**
 * InvICL's forward pass, structured: one stage after the other.
 *
 * @param examples [B, n, l, C], embedded, with their positions
 * @param tests    [B, m, t, C], likewise; no test attends to another
 * @returns final states of the second copies [B, n, l, C] and of the tests [B, m, t, C]; the caller
 *   disposes them
 */
export const structuredForward = (
  transformer: Transformer,
  examples: Blocks,
  tests: Blocks,
): Finals =>
  tf.tidy(() => secondStage(transformer, firstStage(transformer, examples), examples, tests));
