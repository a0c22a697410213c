import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { classifiers, core, inweight, language, model, tf } from 'invicl';

import { close, fixture, leavesNothing, refused, scratch } from '../../helpers';

const source = (
  given: Partial<inweight.GeneratorConfig> = {},
  noise = 0.28,
  d = 16,
): inweight.SequenceGenerator => {
  const whole = inweight.generatorConfig(given);
  return new inweight.SequenceGenerator(
    whole,
    inweight.inputsOf({ from: 'centres', d, noise }, inweight.classesOf(whole), whole.seed),
  );
};
const sequencesOf = (from: inweight.SequenceGenerator, N: number): inweight.Sequence[] =>
  Array.from({ length: N }, (_, i) => from.sequence(i));
const network = (from: inweight.SequenceGenerator, stack?: number): inweight.PairTransformer =>
  new inweight.PairTransformer({
    ...inweight.PAIR_TRANSFORMER,
    size: { width: 16, layers: 2, heads: 2, mlpRatio: 2 },
    d: from.inputs.d,
    classes: from.classes,
    L: from.config.L,
    seed: 3,
    ...(stack === undefined ? {} : { stack }),
  });

test('queries follow the weights (chi-square), after one row for each class', () => {
  for (const given of [{ low: 20 }, { low: 20, pHigh: 0.5 }, { zipf: 1 }]) {
    const from = source(given);
    const [N, C] = [20_000, from.classes];
    const counts = from.queryCounts(N).map((count) => count - 1);
    const expected = from.weights.map((weight) => weight * (N - C));
    const chi = counts.reduce(
      (sum, count, c) => sum + (count - expected[c]!) ** 2 / expected[c]!,
      0,
    );
    assert.ok(
      chi < C - 1 + 4 * Math.sqrt(2 * (C - 1)),
      `chi-square ${chi} with ${C - 1} degrees of freedom`,
    );
  }
});

test('every class is asked for at least once, at any size', () => {
  const from = source();
  for (const N of [50, 64, 1000]) assert.ok(Math.min(...from.queryCounts(N)) >= 1);
  assert.equal(
    from.queryCounts(1000).reduce((a, b) => a + b, 0),
    1000,
  );
});

test('relevance comes at its rate, and a context is relevant or it is not', () => {
  for (const L of [1, 4]) {
    const from = source({ L, pRelevant: 0.7 });
    const relevant =
      sequencesOf(from, 4000).filter(({ classes }) => classes.slice(0, L).includes(classes[L]!))
        .length / 4000;
    assert.ok(Math.abs(relevant - 0.7) < 4 * Math.sqrt(0.21 / 4000), `a share of ${relevant}`);
    for (const { classes } of from.tests('relevant', 'rare', 200))
      assert.ok(classes.slice(0, L).includes(classes[L]!));
    for (const { classes } of from.tests('irrelevant', 'common', 200))
      assert.ok(!classes.slice(0, L).includes(classes[L]!));
  }
});

test('the number of copies in a relevant context has its conditional distribution', () => {
  const [L, c] = [4, 0];
  const from = source({ L, low: 5 });
  const w = from.weights[c]!;
  const sequences = sequencesOf(from, 30_000).filter(
    ({ classes }) => classes[L] === c && classes.slice(0, L).includes(c),
  );
  const all = 1 - (1 - w) ** L;
  const choose = [1, 4, 6, 4, 1];
  for (let k = 1; k <= L; k++) {
    const expected = (choose[k]! * w ** k * (1 - w) ** (L - k)) / all;
    const found =
      sequences.filter(({ classes }) => classes.slice(0, L).filter((one) => one === c).length === k)
        .length / sequences.length;
    assert.ok(
      Math.abs(found - expected) <
        4 * Math.sqrt((expected * (1 - expected)) / sequences.length) + 1e-9,
      `${k} copies: ${found}, ${expected}`,
    );
  }
  for (let l = 0; l < L; l++) {
    const at = sequences.filter(({ classes }) => classes[l] === c).length / sequences.length;
    const first = sequences.filter(({ classes }) => classes[0] === c).length / sequences.length;
    assert.ok(Math.abs(at - first) < 0.03, 'all positions are alike');
  }
});

