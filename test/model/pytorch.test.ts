/**
 * The same weights in PyTorch (test/fixtures/pytorch_reference.py): forward, loss, gradients, ten
 * Adam steps.
 */
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { model, tasks, training, tf } from 'invicl';

import { close, fixture } from '../helpers';

interface Reference {
  readonly config: Readonly<Record<'C' | 'L' | 'H' | 'R' | 'd' | 'n' | 'm' | 'B', number>>;
  readonly weights: Readonly<Record<string, number[]>>;
  readonly shapes: Readonly<Record<string, number[]>>;
  readonly x: number[];
  readonly y: number[];
  readonly xTest: number[];
  readonly yTest: number[];
  readonly methods: Readonly<
    Record<
      string,
      {
        context: number[];
        tests: number[];
        loss: number;
        gradients: Record<string, number[]>;
        adamLosses: number[];
        afterAdam: Record<string, number[]>;
      }
    >
  >;
}

const reference = JSON.parse(readFileSync(fixture('pytorch-reference.json'), 'utf8')) as Reference;
const { C, L, H, R, d, n, m, B } = reference.config;

function build(method: model.MethodKey): { network: model.InContextModel; prompts: model.Prompts } {
  const network = new model.InContextModel({
    method,
    layout: 'xy',
    size: { width: C, layers: L, heads: H, mlpRatio: R, maxPositions: 32 },
    d,
    seed: 0,
  });
  assert.deepEqual(Object.keys(network.parameters).sort(), Object.keys(reference.weights).sort());
  for (const [name, values] of Object.entries(reference.weights))
    network.parameters[name]!.assign(tf.tensor(values, reference.shapes[name]!));
  const prompts = {
    x: tf.tensor3d(reference.x, [B, n, d]),
    y: tf.tensor2d(reference.y, [B, n]),
    xTest: tf.tensor3d(reference.xTest, [B, m, d]),
    yTest: tf.tensor2d(reference.yTest, [B, m]),
  };
  return { network, prompts };
}

for (const method of ['ar', 'invicl', 'prefix', 'boe'] as const) {
  const expected = reference.methods[method]!;

  test(`${method}: predictions and loss are PyTorch's`, () => {
    const { network, prompts } = build(method);
    const { context, tests } = network.forward(prompts);
    close(context!.dataSync(), expected.context, 1e-5, 'context');
    close(tests.dataSync(), expected.tests, 1e-5, 'tests');
    close(training.promptLoss(network, prompts).dataSync(), [expected.loss], 1e-5, 'loss');
  });

  test(`${method}: gradients are PyTorch's`, () => {
    const { network, prompts } = build(method);
    const { grads } = tf.variableGrads(
      () => training.promptLoss(network, prompts),
      Object.values(network.parameters),
    );
    for (const [name, values] of Object.entries(expected.gradients)) {
      const gradient = grads[network.parameters[name]!.name]!;
      close(
        values.length === 1 && gradient.size > 1 ? gradient.norm().dataSync() : gradient.dataSync(),
        values,
        2e-5,
        name,
      );
    }
  });

  test(`${method}: ten clipped Adam steps are PyTorch's`, () => {
    const { network, prompts } = build(method);
    const fixed: tasks.Task = {
      name: 'fixed prompts',
      scale: d,
      d,
      sample: () => ({
        x: prompts.x.clone(),
        y: prompts.y.clone(),
        xTest: prompts.xTest.clone(),
        yTest: prompts.yTest.clone(),
      }),
    };
    const trainer = new training.Trainer(network, fixed, {
      steps: 10,
      batch: B,
      n,
      tests: m,
      learningRate: 1e-2,
      warmUp: 0,
      finalRate: 1,
      clip: 1,
      adam: { beta2: 0.98 },
    });
    const losses = Array.from({ length: 10 }, () => trainer.train());
    close(losses, expected.adamLosses, 1e-4, 'losses');
    for (const [name, values] of Object.entries(expected.afterAdam))
      close(network.parameters[name]!.dataSync(), values, 1e-3, name);
  });
}
