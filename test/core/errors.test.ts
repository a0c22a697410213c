import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core } from 'invicl';

import { allRefused } from '../helpers';

/** More names than a sentence lists. */
const MANY = Object.fromEntries(
  Array.from({ length: 80 }, (_, i) => [`${i < 40 ? 'a' : 'b'}${i % 40}`, i]),
);

test('refused values are quoted', async (t) => {
  await allRefused(t, [
    [
      () => core.knownKeys('A thing', { colour: 'red' }, ['size']),
      'A thing',
      "'colour'",
      "'red'",
      'size',
    ],
    [() => core.positiveInteger('steps', 2.5), 'steps', '2.5'],
    [() => core.finiteNumber('rate', NaN), 'rate', 'NaN'],
    [() => core.finiteNumber('rate', -1, 'a positive number', (x) => x > 0), '-1', 'positive'],
    [() => core.lookUp('fruit', { apple: 1 }, 'pear'), "'pear'", 'apple'],
    [() => core.lookUp('fruit', { apple: 1 }, 'toString'), "'toString'"],
    [() => core.lookUp('number', MANY, 'b9999'), "'b9999'", 'Use one of: b0, b1', '(of 80)'],
    [() => core.lookUp('number', MANY, 'c'), 'Use one of: a0, a1', 'a29 (of 80)'],
  ]);
  assert.equal(core.positiveInteger('steps', 3), 3);
});
