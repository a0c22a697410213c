/** Claims of notebooks, decided by a cell and by enough seeds; records that say what made them. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { records } from 'invicl';

import { root, scratch } from '../helpers';

interface Claims {
  checkTitleClaim(name: string, notebook: object): void;
  checkVerdicts(name: string, verdicts: readonly Partial<records.Verdict>[]): void;
  checkStamps(files: readonly string[]): void;
}
let claims: Claims;
before(async () => {
  claims = (await import(pathToFileURL(join(root, 'bin', 'claims.mjs')).href)) as Claims;
});

const notebook = (title: string, ...decided: string[]): object => ({
  cells: [
    { cell_type: 'markdown', source: `# 01 Title\n\n**${title}**`, metadata: {} },
    ...decided.map((claim) => ({
      cell_type: 'code',
      source: '',
      outputs: [{ data: { 'application/vnd.icl.claim+json': { claim } } }],
    })),
  ],
});

test('the claim of the first cell must be decided in the same words', () => {
  claims.checkTitleClaim('a', notebook('The *error* is $0$.', 'The error is 0.'));
  assert.throws(
    () => claims.checkTitleClaim('a', notebook('The error is 0.')),
    /No cell of a decides .*'The error is 0\.' \(decided: none\)/,
  );
  assert.throws(
    () => claims.checkTitleClaim('a', notebook('The error is 0.', 'The error is 1.')),
    /decided: 'The error is 1\.'/,
  );
});

const effectOver = (seeds: number): records.Effect =>
  records.differenceOf(records.asMeasured(Array.from({ length: seeds }, (_, i) => 5 + i)), 0);

test('verdicts need three seeds and the words of the course', () => {
  const one = (verdict: string, seeds?: number): Partial<records.Verdict>[] => [
    {
      claim: 'c',
      verdict: verdict as records.VerdictWord,
      ...(seeds ? { effect: effectOver(seeds) } : {}),
    },
  ];
  claims.checkVerdicts('a', one('supported', 3));
  claims.checkVerdicts('a', one('too few seeds', 2));
  claims.checkVerdicts('a', one('true'));
  assert.throws(() => claims.checkVerdicts('a', one('supported', 2)), /supported by 2 seeds/);
  assert.throws(() => claims.checkVerdicts('a', one('partly', 3)), /the verdict 'partly'/);
  assert.throws(() => claims.checkVerdicts('a', one('supported')), /by an interval/);
  assert.throws(() => claims.checkVerdicts('a', one('true', 3)), /though by an interval/);
});

test('records must say what made them', () => {
  const file = join(scratch(), 'a.jsonl');
  const write = (facts: Partial<records.RunFacts>): void =>
    records.writeRecords(file, [
      {
        experiment: 'e',
        job: 'v-0',
        variant: 'v',
        seed: 0,
        step: 1,
        over: null,
        at: null,
        metric: 'm',
        value: 1,
        config: 'c',
        commit: 'abc1234',
        code: '0123456789ab',
        command: 'npm run experiment -- e',
        date: '2026-11-28',
        seconds: 1,
        backend: 'cpu',
        ...facts,
      },
    ]);
  write({});
  claims.checkStamps([file]);
  write({ code: '', command: '', date: '' });
  claims.checkStamps([file]);
  for (const facts of [{ commit: 'none' }, { commit: 'abc1234+' }, { code: '' }, { command: '' }]) {
    write(facts);
    assert.throws(() => claims.checkStamps([file]), /do not say/, JSON.stringify(facts));
  }
});
