import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { model } from 'invicl';

import { allRefused, refused } from '../helpers';

const { masks, positions } = model;
const everyMethod = Object.entries(model.METHODS as Readonly<Record<string, model.Method>>);
const pairs = (mask: model.masks.BlockMask, n: number, doubled: boolean): number =>
  masks.countPairs(masks.maskMatrix(mask, masks.blocksOf(n, 1, doubled)));

test('pairs that attend: the formulas of the papers', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), (n) => {
      assert.equal(pairs(masks.invicl, n, true), n * n + 2 * n + 1);
      assert.equal(pairs(masks.ar, n, false), (n * n) / 2 + (3 * n) / 2 + 1);
      assert.equal(pairs(masks.prefix, n, false), n * n + n + 1);
      assert.equal(pairs(masks.boe, n, false), 2 * n + 1);
      assert.equal(pairs(masks.boeWithoutSelf, n, false), n + 1);
      assert.equal(pairs(masks.saicl, n, false), 3 * n + 1);
      assert.equal(
        pairs(masks.pcw(1), n, false),
        pairs(masks.boe, n, false),
        'windows of one example are BoE',
      );
      assert.equal(pairs(masks.pcw(n), n, false), pairs(masks.ar, n, false), 'one window is AR');
    }),
  );
});

test('InvICL by its definition, entry by entry', () => {
  const blocks = masks.blocksOf(4, 2, true);
  for (const row of blocks)
    for (const column of blocks) {
      const may = masks.invicl(row, column);
      if (row.part === 'second' && column.part === 'first')
        assert.equal(may, row.index !== column.index, 'leave one out');
      else if (row.part === 'test' && column.part === 'second') assert.ok(may);
      else
        assert.equal(
          may,
          row.part === column.part && row.index === column.index,
          'itself and nothing else',
        );
    }
});

test('no method lets test inputs see each other, or an empty row through', async (t) => {
  for (const [key, method] of everyMethod)
    await t.test(key, () => {
      const m = method.oneTest ? 1 : 3;
      const plan = model.layoutPrompt(method, [2, 1, 3, 2, 2, 1], new Array<number>(m).fill(2));
      masks.checkMask(plan.mask, plan.tokens.length);
      plan.mask.forEach((row, r) =>
        row.forEach((may, c) => {
          const [a, b] = [plan.tokens[r]!.block, plan.tokens[c]!.block];
          if (a.part === 'test' && b.part === 'test' && a.index !== b.index)
            assert.ok(!may, `${key}: test ${a.index} reads test ${b.index}`);
          if (a === b && method.inside === 'causal')
            assert.equal(
              may,
              plan.tokens[c]!.offset <= plan.tokens[r]!.offset,
              `${key}: causal inside a block`,
            );
          if (a !== b)
            assert.equal(may, method.mask(a, b), `${key}: between blocks as the block mask says`);
        }),
      );
    });
});

test('a mask that attention cannot use is refused', async (t) => {
  await allRefused(t, [
    [
      () =>
        masks.checkMask(
          [
            [true, true],
            [false, false],
          ],
          2,
        ),
      'Row 1',
      'empty',
    ],
    [() => masks.checkMask([[true]], 2), '1 x 1', '2'],
    [() => masks.checkMask([[true, true], [true]], 2), '2 tokens'],
    [
      () => model.maskBias(masks.maskMatrix(masks.boeWithoutSelf, masks.blocksOf(3, 1, false))),
      'Row 0',
      'empty',
    ],
    [() => masks.pcw(0), 'window', '0'],
  ]);
});

test('positions: absolute counts, symmetric starts each example anew, tests come after', () => {
  const at = (
    place: model.positions.Positions,
    lengths: number[],
    doubled = false,
  ): number[] | null =>
    place(
      masks.tokensOf(masks.blocksOf(lengths.length, 2, doubled), (b) =>
        b.part === 'test' ? 2 : lengths[b.index]!,
      ),
    );
  assert.deepEqual(at(positions.absolute, [2, 1]), [0, 1, 2, 3, 4, 3, 4]);
  assert.deepEqual(at(positions.byExample, [2, 1]), [0, 0, 1, 2, 2, 2, 2]);
  assert.deepEqual(at(positions.symmetric, [2, 1, 3]), [0, 1, 0, 0, 1, 2, 3, 4, 3, 4]);
  assert.deepEqual(
    at(positions.symmetric, [2, 1], true),
    [0, 1, 0, 0, 1, 0, 2, 3, 2, 3],
    'both copies alike',
  );
  assert.deepEqual(at(positions.windows(2), [1, 2, 1]), [0, 1, 2, 0, 3, 4, 3, 4]);
  assert.equal(at(positions.none, [1]), null);
  refused(() => positions.windows(0), 'window');
});

test('copies some lengths apart: published places at 0, places of their own at 1', async (t) => {
  const tokens = masks.tokensOf(masks.blocksOf(3, 2, true), (b) =>
    b.part === 'test' ? 2 : [4, 1, 3][b.index]!,
  );
  assert.deepEqual(positions.copiesApart(0)(tokens), positions.symmetric(tokens));
  assert.deepEqual(positions.copiesApart(1)(tokens), positions.symmetricByCopy(tokens));
  const [first, second, ofTest] = ['first', 'second', 'test'].map((part) =>
    positions
      .copiesApart(
        0.5,
        2,
      )(tokens)!
      .filter((_, i) => tokens[i]!.block.part === part),
  );
  assert.deepEqual(first, [0, 1, 2, 3, 0, 0, 1, 2]);
  assert.deepEqual(second, [2, 3, 4, 5, 2, 2, 3, 4]);
  assert.deepEqual(ofTest, [14, 15, 14, 15], 'half a length, the longest, and two lengths more');
  await allRefused(t, [
    [() => positions.copiesApart(-1), 'second copies', '-1'],
    [() => positions.copiesApart(1, NaN), 'tests', 'NaN'],
  ]);
});

test('unknown methods and impossible prompts are refused', async (t) => {
  await allRefused(t, [
    [() => model.methodOf('gpt'), "'gpt'", 'invicl'],
    [() => model.layoutPrompt(model.METHODS.saicl, [1, 1], [1, 1]), 'SAICL', '2 test inputs'],
    [() => model.layoutPrompt(model.METHODS.ar, [1], []), 'without a test'],
    [() => model.layoutPrompt(model.METHODS.ar, [0], [1]), '0 tokens'],
  ]);
  assert.equal(model.pcwMethod(3).name, 'PCW (3)');
  refused(() => model.pcwMethod(-1), '-1');
});
