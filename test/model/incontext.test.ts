import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { core, evaluation, model, tasks, tf } from 'invicl';

import { allRefused, close, leavesNothing, refused } from '../helpers';

const SMALL = { layers: 2, width: 16, heads: 2 } as const;
const keys = Object.keys(model.METHODS) as model.MethodKey[];
const network = (
  method: model.MethodKey,
  layout: model.Layout = 'xy',
  seed = 1,
): model.InContextModel => new model.InContextModel({ method, layout, size: SMALL, d: 2, seed });
const sample = (n: number, m = 1, seed = 5): model.Prompts =>
  tasks.linearRegression({ d: 2 }).sample(core.stream(seed, 'test'), { B: 3, n, m });

test('every method answers in all layouts, with n = 1 too, and leaks nothing', async (t) => {
  for (const method of keys)
    await t.test(method, () => {
      for (const layout of ['xy', 'xy-marked', 'pair'] as const) {
        const one = network(method, layout);
        const prompts = [sample(1, 2), sample(4, 2)];
        leavesNothing(() => {
          for (const p of prompts) {
            const answers = one.predict(p);
            assert.deepEqual(answers.shape, [3, 2], `${method} ${layout}`);
            assert.ok(answers.dataSync().every(Number.isFinite));
            answers.dispose();
          }
        });
        one.dispose();
      }
    });
});

test('marked tokens give the label a column of its own, and say that it is one', () => {
  const one = new model.InContextModel({
    method: 'nope',
    layout: 'xy-marked',
    size: SMALL,
    d: 2,
    seed: 1,
  });
  const prompts = sample(2);
  const weight = one.parameters['readIn.weight']!.arraySync() as number[][];
  const bias = one.parameters['readIn.bias']!.arraySync() as number[];
  const tokenOf = (numbers: readonly number[]): number[] =>
    bias.map((b, c) => numbers.reduce((sum, value, i) => sum + value * weight[i]![c]!, b));
  const [x, y, xTest] = [prompts.x, prompts.y, prompts.xTest].map((t) => t.arraySync()) as [
    number[][][],
    number[][],
    number[][][],
  ];
  x.forEach((examples, b) => {
    const tokens = (one.embedded(prompts).arraySync() as number[][][])[b]!;
    const expected = [
      ...examples.flatMap((own, i) => [tokenOf([...own, 0, 0]), tokenOf([0, 0, y[b]![i]!, 1])]),
      tokenOf([...xTest[b]![0]!, 0, 0]),
    ];
    close(tokens.flat(), expected.flat(), 1e-6, `prompt ${b}`);
  });
});

test('initial weights: at a number or at 1 / sqrt(inputs), positions at their own scale', () => {
  const size = { layers: 2, width: 64, heads: 2, mlpRatio: 4 };
  const spread = (config: Partial<model.ModelConfig>, name: string): number => {
    const given = { method: 'ar', layout: 'xy', size, d: 2, seed: 1, ...config } as const;
    const one = new model.InContextModel(given);
    const found = evaluation.deviation([...one.parameters[name]!.dataSync()]);
    one.dispose();
    return found;
  };
  const intoResidual = 1 / Math.sqrt(2 * size.layers);
  for (const [config, name, expected] of [
    [{}, 'blocks.0.qkv.weight', 0.02],
    [{}, 'blocks.1.down.weight', 0.02 * intoResidual],
    [{ initialScale: 0.1 }, 'blocks.0.up.weight', 0.1],
    [{ initialScale: 'fan-in' }, 'blocks.0.qkv.weight', 1 / 8],
    [{ initialScale: 'fan-in' }, 'blocks.1.down.weight', intoResidual / 16],
    [{ initialScale: 'fan-in' }, 'positions', 0.02],
    [{ positionScale: 0.5 }, 'positions', 0.5],
    [{ positionScale: 0.5 }, 'blocks.0.qkv.weight', 0.02],
  ] as const) {
    const found = spread(config, name);
    assert.ok(Math.abs(found / expected - 1) < 0.05, `${name}: ${found} for ${expected}`);
  }
  for (const [config, ...pieces] of [
    [{ initialScale: 0 }, 'initialScale', '0', "'fan-in'"],
    [{ initialScale: 'wide' }, 'initialScale', '"wide"'],
    [{ positionScale: NaN }, 'positionScale', 'null'],
    [{ positionScale: -1 }, 'positionScale', '-1'],
  ] as const)
    refused(() => spread(config as Partial<model.ModelConfig>, 'positions'), ...pieces);
});

