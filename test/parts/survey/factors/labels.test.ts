/**
 * Labels in demonstrations: each condition changes what it says and nothing else, the two numbers of
 * how much right labels matter by hand, and the three models that are asked.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, factors, language, model as models, scoring, small, world } from 'invicl';
import { allRefused, close, leavesNothing } from '../../../helpers';

const { stream } = core;
const random = (): core.Stream => stream(0, 'test of conditions');
const LABELS = ['red', 'green', 'blue'];
const WORDS = ['chair', 'stone', 'apple'];
const SHOWN = Array.from({ length: 12 }, (_, i) => ({
  input: `text ${i}`,
  output: LABELS[i % 3]!,
}));
const OTHERS = SHOWN.map(({ input }) => `other ${input}`);
const MATERIAL = { labels: LABELS, words: WORDS, others: OTHERS };
const outputs = (shown: readonly factors.ShownExample[]): (string | null)[] =>
  shown.map(({ output }) => output);
const inputs = (shown: readonly factors.ShownExample[]): (string | null)[] =>
  shown.map(({ input }) => input);
const rightIn = (shown: readonly factors.ShownExample[]): number[] =>
  shown.flatMap(({ output }, i) => (output === SHOWN[i]!.output ? [i] : []));

test('exactly round(p k) labels are right, and those of a smaller share are among those of a larger', () => {
  let before: number[] = [];
  const none = factors.withShareRight(random(), SHOWN, LABELS, 0);
  for (const share of [0, 0.25, 0.3, 0.5, 0.75, 1]) {
    const shown = factors.withShareRight(random(), SHOWN, LABELS, share);
    const right = rightIn(shown);
    assert.equal(right.length, Math.round(12 * share));
    assert.ok(before.every((i) => right.includes(i)));
    assert.deepEqual(inputs(shown), inputs(SHOWN));
    shown.forEach(({ output }, i) => {
      if (!right.includes(i)) assert.equal(output, none[i]!.output);
      assert.ok(LABELS.includes(output));
    });
    before = right;
  }
});

test('a wrong label is uniform among the others, a random one among all', () => {
  const many = Array.from({ length: 3000 }, () => ({ input: 'x', output: 'red' }));
  const share = (shown: readonly factors.ShownExample[], label: string): number =>
    outputs(shown).filter((one) => one === label).length / many.length;
  const wrong = factors.withShareRight(random(), many, LABELS, 0);
  assert.equal(share(wrong, 'red'), 0);
  close([share(wrong, 'green')], [1 / 2], 0.03);
  const drawn = factors.withRandomLabels(random(), many, LABELS);
  for (const label of LABELS) close([share(drawn, label)], [1 / 3], 0.03);
  const frequent = factors.withRandomLabels(random(), many, ['red', 'red', 'red', 'blue']);
  close([share(frequent, 'red')], [3 / 4], 0.03);
});

test('a condition keeps what the table says that it keeps', () => {
  for (const [name, kept] of Object.entries(factors.LABEL_CONDITIONS)) {
    const condition = name as factors.Condition;
    const shown = factors.inCondition(random(), condition, SHOWN, MATERIAL);
    if (condition === 'none') {
      assert.deepEqual(shown, []);
      continue;
    }
    assert.equal(shown.length, SHOWN.length, name);
    const same = inputs(shown).every((input, i) => input === SHOWN[i]!.input);
    assert.equal(same, kept.inputs, `${name}: inputs`);
    const ofLabels = outputs(shown).every((one) => one !== null && LABELS.includes(one));
    assert.equal(ofLabels, kept.labels, `${name}: labels`);
    const pairs = shown.every(({ input, output }) => input !== null && output !== null);
    assert.equal(pairs, kept.format, `${name}: format`);
    const options = factors.askedOptions(condition, MATERIAL);
    const mapped = shown.every(
      ({ input, output }, i) =>
        input === SHOWN[i]!.input &&
        output !== null &&
        options.indexOf(output) === LABELS.indexOf(SHOWN[i]!.output),
    );
    assert.equal(mapped, kept.mapping, `${name}: mapping`);
  }
});

test('conditions that draw alike have the same labels', () => {
  const labels = (name: factors.Condition): (string | null)[] =>
    outputs(factors.inCondition(random(), name, SHOWN, MATERIAL));
  assert.deepEqual(labels('inputs of another task'), labels('random labels'));
  assert.deepEqual(labels('labels only'), labels('random labels'));
  const words = labels('random unrelated words').map((word) => WORDS.indexOf(word!));
  assert.deepEqual(
    words,
    labels('random labels').map((label) => LABELS.indexOf(label!)),
  );
  assert.equal(factors.askedOptions('unrelated words', MATERIAL), WORDS);
  assert.equal(factors.askedOptions('random unrelated words', MATERIAL), LABELS);
});

test('sensitivity is the slope of the least-squares line, the effect ratio a share of the gain', () => {
  close([factors.labelSensitivity([0, 0.5, 1], [0.2, 0.4, 0.6])], [0.4], 1e-12);
  // means 0.5 and 0.5; sum of products 0.5 * 0.1 + 0.5 * 0.5 = 0.3; sum of squares 0.5
  close([factors.labelSensitivity([0, 0.5, 1], [0.4, 0.1, 1])], [0.6], 1e-12);
  close([factors.labelEffectRatio(0.8, 0.7, 0.4)!], [0.25], 1e-12);
  close([factors.labelEffectRatio(0.8, 0.4, 0.4)!], [1], 1e-12);
  assert.equal(factors.labelEffectRatio(0.5, 0.5, 0.4), 0);
  assert.equal(factors.labelEffectRatio(0.405, 0.3, 0.4), null);
  assert.equal(factors.labelEffectRatio(0.3, 0.3, 0.4), null);
  assert.equal(factors.labelEffectRatio(0.5, 0.5, 0.4, 0.2), null);
});

const toy = (): small.SmallModel =>
  new small.SmallModel({
    size: { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1 },
    seed: 1,
    smearedKeys: true,
    alignedStart: false,
  });
const input = (...words: readonly number[]): string => words.map((w) => world.WORDS[w]!).join(' ');
const WORLD_SHOWN = [
  { input: input(0, 6, 12), output: 'bad' },
  { input: input(3, 90, 41), output: 'good' },
];
const ASKED = [input(1, 2, 3), input(40, 50, 60)];
const WORLD_QUESTIONS = [
  [1, 2, 3],
  [40, 50, 60],
].map((one) => ({
  context: {
    examples: [
      { input: [0, 6, 12], label: 'bad' },
      { input: [3, 90, 41], label: 'good' },
    ],
  },
  input: one,
  options: ['bad', 'good'],
}));

test('whole demonstrations are scored as the scorers of TaskWorld score them', () => {
  const model = toy();
  for (const method of [models.METHODS.ar, models.METHODS.invicl]) {
    const scores = factors.smallAsker(model, method).ask(WORLD_SHOWN, ASKED, ['bad', 'good']);
    const expected = scoring.smallScorer(model, method).score(WORLD_QUESTIONS).scores;
    close(scores.flat(), expected.flat(), 1e-5);
  }
  const exact = scoring.worldScorer(new world.ExactBayes());
  assert.deepEqual(
    factors.worldAsker(exact).ask(WORLD_SHOWN, ASKED, ['bad', 'good']),
    exact.score(WORLD_QUESTIONS).scores,
  );
  leavesNothing(
    () => void factors.smallAsker(model, models.METHODS.ar).ask([], ASKED, ['bad', 'good']),
  );
  model.dispose();
});

test('what is missing of a demonstration cannot be read', () => {
  const model = toy();
  const asker = factors.smallAsker(model, models.METHODS.ar);
  const ask = (shown: readonly factors.ShownExample[]): readonly (readonly number[])[] =>
    asker.ask(shown, ASKED, ['bad', 'good']);
  const without = (part: 'input' | 'output', from: readonly factors.ShownExample[]) =>
    from.map((one) => ({ ...one, [part]: null }));
  const [a, b] = [WORLD_SHOWN, WORLD_SHOWN.map((one) => ({ ...one, input: input(7, 8, 9) }))];
  assert.notDeepEqual(ask(a), ask(b));
  assert.deepEqual(ask(without('input', a)), ask(without('input', b)));
  const flipped = [...WORLD_SHOWN].map((one, i) => ({ ...one, output: ['good', 'bad'][i]! }));
  assert.notDeepEqual(ask(a), ask(flipped));
  assert.deepEqual(ask(without('output', a)), ask(without('output', flipped)));
  assert.notDeepEqual(ask(without('output', a)), ask([]));
  model.dispose();
});

const TEXTS = language.freshLanguageModel(
  language.tokenizerOf(
    language.wordTokenizerJson('a b c red green is . ;'.split(' ')),
    'words of a test',
  ),
  { width: 16, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 64 },
  0,
);
const TEMPLATE: language.Template = { style: 'direct', between: ' is ', after: ' ; ', longest: 4 };

test('a text shows what there is of a demonstration, and is read before the question', () => {
  const parts = [
    { input: 'a b c a b', output: null },
    { input: null, output: 'red' },
  ];
  assert.equal(factors.partsText(TEXTS, parts, TEMPLATE), 'a b c a ; red ; ');
  const asker = factors.textAsker(TEXTS, TEMPLATE);
  const scores = asker.ask(parts, ['a', 'b'], ['red', 'green']);
  const begin = 'a b c a ; red ; ';
  const questions = ['a', 'b'].map((one) => ({
    input: one,
    options: ['red', 'green'],
    examples: [],
  }));
  const expected = scoring.textScorer(TEXTS, { template: { ...TEMPLATE, begin } });
  assert.deepEqual(scores, expected.score(questions).scores);
  const shown = [{ input: 'a b', output: 'red' }];
  assert.deepEqual(
    asker.ask(shown, ['a', 'b'], ['red', 'green']),
    scoring
      .textScorer(TEXTS, { template: TEMPLATE })
      .score(questions.map((one) => ({ ...one, examples: shown }))).scores,
  );
});

test('what cannot be is refused', async (t) => {
  const SCORER = scoring.worldScorer(new world.ExactBayes());
  const exact = factors.worldAsker(SCORER);
  const options = ['bad', 'good'];
  await allRefused(t, [
    [() => factors.withShareRight(random(), SHOWN, ['red', 'green'], 1), 'red', 'blue'],
    [() => factors.withShareRight(random(), SHOWN, LABELS, 1.5), '1.5'],
    [() => factors.withRandomLabels(random(), SHOWN, []), 'Labels', 'at least 1'],
    [() => factors.withOtherWords(SHOWN, LABELS, ['chair', 'stone']), '3 labels', 'chair'],
    [() => factors.inCondition(random(), 'no' as factors.Condition, SHOWN, MATERIAL), 'no'],
    [
      () => factors.inCondition(random(), 'gold', SHOWN, { ...MATERIAL, others: ['one'] }),
      'Inputs of another task',
      'at least 12',
    ],
    [() => factors.askedOptions('no' as factors.Condition, MATERIAL), 'no'],
    [() => factors.labelSensitivity([1, 1], [0, 1]), '2 accuracies', '1, 1'],
    [() => factors.labelEffectRatio(2, 0, 0), 'true labels', '2'],
    [() => factors.labelEffectRatio(1, 0, 0, 0), 'smallest gain', '0'],
    [() => factors.worldAsker({} as typeof SCORER), 'The scorer', 'score'],
    [() => exact.ask([{ input: null, output: 'bad' }], ASKED, options), 'without input or label'],
    [() => exact.ask([{ input: 'storm pie', output: 'bad' }], ASKED, options), 'storm pie'],
    [() => exact.ask([], ['Ada Ada Ada'], options), 'Ada'],
  ]);
});
