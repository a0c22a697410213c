/**
 * Averages over linear tasks against other forms of the same numbers; kernel regression in cases that
 * are known; the bound by the length of a description, over all tasks of TaskWorld.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { baselines, core, inference, model as models, small, tf, world } from 'invicl';

import { allRefused, close, leavesNothing } from '../../helpers';

/** Keys, labels and a query of a linear task. */
function linearCase(seed: number, t: number, d = 3) {
  const random = core.stream(seed, 'linear case');
  const row = (): number[] => Array.from(random.normals(d));
  const [w, query] = [row(), row()];
  const keys = Array.from({ length: t }, row);
  const values = keys.map((x) => x.reduce((s, v, i) => s + v * w[i]!, 0) + 0.5 * random.normal());
  return { w, query, keys, values };
}

test('the mean of the next label is ridge regression, and its dual form by kernels', () => {
  for (const t of [1, 2, 5, 9]) {
    const { query, keys, values } = linearCase(t, t);
    const due = inference.bayesAverage(keys, values, query, 0.25);
    const prompts = {
      x: tf.tensor3d([keys]),
      y: tf.tensor2d([values]),
      xTest: tf.tensor3d([[query]]),
      yTest: tf.tensor2d([[0]]),
    };
    const ridge = baselines.ridge(0.25).predict(prompts);
    close([due], Array.from(ridge.dataSync()), 1e-5);
    tf.dispose([...Object.values(prompts), ridge]);
  }
  assert.equal(inference.bayesAverage([], [], [1, 2], 1), 0);
});

test('one orthonormal key for each direction makes linear attention and the closed form agree', () => {
  const keys = [
    [2, 0],
    [0, 2],
    [-2, 0],
    [0, -2],
  ];
  const [values, query] = [
    [1, 2, 3, 4],
    [0.3, -1],
  ];
  // K'K = 8 I, so that (8 + lambda)^-1 takes the place of (4 + lambda')^-1 with lambda' = 4 + lambda
  close(
    [inference.bayesAverage(keys, values, query, 1)],
    [inference.attentionAverage(keys, values, query, 'linear', { lambda: 5 })],
    1e-12,
  );
  const sharp = inference.attentionAverage(keys, values, [9, 0], 'softmax', { tau: 0.1 });
  close([sharp], [0.1 * 1], 1e-9, 'the nearest key alone, times tau');
});

test('with many keys both kinds of attention come near to the label of the task', () => {
  const { w, query, keys, values } = linearCase(1, 40_000, 2);
  const due = query.reduce((sum, x, i) => sum + x * w[i]!, 0);
  close([inference.attentionAverage(keys, values, query, 'linear')], [due], 0.05);
  close([inference.attentionAverage(keys, values, query, 'softmax', { tau: 2 })], [due], 0.1);
});

/** ln of the density of labels under w ~ N(0, I): by the covariance of all labels, in two dimensions. */
function jointLog(keys: readonly number[][], values: readonly number[], noise: number): number {
  const [[a, b, d], [y, z]] = [
    [
      keys[0]!.reduce((s, v) => s + v * v, 0) + noise * noise,
      keys[0]!.reduce((s, v, i) => s + v * keys[1]![i]!, 0),
      keys[1]!.reduce((s, v) => s + v * v, 0) + noise * noise,
    ],
    values as [number, number],
  ] as const;
  const determinant = a! * d! - b! * b!;
  const square = (d! * y * y - 2 * b! * y * z + a! * z * z) / determinant;
  return -Math.log(2 * Math.PI) - Math.log(determinant) / 2 - square / 2;
}

test('the regret is the joint density of the labels against the true task, label by label', () => {
  for (const seed of [0, 1, 2]) {
    const { w, keys, values } = linearCase(seed, 2);
    const noise = 0.5;
    const known = keys.reduce((sum, x, t) => {
      const miss = values[t]! - x.reduce((s, v, i) => s + v * w[i]!, 0);
      return sum - Math.log(2 * Math.PI * noise * noise) / 2 - (miss * miss) / (2 * noise * noise);
    }, 0);
    const { regret, information, bound } = inference.gaussianRegret(keys, values, w, noise);
    close([regret[1]!], [known - jointLog(keys, values, noise)], 1e-9);
    const squares = keys.flat().reduce((s, v) => s + v * v, 0);
    close([bound[1]!], [1.5 * Math.log(1 + squares / (3 * 0.25))], 1e-12);
    assert.ok(information.every((nats, t) => nats <= bound[t]! + 1e-12));
  }
});

