// The other parts of the set-up: node packages, the Python environment with JupyterLab, the kernel,
// the compiled library.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import {
  at,
  cacheDir,
  ensure,
  Fault,
  filesBelow,
  fingerprint,
  npmCommand,
  pipInstall,
  run,
  say,
  seconds,
  stateDir,
  sweep,
  venv,
  venvBin,
  withLock,
  writeAtomic,
} from './base.mjs';
import { ensureNative, forgetNative } from './native.mjs';

const OLDEST_NODE = [20, 19];
const PYTHON_REMEDY =
  'install Python 3.10 or newer with its venv module (Debian and Ubuntu: apt install python3 ' +
  'python3-venv; macOS: brew install python) and run the same command again.';

export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]))
    throw new Fault(
      `This is Node ${version}; the course needs ${OLDEST_NODE.join('.')} or newer.`,
      'install a current Node (nodejs.org) and run the same command again.',
    );
}

async function ensureNodePackages() {
  const print = fingerprint({ file: at('package-lock.json') }, { file: at('lib', 'package.json') });
  const present = () =>
    fs.existsSync(at('node_modules', 'tslab', 'dist', 'main.js')) &&
    fs.existsSync(at('node_modules', 'invicl'));
  const since = Date.now();
  return ensure('node', print, present, async () => {
    say('node', 'installing the npm packages of package-lock.json (about 600 MB on disk)');
    const npm = npmCommand();
    await run('installing the npm packages', npm[0], [
      ...npm.slice(1),
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--cache',
      path.join(cacheDir, 'npm'),
    ]);
    fs.rmSync(path.join(stateDir, 'native.json'), { force: true });
    say('node', `ready (${seconds(since)})`);
  });
}

/** The first Python of at least 3.10 that answers; ICL_PYTHON names one. */
function findPython() {
  const names = process.env.ICL_PYTHON
    ? [process.env.ICL_PYTHON]
    : ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.14', 'python'];
  const seen = [];
  for (const name of names) {
    const answer = spawnSync(name, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
      encoding: 'utf8',
    });
    if (answer.status !== 0) continue;
    const [major, minor] = answer.stdout.trim().split('.').map(Number);
    if (major === 3 && minor >= 10) return { name, version: `${major}.${minor}` };
    seen.push(`${name} is ${major}.${minor}`);
  }
  throw new Fault(
    `No Python 3.10 or newer was found ` +
      `(${seen.join(', ') || `none of ${names.join(', ')} starts`}); JupyterLab needs one.`,
    PYTHON_REMEDY,
  );
}

async function ensurePython() {
  const requirements = at('bin', 'requirements.txt');
  const print = fingerprint({ file: requirements }, venv);
  const present = () =>
    fs.existsSync(venvBin('jupyter-lab')) && spawnSync(venvBin('python'), ['-c', '']).status === 0;
  const since = Date.now();
  return ensure('python', print, present, async () => {
    const python = findPython();
    say(
      'python',
      `making .venv with Python ${python.version} ` +
        'and installing JupyterLab (pinned, hashes checked)',
    );
    fs.rmSync(venv, { recursive: true, force: true });
    try {
      await run('making the Python environment', python.name, ['-m', 'venv', venv]);
    } catch (error) {
      if (/ensurepip|No module named venv/.test(error.message))
        throw new Fault(
          `${python.name} (${python.version}) cannot make environments: ` +
            'its venv module is missing.',
          PYTHON_REMEDY,
        );
      throw error;
    }
    await pipInstall('installing JupyterLab', requirements);
    say('python', `ready (${seconds(since)})`);
    return { version: python.version };
  });
}

/** What the kernel's process is started with; the runner and JupyterLab both use it. */
export const kernelEnv = () => ({
  NODE_OPTIONS: `--require "${at('lib', 'node-shim.cjs')}"`,
  TF_CPP_MIN_LOG_LEVEL: '2',
  TF_ENABLE_ONEDNN_OPTS: '1',
  ICL_COURSE_ROOT: at(),
});

/** Where Jupyter keeps settings, trust and run-time files: here; nothing else is touched. */
export const jupyterEnv = () => ({
  JUPYTER_PREFER_ENV_PATH: '1',
  JUPYTER_CONFIG_DIR: path.join(stateDir, 'jupyter', 'config'),
  JUPYTER_DATA_DIR: path.join(stateDir, 'jupyter', 'data'),
  JUPYTER_RUNTIME_DIR: path.join(stateDir, 'jupyter', 'runtime'),
  IPYTHONDIR: path.join(stateDir, 'jupyter', 'ipython'),
});

