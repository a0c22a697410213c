/**
 * Experiments on few-shot classification and on domains: toy runs, interrupted ones, refused
 * settings.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  classifiers,
  core,
  evaluation,
  experiments,
  fewshot,
  registry,
  tasks,
  training,
} from 'invicl';

import { refused } from '../../helpers';
import { recordsAndGoesOn } from '../../experiments/interrupted';

const FEW = registry.experimentOfKind(fewshot.CLASSIFICATION_KIND, 'meta-mixture');
const quickFew = FEW.profiles.quick;
const few: fewshot.FewShotExperiment = {
  ...FEW,
  name: 'toy-kinds',
  weights: [],
  variants: FEW.variants
    .filter(({ key }) => key === 'cnp' || key === 'specialists')
    .map((variant) => ({ ...variant, training: {} })),
  profiles: Object.fromEntries(
    (['quick', 'full'] as const).map((name) => [
      name,
      {
        ...quickFew,
        training: { steps: 8, batch: 6, n: 4, tests: 2, validationTasks: 6 },
        seeds: 1,
        watchEvery: 4,
        measures: {
          ...quickFew.measures,
          ns: [1, 4],
          prompts: 6,
          tests: 2,
          compared: 3,
          spreads: [1, 2],
        },
      },
    ]),
  ) as unknown as fewshot.FewShotExperiment['profiles'],
};

const OVER = registry.experimentOfKind(fewshot.DOMAIN_KIND, 'meta-domains');
const domain: fewshot.DomainExperiment = {
  ...OVER,
  name: 'toy-domains',
  profiles: Object.fromEntries(
    (['quick', 'full'] as const).map((name) => [
      name,
      {
        ...OVER.profiles.quick,
        model: {
          ...OVER.profiles.quick.model,
          size: { width: 8, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 8 },
        },
        training: { steps: 48, batch: 8, ns: [2], tests: 2, domainsPerBatch: 2 },
        seeds: 1,
        watchEvery: 4,
        measures: {
          ...OVER.profiles.quick.measures,
          tasks: [4],
          ns: [1, 2],
          prompts: 4,
          domains: 2,
          validation: 2,
          steps: [1, 2],
        },
      },
    ]),
  ) as unknown as fewshot.DomainExperiment['profiles'],
};

const GLYPHS = registry.experimentOfKind(fewshot.DOMAIN_KIND, 'meta-glyphs');
const glyphs: fewshot.DomainExperiment = {
  ...GLYPHS,
  name: 'toy-glyphs',
  variants: GLYPHS.variants.filter(({ key }) => key === 'protonet'),
  profiles: Object.fromEntries(
    (['quick', 'full'] as const).map((name) => [
      name,
      {
        ...GLYPHS.profiles.quick,
        domains: { from: 'own alphabets', classes: 3, train: 2, validation: 1, test: 1 },
        training: { steps: 8, batch: 4, ns: [3], tests: 2, domainsPerBatch: 2 },
        seeds: 1,
        watchEvery: 4,
        measures: {
          ...GLYPHS.profiles.quick.measures,
          tasks: [4],
          ns: [3],
          prompts: 4,
          tests: 2,
          domains: 1,
          validation: 1,
          steps: [1],
        },
      },
    ]),
  ) as unknown as fewshot.DomainExperiment['profiles'],
};

for (const [what, experiment, variant, expected] of [
  [
    'few-shot classification',
    few,
    'cnp',
    [
      'CNP',
      'MatchNet specialist',
      'selection by context',
      'oracle selection',
      'Bayes-optimal',
      'ridge',
    ],
  ],
  [
    'domains',
    domain,
    'm2',
    ['ICL, adapted', 'M2-ICL, adapted', 'M2-ICL, not adapted', 'knows the domain', 'least squares'],
  ],
  ['alphabets', glyphs, 'protonet', ['ProtoNet, adapted', '1 nearest neighbour']],
] as const)
  test(`${what}: jobs record the metrics of the claims; a resumed one has the same bits`, () =>
    recordsAndGoesOn(experiment, variant, expected));

test('training with inner steps takes as many gradients as training without', () => {
  const plan = experiments.planExperiment(domain);
  const steps = plan.experiment.variants.map(
    (variant) =>
      experiments.trySteps(plan, variant, 1).steps *
      (((variant as fewshot.DomainVariant).training?.innerSteps ?? 0) + 1),
  );
  assert.deepEqual(steps, [48, 48]);
});

test('settings that cannot be are refused', () => {
  refused(
    () => experiments.planExperiment(few, { set: { task: { kind: 'spirals' } } }),
    "'spirals'",
    'prototypes',
  );
  refused(
    () => experiments.planExperiment(few, { set: { task: { kind: 'linear', d: 4 } } }),
    'd = 4',
    'd = 2',
  );
  refused(
    () => experiments.planExperiment(few, { set: { 'training.inner': 1 } }),
    "'inner'",
    'validateEvery',
  );
  refused(
    () =>
      experiments.planExperiment(domain, {
        set: { domains: { from: 'regression', kind: 'rotation' } },
      }),
    "'rotation'",
  );
  refused(
    () => experiments.planExperiment(domain, { set: { 'measures.task': 1 } }),
    "'task'",
    'tasks',
  );
  const nameless = experiments.planExperiment({ ...glyphs, variants: [{ key: 'x', name: 'X' }] });
  refused(
    () => experiments.trySteps(nameless, nameless.experiment.variants[0]!, 1),
    "'X' names no network",
  );
  assert.equal(evaluation.median([3, NaN, 1]), 3, 'what is not finite is endlessly large');
});

test('stages: every share is as long, then all; a curriculum shows in the prompts', () => {
  const stages: training.Stages = { shares: [0.25, 0.5, 1], until: 0.3 };
  const at = [0, 9, 10, 19, 20, 29, 30, 99].map((step) => training.stageAt(stages, 8, step, 100));
  assert.deepEqual(at, [2, 2, 4, 4, 8, 8, 8, 8]);
  const orders = registry.EXPERIMENTS['meta-curriculum']!.variants.map((variant) => {
    const active = (variant.training as Partial<training.TrainingConfig> | undefined)?.curriculum
      ?.active;
    return active && 'shares' in active
      ? Array.from({ length: 600 }, (_, step) => training.stageAt(active, 5, step, 2000))
      : null;
  });
  const totals = orders.map((order) => order?.slice().sort().join(''));
  assert.equal(totals[1], totals[2], 'easy to hard and hard to easy have the same tasks');
  const counts = (order: readonly number[]): number[] =>
    [2, 3, 4, 5].map((k) => order.filter((value) => value === k).length);
  const [easy, mixed] = [counts(orders[1]!), counts(orders[3]!)];
  easy.forEach((count, k) => assert.ok(Math.abs(count - mixed[k]!) <= 20, `${easy} ${mixed}`));
  const x = tasks
    .linearRegression({ d: 4 })
    .sample(core.stream(0, 'staged'), { B: 2, n: 3, m: 1, active: 2 })
    .x.arraySync();
  assert.ok(x.flat().every((row) => row[2] === 0 && row[0] !== 0));
});

test('the list of rules of a selection has the explicit rule of each kind', () => {
  assert.deepEqual(
    fewshot.SELECTABLE_RULES.map(({ name }) => name),
    ['cosine vote', 'nearest mean', 'threshold at the mean', 'ridge'],
  );
  assert.ok(
    fewshot.SELECTABLE_RULES.every(({ classes }) => classes === 2) &&
      classifiers.twoClassRules().length === 7,
  );
});
