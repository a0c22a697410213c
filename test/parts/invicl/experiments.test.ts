import * as assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, experiments, invicl, metaicl, records, registry } from 'invicl';

import { refused, root, sameRecords, scratch } from '../../helpers';

const size = { width: 16, layers: 1, heads: 2, maxPositions: 128 };

/** Our own tasks with a network of seconds. */
const episodes: invicl.EpisodeExperiment = {
  ...registry.experimentOfKind(invicl.EPISODE_KIND, 'metaicl-own'),
  name: 'toy-episodes',
  variants: [
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
  ) as unknown as invicl.EpisodeExperiment['profiles'],
};

const words: invicl.TextExperiment = {
  ...registry.experimentOfKind(invicl.TEXT_KIND, 'language-model'),
  name: 'toy-words',
  variants: [
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
  ) as unknown as invicl.TextExperiment['profiles'],
};

for (const [what, experiment, cut] of [
  ['episodes', episodes, 5],
  ['prompts of words', words, 4],
] as const)
  test(`${what}: a job trains, measures and records; a resumed one has the same bits`, async () => {
    const plan = experiments.planExperiment(experiment, { set: { 'training.logEvery': 1 } });
    const [whole, broken] = [scratch(), scratch()];
    for (const job of experiments.jobsOf(plan)) {
      assert.equal(
        await experiments.runJob(plan, job, { data: whole, scratch: join(whole, 'runs') }),
        'done',
      );
      if (job.variant !== 'invicl') continue;
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
      sameRecords(a!.records, b!.records);
      assert.deepEqual(
        core.readSafetensors(b!.weights).arrays,
        core.readSafetensors(a!.weights).arrays,
      );
    }
    const measured = records.readExperiment(join(whole, 'results', plan.folder));
    const variants = new Set(measured.map(({ variant }) => variant));
    assert.ok(
      variants.has('AR weights, InvICL mask') && variants.has('InvICL'),
      [...variants].join(),
    );
    const changed = records.overSeeds(measured, { variant: 'InvICL', metric: 'changed by order' });
    assert.deepEqual(changed, [0], 'no order changes an answer of InvICL');
    const weights = experiments.filesOf(plan, { variant: 'ar', seed: 0 }, whole, whole).weights;
    if (experiment === episodes) metaicl.loadEpisodeModel(weights).dispose();
    else invicl.loadOwnLanguageModel(weights).model.dispose();
    assert.ok(experiments.trySteps(plan, plan.experiment.variants[0]!, 1).seconds > 0);
    assert.ok(experiments.requirementsOf(plan, plan.experiment.variants[1]!).memoryMB > 400);
  });

test('families of experiments by name; unknown settings and impossible models are refused', () => {
  const all = registry.experimentsNamed('metaicl').map(({ name }) => name);
  assert.equal(all.length, 8);
  assert.deepEqual(
    registry.experimentsNamed('sparse').map(({ name }) => name),
    ['sparse'],
  );
  assert.deepEqual(
    registry.experimentsNamed('meta').map(({ name }) => name),
    Object.keys(registry.EXPERIMENTS).filter((name) => name.startsWith('meta-')),
  );
  refused(() => registry.experimentsNamed('met'), "'met'", 'metaicl-own');
  refused(() => experiments.planExperiment(episodes, { set: { setting: 'hr' } }), "'hr'", 'hrToLr');
  refused(
    () => experiments.planExperiment(episodes, { set: { 'training.mixed': 1 } }),
    "'mixed'",
    'madeUntil',
  );
  refused(
    () => experiments.planExperiment(words, { set: { setting: 'qaToQa' } }),
    "'qaToQa'",
    '--model',
  );
  const absent = experiments.planExperiment(words, {
    set: { 'model.name': 'nobody/nothing/main' },
  });
  refused(
    () => experiments.trySteps(absent, words.variants[0]!, 1),
    "'nobody/nothing/main'",
    'npm run data',
  );
  const large = experiments.planExperiment(
    registry.experimentOfKind(invicl.TEXT_KIND, 'language-model'),
    { profile: 'full' },
  );
  assert.ok(
    experiments.requirementsOf(large, large.experiment.variants[0]!).memoryMB > 10_000,
    'GPT-2 Large needs more than a laptop',
  );
});

test('checkpoints of another kind are refused', () => {
  const file = join(scratch(), 'a.safetensors');
  const shipped = join(root, 'data', 'checkpoints', 'metaicl-own', 'ar-0.safetensors');
  assert.ok(existsSync(shipped));
  refused(() => invicl.loadOwnLanguageModel(shipped), 'episodes', 'metaicl.loadEpisodeModel');
  writeFileSync(file, readFileSync(shipped).subarray(0, 1000));
  refused(() => metaicl.loadEpisodeModel(file), 'a.safetensors');
  const missing = join(root, 'data', 'checkpoints', 'metaicl-own', 'pcw-0.safetensors');
  refused(
    () => metaicl.loadEpisodeModel(missing),
    'pcw-0.safetensors',
    'npm run experiment -- metaicl-own --variant pcw --seed 0 --weights',
  );
});
