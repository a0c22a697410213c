/** The plane to click points together: its maps, what a reader does to the points, what is refused. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { classifiers, fewshot, notebook as nb, tf, type tasks } from 'invicl';
import {
  completed,
  ON_DARK,
  ON_LIGHT,
  openLive,
  packed,
  type LiveFigure,
  type LiveModels,
  type PlaneContext,
} from 'invicl/dist/live';

import { allRefused } from '../helpers';

const sizes = { d: 2, classes: 2, seed: 1 };
const icl = fewshot.networkOf({
  ...sizes,
  kind: 'icl',
  size: { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1 },
  attention: 'softmax',
});
type Config = fewshot.NetworkConfig;
const asOutput = (network: typeof icl): object =>
  packed(network as typeof icl & { readonly config: Config });
const mixture = {
  kind: 'mixture',
  of: [{ kind: 'pairs' }, { kind: 'prototypes' }, { kind: 'thresholds' }],
} as const;
const contexts: readonly PlaneContext[] = [
  {
    name: 'a line',
    X: [
      [1, 0.5],
      [-1, 0.2],
      [0.4, -1.5],
      [-2, 1],
    ],
    y: [1, 0, 1, 0],
  },
  {
    name: 'a ring',
    X: [
      [0, 0],
      [2, 0],
      [-2, 0],
      [0, 2],
      [0, -2],
    ],
    y: [1, 0, 0, 0, 0],
  },
];
const output = (more: object = {}): object => ({
  ...{ network: asOutput(icl), of: mixture, contexts },
  ...more,
});
const none = {} as LiveModels;

/** The figure and its first state, of whatever kind. */
function opened<R>(given: object, see: <S>(figure: LiveFigure<S>, first: S) => R): R {
  return openLive({ figure: 'plane', given }, none).use((figure, first) => {
    const seen = see(figure, first);
    figure.close!(first);
    return seen;
  });
}

/** A control by its label, as a function of the state. */
function used<S>(figure: LiveFigure<S>, state: S, label: string, value = ''): S {
  const control = figure.controls(state).find((one) => one.label === label)!;
  if (control.kind === 'button') return control.press(state);
  assert.ok(control.kind === 'choice');
  return control.change(state, value);
}

test('both maps are those of the library, and so is their comparison', () => {
  const { X, y } = contexts[0]!;
  // the middles of 20 cells of width 0.4
  const square = { reach: 3.8, points: 20 };
  const mapOf = (one: classifiers.Classifier): number[] =>
    classifiers.decisionMap(one, { X, y }, square).flat();
  const [own, exact] = [mapOf(icl), mapOf(fewshot.posteriorPredictive(mixture))];
  const gaps = own.map((p, i) => Math.abs(p - exact[i]!));
  const alike = own.filter((p, i) => p > 0.5 === exact[i]! > 0.5).length / own.length;
  opened(output(), (figure, first) => {
    const state = completed(figure, first);
    const shown = figure.numbers(state);
    // half precision has three digits
    assert.ok(Math.abs(shown['largest']! - Math.max(...gaps)) < 5e-3);
    assert.ok(Math.abs(shown['same']! - alike) < 0.02, `${shown['same']} and ${alike}`);
    assert.equal(shown['possible'], 1);
    const moved = figure.arrow!(figure.arrow!(state, 'cursor', 1, 0), 'cursor', 0, -1);
    const there = figure.numbers(moved); // (0.2, -0.2): column 10, row 9
    assert.ok(Math.abs(there['exact']! - exact[9 * 20 + 10]!) < 1e-5);
    assert.ok(Math.abs(there['network']! - own[9 * 20 + 10]!) < 5e-3);
    assert.match(figure.say(moved), /At the cross-hairs, \(0\.2, −0\.2\), ICL gives class 1/);
  });
});

