import * as assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { core, language, metaicl, model, tf } from 'invicl';

import { allRefused, close, fixture, refused, scratch } from '../helpers';

interface Reference {
  readonly ids: number[];
  readonly logits: number[][];
  readonly loss: number;
  readonly wordGradientNorm: number;
  /** Of all weights together. */
  readonly gradientNorm?: number;
  readonly wordGradientRow: number[];
  readonly invicl?: {
    readonly examples: number[][];
    readonly test: number[];
    readonly logits: number[];
  };
}
const reference = JSON.parse(readFileSync(fixture('language-models.json'), 'utf8')) as {
  readonly tokens: readonly { readonly text: string; readonly ids: number[] }[];
  readonly families: Readonly<Record<string, Reference>>;
};
const folderOf = (family: string): string => fixture(join('models', family));
const loaded = new Map<string, language.LoadedModel>();
const load = (family: string): language.LoadedModel => {
  if (!loaded.has(family)) loaded.set(family, language.loadLanguageModel(folderOf(family)));
  return loaded.get(family)!;
};
const FAMILIES = Object.keys(reference.families);

/** Logits of one text in one pass, [T][V]. */
function logitsOf(
  lm: language.LanguageModel,
  tokens: readonly number[],
  method: model.Method = model.METHODS.ar,
): number[][] {
  const batch = language.batchOf(lm, [language.promptOf(lm, method, [], [tokens])]);
  const out = tf.tidy(() => lm.logits(batch).arraySync()[0]!);
  language.disposeBatch(batch);
  return out;
}

