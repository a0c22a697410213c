/**
 * Exact answers against brute force, rules, selection, measures; the kinds of tasks they are about.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { classifiers, core, evaluation, fewshot, model, tasks, tf } from 'invicl';

import { close, refused } from '../../helpers';

const KINDS = {
  pairs: { kind: 'pairs' },
  prototypes: { kind: 'prototypes' },
  thresholds: { kind: 'thresholds' },
} as const satisfies Readonly<Record<string, tasks.TaskSpec>>;
const MIXTURE: tasks.TaskSpec = { kind: 'mixture', of: Object.values(KINDS) };
const sample = (spec: tasks.TaskSpec, B: number, n: number, m: number, seed = 0): model.Prompts =>
  tasks.taskOf(spec).sample(core.stream(seed, 'test prompts'), { B, n, m });

/** ln phi of a point around a centre. */
const density = ([a, b]: readonly number[], [p, q]: readonly number[]): number =>
  Math.exp(-((a! - p!) ** 2 + (b! - q!) ** 2) / 2) / (2 * Math.PI);
type Draw = (random: core.Stream) => {
  density: (x: readonly number[]) => number;
  label: (x: readonly number[]) => number;
};
/** The kinds once more, from their definitions: parameters drawn from the prior. */
const PRIOR: Readonly<Record<keyof typeof KINDS, Draw>> = {
  pairs: (random) => {
    const anchors = [0, 1].map(() =>
      Array.from({ length: 4 }, () => [...random.normals(2)]).map(([a, b]) => [
        a! / Math.hypot(a!, b!),
        b! / Math.hypot(a!, b!),
      ]),
    );
    const score = (x: readonly number[], c: number): number =>
      anchors[c]!.reduce(
        (sum, w) => sum + (x[0]! * w[0]! + x[1]! * w[1]!) / Math.hypot(x[0]!, x[1]!),
        0,
      );
    return {
      density: (x) => density(x, [0, 0]),
      label: (x) => (score(x, 1) > score(x, 0) ? 1 : 0),
    };
  },
  prototypes: (random) => {
    const [w0, w1] = [[...random.normals(2)], [...random.normals(2)]];
    const far = (x: readonly number[], w: readonly number[]): number =>
      Math.hypot(x[0]! - w[0]!, x[1]! - w[1]!);
    return {
      density: (x) => (density(x, w0!) + density(x, w1!)) / 2,
      label: (x) => (far(x, w1!) < far(x, w0!) ? 1 : 0),
    };
  },
  thresholds: (random) => {
    const w = [...random.normals(2)];
    return { density: (x) => density(x, w), label: (x) => (x[0]! + x[1]! > w[0]! + w[1]! ? 0 : 1) };
  },
};

/** Evidence of both classes at the test by importance sampling from the prior. */
function bruteForce(
  draw: Draw,
  X: number[][],
  y: number[],
  test: number[],
  draws: number,
  random: core.Stream,
): [number, number] {
  const evidence: [number, number] = [0, 0];
  for (let k = 0; k < draws; k++) {
    const task = draw(random);
    if (!X.every((x, i) => task.label(x) === y[i])) continue;
    evidence[task.label(test)]! +=
      [...X, test].reduce((product, x) => product * task.density(x), 1) / draws;
  }
  return evidence;
}

test('the Bayes-optimal answer is that of brute force over the prior', () => {
  for (const n of [1, 3]) {
    const prompts = sample(MIXTURE, 4, n, 2, n);
    const [X, y, T] = [prompts.x.arraySync(), prompts.y.arraySync(), prompts.xTest.arraySync()];
    const answers = Object.fromEntries(
      [...Object.entries(KINDS), ['mixture', MIXTURE] as const].map(([name, spec]) => [
        name,
        fewshot
          .posteriorPredictive(spec as tasks.TaskSpec)
          .logProbabilities(prompts)
          .exp()
          .arraySync() as number[][][],
      ]),
    );
    for (let b = 0; b < 4; b++)
      for (let t = 0; t < 2; t++) {
        const all = (Object.keys(KINDS) as (keyof typeof KINDS)[]).map((kind) =>
          bruteForce(
            PRIOR[kind],
            X[b]!,
            y[b]!,
            T[b]![t]!,
            60_000,
            core.stream(b, 'brute force', kind, t, n),
          ),
        );
        all.forEach(([zero, one], k) => {
          if (zero + one > 1e-9 * n) {
            const found = answers[Object.keys(KINDS)[k]!]![b]![t]![1]!;
            assert.ok(
              Math.abs(found - one / (zero + one)) < 0.04,
              `${Object.keys(KINDS)[k]} n ${n}: ${found}, brute force ${one / (zero + one)}`,
            );
          }
        });
        const [zero, one] = [0, 1].map((c) => all.reduce((sum, of) => sum + of[c as 0 | 1], 0));
        const mixed = answers['mixture']![b]![t]![1]!;
        assert.ok(
          Math.abs(mixed - one! / (zero! + one!)) < 0.05,
          `mixture n ${n}: ${mixed}, brute force ${one! / (zero! + one!)}`,
        );
      }
  }
});

