/** Bad input of the modules of texts that once left tensors behind, or was taken without a word. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { language, metaicl, model, tf } from 'invicl';

import { allRefused, leavesNothing, refused } from '../helpers';

const WORDS = ['the', 'dog', 'cat', 'ran', 'red', 'blue'];
const tokenizer = language.tokenizerOf(language.wordTokenizerJson(WORDS), 'words');
const SIZE = { width: 8, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 8 };
const { model: network } = language.freshLanguageModel(tokenizer, SIZE, 0);
const { ar, invicl, prefix } = model.METHODS;
/** A value that the types forbid, as a notebook without types could give it. */
const wrong = <T>(value: unknown): T => value as T;

test('a context that is refused midway leaves no tensor, by whatever method', async (t) => {
  for (const method of [ar, invicl, prefix])
    await t.test(method.name, () => {
      leavesNothing(() => {
        refused(() => language.readContext(network, method, [[2, 3], [99]]), 'token 99');
      });
    });
});

test('words that do not fit leave no tensor', () => {
  const context = language.readContext(network, invicl, [[2, 3]]);
  leavesNothing(() => {
    refused(() => language.generate(network, context, [2], 100), 'position 8');
  });
  language.disposeCache(context.cache);
  refused(() => language.readTests(network, context, [[2]]), 'cache', 'disposed');
});

test('a cache of fewer contexts than a prompt has examples gives the same numbers', () => {
  const examples = [[2, 3], [4], [5, 6]];
  const [few, many] = [1, 8].map((most) => {
    const stored = new language.ReadCache(most);
    language.disposeCache(language.readContext(network, invicl, [examples[0]!], stored).cache);
    const context = language.readContext(network, invicl, examples, stored);
    const scores = tf.tidy(() => language.readTests(network, context, [[2]]).dataSync());
    language.disposeCache(context.cache);
    stored.dispose();
    return scores;
  });
  assert.deepEqual(few, many);
  refused(() => new language.ReadCache(0), 'stored', '0');
});

test('a predictor of texts that answers nothing, or too little, leaves no tensor', () => {
  const [task] = metaicl.ownTasks([Object.keys(metaicl.OWN_TASKS)[0]!], 40, 1);
  const features = new metaicl.TextFeatures(
    task!.rows.map(({ input }) => input),
    { dims: 3, minTexts: 1 },
  );
  const source = new metaicl.EpisodeSource([task!], features);
  const evaluated = (predict: () => unknown) => () =>
    metaicl.evaluate({ name: 'bad', predict: wrong(predict) }, source, {
      n: 2,
      rows: 2,
      orders: 1,
    });
  leavesNothing(() => {
    refused(
      evaluated(() => undefined),
      'predictor',
      'undefined',
    );
    refused(
      evaluated(() => tf.zeros([1, 1])),
      "'bad'",
      '1 answers',
      '5 x 2',
    );
  });
});

test('what models of texts are made of', async (t) => {
  const config = network.config;
  const lm = (changed: object) => () =>
    new language.LanguageModel(wrong({ ...config, ...changed }));
  await allRefused(t, [
    [lm({ family: 'mamba' }), "'mamba'", 'gpt2, gpt_neo, gpt_neox, llama'],
    [lm({ vocabulary: 1e12 }), '1000000000000 words', /need .* GB/],
    [lm({ architecture: null }), 'architecture', 'null'],
    [lm({ local: { window: 2, layers: [] } }), 'window', '[]'],
    [lm({ colour: 1 }), "'colour'", 'vocabulary'],
    [
      () => language.batchOf(network, [language.promptOf(network, ar, [], [[2]])], 1e9),
      '1000000000 tokens',
      /need .* GB/,
    ],
    [
      () => language.questionPredictor({ model: network, tokenizer }, wrong({ methode: ar })),
      "'methode'",
      'method, template, length',
    ],
    [() => metaicl.ownTasks(['topic'], 8), "'topic'", 'OWN_TASKS'],
    [() => metaicl.bayesOfOwnTasks([], 'the match', ['red', 'red']), 'stands twice'],
  ]);
  assert.deepEqual(metaicl.readOff('the constructor'), {}, 'no word is a property of all objects');
});

test('a question whose answer is none of its options has no probability', () => {
  const predictor = language.answerProbability({ model: network, tokenizer }, { method: ar });
  const question = { examples: [], input: 'the dog', options: ['red', 'blue'], output: 'green' };
  leavesNothing(() => {
    refused(() => predictor.predict([question]), "'green'", 'red, blue');
  });
});

test('a method that gives no position to some tokens', () => {
  const method = { ...ar, positions: () => [0] };
  refused(() => model.layoutPrompt(method, [1, 1], [1]), 'AR', '1 positions', '3 tokens');
});

test('a tokenizer of others that gives no tokens', () => {
  const bad = { ...tokenizer, encode: () => wrong<number[]>(['dog']) };
  const example = { input: 'the dog', output: 'red' };
  const template: language.Template = { style: 'direct', between: '\n', after: '\n', longest: 8 };
  assert.ok(language.exampleTokens(tokenizer, example, template).length > 0);
  refused(() => language.exampleTokens(bad, example, template), 'tokenizer', '["dog"]');
});