for (const family of FAMILIES) {
  const expected = reference.families[family]!;

  test(`${family}: logits, loss and gradients are those of Hugging Face`, () => {
    const { model: lm } = load(family);
    const got = logitsOf(lm, expected.ids);
    close(got.slice(-3).flat(), expected.logits.flat(), 1e-4);
    const batch = language.batchOf(lm, [
      language.promptOf(lm, model.METHODS.ar, [], [expected.ids]),
    ]);
    const T = expected.ids.length;
    const loss = (): tf.Scalar => {
      const all = tf.logSoftmax(lm.logits(batch)); // [1, T, V]
      const logs = all.slice([0, 0, 0], [1, T - 1, -1]); // [1, T - 1, V]
      const right = tf
        .oneHot(tf.tensor1d(expected.ids.slice(1), 'int32'), lm.config.vocabulary)
        .expandDims(0); // [1, T - 1, V]
      return logs
        .mul(right)
        .sum()
        .neg()
        .div(T - 1) as tf.Scalar;
    };
    const words = lm.parameters['words']!;
    const all = Object.values(lm.parameters);
    const { value, grads } = tf.variableGrads(loss, all);
    const gradient = grads[words.name] as tf.Tensor2D;
    if (expected.gradientNorm !== undefined) {
      const norm = Math.hypot(...Object.values(grads).map((g) => g.norm().dataSync()[0]!));
      close([norm], [expected.gradientNorm], 1e-4, 'norm of all gradients');
    }
    close([value.dataSync()[0]!], [expected.loss], 1e-4);
    close([gradient.norm().dataSync()[0]!], [expected.wordGradientNorm], 1e-4);
    close(
      gradient.gather(tf.tensor1d([expected.ids[3]!], 'int32')).dataSync(),
      expected.wordGradientRow,
      1e-4,
    );
    language.disposeBatch(batch);
    tf.dispose([value, grads]);
  });

  test(`${family}: InvICL's mask and positions give what Hugging Face gives under them`, (t) => {
    if (!expected.invicl)
      return t.skip(
        'its layers that look near make masks of their own in transformers; ' +
          'the forms are held equal below',
      );
    const { model: lm } = load(family);
    const { examples, test: asked, logits } = expected.invicl;
    const batch = language.batchOf(lm, [
      language.promptOf(lm, model.METHODS.invicl, examples, [asked]),
    ]);
    close(
      tf.tidy(() => lm.logits(batch).arraySync()[0]!.at(-1)!),
      logits,
      1e-4,
    );
    language.disposeBatch(batch);
  });

  test(`${family}: a context read before its tests, cached or not, answers as one pass`, () => {
    const { model: lm } = load(family);
    const examples = [
      [5, 6, 7, 8],
      [9, 10],
      [11, 12, 13, 14, 15, 16],
    ];
    const tests = [
      [20, 21, 22],
      [23, 24, 25, 26, 27],
    ];
    for (const key of ['ar', 'invicl', 'prefix', 'pcw', 'arSymmetric', 'boe'] as const) {
      const method = model.METHODS[key];
      const prompt = language.promptOf(lm, method, examples, tests);
      const batch = language.batchOf(lm, [prompt]);
      const whole = tf.tidy(() => lm.logits(batch).arraySync()[0]!);
      const cache = new language.ReadCache();
      for (let round = 0; round < 2; round++) {
        const context = language.readContext(lm, method, examples, cache);
        const staged = tf.tidy(() => language.readTests(lm, context, tests).arraySync());
        tests.forEach((tokens, i) =>
          tokens.forEach((_, offset) => {
            const row = prompt.layout.tokens.findIndex(
              (p) => p.block.part === 'test' && p.block.index === i && p.offset === offset,
            );
            close(staged[i]![offset]!, whole[row]!, 1e-4);
          }),
        );
        if (round === 1 && (key === 'ar' || key === 'invicl'))
          assert.equal(context.work.first, 0, 'nothing is read alone twice');
        language.disposeCache(context.cache);
      }
      cache.dispose();
      language.disposeBatch(batch);
    }
  });

  test(`${family}: what was read by other weights is read again`, () => {
    const { model: lm } = load(family);
    const examples = [[5, 6, 7], [9]];
    const cache = new language.ReadCache();
    const answers = (stored?: language.ReadCache): number[] =>
      tf.tidy(() => {
        const context = language.readContext(lm, model.METHODS.invicl, examples, stored);
        const scores = language
          .readTests(lm, context, [[20, 21]])
          .flatten()
          .arraySync();
        language.disposeCache(context.cache);
        return scores;
      });
    const before = answers(cache);
    tf.tidy(() => {
      const [weight] = Object.values(lm.parameters);
      weight!.assign(weight!.mul(-0.5));
    });
    const after = answers(cache);
    assert.notDeepEqual(after, before);
    close(after, answers(), 1e-5);
    cache.dispose();
  });

  test(`${family}: words are added one by one from memory as whole passes would`, () => {
    const { model: lm } = load(family);
    const begin = [3, 4, 5];
    const context = language.readContext(lm, model.METHODS.ar, []);
    const added = language.generate(lm, context, begin, 6);
    const slow: number[] = [];
    while (slow.length < 6) {
      const last = logitsOf(lm, [...begin, ...slow]).at(-1)!;
      const token = last.indexOf(Math.max(...last));
      if (token === lm.config.end) break;
      slow.push(token);
    }
    assert.deepEqual(added, slow);
  });

  test(`${family}: drawn words come as often as their probability says`, () => {
    const { model: lm } = load(family);
    const context = language.readContext(lm, model.METHODS.ar, []);
    const [before, logits] = [[3, 4, 5], logitsOf(lm, [3, 4, 5]).at(-1)!];
    const total = logits.reduce((sum, score) => sum + Math.exp(score), 0);
    const likeliest = logits.indexOf(Math.max(...logits));
    const p = Math.exp(logits[likeliest]!) / total;
    const random = core.stream(0, 'drawn words');
    const draws = Array.from({ length: 200 }, () =>
      language.generate(lm, context, before, 1, random),
    );
    const share = draws.filter(([token]) => token === likeliest).length / draws.length;
    assert.ok(Math.abs(share - p) < 4 * Math.sqrt((p * (1 - p)) / 200), `${share}, not ${p}`);
    const again = language.generate(lm, context, before, 5, core.stream(1, 'again'));
    assert.deepEqual(
      again,
      language.generate(lm, context, before, 5, core.stream(1, 'again')),
      'the same stream draws the same words',
    );
    language.disposeCache(context.cache);
  });

  test(`${family}: the temperature divides the scores of words that are drawn`, () => {
    const { model: lm } = load(family);
    const context = language.readContext(lm, model.METHODS.ar, []);
    const before = [3, 4, 5];
    const drawn = (count: number, temperature: number, seed = 0): number[] =>
      language.generate(lm, context, before, count, core.stream(seed, 'warm'), temperature);
    assert.deepEqual(drawn(5, 1e-5), language.generate(lm, context, before, 5), 'the likeliest');
    const scores = logitsOf(lm, before)
      .at(-1)!
      .map((score) => Math.exp(score / 0.3));
    const p = Math.max(...scores) / scores.reduce((a, b) => a + b);
    const likeliest = scores.indexOf(Math.max(...scores));
    const draws = Array.from({ length: 200 }, (_, seed) => drawn(1, 0.3, seed));
    const share = draws.filter(([token]) => token === likeliest).length / draws.length;
    assert.ok(Math.abs(share - p) < 4 * Math.sqrt((p * (1 - p)) / 200), `${share}, not ${p}`);
    refused(() => drawn(1, 0), 'temperature', '0');
    language.disposeCache(context.cache);
  });
}

