// In a page this stands in place of lib/core/backend.ts: tfjs with its plain JavaScript backend,
// which is fast enough for the small models of live figures and is ready at once.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-backend-cpu';

export { tf };
export const backendName = () => tf.getBackend();
