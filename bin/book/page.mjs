// The frame of every page of the book: header with the search, contents of the course, the body.
import { inLines, joined, markup } from './markup.mjs';

/**
 * What a page may run and load: files of the book. A second guard, should cleaning miss something;
 * KaTeX and plotly.js need styles in attributes, and plotly.js saves pictures by blob and data.
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

const STYLES = ['katex.min.css', 'book.css', 'code.css'].map(
  (file) => markup`<link rel="stylesheet" href="assets/${file}">`,
);
const script = (file) => markup`<script src="assets/${file}"></script>`;
const SCRIPTS = ['fit.js', 'book.js', 'search.js'].map(script);

/** Pages that belong to no part; the last is the reference that TypeDoc makes. */
const ABOUT = [
  ['about.html', 'About the course'],
  ['glossary.html', 'Glossary'],
  ['verdicts.html', 'Verdicts'],
  ['teaching.html', 'Course plan for teachers'],
  ['troubleshooting.html', 'Troubleshooting'],
  ['api/index.html', 'API of the library'],
];
export const aboutLinks = () =>
  ABOUT.map(([file, title]) => markup`<a href="${file}">${title}</a>`);

/** Ids of the frame have an underscore, which no id of a heading has. */
const COLOURS = markup`<label>Colours <select id="_colours">
<option value="os">as the system</option><option value="light">light</option>
<option value="dark">dark</option></select></label>`;

const SEARCH = markup`<div role="search"><input id="search" type="search" placeholder="Search"
aria-label="Search the book" role="combobox" aria-autocomplete="list" aria-expanded="false"
aria-controls="hits" autocomplete="off" spellcheck="false">
<div id="_panel"><p id="_found" role="status"></p>
<div id="hits" role="listbox" aria-label="Results" hidden></div></div></div>`;

const list = (items) => markup`<ul>${items.map((item) => markup`<li>${item}</li>`)}</ul>`;

/** The headings of a page below its title, as links. */
const contentsOf = (headings) =>
  list(
    headings
      .filter(({ level }) => level === 2)
      .map(({ id, words }) => markup`<a href="#${id}">${words}</a>`),
  );

/**
 * The contents of the course by parts; the part of the page is open, and under the page stand its
 * own contents.
 */
function sidebar(course, { file, headings = [] }) {
  const inner = headings.some(({ level }) => level === 2) ? contentsOf(headings) : '';
  const here = (target) => (target === file ? markup` aria-current="page"` : '');
  const entry = ({ file: target, title }) =>
    markup`<a href="${target}"${here(target)}>${title}</a>${target === file ? inner : ''}`;
  const parts = course.map((part) => {
    const entries = [{ file: part.file, title: 'About this part' }, ...part.notebooks.map(entryOf)];
    const open = entries.some((one) => one.file === file) ? markup` open` : '';
    const names = list(entries.map(entry));
    return markup`<details${open}><summary>${part.title}</summary>${names}</details>`;
  });
  const about = ABOUT.map(([target, title]) => entry({ file: target, title }));
  const alone = [...ABOUT.map(([target]) => target), ...filesOf(course)].includes(file)
    ? ''
    : inner;
  return markup`<nav id="_sidebar" popover aria-label="The course">
${alone && markup`<strong>On this page</strong>${alone}`}
${inLines(parts)}
${list(about)}
${COLOURS}</nav>`;
}

const entryOf = ({ name, number, title }) => ({
  file: `${name}.html`,
  title: `${number} ${title}`,
});
const filesOf = (course) =>
  course.flatMap((part) => [part.file, ...part.notebooks.map(({ name }) => `${name}.html`)]);

/** An arrow to the page before or after; nothing without one. */
const arrow = (to, rel, sign, word) =>
  to
    ? markup`<a class="turn" rel="${rel}" href="${to.file}" title="${word}: ${to.title}"
aria-label="${word}: ${to.title}">${sign}</a>`
    : '';

/** A link to the page in another language; nothing without one. */
const switchTo = (other) =>
  other
    ? markup`<a class="language" rel="alternate" hreflang="${other.language}"
lang="${other.language}" href="${other.file}" title="${other.name}">${other.short}</a>`
    : '';

/** Links to the pages before and after, with their titles, at the foot of a page. */
function foot(previous, next) {
  if (!previous && !next) return '';
  const back = previous ? markup`<a href="${previous.file}">← ${previous.title}</a>` : '';
  const on = next ? markup`<a href="${next.file}">${next.title} →</a>` : '';
  return markup`<nav class="pages" aria-label="Previous and next page">
<span>${back}</span><span>${on}</span></nav>`;
}

/**
 * A page of the book.
 *
 * @param file its name, by which the contents know where they are
 * @param language in which it is written
 * @param other the same page in another language: { file, language, name, short }
 * @param headings those that its body has
 * @param wide is there no room for the contents beside the body?
 */
export function pageOf(course, page) {
  const { file, title, body, headings, previous, next, wide = false } = page;
  const { language = 'en', other } = page;
  return markup`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === BOOK ? BOOK : `${title} · ${BOOK}`}</title>
${STYLES}
${script('theme.js')}</head>
<body${wide ? markup` class="wide-page"` : ''}><a class="skip" href="#_text">Skip to the text</a>
<header><button id="_menu" type="button" popovertarget="_sidebar"><span
aria-hidden="true">☰</span> <span class="word">Contents</span></button>
<a class="home" href="index.html">${BOOK}</a>
${arrow(previous, 'prev', '←', 'Previous')}${arrow(next, 'next', '→', 'Next')}${switchTo(other)}
${SEARCH}</header>
<div class="columns">${sidebar(course, { file, headings })}
<main id="_text" tabindex="-1">${body}
${foot(previous, next)}</main></div>
${SCRIPTS}</body></html>`;
}

export const BOOK = 'In-context learning';
export const separated = (pieces) => joined(pieces, ' · ');
