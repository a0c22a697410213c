/** Experiments on sequences and on names and cities: toy runs, resumed runs, refused settings. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { experiments, inweight, records, registry } from 'invicl';

import { refused, root } from '../../helpers';
import { recordsAndGoesOn } from '../../experiments/interrupted';

const sequences = (name: string): inweight.SequenceExperiment =>
  registry.experimentOfKind(inweight.SEQUENCE_KIND, name);
const tiny = (
  name: string,
  variants: readonly string[],
  rest: Partial<inweight.SequenceExperimentConfig> = {},
): inweight.SequenceExperiment => {
  const whole = sequences(name);
  const config: inweight.SequenceExperimentConfig = {
    ...whole.profiles.quick,
    law: { ...whole.profiles.quick.law, low: 10 },
    sizes: [32, 64],
    network: { size: { width: 8, layers: 1, heads: 1, mlpRatio: 2 }, hidden: [], period: 30 },
    training: { steps: 8, batch: 4 },
    seeds: 1,
    watchEvery: 4,
    measures: { rows: 10, watched: 6 },
    ...rest,
  };
  return {
    ...whole,
    name: `toy-${name}`,
    variants: whole.variants
      .filter(({ key }) => variants.includes(key))
      .map((variant) => ({ ...variant, seeds: 1 })),
    profiles: { quick: config, full: config },
  };
};

const CITIES = registry.experimentOfKind(inweight.FACT_KIND, 'iwl-cities');
const { teaching } = CITIES.profiles.quick;
const city: inweight.FactExperimentConfig = {
  ...CITIES.profiles.quick,
  model: { size: { width: 8, layers: 1, heads: 1, mlpRatio: 2, maxPositions: 48 } },
  training: { steps: 8, batch: 4 },
  teaching: {
    ...teaching,
    ways: teaching.ways.slice(2),
    ofEach: 1,
    batch: 2,
    steps: [1, 2],
    recovery: [1],
  },
  seeds: 1,
  watchEvery: 4,
};
const cities: inweight.FactExperiment = {
  ...CITIES,
  name: 'toy-cities',
  variants: CITIES.variants.slice(0, 1),
  profiles: { quick: city, full: city },
};

for (const [what, experiment, variant, expected] of [
  [
    'sequences',
    tiny('iwl-noise', ['noise-1', 'noise-1-context']),
    'noise-1',
    ['noise 0.28', 'in-context, noise 0.28', 'nearest labels', 'knows the centres'],
  ],
  [
    'the gated model',
    tiny('iwl-stylised', ['end-to-end', 'parts-first']),
    'parts-first',
    ['end to end', 'parts first'],
  ],
  [
    'characters',
    tiny('iwl-glyphs', ['base', 'drawings-15'], {
      inputs: { from: 'own alphabets', noise: 0.1, drawings: 1 },
      law: { high: 5, low: 10, L: 2 },
    }),
    'base',
    ['15 drawings of each', 'nearest labels'],
  ],
  [
    'names and cities',
    cities,
    'model',
    [
      'language model',
      'language model, rate 1e-3',
      'language model, rate 1e-3, then contexts',
      'untrained',
    ],
  ],
] as const)
  test(`${what}: jobs record the metrics of the claims; a resumed one has the same bits`, () =>
    recordsAndGoesOn(experiment, variant, expected));

test('settings that cannot be are refused', () => {
  const noise = sequences('iwl-noise');
  refused(
    () => experiments.planExperiment(noise, { set: { 'law.low': 500 } }),
    'N = 256',
    '505 classes',
  );
  refused(() => experiments.planExperiment(noise, { set: { 'law.pHigh': 1.5 } }), 'pHigh', '1.5');
  refused(
    () => experiments.planExperiment(noise, { set: { 'law.speed': 1 } }),
    "'speed'",
    'pRelevant',
  );
  refused(() => experiments.planExperiment(noise, { set: { sizes: [] } }), 'no sizes');
  refused(
    () => experiments.planExperiment(sequences('iwl-sweeps'), { set: { 'law.L': 0 } }),
    'empty context',
  );
  refused(
    () => experiments.planExperiment(CITIES, { set: { 'teaching.speed': 1 } }),
    "'speed'",
    'ofEach',
  );
  const other = join(root, 'data', 'checkpoints', 'iwl-noise', 'noise-1-0.safetensors');
  refused(() => inweight.loadFactModel(other), 'sequences', 'inweight.loadSequenceNetworks');
});

test('windows are means over five measurements, each by its last step', () => {
  const record = (step: number, seed: number): records.ResultRecord => ({
    experiment: 'x',
    job: 'v-0',
    variant: 'v',
    seed,
    step,
    over: 'size',
    at: 8,
    metric: 'along training, relevant, rare, shifted',
    value: step + seed,
    config: 'c',
    commit: 'none',
    code: '',
    command: '',
    date: '',
    seconds: 0,
    backend: 'b',
  });
  const made = [0, 1].flatMap((seed) => Array.from({ length: 12 }, (_, i) => record(i, seed)));
  assert.deepEqual(inweight.windowMeans(made, 'v', 8), [
    { step: 5, values: records.asMeasured([3, 4]) },
    { step: 10, values: records.asMeasured([8, 9]) },
  ]);
  assert.deepEqual(inweight.windowMeans(made, 'v', 8, 10), [
    { step: 10, values: records.asMeasured([5.5, 6.5]) },
  ]);
});
