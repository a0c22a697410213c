/** What a reader meets in the pages of a book: widths, header, anchors, search, accessibility. */
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { root } from '../helpers';
import type { Browser, Page } from './browser';

const AXE = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

/** How a page is read; a desktop in light colours, a phone in dark ones. */
export const DESKTOP = { width: 1280, height: 900, dark: false };
export const PHONE = { width: 390, height: 844, dark: true };
type Screen = typeof DESKTOP;

const DRAWN = `[...document.querySelectorAll('figure[data-plot]')].every(
    (figure) => figure.querySelector('.main-svg')) &&
  [...document.querySelectorAll('figure[data-live]')].every(
    (figure) => figure.matches('.icl-live'))`;

/** Opens a page of the book, with all its figures, and closes it afterwards. */
export async function reading<T>(
  browser: Browser,
  file: string,
  screen: Screen,
  act: (page: Page) => Promise<T>,
): Promise<T> {
  const page = await browser.open(String(pathToFileURL(file)), screen);
  await page.until(DRAWN, `the figures of ${file}`, 60);
  const result = await act(page);
  await page.close();
  return result;
}

/** The page is as wide as the screen, and so are the parts of it that do not scroll on their own. */
export async function assertFits(page: Page, { width }: Screen, name: string): Promise<void> {
  const [wide, beyond] = (await page.evaluate(`(() => {
    const scrolls = '.wide, pre, figure, .katex-display, .katex-mathml, .katex svg, #_panel, ' +
      '#_sidebar, .col-sidebar';
    const beyond = [...document.querySelectorAll('body *')].filter(
      (one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(scrolls));
    return [document.scrollingElement.scrollWidth, beyond.map(({ outerHTML }) =>
      outerHTML.slice(0, 80))];
  })()`)) as [number, readonly string[]];
  assert.ok(wide <= width, `${name} is ${wide} px wide`);
  assert.deepEqual(beyond, [], `${name}: beyond the screen`);
}

/** The header is one line, and a place that a link leads to stands below it. */
export async function assertHeader(page: Page, name: string): Promise<void> {
  const [height, place, top] = (await page.evaluate(`(async () => {
    const links = document.querySelectorAll('#_sidebar [aria-current] + ul a');
    const middle = links[Math.floor(links.length / 2)];
    middle.click();
    await new Promise((done) => setTimeout(done, 300));
    const place = document.getElementById(decodeURI(location.hash.slice(1)));
    const header = document.querySelector('header').getBoundingClientRect();
    return [header.height, place.getBoundingClientRect().top, header.bottom];
  })()`)) as [number, number, number];
  assert.ok(height <= 56, `the header of ${name} is ${height} px high`);
  assert.ok(top <= place && place < top + 200, `${name}: a heading at ${place} px`);
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/** axe-core finds nothing serious or critical in a page. */
export async function assertAccessible(page: Page, name: string): Promise<void> {
  await page.evaluate(`${AXE}; 0`);
  const run = `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)`;
  const found = (await page.evaluate(run)) as readonly Violation[];
  const grave = found.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  const said = grave.map(({ id, nodes }) => `${id}: ${String(nodes[0]!.target)} (${nodes.length})`);
  assert.deepEqual(said, [], name);
}

/** What a screen reader is told of the search. */
interface Search {
  readonly expanded: string;
  readonly active: string | null;
  readonly selected: readonly string[];
  readonly options: number;
  readonly said: string;
}
const searchOf = (page: Page): Promise<Search> =>
  page.evaluate(`(() => {
    const box = document.querySelector('#search');
    const options = [...document.querySelectorAll('#hits [role="option"]')];
    return { expanded: box.getAttribute('aria-expanded'), options: options.length,
      active: box.getAttribute('aria-activedescendant'),
      selected: options.filter((one) => one.ariaSelected === 'true').map(({ id }) => id),
      said: document.querySelector('#_found').textContent };
  })()`) as Promise<Search>;

/** Types words into the search and waits for what it says. */
export async function ask(page: Page, words: string): Promise<Search> {
  await page.evaluate(`(() => {
    const box = document.querySelector('#search');
    document.querySelector('#_found').textContent = '';
    box.focus();
    box.value = ${JSON.stringify(words)};
    box.dispatchEvent(new Event('input'));
  })()`);
  await page.until(`document.querySelector('#_found').textContent`, `an answer to ${words}`);
  return searchOf(page);
}

/** Arrow keys walk round the results, Escape closes them, Enter opens the one that is chosen. */
export async function assertSearch(page: Page): Promise<void> {
  const first = await ask(page, 'permutation');
  assert.deepEqual([first.expanded, first.active, first.selected], ['true', null, []]);
  const walk: readonly (readonly [string, number])[] = [
    ['ArrowDown', 0],
    ['ArrowDown', 1],
    ['ArrowUp', 0],
    ['ArrowUp', first.options - 1],
    ['ArrowDown', 0],
  ];
  for (const [key, at] of walk) {
    await page.press(key);
    const { active, selected } = await searchOf(page);
    assert.deepEqual([active, selected], [`_hit${at}`, [`_hit${at}`]], key);
  }
  await page.press('Escape');
  const closed = await searchOf(page);
  assert.deepEqual([closed.expanded, closed.options, closed.said], ['false', 0, '']);
  assert.equal((await ask(page, 'qqqqzzzz')).said, 'Nothing found');
  await ask(page, 'permutation');
  await page.press('ArrowDown');
  const chosen = await page.evaluate(`document.querySelector('#_hit0').href`);
  await page.press('Enter');
  await page.until(`location.href === ${JSON.stringify(chosen)}`, 'the page that was chosen');
}

/** The colours that a reader chooses hold on the next page too, against those of the system. */
export async function assertColours(page: Page, next: string): Promise<void> {
  const ground = `getComputedStyle(document.body).backgroundColor`;
  const before = await page.evaluate(ground);
  await page.evaluate(`(() => {
    const colours = document.querySelector('#_colours');
    colours.value = 'dark';
    colours.dispatchEvent(new Event('change'));
  })()`);
  const dark = await page.evaluate(ground);
  assert.notEqual(dark, before);
  await page.evaluate(`location.href = ${JSON.stringify(next)}; 0`);
  await page.until(`location.href.endsWith(${JSON.stringify(next)})`, 'the next page');
  await page.until(`document.readyState === 'complete'`, 'the next page');
  assert.equal(await page.evaluate(ground), dark);
  await page.evaluate('localStorage.clear()');
}
