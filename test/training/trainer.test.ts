import * as assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import {
  captions,
  core,
  evaluation,
  fewshot,
  inference,
  invicl,
  inweight,
  language,
  metaicl,
  model,
  pictures,
  shapes,
  small,
  steps,
  tasks,
  tf,
  training,
} from 'invicl';

import { allRefused, close, leavesNothing, refused, root, scratch } from '../helpers';

const MODEL: model.ModelConfig = {
  method: 'invicl',
  layout: 'pair',
  size: { width: 16, layers: 2, heads: 2 },
  d: 2,
  seed: 1,
};
const TRAINING = {
  n: 3,
  nRandom: true,
  tests: 2,
  steps: 24,
  batch: 8,
  seed: 3,
  logEvery: 4,
  checkpointEvery: 6,
  learningRate: 3e-3,
};
const task = tasks.linearRegression({ d: 2 });
const make = (config: Partial<training.TrainingConfig> = {}, given = MODEL): training.Trainer =>
  new training.Trainer(new model.InContextModel(given), task, { ...TRAINING, ...config });
const bits = (trainer: training.Trainer): string =>
  JSON.stringify(
    Object.entries(trainer.model.parameters).map(([name, v]) => [
      name,
      Buffer.from(v.dataSync().slice().buffer).toString('base64'),
    ]),
  );

test('training lowers the loss', async () => {
  const trainer = make(
    { steps: 600, nRandom: false, n: 6, batch: 32, learningRate: 1e-2 },
    { ...MODEL, size: { width: 32, layers: 2, heads: 2 } },
  );
  assert.equal(await trainer.run(), 'done');
  const losses = trainer.curve.map(([, loss]) => loss);
  const [early, late] = [evaluation.mean(losses.slice(0, 5)), evaluation.mean(losses.slice(-20))];
  assert.ok(late < 0.6 * early, `${early} to ${late}`);
});

test('a resumed run gives the same bits as an unbroken one', async () => {
  const file = join(scratch(), 'run.safetensors');
  const whole = make();
  await whole.run();
  const first = make();
  await first.run({ until: 10, checkpoint: file });
  const second = make();
  assert.equal(await second.run({ checkpoint: file }), 'done');
  assert.equal(second.step, 24);
  assert.equal(bits(second), bits(whole));
  assert.deepEqual(second.curve, whole.curve);
});

test('a step in microbatches is the step on the batch, and resumes to the same bits', async () => {
  const losses = (microBatch: number): number[] => {
    const trainer = make({ microBatch, nRandom: false });
    const curve = Array.from({ length: 10 }, () => trainer.train());
    trainer.dispose();
    return curve;
  };
  close(losses(3), losses(8), 1e-5, 'losses in microbatches of 3, 3 and 2');
  const file = join(scratch(), 'run.safetensors');
  const whole = make({ microBatch: 3 });
  await whole.run();
  await make({ microBatch: 3 }).run({ until: 10, checkpoint: file });
  const second = make({ microBatch: 3 });
  await second.run({ checkpoint: file });
  assert.equal(bits(second), bits(whole));
  const steady = make({ microBatch: 3, nRandom: false, steps: 100 });
  steady.train();
  leavesNothing(() => steady.train());
});

test('microbatches: a small batch is taken at once, a large one so that memory stays flat', () => {
  const { course, small, standard } = model.SIZES;
  assert.equal(model.microbatchOf(64, 30, course), 64);
  assert.equal(model.microbatchOf(64, 161, small), 8);
  assert.equal(model.microbatchOf(512, 161, small), 8);
  assert.equal(model.microbatchOf(64, 161, standard), 4);
  assert.equal(model.microbatchOf(64, 5000, small), 1);
  assert.equal(model.microbatchOf(8, 10, small, 3), 3);
  assert.equal(model.microbatchOf(2, 10, small, 3), 2);
});

test('the rate climbs, then falls as a cosine to its last share', () => {
  const schedule = { peak: 1, warmUp: 0.1, final: 0.2 };
  const rates = Array.from({ length: 100 }, (_, step) => training.rateAt(schedule, step, 100));
  assert.ok(Math.abs(rates[0]! - 0.1) < 1e-12 && rates[9] === 1 && rates[10] === 1);
  assert.ok(rates.slice(10).every((rate, i, all) => i === 0 || rate < all[i - 1]!));
  assert.ok(
    Math.abs(training.rateAt(schedule, 55, 100) - 0.6) < 1e-9,
    'half-way down at half time',
  );
  assert.equal(training.grownAt({ start: 5, end: 20, by: 1, every: 2000 }, 4100), 7);
  assert.equal(training.grownAt({ start: 5, end: 20, by: 1, every: 2000 }, 1e6), 20);
});

