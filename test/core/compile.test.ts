import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { mkdtempSync } from 'node:fs';
import { test } from 'node:test';

import { core, model, tasks, training, tf } from 'invicl';

import { allRefused, close, leavesNothing, refused, root } from '../helpers';

const graphs = core.compile((a) => a).mode.kind === 'graph';
const only = graphs ? {} : { skip: 'this machine has no native backend, so there are no graphs' };

test('a compiled function gives what the eager one gives, for every shape', only, () => {
  const fn = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
    tf.softmax(a.matMul(b).add(1)).sub(a.mean()).square().sum(1);
  const compiled = core.compile(fn);
  for (const [n, m] of [
    [2, 3],
    [4, 5],
    [2, 3],
  ] as const) {
    const [a, b] = [
      tf.tensor2d(core.stream(n, 'a').normals(n * m), [n, m]),
      tf.tensor2d(core.stream(m, 'b').normals(m * n), [m, n]),
    ];
    close(compiled.run(a, b).dataSync(), fn(a, b).dataSync(), 1e-6);
  }
  assert.equal(compiled.graphs(), 2, 'one graph per shape');
  compiled.dispose();
});

test('gathers, integers, objects and arrays pass through', only, () => {
  const compiled = core.compile((table, ids) => ({
    rows: table.gather(ids as tf.Tensor1D),
    sum: ids.sum(),
  }));
  const out = compiled.run(
    tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
    tf.tensor1d([1, 1, 0], 'int32'),
  );
  assert.deepEqual(out['rows']!.arraySync(), [
    [3, 4],
    [3, 4],
    [1, 2],
  ]);
  assert.deepEqual(out['sum']!.arraySync(), 2);
  const pair = core.compile((a) => [a, a.neg()]).run(tf.tensor1d([1, 2]));
  assert.deepEqual(
    pair.map((t) => t.arraySync()),
    [
      [1, 2],
      [-1, -2],
    ],
  );
});

test('variables are read at each run and assigned at each run', only, () => {
  const total = tf.variable(tf.scalar(0));
  const compiled = core.compile((a) => {
    total.assign(total.add(a.sum()) as tf.Scalar);
    return total.mul(1);
  });
  for (const expected of [3, 6, 9])
    assert.equal(compiled.run(tf.tensor1d([1, 2])).dataSync()[0], expected);
  total.assign(tf.scalar(100));
  assert.equal(compiled.run(tf.tensor1d([1, 2])).dataSync()[0], 103);
  assert.equal(total.dataSync()[0], 103);
});

test('variables that were assigned from each other stay apart in a graph', only, () => {
  const first = tf.variable(tf.tensor1d([1, 2]));
  const second = tf.variable(first.clone(), false); // the same storage as the first
  const step = core.compile((rate) => {
    first.assign(first.sub(rate));
    return first.add(0);
  });
  const seen = [1, 1].map(() => tf.tidy(() => [...step.run(tf.scalar(1)).dataSync()]));
  assert.deepEqual(seen, [
    [0, 1],
    [-1, 0],
  ]);
  assert.deepEqual([...second.dataSync()], [1, 2], 'the copy keeps its value');
  step.dispose();
  tf.dispose([first, second]);
});

test('what a graph would freeze or cannot do is refused with a sentence', only, async (t) => {
  const one = tf.tensor1d([1, 2, 3]);
  refused(() => core.compile((a) => a.mul(a.dataSync()[0]!)).run(one), 'read a value', 'outside');
  const variable = tf.variable(tf.scalar(1));
  await allRefused(t, [
    [() => core.compile((a) => a.mul(variable.dataSync()[0]!)).run(one), 'variable'],
    [
      () =>
        core
          .compile((async (a: tf.Tensor) => Promise.resolve(a)) as unknown as (
            a: tf.Tensor,
          ) => tf.Tensor)
          .run(one),
      'async',
    ],
    [() => core.compile((a) => tf.variable(a).mul(2)).run(one), 'variables'],
    [() => core.compile((a) => a.mul(tf.randomUniform([3]))).run(one), 'twice'],
    [() => core.compile(() => 5 as unknown as tf.Tensor).run(one), 'returned no tensor'],
  ]);
  const gone = core.compile((a) => a.neg());
  gone.dispose();
  refused(() => gone.run(one), 'disposed');
  assert.deepEqual([...one.add(1).dataSync()], [2, 3, 4], 'eager work goes on after every refusal');
});

