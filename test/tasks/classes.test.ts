/** Function classes: moments, closed forms, and the laws of each sampler. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { baselines, core, evaluation, model, tasks, tf } from 'invicl';

import { allRefused, close, leavesNothing, refused } from '../helpers';

const sample = (task: tasks.Task, sizes: tasks.SampleSizes, seed = 1): model.Prompts =>
  task.sample(core.stream(seed, 'classes'), sizes);
const meanSquare = (values: ArrayLike<number>): number =>
  evaluation.mean(Array.from(values, (value) => value * value));

test('the scale of a task is the mean square of its labels', async (t) => {
  for (const task of [
    tasks.linearRegression({ d: 5 }),
    tasks.linearRegression({ d: 5, condition: 20 }),
    tasks.linearRegression({ d: 5, keep: 0.5 }),
    tasks.sparseRegression({ d: 10, nonZero: 3 }),
    tasks.decisionTrees({ d: 6, depth: 3 }),
    tasks.reluNetworks({ d: 6, hidden: 30 }),
  ])
    await t.test(task.name, () => {
      const { y } = sample(task, { B: 3000, n: 3, m: 1 });
      const ratio = meanSquare(y.dataSync()) / task.scale;
      assert.ok(Math.abs(ratio - 1) < 0.1, `${task.name}: ${ratio}`);
    });
});

test('sparse weights: exactly nonZero of them, every coordinate as often as any other', () => {
  const d = 6;
  const { x, y } = sample(tasks.sparseRegression({ d, nonZero: 2 }), { B: 600, n: d + 2, m: 1 });
  const [X, Y] = [x.arraySync(), y.arraySync()];
  const counts = new Array<number>(d).fill(0);
  X.forEach((rows, b) => {
    const used = baselines
      .leastSquaresWeights(rows, Y[b]!)
      .flatMap((w, k) => (Math.abs(w) > 1e-3 ? [k] : []));
    assert.ok(used.length <= 2, `prompt ${b} uses ${used}`);
    for (const k of used) counts[k]!++;
  });
  for (const count of counts) assert.ok(Math.abs(count / 600 - 2 / d) < 0.08, `counts ${counts}`);
});

test('a tree depends on signs only and has at most 2^depth values; leafOf walks it', () => {
  const prompts = sample(tasks.decisionTrees({ d: 4, depth: 2 }), { B: 30, n: 60, m: 1 });
  for (const row of prompts.y.arraySync()) assert.ok(new Set(row).size <= 4);
  const bySigns = new Map<string, number>();
  prompts.x.arraySync().forEach((rows, b) =>
    rows.forEach((x, i) => {
      const key = `${b} ${x.map(Math.sign).join()}`;
      const y = prompts.y.arraySync()[b]![i]!;
      assert.equal(bySigns.get(key) ?? y, y, 'equal signs have equal labels');
      bySigns.set(key, y);
    }),
  );
  const questions = [0, 1, 2];
  const leaves = [
    [-1, -1, 9],
    [-1, 1, 9],
    [1, 9, -1],
    [1, 9, 1],
  ].map((x) => tasks.leafOf(questions, Float32Array.from(x)));
  assert.deepEqual(leaves, [0, 1, 2, 3]);
});

test('a ReLU network is homogeneous: twice the input, twice the label', () => {
  const d = 1;
  const { xTest, yTest } = sample(tasks.reluNetworks({ d, hidden: 5 }), { B: 50, n: 1, m: 8 });
  const [X, Y] = [xTest.arraySync(), yTest.arraySync()];
  X.forEach((rows, b) => {
    const slopes = (sign: number): number[] =>
      rows.flatMap(([x], i) =>
        Math.sign(x!) === sign && Math.abs(x!) > 0.1 ? [Y[b]![i]! / x!] : [],
      );
    for (const sign of [-1, 1]) {
      const own = slopes(sign);
      assert.ok(own.every((slope) => Math.abs(slope - own[0]!) < 1e-3 * (1 + Math.abs(slope))));
    }
  });
});

test('ill-conditioned inputs: variances fall by the condition number and sum to d', () => {
  const [d, condition] = [3, 100];
  const deviations = tasks.deviationsOf(d, condition);
  close(
    [deviations[0]! ** 2 / deviations[d - 1]! ** 2, deviations.reduce((sum, s) => sum + s * s, 0)],
    [condition, d],
    1e-9,
  );
  const { x } = sample(tasks.linearRegression({ d, condition }), { B: 4, n: 2000, m: 1 });
  for (const rows of x.arraySync()) {
    const gram = tf
      .tensor2d(rows)
      .transpose()
      .matMul(tf.tensor2d(rows))
      .div(rows.length)
      .arraySync() as number[][];
    const trace = gram.reduce((sum, row, k) => sum + row[k]!, 0);
    assert.ok(Math.abs(trace / d - 1) < 0.15);
    const off = gram.flatMap((row, i) => row.filter((_, j) => i !== j)).map(Math.abs);
    assert.ok(Math.max(...off) > 0.1, 'the basis is not the axes');
  }
});

test('drifting weights: the correlation of labels at equal inputs falls as keep^distance', () => {
  const keep = 0.7;
  const { x, y } = sample(tasks.linearRegression({ d: 1, keep }), { B: 6000, n: 4, m: 1 });
  const w = y.div(x.squeeze([2])).arraySync() as number[][];
  const correlation = (i: number, j: number): number => {
    const pairs = w.map((row) => [row[i]!, row[j]!] as const);
    const centred = pairs.map(([a, b]) => a * b);
    return (
      evaluation.mean(centred) /
      Math.sqrt(meanSquare(pairs.map(([a]) => a)) * meanSquare(pairs.map(([, b]) => b)))
    );
  };
  for (const distance of [1, 2, 3])
    assert.ok(Math.abs(correlation(0, distance) - keep ** distance) < 0.06, `distance ${distance}`);
});

test('drifting weights: no baseline beats the Kalman filter', () => {
  const task = tasks.linearRegression({ d: 2, keep: 0.8 });
  const predictors = [
    baselines.kalman(0.8),
    baselines.leastSquares,
    baselines.ridge(1),
    baselines.zero,
  ];
  const curves = evaluation.errorCurves(predictors, task, {
    ns: [1, 3, 8],
    prompts: 600,
    tests: 2,
    seed: 3,
  });
  for (const [i, { error }] of curves['Kalman filter']!.entries())
    for (const { name } of predictors.slice(1))
      assert.ok(error.mean < curves[name]![i]!.error.mean, `${name}, point ${i}`);
  assert.ok(
    curves['Kalman filter']![2]!.error.mean < curves['Kalman filter']![0]!.error.mean,
    'more examples help',
  );
});

test('canonical ordering: the same for every ordering of the prompt, as the answers are', () => {
  const task = tasks.linearRegression({ d: 3 });
  const prompts = sample(task, { B: 4, n: 5, m: 2 });
  const sorted = model.canonicalOrder(prompts);
  const again = model.canonicalOrder(model.reorder(prompts, [3, 1, 4, 0, 2]));
  assert.deepEqual(Array.from(sorted.x.dataSync()), Array.from(again.x.dataSync()));
  assert.deepEqual(Array.from(sorted.y.dataSync()), Array.from(again.y.dataSync()));
  assert.ok(
    sorted.x
      .arraySync()
      .every((rows) => rows.every((x, i) => i === 0 || x[0]! >= rows[i - 1]![0]!)),
  );
  close(
    baselines.leastSquares.predict(sorted).dataSync(),
    baselines.leastSquares.predict(prompts).dataSync(),
    1e-3,
  );
  const network = new model.InContextModel({
    method: 'ar',
    layout: 'pair',
    size: { width: 16, layers: 1, heads: 2 },
    d: 3,
    seed: 0,
  });
  assert.ok(evaluation.permutationSensitivity(network, prompts).largest > 1e-5);
  assert.ok(
    evaluation.permutationSensitivity(model.inCanonicalOrder(network), prompts).largest < 1e-6,
  );
  const drawn = model
    .sampledInCanonicalOrder(task)
    .sample(core.stream(1, 'classes'), { B: 4, n: 5, m: 2 });
  assert.deepEqual(Array.from(drawn.x.dataSync()), Array.from(sorted.x.dataSync()));
});

test('averaging over orderings moves less; a rule that ignores the ordering stays as it is', () => {
  const prompts = sample(tasks.linearRegression({ d: 3 }), { B: 4, n: 5, m: 2 });
  close(
    model.averagedOverOrderings(baselines.leastSquares, 4).predict(prompts).dataSync(),
    baselines.leastSquares.predict(prompts).dataSync(),
    1e-3,
  );
  const network = new model.InContextModel({
    method: 'ar',
    layout: 'pair',
    size: { width: 16, layers: 1, heads: 2 },
    d: 3,
    seed: 0,
  });
  const [one, mean] = [network, model.averagedOverOrderings(network, 8)].map(
    (p) => evaluation.permutationSensitivity(p, prompts).deviation,
  );
  assert.ok(mean! < 0.7 * one!);
  leavesNothing(() => model.averagedOverOrderings(network, 3).predict(prompts).dispose());
  refused(() => model.averagedOverOrderings(network, 0), 'orderings', '0');
});

test('specs name tasks; unknown kinds and bad settings are refused', async (t) => {
  assert.equal(tasks.taskOf({ kind: 'sparse', d: 4, nonZero: 1 }).scale, 1);
  assert.equal(tasks.taskOf({ kind: 'linear', d: 4, noise: 1 }).name, 'linear regression');
  await allRefused(t, [
    [
      () => tasks.taskOf({ kind: 'cubic' } as unknown as tasks.TaskSpec),
      "'cubic'",
      'linear, sparse',
    ],
    [
      () => tasks.taskOf({ kind: 'tree', d: 4, depht: 2 } as unknown as tasks.TaskSpec),
      "'depht'",
      'depth',
    ],
    [() => tasks.sparseRegression({ d: 3, nonZero: 4 }), 'nonZero 4', 'd = 3'],
    [() => tasks.decisionTrees({ depth: 0 }), 'depth', '0'],
    [() => tasks.reluNetworks({ hidden: 0.5 }), 'hidden', '0.5'],
    [() => tasks.linearRegression({ d: 3, condition: 0.5 }), 'condition', '0.5'],
    [() => tasks.linearRegression({ d: 3, keep: 2 }), 'keep', '2'],
    [
      () => tasks.linearRegression({ d: 3, subspace: 2, condition: 4 }),
      'subspace 2',
      'condition 4',
    ],
  ]);
});