test('the arc of consistent directions is that of 720 angles tried one by one', () => {
  const random = core.stream(0, 'arcs');
  for (let k = 0; k < 40; k++) {
    const angles = Array.from(
      { length: 1 + random.integer(5) },
      () => 8 * (random.uniform() - 0.5),
    );
    const arc = fewshot.commonArc(angles);
    const inside = Array.from({ length: 720 }, (_, i) => (2 * Math.PI * (i + 0.5)) / 720).filter(
      (theta) => angles.every((a) => Math.cos(theta - a) > 0),
    );
    const share = arc ? (arc.high - arc.low) / (2 * Math.PI) : 0;
    assert.ok(
      Math.abs(share - inside.length / 720) < 2.1 / 720,
      `${angles}: ${share}, ${inside.length / 720}`,
    );
  }
  assert.deepEqual(fewshot.commonArc([]), { low: -Math.PI, high: Math.PI });
});

test('finer quadrature changes nothing to speak of', () => {
  const prompts = sample(KINDS.prototypes, 12, 8, 1);
  const [X, y, T] = [prompts.x.arraySync(), prompts.y.arraySync(), prompts.xTest.arraySync()];
  const share = (nodes: fewshot.Nodes, b: number): number => {
    const [zero, one] = fewshot.prototypesEvidence(nodes)({ X: X[b]!, y: y[b]! }, T[b]!)[0]!;
    return 1 / (1 + Math.exp(zero - one));
  };
  const finer = { angles: 96, distances: 24, midpoints: 48 };
  const gaps = X.map((_, b) => Math.abs(share(fewshot.NODES, b) - share(finer, b)));
  assert.ok(Math.max(...gaps) < 0.02, `${gaps}`);
});

test('the exact answer is calibrated, and nobody has a smaller cross-entropy', () => {
  for (const spec of [...Object.values(KINDS), { kind: 'radius' } as const]) {
    const prompts = sample(spec, 150, 4, 4);
    const exact = fewshot.posteriorPredictive(spec);
    const least = classifiers.crossEntropyOf(exact, prompts);
    const entropy = tf.tidy(() => {
      const logs = exact.logProbabilities(prompts);
      return logs.exp().mul(logs).sum(2).mean().neg().dataSync()[0]!;
    });
    assert.ok(
      Math.abs(least - entropy) < 0.06,
      `${spec.kind}: cross-entropy ${least}, entropy ${entropy}`,
    );
    for (const rule of classifiers.twoClassRules()) {
      assert.ok(classifiers.crossEntropyOf(rule, prompts) > least, `${rule.name} on ${spec.kind}`);
      assert.ok(
        classifiers.divergenceFrom(exact, rule, prompts) > 0,
        `${rule.name} on ${spec.kind}`,
      );
    }
    assert.ok(Math.abs(classifiers.divergenceFrom(exact, exact, prompts)) < 1e-9);
  }
});

test('the kind of a task shows in its examples', () => {
  const right = Object.values(KINDS).map((spec, k) => {
    const prompts = sample(spec, 40, 12, 1);
    const [X, y, T] = [prompts.x.arraySync(), prompts.y.arraySync(), prompts.xTest.arraySync()];
    return evaluation.mean(
      X.map(
        (rows, b) =>
          fewshot.kindsPosterior(Object.values(KINDS), { X: rows, y: y[b]! }, T[b]![0]!)[k]!,
      ),
    );
  });
  assert.ok(
    right.every((share) => share > 0.6),
    `${right}`,
  );
});

