/** Edits of facts: which are drawn, how they are shown, what is measured, and both ways by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, evaluation, language, scoring, work } from 'invicl';
import { allRefused, close, leavesNothing, refused } from '../../../helpers';
import { measuredBy, planOf } from '../measuring';

const wrong = <T>(value: unknown): T => value as T;
const random = (...labels: (string | number)[]): core.Stream => core.stream(37, ...labels);
const EDITS = work.drawEdits(random('edits'), 6, 5);
const EDIT = EDITS[0]!;

test('capitals are different, and no paraphrase is both shown and tested', () => {
  for (const part of ['country', 'city'] as const)
    assert.equal(new Set(work.CAPITALS.map((fact) => fact[part])).size, work.CAPITALS.length);
  assert.equal(work.CAPITALS.length, 48);
  const all = [work.statementOf, ...work.TESTED_PARAPHRASES, ...work.SHOWN_PARAPHRASES];
  const prompts = all.map((prompt) => prompt('France'));
  assert.equal(new Set(prompts).size, all.length);
  for (const prompt of prompts) assert.match(prompt, /\bFrance\b/);
});

test('edited countries, new objects and all other facts of an edit are different', async (t) => {
  const truth = new Map(work.CAPITALS.map(({ country, city }) => [country, city]));
  const edited = EDITS.map(({ country }) => country);
  const cities = EDITS.flatMap(({ before, after }) => [before, after]);
  assert.equal(new Set(cities).size, 12);
  for (const { country, before, after, neighbours, others } of EDITS) {
    assert.equal(truth.get(country), before);
    assert.notEqual(before, after);
    assert.equal(neighbours.length, 5);
    const rest = [...neighbours, ...others];
    assert.equal(new Set(rest.map((fact) => fact.country)).size, 48 - 12);
    for (const fact of rest) {
      assert.ok(!edited.includes(fact.country) && !cities.includes(fact.city), fact.country);
      assert.equal(truth.get(fact.country), fact.city);
    }
  }
  assert.notDeepEqual(EDITS[0]!.neighbours, EDITS[1]!.neighbours);
  await allRefused(t, [
    [() => work.drawEdits(wrong(1), 1, 1), 'random stream', '1'],
    [() => work.drawEdits(random(), 17, 1), 'number of edits', '17'],
    [() => work.drawEdits(random(), 16, 17), 'number of neighbours', '17'],
  ]);
});

test('demonstrations of the three kinds answer as they should', async (t) => {
  const counts = { copy: 2, update: 3, retain: 4 };
  const shown = work.editDemonstrations(random('shown'), EDIT, counts);
  const found = { copy: 0, update: 0, retain: 0 };
  const others = new Map(EDIT.others.map(({ country, city }) => [country, city]));
  for (const { input, output } of shown) {
    const [, told, object, prompt] =
      /^New Fact: The capital of (\w+) is (\w+)\nPrompt: (.*)$/.exec(input) ?? [];
    assert.ok(others.has(told!) && others.get(told!) !== object, input);
    const asked = work.CAPITALS.find(({ country }) => prompt!.includes(country))!.country;
    if (asked !== told) {
      found.retain++;
      assert.equal(output, others.get(asked), input);
      assert.notEqual(output, object);
      assert.equal(prompt, work.statementOf(asked));
    } else {
      found[prompt === work.statementOf(told!) ? 'copy' : 'update']++;
      assert.equal(output, object, input);
    }
    for (const word of [EDIT.country, EDIT.before, EDIT.after])
      assert.ok(!`${input} ${output}`.includes(word), word);
  }
  assert.deepEqual(found, counts);
  const firsts = [0, 1, 2, 3, 4].map(
    (i) => work.editDemonstrations(random('order', i), EDIT, counts)[0]!.input,
  );
  assert.ok(new Set(firsts.map((input) => input.split('Prompt')[1])).size > 1, 'in random order');
  assert.deepEqual(work.editDemonstrations(random(), EDIT, { copy: 0, update: 0, retain: 0 }), []);
  assert.equal(
    work.promptAfterFact(EDIT, 'So'),
    `New Fact: The capital of ${EDIT.country} is ${EDIT.after}\nPrompt: So`,
  );
  const few = { ...EDIT, others: EDIT.others.slice(0, 9) };
  await allRefused(t, [
    [() => work.editDemonstrations(wrong(1), EDIT, counts), 'random stream'],
    [() => work.editDemonstrations(random(), wrong(3), counts), 'An edit', '3'],
    [() => work.editDemonstrations(random(), few, counts), '9 demonstrations', '9 other facts'],
    [() => work.editDemonstrations(random(), EDIT, { ...counts, copy: -1 }), 'copy', '-1'],
    [() => work.promptAfterFact(EDIT, wrong(4)), 'prompt', '4'],
  ]);
});

/** A scorer that counts questions and answers by a rule of the test. */
const scorerOf = (
  oddsOf: (input: string) => number,
): scoring.QuestionScorer<language.Question> => ({
  name: 'by hand',
  score: (questions) => ({
    scores: questions.map(({ input }) => [-1, -1 + oddsOf(input)]),
    cost: { passes: 0, tokens: 0 },
  }),
});

