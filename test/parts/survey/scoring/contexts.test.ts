/** Contexts that favour a label have as many demonstrations of each as planned, in the order asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, scoring } from 'invicl';
import { allRefused } from '../../../helpers';

const random = (): core.Stream => core.stream(0, 'planned contexts');
const pools = [
  Array.from({ length: 8 }, (_, i) => `a${i}`),
  Array.from({ length: 8 }, (_, i) => `b${i}`),
] as const;
const plan = { favoured: 1, ofFavoured: 6, ofOther: 2, last: false } as const;

test('a plan gives its numbers of each label, without repeats', () => {
  for (const favoured of [0, 1] as const) {
    const labels = scoring.plannedLabels(random(), { ...plan, favoured });
    assert.equal(labels.filter((label) => label === favoured).length, 6);
    assert.equal(labels.length, 8);
  }
  const rows = scoring.plannedExamples(random(), pools, plan);
  assert.equal(new Set(rows).size, 8);
  assert.equal(rows.filter((row) => row.startsWith('b')).length, 6);
});

test('the favoured label stands last where it is asked for, else anywhere', () => {
  const last = scoring.plannedLabels(random(), { ...plan, last: true });
  assert.deepEqual(last, [0, 0, 1, 1, 1, 1, 1, 1]);
  const stream = random();
  const first = Array.from({ length: 200 }, () => scoring.plannedLabels(stream, plan)[0]!);
  const share = first.filter((label) => label === 1).length / first.length;
  assert.ok(share > 0.65 && share < 0.85, `the favoured label stands first in ${share}`);
});

test('what cannot be planned is refused', async (t) => {
  await allRefused(t, [
    [
      () => scoring.plannedExamples(random(), pools, { ...plan, ofFavoured: 9 }),
      '9',
      'label 1',
      '8',
    ],
    [
      () => scoring.plannedExamples(random(), [pools[0], ['b', null]] as never, plan),
      'label 1',
      'null',
    ],
    [() => scoring.plannedLabels(random(), { ...plan, favoured: 2 as 1 }), 'favoured', '2'],
    [() => scoring.plannedLabels(random(), { ...plan, last: 1 as never }), 'last', '1'],
    [() => scoring.plannedLabels(null as never, plan), 'null'],
  ]);
});