test('exactly so many copies and distractors, in any order', () => {
  const from = source({ L: 6, copies: 2, distractors: 3, pRelevant: 1 });
  const positions = new Set<number>();
  for (const { classes } of sequencesOf(from, 500)) {
    const query = classes[6]!;
    const context = classes.slice(0, 6);
    assert.equal(context.filter((c) => c === query).length, 2);
    const counts = new Map<number, number>();
    for (const c of context) counts.set(c, (counts.get(c) ?? 0) + 1);
    assert.ok([...counts].some(([c, count]) => c !== query && count === 3));
    positions.add(context.indexOf(query));
  }
  assert.ok(positions.size >= 4);
});

test('a data set holds the smaller ones, and other seeds give other data sets', () => {
  const [first, again, other] = [source(), source(), source({ seed: 1 })];
  const late = again.sequence(77);
  assert.deepEqual(first.sequence(77), late, 'whatever was asked for before');
  assert.equal(first.sequence(5), first.sequence(5));
  assert.notDeepEqual(first.sequence(60).inputs, other.sequence(60).inputs);
});

test('label noise puts a share of the labels one class on, and never the query of a test', () => {
  const from = source({ labelNoise: 0.2, L: 3 });
  const sequences = sequencesOf(from, 5000);
  const off = sequences.flatMap(({ classes, labels }) => classes.map((c, l) => labels[l] !== c));
  assert.ok(Math.abs(off.filter(Boolean).length / off.length - 0.2) < 0.01);
  for (const { classes, labels } of sequences.slice(0, 300))
    classes.forEach((c, l) => assert.ok(labels[l] === c || labels[l] === (c + 1) % from.classes));
  for (const { classes, labels } of from.tests('relevant', 'any', 300))
    assert.equal(labels[3], classes[3]);
});

test('inputs are the centre and noise: lengths and distances are as expected', () => {
  const centres = inweight.centres(30, 64, 0);
  for (const centre of centres) close([centre.reduce((sum, x) => sum + x * x, 0)], [1], 1e-5);
  const from = new inweight.SequenceGenerator(
    { low: 25 },
    inweight.inputsOf({ from: 'centres', d: 64, noise: 0.2 }, 30, 0),
  );
  const squared = from.tests('relevant', 'any', 1500).map(({ inputs }) => {
    const [a, b] = [inputs.subarray(0, 64), inputs.subarray(64)];
    return a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0);
  });
  const mean = squared.reduce((a, b) => a + b, 0) / squared.length;
  assert.ok(
    Math.abs(mean - 2 * 64 * 0.04) < 0.1,
    `two noisy inputs of a class are ${mean} apart, 5.12 expected`,
  );
});

test('shifted labels stay in their frequency class, and sequences are copied', () => {
  const from = source();
  const sequences = from.tests('relevant', 'any', 50);
  const before = JSON.stringify(sequences);
  let now = sequences;
  for (let i = 0; i < 45; i++) now = inweight.withShiftedLabels(now, from.config);
  assert.equal(JSON.stringify(sequences), before, 'copy on write');
  assert.deepEqual(
    now.map(({ labels }) => labels),
    sequences.map(({ labels }) => labels),
    'after 45 shifts every label is back: 5 and 45 divide 45',
  );
  for (const label of inweight
    .withShiftedLabels(sequences, from.config)
    .flatMap(({ labels }, b) => labels.map((one, l) => [one, sequences[b]!.labels[l]!] as const)))
    assert.equal(label[0] < 5, label[1] < 5);
  assert.ok(
    inweight
      .withShiftedLabels(sequences, from.config)
      .every(({ labels }, b) => labels.every((one, l) => one !== sequences[b]!.labels[l])),
  );
});

