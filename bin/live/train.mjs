// Trains the two small models that live figures run in the page: `node bin/live/train.mjs`, about
// two minutes. They answer regression in one dimension with noise, so that a prompt is points in a
// plane, and are small, so that a page answers a drag at once.
import { createRequire } from 'node:module';
import { at, say } from '../setup/base.mjs';

const { model, tasks, training, core } = createRequire(import.meta.url)(at('lib', 'dist'));

const SIZE = { width: 32, layers: 3, heads: 2, mlpRatio: 2, maxPositions: 16 };
const TASK = { d: 1, noise: 0.3 };
const TRAINING = { steps: 6000, n: 8, nRandom: true, tests: 10, batch: 64, seed: 0 };

await core.ready();
for (const method of ['ar', 'invicl']) {
  const network = new model.InContextModel({
    method,
    layout: 'pair',
    size: SIZE,
    d: TASK.d,
    seed: 0,
    initialScale: 'fan-in',
  });
  const trainer = new training.Trainer(network, tasks.linearRegression(TASK), TRAINING);
  await trainer.run({
    onProgress: (p) => process.stdout.isTTY && process.stdout.write(`\r${JSON.stringify(p)}`),
  });
  trainer.save(at('data', 'live', `${method}.safetensors`), 'node bin/live/train.mjs', false);
  const last = trainer.curve.slice(-20).map(([, loss]) => loss);
  say('live', `${network.name}: loss ${last.reduce((a, b) => a + b, 0) / last.length}`);
}
