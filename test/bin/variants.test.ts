/** Records of variants: outside the tracked files, and found by every command and by notebooks. */
import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { experiments, notebook as nb, records, registry } from 'invicl';

import { root, scratch } from '../helpers';

/** Settings that make a variant of a second; the seed of the prompts tells it from all others. */
const SET = {
  'measures.prompts': 3,
  'measures.ns': [2],
  'measures.shifts': {},
  'measures.probes': 0,
  watchEvery: 1,
  'training.steps': 1,
  'training.batch': 2,
};
const words = Object.entries(SET).flatMap(([path, value]) => [
  '--set',
  `${path}=${JSON.stringify(value)}`,
]);
const linear = registry.experimentOf('linear-fixed-n');
const plan = experiments.planExperiment(linear, { set: SET });
const own = join(root, 'build', 'variants');
const folder = join(own, 'results', plan.folder);

const experiment = (...args: string[]): { code: number | null; text: string } => {
  const line = [join(root, 'bin', 'course.mjs'), 'experiment', ...args];
  const options = { cwd: root, encoding: 'utf8', timeout: 120_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, line, options);
  return { code: status, text: stdout + stderr };
};

const removeIt = (): void => {
  for (const kind of ['results', 'checkpoints'])
    fs.rmSync(join(own, kind, plan.folder), { recursive: true, force: true });
};
removeIt();
after(removeIt);

test('a variant is recorded in build/variants, and nothing is written among the tracked files', () => {
  const status = (): string =>
    spawnSync('git', ['status', '--porcelain', 'data'], { cwd: root, encoding: 'utf8' }).stdout;
  const before = status();
  const { code, text } = experiment('linear-fixed-n', '--variant', 'ar', '--seed', '0', ...words);
  assert.equal(code, 0, text);
  assert.ok(text.includes(`its records lie in ${join('build', 'variants', 'results')}`), text);
  assert.deepEqual(fs.readdirSync(folder).sort(), ['ar-0.jsonl', 'manifest.json']);
  assert.ok(fs.existsSync(join(own, 'checkpoints', plan.folder, 'ar-0.safetensors')));
  assert.equal(status(), before);
  // on some processors TensorFlow says, whatever its level, how it loads: the command itself may, once
  const isNoise = (line: string): boolean => /^(WARNING: All log messages|[IW]\d{4} )/.test(line);
  const lines = text.trim().split('\n');
  assert.ok(lines.filter(isNoise).length <= 2, 'no line of TensorFlow from the job');
  for (const line of lines.filter((one) => !isNoise(one)))
    assert.match(line, /^(set-up|experiment) /);
});

test('--list, --verdicts and notebooks find it', () => {
  const { text } = experiment('linear-fixed-n', '--list');
  const line = text.split('\n').find((one) => one.includes(plan.folder))!;
  assert.match(line, /npm run experiment -- linear-fixed-n .*--set 'training.steps=1'/);
  const verdicts = experiment('linear-fixed-n', '--verdicts', ...words);
  assert.match(verdicts.text, /has no 'error' of /, 'its records are read; they hold one job only');
  assert.ok(records.readExperiment(folder).length > 0);
  assert.throws(() => nb.recorded('linear-fixed-n', 'quick', SET), /has no 'error' of /);
  assert.throws(
    () => nb.recorded('linear-fixed-n', 'quick', { 'training.steps': 77 }),
    (error: Error) => error.message.includes(join('build', 'variants', 'results')),
  );
});

test('the records of the course itself, of both profiles, stay in data', () => {
  for (const profile of ['quick', 'full']) {
    const plain = experiments.planExperiment(linear, { profile });
    assert.equal(experiments.dataFolderOf(plain), join(root, 'data'));
  }
  assert.equal(experiments.dataFolderOf(plan), own);
});

test('a variant whose earlier records lie in data goes on there', () => {
  const course = fs.realpathSync(scratch());
  fs.mkdirSync(join(course, 'bin'));
  fs.writeFileSync(join(course, 'bin', 'course.mjs'), '');
  fs.symlinkSync(join(root, 'node_modules'), join(course, 'node_modules'));
  fs.cpSync(join(root, 'lib'), join(course, 'lib'), {
    recursive: true,
    filter: (path) => !/lib[\\/](example|.*\.ts$|.*\.map$)/.test(path),
  });
  const place = (): string => {
    const code = `
      const { experiments, registry } = require('${join(course, 'lib')}');
      const plan = experiments.planExperiment(registry.experimentOf('linear-fixed-n'), {
        set: ${JSON.stringify(SET)},
      });
      console.log(experiments.dataFolderOf(plan));`;
    return spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' }).stdout.trim();
  };
  assert.equal(place(), join(course, 'build', 'variants'));
  fs.mkdirSync(join(course, 'data', 'results', plan.folder), { recursive: true });
  assert.equal(place(), join(course, 'data'));
});

test('earlier folders are listed where they are, and the command says how to move one', async () => {
  const { recordedVariants, placeInWords } = (await import(
    pathToFileURL(join(root, 'bin', 'variants.mjs')).href
  )) as {
    recordedVariants(places: string[]): readonly object[];
    placeInWords(name: string, data: string): string;
  };
  const results = scratch();
  for (const name of ['sparse', 'sparse-full', 'sparse-0a1b2c', 'sparse-full-00ff00'])
    fs.mkdirSync(join(results, name));
  const manifest = { command: 'npm run experiment -- sparse --set a=1' };
  fs.writeFileSync(join(results, 'sparse-0a1b2c', 'manifest.json'), JSON.stringify(manifest));
  fs.writeFileSync(join(results, 'sparse-full-00ff00', 'manifest.json'), '{');
  const place = (name: string): string => join(results, name);
  assert.deepEqual(recordedVariants([results, join(results, 'none')]), [
    { experiment: 'sparse', place: place('sparse-0a1b2c'), ...manifest },
    { experiment: 'sparse', place: place('sparse-full-00ff00'), command: null },
  ]);
  assert.match(
    placeInWords('sparse-0a1b2c', join(root, 'data')),
    /goes on in data\/results\/sparse-0a1b2c, .* move that folder to build\/variants\/results\//,
  );
});
