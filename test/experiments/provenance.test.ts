/** What records say of the code that made them. */
import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { experiments, registry } from 'invicl';

import { scratch } from '../helpers';

/** A clone with a library of two files. */
function clone(): { readonly folder: string; readonly git: (...words: string[]) => string } {
  const root = scratch();
  const folder = join(root, 'lib');
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(join(folder, 'index.ts'), 'one');
  writeFileSync(join(folder, 'other.ts'), 'two');
  const git = (...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@e', ...words], {
      cwd: root,
      encoding: 'utf8',
    }).trim();
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'first');
  return { folder, git };
}

test('the commit says when the library differs from it', () => {
  const { folder, git } = clone();
  const commit = git('rev-parse', '--short', 'HEAD');
  assert.equal(experiments.commitOf(folder), commit);
  writeFileSync(join(folder, '..', 'notes.txt'), 'outside the library');
  assert.equal(experiments.commitOf(folder), commit);
  writeFileSync(join(folder, 'other.ts'), 'three');
  assert.equal(experiments.commitOf(folder), `${commit}+`);
  assert.equal(experiments.commitOf(scratch()), 'none');
});

test('the hash of the code follows its sources, and nothing else', () => {
  const { folder } = clone();
  const hash = experiments.codeHash(folder);
  assert.match(hash, /^[0-9a-f]{12}$/);
  writeFileSync(join(folder, 'dist', 'index.ts'), 'compiled');
  writeFileSync(join(folder, 'notes.md'), 'notes');
  assert.equal(experiments.codeHash(folder), hash);
  writeFileSync(join(folder, 'other.ts'), 'three');
  assert.notEqual(experiments.codeHash(folder), hash);
  writeFileSync(join(folder, 'other.ts'), 'two');
  assert.equal(experiments.codeHash(folder), hash);
});

test('the command of a job names every setting that was changed', () => {
  const plan = experiments.planExperiment(registry.experimentOf('sparse'), {
    profile: 'full',
    set: { 'training.steps': 5, 'training.adam': { beta2: 0.9 } },
  });
  assert.equal(
    experiments.commandOf(plan, { variant: 'ar', seed: 3 }),
    'npm run experiment -- sparse --profile full --variant ar --seed 3 ' +
      `--set 'training.steps=5' --set 'training.adam={"beta2":0.9}'`,
  );
});
