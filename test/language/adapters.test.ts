/** Low-rank adapters of language models: what they compute, and their settings. */
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { language, model, tf } from 'invicl';

import { allRefused, close, fixture, leavesNothing, refused, type Refusal } from '../helpers';
import {
  FAMILIES,
  METHODS,
  EXAMPLES,
  TEST,
  plainOf,
  targetsOf,
  moved,
  finalsOf,
  scoresOf,
} from './adapted';

for (const family of FAMILIES)
  test(`${family}: adapters begin as nothing, and merged weights answer as they do`, () => {
    const plain = plainOf(family);
    const adapted = new language.AdaptedModel(plain, { rank: 2, targets: targetsOf(family) });
    for (const key of METHODS) assert.deepEqual(finalsOf(adapted, key), finalsOf(plain, key), key);
    moved(adapted);
    const merged = adapted.merged();
    for (const key of METHODS) {
      const [ours, before] = [finalsOf(adapted, key), finalsOf(plain, key)];
      assert.ok(
        ours.some((value, i) => Math.abs(value - before[i]!) > 0.1),
        key,
      );
      close(finalsOf(merged, key), ours, 1e-5, key);
      close(scoresOf(adapted, key), scoresOf(merged, key), 1e-5, `${key}, from a read context`);
    }
    for (const lm of [adapted, merged, plain]) lm.dispose();
  });

test('each matrix alone changes the answers, and only its own columns', () => {
  const plain = plainOf('llama');
  const before = finalsOf(plain, 'invicl');
  for (const target of targetsOf('llama')) {
    const adapted = moved(new language.AdaptedModel(plain, { rank: 2, targets: [target] }));
    const names = Object.keys(adapted.trainable);
    assert.deepEqual(
      names,
      [0, 1].flatMap((l) => ['a', 'b'].map((f) => `blocks.${l}.${target}.${f}`)),
    );
    assert.notDeepEqual(finalsOf(adapted, 'invicl'), before, target);
    const merged = adapted.merged();
    const changed = Object.entries(merged.parameters).filter(
      ([name, weight]) => weight.sub(plain.parameters[name]!).abs().max().dataSync()[0]! > 0,
    );
    assert.equal(changed.length, 2, target);
    if (['query', 'key', 'value'].includes(target)) {
      const columns = changed[0]![1]
        .sub(plain.parameters['blocks.0.qkv.weight']!)
        .abs()
        .sum(0)
        .arraySync() as number[];
      const [from, to] = { query: [0, 24], key: [24, 32], value: [32, 40] }[target as 'query']!;
      assert.deepEqual(
        columns.map((sum) => sum > 0),
        columns.map((_, i) => i >= from! && i < to!),
      );
    }
    adapted.dispose();
    merged.dispose();
  }
  plain.dispose();
});

test('compiled answers follow the adapters as they are assigned', () => {
  const plain = plainOf('llama');
  const adapted = new language.AdaptedModel(plain);
  const prompt = language.promptOf(adapted, model.METHODS.invicl, EXAMPLES, [TEST]);
  const batch = language.batchOf(adapted, [prompt]);
  for (let i = 0; i < 3; i++) adapted.compiledFinals(batch).dispose();
  moved(adapted);
  const finals = adapted.compiledFinals(batch);
  close(finals.dataSync(), finalsOf(adapted, 'invicl'), 1e-5);
  tf.dispose(finals);
  language.disposeBatch(batch);
  adapted.dispose();
  plain.dispose();
});

interface Reference {
  readonly rank: number;
  readonly alpha: number;
  readonly examples: number[][];
  readonly test: number[];
  readonly scored: number[];
  readonly methods: Readonly<
    Record<
      string,
      { readonly loss: number; readonly gradients: Readonly<Record<string, number[]>> }
    >
  >;
}