test('one point of pair-wise tasks decides by its angle, and its other class by the opposite', () => {
  const one = [{ name: 'one', X: [[2, 0]], y: [1] }];
  opened(output({ of: { kind: 'pairs' }, contexts: one }), (figure, first) => {
    const { height } = figure.draw(first, { width: 760, ink: ON_LIGHT });
    assert.ok(height > 0);
    const high = figure.drag!(first, 'cursor', { x: 206, y: 0 }, { width: 760, ink: ON_LIGHT });
    const at = /\(([-−\d.]+), ([-−\d.]+)\)/.exec(figure.say(completed(figure, high)))!;
    assert.equal(at[2], '3.9', 'the edge of the plane');
    const shown = figure.numbers(completed(figure, high));
    // the cross-hairs lie in the cell with the middle (0.2, 3.8)
    const expected = 1 - Math.atan2(3.8, 0.2) / Math.PI;
    assert.ok(Math.abs(shown['exact']! - expected) < 1e-5, `${shown['exact']}, ${expected}`);
    const flipped = figure.numbers(completed(figure, figure.press!(high, 'point 0')));
    assert.ok(Math.abs(flipped['exact']! - (1 - expected)) < 1e-5);
  });
});

test('a ring has no exact answer from the mixture, and the sentence says so', () => {
  opened(output(), (figure, first) => {
    const ring = completed(figure, used(figure, first, 'a ring'));
    const shown = figure.numbers(ring);
    assert.deepEqual([shown['possible'], shown['same'], shown['points']], [0, 0, 5]);
    assert.match(figure.say(ring), /No task that the exact answer is for has these labels/);
    const line = used(figure, ring, 'a line');
    assert.equal(figure.numbers(completed(figure, line))['possible'], 1);
  });
});

test('points are added by clicks and by Enter, moved, flipped and removed', () => {
  const sheet = { width: 760, ink: ON_DARK };
  const pointsIn = (svg: string): string[] =>
    [...svg.matchAll(/aria-label="(point \d+ of[^"]*)"/g)].map(([, label]) => label!);
  opened(output(), (figure, first) => {
    /** The labels of the points on the first map. */
    const labels = (state: typeof first): string[] => {
      const all = pointsIn(figure.draw(state, sheet).svg);
      return all.slice(0, all.length / 2);
    };
    assert.equal(labels(first).length, 4);
    const white = used(figure, first, 'New points are of', 'class 0');
    const corner = figure.press!(white, 'right', { x: 750, y: 30 }, sheet);
    assert.match(labels(corner)[4]!, /point 5 of 5 at \(3\.[89], 3\.[89]\): class 0/);
    const again = figure.press!(corner, 'cursor');
    assert.match(labels(again)[4]!, /class 1/, 'the cross-hairs are on the new point');
    const entered = figure.press!(first, 'cursor');
    assert.match(labels(entered)[4]!, /point 5 of 5 at \(0, 0\): class 1/);
    const moved = figure.arrow!(entered, 'point 4', 0, 1);
    assert.match(labels(moved)[4]!, /at \(0, 0\.2\)/);
    const dragged = figure.drag!(moved, 'right point 4', { x: 10_000, y: -50 }, sheet);
    assert.match(labels(dragged)[4]!, /at \(3\.9, 3\.9\)/);
    assert.equal(figure.drag!(dragged, 'left', { x: 5, y: 5 }, sheet), dragged);
    const removing = used(figure, dragged, 'A click on a point', 'removes it');
    assert.equal(labels(figure.press!(removing, 'point 0')).length, 4);
    assert.match(labels(figure.press!(removing, 'point 0'))[0]!, /at \(-?−1, 0\.2\)/);
  });
});

