/**
 * A prompt under edit read word by word with a language model: the context is read once, and what an edit does not touch is kept.
 */
import type { SessionReader } from './session';
import { DIRECT, exampleTokens, testTokens, type Template } from './prompt';
import { tf } from '../core/backend';
import { methodOf } from '../model/methods';
import type { LoadedModel } from './folder';
import { ReadCache, disposeCache, readContext, readTests } from './readcache';

/**
 * Word by word: the context is read once, and each option is scored by the probability of its
 * words.
 *
 * @param loaded model and tokenizer; they stay the caller's
 * @param method 'invicl' or 'ar' (or another that reads its context before the test, then all of it
 *               after every edit)
 * @throws CourseError when there is no such method
 */
export function wordReader(
  { model, tokenizer }: LoadedModel,
  method = 'invicl',
  template: Template = DIRECT,
): SessionReader {
  const cache = new ReadCache();
  const under = methodOf(method);
  return {
    read: (examples, texts, options) => {
      const shown = examples.map((example) => exampleTokens(tokenizer, example, template));
      const tests = texts.map((text) =>
        options.map((option) => testTokens(tokenizer, text, option, template)),
      );
      const context = readContext(model, under, shown, cache);
      try {
        const scores = tests.map((asked) => {
          const logs = tf.tidy(() =>
            tf.logSoftmax(
              readTests(
                model,
                context,
                asked.map(({ tokens }) => tokens),
              ),
            ),
          );
          const [, T, V] = logs.shape;
          const values = logs.dataSync();
          logs.dispose();
          return asked.map(({ tokens, scoredFrom }, b) =>
            tokens
              .slice(scoredFrom)
              .reduce(
                (sum, token, i) => sum + values[(b * T + scoredFrom + i - 1) * V + token]!,
                0,
              ),
          );
        });
        return { scores, work: context.work };
      } finally {
        disposeCache(context.memory);
      }
    },
    dispose: () => cache.dispose(),
  };
}
