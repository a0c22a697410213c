/** Calibrations: what each takes away, by hand, by properties and by clusters. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, scoring, language } from 'invicl';
import { allRefused, close, refused } from '../../../helpers';

const { CALIBRATORS, bestOptions } = scoring;
const logs = (...shares: readonly number[]): number[] => shares.map(Math.log);
const random = (purpose: string): core.Stream => core.stream(0, 'calibrators', purpose);
const right = (rows: readonly (readonly number[])[], labels: readonly number[]): number =>
  bestOptions(rows).filter((k, q) => k === labels[q]).length / labels.length;

test('each calibrator takes what its name says from its own material', () => {
  const scores = [logs(0.6, 0.4), logs(0.9, 0.1), logs(0.2, 0.8), logs(0.5, 0.5)];
  const other = [logs(0.8, 0.2), logs(0.6, 0.4)];
  const material = { contentFree: other, domain: scores, premise: [logs(0.08, 0.02)] };
  const { raw, contextual, domain, batch, pmi } = CALIBRATORS;
  close(raw.calibrate(scores).flat(), scores.flat(), 0);
  const calibrated = language.contextualCalibration(scores, other);
  close(contextual.calibrate(scores, material).flat(), calibrated.flat(), 1e-12);
  const own = language.batchCalibration(scores);
  close(domain.calibrate(scores, material).flat(), own.flat(), 1e-12);
  close(batch.calibrate(scores, material).flat(), own.flat(), 1e-12);
  close(batch.calibrate(scores, { unlabelled: other }).flat(), calibrated.flat(), 1e-12);
  close(
    pmi.calibrate(scores, material).flat(),
    scores.flatMap(([a, b]) => [a! - Math.log(0.08), b! - Math.log(0.02)]),
    1e-12,
  );
  const each = scoring.mutualInformation(scores, scores);
  close(each.flat(), new Array<number>(8).fill(0), 1e-12, 'a premise for each question');
});

test('an option that is never answered without content stays finite', () => {
  const [row] = language.contextualCalibration([[0, 1]], [[1e12, 0]]);
  assert.ok(row!.every(Number.isFinite) && row![1]! > row![0]!);
});

test('the mean share shows the preference of a model', () => {
  close(scoring.meanShares([logs(0.6, 0.4), logs(0.9, 0.1)]), [0.75, 0.25], 1e-12);
  close(scoring.meanShares([logs(0.06, 0.04)]), [0.6, 0.4], 1e-12);
});

test('random inputs have the words of the domain with their frequencies, and its mean length', () => {
  const inputs = [
    ['a', 'a', 'b'],
    ['a', 'c', 'a', 'a', 'b'],
  ];
  const drawn = scoring.randomInputs(random('inputs'), inputs, 2000);
  assert.equal(drawn.length, 2000);
  assert.ok(drawn.every(({ length }) => length === 4));
  const share = (word: string): number => drawn.flat().filter((w) => w === word).length / 8000;
  close(['a', 'b', 'c'].map(share), [5 / 8, 2 / 8, 1 / 8], 0.02);
  const texts = scoring.randomTexts(random('texts'), ['the red  dog', 'a\ncat']);
  assert.equal(texts.length, 20);
  assert.ok(texts.every((text) => /^(the|red|dog|a|cat)( (the|red|dog|a|cat)){2}$/.test(text)));
  assert.deepEqual(texts, scoring.randomTexts(random('texts'), ['the red  dog', 'a\ncat']));
});

test('the best matching is the best of all permutations', () => {
  const stream = random('matching');
  for (let K = 1; K <= 6; K++)
    for (let i = 0; i < 20; i++) {
      const gains = Array.from({ length: K }, () => [...stream.normals(K)]);
      const gainOf = (columns: readonly number[]): number =>
        columns.reduce((sum, c, r) => sum + gains[r]![c]!, 0);
      const found = scoring.bestMatching(gains);
      assert.deepEqual(
        [...found].sort(),
        Array.from({ length: K }, (_, k) => k),
      );
      close([gainOf(found)], [Math.max(...core.allPermutations(K).map(gainOf))], 1e-12);
    }
});

/** Points of two Gaussians with full covariances. */
function twoClusters(count: number): { points: number[][]; of: number[] } {
  const stream = random('clusters');
  const of = Array.from({ length: count }, (_, i) => (i % 4 === 0 ? 1 : 0));
  const points = of.map((k) => {
    const [a, b] = [stream.normal(), stream.normal()];
    return k === 0 ? [a, 0.8 * a + 0.6 * b] : [6 + 0.5 * a, -4 + 0.5 * b];
  });
  return { points, of };
}

