/** Valid calls of what was measured, of the engine of experiments, and of the registry. */
import { join } from 'node:path';

import { experiments, records, registry } from 'invicl';

import { RECORD, root } from '../helpers';
import type { Call } from './spoil';

const NAMES = ['AR', 'InvICL'] as const;
const measured = (): records.ResultRecord[] =>
  NAMES.flatMap((variant, i) =>
    [0, 1, 2].flatMap((seed) =>
      ['error', 'error along training'].map((metric) => ({
        ...RECORD,
        variant,
        metric,
        seed,
        value: 0.5 - 0.1 * i + 0.05 * seed,
      })),
    ),
  );
const bySeed = (): records.Measured =>
  new Map([
    [0, 0.5],
    [1, 0.75],
    [2, 0.25],
  ]);
const where = (): records.Where => ({ metric: 'error', n: 5, step: 10 });
const side = (): records.Side => ({ bound: 0.5, claimed: 'below' });
const effect = (): records.Effect => ({
  unit: 'ratio',
  estimate: 0.75,
  low: 0.5,
  high: 1.125,
  seeds: 3,
  bound: 1,
  claimed: 'below',
  p: 0.25,
});
const verdict = (): records.Verdict => ({
  claim: 'AR is below InvICL',
  source: 'a paper',
  ours: 'ratio 0.75',
  verdict: 'undecided',
  effect: effect(),
  earlier: { change: 'It was changed.', ours: 'ratio 0.5', verdict: 'too few seeds' },
});
const claim = (): records.Claim => ({
  claim: 'AR is below InvICL',
  source: 'a paper',
  paper: '0.5',
  decide: records.errorBelow(...NAMES, where()),
  changed: { change: 'It was changed.', decide: records.soonerThan(...NAMES, 0.5) },
});
const recorded = join(root, 'data', 'results', 'two-tokens-fixed-n');

/** A kind of experiment whose fields a spoilt argument may change. */
const kind = (): experiments.ExperimentKind => ({
  ...registry.experimentOf('linear-fixed-n').kind,
});
/** A small experiment that shares no object with the registry. */
const experiment = (): experiments.PromptExperiment => {
  const config = (): experiments.PromptConfig => ({
    task: { kind: 'linear', d: 2 },
    model: { layout: 'pair', size: { width: 8, layers: 1, heads: 2 } },
    training: { steps: 2, batch: 2, n: 2, tests: 1 },
    seeds: 2,
    watchEvery: 1,
    measures: { ns: [2], prompts: 2, tests: 1, shifts: {}, shiftNs: [], probes: 0 },
  });
  return {
    ...registry.experimentOf('linear-fixed-n'),
    name: 'toy',
    weights: ['ar'],
    variants: [variant(), { key: 'invicl', name: 'InvICL', method: 'invicl', seeds: 1 }],
    kind: kind(),
    profiles: { quick: config(), full: config() },
  };
};
const variant = (): experiments.MethodVariant => ({
  key: 'ar',
  name: 'AR',
  method: 'ar',
  training: { steps: 1 },
  model: { size: { width: 8, layers: 1, heads: 2 } },
});
/** An experiment of which the engine knows every field. */
const plainExperiment = (): experiments.Experiment => {
  const { baselines: _, ...plain } = experiment();
  return plain as unknown as experiments.Experiment;
};
/** A plan that was not made by `planExperiment`: its parts are its own. */
const plan = (): experiments.PromptPlan => ({
  experiment: experiment(),
  profile: 'quick',
  config: experiment().profiles.quick,
  folder: 'toy',
  set: {},
});
const job = (): experiments.Job => ({ variant: 'ar', seed: 0, weights: true });

/** Valid calls by namespace and function. */
export const RECORDS_CALLS: Readonly<Record<string, Readonly<Record<string, readonly Call[]>>>> = {
  records: {
    coordinateOf: [
      () => [{ n: 1 }],
      () => [{ pair: [0, 1] }],
      () => [{ teachingSteps: 3 }],
      () => [{}],
    ],
    readRecords: [() => [join(recorded, 'ar-0.jsonl')]],
    overSeeds: [() => [measured(), { variant: 'AR', ...where() }]],
    readExperiment: [() => [recorded]],
    adjustedP: [() => [[0.5, 0.01, 0.04]]],
    adjustedWords: [() => [[verdict(), verdict()]]],
    withEarlier: [() => [[verdict()], recorded]],
    differenceOf: [() => [bySeed(), 0.5, 'points', side()], () => [bySeed(), bySeed()]],
    levelOf: [() => [bySeed(), side(), 'level']],
    ratioOf: [() => [bySeed(), 0.5, side()], () => [bySeed(), bySeed()]],
    seedsToDecide: [() => [effect()]],
    wordOf: [() => [effect()]],
    asMeasured: [() => [[0.5, 0.25]]],
    measured: [() => [measured(), 'AR', where()], () => [measured(), 'AR']],
    seedwise: [() => [(x: number, y: number) => x - y, bySeed(), 0.5]],
    valuesIn: [() => [bySeed()], () => [0.5]],
    decide: [() => [[claim()], measured()]],
    errorAbove: [() => [...NAMES, where()]],
    errorBelow: [() => [...NAMES, where()]],
    errorWithin: [() => [...NAMES, 2, where()]],
    soonerThan: [() => [...NAMES, 0.5]],
    stepsTo: [() => [measured(), 'AR', 0.5, 'error along training']],
    valuesOf: [() => [measured(), 'AR', where()]],
    readTimings: [() => [join(root, 'data', 'results', 'benchmark.jsonl')]],
    timeOf: [() => [() => undefined, 3]],
    compare: [
      () => [
        'AR is below InvICL',
        'a paper',
        { name: 'AR', values: [0.5, 0.25] },
        { name: 'InvICL', values: [0.5, 0.75] },
      ],
    ],
    compareShares: [() => ['AR', bySeed(), 'InvICL', 0.5, 0.1]],
    effectInWords: [() => [effect()]],
    errorInWords: [() => [[0.5, 0.25]]],
    exactly: [() => ['AR is below InvICL', 'a paper', '0 of 1', false]],
    inWords: [() => [[0.5, 0.25]]],
    oursInWords: [() => [verdict()]],
  },
  experiments: {
    checkExperiment: [() => [plainExperiment()]],
    commandOf: [() => [plan(), job()]],
    dataFolderOf: [() => [plan()]],
    hashOf: [() => [plan(), variant()], () => [plan(), null]],
    jobsOf: [() => [plan()], () => [plan(), 3]],
    planExperiment: [() => [experiment(), { profile: 'quick', set: { 'training.steps': 3 } }]],
    sharedHash: [() => [experiment().profiles.quick]],
    variantOf: [() => [{ experiment: experiment() }, 'ar']],
    codeHash: [() => [join(root, 'lib')]],
    commitOf: [() => [join(root, 'lib')]],
    modelConfigOf: [() => [plan(), variant(), 0]],
    filesOf: [() => [plan(), job(), 'data', 'scratch']],
    isDone: [() => [plan(), job(), 'absent']],
    requirementsOf: [() => [plan(), variant()]],
    checkSettings: [() => [kind().settings, experiment().profiles.quick, "'toy'"]],
    settingsInWords: [() => [kind().settings]],
  },
  registry: {
    experimentOf: [() => ['linear-fixed-n']],
    experimentsNamed: [() => ['metaicl'], () => ['sparse']],
  },
};
