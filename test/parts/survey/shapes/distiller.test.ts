/** A distiller: what its vectors depend on, questions after them, and its training. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, model, scoring, shapes, small, tf, training, world } from 'invicl';
import { allRefused, close, leavesNothing, refused, root, scratch } from '../../../helpers';

const SIZE = { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1 };
const made = (smearedKeys = true, width = 16): small.SmallModel =>
  new small.SmallModel({ size: { ...SIZE, width }, seed: 1, smearedKeys, alignedStart: false });
const reader = made();
const distiller = shapes.distillerFor(reader, 3);
const TASK = world.symbolTask(world.RULES[4]!, ['foo', 'kip']);

const examplesOf = (k: number, label = 'demonstrations'): world.Example[] =>
  world.drawExamples(core.stream(1, label), TASK, k);
const questionsOf = (k: number, count: number, label?: string): scoring.WorldQuestion[] => {
  const random = core.stream(2, 'questions');
  const context = { examples: examplesOf(k, label) };
  return Array.from({ length: count }, (_, i) => ({
    context,
    input: world.drawInput(random, TASK.rule, (i % 2) as 0 | 1),
    options: TASK.labels,
  }));
};
const tokensOf = (examples: readonly world.Example[]): number[] =>
  world.documentTokens(world.contextDocument({ examples }));
const ints = (rows: number[][]): tf.Tensor2D => tf.tensor2d(rows, undefined, 'int32');

/** The numbers of some vectors, [B, m, C]. */
const vectorsOf = (rows: number[][], m: number): number[][][] =>
  tf.tidy(() => distiller.vectors(ints(rows), m).arraySync());
const apart = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

test('the first vectors do not depend on how many there are', () => {
  const rows = [tokensOf(examplesOf(3)), tokensOf(examplesOf(3, 'others'))];
  const four = vectorsOf(rows, 4);
  for (const m of [1, 2, 3])
    close(
      vectorsOf(rows, m).flat(2),
      four.flatMap((row) => row.slice(0, m)).flat(),
      1e-5,
      `${m} vectors`,
    );
  const [first, second] = four[0]!;
  assert.ok(apart(first!, second!) > 0.01, 'each query has a vector of its own');
});

test('a distiller begins with the weights of its reader, and with those of its seed', () => {
  const [again, other] = [3, 4].map((seed) => shapes.distillerFor(reader, seed));
  for (const [name, weight] of Object.entries(distiller.parameters)) {
    const values = weight.dataSync();
    assert.deepEqual(again!.parameters[name]!.dataSync(), values, name);
    const own = reader.parameters[name];
    if (own) assert.deepEqual(other!.parameters[name]!.dataSync(), own.dataSync(), name);
  }
  assert.notDeepEqual(
    other!.parameters['queries']!.dataSync(),
    distiller.parameters['queries']!.dataSync(),
  );
  for (const one of [again!, other!]) one.dispose();
});

test('every vector reads every demonstration', () => {
  const examples = examplesOf(4);
  const before = vectorsOf([tokensOf(examples)], 2)[0]!;
  for (const i of [0, 3]) {
    const label = examples[i]!.label === 'foo' ? 'kip' : 'foo';
    const changed = examples.map((example, e) => (e === i ? { ...example, label } : example));
    vectorsOf([tokensOf(changed)], 2)[0]!.forEach((vector, j) =>
      assert.ok(apart(vector, before[j]!) > 1e-3, `vector ${j}, demonstration ${i}`),
    );
  }
});

test('the layouts of one line are those of a question without and with demonstrations', () => {
  const { ar } = model.METHODS;
  for (const [own, ordinary] of [
    [shapes.distilledLayout(0), small.documentLayout(ar, 0, 1)],
    [shapes.demonstratedLayout(3), small.documentLayout(ar, 3, 1)],
  ] as const) {
    for (const name of ['mask', 'buckets', 'continues', 'places'] as const) {
      assert.deepEqual(own[name].shape, ordinary[name].shape, name);
      assert.deepEqual(own[name].dataSync(), ordinary[name].dataSync(), name);
    }
    for (const layout of [own, ordinary]) small.disposeLayout(layout);
  }
});