test('an edit is asked by its statement, its paraphrases and its neighbours', async (t) => {
  const context = { examples: [{ input: 'a', output: 'b' }], written: (p: string) => `so ${p}` };
  const questions = work.editQuestions(EDIT, context);
  assert.equal(questions.length, 1 + 3 + 5);
  questions.forEach(({ examples, input, options }, q) => {
    assert.deepEqual(examples, context.examples);
    const own = q < 4;
    const fact = own ? { country: EDIT.country, city: EDIT.before } : EDIT.neighbours[q - 4]!;
    assert.ok(input.startsWith('so ') && input.includes(fact.country), input);
    assert.deepEqual(options, [fact.city, EDIT.after]);
  });
  const scorer = scorerOf((input) => input.length);
  const odds = work.editOdds(scorer, EDIT);
  const lengths = work.editQuestions(EDIT).map(({ input }) => input.length);
  close([odds.statement, ...odds.paraphrases, ...odds.neighbours], lengths, 1e-12);
  await allRefused(t, [
    [() => work.editQuestions(wrong(null)), 'An edit', 'null'],
    [() => work.editQuestions(EDIT, wrong({ examples: [], written: 1 })), 'written', '1'],
    [() => work.editOdds(wrong({}), EDIT), 'score'],
    [() => work.editOdds(wrong({ score: () => undefined }), EDIT), 'What the scorer answered'],
    [() => work.editOdds(wrong({ score: () => ({ scores: [[1, 2]] }) }), EDIT), '1 of 9 questions'],
  ]);
});

test('measures by hand', async (t) => {
  const before = [
    { statement: -1, paraphrases: [-1, 2], neighbours: [-4, -2] },
    { statement: -3, paraphrases: [-1, -1], neighbours: [-1, 1] },
  ];
  const after = [
    { statement: 2, paraphrases: [1, 3], neighbours: [-3, -2] },
    { statement: -1, paraphrases: [0.5, -1], neighbours: [2, 0] },
  ];
  assert.deepEqual(work.editMeasures(before, after), {
    efficacy: 1 / 2,
    generalisation: 3 / 4,
    specificity: 1 / 2,
    statementOdds: 1 / 2,
    paraphraseOdds: 3.5 / 4,
    neighbourChange: (1 + 0 + 3 + 1) / 4,
  });
  assert.equal(work.editMeasures(before, before).neighbourChange, 0);
  await allRefused(t, [
    [() => work.editMeasures(before, after.slice(1)), '2 edits', '1 after'],
    [() => work.editMeasures([], []), 'Log-odds', 'at least 1'],
    [() => work.editMeasures(before, wrong([1, 2])), 'Log-odds'],
  ]);
});

