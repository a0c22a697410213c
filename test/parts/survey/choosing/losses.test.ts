/**
 * The losses of retrievers: values worked out by hand, and gradients against finite differences of
 * the same formulas written down once more in double precision.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { choosing, core, tf } from 'invicl';

import { allRefused, close, leavesNothing } from '../../../helpers';

type Rows = readonly (readonly number[])[];

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const logSum = (values: readonly number[]): number => Math.log(sum(values.map(Math.exp)));
const average = (rows: Rows, of: (row: readonly number[], b: number) => number): number =>
  sum(rows.map(of)) / rows.length;
const pairs = (M: number): [number, number][] =>
  Array.from({ length: M * M }, (_, p) => [Math.floor(p / M), p % M]);

/** The formulas of the header, term by term. */
const PLAIN = {
  contrastive: (rows: Rows, positives: readonly number[], hidden?: Rows): number =>
    average(rows, (s, b) => {
      const shown = s.filter((_, m) => (hidden?.[b]?.[m] ?? 0) === 0);
      return -Math.log(Math.exp(s[positives[b]!]!) / sum(shown.map(Math.exp)));
    }),
  listwise: (rows: Rows): number =>
    average(rows, (s) =>
      sum(
        pairs(s.length).map(
          ([i, j]) =>
            Math.max(0, 1 / (i + 1) - 1 / (j + 1)) * Math.log(1 + Math.exp(s[j]! - s[i]!)),
        ),
      ),
    ),
  sets: (rows: Rows, margin: number): number =>
    average(rows, (d) =>
      sum(
        pairs(d.length).map(([i, j]) =>
          i < j ? Math.max(0, (j - i) * margin + d[j]! - d[i]!) : 0,
        ),
      ),
    ),
  distillation: (rows: Rows, teacher: Rows): number =>
    average(rows, (s, b) => {
      const t = teacher[b]!;
      const logs = t.map((x) => x - logSum(t));
      return sum(logs.map((log, i) => Math.exp(log) * (log - s[i]! + logSum(s))));
    }),
};

const random = core.stream(0, 'losses');
const drawn = (B: number, M: number): number[][] =>
  Array.from({ length: B }, () => Array.from({ length: M }, () => random.normal()));

/** Asserts that value and gradient are those of the plain formula. */
function agrees(
  name: string,
  at: number[][],
  loss: (scores: tf.Tensor2D) => tf.Scalar,
  plain: (rows: Rows) => number,
): void {
  tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((x) => loss(x as tf.Tensor2D))(tf.tensor2d(at));
    close([value.dataSync()[0]!], [plain(at)], 1e-5, `${name}, value`);
    const step = 1e-5;
    const moved = (b: number, m: number, by: number): number =>
      plain(at.map((row, i) => row.map((x, j) => (i === b && j === m ? x + by : x))));
    const expected = at.flatMap((row, b) =>
      row.map((_, m) => (moved(b, m, step) - moved(b, m, -step)) / (2 * step)),
    );
    close([...grad.dataSync()], expected, 1e-4, `${name}, gradient`);
  });
}

test('each loss has the value and the gradient of its formula', () => {
  const at = drawn(3, 5);
  const positives = [0, 4, 2];
  agrees(
    'contrastive',
    at,
    (s) => choosing.contrastiveLoss(s, positives),
    (rows) => PLAIN.contrastive(rows, positives),
  );
  const hidden = [
    [0, 1, 0, 0, 1],
    [0, 0, 0, 1, 0],
    [1, 1, 0, 1, 1],
  ];
  agrees(
    'contrastive with hidden rows',
    at,
    (s) => choosing.contrastiveLoss(s, positives, tf.tensor2d(hidden)),
    (rows) => PLAIN.contrastive(rows, positives, hidden),
  );
  agrees('list-wise', at, choosing.listwiseLoss, PLAIN.listwise);
  agrees(
    'sets',
    at,
    (d) => choosing.setRankingLoss(d, 0.3),
    (rows) => PLAIN.sets(rows, 0.3),
  );
  const teacher = drawn(3, 5);
  agrees(
    'distillation',
    at,
    (s) => choosing.distillationLoss(s, tf.tensor2d(teacher)),
    (rows) => PLAIN.distillation(rows, teacher),
  );
});

