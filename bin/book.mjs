// The HTML book: one folder that works offline, with a contents page, previous and next, search, and plotly.js once.
// Markdown by markdown-it, formulas by KaTeX, code colours by highlight.js, search by MiniSearch.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { buildApi, moduleLinks, searchSections } from './api.mjs';
import { at, say, seconds, stateDir, writeAtomic } from './setup/base.mjs';
import { notebookFiles, readNotebook, titleOf, verdictsOf } from './notebooks.mjs';

const require = createRequire(import.meta.url);
const text = (value) => (Array.isArray(value) ? value.join('') : String(value ?? ''));
const escape = (value) => value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/<[^>]+>/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');

const CSS = `
:root { color-scheme: light; --line: #ddd; --ink: #222; --soft: #666; --accent: #0072b2; }
* { box-sizing: border-box; }
body { margin: 0; font: 17px/1.6 Georgia, 'Times New Roman', serif; color: var(--ink); background: #fff; }
header { position: sticky; top: 0; z-index: 5; background: #fff; border-bottom: 1px solid var(--line); padding: 8px 20px; display: flex; gap: 18px; align-items: center; font: 15px system-ui, sans-serif; }
header a { color: var(--accent); text-decoration: none; }
header .grow { flex: 1; }
#search { font: inherit; padding: 4px 10px; border: 1px solid var(--line); border-radius: 6px; width: 220px; }
#hits { position: absolute; right: 20px; top: 46px; width: min(560px, 92vw); background: #fff; border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 6px 24px #0002; display: none; max-height: 70vh; overflow: auto; }
#hits a { display: block; padding: 8px 14px; color: var(--ink); border-bottom: 1px solid #eee; }
#hits small { color: var(--soft); display: block; }
main { max-width: 860px; margin: 0 auto; padding: 18px 20px 80px; }
h1, h2, h3 { font-family: system-ui, sans-serif; line-height: 1.25; }
h1 { font-size: 30px; } h2 { margin-top: 44px; font-size: 22px; border-top: 1px solid var(--line); padding-top: 22px; }
a { color: var(--accent); }
table { border-collapse: collapse; margin: 12px 0; font: 14.5px/1.45 system-ui, sans-serif; display: block; overflow-x: auto; max-width: 100%; }
th, td { border: 1px solid var(--line); padding: 5px 10px; text-align: left; vertical-align: top; }
th { background: #f6f6f6; }
pre { margin: 10px 0; padding: 10px 14px; overflow-x: auto; font: 13.5px/1.5 ui-monospace, 'DejaVu Sans Mono', monospace; border-radius: 6px; }
pre.code { white-space: pre-wrap; background: #f6f8fa; border-left: 3px solid #cfd8e3; }
pre.out { background: #fff; border-left: 3px solid #eee; color: #333; padding: 4px 14px; white-space: pre-wrap; }
code { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: 0.88em; }
figure { margin: 14px 0; overflow-x: auto; }
figure img { max-width: 100%; }
details { background: #fafafa; border: 1px solid var(--line); border-radius: 6px; padding: 6px 14px; margin: 10px 0; }
p.api { margin: -4px 0 12px; font: 13px system-ui, sans-serif; color: var(--soft); }
summary { cursor: pointer; font-family: system-ui, sans-serif; }
nav.pages { display: flex; justify-content: space-between; margin-top: 60px; font: 16px system-ui, sans-serif; }
.katex-display { overflow-x: auto; overflow-y: hidden; padding: 4px 0; }
`;

const SCRIPT = `
document.querySelectorAll('figure[data-plot]').forEach((figure) => {
  const plot = JSON.parse(document.getElementById(figure.dataset.plot).textContent);
  const holder = document.createElement('div');
  Plotly.newPlot(holder, plot.data, plot.layout, plot.config).then(() => { figure.querySelector('img').remove(); figure.prepend(holder); });
});
const box = document.getElementById('search'), hits = document.getElementById('hits');
const inApi = ({ page }) => page.startsWith('API');
const index = new MiniSearch({
  fields: ['title', 'text'],
  storeFields: ['title', 'page', 'link', 'text'],
  searchOptions: {
    boost: { title: 3 }, prefix: true, fuzzy: 0.15, combineWith: 'AND',
    boostDocument: (id, term, section) => (inApi(section) ? 0.5 : 1),
  },
});
index.addAll(window.BOOK_SECTIONS);
const clean = (s) => s.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
box.addEventListener('input', () => {
  const found = box.value.trim() ? index.search(box.value).slice(0, 12) : [];
  hits.innerHTML = found.length ? found.map((h) => '<a href="' + h.link + '"><b>' + clean(h.title) + '</b><small>' + clean(h.page) + ': ' + clean(h.text.slice(0, 140)) + '</small></a>').join('') : '<a>nothing found</a>';
  hits.style.display = box.value.trim() ? 'block' : 'none';
});
document.addEventListener('click', (e) => { if (!hits.contains(e.target) && e.target !== box) hits.style.display = 'none'; });
`;

