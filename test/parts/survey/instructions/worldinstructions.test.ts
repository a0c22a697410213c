/** Likelihoods of instructions in TaskWorld against the exact posterior over rules. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, instructions, model as models, scoring, small, world } from 'invicl';

import { allRefused, close, leavesNothing } from '../../../helpers';

const random = core.stream(0, 'instructions of TaskWorld');
const rule: world.WorldRule = world.RULES[4]!;
const RULES = instructions.WORLD_INSTRUCTIONS.slice(0, world.RULES.length);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** P(rule | context): that of its tasks. */
function posterior(bayes: world.ExactBayes, examples: readonly world.Example[]): number[] {
  const shares = bayes.tasks({ examples });
  return world.RULES.map((one) => sum([...shares].filter((_, t) => world.TASKS[t]!.rule === one)));
}

const tasks = [
  world.namedTask(rule, 'natural'),
  world.namedTask(rule, 'flipped'),
  world.symbolTask(rule, ['foo', 'bar']),
];

test('where inputs do not tell the rule, likelihood times prior is the posterior of rules', () => {
  const bayes = new world.ExactBayes({ skew: 0.5 });
  const scorer = scoring.worldScorer(bayes);
  for (const task of tasks) {
    const examples = world.drawExamples(random, task, 5, { skew: 0.5 });
    const likelihoods = instructions.instructionLikelihoods(scorer, examples, true, RULES);
    const weights = likelihoods.map((log, r) => Math.log(posterior(bayes, [])[r]!) + log);
    const total =
      Math.max(...weights) + Math.log(sum(weights.map((w) => Math.exp(w - Math.max(...weights)))));
    close(
      weights.map((w) => Math.exp(w - total)),
      posterior(bayes, examples),
      1e-9,
    );
  }
});

test('under the world as it is, the inputs of natural tasks tell too: their part is missing', () => {
  const bayes = new world.ExactBayes();
  const examples = world.drawExamples(random, tasks[0]!, 5);
  const likelihoods = instructions.instructionLikelihoods(
    scoring.worldScorer(bayes),
    examples,
    true,
    RULES,
  );
  const inputs = RULES.map((instruction) =>
    sum(
      examples.map(({ input }, i) => {
        const context = instructions.instructedContext(instruction, examples.slice(0, i));
        const logs = world.LABELS.map((label) => bayes.logLine(context, { input, label }));
        return Math.log(sum(logs.map(Math.exp)));
      }),
    ),
  );
  const joint = likelihoods.map((log, r) => Math.exp(log + inputs[r]!) * posterior(bayes, [])[r]!);
  close(
    joint.map((p) => p / sum(joint)),
    posterior(bayes, examples),
    1e-9,
  );
});

test('a part of a rule is as likely as the mixture of its rules', () => {
  const bayes = new world.ExactBayes({ skew: 0.5 });
  const examples = world.drawExamples(random, tasks[2]!, 4, { skew: 0.5 });
  const all = instructions.instructionLikelihoods(scoring.worldScorer(bayes), examples, true);
  const at = (one: object | null): number =>
    Math.exp(
      all[
        instructions.WORLD_INSTRUCTIONS.findIndex((i) => JSON.stringify(i) === JSON.stringify(one))
      ]!,
    );
  const scopes = world.SCOPES.map((scope) => at({ feature: 1, scope }));
  close([at({ feature: 1 })], [sum(scopes) / 3], 1e-12);
  close([at(null)], [sum(world.RULES.map(at)) / world.RULES.length], 1e-12);
});

test('one example is the same in turn and alone; sums are those of the logarithms', () => {
  const scorer = scoring.worldScorer(new world.ExactBayes());
  const examples = world.drawExamples(random, tasks[0]!, 3);
  const one = examples.slice(0, 1);
  assert.deepEqual(
    instructions.instructionLogs(scorer, one, true),
    instructions.instructionLogs(scorer, one, false),
  );
  const logs = instructions.instructionLogs(scorer, examples, false);
  assert.deepEqual(instructions.instructionLikelihoods(scorer, examples, false), logs.map(sum));
  assert.equal(logs.length, 20);
});

test('the small model reads instructions, and nothing is left in memory', () => {
  const model = new small.SmallModel({
    size: { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1 },
    seed: 1,
    smearedKeys: true,
    alignedStart: false,
  });
  const scorer = scoring.smallScorer(model, models.METHODS.ar);
  const examples = world.drawExamples(random, tasks[0]!, 2);
  const logs = instructions.instructionLogs(scorer, examples, true);
  assert.ok(logs.flat().every((log) => log < 0));
  assert.equal(new Set(logs.map((row) => row[1]!.toFixed(6))).size, 20);
  leavesNothing(() => void instructions.instructionLogs(scorer, examples, true));
  model.dispose();
});

test('the likeliest are all that are alike', () => {
  assert.deepEqual(instructions.likeliestInstructions([-3, -1, -2, -1 - 1e-12]), [1, 3]);
  assert.deepEqual(instructions.likeliestInstructions([-1]), [0]);
});

test('what is no instruction, example or likelihood is refused', async (t) => {
  const scorer = scoring.worldScorer(new world.ExactBayes());
  const examples = world.drawExamples(random, tasks[0]!, 1);
  const answering = (scores: number[][]) => ({
    name: 'x',
    score: () => ({ scores, cost: { passes: 0, tokens: 0 } }),
  });
  await allRefused(t, [
    [() => instructions.instructedContext({ feature: 9 }, []), 'rule', '9'],
    [() => instructions.instructionLogs(scorer, [], true), 'from nothing'],
    [() => instructions.instructionLogs(scorer, examples, true, []), 'Instructions', '[]'],
    [
      () => instructions.instructionLogs(answering([[1, 2]]), examples, true, [null]),
      '2 scores',
      '1',
    ],
    [() => instructions.instructionLogs(answering([[NaN]]), examples, true, [null]), 'Scores'],
    [() => instructions.likeliestInstructions([]), 'Likelihoods'],
    [() => instructions.likeliestInstructions([-Infinity]), 'Likelihoods'],
  ]);
});
