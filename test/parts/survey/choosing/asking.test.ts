/**
 * What ways to choose ask the language model: that of TaskWorld, whose answers are computed here again
 * one by one, and counted.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { choosing, core, scoring, world } from 'invicl';

import { allRefused } from '../../../helpers';

const task = world.namedTask(world.RULES[0]!, 'natural');
const examples = world.drawExamples(core.stream(0, 'rows'), task, 20);
const exact = scoring.worldScorer(new world.ExactBayes());
const signs = (input: world.Input): number[] =>
  world.RULES.map((rule) => 2 * world.classOf(rule, input) - 1);

/** A subject, and the questions that its scorer was asked. */
function counted() {
  const asked: scoring.WorldQuestion[] = [];
  const ask = (input: world.Input, chosen: readonly number[]): scoring.WorldQuestion => ({
    context: { examples: chosen.map((i) => examples[i]!) },
    input,
    options: task.labels,
  });
  const subject: choosing.ChoosingSubject<scoring.WorldQuestion> = {
    title: 'natural labels',
    scorer: {
      name: 'counts',
      score: (questions, way) => {
        asked.push(...questions);
        return exact.score(questions, way);
      },
    },
    pool: examples.map(({ input, label }) => ({
      input: input.join(' '),
      output: label,
      vector: signs(input),
    })),
    questions: [],
    options: task.labels,
    right: [],
    instruction: [1],
    askText: (text, chosen) => ask(text.split(' ').map(Number) as unknown as world.Input, chosen),
    conceptShares: null,
  };
  return { subject, asked, ask };
}

/** log of the share of the right label of a row, after rows. */
function logOf(row: number, after: readonly number[]): number {
  const scores = exact.score([counted().ask(examples[row]!.input, after)]).scores[0]!;
  const right = task.labels.indexOf(examples[row]!.label);
  return Math.log(Math.exp(scores[right]!) / scores.reduce((sum, s) => sum + Math.exp(s), 0));
}

const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-9, `${a}, not ${b}`);

test('helpfulness is the share of the right label after one row, and each was asked once', () => {
  const { subject, asked } = counted();
  const rows = [3, 7, 11];
  const table = choosing.askHelpfulness(subject, rows, 6, core.stream(1, 'candidates'));
  assert.equal(asked.length, 3 * 6);
  assert.equal(table.passes, asked.length);
  table.candidates.forEach((of, n) => {
    assert.equal(new Set(of).size, 6);
    assert.ok(!of.includes(rows[n]!), 'a row is no candidate of itself');
    of.forEach((e, i) => near(table.helpfulness[n]![i]!, logOf(rows[n]!, [e])));
    const others = subject.pool.filter((_, i) => i !== rows[n]);
    const nearest = choosing.nearestByAngle.select(subject.pool[rows[n]!]!, others, 3).rows;
    const own = nearest.map((i) => subject.pool.indexOf(others[i]!));
    assert.deepEqual(of.slice(0, 3), own, 'half of them are the nearest');
  });

  asked.length = 0;
  const sets = choosing.askSets(subject, table, 4, 2, core.stream(1, 'sets'));
  assert.equal(asked.length, 3 * 4, 'singles are not asked again');
  assert.equal(sets.passes, table.passes + asked.length);
  sets.sets.forEach((list, n) =>
    list.forEach((set, m) => {
      assert.ok(new Set(set).size === 2 && set.every((i) => table.candidates[n]!.includes(i)));
      near(sets.ofSets[n]![m]!, logOf(rows[n]!, set));
    }),
  );
});

test('a process knows the accuracy after every set, and how each answer looked', () => {
  const { subject, asked } = counted();
  const [small, dev] = [
    [2, 5, 9, 14],
    [0, 1, 3],
  ];
  const process = choosing.askAllSets(subject, small, dev, 2);
  // 11 sets of at most 2 of 4 rows; 4 rows may follow none, 3 each of the 4 sets of one
  assert.equal(asked.length, 11 * 3 + 4 + 4 * 3);
  assert.equal(process.passes, asked.length);
  asked.length = 0;
  for (const set of [[], [1], [0, 3]]) {
    const after = set.map((i) => small[i]!);
    const right = dev.filter((row) => logOf(row, after) > Math.log(0.5)).length;
    near(process.accuracy(set), right / 3);
  }
  const p = Math.exp(logOf(small[2]!, [small[1]!]));
  const [step, entropy, most, spread, log] = process.features([1], 2);
  assert.equal(step, 1);
  near(entropy!, -p * Math.log(p) - (1 - p) * Math.log(1 - p));
  near(most!, Math.max(p, 1 - p));
  near(spread!, Math.abs(2 * p - 1) / Math.SQRT2);
  near(log!, Math.log(p));
  choosing.qLearning(process, { episodes: 20 });
  choosing.qNetwork(process, process.features, { steps: 5 });
  assert.equal(asked.length, 0, 'learning asks nothing more');
});

test('how sure the model is: the logarithm of its best answer, whose label is not read', () => {
  const { subject, asked } = counted();
  const sure = choosing.surenessOf(subject)([4, 6], [0, 1, 2]);
  sure.forEach((value, row) => {
    const p = Math.exp(logOf(row, [4, 6]));
    near(Math.exp(value), Math.max(p, 1 - p) * shareOfOptions(row));
  });
  asked.length = 0;
  const choice = choosing
    .fullVoteK(choosing.surenessOf(subject), 5)
    .selectCorpus(subject.pool, 10, core.stream(0, 'unused'));
  assert.equal(choice.passes, asked.length);
});

/** What the options have of all labels. */
const shareOfOptions = (row: number): number =>
  exact
    .score([counted().ask(examples[row]!.input, [4, 6])])
    .scores[0]!.reduce((sum, score) => sum + Math.exp(score), 0);

test('what cannot be asked is refused', async (t) => {
  const { subject } = counted();
  const random = core.stream(0, 'refused');
  const table = choosing.askHelpfulness(subject, [0], 3, random);
  const change = (with_: object) => () =>
    void choosing.askHelpfulness({ ...subject, ...with_ }, [0], 3, random);
  await allRefused(t, [
    [change({ scorer: {} }), 'scorer', 'score'],
    [change({ scorer: { name: 'mute', score: () => undefined } }), 'scorer answered', 'undefined'],
    [
      change({ scorer: { name: 'short', score: () => ({ scores: [[0, 1]], cost: {} }) } }),
      '1 of 3 questions',
    ],
    [change({ options: ['a', 'b'] }), 'no option'],
    [change({ askText: 1 }), 'askText', '1'],
    [change({ instruction: null }), 'instruction', 'null'],
    [() => choosing.askHelpfulness(subject, [20], 3, random), '0 to 19', '20'],
    [() => choosing.askHelpfulness(subject, [0], 20, random), '21', '20 rows'],
    [() => choosing.askHelpfulness(subject, [0], 3, null as never), 'null'],
    [() => choosing.askSets(subject, table, 1, 2, random), 'sets', '1'],
    [() => choosing.askSets(subject, table, 2, 4, random), 'rows of a set', '4'],
    [() => choosing.askAllSets(subject, [0], [1], 2), 'demonstrations', '2'],
    [() => choosing.askAllSets(subject, [0, 99], [1], 2), '99'],
    [() => choosing.askAllSets(subject, [0], [], 1), 'accuracy'],
    [() => choosing.surenessOf(null as never), 'subject', 'null'],
  ]);
});
