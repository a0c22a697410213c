// The HTML book: one folder that works offline, with a contents page, previous and next, search and
// plotly.js once.
// bin/book/ makes the markup: what notebooks hold is escaped or cleaned there. Search by MiniSearch.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { buildApi, moduleLinks, searchSections } from './api.mjs';
import { codeHtml, render, slug } from './book/markdown.mjs';
import { clean, inLines, joined, json, markup, trusted } from './book/markup.mjs';
import { outputsHtml } from './book/outputs.mjs';
import { liveBundle } from './live/bundle.mjs';
import { at, say, seconds, stateDir, writeAtomic } from './setup/base.mjs';
import {
  adjustedOf,
  countsInWords,
  numbersOf,
  rangeOf,
  readCourse,
  verdictsIn,
  wordsOf,
} from './outline.mjs';

const require = createRequire(import.meta.url);
/** Pages that every page links to. */
const NAVIGATION = [
  ['glossary.html', 'Glossary'],
  ['verdicts.html', 'Verdicts'],
  ['api/index.html', 'API'],
];
const navigation = NAVIGATION.map(([file, title]) => markup`<a href="${file}">${title}</a>`);

const STYLES = [
  ...['katex.min.css', 'code.css', 'book.css'].map(
    (file) => markup`<link rel="stylesheet" href="assets/${file}">`,
  ),
  markup`<link rel="stylesheet" href="assets/code-dark.css" media="(prefers-color-scheme: dark)">`,
];
const SCRIPTS = ['plotly.min.js', 'minisearch.js', 'sections.js', 'fit.js', 'book.js'].map(
  (file) => markup`<script src="assets/${file}"></script>`,
);

/**
 * What a page may run and load: files of the book. A second guard, should cleaning miss something;
 * KaTeX and plotly.js need styles in attributes, and plotly.js saves pictures through blob and data.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A link to the page before or after, with its title; nothing without one. */
const turn = (to, before, after, name) =>
  to ? markup`<a${name} href="${to.file}">${before}${to.title}${after}</a>` : markup``;
const back = (to, name) => turn(to, '← ', '', name);
const on = (to, name) => turn(to, '', ' →', name);
const TURN = markup` class="turn"`;

const page = (title, body, { previous, next } = {}) => markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${STYLES}</head>
<body><header><a href="index.html"><b>In-context learning</b></a>${navigation}
${back(previous, TURN)}<span class="grow"></span>
${on(next, TURN)}
<input id="search" type="search" placeholder="Search" aria-label="Search the book">
<div id="hits"></div></header>
<main>${body}</main>
${SCRIPTS}</body></html>`;

/** Sections of a page for the search: each heading with the words under it. */
function sectionsOf(sources, name, title) {
  const sections = [];
  for (const source of sources)
    for (const part of source.split(/^(?=#{1,3} )/m)) {
      const heading = part.match(/^#{1,3} (.*)/)?.[1];
      const words = part
        .replace(/^#{1,3} .*/, '')
        .replace(/[*$`|#<>]/g, ' ')
        .replace(/\s+/g, ' ')
        .trim();
      if (heading)
        sections.push({
          title: heading,
          page: title,
          link: `${name}.html#${slug(heading)}`,
          text: words,
        });
      else if (sections.length) sections[sections.length - 1].text += ` ${words}`;
    }
  return sections;
}

const markdownOf = ({ cells }) =>
  cells.filter((cell) => cell.cell_type === 'markdown').map(({ source }) => source);

/** The course with the notebooks of this build, else the committed ones. */
export const builtCourse = () =>
  readCourse(undefined, (file) => {
    const built = at('build', 'notebooks', path.basename(file));
    return fs.existsSync(built) ? built : file;
  });

const headingOf = (part) =>
  markup`<h2 id="${slug(part.title)}">${part.title} (${rangeOf(part)})</h2>`;
const rowOf = (cells) => markup`<tr>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`;
function tableOf(head, rows) {
  const names = head.map((cell) => markup`<th>${cell}</th>`);
  return markup`<table><thead><tr>${names}</tr></thead><tbody>${inLines(rows)}</tbody></table>`;
}

/** Markdown of one paragraph, without the paragraph. */
const inline = (source, page) =>
  trusted(String(render(source, page)).replace(/^<p>|<\/p>\s*$/g, ''));

/** The index: the notebooks by part, each with its picture, claim and time to read. */
function indexBody(course) {
  const image = (number) => markup`<img src="assets/pictures/${number}.png" width="150" alt="">`;
  const entry = ({ name, number, title, claim, reading, picture }) =>
    rowOf([
      picture ? markup`<a href="${name}.html">${image(number)}</a>` : '',
      markup`<a href="${name}.html">${number} ${title}</a><br><small>${reading} minutes</small>`,
      inline(claim, name),
    ]);
  const paper = ({ citation, link }) =>
    markup`${inline(citation, 'parts.json')} (${clean(markup`<a href="${link}">${link}</a>`)})`;
  const parts = course.map((part) => {
    const papers = joined(part.papers.map(paper), '; ');
    const rows = part.notebooks.map(entry);
    return markup`${headingOf(part)}<p>${inline(part.about, 'parts.json')}</p>
<p><small>${papers}.</small></p>${tableOf(['', 'notebook', 'claim'], rows)}`;
  });
  return markup`<h1>In-context learning, by building it</h1>
<p>The executed notebooks of the course, by part. Figures are interactive; everything works offline.
The <a href="glossary.html">glossary</a> explains the terms, and
<a href="verdicts.html">Verdicts</a>
lists every claim with our own number.</p>
${inLines(parts)}`;
}

