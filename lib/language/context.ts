/** A context that was read, to which tests or the next word attend. */
import { checkIndices, checkReadable } from '../core/checks';
import { demand, finiteNumber, plainObject, positiveInteger } from '../core/errors';
import { checkLanguageModel, type LanguageModel } from './languagemodel';
import { checkCache, type TokenCache } from './tokencache';

/** How much was computed, in tokens. */
export interface ReadWork {
  /** Tokens of examples read alone (InvICL's first copies) or after those before them (AR). */
  readonly first: number;
  /** Tokens of examples read again given the others (InvICL's second copies). */
  readonly second: number;
}

/** A context that was read. */
export interface ReadContext {
  /** The tokens to which tests attend; the caller disposes it. */
  readonly cache: TokenCache;
  /** The position at which a test begins. */
  readonly testPosition: number;
  /**
   * How much a test's own tokens weigh in its attention, where a token of the context weighs 1;
   * left out: 1. A context that was read in several groups may give the number of groups.
   */
  readonly ownWeight?: number;
  readonly work: ReadWork;
}

/**
 * Refuses a context that was not read by a model of these sizes, or whose cache was disposed.
 *
 * @throws CourseError quoting what does not fit
 */
export function checkContext(model: LanguageModel, context: ReadContext): void {
  checkLanguageModel(model);
  plainObject('A context', context);
  checkCache(context.cache);
  const { layers, positions } = context.cache;
  checkIndices('The positions of cached tokens', positions);
  positiveInteger("'testPosition' of a context", context.testPosition, 0);
  if (context.ownWeight !== undefined)
    finiteNumber("'ownWeight' of a context", context.ownWeight, 'above 0', (w) => w > 0);
  const { layers: L, heads: H, width: C } = model.config.size;
  const needed = [1, model.transformer.keyHeads, positions.length, C / H];
  demand(
    layers === null ? positions.length === 0 : layers.length === L,
    () => `A context of ${layers?.length ?? 0} layers was given to a model of ${L}.`,
    'Read it with the same model.',
  );
  for (const tensor of layers?.flat() ?? []) {
    checkReadable('A tensor of the cache', tensor);
    demand(
      tensor.shape.join() === needed.join(),
      () => `A tensor of the cache is [${tensor.shape.join(', ')}], not [${needed.join(', ')}].`,
      'Read the context with the same model.',
    );
  }
}
