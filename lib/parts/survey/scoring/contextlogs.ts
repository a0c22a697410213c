/**
 * The probability of a context of texts itself, and of how the next line begins: one forward pass
 * over the examples, whose tokens' logarithms are the same for every option of a question.
 */
import { batchOf, disposeBatch, promptOf } from '../../../language/prompt';
import type { LanguageModel } from '../../../language/languagemodel';
import { logProbabilities } from '../../../language/scoring';
import type { Method } from '../../../model/methods';
import { linesFollow } from './scorer';

/** Logarithms of probabilities, in nats. */
export interface ContextLogs {
  /** The sum over the tokens of the examples that are predicted, and how many they are. */
  readonly sum: number;
  readonly count: number;
  /** Of each word that was asked for, as the first of the next line; null where nothing is before. */
  readonly first: readonly number[] | null;
  /** Tokens that were read. */
  readonly tokens: number;
}

/**
 * Reads a context for the probability of its own tokens. The beginning is given. Where lines do not
 * follow each other (all methods but AR), the first token of an example is given too.
 *
 * @param examples tokens of each
 * @param begin    tokens before the first example
 * @param words    that may begin the next line
 */
export function contextLogs(
  model: LanguageModel,
  method: Method,
  examples: readonly (readonly number[])[],
  begin: readonly number[],
  words: readonly number[],
): ContextLogs {
  if (examples.length + begin.length === 0) return { sum: 0, count: 0, first: null, tokens: 0 };
  const follow = linesFollow(method);
  const prompt = promptOf(model, method, examples, [[words[0]!]], begin);
  const own = method.doubled ? 'second' : 'first';
  const predicted = prompt.layout.tokens.flatMap(({ block, offset }, t) =>
    block.part === own && (offset > 0 || (follow && t > 0))
      ? [[t - 1, prompt.tokens[t]!] as const]
      : [],
  );
  const last = prompt.tokens.length - 2; // the test is one token
  const asked = follow ? words.map((word) => [last, word] as const) : [];
  const batch = batchOf(model, [prompt]);
  const finals = model.finals(batch);
  try {
    const logs = logProbabilities(model, finals, [...predicted, ...asked]);
    return {
      sum: logs.slice(0, predicted.length).reduce((a, b) => a + b, 0),
      count: predicted.length,
      first: follow ? logs.slice(predicted.length) : null,
      tokens: last + 1,
    };
  } finally {
    finals.dispose();
    disposeBatch(batch);
  }
}