test('new classes have labels of rare classes, all different', () => {
  const from = source();
  const sequences = from.tests('relevant', 'new', 300);
  const names = new Map<number, number>();
  for (const { classes, labels } of sequences) {
    assert.ok(classes[1]! >= 50 && labels[1]! >= 5 && labels[1]! < 50);
    assert.equal(names.get(classes[1]!) ?? labels[1], labels[1]);
    names.set(classes[1]!, labels[1]!);
  }
  assert.equal(new Set(names.values()).size, names.size);
});

interface Case {
  readonly config: inweight.SequenceNetworkConfig;
  readonly prompts: {
    readonly x: number[][][];
    readonly y: number[][];
    readonly xTest: number[][][];
    readonly yTest: number[][];
  };
  readonly weights: Readonly<Record<string, unknown>>;
  readonly logits: unknown;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, unknown>>;
}
const reference = JSON.parse(readFileSync(fixture('inweight-reference.json'), 'utf8')) as {
  readonly cases: Readonly<Record<string, Case>>;
};
const flat = (numbers: unknown): number[] => [numbers].flat(5) as number[];

test('logits, loss and gradients are those of PyTorch, alone and in a stack', () => {
  for (const [name, { config, prompts: given, weights, logits, loss, gradients }] of Object.entries(
    reference.cases,
  ))
    for (const K of [1, 3]) {
      const made = inweight.sequenceNetworkOf(K === 1 ? config : { ...config, stack: K });
      assert.deepEqual(
        Object.keys(made.parameters).sort(),
        Object.keys(weights).sort(),
        `${name}: the same weights`,
      );
      for (const [key, parameter] of Object.entries(made.parameters)) {
        const times = Array.from({ length: K }, () => flat(weights[key])).flat();
        tf.tidy(() => parameter.assign(tf.tensor(times, parameter.shape)));
      }
      const once: model.Prompts = {
        x: tf.tensor3d(given.x),
        y: tf.tensor2d(given.y),
        xTest: tf.tensor3d(given.xTest),
        yTest: tf.tensor2d(given.yTest),
      };
      const prompts = inweight.repeatedForStack(once, K);
      const found = flat(tf.tidy(() => made.logits(prompts).arraySync()));
      close(
        found,
        Array.from({ length: K }, () => flat(logits)).flat(),
        1e-5,
        `${name}, stack of ${K}: logits`,
      );
      const { value, grads } = tf.variableGrads(
        () => made.loss(prompts).mul(K).asScalar(),
        Object.values(made.parameters),
      );
      close([value.dataSync()[0]!], [K * loss], 1e-5, `${name}: loss`);
      for (const [key, expected] of Object.entries(gradients))
        close(
          [...grads[made.parameters[key]!.name]!.dataSync()],
          Array.from({ length: K }, () => flat(expected)).flat(),
          3e-5,
          `${name}: gradient of ${key}`,
        );
      made.dispose();
    }
});

test('a stack trains as its networks would alone, each on its own data set', () => {
  const from = source({ low: 10 });
  const sizes = [32, 256];
  const stack = network(from, 2);
  const together = new inweight.SequenceTrainer(stack, from, sizes, {
    steps: 12,
    batch: 8,
    seed: 5,
  });
  while (together.step < 12) together.train();
  sizes.forEach((N, k) => {
    const alone = network(from);
    const trainer = new inweight.SequenceTrainer(alone, from, [N], {
      steps: 12,
      batch: 8,
      seed: 5,
    });
    while (trainer.step < 12) trainer.train();
    const member = inweight.memberOf(stack, k);
    for (const [name, parameter] of Object.entries(alone.parameters))
      close(
        [...member.parameters[name]!.dataSync()],
        [...parameter.dataSync()],
        2e-4,
        `N = ${N}: ${name}`,
      );
    const sequences = inweight.testSequences(
      from,
      { context: 'relevant', query: 'any', labels: 'same' },
      40,
    );
    assert.deepEqual(
      inweight.answersOf(stack, 2, sequences, 16).answers[k],
      inweight.answersOf(member, 1, sequences, 16).answers[0],
    );
    trainer.dispose();
    alone.dispose();
    member.dispose();
  });
  together.dispose();
  stack.dispose();
});

