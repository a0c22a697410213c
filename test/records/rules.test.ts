/** Verdicts: the words, effects over paired seeds, rules, claims decided many at once. */
import * as assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { evaluation, records } from 'invicl';

import { RECORD, close, fixture, refused, scratch } from '../helpers';

const near = (actual: number, expected: number, tolerance: number): void =>
  close([actual], [expected], tolerance);

/** Records of a variant, one for each seed that has a value. */
const at = (
  variant: string,
  values: readonly (number | null)[],
  rest: { readonly metric?: string; readonly step?: number; readonly config?: string } = {},
): records.ResultRecord[] =>
  values.flatMap((value, seed) =>
    value === null ? [] : [{ ...RECORD, ...rest, variant, seed, value }],
  );

/** From SciPy: test/fixtures/statistics_reference.py. */
const reference = JSON.parse(readFileSync(fixture('statistics-reference.json'), 'utf8')) as {
  readonly quantiles: readonly (readonly [freedom: number, quantile: number])[];
  readonly paired: {
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly low: number;
    readonly high: number;
    readonly p: number;
  };
  readonly welch: {
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly low: number;
    readonly high: number;
  };
  readonly discovery: { readonly p: readonly number[]; readonly adjusted: readonly number[] };
};

test('intervals are those of SciPy, for any number of values', () => {
  for (const [freedom, quantile] of reference.quantiles.filter(([f]) => Number.isInteger(f))) {
    const values = Array.from({ length: freedom + 1 }, (_, i) => i % 2);
    const { low, mean, deviation, count } = evaluation.summary(values);
    near((mean - low) / (deviation / Math.sqrt(count)), quantile, 1e-7);
  }
  const { a, b, low, high } = reference.welch;
  const welch = evaluation.difference(a, b);
  near(welch.low, low, 1e-7);
  near(welch.high, high, 1e-7);
});

test('two variants are compared seed by seed, as SciPy compares pairs', () => {
  const { a, b, low, high, p } = reference.paired;
  const effect = records.differenceOf(records.asMeasured(a), records.asMeasured(b));
  near(effect.low, low, 1e-7);
  near(effect.high, high, 1e-7);
  near(effect.p!, p, 1e-7);
  const wide = evaluation.difference(a, b);
  assert.ok(wide.high - wide.low > 3 * (effect.high - effect.low), 'pairs share their seed');
});

test('unequal sets of seeds are compared on those that both have', () => {
  const two = [...at('A', [null, 1, 2, 3, 4]), ...at('B', [9, 2, null, 6, 8])];
  const { ours, effect } = records.errorBelow('A', 'B', { n: 5 })(two);
  assert.deepEqual([effect!.seeds, effect!.estimate.toFixed(6)], [3, '0.500000']);
  assert.match(ours, /^A 2\.29, B 4\.58: ratio 0\.500 /);
  refused(
    () => records.errorBelow('A', 'C', { n: 5 })([...two, ...at('C', [1])]),
    'no seed in common',
  );
});

test('a baseline has one number, which serves every seed', () => {
  const all = [
    ...at('A', [0.1, 0.2, 0.4]),
    ...at('least squares', [0.1], { config: 'x:learners' }),
  ];
  assert.equal(records.errorWithin('A', 'least squares', 9, { n: 5 })(all).effect!.seeds, 3);
});

test('the whole interval decides; three seeds are the fewest', () => {
  const word = (a: readonly number[], b: readonly number[]): string =>
    records.errorBelow('A', 'B', { n: 5 })([...at('A', a), ...at('B', b)]).verdict;
  assert.equal(word([0.1, 0.11, 0.09], [0.3, 0.31, 0.33]), 'supported');
  assert.equal(word([0.3, 0.31, 0.33], [0.1, 0.11, 0.09]), 'contradicted');
  assert.equal(word([0.1, 0.4, 0.2], [0.2, 0.3, 0.25]), 'undecided');
  assert.equal(word([0.1, 0.11], [0.3, 0.31]), 'too few seeds');
  assert.equal(word([0.1], [0.3]), 'too few seeds');
  const one = records.errorBelow('A', 'B', { n: 5 })([...at('A', [0.1]), ...at('B', [0.3])]);
  assert.match(one.ours, /\(1 seed, no interval\); at least 3 seeds would decide$/);
  assert.equal(one.effect!.p, null);
  const above = records.errorAbove('B', 'A', { n: 5 });
  assert.equal(
    above([...at('A', [0.1, 0.11, 0.09]), ...at('B', [0.3, 0.3, 0.3])]).verdict,
    'supported',
  );
});

