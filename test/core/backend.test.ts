import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { root } from '../helpers';

/** Trains three steps in a process of its own on a backend; prints its name and the losses. */
const CODE = `
const { core, model, tasks, training } = require('invicl');
core.ready().then(({ backend }) => {
  const size = { width: 16, layers: 2, heads: 2 };
  const given = { method: 'invicl', layout: 'pair', size, d: 2, seed: 1 };
  const network = new model.InContextModel(given);
  const config = { n: 3, tests: 2, steps: 3, batch: 8, seed: 3 };
  const trainer = new training.Trainer(network, tasks.linearRegression({ d: 2 }), config);
  console.log(JSON.stringify({ backend, losses: [0, 1, 2].map(() => trainer.train()) }));
}).catch((error) => { console.error(error.message); process.exit(1); });`;

const on = (backend?: string): ReturnType<typeof spawnSync> =>
  spawnSync(process.execPath, ['-e', CODE], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ICL_BACKEND: backend ?? '' },
  });

test('WebAssembly and plain JavaScript train to the losses of the best backend', async (t) => {
  const read = (backend?: string): { backend: string; losses: number[] } => {
    const { status, stdout, stderr } = on(backend);
    assert.equal(status, 0, String(stderr));
    return JSON.parse(String(stdout).trim().split('\n').pop()!) as {
      backend: string;
      losses: number[];
    };
  };
  const best = read();
  for (const backend of ['wasm', 'cpu'])
    await t.test(backend, () => {
      const slow = read(backend);
      assert.equal(slow.backend, backend);
      slow.losses.forEach((loss, i) =>
        assert.ok(
          Math.abs(loss - best.losses[i]!) < 1e-4 * Math.abs(loss),
          `${backend}: ${loss} against ${best.losses[i]}`,
        ),
      );
    });
});

test('an unknown backend is refused with the known ones', () => {
  const { status, stderr } = on('abacus');
  assert.notEqual(status, 0);
  assert.match(String(stderr), /'abacus'.*tensorflow, wasm, cpu/s);
});
