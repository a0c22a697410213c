/**
 * The Bayes answer over a pool of weight vectors: against its definition in plain sums, at its limits,
 * and against ridge regression, which it approaches as the pool grows.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { baselines, core, evaluation, model, pretraining, tasks, tf } from 'invicl';

import { allRefused, close, leavesNothing } from '../../../helpers';

const [d, noise] = [3, 0.5];
const task = tasks.linearRegression({ d, noise });
const sampled = (seed: number, B = 6, n = 4, m = 2): model.Prompts =>
  task.sample(core.stream(seed, 'prompts of a pool'), { B, n, m });

/** What a predictor answers, as plain numbers. */
function answersOf(predictor: model.Predictor, prompts: model.Prompts): number[] {
  const answers = predictor.predict(prompts);
  const plain = Array.from(answers.dataSync());
  answers.dispose();
  return plain;
}

const product = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** The formula word by word: likelihoods as products of densities of single examples. */
function byDefinition(
  weights: readonly number[][],
  s: number,
  { x, y, xTest }: model.Prompts,
): number[] {
  const [X, Y, T] = [x.arraySync(), y.arraySync(), xTest.arraySync()];
  return X.flatMap((rows, b) => {
    const likelihoods = weights.map((w) =>
      rows.reduce(
        (all, row, i) => all * Math.exp(-((Y[b]![i]! - product(row, w)) ** 2) / (2 * s * s)),
        1,
      ),
    );
    const total = likelihoods.reduce((sum, one) => sum + one, 0);
    return T[b]!.map(
      (t) => likelihoods.reduce((sum, one, j) => sum + one * product(t, weights[j]!), 0) / total,
    );
  });
}

test('it is the sum of its definition', () => {
  const weights = pretraining.poolWeights({ d, noise }, 7, 3);
  const prompts = sampled(1);
  for (const s of [0.5, 2])
    close(
      answersOf(pretraining.poolBayes(weights, s), prompts),
      byDefinition(weights, s, prompts),
      1e-6, // answers are of 32 bits
    );
  model.disposePrompts(prompts);
});

test('over one task it answers by that task, whatever the examples say', () => {
  const prompts = sampled(2);
  const w = [1, -2, 0.5];
  const expected = prompts.xTest.arraySync().flatMap((rows) => rows.map((t) => product(t, w)));
  close(answersOf(pretraining.poolBayes([w], noise), prompts), expected, 1e-6);
  model.disposePrompts(prompts);
});

test('where all likelihoods are too small for a number, the most likely vector still decides', () => {
  const prompts = sampled(3, 2, 40);
  const weights = pretraining.poolWeights({ d, noise }, 5, 1).map((w) => w.map((x) => 30 * x));
  assert.ok(byDefinition(weights, 0.01, prompts).every(Number.isNaN), 'the plain sum is 0 / 0');
  const [X, Y, T] = [prompts.x.arraySync(), prompts.y.arraySync(), prompts.xTest.arraySync()];
  const expected = X.flatMap((rows, b) => {
    const misses = weights.map((w) =>
      rows.reduce((sum, row, i) => sum + (Y[b]![i]! - product(row, w)) ** 2, 0),
    );
    const nearest = weights[misses.indexOf(Math.min(...misses))]!;
    return T[b]!.map((t) => product(t, nearest));
  });
  for (const s of [0.01, 1e-200])
    close(answersOf(pretraining.poolBayes(weights, s), prompts), expected, 1e-6);
  model.disposePrompts(prompts);
});

test('neither the order of the pool nor that of the examples counts', () => {
  const weights = pretraining.poolWeights({ d, noise }, 9, 2);
  const prompts = sampled(4);
  const turned = model.reorder(prompts, [2, 0, 3, 1]);
  const expected = answersOf(pretraining.poolBayes(weights, noise), prompts);
  close(answersOf(pretraining.poolBayes([...weights].reverse(), noise), prompts), expected, 1e-6);
  close(answersOf(pretraining.poolBayes(weights, noise), turned), expected, 1e-6);
  tf.dispose([turned.x, turned.y]);
  model.disposePrompts(prompts);
});

test('on tasks of the pool no answer has a smaller error', () => {
  const [M, n] = [8, 4];
  const pool = tasks.pool(task, M, 5);
  const weights = pretraining.poolWeights({ d, noise }, M, 5);
  const prompts = pool.sample(core.stream(5, 'prompts'), { B: 1000, n, m: 4 });
  const errors = (predictor: model.Predictor): number =>
    evaluation.mean(evaluation.promptErrors(predictor, prompts));
  const best = errors(pretraining.poolBayes(weights, noise));
  const others = [
    baselines.ridge(noise ** 2),
    pretraining.poolBayes(weights, 4 * noise),
    pretraining.poolBayes(weights, noise / 4),
    pretraining.poolBayes(weights.slice(1), noise),
  ];
  for (const other of others) assert.ok(best < errors(other), `${best} < ${errors(other)}`);
  model.disposePrompts(prompts);
});

