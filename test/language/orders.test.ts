/** Every family of language models under every mask: who may read whom, and what an order changes. */
import * as assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { language, model, tf } from 'invicl';

import { close, fixture } from '../helpers';

const FAMILIES = readdirSync(fixture('models'));
const keys = Object.keys(model.METHODS) as model.MethodKey[];
/** Methods whose answer no order of the examples changes. */
const BLIND: readonly model.MethodKey[] = [
  ...(['boe', 'saicl', 'invicl', 'inviclTestLoss', 'inviclOwnPlaces', 'prefixSymmetric'] as const),
];
const EXAMPLES = [
  [5, 6, 7, 8],
  [9, 10],
  [11, 12, 13, 14, 15],
];
const TEST = [20, 21, 22];

test('the families are those of the fixtures', () => {
  assert.deepEqual(FAMILIES, ['gpt2', 'gpt_neo', 'gpt_neox', 'llama']);
});

for (const family of FAMILIES) {
  const { model: lm } = language.loadLanguageModel(fixture(join('models', family)));
  const method = (key: model.MethodKey): model.Method => model.METHODS[key];

  /** Scores after every token of a prompt, and the prompt. */
  function scoresOf(
    key: model.MethodKey,
    examples: readonly number[][],
    tokens = TEST,
  ): { readonly prompt: language.TokenPrompt; readonly scores: number[][] } {
    const prompt = language.promptOf(lm, method(key), examples, [tokens]);
    const batch = language.batchOf(lm, [prompt]);
    const scores = tf.tidy(() => lm.logits(batch).arraySync()[0]!);
    language.disposeBatch(batch);
    return { prompt, scores };
  }
  const gap = (a: readonly number[], b: readonly number[]): number =>
    Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

  test(`${family}: an order of the examples changes answers under the masks that see it, only`, () => {
    for (const key of keys) {
      const [one, other] = [
        scoresOf(key, EXAMPLES),
        scoresOf(
          key,
          [2, 0, 1].map((i) => EXAMPLES[i]!),
        ),
      ].map(({ scores }) => scores.at(-1)!);
      const moved = gap(one!, other!);
      const sees = !BLIND.includes(key);
      assert.ok(sees ? moved > 1e-4 : moved < 1e-5, `${key}: moved by ${moved}`);
    }
  });

  test(`${family}: a token changes the scores of those tokens that may read it, and no others`, () => {
    const seenBy = (mask: readonly (readonly boolean[])[], index: number): Set<number> => {
      const reached = new Set([index]);
      for (let l = 0; l < lm.config.size.layers; l++)
        mask.forEach((row, r) => {
          if (row.some((may, c) => may && reached.has(c))) reached.add(r);
        });
      return reached;
    };
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.nat(4), (key, at) => {
        const changed = EXAMPLES.map((tokens, i) =>
          i === 2 ? tokens.map((token, o) => (o === at ? 99 : token)) : tokens,
        );
        const [before, after] = [scoresOf(key, EXAMPLES), scoresOf(key, changed)];
        const { tokens, mask } = before.prompt.layout;
        const copies = tokens.flatMap(({ block, offset }, index) =>
          block.part !== 'test' && block.index === 2 && offset === at ? [index] : [],
        );
        const touched = new Set(copies.flatMap((index) => [...seenBy(mask, index)]));
        before.scores.forEach((row, index) => {
          const moved = gap(row, after.scores[index]!);
          if (!touched.has(index)) assert.ok(moved < 1e-6, `${key}: token ${index} by ${moved}`);
        });
        for (const index of copies)
          assert.ok(gap(before.scores[index]!, after.scores[index]!) > 1e-4, `${key}: itself`);
      }),
      { numRuns: 30, seed: 5 },
    );
  });

  test(`${family}: a compiled pass gives the states of a plain one, under every mask`, () => {
    for (const key of ['ar', 'prefix', 'boe', 'invicl'] as const) {
      const prompt = language.promptOf(lm, method(key), EXAMPLES, [TEST]);
      const batch = language.batchOf(lm, [prompt]);
      const plain = tf.tidy(() => lm.finals(batch).dataSync());
      for (let round = 0; round < 4; round++)
        close(
          tf.tidy(() => lm.compiledFinals(batch).dataSync()),
          plain,
          1e-5,
          `${key}, ${round}`,
        );
      language.disposeBatch(batch);
    }
  });

  test(`${family}: hooks see attention that sums to 1 and keeps the mask, and may replace it`, () => {
    const { heads: H } = lm.config.size;
    const prompt = language.promptOf(lm, method('invicl'), EXAMPLES, [TEST]);
    const batch = language.batchOf(lm, [prompt]);
    const T = prompt.tokens.length;
    tf.tidy(() => {
      const name = `blocks.${lm.config.size.layers - 1}.attention.weights`;
      const seen: number[][][][][] = [];
      const plain = lm.logits(batch, (which, value) => {
        if (which === name) seen.push((value as tf.Tensor4D).arraySync() as number[][][][]);
      });
      assert.equal(seen[0]![0]!.length, H);
      for (const head of seen[0]![0]!)
        head.forEach((row, r) => {
          assert.ok(Math.abs(row.reduce((a, b) => a + b) - 1) < 1e-5);
          row.forEach((share, c) => assert.ok(prompt.layout.mask[r]![c] || share === 0));
        });
      const replaced = lm.logits(batch, (which) =>
        which === name ? tf.fill([1, H, T, T], 1 / T) : undefined,
      );
      assert.ok(replaced.sub(plain).abs().max().dataSync()[0]! > 1e-4);
    });
    language.disposeBatch(batch);
  });
}