test('a resumed run gives the same bits, and a checkpoint its networks', async () => {
  const from = source({ low: 10 });
  const file = join(scratch(), 'rows.safetensors');
  const run = async (until: readonly number[], checkpoint?: string): Promise<Float32Array> => {
    let values = new Float32Array();
    for (const upTo of until) {
      const made = network(from, 2);
      const trainer = new inweight.SequenceTrainer(made, from, [32, 64], {
        steps: 8,
        batch: 4,
        l2: 1e-3,
        checkpointEvery: 4,
      });
      await trainer.run({ until: upTo, ...(checkpoint ? { checkpoint } : {}) });
      values = made.parameters[
        'head.weight'
      ]!.dataSync<'float32'>().slice() as Float32Array<ArrayBuffer>;
      trainer.dispose();
      made.dispose();
    }
    return values;
  };
  assert.deepEqual(await run([8]), await run([4, 8], file));
  const loaded = inweight.loadSequenceNetworks(file);
  assert.equal(loaded.config.stack, 2);
  refused(() => inweight.memberOf(loaded, 2), 'Network 2', 'stack of 2', '0 to 1');
  loaded.dispose();
});

test('a causal transformer on pairs: the query sees all, no example sees a later one', () => {
  const from = source({ L: 3 });
  const made = network(from);
  const prompts = inweight.sequencePrompts(from.tests('as trained', 'any', 5), 16);
  const maps = made.attentionOfQuery(prompts);
  assert.equal(maps.length, 2);
  for (const map of maps)
    for (const row of map) {
      assert.equal(row.length, 7);
      close([row.reduce((a, b) => a + b, 0)], [1], 1e-5);
      assert.ok(Math.min(...row) > 0);
    }
  made.dispose();
});

test('the gated model: probabilities, a gate from 0 to 1, parts fixed as it is trained', () => {
  const from = source({ L: 2 });
  const made = new inweight.GatedModel({
    kind: 'stylised',
    d: 16,
    classes: 50,
    L: 2,
    hidden: 8,
    seed: 0,
    stack: 2,
  });
  const prompts = inweight.repeatedForStack(
    inweight.sequencePrompts(from.tests('as trained', 'any', 6), 16),
    2,
  );
  for (const part of [made.inWeight(prompts), made.inContext(prompts)])
    close([...part.sum(2).dataSync()], new Array<number>(12).fill(1), 1e-5);
  const alpha = made.alpha(prompts);
  assert.deepEqual(alpha.shape, [12, 1, 1]);
  const alphas = [...alpha.dataSync()];
  assert.ok(alphas.every((value) => value > 0 && value < 1));
  const before = [...made.parameters['g.0.weight']!.dataSync()];
  const gateBefore = [...made.parameters['gate.0.weight']!.dataSync()];
  const trainer = new inweight.SequenceTrainer(
    made,
    from,
    [64, 128],
    { steps: 3, batch: 4 },
    made.gateOnly,
  );
  for (let i = 0; i < 3; i++) trainer.train();
  assert.deepEqual([...made.parameters['g.0.weight']!.dataSync()], before);
  assert.notDeepEqual([...made.parameters['gate.0.weight']!.dataSync()], gateBefore);
  trainer.dispose();
  made.dispose();
});

test('the in-context vote follows the context, the oracle of centres does not', () => {
  const from = source({ L: 1, low: 10 }, 0.1, 32);
  const vote = inweight.similarityVote(15);
  const oracle = inweight.oracleOfCentres(inweight.centres(15, 32, 0), 0.1);
  const error = (classifier: classifiers.Classifier, cell: inweight.Cell): number =>
    inweight.answersOf(classifier, 1, inweight.testSequences(from, cell, 200), 32).scores[0]!.error;
  const cell = (context: 'relevant' | 'irrelevant', labels: 'same' | 'shifted'): inweight.Cell => ({
    context,
    query: 'rare',
    labels,
  });
  assert.equal(error(vote, cell('relevant', 'shifted')), 0);
  assert.equal(error(vote, cell('irrelevant', 'same')), 1);
  assert.ok(error(oracle, cell('irrelevant', 'same')) < 0.02);
  assert.ok(error(oracle, cell('relevant', 'shifted')) > 0.98);
});