test('sixteen points are the most, and without a point there is no map', () => {
  const sheet = { width: 350, ink: ON_LIGHT };
  opened(output(), (figure, first) => {
    const empty = used(figure, first, 'No points');
    assert.deepEqual(figure.numbers(empty), { points: 0, computed: 0 });
    assert.equal(figure.later!(empty), null);
    assert.match(figure.say(empty), /There is no point/);
    assert.doesNotMatch(figure.draw(empty, sheet).svg, /fill-opacity="0\.[1-6]/);
    let state = empty;
    for (let i = 0; i < 18; i++) {
      state = figure.press!(state, 'cursor');
      state = figure.arrow!(state, 'cursor', i < 9 ? 1 : 0, i < 9 ? 0 : 1);
    }
    assert.equal(figure.numbers(state)['points'], 16);
    assert.match(figure.say(state), /16 points are the most/);
  });
});

test('the first part is a coarse map, and all parts together are the whole', () => {
  opened(output(), (figure, first) => {
    const sheet = { width: 350, ink: ON_LIGHT };
    assert.match(figure.say(first), /0 of 5 parts/);
    const cellsOf = (state: typeof first): number =>
      figure.draw(state, sheet).svg.split('fill-opacity').length;
    const empty = cellsOf(first);
    let state = figure.later!(first)!;
    assert.equal(cellsOf(state) - empty, 800, 'the coarse map covers both planes');
    assert.deepEqual(figure.numbers(state), { points: 4, computed: 1 });
    for (let part = 2; part <= 5; part++) state = figure.later!(state)!;
    assert.equal(figure.later!(state), null);
    const whole = figure.numbers(completed(figure, first));
    assert.deepEqual(figure.numbers(state), whole);
  });
});

test('the output holds the network, and the tensors of its picture are freed', () => {
  nb.livePrompt(); // its models stay
  const before = tf.memory().numTensors;
  nb.livePlane(icl, mixture, contexts);
  assert.equal(tf.memory().numTensors, before);
});

test('outputs and settings of planes that are refused', async (t) => {
  const open = (more: object) => (): unknown => opened(output(more), () => null);
  const [first] = contexts;
  const withFirst = (more: object): object => ({ contexts: [{ ...first, ...more }] });
  const { config } = icl;
  const wide = fewshot.networkOf({ kind: 'protonet', widths: [2, 2], ...sizes, classes: 3 });
  const { halves } = asOutput(icl) as { halves: string };
  await allRefused(t, [
    [open({ colour: 'red' }), "no setting 'colour'"],
    [open({ contexts: [] }), 'contexts', 'at least 1'],
    [open({ contexts: Array.from({ length: 9 }, () => first) }), '9 contexts', 'one to 8'],
    [open({ contexts: [null] }), 'contexts'],
    [open(withFirst({ name: 3 })), 'name of contexts[0]'],
    [open(withFirst({ X: [[1, 5]] })), 'points of contexts[0]', '-3.9 to 3.9'],
    [open(withFirst({ y: [0, 1, 2, 0] })), 'classes of contexts[0]', '2'],
    [open(withFirst({ y: [0, 1] })), '4 points and 2 classes'],
    [
      open(withFirst({ X: Array.from({ length: 17 }, () => [0, 1]), y: Array(17).fill(0) })),
      '17 points',
      'up to 16',
    ],
    [open({ of: { kind: 'linear', d: 2 } }), 'linear', 'not known'],
    [open({ network: null }), 'network of livePlane', 'null'],
    [open({ network: { halves } }), 'config of the network of livePlane'],
    [open({ network: { config, halves: 'AAAA' } }), 'have 3 bytes', 'nb.livePlane'],
    [open({ network: { config: { ...config, kind: 'lstm' }, halves } }), "'lstm'"],
    [open({ network: asOutput(wide) }), '3 classes', 'two classes'],
    [() => nb.livePlane(null as never, mixture, contexts), 'network of livePlane', 'null'],
    [
      () => nb.livePlane(icl, { kind: 'spirals' } as unknown as tasks.TaskSpec, contexts),
      'spirals',
    ],
    [() => nb.livePlane(icl, mixture, 'all' as never), 'contexts', 'all'],
  ]);
});
