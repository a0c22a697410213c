/** Smeared keys against a loop, and their gradient against differences. */
import assert from 'node:assert/strict';
import test from 'node:test';

import { core, model, tf } from 'invicl';
import { close, refused } from '../helpers';

const [B, H, T, D] = [2, 2, 4, 3];
const CONTINUES = [0, 1, 0, 1];

test('a key is a mixture of its own and the one before, within an example', () => {
  const random = core.stream(0, 'smear');
  const k = tf.tensor4d(random.normals(B * H * T * D), [B, H, T, D]);
  const a = tf.tensor1d([0.3, -1]);
  const given = model.smeared(k, a, tf.tensor1d(CONTINUES)).arraySync();
  const [keys, shares] = [k.arraySync(), a.arraySync().map((x) => 1 / (1 + Math.exp(-x)))];
  for (let b = 0; b < B; b++)
    for (let h = 0; h < H; h++)
      for (let t = 0; t < T; t++) {
        const own = keys[b]![h]![t]!;
        const g = shares[h]!;
        const expected = CONTINUES[t]
          ? own.map((x, d) => g * x + (1 - g) * keys[b]![h]![t - 1]![d]!)
          : own;
        close(given[b]![h]![t]!, expected, 1e-6);
      }
});

test('the gradient of the share is that of differences', () => {
  const random = core.stream(1, 'smear');
  const k = tf.tensor4d(random.normals(B * H * T * D), [B, H, T, D]);
  const c = tf.tensor1d(CONTINUES);
  const f = (a: tf.Tensor1D): tf.Scalar => model.smeared(k, a, c).square().sum() as tf.Scalar;
  const at = [0.2, -0.4];
  const gradient = tf
    .grad((a: tf.Tensor) => f(a as tf.Tensor1D))(tf.tensor1d(at))
    .arraySync() as number[];
  const h = 1e-2;
  at.forEach((_, i) => {
    const moved = (by: number): number =>
      f(tf.tensor1d(at.map((x, j) => (j === i ? x + by : x)))).arraySync();
    assert.ok(Math.abs((moved(h) - moved(-h)) / (2 * h) - gradient[i]!) < 1e-2);
  });
});

test('keys are not smeared where it is not said what continues', () => {
  refused(() => model.smeared(tf.ones([1, 1, 2, 1]), tf.zeros([1]), undefined), 'continue');
});
