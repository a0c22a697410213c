// The native backend of @tensorflow/tfjs-node. Order: PyPI's libtensorflow plus the package's own
// binding compiled here, WebAssembly, plain JavaScript. Large files lie once in the per-user cache;
// a clone links them. What is downloaded has a checksum in this repository.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import {
  at,
  cacheDir,
  ensure,
  Fault,
  fingerprint,
  run,
  say,
  seconds,
  stateDir,
  venvBin,
  withLock,
  writeAtomic,
} from './base.mjs';

const tfjsNode = at('node_modules', '@tensorflow', 'tfjs-node');
const bindingFile = path.join(tfjsNode, 'lib', 'napi-v8', 'tfjs_binding.node');
const shim = at('lib', 'node-shim.cjs');

/**
 * PyPI wheels that hold libtensorflow and its C headers; one Python tag serves all, since nothing
 * of Python is used.
 */
const WHEELS = {
  'linux-x64': [
    'tensorflow-cpu==2.21.0',
    'manylinux_2_27_x86_64',
    'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
  ],
  'linux-arm64': [
    'tensorflow==2.21.0',
    'manylinux_2_27_aarch64',
    'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
  ],
  'darwin-arm64': [
    'tensorflow==2.21.0',
    'macosx_12_0_arm64',
    '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712',
  ],
};
const KINDS = ['wheel', 'wasm', 'cpu'];
export const SPEED = {
  wheel: 'native TensorFlow (PyPI libtensorflow, binding compiled here): full speed',
  wasm: 'WebAssembly: works, expect training about 5 to 10 times slower than native',
  cpu:
    'plain JavaScript: works, expect training about 50 times slower than native; ' +
    'good for reading, not for retraining',
};

const platformKey = `${process.platform}-${process.arch}`;

function bindingLoads() {
  const code = "require('@tensorflow/tfjs-node').tensor1d([1, 2]).sum().dataSync()";
  return (
    spawnSync(process.execPath, ['--require', shim, '-e', code], {
      cwd: at(),
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
    }).status === 0
  );
}

/**
 * Lays a cache entry (lib/, tfjs_binding.node) under the installed package: the libraries linked,
 * the small binding copied.
 */
function link(entry) {
  const deps = path.join(tfjsNode, 'deps');
  fs.rmSync(deps, { recursive: true, force: true });
  fs.mkdirSync(deps);
  fs.symlinkSync(path.join(entry, 'lib'), path.join(deps, 'lib'));
  fs.mkdirSync(path.dirname(bindingFile), { recursive: true });
  fs.copyFileSync(path.join(entry, 'tfjs_binding.node'), bindingFile);
}

/**
 * Fills a cache entry through a scratch folder and one rename; a fill that fails leaves nothing.
 */
async function cached(name, fill) {
  const entry = path.join(cacheDir, 'native', name);
  await withLock(`${entry}.lock`, 'set-up of the native backend', async () => {
    if (fs.existsSync(path.join(entry, 'tfjs_binding.node'))) return;
    const scratch = `${entry}.new`;
    fs.rmSync(scratch, { recursive: true, force: true });
    fs.mkdirSync(scratch, { recursive: true });
    try {
      await fill(scratch);
      fs.rmSync(entry, { recursive: true, force: true });
      fs.renameSync(scratch, entry);
    } finally {
      fs.rmSync(scratch, { recursive: true, force: true });
    }
  });
  return entry;
}

/**
 * The first C++ compiler that answers; without one, PyPI's ziglang is installed into the project's
 * environment.
 */
async function compiler() {
  const names = process.env.ICL_COMPILER ? [process.env.ICL_COMPILER] : ['g++', 'c++', 'clang++'];
  for (const name of names) if (spawnSync(name, ['--version']).status === 0) return [name];
  say('native', 'no C++ compiler here: using PyPI’s ziglang as one (about a minute)');
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--require-hashes',
    '--cache-dir',
    path.join(cacheDir, 'pip'),
  ];
  await run('installing ziglang', venvBin('python'), [
    ...pip,
    '-r',
    at('bin', 'compiler-requirements.txt'),
  ]);
  return [venvBin('python'), '-m', 'ziglang', 'c++'];
}

const UNPACK = `
import sys, zipfile, os
wheel, out = sys.argv[1], sys.argv[2]
headers = ('tensorflow/c/', 'tsl/', 'xla/tsl/c/', 'tensorflow/core/platform/ctstring')
keep = tuple('tensorflow/include/' + name for name in headers)
with zipfile.ZipFile(wheel) as z:
    for name in z.namelist():
        if not name.endswith('/') and name.startswith(keep + ('tensorflow/libtensorflow_',)):
            library = '/libtensorflow_' in name
            below = 'lib/' + os.path.basename(name) if library else name[len('tensorflow/'):]
            target = os.path.join(out, below)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with z.open(name) as src, open(target, 'wb') as dst:
                while True:
                    block = src.read(1 << 22)
                    if not block: break
                    dst.write(block)
`;

/** Refuses a download that is not the expected file. */
export function checkSum(file, sha256) {
  const hash = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  if (hash !== sha256)
    throw new Fault(
      `The download ${path.basename(file)} has the sha256 ${hash}, ` +
        `not the expected ${sha256}; it is thrown away.`,
      'check your package mirror and run the same command again.',
    );
}

/**
 * libtensorflow out of PyPI's TensorFlow wheel, and the package's own binding compiled against
 * it.
 */
