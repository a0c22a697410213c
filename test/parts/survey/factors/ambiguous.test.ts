/** Features that demonstrations leave open: classes, inputs and texts are what they are called. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, factors, world } from 'invicl';

import { allRefused, close } from '../../../helpers';

const near = (a: number, b: number, tolerance: number): void => close([a], [b], tolerance);

const random = (label: string): core.Stream => core.stream(0, 'ambiguous', label);

test('k demonstrations are balanced by the meant feature, and d of them disagree', () => {
  for (const meant of [0, 1] as const)
    for (const d of [0, 1, 2, 4, 8]) {
      const classes = factors.ambiguousClasses(random(`${d}`), 8, d, meant);
      assert.equal(classes.filter((pair) => pair[meant] === 1).length, 4);
      const apart = classes.filter(([a, b]) => a !== b);
      assert.equal(apart.length, d);
      const ones = apart.filter((pair) => pair[meant] === 1).length;
      assert.ok(Math.abs(2 * ones - d) <= 1, `${ones} of ${d}`);
    }
});

test('which feature is meant does not change demonstrations on which both agree', () => {
  assert.deepEqual(
    factors.ambiguousClasses(random('same'), 8, 0, 0),
    factors.ambiguousClasses(random('same'), 8, 0, 1),
  );
});

test('shares of both features add up to 1 where they disagree, and one answer gives each half', () => {
  const asked = factors.disagreeingClasses(10);
  assert.ok(asked.every(([a, b]) => a !== b));
  const answers = [0, 0, 1, 0, 1, 1, 1, 0, 1, 1];
  const [first, second] = ([0, 1] as const).map((f) => factors.shareDecidedBy(answers, asked, f));
  near(first! + second!, 1, 1e-12);
  const constant = answers.map(() => 1);
  assert.equal(factors.shareDecidedBy(constant, asked, 0), 0.5);
  const byFirst = asked.map(([a]) => a);
  assert.equal(factors.shareDecidedBy(byFirst, asked, 0), 1);
  assert.equal(factors.shareDecidedBy(byFirst, asked, 1), 0);
});

test('the bias is the mean distance from one half, by hand', () => {
  near(factors.featureBias([0.2, 0.9, 0.5]), (0.3 + 0.4) / 3, 1e-12);
  assert.equal(factors.featureBias([0.5]), 0);
});

test('inputs have the classes and the patterns that were asked for', () => {
  const draw = random('inputs');
  for (const scope of world.SCOPES)
    for (const classes of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as factors.ClassPair[]) {
      const rules: [world.WorldRule, world.WorldRule] = [
        { feature: 0, scope },
        { feature: 3, scope },
      ];
      const input = factors.drawInputOfPair(draw, rules, classes);
      rules.forEach((rule, r) => assert.equal(world.classOf(rule, input), classes[r]));
    }
  for (const kinds of [1, 2, 3])
    for (const c of [0, 1] as const) {
      const rule = world.RULES[draw.integer(12)]!;
      const input = factors.drawInputOfKinds(draw, rule, c, kinds);
      assert.equal(world.classOf(rule, input), c);
      assert.equal(factors.inputPatterns(input).length, kinds);
      // the scopes of a feature agree on words of one pattern
      if (kinds > 1) continue;
      for (const scope of world.SCOPES) assert.equal(world.classOf({ ...rule, scope }, input), c);
    }
});

test('the bits of an input are those of its words', () => {
  const input = [0, world.wordIndex('sunny'), 95];
  assert.deepEqual(
    factors.inputBits(input),
    input.flatMap((word) => [0, 1, 2, 3].map((f) => 2 * world.bitOf(word, f) - 1)),
  );
});

test('the exact answer has no preference: both rules are as probable where both agree', () => {
  const bayes = new world.ExactBayes(world.WORLD, {}, world.trainedPrior());
  const draw = random('exact');
  const rules: [world.WorldRule, world.WorldRule] = [
    { feature: 0, scope: 'first' },
    { feature: 2, scope: 'first' },
  ];
  const known = (a: string, b: string): boolean =>
    rules.every((rule) => !world.heldOut(world.symbolTask(rule, [a, b])));
  const pair = world.SYMBOLS.flatMap((a) => world.SYMBOLS.map((b) => [a, b] as const)).find(
    ([a, b]) => a !== b && known(a, b),
  )!;
  const contextOf = (d: number): world.Context => ({
    examples: factors.ambiguousClasses(draw, 8, d, 0).map((classes) => ({
      input: factors.drawInputOfPair(draw, rules, classes),
      label: pair[classes[0]],
    })),
  });
  const posterior = (context: world.Context): number[] => {
    const tasks = bayes.tasks(context);
    return rules.map(
      (rule) =>
        tasks[
          world.TASKS.findIndex(
            (task) =>
              task.rule.feature === rule.feature &&
              task.rule.scope === rule.scope &&
              task.labels.join() === pair.join(),
          )
        ]!,
    );
  };
  const [first, second] = posterior(contextOf(0));
  near(first! / second!, 1, 1e-9);
  const [meant, other] = posterior(contextOf(1));
  assert.ok(meant! > 1000 * other!);
});

test('reviews show the values that were asked for', () => {
  const draw = random('reviews');
  const of = (values: number[]): string => factors.drawReview(draw, values);
  for (let i = 0; i < 20; i++) {
    assert.match(of([0, 0, 0]), /\.$/);
    assert.match(of([1, 1, 1]), /!$/);
    assert.match(of([1, 0, 0]), /soup|bread|pasta|salad|curry|cake|steak|dessert/);
    assert.match(of([0, 1, 1]), /movie|plot|acting|script|ending|cast|dialogue|soundtrack/);
  }
  // each text can be read off: no two of the eight combinations share one
  const known = new Map<string, string>();
  for (let i = 0; i < 400; i++) {
    const values = [0, 1, 2].map(() => draw.integer(2));
    const text = of(values);
    assert.equal(known.get(text) ?? values.join(), values.join());
    known.set(text, values.join());
  }
  const words = new Set(factors.reviewWords().flatMap((one) => one.split(' ')));
  for (const text of known.keys()) assert.ok(text.split(' ').every((word) => words.has(word)));
});

test('label words that mean nothing name no feature', () => {
  const named = factors.TEXT_FEATURES.flatMap(({ values }) => values);
  assert.equal(new Set(named).size, 6);
  assert.ok(factors.NEUTRAL_WORDS.flat().every((word) => !named.includes(word)));
});

test('what is no class, share or rule is refused', async (t) => {
  const rule: world.WorldRule = { feature: 0, scope: 'most' };
  await allRefused(t, [
    [() => factors.ambiguousClasses(random('x'), 4, 5, 0), '5'],
    [() => factors.ambiguousClasses(random('x'), 0, 0, 0), '0'],
    [() => factors.ambiguousClasses(random('x'), 4, 0, 2 as never), '2'],
    [() => factors.disagreeingClasses(3), '3'],
    [() => factors.shareDecidedBy([0], factors.disagreeingClasses(2), 0), '1 answers', '2'],
    [() => factors.shareDecidedBy([2], [[0, 1]], 0), '2'],
    [() => factors.shareDecidedBy([0], [[0, 1, 1] as never], 0), '3 classes'],
    [() => factors.featureBias([]), 'Shares', '[]'],
    [() => factors.featureBias([1.5]), '1.5'],
    [
      () => factors.drawInputOfPair(random('x'), [rule, { ...rule, scope: 'last' }], [0, 1]),
      'feature 0',
    ],
    [() => factors.drawInputOfPair(random('x'), [rule] as never, [0, 1]), 'two rules'],
    [() => factors.drawInputOfKinds(random('x'), rule, 0, 4), '4'],
    [() => factors.inputBits([1]), '3 words', '[1]'],
    [() => factors.drawReview(random('x'), [0, 1]), '[0,1]'],
    [() => factors.drawReview(random('x'), [0, 1, 1, 0]), '4 values'],
  ]);
});
