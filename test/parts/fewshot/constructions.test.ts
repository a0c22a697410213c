/**
 * Hand-built transformers against the methods they implement: matching, prototypes, a neural
 * process, a gradient step, and one that is none of these.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { classifiers, core, fewshot, tasks, tf } from 'invicl';

import { close, refused } from '../../helpers';

const sizes = { d: 2, classes: 2, seed: 5 };
const context = (n: number, seed = 0, balanced = false): fewshot.PlainContext => {
  const prompts = tasks
    .taskOf({ kind: 'prototypes' })
    .sample(core.stream(seed, 'by hand'), { B: 1, n, m: 1 });
  const y = balanced ? Array.from({ length: n }, (_, i) => i % 2) : prompts.y.arraySync()[0]!;
  return { X: prompts.x.arraySync()[0]!, y, test: prompts.xTest.arraySync()[0]![0]! };
};
/** logits of a network on one context */
const ask = (
  network: classifiers.ClassifierNetwork,
  { X, y, test: x }: fewshot.PlainContext,
): number[] =>
  network
    .logits({
      x: tf.tensor3d([X.map((row) => [...row])]),
      y: tf.tensor2d([[...y]]),
      xTest: tf.tensor3d([[[...x]]]),
    })
    .arraySync()[0]![0]!;

test('a CNP: the transformer by hand has the logits of the network', () => {
  const network = fewshot.networkOf({ ...sizes, ...fewshot.NETWORKS.cnp });
  const [phi, rho, psi] = ['phi', 'rho', 'psi'].map((name) =>
    fewshot.plainLayers(network.parameters, name),
  );
  const made = fewshot.processByHand(phi!, rho!, psi!);
  for (const n of [1, 4, 9])
    close(made.answer(context(n, n)), ask(network, context(n, n)), 1e-6, `n = ${n}`);
  network.dispose();
});

test('a balanced ProtoNet: hand-built logits differ by one number for all classes', () => {
  const network = fewshot.networkOf({ ...sizes, ...fewshot.NETWORKS.protonet });
  const f = fewshot.plainLayers(network.parameters, 'embedding');
  const made = fewshot.prototypesByHand(f, 2);
  for (const n of [2, 6, 12]) {
    const given = context(n, n, true);
    const [mine, theirs] = [made.answer(given), ask(network, given)];
    close([mine[1]! - mine[0]!], [theirs[1]! - theirs[0]!], 1e-6, `n = ${n}`);
  }
  const lopsided = { ...context(6), y: [0, 0, 0, 0, 0, 1] };
  const [mine, theirs] = [made.answer(lopsided), ask(network, lopsided)];
  assert.ok(
    Math.abs(mine[1]! - mine[0]! - (theirs[1]! - theirs[0]!)) > 1e-3,
    'only balanced contexts are promised',
  );
  network.dispose();
});

test('attentional matching and the plain sum of products, from their formulas', () => {
  const network = fewshot.networkOf({ ...sizes, ...fewshot.NETWORKS.matchnet });
  const f = fewshot.plainLayers(network.parameters, 'embedding');
  const embed = (x: readonly number[]): number[] =>
    tf.tidy(() => [
      ...classifiers
        .through(
          tf.tensor2d([[...x]]),
          f.map(({ weight, bias }) => ({
            weight: tf.tensor2d(weight.to2DArray()),
            bias: tf.tensor1d(bias.getRow(0)),
          })),
        )
        .dataSync(),
    ]);
  const given = context(5);
  const q = embed(given.test);
  const scores = given.X.map(
    (x) => embed(x).reduce((sum, value, k) => sum + value * q[k]!, 0) / 0.3,
  );
  const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
  const vote = (weights: readonly number[]): number[] =>
    [0, 1].map((c) => weights.reduce((sum, w, i) => sum + (given.y[i] === c ? w : 0), 0));
  close(
    fewshot.matchingByHand(f, 2, 'softmax', 0.3).answer(given),
    vote(scores.map((score) => Math.exp(score) / total)),
    1e-6,
    'softmax',
  );
  close(fewshot.matchingByHand(f, 2, 'linear', 0.3).answer(given), vote(scores), 1e-6, 'linear');
  network.dispose();
});

test('class means by softmax: the error falls as exp(-beta)', () => {
  const given = context(8, 1, true);
  const exact = [0, 1].map((c) =>
    [0, 1].map((k) => given.X.filter((_, i) => i % 2 === c).reduce((sum, x) => sum + x[k]!, 0) / 4),
  );
  const error = (beta: number): number =>
    Math.max(
      ...fewshot
        .classMeansBySoftmax(given, 2, beta)
        .flatMap((row, c) => row.map((v, k) => Math.abs(v - exact[c]![k]!))),
    );
  assert.ok(error(5) > 1e-3 && error(10) < 1e-3 && error(30) < 1e-9, `${[5, 10, 30].map(error)}`);
  assert.ok(Math.abs(error(12) / error(10) - Math.exp(-2)) < 0.01);
});

