/**
 * Microbatches: what is computed for one fits the processor's caches, and memory does not grow with
 * the batch.
 */
import { plainObject, positiveInteger } from '../core/errors';
import type { TransformerSize } from './config';

/** A microbatch has about this many numbers in the residual stream of all layers together ... */
const NUMBERS = 1 << 20;
/** ... but no fewer tokens than matrix products need to run at full speed. */
const LEAST_TOKENS = 640;

/**
 * The size of a microbatch: how many of `batch` prompts of T tokens each a network of this size
 * computes at once.
 *
 * @param wanted a size that is taken as it is; 0 = choose
 */
export function microbatchOf(
  batch: number,
  T: number,
  size: Pick<TransformerSize, 'width' | 'layers'>,
  wanted = 0,
): number {
  positiveInteger('batch', batch);
  positiveInteger('T', T);
  positiveInteger('The wanted size of a microbatch', wanted, 0);
  plainObject('A size', size);
  const { width, layers } = size;
  positiveInteger('width', width);
  positiveInteger('layers', layers);
  if (wanted > 0) return Math.min(wanted, batch);
  const tokens = Math.max(LEAST_TOKENS, NUMBERS / (width * layers));
  return batch * T <= tokens ? batch : Math.max(1, Math.round(tokens / T));
}
