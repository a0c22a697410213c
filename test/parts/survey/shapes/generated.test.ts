/** Demonstrations that models write themselves, and what they are worth. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, language, model, shapes, small, world } from 'invicl';
import { GENERATED, naturalTask } from 'invicl/dist/parts/survey/generatedsources';
import {
  measureGeneratedText,
  measureGeneratedWorld,
} from 'invicl/dist/parts/survey/generatedmeasures';
import { textSubjects } from 'invicl/dist/parts/survey/choosingsubjects';
import { ownSplits, randomModel } from 'invicl/dist/parts/survey/splittasks';
import { allRefused, close, leavesNothing } from '../../../helpers';

const network = new small.SmallModel({
  size: { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1 },
  seed: 1,
  smearedKeys: true,
  alignedStart: false,
});
const LABELS = ['bad', 'good'];
const random = (): core.Stream => core.stream(0, 'generated');

/** Probabilities of the word at a place of the input, each word by itself, [words]. */
function wordShares(label: string, input: world.Input, place: number): number[] {
  const lines = world.WORDS.map((_, w) => ({
    context: { examples: [] },
    input: input.map((old, i) => (i === place ? w : old)),
    label,
  }));
  const { ar } = model.METHODS;
  const logs = small.smallLogLines(network, ar, lines, world.MARKS.channel).line;
  const shares = logs.map((line) => Math.exp(line[2 + place]!)); // label, mark, input
  const total = shares.reduce((a, b) => a + b);
  return shares.map((share) => share / total);
}

test('words come as often as the small model says, at any temperature', () => {
  const shares = wordShares('bad', [0, 0, 0], 0);
  for (const temperature of [1, 0.25]) {
    const powers = shares.map((share) => share ** (1 / temperature));
    const total = powers.reduce((a, b) => a + b);
    const found = shapes.generateWorldExamples(network, ['bad'], 1000, random(), temperature);
    shares.forEach((_, w) => {
      const p = powers[w]! / total;
      const share = found.filter(({ input }) => input[0] === w).length / 1000;
      assert.ok(
        Math.abs(share - p) < 0.001 + 4 * Math.sqrt((p * (1 - p)) / 1000),
        `${share}, ${p}`,
      );
    });
  }
});

test('at a low temperature each word is the likeliest after those before it', () => {
  for (const label of LABELS) {
    let expected: number[] = [0, 0, 0];
    for (let place = 0; place < 3; place++) {
      const shares = wordShares(label, expected, place);
      expected = expected.map((old, i) =>
        i === place ? shares.indexOf(Math.max(...shares)) : old,
      );
    }
    const found = shapes.generateWorldExamples(network, [label], 3, random(), 1e-4);
    found.forEach(({ input }) => assert.deepEqual(input, expected));
  }
});

test('labels are in balance and in random order', () => {
  const found = shapes.generateWorldExamples(network, LABELS, 41, random());
  const labels = found.map(({ label }) => label);
  assert.equal(labels.filter((label) => label === 'bad').length, 21);
  const inTurn = labels.map((_, i) => LABELS[i % 2]!);
  assert.notDeepEqual(labels, inTurn);
  assert.deepEqual(found, shapes.generateWorldExamples(network, LABELS, 41, random()));
});

const WORDS = ['the', 'dog', 'cat', 'red', 'blue', 'Task:', 'Label:', 'Text:', 'animal'];
const texts = language.freshLanguageModel(
  language.tokenizerOf(language.wordTokenizerJson(WORDS), 'words'),
  { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 64 },
  3,
);
const template: language.Template = {
  style: 'direct',
  between: ' ',
  after: '\n',
  begin: 'the',
  longest: 16,
};
const given = { title: 'animal', template, longest: 6 };

const PROMPTS = {
  completion: (label: string) => `the Task: animal\nLabel: ${label}\nText:`,
  request: (label: string) =>
    'the <|im_start|>user\nWrite one sentence of a animal. ' +
    `Label: ${label}.<|im_end|>\n<|im_start|>assistant\n`,
};

test('a text is the first line that the model writes after the prompt', () => {
  const { model: lm, tokenizer } = texts;
  const context = language.readContext(lm, model.METHODS.ar, []);
  for (const prompt of ['completion', 'request'] as const) {
    const as = { ...given, prompt, temperature: 1e-4 };
    const found = shapes.generateTextExamples(texts, ['red', 'blue', 'cat'], 4, random(), as);
    assert.deepEqual(
      found.map(({ output }) => output),
      ['red', 'blue', 'cat', 'red'],
    );
    for (const { input, output } of found) {
      const tokens = tokenizer.encode(PROMPTS[prompt](output));
      const lines = tokenizer.decode(language.generate(lm, context, tokens, 6)).split('\n');
      assert.equal(input, lines.map((line) => line.trim()).find((line) => line !== '') ?? '...');
    }
  }
  language.disposeCache(context.cache);
});

