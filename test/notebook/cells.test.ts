/** Charts of cells: the numbers that cells carry. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { notebook as nb } from 'invicl';

import { allRefused } from '../helpers';

const panel = { title: 'weights', values: [[0.123, 1]], rows: ['a'], columns: ['b', 'c'] };
const text = { title: 'Cells', caption: 'Seed 0.', alt: 'Two cells.' };

test('cells carry their values with the digits asked for, and none without', () => {
  const [with2] = nb.heatPanels([panel], text, { digits: 2 }).data;
  assert.deepEqual(with2!['text'], [['0.12', '1.00']]);
  const [without] = nb.heatPanels([panel], text).data;
  assert.equal(without!['text'], undefined);
});

test('digits that are refused', (t) =>
  allRefused(t, [
    [() => nb.heatPanels([panel], text, { digits: -1 }), 'digits', '-1'],
    [() => nb.heatPanels([panel], text, { digits: 1.5 }), 'digits', '1.5'],
  ]));