test('moments and balance of the kinds; what a slip does to them', () => {
  const share = (spec: tasks.TaskSpec, n = 20): number =>
    tf.tidy(() => sample(spec, 400, n, 1).y.mean().dataSync()[0]!);
  for (const spec of [...Object.values(KINDS), { kind: 'radius' } as const])
    assert.ok(Math.abs(share(spec) - 0.5) < 0.03, spec.kind);
  assert.equal(share({ kind: 'pairs', anchors: 0 }), 0, 'without anchors every label is 0');
  const spreadOf = (spec: tasks.TaskSpec): number =>
    tf.tidy(() => sample(spec, 400, 20, 1).x.square().mean().dataSync()[0]!);
  assert.ok(Math.abs(spreadOf(KINDS.pairs) - 1) < 0.05);
  assert.ok(Math.abs(spreadOf(KINDS.prototypes) - 2) < 0.15, 'centres and scatter');
  assert.ok(Math.abs(spreadOf({ kind: 'pairs', spread: 3 }) - 9) < 0.5);
  const expected = tasks.RADIUS_SPREAD ** 2 * ((64 - 8) / 3 / 2); // E r^2 for r uniform in 2 .. 4
  assert.ok(Math.abs(spreadOf({ kind: 'radius' }) / expected - 1) < 0.05);
  // demonstrations stand 0.1 below and above the hidden point, scattered by 0.1: the rule labels
  // them rightly with Phi(0.2 / 0.1414)
  const agrees = (demonstrations: 'right' | 'reversed'): number => {
    const prompts = sample({ kind: 'thresholds', demonstrations }, 600, 40, 1);
    const [X, y] = [prompts.x.arraySync(), prompts.y.arraySync()];
    const hits = X.flatMap((rows, b) => {
      const sums = rows.map(([a, c]) => a! + c!);
      const above = sums.filter((_, i) => i > 1 && y[b]![i] === 0);
      const below = sums.filter((_, i) => i > 1 && y[b]![i] === 1);
      const at = (Math.min(...above) + Math.max(...below)) / 2; // between the two classes
      return Number.isFinite(at)
        ? [0, 1].map((i) => ((sums[i]! > at ? 0 : 1) === y[b]![i] ? 1 : 0))
        : [];
    });
    return evaluation.mean(hits);
  };
  assert.ok(
    agrees('right') > 0.8 && agrees('reversed') < 0.2,
    `${agrees('right')} ${agrees('reversed')}`,
  );
  refused(
    () => tasks.taskOf({ kind: 'spirals' } as unknown as tasks.TaskSpec),
    "'spirals'",
    'prototypes',
  );
  refused(() => tasks.pairwise({ norm: 4 as 3 }), 'norm', '4');
  refused(() => tasks.thresholds({ demonstrations: 'none at all' as 'none' }), 'none at all');
  refused(() => tasks.prototypes({ spread: 0 }), 'spread', '0');
  refused(() => tasks.radius({ least: 3, most: 2 }), '3 to 2');
  refused(() => tasks.mixture([]), 'no kinds');
  refused(() => tasks.mixture([tasks.prototypes(), tasks.linearRegression({ d: 3 })]), 'd = 2, 3');
});

test('pools hold so many tasks and no more; augmented tasks are tasks of the same kind', () => {
  const inputs = (spec: tasks.TaskSpec): Set<string> => {
    const { sampler } = tasks.taskOf(spec);
    const random = core.stream(0, 'pool');
    const grid = Float32Array.from(
      { length: 80 },
      (_, i) => (i % 2 === 0 ? Math.cos(i) : Math.sin(i - 1)) * 1.5,
    );
    return new Set(
      Array.from({ length: 200 }, () => {
        const { label } = sampler.prompt(random, { B: 1, n: 1, m: 1 });
        return Array.from({ length: 40 }, (_, i) => label(grid, 2 * i, 5)).join('');
      }),
    );
  };
  assert.equal(inputs({ kind: 'pool', of: KINDS.pairs, count: 3, seed: 1 }).size, 3);
  assert.ok(inputs(KINDS.pairs).size > 20);
  const turned: tasks.TaskSpec = {
    kind: 'augmented',
    of: { kind: 'pool', of: KINDS.pairs, count: 1 },
  };
  const prompts = sample(turned, 200, 30, 4);
  assert.ok(
    classifiers.accuracy(fewshot.posteriorPredictive(KINDS.pairs), prompts) > 0.93,
    'turned pair-wise tasks are pair-wise tasks',
  );
  const means = prompts.y.mean(1).arraySync() as number[];
  assert.ok(means.some((share) => share < 0.4) && means.some((share) => share > 0.6));
  refused(() => tasks.pool(tasks.prototypes(), 0), 'number of tasks');
  refused(() => tasks.augmented(tasks.linearRegression({ d: 3 })), 'd = 3');
});

