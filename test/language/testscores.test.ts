/** Tests over a context: each as if it ran alone, and those that begin alike in one run. */
import * as assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { language, model, tf } from 'invicl';

import { close, fixture, refused } from '../helpers';

const EXAMPLES = [
  [5, 6, 7, 8],
  [9, 10],
];
/** Options of one and of more tokens, one the beginning of another, and a question of its own. */
const TESTS: readonly language.TokenTest[] = [
  { tokens: [20, 21, 3], scoredFrom: 2 },
  { tokens: [20, 21, 4], scoredFrom: 2 },
  { tokens: [20, 21, 3, 5], scoredFrom: 2 },
  { tokens: [20, 21, 4, 6, 7], scoredFrom: 2 },
  { tokens: [11, 12, 13, 14, 15, 16], scoredFrom: 4 },
  { tokens: [20, 3, 22, 23], scoredFrom: 1 },
];

for (const family of readdirSync(fixture('models'))) {
  const { model: lm } = language.loadLanguageModel(fixture(join('models', family)));

  /** Each test alone, all its words read out. */
  const alone = (context: language.ReadContext): number[] =>
    TESTS.map(({ tokens, scoredFrom }) => {
      const [logs] = tf.tidy(
        () => tf.logSoftmax(language.readTests(lm, context, [tokens])).arraySync() as number[][][],
      );
      return tokens
        .slice(scoredFrom)
        .reduce((sum, word, i) => sum + logs![scoredFrom + i - 1]![word]!, 0);
    });

  for (const key of ['ar', 'boe', 'invicl'] as const)
    for (const examples of [EXAMPLES, []])
      test(`${family}, ${key}, ${examples.length} examples: tests score as each alone`, () => {
        const context = language.readContext(lm, model.METHODS[key], examples);
        const before = tf.memory().numTensors;
        const scores = language.testScores(lm, context, TESTS);
        assert.equal(tf.memory().numTensors, before, 'no tensor is left');
        close(scores, alone(context), 1e-4);
        language.disposeCache(context.cache);
      });
}

test('tests that begin alike run once, and the last token of a test is not read', (t) => {
  const { model: lm } = language.loadLanguageModel(fixture(join('models', 'gpt2')));
  const context = language.readContext(lm, model.METHODS.ar, EXAMPLES);
  const extend = t.mock.method(lm, 'extend');
  language.testScores(lm, context, TESTS);
  const shapes = extend.mock.calls.map(({ arguments: [batch] }) => batch.tokens.shape);
  const runs = shapes.reduce((sum, [B]) => sum + B, 0);
  // 20 21 3 (with 20 21 4), 20 21 4 6, 11 12 13 14 15, 20 3 22
  assert.equal(runs, 4, `runs of ${JSON.stringify(shapes)}`);
  assert.equal(Math.max(...shapes.map(([, T]) => T)), 5);
  language.disposeCache(context.cache);
});

test('no tests score nothing, and what is no test is refused', () => {
  const { model: lm } = language.loadLanguageModel(fixture(join('models', 'gpt2')));
  const context = language.readContext(lm, model.METHODS.ar, EXAMPLES);
  assert.deepEqual(language.testScores(lm, context, []), []);
  const refusedTest = (one: language.TokenTest, ...words: string[]): void =>
    refused(() => language.testScores(lm, context, [one]), ...words);
  refusedTest({ tokens: [3, 4], scoredFrom: 2 }, '2 tokens', 'from 2');
  refusedTest({ tokens: [3, 4], scoredFrom: 0 }, "'scoredFrom'", '0');
  refusedTest({ tokens: [3, 100_000], scoredFrom: 1 }, '100000');
  language.disposeCache(context.cache);
  refused(() => language.testScores(lm, context, TESTS), 'disposed');
});
