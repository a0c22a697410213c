/**
 * Panels of line charts: their horizontal axes.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { notebook as nb } from 'invicl';

const TEXT = { title: 'A title', caption: 'Seeds 0, 1, 2.', alt: 'Curves.' };

const panelsOf = (x: readonly number[], logX: boolean): Readonly<Record<string, unknown>> => {
  const panel = { title: 'one', lines: [{ name: 'AR', x, y: x.map(() => 0.5) }] };
  return nb.linePanels([panel, { ...panel, title: 'two' }], { x: 'n', y: 'accuracy', logX }, TEXT)
    .layout;
};

test('each panel has a log axis where it is asked for, with ticks at measured values', () => {
  const layout = panelsOf([1, 2, 4, 8, 16], true);
  for (const name of ['xaxis', 'xaxis2']) {
    const { type, ticktext } = layout[name] as { type: string; ticktext: string[] };
    assert.equal(type, 'log');
    assert.deepEqual(ticktext, ['1', '2', '4', '8', '16']);
  }
  assert.notEqual((panelsOf([1, 2, 4], false)['xaxis'] as { type?: string }).type, 'log');
});

test('ticks that would overlap under a panel are left out', () => {
  const steps = Array.from({ length: 30 }, (_, k) => 100 * (k + 1));
  const { tickvals } = panelsOf(steps, true)['xaxis'] as { tickvals: number[] };
  assert.ok(tickvals.length <= 4 && tickvals.length >= 3, tickvals.join());
});

test('a log axis refuses an input of 0 with a sentence', () => {
  assert.throws(() => panelsOf([0, 1], true), /cannot show x = 0/);
});

test('a chart is no taller for the seeds of a curve, which share its entry in the legend', () => {
  const line = { name: 'AR', x: [1, 2], y: [0.5, 0.4] };
  const heightOf = (lines: Parameters<typeof nb.lineChart>[0]): unknown =>
    nb.lineChart(lines, { x: 'n', y: 'accuracy' }, TEXT).layout['height'];
  const others = Array.from({ length: 16 }, (_, k) => ({ ...line, name: `method ${k}` }));
  assert.equal(
    heightOf([line, ...others.map(() => ({ ...line, points: 'only' }) as const)]),
    heightOf([line]),
  );
  assert.ok(Number(heightOf(others)) > Number(heightOf([line])));
});
