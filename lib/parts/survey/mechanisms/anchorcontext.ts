/**
 * A context of which only some tokens are kept, with the states that they had after reading all: their
 * keys and values, at their places. With the label words and the words around them a context is as many
 * times shorter as inputs are longer than labels.
 * Reference: Wang et al. (2023, arXiv 2305.14160), section 3.2.
 */
import { checkIndices, checkReadable } from '../../../core/checks';
import { demand, plainObject } from '../../../core/errors';
import type { ReadContext } from '../../../language/context';
import { checkCache } from '../../../language/tokencache';
import type { KeysValues } from '../../../model/transformer';

/**
 * The context with these tokens only. Tests begin where they began.
 *
 * @param context of which the caller still disposes the cache
 * @param places  of the tokens that are kept, counted in the context, at least one
 * @returns a context of its own cache, which the caller disposes
 * @throws CourseError when it is no context, its cache was disposed, or it has no tokens at these
 *   places
 */
export function keptTokens(context: ReadContext, places: readonly number[]): ReadContext {
  plainObject('A context', context);
  checkCache(context.cache);
  const { layers, positions } = context.cache;
  checkIndices('The places of tokens that are kept', places, positions.length - 1, 1);
  demand(
    layers !== null,
    () => 'Tokens of an empty context were to be kept.',
    'Read a context of at least one token.',
  );
  for (const tensor of layers!.flat()) checkReadable('A tensor of the cache', tensor);
  const which = [...places];
  return {
    ...context,
    cache: {
      layers: layers!.map(
        ([k, v]): KeysValues => [k.gather(which, 2), v.gather(which, 2)], // [1, Hk, kept, D]
      ),
      positions: which.map((place) => positions[place]!),
    },
  };
}
