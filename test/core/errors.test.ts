import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core } from 'invicl';

import { refused } from '../helpers';

test('refused values are quoted', () => {
  refused(
    () => core.knownKeys('A thing', { colour: 'red' }, ['size']),
    'A thing',
    "'colour'",
    "'red'",
    'size',
  );
  refused(() => core.positiveInteger('steps', 2.5), 'steps', '2.5');
  refused(() => core.finiteNumber('rate', NaN), 'rate', 'NaN');
  refused(() => core.finiteNumber('rate', -1, 'a positive number', (x) => x > 0), '-1', 'positive');
  refused(() => core.lookUp('fruit', { apple: 1 }, 'pear'), "'pear'", 'apple');
  refused(() => core.lookUp('fruit', { apple: 1 }, 'toString'), "'toString'");
  assert.equal(core.positiveInteger('steps', 3), 3);
});
