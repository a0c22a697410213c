/** Live figures in a page of the book: mouse, finger and keyboard, in headless Chromium. */
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { inweight, language, metaicl, training } from 'invicl';
import { completed, openLive, packed, type LiveOutput } from 'invicl/dist/live';

import type { Page } from '../bin/browser';
import { root } from '../helpers';
import { liveBook, program } from './page';

const networkOf = (method: 'ar' | 'invicl'): object =>
  packed(
    new metaicl.EpisodeModel({
      method,
      size: { width: 8, layers: 1, heads: 1, mlpRatio: 1, maxPositions: 4 },
      d: 2,
      seed: 5,
    }),
  );
/** A prompt of three sentences, the second one with the label that is given. */
const session = (label: number): LiveOutput => ({
  figure: 'session',
  given: {
    labels: ['yes', 'no'],
    sentences: [1, 2, 3, 4].map((i) => ({
      text: `text <${i}>${' of many words'.repeat(6)}`,
      x: [i / 2, 1 - i],
    })),
    examples: [
      [0, 0],
      [1, label],
      [2, 0],
    ],
    asked: 3,
    networks: { ar: networkOf('ar'), invicl: networkOf('invicl') },
  },
});
/** A small language model of names and cities with random weights. */
const cities: LiveOutput = {
  figure: 'cities',
  given: {
    names: ['ka rin', 'pau no'],
    cities: ['par is', 'os lo', 'mad rid'],
    ...{ name: 0, said: 1, taught: 0, rate: '1e-3' },
    network: packed(
      language.freshLanguageModel(
        inweight.cityTokenizer(),
        { width: 8, layers: 1, heads: 1, mlpRatio: 1, maxPositions: 32 },
        2,
      ).model,
    ),
  },
};
const OUTPUTS: readonly object[] = [
  { figure: 'prompt', given: {} },
  { figure: 'orders', given: {} },
  { figure: 'mask', given: {} },
  { figure: 'pass', given: {} },
  { figure: 'none', given: {} },
  { figure: 'prompt', given: { examples: '<img src=x onerror=top.told(1)>' } },
  session(1),
  cities,
];
const weights = (name: string): string => join(root, 'data', 'live', `${name}.safetensors`);
const models = {
  ar: training.loadModel(weights('ar')).model,
  invicl: training.loadModel(weights('invicl')).model,
};
type Numbers = Readonly<Record<string, number>>;
const inNode = (output: LiveOutput): Numbers =>
  openLive(output, models).use((figure, state) => figure.numbers(state));

const { skip, file, opened } = liveBook(OUTPUTS, 6);

const figure = (i: number): string => `figure:nth-of-type(${i + 1})`;
/** What a figure says of itself, after the frame that draws the last change. */
const numbers = async (page: Page, i: number): Promise<Numbers> => {
  const frame = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';
  const of = `document.querySelectorAll('figure[data-live]')[${i}].dataset.numbers`;
  return JSON.parse((await page.evaluate(`${frame}.then(() => ${of})`)) as string) as Numbers;
};
/** The prompt in the number fields of the first figure. */
const typed = async (page: Page): Promise<{ examples: [number, number][]; test: number }> => {
  const read = `[...document.querySelectorAll('figure')[0].querySelectorAll('[type=number]')]
    .map((field) => Number(field.value))`;
  const values = (await page.evaluate(read)) as number[];
  const test = values.pop()!;
  const examples = Array.from({ length: values.length / 2 }, (_, i): [number, number] => [
    values[2 * i]!,
    values[2 * i + 1]!,
  ]);
  return { examples, test };
};
/** Asserts that the first figure shows what the library answers to the prompt in its fields. */
async function sameAsNode(page: Page): Promise<Numbers> {
  const [shown, given] = [await numbers(page, 0), await typed(page)];
  const node = inNode({ figure: 'prompt', given });
  for (const name of ['model', 'leastSquares'])
    assert.ok(Math.abs(shown[name]! - node[name]!) < 1e-5, `${name} ${shown[name]}, ${node[name]}`);
  return shown;
}

