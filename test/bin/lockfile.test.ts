/** The packages: no version with a published advisory is installed, or even named. */
import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root, scratch } from '../helpers';

interface Entry {
  readonly package: string;
  readonly range: string;
  readonly advisory: string;
  readonly reason: string;
}
interface Checks {
  readonly faultsOf: (lock: object, refused: readonly Entry[]) => string[];
  readonly checkLockFile: (file?: string) => void;
}

const load = async (): Promise<Checks> =>
  (await import(pathToFileURL(join(root, 'bin', 'lockfile.mjs')).href)) as Checks;
const REFUSED = JSON.parse(
  fs.readFileSync(join(root, 'bin', 'refused-packages.json'), 'utf8'),
) as Entry[];

/** The faults of a lock file with one package at this place. */
async function faultsAt(place: string, facts: object): Promise<string[]> {
  const { faultsOf } = await load();
  return faultsOf({ packages: { '': {}, [place]: { integrity: 'sha512-x', ...facts } } }, REFUSED);
}

test('package-lock.json holds no refused version, and every package has a checksum', async () => {
  (await load()).checkLockFile();
});

test('every refused range has an advisory and a reason', () => {
  for (const { package: name, range, advisory, reason } of REFUSED) {
    assert.match(advisory, /^(GHSA(-[0-9a-z]{4}){3}|CVE-\d{4}-\d+)$/, name);
    assert.ok(range && reason, name);
  }
});

/** A place and version in a lock file, and the advisory that refuses it, or null. */
const PLACES: readonly (readonly [string, string, string | null])[] = [
  ['node_modules/request', '2.88.2', 'GHSA-p8p7-x288-28g6'],
  ['node_modules/a/node_modules/form-data', '2.3.3', 'GHSA-fjxv-7rqg-78g4'],
  ['node_modules/form-data', '2.5.4', null],
  ['node_modules/form-data', '3.0.3', 'GHSA-fjxv-7rqg-78g4'],
  ['node_modules/form-data', '4.0.3', 'GHSA-fjxv-7rqg-78g4'],
  ['node_modules/form-data', '4.0.4', null],
  ['node_modules/tough-cookie', '4.1.2', 'GHSA-72xf-g2v4-qvf3'],
  ['node_modules/tough-cookie', '4.1.3-rc.1', 'GHSA-72xf-g2v4-qvf3'],
  ['node_modules/tough-cookie', '4.1.3', null],
  ['node_modules/xlsx', '0.19.3', 'GHSA-5pgg-2g8v-p4x9'],
  ['node_modules/xlsx', '0.20.2', null],
];

test('refused versions are found at any depth, fixed ones pass', async () => {
  for (const [place, version, advisory] of PLACES) {
    const faults = await faultsAt(place, { version });
    assert.equal(faults.length, advisory ? 1 : 0, `${place} ${version}: ${faults.join()}`);
    if (advisory) assert.ok(faults[0]!.includes(advisory) && faults[0]!.includes(place));
  }
});

test('an alias, a missing checksum and a foreign source are found; a folder of ours is not', async () => {
  const alias = await faultsAt('node_modules/harmless', { name: 'request', version: '2.88.2' });
  assert.match(alias.join(), /request@2\.88\.2 \(node_modules\/harmless\) is refused/);
  const bare = await faultsAt('node_modules/a', { version: '1.0.0', integrity: undefined });
  assert.match(bare.join(), /a@1\.0\.0 .* has no checksum/);
  const foreign = await faultsAt('node_modules/a', {
    version: '1.0.0',
    resolved: 'https://x/a.tgz',
  });
  assert.match(foreign.join(), /from outside the registry: https:\/\/x\/a\.tgz/);
  assert.deepEqual(
    await faultsAt('node_modules/request', { link: true, integrity: undefined }),
    [],
  );
});

test('a lock file with a refused version is refused with every fault and one remedy', async () => {
  const { checkLockFile } = await load();
  const file = join(scratch(), 'package-lock.json');
  const at = { 'node_modules/request': { version: '2.88.2', integrity: 'sha512-x' } };
  fs.writeFileSync(file, JSON.stringify({ packages: at }));
  assert.throws(
    () => checkLockFile(file),
    /package-lock\.json names packages[\s\S]*request@2\.88\.2[\s\S]*Remedy: raise the version/,
  );
});

test('danfojs-node loads stand-ins, works with them, and says what they refuse', () => {
  const code = `
    require('${join(root, 'lib', 'node-shim.cjs')}');
    const { DataFrame, readCSV, toExcel } = require('danfojs-node');
    const data = new DataFrame([{ a: 1, b: 'x' }, { a: 3, b: 'x' }, { a: 5, b: 'y' }]);
    const means = data.groupby(['b']).col(['a']).mean().values;
    const said = [];
    try { toExcel(data, { filePath: 'table.xlsx' }); } catch (error) { said.push(error.message); }
    readCSV('https://localhost/table.csv').catch((error) => {
      said.push(error.message);
      const files = Object.keys(require.cache);
      console.log(JSON.stringify({ means, said, files }));
    });`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], {
    cwd: root,
    encoding: 'utf8',
  });
  const { means, said, files } = JSON.parse(stdout.trim().split('\n').pop() || stderr) as {
    means: unknown;
    said: string[];
    files: string[];
  };
  assert.deepEqual(means, [
    ['x', 2],
    ['y', 5],
  ]);
  assert.match(said[0]!, /'xlsx' has open security advisories.*Remedy: use a CSV file/);
  assert.match(said[1]!, /'request' has open security advisories.*Remedy: fetch the file/);
  const loaded = files.filter((file) =>
    /[\\/](request|xlsx|form-data|tough-cookie)[\\/]/.test(file),
  );
  assert.deepEqual(
    loaded.sort(),
    ['request', 'xlsx'].map((name) => join(root, 'bin', 'stubs', name, 'index.cjs')),
  );
});