/** Every verdict, by part and notebook. */
function verdictsBody(course) {
  const words = wordsOf(course);
  const entry = (one, adjusted) =>
    rowOf([
      markup`<a href="${one.name}.html">${one.notebook}</a>`,
      ...[one.claim, one.source, numbersOf(one), one.verdict, adjusted],
    ]);
  const parts = course.map((part) => {
    const verdicts = verdictsIn(part.notebooks);
    const adjusted = adjustedOf(verdicts);
    const rows = verdicts.map((one, i) => entry(one, adjusted[i]));
    const counts = markup`<p>${countsInWords(verdicts, words)}.</p>`;
    const head = ['', 'claim', 'source', 'ours', 'verdict', 'among all of the part'];
    return markup`${headingOf(part)}${counts}${tableOf(head, rows)}`;
  });
  return markup`<h1>Verdicts</h1>
<p>A claim that several notebooks show stands under the first of them. The words are explained in
the <a href="glossary.html#verdict">glossary</a>. The last column gives the word when the share of
false ones among all decided claims of a part is kept at 5 % (Benjamini and Hochberg 1995).</p>
${inLines(parts)}`;
}

/** What the pages load: programs, styles, fonts and the notebooks' pictures. */
function writeAssets(assets, books) {
  const folderOf = (module) => path.dirname(require.resolve(`${module}/package.json`));
  const place = (from, name) => {
    fs.mkdirSync(path.dirname(path.join(assets, name)), { recursive: true });
    fs.copyFileSync(from, path.join(assets, name));
  };
  const minisearch = path.join(path.dirname(require.resolve('minisearch')), '..', 'umd');
  place(path.join(folderOf('plotly.js-dist'), 'plotly.js'), 'plotly.min.js');
  place(path.join(minisearch, 'index.js'), 'minisearch.js');
  const colours = path.join(folderOf('highlight.js'), 'styles');
  place(path.join(colours, 'github.css'), 'code.css');
  place(path.join(colours, 'github-dark.css'), 'code-dark.css');
  for (const file of ['book.css', 'fit.js', 'book.js']) place(at('bin', 'book', file), file);
  const katex = path.join(folderOf('katex'), 'dist');
  place(path.join(katex, 'katex.min.css'), 'katex.min.css');
  const fonts = fs.readdirSync(path.join(katex, 'fonts')).filter((f) => f.endsWith('.woff2'));
  for (const font of fonts) place(path.join(katex, 'fonts', font), path.join('fonts', font));
  for (const { number, picture } of books)
    if (picture) writeAtomic(path.join(assets, 'pictures', `${number}.png`), picture);
}

/** A notebook as the body of its page: text, code with links into the API, outputs. */
function notebookBody({ notebook, name }, entries) {
  const linksOf = moduleLinks(entries);
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type === 'markdown') return render(cell.source, name);
    const outputs = inLines(outputsHtml(cell));
    return markup`${codeHtml(cell.source)}${linksOf(cell.source)}\n${outputs}`;
  });
  return inLines(cells);
}

/**
 * Writes the pages, the search and what they load into an empty folder.
 *
 * @param course as readCourse gives it
 * @param entries the names of the API, as buildApi gives them
 * @returns how many pages were written
 * @throws Fault when a formula of a notebook cannot be read
 */
export async function writeBook(folder, course, entries) {
  const books = course.flatMap(({ notebooks }) => notebooks);
  const glossary = fs.readFileSync(at('notebooks', 'glossary.md'), 'utf8');
  const assets = path.join(folder, 'assets');
  writeAssets(assets, books);
  writeAtomic(path.join(assets, 'live.js'), await liveBundle());
  const sections = [
    ...books.flatMap(({ notebook, name, title }) => sectionsOf(markdownOf(notebook), name, title)),
    ...sectionsOf([glossary], 'glossary', 'Glossary'),
    ...searchSections(entries),
  ];
  const numbered = sections.map((section, id) => ({ id, ...section }));
  writeAtomic(path.join(assets, 'sections.js'), `window.BOOK_SECTIONS = ${json(numbered)};`);
  const write = (name, ...content) =>
    writeAtomic(path.join(folder, `${name}.html`), String(page(...content)));
  const link = (other) => other && { file: `${other.name}.html`, title: other.title };
  books.forEach((book, i) => {
    const [previous, next] = [link(books[i - 1]), link(books[i + 1])];
    const ways = [back(previous), on(next)].map((way) => markup`<span>${way}</span>`);
    const foot = markup`<nav class="pages">${ways}</nav>`;
    write(book.name, book.title, [notebookBody(book, entries), foot], { previous, next });
  });
  write('glossary', 'Glossary', render(glossary, 'glossary.md'));
  write('verdicts', 'Verdicts', verdictsBody(course));
  write('index', 'In-context learning', indexBody(course), { next: link(books[0]) });
  return books.length + 3;
}

/** Writes build/book from the executed notebooks, else the committed ones; returns the pages. */
export async function buildBook(out = at('build', 'book'), course = builtCourse()) {
  const scratch = `${out}.new`;
  fs.rmSync(scratch, { recursive: true, force: true });
  const since = Date.now();
  const { entries, problems } = await buildApi(path.join(scratch, 'api'));
  writeAtomic(path.join(stateDir, 'log', 'api.log'), problems.join('\n'));
  const warnings = `${problems.length} warnings about docstrings, in .setup/log/api.log`;
  say('api', `${entries.length} names, ${warnings} (${seconds(since)})`);
  const pages = await writeBook(scratch, course, entries);
  fs.rmSync(out, { recursive: true, force: true });
  fs.renameSync(scratch, out);
  return pages;
}