test('one step of gradient descent on least squares, against the gradient itself', () => {
  const given = context(7, 2);
  const eta = 0.3;
  const W = tf.variable(tf.zeros([2, 2]));
  const [X, Y] = [
    tf.tensor2d(given.X.map((row) => [...row])),
    classifiers.oneHot(tf.tensor1d([...given.y]), 2),
  ];
  const { grads } = tf.variableGrads(
    () =>
      X.matMul(W as tf.Tensor2D)
        .sub(Y)
        .square()
        .sum()
        .div(2 * 7) as tf.Scalar,
    [W],
  );
  const stepped = tf.sub(0, grads[W.name]!.mul(eta));
  const expected = [
    ...tf
      .tensor2d([[...given.test]])
      .matMul(stepped as tf.Tensor2D)
      .dataSync(),
  ];
  close(fewshot.descentByHand(2, 2, eta).answer(given), expected, 1e-6, 'scores');
});

test('beyond the three families: no weights of theirs do what two attention layers do', () => {
  const circle = (angle: number): number[] => [Math.cos(angle), Math.sin(angle)];
  const n = 48;
  const X = Array.from({ length: n }, (_, i) => circle((2 * Math.PI * i) / n));
  const y = Array.from({ length: n }, (_, i) => (i >> 1) % 2); // two and two
  const made = fewshot.smoothedNeighbourByHand(2, 60, 2000);
  const changes = fewshot.changesAround((angle) => {
    const [zero, one] = made.answer({ X, y, test: circle(angle) });
    return one! > zero! ? 1 : 0;
  });
  assert.equal(changes, n / 2, 'every change of labels is there');
  // a ProtoNet or CNP with so few hidden units cannot: its answers around the circle change less
  // often
  for (const spec of [
    { kind: 'protonet', widths: [2, 2] },
    { kind: 'cnp', width: 4 },
  ] as const) {
    const hidden = spec.kind === 'protonet' ? 2 : 4;
    assert.ok(fewshot.mostChanges(hidden) < n / 2);
    const network = fewshot.networkOf({
      ...spec,
      d: 2,
      classes: 2,
      seed: 1,
    } as fewshot.NetworkConfig);
    const found = fewshot.changesAround((angle) => {
      const [zero, one] = ask(network, { X, y, test: circle(angle) });
      return one! > zero! ? 1 : 0;
    }, 180);
    assert.ok(found <= fewshot.mostChanges(hidden), `${spec.kind}: ${found}`);
    network.dispose();
  }
  // a matching network weighs two examples against each other without looking at a third; this
  // method does not
  const weigh = (labels: number[], with3: boolean): number => {
    const points = [circle(0.1), circle(-0.15), circle(-0.25)].slice(0, with3 ? 3 : 2);
    return fewshot
      .smoothedNeighbourByHand(2, 20, 30)
      .answer({ X: points, y: labels.slice(0, points.length), test: circle(0) })[1]!;
  };
  const ratio = (with3: boolean): number => weigh([1, 0, 0], with3) / weigh([0, 1, 0], with3);
  assert.ok(Math.abs(ratio(true) / ratio(false) - 1) > 0.05, `${ratio(true)} ${ratio(false)}`);
  const matching = fewshot.matchingByHand(identity(), 2, 'softmax', 1 / 30);
  const matched = (labels: number[], with3: boolean): number => {
    const points = [circle(0.1), circle(-0.15), circle(-0.25)].slice(0, with3 ? 3 : 2);
    return matching.answer({ X: points, y: labels.slice(0, points.length), test: circle(0) })[1]!;
  };
  close(
    [matched([1, 0, 0], true) / matched([0, 1, 0], true)],
    [matched([1, 0, 0], false) / matched([0, 1, 0], false)],
    1e-9,
    'matching',
  );
  refused(() => made.answer({ X: X.slice(0, 2), y: [0, 2], test: circle(0) }), 'classes 0, 2', '2');
});

/** Layers that leave their input as it is (for inputs above -1). */
function identity(): readonly [fewshot.PlainDense, fewshot.PlainDense] {
  const network = fewshot.networkOf({
    d: 2,
    classes: 2,
    seed: 0,
    kind: 'matchnet',
    widths: [2, 2],
  });
  const values: Readonly<Record<string, number[]>> = {
    'embedding.0.weight': [1, 0, 0, 1],
    'embedding.0.bias': [2, 2],
    'embedding.1.weight': [1, 0, 0, 1],
    'embedding.1.bias': [-2, -2],
  };
  for (const [name, numbers] of Object.entries(values))
    network.parameters[name]!.assign(tf.tensor(numbers, network.parameters[name]!.shape));
  const layers = fewshot.plainLayers(network.parameters, 'embedding');
  network.dispose();
  return layers;
}

test('decision maps: the grid is answered point by point; bad contexts are refused', () => {
  const rule = classifiers.nearestMean(2);
  const shown = {
    X: [
      [1, 0],
      [-1, 0],
    ],
    y: [1, 0],
  };
  const map = classifiers.decisionMap(rule, shown, { reach: 2, points: 5 });
  assert.deepEqual(classifiers.sideOf({ reach: 2, points: 5 }), [-2, -1, 0, 1, 2]);
  for (const row of map) assert.ok(row[0]! < 0.5 && row[4]! > 0.5);
  refused(
    () => classifiers.decisionMap(rule, { X: [[1, 0]], y: [1] }, { reach: 2, points: 3 }, true),
    'no example of class 0',
  );
  refused(
    () => classifiers.decisionMap(rule, { X: [[1, 0]], y: [4] }, { reach: 2, points: 3 }),
    'label 4',
    '2 classes',
  );
  refused(
    () => classifiers.decisionMap(rule, { X: [], y: [] }, { reach: 2, points: 3 }),
    'X must be',
    '[]',
  );
});
