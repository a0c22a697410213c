/** The plane in a page: points by mouse, finger and keyboard, in headless Chromium. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { fewshot } from 'invicl';
import { completed, openLive, packed, type LiveModels, type LiveOutput } from 'invicl/dist/live';

import type { Page } from '../bin/browser';
import { liveBook } from './page';

const network = fewshot.networkOf({ ...fewshot.NETWORKS.icl, d: 2, classes: 2, seed: 3 });
const output: LiveOutput = {
  figure: 'plane',
  given: {
    network: packed(network as typeof network & { readonly config: fewshot.NetworkConfig }),
    of: {
      kind: 'mixture',
      of: [{ kind: 'pairs' }, { kind: 'prototypes' }, { kind: 'thresholds' }],
    },
    contexts: [
      {
        name: 'two points',
        X: [
          [2, 2],
          [-2, -2],
        ],
        y: [1, 0],
      },
      { name: 'one point', X: [[1, -1]], y: [0] },
    ],
  },
};
type Numbers = Readonly<Record<string, number>>;
const inNode = (): Numbers =>
  openLive(output, {} as LiveModels).use((figure, state) =>
    figure.numbers(completed(figure, state)),
  );

const { skip, opened } = liveBook([output]);

const NUMBERS = "JSON.parse(document.querySelector('figure[data-live]').dataset.numbers ?? '{}')";
/** What the figure says once all parts of its maps are computed. */
async function numbers(page: Page, points: number): Promise<Numbers> {
  const done = `(${NUMBERS}).computed === 5 && (${NUMBERS}).points === ${points}`;
  await page.until(done, `the maps of ${points} points`);
  return (await page.evaluate(NUMBERS)) as Numbers;
}

test('a click adds a point, another flips it, keys add and move one', { skip }, async () => {
  const page = await opened(1000);
  const [first, node] = [await numbers(page, 2), inNode()];
  for (const name of ['same', 'largest', 'network', 'exact'])
    assert.ok(Math.abs(first[name]! - node[name]!) < 1e-4, `${name} ${first[name]}, ${node[name]}`);
  await page.click('[data-handle="right"]'); // its middle, where the cross-hairs are
  const more = await numbers(page, 3);
  assert.ok(Math.abs(more['network']! - first['network']!) > 1e-5, 'the map follows');
  const label = `document.querySelector('[data-handle="point 2"]').getAttribute('aria-label')`;
  assert.match((await page.evaluate(label)) as string, /point 3 of 3 at \(.*\): class 1/);
  await page.click('[data-handle="point 2"]');
  await page.until(`/class 0/.test(${label})`, 'the point has the other class');
  await numbers(page, 3);
  await page.evaluate('document.querySelector(\'[data-handle="cursor"]\').focus()');
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp', 'Enter']) await page.press(key);
  await numbers(page, 4);
  await page.drag('[data-handle="point 3"]', 40, -40);
  await numbers(page, 4);
  const refused = await page.evaluate('[...window.ran, ...window.refused]');
  assert.deepEqual(refused, [], 'nothing of the page is refused');
  await page.close();
});

test(
  'on a phone the maps stand below each other and a point follows a finger',
  { skip },
  async () => {
    const page = await opened(390);
    await numbers(page, 2);
    const top = (key: string): string =>
      `document.querySelector('[data-handle="${key}"]').getBoundingClientRect().top`;
    assert.equal(await page.evaluate(`${top('right')} > ${top('left')} + 250`), true);
    const wider = 'document.documentElement.scrollWidth <= window.innerWidth';
    assert.equal(await page.evaluate(wider), true, 'the page is not wider than the window');
    const place = `document.querySelector('[data-handle="point 0"]').getAttribute('aria-label')`;
    const before = await page.evaluate(place);
    await page.swipe('[data-handle="point 0"]', -60, 40);
    await numbers(page, 2);
    assert.notEqual(await page.evaluate(place), before);
    await page.close();
  },
);

test(
  'a button loads a context, and removing the focused point keeps the focus',
  { skip },
  async () => {
    const page = await opened(1000);
    await numbers(page, 2);
    const button = (text: string): string =>
      `[...document.querySelectorAll('.icl-live button')].find((b) => b.textContent === '${text}')`;
    await page.evaluate(`${button('one point')}.click()`);
    await numbers(page, 1);
    await page.evaluate(`(() => {
    const list = document.querySelectorAll('.icl-live select')[1];
    list.value = 'removes it';
    list.dispatchEvent(new Event('change', { bubbles: true }));
    document.querySelector('[data-handle="point 0"]').focus();
  })()`);
    await page.press('Enter');
    await page.until(`(${NUMBERS}).points === 0`, 'no point is left');
    const focused = 'document.activeElement.classList.contains("handle")';
    assert.equal(await page.evaluate(focused), true, 'the focus stays in the figure');
    await page.close();
  },
);
