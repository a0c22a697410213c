/** The book: its index by parts, and links that lead somewhere. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';

import { runInNewContext } from 'node:vm';

import { notebook as nb } from 'invicl';
import { root, scratch } from '../helpers';
import { Browser, NO_BROWSER, browserPath } from './browser';
import * as reader from './reader';

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

interface Book {
  buildBook(out: string): Promise<number>;
  builtCourse(): readonly {
    readonly title: string;
    readonly notebooks: readonly { readonly name: string; readonly from: string }[];
  }[];
}
interface Hit {
  readonly title: string;
  readonly page: string;
  readonly link: string;
  readonly text: string;
}

const folder = join(scratch(), 'book');
const read = (name: string): string => fs.readFileSync(join(folder, name), 'utf8');
const linksIn = (html: string): readonly string[] =>
  [...html.replace(/<script[\s\S]*?<\/script>/g, '').matchAll(/(?:href|src)="([^"]*)"/g)].map(
    ([, link]) => link!,
  );

/** Asserts that a link of a page leads to a file, and to an anchor in it where it names one. */
function assertLeads(name: string, link: string, page: ReadonlyMap<string, string>): void {
  if (/^(https?|data|mailto):/.test(link)) return;
  const [file, anchor] = link.split('#') as [string, string | undefined];
  assert.ok(!file || fs.existsSync(join(folder, decodeURI(file))), `${name} links to ${link}`);
  const target = page.get(file || name);
  if (anchor && target) assert.ok(target.includes(`id="${anchor}"`), `${name} links to ${link}`);
}

/** The pages that the links to the next one, or to the one before, pass through. */
function pagesAlong(
  rel: 'prev' | 'next',
  from: string,
  page: ReadonlyMap<string, string>,
): readonly string[] {
  const link = new RegExp(`<a class="turn" rel="${rel}" href="([^"]*)"`);
  const passed = [from];
  const after = (name: string): string | undefined => link.exec(page.get(name)!)?.[1];
  for (let to = after(from); to; to = after(to)) passed.push(to);
  return passed;
}

