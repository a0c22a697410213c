/** What an architecture changes in a transformer, against the same written with GPT-2's parts. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, model, tf } from 'invicl';

import { allRefused, close } from '../helpers';

const [C, H, Hk, D, T] = [24, 6, 2, 4, 5];
const size = { width: C, heads: H, layers: 2, mlpRatio: 64 / C };
const rotary = { dims: D, base: 1000 };
const LLAMA: model.Architecture = {
  ...{ parallel: false, gelu: null, rotary },
  ...{ norm: 'rms', biases: false, keyHeads: Hk },
};

interface Made {
  readonly store: model.ParameterStore;
  readonly transformer: model.Transformer;
}
function made(architecture: model.Architecture): Made {
  const store = new model.ParameterStore(3, undefined, 'fan-in');
  return { store, transformer: new model.Transformer(size, store, architecture) };
}

/** The same with a head of keys and values for each head of queries: those of a group are equal. */
function withoutGroups({ store: grouped }: Made): Made {
  const { keyHeads: _, ...rest } = LLAMA;
  const repeated = made(rest);
  const columns = (part: number): number[] =>
    Array.from({ length: H * D }, (__, i) => {
      const [head, at] = [Math.floor(i / D), i % D];
      return (H + part * Hk + Math.floor(head / (H / Hk))) * D + at;
    });
  const from = [...Array.from({ length: C }, (__, i) => i), ...columns(0), ...columns(1)];
  for (const [name, variable] of Object.entries(repeated.store.all)) {
    const given = grouped.all[name]!;
    const taken = tf.tensor1d(from, 'int32');
    variable.assign(name.includes('qkv') ? given.gather(taken, 1) : given);
  }
  return repeated;
}

const embedded = tf.tensor3d(core.stream(1, 'x').normals(2 * T * C), [2, T, C]);
const causal = model.maskBias(
  Array.from({ length: T }, (_, r) => Array.from({ length: T }, (__, c) => c <= r)),
);
const angles = ((): model.Angles => {
  const rates = Array.from({ length: D }, (_, i) => 1000 ** ((-2 * (i % (D / 2))) / D));
  const all = tf.range(0, T).expandDims(1).mul(tf.tensor1d(rates)); // [T, D]
  return { cos: all.cos(), sin: all.sin() };
})();

test('grouped queries are attention with each head of keys and values repeated', () => {
  const grouped = made(LLAMA);
  const repeated = withoutGroups(grouped);
  const seen = [grouped, repeated].map(({ transformer }) => {
    const inner: Record<string, tf.Tensor> = {};
    transformer.forward(embedded, { bias: causal, angles }, (name, value) => {
      inner[name] = tf.keep(value.clone());
    });
    return inner;
  });
  assert.deepEqual(seen[0]!['blocks.1.attention.weights']!.shape, [2, H, T, T]);
  for (const [name, value] of Object.entries(seen[0]!))
    close(value.dataSync(), seen[1]![name]!.dataSync(), 1e-5, name);
  const norms = [grouped, repeated].map(({ store, transformer }) => {
    const keys = store.all['blocks.0.qkv.weight']!;
    const loss = (): tf.Scalar => transformer.forward(embedded, causal).square().sum();
    const gradient = tf.variableGrads(loss, [keys]).grads[keys.name]!;
    // by query, and the sum over the heads of keys and of values
    const [q, k, v] = tf.split(
      gradient,
      [C, (keys.shape[1]! - C) / 2, (keys.shape[1]! - C) / 2],
      1,
    );
    const summed = (x: tf.Tensor): tf.Tensor => x.reshape([C, -1, D]).sum(1); // [C, D]
    return [q!, summed(k!), summed(v!)].map((x) => x.dataSync());
  });
  norms[0]!.forEach((numbers, i) => close(numbers, norms[1]![i]!, 1e-5, `gradient ${i}`));
});

