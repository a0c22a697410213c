/** How low-rank adapters are trained and kept. */
import * as assert from 'node:assert/strict';
import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, language, model, tf, training } from 'invicl';

import { allRefused, close, scratch, type Refusal } from '../helpers';
import {
  METHODS,
  plainOf,
  moved,
  finalsOf,
  TOKENIZER,
  CONFIG,
  RUN,
  trainerOf,
  numbersOf,
} from './adapted';

for (const key of METHODS)
  test(`${key}: training changes adapters alone, and resumes to the same bits`, async () => {
    const plain = new language.LanguageModel(CONFIG, 1);
    const before = numbersOf(plain.parameters);
    const run = async (cuts: readonly number[]): Promise<{ curve: number[]; end: number[][] }> => {
      const checkpoint = join(scratch(), 'run.safetensors');
      for (const until of cuts) {
        const adapted = new language.AdaptedModel(plain, { rank: 4 }, 3);
        const trainer = trainerOf(adapted, key);
        await trainer.run({ until, checkpoint });
        const names = Object.keys(adapted.trainable);
        assert.equal(names.length, 2 * 2 * 4);
        for (const moments of [trainer.optimiser.first, trainer.optimiser.second])
          assert.deepEqual(Object.keys(moments), names);
        const { arrays } = training.readCheckpoint(checkpoint);
        assert.equal(Object.keys(arrays).length, 3 * names.length, 'adapters and their moments');
        const done = {
          curve: trainer.curve.map(([, loss]) => loss),
          end: numbersOf(adapted.trainable),
        };
        trainer.dispose();
        adapted.dispose();
        if (until === RUN.steps) return done;
      }
      throw new Error('the last cut is the end');
    };
    const whole = await run([12]);
    assert.ok(whole.curve.at(-1)! < 0.97 * whole.curve[0]!, whole.curve.join(' '));
    assert.deepEqual(await run([5, 12]), whole);
    assert.deepEqual(numbersOf(plain.parameters), before, 'the plain model stays as it was');
    plain.dispose();
  });

test('microbatches add up to the step of the whole batch', () => {
  const plain = new language.LanguageModel(CONFIG, 1);
  // answers of one word and of two, so that prompts score different numbers of tokens
  const [one, ...rest] = [0, 1, 3, 4].map((microBatch) => {
    const adapted = new language.AdaptedModel(plain, { rank: 4 }, 3);
    const trainer = trainerOf(adapted, 'ar', {
      microBatch,
      freshShare: 0.5,
      freshLabels: ['the soup', 'soup', 'the', 'the the soup'],
    });
    const losses = [trainer.train(), trainer.train()];
    trainer.dispose();
    const numbers = numbersOf(adapted.trainable).flat();
    adapted.dispose();
    return { losses, numbers };
  });
  for (const other of rest) {
    close(other.losses, one!.losses, 1e-6, 'losses');
    close(other.numbers, one!.numbers, 1e-4, 'adapters');
  }
  plain.dispose();
});

test('training makes nothing as large as all tokens times all words', async () => {
  const plain = new language.LanguageModel({ ...CONFIG, vocabulary: 5000 }, 1);
  const adapted = new language.AdaptedModel(plain, { rank: 2 });
  const trainer = trainerOf(adapted, 'ar', {}, { compile: false });
  trainer.train();
  const { kernels } = await tf.profile(() => tf.scalar(trainer.train()));
  const sizes = kernels.flatMap(({ outputShapes }) =>
    outputShapes.map((shape) => shape.reduce((a, b) => a * b, 1)),
  );
  const scored = Math.max(
    ...kernels
      .flatMap(({ outputShapes }) => outputShapes)
      .map((s) => (s.at(-1) === 5000 ? s[0]! : 0)),
  );
  assert.ok(scored > 0 && scored <= 4 * 8, `${scored} rows are read out`);
  assert.ok(Math.max(...sizes) <= 5000 * Math.max(scored, 24), String(Math.max(...sizes)));
  for (const one of [trainer, adapted, plain]) one.dispose();
});

