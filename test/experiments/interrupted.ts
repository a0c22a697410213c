/**
 * What every kind of experiment must do: record what is claimed about, and go on after a power cut
 * as if there had been none.
 */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';

import { experiments, records } from 'invicl';

import { sameRecords, scratch } from '../helpers';

/**
 * Runs all jobs of an experiment, one of them also with a power cut at step 5.
 *
 * @param variant  whose job is cut
 * @param expected variants that must be recorded
 */
export async function recordsAndGoesOn(
  experiment: experiments.Experiment,
  variant: string,
  expected: readonly string[],
): Promise<void> {
  const plan = experiments.planExperiment(experiment, { set: { 'training.logEvery': 1 } });
  const [whole, broken] = [scratch(), scratch()];
  for (const job of experiments.jobsOf(plan)) {
    assert.equal(
      await experiments.runJob(plan, job, { data: whole, scratch: join(whole, 'runs') }),
      'done',
    );
    if (job.variant !== variant) continue;
    const options = (at: number): experiments.JobOptions => ({
      data: broken,
      scratch: join(broken, 'runs'),
      onProgress: ({ step }) => {
        if (step === at) throw new Error('power cut');
      },
    });
    await assert.rejects(experiments.runJob(plan, job, options(5)), /power cut/);
    assert.equal(await experiments.runJob(plan, job, options(-1)), 'done');
    const [a, b] = [whole, broken].map((data) => experiments.filesOf(plan, job, data, data));
    sameRecords(a!.records, b!.records);
  }
  const variants = new Set(
    records.readExperiment(join(whole, 'results', plan.folder)).map(({ variant }) => variant),
  );
  for (const name of expected)
    assert.ok(variants.has(name), `${name} is not among ${[...variants].join(', ')}`);
  assert.ok(experiments.trySteps(plan, plan.experiment.variants[0]!, 1).seconds > 0);
  assert.ok(experiments.requirementsOf(plan, plan.experiment.variants[0]!).memoryMB > 400);
}