/** Markdown with formulas: $...$ and $$...$$ are taken out before markdown sees them, and put back as KaTeX. */
function markdownRenderer() {
  const MarkdownIt = require('markdown-it');
  const katex = require('katex');
  const highlight = require('highlight.js');
  const colour = (code, language) =>
    highlight.highlight(code, { language: language === 'ts' || !language ? 'typescript' : language, ignoreIllegals: true }).value;
  const md = new MarkdownIt({
    html: true,
    linkify: false,
    highlight: (code, language) => `<pre class="code"><code>${colour(code, language)}</code></pre>`,
  });
  md.renderer.rules.heading_open = (tokens, i) => `<${tokens[i].tag} id="${slug(tokens[i + 1].content)}">`;
  const render = (source) => {
    const kept = [];
    const keep = (html) => `\uE000${kept.push(html) - 1}\uE001`;
    const formula = (displayMode) => (_, tex) => keep(katex.renderToString(tex, { displayMode, throwOnError: true }));
    const parts = source.split(/(```[\s\S]*?```|`[^`\n]*`)/);
    const prepared = parts
      .map((part, i) =>
        i % 2 ? part : part.replace(/\$\$([\s\S]+?)\$\$/g, formula(true)).replace(/\$([^\s$](?:[^$\n]*[^\s$])?)\$/g, formula(false)),
      )
      .join('');
    const html = md.render(prepared).replace(/\uE000(\d+)\uE001/g, (_, n) => kept[Number(n)]);
    return html.replace(/href="(\d\d-[\w-]+)\.ipynb(#[^"]*)?"/g, 'href="$1.html$2"');
  };
  return { render, colour };
}

function outputHtml(output, id) {
  if (output.output_type === 'stream') return `<pre class="out">${escape(text(output.text))}</pre>`;
  const data = output.data ?? {};
  const plot = data['application/vnd.plotly.v1+json'];
  if (plot) {
    const alt = escape(text(data['text/plain']).replace(/^Figure: /, ''));
    const json = JSON.stringify(plot).replace(/</g, '\\u003c');
    return `<figure data-plot="${id}" role="img" aria-label="${alt}"><img alt="${alt}" src="data:image/png;base64,${text(data['image/png']).trim()}"><script type="application/json" id="${id}">${json}</script></figure>`;
  }
  if (data['text/html']) return text(data['text/html']);
  if (data['image/png'])
    return `<figure><img alt="${escape(text(data['text/plain']))}" src="data:image/png;base64,${text(data['image/png']).trim()}"></figure>`;
  return data['text/plain'] ? `<pre class="out">${escape(text(data['text/plain']))}</pre>` : '';
}

/** Streams that follow each other are one output to the reader. */
const merged = (outputs) =>
  outputs.reduce((all, output) => {
    const last = all[all.length - 1];
    if (output.output_type === 'stream' && last?.output_type === 'stream') last.text = text(last.text) + text(output.text);
    else all.push({ ...output });
    return all;
  }, []);

const page = (title, body, { previous, next } = {}) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title><link rel="stylesheet" href="assets/katex.min.css"><link rel="stylesheet" href="assets/code.css"><link rel="stylesheet" href="assets/book.css"></head>
<body><header><a href="index.html"><b>In-context learning</b></a><a href="api/index.html">API</a>${previous ? `<a href="${previous.file}">← ${escape(previous.title)}</a>` : ''}<span class="grow"></span>${next ? `<a href="${next.file}">${escape(next.title)} →</a>` : ''}<input id="search" type="search" placeholder="Search" aria-label="Search the book"><div id="hits"></div></header>
<main>${body}</main>
<script src="assets/plotly.min.js"></script><script src="assets/minisearch.js"></script><script src="assets/sections.js"></script><script src="assets/book.js"></script></body></html>`;

/** Sections of a notebook for the search: each heading with the words under it. */
function sectionsOf(notebook, name, title) {
  const sections = [];
  for (const cell of notebook.cells.filter(({ cell_type: type }) => type === 'markdown'))
    for (const part of cell.source.split(/^(?=#{1,3} )/m)) {
      const heading = part.match(/^#{1,3} (.*)/)?.[1];
      const words = part
        .replace(/^#{1,3} .*/, '')
        .replace(/[*$`|#<>]/g, ' ')
        .replace(/\s+/g, ' ')
        .trim();
      if (heading) sections.push({ title: heading, page: title, link: `${name}.html#${slug(heading)}`, text: words });
      else if (sections.length) sections[sections.length - 1].text += ` ${words}`;
    }
  return sections;
}

/** Writes build/book from the executed notebooks (those of this build, else the committed ones). Returns the pages. */
export async function buildBook(out = at('build', 'book')) {
  const { render, colour } = markdownRenderer();
  const books = notebookFiles().map((file) => {
    const built = at('build', 'notebooks', path.basename(file));
    const notebook = readNotebook(fs.existsSync(built) ? built : file);
    return { name: path.basename(file, '.ipynb'), notebook, ...titleOf(notebook) };
  });
  const scratch = `${out}.new`;
  fs.rmSync(scratch, { recursive: true, force: true });
  const assets = path.join(scratch, 'assets');
  fs.mkdirSync(path.join(assets, 'fonts'), { recursive: true });
  const place = (module, file, name) =>
    fs.copyFileSync(path.join(path.dirname(require.resolve(`${module}/package.json`)), file), path.join(assets, name));
  place('plotly.js-dist', 'plotly.js', 'plotly.min.js');
  const katexFolder = path.join(path.dirname(require.resolve('katex/package.json')), 'dist');
  fs.copyFileSync(path.join(katexFolder, 'katex.min.css'), path.join(assets, 'katex.min.css'));
  for (const font of fs.readdirSync(path.join(katexFolder, 'fonts')).filter((f) => f.endsWith('.woff2')))
    fs.copyFileSync(path.join(katexFolder, 'fonts', font), path.join(assets, 'fonts', font));
  fs.copyFileSync(path.join(path.dirname(require.resolve('minisearch')), '..', 'umd', 'index.js'), path.join(assets, 'minisearch.js'));
  fs.copyFileSync(
    path.join(path.dirname(require.resolve('highlight.js/package.json')), 'styles', 'github.css'),
    path.join(assets, 'code.css'),
  );
  writeAtomic(path.join(assets, 'book.css'), CSS);
  writeAtomic(path.join(assets, 'book.js'), SCRIPT);
  const since = Date.now();
  const { entries, problems } = await buildApi(path.join(scratch, 'api'));
  writeAtomic(path.join(stateDir, 'log', 'api.log'), problems.join('\n'));
  const warnings = `${problems.length} warnings about docstrings, in .setup/log/api.log`;
  say('api', `${entries.length} names, ${warnings} (${seconds(since)})`);
  const sections = books.flatMap(({ notebook, name, title }) => sectionsOf(notebook, name, title));
  sections.push(...searchSections(entries));
  writeAtomic(
    path.join(assets, 'sections.js'),
    `window.BOOK_SECTIONS = ${JSON.stringify(sections.map((s, id) => ({ id, ...s }))).replace(/</g, '\\u003c')};`,
  );
  books.forEach(({ name, notebook, title }, i) => {
    const linksOf = moduleLinks(entries);
    const cells = notebook.cells.map((cell, c) => {
      if (cell.cell_type === 'markdown') return render(cell.source);
      const outputs = merged(cell.outputs ?? []).map((output, o) => outputHtml(output, `plot-${c}-${o}`));
      const code = `<pre class="code"><code>${colour(cell.source)}</code></pre>`;
      return `${code}${linksOf(cell.source)}\n${outputs.join('\n')}`;
    });
    const link = (other) => other && { file: `${other.name}.html`, title: other.title };
    const [previous, next] = [link(books[i - 1]), link(books[i + 1])];
    const foot = `<nav class="pages"><span>${previous ? `<a href="${previous.file}">← ${escape(previous.title)}</a>` : ''}</span><span>${next ? `<a href="${next.file}">${escape(next.title)} →</a>` : ''}</span></nav>`;
    writeAtomic(path.join(scratch, `${name}.html`), page(title, cells.join('\n') + foot, { previous, next }));
  });
  const contents = books.map(
    ({ name, title, claim }) =>
      `<tr><td>${name.slice(0, 2)}</td><td><a href="${name}.html">${escape(title)}</a></td><td>${render(claim).replace(/^<p>|<\/p>\s*$/g, '')}</td></tr>`,
  );
  const verdicts = books.flatMap(({ name, notebook }) =>
    verdictsOf(notebook).map(
      (v) =>
        `<tr><td><a href="${name}.html">${name.slice(0, 2)}</a></td><td>${escape(v.claim)}</td><td>${escape(v.ours)}</td><td>${escape(v.verdict)}</td></tr>`,
    ),
  );
  const front = `<h1>In-context learning, by building it</h1><p>Executed notebooks of the course. Figures are interactive; everything works offline.</p>
<h2>Contents</h2><table><thead><tr><th></th><th>notebook</th><th>claim</th></tr></thead><tbody>${contents.join('\n')}</tbody></table>
<h2 id="verdicts">Verdicts</h2><table><thead><tr><th></th><th>claim</th><th>ours</th><th>verdict</th></tr></thead><tbody>${verdicts.join('\n')}</tbody></table>`;
  writeAtomic(
    path.join(scratch, 'index.html'),
    page('In-context learning', front, { next: books[0] && { file: `${books[0].name}.html`, title: books[0].title } }),
  );
  fs.rmSync(out, { recursive: true, force: true });
  fs.renameSync(scratch, out);
  return books.length + 1;
}
