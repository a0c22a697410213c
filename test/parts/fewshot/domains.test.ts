/**
 * Domains: who knows them, inner steps against steps by hand, adaptation, alphabets, Omniglot's
 * files; bad input.
 */
import * as assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { PNG } from 'pngjs';

import { baselines, core, evaluation, fewshot, glyphs, model, tasks, training, tf } from 'invicl';

import { close, leavesNothing, refused, scratch } from '../../helpers';

const regression = (): fewshot.DomainModel =>
  fewshot.regressionDomainModel({
    method: 'ar',
    layout: 'pair',
    size: { width: 8, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 8 },
    d: 2,
    seed: 0,
  });
const weightsOf = (model: fewshot.DomainModel): number[] =>
  Object.values(model.parameters).flatMap((p) => [...p.dataSync()]);

test('domains: labels have the scale that is said; who knows the domain errs least', () => {
  for (const kind of ['map', 'weights'] as const) {
    const source = fewshot.regressionSource({ kind, d: 3 });
    const held = source.held('test', 6);
    assert.deepEqual(held[0]!.scale, source.held('test', 6)[0]!.scale, 'the same domains again');
    const ratios = held.map((domain, i) => {
      const prompts = domain.sample(core.stream(i, 'scale'), { B: 800, n: 2, m: 2 });
      const meanSquare = tf.tidy(() => prompts.yTest.square().mean().dataSync()[0]!);
      const error = (predictor: model.Predictor): number =>
        evaluation.mean(evaluation.promptErrors(predictor, prompts, domain.scale));
      const [oracle, blind] = [error(domain.oracle), error(baselines.leastSquares)];
      if (kind === 'map')
        assert.ok(
          Math.abs(oracle / blind - 1) < 0.02,
          `map: the oracle is no better: ${oracle}, ${blind}`,
        );
      else assert.ok(oracle < 0.5 * blind, `weights: ${oracle}, ${blind}`);
      return meanSquare / domain.scale;
    });
    assert.ok(Math.abs(evaluation.mean(ratios) - 1) < 0.12, `${kind}: ${ratios}`);
  }
  refused(() => fewshot.regressionSource({ kind: 'rotation' as 'map' }), "'rotation'", 'weights');
  refused(() => fewshot.regressionSource({ within: 0 }), 'within', '0');
  refused(() => fewshot.regressionSource({ width: 3 } as object), 'width');
});

test('inner steps: first-order MAML, by hand', () => {
  const source = fewshot.regressionSource({ d: 2 });
  const config = {
    seed: 4,
    steps: 10,
    batch: 6,
    ns: [3],
    tests: 2,
    innerSteps: 2,
    innerRate: 0.05,
    warmUp: 0,
    finalRate: 1,
    clip: 0,
    learningRate: 1e-2,
  };
  const model = regression();
  const trainer = new fewshot.DomainTrainer(model, source, config);
  // by hand on a copy
  const copy = regression();
  const began = weightsOf(copy);
  const random = core.stream(4, 'domains', 0);
  random.integer(1);
  const domain = source.draw(random);
  const inputs = (label: string): tf.Tensor[] =>
    fewshot.inputsFrom(domain.sample(core.stream(4, label, 0), { B: 6, n: 3, m: 2 }), domain.scale);
  const parameters = Object.values(copy.parameters);
  const gradients = (given: readonly tf.Tensor[]): tf.Tensor[] => {
    const { grads } = tf.variableGrads(() => copy.lossOf(given), parameters);
    return parameters.map((p) => grads[p.name] ?? tf.zerosLike(p));
  };
  for (let s = 0; s < 2; s++)
    gradients(inputs('inner tasks')).forEach((g, k) =>
      parameters[k]!.assign(parameters[k]!.sub(g.mul(0.05))),
    );
  const outer = gradients(inputs('queries'));
  let at = 0;
  for (const parameter of parameters)
    parameter.assign(tf.tensor(began.slice(at, (at += parameter.size)), parameter.shape));
  const adam = new training.Adam(copy.parameters, trainer.config.adam);
  adam.update(
    Object.fromEntries(Object.keys(copy.parameters).map((name, k) => [name, outer[k]!])),
    adam.next(1e-2),
  );
  trainer.train();
  close(weightsOf(model), weightsOf(copy), 2e-6, 'weights after a step');
  // without inner steps the batch holds several domains
  const pooled = new fewshot.DomainTrainer(regression(), source, {
    ...config,
    innerSteps: 0,
    batch: 8,
    domainsPerBatch: 4,
  });
  const scales = tf.tidy(() =>
    (pooled as unknown as { inputsOf(step: number): tf.Tensor[] }).inputsOf(0)[4]!.dataSync(),
  );
  assert.equal(new Set(scales).size, 4);
  trainer.dispose();
});