test('tests do not see each other: together or one by one, the answers are the same', async (t) => {
  for (const method of keys.filter((key) => !model.METHODS[key].oneTest))
    await t.test(method, () => {
      const one = network(method);
      const prompts = sample(4, 3);
      const together = one.predict(prompts);
      const apart = one.predict(model.oneTestEach(prompts)).reshape([3, 3]);
      close(apart.dataSync(), together.dataSync(), 1e-5, method);
    });
});

test('InvICL is at round-off for random prompts and weights, AR clearly above', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.integer({ min: 2, max: 5 }), (seed, n) => {
      const spread = (method: model.MethodKey): number => {
        const one = network(method, 'xy', seed);
        for (const v of Object.values(one.parameters)) v.assign(v.mul(4)); // trained-like sizes
        const { largest } = evaluation.permutationSensitivity(one, sample(n, 1, seed));
        one.dispose();
        return largest;
      };
      const [invicl, ar] = [spread('invicl'), spread('ar')];
      assert.ok(invicl < 1e-5, `InvICL moved by ${invicl}`);
      assert.ok(ar > 100 * invicl && ar > 1e-4, `AR moved only by ${ar}`);
    }),
    { numRuns: 15 },
  );
});

test('hooks see every inner value under its name and may replace it', () => {
  const one = network('invicl');
  const seen = new Map<string, number[]>();
  const prompts = sample(3);
  const plain = one
    .forward(prompts, (name, value) => void seen.set(name, value.shape))
    .tests.dataSync();
  const T = 2 * 2 * 3 + 1;
  assert.deepEqual(seen.get('blocks.1.attention.weights'), [3, 2, T, T]);
  for (const name of [
    'embedded',
    'blocks.0.attention.out',
    'blocks.0.mlp.out',
    'blocks.0.out',
    'blocks.1.out',
    'final',
  ])
    assert.deepEqual(seen.get(name), [3, T, 16], name);
  const weights = one.forward(prompts, (name, value) => {
    if (name === 'blocks.0.attention.weights')
      close(
        value.sum(-1).dataSync(),
        new Float32Array(3 * 2 * T).fill(1),
        1e-5,
        'rows of attention sum to 1',
      );
  });
  close(weights.tests.dataSync(), plain, 1e-6);
  const silenced = one
    .forward(prompts, (name, value) => (name === 'final' ? tf.zerosLike(value) : undefined))
    .tests.dataSync();
  close(
    silenced,
    new Float32Array(3).fill(one.parameters['readOut.bias']!.dataSync()[0]!),
    1e-6,
    'a replaced value is used',
  );
});

test('inner values can be asked for by name', () => {
  const one = network('ar');
  const prompts = sample(3);
  const { 'blocks.0.attention.weights': weights, final } = one.activations(prompts, [
    'blocks.0.attention.weights',
    'final',
  ]);
  assert.deepEqual(
    [weights!.shape, final!.shape],
    [
      [3, 2, 7, 7],
      [3, 7, 16],
    ],
  );
  tf.dispose([weights!, final!]);
  leavesNothing(() => tf.dispose(one.activations(prompts, ['embedded'])));
  leavesNothing(() =>
    refused(
      () => one.activations(prompts, ['embedded', 'blocks.9.out']),
      'blocks.9.out',
      'blocks.1.mlp.out',
    ),
  );
});

