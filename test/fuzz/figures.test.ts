/** What figures, tables and sequences refuse, and how the sentence names the place. */
import { test } from 'node:test';

import { core, inweight, notebook as nb, type records } from 'invicl';

import { allRefused, RECORD } from '../helpers';
import * as assert from 'node:assert/strict';

const text: nb.ChartText = { title: 'A title', caption: 'A caption.', alt: 'What is seen.' };
const axes: nb.LineAxes = { x: 'examples', y: 'error' };
const line: nb.Line = { name: 'AR', x: [0, 1], y: [0.5, 0.25] };
const panel: nb.HeatPanel = {
  title: 'A panel',
  values: [[0, 1]],
  rows: ['a'],
  columns: ['b', 'c'],
};
/** A value that the types forbid, as a notebook without types could give it. */
const wrong = <T>(value: unknown): T => value as T;

test('figures name the line, the panel or the option that they refuse', async (t) => {
  await allRefused(t, [
    [() => nb.lineChart([line, { ...line, y: [NaN, 1] }], axes, text), 'lines[1].y', 'NaN'],
    [() => nb.lineChart([{ ...line, y: [1] }], axes, text), 'lines[0]', '2 values of x'],
    [() => nb.lineChart([line], { ...axes, logX: true }, text), 'logarithmic', 'x = 0'],
    [() => nb.lineChart([line], wrong({ ...axes, logy: true }), text), "'logy'", 'logY'],
    [() => nb.lineChart([line], { ...axes, trained: [10, 1] }, text), 'trained', 'from 10 to 1'],
    [() => nb.lineChart([line], axes, wrong({ title: 'A title' })), 'text.caption', 'undefined'],
    [() => nb.heatPanels([], text), 'panels', 'at least 1'],
    [() => nb.heatPanels([{ ...panel, rows: [] }], text), 'panels[0]', '1 x 2 cells', '0 rows'],
    [() => nb.heatPanels([panel], text, { columns: 0 }), 'panels in a row', '0'],
    [() => nb.rankedPoints([], 'error', text), 'bars', 'at least 1'],
    [() => nb.sliderChart([{ label: 'n', lines: [line] }], axes, text, 'n', 1), 'first', 'to 0'],
    [() => nb.menuChart([{ label: 'n', lines: [line] }], axes, text, 'n', 1), 'first', 'to 0'],
    [() => nb.shades(7), 'shades', '7'],
    [() => nb.toMarkdown(wrong([{ a: [] }])), "cell 'a' of rows[0]", '[]'],
    [() => nb.frame([{ a: 1 }, { b: 1 }]), 'rows[1]', "'b'", "'a'"],
    [() => nb.check(wrong('yes'), 'A sentence.'), 'true or false', "'yes'"],
  ]);
});

test('a picture is refused before it is drawn', async () => {
  const figure: nb.Figure = { data: [], layout: { height: 1e12 }, alt: 'Nothing.' };
  for (const draw of [() => nb.toSvg(figure), () => nb.toPng(figure), () => nb.show(figure)])
    await assert.rejects(draw, (error: unknown) => {
      assert.ok(error instanceof core.CourseError);
      assert.match(error.message, /figure\.layout\.height .* 1000000000000/);
      return true;
    });
  await assert.rejects(() => nb.toPng({ ...figure, layout: {} }, 0), /scale .* got 0/);
});

test('a name of the language itself is no known line', () => {
  assert.match(nb.styleOf('constructor').color, /^#/);
});

test('an exercise that throws no error says what it threw', () => {
  const answer = (): number => {
    throw null; // a reader could
  };
  assert.equal(nb.exerciseState(answer, () => true).error, 'null');
});

test('records are refused whole, a size of 0 has no logarithm', async (t) => {
  const ofSize: records.ResultRecord = { ...RECORD, over: 'size', at: 0 };
  await allRefused(t, [
    [() => nb.byExamples(wrong([{ variant: 'AR' }]), ['AR']), 'records of an experiment'],
    [() => nb.scoresBySize([ofSize], ['AR'], 'error'), 'size 0'],
    [() => nb.percent([RECORD], 'AR', 'error', wrong({ sizes: 1 })), "'sizes'", 'size'],
    [() => nb.recorded('sparse', wrong('turbo')), 'profile', "'turbo'"],
  ]);
});

test('a generator that would look for other classes without an end is refused', async (t) => {
  await allRefused(t, [
    [
      () => inweight.generatorConfig({ high: 2, low: 0, L: 3, copies: 1, distractors: 1 }),
      'Two of the classes',
      'more classes',
    ],
    [() => inweight.generatorConfig({ high: 1, low: 1, pHigh: 1 - 1e-9 }), '1.0e-9', 'Even out'],
    [() => inweight.generatorConfig({ high: 1e12 }), 'high', '1000000000000'],
  ]);
});

test('predictors and networks on sequences name what does not fit', async (t) => {
  const config = inweight.generatorConfig({ high: 2, low: 2, pHigh: 0.75 });
  const inputs = inweight.inputsOf({ from: 'centres', d: 3, noise: 0.1 }, 4, 0);
  const sequences = new inweight.SequenceGenerator(config, inputs).tests('relevant', 'any', 2);
  const oracle = inweight.oracleOfCentres(inweight.centres(4, 2, 0), 0.1);
  const pairs: inweight.PairTransformerConfig = {
    ...inweight.PAIR_TRANSFORMER,
    d: 3,
    classes: 4,
    L: 1,
    seed: 0,
    stack: 2,
  };
  const stack = inweight.sequenceNetworkOf(pairs);
  await allRefused(t, [
    [() => inweight.answersOf(oracle, 1, sequences, 3), 'd = 3', 'centres of d = 2'],
    [() => inweight.answersOf(stack, 1, sequences, 3), 'K = 1', 'stack of 2'],
    [() => inweight.answersOf(oracle, 1, wrong(null), 2), 'equences', 'null'],
    [() => inweight.sequencePrompts(sequences, 2), '6 numbers', 'd = 2'],
    [() => inweight.withShiftedLabels(sequences, { high: 1, low: 0 }), 'labels', '0 to 0'],
    [() => inweight.answerShares([0], sequences), '1 answers', '2 sequences'],
    [() => inweight.sequenceNetworkOf({ ...pairs, stack: 1e12 }), 'stack', '1000000000000'],
    [() => inweight.sequenceNetworkOf(wrong({ ...pairs, depth: 1 })), "'depth'", 'period'],
    [() => inweight.centres(3, 1e12, 0), 'd = 1000000000000', 'GB'],
    [() => inweight.remembered(wrong(null), [{ name: 'an na', city: 'os lo' }]), 'loaded', 'null'],
  ]);
  stack.dispose();
});
