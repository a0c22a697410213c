import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { core, gate } from 'invicl';

import { close, refused } from '../../helpers';

const weights = [0.3, 0.3, 0.2, 0.05, 0.05, 0.05, 0.05];
const game = (
  source: gate.RoundSource,
  N: number,
  make: (x: number) => gate.Gate,
  rate = 0,
  prior = 0.5,
): gate.Round[] => gate.playGame(source, N, { gate: make, eps: 0.01, rate, prior });
const MOST = Math.log(1 / 0.01);

test('(a): label frequencies are within the bound in all but delta of the repetitions', () => {
  const truths = Array.from({ length: 20 }, (_, x) => gate.noisyLabel(10, x % 10, 0.3));
  const sizes = { C: 10, X: 20, delta: 0.1 };
  const random = core.stream(1, 'coverage');
  for (const Nx of [1, 4, 16, 64, 256]) {
    const bound = gate.frequencyBound(sizes, Nx);
    const trials = Array.from({ length: 200 }, () => gate.learnTable(truths, Nx, 0.01, random));
    const broken = trials.filter(({ furthest }) => furthest > bound).length / 200;
    assert.ok(
      broken <= sizes.delta,
      `N_x = ${Nx}: ${broken} of the repetitions are beyond the bound`,
    );
    const excess = Math.max(...trials.map(({ clippedExcess }) => clippedExcess));
    assert.ok(excess <= gate.excessBound(sizes, Nx, 0.01), `N_x = ${Nx}: an excess of ${excess}`);
  }
});

test('(a) could fail: a quarter of the bound is broken most of the time', () => {
  const truths = Array.from({ length: 20 }, (_, x) => gate.noisyLabel(10, x % 10, 0.3));
  const quarter = gate.frequencyBound({ C: 10, X: 20, delta: 0.1 }, 64) / 4;
  const random = core.stream(2, 'coverage');
  const broken = Array.from({ length: 50 }, () => gate.learnTable(truths, 64, 0.01, random)).filter(
    ({ furthest }) => furthest > quarter,
  );
  assert.ok(broken.length > 25);
});

test('(c): the excess of Laplace’s estimate falls as 1 / N_x, at (C - 1) / (2 N_x)', () => {
  const truth = [0.4, 0.3, 0.2, 0.1];
  const random = core.stream(3, 'laplace');
  for (const Nx of [64, 256, 1024]) {
    const excess = gate.simulatedError(truth, Nx, 4000, random) - gate.entropy(truth);
    const ratio = excess / gate.expectedExcess(4, Nx);
    assert.ok(ratio > 0.9 && ratio < 1.1, `N_x = ${Nx}: ${ratio} times the expected excess`);
  }
});

test('(c) with labels that never come: 8.5 / N_x for two of ten; exactly at small N_x', () => {
  const truth = gate.noisyLabel(10, 0, 0.1);
  assert.ok(Math.abs(gate.expectedExcess(10, 1, 2) - 8.5) < 1e-12);
  assert.ok(Math.abs(gate.expectedExcess(10, 1, 2, 0.5) - 4.5) < 1e-12);
  assert.ok(Math.abs(gate.exactExcess(truth, 4096) / gate.expectedExcess(10, 4096, 2) - 1) < 0.02);
  const random = core.stream(4, 'never');
  for (const Nx of [1, 5, 40, 300]) {
    const excess = gate.simulatedError(truth, Nx, 20_000, random) - gate.entropy(truth);
    const ratio = excess / gate.exactExcess(truth, Nx);
    assert.ok(ratio > 0.97 && ratio < 1.03, `N_x = ${Nx}: ${ratio} times the exact excess`);
  }
  // one draw, by hand: the label that came has 2 of 11 parts, each other one 1
  const once = -(0.82 * Math.log(2 / 11) + 0.18 * Math.log(1 / 11)) - gate.entropy(truth);
  assert.ok(Math.abs(gate.exactExcess(truth, 1) - once) < 1e-12);
  assert.ok(Math.abs(gate.exactExcess([1, 0], 3) - Math.log(5 / 4)) < 1e-12);
  refused(() => gate.exactExcess(truth, 0), 'N_x', '0');
});

