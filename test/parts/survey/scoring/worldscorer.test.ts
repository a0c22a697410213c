/** The exact answer as a scorer: the three ways are parts of one distribution. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, scoring, world } from 'invicl';
import { allRefused, close, refused } from '../../../helpers';

const { SCORING_WAYS: WAYS } = scoring;
const BAYES = new world.ExactBayes();
const random = (purpose: string): core.Stream => core.stream(0, 'world scorer', purpose);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const shares = (rows: readonly (readonly number[])[]): number[] => rows.flatMap(core.softmax);

/** Questions about a task after some classes, with the task's labels as options. */
function questionsOf(
  task: world.WorldTask,
  classes: readonly (0 | 1)[],
  purpose: string,
  count = 12,
): scoring.WorldQuestion[] {
  const stream = random(purpose);
  const context = { examples: world.drawExamples(stream, task, classes) };
  return Array.from({ length: count }, (_, i) => ({
    context,
    input: world.drawInput(stream, task.rule, (i % 2) as 0 | 1),
    options: [...task.labels],
  }));
}

/** Arbitrary labels, of which both classes are as probable. */
const EVEN = world.symbolTask(world.RULES[0]!, ['foo', 'bar']);
const SKEWED = world.namedTask(world.RULES[0]!, 'natural');

const answers = (
  questions: readonly scoring.WorldQuestion[],
  way: scoring.ScoringWay,
  bayes = BAYES,
): number[][] => scoring.worldScorer(bayes).score(questions, way).scores;

test('direct scores are the logarithms of the exact answer', () => {
  const questions = questionsOf(SKEWED, [0, 1, 0], 'direct');
  const expected = questions.map(({ context, input, options }) => {
    const all = BAYES.answers(context, input!);
    return options.map((label) => Math.log(all[world.labelIndex(label)]!));
  });
  for (const way of [WAYS.direct, WAYS.directMean])
    close(answers(questions, way).flat(), expected.flat(), 1e-12);
});

test('direct, perplexity and channel with prior share alike; channel lacks log p(y | C)', () => {
  for (const task of [EVEN, SKEWED]) {
    const questions = questionsOf(task, [0, 1, 0, 0], `ways of ${task.mapping}`);
    const direct = shares(answers(questions, WAYS.direct));
    close(shares(answers(questions, WAYS.channelWithPrior)), direct, 1e-9, 'with prior');
    for (const [way, tokens] of [
      [WAYS.linePerplexity, 6],
      [WAYS.perplexity, 6 * 5],
    ] as const) {
      const lines = answers(questions, way).map((row) => row.map((score) => score * tokens));
      close(shares(lines), direct, 1e-9, way.name);
    }
    const channel = answers(questions, WAYS.channel);
    const prior = questions.map(({ context, options }) =>
      options.map((label) => BAYES.logLabel(context, label)),
    );
    const both = channel.map((row, q) => row.map((score, k) => score + prior[q]![k]!));
    close(shares(both), direct, 1e-9, 'channel and prior');
  }
});

test('uniform labels: all ways are Bayes; skewed ones: the channel without prior takes the skew out', () => {
  const shift = (task: world.WorldTask): number => {
    const questions = questionsOf(task, [0, 1, 1, 0], `skew of ${task.mapping}`);
    const [direct, channel] = [WAYS.direct, WAYS.channel].map((way) =>
      answers(questions, way).map(([a, b]) => a! - b!),
    );
    const gaps = direct!.map((odds, q) => odds - channel![q]!);
    close(gaps, new Array<number>(gaps.length).fill(gaps[0]!), 1e-9, 'one shift for a context');
    return gaps[0]!;
  };
  // a world of one pair of labels, each as probable
  const pair = world.taskPrior({}, ({ labels }) => [...labels].sort().join() === 'bar,foo');
  const even = new world.ExactBayes({}, {}, pair);
  const questions = questionsOf(EVEN, [0, 1, 1, 0], 'even');
  const odds = (way: scoring.ScoringWay): number[] =>
    answers(questions, way, even).map(([a, b]) => a! - b!);
  const direct = odds(WAYS.direct);
  close(odds(WAYS.channel), direct, 1e-9);
  close(
    odds(WAYS.linePerplexity).map((gap) => 6 * gap),
    direct,
    1e-9,
  );
  const log = (q: number, label: string): number =>
    Math.log(even.answers(questions[q]!.context, questions[q]!.input!)[world.labelIndex(label)]!);
  close(
    direct,
    questions.map((_, q) => log(q, 'foo') - log(q, 'bar')),
    1e-9,
    'Bayes',
  );
  close([shift(EVEN)], [0], 1e-2, 'hardly a shift where arbitrary labels are known from examples');
  // log(.7 / .3) nats belong to the label before the input is known
  close([shift(SKEWED)], [Math.log(0.7 / 0.3)], 1e-2, 'the skew of natural labels');
});