test('a mixture finds shares, means and covariances, and never loses likelihood', () => {
  const { points } = twoClusters(4000);
  const { components, logLikelihood } = scoring.fitMixture(random('fit'), points, 2);
  const [small, large] = [...components].sort((a, b) => a.weight - b.weight);
  close([small!.weight, large!.weight], [0.25, 0.75], 0.01);
  close([...small!.mean, ...large!.mean], [6, -4, 0, 0], 0.02);
  close(large!.covariance.flat(), [1, 0.8, 0.8, 1], 0.06);
  close(small!.covariance.flat(), [0.25, 0, 0, 0.25], 0.06);
  const grows = [1, 2, 4, 8].map(
    (iterations) =>
      scoring.fitMixture(random('fit'), points, 2, { iterations, tolerance: 0 }).logLikelihood,
  );
  assert.ok(
    grows.every((value, i) => i === 0 || value >= grows[i - 1]! - 1e-9),
    grows.join(' '),
  );
  const densities = scoring
    .mixtureLogs(components, points)
    .map(([a, b]) => Math.log(Math.exp(a!) + Math.exp(b!)));
  const mean = densities.reduce((a, b) => a + b) / densities.length;
  close([logLikelihood], [mean], 1e-4);
});

test('the density of a component is that of its formula', () => {
  const component = {
    weight: 0.5,
    mean: [1, -1],
    covariance: [
      [2, 0.6],
      [0.6, 1],
    ],
  };
  const [dx, dy] = [0.5, 2];
  const det = 2 * 1 - 0.6 ** 2;
  const distance = (dx * dx * 1 - 2 * dx * dy * 0.6 + dy * dy * 2) / det;
  const expected = Math.log(0.5) - Math.log(2 * Math.PI) - 0.5 * Math.log(det) - 0.5 * distance;
  close(scoring.mixtureLogs([component], [[1.5, 1]])[0]!, [expected], 1e-12);
});

test('prototypical calibration finds clusters on one side of the threshold', () => {
  const stream = random('shifted');
  const labels = Array.from({ length: 200 }, (_, i) => i % 2);
  // log-odds of the second option: about -5 and about -1, both of which answer the first option
  const scores = labels.map((k) => [0, (k === 0 ? -5 : -1) + 0.3 * stream.normal()]);
  assert.ok(right(scores, labels) <= 0.51, 'the likelier option is hardly ever the second');
  const calibrated = CALIBRATORS.prototypical.calibrate(scores);
  assert.equal(right(calibrated, labels), 1);
  for (const row of calibrated) close([row.map(Math.exp).reduce((a, b) => a + b)], [1], 1e-9);
  const few = CALIBRATORS.prototypical.calibrate([scores[0]!, scores[1]!], { unlabelled: scores });
  assert.deepEqual(bestOptions(few), [0, 1], 'clusters of other questions');
});

test('prototypical calibration gives each of three clusters its option', () => {
  const stream = random('three');
  const labels = Array.from({ length: 300 }, (_, i) => i % 3);
  const bias = [4, 0, -3];
  const scores = labels.map((k) =>
    bias.map((b, j) => b + (j === k ? 2.5 : 0) + 0.2 * stream.normal()),
  );
  assert.ok(right(scores, labels) < 0.4);
  assert.equal(right(scoring.prototypicalCalibration(scores), labels), 1);
});