test('a curriculum starts small in dimensions and examples', () => {
  const growth = {
    active: { start: 1, end: 2, by: 1, every: 10 },
    n: { start: 2, end: 3, by: 1, every: 5 },
  };
  const trainer = make({ curriculum: growth, nRandom: false });
  const [early, late] = [trainer.promptsOf(0), trainer.promptsOf(20)];
  assert.deepEqual([early.x.shape[1], late.x.shape[1]], [2, 3]);
  assert.ok(
    early.x
      .arraySync()
      .flat()
      .every((row) => row[1] === 0),
  );
  assert.ok(
    late.x
      .arraySync()
      .flat()
      .some((row) => row[1] !== 0),
  );
});

test('the loss counts what saw no answer: AR the context too, BoE the tests only', async (t) => {
  const prompts = task.sample(core.stream(1, 'loss'), { B: 4, n: 3, m: 2 });
  for (const [method, uses] of [
    ['ar', true],
    ['invicl', true],
    ['boe', false],
    ['prefix', false],
    ['saicl', false],
  ] as const)
    await t.test(method, () => {
      const network = new model.InContextModel({ ...MODEL, method, layout: 'xy' });
      const loss = training.promptLoss(network, prompts).dataSync()[0]!;
      const tests = network.predict(prompts).sub(prompts.yTest).square();
      const all = uses
        ? tf.concat([network.forward(prompts).context!.sub(prompts.y).square(), tests], 1)
        : tests;
      close([loss], [all.mean().div(2).dataSync()[0]!], 1e-6, method);
    });
});

test('no tensor and no memory leaks over 2,000 steps', () => {
  const trainer = make({ steps: 2100, nRandom: false });
  for (let i = 0; i < 100; i++) trainer.train();
  const [tensors, rss] = [tf.memory().numTensors, process.memoryUsage.rss()];
  for (let i = 0; i < 2000; i++) trainer.train();
  assert.equal(tf.memory().numTensors, tensors);
  const grown = (process.memoryUsage.rss() - rss) / 1e6;
  assert.ok(grown < 60, `the process grew by ${grown.toFixed(0)} MB`);
  trainer.dispose();
  trainer.model.dispose();
});

test('a loss that is no number stops the run; the last checkpoint stays good', async () => {
  const file = join(scratch(), 'run.safetensors');
  const trainer = make();
  await trainer.run({ until: 6, checkpoint: file });
  trainer.model.parameters['readOut.bias']!.assign(tf.tensor1d([NaN]));
  await assert.rejects(
    trainer.run({ checkpoint: file }),
    /NaN at step 6 \(seed 3\).*checkpoint is kept/,
  );
  const again = make();
  again.restore(file);
  assert.equal(again.step, 6);
  assert.ok(Number.isFinite(again.train()));
});

/** A run in a process of its own: prints each logged step, ends with its weights. */
const CHILD = `
const { core, model, tasks, training } = require('invicl');
const [file, steps] = process.argv.slice(1);
core.ready().then(async () => {
  const network = new model.InContextModel(${JSON.stringify(MODEL)});
  const config = { ...${JSON.stringify(TRAINING)}, steps: Number(steps), logEvery: 1 };
  const trainer = new training.Trainer(network, tasks.linearRegression({ d: 2 }), config);
  const onProgress = ({ step }) => console.log('step ' + step);
  const end = await trainer.run({ checkpoint: file, onProgress });
  console.log(end + ' at ' + trainer.step);
});`;

function child(
  file: string,
  steps: number,
  stopAt: number,
  signal: NodeJS.Signals,
): Promise<string> {
  return new Promise((resolve) => {
    const one = spawn(process.execPath, ['-e', CHILD, file, String(steps)], { cwd: root });
    let text = '';
    one.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(`step ${stopAt}\n`)) one.kill(signal);
    });
    one.on('close', () => resolve(text));
  });
}

test('kill -9 loses at most the steps since the last checkpoint, and never the file', async () => {
  const folder = scratch();
  const file = join(folder, 'run.safetensors');
  for (const stopAt of [9, 15, 21]) {
    await child(file, 24, stopAt, 'SIGKILL');
    const { facts } = training.readCheckpoint(file);
    assert.ok(
      facts.step % 6 === 0 && facts.step >= stopAt - 9,
      `killed at ${stopAt}, the file holds step ${facts.step}`,
    );
  }
  const resumed = make({ logEvery: 1 });
  await resumed.run({ checkpoint: file });
  const unbroken = make({ logEvery: 1 });
  await unbroken.run();
  assert.equal(bits(resumed), bits(unbroken));
});

