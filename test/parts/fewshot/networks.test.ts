/**
 * Few-shot networks: against PyTorch, blind to order, tests apart, trained and resumed; bad input.
 */
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { classifiers, core, fewshot, model, tasks, training, tf } from 'invicl';

import { close, fixture, leavesNothing, refused, scratch } from '../../helpers';

type Numbers = number[] | number[][] | number[][][];
interface Case {
  readonly config: fewshot.NetworkConfig;
  readonly weights: Readonly<Record<string, Numbers>>;
  readonly logits: number[][][];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Numbers>>;
}
const reference = JSON.parse(readFileSync(fixture('fewshot-reference.json'), 'utf8')) as {
  readonly prompts: {
    readonly x: number[][][];
    readonly y: number[][];
    readonly xTest: number[][][];
    readonly yTest: number[][];
  };
  /** Inputs of the case that embeds drawings by convolutions. */
  readonly drawings: { readonly x: number[][][]; readonly xTest: number[][][] };
  readonly cases: Readonly<Record<string, Case>>;
  readonly logistic: { readonly X: number[][]; readonly y: number[]; readonly weights: number[] };
  readonly normal: { readonly at: number[]; readonly below: number[] };
};

const flat = (numbers: unknown): number[] => (numbers as number[]).flat(4) as number[];

function referencePrompts(inputs: Partial<typeof reference.drawings> = {}): model.Prompts {
  const { x, y, xTest, yTest } = { ...reference.prompts, ...inputs };
  return {
    x: tf.tensor3d(x),
    y: tf.tensor2d(y),
    xTest: tf.tensor3d(xTest),
    yTest: tf.tensor2d(yTest),
  };
}

const KINDS: readonly tasks.TaskSpec[] = [
  { kind: 'pairs' },
  { kind: 'prototypes' },
  { kind: 'thresholds' },
];
const MIXTURE: tasks.TaskSpec = { kind: 'mixture', of: KINDS };
const sample = (spec: tasks.TaskSpec, B: number, n: number, m: number, seed = 0): model.Prompts =>
  tasks.taskOf(spec).sample(core.stream(seed, 'test prompts'), { B, n, m });
const make = (spec: fewshot.NetworkSpec, classes = 2): classifiers.ClassifierNetwork =>
  fewshot.networkOf({ ...spec, d: 2, classes, seed: 0 } as fewshot.NetworkConfig);

test('logits, loss and gradients are those of PyTorch', () => {
  for (const [name, { config, weights, logits, loss, gradients }] of Object.entries(
    reference.cases,
  )) {
    const prompts = referencePrompts('filters' in config ? reference.drawings : {});
    const network = fewshot.networkOf(config);
    assert.deepEqual(
      Object.keys(network.parameters).sort(),
      Object.keys(weights).sort(),
      `${name}: the same weights`,
    );
    for (const [key, values] of Object.entries(weights)) {
      const parameter = network.parameters[key]!;
      tf.tidy(() => parameter.assign(tf.tensor(flat(values), parameter.shape)));
    }
    close(flat(network.logits(prompts).arraySync()), flat(logits), 1e-5, `${name}: logits`);
    const { value, grads } = tf.variableGrads(
      () => network.loss(prompts),
      Object.values(network.parameters),
    );
    close([value.dataSync()[0]!], [loss], 1e-5, `${name}: loss`);
    for (const [key, expected] of Object.entries(gradients))
      close(
        [...grads[network.parameters[key]!.name]!.dataSync()],
        flat(expected),
        2e-5,
        `${name}: gradient of ${key}`,
      );
    network.dispose();
  }
});

test('no network has a favourite order, and tests do not see each other', () => {
  const prompts = sample(MIXTURE, 6, 7, 3);
  for (const [key, spec] of Object.entries(fewshot.NETWORKS)) {
    const network = make(spec);
    const first = network.logProbabilities(prompts).arraySync();
    for (let o = 0; o < 3; o++) {
      const order = core.stream(o, 'order').permutation(7);
      const { x, y } = { x: prompts.x.gather(order, 1), y: prompts.y.gather(order, 1) };
      close(
        flat(network.logProbabilities({ ...prompts, x, y }).arraySync()),
        flat(first),
        1e-5,
        `${key}: order`,
      );
    }
    const one = {
      ...prompts,
      xTest: prompts.xTest.slice([0, 1, 0], [-1, 1, -1]),
      yTest: prompts.yTest.slice([0, 1], [-1, 1]),
    };
    const alone = network.logProbabilities(one).arraySync();
    close(flat(alone), flat(first.map((rows) => [rows[1]!])), 1e-5, `${key}: a test alone`);
    network.dispose();
  }
});

