import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { notebook as nb, records } from 'invicl';

import { refused, root, scratch } from '../helpers';

const TEXT = {
  title: 'A title',
  caption: 'Mean over seeds 0, 1, 2; band: 95 % interval.',
  alt: 'Two curves.',
};
const lines: nb.Line[] = [
  { name: 'InvICL', x: [1, 2, 3], y: [1, 0.1, 0], low: [0.9, 0.05, 0], high: [1.1, 0.2, 1e-3] },
  { name: 'AR', x: [1, 2, 3], y: [1, 0.3, 0.1] },
];
const figures: Record<string, nb.Figure> = {
  lines: nb.lineChart(lines, { x: 'examples', y: 'error', logY: true }, TEXT),
  heat: nb.heatPanels(
    [
      nb.maskPanel(
        'AR',
        [
          [true, false],
          [true, true],
        ],
        ['1', '2'],
      ),
    ],
    TEXT,
    { binary: true },
  ),
  violins: nb.violins(
    [
      { name: 'AR', values: [1, 2, 3, 2.5, 1.5] },
      { name: 'InvICL', values: [2, 2, 2, 2, 2] },
    ],
    'answer',
    TEXT,
  ),
  stacked: nb.stackedBars(
    ['08', '09'],
    [
      { name: 'holds', values: [3, 1] },
      { name: 'partly', values: [2, 4] },
    ],
    { x: 'notebook', y: 'claims' },
    TEXT,
  ),
  ranked: nb.rankedPoints(
    [
      { name: 'InvICL', value: 0.1, low: 0.05, high: 0.2 },
      { name: 'AR', value: 0.2, low: 0.1, high: 0.3 },
    ],
    'error',
    TEXT,
  ),
};

test('every kind of figure is drawn as PNG of its own size, with its words as text', async (t) => {
  for (const [kind, figure] of Object.entries(figures))
    await t.test(kind, async () => {
      const png = await nb.toPng(figure);
      assert.deepEqual([...png.subarray(1, 4)].map((c) => String.fromCharCode(c)).join(''), 'PNG');
      assert.equal(png.readUInt32BE(16), figure.layout['width'], `${kind}: width`);
      assert.equal(png.readUInt32BE(20), figure.layout['height'], `${kind}: height`);
      assert.ok(png.length > 5000, `${kind}: not empty`);
      const svg = await nb.toSvg(figure);
      for (const words of ['A title', 'Mean over seeds'])
        assert.ok(svg.includes(words), `${kind} shows '${words}'`);
      assert.ok(
        !/NaN|undefined/.test(svg.replaceAll('legendundefined', '')),
        `${kind}: no broken numbers`,
      ); // plotly's name for a bar's legend mark
      assert.ok(figure.alt.length > 5);
    });
});

test('no title, legend or caption is cut off at the edge of a line chart', async () => {
  const wide = nb.lineChart(
    [
      { name: 'AR + symmetric positions', x: [1, 2], y: [1, 2] },
      { name: 'InvICL', x: [1, 2], y: [2, 1] },
    ],
    { x: 'x', y: 'y' },
    { ...TEXT, caption: 'word '.repeat(90) },
  );
  const svg = await nb.toSvg(wide);
  assert.ok(svg.includes('AR + symmetric positions'));
  const margin = wide.layout['margin'] as { b: number };
  assert.ok(margin.b > 74 + 17 * 3, 'a long caption gets more room');
});

test('a long legend is shown whole, beside a single chart and beside one row of panels', async () => {
  /** Whether the last name stands below the window on the legend, where a reader has to scroll. */
  const scrolls = (svg: string): boolean => {
    const [, shown] = /<clipPath id="legend[^>]*><rect[^>]* height="(\d+)"/.exec(svg)!;
    const below = (kind: string): number =>
      Number(
        [...svg.matchAll(new RegExp(`"${kind}"[^>]*translate\\(0,([\\d.]+)\\)`, 'g'))].at(-1)![1],
      );
    return below('groups') + below('traces') + 6 > Number(shown);
  };
  const lines = [...Array(12).keys()].map((k) => ({ name: `line ${k}`, x: [1, 2], y: [k, k + 1] }));
  const axes = { x: 'x', y: 'y' };
  const panels = ['left', 'right'].map((title) => ({ title, lines }));
  for (const figure of [nb.lineChart(lines, axes, TEXT), nb.linePanels(panels, axes, TEXT)]) {
    assert.ok(!scrolls(await nb.toSvg(figure)));
    const low = { ...figure, layout: { ...figure.layout, height: 300 } };
    assert.ok(scrolls(await nb.toSvg(low)), 'a figure too low for its legend is noticed');
  }
});