test('attention weights are zero wherever the mask forbids', async (t) => {
  for (const method of ['ar', 'prefix', 'invicl', 'boe'] as const)
    await t.test(method, () => {
      const one = network(method);
      const { mask } = one.promptLayout(3, 1);
      let layers = 0;
      one.forward(sample(3), (name, value) => {
        if (!name.endsWith('weights')) return;
        layers++;
        for (const heads of value.arraySync() as number[][][][])
          for (const weights of heads)
            mask.forEach((row, r) =>
              row.forEach((may, c) => assert.ok(may || weights[r]![c] === 0, `${r} ${c}`)),
            );
      });
      assert.equal(layers, one.transformer.size.layers);
    });
});

test('the gradient is right by finite differences', async (t) => {
  const one = network('invicl');
  const prompts = sample(3, 2);
  for (const v of Object.values(one.parameters)) v.assign(v.mul(5));
  const loss = (): tf.Scalar => one.forward(prompts).tests.square().sum();
  for (const name of [
    'blocks.0.qkv.weight',
    'blocks.1.up.weight',
    'readIn.weight',
    'blocks.0.norm1.gain',
    'positions',
  ])
    await t.test(name, () => {
      const variable = one.parameters[name]!;
      const gradient = Array.from(
        tf.variableGrads(loss, [variable]).grads[variable.name]!.dataSync(),
      );
      const at = gradient.reduce(
        (best, g, i) => (Math.abs(g) > Math.abs(gradient[best]!) ? i : best),
        0,
      );
      const [values, h] = [
        variable.dataSync().slice(),
        1e-2 * Math.max(0.1, Math.abs(variable.dataSync()[at]!)),
      ];
      const moved = [h, -h].map((step) => {
        const changed = values.slice();
        changed[at]! += step;
        variable.assign(tf.tensor(changed, variable.shape));
        return loss().dataSync()[0]!;
      });
      variable.assign(tf.tensor(values, variable.shape));
      const numeric = (moved[0]! - moved[1]!) / (2 * h);
      assert.ok(
        Math.abs(numeric - gradient[at]!) < 0.03 * Math.abs(gradient[at]!),
        `${name}: ${numeric} against ${gradient[at]}`,
      );
    });
});

test('the same seed gives the same weights; the named sizes are those of Garg et al.', () => {
  assert.deepEqual(
    network('ar').parameters['blocks.0.up.weight']!.dataSync(),
    network('invicl').parameters['blocks.0.up.weight']!.dataSync(),
    'weights depend on the seed, not the method',
  );
  assert.notDeepEqual(
    network('ar', 'xy', 1).parameters['positions']!.dataSync(),
    network('ar', 'xy', 2).parameters['positions']!.dataSync(),
  );
  const sizes = Object.fromEntries(
    Object.entries(model.SIZES).map(([name, { width, layers, heads }]) => [
      name,
      [width, layers, heads],
    ]),
  );
  assert.deepEqual(
    [sizes['tiny'], sizes['small'], sizes['standard']],
    [
      [64, 3, 2],
      [128, 6, 4],
      [256, 12, 8],
    ],
  );
});

test('BatchICL does not depend on order, and equal examples count as one', () => {
  const one = network('ar', 'pair');
  for (const v of Object.values(one.parameters)) v.assign(v.mul(5));
  const batch = model.batchICL(one, 1);
  const prompts = sample(4, 2);
  assert.ok(evaluation.permutationSensitivity(batch, prompts).largest < 1e-5);
  const first = model.NUMBERS.choose(prompts, [0]);
  const repeated = {
    ...prompts,
    x: first.x.tile([1, 3, 1]),
    y: first.y.tile([1, 3]),
  } as model.Prompts;
  close(batch.predict(repeated).dataSync(), batch.predict(first).dataSync(), 1e-5);
  const changed = { ...prompts, y: prompts.y.mul(-1) } as model.Prompts;
  assert.ok(
    batch.predict(changed).sub(batch.predict(prompts)).abs().max().dataSync()[0]! > 1e-5,
    'the examples are used',
  );
  leavesNothing(() => batch.predict(prompts).dispose());
  refused(() => model.batchICL(one, 2), 'layer 2', '0 to 1');
});