test('exact statements are true or false', () => {
  assert.equal(records.exactly('c', 's', 'o', true).verdict, 'true');
  assert.equal(records.exactly('c', 's', 'o', false).verdict, 'false');
});

test('compare pairs values by their order', () => {
  const [a, b] = [
    { name: 'A', values: [1, 2, 3] },
    { name: 'B', values: [1.1, 2.1, 3.1] },
  ];
  assert.equal(records.compare('c', 's', a, b).verdict, 'supported');
  assert.equal(records.compare('c', 's', b, a).verdict, 'contradicted');
  assert.match(
    records.compare('c', 's', a, b).ours,
    /^A 2\.00 .*; B 2\.10 .*: difference -0\.100 /,
  );
});

test('undecided claims say how many seeds would decide them', () => {
  // differences 1 and -0.5 in turn: mean .25, deviation .8; 42 seeds put 0 outside
  const values = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 1 : -0.5));
  const effect = records.differenceOf(records.asMeasured(values), 0);
  const { deviation } = evaluation.summary(values);
  const needed = records.seedsToDecide(effect);
  const half = (n: number): number => {
    const spread = Array.from({ length: n }, (_, i) => i);
    const { low, mean, deviation: own } = evaluation.summary(spread);
    return ((mean - low) / own) * deviation;
  };
  assert.ok(half(needed) < 0.25 && half(needed - 1) >= 0.25, `${needed}`);
  assert.equal(
    records.seedsToDecide(records.differenceOf(records.asMeasured([1, -1, 0]), 0)),
    Infinity,
  );
});

test('"never" counts as twice the run, and is counted', () => {
  const curve = [5, 10, 15].flatMap((step, i) =>
    at('A', [[1, 0.5, 0.05][i]!, [1, 0.04, 0.05][i]!, 1], { metric: 'error along training', step }),
  );
  assert.deepEqual(records.stepsTo(curve, 'A', 0.1), [15, 10, Infinity]);
  const slow = at('B', [1, 1, 1], { metric: 'error along training', step: 15 });
  assert.match(
    records.soonerThan('A', 'B', 0.1)([...curve, ...slow]).ours,
    /A 17 steps \(1 of 3 never, counted as 30\), B 30 steps \(3 of 3 never, counted as 30\)/,
  );
});

test('the false-discovery rate is kept as SciPy keeps it', () => {
  const { p, adjusted } = reference.discovery;
  records.adjustedP(p).forEach((value, i) => near(value, adjusted[i]!, 1e-12));
  const effect = records.differenceOf(records.asMeasured([1, 1.1, 0.9]), 0);
  const verdict = (own: number, seeds = 3): records.Verdict => ({
    claim: 'c',
    source: 's',
    ours: 'o',
    verdict: seeds < 3 ? 'too few seeds' : 'supported',
    effect: { ...effect, p: own, seeds },
  });
  const many = [verdict(0.001), ...Array.from({ length: 18 }, () => verdict(0.04)), verdict(0.9)];
  assert.deepEqual(
    [...new Set(records.adjustedWords(many.slice(0, -1)))],
    ['supported'],
    'most claims are decided, so few of them are false discoveries',
  );
  const few = [verdict(0.04), ...Array.from({ length: 9 }, () => verdict(0.9)), verdict(0.01, 2)];
  assert.equal(records.adjustedWords(few)[0], 'undecided');
  assert.equal(records.adjustedWords(few).at(-1), 'too few seeds');
  assert.deepEqual(records.adjustedWords([records.exactly('c', 's', 'o', true)]), ['true']);
});

test('verdicts of replaced records and of changed rules stand beside the new ones', () => {
  const folder = scratch();
  const now = records.exactly('c', 's', 'now', true);
  assert.deepEqual(records.withEarlier([now], folder), [now]);
  records.keepEarlier(folder, 'Other steps until today.', [
    records.exactly('c', 's', 'then', false),
  ]);
  const [both] = records.withEarlier([now], folder);
  assert.deepEqual(both!.earlier, {
    change: 'Other steps until today.',
    ours: 'then',
    verdict: 'false',
  });
  writeFileSync(join(folder, 'earlier.json'), '{"change": "x", "verdicts": [{"claim": "c"}]}');
  refused(() => records.withEarlier([now], folder), 'earlier.json', 'holds no earlier verdicts');
  const changed: records.Claim = {
    claim: 'c',
    source: 's',
    decide: () => ({ ours: 'new', verdict: 'supported' }),
    changed: { change: 'Why.', decide: () => ({ ours: 'old', verdict: 'undecided' }) },
  };
  const [decided] = records.decide([changed], []);
  assert.deepEqual(decided!.earlier, { change: 'Why.', ours: 'old', verdict: 'undecided' });
});