test('tokens are those of Python’s tokenizers, on strings that are easily got wrong', () => {
  const { tokenizer } = load('gpt2');
  for (const { text: given, ids } of reference.tokens) {
    assert.deepEqual(tokenizer.encode(given), ids, JSON.stringify(given));
    assert.equal(tokenizer.decode(ids), given);
  }
});

test('InvICL: no order of the examples changes a score, in both styles; AR’s scores move', () => {
  const { model: lm, tokenizer } = load('gpt2');
  const examples = ['soup', 'dog in oslo', 'splendid coin'].map((input, i) => ({
    input,
    output: i % 2 ? 'Positive' : 'negative',
  }));
  const template = { between: '\n', after: '\n', longest: 12 };
  const scores = (
    key: model.MethodKey,
    style: 'direct' | 'channel',
    order: readonly number[],
  ): number[] =>
    language.scoreOptions(
      lm,
      tokenizer,
      [
        {
          examples: order.map((i) => examples[i]!),
          input: 'the boy',
          options: ['Positive', 'negative'],
        },
      ],
      { method: model.METHODS[key], template: { ...template, style } },
    )[0]!;
  for (const style of ['direct', 'channel'] as const) {
    close(scores('invicl', style, [2, 0, 1]), scores('invicl', style, [0, 1, 2]), 1e-5);
    const [a, b] = [scores('ar', style, [2, 0, 1]), scores('ar', style, [0, 1, 2])];
    assert.ok(a.some((value, i) => Math.abs(value - b[i]!) > 1e-4));
  }
});

test('scores: a batch of questions, means over tokens, SAICL takes each option alone', () => {
  const { model: lm, tokenizer } = load('gpt2');
  const examples = [{ input: 'soup', output: 'Positive' }];
  const template: language.Template = { style: 'direct', between: '\n', after: '\n', longest: 16 };
  const questions = [
    { examples, input: 'the boy', options: ['Positive', 'negative'] },
    {
      examples: [...examples, { input: 'a dog', output: 'negative' }],
      input: 'oslo',
      options: ['negative', 'cafés', 'x'],
    },
  ];
  for (const key of ['ar', 'saicl', 'nope'] as const) {
    const method = model.METHODS[key];
    const together = language.scoreOptions(lm, tokenizer, questions, { method, template });
    questions.forEach((question, i) =>
      close(
        language.scoreOptions(lm, tokenizer, [question], { method, template })[0]!,
        together[i]!,
        1e-5,
      ),
    );
    const sums = language.scoreOptions(lm, tokenizer, questions, {
      method,
      template,
      length: 'sum',
    });
    questions.forEach(({ options }, i) =>
      close(
        sums[i]!,
        together[i]!.map((mean, o) => mean * tokenizer.encode(`\n${options[o]}`).length),
        1e-4,
      ),
    );
  }
  assert.ok(Math.abs(core.softmax([0, 0]).reduce((a, b) => a + b) - 1) < 1e-12);
});

