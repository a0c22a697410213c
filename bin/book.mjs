// The HTML book: one folder that works offline, with a contents page, previous and next, search and
// plotly.js once.
// Markdown by markdown-it, formulas by KaTeX, code colours by highlight.js, search by MiniSearch.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { buildApi, moduleLinks, searchSections } from './api.mjs';
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
const text = (value) => (Array.isArray(value) ? value.join('') : String(value ?? ''));
const escape = (value) =>
  value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/<[^>]+>/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');

/** Links between notebooks, to the glossary and to the verdicts, as links between pages. */
const toPages = (html) =>
  html
    .replace(/href="(\d\d-[\w-]+)\.ipynb(#[^"]*)?"/g, 'href="$1.html$2"')
    .replace(/href="(?:\.\.\/data\/)?(glossary|verdicts)\.md(#[^"]*)?"/g, 'href="$1.html$2"');

/** Markdown with formulas: $...$ and $$...$$ are taken out first, and put back as KaTeX. */
function markdownRenderer() {
  const MarkdownIt = require('markdown-it');
  const katex = require('katex');
  const highlight = require('highlight.js');
  const colour = (code, language) =>
    highlight.highlight(code, {
      language: language === 'ts' || !language ? 'typescript' : language,
      ignoreIllegals: true,
    }).value;
  const md = new MarkdownIt({
    html: true,
    linkify: false,
    highlight: (code, language) => `<pre class="code"><code>${colour(code, language)}</code></pre>`,
  });
  md.renderer.rules.heading_open = (tokens, i) =>
    `<${tokens[i].tag} id="${slug(tokens[i + 1].content)}">`;
  const render = (source) => {
    const kept = [];
    const keep = (html) => `\uE000${kept.push(html) - 1}\uE001`;
    const formula = (displayMode) => (_, tex) =>
      keep(katex.renderToString(tex, { displayMode, throwOnError: true }));
    const parts = source.split(/(```[\s\S]*?```|`[^`\n]*`)/);
    const prepared = parts
      .map((part, i) =>
        i % 2
          ? part
          : part
              .replace(/\$\$([\s\S]+?)\$\$/g, formula(true))
              .replace(/\$([^\s$](?:[^$\n]*[^\s$])?)\$/g, formula(false)),
      )
      .join('');
    const html = md.render(prepared).replace(/\uE000(\d+)\uE001/g, (_, n) => kept[Number(n)]);
    return toPages(html);
  };
  return { render, colour };
}

const pngHtml = (data, alt) =>
  `<img alt="${alt}" src="data:image/png;base64,${text(data['image/png']).trim()}">`;

function outputHtml(output, id) {
  if (output.output_type === 'stream') return `<pre class="out">${escape(text(output.text))}</pre>`;
  const data = output.data ?? {};
  const plot = data['application/vnd.plotly.v1+json'];
  if (plot) {
    const alt = escape(text(data['text/plain']).replace(/^Figure: /, ''));
    const json = JSON.stringify(plot).replace(/</g, '\\u003c');
    const script = `<script type="application/json" id="${id}">${json}</script>`;
    const open = `<figure data-plot="${id}" role="img" aria-label="${alt}">`;
    return `${open}${pngHtml(data, alt)}${script}</figure>`;
  }
  if (data['text/html']) return toPages(text(data['text/html']));
  if (data['image/png'])
    return `<figure>${pngHtml(data, escape(text(data['text/plain'])))}</figure>`;
  return data['text/plain'] ? `<pre class="out">${escape(text(data['text/plain']))}</pre>` : '';
}

/** Streams that follow each other are one output to the reader. */
const merged = (outputs) =>
  outputs.reduce((all, output) => {
    const last = all[all.length - 1];
    if (output.output_type === 'stream' && last?.output_type === 'stream')
      last.text = text(last.text) + text(output.text);
    else all.push({ ...output });
    return all;
  }, []);

/** Pages that every page links to. */
const NAVIGATION = [
  ['glossary.html', 'Glossary'],
  ['verdicts.html', 'Verdicts'],
  ['api/index.html', 'API'],
];
const navigation = NAVIGATION.map(([file, title]) => `<a href="${file}">${title}</a>`).join('');

const stylesheet = (file) => `<link rel="stylesheet" href="assets/${file}">`;
const script = (file) => `<script src="assets/${file}"></script>`;
const turn = (to, words) => (to ? `<a class="turn" href="${to.file}">${words(to)}</a>` : '');

const page = (title, body, { previous, next } = {}) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
${['katex.min.css', 'code.css', 'book.css'].map(stylesheet).join('')}</head>
<body><header><a href="index.html"><b>In-context learning</b></a>${navigation}
${turn(previous, (to) => `← ${escape(to.title)}`)}<span class="grow"></span>
${turn(next, (to) => `${escape(to.title)} →`)}
<input id="search" type="search" placeholder="Search" aria-label="Search the book">
<div id="hits"></div></header>
<main>${body}</main>
${['plotly.min.js', 'minisearch.js', 'sections.js', 'book.js'].map(script).join('')}</body></html>`;

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
  `<h2 id="${slug(part.title)}">${escape(part.title)} (${rangeOf(part)})</h2>`;
const rowOf = (cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
function tableOf(head, rows) {
  const names = head.map((cell) => `<th>${cell}</th>`).join('');
  return `<table><thead><tr>${names}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

/** The index: the notebooks by part, each with its picture, claim and time to read. */
function indexBody(course, render) {
  const inline = (source) => render(source).replace(/^<p>|<\/p>\s*$/g, '');
  const image = (number) => `<img src="assets/pictures/${number}.png" width="150" alt="">`;
  const entry = ({ name, number, title, claim, reading, picture }) =>
    rowOf([
      picture ? `<a href="${name}.html">${image(number)}</a>` : '',
      `<a href="${name}.html">${number} ${escape(title)}</a><br><small>${reading} minutes</small>`,
      inline(claim),
    ]);
  const paper = ({ citation, link }) =>
    `${inline(citation)} (<a href="${link}">${escape(link)}</a>)`;
  const parts = course.map((part) => {
    const papers = part.papers.map(paper);
    const rows = part.notebooks.map(entry);
    return `${headingOf(part)}<p>${inline(part.about)}</p>
<p><small>${papers.join('; ')}.</small></p>${tableOf(['', 'notebook', 'claim'], rows)}`;
  });
  return `<h1>In-context learning, by building it</h1>
<p>The executed notebooks of the course, by part. Figures are interactive; everything works offline.
The <a href="glossary.html">glossary</a> explains the terms, and
<a href="verdicts.html">Verdicts</a>
lists every claim with our own number.</p>
${parts.join('\n')}`;
}

/** Every verdict, by part and notebook. */
function verdictsBody(course) {
  const words = wordsOf(course);
  const entry = (one, adjusted) =>
    rowOf([
      `<a href="${one.name}.html">${one.notebook}</a>`,
      ...[one.claim, one.source, numbersOf(one), one.verdict, adjusted].map(escape),
    ]);
  const parts = course.map((part) => {
    const verdicts = verdictsIn(part.notebooks);
    const adjusted = adjustedOf(verdicts);
    const rows = verdicts.map((one, i) => entry(one, adjusted[i]));
    const counts = `<p>${escape(countsInWords(verdicts, words))}.</p>`;
    const head = ['', 'claim', 'source', 'ours', 'verdict', 'among all of the part'];
    const table = tableOf(head, rows);
    return `${headingOf(part)}${counts}${table}`;
  });
  return `<h1>Verdicts</h1>
<p>A claim that several notebooks show stands under the first of them. The words are explained in
the <a href="glossary.html#verdict">glossary</a>. The last column gives the word when the share of
false ones among all decided claims of a part is kept at 5 % (Benjamini and Hochberg 1995).</p>
${parts.join('\n')}`;
}

/** Writes build/book from the executed notebooks, else the committed ones; returns the pages. */
export async function buildBook(out = at('build', 'book'), course = builtCourse()) {
  const { render, colour } = markdownRenderer();
  const books = course.flatMap(({ notebooks }) => notebooks);
  const glossary = fs.readFileSync(at('notebooks', 'glossary.md'), 'utf8');
  const scratch = `${out}.new`;
  fs.rmSync(scratch, { recursive: true, force: true });
  const assets = path.join(scratch, 'assets');
  fs.mkdirSync(path.join(assets, 'fonts'), { recursive: true });
  const place = (module, file, name) =>
    fs.copyFileSync(
      path.join(path.dirname(require.resolve(`${module}/package.json`)), file),
      path.join(assets, name),
    );
  place('plotly.js-dist', 'plotly.js', 'plotly.min.js');
  const katexFolder = path.join(path.dirname(require.resolve('katex/package.json')), 'dist');
  fs.copyFileSync(path.join(katexFolder, 'katex.min.css'), path.join(assets, 'katex.min.css'));
  for (const font of fs
    .readdirSync(path.join(katexFolder, 'fonts'))
    .filter((f) => f.endsWith('.woff2')))
    fs.copyFileSync(path.join(katexFolder, 'fonts', font), path.join(assets, 'fonts', font));
  fs.copyFileSync(
    path.join(path.dirname(require.resolve('minisearch')), '..', 'umd', 'index.js'),
    path.join(assets, 'minisearch.js'),
  );
  fs.copyFileSync(
    path.join(path.dirname(require.resolve('highlight.js/package.json')), 'styles', 'github.css'),
    path.join(assets, 'code.css'),
  );
  for (const file of ['book.css', 'book.js'])
    fs.copyFileSync(at('bin', 'book', file), path.join(assets, file));
  fs.mkdirSync(path.join(assets, 'pictures'));
  for (const { number, picture } of books)
    if (picture) writeAtomic(path.join(assets, 'pictures', `${number}.png`), picture);
  const since = Date.now();
  const { entries, problems } = await buildApi(path.join(scratch, 'api'));
  writeAtomic(path.join(stateDir, 'log', 'api.log'), problems.join('\n'));
  const warnings = `${problems.length} warnings about docstrings, in .setup/log/api.log`;
  say('api', `${entries.length} names, ${warnings} (${seconds(since)})`);
  const sections = [
    ...books.flatMap(({ notebook, name, title }) => sectionsOf(markdownOf(notebook), name, title)),
    ...sectionsOf([glossary], 'glossary', 'Glossary'),
    ...searchSections(entries),
  ];
  const numbered = JSON.stringify(sections.map((section, id) => ({ id, ...section })));
  writeAtomic(
    path.join(assets, 'sections.js'),
    `window.BOOK_SECTIONS = ${numbered.replace(/</g, '\\u003c')};`,
  );
  books.forEach(({ name, notebook, title }, i) => {
    const linksOf = moduleLinks(entries);
    const cells = notebook.cells.map((cell, c) => {
      if (cell.cell_type === 'markdown') return render(cell.source);
      const outputs = merged(cell.outputs ?? []).map((output, o) =>
        outputHtml(output, `plot-${c}-${o}`),
      );
      const code = `<pre class="code"><code>${colour(cell.source)}</code></pre>`;
      return `${code}${linksOf(cell.source)}\n${outputs.join('\n')}`;
    });
    const link = (other) => other && { file: `${other.name}.html`, title: other.title };
    const [previous, next] = [link(books[i - 1]), link(books[i + 1])];
    const side = (to, words) => `<span>${to ? `<a href="${to.file}">${words(to)}</a>` : ''}</span>`;
    const back = side(previous, (to) => `← ${escape(to.title)}`);
    const on = side(next, (to) => `${escape(to.title)} →`);
    const foot = `<nav class="pages">${back}${on}</nav>`;
    writeAtomic(
      path.join(scratch, `${name}.html`),
      page(title, cells.join('\n') + foot, { previous, next }),
    );
  });
  writeAtomic(path.join(scratch, 'glossary.html'), page('Glossary', render(glossary)));
  writeAtomic(path.join(scratch, 'verdicts.html'), page('Verdicts', verdictsBody(course)));
  const next = books[0] && { file: `${books[0].name}.html`, title: books[0].title };
  writeAtomic(
    path.join(scratch, 'index.html'),
    page('In-context learning', indexBody(course, render), { next }),
  );
  fs.rmSync(out, { recursive: true, force: true });
  fs.renameSync(scratch, out);
  return books.length + 3;
}