test('shares of answers sum to 1; the share of in-context learning is from 0 to 1', () => {
  const from = source();
  const sequences = inweight.testSequences(
    from,
    { context: 'relevant', query: 'rare', labels: 'shifted' },
    30,
  );
  const copied = sequences.map(({ labels }) => labels.at(-1)!);
  const remembered = sequences.map(({ classes }) => classes.at(-1)!);
  assert.deepEqual(inweight.answerShares(copied, sequences), {
    copied: 1,
    remembered: 0,
    other: 0,
  });
  assert.deepEqual(inweight.answerShares(remembered, sequences), {
    copied: 0,
    remembered: 1,
    other: 0,
  });
  assert.equal(inweight.contextShare(0.5, 1, 0), 0.5);
  assert.equal(inweight.contextShare(-1, 1, 0), 1);
  assert.ok(Number.isNaN(inweight.contextShare(0.5, 0.3, 0.3)));
});

test('tests leave no tensors, and neither does training', () => {
  const from = source({ low: 10 });
  const made = network(from, 2);
  const trainer = new inweight.SequenceTrainer(made, from, [32, 64], { steps: 50, batch: 4 });
  const sequences = from.tests('relevant', 'any', 20);
  for (let i = 0; i < 2; i++) inweight.answersOf(made, 2, sequences, 16);
  leavesNothing(() => {
    trainer.train();
    inweight.answersOf(made, 2, sequences, 16);
  });
  trainer.dispose();
  made.dispose();
});

test('characters: one drawing or several are trained on, the others are tests', () => {
  const inputs = inweight.inputsOf({ from: 'own alphabets', noise: 0, drawings: 1 }, 30, 0);
  const random = core.stream(0, 'drawings');
  const trained = Array.from({ length: 5 }, () => [...inputs.draw(3, random, false)].join());
  assert.equal(new Set(trained).size, 1);
  for (let i = 0; i < 10; i++)
    assert.notEqual([...inputs.draw(3, random, true)].join(), trained[0]);
  assert.ok(inputs.drawn && inputs.classes === 50);
});

test('facts: strings in their lists, all different, invented ones never familiar', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const { familiar, invented } = inweight.factsOf(core.stream(seed, 'facts'), 4);
      const strings = [...familiar, ...invented].flatMap(({ name, city }) => [name, city]);
      assert.equal(new Set(strings).size, 16);
      const known = [...inweight.NAMES, ...inweight.CITIES];
      for (const { name, city } of invented)
        assert.ok(!known.includes(name) && !known.includes(city));
      const tokenizer = inweight.cityTokenizer();
      for (const string of strings) assert.equal(tokenizer.encode(string).length, 2);
    }),
    { numRuns: 50 },
  );
});

const small = (): language.LoadedModel => {
  const tokenizer = inweight.cityTokenizer();
  const config: language.LanguageModelConfig = {
    family: 'gpt2',
    vocabulary: tokenizer.vocabulary,
    size: { width: 16, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 48 },
    architecture: { parallel: false, gelu: 'tanh', rotary: null },
    local: null,
    tied: true,
    end: null,
  };
  return { model: new language.LanguageModel(config), tokenizer };
};

