/** Curves that saturate: the fit against curves whose numbers are known. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, warmup } from 'invicl';

import { allRefused, close } from '../../../helpers';

const NS = [10, 20, 40, 80, 160, 320];
const exactly = (a: number, b: number, c: number): warmup.SaturationPoint[] =>
  NS.map((n) => ({ n, y: a - b * n ** -c }));

test('points on a curve give back its three numbers', () => {
  for (const [a, b, c] of [
    [0.8, 1.5, 0.5],
    [0.3, -2, 1.2],
    [-4, 10, 0.1],
    [0, 1, 3],
  ] as const) {
    const fit = warmup.fitSaturation(exactly(a, b, c));
    close([fit.a, fit.b, fit.c], [a, b, c], 1e-4);
    assert.equal(fit.limit, 'determined');
    assert.ok(fit.residual < 1e-8);
    close([warmup.saturatingValue(fit, 640)], [a - b * 640 ** -c], 1e-4);
  }
});

test('no other curve of the form is nearer to noisy points', () => {
  const random = core.stream(1, 'noise');
  const noise = random.normals(NS.length);
  const points = exactly(0.8, 1.5, 0.5).map(({ n, y }, i) => ({ n, y: y + 0.02 * noise[i]! }));
  const fit = warmup.fitSaturation(points);
  const squared = (other: Pick<warmup.Saturation, 'a' | 'b' | 'c'>): number =>
    points.reduce((sum, { n, y }) => sum + (warmup.saturatingValue(other, n) - y) ** 2, 0);
  const own = squared(fit);
  close([Math.sqrt(own / points.length)], [fit.residual], 1e-9);
  for (let i = 0; i < 200; i++) {
    const { a, b, c } = fit;
    const [u, v, w] = random.normals(3);
    const other = { a: a + 0.05 * u!, b: b * (1 + 0.1 * v!), c: c * Math.exp(0.1 * w!) };
    assert.ok(squared(other) >= own - 1e-12);
  }
});

test('a limit that the points do not show is said to be none', () => {
  const straight = NS.map((n) => ({ n, y: 0.1 * Math.log(n) }));
  assert.equal(warmup.fitSaturation(straight).limit, 'still rising');
  const bent = NS.map((n) => ({ n, y: Math.log(n) ** 2 }));
  assert.equal(warmup.fitSaturation(bent).limit, 'still rising');
  const falling = NS.map((n) => ({ n, y: -0.1 * Math.log(n) }));
  assert.equal(warmup.fitSaturation(falling).limit, 'still falling');
  const step = NS.map((n, i) => ({ n, y: i === 0 ? 0 : 1 }));
  assert.equal(warmup.fitSaturation(step).limit, 'reached at once');
  const flat = warmup.fitSaturation(NS.map((n) => ({ n, y: 0.5 })));
  assert.deepEqual([flat.a, flat.b, flat.limit], [0.5, 0, 'flat']);
});

test('the bootstrap holds the limit of equal curves exactly, and widens with their spread', () => {
  const curve = exactly(0.8, 1.5, 0.5).map(({ y }) => y);
  const shifted = (by: number): number[] => curve.map((y) => y + by);
  const same = warmup.saturationBand(core.stream(1, 'band'), NS, [curve, curve, curve]);
  close([same.low, same.high, same.fit.a], [0.8, 0.8, 0.8], 1e-4);
  assert.equal(same.determined, 1);
  const spread = warmup.saturationBand(core.stream(1, 'band'), NS, [-0.1, 0, 0.1].map(shifted));
  close([spread.low, spread.fit.a, spread.high], [0.7, 0.8, 0.9], 1e-3); // all three the same seed
});

test('what is no curve is refused', async (t) => {
  const points = exactly(1, 1, 1);
  const random = core.stream(1, 'band');
  await allRefused(t, [
    [() => warmup.fitSaturation([]), 'The points of a curve', 'at least 1'],
    [() => warmup.fitSaturation(points.slice(0, 3)), '3 values of n', '4 or more'],
    [() => warmup.fitSaturation([...points, { n: 0, y: 1 }]), '.n', 'above 0', '0'],
    [() => warmup.fitSaturation([...points, { n: 3, y: NaN }]), '.y', 'NaN'],
    [() => warmup.saturatingValue({ a: 1, b: 1, c: 1 }, 0), 'above 0', '0'],
    [() => warmup.saturatingValue({ a: NaN, b: 1, c: 1 }, 1), "'a'", 'NaN'],
    [() => warmup.saturationBand(random, NS, [[1, 2]]), 'curves', 'at least 2'],
    [() => warmup.saturationBand(random, NS, [NS, [1]]), '6, 1 points', '6 places'],
    [() => warmup.saturationBand(random, NS, [NS, NS], 10), 'draws', '10'],
    [() => warmup.saturationBand({} as core.Stream, NS, [NS, NS]), 'stream'],
  ]);
});