/** A model that knows the words of two edits. */
const words = EDITS.slice(0, 2).flatMap((edit) => [
  ...[work.statementOf, ...work.TESTED_PARAPHRASES, ...work.SHOWN_PARAPHRASES].flatMap((prompt) =>
    [edit, ...edit.neighbours].flatMap(({ country }) => prompt(country).split(' ')),
  ),
  ...[edit.before, edit.after, ...edit.neighbours.map(({ city }) => city)],
]);
const plain = language.freshLanguageModel(
  language.tokenizerOf(language.wordTokenizerJson([...new Set(words)]), 'words'),
  { width: 16, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 64 },
  0,
);
const { tokenizer } = plain;
const trained = (
  paraphrased: boolean,
  use: (trainer: work.EditTrainer, of: Ask, lossOf: LossOf) => void,
): void => {
  const model = new language.AdaptedModel(plain.model, { rank: 2 }, 1);
  const settings = { steps: 12, learningRate: 0.03, paraphrased };
  const trainer = new work.EditTrainer({ model, tokenizer }, settings);
  const scorer = scoring.textScorer({ model, tokenizer }, { template: work.EDIT_TEMPLATE });
  const lossOf: LossOf = (edit, prompt = work.statementOf) => {
    const question = { examples: [], input: prompt(edit.country), options: [edit.after] };
    return -scorer.score([question]).scores[0]![0]!;
  };
  use(trainer, (edit) => work.editOdds(scorer, edit), lossOf);
  trainer.dispose();
  model.dispose();
};
type Ask = (edit: work.Edit) => work.EditOdds;
type LossOf = (edit: work.Edit, prompt?: (country: string) => string) => number;

test('gradient steps raise the log-odds of the new object, each edit from the same start', () => {
  const [first, second] = EDITS as [work.Edit, work.Edit];
  leavesNothing(() =>
    trained(false, (trainer, ask, lossOf) => {
      const [start, started] = [ask(first), lossOf(first)];
      const losses = trainer.edit(first);
      close([losses[0]!], [started], 1e-4);
      assert.equal(losses.length, 12);
      assert.ok(losses.at(-1)! < losses[0]! - 0.05, losses.join(' '));
      const after = ask(first);
      assert.ok(after.statement > start.statement, `${start.statement} ${after.statement}`);
      assert.ok(lossOf(first) < losses[0]! - 0.05 && lossOf(first) !== started);
      trainer.edit(second);
      assert.notDeepEqual(ask(first), after);
      close(trainer.edit(first), losses, 1e-6);
      close(ask(first).neighbours, after.neighbours, 1e-5);
      trainer.reset();
      close(ask(first).neighbours, start.neighbours, 1e-6);
      assert.equal(trainer.edit(first, 3).length, 3);
    }),
  );
});

test('with paraphrases the steps differ and lower the loss of those that are shown', () => {
  let alone: number[] = [];
  trained(false, (trainer) => (alone = trainer.edit(EDIT)));
  trained(true, (trainer, _, lossOf) => {
    const ofShown = (): number =>
      evaluation.mean(work.SHOWN_PARAPHRASES.map((prompt) => lossOf(EDIT, prompt)));
    const start = ofShown();
    const losses = trainer.edit(EDIT);
    assert.notDeepEqual(losses, alone);
    assert.ok(ofShown() < start - 0.05, `${start} ${ofShown()}`);
  });
});

test('a trainer refuses what it cannot train', () => {
  refused(() => new work.EditTrainer(plain), 'adapted', 'AdaptedModel');
  trained(false, (trainer) => {
    refused(() => trainer.edit(wrong(3)), 'An edit', '3');
    refused(() => trainer.edit(EDIT, 0), 'steps', '0');
  });
  const model = new language.AdaptedModel(plain.model, { rank: 2 }, 1);
  const loaded = { model, tokenizer };
  refused(() => new work.EditTrainer(loaded, wrong({ paraphrased: 1 })), 'paraphrased', '1');
  model.dispose();
});

const unit = (stream: core.Stream, d: number): number[] => {
  const values = stream.normals(d);
  const length = Math.hypot(...values);
  return Array.from(values, (x) => x / length);
};
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);