test('the program of live figures is below 1.5 MB and one file', async () => {
  const text = await program();
  assert.ok(Buffer.byteLength(text) < 1.5e6, `${Buffer.byteLength(text)} bytes`);
  assert.doesNotMatch(text, /require\("node:|from"node:/);
});

test('the book holds the program once, and its pages only the settings', { skip }, () => {
  const page = readFileSync(file(), 'utf8');
  assert.ok(page.length < 20_000, `the page has ${page.length} letters`);
  assert.ok(readFileSync(join(dirname(file()), 'assets', 'live.js'), 'utf8').length > 500_000);
});

test('a mouse drags an example, and the answers are those of the library', { skip }, async () => {
  const page = await opened(1000);
  const before = await sameAsNode(page);
  await page.drag(`${figure(0)} [data-handle="example 1"]`, 60, -120);
  const after = await sameAsNode(page);
  assert.ok(Math.abs(after['model']! - before['model']!) > 0.01, 'the answer should follow');
  const [, moved] = (await typed(page)).examples;
  assert.ok(moved![0] > -1 && moved![1] > -1, `example 2 is at ${moved}`);
  await page.close();
});

test('a finger moves the test input at 390 pixels', { skip }, async () => {
  const page = await opened(390);
  await page.swipe(`${figure(0)} [data-handle="test"]`, 80, 0);
  await sameAsNode(page);
  assert.ok((await typed(page)).test > -2.6);
  const wider = 'document.documentElement.scrollWidth <= window.innerWidth';
  assert.equal(await page.evaluate(wider), true, 'the page is not wider than the window');
  const lists = `[...document.querySelectorAll('.icl-live select')].filter((list) =>
    list.getBoundingClientRect().right > window.innerWidth).length`;
  assert.equal(await page.evaluate(lists), 0, 'no list of long sentences leaves the window');
  await page.close();
});

test('arrow keys move what the tab key has chosen, which stays chosen', { skip }, async () => {
  const page = await opened(1000);
  const focus = 'document.querySelector(\'[data-handle="example 0"]\').focus()';
  await page.evaluate(focus);
  for (const key of ['ArrowRight', 'ArrowUp', 'ArrowUp']) {
    await page.press(key);
    await numbers(page, 0);
  }
  assert.deepEqual((await typed(page)).examples[0], [-1.9, -1.2]);
  await sameAsNode(page);
  const label = await page.evaluate("document.activeElement.getAttribute('aria-label')");
  assert.equal(label, 'example 1: x −1.90, y −1.20');
  await page.press('Tab');
  const next = await page.evaluate('document.activeElement.dataset.handle');
  assert.equal(next, 'example 1');
  await page.close();
});

test(
  'numbers that are typed are answered; what is typed is not overwritten',
  { skip },
  async () => {
    const page = await opened(1000);
    const type = `(() => {
    const field = document.querySelectorAll('figure')[0].querySelectorAll('[type=number]')[1];
    field.focus();
    field.value = '2.50';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    return new Promise((done) => setTimeout(() => done(field.value), 200));
  })()`;
    assert.equal(await page.evaluate(type), '2.50');
    assert.equal((await typed(page)).examples[0]![1], 2.5);
    await sameAsNode(page);
    await page.close();
  },
);

test('all orders are computed; the slider and the keys choose one', { skip }, async () => {
  const page = await opened(1000);
  const computed = "JSON.parse(document.querySelectorAll('figure')[1].dataset.numbers).computed";
  await page.until(`${computed} === 120`, 'all orders are computed');
  const first = await numbers(page, 1);
  await page.evaluate("document.querySelectorAll('figure')[1].querySelector('g').focus()");
  await page.press('ArrowRight');
  const moved = await numbers(page, 1);
  assert.notEqual(moved['order'], first['order']);
  assert.ok(Math.abs(moved['ar']! - first['ar']!) > 1e-4, 'AR jumps');
  assert.ok(Math.abs(moved['invicl']! - first['invicl']!) < 1e-5, 'InvICL stands');
  await page.close();
});

test('a click and the space bar change the mask, and a leak is found', { skip }, async () => {
  const page = await opened(1000);
  const cell = `${figure(2)} [data-handle="cell 0 3"]`;
  await page.click(cell);
  assert.equal((await numbers(page, 2))['leakFree'], 0);
  const checked = `document.querySelector('${cell}').getAttribute('aria-checked')`;
  assert.equal(await page.evaluate(checked), 'true');
  await page.press(' ');
  assert.equal((await numbers(page, 2))['leakFree'], 1);
  await page.press('ArrowDown');
  const below = await page.evaluate('document.activeElement.dataset.handle');
  assert.equal(below, 'cell 1 3');
  await page.close();
});

test('a click flips a label, and the networks of the output answer', { skip }, async () => {
  const page = await opened(1000);
  const asInNode = async (label: number): Promise<void> => {
    const [shown, node] = [await numbers(page, 6), inNode(session(label))];
    for (const name of ['ar', 'invicl'])
      assert.ok(Math.abs(shown[name]! - node[name]!) < 1e-5, `${shown[name]}, ${node[name]}`);
  };
  await asInNode(1);
  await page.click(`${figure(6)} [data-handle="example 1"]`);
  await asInNode(0);
  const before = await numbers(page, 6);
  await page.press('ArrowDown');
  const moved = await numbers(page, 6);
  assert.ok(Math.abs(moved['ar']! - before['ar']!) > 1e-5, 'AR tells the orders apart');
  assert.ok(Math.abs(moved['invicl']! - before['invicl']!) < 1e-5, 'InvICL does not');
  await page.close();
});

test(
  'buttons teach a fact in the page as in Node; Enter changes the context',
  { skip },
  async () => {
    const page = await opened(390);
    const shownIn = "JSON.parse(document.querySelectorAll('figure')[7].dataset.numbers)";
    const press = (i: number): Promise<unknown> =>
      page.evaluate(
        `document.querySelectorAll('figure')[7].querySelectorAll('button')[${i}].click()`,
      );
    const measured = (count: number, steps: number, city: number): Promise<void> =>
      page.until(
        `(({ measured, steps, said }) => measured === ${count} && steps === ${steps} &&
          said === ${city})(${shownIn})`,
        `${steps} steps are made and measured, with city ${city} in the context`,
      );
    /** What Node says after the same steps, with a city in the context. */
    const node = (key: string): Numbers =>
      openLive(cities, models).use((live, first) => {
        const button = live.controls(first).find(({ kind }) => kind === 'button')!;
        assert.ok(button.kind === 'button');
        const state = completed(live, live.press!(button.press(first), key));
        const all = live.numbers(state);
        live.close!(state);
        return all;
      });
    const asInNode = async (key: string): Promise<void> => {
      const [shown, expected] = [await numbers(page, 7), node(key)];
      for (const [name, value] of Object.entries(expected))
        assert.ok(Math.abs(shown[name]! - value) < 1e-3, `${name}: ${shown[name]}, ${value}`);
    };
    await measured(1, 0, 1);
    await press(0);
    await measured(2, 5, 1);
    await asInNode('city 1');
    await page.evaluate(`document.querySelector('${figure(7)} [data-handle="city 2"]').focus()`);
    await page.press('Enter');
    await measured(2, 5, 2);
    await asInNode('city 2');
    const wide = 'document.documentElement.scrollWidth <= window.innerWidth';
    assert.equal(await page.evaluate(wide), true, 'the page is not wider than the window');
    await press(1);
    await measured(1, 0, 2);
    await page.close();
  },
);

test(
  'what is no figure keeps its picture; nothing runs, loads or is refused',
  { skip },
  async () => {
    const page = await opened(1000);
    const kept = "[...document.querySelectorAll('figure[data-live] > img')].map(({ alt }) => alt)";
    assert.deepEqual(await page.evaluate(kept), ['Live figure 4.', 'Live figure 5.']);
    assert.deepEqual(await page.evaluate('[...window.ran, ...window.refused]'), []);
    const outside = `performance.getEntriesByType('resource').map(({ name }) => name)
    .filter((name) => !/^(file|data|blob):/.test(name))`;
    assert.deepEqual(await page.evaluate(outside), []);
    await page.close();
  },
);
