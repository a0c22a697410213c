/**
 * Batches in pieces: what a piece computes stays in the processor's cache, and memory stays flat in the batch.
 */

/** Up to this many tokens a batch is taken at once; above, in pieces of about PIECE tokens. */
const WHOLE = 4096;
const PIECE = 1280;

/** How many of `batch` prompts of T tokens each are taken at once; `wanted` above 0 decides it. */
export function rowsAtOnce(batch: number, T: number, wanted = 0): number {
  if (wanted > 0) return Math.min(wanted, batch);
  return batch * T <= WHOLE ? batch : Math.max(1, Math.round(PIECE / T));
}
