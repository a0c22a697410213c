// npm run pack:test: packs lib as a package, installs it into an empty folder outside the
// repository as a stranger would, runs the example of its README there, checks its types, and
// trains the network of its example page in a browser.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { at, cacheDir, Fault, npmCommand, run, say, seconds, writeAtomic } from './setup/base.mjs';
import { browserOnPath, tryPage } from './pack-page.mjs';
import { setup } from './setup/parts.mjs';

const manifest = JSON.parse(fs.readFileSync(at('lib', 'package.json'), 'utf8'));
/** What makes a bundle of the example page, in the version of this repository. */
const { devDependencies } = JSON.parse(fs.readFileSync(at('package.json'), 'utf8'));
const BUNDLER = `esbuild@${devDependencies.esbuild}`;
const optional = Object.keys(manifest.peerDependencies);

/** A fenced block of the package's README. */
const block = (language) => {
  const readme = fs.readFileSync(at('lib', 'README.md'), 'utf8');
  return readme.match(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``))?.[1];
};

/** Types as a reader's program uses them, and two uses that must be refused. */
const TYPED = `
import { core, model, tasks, tf, training } from 'invicl';

const task: tasks.Task = tasks.linearRegression({ d: 2 });
const prompts: model.Prompts = task.sample(core.stream(1), { B: 2, n: 3, m: 1 });
const config: model.ModelConfig = { method: 'invicl', layout: 'pair', size: 'tiny', d: 2, seed: 0 };
const network = new model.InContextModel(config);
const answers: tf.Tensor2D = network.predict(prompts);
const losses: number[] = [new training.Trainer(network, task, { n: 3, tests: 1 }).train()];
// @ts-expect-error there is no such method
const wrong: model.ModelConfig = { ...config, method: 'magic' };
// @ts-expect-error a stream is not a seed
task.sample(1, { B: 2, n: 3, m: 1 });
export { answers, losses, wrong };
`;

/** What needs an optional package says so. */
const MISSING = `
const { CourseError } = require('invicl').core;
const nb = require('invicl').notebook;
const words = { title: '', caption: '', alt: '' };
const figure = nb.lineChart([{ name: 'a', x: [1], y: [1] }], { x: 'x', y: 'y' }, words);
const picture = () => nb.toPng(figure);
const tries = [picture, async () => nb.frame([{ a: 1 }]), async () => nb.dataPath('results')];
(async () => {
  for (const one of tries)
    await one().then(
      () => console.log('not refused'),
      (error) => console.log(error instanceof CourseError, error.message),
    );
})();
`;

/** Packs lib; returns the tarball. */
async function pack(folder) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const npm = npmCommand();
  const said = await run('packing lib', npm[0], [...npm.slice(1), ...args], { cwd: at('lib') });
  const [{ filename, files, size }] = JSON.parse(said.slice(said.indexOf('[')));
  const names = files.map((file) => file.path);
  for (const name of [
    'package.json',
    'README.md',
    'LICENSE',
    'node-shim.cjs',
    manifest.main,
    manifest.types,
    'example/index.html',
    'example/build.mjs',
  ])
    assert.ok(names.includes(name), `the package holds ${name}`);
  for (const name of names) {
    assert.match(
      name,
      /^[^/]+$|^example\/[^/]+$|^dist\/.*\.(js|d\.ts|js\.map)$/,
      'only what is needed',
    );
    assert.doesNotMatch(name, /\.bundle\./, 'only what is needed');
  }
  say('package', `${filename}: ${names.length} files, ${(size / 1e6).toFixed(1)} MB`);
  return path.join(folder, filename);
}

/** Installs the tarball into an empty folder; false when the registry is out of reach. */
async function install(folder, tarball) {
  writeAtomic(path.join(folder, 'package.json'), JSON.stringify({ name: 'reader', private: true }));
  const npm = npmCommand();
  const quiet = [
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--fetch-retries=1',
  ];
  const args = ['install', ...quiet, '--cache', path.join(cacheDir, 'npm'), tarball, BUNDLER];
  try {
    await run('installing the package', npm[0], [...npm.slice(1), ...args], { cwd: folder });
  } catch (error) {
    if (!(error instanceof Fault) || !error.message.startsWith('No network')) throw error;
    say('package', 'skipped: the package registry is out of reach, so nothing could be installed');
    return false;
  }
  const installed = (name) => fs.existsSync(path.join(folder, 'node_modules', name));
  for (const name of [...optional, 'xlsx'])
    assert.ok(!installed(name), `${name} is not installed with the package`);
  for (const name of Object.keys(manifest.dependencies))
    assert.ok(installed(name), `${name} is installed`);
  return true;
}