test('several lines after one context are answered as one by one', () => {
  const [one, three] = [shapes.distilledLayout(2), shapes.distilledLayout(2, 3)];
  const [alone, together] = [shapes.demonstratedLayout(2), shapes.demonstratedLayout(2, 3)];
  const all = tokensOf(examplesOf(5));
  const [header, context] = [all.slice(0, 4), all.slice(4, 16)];
  const lines = [16, 22, 28].map((from) => all.slice(from, from + 6));
  tf.tidy(() => {
    const vectors = distiller.vectors(ints([all.slice(0, 16)]), 2);
    const after = (some: number[][], layout: typeof one): number[][] =>
      shapes
        .distilledLogits(reader, ints([[...header, ...some.flat()]]), vectors, layout)
        .arraySync()[0]!;
    const shown = (some: number[][], layout: typeof one): number[][] =>
      reader.logits(ints([[...header, ...context, ...some.flat()]]), layout).arraySync()[0]!;
    const atOnce = [after(lines, three), shown(lines, together)] as const;
    lines.forEach((line, i) => {
      close(atOnce[0][i]!, after([line], one)[0]!, 1e-5, `vectors, line ${i}`);
      const place = 16 + 3; // of the template
      close(atOnce[1][place + 6 * i]!, shown([line], alone)[place]!, 1e-5, `line ${i}`);
    });
    assert.ok(apart(atOnce[0][0]!, atOnce[0][1]!) > 1e-3, 'lines differ');
  });
  for (const layout of [one, three, alone, together]) small.disposeLayout(layout);
});

test('no vectors are no demonstrations', () => {
  const asked = questionsOf(3, 4);
  const none = asked.map((question) => ({ ...question, context: { examples: [] } }));
  const scored = shapes.distilledScorer(reader, distiller, 0, 'is').score(asked);
  const plain = scoring.smallScorer(reader, model.METHODS.ar, 'is').score(none);
  close(scored.scores.flat(), plain.scores.flat(), 1e-6);
  assert.deepEqual(scored.cost, plain.cost);
});

test('the embedded tokens of a demonstration as vectors are the demonstration itself', () => {
  const network = made(false); // a smeared key would see that vectors are no line
  const examples = examplesOf(1);
  const [question] = questionsOf(1, 1);
  const asked = { input: question!.input!, label: 'foo' };
  const whole = tokensOf([...examples, asked]);
  const place = Array.from({ length: 6 }, (_, i) => 4 + i);
  const [own, ordinary] = [shapes.distilledLayout(6), small.documentLayout(model.METHODS.ar, 1, 1)];
  const [a, b] = tf.tidy(() => {
    const line = network.embedded(ints([whole.slice(4, 10)]), {
      places: tf.tensor1d(place, 'int32'),
    });
    const alone = ints([[...whole.slice(0, 4), ...whole.slice(10)]]);
    const after = shapes.distilledLogits(network, alone, line, own); // [1, 1, V]
    const all = network.logits(ints([whole]), ordinary).arraySync();
    return [[...after.dataSync()], all[0]![13]!];
  }) as unknown as [number[], number[]];
  close(a, b, 1e-5);
  for (const layout of [own, ordinary]) small.disposeLayout(layout);
  network.dispose();
});

test('questions keep their places; each context is distilled once', () => {
  const asked = [...questionsOf(2, 2), ...questionsOf(5, 1), ...questionsOf(2, 1, 'others')];
  const mixed = [asked[0]!, asked[2]!, asked[3]!, asked[1]!];
  const scorer = shapes.distilledScorer(reader, distiller, 2);
  const { scores, cost } = scorer.score(mixed);
  const single = mixed.map((question) => scorer.score([question]).scores[0]!);
  close(scores.flat(), single.flat(), 1e-5);
  const contexts = 16 + 34 + 16; // 4 + 6 k each
  assert.deepEqual(cost, { passes: 3 + 4, tokens: contexts + 4 * (4 + 2 + 6) });
  const other = asked.map((question) => ({ ...question, context: asked[3]!.context }));
  assert.ok(
    apart(scorer.score([asked[0]!]).scores[0]!, scorer.score([other[0]!]).scores[0]!) > 1e-4,
  );
});

const SHORT = {
  steps: 60,
  batch: 4,
  k: 2,
  questions: 3,
  vectors: [1, 2],
  learningRate: 1e-2,
  beta: 0.5,
};