/** Where JupyterLab finds the renderer of live figures. */
export const labExtension = path.join(venv, 'share', 'jupyter', 'labextensions', 'invicl-live');

export const kernelDir = path.join(venv, 'share', 'jupyter', 'kernels', 'tslab');

/** JupyterLab as the course wants it: long lines of code are wrapped, no news, no update checks. */
const LAB_SETTINGS = {
  '@jupyterlab/notebook-extension:tracker': {
    codeCellConfig: { lineWrap: true, lineNumbers: false },
  },
  '@jupyterlab/apputils-extension:notification': { fetchNews: 'false', checkForUpdates: false },
};

async function ensureKernel() {
  const argv = [
    process.execPath,
    '--require',
    at('bin', 'tied.cjs'),
    '--require',
    at('bin', 'kernel-messages.cjs'),
    at('node_modules', 'tslab', 'bin', 'tslab'),
    'kernel',
    '--config-path',
    '{connection_file}',
  ];
  const spec = {
    argv,
    display_name: 'TypeScript (course)',
    language: 'typescript',
    interrupt_mode: 'signal',
    env: kernelEnv(),
  };
  const text = JSON.stringify(spec, null, 1);
  return ensure(
    'kernel',
    fingerprint(text, JSON.stringify(LAB_SETTINGS)),
    () => fs.existsSync(path.join(kernelDir, 'kernel.json')),
    async () => {
      writeAtomic(path.join(kernelDir, 'kernel.json'), text);
      const settings = path.join(venv, 'share', 'jupyter', 'lab', 'settings', 'overrides.json');
      writeAtomic(settings, JSON.stringify(LAB_SETTINGS, null, 1));
      say('kernel', 'TypeScript kernel registered in .venv');
    },
  );
}

export const libSources = () => [
  ...filesBelow(at('lib'), ['.ts']),
  at('lib', 'tsconfig.json'),
  at('tsconfig.json'),
  at('lib', 'package.json'),
];

async function ensureLib() {
  const print = fingerprint(
    ...libSources().flatMap((file) => [path.relative(at(), file), { file }]),
  );
  const since = Date.now();
  return ensure(
    'lib',
    print,
    () => fs.existsSync(at('lib', 'dist', 'index.js')),
    async () => {
      const fresh = at('lib', 'dist.new');
      fs.rmSync(fresh, { recursive: true, force: true });
      await run('compiling lib', process.execPath, [
        at('node_modules', 'typescript', 'bin', 'tsc'),
        '-p',
        at('lib'),
        '--outDir',
        fresh,
      ]);
      fs.rmSync(at('lib', 'dist'), { recursive: true, force: true });
      fs.renameSync(fresh, at('lib', 'dist'));
      say(
        'lib',
        `compiled (${seconds(since)}); ` +
          'a kernel that is already running must be restarted to see it',
      );
    },
  );
}

/** JupyterLab's renderer of live figures, made of the library and its small models. */
async function ensureLive() {
  const models = filesBelow(at('data', 'live'), ['.safetensors']);
  const own = filesBelow(at('bin', 'live'), ['.mjs', '.cjs', '.js']);
  const sources = [...libSources(), ...models, ...own];
  const print = fingerprint(...sources.map((file) => ({ file })), venv);
  const since = Date.now();
  const present = () => fs.existsSync(path.join(labExtension, 'package.json'));
  return ensure('live', print, present, async () => {
    const { writeLabExtension } = await import('../live/bundle.mjs');
    await writeLabExtension(labExtension);
    say('live', `live figures for JupyterLab made (${seconds(since)})`);
  });
}

/** The whole set-up, in order, one at a time per clone; a second call finds everything in place. */
export async function setup({ again = false } = {}) {
  checkNode();
  if (again) forgetNative();
  const since = Date.now();
  const places = ['.', '.setup', '.setup/log', 'data', 'data/pictures', 'notebooks', 'build'];
  for (const folder of [os.tmpdir(), ...places.map((place) => at(place))]) sweep(folder);
  const states = await withLock(path.join(stateDir, 'lock'), 'set-up in this folder', async () => {
    const node = await ensureNodePackages();
    const python = await ensurePython();
    const native = await ensureNative();
    const kernel = await ensureKernel();
    const lib = await ensureLib();
    const live = await ensureLive();
    return { node, python, native, kernel, lib, live };
  });
  const made = Object.entries(states)
    .filter(([, s]) => s.made)
    .map(([name]) => name);
  say(
    'set-up',
    made.length
      ? `done in ${seconds(since)} (made: ${made.join(', ')})`
      : `everything in place (${seconds(since)})`,
  );
  return states;
}