test('a session after any edits answers as a fresh one with the same examples', () => {
  const { model: lm, tokenizer } = load('gpt2');
  const template: language.Template = { style: 'direct', between: '\n', after: '\n', longest: 10 };
  const options = ['Positive', 'negative'];
  const inputs = ['soup', 'the dog', 'a coin in oslo', 'dawn', 'the splendid boy'];
  for (const method of ['invicl', 'ar']) {
    const config: language.SessionConfig = { options, texts: ['the boy', 'perhaps'] };
    const edit = fc.record({
      kind: fc.constantFrom('add', 'remove', 'replace', 'reorder', 'undo'),
      a: fc.nat(99),
      b: fc.nat(99),
    });
    const before = tf.memory().numTensors;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        const session = new language.PromptSession(
          language.tokenScorer({ model: lm, tokenizer }, method, template),
          config,
        );
        let examples: language.Demonstration[] = [];
        const past: language.Demonstration[][] = [];
        for (const { kind, a, b } of edits) {
          const n = examples.length;
          const example = { input: inputs[a % inputs.length]!, output: options[b % 2]! };
          const next =
            kind === 'add' && n < 5
              ? [...examples, example]
              : kind === 'remove' && n > 0
                ? examples.filter((_, i) => i !== a % n)
                : kind === 'replace' && n > 0
                  ? examples.map((old, i) => (i === b % n ? example : old))
                  : kind === 'reorder' && n > 1
                    ? [...examples.slice(1), examples[0]!]
                    : null;
          if (kind === 'undo' && past.length > 0) {
            session.undo();
            examples = past.pop()!;
          } else if (next) {
            if (kind === 'add') session.add(example.input, example.output);
            if (kind === 'remove') session.remove(a % n);
            if (kind === 'replace') session.replace(b % n, example.input, example.output);
            if (kind === 'reorder') session.reorder([...examples.keys()].slice(1).concat(0));
            past.push(examples);
            examples = next;
          }
        }
        assert.deepEqual(session.examples, examples);
        const fresh = language
          .scoreOptions(
            lm,
            tokenizer,
            config.texts.map((input) => ({ examples, input, options })),
            { method: model.methodOf(method), template, length: 'sum' },
          )
          .map(core.softmax);
        session.answers.forEach(({ probabilities }, i) => close(probabilities, fresh[i]!, 1e-4));
        session.dispose();
      }),
      { numRuns: 25, seed: 7 },
    );
    assert.ok(tf.memory().numTensors - before <= 40, 'all but what graphs keep is given back');
  }
});

test('a session computes only what an edit changed', () => {
  const scorer = language.tokenScorer(load('gpt2'), 'invicl', {
    style: 'direct',
    between: '\n',
    after: '\n',
    longest: 12,
  });
  const session = new language.PromptSession(scorer, {
    options: ['Positive', 'negative'],
    texts: ['the boy'],
  });
  for (const input of ['soup', 'the dog', 'dawn']) session.add(input, 'Positive');
  const whole = session.work.second;
  session.reorder([2, 0, 1]);
  assert.deepEqual(session.work, { first: 0, second: whole });
  session.remove(1);
  assert.equal(session.work.first, 0);
  session.undo();
  assert.deepEqual(session.work, { first: 0, second: whole });
  session.replace(0, 'a coin', 'negative');
  assert.ok(session.work.first > 0 && session.work.first < whole, 'one example is read alone');
  session.dispose();
});

test('bad sessions and questions get one sentence each, and change nothing', async (t) => {
  const { model: lm, tokenizer } = load('gpt2');
  const template: language.Template = { style: 'direct', between: '\n', after: '\n', longest: 12 };
  const make = (options: readonly string[], method = 'invicl'): language.PromptSession =>
    new language.PromptSession(language.tokenScorer({ model: lm, tokenizer }, method, template), {
      options,
      texts: ['the boy'],
    });
  await allRefused(t, [
    [() => make([]), 'without options'],
    [() => make(['a', 'a']), "'a'", 'twice'],
    [() => make(['a', '']), "The option ''", 'no tokens'],
    [() => make(['a', '  ']), 'no tokens'],
    [() => make(['a', 'b'], 'saicl').add('x', 'a'), 'SAICL'],
  ]);
  const session = make(['Positive', 'negative']);
  refused(() => session.add('soup', 'neutral'), "'neutral'", 'Positive, negative');
  refused(() => session.remove(0), 'Example 0', 'there are 0');
  refused(() => session.undo(), 'no edit');
  session.add('soup', 'Positive');
  const answers = session.answers;
  refused(() => session.replace(3, 'x', 'Positive'), 'Example 3');
  refused(() => session.reorder([1]), 'no order');
  refused(() => session.ask(['']), 'no tokens');
  assert.deepEqual(session.answers, answers);
  assert.equal(session.examples.length, 1);
  session.dispose();
  const ask = (
    question: Partial<language.Question>,
    key: model.MethodKey = 'ar',
    longest = 12,
  ): number[][] =>
    language.scoreOptions(
      lm,
      tokenizer,
      [{ examples: [], input: 'x', options: ['a', 'b'], ...question }],
      {
        method: model.METHODS[key],
        template: { ...template, longest },
      },
    );
  refused(() => ask({ examples: [{ input: 'soup', output: '' }] }), "'soup'", 'no answer');
  refused(() => ask({ input: '' }), "The input ''", 'no tokens');
  const many = Array.from({ length: 12 }, () => ({
    input: 'the dog in oslo at dawn',
    output: 'Positive',
  }));
  refused(() => ask({ examples: many }), 'position', '64');
  assert.equal(
    ask({ examples: many }, 'invicl').length,
    1,
    'symmetric positions take as many examples as one wants',
  );
  refused(
    () => ask({ options: ['a long option of very many words that fills everything'] }, 'ar', 4),
    'leaves no token for its input',
  );
  refused(() => lm.check([999], null), 'token 999', '320');
});

