/** The live figure of the gate: its losses and its switch are those of the library. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { gate, notebook as nb } from 'invicl';
import { ON_DARK, ON_LIGHT, openLive, type GateStart, type LiveOutput } from 'invicl/dist/live';

import { allRefused } from '../helpers';

type Numbers = Readonly<Record<string, number>>;
type Models = Parameters<typeof openLive>[1];
const models = {} as Models; // the figure asks for none
const outputOf = (given: GateStart): LiveOutput => ({ figure: 'gate', given });
const numbersOf = (given: GateStart): Numbers =>
  openLive(outputOf(given), models).use((figure, state) => figure.numbers(state));
const saidOf = (given: GateStart): string =>
  openLive(outputOf(given), models).use((figure, state) => figure.say(state));
const upTo400 = Array.from({ length: 400 }, (_, i) => i + 1);

test('each k gives the bounds and the switches of the table in section 3 of notebook 51', () => {
  const truth = gate.noisyLabel(2, 0, 0.01);
  for (const k of [0, 1, 2, 3, 4, 5, 6, 7])
    for (const context of ['upper bound', 'lower bound'] as const) {
      const shown = numbersOf({ k, context });
      const { upper, lower } = gate.contextBounds(8, k);
      assert.deepEqual([shown['upper'], shown['lower']], [upper, lower]);
      const level = context === 'upper bound' ? upper : lower;
      assert.equal(shown['switch'], gate.switchExactly(truth, level, upTo400), `k = ${k}`);
      const H = gate.entropy(truth);
      const byBound = level > H ? Math.ceil((10 / (level - H)) ** 2) : Infinity;
      assert.equal(shown['switchOfBound'], byBound, `k = ${k}`);
    }
});

test('copying a noisy example gives the switches of the table with noise in both', () => {
  const context = 'copies a noisy example';
  for (const labelNoise of [0.01, 0.05, 0.1, 0.2]) {
    const truth = gate.noisyLabel(10, 0, labelNoise);
    const shown = numbersOf({ context, labelNoise, classes: 10 });
    assert.equal(shown['context'], gate.noisyCopy(labelNoise, 0.01));
    assert.equal(shown['entropy'], gate.entropy(truth));
    assert.equal(shown['switch'], gate.switchExactly(truth, shown['context']!, upTo400));
  }
  const clean = { context, labelNoise: 0, classes: 10 } as const;
  assert.equal(numbersOf(clean)['switch'], Infinity);
  assert.match(saidOf(clean), /N_x\* is infinite: copying without label noise makes no error/);
});

test('a late switch is that of the form for large N_x', () => {
  const given = { k: 1, context: 'lower bound', labelNoise: 0, classes: 100 } as const;
  const { lower } = gate.contextBounds(8, 1);
  const late = Math.ceil(gate.switchByExpectation(0, lower, 100, 1));
  assert.ok(late > 4096, `${late}`);
  assert.equal(numbersOf(given)['switch'], late);
});

test('the gate follows the better predictor at the N_x that is read', () => {
  const before = numbersOf({ seen: 8 });
  const after = numbersOf({ seen: 9 });
  assert.equal(after['switch'], 9);
  assert.equal(before['gated'], before['context']);
  assert.equal(after['gated'], after['inWeight']);
  assert.ok(after['inWeight']! < after['context']!);
  assert.equal(after['bound'], gate.drawnBound(after['entropy']!, 9));
  assert.match(saidOf({ seen: 8 }), /N_x = 8 .* the gate follows the in-context predictor/);
  assert.match(saidOf({ seen: 9 }), /N_x\* = 9: .* the gate follows the in-weight predictor/);
});

test('the sentence says why there is no switch', () => {
  assert.match(saidOf({ k: 0 }), /infinite: a vote without irrelevant examples makes no error/);
  assert.match(saidOf({ k: 7, context: 'lower bound', labelNoise: 0.3 }), /not above 0\.6109/);
});

test('controls change the numbers as theory says', () => {
  openLive(outputOf({ k: 5 }), models).use((figure, state) => {
    const controls = figure.controls(state);
    const moved = (label: RegExp, value: number | string): Numbers => {
      const control = controls.find((one) => label.test(one.label))!;
      if (control.kind === 'button') throw new Error('no value');
      return figure.numbers(control.change(state, value as never));
    };
    const now = figure.numbers(state);
    assert.ok(moved(/^irrelevant/, 6)['upper']! > now['upper']!);
    assert.equal(moved(/^irrelevant/, 15)['upper'], Math.log(8), 'one example stays relevant');
    assert.equal(moved(/^examples/, 3)['upper'], Math.log(3), 'k stays below L');
    const warm = moved(/^temperature/, 4);
    assert.ok(warm['lower']! > now['lower']!);
    assert.equal(warm['upper'], now['upper'], 'the upper bound does not depend on T');
    assert.ok(moved(/^label noise/, 0.2)['entropy']! > now['entropy']!);
    assert.equal(moved(/^classes/, 3)['entropy'], now['entropy']);
    assert.ok(moved(/^classes/, 30)['switch']! > now['switch']!);
    assert.equal(moved(/^in-context/, 'lower bound')['context'], now['lower']);
  });
});

test('drag and arrow keys choose the N_x that is read, within the axis', () => {
  openLive(outputOf({}), models).use((figure, state) => {
    const seenIn = (next: typeof state): number => figure.numbers(next)['seen']!;
    const sheet = { width: 700, ink: ON_LIGHT };
    assert.equal(seenIn(figure.drag!(state, 'seen', { x: 72, y: 0 }, sheet)), 1);
    assert.equal(seenIn(figure.drag!(state, 'seen', { x: 9999, y: 0 }, sheet)), 1e6);
    assert.equal(seenIn(figure.arrow!(state, 'seen', 1, 0)), 112);
    assert.equal(seenIn(figure.arrow!(state, 'seen', 0, -1)), 89);
  });
  openLive(outputOf({ seen: 1 }), models).use((figure, state) => {
    assert.equal(figure.numbers(figure.arrow!(state, 'seen', -1, 0))['seen'], 1);
    assert.equal(figure.numbers(figure.arrow!(state, 'seen', 1, 0))['seen'], 2);
  });
});

test('the picture marks the switch, or says that there is none, at each width', () => {
  const drawn = (given: GateStart, width: number): string =>
    openLive(outputOf(given), models).use((figure, state) => {
      const { svg, height } = figure.draw(state, { width, ink: ON_DARK });
      assert.ok(height > 300 && height < 600, `${height}`);
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
      return svg;
    });
  for (const width of [300, 390, 900]) {
    assert.match(drawn({}, width), /N_x\* = 9</);
    assert.match(drawn({ k: 0 }, width), /no switch/);
    const late = { k: 1, L: 16, labelNoise: 0, temperature: 0.5, context: 'lower bound' } as const;
    assert.match(drawn(late, width), /N_x\* = \d[\d,]*( →)?</);
    assert.match(drawn({ context: 'copies a noisy example' }, width), /copies a noisy example/);
  }
});

test('settings that are refused each say why', async (t) => {
  await allRefused(t, [
    [() => nb.liveGate({ L: 0 }), /L must be an integer from 1 to 16, got 0/],
    [() => nb.liveGate({ k: 8 }), /k must be an integer from 0 to 7, got 8/],
    [() => nb.liveGate({ labelNoise: 0.4 }), /labelNoise must be a number from 0 to 0.3, got 0.4/],
    [() => nb.liveGate({ temperature: 0 }), /temperature must be a number from 0.5 to 4, got 0/],
    [() => nb.liveGate({ classes: 1 }), /classes must be an integer from 2 to 100, got 1/],
    [() => nb.liveGate({ seen: 0 }), /seen must be an integer from 1 to 1000000, got 0/],
    [() => nb.liveGate({ context: 'mean' as never }), /context/],
    [() => nb.liveGate({ noise: 0.1 } as never), /noise/],
  ]);
});