test(
  '200 runs and 200 compilations leave no tensor behind, and no memory to speak of',
  only,
  () => {
    const compiled = core.compile((a) => a.square().sum());
    leavesNothing(() => {
      for (let i = 0; i < 200; i++) {
        const a = tf.ones([8]);
        compiled.run(a).dispose();
        a.dispose();
      }
    });
    const cycles = (count: number): void => {
      for (let i = 0; i < count; i++) {
        const fresh = core.compile((a) => a.matMul(a).exp().mean());
        const a = tf.ones([256, 256]);
        fresh.run(a).dispose();
        a.dispose();
        fresh.dispose();
      }
    };
    cycles(200); // until the allocators have what they keep
    // One matrix of 256 x 256 left by each graph is 52 MB in every round; what the allocators and
    // the collector keep comes in some rounds only, so the least of four is the leak.
    const grown = [1, 2, 3, 4].map(() => {
      const before = process.memoryUsage.rss();
      leavesNothing(() => cycles(200));
      return (process.memoryUsage.rss() - before) / 1e6;
    });
    const least = Math.min(...grown);
    assert.ok(least < 26, `200 graphs made and disposed left at least ${least.toFixed(0)} MB`);
  },
);

test('eagerFirst: a shape is compiled when it has come often enough', only, () => {
  const compiled = core.compile((a) => a.square().sum(), { eagerFirst: 2 });
  const graphsAfter = Array.from({ length: 4 }, () => {
    assert.equal(compiled.run(tf.tensor1d([3, 4])).dataSync()[0], 25);
    return compiled.graphs();
  });
  assert.deepEqual(graphsAfter, [0, 0, 1, 1]);
});

test('inside a gradient a compiled function is differentiated like any other', only, () => {
  const compiled = core.compile((a) => a.square().sum());
  compiled.run(tf.tensor1d([1, 2])).dispose();
  assert.deepEqual(
    [
      ...tf
        .grad((a) => compiled.run(a))(tf.tensor1d([1, 2]))
        .dataSync(),
    ],
    [2, 4],
  );
});

test(
  'a tfjs-node with other internals: everything runs eagerly, and one sentence says so',
  only,
  (t) => {
    const backend = tf.backend() as unknown as { binding: object };
    const { binding } = backend;
    const lines: string[] = [];
    t.mock.method(console, 'log', (line: string) => lines.push(line));
    backend.binding = Object.create(binding, { runSavedModel: { value: undefined } }) as object;
    try {
      const compiled = [0, 1].map(() => core.compile((a) => a.add(1)))[1]!;
      assert.match(
        compiled.mode.kind === 'eager' ? compiled.mode.reason : '',
        /other internals than 4\.22/,
      );
      assert.deepEqual([...compiled.run(tf.tensor1d([1])).dataSync()], [2]);
    } finally {
      backend.binding = binding;
    }
    assert.deepEqual(lines.filter((line) => line.includes('internals')).length, 1, 'said once');
  },
);

/** Softmax attention over chunks of rows, as the structured form uses it. */
const attend = ([q]: tf.Tensor[], [k, v]: tf.Tensor[], from: number): tf.Tensor => {
  const place = tf.range(from, from + q!.shape[1]!).expandDims(1);
  return tf.softmax(q!.matMul(k!, false, true).add(place.mul(0.1))).matMul(v!);
};

