/**
 * Texts and prompts that a language model cannot or should not read: too long, empty, of strange
 * characters, with labels that begin alike. Each is answered, or refused in one sentence at once.
 */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { language, model, tf } from 'invicl';

import { allRefused, close, fixture, leavesNothing, refused, type Refusal } from '../helpers';

const SMALL = language.loadLanguageModel(fixture(join('models', 'llama')));
const TEMPLATE: language.Template = { style: 'direct', between: '\n', after: '\n', longest: 12 };
const shown = (input: string, output = 'good'): language.Demonstration => ({ input, output });

/** The real model, where it was fetched. */
function realFolder(): string | undefined {
  try {
    return language.smolLM2Folder();
  } catch {
    return undefined;
  }
}
const real = realFolder();
const ifReal = { skip: real ? false : 'run npm run data -- smollm2 to test it' };

/** Asserts that something takes less than some seconds, and returns what it gives. */
function within<T>(seconds: number, work: () => T): T {
  const began = performance.now();
  const found = work();
  const took = (performance.now() - began) / 1000;
  assert.ok(took < seconds, `${took} s, more than ${seconds} s`);
  return found;
}

/** 10 MB of words, and 10 MB without a blank, which no beginning can be cut from. */
const WORDS = 'the boy saw it\n'.repeat(666_667);
const UNBROKEN: Readonly<Record<string, string>> = {
  letters: 'a'.repeat(1e7),
  blanks: ' '.repeat(1e7),
  emoji: '😀'.repeat(5e6),
  control: '\u0001'.repeat(1e7),
};

test('10 MB of text become no tokens: one sentence, at once', () => {
  for (const text of [WORDS, ...Object.values(UNBROKEN)])
    within(3, () =>
      refused(
        () => SMALL.tokenizer.encode(text),
        /A text of 100000\d\d? characters|A text of 10000000 characters/,
        '100000 are the most',
        'Give its beginning',
      ),
    );
});

test('of 10 MB of words a scorer and a session read the beginning, as of a short text', () => {
  const start = WORDS.slice(0, 600);
  const question = (text: string): language.Question => ({
    examples: [shown(text), shown('the girl', 'bad')],
    input: text,
    options: ['good', 'bad'],
  });
  const [long, short] = [WORDS, start].map((text) =>
    within(5, () =>
      language.scoreOptions(SMALL.model, SMALL.tokenizer, [question(text)], {
        method: model.METHODS.ar,
        template: TEMPLATE,
      }),
    ),
  );
  assert.deepEqual(long, short);
  const scorer = language.tokenScorer(SMALL, 'invicl', TEMPLATE);
  const session = new language.PromptSession(scorer, { options: ['good', 'bad'], texts: [WORDS] });
  within(5, () => session.add(WORDS, 'good'));
  const { probabilities } = session.answers[0]!;
  session.undo();
  session.ask([start]);
  session.add(start, 'good');
  assert.deepEqual(session.answers[0]!.probabilities, probabilities);
  for (const text of Object.values(UNBROKEN)) {
    within(3, () => refused(() => session.add(text, 'good'), /most|has no text/));
    within(3, () => refused(() => session.ask([text]), /most|is empty/));
    within(3, () => refused(() => session.add('the boy', text), 'has the label', /.{0,200}/));
  }
  assert.equal(session.examples.length, 1, 'what was refused changed nothing');
  session.dispose();
});

test('a sentence about a long or strange text holds its beginning only, in one line', () => {
  const text = 'x\n\u001b\ud800'.repeat(1e5);
  const make = (options: readonly string[]): unknown =>
    language.tokenScorer(SMALL, 'ar', TEMPLATE).score([], ['x'], options);
  for (const run of [() => make([text, text]), () => SMALL.tokenizer.encode(text)])
    assert.throws(run, (error: Error) => {
      assert.ok(error.message.length < 400, error.message.slice(0, 500));
      assert.match(error.message, /x\\n\\u001b\\ud800x/);
      assert.doesNotMatch(error.message, /[\p{Cc}\p{Cs}]/u);
      return true;
    });
});

test('10 MB without a blank are refused by a sentence encoder at once', () => {
  const encoder = language.loadEncoder(fixture(join('encoders', 'bert')));
  for (const text of Object.values(UNBROKEN))
    within(3, () => refused(() => encoder.encode([text]), 'characters', '100000 are the most'));
  encoder.dispose();
});

