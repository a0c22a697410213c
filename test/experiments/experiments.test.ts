import * as assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { experiments } from 'invicl';

import { refused, root, scratch } from '../helpers';

const record: experiments.ResultRecord = {
  experiment: 'e',
  variant: 'AR',
  seed: 0,
  step: 10,
  n: 5,
  metric: 'error',
  value: 0.5,
  config: 'abc',
  commit: 'none',
  seconds: 1,
  backend: 'cpu',
};

test('records come back; a cut line, a wrong field and mixed configs are refused', () => {
  const folder = scratch();
  const file = join(folder, 'a.jsonl');
  experiments.writeRecords(file, [record, { ...record, seed: 1, value: 0.7 }]);
  assert.deepEqual(experiments.readExperiment(folder), [record, { ...record, seed: 1, value: 0.7 }]);
  assert.deepEqual(experiments.overSeeds(experiments.readRecords(file), { variant: 'AR', metric: 'error', n: 5 }), [0.5, 0.7]);
  writeFileSync(file, `${JSON.stringify(record)}\n${JSON.stringify(record).slice(0, 40)}`);
  refused(() => experiments.readRecords(file), 'Line 2', 'a.jsonl', 'cut');
  writeFileSync(file, `${JSON.stringify({ ...record, value: 'high' })}\n`);
  refused(() => experiments.readRecords(file), 'Line 1');
  experiments.writeRecords(file, [record]);
  experiments.writeRecords(join(folder, 'b.jsonl'), [{ ...record, config: 'xyz' }]);
  refused(() => experiments.readExperiment(folder), '2 configs', 'abc', 'xyz');
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  refused(() => experiments.readExperiment(empty), 'no records');
});

test('verdicts: the interval decides', () => {
  assert.equal(experiments.smaller([1, 1.1, 0.9], [2, 2.1, 1.9]), 'holds');
  assert.equal(experiments.smaller([1, 3, 2], [2.2, 3.2, 1.2]), 'partly');
  assert.equal(experiments.smaller([2, 2.1, 1.9], [1, 1.1, 0.9]), 'not at this scale');
  const verdict = experiments.compare('claim', 'source', { name: 'A', values: [1, 1, 1] }, { name: 'B', values: [2] });
  assert.match(verdict.ours, /A 1\.00 .*3 seeds.*B 2\.00 \(1 run\)/);
  assert.equal(experiments.exactly('c', 's', 'o', false).verdict, 'not at this scale');
});

test('the shipped comparisons are complete: every method and seed, one config, three seeds', () => {
  for (const name of Object.keys(experiments.COMPARISONS)) {
    const records = experiments.readExperiment(join(root, 'data', 'results', name));
    const config = experiments.comparisonOf(name);
    assert.equal(records[0]!.config, experiments.comparisonHash(config), `${name} was made with the config in the code`);
    for (const variant of ['AR', 'NoPE', 'Prefix', 'BoE', 'PCW', 'SAICL', 'InvICL', 'BatchICL']) {
      for (const n of config.ns)
        assert.equal(experiments.overSeeds(records, { variant, metric: 'error', n }).length, 3, `${name} ${variant} n = ${n}`);
      assert.equal(experiments.overSeeds(records, { variant, metric: 'sensitivity' }).length, 3);
    }
    const lines = new Set(records.map((r) => JSON.stringify([r.variant, r.seed, r.step, r.n, r.metric])));
    assert.equal(lines.size, records.length, `${name} has no record twice`);
  }
  refused(() => experiments.comparisonOf('nothing'), "'nothing'", 'comparison-random-n');
});