test('a test’s answer depends on the examples’ labels', () => {
  const prompts = sample(MIXTURE, 6, 7, 3);
  const swapped = { ...prompts, y: tf.sub(1, prompts.y) as tf.Tensor2D };
  for (const key of [
    'icl',
    'linear',
    'matchnet',
    'protonet',
    'cnp',
    'maml',
    'published',
  ] as const) {
    const network = make(fewshot.NETWORKS[key]);
    const [a, b] = [prompts, swapped].map((p) => network.logProbabilities(p));
    assert.ok(tf.tidy(() => a!.sub(b!).abs().max().dataSync()[0]!) > 1e-7, key);
    network.dispose();
  }
});

test('linear attention in one pass is linear attention test by test', () => {
  const random = core.stream(0, 'qkv');
  const [n, m, D] = [5, 3, 4];
  const [q, k, v] = Array.from({ length: 3 }, () =>
    tf.tensor4d(random.normals(2 * (n + m) * D), [1, 2, n + m, D]),
  ) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const together = fewshot.linearAttention(q, k, v, n).arraySync()[0]!;
  for (let t = 0; t < m; t++) {
    const rows = [...Array.from({ length: n }, (_, i) => i), n + t];
    const [q1, k1, v1] = [q, k, v].map((x) => x.gather(rows, 2)) as [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
    ];
    const features = tf.softmax(q1).mul(1 / Math.sqrt(D));
    const positions = tf.softmax(k1.transpose([0, 1, 3, 2])); // [1, 2, D, n + 1]
    const alone = (features.matMul(positions.matMul(v1)).arraySync() as number[][][][])[0]!;
    for (let h = 0; h < 2; h++)
      close(together[h]![n + t]!, alone[h]![n]!, 1e-6, `test ${t}, head ${h}`);
  }
});

test('training: the loss falls, resuming keeps the bits, the best weights are kept', async () => {
  const config = {
    seed: 3,
    steps: 60,
    batch: 12,
    n: 4,
    tests: 2,
    learningRate: 1e-2,
    validateEvery: 20,
    validationTasks: 16,
    checkpointEvery: 20,
  };
  const task = tasks.taskOf(MIXTURE);
  const run = async (
    cut: boolean,
  ): Promise<{ weights: number[]; best: number[]; curve: number[]; least: number }> => {
    const file = join(scratch(), 'run.safetensors');
    let network = make(fewshot.NETWORKS.cnp);
    let trainer = new fewshot.ClassifierTrainer(network, task, config);
    await trainer.run({ checkpoint: file, until: cut ? 40 : 60 });
    if (cut) {
      trainer.dispose();
      network.dispose();
      network = make(fewshot.NETWORKS.cnp);
      trainer = new fewshot.ClassifierTrainer(network, task, config);
      await trainer.run({ checkpoint: file });
    }
    const all = (): number[] => Object.values(network.parameters).flatMap((p) => [...p.dataSync()]);
    const weights = all();
    trainer.useBest();
    const result = {
      weights,
      best: all(),
      curve: trainer.curve.map(([, loss]) => loss),
      least: trainer.validationLosses.least,
    };
    trainer.dispose();
    network.dispose();
    return result;
  };
  const [whole, cut] = [await run(false), await run(true)];
  assert.deepEqual(cut, whole);
  assert.ok(whole.curve.at(-1)! < whole.curve[0]!, 'the loss falls');
  assert.ok(whole.least < Math.LN2, 'better than guessing on validation tasks');
});

test('specialists: each third of the batch is answered by its own network, independently', () => {
  const network = make({ kind: 'specialists', widths: [8, 8], width: 6 }) as fewshot.Specialists;
  const prompts = fewshot.samplesOf(KINDS.map(tasks.taskOf), core.stream(0, 'thirds'), {
    B: 6,
    n: 4,
    m: 2,
  });
  const parts = [0, 2, 4].map((from) => ({
    x: prompts.x.slice([from, 0, 0], [2, -1, -1]),
    y: prompts.y.slice([from, 0], [2, -1]),
    xTest: prompts.xTest.slice([from, 0, 0], [2, -1, -1]),
    yTest: prompts.yTest.slice([from, 0], [2, -1]),
  }));
  const sum = parts.reduce(
    (total, part, i) => total + network.members[i]!.loss(part).dataSync()[0]!,
    0,
  );
  close([network.loss(prompts).dataSync()[0]!], [sum], 1e-6, 'the sum of three losses');
  refused(() => network.logits(sample(MIXTURE, 4, 3, 1)), '4 prompts', 'multiple of 3');
  network.dispose();
});

