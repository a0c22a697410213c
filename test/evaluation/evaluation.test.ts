import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { baselines, core, evaluation, model, tasks, tf } from 'invicl';

import { close, leavesNothing, refused } from '../helpers';

const task = tasks.linearRegression({ d: 3 });
const tiny = (method: model.MethodKey): model.InContextModel => {
  const network = new model.InContextModel({
    method,
    layout: 'xy',
    size: { width: 16, layers: 2, heads: 2 },
    d: 3,
    seed: 1,
  });
  for (const v of Object.values(network.parameters)) v.assign(v.mul(5));
  return network;
};

test('summary: mean, deviation and t-interval as in any textbook', () => {
  const { mean, deviation, low, high, count } = evaluation.summary([2, 4, 4, 4, 5, 5, 7, 9]);
  assert.deepEqual([count, mean], [8, 5]);
  assert.ok(Math.abs(deviation - 2.13809) < 1e-5);
  assert.ok(
    Math.abs(high - 5 - (2.364624 * 2.13809) / Math.sqrt(8)) < 1e-4 &&
      Math.abs(low + high - 10) < 1e-9,
  );
  assert.deepEqual(evaluation.summary([3]), { count: 1, mean: 3, deviation: 0, low: 3, high: 3 });
});

test('logSummary: geometric mean, an interval by factors, never below zero', () => {
  const { mean, low, high } = evaluation.logSummary([0.01, 0.1, 1]);
  assert.ok(Math.abs(mean - 0.1) < 1e-12 && low > 0 && Math.abs(low * high - mean ** 2) < 1e-9);
  assert.ok(evaluation.logSummary([0, 0]).mean < 1.1e-12);
  refused(() => evaluation.logSummary([]), 'no values');
});

test('the t-interval covers the truth 95 times in 100', () => {
  const random = core.stream(4, 'coverage');
  const covers =
    Array.from({ length: 4000 }, () => evaluation.summary([...random.normals(3)])).filter(
      ({ low, high }) => low <= 0 && high >= 0,
    ).length / 4000;
  assert.ok(Math.abs(covers - 0.95) < 0.015, `${covers}`);
});

test('the bootstrap interval is that of the normal for many values, and is seeded', () => {
  const values = [...core.stream(1, 'boot').normals(2000)];
  const { low, high, mean } = evaluation.bootstrap(values, 3);
  assert.ok(Math.abs(high - mean - 1.96 / Math.sqrt(2000)) < 0.006 && low < mean);
  assert.deepEqual(evaluation.bootstrap(values, 3), evaluation.bootstrap(values, 3));
});

test('difference: Welch, as by hand', () => {
  const { mean, low, high } = evaluation.difference([1, 2, 3], [11, 12, 13]);
  assert.equal(mean, -10);
  assert.ok(Math.abs(high - (-10 + 2.776 * Math.sqrt(2 / 3))) < 1e-3 && low < -12);
});

test('error curves use the first n examples of the same prompts for everyone', () => {
  const curves = evaluation.errorCurves([baselines.leastSquares, baselines.zero], task, {
    ns: [1, 2, 3, 5],
    prompts: 400,
    tests: 2,
    seed: 1,
  });
  const errors = curves['least squares']!.map(({ error }) => error.mean);
  assert.ok(
    Math.abs(errors[0]! - 2 / 3) < 0.1 && Math.abs(errors[1]! - 1 / 3) < 0.08,
    'the part of w that is not seen: (d - n) / d',
  );
  assert.ok(errors[2]! < 0.05 && errors[3]! < 1e-6);
  assert.ok(
    curves['zero']!.every(({ error }) => Math.abs(error.mean - 1) < 0.15),
    'guessing costs 1',
  );
});

test('orders: all up to five examples, sampled above, the given one among them', () => {
  assert.equal(evaluation.orderingsOf(4).length, 24);
  const many = evaluation.orderingsOf(8, 10, 1);
  assert.equal(many.length, 10);
  assert.deepEqual(many[0], [0, 1, 2, 3, 4, 5, 6, 7]);
  refused(() => evaluation.orderingsOf(1), 'n = 1', 'one order');
});

test('sensitivity: answering with the first label has the spread of the labels', () => {
  const first = baselines.fromRule('first label', ({ y, T }) => T.map(() => y[0]!));
  const x = tf.zeros([1, 3, 4]) as tf.Tensor3D;
  const prompts = {
    x,
    y: tf.tensor2d([[0, 3, 6]]),
    xTest: tf.zeros([1, 1, 4]) as tf.Tensor3D,
    yTest: tf.tensor2d([[3]]),
  };
  const { deviation, largest, errors } = evaluation.permutationSensitivity(first, prompts);
  assert.ok(Math.abs(largest - 6 / 2) < 1e-6, 'in units of sqrt(d) = 2');
  assert.ok(Math.abs(deviation - evaluation.deviation([0, 0, 3, 3, 6, 6]) / 2) < 1e-6);
  assert.deepEqual(
    errors.slice().sort((a, b) => a - b),
    [0, 0, 2.25, 2.25, 2.25, 2.25],
  );
});