test('the tokens of a long input are those that its whole text begins with', () => {
  const part = fc.constantFrom(' ', '  ', '\n', '\n\n', '\t', 'the', 'boy', '12', '🙂', '!', 'é');
  fc.assert(
    fc.property(fc.array(part, { minLength: 700, maxLength: 900 }), (parts) => {
      const input = `the${parts.join('')}`;
      const whole = SMALL.tokenizer.encode(input);
      const tokens = language.exampleTokens(SMALL.tokenizer, shown(input), TEMPLATE);
      const rest = SMALL.tokenizer.encode('\ngood').length + SMALL.tokenizer.encode('\n').length;
      assert.deepEqual(tokens.slice(0, 12 - rest), whole.slice(0, 12 - rest));
      assert.equal(tokens.length, 12);
    }),
    { numRuns: 60, seed: 1 },
  );
});

const { ar, pcw, boe, prefix, invicl, inviclOwnPlaces } = model.METHODS;
const MASKS = { ar, pcw, boe, prefix, invicl, inviclOwnPlaces };

for (const [key, method] of Object.entries(MASKS)) {
  const scored = (
    examples: readonly language.Demonstration[],
    input = 'the boy',
    options: readonly string[] = ['good', 'bad'],
    template = TEMPLATE,
  ): readonly number[] => {
    const scorer = language.tokenScorer(SMALL, method, template);
    try {
      return scorer.score(examples, [input], options).scores[0]!;
    } finally {
      scorer.dispose();
    }
  };
  const whole = (
    examples: readonly language.Demonstration[],
    input = 'the boy',
    options: readonly string[] = ['good', 'bad'],
  ): readonly number[] =>
    language.scoreOptions(SMALL.model, SMALL.tokenizer, [{ examples, input, options }], {
      method,
      template: TEMPLATE,
      length: 'sum',
    })[0]!;

  test(`${key}: none, one, alike and strange demonstrations are read, and whole prompts agree`, () => {
    for (const examples of [
      [],
      [shown('the girl')],
      [shown('the girl'), shown('the girl')],
      [shown('\ud800\u0000😀', 'bad'), shown('the boy', '\u200b')],
    ])
      leavesNothing(() => close(scored(examples), whole(examples), 1e-4));
    for (const input of ['\u0000\u0007', '\udc00 and \ud800', '👨‍👩‍👧', '\u200b', '<|endoftext|>'])
      close(scored([shown('x')], input), whole([shown('x')], input), 1e-4, JSON.stringify(input));
  });

  test(`${key}: demonstrations, texts and labels that are empty, alike or too long`, async (t) => {
    const long = { ...TEMPLATE, longest: 5000 };
    const refusals: Refusal[] = [
      [() => scored([shown('', 'bad')]), "answer 'bad' has no text", 'Give each example its text'],
      [() => scored([shown(' \n\t ', 'bad')]), "answer 'bad' has no text"],
      [() => scored([shown('the boy', '')]), "'the boy' has no answer"],
      [() => scored([shown('the boy', ' ')]), "'the boy' has no answer"],
      [() => scored([], ''), "The input '' is empty"],
      [() => scored([], ' \n '), "The input ' \\n ' is empty"],
      [() => scored([], 'x', ['good', 'good']), "'good' was given twice"],
      [() => scored([], 'x', ['good', '']), "The option '' is empty"],
      [() => scored([], 'x', ['good', ' \n']), "The option ' \\n' is empty"],
      [
        () =>
          scored([shown('x'), shown('the boy '.repeat(3000)), shown('x')], 'x', ['a', 'b'], long),
        /needs position \d+, but the model knows 64/,
        'Use fewer or shorter examples',
      ],
      [
        () => scored([], 'the boy '.repeat(3000), ['a', 'b'], long),
        /needs position \d+, but the model knows 64/,
      ],
    ];
    const before = tf.memory().numTensors;
    await allRefused(t, refusals);
    assert.equal(tf.memory().numTensors, before, 'no tensor is left');
    // cut to 12 tokens, the one of 5,000 is an example like others
    const among = [shown('x'), shown('the boy '.repeat(3000), 'bad'), shown('x')];
    close(scored(among), whole(among), 1e-4);
  });
}

test('more tokens than a mask may have are refused before any is read', (t) => {
  const extend = t.mock.method(SMALL.model, 'extend');
  const many = Array.from({ length: 600 }, (_, i) => [...Array(20).keys()].map((k) => k + (i % 9)));
  for (const method of [boe, invicl, inviclOwnPlaces])
    within(3, () =>
      refused(
        () => language.readContext(SMALL.model, method, many),
        // by the bound of masks, or where there is little memory by that of attention
        /The mask of \d{5} tokens under .* asked for, and 11585 are the most|12000 tokens .* need/,
      ),
    );
  assert.equal(extend.mock.callCount(), 0);
});