test('an associative memory: both ways of an edit have closed forms', async (t) => {
  const pairs = [0, 1, 2].map((i) => ({
    key: unit(random('key', i), 6),
    value: unit(random('value', i), 4),
  }));
  const memory = work.outerMemory(pairs);
  const q = unit(random('query'), 6);
  close(
    work.recalled(memory, q),
    [0, 1, 2, 3].map((r) =>
      pairs.reduce((sum, { key, value }) => sum + value[r]! * dot(key, q), 0),
    ),
    1e-12,
  );
  const edit = { key: pairs[0]!.key, value: unit(random('new'), 4) };
  const [rate, steps] = [0.3, 5];
  const edited = work.editedMemory(memory, edit, rate, steps);
  // the error of the key shrinks by 1 - rate each step; q moves by its likeness times as much
  const left = (1 - rate) ** steps;
  const old = work.recalled(memory, edit.key);
  const own = old.map((x, r) => edit.value[r]! + left * (x - edit.value[r]!));
  close(work.recalled(edited, edit.key), own, 1e-12);
  const moved = work.recalled(memory, q).map((x, r) => x + dot(q, edit.key) * (own[r]! - old[r]!));
  close(work.recalled(edited, q), moved, 1e-12);
  assert.deepEqual(work.editedMemory(memory, edit, rate, 0), memory);
  const after = (key: readonly number[], sharpness: number) =>
    work.recalledAfter(memory, edit, key, sharpness, 0.9);
  close(after(edit.key, 1e4), edit.value, 1e-12);
  close(after(q, 1e4), work.recalled(memory, q), 1e-12);
  const half = work.recalledAfter(memory, edit, q, 3, dot(q, edit.key));
  close(
    half,
    work.recalled(memory, q).map((x, r) => (x + edit.value[r]!) / 2),
    1e-12,
  );
  await allRefused(t, [
    [() => work.outerMemory([]), 'Pairs', 'at least 1'],
    [() => work.outerMemory([pairs[0]!, { key: [1], value: [1, 2, 3, 4] }]), 'Keys'],
    [() => work.outerMemory([pairs[0]!, { key: q, value: [1] }]), 'Values'],
    [() => work.recalled(memory, [1]), 'key of 1', '6'],
    [() => work.editedMemory(memory, { key: q, value: [1] }, 1, 1), 'value of 1', '4 rows'],
    [() => work.editedMemory(memory, edit, 0, 1), 'rate', '0'],
    [() => work.editedMemory(memory, edit, 1, -1), 'steps', '-1'],
    [() => work.recalledAfter(memory, edit, q, 0, 0), 'sharpness', '0'],
    [() => work.recalledAfter(memory, edit, q, 1, NaN), 'likeness', 'NaN'],
    [() => work.editedMemory(memory, wrong(2), 1, 1), 'edit of a memory', '2'],
  ]);
});

const MEASURES = {
  edits: 3,
  neighbours: 3,
  demonstrations: { copy: 1, update: 1, retain: 1 },
  withoutRetain: { copy: 1, update: 2, retain: 0 },
  adapters: { rank: 2, alpha: 4 },
  steps: 2,
  rates: [0.05],
  paraphrasedRate: 0.01,
};
const plan = (set: object = {}) =>
  planOf('survey-editing', { ...MEASURES, ...set })({ measures: { ...MEASURES, ...set } });
const WAYS = [
  'no edit',
  'new fact',
  'IKE',
  'IKE without retain',
  'gradient, rate 0.05',
  'gradient with paraphrases, rate 0.01',
];

test('the experiment measures every way, and leaves nothing in memory', () => {
  let found = new Map<string, number>();
  leavesNothing(() => {
    const before = found;
    found = measuredBy(plan(), 'random');
    if (before.size > 0) assert.deepEqual(found, before);
  });
  assert.equal(found.size, 1 + 6 * 8 - 1);
  for (const way of WAYS)
    for (const metric of ['efficacy', 'generalisation', 'specificity']) {
      const share = found.get(`${metric}, ${way}`)!;
      assert.ok(share >= 0 && share <= 1, `${metric}, ${way}`);
    }
  assert.equal(found.get('efficacy, no edit'), 0);
  assert.equal(found.get('change of the log-odds of neighbours, no edit'), 0);
  assert.ok(found.get('known')! > 0);
  const tokens = WAYS.map((way) => found.get(`tokens, ${way}`)!);
  assert.ok(tokens[0]! < tokens[1]! && tokens[1]! < tokens[2]!);
  assert.equal(tokens[0], tokens[4]);
  assert.equal(found.get('steps, gradient, rate 0.05'), 2);
});

test('plans that need too many facts are refused', async (t) => {
  const check = (set: object) => (): void => {
    const one = plan(set);
    one.experiment.kind.check(one);
  };
  const many = { copy: 12, update: 0, retain: 0 };
  await allRefused(t, [
    [check({ edits: 17, neighbours: 1 }), '17 edits', '48'],
    [check({ edits: 12, neighbours: 8, demonstrations: many }), '12 demonstrations'],
    [check({ rates: [] }), 'rates'],
  ]);
});
