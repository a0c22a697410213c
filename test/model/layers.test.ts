/** The layers against other ways to write them, and their gradients by finite differences. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, model, tf } from 'invicl';

import { allRefused, close, leavesNothing } from '../helpers';

const random = core.stream(1, 'layers');
const normal = (shape: number[], scale = 1): tf.Tensor =>
  tf.tensor(
    random.normals(
      shape.reduce((a, b) => a * b, 1),
      scale,
    ),
    shape,
  );

const plainDense = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor =>
  x
    .reshape([-1, w.shape[0]!])
    .matMul(w)
    .add(b)
    .reshape([...x.shape.slice(0, -1), w.shape[1]!]);
const plainNorm = (x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor): tf.Tensor => {
  const { mean, variance } = tf.moments(x, -1, true);
  return x.sub(mean).div(variance.add(1e-5).sqrt()).mul(gain).add(bias);
};
const plainRms = (x: tf.Tensor, gain: tf.Tensor): tf.Tensor =>
  x.div(x.square().mean(-1, true).add(1e-5).sqrt()).mul(gain);
const plainGelu = (u: tf.Tensor): tf.Tensor =>
  u.mul(0.5).mul(
    u
      .add(u.pow(3).mul(0.044715))
      .mul(Math.sqrt(2 / Math.PI))
      .tanh()
      .add(1),
  );

type Fn = (...inputs: tf.Tensor[]) => tf.Tensor;
const LAYERS: Readonly<
  Record<string, { readonly ours: Fn; readonly plain: Fn; readonly inputs: () => tf.Tensor[] }>
> = {
  dense: {
    ours: (x, weight, bias) =>
      model.dense(x!, { weight: weight as tf.Tensor2D, bias: bias as tf.Tensor1D }),
    plain: (x, w, b) => plainDense(x!, w!, b!),
    inputs: () => [normal([2, 3, 4]), normal([4, 5]), normal([5])],
  },
  'dense without a bias': {
    ours: (x, weight) => model.dense(x!, { weight: weight as tf.Tensor2D, bias: null }),
    plain: (x, w) => plainDense(x!, w!, tf.zeros([5])),
    inputs: () => [normal([2, 3, 4]), normal([4, 5])],
  },
  rmsNorm: {
    ours: (x, gain) => model.rmsNorm(x!, gain as tf.Tensor1D),
    plain: (x, gain) => plainRms(x!, gain!),
    inputs: () => [normal([2, 3, 6], 3).add(1), normal([6])],
  },
  swiglu: {
    ours: (gate, up) => model.swiglu(gate!, up!),
    plain: (gate, up) => gate!.div(gate!.neg().exp().add(1)).mul(up!),
    inputs: () => [normal([3, 7], 2), normal([3, 7])],
  },
  layerNorm: {
    ours: (x, gain, bias) =>
      model.layerNorm(x!, { gain: gain as tf.Tensor1D, bias: bias as tf.Tensor1D }),
    plain: (x, g, b) => plainNorm(x!, g!, b!),
    inputs: () => [normal([2, 3, 6], 3), normal([6]), normal([6])],
  },
  gelu: {
    ours: (u) => model.gelu(u!),
    plain: (u) => plainGelu(u!),
    inputs: () => [normal([3, 7], 2)],
  },
};

for (const [name, { ours, plain, inputs }] of Object.entries(LAYERS)) {
  test(`${name}: value and gradients are those of the plain formula`, () => {
    const given = inputs();
    close(ours(...given).dataSync(), plain(...given).dataSync(), 1e-6, 'value');
    const weights = normal(ours(...given).shape);
    const gradients = (fn: Fn): tf.Tensor[] =>
      tf.grads((...x: tf.Tensor[]) =>
        fn(...x)
          .mul(weights)
          .sum(),
      )(given);
    const [hand, auto] = [gradients(ours), gradients(plain)];
    hand.forEach((gradient, i) =>
      close(gradient.dataSync(), auto[i]!.dataSync(), 1e-5, `gradient ${i}`),
    );
  });

  test(`${name}: the gradient is right by finite differences, and nothing leaks`, () => {
    const given = inputs();
    const weights = normal(ours(...given).shape);
    const loss = (...x: tf.Tensor[]): tf.Tensor =>
      ours(...x)
        .mul(weights)
        .sum();
    const hand = tf.grads(loss)(given);
    given.forEach((input, k) => {
      const direction = normal(input.shape);
      const at = (step: number): number =>
        loss(...given.map((x, i) => (i === k ? x.add(direction.mul(step)) : x))).dataSync()[0]!;
      const h = 5e-3;
      const numeric = (at(h) - at(-h)) / (2 * h);
      const exact = hand[k]!.mul(direction).sum().dataSync()[0]!;
      assert.ok(
        Math.abs(numeric - exact) < 0.01 * Math.max(1, Math.abs(exact)),
        `input ${k}: ${numeric} against ${exact}`,
      );
    });
    leavesNothing(() => ours(...given).dispose());
    leavesNothing(() => tf.dispose(tf.grads(loss)(given)));
  });
}

test('layers refuse what does not fit', async (t) => {
  const x = tf.ones([4, 2]);
  await allRefused(t, [
    [() => model.rmsNorm(x, tf.ones([3])), 'An RMSNorm', '[3]', '[4,2]'],
    [() => model.rmsNorm(tf.scalar(1), tf.ones([1])), 'An RMSNorm', 'was given []'],
    [() => model.swiglu(x, tf.ones([2, 4])), 'A gate [4,2]', '[2,4]'],
    [() => model.dense(x, { weight: tf.ones([3, 2]), bias: null }), '[3,2]', 'no bias', '[4,2]'],
  ]);
});

test('rmsNorm adds 1e-5 to the mean square, and centres nothing', () => {
  const x = tf.tensor2d([
    [3e-3, 4e-3],
    [7, 7],
  ]);
  const small = Math.sqrt(12.5e-6 + 1e-5);
  close(model.rmsNorm(x, tf.tensor1d([1, 2])).dataSync(), [3e-3 / small, 8e-3 / small, 1, 2], 1e-5);
});
