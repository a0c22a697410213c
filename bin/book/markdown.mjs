// Markdown of the book: markdown-it, formulas by KaTeX, code colours by highlight.js.
import { createRequire } from 'node:module';
import { Fault } from '../setup/base.mjs';
import { clean, markup, placeOf, trusted, withoutPlaces } from './markup.mjs';

const require = createRequire(import.meta.url);

export const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/<[^>]+>/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');

/** Code with colours; TypeScript unless it says otherwise; an unknown language has none. */
function colour(code, language) {
  const highlight = require('highlight.js');
  const known = !language || language === 'ts' ? 'typescript' : language;
  if (!highlight.getLanguage(known)) return markup`${code}`;
  return trusted(highlight.highlight(code, { language: known, ignoreIllegals: true }).value);
}

export const codeHtml = (code, language) =>
  markup`<pre class="code"><code>${colour(code, language)}</code></pre>`;

function formulaHtml(tex, displayMode, page) {
  const katex = require('katex');
  try {
    return trusted(katex.renderToString(tex, { displayMode, throwOnError: true }));
  } catch (error) {
    throw new Fault(`The formula '${tex}' in ${page} is no TeX (${error.message}).`, 'correct it.');
  }
}

function startMarkdown() {
  const MarkdownIt = require('markdown-it');
  const md = new MarkdownIt({
    html: true,
    linkify: false,
    highlight: (code, language) => String(codeHtml(code, language)),
  });
  md.renderer.rules.heading_open = (tokens, i) =>
    String(markup`<${tokens[i].tag} id="${slug(tokens[i + 1].content)}">`);
  return md;
}

let markdown = null;

/**
 * Markdown as clean markup. Formulas, $...$ and $$...$$, are taken out first and put back as KaTeX.
 *
 * @param page the name of the page, for messages
 * @throws Fault when a formula cannot be read
 */
export function render(source, page) {
  markdown ??= startMarkdown();
  const kept = [];
  const formula = (displayMode) => (_, tex) =>
    placeOf(kept.push(formulaHtml(tex, displayMode, page)) - 1);
  const parts = withoutPlaces(source).split(/(```[\s\S]*?```|`[^`\n]*`)/);
  const prepared = parts.map((part, i) =>
    i % 2
      ? part
      : part
          .replace(/\$\$([\s\S]+?)\$\$/g, formula(true))
          .replace(/\$([^\s$](?:[^$\n]*[^\s$])?)\$/g, formula(false)),
  );
  return clean(markdown.render(prepared.join('')), kept);
}