test('adapters are kept in a small file, and go to their own model only', async (t) => {
  const folder = scratch();
  const [plain, other] = [
    new language.LanguageModel(CONFIG, 1),
    new language.LanguageModel(CONFIG, 2),
  ];
  const gpt2 = plainOf('gpt2');
  const adapted = moved(
    new language.AdaptedModel(plain, { rank: 2, alpha: 3, targets: ['up', 'query'] }),
  );
  const file = join(folder, 'adapters.safetensors');
  language.writeAdapters(file, adapted, { note: 'a test' });
  const { metadata } = core.readSafetensors(file);
  assert.equal(metadata['note'], 'a test');
  const count = model.countParameters(adapted.trainable);
  assert.ok(
    statSync(file).size < 4 * count + 5000 && 4 * count < model.countParameters(plain.parameters),
  );
  const again = language.loadAdapters(file, plain);
  assert.deepEqual(again.adaptation, adapted.adaptation);
  assert.deepEqual(finalsOf(again, 'invicl'), finalsOf(adapted, 'invicl'));

  const run = join(folder, 'run.safetensors');
  const trainer = trainerOf(again, 'invicl', { steps: 2 });
  await trainer.run({ checkpoint: run });
  const trained = language.loadAdapters(run, plain);
  assert.deepEqual(numbersOf(trained.trainable), numbersOf(again.trainable), 'of a checkpoint');
  const ofOther = trainerOf(new language.AdaptedModel(other, again.adaptation), 'invicl', {
    steps: 2,
  });

  const changed = (name: string, change: (file: core.TensorFile) => core.TensorFile): string => {
    const made = join(folder, name);
    const { arrays, metadata: facts } = change(core.readSafetensors(file));
    core.writeSafetensors(made, arrays, facts);
    return made;
  };
  const without = changed('without', ({ arrays }) => ({ arrays, metadata: {} }));
  const garbled = changed('garbled', ({ arrays }) => ({ arrays, metadata: { adapters: '{' } }));
  const noBase = changed('no-base', ({ arrays }) => ({
    arrays,
    metadata: { adapters: '{"adaptation":{},"base":null}' },
  }));
  const missing = changed(
    'missing',
    ({ arrays: { 'blocks.0.up.a': _, ...rest }, metadata: m }) => ({
      arrays: rest,
      metadata: m,
    }),
  );
  const notFinite = changed('nan', ({ arrays, metadata: m }) => {
    arrays['blocks.1.up.b']!.data[0] = NaN;
    return { arrays, metadata: m };
  });
  const cut = changed('cut', (whole) => whole);
  truncateSync(cut, statSync(cut).size - 8);
  const load = (name: string, lm: language.LanguageModel) => () => language.loadAdapters(name, lm);
  const refusals: Refusal[] = [
    [load(file, other), `'${file}'`, 'a llama of 2 layers of width 24 (checksum', 'was given'],
    [load(file, gpt2), 'a llama of 2 layers', 'was given a gpt2 of 2 layers of width 32'],
    [load(without, plain), 'holds no adapters'],
    [load(garbled, plain), 'holds no adapters'],
    [load(noBase, plain), 'holds no adapters'],
    [load(missing, plain), "'blocks.0.up.a' is missing"],
    [load(notFinite, plain), "'blocks.1.up.b'", 'NaN'],
    [load(cut, plain), 'outside the'],
    [load(join(folder, 'absent'), plain), 'there is no such file'],
    [load(file, again), 'has adapters'],
    [() => ofOther.restore(run), 'adapters is', 'another config'],
    [
      () => language.trainedLanguageModel(run, training.readCheckpoint(run), TOKENIZER),
      'holds the adapters of a language model',
      'loadAdapters',
    ],
    [() => training.load(run), 'not known here'],
    [
      () => language.writeAdapters(file, plain as language.AdaptedModel),
      'An adapted model',
      'loadAdapters',
    ],
  ];
  await allRefused(t, refusals);
  const kept = tf.memory().numTensors;
  for (const [run_] of refusals.slice(0, 10)) assert.throws(run_);
  assert.equal(tf.memory().numTensors, kept, 'a refused file leaves nothing');
});
