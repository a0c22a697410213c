import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, inweight } from 'invicl';

import { close, refused } from '../../helpers';

const squared = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0);

/** All lists of L classes out of C. */
const listsOf = (C: number, L: number): number[][] =>
  L === 0
    ? [[]]
    : listsOf(C, L - 1).flatMap((rest) => Array.from({ length: C }, (_, c) => [...rest, c]));

const weightOf = (weights: readonly number[], classes: readonly number[]): number =>
  classes.reduce((product, c) => product * weights[c]!, 1);

/** The share of lists drawn by the weights that hold the class, by adding them all up. */
const shareHolding = (weights: readonly number[], L: number, c: number): number =>
  listsOf(weights.length, L)
    .filter((classes) => classes.includes(c))
    .reduce((sum, classes) => sum + weightOf(weights, classes), 0);

/** The Bayes answer from the definition: every list of classes with its probability. */
function byEnumeration(
  sequence: inweight.Sequence,
  centres: readonly ArrayLike<number>[],
  config: inweight.GeneratorConfig,
  weights: readonly number[],
  noise: number,
): number[] {
  const { L, pRelevant, labelNoise: q } = config;
  const C = weights.length;
  const d = centres[0]!.length;
  const input = (l: number): Float32Array => sequence.inputs.subarray(l * d, (l + 1) * d);
  const density = (l: number, c: number): number =>
    Math.exp(-squared(input(l), centres[c]!) / (2 * noise ** 2));
  const label = (y: number, c: number): number => (y === c ? 1 - q : y === (c + 1) % C ? q : 0);
  const answer = new Array<number>(C).fill(0);
  for (let c = 0; c < C; c++) {
    const holding = shareHolding(weights, L, c);
    for (const classes of listsOf(C, L)) {
      const prior = classes.includes(c) ? pRelevant / holding : (1 - pRelevant) / (1 - holding);
      const seen = classes.reduce(
        (p, other, l) => p * density(l, other) * label(sequence.labels[l]!, other),
        density(L, c),
      );
      const p = weights[c]! * weightOf(weights, classes) * prior * seen;
      for (let y = 0; y < C; y++) answer[y]! += p * label(y, c);
    }
  }
  const total = answer.reduce((a, b) => a + b, 0);
  return answer.map((p) => p / total);
}

const sourceOf = (
  given: Partial<inweight.GeneratorConfig>,
  noise: number,
  d: number,
): inweight.SequenceGenerator => {
  const config = inweight.generatorConfig({ high: 2, low: 2, seed: 1, ...given });
  return new inweight.SequenceGenerator(
    config,
    inweight.inputsOf({ from: 'centres', d, noise }, inweight.classesOf(config), 1),
  );
};

test('the Bayes answer is that of the definition, with noisy labels and long contexts, too', () => {
  for (const given of [
    { L: 1 },
    { L: 2, labelNoise: 0.2 },
    { L: 3, pRelevant: 0.4, labelNoise: 0.1 },
    { L: 2, zipf: 1, pRelevant: 0.5 },
  ]) {
    const [noise, d] = [0.5, 3];
    const source = sourceOf(given, noise, d);
    const centres = inweight.centres(4, d, 1);
    const bayes = inweight.bayesWithCentres(centres, source.config, noise);
    const tests = [
      ...source.tests('as trained', 'any', 20),
      ...inweight.withShiftedLabels(source.tests('relevant', 'rare', 20), source.config),
    ];
    const prompts = inweight.sequencePrompts(tests, d);
    const logs = bayes.logProbabilities(prompts);
    const found = logs.arraySync().map(([row]) => row!.map(Math.exp));
    logs.dispose();
    tests.forEach((one, b) =>
      close(found[b]!, byEnumeration(one, centres, source.config, source.weights, noise), 1e-5),
    );
  }
});

test('no predictor makes fewer errors on sequences as in training', () => {
  const [noise, d] = [0.4, 16];
  const source = sourceOf({ low: 8, pRelevant: 0.7 }, noise, d);
  const C = source.classes;
  const centres = inweight.centres(C, d, 1);
  const tests = source.tests('as trained', 'any', 3000);
  const errorOf = (classifier: Parameters<typeof inweight.answersOf>[0]): number =>
    inweight.answersOf(classifier, 1, tests, d).scores[0]!.error;
  const bayes = errorOf(inweight.bayesWithCentres(centres, source.config, noise));
  assert.ok(bayes < errorOf(inweight.oracleOfCentres(centres, noise)));
  assert.ok(bayes < errorOf(inweight.similarityVote(C)));
});

test('with one example that is always relevant it copies; without noise it does not', () => {
  const copied = (pRelevant: number, noise: number): number => {
    const source = sourceOf({ pRelevant, low: 8 }, noise, 16);
    const tests = inweight.withShiftedLabels(source.tests('relevant', 'rare', 100), source.config);
    const centres = inweight.centres(source.classes, 16, 1);
    const bayes = inweight.bayesWithCentres(centres, source.config, noise);
    return inweight.answerShares(inweight.answersOf(bayes, 1, tests, 16).answers[0]!, tests).copied;
  };
  assert.equal(copied(1, 0.3), 1);
  assert.equal(copied(0.9, 0), 0);
});

test('what the Bayes answer is not written for is refused', () => {
  const centres = inweight.centres(4, 3, 1);
  const config = inweight.generatorConfig({ high: 2, low: 2, L: 2, copies: 1 });
  refused(() => inweight.bayesWithCentres(centres, config, 0.3), '1 copies', 'distractors');
  const plain = inweight.generatorConfig({ high: 2, low: 3 });
  refused(() => inweight.bayesWithCentres(centres, plain, 0.3), '4 centres', '5 classes');
});

test('the expected number of different sequences is that of counting them', () => {
  const [N, draws, runs] = [50, 40, 4000];
  const random = core.stream(0, 'sightings');
  let sum = 0;
  for (let run = 0; run < runs; run++) {
    const seen = new Set(Array.from({ length: draws }, () => random.integer(N)));
    sum += seen.size;
  }
  assert.ok(Math.abs(sum / runs - inweight.expectedDistinct(N, draws)) < 0.15);
  assert.equal(inweight.expectedDistinct(1, 7), 1);
  close([inweight.expectedDistinct(2, 1)], [1], 1e-12);
  refused(() => inweight.expectedDistinct(0, 3), 'N', '0');
});