test('a run over domains that was cut ends on the same bits', async () => {
  const source = fewshot.regressionSource({ d: 2 });
  const config = {
    seed: 1,
    steps: 6,
    batch: 4,
    ns: [1, 2],
    tests: 2,
    innerSteps: 2,
    checkpointEvery: 3,
  };
  const run = async (cut: boolean): Promise<number[]> => {
    const file = join(scratch(), 'd.safetensors');
    let model = regression();
    if (cut) {
      const first = new fewshot.DomainTrainer(model, source, config);
      await first.run({ checkpoint: file, until: 3 });
      model = regression();
    }
    await new fewshot.DomainTrainer(model, source, config).run({ checkpoint: file });
    return weightsOf(model);
  };
  assert.deepEqual(await run(true), await run(false));
});

test('adaptation lowers the error on its domain, and leaves the model as it was', () => {
  const source = fewshot.regressionSource({ d: 2 });
  const model = regression();
  const [domain] = source.held('test', 1);
  const adapter = new fewshot.Adapter(model);
  const sample = (label: string): model.Prompts =>
    domain!.sample(core.stream(0, label), { B: 32, n: 4, m: 2 });
  const [given, tests] = [sample('given'), sample('tests')];
  const before = weightsOf(model);
  for (const optimiser of ['descent', 'Adam'] as const) {
    const errors: number[] = [];
    adapter.adapt(
      given,
      domain!.scale,
      { optimiser, rate: optimiser === 'Adam' ? 1e-2 : 0.01, batch: 16 },
      [0, 1, 60],
      () => errors.push(model.errorOn(tests, domain!.scale)),
    );
    assert.ok(
      errors[2]! < 0.7 * errors[0]! && errors[1] !== errors[0] && errors[2] !== errors[1],
      `${optimiser}: ${errors}`,
    );
    assert.deepEqual(weightsOf(model), before);
  }
  refused(
    () =>
      adapter.adapt(given, 1, { optimiser: 'luck' as 'Adam', rate: 1, batch: 4 }, [1], () => {}),
    "'luck'",
  );
  refused(
    () => adapter.adapt(given, 1, { optimiser: 'Adam', rate: NaN, batch: 4 }, [1], () => {}),
    'rate',
    'NaN',
  );
  leavesNothing(() => {
    const other = new fewshot.Adapter(model);
    other.adapt(given, 1, { optimiser: 'Adam', rate: 1e-3, batch: 16 }, [2], () => {});
    other.dispose();
  });
  adapter.dispose();
  model.dispose();
});

test('our own alphabets: the same bits each time, drawings of a character similar', () => {
  const [alphabet, again] = [glyphs.ownAlphabet(3, 8, 6), glyphs.ownAlphabet(3, 8, 6)];
  assert.deepEqual(alphabet, again);
  const all = alphabet.characters.flat();
  assert.ok(
    all.every(
      (drawing) =>
        drawing.length === glyphs.PIXELS && Math.max(...drawing) > 0.8 && Math.min(...drawing) >= 0,
    ),
  );
  const far = (a: Float32Array, b: Float32Array): number =>
    a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);
  const within = evaluation.mean(alphabet.characters.map(([a, b]) => far(a!, b!)));
  const between = evaluation.mean(
    alphabet.characters.slice(1).map(([a], c) => far(a!, alphabet.characters[c]![0]!)),
  );
  assert.ok(within < 0.8 * between, `${within} ${between}`);
});

