import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { core } from 'invicl';

import { allRefused, fixture, refused, scratch } from '../helpers';

const sample = {
  a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
  b: { shape: [3], data: Int32Array.of(-1, 0, 7) },
};

test('safetensors come back as they were written, whatever shapes and numbers', () => {
  const arrays = fc.dictionary(
    fc
      .string({ minLength: 1, maxLength: 8 })
      .filter((name) => name !== '__metadata__' && name !== '__proto__'),
    fc.float32Array({ maxLength: 20, noNaN: true }),
  );
  fc.assert(
    fc.property(arrays, (given) => {
      const named = Object.fromEntries(
        Object.entries(given).map(([name, data]) => [name, { shape: [data.length], data }]),
      );
      const back = core.decodeSafetensors(core.encodeSafetensors(named, { note: 'x' }), 'here');
      assert.deepEqual(Object.keys(back.arrays).sort(), Object.keys(named).sort());
      for (const [name, { data }] of Object.entries(named))
        assert.deepEqual(back.arrays[name]!.data, data);
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
    refused(
      () => core.decodeSafetensors(whole.subarray(0, length), "'cut.safetensors'"),
      'cut.safetensors',
    );
});

test('a header that lies is refused', async (t) => {
  const lie = (change: (text: string) => string): Buffer => {
    const whole = core.encodeSafetensors(sample);
    const length = Number(whole.readBigUInt64LE(0));
    const text = Buffer.from(change(whole.toString('utf8', 8, 8 + length)));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([size, text, whole.subarray(8 + length)]);
  };
  await allRefused(t, [
    [
      () =>
        core.decodeSafetensors(
          lie((t) => t.replace('[2,2]', '[2,3]')),
          'f',
        ),
      "'a'",
      '24',
    ],
    [
      () =>
        core.decodeSafetensors(
          lie((t) => t.replace('F32', 'F99')),
          'f',
        ),
      'F99',
    ],
    [
      () =>
        core.decodeSafetensors(
          lie((t) => t.replace('[0,16]', '[0,99]')),
          'f',
        ),
      '99',
    ],
    [
      () =>
        core.decodeSafetensors(
          lie(() => 'no json'),
          'f',
        ),
      'not JSON',
    ],
    [() => core.decodeSafetensors(Buffer.alloc(16, 255), 'f'), 'header'],
  ]);
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

test('a folder that cannot be made or written to is one sentence, soon', (t) => {
  const began = performance.now();
  if (fs.existsSync('/proc/self'))
    refused(() => core.writeAtomic('/proc/none/deep/below/a.json', 'x'), '/proc/none', 'Choose');
  else t.diagnostic('not tried below /proc: there is none here');
  assert.ok(performance.now() - began < 1000, 'it ends');
  const folder = join(scratch(), 'closed');
  fs.mkdirSync(folder);
  const mutable = require('node:fs') as { openSync: typeof fs.openSync };
  const real = mutable.openSync;
  for (const code of ['EROFS', 'EACCES', 'EDQUOT']) {
    mutable.openSync = () => {
      throw Object.assign(new Error('refused'), { code });
    };
    try {
      const words = code === 'EDQUOT' ? 'quota' : `may not be written here (${code})`;
      refused(() => core.writeAtomic(join(folder, 'a.json'), 'x'), 'a.json', words);
    } finally {
      mutable.openSync = real;
    }
  }
  assert.deepEqual(fs.readdirSync(folder), [], 'nothing is half written');
});

/** A file with this header and these body bytes. */
function handMade(header: string, body: Uint8Array): Buffer {
  const text = Buffer.from(header);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, body]);
}
const entry = (dtype: string, shape: number[], from: number, to: number): string =>
  JSON.stringify({ dtype, shape, data_offsets: [from, to] });

test('half precision and bfloat16 become the numbers they stand for', () => {
  const halves = [0x0000, 0x8000, 0x3c00, 0xc000, 0x3555, 0x0001, 0x7bff, 0x7c00, 0xfc00, 0x7e00];
  const bfloats = [0x3f80, 0xc000, 0x4049, 0x0080, 0x7f80];
  const bytes = Buffer.from(Uint16Array.from([...halves, ...bfloats]).buffer);
  const file = handMade(
    `{"h":${entry('F16', [10], 0, 20)},"b":${entry('BF16', [5], 20, 30)}}`,
    bytes,
  );
  const { arrays } = core.decodeSafetensors(file, 'f');
  assert.deepEqual(
    [...arrays['h']!.data],
    [0, -0, 1, -2, Math.fround(0.333251953125), 2 ** -24, 65504, Infinity, -Infinity, NaN],
  );
  assert.deepEqual([...arrays['b']!.data], [1, -2, 3.140625, 2 ** -126, Infinity]);
});

test('a large file of half precision is read in less than a second', () => {
  const count = 8e6;
  const bytes = Buffer.from(Uint16Array.from({ length: count }, (_, i) => i % 0x7c00).buffer);
  const file = handMade(`{"h":${entry('F16', [count], 0, 2 * count)}}`, bytes);
  const since = performance.now();
  const { data } = core.decodeSafetensors(file, 'f').arrays['h']!;
  assert.ok(performance.now() - since < 1000, `${performance.now() - since} ms`);
  assert.equal(data[0x3c00], 1);
});

test('overlaps, holes, repeats, leftovers and unknown types are refused', async (t) => {
  const body = Buffer.alloc(16);
  const decode = (header: string, bytes = body): unknown =>
    core.decodeSafetensors(handMade(header, bytes), 'f');
  const f32 = (from: number, to: number): string => entry('F32', [(to - from) / 4], from, to);
  await allRefused(t, [
    [() => decode(`{"a":${f32(0, 12)},"b":${f32(8, 16)}}`), "'b'", 'overlap'],
    [() => decode(`{"a":${f32(0, 4)},"b":${f32(8, 16)}}`), "'b'", 'hole'],
    [() => decode(`{"a":${f32(0, 8)}}`), '8 bytes at the end'],
    [() => decode(`{"a":${f32(0, 16)},"a":${f32(0, 16)}}`), "'a' stands twice"],
    [() => decode(`{"a":${entry('F32', [2 ** 60], 0, 16)}}`), "'a'"],
    [() => decode(`{"a":${entry('F32', [-4], 0, 16)}}`), 'no valid shape'],
    [() => decode(`{"__metadata__":{"x":1},"a":${f32(0, 16)}}`), 'metadata'],
    [() => decode(`{"a":${entry('I64', [2], 0, 16)}}`), 'I64', 'not read here'],
  ]);
  const file = join(scratch(), 'mixed.safetensors');
  fs.writeFileSync(
    file,
    handMade(`{"mask":${entry('BOOL', [8], 0, 8)},"a":${entry('F32', [2], 8, 16)}}`, body),
  );
  assert.deepEqual([...core.withSafetensors(file, (reader) => reader.read('a')).data], [0, 0]);
  refused(() => core.withSafetensors(file, (reader) => reader.read('b')), "no array 'b'");
});

test('100,000 spoilt files: each is read or refused, in flat memory', () => {
  const whole = handMade(
    `{"__metadata__":{"made":"here"},"a":${entry('F32', [2, 2], 0, 16)},` +
      `"b":${entry('I32', [3], 16, 28)},"h":${entry('F16', [2], 28, 32)}}`,
    Buffer.from(Uint8Array.from({ length: 32 }, (_, i) => i)),
  );
  const random = core.stream(0, 'spoilt');
  const interesting = [0, 1, 0x22, 0x2c, 0x30, 0x39, 0x5b, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xff];
  let [read, refusals] = [0, 0];
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 100_000; i++) {
    let bytes = Buffer.from(whole);
    for (let change = 0; change <= random.integer(3); change++) {
      const at = random.integer(bytes.length);
      const kind = random.integer(4);
      if (kind === 0) bytes[at] = interesting[random.integer(interesting.length)]!;
      else if (kind === 1) bytes[at]! ^= 1 << random.integer(8);
      else if (kind === 2) bytes = bytes.subarray(0, Math.max(1, at));
      else
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          bytes.subarray(random.integer(bytes.length)),
        ]);
    }
    try {
      const { arrays } = core.decodeSafetensors(bytes, 'spoilt');
      for (const { shape, data } of Object.values(arrays))
        assert.equal(
          data.length,
          shape.reduce((a, b) => a * b, 1),
        );
      read++;
    } catch (error) {
      assert.ok(error instanceof core.CourseError, String(error));
      refusals++;
    }
  }
  assert.ok(read > 1000 && refusals > 10_000, `${read} read, ${refusals} refused`);
  assert.ok(process.memoryUsage().rss - before < 300e6, 'memory stays flat');
});