test('a band is drawn on a log axis even where it touches zero', () => {
  const band = figures['lines']!.data[0]! as { y: number[] };
  assert.ok(band.y.every((v) => v > 0));
});

test('one colour per method, each its own; ablations dashed in their method’s colour', () => {
  const names = ['InvICL', 'AR', 'NoPE', 'Prefix', 'BoE', 'PCW', 'SAICL', 'BatchICL'];
  assert.equal(new Set(names.map((name) => nb.styleOf(name).color)).size, names.length);
  assert.deepEqual(nb.styleOf('AR + symmetric positions'), { ...nb.styleOf('AR'), dash: 'dash' });
  assert.deepEqual(nb.styleOf('ridge (0.1)').dash, 'dashdot');
  assert.equal(nb.styleOf('something new').color, nb.styleOf('something new').color);
});

test('tables: numbers in three digits, HTML escaped, no empty table', () => {
  const rows = [{ method: 'a<b', error: 0.123456, ok: true, n: 3 }];
  assert.equal(
    nb.toMarkdown(rows),
    '| method | error | ok | n |\n| --- | --- | --- | --- |\n| a<b | 0.123 | yes | 3 |',
  );
  assert.match(nb.toHtml(rows), /<td>a&lt;b<\/td><td>0\.123<\/td>/);
  refused(() => nb.toHtml([]), 'without rows');
  assert.match(
    nb.toHtml([{ notebook: '05-one.ipynb', claim: 'c' }], 'notebook'),
    /<a href="05-one\.ipynb">05<\/a>/,
  );
});

test('progress tells step, loss and time left', () => {
  assert.match(
    nb.progressLine('AR', { step: 50, steps: 200, loss: 0.5, elapsed: 10, left: 30 }),
    /AR .*█{5}░{15} step 50 of 200, loss 0\.500, 30 s left/,
  );
  assert.match(
    nb.progressLine('AR', { step: 200, steps: 200, loss: 0.5, elapsed: 100, left: 0 }),
    /done in 1 min 40 s/,
  );
});

test('exercises: to do, not yet, solved; an error is told, not thrown', () => {
  const always = (): boolean => true;
  assert.equal(nb.exerciseState(() => nb.TODO, always).state, 'to do');
  assert.equal(
    nb.exerciseState(
      () => 3,
      (v) => v === 3,
    ).state,
    'solved',
  );
  assert.equal(
    nb.exerciseState(
      () => 4,
      (v) => v === 3,
    ).state,
    'not yet',
  );
  const broken = (): number => {
    throw new Error('oops');
  };
  assert.deepEqual(nb.exerciseState(broken, always), { state: 'not yet', error: 'oops' });
  refused(() => nb.check(false, 'The curve should fall.'), 'The curve should fall.');
});

test('an exercise on several cases is solved only when every answer is right', () => {
  const said: string[] = [];
  const log = console.log;
  console.log = (line: string): void => void said.push(line);
  const asked: number[] = [];
  const double = (name: string, answer: (x: number) => number | typeof nb.TODO): void =>
    nb.exerciseOn(name, [1, 2, 3], answer, (value, x) => value === 2 * x, 'Add x to itself.');
  try {
    double('right', (x) => x + x);
    double('constant', () => 2);
    double('square', (x) => (asked.push(x), x * x + 1));
    double('open', () => nb.TODO);
    double('open later', (x) => (x === 1 ? 2 : nb.TODO));
    double('thrown', () => {
      throw new Error('oops');
    });
  } finally {
    console.log = log;
  }
  assert.deepEqual(said, [
    '☑ solved: right.',
    '☒ not yet: constant. Hint: Add x to itself.',
    '☒ not yet: square. Hint: Add x to itself.',
    '☐ to do: open.',
    '☐ to do: open later.',
    '☒ not yet: thrown. Hint: Add x to itself. It threw: oops',
  ]);
  assert.deepEqual(asked, [1, 2], 'it stops at the first wrong answer');
  refused(
    () =>
      nb.exerciseOn(
        'none',
        [],
        () => 1,
        () => true,
        'A hint.',
      ),
    'cases',
  );
});

