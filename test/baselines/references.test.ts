/**
 * Lasso, trees, boosting, two-layer network, Bayes and Kalman against
 * test/fixtures/baselines_reference.py.
 */
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { baselines, core, evaluation, model, tasks, tf } from 'invicl';

import { allRefused, close, fixture, leavesNothing } from '../helpers';

interface Case {
  readonly X: number[][];
  readonly y: number[];
  readonly T: number[][];
  readonly lasso: Readonly<Record<string, number[]>>;
  readonly tree: Readonly<Record<string, number[]>>;
  readonly treeFit: number[];
  readonly boosted: number[];
  readonly network: { readonly W: number[]; readonly a: number[]; readonly answers: number[] };
  readonly sparseBayes: number[];
  readonly kalman: number[];
}

const cases = JSON.parse(readFileSync(fixture('baselines-reference.json'), 'utf8')) as Case[];
const promptsOf = ({ X, y, T }: Case): model.Prompts => ({
  x: tf.tensor3d([X]),
  y: tf.tensor2d([y]),
  xTest: tf.tensor3d([T]),
  yTest: tf.zeros([1, T.length]),
});

test('Lasso and trees are those of scikit-learn, boosted trees those of XGBoost', () => {
  for (const one of cases) {
    const prompts = promptsOf(one);
    for (const [alpha, answers] of Object.entries(one.lasso))
      close(
        baselines.lasso(Number(alpha)).predict(prompts).dataSync(),
        answers,
        1e-5,
        `Lasso (${alpha})`,
      );
    for (const [depth, answers] of Object.entries(one.tree))
      close(
        baselines.greedyTree(Number(depth)).predict(prompts).dataSync(),
        answers,
        1e-5,
        `tree of depth ${depth}`,
      );
    close(
      baselines
        .greedyTree(4)
        .predict({ ...prompts, xTest: prompts.x, yTest: prompts.y })
        .dataSync(),
      one.treeFit,
      1e-5,
      'deep tree',
    );
    close(baselines.boostedTrees().predict(prompts).dataSync(), one.boosted, 1e-4, 'boosted trees');
  }
});

test('the network descends as in PyTorch; Bayes and Kalman are the joint Gaussian', () => {
  for (const one of cases) {
    const prompts = promptsOf(one);
    const { W, a, answers } = one.network;
    const network = baselines.twoLayerNetwork({
      hidden: 7,
      steps: 40,
      rate: 0.01,
      start: { W, a },
    });
    close(network.predict(prompts).dataSync(), answers, 1e-4, 'network');
    close(
      baselines.sparseBayes(one.X[0]!.length, 2, 0.3).predict(prompts).dataSync(),
      one.sparseBayes,
      1e-5,
      'Bayes',
    );
    close(baselines.kalman(0.8, 0.3).predict(prompts).dataSync(), one.kalman, 1e-5, 'Kalman');
  }
});

test('special cases: Kalman without drift, Kalman with noise, Lasso with a huge penalty', () => {
  const prompts = promptsOf(cases[0]!);
  const answers = (predictor: model.Predictor): Float32Array =>
    predictor.predict(prompts).dataSync<'float32'>();
  close(answers(baselines.kalman(1, 0.5)), answers(baselines.ridge(0.5)), 1e-5);
  const few = tasks.linearRegression({ d: 5 }).sample(core.stream(1, 'few'), { B: 4, n: 3, m: 2 });
  close(
    baselines.kalman(1).predict(few).dataSync(),
    baselines.leastSquares.predict(few).dataSync(),
    1e-3,
  );
  assert.ok(answers(baselines.lasso(1e3)).every((value) => value === 0));
  close(answers(baselines.lasso(1e-6)), answers(baselines.leastSquares), 1e-3);
});

test('no baseline beats the Bayes-optimal one on its own task', () => {
  const errorOf = (predictor: model.Predictor, prompts: model.Prompts): number =>
    evaluation.mean(evaluation.promptErrors(predictor, prompts));
  const sparse = tasks
    .sparseRegression({ d: 8, nonZero: 2 })
    .sample(core.stream(3, 'sparse'), { B: 300, n: 5, m: 2 });
  const bayes = errorOf(baselines.sparseBayes(8, 2), sparse);
  for (const rival of [
    baselines.lasso(0.1),
    baselines.lasso(0.01),
    baselines.leastSquares,
    baselines.ridge(0.1),
  ])
    assert.ok(bayes < 0.9 * errorOf(rival, sparse), `${rival.name} is behind`);
  const drifting = tasks
    .linearRegression({ d: 3, keep: 0.8 })
    .sample(core.stream(3, 'drift'), { B: 300, n: 10, m: 2 });
  const filter = errorOf(baselines.kalman(0.8), drifting);
  for (const rival of [baselines.leastSquares, baselines.ridge(1), baselines.kalman(0.95)])
    assert.ok(filter < errorOf(rival, drifting), `${rival.name} is behind`);
});

test('a deep greedy tree fits its own examples, and finds a tree of signs from few', () => {
  const prompts = tasks
    .decisionTrees({ d: 3, depth: 2 })
    .sample(core.stream(2, 'tree'), { B: 20, n: 40, m: 4 });
  const own = { ...prompts, xTest: prompts.x, yTest: prompts.y };
  close(baselines.greedyTree(40).predict(own).dataSync(), prompts.y.dataSync(), 1e-5);
  const errorOf = (predictor: model.Predictor): number =>
    evaluation.mean(evaluation.promptErrors(predictor, prompts, 1));
  assert.ok(errorOf(baselines.greedyTree(2, true)) < 0.4 * errorOf(baselines.nearestNeighbours(3)));
});

test('no baseline but the Kalman filter depends on the order of the examples', () => {
  const prompts = tasks
    .linearRegression({ d: 3 })
    .sample(core.stream(4, 'orders'), { B: 3, n: 4, m: 2 });
  const moved = (predictor: model.Predictor): number =>
    evaluation.permutationSensitivity(predictor, prompts).largest;
  for (const predictor of [
    baselines.lasso(0.1),
    baselines.greedyTree(3),
    baselines.boostedTrees({ rounds: 5 }),
    baselines.twoLayerNetwork({ hidden: 5, steps: 5 }),
    baselines.sparseBayes(3, 1),
  ])
    assert.ok(moved(predictor) < 1e-4, predictor.name);
  assert.ok(moved(baselines.kalman(0.7)) > 0.1);
});

test('no tensors leak, and bad settings are refused', async (t) => {
  const prompts = promptsOf(cases[0]!);
  leavesNothing(() =>
    baselines.twoLayerNetwork({ hidden: 4, steps: 3 }).predict(prompts).dispose(),
  );
  await allRefused(t, [
    [() => baselines.lasso(0), 'alpha', '0'],
    [() => baselines.greedyTree(0), 'depth', '0'],
    [() => baselines.boostedTrees({ rate: -1 }), 'rate', '-1'],
    [() => baselines.boostedTrees({ lambda: NaN }), 'lambda', 'NaN'],
    [() => baselines.twoLayerNetwork({ steps: 0 }), 'steps', '0'],
    [() => baselines.kalman(1.5), 'keep', '1.5'],
    [() => baselines.kalman(1, -1), 'noise', '-1'],
    [() => baselines.sparseBayes(3, 4), 'nonZero', '4'],
    [() => baselines.sparseBayes(40, 5), 'supports'],
  ]);
});