test('of several starts the likeliest or the best matched is taken', () => {
  const accuracies = (given: Partial<scoring.PrototypicalConfig>): number[] =>
    Array.from({ length: 8 }, (_, seed) => {
      const stream = core.stream(seed, 'starts');
      const labels = Array.from({ length: 60 }, (__, i) => i % 4);
      const scores = labels.map((k) =>
        [2, 0, -1, 1].map((b, j) => b + (j === k ? 2.5 : 0) + 0.5 * stream.normal()),
      );
      return right(scoring.prototypicalCalibration(scores, scores, { seed, ...given }), labels);
    });
  const one = accuracies({ restarts: 1 });
  const likeliest = accuracies({ restarts: 10 });
  assert.ok(Math.min(...likeliest) > 0.95, likeliest.join(' '));
  assert.ok(Math.min(...one) < 0.9, `some start goes wrong: ${one.join(' ')}`);
  const matched = accuracies({ restarts: 10, choose: 'matching' });
  assert.notDeepEqual(matched, likeliest);
  assert.ok(Math.min(...matched) > 0.6, matched.join(' '));
});

test('bad input is refused in a sentence', async (t) => {
  const two = [
    [0, 1],
    [1, 0],
    [0, 2],
    [2, 0],
  ];
  const wrong = <T>(value: unknown): T => value as T;
  const stream = random('refused');
  await allRefused(t, [
    [() => CALIBRATORS.contextual.calibrate(two), "'contextual'", "no 'contentFree'"],
    [() => CALIBRATORS.domain.calibrate(two, {}), "'domain-context'", "no 'domain'"],
    [() => CALIBRATORS.pmi.calibrate(two, { premise: [] }), "'premise'", 'rows'],
    [() => CALIBRATORS.pmi.calibrate(two, wrong(null)), 'material', 'null'],
    [() => CALIBRATORS.raw.calibrate([[NaN]]), 'Scores', 'NaN'],
    [() => scoring.mutualInformation(two, [[0, 1, 2]]), '2 options', 'by 3'],
    [() => scoring.mutualInformation(two, two.slice(1)), '4 questions', '3 premises'],
    [() => scoring.prototypicalCalibration([[0, 1]]), '2 options', '1 questions'],
    [() => scoring.prototypicalCalibration(two, [[1], [2]]), '2 options', 'by 1'],
    [() => scoring.prototypicalCalibration(two, two, { restarts: 0 }), 'restarts', '0'],
    [() => scoring.prototypicalCalibration(two, two, wrong({ tries: 1 })), "'tries'"],
    [() => scoring.prototypicalCalibration(two, two, { choose: wrong('any') }), "'choose'", 'any'],
    [() => scoring.bestMatching([[1, 2]]), '1 rows', '2 columns'],
    [() => scoring.fitMixture(stream, two, 5), 'components', '5'],
    [() => scoring.fitMixture(stream, two, 2, { ridge: 0 }), 'ridge', '0'],
    [() => scoring.fitMixture(stream, two, 2, { iterations: 0 }), 'iterations', '0'],
    [() => scoring.fitMixture(stream, two, 2, { tolerance: -1 }), 'tolerance', '-1'],
    [() => scoring.meanShares([[]]), 'no options'],
    [() => scoring.randomInputs(stream, []), 'Inputs', 'at least 1'],
    [() => scoring.randomInputs(stream, [[]]), 'without a word'],
    [() => scoring.randomTexts(stream, ['a'], 0), 'random inputs', '0'],
    [() => scoring.randomInputs(stream, [[NaN]]), 'Inputs', 'words'],
  ]);
  const component = { weight: 1, mean: [0], covariance: [[1]] };
  refused(() => scoring.mixtureLogs([component], two), '1 dimensions', 'points of 2');
  const wide = { ...component, covariance: [[1, 0]] };
  refused(() => scoring.mixtureLogs([wide], [[0]]), 'as many rows as columns');
  refused(() => scoring.mixtureLogs([{ ...component, covariance: [[-1]] }], [[0]]), 'covariance');
});