test('the mean regret over tasks is the information of the labels', () => {
  const { keys } = linearCase(3, 6);
  const random = core.stream(5, 'many tasks');
  const ends = Array.from({ length: 4000 }, () => {
    const w = Array.from(random.normals(3));
    const values = keys.map((x) => x.reduce((s, v, i) => s + v * w[i]!, 0) + 0.5 * random.normal());
    return inference.gaussianRegret(keys, values, w, 0.5);
  });
  const mean = ends.reduce((sum, { regret }) => sum + regret.at(-1)!, 0) / ends.length;
  close([mean], [ends[0]!.information.at(-1)!], 0.03);
});

test('the regret of a pool is at most ln M, whatever the labels are', () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = core.stream(seed, 'pool');
    const tasks = Array.from({ length: 5 }, () => Array.from(random.normals(3)));
    const { keys } = linearCase(seed, 12);
    const values = keys.map(() => 3 * random.normal()); // labels of no task
    const regrets = inference.poolRegret(keys, values, tasks, seed % 5, 0.5);
    assert.ok(Math.max(...regrets) <= Math.log(5) + 1e-9);
  }
  const alone = inference.poolRegret([[1], [2]], [1, 2], [[1]], 0, 1);
  close(alone, [0, 0], 1e-12, 'a pool of the true task costs nothing');
});

test('kernel regression is the mean label of a wide kernel, and the nearest one of a narrow kernel', () => {
  const states = [
    [0, 0],
    [1, 0],
    [0, 3],
  ];
  close([inference.kernelRegression(states, [0, 1, 1], [0.1, 0], 1e6)], [2 / 3], 1e-4);
  close([inference.kernelRegression(states, [0, 1, 1], [0.1, 0], 1e-3)], [0], 1e-9);
  const weights = inference.kernelWeights(states, [0.1, 0], 0.5);
  const m = (0.01 + 0.81 + 9.01) / 3;
  const due = [0.01, 0.81, 9.01].map((distance) => Math.exp(-distance / m));
  const total = due.reduce((a, b) => a + b);
  close(
    weights,
    due.map((one) => one / total),
    1e-9,
  );
  close(inference.kernelWeights([[1], [1]], [1], 1), [0.5, 0.5], 1e-12, 'all at one place');
  close([inference.linearCorrelation([1, 2, 3], [2, 4, 6.5])], [0.9979], 1e-3);
  close([inference.linearCorrelation([1, 2, 3], [3, 2, 1])], [-1], 1e-9);
  assert.equal(inference.linearCorrelation([1, 1], [0, 5]), 0);
});

test('line readings are the answers to the lines one by one, and the states at their templates', () => {
  const model = new small.SmallModel({
    size: { width: 8, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1 },
    seed: 0,
    smearedKeys: true,
    alignedStart: true,
  });
  const random = core.stream(1, 'lines');
  const task = world.drawTask(random);
  const examples = world.drawExamples(random, task, 4);
  leavesNothing(() => {
    const asked = (k: number) => ({
      context: { examples: examples.slice(0, k) },
      input: examples[k]!.input,
    });
    const { logs, states } = inference.lineReading(model, [asked(3)]);
    for (const k of [0, 1, 2, 3]) {
      const due = small.smallLogAnswers(model, models.METHODS.ar, [asked(k)])[0]!;
      close(logs[0]![k]!, due, 1e-4, `line ${k}`);
      const earlier = inference.lineReading(model, [asked(k)]).states;
      states.forEach((layer, l) => close(layer[0]![k]!, earlier[l]![0]![k]!, 1e-4));
    }
    assert.deepEqual([states.length, states[0]![0]!.length, states[0]![0]![0]!.length], [2, 4, 8]);
  });
  model.dispose();
});

