/**
 * The experiment on the number of tasks in training: its pool is that of its seed, and what it
 * measures is what its names say, against the same numbers computed from the prompts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { baselines, experiments, records, registry, training } from 'invicl';

import { RECORD, allRefused, close, leavesNothing } from '../../helpers';

const MEASURES = { ns: [2, 4], prompts: 20, watched: 6, tests: 2 };
const SMALL = {
  task: { d: 2, noise: 0.5 },
  model: { layout: 'pair', size: { width: 8, layers: 1, heads: 2 } },
  training: { steps: 4, batch: 8, n: 4, tests: 2 },
  watchEvery: 2,
  measures: MEASURES,
};
const EXPERIMENT = registry.EXPERIMENTS['survey-diversity']!;
const planWith = (set: object = {}): experiments.Plan =>
  experiments.planExperiment(EXPERIMENT, { set: { ...SMALL, ...set } });

type Numbers = Map<string, number>;

/** Keeps what is put as 'n metric', each once. */
const keptBy =
  (found: Numbers, name: string): experiments.Put =>
  (variant, { n }, metric, value) => {
    const place = `${n} ${metric}`;
    assert.equal(variant, name);
    assert.ok(Number.isFinite(value) && !found.has(place), place);
    found.set(place, value);
  };

/** What a variant measures after some steps of training. */
function measured(key: string, steps = 0, seed = 0): { along: Numbers; end: Numbers } {
  const plan = planWith();
  const variant = experiments.variantOf(plan, key);
  const run = plan.experiment.kind.start(plan, variant, seed);
  assert.ok(run.trainer);
  for (let step = 0; step < steps; step++) run.trainer.train();
  const [along, end]: [Numbers, Numbers] = [new Map(), new Map()];
  run.watch(keptBy(along, variant.name));
  run.measure(keptBy(end, variant.name));
  run.dispose();
  return { along, end };
}

/** The numbers of new tasks and of tasks of the pool, by what stands before the comma. */
const at = (found: Numbers, n: number, what: string): readonly [number, number] =>
  (['new tasks', 'tasks of the pool'] as const).map((tasks) =>
    found.get(`${n} ${what}, ${tasks}`)!,
  ) as [number, number];

test('everything is measured at every number of examples, and along training at n', () => {
  const { along, end } = measured('ar-16');
  const [own, beside] = [
    ['error', 'distance to Bayes over the pool', 'distance to ridge'],
    ['error of Bayes over the pool', 'error of ridge', 'distance of yardsticks'],
  ];
  const places = (ns: readonly number[], what: readonly string[], rest = ''): string[] =>
    ns.flatMap((n) =>
      ['new tasks', 'tasks of the pool'].flatMap((tasks) =>
        what.map((one) => `${n} ${one}, ${tasks}${rest}`),
      ),
    );
  assert.deepEqual([...end.keys()].sort(), places([2, 4], [...own!, ...beside!]).sort());
  assert.deepEqual([...along.keys()].sort(), places([4], own!, ', along training').sort());
});

test('yardsticks do what they must: ridge wins on new tasks, Bayes on those of the pool', () => {
  const { end } = measured('invicl-4');
  for (const n of [2, 4]) {
    const [bayes, ridge] = ['error of Bayes over the pool', 'error of ridge'].map((what) =>
      at(end, n, what),
    );
    assert.ok(ridge![0] < bayes![0], 'new tasks');
    assert.ok(bayes![1] < ridge![1], 'tasks of the pool');
  }
});

test('a network that answers nothing is as far from a yardstick as that is from 0', () => {
  const { end } = measured('ar-4'); // GPT-2's small first weights: answers near 0
  const [toRidge] = at(end, 4, 'distance to ridge');
  const [toBayes] = at(end, 4, 'distance to Bayes over the pool');
  assert.ok(toRidge > 0.1 && toBayes > 0.1, `${toRidge} ${toBayes}`);
  const [error] = at(end, 4, 'error');
  assert.ok(error > 0.4 && error < 2, `${error}`); // E (x . w)^2 / d = 1
});

test('the baseline is ridge regression on the prompts of new tasks that networks are asked', () => {
  const plan = planWith();
  const found: Numbers = new Map();
  plan.experiment.kind.baselines(plan, keptBy(found, baselines.ridge(0.25).name));
  const { end } = measured('ar-64');
  for (const n of [2, 4])
    close([found.get(`${n} error, new tasks`)!], [at(end, n, 'error of ridge')[0]], 1e-6);
});