test('the probability of the whole prompt is that of the task, summed over all tasks', () => {
  const questions = questionsOf(EVEN, [1, 0], 'whole', 2);
  const noise = 1e-3;
  const prior = world.taskPrior();
  const expected = questions.map(({ context, input, options }) =>
    options.map((label) => {
      const lines = [...context.examples, { input: input!, label }];
      const evidence = sum(
        world.TASKS.map((task, t) =>
          lines.reduce((p, line) => {
            const c = world.classOf(task.rule, line.input);
            const share = task.mapping === 'natural' ? [0.7, 0.3][c]! : 0.5;
            const labelled = task.labels[c] === line.label ? 1 - noise : noise / 23;
            return p * ((2 * share) / 96 ** 3) * labelled;
          }, prior[t]!),
        ),
      );
      return Math.log(evidence) / (6 * lines.length);
    }),
  );
  close(answers(questions, WAYS.perplexity).flat(), expected.flat(), 1e-9);
});

test('a question without content is the sum over all inputs', () => {
  const [question] = questionsOf(SKEWED, [0, 0, 1], 'no content', 1);
  // of rules about the first word only, so that the other two words do not count
  const context = { ...question!.context, instruction: { feature: 0, scope: 'first' as const } };
  const none = { ...question!, context, input: null };
  const inputs = Array.from({ length: 96 }, (_, w) => [w, 0, 0]);
  const line = none.options.map((label) => {
    const logs = inputs.map((input) => BAYES.logLine(context, { input, label }));
    return Math.log(sum(logs.map(Math.exp)) / inputs.length);
  });
  close(answers([none], WAYS.direct)[0]!, line, 1e-9);
  close(answers([none], WAYS.channel)[0]!, [0, 0], 1e-12, 'no input is certain after any label');
  close(
    answers([none], WAYS.linePerplexity)[0]!.map((score) => 6 * score),
    line,
    1e-9,
  );
});

test('a bias of the knobs is removed exactly by contextual calibration', () => {
  const biased = new world.ExactBayes({}, { bias: { foo: 8, bar: -4 } });
  const questions = questionsOf(EVEN, [0, 1, 0, 1, 1, 0], 'bias', 20);
  const best = (rows: readonly (readonly number[])[]): number[] => scoring.bestOptions(rows);
  const raw = answers(questions, WAYS.direct, biased);
  const truth = answers(questions, WAYS.direct);
  assert.ok(best(raw).filter((k, q) => k !== best(truth)[q]).length > 5, 'the bias turns answers');
  const material = (bayes: world.ExactBayes): scoring.CalibrationMaterial => ({
    contentFree: answers([{ ...questions[0]!, input: null }], WAYS.direct, bayes),
  });
  const { contextual } = scoring.CALIBRATORS;
  const calibrated = contextual.calibrate(raw, material(biased));
  close(
    shares(calibrated),
    shares(contextual.calibrate(truth, material(BAYES))),
    1e-9,
    'what is left does not know of the bias',
  );
  assert.deepEqual(best(calibrated), best(truth));
  // labels that are as probable before the input: the shares themselves come back
  const even = world.taskPrior({}, ({ labels }) => [...labels].sort().join() === 'bar,foo');
  const [exact, faulty] = [{}, { bias: { foo: 8, bar: -4 } }].map(
    (knobs) => new world.ExactBayes({}, knobs, even),
  ) as [world.ExactBayes, world.ExactBayes];
  close(
    shares(contextual.calibrate(answers(questions, WAYS.direct, faulty), material(faulty))),
    shares(answers(questions, WAYS.direct, exact)),
    1e-9,
    'equal shares',
  );
});

test('the exact answer costs no pass, and refuses what is no question', async (t) => {
  const scorer = scoring.worldScorer(BAYES);
  const [question] = questionsOf(EVEN, [0], 'refused', 1);
  assert.deepEqual(scorer.score([question!]).cost, { passes: 0, tokens: 0 });
  assert.deepEqual(scorer.score([]).scores, []);
  const wrong = <T>(value: unknown): T => value as T;
  await allRefused(t, [
    [() => scoring.worldScorer(wrong(null)), 'exact answer', 'null'],
    [() => scorer.score([{ ...question!, options: ['foo', 'maybe'] }]), "'maybe'"],
    [() => scorer.score([{ ...question!, options: ['foo', 'foo'] }]), 'twice'],
    [() => scorer.score([{ ...question!, input: [1, 2] }]), '3 words'],
    [() => scorer.score(wrong([null])), 'Questions[0]', 'null'],
    [() => scorer.score([question!], wrong({ kind: 'guess', name: 'x' })), "'guess'"],
    [() => scorer.score([question!], wrong({ ...WAYS.channel, prior: 1 })), "'prior'", '1'],
    [() => scorer.score([question!], wrong({ ...WAYS.direct, length: 'long' })), 'long'],
    [() => scorer.score([question!], wrong({ ...WAYS.perplexity, context: 'yes' })), "'context'"],
    [() => scorer.score([question!], wrong({ ...WAYS.perplexity, prior: true })), "'prior'"],
  ]);
  refused(() => scoring.bestOptions([[]]), 'Scores', 'at least one each');
});