test('values that were worked out by hand', () => {
  const value = (of: () => tf.Scalar): number => tf.tidy(() => of().dataSync()[0]!);
  const of = (...row: number[]): tf.Tensor2D => tf.tensor2d([row]);
  // equal scores of M rows: log M
  close([value(() => choosing.contrastiveLoss(of(2, 2, 2, 2), [1]))], [Math.log(4)], 1e-6);
  // three equal scores: weights 1/2, 2/3, 1/6 of log 2 each
  close([value(() => choosing.listwiseLoss(of(1, 1, 1)))], [(4 / 3) * Math.log(2)], 1e-6);
  // only the neighbours lie too near: 0.5 - 0.2 twice
  close([value(() => choosing.setRankingLoss(of(2.2, 2, 1.8), 0.5))], [0.3 + 0.3 + 0.6], 1e-6);
  assert.equal(
    value(() => choosing.setRankingLoss(of(9, 5, 1), 0.5)),
    0,
  );
  // a teacher of 3 : 1 against equal shares
  const expected = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
  close([value(() => choosing.distillationLoss(of(0, 0), of(Math.log(3), 0)))], [expected], 1e-6);
  close([value(() => choosing.distillationLoss(of(1, 2, 3), of(4, 5, 6)))], [0], 1e-6);
});

test('a better order costs less', () => {
  tf.tidy(() => {
    const list = (row: number[]): number =>
      choosing.listwiseLoss(tf.tensor2d([row])).dataSync()[0]!;
    const best = [3, 2, 1, 0];
    const all = core.allPermutations(4).map((order) => list(order.map((i) => best[i]!)));
    assert.equal(all.indexOf(Math.min(...all)), 0, 'the order of the language model costs least');
    // a swap at the top costs more than one at the end
    assert.ok(list([2, 3, 1, 0]) > list([3, 2, 0, 1]));
  });
});

/** By Leibniz' sum over all orders. */
function determinant(matrix: Rows): number {
  if (matrix.length === 0) return 1;
  return sum(
    matrix[0]!.map((value, j) => {
      const minor = matrix.slice(1).map((row) => row.filter((_, c) => c !== j));
      return (j % 2 === 0 ? 1 : -1) * value * determinant(minor);
    }),
  );
}

test('log determinants: value and gradient are those of the determinant', () => {
  const kernels = Array.from({ length: 4 }, () => {
    const rows = drawn(4, 6);
    return rows.map((a) => rows.map((b) => sum(a.map((x, c) => x * b[c]!))));
  });
  tf.tidy(() => {
    const x = tf.tensor3d(kernels);
    const logs = choosing.logDeterminants(x);
    close(
      [...logs.dataSync()],
      kernels.map((kernel) => Math.log(determinant(kernel))),
      1e-4,
    );
    const gradient = tf.grad((k) => choosing.logDeterminants(k as tf.Tensor3D).sum())(x);
    const inverse = gradient.matMul(x.transpose([0, 2, 1])); // d log det K / dK = K^-T
    const identity = kernels.flatMap(() => [...tf.eye(4).dataSync()]);
    close([...inverse.dataSync()], identity, 1e-3, 'gradient times K');
    const twins = tf.tensor3d([
      [
        [1, 1],
        [1, 1],
      ],
    ]);
    assert.ok(Number.isFinite(choosing.logDeterminants(twins).dataSync()[0]));
  });
});

test('losses leave one tensor each', () => {
  leavesNothing(() => {
    const scores = tf.tensor2d(drawn(2, 3));
    const kernel = tf.tensor3d([drawn(2, 2)]);
    const made = [
      choosing.contrastiveLoss(scores, [0, 1], scores),
      choosing.listwiseLoss(scores),
      choosing.setRankingLoss(scores, 1),
      choosing.distillationLoss(scores, scores),
      choosing.logDeterminants(kernel),
    ];
    tf.dispose([scores, kernel, ...made]);
  });
});

test('what are no scores is refused', async (t) => {
  const scores = tf.tensor2d([[1, 2]]);
  const other = tf.tensor2d([[1, 2, 3]]);
  await allRefused(t, [
    [() => choosing.contrastiveLoss(null as never, [0]), 'Scores', 'null'],
    [() => choosing.contrastiveLoss(scores, [2]), '0 to 1', '2'],
    [() => choosing.contrastiveLoss(scores, [0, 1]), '2 positives', '1 questions'],
    [() => choosing.contrastiveLoss(scores, [0], other), '[1, 2]', '[1, 3]'],
    [() => choosing.listwiseLoss(tf.zeros([0, 2])), '[0, 2]'],
    [() => choosing.setRankingLoss(scores, -1), 'margin', '-1'],
    [() => choosing.distillationLoss(scores, other), '[1, 2]', '[1, 3]'],
    [() => choosing.logDeterminants(tf.zeros([1, 2, 3])), '[1, 2, 3]', 'square'],
  ]);
});