test('interrupting stops cleanly after the step in hand', async () => {
  const file = join(scratch(), 'run.safetensors');
  const text = await child(file, 100_000, 5, 'SIGINT');
  const step = Number(/interrupted at (\d+)/.exec(text)?.[1]);
  assert.ok(step >= 5, text.slice(-200));
  assert.equal(training.readCheckpoint(file).facts.step, step);
});

test('checkpoints: weights alone can be loaded; what does not fit is refused', () => {
  const folder = scratch();
  const file = join(folder, 'good.safetensors');
  const trainer = make();
  trainer.train();
  trainer.save(file, 'a command');
  const { model: loaded, facts } = training.loadModel(file);
  assert.equal(facts.command, 'a command');
  assert.deepEqual(
    loaded.parameters['readIn.weight']!.dataSync(),
    trainer.model.parameters['readIn.weight']!.dataSync(),
  );
  const whole = fs.readFileSync(file);
  const bad = (name: string, bytes: Buffer): string => {
    fs.writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  refused(
    () => training.loadModel(bad('cut', whole.subarray(0, whole.length - 7))),
    'cut',
    'bytes',
  );
  refused(
    () => training.loadModel(bad('garbage', Buffer.from('hello, this is no checkpoint'))),
    'garbage',
  );
  refused(
    () => training.loadModel(join(folder, 'absent')),
    'absent',
    'not there',
    'Check the path',
  );
  refused(
    () => training.loadModel(join(folder, 'checkpoints', 'sparse-full', 'ar-2.safetensors')),
    'ar-2.safetensors',
    'npm run experiment -- sparse --profile full --variant ar --seed 2 --weights',
  );
  const other = core.encodeSafetensors({ a: { shape: [1], data: Float32Array.of(1) } });
  refused(() => training.loadModel(bad('plain', other)), 'no checkpoint');
  const { arrays, metadata } = core.decodeSafetensors(whole, 'whole');
  const rewritten = (change: (facts: Record<string, unknown>) => void): Buffer => {
    const copy = JSON.parse(metadata['facts']!) as Record<string, unknown>;
    change(copy);
    return core.encodeSafetensors(arrays, { facts: JSON.stringify(copy) });
  };
  refused(
    () =>
      training.loadModel(
        bad(
          'newer',
          rewritten((f) => (f['version'] = 99)),
        ),
      ),
    'newer',
    '99',
    'Update',
  );
  refused(
    () =>
      training.loadModel(
        bad(
          'wider',
          rewritten(
            (f) =>
              ((f['model'] as Record<string, unknown>)['size'] = {
                width: 32,
                layers: 2,
                heads: 2,
              }),
          ),
        ),
      ),
    'another model',
    '[32]',
  );
  const different = make({ learningRate: 1 });
  refused(() => different.restore(file), 'another config', 'learningRate is 0.003 there, 1 here');
  assert.equal(different.step, 0, 'nothing was taken over');
  refused(() => make({}, { ...MODEL, seed: 2 }).restore(file), 'another config', 'seed');
  const older = make();
  older.restore(
    bad(
      'older',
      rewritten((f) => delete (f['training'] as Record<string, unknown>)['microBatch']),
    ),
  );
  assert.equal(older.step, 1, 'a setting that the file does not know had its default');
});

test('bad settings are refused', async (t) => {
  await allRefused(t, [
    [() => make({ steps: 0 }), 'steps', '0'],
    [() => make({ learningRate: -1 }), 'learningRate', '-1'],
    [() => make({ clip: NaN }), 'clip', 'NaN'],
    [() => make({ adam: { beta1: 1 } }), 'beta1'],
    [() => make({ adam: { gamma: 1 } as Partial<training.AdamConfig> }), "'gamma'"],
    [() => make({ epochs: 3 } as Partial<training.TrainingConfig>), "'epochs'"],
    [() => make({}, { ...MODEL, d: 3 }), 'd = 2', 'd = 3'],
  ]);
});

/** Every kind of checkpoint: its tag, the call that opens it, and a file of it without a tag. */
const KINDS: readonly (readonly [string, string, (file: string) => unknown, string])[] = [
  [
    'a model on prompts of numbers',
    'training.loadModel',
    training.loadModel,
    'linear-random-n/ar-0',
  ],
  [
    'a model on episodes of texts',
    'metaicl.loadEpisodeModel',
    metaicl.loadEpisodeModel,
    'metaicl-own/ar-0',
  ],
  ['a few-shot network', 'fewshot.loadNetwork', fewshot.loadNetwork, 'meta-mixture/cnp-0'],
  [
    'networks on sequences',
    'inweight.loadSequenceNetworks',
    inweight.loadSequenceNetworks,
    'iwl-noise/noise-1-0',
  ],
  [
    'a language model on tasks of texts',
    'invicl.loadOwnLanguageModel',
    invicl.loadOwnLanguageModel,
    'language-model/ar-0',
  ],
  [
    'a language model of names and cities',
    'inweight.loadFactModel',
    inweight.loadFactModel,
    'iwl-cities/model-0',
  ],
  ['a small model of TaskWorld', 'small.loadSmallModel', small.loadSmallModel, 'survey-small/ar-0'],
  [
    'a decoder of compositions',
    'steps.loadStepsModel',
    steps.loadStepsModel,
    'survey-steps/both-0',
  ],
  [
    'a distiller of demonstrations',
    'shapes.loadDistiller',
    shapes.loadDistiller,
    'survey-distiller/distiller-0',
  ],
  [
    'a decoder of documents with concepts',
    'inference.loadConceptDecoder',
    inference.loadConceptDecoder,
    'survey-concepts/decoder-0',
  ],
  [
    'a language model of captions',
    'captions.loadCaptionLanguage',
    captions.loadCaptionLanguage,
    'survey-caption-parts/language-0',
  ],
  [
    'a classifier of motifs',
    'captions.loadMotifClassifier',
    captions.loadMotifClassifier,
    'survey-caption-parts/classifier-0',
  ],
  [
    'an encoder of pictures',
    'captions.loadPictureEncoder',
    captions.loadPictureEncoder,
    'survey-captions/frozen-0',
  ],
  [
    'gated layers that look at pictures',
    'captions.loadGatedPictures',
    captions.loadGatedPictures,
    'survey-captions/flamingo-0',
  ],
  [
    'a model on pictures',
    'pictures.loadPictureModel',
    pictures.loadPictureModel,
    'survey-pictures/hole-0',
  ],
];
const shipped = (name: string): string => join(root, 'data', 'checkpoints', `${name}.safetensors`);

test('load knows the kind of every file in data/checkpoints, tagged or not', () => {
  const folder = join(root, 'data', 'checkpoints');
  const found = new Map<string, number>();
  for (const name of fs.readdirSync(folder))
    for (const file of fs.readdirSync(join(folder, name))) {
      const kind = training.kindOf(training.readCheckpoint(join(folder, name, file)).facts);
      assert.ok(kind !== undefined, `${name}/${file}`);
      found.set(kind, (found.get(kind) ?? 0) + 1);
    }
  assert.deepEqual([...found.keys()].sort(), KINDS.map(([kind]) => kind).sort());
  for (const [kind, , , name] of KINDS) assert.equal(training.load(shipped(name)).kind, kind);
  assert.ok(training.load(shipped('metaicl-own/ar-0')).model instanceof metaicl.EpisodeModel);
  assert.ok(training.load(shipped('linear-random-n/ar-0')).model instanceof model.InContextModel);
});

test('asked for another kind than the file has, each call names its kind and what opens it', () => {
  for (const [kind, , open] of KINDS)
    for (const [other, call, , name] of KINDS)
      if (other !== kind) refused(() => open(shipped(name)), other, kind, `Open it with ${call}`);
});

test('new checkpoints carry their kind and are else as before; unknown kinds are refused', () => {
  const folder = scratch();
  const file = join(folder, 'new.safetensors');
  const trainer = make();
  trainer.train();
  trainer.save(file);
  const { arrays, facts } = training.readCheckpoint(file);
  assert.equal(facts.kind, 'a model on prompts of numbers');
  assert.deepEqual(Object.keys(facts), [
    'version',
    'kind',
    'model',
    'training',
    'step',
    'curve',
    'command',
  ]);
  const rewritten = (name: string, changed: object): string => {
    const text = JSON.stringify({ ...facts, ...changed });
    core.writeSafetensors(join(folder, name), arrays, { facts: text });
    return join(folder, name);
  };
  const later = rewritten('later', { kind: 'a model of later' });
  refused(() => training.load(later), 'later', 'a model of later', 'version of the course');
  const none = rewritten('none', { kind: undefined, model: {} });
  refused(() => training.loadModel(none), 'none', 'not known', 'version of the course');
  refused(
    () =>
      training.checkpointKind({
        kind: 'a few-shot network',
        call: 'nothing',
        fits: () => false,
        open: () => ({}),
      }),
    'a few-shot network',
    'a name of its own',
  );
  refused(
    () =>
      language.trainedLanguageModel(
        'a file',
        training.readCheckpoint(shipped('iwl-cities/model-0')),
        invicl.ownTokenizer(),
      ),
    'words',
    'tokenizer',
  );
});
