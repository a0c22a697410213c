/** Questions of each kind, votes that infer no task, and what experiments measure of them. */
import assert from 'node:assert/strict';
import test from 'node:test';

import { core, registry, survey, world } from 'invicl';
import { refused } from '../../helpers';

const draw = (cell: survey.WorldCell, n = 8, count = 200): survey.CellQuestion[] =>
  survey.drawQuestions(core.stream(7, 'cells'), cell, n, count);

const fits = ({ task, context }: survey.CellQuestion): boolean =>
  context.examples.every(
    ({ input, label }) => task.labels[world.classOf(task.rule, input)] === label,
  );

test('questions are of their cell: mapping, instruction, seen or not, and the right answer', () => {
  for (const mapping of world.MAPPINGS)
    for (const instructed of [false, true])
      for (const unseen of mapping === 'natural' ? [false] : [false, true]) {
        const cell = survey.cellOf(mapping, { instructed, unseen });
        for (const question of draw(cell, 3, 60)) {
          const { task, context, input, right } = question;
          assert.equal(task.mapping, mapping);
          assert.equal(world.heldOut(task), unseen);
          assert.deepEqual(context.instruction, instructed ? task.rule : undefined);
          assert.equal(context.examples.length, 3);
          assert.equal(world.classOf(task.rule, input), right);
          assert.ok(fits(question));
        }
      }
});

test('spoilt contexts: labels at random fit by chance, those of another task share no label', () => {
  const random = draw(survey.cellOf('natural', { shown: 'random labels' }));
  const right = random.flatMap(({ task, context }) =>
    context.examples.map(({ input, label }) =>
      Number(task.labels[world.classOf(task.rule, input)] === label),
    ),
  );
  const share = right.reduce((a, b) => a + b, 0) / right.length;
  assert.ok(Math.abs(share - 0.5) < 0.05, `${share}`);
  for (const { task, context } of draw(survey.cellOf('arbitrary', { shown: 'another task' })))
    assert.ok(context.examples.every(({ label }) => !task.labels.includes(label)));
});

test('the prior of training has no task that is held out, and adds up to 1', () => {
  const prior = world.trainedPrior();
  assert.ok(Math.abs(prior.reduce((a, b) => a + b) - 1) < 1e-12);
  world.TASKS.forEach((task, t) => assert.equal(prior[t] === 0, world.heldOut(task)));
});

test('voters: the most alike, the commonest, and the sum of resemblances', () => {
  const rule = world.RULES[0]!;
  const task = world.symbolTask(rule, ['foo', 'bar']);
  const word = (pattern: number): number => pattern * 6;
  const [low, high] = [[0, 0, 0].map(word), [15, 15, 15].map(word)];
  const almost = [15, 15, 14].map(word);
  const context = {
    examples: [
      { input: low, label: 'foo' },
      { input: low, label: 'foo' },
      { input: high, label: 'bar' },
    ],
  };
  const question = { task, context, input: almost, right: 1 as const };
  assert.equal(survey.nearestExample.answer(question), 1);
  assert.equal(survey.commonestLabel.answer(question), 0);
  assert.equal(survey.linearVote.answer(question), 1);
  assert.equal(survey.voterAccuracy(survey.nearestExample, [question]), 1);
  assert.equal(survey.voterAccuracy(survey.commonestLabel, [question]), 0);
});

test('no vote is better than the exact answer, which profits from more examples', () => {
  const bayes = new world.ExactBayes(world.WORLD, {}, world.trainedPrior());
  const exact = (questions: readonly survey.CellQuestion[]): number =>
    questions.filter(({ task, context, input, right }) => {
      const answers = bayes.answers(context, input);
      const [a, b] = task.labels.map((label) => answers[world.labelIndex(label)]!);
      return (b! > a! ? 1 : 0) === right;
    }).length / questions.length;
  const cell = survey.cellOf('arbitrary');
  const [few, many] = [draw(cell, 1), draw(cell, 8)];
  assert.ok(exact(many) > exact(few) + 0.2);
  for (const voter of survey.VOTERS)
    assert.ok(exact(many) > survey.voterAccuracy(voter, many), voter.name);
});

test('baselines: the exact answer diverges by 0 from itself, and no order changes it', () => {
  const { SMALL } = { SMALL: registry.EXPERIMENTS['survey-small']! };
  const config = SMALL.profiles.quick as survey.EmergenceConfig;
  const tiny = { ...config, measures: { ns: [0, 2], questions: 12, watched: 4, n: 2 } };
  const plan = { experiment: SMALL, profile: 'quick', config: tiny, folder: 'toy', set: {} };
  const found = new Map<string, number>();
  SMALL.kind.baselines(plan as never, (name, at, metric, value) =>
    found.set(`${name} | ${metric} | ${at.n ?? ''}`, value),
  );
  const of = (metric: string, name = 'exact Bayes'): number =>
    found.get(`${name} | ${metric} | 2`)!;
  assert.ok(Math.abs(of('divergence, natural')) < 1e-12);
  assert.equal(of('changed by order'), 0);
  assert.equal(of('accuracy, arbitrary, instructed'), 1);
  assert.ok(of('accuracy, arbitrary', 'vote by features') <= 1);
  const told = found.get('exact Bayes, told the labels | accuracy, natural | 2')!;
  assert.equal(told, of('accuracy, natural'), 'natural labels: nothing is told that matters');
});

test('what is no cell, and what are no questions, is refused by name', () => {
  const random = core.stream(0, 'refused');
  refused(
    () => survey.worldCellName({ mapping: 'upside down' } as never),
    /mapping.*'upside down'/,
  );
  refused(() => survey.drawQuestions(random, survey.cellOf('natural'), -1, 3), /-1/);
  refused(() => survey.drawQuestions(random, survey.cellOf('natural'), 2, 0), /questions.*0/);
  refused(() => survey.drawQuestions(null as never, survey.cellOf('natural'), 2, 1), /stream/);
  refused(() => survey.voterAccuracy(survey.linearVote, []), /questions/i);
});
