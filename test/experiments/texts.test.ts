import * as assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, experiments, text } from 'invicl';

import { refused, root, scratch } from '../helpers';

const size = { width: 16, layers: 1, heads: 2, maxPositions: 128 };

/** Our own tasks with a network of seconds. */
const episodes: experiments.EpisodeExperiment = {
  ...experiments.EPISODE_EXPERIMENTS['metaicl-own']!,
  name: 'toy-episodes',
  arms: [
    { key: 'ar', name: 'AR', method: 'ar', also: ['BatchICL', 'InvICL mask'] },
    { key: 'invicl', name: 'InvICL', method: 'invicl', also: ['AR mask'] },
  ],
  profiles: Object.fromEntries(
    (['quick', 'full'] as const).map((name) => [
      name,
      {
        setting: 'own',
        rowsPerTask: 40,
        features: { dims: 8, minTexts: 1 },
        model: { size },
        training: { steps: 8, batch: 4, n: 4, tests: 2 },
        seeds: 1,
        watchEvery: 4,
        measures: { ns: [2, 4], rows: 4, orders: 1 },
      },
    ]),
  ) as unknown as experiments.EpisodeExperiment['profiles'],
};

const words: experiments.TextExperiment = {
  ...experiments.TEXT_EXPERIMENTS['language-model']!,
  name: 'toy-words',
  arms: [
    { key: 'ar', name: 'AR', method: 'ar', also: ['InvICL mask'] },
    { key: 'invicl', name: 'InvICL', method: 'invicl' },
  ],
  profiles: Object.fromEntries(
    (['quick', 'full'] as const).map((name) => [
      name,
      {
        setting: 'own',
        clauses: 0,
        model: { size, name: null },
        training: { steps: 6, batch: 2, n: 2, tests: 1 },
        seeds: 1,
        watchEvery: 3,
        measures: { ns: [0, 2], rows: 2, seeds: 1, orders: 1 },
      },
    ]),
  ) as unknown as experiments.TextExperiment['profiles'],
};

const numbers = (file: string): unknown[] => experiments.readRecords(file).map(({ seconds: _, commit: __, ...rest }) => rest);

for (const [what, experiment, cut] of [
  ['episodes', episodes, 5],
  ['prompts of words', words, 4],
] as const)
  test(`${what}: a job trains, measures and records; an interrupted one goes on to the same bits`, async () => {
    const plan = experiments.planExperiment(experiment, { set: { 'training.logEvery': 1 } });
    const [whole, broken] = [scratch(), scratch()];
    for (const job of experiments.jobsOf(plan)) {
      assert.equal(await experiments.runJob(plan, job, { data: whole, scratch: join(whole, 'runs') }), 'done');
      if (job.arm !== 'invicl') continue;
      const options = (at: number): experiments.JobOptions => ({
        data: broken,
        scratch: join(broken, 'runs'),
        onProgress: ({ step }) => {
          if (step === at) throw new Error('power cut');
        },
      });
      await assert.rejects(experiments.runJob(plan, job, options(cut)), /power cut/);
      assert.equal(await experiments.runJob(plan, job, options(-1)), 'done');
      const [a, b] = [whole, broken].map((data) => experiments.filesOf(plan, job, data, data));
      assert.deepEqual(numbers(b!.records), numbers(a!.records));
      assert.deepEqual(core.readSafetensors(b!.weights).arrays, core.readSafetensors(a!.weights).arrays);
    }
    const records = experiments.readExperiment(join(whole, 'results', plan.folder));
    const variants = new Set(records.map(({ variant }) => variant));
    assert.ok(variants.has('AR weights, InvICL mask') && variants.has('InvICL'), [...variants].join());
    const changed = experiments.overSeeds(records, { variant: 'InvICL', metric: 'changed by order' });
    assert.deepEqual(changed, [0], 'no order changes an answer of InvICL');
    const weights = experiments.filesOf(plan, { arm: 'ar', seed: 0 }, whole, whole).weights;
    if (experiment === episodes) text.loadEpisodeModel(weights).dispose();
    else experiments.loadOwnLanguageModel(weights).model.dispose();
    assert.ok(experiments.trySteps(plan, plan.experiment.arms[0]!, 1).seconds > 0);
    assert.ok(experiments.needOf(plan, plan.experiment.arms[1]!).memoryMB > 400);
  });

test('families of experiments by name; settings nobody knows, and models that cannot be, are refused', () => {
  const all = experiments.experimentsNamed('metaicl').map(({ name }) => name);
  assert.equal(all.length, 8);
  assert.deepEqual(
    experiments.experimentsNamed('sparse').map(({ name }) => name),
    ['sparse'],
  );
  assert.equal(experiments.experimentsNamed('meta').length, 11);
  refused(() => experiments.experimentsNamed('met'), "'met'", 'metaicl-own');
  refused(() => experiments.planExperiment(episodes, { set: { setting: 'hr' } }), "'hr'", 'hrToLr');
  refused(() => experiments.planExperiment(episodes, { set: { 'training.mixed': 1 } }), "'mixed'", 'madeUntil');
  refused(() => experiments.planExperiment(words, { set: { setting: 'qaToQa' } }), "'qaToQa'", '--model');
  const absent = experiments.planExperiment(words, { set: { 'model.name': 'nobody/nothing/main' } });
  refused(() => experiments.trySteps(absent, words.arms[0]!, 1), "'nobody/nothing/main'", 'npm run data');
  const large = experiments.planExperiment(experiments.TEXT_EXPERIMENTS['language-model']!, { profile: 'full' });
  assert.ok(experiments.needOf(large, large.experiment.arms[0]!).memoryMB > 10_000, 'GPT-2 Large needs more than a laptop');
});

test('checkpoints of another kind are refused', () => {
  const file = join(scratch(), 'a.safetensors');
  const shipped = join(root, 'data', 'checkpoints', 'metaicl-own', 'ar-0.safetensors');
  assert.ok(existsSync(shipped));
  refused(() => experiments.loadOwnLanguageModel(shipped), 'no checkpoint of a language model');
  writeFileSync(file, readFileSync(shipped).subarray(0, 1000));
  refused(() => text.loadEpisodeModel(file), 'a.safetensors');
});
