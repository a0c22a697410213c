// npm test: type check, lint, unit and property tests, notebook checks.
import fs from 'node:fs';
import path from 'node:path';
import { at, Fault, filesBelow, run, say, seconds, startChild } from './setup/base.mjs';
import { setup } from './setup/parts.mjs';
import { cores } from './notebooks.mjs';

const bin = (name) => at('node_modules', '.bin', name);
const SOURCES = [
  'lib/**/*.ts',
  'lib/*.cjs',
  'lib/example/*.{js,mjs,cjs,html}',
  'test/**/*.ts',
  'bin/**/*.{mjs,cjs}',
  '*.mjs',
];

async function part(name, work) {
  const since = Date.now();
  await work();
  say('test', `${name}: fine (${seconds(since)})`);
}

/** Compiles the suites (this is the strict type check of tests) and returns the files to run. */
async function compileTests() {
  fs.rmSync(at('build', 'test'), { recursive: true, force: true });
  await run('compiling the tests', process.execPath, [
    at('node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    at('test'),
  ]);
  return filesBelow(at('build', 'test'), ['.test.js']);
}

const runTests = (files) =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', TF_NUM_INTRAOP_THREADS: '1' };
    const child = startChild(
      process.execPath,
      ['--test', `--test-concurrency=${cores()}`, '--test-reporter=spec', ...files],
      {
        cwd: at(),
        env,
        stdio: 'inherit',
      },
    );
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Fault('Some tests failed; their names are above.')),
    );
  });

export async function test({ names: only = [] }) {
  const since = Date.now();
  await setup();
  await part('type check of lib', () =>
    run('type-checking lib', process.execPath, [
      at('node_modules', 'typescript', 'bin', 'tsc'),
      '-p',
      at('lib'),
      '--noEmit',
    ]),
  );
  const files = await compileTests();
  if (!only.length) {
    await part('packages', async () => (await import('./lockfile.mjs')).checkLockFile());
    await part('lint', () =>
      run('linting', process.execPath, [bin('eslint'), '.', '--max-warnings', '0']),
    );
    await part('format', () =>
      run('checking the format (npm run format mends it)', process.execPath, [
        bin('prettier'),
        '--check',
        ...SOURCES,
      ]),
    );
    await part('words', async () => (await import('./words.mjs')).checkWords());
    await part('type check of the cells', async () => (await import('./cells.mjs')).checkCells());
    await part('exercise solutions', async () => (await import('./cells.mjs')).runSolutions());
    await part('notebooks are fresh', async () => (await import('./cells.mjs')).checkFreshness());
    await part('claims and records', async () => (await import('./claims.mjs')).checkClaims());
    await part('pages made from the notebooks', async () =>
      (await import('./contents.mjs')).checkContents(),
    );
  }
  await runTests(
    only.length
      ? files.filter((file) =>
          only.some((name) => path.relative(at('build', 'test'), file).includes(name)),
        )
      : files,
  );
  say('test', `all passed in ${seconds(since)}`);
  return 0;
}

export async function format() {
  await setup();
  await run('formatting', process.execPath, [bin('prettier'), '--write', ...SOURCES]);
}
