/**
 * Lines that are told apart without colours, and log axes that can be read.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { notebook as nb, registry, type experiments } from 'invicl';

const TEXT = { title: 'A title', caption: 'Seeds 0, 1, 2.', alt: 'Curves.' };

/** Red, green and blue, linear in light, from '#RRGGBB'. */
const linear = (color: string): number[] =>
  [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });

const times = (matrix: readonly (readonly number[])[], v: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, m, i) => sum + m * v[i]!, 0));

/** What a colour is to eyes without the green receptor (Machado et al. 2009, severity 1). */
const DEUTERANOPIA = [
  [0.367322, 0.860646, -0.227968],
  [0.280085, 0.672501, 0.047413],
  [-0.01182, 0.04294, 0.968881],
];
const TO_XYZ = [
  [0.4124, 0.3576, 0.1805],
  [0.2126, 0.7152, 0.0722],
  [0.0193, 0.1192, 0.9505],
];

/** CIELAB of a colour that is linear in light (white D65). */
function lab(rgb: readonly number[]): number[] {
  const [x, y, z] = times(TO_XYZ, rgb).map((value, i) => {
    const t = Math.max(value, 0) / [0.9505, 1, 1.089][i]!;
    return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116;
  });
  return [116 * y! - 16, 500 * (x! - y!), 200 * (y! - z!)];
}

/** How far two colours are apart in CIELAB, to all eyes and to those without green. */
function distance(a: string, b: string): number {
  const seen = (change: (rgb: number[]) => number[]): number => {
    const [p, q] = [a, b].map((color) => lab(change(linear(color))));
    return Math.hypot(...p!.map((value, i) => value - q![i]!));
  };
  return Math.min(
    seen((rgb) => rgb),
    seen((rgb) => times(DEUTERANOPIA, rgb)),
  );
}

/** Pairs of styles that look alike: neither form, nor dashes, nor (for 10 units) colour differ. */
function alike(styles: Readonly<Record<string, experiments.LineStyle>>): string[] {
  const all = Object.entries(styles);
  return all.flatMap(([name, a], i) =>
    all
      .slice(i + 1)
      .filter(
        ([, b]) => a.marker === b.marker && a.dash === b.dash && distance(a.color, b.color) < 10,
      )
      .map(([other]) => `${name} and ${other}`),
  );
}

test('two methods of a part differ in form, dashes or a colour that all eyes tell apart', () => {
  assert.ok(distance('#D55E00', '#B8860B') < 20, 'InvICL and BoE are alike without green');
  const same = { A: { color: '#0072B2', dash: 'solid' }, B: { color: '#7A4FB5', dash: 'solid' } };
  assert.equal(alike(same as Record<string, experiments.LineStyle>).length, 1, 'AR and SAICL');
  for (const { key, styles } of registry.PARTS) {
    const known = new Set(['ICL, ICL, adapted', 'M2-ICL, M2-ICL, adapted', 'transformer, gated']);
    const pairs = alike(styles).filter((pair) => !known.has(pair.replace(' and ', ', ')));
    assert.deepEqual(pairs, [], key);
  }
});

const ticksOf = (y: readonly number[]): string[] => {
  const line = { name: 'AR', x: y.map((_, i) => i), y };
  const { layout } = nb.lineChart([line], { x: 'n', y: 'error', logY: true }, TEXT);
  return (layout['yaxis'] as { ticktext: string[] }).ticktext;
};

test('a log axis has at least three ticks with their values, however short it is', () => {
  assert.deepEqual(ticksOf([1, 0.001]), ['0.001', '0.01', '0.1', '1']);
  assert.deepEqual(ticksOf([0.6, 0.03]), ['0.05', '0.1', '0.2', '0.5']);
  assert.deepEqual(ticksOf([0.42, 0.19]), ['0.2', '0.3', '0.4']);
  const six = ticksOf([1, 1e-6]);
  assert.equal(six[0], '10<sup>−6</sup>');
  assert.equal(six.length, 7);
  for (const [least, most] of [
    [0.3, 0.9],
    [0.0101, 0.0199],
    [2, 7],
    [0.011, 0.05],
    [5e-5, 2e-4],
  ] as const)
    assert.ok(ticksOf([least, most]).length >= 3, `${least} to ${most}`);
});

test('a log axis with a slider or a given range has three ticks in what is seen', () => {
  const line = (least: number, most: number): nb.Line => ({
    name: 'AR',
    x: [0, 1],
    y: [least, most],
  });
  const axes = { x: 'n', y: 'error', logY: true };
  const stops = [line(0.3, 0.9), line(0.001, 0.8)].map((one, i) => ({
    label: `${i}`,
    lines: [one],
  }));
  const seen = ({ layout }: nb.Figure, least: number, most: number): number =>
    (layout['yaxis'] as { tickvals: number[] }).tickvals.filter((v) => v >= least && v <= most)
      .length;
  assert.ok(seen(nb.sliderChart(stops, axes, TEXT, 'a setting'), 0.3, 0.9) >= 3);
  const ranged = nb.lineChart([line(1e-6, 1)], { ...axes, rangeY: [-1, 0.5] }, TEXT);
  assert.ok(seen(ranged, 0.1, 3.1) >= 3);
});

