/** The live figure of the gate in a page of the book: mouse, keys and controls, in Chromium. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { gate } from 'invicl';

import type { Page } from '../bin/browser';
import { liveBook } from './page';

type Numbers = Readonly<Record<string, number>>;

const { skip, opened } = liveBook([{ figure: 'gate', given: {} }]);

/** What the figure says after the frame that draws the last change. */
const numbers = async (page: Page): Promise<Numbers> => {
  const frame = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';
  const of = "document.querySelector('figure[data-live]').dataset.numbers";
  return JSON.parse((await page.evaluate(`${frame}.then(() => ${of})`)) as string) as Numbers;
};
/** Gives a field a value as a hand does. */
const set = (page: Page, selector: string, value: string): Promise<unknown> =>
  page.evaluate(`(() => {
    const field = document.querySelector('figure[data-live] ${selector}');
    field.value = '${value}';
    const kind = field.tagName === 'SELECT' ? 'change' : 'input';
    field.dispatchEvent(new Event(kind, { bubbles: true }));
  })()`);

test('a slider and a list move the switch to where the library finds it', { skip }, async () => {
  const page = await opened(900);
  assert.equal((await numbers(page))['switch'], 9);
  await set(page, '[type=range]', '7');
  await set(page, 'select', 'lower bound');
  const truth = gate.noisyLabel(2, 0, 0.01);
  const { lower } = gate.contextBounds(8, 7);
  const sizes = Array.from({ length: 400 }, (_, i) => i + 1);
  assert.equal((await numbers(page))['switch'], gate.switchExactly(truth, lower, sizes));
  assert.deepEqual(await page.evaluate('[...window.ran, ...window.refused]'), []);
  await page.close();
});

test('a mouse and arrow keys choose the N_x that is read', { skip }, async () => {
  const page = await opened(900);
  await page.drag('figure[data-live] [data-handle="seen"]', 200, 0);
  const dragged = (await numbers(page))['seen']!;
  assert.ok(dragged > 1000 && dragged < 1e5, `${dragged}`);
  await page.evaluate('document.querySelector(\'[data-handle="seen"]\').focus()');
  await page.press('ArrowLeft');
  assert.ok((await numbers(page))['seen']! < dragged);
  const label = (await page.evaluate(
    "document.activeElement.getAttribute('aria-label')",
  )) as string;
  assert.match(label, /^N_x = [\d,]+, at which losses are read$/);
  await page.close();
});

test('a change of every setting is answered at once, at 390 pixels too', { skip }, async () => {
  const page = await opened(390);
  const wider = 'document.documentElement.scrollWidth <= window.innerWidth';
  assert.equal(await page.evaluate(wider), true, 'the page is not wider than the window');
  const outside = `[...document.querySelectorAll('figure[data-live] svg text')].filter((text) => {
    const { left, right } = text.getBoundingClientRect();
    return left < 0 || right > window.innerWidth;
  }).map((text) => text.textContent)`;
  assert.deepEqual(await page.evaluate(outside), []);
  const timed = `(() => {
    const field = document.querySelectorAll('figure[data-live] [type=range]')[1];
    const since = performance.now();
    field.value = '0.17';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    return new Promise((done) =>
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - since))));
  })()`;
  const took = (await page.evaluate(timed)) as number;
  assert.ok(took < 2000, `${took} ms`);
  await page.close();
});