test('keys and values of grouped queries are not repeated in memory, and are enough to go on', () => {
  const { transformer } = made(LLAMA);
  const whole = transformer.forward(embedded, { bias: causal, angles });
  const cut = (from: number, count: number): tf.Tensor3D =>
    embedded.slice([0, from, 0], [-1, count, -1]);
  const anglesOf = (from: number, count: number): model.Angles => ({
    cos: angles.cos.slice([from, 0], [count, -1]),
    sin: angles.sin.slice([from, 0], [count, -1]),
  });
  const first = transformer.extend(
    cut(0, 3),
    { bias: causal.slice([0, 0], [3, 3]), angles: anglesOf(0, 3) },
    null,
  );
  for (const part of first.fresh.flat()) assert.deepEqual(part.shape, [2, Hk, 3, D]);
  const rest = transformer.extend(
    cut(3, 2),
    { bias: causal.slice([3, 0], [2, T]), angles: anglesOf(3, 2) },
    first.fresh,
  );
  close(tf.concat([first.final, rest.final], 1).dataSync(), whole.dataSync(), 1e-5);
});

test('Llama has no biases, a gate, and an MLP of any number of units; GPT-2 has what it had', () => {
  const shapes = ({ store }: Made): Record<string, number[]> =>
    Object.fromEntries(
      Object.entries(store.all)
        .filter(([name]) => !name.startsWith('blocks.1'))
        .map(([name, { shape }]) => [name, shape]),
    );
  assert.deepEqual(shapes(made(LLAMA)), {
    'blocks.0.norm1.gain': [C],
    'blocks.0.qkv.weight': [C, (H + 2 * Hk) * D],
    'blocks.0.projection.weight': [C, C],
    'blocks.0.norm2.gain': [C],
    'blocks.0.gate.weight': [C, 64],
    'blocks.0.up.weight': [C, 64],
    'blocks.0.down.weight': [64, C],
    'normFinal.gain': [C],
  });
  const gpt2 = made(model.GPT2);
  assert.deepEqual(
    Object.keys(shapes(gpt2)),
    [
      ...['norm1.gain', 'norm1.bias', 'qkv.weight', 'qkv.bias', 'projection.weight'],
      ...['projection.bias', 'norm2.gain', 'norm2.bias', 'up.weight', 'up.bias', 'down.weight'],
      'down.bias',
    ]
      .map((name) => `blocks.0.${name}`)
      .concat('normFinal.gain', 'normFinal.bias'),
  );
  const named = made({ ...model.GPT2, norm: 'layer', biases: true, keyHeads: H });
  assert.deepEqual(
    [...named.transformer.forward(embedded, causal).dataSync()],
    [...gpt2.transformer.forward(embedded, causal).dataSync()],
  );
});

test('architectures and sizes of which there is no transformer are refused', async (t) => {
  const architecture = (changed: object) => () => made({ ...LLAMA, ...changed });
  const sized = (changed: object) => () => model.sizeOf({ ...size, ...changed });
  await allRefused(t, [
    [architecture({ keyHeads: 4 }), '6 heads of queries', '4 heads of keys'],
    [architecture({ keyHeads: 7 }), "'keyHeads'", '7'],
    [architecture({ keyHeads: 0 }), "'keyHeads'", '0'],
    [architecture({ norm: 'batch' }), 'norm', "'batch'", 'layer, rms'],
    [architecture({ biases: 'no' }), "'biases'", "'no'"],
    [architecture({ gelu: 'relu' }), 'gelu', "'relu'", 'tanh, exact'],
    [architecture({ rotary: { dims: 3, base: 1000 } }), "'dims'", 'even', '3'],
    [architecture({ rotary: { dims: 6, base: 1000 } }), "'dims'", '6'],
    [architecture({ rotary: { dims: 4, base: 0 } }), "'base'", '0'],
    [architecture({ colour: 1 }), "'colour'", 'keyHeads'],
    [sized({ mlpRatio: 1.3 }), 'mlpRatio 1.3 of width 24', 'hidden units'],
    [sized({ mlpRatio: 0.01 }), 'mlpRatio 0.01', 'hidden units'],
    [sized({ mlpRatio: -1 }), 'mlpRatio', '-1'],
  ]);
  assert.equal(model.sizeOf(size).mlpRatio, 64 / C);
});

test('without a seed all weights are 0 and wait to be assigned', () => {
  const store = new model.ParameterStore(null);
  const { size: made } = new model.Transformer(size, store, LLAMA);
  assert.equal(made.layers, 2);
  assert.equal(Object.keys(store.all).length, 2 * 7 + 1);
  for (const [name, variable] of Object.entries(store.all))
    assert.equal(variable.abs().max().dataSync()[0], 0, name);
});
