/** Half precision: what is written is read again, to the nearest number that there is. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { halfToNumber, numberToHalf } from 'invicl/dist/core/halves';

import { refused } from '../helpers';

test('all bits of finite numbers come back', () => {
  for (let bits = 0; bits < 1 << 16; bits++) {
    const value = halfToNumber(bits);
    if (Number.isFinite(value) && bits !== 0x8000) assert.equal(numberToHalf(value), bits);
  }
});

test('a number becomes the nearest one in half precision', () => {
  fc.assert(
    fc.property(fc.double({ min: -60000, max: 60000, noNaN: true }), (value) => {
      const bits = numberToHalf(value);
      const error = Math.abs(halfToNumber(bits) - value);
      for (const other of [bits - 1, bits + 1])
        assert.ok(!(Math.abs(halfToNumber(other) - value) < error), `${value}`);
    }),
  );
});

test('what has no half precision is refused', () => {
  for (const value of [1e5, -Infinity, NaN])
    refused(() => numberToHalf(value), `${value}`, 'up to 65504');
});
