import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { core, evaluation } from 'invicl';

import { refused } from '../helpers';

test('a stream is named by its seed and labels, and by nothing else', () => {
  const draw = (seed: number, ...labels: (string | number)[]): number[] => [
    ...core.stream(seed, ...labels).normals(5),
  ];
  assert.deepEqual(draw(0, 'task', 3), draw(0, 'task', 3));
  assert.notDeepEqual(draw(0, 'task', 3), draw(1, 'task', 3));
  assert.notDeepEqual(draw(0, 'task', 3), draw(0, 'task', 4));
  assert.notDeepEqual(draw(0, 'ab', 'c'), draw(0, 'a', 'bc'), 'labels must not run together');
});

test('normal numbers have the moments of N(0, 1), uniform ones of U(0, 1)', () => {
  const random = core.stream(1, 'moments');
  const normals = Array.from({ length: 40_000 }, () => random.normal());
  assert.ok(Math.abs(evaluation.mean(normals)) < 0.02);
  assert.ok(Math.abs(evaluation.deviation(normals) - 1) < 0.02);
  assert.ok(Math.abs(evaluation.mean(normals.map((z) => z ** 4)) - 3) < 0.2, 'fourth moment 3');
  const uniforms = Array.from({ length: 20_000 }, () => random.uniform());
  assert.ok(Math.abs(evaluation.mean(uniforms) - 0.5) < 0.01);
  assert.ok(Math.min(...uniforms) >= 0 && Math.max(...uniforms) < 1);
});

test('a permutation holds every index once, and every permutation comes up', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 30 }), (seed, n) => {
      assert.deepEqual(
        core
          .stream(seed, 'p')
          .permutation(n)
          .sort((a, b) => a - b),
        Array.from({ length: n }, (_, i) => i),
      );
    }),
  );
  const random = core.stream(2, 'uniform permutations');
  const seen = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const key = random.permutation(3).join();
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  assert.equal(seen.size, 6);
  for (const count of seen.values())
    assert.ok(Math.abs(count - 1000) < 150, `about 1000 each, got ${count}`);
});

test('all permutations: n! different ones, in order', () => {
  for (const [n, count] of [
    [0, 1],
    [1, 1],
    [3, 6],
    [5, 120],
  ] as const)
    assert.equal(new Set(core.allPermutations(n).map(String)).size, count);
  assert.deepEqual(core.allPermutations(3)[0], [0, 1, 2]);
  assert.deepEqual(core.allPermutations(3)[5], [2, 1, 0]);
});

test('a seed that is no integer of at least 0 is refused with its value', () => {
  refused(() => core.stream(-1, 'x'), 'seed', '-1');
  refused(() => core.stream(0.5, 'x'), '0.5');
});
