/** The experiment on label words as anchors: numbers that two ways must give alike, and bad plans. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, registry, tf } from 'invicl';

import { recordedBy } from '../../experiments/recorded';
import { close, refused } from '../../helpers';

const whole = registry.EXPERIMENTS['survey-anchors']!;
const set = {
  measures: {
    perLabel: 2,
    questions: 8,
    tuned: 3,
    worldTasks: 1,
    worldShown: 4,
    worldQuestions: 4,
    worldTuned: 3,
    salient: 2,
    words: 3,
    reweighted: 1,
    reweighting: { rounds: 1, learningRate: 0.1 },
    every: 1,
  },
  seeds: 1,
};
const toy = {
  ...whole,
  name: 'toy-anchors',
  variants: [
    { key: 'random', name: 'random weights', model: 'random' },
    { ...whole.variants.find(({ key }) => key === 'small')!, seeds: 1 },
  ],
} as unknown as experiments.Experiment;

test('what is measured in two ways agrees, and shares are shares', async () => {
  const before = tf.memory().numTensors;
  const found = await recordedBy(experiments.planExperiment(toy, { set }));
  assert.equal(tf.memory().numTensors, before, 'no tensor is left');
  const of = (variant: string, metric: string): number => {
    const own = found.filter((one) => one.variant === variant && one.metric === metric);
    assert.equal(own.length, 1, `${variant}, ${metric}`);
    return own[0]!.value;
  };
  const random = (metric: string): number => of('random weights', metric);
  // by cached contexts, and by whole prompts whose labels are words of one token
  for (const [kept, after] of [
    ['kept all tokens', 'after demonstrations'],
    ['kept no demonstrations', 'after no demonstrations'],
  ] as const)
    for (const metric of ['accuracy', 'accuracy, batch calibration'])
      assert.equal(random(`${metric}, ${kept}`), random(`${metric}, ${after}`), kept);
  assert.equal(random('loyalty, kept all tokens'), 1);
  assert.equal(random('accuracy'), random('accuracy, not re-weighted'));
  const share = random('tokens that are kept');
  assert.ok(share > 0 && share < 1);
  const small = (metric: string): number => of('small model', `${metric}, natural labels`);
  for (const get of [random, small]) {
    const layers = found.filter(
      ({ variant, metric }) =>
        variant === (get === random ? 'random weights' : 'small model') &&
        /^flow to the target, layer \d+(, natural labels)?$/.test(metric),
    ).length;
    assert.equal(layers, get === random ? 2 : 4);
    for (let l = 0; l < layers; l++) {
      const flows = ['to label words', 'to the target', 'between others'].map((kind) =>
        get(`flow ${kind}, layer ${l}`),
      );
      close([flows.reduce((sum, flow) => sum + flow, 0)], [1], 1e-9);
    }
    // only the target's row reaches the answer in the last layer
    assert.equal(get(`flow to label words, layer ${layers - 1}`), 0);
    const byLayer = Array.from({ length: layers }, (_, l) =>
      get(`flow to label words, layer ${l}`),
    );
    const sum = byLayer.reduce((all, value) => all + value, 0);
    const centre = byLayer.reduce((all, value, l) => all + value * l, 0) / sum / (layers - 1);
    close([get('depth of the flow to label words')], [centre], 1e-9);
  }
  // all of a state that is replaced in the last layer is the vector, the same for all questions
  const last = small('accuracy, task vector, layer 3');
  assert.ok([0, 0.5, 1].includes(last), `${last}`);
});

test('a task that is not there is refused', () => {
  refused(
    () => experiments.planExperiment(toy, { set: { ...set, tasks: ['sst'] } }),
    /'sst'.*glue-sst2/s,
  );
});
