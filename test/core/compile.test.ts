import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, model, tasks, tf, training } from 'invicl';

import { close, leavesNothing, refused } from '../helpers';

const graphs = core.compile((a) => a).mode.kind === 'graph';
const only = graphs ? {} : { skip: 'this machine has no native backend, so there are no graphs' };

test('a compiled function gives what the eager one gives, for every shape', only, () => {
  const fn = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.softmax(a.matMul(b).add(1)).sub(a.mean()).square().sum(1);
  const compiled = core.compile(fn);
  for (const [n, m] of [
    [2, 3],
    [4, 5],
    [2, 3],
  ] as const) {
    const [a, b] = [tf.tensor2d(core.stream(n, 'a').normals(n * m), [n, m]), tf.tensor2d(core.stream(m, 'b').normals(m * n), [m, n])];
    close(compiled.run(a, b).dataSync(), fn(a, b).dataSync(), 1e-6);
  }
  assert.equal(compiled.graphs(), 2, 'one graph per shape');
  compiled.dispose();
});

test('gathers, integers, objects and arrays pass through', only, () => {
  const compiled = core.compile((table, ids) => ({ rows: table.gather(ids as tf.Tensor1D), sum: ids.sum() }));
  const out = compiled.run(
    tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
    tf.tensor1d([1, 1, 0], 'int32'),
  );
  assert.deepEqual(out['rows']!.arraySync(), [
    [3, 4],
    [3, 4],
    [1, 2],
  ]);
  assert.deepEqual(out['sum']!.arraySync(), 2);
  const pair = core.compile((a) => [a, a.neg()]).run(tf.tensor1d([1, 2]));
  assert.deepEqual(
    pair.map((t) => t.arraySync()),
    [
      [1, 2],
      [-1, -2],
    ],
  );
});

test('variables are read at each run and assigned at each run', only, () => {
  const total = tf.variable(tf.scalar(0));
  const compiled = core.compile((a) => {
    total.assign(total.add(a.sum()) as tf.Scalar);
    return total.mul(1);
  });
  for (const expected of [3, 6, 9]) assert.equal(compiled.run(tf.tensor1d([1, 2])).dataSync()[0], expected);
  total.assign(tf.scalar(100));
  assert.equal(compiled.run(tf.tensor1d([1, 2])).dataSync()[0], 103);
  assert.equal(total.dataSync()[0], 103);
});

test('what a graph would freeze or cannot do is refused with a sentence', only, () => {
  const one = tf.tensor1d([1, 2, 3]);
  refused(() => core.compile((a) => a.mul(a.dataSync()[0]!)).run(one), 'read a value', 'outside');
  const variable = tf.variable(tf.scalar(1));
  refused(() => core.compile((a) => a.mul(variable.dataSync()[0]!)).run(one), 'variable');
  refused(() => core.compile((async (a: tf.Tensor) => Promise.resolve(a)) as unknown as (a: tf.Tensor) => tf.Tensor).run(one), 'async');
  refused(() => core.compile((a) => tf.variable(a).mul(2)).run(one), 'variables');
  refused(() => core.compile((a) => a.mul(tf.randomUniform([3]))).run(one), 'twice');
  refused(() => core.compile(() => 5 as unknown as tf.Tensor).run(one), 'returned no tensor');
  const gone = core.compile((a) => a.neg());
  gone.dispose();
  refused(() => gone.run(one), 'disposed');
  assert.deepEqual([...one.add(1).dataSync()], [2, 3, 4], 'eager work goes on after every refusal');
});

test('200 runs and 40 compilations leave no tensor behind', only, () => {
  const compiled = core.compile((a) => a.square().sum());
  leavesNothing(() => {
    for (let i = 0; i < 200; i++) {
      const a = tf.ones([8]);
      compiled.run(a).dispose();
      a.dispose();
    }
  });
  leavesNothing(() => {
    for (let i = 0; i < 40; i++) {
      const fresh = core.compile((a) => a.exp().mean());
      const a = tf.ones([4]);
      fresh.run(a).dispose();
      a.dispose();
      fresh.dispose();
    }
  });
});

test('compile: false runs the function as it is', () => {
  const compiled = core.compile((a) => a.mul(a.dataSync()[0]!), { compile: false });
  assert.deepEqual([...compiled.run(tf.tensor1d([2, 3])).dataSync()], [4, 6]);
  assert.equal(compiled.mode.kind, 'eager');
});

test('a compiled training run equals the eager one', only, () => {
  const losses = [true, false].map((compile) => {
    const network = new model.InContextModel({ method: 'invicl', layout: 'xy', size: { width: 16, layers: 2, heads: 2 }, d: 2, seed: 1 });
    const trainer = new training.Trainer(
      network,
      tasks.linearRegression({ d: 2 }),
      { n: 3, tests: 2, steps: 12, batch: 8, seed: 3 },
      { compile },
    );
    const curve = Array.from({ length: 12 }, () => trainer.train());
    trainer.dispose();
    network.dispose();
    return curve;
  });
  close(losses[0]!, losses[1]!, 1e-5, 'losses');
});
