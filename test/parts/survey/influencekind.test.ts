/**
 * The experiment on single demonstrations: what it measures is what its names say, on the exact
 * answer, to which no order counts, on one that forgets, and on a language model of random weights.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type experiments } from 'invicl';

import { allRefused, close, leavesNothing } from '../../helpers';
import { planOf, variantOrRandom } from './measuring';

const MEASURES = {
  poolRows: 16,
  each: 2,
  worldTasks: 1,
  worldEach: 4,
  k: 4,
  sets: 1,
  asked: 1,
  worldRotations: 4,
  textRotations: 4,
  setRotations: 2,
  lateShares: [0.25, 0.5, 0.75],
};
const plan = planOf('survey-influence', MEASURES);

/** What a variant puts, by reader, metric and n. */
function measured(key: string): Map<string, number> {
  const found = new Map<string, number>();
  const at = plan();
  const run = at.experiment.kind.start(at, variantOrRandom(at, key), 0);
  const put: experiments.Put = (name, { n }, metric, value) => {
    const place = `${name} | ${metric}${n === undefined ? '' : ` | ${n}`}`;
    assert.ok(Number.isFinite(value) && !found.has(place), place);
    found.set(place, value);
  };
  run.measure(put);
  run.dispose();
  return found;
}

const LATE = 'follows late labels';
const profile = (found: Map<string, number>, name: string): number[] =>
  [1, 2, 3, 4].map((p) => found.get(`${name} | share of influence | ${p}`)!);

test('to the exact answer no place counts, and after a change half of the answers follow it', () => {
  const found = measured('exact');
  const of = (metric: string): number => found.get(`exact Bayes | ${metric}`)!;
  close([of('variance, demonstration')], [1], 1e-9);
  close([of('variance, place')], [0], 1e-9);
  close(profile(found, 'exact Bayes'), [0.25, 0.25, 0.25, 0.25], 1e-9);
  close([of('variation over positions')], [0], 1e-9);
  close([of(`${LATE} | 50`)], [0.5], 1e-12);
  close([of(`${LATE} | 25`) + of(`${LATE} | 75`)], [1], 1e-12);
  const [own, other] = ['true ones late', 'exchanged ones late'];
  close([of(`${LATE}, ${own!} | 25`) + of(`${LATE}, ${other!} | 75`)], [1], 1e-12);
  assert.ok(!found.has('exact Bayes | rank correlation with exact'));
});

test('an answer that forgets weighs the last demonstration most, and follows the later labels', () => {
  const found = measured('forgetful');
  const name = 'exact Bayes that forgets';
  const of = (metric: string): number => found.get(`${name} | ${metric}`)!;
  const [first, , , last] = profile(found, name);
  assert.ok(last! > first!);
  assert.ok(of('variance, place') > 0.01);
  const late = [25, 50, 75].map((n) => of(`${LATE} | ${n}`));
  assert.ok(late[0]! + late[1]! + late[2]! > 1.5, late.join()); // 1.5 for a reading of a set
  assert.ok(of('rank correlation with exact') < 1 && of('rank correlation with exact') > 0);
});

test('a language model is read in order and as a set, to which no place counts', () => {
  const found = measured('random');
  for (const name of ['random, InvICL', 'random, BoE']) {
    close([found.get(`${name} | variance, place`)!], [0], 1e-4);
    close(profile(found, name), [0.25, 0.25, 0.25, 0.25], 1e-3);
    close([found.get(`${name} | ${LATE} | 50`)!], [0.5], 1e-12);
  }
  const place = (name: string): number => found.get(`${name} | variance, place`)!;
  assert.ok(place('random') > 10 * place('random, InvICL'), `${place('random')}`);
  const total = profile(found, 'random').reduce((a, b) => a + b);
  close([total], [1], 1e-9);
});

test('it leaves no tensor', () => {
  leavesNothing(() => void measured('exact'));
  leavesNothing(() => void measured('random'));
});

test('what cannot run is refused', async (t) => {
  const set = (measures: object) => () => plan({ measures: { ...MEASURES, ...measures } });
  await allRefused(t, [
    [() => plan({ tasks: ['no such task'] }), 'no such task'],
    [set({ textRotations: 3 }), '4 demonstrations', '3 rotations'],
    [set({ lateShares: [0.3, 0.7] }), '0.3', '4 demonstrations'],
    [set({ lateShares: [0.25, 0.5] }), '0.25'],
    [set({ lateShares: [0, 1] }), '0, 1'],
    [set({ lateShares: [0.5, 0.5] }), '0.5, 0.5'],
    [
      () => {
        const at = plan({ measures: { ...MEASURES, poolRows: 3 } });
        const run = at.experiment.kind.start(at, variantOrRandom(at, 'exact'), 0);
        run.measure(() => undefined);
      },
      '4 demonstrations',
      '3 rows',
    ],
  ]);
});