test('the clipped minimiser beats every other clipped answer, and keeps the floor', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 3, maxLength: 6 }),
      fc.integer({ min: 1, max: 10_000 }),
      (counts, seed) => {
        const sum = counts.reduce((a, b) => a + b, 0);
        fc.pre(sum > 0);
        const frequencies = counts.map((count) => count / sum);
        const best = gate.clippedMinimiser(frequencies, 0.02);
        assert.ok(Math.min(...best) >= 0.02 - 1e-12);
        close([best.reduce((a, b) => a + b, 0)], [1], 1e-12);
        const random = core.stream(seed, 'rival');
        for (let i = 0; i < 20; i++) {
          const raw = counts.map(() => random.uniform());
          const total = raw.reduce((a, b) => a + b, 0);
          const rival = raw.map((value) => 0.02 + (1 - 0.02 * counts.length) * (value / total));
          assert.ok(
            gate.expectedCrossEntropy(frequencies, best) <=
              gate.expectedCrossEntropy(frequencies, rival) + 1e-12,
          );
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('the in-context error lies between its bounds for random inputs, and attains both', () => {
  const random = core.stream(4, 'directions');
  for (let L = 1; L <= 8; L++)
    for (let k = 0; k < L; k++) {
      const { lower, upper } = gate.contextBounds(L, k);
      const query = gate.direction(5, random);
      for (let trial = 0; trial < 50; trial++) {
        const others = Array.from({ length: k }, () => gate.direction(5, random));
        const loss = -Math.log(gate.massOnRight(query, L - k, others));
        assert.ok(
          loss >= lower - 1e-12 && loss <= upper + 1e-12,
          `L ${L}, k ${k}: ${loss} is not within ${lower} .. ${upper}`,
        );
        assert.ok(loss >= gate.simpleLower(L, k) - 1e-12);
      }
      const opposite = query.map((value) => -value);
      close(
        [-Math.log(gate.massOnRight(query, L - k, new Array<number[]>(k).fill(opposite)))],
        [lower],
        1e-12,
        'opposite',
      );
      close(
        [-Math.log(gate.massOnRight(query, L - k, new Array<number[]>(k).fill(query)))],
        [upper],
        1e-12,
        'at the query',
      );
    }
});

test('the bound as printed is violated by an attainable error, k from 1 to 7 of L = 8', () => {
  for (let k = 1; k < 8; k++)
    assert.ok(gate.typedLower(8, k) > gate.contextBounds(8, k).lower, `k = ${k}`);
  const values = Array.from({ length: 8 }, (_, k) => gate.contextBounds(8, k));
  close(
    values.map(({ lower }) => lower),
    [0, 0.00261, 0.00609, 0.01093, 0.01815, 0.03007, 0.05349, 0.12063],
    6e-6,
  );
  close(
    values.map(({ upper }) => upper),
    [0, 0.1335, 0.2877, 0.47, 0.6931, 0.9808, 1.3863, 2.0794],
    6e-5,
  );
});

test('at a lower temperature the lower bound of the in-context error goes to 0', () => {
  const lowers = [4, 1, 0.25, 0.1].map(
    (temperature) => gate.contextBounds(4, 2, temperature).lower,
  );
  for (let i = 1; i < lowers.length; i++) assert.ok(lowers[i]! < lowers[i - 1]!);
  assert.ok(lowers.at(-1)! < 1e-15);
});

test('crossover by bound, expectation, simulation; none for clean relevant contexts', () => {
  const truth = gate.noisyLabel(10, 0, 0.1);
  const H = gate.entropy(truth);
  const contextError = gate.noisyCopy(0.1, 0.01);
  assert.ok(contextError > H);
  const expected = gate.switchByExpectation(H, contextError, 10, 2);
  const sizes = Array.from({ length: 200 }, (_, i) => i + 1);
  const found = gate.simulatedSwitch(truth, contextError, sizes, 2000, core.stream(5, 'switch'));
  assert.ok(found > expected / 2 && found < expected * 2, `${found} against ${expected}`);
  const exactly = gate.switchExactly(truth, contextError, sizes);
  assert.ok(Math.abs(found - exactly) <= 1, `${found} against ${exactly}`);
  assert.equal(gate.switchExactly(truth, H, sizes), Infinity);
  assert.ok(gate.switchByBound(H, contextError, 20, 0.1) > 0);
  assert.equal(
    gate.switchByExpectation(0, 0, 10),
    Infinity,
    'no label noise, nothing irrelevant: h is exact',
  );
  assert.equal(gate.switchByBound(0.1, 0.05, 20, 0.1), Infinity);
});

test('no gate ever loses more than its bound in any cell: chance and adversary, many seeds', () => {
  for (const seed of [0, 1, 2, 3, 4])
    for (const source of [gate.randomRounds, gate.adversarialRounds].map((make) =>
      make({ weights, L: 3, pRelevant: 0.8, labelNoise: 0.1, seed }),
    ))
      for (const rate of [0, 0.1]) {
        const N = 600;
        const counts = new Map<number, number>();
        for (const { x } of game(source, N, () => gate.bayesGate(), rate))
          counts.set(x, (counts.get(x) ?? 0) + 1);
        const gates = new Map<number, gate.Gate>();
        for (const make of [
          () => gate.bayesGate(),
          () => gate.bayesGate(0.1),
          (x: number) => gate.hedgeGate(counts.get(x) ?? 1, MOST),
        ]) {
          gates.clear();
          const rounds = game(source, N, (x) => (gates.set(x, make(x)), gates.get(x)!), rate);
          for (const { x, regret, rounds: n } of gate.regrets(rounds))
            assert.ok(
              regret <= gates.get(x)!.bound() + 1e-9,
              `${gates.get(x)!.name}, input ${x}: ${regret} after ${n} rounds`,
            );
        }
      }
});

test('Hedge’s bound at its horizon is B sqrt(n log 2 / 2), the Bayes gate’s log 2', () => {
  const hedge = gate.hedgeGate(100, 2);
  for (let t = 0; t < 100; t++) hedge.learn(t % 2 ? 2 : 0, t % 2 ? 0 : 2);
  close([hedge.bound()], [2 * Math.sqrt((100 * Math.LN2) / 2)], 1e-12);
  close([gate.bayesGate().bound()], [Math.LN2], 1e-12);
});

test('the Bayes gate is the posterior: alpha is what Bayes’ rule says after any losses', () => {
  const one = gate.bayesGate(0.3);
  const [g, h] = [
    [0.2, 0.9, 0.5],
    [0.6, 0.4, 0.1],
  ];
  g!.forEach((p, t) => one.learn(-Math.log(p), -Math.log(h![t]!)));
  const [a, b] = [0.3 * 0.2 * 0.9 * 0.5, 0.7 * 0.6 * 0.4 * 0.1];
  close([one.alpha], [a / (a + b)], 1e-12);
});

test('gates have limits: all trust goes to a predictor that is always better', () => {
  for (const [made, word] of [
    [gate.bayesGate(), 'Bayes'],
    [gate.hedgeGate(2000, 1), 'Hedge'],
  ] as const) {
    for (let t = 0; t < 2000; t++) made.learn(0, 1);
    assert.ok(made.alpha > 0.999, word);
    for (let t = 0; t < 4000; t++) made.learn(1, 0);
    assert.ok(made.alpha < 0.001, word);
  }
});

test('the regret of the table is at most (C - 1) / 2 log N + log C, even adversarially', () => {
  for (const source of [gate.randomRounds, gate.adversarialRounds].map((make) =>
    make({ weights, L: 2, pRelevant: 0.5, labelNoise: 0.2, seed: 7 }),
  )) {
    const rounds = gate.playGame(source, 800, { gate: () => gate.bayesGate(), eps: 1e-9 });
    for (let x = 0; x < weights.length; x++) {
      const own = rounds.filter((round) => round.x === x);
      const frequencies = weights.map(
        (_, y) => own.filter((round) => round.y === y).length / own.length,
      );
      const regret =
        own.reduce((sum, { inWeight }) => sum + inWeight, 0) -
        own.length * gate.entropy(frequencies);
      assert.ok(
        regret <= gate.tableBound(weights.length, own.length) + 1e-6,
        `input ${x}: ${regret}`,
      );
    }
  }
});

test('a rare input’s gate turns later in time, at about the same N_x', () => {
  const many = [...new Array<number>(5).fill(0.18), ...new Array<number>(45).fill(0.1 / 45)];
  const rounds = game(
    gate.randomRounds({ weights: many, L: 4, pRelevant: 0.9, labelNoise: 0, seed: 0 }),
    20_000,
    () => gate.bayesGate(),
    0,
    0.1,
  );
  const turn = (x: number): gate.Round | undefined =>
    rounds.find((round) => round.x === x && round.alpha > 0.5 && round.seen > 2);
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
  const turns = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => turn(from + i)).filter(
      (one): one is gate.Round => one !== undefined,
    );
  const [common, rare] = [turns(0, 5), turns(5, 50)];
  assert.ok(
    common.length === 5 && rare.length > 30,
    `${common.length} common and ${rare.length} rare gates turned`,
  );
  const time = (list: readonly gate.Round[]): number =>
    median(list.map((one) => rounds.indexOf(one)));
  assert.ok(time(rare) > 5 * time(common), 'rare ones turn later');
  const seen = (list: readonly gate.Round[]): number => median(list.map((one) => one.seen));
  assert.ok(
    seen(rare) < 3 * seen(common) && seen(common) < 3 * seen(rare),
    `at N_x ${seen(rare)} and ${seen(common)}`,
  );
});

test('EXP3 is within its bound on average and loses more than Hedge', () => {
  const N = 2000;
  const random = core.stream(9, 'bandit');
  const loss = (t: number, inWeight: boolean): number => (inWeight ? 0.2 : 0.5) + 0.1 * (t % 3);
  const total = (inWeight: boolean): number =>
    Array.from({ length: N }, (_, t) => loss(t, inWeight)).reduce((a, b) => a + b, 0);
  const best = Math.min(total(true), total(false));
  const regrets = Array.from({ length: 20 }, () => {
    const bandit = gate.exp3Gate(N, 1);
    let lost = 0;
    for (let t = 0; t < N; t++) {
      const own = loss(t, bandit.choose(random));
      lost += own;
      bandit.learn(own);
    }
    return { regret: lost - best, bound: bandit.bound() };
  });
  const mean = regrets.reduce((sum, { regret }) => sum + regret, 0) / 20;
  assert.ok(mean <= regrets[0]!.bound, `${mean} of ${regrets[0]!.bound}`);
  const full = gate.hedgeGate(N, 1);
  let lost = 0;
  for (let t = 0; t < N; t++) {
    lost += full.alpha * loss(t, true) + (1 - full.alpha) * loss(t, false);
    full.learn(loss(t, true), loss(t, false));
  }
  assert.ok(lost - best < mean);
});

test('online to batch: the expected excess of the average table is at most regret / N', () => {
  const truth = [0.5, 0.3, 0.2];
  const random = core.stream(11, 'batch');
  const N = 200;
  const runs = Array.from({ length: 200 }, () => {
    const counts = [0, 0, 0];
    const mean = [0, 0, 0];
    let expected = 0;
    for (let t = 0; t < N; t++) {
      const p = gate.smoothed(counts, 0.5);
      p.forEach((value, c) => (mean[c]! += value / N));
      expected += gate.expectedCrossEntropy(truth, p) / N;
      counts[gate.drawnCounts(truth, 1, random).indexOf(1)]! += 1;
    }
    return {
      excess: gate.expectedCrossEntropy(truth, mean) - gate.entropy(truth),
      online: expected - gate.entropy(truth),
    };
  });
  const over = (of: 'excess' | 'online'): number =>
    runs.reduce((sum, run) => sum + run[of], 0) / runs.length;
  assert.ok(over('excess') <= over('online'), 'the average is no worse than its members');
  assert.ok(over('online') <= gate.tableBound(3, N) / N);
});

test('bad input is refused in a sentence', () => {
  const source = gate.randomRounds({ weights, L: 2, pRelevant: 0.5, labelNoise: 0, seed: 0 });
  const played = (ask: () => unknown) => (): unknown =>
    gate.playGame({ ...source, ask } as gate.RoundSource, 1, {
      gate: () => gate.bayesGate(),
      eps: 0.01,
    });
  refused(
    played(() => undefined),
    'round 0',
    'undefined',
  );
  refused(
    played(() => ({ x: weights.length, context: [] })),
    `input ${weights.length}`,
  );
  refused(() => gate.contextBounds(4, 4), 'k = L = 4', 'k below L');
  refused(() => gate.contextBounds(0, 0), 'empty context', 'L of at least 1');
  refused(() => gate.contextBounds(4, 5), 'k = 5', 'L = 4');
  refused(() => gate.contextBounds(4, 1, 0), 'temperature', 'positive');
  refused(() => gate.clippedMinimiser([0.5, 0.5], 0.6), '2 labels', '0.6');
  refused(() => gate.frequencyBound({ C: 3, X: 4, delta: 1.5 }, 10), 'delta', '1.5');
  refused(() => gate.frequencyBound({ C: 3, X: 4, delta: 0.1 }, 0), 'N_x', '0');
  refused(() => gate.bayesGate(1), 'prior', '1');
  refused(() => gate.hedgeGate(0, 1), 'horizon', '0');
  refused(() => gate.hedgeGate(5, 1).learn(2, 0), 'A loss of 2', 'Clip');
  refused(() => gate.exp3Gate(5, 1).learn(1), 'before it chose', 'choose');
  refused(
    () => gate.randomRounds({ weights, L: 0, pRelevant: 0.5, labelNoise: 0, seed: 0 }),
    'L must be',
    '0',
  );
  refused(
    () => gate.randomRounds({ weights, L: 1, pRelevant: 1.5, labelNoise: 0, seed: 0 }),
    'pRelevant',
    '1.5',
  );
  refused(
    () =>
      game(
        {
          ...gate.randomRounds({ weights, L: 1, pRelevant: 1, labelNoise: 0, seed: 0 }),
          nature: () => 9,
        },
        5,
        () => gate.bayesGate(),
      ),
    'label 9',
    '0 to 6',
  );
});
