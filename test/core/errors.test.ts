import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core } from 'invicl';

import { allRefused } from '../helpers';

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
  ]);
  assert.equal(core.positiveInteger('steps', 3), 3);
});
