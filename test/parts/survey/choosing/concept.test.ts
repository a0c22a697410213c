/** The share of the latent task after one example, against Bayes' rule by hand. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { choosing, core, world } from 'invicl';

import { close, refused } from '../../../helpers';

/** To round-off. */
const agree = (found: readonly number[], expected: readonly number[]): void =>
  close(found, expected, 1e-9);

test('the share of a task after one example is its prior times its likelihood', () => {
  const random = core.stream(0, 'concepts');
  const prior = world.trainedPrior();
  const noise = 0.01;
  const bayes = new world.ExactBayes({}, { noise }, prior);
  const task = world.drawTask(random, prior);
  const examples = world.drawExamples(random, task, 5);
  const shares = examples.map(({ input, label }) => {
    const weights = world.TASKS.map((one, t) => {
      const c = world.classOf(one.rule, input);
      const zero = one.mapping === 'natural' ? 0.7 : 0.5;
      const likely = one.labels[c] === label ? 1 - noise : noise / 23;
      return prior[t]! * (c === 0 ? zero : 1 - zero) * likely;
    });
    const at = world.TASKS.findIndex(
      (one) => one.rule === task.rule && one.labels.join() === task.labels.join(),
    );
    return weights[at]! / weights.reduce((a, b) => a + b, 0);
  });
  agree(choosing.conceptShares(bayes, task, examples), shares);
  const copy = { ...task, rule: { ...task.rule } };
  agree(choosing.conceptShares(bayes, copy, examples), shares);
});

test('an example with a wrong label tells least of the task', () => {
  const task = world.symbolTask(world.RULES[3]!, ['foo', 'bar']);
  const bayes = new world.ExactBayes();
  const [right] = world.drawExamples(core.stream(1, 'concepts'), task, 1);
  const wrong = { ...right!, label: right!.label === 'foo' ? 'bar' : 'foo' };
  const [a, b] = choosing.conceptShares(bayes, task, [right!, wrong]);
  assert.ok(a! > 100 * b!);
  refused(() => choosing.conceptShares(bayes, task, [{ input: [0, 1, 2], label: 'no' }]), "'no'");
});
