/** The experiment on tuning to instructions: what it trains, measures and refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, instructions, registry, type survey, world } from 'invicl';
import { allRefused } from '../../helpers';
import { measuredUntrained } from './measuring';

const NAME = 'survey-instruction-tuning';
const EXPERIMENT = registry.EXPERIMENTS[NAME] as survey.InstructionTuningExperiment;
const MEASURES: survey.InstructionTuningMeasures = {
  questions: 24,
  watched: 12,
  k: 2,
  shown: [1, 2],
};
const SMALL = { training: { steps: 3, batch: 2 }, measures: MEASURES, watchEvery: 2 };
const RANDOM: survey.InstructionVariant = { key: 'random', name: 'random', model: 'random' };
const WRITER: survey.InstructionVariant = { ...RANDOM, training: { mix: { written: 1 } } };
const plan = (set: object = {}): experiments.PlanOf<survey.InstructionTuningExperiment> =>
  experiments.planExperiment(EXPERIMENT, { set: { ...SMALL, ...set } });

const SETS = ['natural', 'two demonstrations'].flatMap((form) =>
  ['tuned', 'held out'].flatMap((which) =>
    ['', ', all inputs'].map((inputs) => `${form}, ${which}${inputs}`),
  ),
);
const AFTER = ['2 demonstrations, natural', '2 demonstrations, arbitrary'];
const named = (metric: string, tolds: readonly string[]): string[] => [
  ...tolds.flatMap((told) => SETS.map((set) => `${metric}, ${told}, ${set}`)),
  ...AFTER.map((after) => `${metric}, ${after}`),
];

/** What a variant puts at its end, by n and metric. */
function putBy(variant: experiments.Variant): Map<string, number> {
  const found = new Map<string, number>();
  const run = EXPERIMENT.kind.start(plan(), variant, 0);
  run.measure((_, { n }, metric, value) => {
    assert.ok(value >= 0 && value <= 1, metric);
    assert.ok(!found.has(`${n} ${metric}`), metric);
    found.set(`${n} ${metric}`, value);
  });
  run.dispose();
  return found;
}

test('each thing that is told is measured on each set, before and after, and its seed decides', () => {
  const first = measuredUntrained(plan(), RANDOM);
  const tolds = [
    'right instruction',
    'no instruction',
    'wrong scope',
    'wrong feature',
    'old words',
  ];
  const before = ['right instruction', 'no instruction', 'old words'];
  assert.deepEqual(
    [...first.end.keys()].sort(),
    [...named('accuracy', tolds), ...named('accuracy before tuning', before)].sort(),
  );
  assert.deepEqual(
    [...first.along.keys()],
    ['tuned', 'held out'].map((which) => `accuracy along training, right instruction, ${which}`),
  );
  for (const [metric, value] of first.end) {
    assert.ok(value >= 0 && value <= 1, metric);
    const [, rest] = metric.split('accuracy before tuning');
    if (rest) assert.equal(value, first.end.get(`accuracy${rest}`), metric); // no step was made
  }
  assert.deepEqual(measuredUntrained(plan(), RANDOM).end, first.end);
});

test('before tuning, the model of notebook 20 follows the old words and not the new ones', () => {
  const measures = { ...MEASURES, questions: 48 };
  for (const key of ['rules-9', 'invicl-9']) {
    const variant = EXPERIMENT.variants.find((one) => one.key === key)!;
    const { end } = measuredUntrained(plan({ measures }), variant);
    for (const set of ['natural, held out', 'two demonstrations, held out']) {
      const of = (told: string): number => end.get(`accuracy before tuning, ${told}, ${set}`)!;
      assert.ok(of('old words') > 0.85, `${key}, ${set}: ${of('old words')}`);
      assert.ok(of('right instruction') < 0.75, `${key}, ${set}: ${of('right instruction')}`);
    }
  }
});

test('the exact answer needs the instruction on hard inputs, and is misled by a wrong one', () => {
  const found = new Map<string, number>();
  EXPERIMENT.kind.baselines(
    plan({ measures: { ...MEASURES, questions: 240 } }),
    (_, at, metric, value) => found.set(`${at.n ?? ''} ${metric}`.trim(), value),
  );
  const of = (told: string, set: string): number => found.get(`accuracy, ${told}, ${set}`)!;
  for (const set of ['natural, held out', 'two demonstrations, tuned']) {
    assert.ok(of('right instruction', set) > 0.99, set);
    assert.ok(of('no instruction', set) < 0.85, set);
    assert.ok(
      of('wrong scope', set) < of('no instruction', set) - 0.02,
      `${set}: ${of('wrong scope', set)}`,
    );
    assert.ok(of('no instruction', `${set}, all inputs`) > of('no instruction', set) - 0.05);
  }
  assert.ok(found.get('2 rule right, natural')! > found.get('1 rule right, natural')! - 0.05);
  assert.equal(found.get('2 feature right, natural'), 1);
});

test('a writer is measured by the number of demonstrations, and reads its rules in old words', () => {
  const found = putBy(WRITER);
  const what = ['natural', 'arbitrary'].flatMap((labels) => [
    ...['rule', 'feature', 'scope'].map((part) => `${part} right, ${labels}`),
    ...['demonstrations', 'written instruction and demonstrations'].map(
      (how) => `accuracy, ${how}, ${labels}`,
    ),
  ]);
  const metrics = [...what, 'accuracy, written instruction, natural'];
  assert.deepEqual(
    [...found.keys()].sort(),
    [1, 2].flatMap((n) => metrics.map((metric) => `${n} ${metric}`)).sort(),
  );
  for (const labels of ['natural', 'arbitrary'])
    for (const part of ['feature', 'scope'])
      assert.ok(found.get(`2 rule right, ${labels}`)! <= found.get(`2 ${part} right, ${labels}`)!);
  const along: string[] = [];
  const run = EXPERIMENT.kind.start(plan(), WRITER, 0);
  if (run.trainer) run.watch((_, __, metric) => along.push(metric));
  run.dispose();
  assert.ok(along.includes('rule right along training, natural'));
});

test('variants tune on more and more rules, one under InvICL, and one writes', () => {
  assert.deepEqual(
    EXPERIMENT.variants.map(({ key }) => key),
    ['rules-4', 'rules-6', 'rules-9', 'rules-12', 'invicl-9', 'writer'],
  );
  for (const { key, training } of EXPERIMENT.variants)
    if (key.startsWith('rules'))
      assert.equal(instructions.tunedRules(training!.rules!).length, training!.rules, key);
  assert.equal(world.RULES.length, 12);
});

test('what cannot be run is refused', async (t) => {
  await allRefused(t, [
    [() => plan({ measures: { ...MEASURES, shown: [] } }), 'Instructions', 'at least one number'],
    [() => plan({ measures: { ...MEASURES, shown: [2, 1] } }), '2, 1', 'smallest first'],
    [() => plan({ measures: { ...MEASURES, questions: 2 } }), 'questions', '2'],
    [() => plan({ training: { rules: 3 } }), 'rules', '3'],
    [() => plan({ training: { mix: { single: 2 } } }), 'single', '2'],
  ]);
});
