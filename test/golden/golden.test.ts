/**
 * The golden test: what was recorded must not move when the code is rearranged.
 * test/fixtures/golden.json holds, from before the rearrangement, the hash of every plan and
 * variant, and the numbers of a short run of each kind.
 */
import * as assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, experiments, records, registry } from 'invicl';

import { fixture, scratch } from '../helpers';
import { TOYS } from './toys';

/** [variant, step, n, metric, value] */
type Row = readonly [string, number, number, string, number];
interface GoldenJob {
  readonly config: string;
  /** The machine of this run, where it is not that of the fixture. */
  readonly machine?: string;
  readonly rows: readonly Row[];
  /** Shape and first two numbers of each array of the checkpoint. */
  readonly weights?: Readonly<Record<string, readonly [readonly number[], readonly number[]]>>;
}
interface GoldenPlan {
  readonly folder: string;
  readonly shared: string;
  readonly learners: string;
  /** Name and hash by key. */
  readonly variants: Readonly<Record<string, readonly [string, string]>>;
  readonly jobs: number;
}
interface Golden {
  readonly machine: string;
  readonly plans: Readonly<Record<string, Readonly<Record<'quick' | 'full', GoldenPlan>>>>;
  readonly runs: Readonly<Record<string, Readonly<Record<string, GoldenJob>>>>;
}

const golden = JSON.parse(readFileSync(fixture('golden.json'), 'utf8')) as Golden;

/** The name of this processor and, where Linux tells them, its family, model and stepping. */
function processor(): string {
  const info = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const facts = ['cpu family', 'model', 'stepping'].map(
    (key) => new RegExp(`^${key}\\s*: (.*)$`, 'm').exec(info)?.[1] ?? '',
  );
  return [cpus()[0]!.model, ...facts].join(' ').trim();
}

test('every plan and variant has the hash that it had', () => {
  for (const [name, profiles] of Object.entries(golden.plans))
    for (const [profile, expected] of Object.entries(profiles)) {
      const plan = experiments.planExperiment(registry.EXPERIMENTS[name]!, { profile });
      const found: GoldenPlan = {
        folder: plan.folder,
        shared: experiments.sharedHash(plan.config),
        learners: experiments.hashOf(plan, null),
        variants: Object.fromEntries(
          plan.experiment.variants.map((variant) => [
            variant.key,
            [variant.name, experiments.hashOf(plan, variant)],
          ]),
        ),
        jobs: experiments.jobsOf(plan).length,
      };
      assert.deepEqual(found, expected, `${name}, ${profile}`);
    }
});

/** Step, n and metric of a record, as the fixture's rows have them. */
function asRecorded(
  record: records.ResultRecord,
  expected: Row,
): readonly [number, number, string] {
  const [, , n] = expected;
  const { step, metric, over, at } = record;
  if (over === 'pair') return [step, at[1], `${metric}, name ${at[0]}`];
  if (over !== null) return [step, at, metric];
  // without an axis n was 0; of a training loss it was that of the first record
  return [step, metric === 'training loss' ? n : 0, metric];
}

/**
 * On the machine of the fixture the same bits; elsewhere processors round differently, and a tie
 * may fall the other way.
 */
const here = `${processor()}, ${core.backendName()}`;
const agrees = (a: number, b: number, sameMachine: boolean): boolean =>
  sameMachine ? a === b : Math.abs(a - b) <= 2e-3 * Math.max(1, Math.abs(b));
/** Weights that cancel in every distance: their gradient is round-off, which Adam makes a full step. */
const ROUND_OFF = new Set(['ProtoNet.embedding.1.bias']);
const compared = (metric: string, sameMachine: boolean): boolean =>
  sameMachine || /loss/.test(metric);

for (const experiment of TOYS)
  test(`a short run of ${experiment.name} has the numbers that it had`, async (t) => {
    const plan = experiments.planExperiment(experiment);
    const data = scratch();
    for (const job of experiments.jobsOf(plan)) {
      const expected = golden.runs[experiment.name]![job.variant]!;
      const { machine = golden.machine } = expected;
      const same = machine === here;
      if (!same) t.diagnostic(`${job.variant}: losses only, to 0.2 %: recorded on ${machine}`);
      const kept = { ...job, weights: expected.weights !== undefined };
      await experiments.runJob(plan, kept, { data, scratch: join(data, 'runs') });
      const files = experiments.filesOf(plan, job, data, data);
      const measured = records.readRecords(files.records);
      assert.equal(measured[0]!.config, expected.config, `${job.variant}: config`);
      assert.equal(measured.length, expected.rows.length, `${job.variant}: as many records`);
      measured.forEach((record, i) => {
        const { variant, metric, value } = record;
        const [v, s, k, m, x] = expected.rows[i]!;
        assert.deepEqual(
          [variant, ...asRecorded(record, expected.rows[i]!)],
          [v, s, k, m],
          `${job.variant}, record ${i}`,
        );
        assert.ok(
          !compared(metric, same) || agrees(value, x, same),
          `${job.variant}, record ${i} (${v}, ${m}): ${value}, was ${x}`,
        );
      });
      if (!expected.weights) continue;
      const { arrays } = core.readSafetensors(files.weights);
      assert.deepEqual(
        Object.keys(arrays),
        Object.keys(expected.weights),
        `${job.variant}: names of the weights`,
      );
      for (const [name, [shape, first]] of Object.entries(expected.weights)) {
        assert.deepEqual(arrays[name]!.shape, shape, name);
        if (!same && ROUND_OFF.has(name)) continue;
        first.forEach((x, i) =>
          assert.ok(agrees(arrays[name]!.data[i]!, x, same), `${job.variant}, ${name}[${i}]`),
        );
      }
    }
  });
