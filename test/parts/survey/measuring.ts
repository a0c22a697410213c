/** What an experiment of the survey measures, for the tests of its kind. */
import assert from 'node:assert/strict';

import { experiments, registry } from 'invicl';

/** The plan of an experiment with small measures. */
export const planOf =
  (name: string, measures: object) =>
  (set: object = {}): experiments.Plan =>
    experiments.planExperiment(registry.EXPERIMENTS[name]!, { set: { measures, ...set } });

/**
 * What a variant puts, by metric, each once; 'random' is a language model of random weights.
 *
 * @param n demonstrations that every number is of
 */
export function measuredBy(
  plan: experiments.Plan,
  key: string,
  n: number,
  seed = 0,
): Map<string, number> {
  const found = new Map<string, number>();
  const random = { key: 'random', name: 'random', model: 'random' };
  const { kind, variants } = plan.experiment;
  const variant = variants.find((one) => one.key === key) ?? (random as experiments.Variant);
  const run = kind.start(plan, variant, seed);
  run.measure((_, at, metric, value) => {
    assert.deepEqual(at, { n });
    assert.ok(Number.isFinite(value), metric);
    assert.ok(!found.has(metric), `${metric} is put once`);
    found.set(metric, value);
  });
  run.dispose();
  return found;
}
