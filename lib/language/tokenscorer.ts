/**
 * A language model in a session: it runs once on the context, what an edit does not change is
 * cached, and each option is scored by the probability of its tokens.
 */
import type { SessionScorer } from './session';
import {
  DIRECT,
  beginTokens,
  checkDemonstrations,
  checkTemplate,
  exampleTokens,
  testTokens,
  type Template,
} from './prompt';
import { checkTexts } from '../core/checks';
import { checkOptions } from './scoring';
import { methodOf } from '../model/methods';
import { checkLoaded, type LoadedModel } from './folder';
import { readContext } from './readcache';
import { testScores } from './testscores';
import { ReadCache, disposeCache } from './tokencache';

/**
 * Scores each option by the probability of its tokens.
 *
 * @param loaded model and tokenizer; they stay the caller's
 * @param method 'invicl' or 'ar', of which an edit computes only what it changed; or another whose
 *               examples do not attend to the test, of which an edit computes all
 * @throws CourseError when there is no such method, or what is given is no model with its tokenizer
 *   or no template
 */
export function tokenScorer(
  loaded: LoadedModel,
  method = 'invicl',
  template: Template = DIRECT,
): SessionScorer {
  checkLoaded(loaded);
  checkTemplate(template);
  const { model, tokenizer } = loaded;
  const cache = new ReadCache();
  const under = methodOf(method);
  return {
    score: (examples, texts, options) => {
      checkDemonstrations(examples);
      checkTexts('Texts', texts);
      checkOptions(options);
      const shown = examples.map((example) => exampleTokens(tokenizer, example, template));
      const tests = texts.map((text) =>
        options.map((option) => testTokens(tokenizer, text, option, template)),
      );
      const context = readContext(model, under, shown, cache, beginTokens(tokenizer, template));
      try {
        const all = testScores(model, context, tests.flat());
        const K = options.length;
        const scores = texts.map((_, i) => all.slice(i * K, (i + 1) * K));
        return { scores, work: context.work };
      } finally {
        disposeCache(context.cache);
      }
    },
    dispose: () => cache.dispose(),
  };
}