test('a kernel of another installation is refused with both places; the profile is checked', () => {
  const other = scratch();
  refused(() => nb.checkKernel(other), root, other, 'npm start');
  nb.checkKernel(root);
  nb.checkKernel(undefined);
  const before = process.env['ICL_PROFILE'];
  process.env['ICL_PROFILE'] = 'turbo';
  refused(() => nb.profile(), "'turbo'", 'quick, full');
  if (before === undefined) delete process.env['ICL_PROFILE'];
  else process.env['ICL_PROFILE'] = before;
});

test('verdicts of committed notebooks are read; unknown numbers of notebooks give none', () => {
  const shown = nb.shownVerdicts(['05', '03']);
  assert.ok(
    shown.length > 3 &&
      shown.every(
        ({ notebook, verdict }) => /^0[35]-.*\.ipynb$/.test(notebook) && verdict.length > 0,
      ),
  );
  assert.equal(new Set(shown.map(({ claim }) => claim)).size, shown.length);
  assert.deepEqual(nb.shownVerdicts(['77']), []);
});

test('a decision chart shows every question, answer and advice', async () => {
  const boxes = [
    { key: 'q', text: 'Is it raining?', column: 0.5, row: 0 },
    { key: 'a', text: 'Take an umbrella.', column: 0, row: 1 },
    { key: 'b', text: 'Leave it at home.', column: 1, row: 1 },
  ];
  const arrows = [
    { from: 'q', to: 'a', answer: 'aye' },
    { from: 'q', to: 'b', answer: 'nay' },
  ];
  const text = {
    title: 'Umbrella',
    caption: 'Whether to take one.',
    alt: 'A question with two answers.',
  };
  const svg = await nb.toSvg(nb.decisionChart(boxes, arrows, text));
  for (const words of ['Is it raining?', 'aye', 'nay'])
    assert.ok(svg.includes(words), `'${words}' is not in the picture`);
  refused(
    () => nb.decisionChart(boxes, [{ from: 'q', to: 'c', answer: 'aye' }], text),
    "the box 'c'",
    'q, a, b',
  );
});

test('shades run from light to dark, and one alone is dark', () => {
  const lightness = nb.shades(6).map(({ color }) => parseInt(color.slice(1, 3), 16));
  for (let i = 1; i < 6; i++) assert.ok(lightness[i]! < lightness[i - 1]!);
  assert.equal(nb.shades(1)[0]!.color, nb.shades(6)[5]!.color);
  assert.equal(new Set(nb.shades(4).map(({ color }) => color)).size, 4);
});

test('scores by size stand at the logarithm of N, scores by step at their steps', () => {
  const record = (at: number, step: number, seed: number): records.ResultRecord => ({
    experiment: 'x',
    job: 'v-0',
    variant: 'v',
    seed,
    step,
    over: 'size',
    at,
    metric: 'm',
    value: at / 1000 + seed,
    config: 'c',
    commit: 'none',
    code: '',
    command: '',
    date: '',
    seconds: 0,
    backend: 'b',
  });
  const records = [0, 2].flatMap((seed) => [record(64, 5, seed), record(256, 5, seed)]);
  const [bySize] = nb.scoresBySize(records, ['v'], 'm');
  assert.deepEqual(bySize!.x, [6, 8]);
  assert.ok(Math.abs(bySize!.y[0]! - 1.064) < 1e-9);
  const [bySteps] = nb.scoresBySteps(records, ['v'], 'm', { size: 64 });
  assert.deepEqual(bySteps!.x, [5]);
  assert.deepEqual(nb.scoresByExamples(records, ['v'], 'm')[0]!.x, [], 'not over examples');
  assert.deepEqual(nb.scoresByTeaching(records, ['v'], 'm')[0]!.x, []);
  assert.match(nb.percent(records, 'v', 'm', { size: 64 }), /^106\.4 ± /);
  assert.equal(nb.percent(records, 'v', 'm', 64), '', 'not over examples');
  assert.ok(bySteps!.low![0]! < 1.064 && bySteps!.high![0]! > 1.064);
});