/** A trainer whose parts can be asked for. */
class OpenTrainer extends shapes.DistillerTrainer {
  readonly inputs = (step: number): tf.Tensor[] => this.inputsOf(step);
  readonly loss = (inputs: readonly tf.Tensor[]): tf.Scalar => this.lossOf(inputs);
}

const run = (given: object = SHORT, options: object = {}) => {
  const own = shapes.distillerFor(reader, 3);
  const trainer = new OpenTrainer(reader, own, given, options);
  return {
    own,
    trainer,
    dispose: () => {
      trainer.dispose();
      own.dispose();
    },
  };
};

test('the loss is the divergence from the answers after the demonstrations, and the label', () => {
  const { own, trainer, dispose } = run();
  for (const step of [0, 1]) {
    const m = [1, 2][step]!;
    const inputs = trainer.inputs(step);
    const [read, asked, answers, labels] = inputs.map((one) => one.arraySync()) as [
      number[][],
      number[][],
      number[][][],
      number[][],
    ];
    const layout = shapes.distilledLayout(m);
    const whole = small.documentLayout(model.METHODS.ar, 2, 1);
    const logsOf = (logits: tf.Tensor): number[] => [...tf.logSoftmax(logits.flatten()).dataSync()];
    let sum = 0;
    read.forEach((tokens, b) => {
      for (const i of [0, 1, 2]) {
        const line = asked[b]!.slice(4 + 6 * i, 10 + 6 * i);
        const [p, q] = tf.tidy(() => {
          const all = reader.logits(ints([[...tokens, ...line]]), whole); // [1, 22, V]
          const alone = ints([[...asked[b]!.slice(0, 4), ...line]]);
          const after = shapes.distilledLogits(
            reader,
            alone,
            own.vectors(ints([tokens]), m),
            layout,
          );
          return [logsOf(all.slice([0, 19, 0], [1, 1, -1])), logsOf(after)];
        }) as unknown as [number[], number[]];
        close(answers[b]![i]!, p, 1e-5, 'answers after the demonstrations');
        assert.equal(labels[b]![i], line[4], 'the label is that of the question');
        sum += p.reduce((kl, log, v) => kl + Math.exp(log) * (log - q[v]!), 0);
        sum -= 0.5 * q[line[4]!]!;
      }
    });
    const loss = tf.tidy(() => trainer.loss(inputs).dataSync()[0]!);
    close([loss], [sum / 12], 1e-5, `${m} vectors`);
    tf.dispose(inputs);
    for (const one of [layout, whole]) small.disposeLayout(one);
  }
  dispose();
});

test('the same run gives the same losses, leaves the small model as it is, and no tensor', () => {
  const weights = (): number[][] =>
    Object.values(reader.parameters).map((one) => [...one.dataSync()]);
  const before = weights();
  const losses = (): number[] => {
    const { own, trainer, dispose } = run();
    const start = own.parameters['queries']!.dataSync().slice();
    const all = Array.from({ length: 6 }, () => trainer.train());
    assert.ok(apart([...start], [...own.parameters['queries']!.dataSync()]) > 1e-3);
    dispose();
    return all;
  };
  let first: number[] = [];
  leavesNothing(() => {
    first = losses();
  });
  assert.deepEqual(losses(), first);
  assert.deepEqual(weights(), before);
});

test('a short run teaches the vectors which labels there are', () => {
  const file = join(root, 'data', 'checkpoints', 'survey-small', 'ar-0.safetensors');
  const network = small.loadSmallModel(file);
  const own = shapes.distillerFor(network, 0);
  const given = { steps: 80, batch: 8, k: 2, questions: 4, vectors: [2], learningRate: 3e-3 };
  const trainer = new shapes.DistillerTrainer(network, own, given);
  const all = Array.from({ length: 80 }, () => trainer.train());
  const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b) / part.length;
  const [first, last] = [mean(all.slice(0, 10)), mean(all.slice(-10))];
  assert.ok(last < 0.7 * first, `${first} before, ${last} after`);
  trainer.dispose();
  own.dispose();
  network.dispose();
});

test('compiled and eager steps agree', () => {
  const losses = (options: object): number[] => {
    const { trainer, dispose } = run(SHORT, options);
    const all = Array.from({ length: 6 }, () => trainer.train());
    dispose();
    return all;
  };
  close(losses({}), losses({ compile: false }), 1e-4);
});

