/** Votes among chains, demonstrations by complexity and by Auto-CoT, and the groups these need. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, steps, tf } from 'invicl';
import { allRefused, close, leavesNothing } from '../../../helpers';

const chain = (answer: number | null, results = 0): steps.Chain => ({
  written: true,
  rationale: new Array<number>(results).fill(1),
  answer,
  tokens: results + 4,
});
const chains = (...answers: (number | null)[]): steps.Chain[] => answers.map((a) => chain(a));

test('the commonest answer wins, of equals the first, and no answer has no vote', () => {
  assert.equal(steps.commonestAnswer(chains(1, 2, 2, 3)), 2);
  assert.equal(steps.commonestAnswer(chains(5, 0, 0, 5)), 5);
  assert.equal(steps.commonestAnswer(chains(null, null, 0)), 0);
  assert.equal(steps.commonestAnswer(chains(null, null)), null);
});

test('the vote is the argmax of counts on all triples of answers', () => {
  for (let code = 0; code < 64; code++) {
    const answers = [code & 3, (code >> 2) & 3, code >> 4];
    const won = steps.commonestAnswer(chains(...answers))!;
    const count = (y: number): number => answers.filter((answer) => answer === y).length;
    assert.ok([0, 1, 2, 3].every((y) => count(y) <= count(won)));
  }
});

test('the longest chains are those with the most steps, of equals the earlier', () => {
  const all = [chain(0, 1), chain(1, 3), chain(2, 2), chain(3, 3), chain(4, 0)];
  const answers = (K: number): (number | null)[] =>
    steps.longestChains(all, K).map(({ answer }) => answer);
  assert.deepEqual(answers(1), [1]);
  assert.deepEqual(answers(3), [1, 3, 2]);
  assert.deepEqual([...answers(5)].sort(), [0, 1, 2, 3, 4]);
});

test('a vote among the longest can differ from the vote of all', () => {
  const all = [chain(7, 0), chain(7, 0), chain(7, 0), chain(2, 2), chain(2, 2)];
  assert.equal(steps.commonestAnswer(all), 7);
  assert.equal(steps.commonestAnswer(steps.longestChains(all, 3)), 2);
});

test('questions by their number of steps', () => {
  const pool = [2, 1, 3, 3, 1].map((length, digit) => ({
    functions: new Array<number>(length).fill(0),
    digit,
  }));
  const digits = (k: number, order?: 'most' | 'fewest'): number[] =>
    steps.questionsBySteps(pool, k, order).map(({ digit }) => digit);
  assert.deepEqual(digits(3), [2, 3, 0]);
  assert.deepEqual(digits(3, 'fewest'), [1, 4, 0]);
});

/** Three far groups of points. */
function farPoints(): number[][] {
  const random = core.stream(4, 'points');
  return Array.from({ length: 30 }, (_, i) => [
    100 * (i % 3) + random.normal(),
    50 * (i % 3) + random.normal(),
  ]);
}

const costOf = (points: number[][], { centres, groups }: steps.Clusters): number =>
  points.reduce(
    (sum, point, p) =>
      sum + point.reduce((all, x, c) => all + (x - centres[groups[p]!]![c]!) ** 2, 0),
    0,
  );

test('k-means finds groups that are far apart, each centre the mean of its points', () => {
  const points = farPoints();
  const found = steps.kMeans(core.stream(0, 'k'), points, 3);
  for (let i = 0; i < 30; i++)
    for (let j = 0; j < 30; j++) assert.equal(found.groups[i] === found.groups[j], i % 3 === j % 3);
  for (const [g, centre] of found.centres.entries()) {
    const own = points.filter((_, p) => found.groups[p] === g);
    close(
      centre,
      [0, 1].map((c) => own.reduce((sum, point) => sum + point[c]!, 0) / own.length),
      1e-12,
    );
  }
});

test('no single point would be nearer to another centre, and more iterations do not cost more', () => {
  const random = core.stream(8, 'cloud');
  const points = Array.from({ length: 40 }, () => [random.normal(), random.normal()]);
  const run = (iterations: number): steps.Clusters =>
    steps.kMeans(core.stream(1, 'k'), points, 4, iterations);
  const found = run(100);
  const distance = (p: number, g: number): number =>
    found.centres[g]!.reduce((sum, x, c) => sum + (x - points[p]![c]!) ** 2, 0);
  for (let p = 0; p < 40; p++)
    for (let g = 0; g < 4; g++) assert.ok(distance(p, found.groups[p]!) <= distance(p, g) + 1e-12);
  assert.ok(costOf(points, found) <= costOf(points, run(1)) + 1e-12);
});