test('a checkpoint brings the network back', async () => {
  const file = join(scratch(), 'n.safetensors');
  const network = make(fewshot.NETWORKS.protonet);
  const trainer = new fewshot.ClassifierTrainer(network, tasks.taskOf(MIXTURE), {
    steps: 3,
    batch: 6,
    n: 3,
    validationTasks: 4,
  });
  await trainer.run({ checkpoint: file });
  const loaded = fewshot.loadNetwork(file);
  const prompts = sample(MIXTURE, 3, 4, 2);
  assert.deepEqual(loaded.predict(prompts).arraySync(), network.predict(prompts).arraySync());
  trainer.dispose();
  network.dispose();
  loaded.dispose();
  assert.ok(training.readCheckpoint(file).facts.step === 3);
});

test('nothing leaks', () => {
  const network = make(fewshot.NETWORKS.icl);
  const prompts = sample(MIXTURE, 3, 4, 2);
  leavesNothing(() => network.predict(prompts).dispose());
  leavesNothing(() => network.loss(prompts).dispose());
  leavesNothing(() => classifiers.crossEntropyOf(network, prompts));
  network.dispose();
  leavesNothing(() => {
    const other = make(fewshot.NETWORKS.maml);
    const trainer = new fewshot.ClassifierTrainer(other, tasks.taskOf(MIXTURE), {
      steps: 2,
      batch: 6,
      n: 2,
      validationTasks: 4,
    });
    trainer.train();
    trainer.train();
    trainer.dispose();
    other.dispose();
  });
});

test('bad input: one sentence each', () => {
  const network = make(fewshot.NETWORKS.protonet);
  const prompts = sample(MIXTURE, 3, 4, 2);
  const labels = (value: number): model.Prompts => ({
    ...prompts,
    y: tf.fill([3, 4], value) as tf.Tensor2D,
  });
  refused(() => network.predict(labels(2)), 'label 2', '2 classes');
  refused(() => network.predict(labels(0.5)), 'label 0.5');
  refused(() => network.predict(labels(NaN)), 'NaN');
  refused(() => network.predict({ ...prompts, x: prompts.x.mul(NaN) }), "'x'", 'NaN');
  const none = {
    ...prompts,
    x: tf.zeros([3, 0, 2]) as tf.Tensor3D,
    y: tf.zeros([3, 0]) as tf.Tensor2D,
  };
  refused(() => network.predict(none), 'n = 0');
  refused(
    () => network.predict({ ...prompts, x: tf.zeros([3, 4, 3]), xTest: tf.zeros([3, 2, 3]) }),
    'd = 3',
    'd = 2',
  );
  refused(() => classifiers.requireClasses(labels(1), 2, true), 'no example of class 0', 'shows 1');
  refused(
    () => make({ kind: 'perceptron' } as unknown as fewshot.NetworkSpec),
    "'perceptron'",
    'matchnet',
  );
  refused(() => make({ ...fewshot.NETWORKS.icl, attention: 'hard' as 'linear' }), "'hard'");
  refused(() => make(fewshot.NETWORKS.cnp, 1), 'classes', '1');
  refused(
    () => make({ kind: 'protonet', widths: [8, 8], rawQuery: true }),
    'last width of 8',
    'd = 2',
  );
  refused(
    () => new fewshot.ClassifierTrainer(network, tasks.taskOf({ kind: 'linear', d: 3 })),
    'd = 3',
    'd = 2',
  );
  refused(
    () => new fewshot.ClassifierTrainer(network, tasks.taskOf(MIXTURE), { validateEvery: 0 }),
    'validateEvery',
  );
  network.dispose();
});

test('logistic regression and the normal distribution are those of PyTorch and of C', () => {
  const { X, y, weights } = reference.logistic;
  close(classifiers.logisticWeights(X, y), weights, 1e-7, 'weights');
  const { at, below } = reference.normal;
  at.forEach((z, i) =>
    assert.ok(Math.abs(fewshot.normalBelow(z) / below[i]! - 1) < 1e-9, `at ${z}`),
  );
});
