/** Low-rank adapters of language models: what they compute, how they are trained and kept. */
import * as assert from 'node:assert/strict';
import { readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, language, metaicl, model, tf, training } from 'invicl';

import {
  allRefused,
  close,
  fixture,
  leavesNothing,
  refused,
  scratch,
  type Refusal,
} from '../helpers';

const FAMILIES = ['gpt2', 'gpt_neo', 'gpt_neox', 'llama'] as const;
const METHODS = ['ar', 'prefix', 'boe', 'pcw', 'invicl', 'inviclOwnPlaces'] as const;
const EXAMPLES = [
  [20, 31, 45],
  [50, 61],
  [33, 9],
];
const TEST = [25, 90, 17];

const plainOf = (family: string): language.LanguageModel =>
  language.loadLanguageModel(fixture(join('models', family))).model;

/** All matrices that a family has. */
const targetsOf = (family: string): model.AdapterTarget[] => [
  ...(['query', 'key', 'value', 'output', 'up', 'down'] as const),
  ...(family === 'llama' ? (['gate'] as const) : []),
];

/** Gives the factors B, which begin as 0, random numbers. */
function moved(adapted: language.AdaptedModel): language.AdaptedModel {
  for (const [name, variable] of Object.entries(adapted.trainable))
    tf.tidy(() => {
      const numbers = core.stream(1, name).normals(variable.size, 0.1);
      variable.assign(tf.tensor(numbers, variable.shape));
    });
  return adapted;
}

/** Final states of a prompt under a method. */
function finalsOf(lm: language.LanguageModel, key: model.MethodKey): Float32Array {
  const method = model.METHODS[key];
  const batch = language.batchOf(lm, [language.promptOf(lm, method, EXAMPLES, [TEST])]);
  const finals = lm.finals(batch);
  const values = finals.dataSync<'float32'>();
  tf.dispose(finals);
  language.disposeBatch(batch);
  return values;
}

/** Scores over a context that was read once. */
function scoresOf(lm: language.LanguageModel, key: model.MethodKey): number[] {
  const context = language.readContext(lm, model.METHODS[key], EXAMPLES);
  const scores = language.testScores(lm, context, [{ tokens: TEST, scoredFrom: 1 }]);
  language.disposeCache(context.cache);
  return scores;
}

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

const TASKS = metaicl.ownTasks(metaicl.OWN_SETTING.train.slice(0, 4), 40, 1);
const TEXTS = TASKS.flatMap(({ rows }) => rows);
const WORDS = new Set(TEXTS.flatMap(({ input, output }) => [...input.split(' '), output]));
const TOKENIZER = language.tokenizerOf(language.wordTokenizerJson([...WORDS].sort()), 'words');
const TEMPLATE: language.Template = { style: 'direct', between: '\n', after: '\n', longest: 40 };
const CONFIG: language.LanguageModelConfig = {
  ...{ family: 'llama', vocabulary: TOKENIZER.vocabulary, local: null, tied: true, end: null },
  size: { width: 24, layers: 2, heads: 6, mlpRatio: 40 / 24, maxPositions: 128 },
  architecture: {
    ...{ parallel: false, gelu: null, rotary: { dims: 4, base: 1000 } },
    ...{ norm: 'rms', biases: false, keyHeads: 2 },
  },
};
const RUN = { steps: 12, batch: 4, n: 2, tests: 1, logEvery: 1, learningRate: 0.02 };

const trainerOf = (
  lm: language.LanguageModel,
  key: model.MethodKey,
  given: Partial<metaicl.TextTraining> = {},
  options: core.CompileOptions = {},
): metaicl.TextTrainer =>
  new metaicl.TextTrainer(
    { model: lm, tokenizer: TOKENIZER },
    model.METHODS[key],
    TASKS,
    { ...RUN, ...given },
    TEMPLATE,
    options,
  );

const numbersOf = (weights: model.Parameters): number[][] =>
  Object.values(weights).map((weight) => [...weight.dataSync()]);

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
