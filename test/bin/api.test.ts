/** The API reference and the links of the notebooks' pages into it. */
import * as assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import * as invicl from 'invicl';
import { root, scratch } from '../helpers';

interface Entry {
  readonly name: string;
  readonly kind: string;
  readonly text: string;
  readonly link: string;
}
interface Api {
  buildApi(out: string): Promise<{ entries: Entry[]; problems: string[]; brokenLinks: string[] }>;
  moduleLinks(entries: readonly Entry[]): (source: string) => object;
  searchSections(
    entries: readonly Entry[],
  ): { title: string; page: string; link: string; text: string }[];
}
const load = async (): Promise<Api> =>
  (await import(pathToFileURL(join(root, 'bin', 'api.mjs')).href)) as Api;

test('every module and export has a page that works offline; no {@link} is broken', async (t) => {
  const out = join(scratch(), 'api');
  const { entries, brokenLinks } = await (await load()).buildApi(out);
  await t.test('no {@link} leads nowhere', () => assert.deepEqual(brokenLinks, []));
  const names = new Set(entries.map(({ name }) => name));
  await t.test('modules, and the functions in them', () => {
    const own = (content: object): string[] => Object.keys(content).filter((name) => name !== 'tf');
    for (const module of own(invicl)) {
      assert.ok(names.has(module), `a page for the module ${module}`);
      for (const name of own(invicl[module as 'core']))
        assert.ok(names.has(`${module}.${name}`), `a page for ${module}.${name}`);
    }
  });
  await t.test('each entry leads to a page that loads nothing from elsewhere', () => {
    for (const { name, link } of entries) {
      assert.ok(existsSync(join(out, link.replace(/#.*/, ''))), `${name}: ${link}`);
      const html = readFileSync(join(out, link.replace(/#.*/, '')), 'utf8');
      assert.doesNotMatch(
        html,
        /<(script|link|img)[^>]*(src|href)="(https?:)?\/\//,
        `${name} loads from elsewhere`,
      );
    }
  });
  await t.test('it has a search of its own', () =>
    assert.ok(existsSync(join(out, 'assets', 'search.js'))),
  );
});

test('a notebook links a module where it is first used, under the name it has there', async () => {
  const { moduleLinks, searchSections } = await load();
  const entry = (name: string): Entry => ({
    name,
    kind: 'function',
    text: 'It & that.',
    link: `p/${name}.html`,
  });
  const entries = ['a', 'a.one', 'b', 'b.two', 'b.in', 'b.in.deep', 'c', 'c.three'].map(entry);
  const linksOf = moduleLinks(entries);
  const links = (source: string): string => String(linksOf(source));
  const link = (name: string, shown: string): string => `<a href="api/p/${name}.html">${shown}</a>`;
  assert.equal(links("import { a, b as other, c } from 'invicl'"), '');
  assert.equal(
    links('const x = a.one + a.one + a.none'),
    `<p class="api">API: ${link('a', 'a')} (${link('a.one', 'one')})</p>`,
  );
  assert.equal(links('a.one'), '', 'only the first use');
  const deep = link('b.in.deep', 'in.deep');
  assert.equal(
    links('other.in.deep(other.two.length)'),
    `<p class="api">API: ${link('b', 'b')} (${deep}, ${link('b.two', 'two')})</p>`,
  );
  assert.equal(
    links('c.unknown; x.c.three; "in sentence c. three"'),
    '',
    'only names that the module has',
  );
  assert.deepEqual(searchSections([entry('a')]), [
    { title: 'a', page: 'API, function', link: 'api/p/a.html', text: 'It & that.' },
  ]);
});