test('loss and gradients of adapters are those of PyTorch', () => {
  const reference = JSON.parse(readFileSync(fixture('lora.json'), 'utf8')) as Reference;
  const plain = plainOf('llama');
  const { rank, alpha } = reference;
  const adapted = new language.AdaptedModel(plain, { rank, alpha, targets: targetsOf('llama') });
  // numbered as in the fixture, whose gate comes before up
  const order = Object.keys(reference.methods['ar']!.gradients);
  for (const [name, variable] of Object.entries(adapted.trainable))
    tf.tidy(() => {
      const number = order.indexOf(name);
      const value = (_: unknown, i: number): number => 0.3 * Math.sin(number + 1 + 1.7 * i);
      variable.assign(
        tf.tensor(Float32Array.from({ length: variable.size }, value), variable.shape),
      );
    });
  for (const [key, expected] of Object.entries(reference.methods)) {
    const { examples, test: asked, scored } = reference;
    const prompt = language.promptOf(adapted, model.methodOf(key), examples, [asked]);
    const batch = language.batchOf(adapted, [prompt]);
    const from = prompt.tokens.length - asked.length;
    const row = (values: number[]): tf.Tensor2D => tf.tensor2d([values], undefined, 'int32');
    const places = {
      indices: row(scored.map((offset) => from + offset)),
      next: row(scored.map((offset) => asked[offset + 1]!)),
      weights: tf.fill([1, scored.length], 1 / scored.length) as tf.Tensor2D,
    };
    const { value, grads } = tf.variableGrads(
      () => language.answerLoss(adapted, batch, places),
      Object.values(adapted.trainable),
    );
    close(value.dataSync(), [expected.loss], 1e-5, `${key}: loss`);
    for (const [name, variable] of Object.entries(adapted.trainable)) {
      const theirs = expected.gradients[name]!;
      const largest = Math.max(...theirs.map(Math.abs));
      const relative = (values: ArrayLike<number>): number[] =>
        Array.from(values, (g) => g / largest);
      close(relative(grads[variable.name]!.dataSync()), relative(theirs), 1e-5, `${key}: ${name}`);
    }
    language.disposeBatch(batch);
    tf.dispose([value, grads, places]);
  }
  adapted.dispose();
  plain.dispose();
});

test('settings of adapters that are refused, and the config that is kept', async (t) => {
  const [gpt2, llama] = [plainOf('gpt2'), plainOf('llama')];
  const adapt =
    (given: object, lm = llama) =>
    () =>
      new language.AdaptedModel(lm, given);
  const adapted = new language.AdaptedModel(llama, { targets: ['key', 'down'] });
  assert.deepEqual(adapted.adaptation, { rank: 8, alpha: 16, targets: ['key', 'down'] });
  assert.throws(() => ((adapted.adaptation as { rank: number }).rank = 3), TypeError);
  assert.throws(() => (adapted.adaptation.targets as string[]).push('up'), TypeError);
  const before = tf.memory().numTensors;
  const refusals: Refusal[] = [
    [adapt({ rank: 0 }), "'rank'", '0'],
    [adapt({ rank: 2.5 }), "'rank'", '2.5'],
    [adapt({ rank: 9 }), "'rank'", 'from 1 to 8', '9'],
    [adapt({ rank: 25, targets: ['query'] }), 'from 1 to 24', '25'],
    [adapt({ rank: 33, targets: ['up'] }, gpt2), 'from 1 to 32', '33'],
    [adapt({ alpha: 0 }), "'alpha'", '0'],
    [adapt({ alpha: NaN }), "'alpha'", 'NaN'],
    [adapt({ targets: [] }), "'targets'"],
    [adapt({ targets: ['embedding'] }), "'targets'", 'query, key, value, output, gate, up, down'],
    [adapt({ targets: ['gate'] }, gpt2), "'targets'", '(query, key, value, output, up, down)'],
    [adapt({ targets: ['key', 'up', 'key'] }), "'key' twice"],
    [adapt({ dropout: 0.1 }), "'dropout'", 'rank, alpha, targets'],
    [() => new language.AdaptedModel(llama, {}, -1), 'seed', '-1'],
    [adapt({}, adapted), 'has adapters'],
    [adapt({}, {} as language.LanguageModel), 'A language model'],
  ];
  await allRefused(t, refusals);
  assert.equal(tf.memory().numTensors, before, 'a refused config leaves no weights');
});

test('adapters, merged models and losses leave nothing', () => {
  const plain = plainOf('llama');
  leavesNothing(() => {
    const adapted = new language.AdaptedModel(plain);
    const merged = adapted.merged();
    finalsOf(adapted, 'invicl');
    merged.dispose();
    adapted.dispose();
  });
  finalsOf(plain, 'ar'); // the plain model is still there
  plain.dispose();
});

test('scored tokens that do not fit their batch are refused', async (t) => {
  const lm = plainOf('llama');
  const batch = language.batchOf(lm, [language.promptOf(lm, model.METHODS.ar, [], [TEST])]);
  const zeros = (shape: [number, number], type: 'int32' | 'float32'): tf.Tensor2D =>
    tf.zeros(shape, type);
  const scored = {
    indices: zeros([1, 2], 'int32'),
    next: zeros([1, 2], 'int32'),
    weights: zeros([1, 2], 'float32'),
  };
  const loss = (change: object) => () =>
    language.answerLoss(lm, batch, { ...scored, ...change } as language.ScoredTokens);
  assert.equal(loss({})().dataSync()[0], 0);
  await allRefused(t, [
    [loss({ next: zeros([1, 3], 'int32') }), '[1,2]', '[1,3]'],
    [loss({ indices: zeros([2, 2], 'int32') }), '[2,2]', 'B prompts'],
    [loss({ weights: 1 }), "'weights'", '1'],
    [loss({ indices: null }), "'indices'", 'null'],
  ]);
  refused(
    () => language.answerLoss({} as language.LanguageModel, batch, scored),
    'A language model',
  );
});
