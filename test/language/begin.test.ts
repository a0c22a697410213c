/** A beginning that all examples and tests read: it shifts places, and tells no example apart. */
import * as assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { language, model, tf } from 'invicl';

import { close, fixture, refused } from '../helpers';

const keys = Object.keys(model.METHODS) as model.MethodKey[];
const BEGIN = [1, 2];
const EXAMPLES = [
  [5, 6, 7, 8],
  [9, 10],
  [11, 12, 13, 14, 15],
];
const TESTS = [
  [20, 21, 22],
  [23, 24, 25, 26],
];

test('every token reads the beginning, which reads itself; all else is as without it', () => {
  for (const key of keys) {
    const method = model.METHODS[key];
    const plain = model.layoutPrompt(method, [2, 3], [2]);
    const begun = model.layoutPrompt(method, [2, 3], [2], 2);
    assert.deepEqual(
      begun.mask.slice(0, 2).map((row) => row.map(Number)),
      [0, 1].map((r) => begun.tokens.map((_, c) => Number(c <= r))),
      `${key}: the beginning`,
    );
    assert.ok(
      begun.mask.slice(2).every(([a, b]) => a && b),
      `${key}: all read it`,
    );
    assert.deepEqual(
      begun.mask.slice(2).map((row) => row.slice(2)),
      plain.mask,
      `${key}: mask`,
    );
    assert.deepEqual(
      begun.positions,
      plain.positions && [0, 1, ...plain.positions.map((position) => position + 2)],
      `${key}: positions`,
    );
  }
  refused(() => model.layoutPrompt(model.METHODS.ar, [2], [1], -1), 'before the first', '-1');
});

for (const family of readdirSync(fixture('models'))) {
  const { model: lm, tokenizer } = language.loadLanguageModel(fixture(join('models', family)));

  test(`${family}: a context with a beginning, cached or not, answers as one pass`, () => {
    for (const key of ['ar', 'invicl', 'inviclOwnPlaces', 'prefix', 'pcw', 'arDoubled'] as const) {
      const method = model.METHODS[key];
      const prompt = language.promptOf(lm, method, EXAMPLES, TESTS, BEGIN);
      const batch = language.batchOf(lm, [prompt]);
      const whole = tf.tidy(() => lm.logits(batch).arraySync()[0]!);
      const stored = new language.ReadCache();
      for (let round = 0; round < 2; round++) {
        const context = language.readContext(lm, method, EXAMPLES, stored, BEGIN);
        const staged = tf.tidy(() => language.readTests(lm, context, TESTS).arraySync());
        prompt.layout.tokens.forEach(({ block: { part, index }, offset }, row) => {
          if (part === 'test')
            close(staged[index]![offset]!, whole[row]!, 1e-4, `${key}, ${round}`);
        });
        language.disposeCache(context.cache);
      }
      stored.dispose();
      language.disposeBatch(batch);
    }
  });

  /** Scores of a test after examples in this order. */
  const scored = (key: model.MethodKey, order: readonly number[], begin = BEGIN): number[] => {
    const shown = order.map((i) => EXAMPLES[i]!);
    const context = language.readContext(lm, model.METHODS[key], shown, undefined, begin);
    const scores = language.testScores(
      lm,
      context,
      TESTS.map((tokens) => ({ tokens, scoredFrom: 1 })),
    );
    language.disposeCache(context.cache);
    return scores;
  };

  test(`${family}: a beginning changes answers, and no order does under InvICL`, () => {
    for (const key of ['invicl', 'inviclOwnPlaces', 'boe'] as const) {
      close(scored(key, [2, 0, 1]), scored(key, [0, 1, 2]), 1e-5, key);
      const without = scored(key, [0, 1, 2], []);
      const moved = scored(key, [0, 1, 2]).map((value, i) => Math.abs(value - without[i]!));
      assert.ok(Math.max(...moved) > 1e-4, `${key}: the beginning is read`);
    }
  });

  test(`${family}: no example, a beginning only`, () => {
    const context = language.readContext(lm, model.METHODS.ar, [], undefined, BEGIN);
    const staged = tf.tidy(() => language.readTests(lm, context, [TESTS[0]!]).arraySync()[0]!);
    const prompt = language.promptOf(lm, model.METHODS.ar, [], [[...BEGIN, ...TESTS[0]!]]);
    const batch = language.batchOf(lm, [prompt]);
    const whole = tf.tidy(() => lm.logits(batch).arraySync()[0]!);
    staged.forEach((row, i) => close(row, whole[i + BEGIN.length]!, 1e-4));
    language.disposeBatch(batch);
    language.disposeCache(context.cache);
  });

  test(`${family}: a template's beginning is scored in whole prompts and in sessions alike`, () => {
    const [word = '', other = ''] = [3, 4].map((token) => tokenizer.decode([token]));
    const text = (tokens: readonly number[]): string => tokenizer.decode(tokens);
    const template = {
      style: 'direct',
      between: text([30]),
      after: text([31]),
      begin: text([32]),
      longest: 64,
    } as const;
    const examples = [
      { input: text([20, 21]), output: word },
      { input: text([22]), output: other },
    ];
    const options = [word, other];
    const whole = language.scoreOptions(
      lm,
      tokenizer,
      [{ examples, input: text([23, 24]), options }],
      { method: model.METHODS.invicl, template, length: 'sum' },
    );
    const scorer = language.tokenScorer({ model: lm, tokenizer }, 'invicl', template);
    const { scores } = scorer.score(examples, [text([23, 24])], options);
    close(scores[0]!, whole[0]!, 1e-4);
    scorer.dispose();
  });
}
