// What the pages of the book load: programs, styles, fonts and pictures, in a folder of their own.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { liveBundle } from '../live/bundle.mjs';
import { at, writeAtomic } from '../setup/base.mjs';
import { copyFile } from './links.mjs';
import { json } from './markup.mjs';

const require = createRequire(import.meta.url);
const OWN = ['book.css', 'code.css', 'theme.js', 'fit.js', 'book.js', 'search.js'];

/** Writes all of them into the folder `assets`. */
export async function writeAssets(assets, books, sections) {
  const folderOf = (module) => path.dirname(require.resolve(`${module}/package.json`));
  const write = (name, content) => writeAtomic(path.join(assets, name), content);
  const copy = (from, name) => copyFile(from, path.join(assets, name));
  for (const file of OWN) copy(at('bin', 'book', file), file);
  const katex = path.join(folderOf('katex'), 'dist');
  copy(path.join(katex, 'katex.min.css'), 'katex.min.css');
  const fonts = fs.readdirSync(path.join(katex, 'fonts')).filter((f) => f.endsWith('.woff2'));
  for (const font of fonts) copy(path.join(katex, 'fonts', font), path.join('fonts', font));
  for (const { number, picture } of books)
    if (picture) write(path.join('pictures', `${number}.png`), picture);
  const minisearch = path.join(path.dirname(require.resolve('minisearch')), '..', 'umd');
  copy(path.join(minisearch, 'index.js'), 'minisearch.js');
  copy(path.join(folderOf('plotly.js-dist-min'), 'plotly.min.js'), 'plotly.min.js');
  write('live.js', await liveBundle());
  const numbered = sections.map((section, id) => ({ id, ...section }));
  write('sections.js', `window.BOOK_SECTIONS = ${json(numbered)};`);
}
