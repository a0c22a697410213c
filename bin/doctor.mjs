// npm run doctor: one line per part; each fault with one remedy. It changes nothing.
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { at, fingerprint, stateDir, venvBin } from './setup/base.mjs';
import { checkNode, kernelDir, libSources } from './setup/parts.mjs';
import { chosenNative, SPEED } from './setup/native.mjs';

const SETUP = 'npm run setup';
const AGAIN = 'npm run setup -- --again';
/** The names that the library gives to backends that are not native. */
const BACKEND = { wasm: 'wasm', cpu: 'cpu' };

const state = (name) => {
  const file = path.join(stateDir, `${name}.json`);
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null;
};
const python = (code) => spawnSync(venvBin('python'), ['-c', code], { encoding: 'utf8' });

/** Each part gives a line that says it is well, or throws [what, remedy]. */
const PARTS = {
  Node: () => {
    try {
      checkNode();
    } catch (error) {
      throw [error.message, 'install a current Node'];
    }
    return `${process.versions.node}`;
  },
  'npm packages': () => {
    if (!fs.existsSync(at('node_modules', 'tslab', 'dist', 'main.js')))
      throw ['not installed', SETUP];
    if (
      state('node')?.fingerprint !==
      fingerprint({ file: at('package-lock.json') }, { file: at('lib', 'package.json') })
    )
      throw ['installed for another package-lock.json', SETUP];
    return 'as in package-lock.json';
  },
  Python: () => {
    const answer = python('import sys; print("%d.%d.%d" % sys.version_info[:3])');
    if (answer.status !== 0) throw ['the environment .venv is missing or broken', SETUP];
    return `${answer.stdout.trim()} in .venv`;
  },
  'native backend': () => {
    const kind = state('native')?.kind;
    if (!kind) throw ['not made yet', SETUP];
    const chosen = chosenNative() === kind;
    if (!chosen && ['wasm', 'cpu'].includes(kind)) throw [SPEED[kind], `${AGAIN} (with network)`];
    const code = `
      const { core, tf } = require('invicl');
      core.ready().then(({ backend }) => {
        tf.ones([2]).sum().dataSync();
        console.log(backend);
      });`;
    const answer = spawnSync(process.execPath, ['-e', code], { cwd: at(), encoding: 'utf8' });
    if (answer.status !== 0) throw ['it is there but does not load', AGAIN];
    const [name, backend] = [answer.stdout.trim(), BACKEND[kind] ?? 'tensorflow'];
    if (name !== backend)
      throw [
        `it should be '${backend}', and the library takes '${name}'`,
        `${AGAIN}, or set ICL_BACKEND=${backend}`,
      ];
    return chosen ? `${SPEED[kind]} (chosen by ICL_NATIVE; ${AGAIN} takes the best)` : SPEED[kind];
  },
  kernel: () => {
    const file = path.join(kernelDir, 'kernel.json');
    if (!fs.existsSync(file)) throw ['not registered', SETUP];
    const { argv } = JSON.parse(fs.readFileSync(file, 'utf8'));
    const [node, tslab] = [argv[0], argv.find((word) => /[\\/]tslab$/.test(word)) ?? ''];
    if (!fs.existsSync(node) || !fs.existsSync(tslab))
      throw ['it points to a Node or tslab that is gone', SETUP];
    if (tslab !== at('node_modules', 'tslab', 'bin', 'tslab'))
      throw [`it belongs to another installation (${tslab})`, SETUP];
    return `TypeScript by tslab, Node ${node}`;
  },
  renderer: () => {
    const answer = python(
      'import plotly, jupyterlab; print(jupyterlab.__version__, plotly.__version__)',
    );
    if (answer.status !== 0) throw ['JupyterLab or its plotly extension is missing', SETUP];
    const [lab, plotly] = answer.stdout.trim().split(' ');
    return `JupyterLab ${lab} with plotly ${plotly}`;
  },
  'lib build': () => {
    if (!fs.existsSync(at('lib', 'dist', 'index.js'))) throw ['not compiled', SETUP];
    if (
      state('lib')?.fingerprint !==
      fingerprint(...libSources().flatMap((file) => [path.relative(at(), file), { file }]))
    )
      throw ['older than its sources', `${SETUP}, then restart open kernels`];
    return 'up to date';
  },
};

export function doctor() {
  let faults = 0;
  for (const [name, look] of Object.entries(PARTS)) {
    try {
      console.log(`ok     ${name.padEnd(15)} ${look()}`);
    } catch (fault) {
      faults++;
      const [what, remedy] = Array.isArray(fault)
        ? fault
        : [String(fault?.message ?? fault), SETUP];
      console.log(`FAULT  ${name.padEnd(15)} ${what}. Remedy: ${remedy}`);
    }
  }
  return faults ? 1 : 0;
}
