/**
 * The numerical backend: loads the best tfjs backend that this machine has, in the order TensorFlow
 * (tfjs-node), WebAssembly, plain JavaScript. Everything else imports `tf` from here.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import * as tf from '@tensorflow/tfjs';

import { lookUp } from './errors';
import { isInstalled, needPackages } from './optional';

// The shim must come before tfjs-node, which calls util functions that Node 23 removed.
require('../../node-shim.cjs');

/** The names of the backends this library runs on. */
export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

const NATIVE = '@tensorflow/tfjs-node';

const SPEED: Readonly<Record<BackendName, string>> = {
  tensorflow: 'native TensorFlow, full speed',
  wasm: 'WebAssembly, expect training to be about 5 to 10 times slower than native',
  cpu: 'plain JavaScript, expect training to be about 50 times slower than native',
};

/** Is tfjs-node installed, with the part of it that is compiled? */
function hasNative(): boolean {
  if (!isInstalled(NATIVE)) return false;
  const home = dirname(require.resolve(`${NATIVE}/package.json`));
  return existsSync(join(home, 'lib', 'napi-v8', 'tfjs_binding.node'));
}

function choose(): BackendName {
  const wanted = process.env['ICL_BACKEND'];
  if (wanted) {
    lookUp('backend (ICL_BACKEND)', SPEED, wanted);
    return wanted as BackendName;
  }
  return hasNative() ? 'tensorflow' : 'wasm';
}

async function load(): Promise<BackendName> {
  const wanted = choose();
  if (wanted === 'tensorflow') {
    needPackages("The backend 'tensorflow' (ICL_BACKEND)", NATIVE);
    require(NATIVE); // registers itself with the tfjs-core instance that `tf` shares
    return wanted;
  }
  if (wanted === 'wasm') {
    const name = '@tensorflow/tfjs-backend-wasm';
    const wasm = require(name) as typeof import('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(join(dirname(require.resolve(`${name}/package.json`)), 'dist', '/'));
    if (await tf.setBackend('wasm')) return wanted;
  }
  await tf.setBackend('cpu');
  return 'cpu';
}

const loading = load();

/**
 * Waits until the backend is ready. TensorFlow is ready at once; WebAssembly needs this before the
 * first tensor.
 *
 * @returns the backend's name and, in words, the speed to expect
 */
export async function ready(): Promise<{ readonly backend: BackendName; readonly speed: string }> {
  const backend = await loading;
  return { backend, speed: SPEED[backend] };
}

/** The name of the backend in use now. */
export const backendName = (): string => tf.getBackend();

export { tf };
