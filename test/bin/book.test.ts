/** The book: its index by parts, and links that lead somewhere. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root, scratch } from '../helpers';

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
