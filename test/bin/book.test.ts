/** The book: its index by parts, and links that lead somewhere. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { runInNewContext } from 'node:vm';

import { notebook as nb } from 'invicl';
import { root, scratch } from '../helpers';
import { Browser, NO_BROWSER, browserPath } from './browser';

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly title: { readonly text: string };
  readonly margin: { readonly b: number };
  readonly legend: { readonly orientation?: string };
  readonly annotations: readonly { readonly text: string }[];
}

test('a figure on a narrow page: no wider, all words kept, the legend below, else untouched', () => {
  const file = fs.readFileSync(join(root, 'bin', 'book', 'fit.js'), 'utf8');
  const fitted = runInNewContext(`${file}; fitted`) as (figure: object, width: number) => Layout;
  const line = { x: [1, 2], y: [1, 2] };
  const figure = nb.lineChart(
    ['InvICL', 'AR', 'least squares'].map((name) => ({ name, ...line })),
    { x: 'examples', y: 'error' },
    { title: 'A title of seven words or so', caption: 'Words '.repeat(40), alt: 'Three lines.' },
  );
  const own = figure.layout as unknown as Layout;
  assert.equal(fitted(figure, 900), own);
  const narrow = fitted(figure, 350);
  assert.equal(narrow.width, 350);
  assert.equal(narrow.legend.orientation, 'h');
  const words = (text: string): string => text.replaceAll('<br>', ' ');
  assert.equal(words(narrow.title.text), own.title.text);
  assert.deepEqual(
    narrow.annotations.map(({ text }) => words(text)),
    own.annotations.map(({ text }) => words(text)),
  );
  assert.ok(narrow.annotations.every(({ text }) => text.split('<br>').every((l) => l.length < 45)));
  const lines = narrow.annotations.at(-1)!.text.split('<br>').length;
  assert.ok(narrow.margin.b >= own.margin.b + 17 * (lines - 3), 'room for the longer caption');
  assert.ok(
    narrow.height - narrow.margin.b >= own.height - own.margin.b,
    'the plot keeps its height',
  );
  assert.equal(fitted(figure, 100).width, 340, 'narrower than this it scrolls');
});

test(
  'the book: every part in its index, every link between its pages resolves',
  { timeout: 180_000 },
  async (t) => {
    const { buildBook } = (await import(pathToFileURL(join(root, 'bin', 'book.mjs')).href)) as {
      buildBook(out: string): Promise<number>;
    };
    const folder = join(scratch(), 'book');
    const count = await buildBook(folder);
    const names = fs.readdirSync(folder).filter((name) => name.endsWith('.html'));
    const page = new Map(names.map((name) => [name, fs.readFileSync(join(folder, name), 'utf8')]));

    await t.test('pages of notebooks, index, glossary and verdicts', () => {
      assert.equal(names.length, count);
      for (const name of ['index.html', 'glossary.html', 'verdicts.html'])
        assert.ok(page.has(name));
    });
    await t.test('parts', () => {
      const text = fs.readFileSync(join(root, 'notebooks', 'parts.json'), 'utf8');
      for (const { title } of JSON.parse(text) as readonly { readonly title: string }[])
        for (const name of ['index.html', 'verdicts.html'])
          assert.ok(page.get(name)!.includes(title), `${name} lacks ${title}`);
    });
    const skip = browserPath() ? false : NO_BROWSER;
    await t.test('a narrow and a dark page in Chromium', { skip }, async () => {
      const browser = new Browser(browserPath()!);
      const file = names.find((name) => name.startsWith('08-'))!;
      const opened = await browser.open(String(pathToFileURL(join(folder, file))), {
        width: 390,
        dark: true,
      });
      await opened.until(`document.querySelector('.js-plotly-plot .main-svg')`, 'a figure');
      const [figure, plot, page, paper] = (await opened.evaluate(`(() => {
        const figure = document.querySelector('figure[data-plot]');
        const colour = (element) => getComputedStyle(element).backgroundColor;
        const plot = figure.querySelector('.main-svg');
        return [figure.clientWidth, plot.clientWidth || Number(plot.getAttribute('width')),
          colour(document.body), colour(figure)];
      })()`)) as [number, number, string, string];
      assert.ok(plot <= Math.max(figure, 560), `a plot of ${plot} px in ${figure} px`);
      assert.notEqual(page, 'rgb(255, 255, 255)');
      assert.equal(paper, 'rgb(255, 255, 255)');
      await opened.close();
      browser.close();
    });
    await t.test('links', () => {
      for (const [name, html] of page) {
        const markup = html.replace(/<script[\s\S]*?<\/script>/g, '');
        for (const [, link] of markup.matchAll(/(?:href|src)="([^"]*)"/g)) {
          if (/^(https?|data):/.test(link!)) continue;
          const [file, anchor] = link!.split('#') as [string, string | undefined];
          assert.ok(!file || fs.existsSync(join(folder, file)), `${name} links to ${link}`);
          const target = page.get(file || name);
          if (anchor && target)
            assert.ok(target.includes(`id="${anchor}"`), `${name} links to ${link}`);
        }
      }
    });
  },
);
