/** Live figures as data: what they answer, what they refuse, and the way of a leak. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { baselines, model, notebook as nb, tf, theory, training } from 'invicl';
import { completed, leakPath, ON_DARK, openLive, type LiveOutput } from 'invicl/dist/live';

import { allRefused, root } from '../helpers';

const weights = (name: string): string => join(root, 'data', 'live', `${name}.safetensors`);
const models = {
  ar: training.loadModel(weights('ar')).model,
  invicl: training.loadModel(weights('invicl')).model,
};
const numbersOf = (output: LiveOutput): Readonly<Record<string, number>> =>
  openLive(output, models).use((figure, state) => figure.numbers(completed(figure, state)));
const examples = [
  [-2, -1.4],
  [0.5, 0.7],
  [1.5, 1.1],
] as const;
const promptOf = (order: readonly number[]): model.Prompts => ({
  x: tf.tensor3d(order.map((i) => [examples[i]![0]]).flat(), [1, 3, 1]),
  y: tf.tensor2d([order.map((i) => examples[i]![1])]),
  xTest: tf.tensor3d([1.2], [1, 1, 1]),
  yTest: tf.tensor2d([[0]]),
});
const answer = (predictor: model.Predictor, order = [0, 1, 2]): number =>
  predictor.predict(promptOf(order)).dataSync()[0]!;
const near = (a: number | undefined, b: number): void => {
  assert.ok(Math.abs(a! - b) < 1e-5, `${a} and ${b}`);
};

test('a figure answers what the library answers', () => {
  const given = { examples, test: 1.2 };
  const shown = numbersOf({ figure: 'prompt', given: { ...given, method: 'invicl' } });
  near(shown['model'], answer(models.invicl));
  near(shown['leastSquares'], answer(baselines.leastSquares));
  const orders = numbersOf({ figure: 'orders', given });
  near(orders['ar'], answer(models.ar));
  assert.equal(orders['computed'], 6);
  const pass = numbersOf({ figure: 'pass', given });
  near(pass['answer'], answer(models.invicl));
});

test('an order that is chosen is the order that is answered', () => {
  const given = { examples, test: 1.2 };
  openLive({ figure: 'orders', given }, models).use((figure, first) => {
    const swapped = figure.arrow!(first, 'example 0', 1, 0);
    near(figure.numbers(swapped)['ar'], answer(models.ar, [1, 0, 2]));
    const sheet = { width: 700, ink: ON_DARK };
    const last = figure.drag!(first, 'example 0', { x: 300, y: 20 }, sheet);
    near(figure.numbers(last)['ar'], answer(models.ar, [1, 2, 0]));
    const spread = Math.abs(figure.numbers(first)['ar']! - figure.numbers(last)['ar']!);
    assert.ok(spread > 1e-3, 'AR should tell the orders apart');
    near(figure.numbers(last)['invicl'], figure.numbers(first)['invicl']!);
  });
});

test('the attention of a step is that of its reader, and sums to 1', () => {
  openLive({ figure: 'pass', given: { examples, test: 1.2 } }, models).use((figure, first) => {
    const step = figure.controls(first)[0]!;
    assert.ok(step.kind === 'range');
    const second = figure.numbers(step.change(first, 3)); // the second copy of example 2
    const { answer: _, ...shares } = second;
    near(
      Object.values(shares).reduce((a, b) => a + b, 0),
      1,
    );
    assert.equal(shares['2'], 0, 'not its own first copy');
    assert.ok(shares['1']! > 0 && shares['3']! > 0 && shares['2′']! > 0);
  });
});

test('a way of a leak is drawn exactly when the symbolic pass finds a leak', () => {
  const cell = fc.boolean();
  const masks = fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), {
    minLength: 4,
    maxLength: 4,
  });
  fc.assert(
    fc.property(masks, (reads) => {
      const mask = [...reads, [true, true, true, true]];
      const decided = numbersOf({ figure: 'mask', given: { mask } });
      const way = leakPath(reads);
      assert.equal(way === null, decided['leakFree'] === 1);
      assert.equal(way === null, theory.isLeakFree(reads));
      if (way === null) return;
      assert.ok(way.length > 2 && way[0] === way[way.length - 1]);
      for (let step = 1; step < way.length; step++)
        assert.ok(reads[way[step]!]![way[step - 1]!], 'each step is an attention that is allowed');
    }),
    { numRuns: 60 },
  );
});

test('the three properties of a clicked mask are those of the method', () => {
  openLive({ figure: 'mask', given: {} }, models).use((figure, ar) => {
    const words = { none: 0, partial: 1, full: 2 };
    const choose = figure.controls(ar)[0]!;
    assert.ok(choose.kind === 'choice');
    for (const [name, key] of [
      ['BoE', 'boe'],
      ['AR', 'arSymmetric'],
    ] as const) {
      const { invariant, leakFree, interdependence } = theory.methodProperties(
        model.METHODS[key],
        4,
        4,
      );
      assert.deepEqual(figure.numbers(choose.change(ar, name)), {
        invariant: Number(invariant),
        leakFree: Number(leakFree),
        interdependence: words[interdependence],
      });
    }
    const leaking = figure.press!(ar, 'cell 0 3');
    assert.equal(figure.numbers(leaking)['leakFree'], 0);
    assert.match(figure.say(leaking), /comes back to it: 1 → 4 → 1\./);
    assert.deepEqual(figure.press!(leaking, 'cell 0 3'), ar);
  });
});

test('settings of live figures that are refused', (t) =>
  allRefused(t, [
    [() => nb.livePrompt({ exampels: [] } as object), "no setting 'exampels'", 'examples'],
    [() => nb.livePrompt({ examples: [[1, 2]] }), 'two to eight', '[[1,2]]'],
    [
      () =>
        nb.livePrompt({
          examples: [
            [1, 2],
            [9, 2],
          ],
        }),
      'examples[1]',
      'got 9',
    ],
    [() => nb.livePrompt({ test: NaN }), 'test must be a number from -3 to 3, got NaN'],
    [() => nb.livePrompt({ method: 'pcw' as 'ar' }), 'one of ar, invicl', 'pcw'],
    [
      () => nb.liveOrders({ examples: Array.from({ length: 6 }, (_, i) => [i / 3, 1] as const) }),
      '6 examples',
      'two to five',
    ],
    [() => nb.liveMask({ mask: [[true]] }), 'n + 1 rows of n', '[[true]]'],
    [() => nb.livePass(null as unknown as object), 'must be an object, got null'],
    [
      () => openLive({ figure: 'masks' as 'mask', given: {} }, models),
      "no live figure 'masks'",
      'prompt, orders, mask, pass',
    ],
    [() => openLive({ figure: 'mask' } as unknown as LiveOutput, models), 'must be an object'],
  ]));
