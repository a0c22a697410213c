import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { baselines, core, evaluation, model, tasks } from 'invicl';

import { allRefused, close } from '../helpers';

const draw = (
  config: Partial<tasks.LinearConfig> & { d: number },
  sizes: tasks.SampleSizes,
  seed = 1,
): model.Prompts => tasks.linearRegression(config).sample(core.stream(seed, 'linear'), sizes);

test('noise-free labels are exactly linear: least squares finds them from n = d on', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.integer({ min: 1, max: 5 }), (seed, d) => {
      const prompts = draw({ d }, { B: 3, n: d + 3, m: 2 }, seed);
      close(baselines.leastSquares.predict(prompts).dataSync(), prompts.yTest.dataSync(), 1e-3);
    }),
    { numRuns: 20 },
  );
});

test('moments: inputs N(0, s^2), labels of variance d s^2, noise on examples only', () => {
  const [d, scale, noise] = [5, 3, 0.7];
  const prompts = draw({ d, inputScale: scale }, { B: 2000, n: 4, m: 1 });
  const [x, y] = [Array.from(prompts.x.dataSync()), Array.from(prompts.y.dataSync())];
  assert.ok(Math.abs(evaluation.deviation(x) - scale) < 0.05);
  assert.ok(Math.abs(evaluation.deviation(y) ** 2 / (d * scale ** 2) - 1) < 0.1);
  const [plain, noisy] = [0, noise].map((sigma) =>
    draw({ d: 1, noise: sigma }, { B: 2000, n: 3, m: 1 }, 7),
  );
  assert.ok(plain && noisy);
  const residual = baselines.leastSquares
    .predict(noisy)
    .sub(noisy.yTest)
    .square()
    .mean()
    .dataSync()[0]!;
  assert.ok(residual > 0.05, 'noise makes least squares err');
  const exact = draw({ d: 1, noise: 5 }, { B: 500, n: 1, m: 2 }, 3);
  const ratio = exact.yTest.div(exact.xTest.squeeze([2])).arraySync() as number[][];
  assert.ok(
    ratio.every(([a, b]) => Math.abs(a! - b!) < 1e-2 * Math.max(1, Math.abs(a!))),
    'tests share one w without noise',
  );
});

test('a subspace of r dimensions: r examples tell all', () => {
  const prompts = draw({ d: 6, subspace: 2 }, { B: 4, n: 2, m: 3 });
  close(baselines.leastSquares.predict(prompts).dataSync(), prompts.yTest.dataSync(), 1e-3);
});

test('the curriculum silences coordinates beyond the active ones', () => {
  const x = draw({ d: 5 }, { B: 2, n: 3, m: 1, active: 2 }).x.arraySync();
  assert.ok(
    x.flat().every((row) => row[0] !== 0 && row[1] !== 0 && row.slice(2).every((v) => v === 0)),
  );
});

test('the same stream gives the same prompts', () => {
  assert.deepEqual(
    draw({ d: 3 }, { B: 2, n: 3, m: 1 }).x.dataSync(),
    draw({ d: 3 }, { B: 2, n: 3, m: 1 }).x.dataSync(),
  );
});

test('bad settings are refused', async (t) => {
  await allRefused(t, [
    [() => tasks.linearRegression({ d: 0 }), 'd must be'],
    [() => tasks.linearRegression({ d: 3, noise: -1 }), 'noise', '-1'],
    [() => tasks.linearRegression({ d: 3, noise: NaN }), 'NaN'],
    [() => tasks.linearRegression({ d: 3, inputScale: 0 }), 'inputScale'],
    [() => tasks.linearRegression({ d: 3, subspace: 4 }), 'subspace 4', 'd = 3'],
    [() => tasks.linearRegression({ d: 3, nois: 1 } as { d: number }), "'nois'"],
    [() => draw({ d: 2 }, { B: 1, n: 0, m: 1 }), 'n must be', '0'],
  ]);
});
