/** Labels of a model: which are kept, and how often they are right, by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, language, work } from 'invicl';

import { allRefused, close } from '../../../helpers';

const labels: readonly work.ModelLabel[] = [
  { label: 0, confidence: 0.9 },
  { label: 1, confidence: 0.6 },
  { label: 0, confidence: 0.5 },
  { label: 0, confidence: 0.8 },
  { label: 0, confidence: 0.8 },
  { label: 1, confidence: 0.7 },
];

test('labels are the best calibrated scores, and confidence is their share', () => {
  const scores = [
    [0, 2, -1],
    [1, 3, 0],
    [0, 4, 3.9],
  ];
  const calibrated = language.batchCalibration(scores);
  const found = work.modelLabels(scores);
  found.forEach(({ label, confidence }, i) => {
    assert.equal(label, calibrated[i]!.indexOf(Math.max(...calibrated[i]!)));
    close([confidence], [Math.max(...core.softmax(calibrated[i]!))], 1e-12);
  });
  // without calibration all three would have the label 1
  assert.equal(found[2]!.label, 2);
});

test('a label that the model always prefers does not take all rows', () => {
  const random = core.stream(0, 'scores');
  const scores = Array.from({ length: 400 }, () => [random.normal() + 5, random.normal()]);
  const other = (labels: readonly number[]): number =>
    labels.filter((label) => label === 1).length / labels.length;
  assert.ok(other(scores.map(([a, b]) => Number(b! > a!))) < 0.01);
  assert.ok(other(work.modelLabels(scores).map(({ label }) => label)) > 0.15);
});

test('of each label the most confident share is kept, of equals the earlier', () => {
  assert.deepEqual(work.mostConfident(labels, 0.5), [0, 3, 5]);
  assert.deepEqual(work.mostConfident(labels, 0.25), [0, 5]);
  assert.deepEqual(work.mostConfident(labels, 0.01), [0, 5]);
  assert.deepEqual(work.mostConfident(labels, 0.75), [0, 1, 3, 4, 5]);
  assert.deepEqual(work.mostConfident(labels, 1), [0, 1, 2, 3, 4, 5]);
});

test('a larger share holds the smaller one, and its least confidence is no higher', () => {
  const random = core.stream(1, 'labels');
  const some = Array.from({ length: 60 }, () => ({
    label: random.integer(4),
    confidence: random.uniform(),
  }));
  const right = some.map(() => 0);
  const shares = [0.1, 0.3, 0.5, 0.9, 1];
  shares.slice(1).forEach((share, i) => {
    const more = new Set(work.mostConfident(some, share));
    assert.ok(work.mostConfident(some, shares[i]!).every((row) => more.has(row)));
    assert.ok(
      work.keptLabels(some, right, share).threshold <=
        work.keptLabels(some, right, shares[i]!).threshold,
    );
  });
});

test('kept labels are counted by hand', () => {
  const right = [0, 0, 0, 0, 1, 1];
  assert.deepEqual(work.keptLabels(labels, right, 0.5), {
    kept: 0.5,
    precision: 1,
    threshold: 0.7,
  });
  assert.deepEqual(work.keptLabels(labels, right, 1), {
    kept: 1,
    precision: 4 / 6,
    threshold: 0.5,
  });
});

test('a text has the label whose word points the same way, however long the vectors are', () => {
  const words = [
    [1, 0],
    [0, 5],
  ];
  const texts = [
    [3, 1],
    [0.1, 0.2],
    [1, 1],
    [-1, 0.1],
  ];
  assert.deepEqual(work.nearestWordLabels(texts, words), [0, 1, 0, 1]);
});

test('what are no labels is refused', async (t) => {
  await allRefused(t, [
    [() => work.modelLabels([]), 'Scores'],
    [() => work.modelLabels([[0, NaN]]), 'Scores'],
    [() => work.mostConfident(labels, 0), 'share', '0'],
    [() => work.mostConfident(labels, 1.5), 'share', '1.5'],
    [() => work.mostConfident([{ label: -1, confidence: 1 }], 1), 'labels[0]', '-1'],
    [() => work.mostConfident([{ label: 0, confidence: NaN }], 1), 'labels[0]', 'NaN'],
    [() => work.keptLabels(labels, [0, 1], 1), '6 labels', '2 true'],
    [() => work.keptLabels([], [], 1), '0 labels'],
    [() => work.nearestWordLabels([[1, 2]], [[1]]), '2 numbers', '1'],
    [() => work.nearestWordLabels([], [[1]]), 'Vectors of texts'],
    [() => work.nearestWordLabels([[1]], []), 'Vectors of label words'],
  ]);
});