test('chunks: values and gradients are those of the whole, eagerly and as a graph', () => {
  const random = core.stream(4, 'chunks');
  const [q, k, v, w] = [7, 5, 5, 7].map((rows) =>
    tf.tensor3d(random.normals(2 * rows * 3), [2, rows, 3]),
  ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const whole = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Tensor =>
    attend([a], [b, c], 0).mul(w).sum();
  const chunked = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Tensor =>
    core.inChunks(attend, [a], [b, c], 1, [3, 2, 2]).mul(w).sum();
  close(chunked(q, k, v).dataSync(), whole(q, k, v).dataSync(), 1e-6, 'value');
  const gradients = (fn: typeof whole) => (): tf.Tensor[] => tf.grads(fn)([q, k, v]);
  const expected = gradients(whole)();
  const ways = {
    eager: gradients(chunked)(),
    graph: core.compile(gradients(chunked), { constants: () => [q, k, v, w] }).run(),
  };
  for (const [way, got] of Object.entries(ways))
    got.forEach((gradient, i) =>
      close(gradient.dataSync(), expected[i]!.dataSync(), 1e-5, `${way}, gradient ${i}`),
    );
  leavesNothing(() => tf.dispose(gradients(chunked)()));
});

test('chunks in a graph wait for each other, so that one is in memory at a time', only, () => {
  const script = `
    const { core, tf } = require('invicl');
    (async () => {
      await core.ready();
      const [rows, columns, count] = [512, 4096, 32];
      const [q, k] = [tf.ones([1, rows * count, 8]), tf.ones([1, columns, 8])];
      const attend = ([a], [b]) => tf.softmax(a.matMul(b, false, true)).sum(-1, true);
      const sizes = new Array(count).fill(rows);
      const chunked = (a, b) => core.inChunks(attend, [a], [b], 1, sizes).square().sum();
      const step = core.compile((a, b) => tf.addN(tf.grads(chunked)([a, b]).map((g) => g.sum())));
      const before = process.resourceUsage().maxRSS;
      step.run(q, k).dispose();
      console.log('grown', (process.resourceUsage().maxRSS - before) / 1024);
    })();`;
  const { stdout } = spawnSync(process.execPath, ['-e', script], {
    cwd: root,
    encoding: 'utf8',
    // What is freed goes back at once: else the allocator keeps pieces, more on a busy machine.
    env: { ...process.env, TF_NUM_INTEROP_THREADS: '1', MALLOC_MMAP_THRESHOLD_: '1000000' },
  });
  const grown = Number(/grown ([\d.]+)/.exec(stdout)?.[1]);
  assert.ok(
    grown < 200,
    `32 chunks of 8 MiB each took ${grown.toFixed(0)} MiB more; ` +
      'a matrix of all has 256, and there are several',
  );
});

test('many equal numbers are written into a graph as one', only, () => {
  const compiled = core.compile((a) =>
    a.mul(tf.ones([3000])).add(tf.fill([3000], 7, 'int32').toFloat()),
  );
  const a = tf.range(0, 3000);
  close(compiled.run(a).dataSync(), a.add(7).dataSync(), 1e-6);
});

test('bf16: faster and close to fp32, or refused with the measured reason', only, () => {
  const random = core.stream(6, 'bf16');
  const [a, b] = [
    tf.tensor2d(random.normals(64 * 32), [64, 32]),
    tf.tensor2d(random.normals(32 * 48), [32, 48]),
  ];
  const product = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => x.matMul(y);
  const exact = Array.from(product(a, b).dataSync());
  let compiled: core.Compiled<tf.Tensor>;
  try {
    compiled = core.compile(product, { precision: 'bf16' });
  } catch (error) {
    assert.match((error as Error).message, /brings nothing on this processor: .* times as fast/);
    return;
  }
  const rounded = Array.from(compiled.run(a, b).dataSync());
  const size = Math.sqrt(exact.reduce((sum, x) => sum + x * x, 0));
  const error = Math.sqrt(exact.reduce((sum, x, i) => sum + (x - rounded[i]!) ** 2, 0)) / size;
  assert.ok(
    error > 1e-4 && error < 1e-2,
    `bfloat16 keeps 8 bits, so the relative error is a few thousandths, not ${error}`,
  );
});

test('precision: an unknown one is refused, and bf16 without a graph', () => {
  refused(() => core.compile((a) => a, { precision: 'fp8' as 'bf16' }), 'fp8', 'bf16');
  refused(
    () => core.compile((a) => a, { precision: 'bf16', compile: false }),
    'needs a graph',
    'compile: false',
  );
});

test('a tensor from outside is a constant that is named, and refused once it changes', only, () => {
  let mask: tf.Tensor = tf.tensor1d([1, 2]);
  const a = tf.tensor1d([3, 4]);
  const unnamed = core.compile((x) => x.mul(mask));
  refused(() => unnamed.run(a), 'shape [2] from outside', 'input', 'constants');
  mask.dataSync(); // uploaded or not, it is from outside
  refused(() => unnamed.run(a), 'from outside');
  const named = core.compile((x) => x.mul(mask), { constants: () => [mask] });
  assert.deepEqual([...named.run(a).dataSync()], [3, 8]);
  const old = mask;
  mask = tf.tensor1d([5, 6]);
  refused(() => named.run(a), 'constant 0', 'replaced by another', 'compile the function again');
  mask = old;
  assert.deepEqual([...named.run(a).dataSync()], [3, 8]);
  mask.dispose();
  refused(() => named.run(a), 'constant 0', 'disposed');
  const variable = tf.variable(tf.tensor1d([1, 1]));
  const reads = core.compile((x) => x.mul(variable));
  assert.deepEqual([...reads.run(a).dataSync()], [3, 4]);
  variable.assign(tf.tensor1d([2, 2]));
  assert.deepEqual([...reads.run(a).dataSync()], [6, 8], 'variables are read at every run');
});

test('the sign of zero stays, in small constants and in large ones', only, () => {
  for (const count of [2, 2000]) {
    const signs = Float32Array.from({ length: count }, (_, i) => (i % 2 ? -0 : 0));
    const compiled = core.compile((x) =>
      tf.concat([x.div(tf.tensor1d(signs)), x.div(tf.tensor1d(signs.map((s) => -s)))]),
    );
    const got = compiled.run(tf.ones([count])).dataSync();
    const expected = [...signs, ...signs.map((s) => -s)].map((s) => 1 / s);
    assert.deepEqual([...got], expected, `${count} numbers`);
  }
});

test('a folder for temporary files that is not there is one sentence', () => {
  const script = `
    const { core, tf } = require('invicl');
    core.ready().then(() => core.compile((a) => a.add(1)).run(tf.ones([2])))
      .catch((error) => console.log(error.name, error.message));`;
  const { stdout } = spawnSync(process.execPath, ['-e', script], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: '/nowhere/at/all' },
  });
  if (tf.getBackend() !== 'tensorflow') return;
  assert.match(stdout, /^CourseError .*temporary files, '\/nowhere\/at\/all' \(ENOENT\).*TMPDIR/);
});