/**
 * With M vectors the answer is a self-normalised mean over about M p of them, where p, the share of
 * the prior that is likely after the examples, is above 0.2 for most prompts in one dimension, with
 * three examples and noise 1. Its variance is about that of the posterior (at most 1) over M p, so
 * that the mean squared distance to ridge stays below 1 / (0.2 M), and falls as 1 / M.
 */
test('over more and more vectors it becomes ridge regression', () => {
  const line = tasks.linearRegression({ d: 1, noise: 1 });
  const prompts = line.sample(core.stream(6, 'prompts'), { B: 64, n: 3, m: 1 });
  const ridge = answersOf(baselines.ridge(1), prompts);
  const distances = [100, 10_000].map((M) => {
    const weights = pretraining.poolWeights({ d: 1, noise: 1 }, M, 1);
    const own = answersOf(pretraining.poolBayes(weights, 1), prompts);
    return evaluation.mean(own.map((value, i) => (value - ridge[i]!) ** 2));
  });
  assert.ok(distances[1]! < 1 / (0.2 * 10_000), `${distances}`);
  assert.ok(distances[1]! < distances[0]! / 10, `${distances}`);
  model.disposePrompts(prompts);
});

test('the vectors of a pool are those that its labels come from', () => {
  const [M, seed] = [4, 11];
  const settings = { d, inputScale: 2, condition: 3 }; // what else the stream gives comes after w
  const weights = pretraining.poolWeights(settings, M, seed);
  const pool = tasks.pool(tasks.linearRegression(settings), M, seed);
  const { x, y, ...tests } = pool.sample(core.stream(0, 'prompts'), { B: 40, n: 3, m: 1 });
  const [X, Y] = [x.arraySync(), y.arraySync()];
  const used = X.map((rows, b) =>
    weights.findIndex((w) => rows.every((row, i) => Math.abs(product(row, w) - Y[b]![i]!) < 1e-4)),
  );
  assert.deepEqual([...new Set(used)].sort(), [0, 1, 2, 3], 'each task, and no other');
  assert.deepEqual(pretraining.poolWeights(settings, 2, seed), weights.slice(0, 2));
  assert.notDeepEqual(pretraining.poolWeights(settings, M, seed + 1), weights);
  tf.dispose([x, y, tests.xTest, tests.yTest]);
});

test('the streams of a pool are its tasks: the same numbers for the same task', () => {
  const [one, again, other] = [3, 3, 4].map((i) => tasks.poolStream(7, i).normals(4));
  assert.deepEqual(one, again);
  assert.notDeepEqual(one, other);
});

test('it leaves no tensor, and keeps a pool of its own', () => {
  const weights = pretraining.poolWeights({ d }, 3);
  const bayes = pretraining.poolBayes(weights, noise);
  const prompts = sampled(7);
  const before = answersOf(bayes, prompts);
  weights[0]![0] = 1000;
  assert.deepEqual(answersOf(bayes, prompts), before);
  leavesNothing(() => bayes.predict(prompts).dispose());
  model.disposePrompts(prompts);
});

test('what is no pool is refused', async (t) => {
  const prompts = sampled(8);
  await allRefused(t, [
    [() => pretraining.poolBayes([], 1), 'The weights of a pool', 'at least 1'],
    [() => pretraining.poolBayes([[1, 2], [3]], 1), 'The weights of a pool', 'one length'],
    [() => pretraining.poolBayes([[NaN]], 1), 'The weights of a pool'],
    [() => pretraining.poolBayes([[], []], 1), '2 vectors of no numbers'],
    [() => pretraining.poolBayes([[1]], 0), 'noise', 'above 0', '0'],
    [() => pretraining.poolBayes([[1]], -1), 'noise', '-1'],
    [() => pretraining.poolBayes([[1, 2]], 1).predict(prompts), 'd = 3', 'd = 2'],
    [() => pretraining.poolWeights({ d, keep: 0.5 }, 2), 'drift', '0.5'],
    [() => pretraining.poolWeights({ d: 0 }, 2), 'd must be', '0'],
    [() => pretraining.poolWeights({ d }, 0), 'the number of tasks in a pool', '0'],
    [() => pretraining.poolWeights({ d }, 2, -1), 'seed', '-1'],
    [() => pretraining.poolWeights({ d }, 1e12), 'vectors of a pool with d = 3', 'GB'],
    [() => tasks.poolStream(0, 1.5), 'The number of a task in a pool', '1.5'],
    [() => tasks.poolStream(-1, 0), 'seed', '-1'],
  ]);
  model.disposePrompts(prompts);
});
