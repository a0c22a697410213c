// In a page this stands in place of the library's choice of a backend: TensorFlow.js in
// WebAssembly, whose file is in the bundle, or in plain JavaScript where a browser refuses that.
'use strict';
const tf = require('@tensorflow/tfjs');
const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');
const program = require('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');

const file = URL.createObjectURL(new Blob([program], { type: 'application/wasm' }));
const NAMES = ['tfjs-backend-wasm', 'tfjs-backend-wasm-simd', 'tfjs-backend-wasm-threaded-simd'];
setWasmPaths(Object.fromEntries(NAMES.map((name) => [`${name}.wasm`, file])));
tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // threads would need a file of their own

async function start() {
  if (!(await tf.setBackend('wasm').catch(() => false))) await tf.setBackend('cpu');
  return { backend: tf.getBackend(), speed: 'that of a page' };
}
const started = start();

module.exports = { tf, ready: () => started, backendName: () => tf.getBackend() };