test('bad input is refused with a sentence', async (t) => {
  await allRefused(t, [
    [
      () =>
        new model.InContextModel({
          method: 'gpt' as model.MethodKey,
          layout: 'xy',
          size: SMALL,
          d: 2,
          seed: 1,
        }),
      "'gpt'",
    ],
    [
      () =>
        new model.InContextModel({
          method: 'ar',
          layout: 'xyz' as model.Layout,
          size: SMALL,
          d: 2,
          seed: 1,
        }),
      "'xyz'",
    ],
    [
      () =>
        new model.InContextModel({
          method: 'ar',
          layout: 'xy',
          size: SMALL,
          d: 2,
          seed: 1,
          dropout: 0.1,
        } as model.ModelConfig),
      "'dropout'",
      '0.1',
    ],
    [
      () =>
        new model.InContextModel({
          method: 'ar',
          layout: 'xy',
          size: 'huge' as model.SizeName,
          d: 2,
          seed: 1,
        }),
      "'huge'",
      'standard',
    ],
    [
      () =>
        new model.InContextModel({
          method: 'ar',
          layout: 'xy',
          size: { width: 10, heads: 3 },
          d: 2,
          seed: 1,
        }),
      '10',
      '3 heads',
    ],
    [
      () => new model.InContextModel({ method: 'ar', layout: 'xy', size: SMALL, d: 0, seed: 1 }),
      'd must be',
    ],
    [
      () =>
        new model.InContextModel({
          method: 'ar',
          layout: 'xy',
          size: SMALL,
          d: 2,
          seed: 1,
          form: 'structured',
        }),
      'structured',
      'AR',
    ],
  ]);
  const one = network('ar');
  const good = sample(3);
  await allRefused(t, [
    [() => one.predict({ ...good, y: tf.zeros([3, 2]) }), 'y [3,2]', 'fit'],
    [() => one.predict({ ...good, x: good.x.mul(Infinity) }), "'x'", 'NaN or an infinite'],
    [() => one.predict({ ...good, x: tf.zeros([3, 3]) as unknown as tf.Tensor3D }), '[B, n, d]'],
    [() => one.predict({ ...good, x: tf.zeros([3, 0, 2]), y: tf.zeros([3, 0]) }), 'n = 0'],
    [
      () =>
        one.predict(
          tasks.linearRegression({ d: 3 }).sample(core.stream(1, 'x'), { B: 1, n: 2, m: 1 }),
        ),
      'd = 3',
      'd = 2',
    ],
  ]);
  const short = new model.InContextModel({
    method: 'ar',
    layout: 'xy',
    size: { ...SMALL, maxPositions: 4 },
    d: 2,
    seed: 1,
  });
  await allRefused(t, [
    [() => short.predict(good), 'position 6', 'knows 4'],
    [() => model.reorder(good, [0, 0, 1]), '0,0,1', 'order'],
    [
      () => model.requireFinite({ ...good, y: tf.tensor2d([[1, NaN, 2]]) as tf.Tensor2D }),
      "'y'",
      'NaN',
    ],
    [
      () =>
        model.batchICL(one, 0).predict({ ...good, x: tf.zeros([3, 0, 2]), y: tf.zeros([3, 0]) }),
      'n = 0',
    ],
  ]);
});

