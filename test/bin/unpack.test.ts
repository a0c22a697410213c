/** Archives: what they may hold, how much, and what is kept of them. */
import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { metaicl } from 'invicl';

import { root, scratch } from '../helpers';

/** Runs a small Python script; the set-up has made a Python. */
const python = (...args: readonly string[]): ReturnType<typeof spawnSync> =>
  spawnSync(join(root, '.venv', 'bin', 'python'), args, { encoding: 'utf8' });

test('an archive with a link, .. or an absolute name is refused, nothing is written', async (t) => {
  const make = `
import io, sys, tarfile
kind, path = sys.argv[1:]
with tarfile.open(path, 'w') as out:
    good = tarfile.TarInfo('task/a.jsonl'); good.size = 2
    out.addfile(good, io.BytesIO(b'{}'))
    bad = tarfile.TarInfo({'dots': '../evil', 'root': '/tmp/evil'}.get(kind, 'task/link'))
    if kind == 'link': bad.type = tarfile.SYMTYPE; bad.linkname = '/etc/passwd'
    if kind == 'hard': bad.type = tarfile.LNKTYPE; bad.linkname = 'task/a.jsonl'
    if kind != 'good': out.addfile(bad)
`;
  for (const [kind, word] of [
    ['dots', "'../evil'"],
    ['root', "'/tmp/evil'"],
    ['link', "'task/link'"],
    ['hard', "'task/link'"],
  ] as const)
    await t.test(kind, () => {
      const place = scratch();
      const archive = join(place, 'a.tar');
      assert.equal(python('-c', make, kind, archive).status, 0);
      const { status, stderr } = python(
        join(root, 'bin', 'unpack.py'),
        archive,
        join(place, 'out'),
      );
      assert.equal(status, 3);
      assert.ok(
        String(stderr).includes(word) && String(stderr).includes('nothing was unpacked'),
        String(stderr),
      );
      assert.ok(!existsSync(join(place, 'out')) && !existsSync(join(place, 'evil')));
    });
  const place = scratch();
  python('-c', make, 'good', join(place, 'a.tar'));
  assert.equal(
    python(join(root, 'bin', 'unpack.py'), join(place, 'a.tar'), join(place, 'out')).status,
    0,
  );
  assert.equal(readFileSync(join(place, 'out', 'task', 'a.jsonl'), 'utf8'), '{}');
  const whole = readFileSync(join(place, 'a.tar'));
  writeFileSync(join(place, 'cut.tar'), whole.subarray(0, 300));
  const cut = python(join(root, 'bin', 'unpack.py'), join(place, 'cut.tar'), join(place, 'out2'));
  assert.equal(cut.status, 3);
  assert.match(String(cut.stderr), /cut\.tar.*(no archive|cut)/);
});

test('tasks from a copy are kept when their checksum is right; nothing of others stays', () => {
  const [copy, cache] = [scratch(), scratch()];
  mkdirSync(join(copy, 'toy'));
  const names = metaicl.fileNames('toy');
  for (const name of names)
    writeFileSync(
      join(copy, 'toy', name),
      `{"task":"toy","input":"${name}","output":"a","options":["a"]}\n`,
    );
  const run = (digest: string): ReturnType<typeof spawnSync> =>
    spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { fromCopy } from '${join(root, 'bin', 'data.mjs')}';
         const tasks = [['toy', { digest: '${digest}' }], ['absent', { digest: '' }]];
         try { console.log(fromCopy('${copy}', '${join(cache, 'part')}', tasks)); }
         catch (error) { console.log(error.message); }`,
      ],
      { encoding: 'utf8', env: { ...process.env, ICL_COURSE_CACHE: cache } },
    );
  assert.match(
    String(run('0'.repeat(64)).stdout),
    /files of 'toy'.*do not have the known checksum/,
  );
  assert.ok(!existsSync(join(cache, 'metaicl', 'toy')));
  const hash = createHash('sha256');
  for (const name of names)
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(copy, 'toy', name)))
      .update('\0');
  assert.match(String(run(hash.digest('hex')).stdout), /^1$/m);
  assert.equal(readdirSync(join(cache, 'metaicl', 'toy')).length, names.length);
});

/** Archives that are small and would unpack to much, or to many entries. */
const BOMB = `
import io, sys, tarfile, zipfile
kind, path = sys.argv[1:]
zeros, many = bytes(1 << 20), 20001
if kind == 'zip':
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as out:
        with out.open('task/a.jsonl', 'w') as entry:
            for _ in range(64): entry.write(zeros)
elif kind == 'entries.zip':
    with zipfile.ZipFile(path, 'w') as out:
        for i in range(many): out.writestr(f'task/{i}', '')
elif kind == 'lie.zip':
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as out: out.writestr('a', bytes(1 << 26))
    with open(path, 'r+b') as out:
        raw = bytearray(out.read())
        for at in (22, raw.rfind(b'PK\\x01\\x02') + 24): raw[at:at + 4] = (5).to_bytes(4, 'little')
        out.seek(0); out.write(raw)
else:
    with tarfile.open(path, 'w:' + kind.split('.')[-1]) as out:
        if kind.startswith('entries'):
            for i in range(many): out.addfile(tarfile.TarInfo(f'task/{i}'))
        elif kind.startswith('declared'):
            big = tarfile.TarInfo('task/a.jsonl'); big.size = 1 << 40
            out.fileobj.write(big.tobuf())
        else:
            big = tarfile.TarInfo('task/a.jsonl'); big.size = 64 << 20
            out.addfile(big, io.BytesIO(bytes(64 << 20)))
`;

test('an archive of too many bytes or entries is refused, and nothing is written', async (t) => {
  for (const [kind, piece] of [
    ['zip', /would unpack to more than .* 16000000 bytes; nothing was unpacked/],
    ['tar.gz', /would unpack to more than .* 16000000 bytes; nothing was unpacked/],
    ['tar.xz', /would unpack to more than .* 16000000 bytes; nothing was unpacked/],
    ['declared.gz', /would unpack to more than .* 16000000 bytes; nothing was unpacked/],
    ['entries.zip', /would unpack to more than 20000 entries/],
    ['entries.gz', /would unpack to more than 20000 entries/],
    ['lie.zip', /entry 'a' cannot be read|no archive that can be read/],
  ] as const)
    await t.test(kind, () => {
      const place = scratch();
      const archive = join(place, 'bomb');
      const made = python('-c', BOMB, kind, archive);
      assert.equal(made.status, 0, String(made.stderr));
      const { status, stderr } = python(
        join(root, 'bin', 'unpack.py'),
        archive,
        join(place, 'out'),
      );
      assert.equal(status, 3, String(stderr));
      assert.match(String(stderr), piece);
      assert.ok(!existsSync(join(place, 'out')));
    });
});

test('a folder that cannot be written is one sentence', () => {
  const place = scratch();
  const archive = join(place, 'a.zip');
  const make = `import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').writestr('task/a', 'x')`;
  assert.equal(python('-c', make, archive).status, 0);
  writeFileSync(join(place, 'out'), 'mine');
  const { status, stderr } = python(join(root, 'bin', 'unpack.py'), archive, join(place, 'out'));
  assert.equal(status, 3);
  assert.match(String(stderr), /^'.*a\.zip' could not be unpacked into '.*out' \(.*\)\.\n$/);
});
