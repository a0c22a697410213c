/** The book of hostile notebooks: nothing of theirs runs, in jsdom and in Chromium. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { JSDOM, VirtualConsole } from 'jsdom';

import { root, scratch } from '../helpers';
import { Browser, NO_BROWSER, browserPath } from './browser';
import { ATTACKS, TOUCH, WATCH, hostileFolder } from './hostile';

type Part = { readonly notebooks: readonly { readonly number: string }[] };
interface Book {
  writeBook(folder: string, course: readonly Part[], entries: readonly object[]): unknown;
  builtCourse(): readonly Part[];
}
const load = (name: string): Promise<unknown> =>
  import(pathToFileURL(join(root, 'bin', name)).href);

const POLICY = /<meta http-equiv="Content-Security-Policy"[^>]*>/;
const folder = join(scratch(), 'hostile');
const ours = join(scratch(), 'ours');
const control = join(scratch(), 'control.html');
const guarded = join(scratch(), 'guarded.html');
let pages: readonly string[] = [];
before(async () => {
  const { writeBook, builtCourse } = (await load('book.mjs')) as Book;
  const { readCourse } = (await load('outline.mjs')) as {
    readCourse(from: string): readonly Part[];
  };
  const { DOCUMENTS } = (await load('book/links.mjs')) as {
    DOCUMENTS: Readonly<Record<string, string>>;
  };
  const documents = Object.values(DOCUMENTS).map((name) => `${name}.html`);
  await writeBook(folder, readCourse(hostileFolder()), []);
  pages = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.html') && !documents.includes(name));
  await writeBook(ours, builtCourse().slice(0, 1), []);
  const attacks = Object.values(ATTACKS).join('\n');
  fs.writeFileSync(control, `<!doctype html><body>${attacks}</body>`);
  const policy = POLICY.exec(read('index.html'))?.[0];
  fs.writeFileSync(guarded, `<!doctype html><head>${policy}</head><body>${attacks}</body>`);
});

const read = (name: string): string => fs.readFileSync(join(folder, name), 'utf8');
const documentOf = (name: string): Document => new JSDOM(read(name)).window.document;

/** A page in jsdom with its scripts running; what of the attacks ran. */
async function ranInJsdom(file: string): Promise<readonly string[]> {
  const dom = await JSDOM.fromFile(file, {
    runScripts: 'dangerously',
    resources: 'usable',
    pretendToBeVisual: true,
    virtualConsole: new VirtualConsole(), // jsdom lacks what plotly.js draws on
    beforeParse: (window) => {
      window.URL.createObjectURL = () => '';
      window.eval(WATCH);
    },
  });
  if (dom.window.document.readyState !== 'complete')
    await new Promise((done) => dom.window.addEventListener('load', done));
  const ran = (await dom.window.eval(TOUCH)) as readonly string[];
  dom.window.close();
  return [...ran]; // an array of this realm
}

test('pages of hostile notebooks hold only scripts, handlers and addresses of the book', async (t) => {
  assert.equal(pages.length, 5);
  for (const name of pages)
    await t.test(name.slice(0, 8), () => {
      const document = documentOf(name);
      const own = ['theme.js', 'fit.js', 'book.js', 'search.js'];
      const run = [...document.querySelectorAll('script:not([type="application/json"])')];
      assert.deepEqual(
        run.map((script) => script.getAttribute('src') ?? script.textContent),
        own.map((file) => `assets/${file}`),
      );
      const strange = 'iframe, object, embed, form, style, base, svg script, main input, main link';
      assert.equal(document.querySelectorAll(strange).length, 0);
      for (const element of document.querySelectorAll('*'))
        for (const { name: attribute, value } of element.attributes) {
          assert.doesNotMatch(attribute, /^on/i, `${element.tagName} ${attribute}`);
          if (['href', 'src', 'action'].includes(attribute))
            assert.match(value, /^(https?:|data:image\/png;base64,|[^:]*$)/, attribute);
          if (attribute === 'style') assert.doesNotMatch(value, /fixed|url/);
        }
      const search = document.getElementById('search');
      assert.ok(search?.closest('body > header'), 'no twin before the search');
    });
});

