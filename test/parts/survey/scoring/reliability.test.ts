/** Reliability by hand, and of answers that are drawn as they say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, scoring } from 'invicl';
import { allRefused, close } from '../../../helpers';

const { reliability } = scoring;

test('the error of cases worked out by hand', () => {
  // one bin (.6, .7]: confidence .7, half of them right
  const half = reliability(
    [
      [0.7, 0.3],
      [0.3, 0.7],
    ],
    [0, 0],
  );
  close([half.error], [0.2], 1e-12);
  assert.deepEqual(
    half.bins.filter(({ count }) => count > 0).map(({ low, high, count }) => [low, high, count]),
    [[0.6, 0.7, 2]],
  );
  // two bins: |1 - .9| of one question, |0 - .6| of another, |1 - 1| of two
  const mixed = reliability(
    [
      [0.9, 0.1],
      [0.4, 0.6],
      [1, 0],
      [0, 1],
    ],
    [0, 0, 0, 1],
  );
  close([mixed.error], [(0.1 + 0.6 + 0) / 4], 1e-12);
  close([reliability([[1, 0]], [0]).error], [0], 0, 'sure and right');
  close([reliability([[1, 0]], [1]).error], [1], 0, 'sure and wrong');
  // in one bin opposite faults cancel
  const cancels = reliability(
    [
      [0.9, 0.1],
      [0.6, 0.4],
    ],
    [0, 1],
    { bins: 1 },
  );
  close([cancels.error], [0.25], 1e-12);
  close([cancels.bins[0]!.confidence, cancels.bins[0]!.accuracy], [0.75, 0.5], 1e-12);
});

test('bins hold every question, each within its bounds', () => {
  const random = core.stream(0, 'reliability');
  const rows = Array.from({ length: 500 }, () => core.softmax([...random.normals(3, 2)]));
  const right = rows.map(() => random.integer(3));
  for (const bins of [1, 7, 10, 15]) {
    const diagram = reliability(rows, right, { bins, repeats: 10 });
    assert.equal(diagram.bins.length, bins);
    assert.equal(
      diagram.bins.reduce((sum, { count }) => sum + count, 0),
      500,
    );
    for (const { low, high, count, confidence } of diagram.bins)
      assert.ok(count === 0 || (confidence > low && confidence <= high + 1e-12));
  }
});

test('answers drawn as their probabilities say have little error, sharpened ones have more', () => {
  const random = core.stream(1, 'reliability');
  const rows = Array.from({ length: 4000 }, () => core.softmax([random.normal(), 0]));
  const right = rows.map(([p]) => (random.uniform() < p! ? 0 : 1));
  const honest = reliability(rows, right, { repeats: 200 });
  assert.ok(honest.error < 0.03, `${honest.error}`);
  const sharpened = rows.map((row) => core.softmax(row.map((p) => 3 * Math.log(p))));
  const sure = reliability(sharpened, right, { repeats: 200 });
  assert.ok(sure.error > 0.1, `${sure.error}`);
  for (const { low, error, high } of [honest, sure]) assert.ok(low < high && error <= high);
  assert.ok(sure.low > honest.high, 'intervals apart');
  assert.deepEqual(reliability(rows, right, { repeats: 200 }), honest, 'the same seed');
  const other = reliability(rows, right, { repeats: 200, seed: 1 });
  assert.notEqual(other.low, honest.low);
  const fewer = reliability(rows.slice(0, 100), right.slice(0, 100), { repeats: 200 });
  assert.ok(fewer.high - fewer.low > 2 * (honest.high - honest.low), 'fewer questions say less');
});

test('bad input is refused in a sentence', async (t) => {
  const rows = [[0.5, 0.5]];
  const wrong = <T>(value: unknown): T => value as T;
  await allRefused(t, [
    [() => reliability([], []), 'Probabilities'],
    [() => reliability([[1.2, -0.2]], [0]), 'numbers from 0 to 1'],
    [() => reliability([[0.5, 0.4]], [0]), 'add up to 0.9', 'softmax'],
    [() => reliability(rows, [2]), 'right options', 'from 0 to 1'],
    [() => reliability(rows, [0, 1]), '1 questions', '2 right'],
    [() => reliability(rows, [0], { bins: 0 }), 'bins', '0'],
    [() => reliability(rows, [0], { repeats: 0.5 }), 'repeats', '0.5'],
    [() => reliability(rows, [0], wrong({ width: 3 })), "'width'"],
  ]);
});
