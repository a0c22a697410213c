import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { core, model, tasks, theory, tf } from 'invicl';

import { refused } from '../../helpers';

const keys = Object.keys(model.METHODS) as model.MethodKey[];

test('propositions 3.4 to 3.6: every mask on one to four examples', () => {
  for (const n of [1, 2, 3, 4]) {
    const { masks, invariant, leakFree, disagreements, both, allThree } = theory.enumerateMasks(n);
    assert.equal(masks, 2 ** (n * n));
    assert.equal(disagreements, 0, '3.5: free of leaks exactly when sortable');
    assert.equal(allThree, 0, 'no mask has all three');
    assert.equal(
      leakFree,
      [1, 3, 25, 543][n - 1]! * 2 ** n,
      'labelled acyclic graphs times self-links',
    );
    if (n > 1) {
      assert.deepEqual(
        [...invariant].sort(),
        ['complement of the diagonal', 'diagonal (BoE)', 'empty', 'full (Prefix)'],
        '3.4',
      );
      assert.deepEqual([...both].sort(), ['diagonal (BoE)', 'empty'], '3.6');
    }
  }
  refused(() => theory.enumerateMasks(5), 'n = 5', '1 to 4');
  refused(() => theory.enumerateMasks(0), 'n = 0');
});

test('table 1 of the paper', () => {
  const expected: Partial<Record<model.MethodKey, [boolean, boolean, theory.Interdependence]>> = {
    ar: [false, true, 'partial'],
    prefixSymmetric: [true, false, 'full'],
    boe: [true, true, 'none'],
    invicl: [true, true, 'full'],
  };
  for (const [key, [invariant, leakFree, interdependence]] of Object.entries(expected))
    assert.deepEqual(
      theory.methodProperties(model.methodOf(key)),
      { invariant, leakFree, interdependence },
      key,
    );
});

test('only invariance and mask together make AR invariant (the ablations)', () => {
  assert.equal(theory.methodProperties(model.METHODS.arSymmetric).invariant, false);
  assert.equal(theory.methodProperties(model.METHODS.arInvariantMask).invariant, false);
  assert.equal(
    theory.methodProperties(model.METHODS.nope).invariant,
    false,
    'a causal mask shows order without positions',
  );
  assert.equal(
    theory.methodProperties(model.METHODS.nope, 3, 1).invariant,
    true,
    'but not with a single layer',
  );
});

test('symbols and measurements agree for every method and random weights', () => {
  for (const key of keys)
    for (const seed of [1, 2]) {
      const network = new model.InContextModel({
        method: key,
        layout: 'xy',
        size: { layers: 3, width: 16, heads: 2 },
        d: 2,
        seed,
      });
      for (const v of Object.values(network.parameters)) v.assign(v.mul(3));
      const prompts = tasks
        .linearRegression({ d: 2 })
        .sample(core.stream(seed, 'props'), { B: 4, n: 3, m: 1 });
      const { invariant, leakFree, interdependence } = theory.measureProperties(network, prompts);
      assert.deepEqual(
        { invariant, leakFree, interdependence },
        theory.methodProperties(model.METHODS[key], 3, 3),
        `${key}, seed ${seed}`,
      );
      network.dispose();
    }
});

test('a random mask is leak-free if and only if no label returns in a symbolic pass', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 9 - 1), (number) => {
      const table = theory
        .maskOfNumber(number, 3)
        .map((row, i) => row.map((may, j) => may || i === j)); // tokens see themselves
      const mask: model.masks.BlockMask = (row, column) =>
        row.part === 'test'
          ? column.part !== 'test' || row === column
          : column.part !== 'test' && table[row.index]![column.index]!;
      const method: model.Method = { ...model.METHODS.boe, mask };
      const { leakFree, interdependence } = theory.methodProperties(method, 3, 4);
      assert.equal(leakFree, theory.isLeakFree(table), JSON.stringify(table));
      assert.equal(interdependence !== 'none', theory.isInterdependent(table));
      assert.equal(theory.isLeakFree(table), theory.isSortable(table));
    }),
    { numRuns: 200 },
  );
});

test('measuring needs two examples and the two-token layout', () => {
  const network = new model.InContextModel({
    method: 'ar',
    layout: 'xy',
    size: { layers: 1, width: 8, heads: 1 },
    d: 2,
    seed: 1,
  });
  const one = tasks.linearRegression({ d: 2 }).sample(core.stream(1, 'one'), { B: 1, n: 1, m: 1 });
  refused(() => theory.measureProperties(network, one), 'n = 1', 'at least 2');
});

/** Multiply-adds of a matrix product [.., M, K] x [.., K, N], twice. */
function productOperations(inputs: readonly number[][], output: readonly number[]): number {
  const [a, b] = inputs as [number[], number[]];
  const inner = output.at(-2) === a.at(-2) ? a.at(-1)! : b.at(-2)!;
  return 2 * inner * output.reduce((product, size) => product * size, 1);
}

test('the structured form runs as many operations as the formula counts', async () => {
  const size = { ...model.SIZES.tiny, width: 48, maxPositions: 64 };
  const [C, d] = [size.width, 5];
  for (const n of [1, 4, 7]) {
    const network = new model.InContextModel({
      method: 'invicl',
      layout: 'xy',
      size,
      d,
      seed: 1,
      form: 'structured',
    });
    const prompts = tasks
      .linearRegression({ d })
      .sample(core.stream(1, 'count'), { B: 1, n, m: 1 });
    const { kernels } = await tf.profile(() => network.forward(prompts).tests);
    const products = kernels.filter(({ name }) => /MatMul/.test(name));
    const isEmbedding = (inner: number): boolean => inner === d || inner === size.maxPositions;
    const counted = products
      .filter(({ inputShapes: [a, b] }) => !isEmbedding(a!.at(-1)!) && b!.join() !== `${C},1`)
      .map(({ inputShapes, outputShapes }) =>
        productOperations(inputShapes as number[][], outputShapes[0]!),
      )
      .reduce((a, b) => a + b, 0);
    // without a graph the last layer of the second copies, which no answer at the tests needs, runs
    const copy = 2 * n;
    const extra = 2 * (1 + 2 * size.mlpRatio) * C * C * copy + 4 * C * (copy * copy + 3 * n);
    const { layers, attention } = theory.structuredOperations(n, size);
    assert.equal(counted, layers + attention + extra, `n = ${n}`);
    const all = theory.forwardOperations('invicl', n, size);
    assert.ok(layers < all.layers, 'the last layer of both copies should be saved');
    network.dispose();
    tf.dispose(Object.values(prompts) as never);
  }
});
