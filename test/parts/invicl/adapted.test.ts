/** Language models adapted by MetaICL's training: what is trained, and what is measured of whom. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, invicl, language, metaicl, model, records, registry, tf } from 'invicl';

import { recordedBy } from '../../experiments/recorded';
import { allRefused } from '../../helpers';

const whole = registry.EXPERIMENTS['adapted']!;
const target = metaicl.OWN_SETTING.target[0]!;
const template = { style: 'direct', between: '\n', after: '\n', longest: 48 } as const;
const set = {
  model: null,
  setting: 'own',
  targets: [target, metaicl.OWN_SETTING.unseen[0]!],
  template,
  adapters: { rank: 2, alpha: 4 },
  training: { n: 2, tests: 2, batch: 2, microBatch: 0, steps: 6, learningRate: 0.05, logEvery: 1 },
  measures: { n: 3, rows: 8, reordered: 8 },
  watchEvery: 3,
  seeds: 1,
};
const toy = (variants: readonly object[]): experiments.Experiment =>
  ({ ...whole, variants, name: 'toy-adapted' }) as unknown as experiments.Experiment;
const own = (key: string): object => whole.variants.find((one) => one.key === key)!;

const valueOf = (
  all: readonly records.ResultRecord[],
  name: string,
  metric: string,
  n: number,
): number => {
  const found = all.filter((r) => r.variant === name && r.metric === metric && r.at === n);
  assert.equal(found.length, 1, `${name}, ${metric}, ${n}`);
  return found[0]!.value;
};

test('before and after training are told apart, with the same questions', async () => {
  const plan = experiments.planExperiment(
    toy([own('ar'), own('invicl-own-places'), own('multi-task')]),
    { set },
  );
  const before = tf.memory().numTensors;
  const found = await recordedBy(plan);
  assert.equal(tf.memory().numTensors, before, 'no tensor is left');
  const mass = (name: string, n = 3): number =>
    valueOf(found, name, 'probability of the labels', n);
  const AR = invicl.beforeAdapting('AR');
  assert.notEqual(mass('AR'), mass(AR), 'training changes the answers');
  assert.equal(mass(AR), mass(invicl.beforeAdapting('multi-task, no demonstrations')));
  assert.ok(mass('multi-task, no demonstrations', 0) > 0, 'asked without demonstrations too');
  const blind = model.METHODS.inviclOwnPlaces.name;
  for (const name of [blind, invicl.beforeAdapting(blind)])
    assert.equal(valueOf(found, name, 'changed by order', 3), 0);
  // the mean over targets, and over the one of an unseen domain
  const [seen, unseen] = set.targets.map((task) => valueOf(found, 'AR', `accuracy, ${task}`, 3));
  assert.equal(valueOf(found, 'AR', 'accuracy', 3), (seen! + unseen!) / 2);
  assert.equal(valueOf(found, 'AR', 'accuracy, unseen domains', 3), unseen);
  // loss of right answers along training: before the first step that of the plain model
  const losses = found.filter(
    ({ variant, metric }) => variant === 'AR' && metric === 'loss on targets along training',
  );
  assert.deepEqual(
    losses.map(({ step }) => step),
    [0, 3, 6],
  );
});

test('multi-task training without demonstrations moves the adapters and no weight', () => {
  const loaded = language.freshLanguageModel(
    invicl.ownTokenizer(),
    { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 512 },
    0,
  );
  const adapted = new language.AdaptedModel(loaded.model, { rank: 2 }, 0);
  const tasks = metaicl.ownTasks([target], 40, 1).map(metaicl.withPlainLabels);
  const trainer = new metaicl.TextTrainer(
    { ...loaded, model: adapted },
    model.METHODS.ar,
    tasks,
    { n: 0, tests: 4, batch: 2, steps: 4, learningRate: 0.05 },
    template,
  );
  const weights = (): number[][] =>
    Object.values(loaded.model.parameters).map((weight) => [...weight.dataSync()]);
  const base = weights();
  const losses = Array.from({ length: 4 }, () => trainer.train());
  assert.ok(
    losses.every((loss) => loss > 0 && loss < 20),
    losses.join(),
  );
  assert.deepEqual(weights(), base, 'the weights of the model stay');
  const moved = Object.entries(adapted.trainable).filter(([name]) => name.endsWith('.b'));
  assert.ok(moved.some(([, b]) => b.dataSync().some((value) => value !== 0)));
  trainer.dispose();
  adapted.dispose();
  loaded.model.dispose();
});

test('plans that cannot run are refused', async (t) => {
  const planned =
    (given: object, variants: readonly object[] = [own('ar')]) =>
    () =>
      experiments.planExperiment(toy(variants), { set: { ...set, ...given } });
  await allRefused(t, [
    [planned({ targets: ['ag_news'] }), "'ag_news' is no target", target],
    [planned({ model: 'smollm2' }), "'own' was given with the model smollm2"],
    [planned({ setting: 'classToClass', targets: ['ag_news'] }), 'of random weights'],
    [planned({}, [{ key: 'saicl', name: 'SAICL', method: 'saicl' }]), 'read the test'],
  ]);
});