test('tasks of our own alphabets are balanced and without repeats', () => {
  const alphabet = glyphs.ownAlphabet(3, 8, 6);
  const prompts = glyphs.glyphPrompts(alphabet.characters, 5, core.stream(0, 'glyphs'), {
    B: 20,
    n: 10,
    m: 4,
  });
  const [x, y, xTest, yTest] = [
    prompts.x.arraySync(),
    prompts.y.arraySync(),
    prompts.xTest.arraySync(),
    prompts.yTest.arraySync(),
  ];
  y.forEach((labels, b) => {
    for (let c = 0; c < 5; c++) assert.equal(labels.filter((label) => label === c).length, 2);
    const shown = x[b]!.map((drawing) => drawing.join());
    assert.equal(new Set(shown).size, 10);
    xTest[b]!.forEach((drawing, t) => {
      assert.ok(!shown.includes(drawing.join()), 'a test is no example');
      const character = alphabet.characters.findIndex((drawings) =>
        drawings.some((one) => Array.from(one).join() === drawing.join()),
      );
      const first = x[b]![labels.indexOf(yTest[b]![t]!)]!.join();
      assert.ok(
        alphabet.characters[character]!.some((one) => Array.from(one).join() === first),
        'the label is that of its character',
      );
    });
  });
  refused(
    () =>
      glyphs.glyphPrompts(alphabet.characters.slice(0, 3), 5, core.stream(0, 'x'), {
        B: 1,
        n: 5,
        m: 1,
      }),
    '5 classes',
    '3 characters',
  );
  refused(
    () => glyphs.glyphPrompts(alphabet.characters, 2, core.stream(0, 'x'), { B: 1, n: 20, m: 1 }),
    '6 drawings',
    '11',
  );
  refused(
    () =>
      fewshot.alphabetSource('none', { train: [], validation: [alphabet], test: [alphabet] }, 2),
    'train part',
  );
});

test('held-out alphabets: what is tested shows no character that was adapted to', () => {
  const split = glyphs.ownAlphabets({ train: 1, validation: 1, test: 2 });
  const source = fewshot.alphabetSource('own', split, 4);
  const [domain] = source.held('test', 1);
  const seen = (
    sample: (random: core.Stream, sizes: tasks.SampleSizes) => model.Prompts,
  ): Set<number> => {
    const { x } = sample(core.stream(0, 'which'), { B: 40, n: 8, m: 1 });
    const rows = (x.arraySync() as number[][][]).flat().map((row) => row.join());
    return new Set(
      rows.map((row) =>
        split.test[0]!.characters.findIndex((drawings) =>
          drawings.some((one) => Array.from(one).join() === row),
        ),
      ),
    );
  };
  const [adaptedTo, tested] = [seen(domain!.sample), seen(domain!.unseen!)];
  assert.ok(
    [...adaptedTo].every((c) => !tested.has(c)) && adaptedTo.size === 10 && tested.size === 10,
  );
});

/** A PNG of 105 x 105 with a black bar. */
function drawing(bar: number): Buffer {
  const png = new PNG({ width: 105, height: 105 });
  for (let y = 0; y < 105; y++)
    for (let x = 0; x < 105; x++) {
      const ink = x >= bar && x < bar + 8 ? 0 : 255;
      png.data.set([ink, ink, ink, 255], 4 * (105 * y + x));
    }
  return PNG.sync.write(png);
}

test('Omniglot: alphabets are read from their folders; what is missing or damaged is named', () => {
  const folder = scratch();
  for (const name of Object.values(glyphs.OMNIGLOT_SPLIT).flat())
    for (let c = 0; c < 3; c++) {
      const path = join(folder, name, `character0${c}`);
      mkdirSync(path, { recursive: true });
      for (let k = 0; k < 3; k++)
        writeFileSync(join(path, `${c}_0${k}.png`), drawing(20 + 20 * c + k));
    }
  const { train, test: tested } = glyphs.omniglot(folder);
  assert.equal(train.length, 5);
  const [one] = tested[0]!.characters[1]!;
  assert.equal(one!.length, glyphs.PIXELS);
  assert.ok(Math.abs(one![5]! - 1) < 1e-6 && one![0] === 0, 'ink where the bar is');
  writeFileSync(join(folder, 'Tagalog', 'character01', '1_00.png'), 'no picture');
  refused(() => glyphs.omniglot(folder), '1_00.png', 'no PNG', 'npm run data -- omniglot');
  refused(() => glyphs.omniglot(scratch()), "'Latin'", 'npm run data -- omniglot');
  mkdirSync(join(folder, 'Empty'));
  refused(() => glyphs.readAlphabet(folder, 'Empty'), "'Empty'", 'no characters');
});

test('few-shot networks as domain models', () => {
  const model = fewshot.classifierDomainModel({
    ...fewshot.NETWORKS.protonet,
    d: glyphs.PIXELS,
    classes: 3,
    seed: 0,
  });
  const prompts = glyphs.glyphPrompts(
    glyphs.ownAlphabet(0, 6, 8).characters,
    3,
    core.stream(0, 'x'),
    { B: 10, n: 6, m: 2 },
  );
  const error = model.errorOn(prompts, 1);
  assert.ok(error >= 0 && error < 0.7);
  assert.ok(Math.abs(model.lossOf(fewshot.inputsFrom(prompts, 1)).dataSync()[0]!) < 20);
  model.dispose();
});
