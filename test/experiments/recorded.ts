/** The records of an experiment that is run for a test. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';

import { experiments, records } from 'invicl';

import { scratch } from '../helpers';

/** Runs all jobs of a plan in a folder of its own, and reads what they recorded. */
export async function recordedBy(plan: experiments.Plan): Promise<records.ResultRecord[]> {
  const data = scratch();
  for (const job of experiments.jobsOf(plan))
    assert.equal(
      await experiments.runJob(plan, job, { data, scratch: join(data, 'runs') }),
      'done',
    );
  return records.readExperiment(join(data, 'results', plan.folder));
}
