/**
 * Omniglot's archives: a checksum each, nothing kept of a damaged one; and the real ones where they
 * are.
 */
import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, glyphs } from 'invicl';

import { refused, root, scratch } from '../helpers';

/** Zips folders with Python, as the archives are made. */
function zip(folder: string, file: string): string {
  const script = `import shutil, sys; shutil.make_archive(sys.argv[1][:-4], 'zip', sys.argv[2])`;
  const { status, stderr } = spawnSync('python3', ['-c', script, file, folder], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

const run = (folder: string, place: string, files: Readonly<Record<string, string>>): string =>
  String(
    spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { fromArchives } from '${join(root, 'bin', 'data.mjs')}';
         const files = ${JSON.stringify(files)};
         try { console.log(fromArchives('${folder}', '${place}', { files })); }
         catch (error) { console.log(error.message); }`,
      ],
      { encoding: 'utf8' },
    ).stdout,
  );

test('archives of alphabets: checked, unpacked, merged; no wrong one is kept', async (t) => {
  const folder = scratch();
  const place = join(scratch(), 'omniglot');
  const sums: Record<string, string> = {};
  for (const [name, alphabet] of [
    ['one.zip', 'Latin'],
    ['two.zip', 'Greek'],
  ] as const) {
    const source = scratch();
    mkdirSync(join(source, name.replace('.zip', ''), alphabet, 'character01'), { recursive: true });
    writeFileSync(
      join(source, name.replace('.zip', ''), alphabet, 'character01', 'a.png'),
      alphabet.repeat(50),
    );
    sums[name] = zip(source, join(folder, name));
  }
  await t.test('another archive is refused', () => {
    const said = run(folder, place, { ...sums, 'two.zip': '0'.repeat(64) });
    assert.match(said, /two\.zip.*does not have the known checksum/);
    assert.ok(!existsSync(place));
  });
  await t.test('a damaged archive is refused', () => {
    const broken = scratch();
    cpSync(folder, broken, { recursive: true });
    const bytes = readFileSync(join(broken, 'two.zip'));
    bytes.fill(0, 60, 90);
    writeFileSync(join(broken, 'two.zip'), bytes);
    const sum = createHash('sha256').update(bytes).digest('hex');
    const said = run(broken, place, { ...sums, 'two.zip': sum });
    assert.match(said, /damaged|cannot be read|no archive/);
    assert.ok(!existsSync(place), 'nothing of a damaged archive is kept');
  });
  await t.test('a missing archive is named', () => {
    assert.match(run(folder, place, { ...sums, 'three.zip': '' }), /There is no 'three\.zip'/);
  });
  await t.test('the right ones are unpacked and merged', () => {
    assert.match(run(folder, place, sums), /^2$/m);
    assert.deepEqual(readdirSync(place).sort(), ['Greek', 'Latin']);
  });
  await t.test('a drawing that is none is named', () => {
    refused(() => glyphs.omniglot(place), 'a.png', 'npm run data -- omniglot');
  });
});

const there = existsSync(glyphs.omniglotFolder());
test(
  'Omniglot itself: eight alphabets, twenty drawings each',
  { skip: there ? false : 'run npm run data -- omniglot to test it' },
  () => {
    const { train, validation, test: tested } = glyphs.omniglot();
    const all = [...train, ...validation, ...tested];
    assert.deepEqual(
      all.map(({ characters }) => characters.length),
      [26, 24, 40, 42, 47, 24, 22, 17],
    );
    assert.ok(
      all.every(({ characters }) => characters.every((drawings) => drawings.length === 20)),
    );
    const { x, y } = glyphs.glyphPrompts(tested[0]!.characters, 5, core.stream(0, 'real'), {
      B: 2,
      n: 5,
      m: 1,
    });
    assert.deepEqual(x.shape, [2, 5, glyphs.PIXELS]);
    assert.equal(new Set(y.arraySync()[0]).size, 5);
  },
);
