/** Live figures as data: what they answer, what they refuse, and the way of a leak. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { baselines, language, metaicl, model, notebook as nb, tf, theory, training } from 'invicl';
import { completed, leakPath, ON_DARK, openLive, packed, type LiveOutput } from 'invicl/dist/live';

import { allRefused, episodeNetworks, root } from '../helpers';

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

const texts = ['a cat saw', 'the dog ran', 'a bird sang', 'the cat ran', 'a dog saw'];
const features = new metaicl.TextFeatures(texts, { dims: 4, minTexts: 1 });
const size = { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 8 };
const networks = episodeNetworks({ size, d: features.size, seed: 3 });
const labels = ['yes', 'no'] as const;
const taught = [
  ['a cat saw', 'yes'],
  ['the dog ran', 'no'],
  ['a bird sang', 'yes'],
] as const;
const edited = {
  labels,
  sentences: texts.map((text) => ({ text, x: [...features.embed(text)] })),
  examples: taught.map(([, label], i) => [i, labels.indexOf(label)]),
  asked: 3,
  networks: { ar: packed(networks.ar), invicl: packed(networks.invicl) },
};

test('a prompt that is edited is answered as by a session', () => {
  const session = new language.PromptSession(metaicl.episodeScorer(networks.invicl, features), {
    options: labels,
    texts: ['the cat ran'],
  });
  for (const [text, label] of taught) session.add(text, label);
  const alike = (numbers: Readonly<Record<string, number>>): void => {
    const expected = session.answers[0]!.probabilities[0]!;
    // half precision has three digits
    assert.ok(Math.abs(numbers['invicl']! - expected) < 1e-3, `${numbers['invicl']}, ${expected}`);
  };
  openLive({ figure: 'session', given: edited }, models).use((figure, first) => {
    const before = figure.numbers(first);
    alike(before);
    const [asked, , by] = figure.controls(first);
    assert.ok(asked?.kind === 'choice' && by?.kind === 'choice');
    session.replace(1, 'the dog ran', 'yes');
    const flipped = figure.press!(first, 'example 1');
    alike(figure.numbers(flipped));
    assert.match(figure.draw(flipped, { width: 700, ink: ON_DARK }).svg, /the dog ran, yes/);
    session.replace(1, 'a dog saw', 'yes');
    alike(figure.numbers(by.change(flipped, 'a dog saw')));
    session.ask(['a bird sang']);
    alike(figure.numbers(asked.change(by.change(flipped, 'a dog saw'), 'a bird sang')));
    const moved = figure.arrow!(first, 'example 0', 0, -1);
    const after = figure.numbers(moved);
    near(after['invicl'], before['invicl']!);
    assert.ok(Math.abs(after['ar']! - before['ar']!) > 1e-5, 'AR should tell the orders apart');
    assert.deepEqual(figure.numbers(figure.arrow!(moved, 'example 0', 0, 1)), before);
    assert.equal(figure.arrow!(first, 'example 0', 0, 1), first, 'nothing is above the first');
    assert.equal(figure.numbers(completed(figure, moved))['computed'], 24);
    figure.close!(first);
  });
});

test('the output of a session holds its networks, and the tensors of its picture are freed', () => {
  nb.livePrompt(); // its models stay
  const before = tf.memory().numTensors;
  nb.liveSession(networks, features, { labels, examples: taught, texts: ['the cat ran'] });
  assert.equal(tf.memory().numTensors, before);
});

test('outputs and settings of sessions that are refused', async (t) => {
  const { ar } = edited.networks;
  const open = (more: object) => (): unknown =>
    openLive({ figure: 'session', given: { ...edited, ...more } }, models);
  const show = (more: object) => (): void =>
    nb.liveSession(networks, features, {
      ...{ labels, examples: taught, texts: ['the cat ran'] },
      ...more,
    });
  await allRefused(t, [
    [open({ labels: ['a', 'b', 'c'] }), '3 labels', 'two'],
    [open({ examples: [[0, 0]] }), 'examples', 'at least 2'],
    [open({ examples: Array.from({ length: 9 }, () => [0, 0]) }), '9 examples', 'two to 8'],
    [
      open({
        examples: [
          [0, 0],
          [9, 0],
        ],
      }),
      'sentence of examples[1]',
      '9',
    ],
    [open({ asked: 5 }), 'asked', '5'],
    [
      open({ networks: { ...edited.networks, ar: { ...ar, halves: 'AAAA' } } }),
      'weights of the network under AR have 3 bytes',
      'nb.liveSession',
    ],
    [open({ networks: { ...edited.networks, ar: { ...ar, halves: '%' } } }), 'have 0 bytes'],
    [show({ examples: [...taught, ['a dog saw', 'maybe']] }), 'maybe', 'yes, no'],
    [show({ texts: [] }), 'texts', 'at least 1'],
    [show({ labels: ['yes', 'yes'] }), "'yes' was given twice"],
    [show({ labels: ['yes', ' '] }), "label ' ' of liveSession is empty"],
    [show({ texts: ['\n'] }), "sentence '\\n' of liveSession is empty"],
    [show({ examples: [...taught, ['', 'yes']] }), "sentence '' of liveSession is empty"],
    [show({ texts: ['a dog '.repeat(1.6e6)] }), 'has 9600000 characters', 'at most 400'],
    [show({ examples: [...taught, ['x'.repeat(401), 'yes']] }), 'has 401 characters'],
    [
      () =>
        nb.liveSession(networks, new metaicl.TextFeatures(texts, { dims: 2, minTexts: 1 }), {
          labels,
          examples: taught,
          texts: ['the cat ran'],
        }),
      'have 7 numbers',
      'trained with',
    ],
  ]);
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
