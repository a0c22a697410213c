/** A small model that writes instructions: its documents, and the probability of each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, instructions, model, small, tf, world } from 'invicl';
import { allRefused, close, leavesNothing } from '../../../helpers';

const SIZE = { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1 };
const network = new small.SmallModel({
  size: SIZE,
  seed: 1,
  smearedKeys: true,
  alignedStart: false,
});
const TASK = world.symbolTask(world.RULES[7]!, ['foo', 'kip']);
const examplesOf = (k: number, label = 'shown'): world.Example[] =>
  world.drawExamples(core.stream(1, label), TASK, k);

/** log p of the next words of a text, token by token. */
function logOf(examples: readonly world.Example[], rule: world.WorldRule): number {
  const { header, lines } = world.contextDocument({ examples });
  const written = instructions.writtenLine(rule);
  const tokens = world.documentTokens({ header, lines: [...lines, written] });
  const layout = small.documentLayout(model.METHODS.ar, examples.length, 1);
  const place = 4 + 6 * examples.length;
  const sum = tf.tidy(() => {
    const logs = tf.logSoftmax(network.logits(tf.tensor2d([tokens], undefined, 'int32'), layout));
    const rows = (logs.arraySync() as number[][][])[0]!;
    return [0, 1].reduce((all, i) => all + rows[place + i]![tokens[place + i + 1]!]!, 0);
  });
  small.disposeLayout(layout);
  return sum;
}

test('a document ends with the rule of its task, and only its two words and the labels count', () => {
  for (const shown of [1, 4]) {
    const { header, lines, weights } = instructions.writtenDocument(
      core.stream(2, 'document'),
      TASK,
      shown,
    );
    assert.deepEqual(header, world.headerOf());
    assert.equal(lines.length, shown + 1);
    assert.deepEqual(lines.at(-1), ['Instruction:', 'kind', 'first', '_', '_', '\n']);
    assert.deepEqual(
      weights.at(-1)!.map((weight) => weight > 0),
      [false, true, true, false, false, false],
    );
    for (const line of lines.slice(0, -1)) assert.ok(TASK.labels.includes(line[4]!));
  }
});

test('the probability of an instruction is that of its two words, one after the other', () => {
  for (const k of [0, 3]) {
    const contexts = [examplesOf(k), examplesOf(k, 'others')];
    instructions.instructionLogs(network, contexts).forEach((logs, c) => {
      const expected = world.RULES.map((rule) => logOf(contexts[c]!, rule));
      close(logs, expected, 1e-4, `${k} demonstrations`);
    });
  }
});

test('the likeliest of the twelve is written, and each context has its own numbers', () => {
  const contexts = Array.from({ length: 40 }, (_, c) => examplesOf(2, `context ${c}`));
  const logs = instructions.instructionLogs(network, contexts);
  assert.equal(logs.length, 40);
  for (const c of [0, 39]) {
    close(logs[c]!, instructions.instructionLogs(network, [contexts[c]!])[0]!, 1e-4);
    const best = world.RULES[logs[c]!.indexOf(Math.max(...logs[c]!))];
    assert.deepEqual(instructions.writtenInstruction(network, contexts[c]!), best);
  }
});

test('training to write makes the right instruction likelier', () => {
  const tuned = new small.SmallModel(network.config);
  const settings = { steps: 60, batch: 8, learningRate: 1e-2, mix: { written: 1 } };
  const trainer = new instructions.InstructionTrainer(tuned, model.METHODS.ar, settings);
  const natural = world.namedTask(world.RULES[7]!, 'natural');
  const contexts = Array.from({ length: 16 }, (_, c) =>
    world.drawExamples(core.stream(3, 'natural', c), natural, 4),
  );
  const own = (): number =>
    instructions.instructionLogs(tuned, contexts).reduce((sum, logs) => sum + logs[7]!, 0) / 16;
  const before = own();
  for (let step = 0; step < 60; step++) trainer.train();
  assert.ok(own() > before + 2, `${before} to ${own()}`);
  trainer.dispose();
  tuned.dispose();
});

test('no tensor is left, and what is wrong is refused and quoted', async (t) => {
  leavesNothing(() => instructions.writtenInstruction(network, examplesOf(2)));
  const logs = (...contexts: unknown[]): unknown =>
    instructions.instructionLogs(network, contexts as world.Example[][]);
  const document = (shown: unknown, task: unknown = TASK, random: unknown = core.stream(0, 'x')) =>
    instructions.writtenDocument(random as core.Stream, task as world.WorldTask, shown as number);
  await allRefused(t, [
    [() => logs(), 'lists of demonstrations'],
    [() => logs(examplesOf(1), examplesOf(2)), 'unequal'],
    [() => logs([{ input: [0, 1], label: 'foo' }]), 'three words'],
    [() => logs(7), 'examples'],
    [() => instructions.instructionLogs({} as small.SmallModel, [[]]), 'SmallModel'],
    [() => instructions.writtenLine({ feature: 0, scope: 'all' as 'most' }), 'all'],
    [() => document(0), '0'],
    [() => document(2, {}), 'rule'],
    [() => document(2, TASK, 3), '3'],
  ]);
});
