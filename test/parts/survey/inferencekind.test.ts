/** The experiments on concepts and on inference: what they measure is what its names say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, registry } from 'invicl';

import { allRefused, close, leavesNothing } from '../../helpers';
import { measuredByNumber, planOf } from './measuring';

const CONCEPTS = {
  ks: [0, 2],
  lengths: [3],
  prompts: 4,
  documents: 2,
  tokens: 10,
  watched: 2,
  reordered: 2,
  orders: 3,
  orderedExamples: 3,
  orderedLength: 3,
};
const INFERENCE = {
  d: 2,
  noise: 0.5,
  linearTasks: 3,
  labels: [1, 4],
  pool: 3,
  taus: [2],
  prompts: 4,
  tests: 1,
  most: 2,
  ks: [2],
  questions: 8,
  bandwidths: [0.2, 1],
  sequences: 2,
  lines: 3,
};
const conceptsPlan = planOf('survey-concepts', CONCEPTS);
const inferencePlan = planOf('survey-inference', INFERENCE);

test('of concepts the decoder, the exact answer and the kept prior are put side by side', () => {
  leavesNothing(() => {
    const plan = conceptsPlan();
    const run = plan.experiment.kind.start(plan, plan.experiment.variants[0]!, 0);
    const found = new Map<string, number>();
    const put: experiments.Put = (name, { n = -1 }, metric, value) => {
      assert.ok(Number.isFinite(value) && !found.has(`${name} ${n} ${metric}`), metric);
      found.set(`${name} ${n} ${metric}`, value);
    };
    if (run.trainer) run.watch(put);
    run.measure(put);
    run.dispose();
    const of = (key: string): number => found.get(key)!;
    const [decoder, exact, prior] = [
      'decoder of concepts',
      'exact Bayes',
      'concepts at their prior',
    ];
    for (const n of [0, 2])
      for (const sort of ['', ', unseen concept'])
        for (const who of [decoder, exact, prior]) {
          const share = of(`${who} ${n} accuracy, length 3${sort}`);
          assert.ok(share >= 0 && share <= 1);
          if (who !== exact) assert.ok(of(`${who} ${n} divergence, length 3${sort}`) > 0);
        }
    assert.ok(of(`${exact} -1 loss of documents`) < of(`${decoder} -1 loss of documents`));
    assert.ok(of(`${exact} 2 probability of the concept, length 3`) <= 1);
    assert.ok(of(`${decoder} -1 divergence along training`) > 0);
    assert.ok(of(`${exact} -1 answers that change with the order`) >= 0);
  });
});

test('averages: the regret of a pool is bounded, and information is the mean of the other', () => {
  const found = measuredByNumber(inferencePlan(), 'exact');
  assert.ok(found.get('-1 largest excess of lines')! < 1e-9);
  assert.ok(found.get('-1 largest excess of labels, even classes')! < 1e-9);
  const length = found.get('-1 description length, natural labels')!;
  close([length], [Math.log(12 / 0.4)], 1e-9);
  const plan = inferencePlan();
  const put = new Map<string, number>();
  plan.experiment.kind
    .start(
      plan,
      plan.experiment.variants.find(({ key }) => key === 'average')!,
      0,
    )
    .measure((name, { n = -1 }, metric, value) => void put.set(`${name} ${n} ${metric}`, value));
  assert.ok(put.get('Bayes average -1 largest regret, pool of 3')! <= Math.log(3) + 1e-9);
  assert.ok(
    put.get('Bayes average 4 information')! <= put.get('Bayes average 4 bound of the regret')!,
  );
  assert.ok(put.get('linear attention 4 distance')! >= 0);
});

test('of the small model costs grow with the examples, and every layer is compared', () => {
  const found = measuredByNumber(inferencePlan(), 'random');
  const cost = (n: number): number => found.get(`${n} cost of labels, arbitrary labels`)!;
  assert.ok(cost(1) > 0 && cost(2) > cost(1) && cost(3) > cost(2));
  for (const layer of [1, 2])
    for (const what of ['agreement', 'agreement, shuffled', 'agreement, untrained'])
      assert.ok(Math.abs(found.get(`2 ${what}, layer ${layer}, arbitrary labels`)!) <= 1 + 1e-9);
});

test('networks on prompts of numbers are summed beside least squares', () => {
  const plan = inferencePlan({ 'measures.d': 4 });
  const put = new Map<string, number>();
  const run = plan.experiment.kind.start(plan, plan.experiment.variants[1]!, 0);
  run.measure((name, { n = -1 }, metric, value) => void put.set(`${name} ${n} ${metric}`, value));
  run.dispose();
  close(
    [put.get('AR 2 regret of squares')!],
    [put.get('AR 2 error, summed')! - put.get('AR 2 error of least squares, summed')!],
    1e-9,
  );
});

test('settings that cannot be measured are refused', async (t) => {
  await allRefused(t, [
    [() => conceptsPlan({ 'measures.ks': [2, 1] }), 'Numbers of examples were [2, 1]'],
    [() => inferencePlan({ 'measures.labels': [4, 1] }), 'Numbers of labels were [4, 1]'],
    [
      () =>
        experiments.planExperiment(registry.EXPERIMENTS['survey-concepts']!, {
          set: { 'world.properties': 1 },
        }),
      'properties',
    ],
  ]);
});