const inFolder = (folder, env = { ICL_BACKEND: '', NODE_OPTIONS: '' }) => ({
  async script(name, code) {
    writeAtomic(path.join(folder, name), code);
    return run(`running ${name}`, process.execPath, [name], { cwd: folder, env });
  },
  async types(name, code) {
    writeAtomic(path.join(folder, name), code);
    const options = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--module',
      'node16',
      '--types',
      'node',
    ];
    const tsc = at('node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, ...options, name], {
      cwd: folder,
      encoding: 'utf8',
    });
    // TensorFlow.js's own declarations fail a strict check without skipLibCheck; ours may not
    return stdout
      .split('\n')
      .filter((line) => /^\S+\(\d/.test(line) && !line.startsWith('node_modules/@tensorflow/'));
  },
});

/** What the example prints: two curves and the change over orders. */
function checkExample(said) {
  const errors = (name) =>
    [...said.match(new RegExp(`^${name}: (.*)$`, 'm'))[1].matchAll(/n=\d (\d\.\d+)/g)].map(
      ([, v]) => Number(v),
    );
  const [ours, exact] = [errors('InvICL'), errors('least squares')];
  assert.match(said, /^backend: wasm$/m, 'without tfjs-node it computes in WebAssembly');
  assert.equal(ours.length, exact.length);
  assert.ok(
    ours.at(-1) < 0.3 && ours.at(-1) < ours[0] / 3,
    `it learns from its prompt: ${ours.join(' ')}`,
  );
  assert.ok(exact.at(-1) < 1e-6, `least squares is exact: ${exact.join(' ')}`);
  assert.ok(
    Number(said.match(/largest change: (\S+)/)[1]) < 1e-5,
    'the order of the examples makes no difference',
  );
}

/** The example page: bundled as its README says, then trained in a browser where there is one. */
async function checkPage(reader, profile) {
  const folder = path.join(reader, 'example');
  fs.cpSync(path.join(reader, 'node_modules', 'invicl', 'example'), folder, { recursive: true });
  const build = [path.join(folder, 'build.mjs')];
  await run('bundling the example page', process.execPath, build, { cwd: reader });
  const megabytes = (fs.statSync(path.join(folder, 'page.bundle.js')).size / 1e6).toFixed(1);
  const browser = browserOnPath();
  if (!browser) return `bundled, ${megabytes} MB; not tried: no Chromium is on the PATH`;
  const { done, error, orders, moved, inked } = await tryPage(folder, browser, profile);
  assert.ok(Number(error) < 0.3, `it learns from its prompt: ${error}`);
  assert.ok(Number(orders) === 6 && Number(moved) < 1e-5, `orders move its answer by ${moved}`);
  assert.ok(inked > 1000, 'it has drawn its curves');
  return `bundled, ${megabytes} MB; trained in ${done} s, error ${Number(error).toFixed(2)}`;
}

export async function packTest() {
  const since = Date.now();
  await setup();
  const folder = fs.mkdtempSync(
    path.join(fs.realpathSync(os.tmpdir()), `invicl-package-${process.pid}-`),
  );
  try {
    const reader = path.join(folder, 'reader');
    if (!(await install(reader, await pack(folder)))) return 0;
    say('package', `installed (${seconds(since)})`);
    const { script, types } = inFolder(reader);
    checkExample(await script('example.cjs', block('js')));
    say('package', `the example of its README runs (${seconds(since)})`);
    const [figure, frame, data] = (await script('missing.cjs', MISSING)).trim().split('\n');
    assert.match(figure, /^true A figure .* needs .*'npm install .*@resvg\/resvg-js@/);
    assert.match(frame, /^true A data frame needs danfojs-node.*'npm install danfojs-node@/);
    assert.match(data, /^true 'data\/results' is a part of the course/);
    assert.deepEqual(await types('typed.ts', TYPED), [], 'the types of the package');
    say('package', `sentences and types are as they should be (${seconds(since)})`);
    say('package', `page: ${await checkPage(reader, path.join(folder, 'profile'))}`);
    return 0;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