test('no text is empty or goes on in another line', () => {
  const as = { ...given, longest: 2, temperature: 1 };
  const drawn = (): string[] =>
    shapes.generateTextExamples(texts, ['red'], 40, random(), as).map(({ input }) => input);
  const inputs = drawn();
  assert.ok(inputs.every((input) => input !== '' && !input.includes('\n')));
  assert.ok(new Set(inputs).size > 10);
  assert.deepEqual(inputs, drawn());
  const blank = { ...texts, tokenizer: { ...texts.tokenizer, decode: () => ' \n' } };
  assert.equal(shapes.generateTextExamples(blank, ['red'], 1, random(), as)[0]!.input, '...');
});

test('the curve of true demonstrations is read backwards', () => {
  const curve = [
    [0, 0.5],
    [2, 0.6],
    [4, 0.55],
    [8, 0.8],
    [16, 0.8],
  ] as const;
  const worth = (accuracy: number): number => shapes.goldEquivalent(curve, accuracy);
  close([0.5, 0.55, 0.6, 0.7, 0.8].map(worth), [0, 1, 2, 6, 8], 1e-12);
  assert.equal(worth(0.2), 0, 'below its start');
  assert.equal(worth(0.9), 16, 'above its end');
  assert.equal(shapes.goldEquivalent([[0, 0.5]], 0.7), 0, 'a curve of one point');
});

/** What was put, by n and metric, each once. */
function putInto(found: Map<string, number>) {
  return (n: number, metric: string, value: number): void => {
    assert.ok(Number.isFinite(value), metric);
    assert.ok(!found.has(`${n}: ${metric}`), `${metric} is put once after ${n}`);
    found.set(`${n}: ${metric}`, value);
  };
}

test('in TaskWorld true demonstrations help, and labels in random order do not', () => {
  const found = new Map<string, number>();
  measureGeneratedWorld(null, { tasks: 8, questions: 6, ks: [2, 16] }, 0, putInto(found));
  assert.deepEqual([...found.keys()].sort(), [
    '0: accuracy, gold',
    '16: accuracy, gold',
    '16: accuracy, random labels',
    '2: accuracy, gold',
    '2: accuracy, random labels',
  ]);
  assert.ok(found.get('16: accuracy, gold')! > 0.9);
  assert.ok(found.get('16: accuracy, gold')! > found.get('2: accuracy, gold')!);
  assert.ok(found.get('16: accuracy, random labels')! < found.get('16: accuracy, gold')! - 0.2);
});

test('in TaskWorld generated demonstrations are asked of the model and of the exact answer', () => {
  const found = new Map<string, number>();
  const sizes = { tasks: 1, questions: 6, ks: [2, 4] };
  measureGeneratedWorld(network, sizes, 0, putInto(found));
  const { task, sources, inputs, right } = naturalTask(
    network,
    6,
    4,
    core.stream(0, 'generated demonstrations', 0),
  );
  const generated = sources[GENERATED]!;
  const labelled = generated.filter(({ input, label }) => {
    return label === task.labels[world.classOf(task.rule, input)];
  });
  assert.equal(found.get('4: right, generated'), labelled.length / 4);
  const exact = new world.ExactBayes(world.WORLD, {}, world.trainedPrior());
  for (const n of sizes.ks) {
    const labels = generated.slice(0, n).map(({ label }) => label);
    assert.equal(labels.filter((label) => label === task.labels[0]).length, n / 2);
    const context = { examples: generated.slice(0, n) };
    const isRight = (answers: ArrayLike<number>, q: number): boolean => {
      const [zero, one] = task.labels.map((label) => answers[world.labelIndex(label)]!);
      return (zero! >= one! ? 0 : 1) === right[q];
    };
    const byExact = inputs.filter((input, q) => isRight(exact.answers(context, input), q));
    assert.equal(found.get(`${n}: accuracy of exact Bayes, generated`), byExact.length / 12);
    const asked = inputs.map((input) => ({ context, input }));
    const answers = small.smallAnswers(network, model.METHODS.ar, asked);
    const byModel = inputs.filter((_, q) => isRight(answers[q]!, q));
    assert.equal(found.get(`${n}: accuracy, generated`), byModel.length / 12);
  }
  const curve = [0, 2, 4].map((n) => [n, found.get(`${n}: accuracy, gold`)!] as const);
  assert.equal(
    found.get('4: gold equivalent'),
    shapes.goldEquivalent(curve, found.get('4: accuracy, generated')!),
  );
  leavesNothing(() => measureGeneratedWorld(network, sizes, 0, () => undefined));
});

