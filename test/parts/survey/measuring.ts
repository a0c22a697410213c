/** What an experiment of the survey measures, for the tests of its kind. */
import assert from 'node:assert/strict';

import { experiments, registry } from 'invicl';

/** The plan of an experiment with small measures. */
export const planOf =
  (name: string, measures: object) =>
  (set: object = {}): experiments.Plan =>
    experiments.planExperiment(registry.EXPERIMENTS[name]!, { set: { measures, ...set } });

/** The variant of a key, or one of random weights. */
export const variantOrRandom = ({ experiment }: experiments.Plan, key: string) =>
  experiment.variants.find((one) => one.key === key) ??
  ({ key: 'random', name: 'random', model: 'random' } as experiments.Variant);

/**
 * Keeps what is put by metric, each once.
 *
 * @param where all numbers are of
 */
export const keptIn =
  (found: Map<string, number>, where: object = {}): experiments.Put =>
  (_, at, metric, value) => {
    assert.deepEqual(at, where);
    assert.ok(Number.isFinite(value), metric);
    assert.ok(!found.has(metric), `${metric} is put once`);
    found.set(metric, value);
  };

/**
 * What a variant puts, by metric, each once; 'random' is a language model of random weights.
 *
 * @param n demonstrations that every number is of; left out: they are of no number
 */
export function measuredBy(
  plan: experiments.Plan,
  key: string,
  n?: number,
  seed = 0,
): Map<string, number> {
  const found = new Map<string, number>();
  const run = plan.experiment.kind.start(plan, variantOrRandom(plan, key), seed);
  run.measure(keptIn(found, n === undefined ? {} : { n }));
  run.dispose();
  return found;
}

/** What a variant puts: by n, -1 where there is none, and metric, as in '4 accuracy'; each once. */
export function measuredByNumber(
  plan: experiments.Plan,
  key: string,
  seed = 0,
): Map<string, number> {
  const found = new Map<string, number>();
  const run = plan.experiment.kind.start(plan, variantOrRandom(plan, key), seed);
  const keep = keptIn(found);
  run.measure((name, { n = -1 }, metric, value) => keep(name, {}, `${n} ${metric}`, value));
  run.dispose();
  return found;
}

type Numbers = ReadonlyMap<string, number>;

/** What a variant puts while it is watched and at the end, by metric, without a step of training. */
export function measuredUntrained(
  plan: experiments.Plan,
  variant: experiments.Variant,
  seed = 0,
): { readonly along: Numbers; readonly end: Numbers } {
  const run = plan.experiment.kind.start(plan, variant, seed);
  const [along, end] = [new Map<string, number>(), new Map<string, number>()];
  if (run.trainer) run.watch(keptIn(along));
  run.measure(keptIn(end));
  run.dispose();
  return { along, end };
}
