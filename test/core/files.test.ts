import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { core } from 'invicl';

import { fixture, refused, scratch } from '../helpers';

const sample = { a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, b: { shape: [3], data: Int32Array.of(-1, 0, 7) } };

test('safetensors come back as they were written, whatever shapes and numbers', () => {
  const arrays = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
    fc.float32Array({ maxLength: 20, noNaN: true }),
  );
  fc.assert(
    fc.property(arrays, (given) => {
      const named = Object.fromEntries(Object.entries(given).map(([name, data]) => [name, { shape: [data.length], data }]));
      const back = core.decodeSafetensors(core.encodeSafetensors(named, { note: 'x' }), 'here');
      assert.deepEqual(Object.keys(back.arrays).sort(), Object.keys(named).sort());
      for (const [name, { data }] of Object.entries(named)) assert.deepEqual(back.arrays[name]!.data, data);
      assert.equal(back.metadata['note'], 'x');
    }),
  );
});

test('a file written by Python is read', () => {
  const { arrays, metadata } = core.readSafetensors(fixture('python.safetensors'));
  assert.deepEqual([...arrays['a']!.data], [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(arrays['a']!.shape, [2, 3]);
  assert.deepEqual([...arrays['b']!.data], [-1, 2 ** 31 - 1]);
  assert.deepEqual(arrays['c'], { shape: [], data: Float32Array.of(0.5) });
  assert.equal(metadata['made'], 'by Python');
});

test('a file cut at any byte is refused with its name', () => {
  const whole = core.encodeSafetensors(sample);
  for (let length = 0; length < whole.length; length++)
    refused(() => core.decodeSafetensors(whole.subarray(0, length), "'cut.safetensors'"), 'cut.safetensors');
});

test('a header that lies is refused', () => {
  const lie = (change: (text: string) => string): Buffer => {
    const whole = core.encodeSafetensors(sample);
    const length = Number(whole.readBigUInt64LE(0));
    const text = Buffer.from(change(whole.toString('utf8', 8, 8 + length)));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([size, text, whole.subarray(8 + length)]);
  };
  refused(
    () =>
      core.decodeSafetensors(
        lie((t) => t.replace('[2,2]', '[2,3]')),
        'f',
      ),
    "'a'",
    '24',
  );
  refused(
    () =>
      core.decodeSafetensors(
        lie((t) => t.replace('F32', 'F99')),
        'f',
      ),
    'F99',
  );
  refused(
    () =>
      core.decodeSafetensors(
        lie((t) => t.replace('[0,16]', '[0,99]')),
        'f',
      ),
    '99',
  );
  refused(
    () =>
      core.decodeSafetensors(
        lie(() => 'no json'),
        'f',
      ),
    'not JSON',
  );
  refused(() => core.decodeSafetensors(Buffer.alloc(16, 255), 'f'), 'header');
});

test('a full disk: the old file is untouched, no scrap is left, the sentence says so', () => {
  const folder = scratch();
  const file = join(folder, 'kept.txt');
  core.writeAtomic(file, 'old');
  const real = fs.writeFileSync;
  const mutable = require('node:fs') as { writeFileSync: typeof fs.writeFileSync };
  mutable.writeFileSync = () => {
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  };
  try {
    refused(() => core.writeAtomic(file, 'new'), 'disk is full', 'kept.txt');
  } finally {
    mutable.writeFileSync = real;
  }
  assert.equal(fs.readFileSync(file, 'utf8'), 'old');
  assert.deepEqual(fs.readdirSync(folder), ['kept.txt']);
});

test('a path that cannot be written or read is named', () => {
  const folder = scratch();
  fs.writeFileSync(join(folder, 'file'), '');
  refused(() => core.writeAtomic(join(folder, 'file', 'below'), 'x'), 'below');
  refused(() => core.readWhole(join(folder, 'absent')), 'absent', 'no such file');
});