type Json = Record<string, unknown>;

/** A copy of a family's folder, in which `spoil` changed something. */
function spoilt(family: string, spoil: (folder: string) => void): string {
  const folder = join(scratch(), family);
  cpSync(folderOf(family), folder, { recursive: true });
  spoil(folder);
  return folder;
}

/** A copy of a family's folder, in which one JSON file was changed. */
const edited = (family: string, file: string, change: (json: Json) => object): string =>
  spoilt(family, (folder) => {
    const json = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Json;
    writeFileSync(join(folder, file), JSON.stringify(change(json)));
  });
const configured = (family: string, settings: Json): string =>
  edited(family, 'config.json', (json) => ({ ...json, ...settings }));

const halved = (folder: string): void => {
  const file = join(folder, 'model.safetensors');
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, whole.length / 2));
};
const SHARD = 'model-00002-of-00005.safetensors';

/** A file whose header names 2^38 numbers; no disk holds what is not written of it. */
const tooLarge = (file: string): void => {
  const entry = { dtype: 'F32', shape: [2 ** 19, 2 ** 19], data_offsets: [0, 2 ** 40] };
  const header = Buffer.from(JSON.stringify({ 'wte.weight': entry }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(file, Buffer.concat([length, header]));
  truncateSync(file, 8 + header.length + 2 ** 40);
};

/** Folders that are not whole, of another kind, or do not fit, and what their sentence holds. */
const UNFIT: Readonly<Record<string, readonly [() => string, ...words: (string | RegExp)[]]>> = {
  'no folder': [() => join(scratch(), 'none'), 'config.json', 'no such file'],
  'no weights': [
    () => spoilt('gpt2', (folder) => rmSync(join(folder, 'model.safetensors'))),
    'no model.safetensors',
  ],
  'half of the weights': [() => spoilt('gpt2', halved), 'model.safetensors', 'cut file'],
  'a missing shard': [
    () => spoilt('gpt_neo', (folder) => rmSync(join(folder, SHARD))),
    SHARD,
    'missing',
  ],
  'a shard outside': [
    () =>
      edited('gpt_neo', 'model.safetensors.index.json', (json) => ({
        ...json,
        weight_map: { a: '../secret.safetensors' },
      })),
    '../secret.safetensors',
    'outside its folder',
  ],
  'another family': [
    () => configured('gpt2', { model_type: 'mamba' }),
    '"mamba"',
    'gpt2, gpt_neo, gpt_neox, llama',
  ],
  'another activation': [
    () => configured('gpt2', { activation_function: 'relu' }),
    'activation_function',
    '"relu"',
  ],
  'no width': [() => edited('gpt2', 'config.json', ({ n_embd: _, ...json }) => json), "'n_embd'"],
  'a small vocabulary': [() => configured('gpt2', { vocab_size: 300 }), '320 tokens', 'only 300'],
  'a tokenizer of far fewer words': [
    () => configured('gpt2', { vocab_size: 400 }),
    '320 tokens, the model 400',
    'do not belong together',
  ],
  'a tokenizer that ends texts otherwise': [
    () => configured('gpt2', { eos_token_id: 5 }),
    'ends a text with token 5',
    'do not belong together',
  ],
  'more weights than memory': [
    () => spoilt('gpt2', (folder) => tooLarge(join(folder, 'model.safetensors'))),
    /need about \d+ MB of memory, and \d+ MB are free/,
    'Close other programs',
  ],
  'a layer too many': [() => configured('gpt2', { n_layer: 3 }), 'transformer.h.2'],
  'a large vocabulary': [
    () => configured('gpt2', { vocab_size: 321 }),
    "'words'",
    '[320, 32]',
    '[321, 32]',
  ],
  'layers without their kind': [() => configured('gpt_neo', { num_layers: 3 }), 'attention_types'],
  'other rotary positions': [
    () => configured('gpt_neox', { rope_parameters: { rope_type: 'yarn' } }),
    'rotary',
  ],
  'no vocabulary': [
    () => edited('gpt2', 'tokenizer.json', () => ({ model: {} })),
    'tokenizer.json',
    'no vocabulary',
  ],
  'half of the tokenizer': [
    () =>
      spoilt('gpt2', (folder) => writeFileSync(join(folder, 'tokenizer.json'), '{"model": {"vo')),
    'no JSON',
    'half downloaded',
  ],
};

test('a folder that is not whole or does not fit is refused in one sentence', async (t) => {
  for (const [name, [make, ...words]] of Object.entries(UNFIT))
    await t.test(name, () => {
      refused(() => language.loadLanguageModel(make()), ...words);
    });
});

test('a model written as a folder comes back with the same logits', () => {
  const { model: lm } = load('gpt2');
  const folder = scratch();
  language.writeLanguageModel(folder, lm, { made: 'by a test' });
  cpSync(join(folderOf('gpt2'), 'tokenizer.json'), join(folder, 'tokenizer.json'));
  const again = language.loadLanguageModel(folder);
  const { ids } = reference.families['gpt2']!;
  assert.deepEqual(logitsOf(again.model, ids), logitsOf(lm, ids));
  assert.equal(
    core.readSafetensors(join(folder, 'model.safetensors')).metadata['made'],
    'by a test',
  );
  refused(() => language.writeLanguageModel(folder, load('gpt_neox').model), 'gpt_neox');
  again.model.dispose();
});

test('a tokenizer of whole words: a line break is a word, others are unknown', () => {
  const tokenizer = language.tokenizerOf(
    language.wordTokenizerJson(['the', 'dog', 'red']),
    'words',
  );
  assert.deepEqual(tokenizer.encode('the dog\nred  cat\n'), [2, 3, 1, 4, 0, 1]);
  assert.equal(tokenizer.vocabulary, 5);
});

test('training on prompts of texts lowers the loss, resumes to the same bits', async () => {
  const tasks = metaicl.ownTasks(metaicl.OWN_SETTING.train.slice(0, 4), 40, 1);
  const words = [
    ...new Set(
      tasks.flatMap(({ rows }) =>
        rows.flatMap(({ input, output }) => [...input.split(' '), output]),
      ),
    ),
  ].sort();
  const tokenizer = language.tokenizerOf(language.wordTokenizerJson(words), 'words');
  const size = { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 128 };
  const config: language.LanguageModelConfig = {
    family: 'gpt2',
    vocabulary: tokenizer.vocabulary,
    size,
    architecture: model.GPT2,
    local: null,
    tied: true,
    end: null,
  };
  const template: language.Template = { style: 'direct', between: '\n', after: '\n', longest: 40 };
  for (const key of ['ar', 'invicl', 'prefix'] as const) {
    const run = async (
      cuts: readonly number[],
    ): Promise<{ losses: number[]; weights: number[] }> => {
      const lm = new language.LanguageModel(config, 1);
      const file = join(scratch(), 'run.safetensors');
      const given = {
        steps: 12,
        batch: 4,
        n: 2,
        tests: 1,
        logEvery: 1,
        freshLabels: ['red', 'blue', 'green', 'amber'],
        freshShare: 0.5,
      };
      for (const until of cuts) {
        const fresh = until === cuts[0] ? lm : new language.LanguageModel(config, 1);
        const trainer = new metaicl.TextTrainer(
          { model: fresh, tokenizer },
          model.METHODS[key],
          tasks,
          given,
          template,
        );
        await trainer.run({ until, checkpoint: file });
        const losses = trainer.curve.map(([, loss]) => loss);
        trainer.dispose();
        if (until === 12) {
          const weights = [...fresh.parameters['words']!.dataSync()];
          fresh.dispose();
          return { losses, weights };
        }
      }
      throw new Error('the last cut is the end');
    };
    const whole = await run([12]);
    assert.ok(whole.losses.at(-1)! < whole.losses[0]!);
    assert.deepEqual(await run([5, 12]), whole);
  }
});