test('each choice of a slider and of a menu shows the lines of its own stop', () => {
  const stops = [1, 2, 3].map((value) => ({
    label: `stop ${value}`,
    lines: [{ name: 'AR', x: [0, 1], y: [value, value] }],
  }));
  const axes = { x: 'n', y: 'error' };
  const { data, layout } = nb.menuChart(stops, axes, TEXT, 'the stop', 1);
  const [menu] = layout['updatemenus'] as { active: number; buttons: { label: string }[] }[];
  const [slider] = nb.sliderChart(stops, axes, TEXT, 'the stop', 1).layout['sliders'] as {
    steps: { label: string }[];
  }[];
  assert.deepEqual(menu!.buttons, slider!.steps);
  assert.deepEqual(
    data.map(({ visible }) => visible),
    [false, true, false],
  );
  menu!.buttons.forEach((button, i) => {
    const { label, args } = button as { label: string; args?: [{ visible: boolean[] }] };
    assert.equal(label, `stop ${i + 1}`);
    assert.deepEqual(
      data.filter((_, k) => args![0].visible[k]).map(({ y }) => y),
      [[i + 1, i + 1]],
    );
  });
});

test('ranked points on a log axis have three ticks, and a circle for each seed', () => {
  const seeds = [0.008, 0.012, 0.03];
  const bars = [{ name: 'AR', value: 0.014, low: 0.011, high: 0.018, seeds }];
  const { data, layout } = nb.rankedPoints(bars, 'error', TEXT);
  const ticks = (layout['xaxis'] as { tickvals: number[] }).tickvals;
  assert.ok(ticks.filter((value) => value >= 0.008 && value <= 0.03).length >= 3, `${ticks}`);
  assert.deepEqual(data.at(-1)!['x'], seeds);
});

test('the range of training is shaded in every panel, and named in the legend once', async () => {
  const lines = [{ name: 'AR', x: [1, 30], y: [1, 0.1] }];
  const axes = { x: 'n', y: 'error', trained: [1, 10] as const };
  const panels = ['left', 'right'].map((title) => ({ title, lines }));
  const stops = ['0.3', '1'].map((label) => ({ label, lines }));
  const both = nb.linePanels(panels, axes, TEXT);
  const shapes = both.layout['shapes'] as { x0: number; x1: number; xref: string }[];
  assert.deepEqual(
    shapes.map(({ x0, x1, xref }) => [x0, x1, xref]),
    [
      [1, 10, 'x'],
      [1, 10, 'x2'],
    ],
  );
  for (const figure of [
    both,
    nb.lineChart(lines, axes, TEXT),
    nb.sliderChart(stops, axes, TEXT, 'a setting'),
    nb.menuChart(stops, axes, TEXT, 'a part'),
  ])
    assert.equal((await nb.toSvg(figure)).match(/range of training/g)?.length, 1);
  const [own] = nb.linePanels([{ ...panels[0]!, trained: [20, 30] }], axes, TEXT).layout[
    'shapes'
  ] as { x0: number }[];
  assert.equal(own!.x0, 20, 'a panel may have a range of its own');
  const oneValue = nb.lineChart(lines, { ...axes, trained: [5, 5] }, TEXT);
  assert.match(await nb.toSvg(oneValue), /as in training/);
});

test('a curve and the open points of its seeds share one entry of the legend', async () => {
  const curve = { name: 'AR', x: [1, 2], y: [1, 0.5] };
  const seeds = { name: 'AR', x: [1, 1, 2, 2], y: [0.9, 1.1, 0.4, 0.6], points: 'only' as const };
  const axes = { x: 'n', y: 'error', trained: [1, 1] as const };
  const figure = nb.lineChart([curve, seeds], axes, TEXT);
  const svg = await nb.toSvg(figure);
  assert.equal(svg.match(/>AR</g)?.length, 1);
  assert.deepEqual(
    figure.data.map(({ marker }) => (marker as { symbol: string }).symbol),
    ['square', 'square-open'],
  );
});

test('each entry of a menu shows its own lines and hides all others', async () => {
  const line = (name: string): nb.Line => ({ name, x: [1, 2], y: [1, 2] });
  const stops = [
    { label: 'the mask', lines: [line('AR'), line('InvICL')] },
    { label: 'the positions', lines: [line('NoPE')] },
  ];
  const figure = nb.menuChart(stops, { x: 'n', y: 'error' }, TEXT, 'the part', 1);
  const [menu] = figure.layout['updatemenus'] as {
    buttons: { args: [{ visible: boolean[] }] }[];
  }[];
  const names = menu!.buttons.map(({ args: [{ visible }] }) =>
    figure.data.filter((_, i) => visible[i]).map((trace) => trace['name']),
  );
  assert.deepEqual(names, [['AR', 'InvICL'], ['NoPE']]);
  const svg = await nb.toSvg(figure);
  for (const words of ['the positions', 'NoPE', 'printed: the positions.'])
    assert.ok(svg.includes(words), words);
  assert.ok(!svg.includes('InvICL'), 'the other entry is hidden');
});

test('a short line shows all of its points, a long one a few; trivial predictors none', () => {
  const traceOf = (name: string, count: number): Record<string, unknown> => {
    const x = Array.from({ length: count }, (_, i) => i);
    const { data } = nb.lineChart([{ name, x, y: x }], { x: 'n', y: 'error' }, TEXT);
    return data.at(-1)!;
  };
  const marker = (name: string, count: number): { symbol?: string; maxdisplayed?: number } =>
    traceOf(name, count)['marker'] as object;
  assert.equal(marker('AR', 5).symbol, 'square');
  assert.equal(marker('AR', 5).maxdisplayed, undefined);
  assert.ok(marker('AR', 100).maxdisplayed! < 20);
  assert.equal(traceOf('least squares', 5)['mode'], 'lines');
});