test('new tasks are the same for all runs; the pool is that of the seed and the number', () => {
  const ridge = (key: string, seed: number): readonly [number, number] =>
    at(measured(key, 0, seed).end, 4, 'error of ridge');
  const [one, other, more] = [ridge('ar-16', 0), ridge('ar-16', 1), ridge('ar-64', 0)];
  assert.equal(one[0], other[0]);
  assert.equal(one[0], more[0]);
  assert.notEqual(one[1], other[1]);
  assert.notEqual(one[1], more[1]);
  assert.deepEqual(ridge('invicl-16', 0), one);
});

test('training has prompts of the pool alone', () => {
  const plan = planWith();
  const run = plan.experiment.kind.start(plan, experiments.variantOf(plan, 'ar-4'), 3);
  const trainer = run.trainer as training.Trainer;
  assert.equal(trainer.task.name, 'linear regression, 4 tasks');
  run.dispose();
});

test('it trains, is timed, asks for memory, and leaves no tensor', () => {
  assert.notDeepEqual(measured('ar-16', 2).end, measured('ar-16').end);
  leavesNothing(() => void measured('invicl-16', 1));
  const plan = planWith();
  const variant = experiments.variantOf(plan, 'invicl-16');
  assert.ok(plan.experiment.kind.requirements(plan, variant).memoryMB > 400);
  leavesNothing(() => plan.experiment.kind.trial(plan, variant).dispose());
});

/** Records as a run leaves them: distances that cross at a number of tasks for each method. */
function recordsWith(crossing: Readonly<Record<'AR' | 'InvICL', number>>): records.ResultRecord[] {
  const row = (variant: string, seed: number, metric: string, value: number) => ({
    ...RECORD,
    experiment: EXPERIMENT.name,
    job: `${variant}-${seed}`,
    variant,
    seed,
    over: 'examples' as const,
    at: 16,
    metric,
    value,
  });
  const networks = EXPERIMENT.variants.flatMap(({ name }) =>
    [0, 1, 2].flatMap((seed) => {
      const [method, tasks] = [
        name.split(', ')[0] as 'AR' | 'InvICL',
        parseInt(name.split(', ')[1]!),
      ];
      const ratio = (tasks / crossing[method]) * (1 + 0.05 * seed);
      const some = {
        'error, tasks of the pool': 0.01 * ratio,
        'error of ridge, tasks of the pool': 1,
      };
      return Object.entries({
        'distance to Bayes over the pool, new tasks': ratio,
        'distance to ridge, new tasks': 1,
        'error, new tasks': 0.2 / ratio,
        ...some,
      }).map(([metric, value]) => row(name, seed, metric, value));
    }),
  );
  const ridge = row('ridge (0.25)', 0, 'error, new tasks', 0.1);
  return [...networks, { ...ridge, config: 'abc:learners' }];
}

test('claims are decided by the side on which the distances lie', () => {
  const claims = EXPERIMENT.claims(EXPERIMENT.profiles.quick);
  const wordsOf = (crossing: Readonly<Record<'AR' | 'InvICL', number>>): string[] =>
    records.decide(claims, recordsWith(crossing)).map(({ verdict }) => verdict);
  assert.ok(wordsOf({ AR: 400, InvICL: 100 }).every((word) => word === 'supported'));
  assert.equal(wordsOf({ AR: 100, InvICL: 400 }).at(-1), 'contradicted');
  assert.equal(wordsOf({ AR: 2, InvICL: 100 })[0], 'contradicted'); // beyond the pool at 16 already
  const threshold = records.decide(claims, recordsWith({ AR: 400, InvICL: 100 })).at(-1)!;
  close([threshold.effect!.estimate], [0.25], 1e-6);
});

test('what cannot run is refused', async (t) => {
  await allRefused(t, [
    [
      () => planWith({ measures: { ...MEASURES, ns: [] } }),
      'at no number of examples',
      'measures.ns',
    ],
    [() => planWith({ task: { d: 2, noise: 0 } }), 'task.noise', '0'],
    [() => planWith({ model: { layout: 'pair', size: { width: 7 } } }), '7'],
  ]);
});