test('the influence map is the gradient: it tells what changing a label does', async (t) => {
  const prompts = task.sample(core.stream(2, 'influence'), { B: 1, n: 3, m: 1 });
  for (const method of ['ar', 'invicl', 'prefix'] as const)
    await t.test(method, () => {
      const network = tiny(method);
      const map = evaluation.influenceMap(network, prompts);
      const answer = (y: tf.Tensor2D): number[] => {
        const { context, tests } = network.forward({ ...prompts, y });
        return [...context!.dataSync(), tests.dataSync()[0]!];
      };
      const h = 1e-2;
      for (let j = 0; j < 3; j++) {
        const step = tf.tensor2d([[0, 1, 2].map((k) => (k === j ? h : 0))]);
        const [up, down] = [answer(prompts.y.add(step)), answer(prompts.y.sub(step))];
        close(
          map.map((row) => row[j]!),
          up.map((v, i) => Math.abs(v - down[i]!) / (2 * h)),
          2e-3,
          `${method}, label ${j}`,
        );
      }
    });
});

test('nothing leaks, and impossible questions are refused', () => {
  const prompts = task.sample(core.stream(2, 'x'), { B: 2, n: 3, m: 1 });
  const network = tiny('ar');
  leavesNothing(() => evaluation.influenceMap(network, prompts));
  leavesNothing(() => evaluation.permutationSensitivity(network, prompts));
  leavesNothing(() =>
    evaluation.errorCurves([network], task, { ns: [1, 2], prompts: 4, tests: 1, seed: 1 }),
  );
  refused(() => evaluation.summary([]), 'no values');
  refused(() => evaluation.summary([1, NaN]), 'NaN');
  const pair = new model.InContextModel({
    method: 'ar',
    layout: 'pair',
    size: { width: 16, layers: 2, heads: 2 },
    d: 3,
    seed: 1,
  });
  refused(() => evaluation.influenceMap(pair, prompts), 'pair', 'xy');
  refused(
    () =>
      evaluation.influenceMap(
        tiny('saicl'),
        task.sample(core.stream(1, 'm'), { B: 1, n: 2, m: 2 }),
      ),
    'SAICL',
    '2 tests',
  );
});

test('a linear probe reads off what is there, and nothing from noise', () => {
  const random = core.stream(3, 'probe');
  const states = Array.from({ length: 300 }, () =>
    Array.from({ length: 5 }, () => random.normal()),
  );
  const linear = states.map(([a, b]) => [2 * a! - b! + 1]);
  const noise = states.map(() => [random.normal()]);
  assert.ok(evaluation.linearProbe(states, linear, 200) > 0.999);
  assert.ok(evaluation.linearProbe(states, noise, 200) < 0.1);
  refused(() => evaluation.linearProbe(states, linear, 300), '300');
});

test('probes by layer: the embedding knows no answer; a state with it is found', async (t) => {
  const size = { width: 16, layers: 2, heads: 2 };
  const task = tasks.linearRegression({ d: 2 });
  const prompts = task.sample(core.stream(5, 'probes'), { B: 240, n: 4, m: 1 });
  for (const method of ['ar', 'invicl'] as const)
    await t.test(method, () => {
      const network = new model.InContextModel({ method, layout: 'pair', size, d: 2, seed: 0 });
      const probes = evaluation.probeLayers(network, prompts, 160);
      assert.deepEqual(
        [probes.answer.length, probes.weights.length, probes.examples.length],
        [3, 3, 3],
      );
      assert.ok(
        probes.answer[0]! < 0.2 && probes.weights[0]! < 0.1,
        `${method}: the test token has read nothing yet`,
      );
      const easy = { ...prompts, yTest: prompts.xTest.sum(2) as tf.Tensor2D };
      assert.ok(
        evaluation.probeLayers(network, easy, 160).answer[0]! > 0.99,
        'a linear function of its own input can be read off',
      );
      leavesNothing(() => evaluation.probeLayers(network, prompts, 160));
    });
  const two = task.sample(core.stream(5, 'probes'), { B: 4, n: 4, m: 2 });
  const network = new model.InContextModel({ method: 'ar', layout: 'pair', size, d: 2, seed: 0 });
  refused(() => evaluation.probeLayers(network, two, 2), 'm = 2');
});

test('the same weights under another method: copies that answer as that method does', () => {
  const config = { layout: 'xy', size: { width: 16, layers: 2, heads: 2 }, d: 2, seed: 3 } as const;
  const ar = new model.InContextModel({ ...config, method: 'ar' });
  const swapped = model.underMethod(ar, 'invicl');
  // the same start: weights depend on the seed only
  const own = new model.InContextModel({ ...config, method: 'invicl' });
  const prompts = tasks
    .linearRegression({ d: 2 })
    .sample(core.stream(6, 'swap'), { B: 3, n: 4, m: 2 });
  close(swapped.predict(prompts).dataSync(), own.predict(prompts).dataSync(), 1e-6);
  assert.ok(evaluation.permutationSensitivity(swapped, prompts).largest < 1e-5);
  ar.parameters['readOut.bias']!.assign(tf.tensor1d([5]));
  close(
    swapped.predict(prompts).dataSync(),
    own.predict(prompts).dataSync(),
    1e-6,
    'the first model may change',
  );
  refused(() => model.underMethod(ar, 'gpt' as model.MethodKey), "'gpt'");
});
