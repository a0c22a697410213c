/** Self-made tasks in TaskWorld: proposals, inputs, labels against scores, and a trainer that learns. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, instructions, model, small, work, world } from 'invicl';
import { allRefused, close, leavesNothing } from '../../../helpers';

const {
  SelfMadeTrainer,
  instructedClassLogs,
  instructedLogAnswers,
  newInstruction,
  proposeRules,
  selfLabels,
  tunedRules,
  writeInstructedInputs,
} = instructions;

const random = (name = ''): core.Stream => core.stream(2, 'self-made', name);
const toy = (): small.SmallModel =>
  new small.SmallModel({
    size: { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1 },
    seed: 1,
    smearedKeys: true,
    alignedStart: false,
  });
const rule: world.WorldRule = { feature: 1, scope: 'first' };
const inputs = Array.from({ length: 6 }, (_, i) =>
  world.drawInput(random(`${i}`), rule, (i % 2) as 0 | 1),
);

test('proposals: what the pool has is refused, what is kept joins it', () => {
  const pool = tunedRules(6);
  const found = proposeRules(random(), pool, 200);
  const kept = found.filter(({ refusal }) => refusal === null).map((one) => one.rule);
  assert.equal(found.length, 200);
  assert.equal(kept.length, 6); // 200 draws meet all of the others
  assert.deepEqual(new Set([...pool, ...kept]), new Set(world.RULES));
});

test('inputs come from the probabilities of all tokens', () => {
  const network = toy();
  const written = (count: number): (world.Input | null)[] =>
    writeInstructedInputs(network, rule, count, random('inputs'));
  assert.deepEqual(written(20), written(20));
  const found = written(200);
  assert.ok(found.includes(null), 'a model of random weights writes other tokens too');
  found.forEach((input) => input === null || assert.equal(input.length, 3));
  const loaded = small.loadSmallModel('data/checkpoints/survey-small/ar-0.safetensors');
  leavesNothing(() => void written(3));
  network.dispose();
  loaded.dispose();
});

test('class scores are those of the natural labels, and labels their largest after calibration', () => {
  const network = toy();
  const scores = instructedClassLogs(network, rule, inputs);
  const header = newInstruction(rule);
  const questions = inputs.map((input) => ({ header, context: { examples: [] }, input }));
  const all = instructedLogAnswers(network, model.METHODS.ar, questions);
  const labels = world.WORD_FEATURES[rule.feature]!.values.map((label) =>
    world.LABELS.indexOf(label),
  );
  close(
    scores.flat(),
    all.flatMap((row) => labels.map((label) => row[label]!)),
    1e-6,
  );
  assert.deepEqual(selfLabels(network, rule, inputs), work.modelLabels(scores));
  leavesNothing(() => void selfLabels(network, rule, inputs));
  network.dispose();
});

test('a model learns the labels of its lines, wrong ones too, and without lines it goes on as before', () => {
  const settings = { steps: 60, batch: 4, learningRate: 0.01, rules: 4, mix: { single: 1 } };
  const held = instructions.HELD_OUT_RULES[1]!;
  const classes = inputs.map((input) => world.classOf(held, input));
  const learned = (flipped: boolean): number[][] => {
    const network = toy();
    const lines = inputs.map((input, i) => ({
      rule: held,
      input,
      label: flipped ? 1 - classes[i]! : classes[i]!,
    }));
    const trainer = new SelfMadeTrainer(network, lines, 0.5, settings);
    for (let step = 0; step < 60; step++) trainer.train();
    trainer.dispose();
    const scores = instructedClassLogs(network, held, inputs);
    network.dispose();
    return scores;
  };
  const given = (scores: readonly (readonly number[])[]): number[] =>
    scores.map(([zero, one]) => (one! > zero! ? 1 : 0));
  assert.deepEqual(given(learned(false)), classes);
  assert.deepEqual(
    given(learned(true)),
    classes.map((one) => 1 - one),
  );
  const [own, plain] = [toy(), toy()];
  const trainers = [
    new SelfMadeTrainer(own, [], 0.5, settings),
    new instructions.InstructionTrainer(plain, model.METHODS.ar, settings),
  ];
  for (const trainer of trainers) {
    trainer.train();
    trainer.dispose();
  }
  assert.deepEqual(
    instructedClassLogs(own, held, inputs),
    instructedClassLogs(plain, held, inputs),
  );
  own.dispose();
  plain.dispose();
});

test('what is none is refused', async (t) => {
  const network = toy();
  const none = null as never;
  const line = { rule, input: inputs[0]!, label: 2 };
  await allRefused(t, [
    [() => proposeRules(none, [], 1), 'stream'],
    [() => proposeRules(random(), [none], 1), 'A rule'],
    [() => proposeRules(random(), [], 0), 'number of proposals'],
    [() => writeInstructedInputs(none, rule, 1, random()), 'The model'],
    [() => writeInstructedInputs(network, rule, 0, random()), 'number of inputs'],
    [() => writeInstructedInputs(network, none, 1, random()), 'A rule'],
    [() => instructedClassLogs(network, rule, []), 'Inputs'],
    [() => instructedClassLogs(network, rule, [[1]]), 'three', 'words'],
    [() => new SelfMadeTrainer(network, [line], 0.5), 'label', '0 or 1'],
    [() => new SelfMadeTrainer(network, [], 2), 'share', '2'],
    [() => new SelfMadeTrainer(network, none, 1), 'Lines'],
  ]);
  network.dispose();
});