test('attention that no machine holds is refused before any token is read', () => {
  const size = { width: 8, layers: 1, heads: 1, mlpRatio: 1, maxPositions: 1e6 };
  const tokenizer = language.tokenizerOf(language.wordTokenizerJson(['a']), 'words');
  const loaded = language.freshLanguageModel(tokenizer, size, 0);
  const heads = { ...loaded.model.config, size: { ...size, heads: 1e6 } };
  const many = Object.create(loaded.model, { config: { value: heads } }) as language.LanguageModel;
  refused(
    () => language.readContext(many, boe, [Array<number>(5000).fill(2)]),
    /Attention scores of 1 x 5000 tokens and 5000 keys need .* GB, and this machine has/,
  );
  loaded.model.dispose();
});

/**
 * The logarithm of the probability of tokens after others under AR, token by token: one plain
 * forward pass over the beginning for each, and a softmax in 64 bits.
 */
function byPlainLoop(
  lm: language.LanguageModel,
  before: readonly number[],
  scored: readonly number[],
): number {
  let sum = 0;
  scored.forEach((word, i) => {
    const tokens = [...before, ...scored.slice(0, i)];
    const T = tokens.length;
    const bias = tokens.map((_, r) => tokens.map((__, c) => (c <= r ? 0 : -1e9)));
    const row = tf.tidy(() => {
      const logits = lm.logits({
        tokens: tf.tensor2d([tokens], [1, T], 'int32'),
        positions: tf.tensor2d([[...tokens.keys()]], [1, T], 'int32'),
        bias: tf.tensor4d([[bias]]),
      });
      return logits.slice([0, T - 1, 0], [1, 1, -1]).dataSync<'float32'>();
    });
    const most = row.reduce((a, b) => Math.max(a, b));
    let total = 0;
    for (const score of row) total += Math.exp(score - most);
    sum += row[word]! - most - Math.log(total);
  });
  return sum;
}

/** Labels whose first tokens are the same are told apart by the others, by all that scores. */
function scoredWhole(loaded: language.LoadedModel, template: language.Template): void {
  const { model: lm, tokenizer } = loaded;
  const options = ['very good', 'very bad', 'very'];
  const labels = options.map((option) => tokenizer.encode(`${template.between}${option}`));
  const shared = tokenizer.encode(`${template.between}very`);
  for (const label of labels)
    assert.deepEqual(
      label.slice(0, shared.length),
      shared,
      'the labels begin with the same tokens',
    );
  const examples = [shown('a fine film', 'very good'), shown('a dull film', 'very bad')];
  const input = 'the boy saw it';
  const before = [
    ...tokenizer.encode(template.begin ?? ''),
    ...examples.flatMap((one) => language.exampleTokens(tokenizer, one, template)),
    ...tokenizer.encode(input),
  ];
  const byHand = labels.map((label) => byPlainLoop(lm, before, label));
  assert.equal(new Set(byHand.map((score) => score.toFixed(3))).size, 3, 'three different scores');
  const question = { examples, input, options };
  const scoring = { method: ar, template };
  const [sums] = language.scoreOptions(lm, tokenizer, [question], { ...scoring, length: 'sum' });
  close(sums!, byHand, 1e-4, 'sums of whole prompts');
  const [means] = language.scoreOptions(lm, tokenizer, [question], { ...scoring, length: 'mean' });
  const perToken = byHand.map((score, k) => score / labels[k]!.length);
  close(means!, perToken, 1e-4, 'means of whole prompts');
  const scorer = language.tokenScorer(loaded, 'ar', template);
  close(scorer.score(examples, [input], options).scores[0]!, byHand, 1e-4, 'a session');
  scorer.dispose();
}

test('labels that begin alike are scored whole', () => {
  scoredWhole(SMALL, { ...TEMPLATE, longest: 20, begin: '<|endoftext|>' });
});

test('the real model: labels that share their first token are scored whole', ifReal, () => {
  const loaded = language.loadLanguageModel(real!);
  const between = '\nOutput: ';
  scoredWhole(loaded, { ...TEMPLATE, between, after: '\n\n', begin: '<|endoftext|>', longest: 64 });
  loaded.model.dispose();
});