test('a model fine-tuned on facts answers them; log-odds are differences of logs', () => {
  const loaded = small();
  const { familiar, invented } = inweight.factsOf(core.stream(0, 'facts'), 2);
  const facts = [...familiar, ...invented];
  const trainer = new inweight.FactTrainer(loaded, facts, {
    share: 0,
    steps: 80,
    batch: 8,
    learningRate: 1e-2,
  });
  for (let i = 0; i < 80; i++) trainer.train();
  assert.equal(inweight.remembered(loaded, facts), 1);
  const found = inweight.conflicts(loaded, facts);
  assert.equal(found.length, 12);
  const { name, contextCity, logOdds } = found[0]!;
  const [scores] = inweight.cityScores(loaded, [
    { context: [{ name, city: contextCity }], name, cities: [contextCity, facts[0]!.city] },
  ]);
  close([logOdds], [scores![0]! - scores![1]!], 1e-4);
  trainer.dispose();
  loaded.model.dispose();
});

test('the same questions go through any language model of a folder', () => {
  const loaded = language.loadLanguageModel(join(fixture('models'), 'gpt2'));
  const facts = [
    { name: 'Liz', city: 'London' },
    { name: 'Kaitlyn', city: 'Kingston' },
  ];
  const found = inweight.conflicts(loaded, facts);
  assert.equal(found.length, 2);
  assert.ok(found.every(({ logOdds }) => Number.isFinite(logOdds)));
  loaded.model.dispose();
});

test('bad input is refused in a sentence', () => {
  refused(() => inweight.generatorConfig({ L: 4, copies: 5 }), 'L_relevant = 5', 'L = 4');
  refused(() => inweight.generatorConfig({ pHigh: 1 }), 'Class 5 has the weight 0', 'p_high');
  refused(() => inweight.generatorConfig({ pHigh: 0 }), 'Class 0 has the weight 0');
  refused(() => inweight.generatorConfig({ pRelevant: 1.2 }), 'pRelevant', '0 to 1', '1.2');
  refused(() => inweight.generatorConfig({ labelNoise: -0.1 }), 'labelNoise', '-0.1');
  refused(() => inweight.generatorConfig({ L: 0 }), 'empty context', 'L = 0');
  refused(() => inweight.generatorConfig({ pHigh: 0.05 }), 'common class', 'p_high');
  refused(
    () => inweight.generatorConfig({ L: 4, copies: 2, distractors: 3 }),
    '3 distractors',
    'L = 4',
  );
  refused(() => inweight.generatorConfig({ speed: 3 } as never), "'speed'");
  refused(() => source().queryCounts(20), 'N = 20', '50 classes');
  refused(() => inweight.inputsOf({ from: 'centres', d: 4, noise: -1 }, 5, 0), 'noise', '-1');
  refused(
    () => inweight.inputsOf({ from: 'own alphabets', noise: 0, drawings: 20 }, 5, 0),
    '20 drawings',
    'at least one',
  );
  const from = source();
  const made = network(from, 2);
  refused(() => new inweight.SequenceTrainer(made, from, [64]), '1 sizes', '2 networks');
  refused(() => new inweight.SequenceTrainer(made, from, [20, 64]), 'N = 20');
  refused(() => new inweight.SequenceTrainer(made, from, [64, 64], { l2: -1 }), 'l2', '-1');
  refused(
    () => made.logits(inweight.sequencePrompts(source({ L: 2 }).tests('relevant', 'any', 2), 16)),
    'L = 1',
    '2 examples',
  );
  made.dispose();
  refused(() => inweight.similarityVote(3, 0), 'temperature', '0');
  refused(
    () =>
      new inweight.PairTransformer({
        ...inweight.PAIR_TRANSFORMER,
        d: 8,
        classes: 3,
        seed: 0,
        L: 0,
      }),
    'empty context',
    'L = 0',
  );
  const loaded = small();
  refused(() => new inweight.FactTrainer(loaded, [], { share: 0.5 }), 'No fixed facts', '0.5');
  refused(() => new inweight.FactTrainer(loaded, [], { share: 2 }), 'share', '2');
  refused(() => inweight.factsOf(core.stream(0, 'x'), 40), '40 familiar names');
  refused(() => inweight.conflicts(loaded, [{ name: 'an na', city: 'os lo' }]), '1 city', 'two');
  loaded.model.dispose();
});