test('rules do what their names say', () => {
  const X = [
    [1, 0],
    [2, 0],
    [-1, 0],
    [-3, 0.2],
  ];
  const prompts: model.Prompts = {
    x: tf.tensor3d([X]),
    y: tf.tensor2d([[1, 1, 0, 0]]),
    xTest: tf.tensor3d([
      [
        [0.5, 9],
        [-0.4, 0],
        [10, 1],
      ],
    ]),
    yTest: tf.tensor2d([[1, 0, 1]]),
  };
  for (const rule of [
    classifiers.cosineVote(2),
    classifiers.nearestMean(2),
    classifiers.nearestNeighbourClassifier(2),
    classifiers.ridgeClassifier(2),
    classifiers.logisticRegression,
  ])
    assert.deepEqual(rule.predict(prompts).arraySync(), [[1, 0, 1]], rule.name);
  const low: model.Prompts = { ...prompts, y: tf.tensor2d([[0, 0, 0, 1]]) };
  assert.deepEqual(classifiers.majorityClass(2).predict(low).arraySync(), [[0, 0, 0]]);
  assert.deepEqual(
    classifiers.thresholdAtMean.predict(prompts).arraySync(),
    [[0, 1, 0]],
    'the mean sum is -0.2; above is class 0',
  );
  assert.equal(
    classifiers.agreement(classifiers.cosineVote(2), classifiers.nearestMean(2), prompts),
    1,
  );
  const sums = classifiers
    .twoClassRules()
    .map((rule) =>
      tf.tidy(() => rule.logProbabilities(prompts).exp().sum(2).sub(1).abs().max().dataSync()[0]!),
    );
  assert.ok(Math.max(...sums) < 1e-5, 'probabilities sum to 1');
  refused(
    () => classifiers.cosineVote(2).predict({ ...prompts, y: tf.tensor2d([[0, 1, 2, 0]]) }),
    'label 2',
  );
});

test('selection by context takes the classifier that answers the left-out examples best', () => {
  const list = [classifiers.cosineVote(2), classifiers.thresholdAtMean];
  const chooser = fewshot.selectedByContext(list);
  for (const [spec, best] of [
    [KINDS.pairs, 0],
    [KINDS.thresholds, 1],
  ] as const) {
    const prompts = sample(spec, 60, 12, 2);
    const losses = list.map((one) => evaluation.mean(fewshot.leaveOneOutLosses(one, prompts)));
    assert.equal(losses.indexOf(Math.min(...losses)), best);
    assert.ok(classifiers.agreement(chooser, list[best]!, prompts) > 0.85, spec.kind);
    assert.equal(fewshot.selectedByOracle(list, prompts), list[best]);
  }
  const one = sample(KINDS.pairs, 5, 1, 2);
  close(
    [...chooser.logProbabilities(one).dataSync()],
    [...list[0]!.logProbabilities(one).dataSync()],
    0,
    'with one example the first answers',
  );
  // left out by hand
  const prompts = sample(KINDS.pairs, 1, 3, 1);
  const [X, y] = [prompts.x.arraySync()[0]!, prompts.y.arraySync()[0]!];
  const byHand = [0, 1, 2].map((i) => {
    const others = [0, 1, 2].filter((j) => j !== i);
    const held: model.Prompts = {
      x: tf.tensor3d([others.map((j) => X[j]!)]),
      y: tf.tensor2d([others.map((j) => y[j]!)]),
      xTest: tf.tensor3d([[X[i]!]]),
      yTest: tf.tensor2d([[y[i]!]]),
    };
    return classifiers.crossEntropyOf(list[0]!, held);
  });
  close(
    fewshot.leaveOneOutLosses(list[0]!, prompts),
    [evaluation.mean(byHand)],
    1e-6,
    'leave-one-out',
  );
  refused(() => fewshot.leaveOneOutLosses(list[0]!, one), 'n = 1', 'at least 2');
  refused(() => fewshot.selectedByContext([]), 'no classifiers');
  refused(
    () => fewshot.selectedByContext([classifiers.cosineVote(2), classifiers.cosineVote(3)]),
    '2, 3 classes',
  );
  refused(() => fewshot.posteriorPredictive({ kind: 'pairs', anchors: 0 }), 'not known');
  refused(() => fewshot.posteriorPredictive({ kind: 'linear', d: 2 }), 'linear', 'not known');
});