test('a run that stopped goes on to the same weights, and its file opens as the same', async () => {
  const folder = scratch();
  const short = { ...SHORT, steps: 7 };
  const whole = run(short);
  await whole.trainer.run({ checkpoint: join(folder, 'whole.safetensors') });
  const file = join(folder, 'cut.safetensors');
  const cut = run(short);
  await cut.trainer.run({ checkpoint: file, until: 3 });
  const resumed = run(short);
  await resumed.trainer.run({ checkpoint: file });
  const opened = shapes.loadDistiller(file);
  for (const [name, weight] of Object.entries(whole.own.parameters)) {
    assert.deepEqual(resumed.own.parameters[name]!.dataSync(), weight.dataSync(), name);
    assert.deepEqual(opened.parameters[name]!.dataSync(), weight.dataSync(), name);
  }
  assert.deepEqual(opened.config, { encoder: reader.config, vectors: 4, seed: 3 });
  assert.equal(training.load(file).kind, 'a distiller of demonstrations');
  const facts = training.readCheckpoint(file).facts.model as { readonly reader: object };
  assert.deepEqual(facts.reader, reader.config);
  refused(
    () => small.loadSmallModel(file),
    'a distiller of demonstrations',
    'shapes.loadDistiller',
  );
  const other = run({ ...short, beta: 0 });
  refused(() => other.trainer.restore(file), 'beta');
  for (const one of [whole, cut, resumed, other]) one.dispose();
  opened.dispose();
});

test('asking leaves no tensor, also where it is refused', async (t) => {
  const wide = made(true, 8);
  const asked = questionsOf(2, 3);
  const scorer = shapes.distilledScorer(reader, distiller, 2);
  leavesNothing(() => {
    scorer.score(asked);
    refused(() => scorer.score(asked, scoring.SCORING_WAYS.channel), 'channel', 'direct');
    refused(() => shapes.distilledScorer(reader, distiller, 5), 'vectors', '5');
    refused(() => new shapes.DistillerTrainer(reader, distiller, { vectors: [5] }), '5');
  });
  const wrong = <T>(value: unknown): T => value as T;
  const built = (changed: object) => () =>
    new shapes.Distiller({ ...distiller.config, ...changed });
  const trainer = (given: object) => () => new shapes.DistillerTrainer(reader, distiller, given);
  const row = (S: number) => () =>
    tf.tidy(() => distiller.vectors(ints([new Array(S).fill(0)]), 1));
  await allRefused(t, [
    [built({ vectors: 0 }), 'vectors', '0'],
    [built({ seed: -1 }), 'seed', '-1'],
    [built({ encoder: { ...reader.config, size: { ...SIZE, heads: 3 } } }), '16', '3'],
    [() => shapes.distillerFor(wrong({}), 0), 'small.SmallModel'],
    [built({ depth: 1 }), "'depth'"],
    [row(5), '[1,5]', '4 + 6 k'],
    [() => distiller.vectors(wrong(null), 1), 'tensor', 'null'],
    [() => shapes.distilledLayout(-1), 'vectors', '-1'],
    [() => shapes.distilledLayout(1, 0), 'lines', '0'],
    [() => shapes.demonstratedLayout(-1), 'demonstrations', '-1'],
    [() => shapes.demonstratedLayout(1, 0), 'lines', '0'],
    [() => shapes.distilledScorer(wrong({}), distiller, 1), 'small.SmallModel'],
    [() => shapes.distilledScorer(reader, wrong({}), 1), 'shapes.Distiller'],
    [() => shapes.distilledScorer(wide, distiller, 1), '16', '8'],
    [() => shapes.distilledScorer(reader, distiller, 1, 'magic'), "'magic'"],
    [trainer({ k: 33 }), 'k', '33'],
    [trainer({ questions: 0 }), 'questions', '0'],
    [trainer({ vectors: [] }), 'vectors', 'at least 1'],
    [trainer({ vectors: [0] }), 'vectors', '0'],
    [trainer({ beta: -1 }), 'beta', '-1'],
    [trainer({ microBatch: 2 }), 'microbatches', '2'],
    [trainer({ lines: 2 }), "'lines'"],
    [() => new shapes.DistillerTrainer(wide, distiller), '16', '8'],
    [() => shapes.loadDistiller(join(scratch(), 'absent.safetensors')), 'absent'],
  ]);
  wide.dispose();
});