test('what hostile notebooks say is shown as text', () => {
  const document = documentOf('00-plain.html');
  const text = document.querySelector('main')!.textContent;
  for (const name of ['script tag', 'svg handler'])
    assert.ok(text.includes(ATTACKS[name]!), `the text of '${name}' in streams and code`);
  const alts = [...document.querySelectorAll('img')].map(({ alt }) => alt);
  assert.ok(alts.some((alt) => alt.startsWith('"><img')));
  const sources = [...document.querySelectorAll('main img')].map((image) =>
    image.getAttribute('src'),
  );
  assert.equal(sources.filter((source) => source?.startsWith('data:image/png')).length, 2);
});

test('an error output shows name, value and traceback without colours', () => {
  const error = documentOf('00-plain.html').querySelector('pre.error')?.textContent ?? '';
  assert.match(error, /^TypeError<script>.*: broken value\nline 3\n/);
  assert.ok(!error.includes('\u001b'));
});

test('no script of a hostile notebook runs in jsdom', async (t) => {
  await t.test(
    'the watch sees scripts, handlers and links of a page that is not clean',
    async () => {
      const ran = await ranInJsdom(control);
      for (const name of ['script tag', 'error handler', 'mouse handler', 'javascript link'])
        assert.ok(ran.includes(name), `${name} in ${ran.join(', ')}`);
    },
  );
  for (const name of pages)
    await t.test(name.slice(0, 8), async () => {
      assert.deepEqual(await ranInJsdom(join(folder, name)), []);
    });
});

test('no script of a hostile notebook runs in Chromium', async (t) => {
  const program = browserPath();
  if (!program) return t.skip(NO_BROWSER);
  const browser = new Browser(program);
  after(() => {
    browser.close();
  });
  const ran = (file: string, touch = TOUCH): Promise<unknown> =>
    browser.visit(pathToFileURL(file).href, WATCH, touch);
  await t.test('the watch sees every attack in a page that is not clean', async () => {
    const seen = (await ran(control)) as readonly string[];
    assert.deepEqual([...seen].sort(), Object.keys(ATTACKS).sort());
  });
  await t.test('the policy alone stops every attack', async () => {
    assert.deepEqual(await ran(guarded), []);
  });
  await t.test('the plot of a hostile notebook is drawn, so its text was tried', async () => {
    const drawn = `${TOUCH}.then(() => !!document.querySelector('figure .main-svg'))`;
    assert.equal(await ran(join(folder, '00-plain.html'), drawn), true);
  });
  for (const name of pages)
    await t.test(`${name.slice(0, 8)}, with the policy and by cleaning alone`, async () => {
      assert.deepEqual(await ran(join(folder, name)), []);
      const bare = join(folder, 'bare.htm');
      fs.writeFileSync(bare, read(name).replace(POLICY, ''));
      assert.deepEqual(await ran(bare), []);
    });
  await t.test('figures, search and formulas of the course work under the policy', async () => {
    const file = fs.readdirSync(ours).find((name) => name.startsWith('01-'))!;
    const seen = (await ran(
      join(ours, file),
      `(async () => {
        const figures = document.querySelectorAll('figure[data-plot]');
        const drawn = () => document.querySelectorAll('figure .main-svg').length > 0 &&
          [...figures].every((figure) => figure.querySelector('.main-svg'));
        for (let i = 0; i < 100 && !drawn(); i++) await new Promise((done) => setTimeout(done, 200));
        await document.fonts.ready;
        const search = document.getElementById('search');
        const hits = () => document.querySelectorAll('#hits a[href] b').length;
        search.value = 'prompt';
        search.dispatchEvent(new Event('input'));
        for (let i = 0; i < 100 && !hits(); i++) await new Promise((done) => setTimeout(done, 100));
        const fonts = [...document.fonts].filter(({ status }) => status === 'loaded').length;
        return { drawn: drawn(), fonts, hits: hits(), refused: window.refused };
      })()`,
    )) as Readonly<Record<string, unknown>>;
    assert.deepEqual(
      { ...seen, fonts: Number(seen['fonts']) > 0 },
      {
        drawn: true,
        fonts: true,
        hits: 12,
        refused: [],
      },
    );
  });
});
