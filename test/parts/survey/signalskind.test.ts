/**
 * The experiment on the choice of demonstrations by what the model says: what is measured is what its
 * names say, on the exact answer and on a language model.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { evaluation, records } from 'invicl';
import { MODEL_WAYS } from 'invicl/dist/parts/survey/signalmeasures';
import type { ModelWay } from 'invicl/dist/parts/survey/modelsetting';
import { RECORD, allRefused, leavesNothing } from '../../helpers';
import { measuredBy, planOf } from './measuring';

const MEASURES = {
  k: 2,
  poolRows: 20,
  candidates: 8,
  probes: 4,
  sets: 6,
  each: 3,
  worldTasks: 2,
  worldEach: 4,
};
const plan = planOf('survey-signals', MEASURES);
const measured = (key: string, seed = 0, change: object = {}): Map<string, number> =>
  measuredBy(plan({ measures: { ...MEASURES, ...change } }), key, 2, seed);

const SIGNALS = ['mutual information', 'confidence', 'certainty', 'prompt likelihood'];
const ways = Object.values<ModelWay>(MODEL_WAYS);

test('every way is measured; the latent task only where it is known', () => {
  const [exact, texts] = [measured('exact'), measured('random')];
  for (const { name, latent } of ways) {
    assert.ok(exact.has(`accuracy, ${name}`) && exact.has(`passes to choose, ${name}`), name);
    assert.equal(texts.has(`accuracy, ${name}`), !latent, name);
  }
  for (const name of SIGNALS) assert.ok(exact.has(`correlation of accuracy, ${name}`));
});

test('the set that a signal picks is between the worst and the best, and random is their mean', () => {
  const found = measured('exact');
  for (const title of ['', ', natural labels', ', arbitrary labels']) {
    const of = (name: string): number => found.get(`accuracy, ${name}${title}`)!;
    assert.ok(of('worst of the sets') <= of('random') && of('random') <= of('best of the sets'));
    for (const name of [...SIGNALS, 'best on labelled rows'])
      assert.ok(
        of('worst of the sets') - 1e-9 <= of(name) && of(name) <= of('best of the sets') + 1e-9,
        name,
      );
  }
});

test('the numbers of the sets give the mean and the correlations again', () => {
  const found = measured('exact', 0, { worldTasks: 1, sets: 12 });
  const correlations: number[] = [];
  for (const mapping of ['natural', 'flipped', 'arbitrary']) {
    const title = `${mapping} labels`;
    const of = (metric: string): number[] =>
      Array.from({ length: 12 }, (_, s) => found.get(`${metric} of set ${s}, ${title}`)!);
    const accuracies = of('accuracy');
    const mean = accuracies.reduce((a, b) => a + b, 0) / 12;
    assert.ok(Math.abs(mean - found.get(`accuracy, random, ${title}`)!) < 1e-9);
    for (const name of SIGNALS) {
      const recorded = found.get(`correlation of accuracy, ${name}, ${title}`)!;
      const again = evaluation.rankCorrelation(of(name), accuracies);
      assert.ok(Math.abs(recorded - again) < 1e-9, `${name}, ${title}`);
      correlations.push(recorded);
    }
    const influences = [0, 1, 2, 3, 4, 5, 6, 7].map((rank) =>
      found.get(`influence of rank ${rank}, ${title}`)!,
    );
    assert.deepEqual(
      influences,
      [...influences].sort((a, b) => b - a),
    );
  }
  assert.ok(correlations.some((value) => value !== 0));
});

test('passes: none to look, one for each pair of set and probe, and for each set that is tried', () => {
  const found = measured('exact');
  const passes = (name: string): number => found.get(`passes to choose, ${name}`)!;
  for (const name of ['no examples', 'nearest, cosine', 'latent concept'])
    assert.equal(passes(name), 0);
  for (const name of ['mutual information', 'best on labelled rows', 'influence'])
    assert.equal(passes(name), 6 * 4);
  assert.equal(passes('prompt likelihood'), 6 * 2, 'two options of one probe');
  assert.equal(passes('ambiguity, predicted'), 20 + 8, 'the pool and the questions');
  assert.equal(passes('nearest of 16, AdaICL'), 20);
  // four probes alone, 8 candidates before two of them, then 4 before the other two
  assert.equal(passes('InfoScore'), 4 + 8 * 2 + 4 * 2);
  assert.ok(passes('shortest code') <= 4 * 8 && passes('shortest code') > 8);
});

test('a seed gives the same numbers again, and another seed others', () => {
  const [once, again, other] = [measured('exact'), measured('exact'), measured('exact', 1)];
  assert.deepEqual([...once], [...again]);
  assert.notDeepEqual([...once], [...other]);
});

test('claims are decided by the records that are put', () => {
  const rows: records.ResultRecord[] = [];
  const whole = plan();
  for (const { name } of whole.experiment.variants)
    for (let seed = 0; seed < 3; seed++)
      for (const [metric, value] of measured('exact', seed))
        rows.push({
          ...RECORD,
          experiment: 'survey-signals',
          job: `x-${seed}`,
          variant: name,
          seed,
          step: 0,
          over: 'examples',
          at: 2,
          metric,
          value,
        });
  const claims = whole.experiment.claims!(whole.config);
  const verdicts = records.decide(claims, rows);
  assert.equal(verdicts.length, claims.length);
  assert.equal(new Set(verdicts.map(({ claim }) => claim)).size, verdicts.length);
  assert.ok(verdicts.every(({ effect }) => effect!.seeds === 3));
});

test('it leaves no tensor', () => {
  leavesNothing(() => void measured('random'));
});

test('what cannot run is refused', async (t) => {
  const set = (change: object): object => ({ measures: { ...MEASURES, ...change } });
  await allRefused(t, [
    [() => plan({ tasks: ['no such task'] }), 'no such task'],
    [() => plan(set({ candidates: 18 })), '18 candidates', '4 probes', '20 rows'],
    [() => plan(set({ k: 3 })), 'sets of 3', '8 candidates'],
    [() => plan(set({ k: 8 })), 'sets of 8'],
    [() => plan(set({ sets: 3 })), '3 sets of 2'],
    [() => plan(set({ probes: 0 })), 'probes', '0'],
  ]);
});