test('predictions of a large batch, in microbatches and compiled, are those of one pass', () => {
  const one = new model.InContextModel({
    method: 'invicl',
    layout: 'xy',
    size: SMALL,
    d: 2,
    seed: 1,
  });
  const prompts = tasks
    .linearRegression({ d: 2 })
    .sample(core.stream(2, 'pieces'), { B: 1100, n: 8, m: 2 });
  assert.ok(
    model.microbatchOf(1100, 4 * 8 + 2, one.transformer.size) < 1100,
    'this batch is taken in microbatches',
  );
  const whole = one.forward(prompts).tests.dataSync();
  for (let time = 0; time < 3; time++)
    close(one.predict(prompts).dataSync(), whole, 1e-5, `time ${time}`);
  one.dispose();
});

test('a method that claims the structured form without InvICL’s mask or positions fails', () => {
  const { METHODS } = model;
  assert.doesNotThrow(() => model.checkStructured(METHODS.invicl));
  assert.doesNotThrow(() => model.checkStructured(METHODS.ar));
  const claims: readonly model.Method[] = [
    { ...METHODS.ar, structured: true },
    { ...METHODS.invicl, positions: model.positions.absolute },
    { ...METHODS.invicl, doubled: false },
    { ...METHODS.invicl, inside: 'full' },
    { ...METHODS.arInvariantMask, structured: true },
  ];
  const { transformer } = network('ar');
  const table = tf.zeros([8, transformer.size.width]) as tf.Tensor2D;
  for (const claim of claims)
    refused(
      () => new model.ForwardPass(claim, transformer, table, 1),
      claim.name,
      'structured form',
      'structured: false',
    );
});

test('tests are made prompts of their own only where all tensors begin alike', () => {
  tf.tidy(() => {
    const prompts = { x: tf.ones([2, 3, 4]), y: tf.ones([2, 3]), xTest: tf.ones([2, 5, 4]) };
    const given = prompts as unknown as model.PromptTensors;
    assert.deepEqual(model.oneTestEach(given).xTest.shape, [10, 1, 4]);
    const changed = (rest: object): model.PromptTensors => ({ ...given, ...rest });
    refused(() => model.oneTestEach(changed({ yTest: tf.ones([3]) })), 'yTest', '[3]', '[2, 5]');
    refused(() => model.oneTestEach(changed({ y: tf.ones([2, 4]) })), "'y'", '[2, 4]', '[2, 3]');
  });
});

test("a method of one's own runs, is named by its checkpoint, and is refused when that is loaded", () => {
  const shape = { layout: 'pair', size: SMALL, d: 2, seed: 1 } as const;
  const own: model.Method = { ...model.METHODS.boe, name: 'first example only' };
  const reads = (mask: model.masks.BlockMask): model.InContextModel =>
    new model.InContextModel({ ...shape, method: { ...own, mask } });
  const onlyFirst = reads(
    (row, column) => model.masks.isSelf(row, column) || (row.part === 'test' && column.index === 0),
  );
  const [asBoe, boe] = [reads(model.METHODS.boe.mask), network('boe', 'pair')];
  const prompts = sample(3);
  close(asBoe.predict(prompts).dataSync(), boe.predict(prompts).dataSync(), 1e-6);
  const other = { ...prompts, y: prompts.y.mul(tf.tensor1d([1, 2, 2])) } as model.Prompts;
  close(onlyFirst.predict(other).dataSync(), onlyFirst.predict(prompts).dataSync(), 1e-6);
  assert.notDeepEqual(boe.predict(other).arraySync(), boe.predict(prompts).arraySync());
  assert.equal(onlyFirst.config.method, 'first example only');
  refused(() => new model.InContextModel(onlyFirst.config), "'first example only'", 'invicl');
  refused(
    () => new model.InContextModel({ ...shape, method: { ...own, name: 'ar' } }),
    "'ar'",
    'Give it another name',
  );
});

test('a predictor without a name is refused before anything is called by it', async (t) => {
  const nameless = { name: 7, predict: () => tf.zeros([1, 1]) } as unknown as model.Predictor;
  await allRefused(t, [
    [() => model.inCanonicalOrder(nameless), "predictor's name", '7'],
    [() => model.averagedOverOrderings(nameless, 2), "predictor's name", '7'],
  ]);
});