test('a full folder for temporary files is one sentence, and leaves nothing', only, () => {
  const mutable = require('node:fs') as { mkdtempSync: typeof mkdtempSync };
  const real = mutable.mkdtempSync;
  mutable.mkdtempSync = (() => {
    throw Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'mkdtemp' });
  }) as unknown as typeof mkdtempSync;
  try {
    const compiled = core.compile((a) => a.add(1));
    refused(() => compiled.run(tf.ones([2])), 'temporary files', 'ENOSPC', 'TMPDIR');
  } finally {
    mutable.mkdtempSync = real;
  }
  assert.deepEqual(
    [
      ...core
        .compile((a) => a.add(1))
        .run(tf.ones([2]))
        .dataSync(),
    ],
    [2, 2],
  );
});

test('compile: false runs the function as it is', () => {
  const compiled = core.compile((a) => a.mul(a.dataSync()[0]!), { compile: false });
  assert.deepEqual([...compiled.run(tf.tensor1d([2, 3])).dataSync()], [4, 6]);
  assert.equal(compiled.mode.kind, 'eager');
});

test('a compiled training run equals the eager one', only, () => {
  for (const form of ['structured', 'mask'] as const) {
    const losses = [true, false].map((compile) => {
      const network = new model.InContextModel({
        method: 'invicl',
        layout: 'xy',
        size: { width: 16, layers: 2, heads: 2 },
        d: 2,
        seed: 1,
        form,
      });
      const trainer = new training.Trainer(
        network,
        tasks.linearRegression({ d: 2 }),
        { n: 3, tests: 2, steps: 12, batch: 8, seed: 3 },
        { compile },
      );
      const curve = Array.from({ length: 12 }, () => trainer.train());
      trainer.dispose();
      network.dispose();
      return curve;
    });
    close(losses[0]!, losses[1]!, 1e-5, `losses, ${form}`);
  }
});

test('the shapes by rule are those that TensorFlow gives', only, () => {
  const { binding } = tf.backend() as unknown as { binding: core.Binding };
  const real = binding.executeOp.bind(binding);
  const seen = new Set<string>();
  const backend = tf.backend() as unknown as { binding: object };
  const check: typeof real = (op, attributes, ids, outputs) => {
    const made = real(op, attributes, ids, outputs);
    const inputs = ids.map((id) => {
      const { shape, id: copy } = real('Identity', [], [id], 1)[0]!;
      const values = binding.tensorDataSync(copy);
      binding.deleteTensor(copy);
      return { shape, values };
    });
    const byRule = core.shapesByRule(op, inputs, attributes, outputs);
    if (byRule) {
      seen.add(op);
      assert.deepEqual(
        byRule,
        made.map(({ shape }) => shape),
        `${op} of ${inputs.map(({ shape }) => `[${shape}]`)}`,
      );
    }
    return made;
  };
  backend.binding = Object.create(binding, { executeOp: { value: check } }) as object;
  try {
    for (const layout of ['xy', 'xy-marked', 'pair'] as const) {
      const one = new model.InContextModel({
        method: 'invicl',
        layout,
        size: { width: 16, layers: 2, heads: 2 },
        d: 3,
        seed: 1,
      });
      const trainer = new training.Trainer(
        one,
        tasks.linearRegression({ d: 3 }),
        { n: 3, tests: 2, batch: 4, steps: 5 },
        { compile: false },
      );
      trainer.train();
      trainer.dispose();
      one.dispose();
    }
    tf.tidy(() =>
      tf
        .ones([2, 3, 4])
        .sum(-1, true)
        .add(tf.ones([2, 3, 4]).mean([0, 2]).reshape([1, 3, 1]))
        .reshape([-1, 2])
        .transpose(),
    );
  } finally {
    backend.binding = binding;
  }
  for (const op of [
    'BatchMatMulV2',
    'Reshape',
    'Transpose',
    'ConcatV2',
    'SplitV',
    'Slice',
    'Sum',
    'Mean',
    'Cast',
    'Mul',
    'Softmax',
  ])
    assert.ok(seen.has(op), `${op} was checked`);
});