test('as many groups as points, equal points, and one group', () => {
  const points = [[0], [5], [9]];
  const each = steps.kMeans(core.stream(0, 'k'), points, 3);
  assert.equal(new Set(each.groups).size, 3);
  const equal = steps.kMeans(core.stream(0, 'k'), [[1], [1], [1]], 2);
  assert.ok(equal.centres.every(([x]) => x === 1));
  close(steps.kMeans(core.stream(0, 'k'), points, 1).centres[0]!, [14 / 3], 1e-12);
});

const network = steps.freshStepsModel({
  size: { width: 16, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 40 },
  seed: 2,
});
const toy = new steps.StepsLanguage(0);
const pool = Array.from({ length: 12 }, (_, i) =>
  steps.drawStepsQuestion(toy, core.stream(i, 'pool'), 1 + (i % 3)),
);

test('the vector of a question is the mean of its final states', () => {
  const vectors = steps.questionVectors(network, pool.slice(0, 3));
  for (const [q, vector] of vectors.entries()) {
    const tokens = steps.stepsQuestionTokens(pool[q]!);
    const T = tokens.length;
    const finals = tf.tidy(
      () =>
        network
          .finals({
            tokens: tf.tensor2d(tokens, [1, T], 'int32'),
            positions: tf.tensor2d([...tokens.keys()], [1, T], 'int32'),
            bias: tf.tensor4d(
              tokens.flatMap((_, r) => tokens.map((__, c) => (c <= r ? 0 : -1e9))),
              [1, 1, T, T],
            ),
          })
          .arraySync() as number[][][],
    );
    const mean = finals[0]![0]!.map(
      (_, c) => finals[0]!.reduce((sum, state) => sum + state[c]!, 0) / T,
    );
    close(vector, mean, 1e-5);
  }
});

test('Auto-CoT takes of each group the question nearest to its centre with a short chain', () => {
  const own = steps.askSteps(network, pool, { form: 'written' });
  const vectors = steps.questionVectors(network, pool);
  const { centres, groups } = steps.kMeans(core.stream(6, 'auto'), vectors, 3);
  for (const longest of [0, 2, 8]) {
    const found = steps.autoDemonstrations(network, pool, 3, core.stream(6, 'auto'), longest);
    const expected = centres.flatMap((centre, g) => {
      const fit = pool
        .map((question, q) => ({
          question,
          chain: own[q]!,
          far: vectors[q]!.reduce((sum, x, c) => sum + (x - centre[c]!) ** 2, 0),
          q,
        }))
        .filter(
          ({ q, chain: { answer, rationale } }) =>
            groups[q] === g && answer !== null && rationale.length <= longest,
        );
      if (fit.length === 0) return [];
      const best = fit.reduce((a, b) => (b.far < a.far ? b : a));
      return [{ question: best.question, chain: best.chain }];
    });
    assert.deepEqual(found, expected, `at most ${longest}`);
  }
});

test('Auto-CoT leaves no tensor', () => {
  leavesNothing(() => void steps.autoDemonstrations(network, pool, 2, core.stream(6, 'auto')));
});

test('what cannot vote or be grouped is refused', async (t) => {
  const stream = core.stream(0, 'k');
  await allRefused(t, [
    [() => steps.commonestAnswer([]), 'at least 1'],
    [() => steps.commonestAnswer(chains(0.5)), '0.5'],
    [() => steps.longestChains(chains(1, 2), 3), '3'],
    [() => steps.questionsBySteps(pool, 13), '13'],
    [() => steps.kMeans(stream, [], 1), 'Points'],
    [() => steps.kMeans(stream, [[1], [2]], 3), '3', '2'],
    [() => steps.kMeans(stream, [[1], [2, 3]], 1), 'one length'],
    [() => steps.kMeans(stream, [[1]], 1, 0), 'iterations', '0'],
    [() => steps.autoDemonstrations(network, pool, 13, stream), '13'],
    [() => steps.autoDemonstrations(network, pool, 2, stream, -1), '-1'],
  ]);
});
