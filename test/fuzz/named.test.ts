/** Bad input that once was answered with TensorFlow's words, or taken without a word. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { baselines, core, evaluation, model, tasks, tf, theory, training } from 'invicl';

import { allRefused, leavesNothing, refused, scratch } from '../helpers';

const B = 2;
const [n, m, d] = [3, 1, 2];
const sizes = { B, n, m };
const CONFIG: model.ModelConfig = {
  method: 'ar',
  layout: 'xy',
  size: { width: 8, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 16 },
  d,
  seed: 0,
};
/** A value that the types forbid, as a notebook without types could give it. */
const wrong = <T>(value: unknown): T => value as T;

test('prompts: each tensor must be there, of floats, and not disposed', async (t) => {
  const network = new model.InContextModel(CONFIG);
  const task = tasks.linearRegression({ d });
  const good = task.sample(core.stream(0, 'prompts'), sizes);
  const disposed = good.x.clone();
  disposed.dispose();
  const spoilt: Readonly<Record<string, readonly [unknown, string]>> = {
    int32: [{ ...good, x: good.x.toInt() }, 'int32'],
    bool: [{ ...good, y: good.y.toBool() }, 'bool'],
    null: [null, 'null'],
    array: [{ ...good, x: [[[1, 2]]] }, "'x' of the prompts"],
    'no yTest': [{ x: good.x, y: good.y, xTest: good.xTest }, "'yTest' of the prompts"],
    disposed: [{ ...good, x: disposed }, 'disposed'],
  };
  const readers: Readonly<Record<string, (prompts: model.Prompts) => unknown>> = {
    'least squares': (prompts) => baselines.leastSquares.predict(prompts),
    predict: (prompts) => network.predict(prompts),
    forward: (prompts) => network.forward(prompts),
    promptSizes: (prompts) => model.promptSizes(prompts),
    promptLoss: (prompts) => training.promptLoss(network, prompts),
  };
  for (const [reader, read] of Object.entries(readers))
    for (const [name, [prompts, piece]] of Object.entries(spoilt))
      await t.test(`${reader}: ${name}`, () => {
        leavesNothing(() => {
          refused(() => read(wrong(prompts)), piece);
        });
      });
  network.dispose();
});

test('sizes: what is no size, and what no memory holds', async (t) => {
  const network = (size: unknown) => () =>
    new model.InContextModel({ ...CONFIG, size: wrong(size) });
  const sample = (given: object) => () =>
    tasks.linearRegression({ d }).sample(core.stream(0), wrong({ ...sizes, ...given }));
  await allRefused(t, [
    [network(null), 'transformer size', 'null'],
    [network([]), 'transformer size', '[]'],
    [network({ width: 1e9, heads: 1 }), 'width 1000000000', /need .* GB/],
    [sample({ n: 1e12 }), 'n = 1000000000000', /need .* GB/],
    [sample({ colour: 1 }), "'colour'", 'B, n, m, active'],
    [() => new model.InContextModel(wrong({ ...CONFIG, form: 'magic' })), "'magic'", 'structured'],
    [() => new model.InContextModel(wrong(null)), 'model config', 'null'],
  ]);
});

test('settings and names that nobody knows', async (t) => {
  const problem = theory.regression([[1, 2]], [1], [0, 0]);
  await allRefused(t, [
    [() => baselines.boostedTrees(wrong({ round: 3 })), "'round'", 'rounds'],
    [() => baselines.twoLayerNetwork(wrong({ step: 3 })), "'step'", 'steps'],
    [() => baselines.twoLayerNetwork(wrong({ start: { W: null, a: [1] } })), 'W of the start'],
    [() => theory.slotsByLayer(wrong('magic'), problem, [1, 1], 0.1, 2), "'magic'", 'invicl'],
    [() => evaluation.logSummary([-1, 2]), '[-1,2]', 'negative'],
  ]);
});

test('a curriculum is complete before training begins', async (t) => {
  const network = new model.InContextModel(CONFIG);
  const growth = { start: 1, end: 2, by: 1, every: 5 };
  const stages = { shares: [0.5, 1], until: 0.5 };
  const trainer = (curriculum: unknown) => () =>
    new training.Trainer(network, tasks.linearRegression({ d }), wrong({ curriculum }));
  await allRefused(t, [
    [trainer({ active: growth }), "'n' of a curriculum", 'undefined'],
    [trainer({ n: growth }), "'active' of a curriculum", 'undefined'],
    [trainer({ active: growth, n: { start: 1 } }), 'end', 'undefined'],
    [trainer({ active: { shares: [] }, n: growth }), 'shares', '[]'],
    [trainer({ active: { ...stages, until: 0 }, n: growth }), 'until', '0'],
    [trainer('slow'), 'curriculum', "'slow'"],
  ]);
  trainer({ active: stages, n: growth })().dispose();
  network.dispose();
});

test('checkpoints: a folder, facts without a model, and weights that are no numbers', async (t) => {
  const folder = scratch();
  const network = new model.InContextModel(CONFIG);
  const trainer = new training.Trainer(network, tasks.linearRegression({ d }), {});
  const good = join(folder, 'good.safetensors');
  trainer.save(good);
  const { arrays, metadata } = core.readSafetensors(good);
  const file = (name: string, facts: object, changed = arrays): string => {
    const path = join(folder, name);
    const all = { ...(JSON.parse(metadata['facts']!) as object), ...facts };
    core.writeSafetensors(path, changed, { facts: JSON.stringify(all) });
    return path;
  };
  const weight = arrays['readIn.weight']!;
  const spoilt = Float32Array.from(weight.data);
  spoilt[3] = NaN;
  const withNaN = { ...arrays, 'readIn.weight': { ...weight, data: spoilt } };
  writeFileSync(join(folder, 'empty'), '');
  await allRefused(t, [
    [() => training.loadModel(folder), folder, 'no file'],
    [() => training.loadModel(join(folder, 'empty')), '0 bytes'],
    [() => training.loadModel(file('none', { model: null })), 'none', 'lack a model'],
    [() => training.loadModel(file('text', { model: 'GPT' })), 'text', 'lack a model'],
    [() => training.load(file('curve', { curve: 3 })), 'curve', 'loss curve'],
    [() => training.loadModel(file('nan', {}, withNaN)), "'readIn.weight'", 'NaN'],
    [() => training.loadModel(wrong(null)), 'path of a checkpoint', 'null'],
  ]);
  tf.dispose(training.loadModel(good).model.parameters);
  trainer.dispose();
  network.dispose();
});