async function usePyPiLibrary() {
  const wheel = WHEELS[platformKey];
  if (!wheel) throw new Fault(`PyPI has no TensorFlow wheel for ${platformKey}`);
  const [requirement, tag, sha256] = wheel;
  const entry = await cached(`wheel-2.21.0-tfjs-4.22.0-${platformKey}`, async (scratch) => {
    const download = path.join(scratch, 'download');
    say('native', `fetching ${requirement} from PyPI (about 270 MB, once per user)`);
    const pip = [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--no-cache-dir',
      '--only-binary=:all:',
      '--python-version',
      '3.12',
      '--implementation',
      'cp',
    ];
    await run('fetching libtensorflow from PyPI', venvBin('python'), [
      ...pip,
      '--platform',
      tag,
      '-d',
      download,
      requirement,
    ]);
    const file = path.join(
      download,
      fs.readdirSync(download).find((f) => f.endsWith('.whl')),
    );
    checkSum(file, sha256);
    await run('unpacking libtensorflow', venvBin('python'), ['-c', UNPACK, file, scratch]);
    fs.rmSync(download, { recursive: true });
    const lib = path.join(scratch, 'lib');
    const libraries = fs.readdirSync(lib).filter((f) => /^libtensorflow_(cc|framework)\./.test(f));
    const [command, ...first] = await compiler();
    say('native', 'compiling tfjs-node’s binding');
    const shared =
      process.platform === 'darwin'
        ? ['-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path/../../deps/lib']
        : ['-Wl,-rpath,$ORIGIN/../../deps/lib'];
    const flags = [
      '-O2',
      '-std=c++17',
      '-fPIC',
      '-shared',
      '-DNAPI_VERSION=8',
      '-w',
      `-I${path.join(scratch, 'include')}`,
      `-I${at('node_modules', 'node-api-headers', 'include')}`,
    ];
    const sources = ['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'];
    const links = libraries.map((f) => path.join(lib, f));
    await run(
      'compiling the binding',
      command,
      [
        ...first,
        ...flags,
        ...sources,
        '-o',
        path.join(scratch, 'tfjs_binding.node'),
        ...links,
        ...shared,
      ],
      { cwd: tfjsNode },
    );
    fs.rmSync(path.join(scratch, 'include'), { recursive: true });
  });
  link(entry);
}

const USE = { wheel: usePyPiLibrary, wasm: async () => {}, cpu: async () => {} };

/**
 * Are the binding and the library that it links to there? A cleared user cache leaves the link
 * without its end.
 */
export const isLaidOut = (home) =>
  fs.existsSync(path.join(home, 'lib', 'napi-v8', 'tfjs_binding.node')) &&
  fs.existsSync(path.join(home, 'deps', 'lib'));

const choiceFile = path.join(stateDir, 'choice.json');

/** The backend that ICL_NATIVE asked for in an earlier set-up; null where the best is taken. */
export const chosenNative = () =>
  fs.existsSync(choiceFile) ? JSON.parse(fs.readFileSync(choiceFile, 'utf8')).native : null;

/** Forgets what was made, and what was chosen unless ICL_NATIVE chooses again. */
export function forgetNative() {
  fs.rmSync(path.join(stateDir, 'native.json'), { force: true });
  if (!process.env.ICL_NATIVE) fs.rmSync(choiceFile, { force: true });
}

/**
 * Makes the best backend this machine can have. ICL_NATIVE=wheel|wasm|cpu asks for one; the
 * choice holds for later commands too, until another one or `npm run setup -- --again`.
 */
export async function ensureNative() {
  const asked = process.env.ICL_NATIVE;
  if (asked === 'own')
    throw new Fault(
      "ICL_NATIVE='own' asks for tfjs-node’s own binary, which is not used: no checksum of it is " +
        'known, and its install script lets environment variables choose where it comes from.',
      `use one of ${KINDS.join(', ')} or leave it out.`,
    );
  if (asked && !KINDS.includes(asked))
    throw new Fault(
      `ICL_NATIVE='${asked}' is not a backend.`,
      `use one of ${KINDS.join(', ')} or leave it out.`,
    );
  const wanted = asked || chosenNative();
  const print = fingerprint(wanted ?? 'best', platformKey, {
    file: path.join(tfjsNode, 'package.json'),
  });
  const kindNow = () =>
    JSON.parse(fs.readFileSync(path.join(stateDir, 'native.json'), 'utf8')).kind;
  const present = () => isLaidOut(tfjsNode) === (kindNow() === 'wheel');
  const state = await ensure('native', print, present, async () => {
    const since = Date.now();
    for (const kind of wanted ? [wanted] : KINDS) {
      fs.rmSync(bindingFile, { force: true });
      try {
        await USE[kind]();
        if (kind === 'wheel' && !bindingLoads())
          throw new Fault('the binding was made but does not load here');
        say('native', `${SPEED[kind]} (${seconds(since)})`);
        return { kind };
      } catch (error) {
        if (wanted && error instanceof Fault)
          throw new Fault(
            `The backend '${kind}' that ICL_NATIVE asks for cannot be had: ${error.message}`,
            asked ? undefined : 'npm run setup -- --again takes the best that can be had.',
          );
        if (!(error instanceof Fault)) throw error;
        const why = error.message.split('\n')[0];
        say('native', `PyPI’s libtensorflow cannot be had: ${why}; trying the next way`);
      }
    }
  });
  if (asked) writeAtomic(choiceFile, JSON.stringify({ native: asked }));
  return state;
}