test('the book', { timeout: 900_000 }, async (t) => {
  const { buildBook, builtCourse } = (await import(
    pathToFileURL(join(root, 'bin', 'book.mjs')).href
  )) as Book;
  const course = builtCourse();
  const count = await buildBook(folder);
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.html'));
  const page = new Map(names.map((name) => [name, read(name)]));
  const notebooks = course.flatMap((part) => part.notebooks);
  const files = notebooks.map(({ name }) => `${name}.html`);

  await t.test('pages of notebooks and parts, index, verdicts, documents', () => {
    assert.equal(names.length, count);
    const made = ['index', 'glossary', 'verdicts', 'teaching', 'troubleshooting', 'about'];
    for (const name of [...made.map((one) => `${one}.html`), ...files])
      assert.ok(page.has(name), name);
  });
  await t.test('every page has the contents by parts, and a link past them', () => {
    for (const [name, html] of page) {
      for (const { title } of course)
        assert.ok(html.includes(`<summary>${title}</summary>`), `${name} lacks ${title}`);
      assert.match(html, /<body[^>]*><a class="skip" href="#_text">/, name);
      assert.match(html, /<main id="_text" tabindex="-1">/, name);
    }
    for (const { title } of course)
      for (const name of ['index.html', 'verdicts.html'])
        assert.ok(page.get(name)!.includes(title), `${name} lacks ${title}`);
  });
  await t.test('under a notebook stand its own contents', () => {
    for (const name of files) {
      const [, own] = page.get(name)!.match(/aria-current="page">[^<]*<\/a><ul>(.*?)<\/ul>/s)!;
      const headings = page.get(name)!.match(/<h2 id="/g)!;
      assert.equal(own!.match(/<a href="#/g)?.length, headings.length, name);
    }
  });
  await t.test('previous and next lead through all notebooks, in their order', () => {
    const on = pagesAlong('next', 'index.html', page);
    assert.deepEqual(
      on.filter((name) => /^\d\d-/.test(name)),
      files,
    );
    assert.equal(on.length, 1 + course.length + files.length);
    assert.deepEqual(pagesAlong('prev', on.at(-1)!, page), [...on].reverse());
  });
  await t.test('every notebook can be downloaded as it is', () => {
    for (const { name, from } of notebooks) {
      assert.ok(page.get(`${name}.html`)!.includes(`href="notebooks/${name}.ipynb" download`));
      const copy = fs.readFileSync(join(folder, 'notebooks', `${name}.ipynb`));
      assert.ok(copy.equals(fs.readFileSync(from)), name);
    }
  });
  await t.test(
    'a notebook in Chinese: its language, the way to English and back, its links',
    () => {
      const chinese = names.filter((name) => name.endsWith('.zh.html'));
      assert.ok(chinese.length >= 5, `${chinese.length} pages`);
      for (const name of chinese) {
        const english = name.replace('.zh', '');
        assert.match(page.get(name)!, /<html lang="zh">/);
        assert.match(
          page.get(name)!,
          new RegExp(`lang="en" href="${english}" title="English">EN<`),
        );
        assert.match(page.get(english)!, new RegExp(`lang="zh" href="${name}" title="中文">中文<`));
      }
      assert.deepEqual(pagesAlong('next', chinese[0]!, page), chinese);
      const text = page.get('04-invicl.zh.html')!.replace(/^[\s\S]*<main/, '');
      assert.match(text, /href="03-three-properties\.zh\.html"/);
      assert.match(text, /npm start -- 04 zh</);
    },
  );
  await t.test('headers of tables say what they are headers of', () => {
    for (const [name, html] of page) assert.doesNotMatch(html, /<th(?![^>]*\bscope=)[ >]/, name);
  });
  await t.test(
    'plotly.js is small, of the version that draws the pictures, and not in the index',
    () => {
      const file = join(folder, 'assets', 'plotly.min.js');
      assert.ok(fs.statSync(file).size < 5e6);
      const versionOf = (name: string): unknown =>
        (JSON.parse(fs.readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as object)[
          'version' as never
        ];
      assert.equal(versionOf('plotly.js-dist-min'), versionOf('plotly.js-dist'));
      for (const html of page.values()) assert.doesNotMatch(html, /<script[^>]*plotly/);
    },
  );
  await t.test('every link of every page leads to a file and its anchor', () => {
    for (const [name, html] of page)
      for (const link of linksIn(html)) assertLeads(name, link, page);
    for (const name of ['teaching.html', 'troubleshooting.html'])
      for (const link of linksIn(page.get(name)!.replace(/^[\s\S]*<main/, '')))
        assert.doesNotMatch(link, /\.\.\/|\.md\b(?!\.txt)|\.ipynb/, `${name} links to ${link}`);
  });
  await t.test('the search: every result leads somewhere, and none shows raw TeX', () => {
    const words = read(join('assets', 'sections.js'));
    const hits = JSON.parse(words.slice(words.indexOf('['), words.lastIndexOf(']') + 1)) as Hit[];
    assert.ok(
      ['Glossary', 'Part', 'API, function'].every((kind) => hits.some((hit) => hit.page === kind)),
    );
    for (const { title, text, link } of hits) {
      assertLeads('the search', link, page);
      if (!link.startsWith('api/'))
        assert.doesNotMatch(
          `${title} ${text}`,
          /\$[^$ ]|\\(frac|sum|mathbf|text|left|lambda)\b|\*\*/,
          link,
        );
    }
  });
  const program = browserPath();
  await t.test('in Chromium', { skip: program ? false : NO_BROWSER }, async (chromium) => {
    const browser = new Browser(program!);
    await readInChromium(chromium, browser, course);
    browser.close();
  });
});

/** The smallest page of each part, which a browser reads soonest. */
const smallest = (course: ReturnType<Book['builtCourse']>): readonly string[] =>
  course.map(({ notebooks }) => {
    const sizes = notebooks.map(({ name, from }) => ({ name, size: fs.statSync(from).size }));
    return `${sizes.sort((a, b) => a.size - b.size)[0]!.name}.html`;
  });

async function readInChromium(
  t: TestContext,
  browser: Browser,
  course: ReturnType<Book['builtCourse']>,
): Promise<void> {
  const { DESKTOP, PHONE, reading } = reader;
  const [index, own] = ['index.html', '01-in-context-learning.zh.html'];
  const sample = [...smallest(course), own, index, 'teaching.html', 'api/index.html'];
  const part = fs.readdirSync(folder).find((name) => name.startsWith('part-'))!;
  for (const name of [...sample, part, 'troubleshooting.html', 'api/modules/core.html'])
    await t.test(`${name}: fits, and axe-core finds nothing serious`, async () => {
      const read = (screen: typeof DESKTOP): Promise<void> =>
        reading(browser, join(folder, name), screen, async (page) => {
          await reader.assertFits(page, screen, name);
          if (/^\d\d-|^t/.test(name) && !name.includes('.zh'))
            await reader.assertHeader(page, name);
          await reader.assertAccessible(page, `${name}, ${screen.width} px`);
        });
      await Promise.all([DESKTOP, PHONE].map(read)); // two processes of the browser
    });
  await t.test('the index is one screen, on a desktop and on a phone', async () => {
    for (const screen of [DESKTOP, PHONE]) {
      const height = await reading(browser, join(folder, 'index.html'), screen, (page) =>
        page.evaluate('document.scrollingElement.scrollHeight'),
      );
      assert.ok(Number(height) <= screen.height, `${String(height)} px`);
    }
  });
  await t.test('the search by arrow keys, with its results open for axe-core', async () => {
    await reading(browser, join(folder, 'glossary.html'), DESKTOP, async (page) => {
      await reader.ask(page, 'least squares');
      await page.press('ArrowDown');
      await reader.assertAccessible(page, 'the open search');
      await reader.assertSearch(page);
    });
  });
  await t.test('contents on a phone open by a button and close with a choice', async () => {
    await reading(browser, join(folder, 'teaching.html'), PHONE, async (page) => {
      const open = `document.querySelector('#_sidebar').matches(':popover-open')`;
      await page.click('#_menu');
      assert.equal(await page.evaluate(open), true);
      await reader.assertAccessible(page, 'the open contents');
      await page.click('#_sidebar [aria-current] + ul a');
      assert.equal(await page.evaluate(open), false);
    });
  });
  await t.test('colours by choice hold on the next page', async () => {
    await reading(browser, join(folder, 'glossary.html'), DESKTOP, (page) =>
      reader.assertColours(page, 'troubleshooting.html'),
    );
  });
  await t.test('a figure on a dark phone: no wider than it has to be, on white paper', async () => {
    const file = course[0]!.notebooks.find(({ name }) => name.startsWith('08-'))!;
    await reading(browser, join(folder, `${file.name}.html`), PHONE, async (page) => {
      await reader.assertFits(page, PHONE, file.name);
      const [figure, plot, ground, paper] = (await page.evaluate(`(() => {
        const figure = document.querySelector('figure[data-plot]');
        const colour = (element) => getComputedStyle(element).backgroundColor;
        const plot = figure.querySelector('.main-svg');
        return [figure.clientWidth, plot.clientWidth || Number(plot.getAttribute('width')),
          colour(document.body), colour(figure)];
      })()`)) as [number, number, string, string];
      assert.ok(plot <= Math.max(figure, 560), `a plot of ${plot} px in ${figure} px`);
      assert.notEqual(ground, 'rgb(255, 255, 255)');
      assert.equal(paper, 'rgb(255, 255, 255)');
    });
  });
}
