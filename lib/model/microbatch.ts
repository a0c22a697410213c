/**
 * Batches in pieces: what a piece computes stays near the processor, and memory stays flat in the
 * batch.
 */
import type { TransformerSize } from './config';

/** A piece has about this many numbers in the residual stream of all layers together ... */
const ROOM = 1 << 20;
/** ... but no fewer tokens than matrix products need to run at full speed. */
const LEAST_TOKENS = 640;

/**
 * How many of `batch` prompts of T tokens each are taken at once by a network of this size;
 * `wanted` above 0 decides it.
 */
export function microbatchOf(
  batch: number,
  T: number,
  { width, layers }: Pick<TransformerSize, 'width' | 'layers'>,
  wanted = 0,
): number {
  if (wanted > 0) return Math.min(wanted, batch);
  const tokens = Math.max(LEAST_TOKENS, ROOM / (width * layers));
  return batch * T <= tokens ? batch : Math.max(1, Math.round(tokens / T));
}
