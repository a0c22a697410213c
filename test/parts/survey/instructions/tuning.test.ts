/** New words for instructions: which rules are left out, the documents, answers and training. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, instructions, model, small, training, world } from 'invicl';
import { allRefused, close, leavesNothing, refused, scratch } from '../../../helpers';

const SIZE = { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1 };
const made = (seed = 1): small.SmallModel =>
  new small.SmallModel({ size: SIZE, seed, smearedKeys: true, alignedStart: false });
const network = made();
const [AR, INVICL] = [model.METHODS.ar, model.METHODS.invicl];
const { HELD_OUT_RULES, INSTRUCTION_DOCUMENTS, RULE_COUNTS, tunedRules } = instructions;
const random = (label = 'tuning'): core.Stream => core.stream(4, label);
const KNOWN = { bad: 0, food: 1, noun: 2, short: 3 } as const;

test('the new words are seven that no document of notebook 20 holds, and name each rule', () => {
  const words = [...instructions.NEW_FEATURES, ...instructions.NEW_SCOPES];
  assert.equal(new Set(words).size, 7);
  const read = new Set<string>();
  for (const kind of ['copy', 'features', 'full'] as const)
    for (let i = 0; i < 30; i++)
      for (const stage of small.STAGES) {
        const { header, lines } = small.trainingDocument(random(`${i}`), kind, stage, true);
        for (const token of [...header, ...lines.flat()]) read.add(token);
      }
  for (const word of words) assert.ok(!read.has(word) && world.VOCABULARY.includes(word), word);
  const headers = world.RULES.map((rule) => instructions.newInstruction(rule));
  assert.equal(new Set(headers.map((header) => header.join())).size, 12);
  for (const header of headers)
    assert.deepEqual(header.slice(0, 2), world.headerOf({ feature: 0, scope: 'most' }).slice(0, 2));
});

test('fewer rules are among more, and name every feature and scope without the held-out rules', () => {
  const distinct = (values: readonly unknown[]): number => new Set(values).size;
  assert.equal(distinct(HELD_OUT_RULES.map(({ feature }) => feature)), 3);
  assert.equal(distinct(HELD_OUT_RULES.map(({ scope }) => scope)), 3);
  for (const [i, count] of RULE_COUNTS.entries()) {
    const rules = tunedRules(count);
    assert.equal(distinct(rules), count);
    assert.equal(distinct(rules.map(({ feature }) => feature)), 4);
    assert.equal(distinct(rules.map(({ scope }) => scope)), 3);
    for (const rule of HELD_OUT_RULES) assert.equal(rules.includes(rule), count === 12);
    if (i > 0)
      assert.deepEqual(rules.slice(0, RULE_COUNTS[i - 1]), tunedRules(RULE_COUNTS[i - 1]!));
  }
});

test('single lines have natural labels under the new words of their rule, which decides the label', () => {
  const rules = tunedRules(4);
  const seen = new Set<string>();
  for (const { header, lines } of instructions.instructionBatch(random(), 'single', rules, 16)) {
    const rule = rules.find((one) => instructions.newInstruction(one).join() === header.join());
    assert.ok(rule, header.join(' '));
    assert.equal(lines.length, 1);
    const input = lines[0]!.slice(0, 3).map(world.wordIndex);
    const { labels } = world.namedTask(rule, 'natural');
    assert.equal(lines[0]![4], labels[world.classOf(rule, input)]);
    seen.add(header.join());
  }
  assert.equal(seen.size, 4);
});

test('the other kinds: new words, no header, or the old words in the last line', () => {
  const rules = tunedRules(6);
  const headers = rules.map((rule) => instructions.newInstruction(rule).join());
  const of = (kind: instructions.InstructionDocument, label?: string) =>
    instructions.instructionBatch(random(label), kind, rules, 12);
  for (const { header, lines } of of('instructed')) {
    assert.ok(headers.includes(header.join()));
    assert.equal(lines.length, 9);
  }
  const features = new Set<number>();
  for (const { header, lines } of of('plain')) {
    assert.deepEqual(header, world.headerOf());
    assert.equal(lines.length, 9);
    const feature = KNOWN[lines[0]![4] as keyof typeof KNOWN];
    if (feature !== undefined) features.add(feature);
  }
  assert.ok(features.size > 1);
  const lengths = new Set<number>();
  for (const label of ['a', 'b', 'c', 'd', 'e', 'f']) {
    const batch = of('written', label);
    const { length } = batch[0]!.lines;
    lengths.add(length);
    assert.equal(batch.length, Math.floor((12 * 9) / length));
    for (const { header, lines } of batch) {
      assert.deepEqual(header, world.headerOf());
      assert.equal(lines.length, length);
      assert.equal(lines.at(-1)![0], world.MARKS.instruction);
    }
  }
  assert.ok(lengths.size > 1);
});

test('under the old words or none answers are those of the small model; new words change them', () => {
  const task = world.symbolTask(world.RULES[3]!, ['foo', 'kip']);
  const examples = world.drawExamples(random('examples'), task, 2);
  const input = world.drawInput(random('input'), task.rule, 1);
  for (const method of [AR, INVICL]) {
    const plain = { context: { examples }, input };
    const told = { context: { examples, instruction: task.rule }, input };
    const [none, old, fresh] = instructions.instructedLogAnswers(network, method, [
      { ...plain, header: world.headerOf() },
      { ...plain, header: world.headerOf(task.rule) },
      { ...told, header: instructions.newInstruction(task.rule) },
    ]);
    const [alone, named] = small.smallLogAnswers(network, method, [plain, told]);
    close(none!, alone!, 1e-5);
    close(old!, named!, 1e-5);
    assert.ok(fresh!.some((log, i) => Math.abs(log - old![i]!) > 1e-3));
  }
});

const SHORT = { steps: 4, batch: 4, rules: 4 };

test('tuning starts from the weights that a model has, lowers its loss and repeats itself', () => {
  const run = (): { readonly losses: number[]; readonly tuned: small.SmallModel } => {
    const tuned = made();
    const settings = { ...SHORT, steps: 40, learningRate: 1e-2, mix: { single: 1 } };
    const trainer = new instructions.InstructionTrainer(tuned, AR, settings);
    const losses = Array.from({ length: 40 }, () => trainer.train());
    trainer.dispose();
    return { losses, tuned };
  };
  const [first, again] = [run(), run()];
  assert.deepEqual(first.losses, again.losses);
  const mean = (values: readonly number[]): number =>
    values.reduce((a, b) => a + b, 0) / values.length;
  assert.ok(mean(first.losses.slice(-8)) < 0.8 * mean(first.losses.slice(0, 8)));
  for (const { tuned } of [first, again]) tuned.dispose();
});

test('a checkpoint of tuning opens as a small model; every mix runs, InvICL writes nothing', () => {
  const file = join(scratch(), 'tuned.safetensors');
  for (const [method, kinds] of [
    [AR, INSTRUCTION_DOCUMENTS],
    [INVICL, ['single', 'instructed', 'plain']],
  ] as const)
    for (const kind of kinds) {
      const tuned = made();
      const settings = { ...SHORT, mix: { [kind]: 1 } };
      const trainer = new instructions.InstructionTrainer(tuned, method, settings);
      assert.ok(trainer.train() > 0, kind);
      trainer.save(file);
      const opened = small.loadSmallModel(file);
      assert.equal(training.load(file).kind, 'a small model of TaskWorld');
      assert.deepEqual(
        opened.parameters['words']!.dataSync(),
        tuned.parameters['words']!.dataSync(),
      );
      for (const one of [opened, trainer, tuned]) one.dispose();
    }
  refused(
    () => new instructions.InstructionTrainer(network, INVICL, { mix: { written: 1 } }),
    'InvICL',
    'Write instructions under AR',
  );
});

test('no tensor is left', () => {
  const question = {
    context: { examples: [] },
    input: [0, 6, 12],
    header: instructions.newInstruction(world.RULES[0]!),
  };
  leavesNothing(() => instructions.instructedLogAnswers(network, AR, [question]));
  const trainer = new instructions.InstructionTrainer(network, AR, { ...SHORT, mix: { plain: 1 } });
  trainer.train();
  leavesNothing(() => trainer.train());
  trainer.dispose();
});

test('what is wrong is refused and quoted', async (t) => {
  const batch = (
    kind: string,
    rules: unknown = tunedRules(4),
    count: unknown = 2,
    stream: unknown = random(),
  ): world.Document[] =>
    instructions.instructionBatch(
      stream as core.Stream,
      kind as 'single',
      rules as world.WorldRule[],
      count as number,
    );
  const question = { context: { examples: [] }, input: [0, 6, 12], header: world.headerOf() };
  const ask = (...questions: object[]): unknown =>
    instructions.instructedLogAnswers(network, AR, questions as instructions.InstructedQuestion[]);
  const tune = (given: object): unknown => new instructions.InstructionTrainer(network, AR, given);
  await allRefused(t, [
    [() => instructions.newInstruction({ feature: 4, scope: 'most' }), '4'],
    [() => tunedRules(5), '5', '4, 6, 9, 12'],
    [() => batch('double'), 'double'],
    [() => batch('single', []), 'rules'],
    [() => batch('single', [{ feature: 9, scope: 'most' }]), '9'],
    [() => batch('single', tunedRules(4), 0), 'batch', '0'],
    [() => batch('single', tunedRules(4), 2, 7), '7'],
    [() => ask({ ...question, header: ['<begin>'] }), '4 tokens', 'newInstruction'],
    [() => ask({ ...question, header: ['<begin>', 'no', 'such', 'word'] }), 'no'],
    [() => ask(), 'questions'],
    [
      () =>
        ask(question, { ...question, context: { examples: [{ input: [0, 1, 2], label: 'foo' }] } }),
      'unequal',
    ],
    [() => tune({ rules: 7 }), '7'],
    [() => tune({ mix: { double: 1 } }), 'double'],
    [() => tune({ mix: {} }), 'Shares'],
    [() => tune({ mix: { single: 2 } }), '2'],
    [() => tune({ microBatch: 2 }), 'microbatches of 2'],
    [() => tune({ stages: [] }), 'stages'],
    [() => new instructions.InstructionTrainer({} as small.SmallModel, AR), 'SmallModel'],
    [() => new instructions.InstructionTrainer(network, {} as model.Method), 'method'],
  ]);
});