/** Every rule with each kind of labels. */
const everyTask = world.RULES.flatMap((rule) => [
  world.namedTask(rule, 'natural'),
  world.namedTask(rule, 'flipped'),
  world.symbolTask(rule, ['foo', 'bar']),
]);

test('no task costs more than its description: labels where classes are even, lines always', () => {
  const even = new world.ExactBayes({ skew: 0.5 }, { noise: 0 });
  const skewed = new world.ExactBayes({}, { noise: 0 });
  everyTask.forEach((task, t) => {
    const random = core.stream(t, 'description');
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    const balanced = world.drawExamples(random, task, 6, { skew: 0.5 });
    const length = inference.descriptionLength(even, task);
    const { labels, known } = inference.sequenceCosts(even, task, balanced);
    close(known, [0, 0, 0, 0, 0, 0], 1e-9, 'known tasks cost nothing but the input');
    assert.ok(sum(labels) <= length + 1e-9, `${task.mapping}: ${sum(labels)} of ${length}`);
    const lines = world.drawExamples(random, task, 6);
    const costs = inference.sequenceCosts(skewed, task, lines);
    assert.ok(sum(costs.lines) - sum(costs.known) <= length + 1e-9);
    // what the best code pays in the end is its length, less what other tasks would have said as well
    const posterior = skewed.tasks({ examples: lines });
    const paid = sum(costs.lines) - sum(costs.known);
    const own = world.TASKS.findIndex(
      ({ rule, labels: words }) => rule === task.rule && words.join() === task.labels.join(),
    );
    close([paid], [length + Math.log(posterior[own]!)], 1e-6, 'chain rule');
  });
});

test('a description is shorter by what is told of it', () => {
  const bayes = new world.ExactBayes();
  const task = world.symbolTask(world.RULES[0]!, ['foo', 'bar']);
  close([inference.descriptionLength(bayes, task)], [Math.log(2 * 12 * 240)], 1e-9);
  close([inference.descriptionLength(bayes, task, task.rule)], [Math.log(2 * 240)], 1e-9);
  const left = new world.ExactBayes(
    {},
    {},
    world.taskPrior({}, ({ mapping }) => mapping === 'natural'),
  );
  assert.equal(inference.descriptionLength(left, task), Infinity);
});

test('what does not fit is refused', async (t) => {
  const bayes = new world.ExactBayes();
  const task = world.symbolTask(world.RULES[0]!, ['foo', 'bar']);
  await allRefused(t, [
    [() => inference.bayesAverage([[1, 2]], [1], [1], 1), '1 keys of 2 numbers', 'query of 1'],
    [() => inference.bayesAverage([[1]], [1], [1], 0), 'lambda', '0'],
    [() => inference.attentionAverage([[1]], [1], [1], 'cubic' as never), 'The weighing', 'cubic'],
    [() => inference.attentionAverage([[1]], [1], [1], 'softmax', { tau: -1 }), 'tau', '-1'],
    [() => inference.gaussianRegret([[1]], [1, 2], [1], 1), '1 keys', '2 values'],
    [() => inference.gaussianRegret([[1]], [1], [1], 0), 'noise', '0'],
    [() => inference.poolRegret([[1]], [1], [[1]], 1, 1), 'Task 1 was asked for of 1'],
    [() => inference.kernelRegression([[1]], [1, 2], [1], 1), '2 labels were given for 1'],
    [() => inference.kernelWeights([[1, 2]], [1], 1), 'States of 2 numbers', 'one of 1'],
    [() => inference.kernelWeights([[1]], [1], 0), 'The bandwidth', '0'],
    [() => inference.linearCorrelation([1, 2], [1, 2, 3]), 'Lists of 2 and 3'],
    [() => inference.descriptionLength(null as never, task), 'The exact answer', 'null'],
    [
      () => inference.sequenceCosts(bayes, task, [{ input: [0, 1, 2], label: 'bad' }]),
      "the label 'bad'",
    ],
    [() => inference.lineReading(null as never, []), 'The model', 'null'],
  ]);
});
