/** Learning as optimisation: iterations, layers, updates and choices against independent references. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { baselines, core, model, optimisation, small, tasks, tf, theory, world } from 'invicl';

import { allRefused, close, leavesNothing } from '../../helpers';

const random = core.stream(36, 'test of optimisation');
const normals = (rows: number, d: number): number[][] =>
  Array.from({ length: rows }, () => [...random.normals(d)]);
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const X = normals(12, 4);
const y = [...random.normals(12)];
const LEAST = baselines.leastSquaresWeights(X, y);

test('both algorithms end in least squares, and descent is that of linear attention', () => {
  close(optimisation.newtonIterates(X, y, 20).at(-1)!, LEAST, 1e-9);
  close(optimisation.descentIterates(X, y, 400).at(-1)!, LEAST, 1e-9);
  const eta = 0.5 / theory.steepest(theory.regression(X, y));
  const own = optimisation.descentIterates(X, y, 6, eta);
  const recursion = theory.RECURSIONS.prefix(theory.regression(X, y), eta, 6);
  own.forEach((w, j) => {
    close(w, recursion[j]!.getColumn(0), 1e-12);
  });
});

test('an iteration of Newton doubles the correct digits, a step of descent adds as many', () => {
  const A = [
    [2, 0],
    [0, 0.2],
  ]; // X'X = diag(4, 0.04): shares 1 - (lambda / 4)^2 and 1 - 1.5 lambda / 4
  const labels = [2, 0.2]; // w = (1, 1)
  const newton = optimisation.newtonIterates(A, labels, 6).map((w) => 1 - w[1]!);
  newton.slice(1).forEach((left, j) => {
    close([left], [newton[j]! ** 2], 1e-12);
  });
  close([newton[0]!], [1 - 0.01 ** 2], 1e-12);
  const descent = optimisation.descentIterates(A, labels, 5).map((w) => 1 - w[1]!);
  close(
    descent,
    descent.map((_, j) => (1 - 0.015) ** j),
    1e-12,
  );
  close([optimisation.conditionOf(A)], [100], 1e-9);
});

test('the best-matching iteration of an iteration is itself', () => {
  const rows = Array.from({ length: 5 }, () => normals(6, 3));
  const { similarity, best } = optimisation.matchIterations(rows, rows);
  assert.deepEqual(best, [0, 1, 2, 3, 4]);
  similarity.forEach((row, l) => {
    close([row[l]!], [1], 1e-12);
  });
  const opposite = rows[0]!.map((row) => row.map((value) => -2 * value));
  close([optimisation.similarityOfErrors(rows[0]!, opposite)], [-1], 1e-12);
  assert.equal(optimisation.cosineOf([0, 0], [1, 2]), 0);
});

test('the read-out of the last layer comes near what the network itself answers', () => {
  const d = 3;
  for (const method of ['ar', 'invicl'] as const) {
    const size = { width: 8, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 16 };
    const network = new model.InContextModel({ method, layout: 'pair', size, d, seed: 1 });
    const task = tasks.linearRegression({ d });
    const drawn = task.sample(core.stream(1, 'layers'), { B: 40, n: 5, m: 4 });
    const own = network.predict(drawn);
    const fitted = { ...drawn, yTest: own }; // its own answers are a linear map of the final state
    leavesNothing(() => void optimisation.layerAnswers(network, fitted, drawn));
    const layers = optimisation.layerAnswers(network, fitted, drawn, 1e-10);
    assert.equal(layers.length, 3);
    close(layers.at(-1)!.flat(), [...own.dataSync()], 1e-3);
    model.disposePrompts({ ...drawn, yTest: own });
    drawn.yTest.dispose();
    network.dispose();
  }
});

test('the posterior of the noise is that of the densities, and one noise leaves ridge', () => {
  const [inputs, labels] = [
    [[1], [2]],
    [1, 1],
  ] as const;
  const density = (s: number): number => {
    // N(y; 0, [[1 + s^2, 2], [2, 4 + s^2]]) by the inverse of a 2 x 2 matrix
    const [a, b, c] = [1 + s * s, 2, 4 + s * s];
    const det = a * c - b * b;
    return Math.exp(-(c - 2 * b + a) / det / 2) / Math.sqrt(det);
  };
  const both = [0.5, 2].map(density);
  const due = both.map((p) => p / (both[0]! + both[1]!));
  close(
    optimisation.noisePosterior(
      inputs.map((row) => [...row]),
      [...labels],
      [0.5, 2],
    ),
    due,
    1e-9,
  );
  const drawn = optimisation.noiseMixture(4, [0.3]).sample(random, { B: 5, n: 6, m: 3 });
  const ridge = baselines.ridge(0.09).predict(drawn);
  for (const predictor of [
    optimisation.mixtureBayes([0.3]),
    optimisation.chosenByValidation([0.3]),
    optimisation.chosenByTesting([0.3]),
  ]) {
    const answers = predictor.predict(drawn);
    close(answers.dataSync(), ridge.dataSync(), 1e-6);
    answers.dispose();
  }
  ridge.dispose();
  model.disposePrompts(drawn);
});

test('the mixture is nearest to the labels, and explicit choices find the noise of long prompts', () => {
  const noises = [0.1, 1];
  const errorOf = (predictor: model.Predictor, noise: readonly number[], n: number): number =>
    tf.tidy(() => {
      const drawn = optimisation
        .noiseMixture(3, noise)
        .sample(core.stream(2, 'noise', n), { B: 200, n, m: 4 });
      return predictor.predict(drawn).sub(drawn.yTest).square().mean().dataSync()[0]!;
    });
  const exact = errorOf(optimisation.mixtureBayes(noises), noises, 5);
  for (const other of [
    baselines.ridge(0.01),
    baselines.ridge(1),
    optimisation.chosenByValidation(noises),
    optimisation.chosenByTesting(noises),
  ])
    assert.ok(errorOf(other, noises, 5) > exact, other.name);
  for (const noise of noises) {
    const told = errorOf(baselines.ridge(noise ** 2), [noise], 24);
    close([errorOf(optimisation.chosenByTesting(noises), [noise], 24) / told], [1], 1e-3);
    assert.ok(errorOf(optimisation.chosenByValidation(noises), [noise], 24) < 1.2 * told);
  }
});

test('attention without softmax is a linear layer whose weights the examples change', () => {
  const [values, keys, query] = [normals(5, 3), normals(5, 2), [...random.normals(2)]];
  const changed = optimisation.dualUpdate(values, keys).map((row) => dot(row, query));
  const attended = [0, 1, 2].map((r) =>
    values.reduce((sum, v, i) => sum + v[r]! * dot(keys[i]!, query), 0),
  );
  close(changed, attended, 1e-12);
});

const size = { width: 8, layers: 2, heads: 2, mlpRatio: 1, maxPositions: 1 };
const SMALL = new small.SmallModel({ size, seed: 0, smearedKeys: true, alignedStart: true });
const task = world.namedTask({ feature: 0, scope: 'most' }, 'natural');
const examples = world.drawExamples(core.stream(3, 'examples'), task, [0, 1, 0, 1]);
const asked = examples.map(({ input }) => ({ context: { examples: [] }, input }));

test('an update lowers the loss of what it was made of, and is taken back', () => {
  const one = examples.slice(0, 1);
  const right = world.labelIndex(one[0]!.label);
  const logOf = (): number =>
    optimisation.queryReading(SMALL, asked.slice(0, 1)).labels[0]![right]!;
  const before = logOf();
  const update = optimisation.tunedUpdate(SMALL, one, 0.01);
  assert.equal(logOf(), before, 'the model is as it was');
  const after = optimisation.withUpdate(SMALL, update, logOf);
  const squares = update.flat(2).reduce((sum, value) => sum + value * value, 0);
  close([(after - before) / (squares / 0.01)], [1], 0.05); // first order: |gradient|^2 times the rate
  assert.equal(logOf(), before);
  assert.ok(update.every((rows) => rows.every((row) => row.slice(0, 8).every((q) => q === 0))));
  const drawn = optimisation.randomUpdate(update, core.stream(4, 'random update'));
  drawn.forEach((rows, l) => {
    close([Math.hypot(...rows.flat())], [Math.hypot(...update[l]!.flat())], 1e-9);
  });
  assert.throws(() =>
    optimisation.withUpdate(SMALL, update, () => {
      throw new Error('stop');
    }),
  );
  assert.equal(logOf(), before);
  leavesNothing(() => void optimisation.tunedUpdate(SMALL, examples, 0.1));
});

test('likeness is 1 to oneself, and the recall counts what both set right', () => {
  const zsl = optimisation.queryReading(SMALL, asked);
  const icl = optimisation.queryReading(
    SMALL,
    asked.map((one) => ({ ...one, context: { examples } })),
  );
  assert.deepEqual(
    [zsl.outputs.length, zsl.outputs[0]!.length, zsl.scores[0]![0]!.length],
    [2, 4, 8],
  );
  const same = optimisation.updateSimilarity({ zsl, icl, ft: icl });
  for (const values of [same.outputs, same.maps, same.mapUpdates]) close(values, [1, 1], 1e-9);
  close(optimisation.updateSimilarity({ zsl, icl, ft: zsl }).outputs, [0, 0], 1e-12);
  const [wrong, found] = [
    [true, false, false, false],
    [true, true, false, true],
  ] as const;
  assert.equal(optimisation.recallOfTuning(wrong, found, [true, true, true, false]), 1 / 2);
  assert.equal(optimisation.recallOfTuning(wrong, found, [true, false, false, false]), null);
  leavesNothing(() => void optimisation.queryReading(SMALL, asked));
});

test('what cannot be compared, iterated or chosen is refused', (t) =>
  allRefused(t, [
    [() => optimisation.newtonIterates([[1, 2]], [1, 2], 3), '1 inputs of 2 numbers and 2 labels'],
    [() => optimisation.descentIterates([[0, 0]], [1], 3), 'All inputs are 0', 'tell something'],
    [() => optimisation.descentIterates([[1, 0]], [1], 3, -1), 'eta', '-1'],
    [() => optimisation.conditionOf([]), 'X'],
    [() => optimisation.conditionOf([[1, 1]]), 'do not span their 2 dimensions', 'more inputs'],
    [() => optimisation.cosineOf([1], [1, 2]), 'cosine of 1 and 2 numbers'],
    [
      () => optimisation.similarityOfErrors([[1]], [[1, 2]]),
      '1 prompts with 1 tests',
      'same prompts',
    ],
    [() => optimisation.matchIterations([], [[[1]]]), 'Layers'],
    [() => optimisation.dualUpdate([[1]], [[1], [2]]), '1 values were given with 2 keys'],
    [() => optimisation.noiseMixture(2, [0]), 'noises', 'above 0'],
    [() => optimisation.noisePosterior([[1]], [1, 2], [1]), '1 inputs were given with 2 labels'],
    [() => optimisation.mixtureBayes([]), 'noises'],
    [() => optimisation.chosenByValidation([1], 1), 'share', 'between 0 and 1'],
    [() => optimisation.chosenByTesting([-1]), 'above 0'],
    [() => optimisation.tunedUpdate(SMALL, [], 0.1), 'No demonstration', 'at least one'],
    [() => optimisation.tunedUpdate(SMALL, examples, 0), 'rate', 'positive'],
    [() => optimisation.withUpdate(SMALL, [[[1]]], () => 0), '1 matrices of 1 x 1', 'width 8'],
    [() => optimisation.recallOfTuning([true], [], [true]), '1, 0 and 1 questions'],
    [
      () => {
        const zsl = optimisation.queryReading(SMALL, asked);
        const one = optimisation.queryReading(SMALL, asked.slice(1));
        return optimisation.updateSimilarity({ zsl, icl: one, ft: zsl });
      },
      '2 x 4 x 8',
      'same questions',
    ],
    [
      () => {
        const network = new model.InContextModel({
          method: 'saicl',
          layout: 'pair',
          size: 'course',
          d: 2,
          seed: 0,
        });
        const drawn = tasks.linearRegression({ d: 2 }).sample(random, { B: 2, n: 3, m: 2 });
        return optimisation.layerAnswers(network, drawn, drawn);
      },
      'one test at a time',
    ],
  ]));