test('on texts all sources have their labels in balance, and shorter prompts are prefixes', () => {
  const splits = ownSplits(0, { test: 4, dev: 0 });
  const loaded = randomModel(splits, []);
  const vectors = (rows: readonly string[]) => rows.map((text) => [text.length, 1]);
  const form: language.Template = { style: 'direct', between: '\n', after: '\n', longest: 64 };
  const [subject] = textSubjects(splits, loaded, form, vectors, 24);
  const asked: (readonly language.Demonstration[])[] = [];
  const counting = {
    ...subject!,
    scorer: {
      name: 'counts',
      score: (questions: readonly language.Question[]) => {
        asked.push(questions[0]!.examples);
        return subject!.scorer.score(questions);
      },
    },
  };
  const found = new Map<string, number>();
  const row = subject!.pool[0]!;
  const likeFirstRow = (rows: readonly string[]) => rows.map(() => row.vector);
  const measure = (put: (n: number, metric: string, value: number) => void): void =>
    measureGeneratedText([counting], loaded, form, likeFirstRow, [2, 4], 0, put);
  measure(putInto(found));
  const [none, gold2, random2, generated2, gold, permuted, generated] = asked;
  assert.equal(asked.length, 7);
  assert.equal(none!.length, 0);
  assert.deepEqual(
    [gold2, random2, generated2],
    [gold, permuted, generated].map((l) => l!.slice(0, 2)),
  );
  for (const shown of asked.slice(1))
    for (let n = 0; n < shown.length; n += 2)
      assert.equal(new Set(shown.slice(n, n + 2).map(({ output }) => output)).size, 2);
  const pairs = subject!.pool.map(({ input, output }) => `${input} | ${output}`);
  assert.ok(gold!.every(({ input, output }) => pairs.includes(`${input} | ${output}`)));
  assert.deepEqual(
    permuted!.map(({ input }) => input),
    gold!.map(({ input }) => input),
  );
  assert.equal(found.get('4: right, generated by nearest'), 0.5, 'all texts are near one row');
  const metric = 'accuracy, batch calibration';
  const curve = [0, 2, 4].map((n) => [n, found.get(`${n}: ${metric}, gold`)!] as const);
  assert.equal(
    found.get('4: gold equivalent'),
    shapes.goldEquivalent(curve, found.get(`4: ${metric}, generated`)!),
  );
  assert.equal(
    found.get('2: accuracy, random labels'),
    found.get(`2: accuracy, random labels, ${subject!.title}`),
  );
  leavesNothing(() => measure(() => undefined));
  loaded.model.dispose();
});

test('it leaves no tensor', () => {
  leavesNothing(() => void shapes.generateWorldExamples(network, LABELS, 4, random()));
  leavesNothing(() => void shapes.generateTextExamples(texts, ['red'], 2, random(), given));
});

test('what cannot be is refused', async (t) => {
  const { generateWorldExamples: ofWorld, generateTextExamples: ofTexts } = shapes;
  const notOne = null as never;
  await allRefused(t, [
    [() => ofWorld(notOne, LABELS, 2, random()), 'model', 'null'],
    [() => ofWorld(network, [], 2, random()), 'Labels', 'at least 1'],
    [() => ofWorld(network, ['the'], 2, random()), 'the'],
    [() => ofWorld(network, LABELS, 0, random()), 'number of examples', '0'],
    [() => ofWorld(network, LABELS, 2, notOne), 'stream'],
    [() => ofWorld(network, LABELS, 2, random(), 0), 'temperature', '0'],
    [() => ofTexts(notOne, ['red'], 2, random(), given), 'model', 'null'],
    [() => ofTexts(texts, [], 2, random(), given), 'Labels', 'at least 1'],
    [() => ofTexts(texts, ['red'], 0, random(), given), 'number of demonstrations', '0'],
    [() => ofTexts(texts, ['red'], 2, notOne, given), 'stream'],
    [() => ofTexts(texts, ['red'], 2, random(), { ...given, title: notOne }), 'title'],
    [() => ofTexts(texts, ['red'], 2, random(), { ...given, template: notOne }), 'template'],
    [() => ofTexts(texts, ['red'], 2, random(), { ...given, prompt: 'song' as never }), 'song'],
    [() => ofTexts(texts, ['red'], 2, random(), { ...given, longest: 0 }), 'tokens', '0'],
    [() => ofTexts(texts, ['red'], 2, random(), { ...given, longest: 99 }), 'position'],
    [() => ofTexts(texts, ['red'], 2, random(), { ...given, temperature: -1 }), 'temperature'],
    [() => ofTexts(texts, ['red'], 2, random(), { ...given, warm: 1 } as never), 'warm'],
    [() => shapes.goldEquivalent([], 0.5), 'curve', 'at least 1'],
    [() => shapes.goldEquivalent([[1, 0.5]], 0.5), 'demonstrations', '[1]'],
    [
      () =>
        shapes.goldEquivalent(
          [
            [0, 0.5],
            [0, 0.6],
          ],
          0.5,
        ),
      'demonstrations',
      '[0,0]',
    ],
    [() => shapes.goldEquivalent([[0, 2]], 0.5), 'curve', '2'],
    [() => shapes.goldEquivalent([[0, 0.5]], NaN), 'accuracy', 'NaN'],
  ]);
});
