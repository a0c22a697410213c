// Markdown of the book: markdown-it, formulas by KaTeX, code colours by highlight.js.
import { createRequire } from 'node:module';
import { Fault } from '../setup/base.mjs';
import { clean, markup, placeOf, trusted, withoutPlaces, withPlaces } from './markup.mjs';

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

/** MathML that one line of text cannot say: fractions, roots, indices, matrices. */
const IN_TWO_DIMENSIONS = /<m(frac|root|sqrt|sub|sup|subsup|under|over|underover|table)\b/;
const CHARACTERS = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&#x27;': "'" };

/** A formula as words of a text, from the MathML that KaTeX writes; else an ellipsis. */
function formulaWords(html) {
  const [, mathml] = String(html).match(/<semantics>(.*?)<annotation/s);
  if (IN_TWO_DIMENSIONS.test(mathml)) return '…';
  return mathml
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|amp|quot|#x27);/g, (entity) => CHARACTERS[entity]);
}

/** The words of a paragraph or heading, without marks, links and raw TeX. */
const wordsOf = ({ children }, kept) =>
  withPlaces(
    children
      .map(({ type, content }) =>
        /break$/.test(type) ? ' ' : type === 'html_inline' ? '' : content,
      )
      .join(''),
    (number) => formulaWords(kept[number]),
  );

/** An id that no earlier heading of the page has. */
function idOf(words, headings) {
  const own = slug(words) || 'section';
  let id = own;
  for (let n = 2; headings.some((one) => one.id === id); n++) id = `${own}-${n}`;
  return id;
}

function startMarkdown() {
  const MarkdownIt = require('markdown-it');
  const md = new MarkdownIt({
    html: true,
    linkify: false,
    highlight: (code, language) => String(codeHtml(code, language)),
  });
  md.renderer.rules.heading_open = (tokens, i) =>
    String(markup`<${tokens[i].tag} id="${tokens[i].meta.id}">`);
  return md;
}

let markdown = null;

/** Tokens of a Markdown text, its formulas as `kept`, and its headings, added to `headings`. */
function parsed(source, page, headings) {
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
          .replace(/\$([^\s$](?:(?:[^$\n]|\n(?!\n))*[^\s$])?)\$/g, formula(false)),
  );
  const tokens = markdown.parse(prepared.join(''), {});
  tokens.forEach((token, i) => {
    if (token.type !== 'heading_open') return;
    const words = wordsOf(tokens[i + 1], kept);
    token.meta = { level: Number(token.tag[1]), id: idOf(words, headings), words };
    headings.push(token.meta);
  });
  return { tokens, kept };
}

/**
 * Markdown as clean markup. Formulas, $...$ and $$...$$, are taken out first and put back as KaTeX.
 *
 * @param page the name of the page, for messages
 * @param headings those of the page so far: { level, id, words }; new ones are added
 * @param toBook where a link leads, as `clean` takes it
 * @throws Fault when a formula cannot be read
 */
export function render(source, page, { headings = [], toBook } = {}) {
  const { tokens, kept } = parsed(source, page, headings);
  return clean(markdown.renderer.render(tokens, markdown.options, {}), kept, toBook);
}

/**
 * What Markdown texts of one page say, without marks and raw TeX.
 *
 * @returns its sections, each with the heading (words and id) that it stands under and its text
 */
export function sectionsOf(sources, page) {
  const [headings, sections] = [[], []];
  for (const source of sources) {
    const { tokens, kept } = parsed(source, page, headings);
    tokens.forEach((token, i) => {
      if (token.type === 'heading_open') sections.push({ ...token.meta, text: '' });
      else if (token.type === 'inline' && tokens[i - 1].type !== 'heading_open' && sections.length)
        sections.at(-1).text += ` ${wordsOf(token, kept)}`;
    });
  }
  return sections.map(({ text, ...heading }) => ({
    ...heading,
    text: text.replace(/\s+/g, ' ').trim(),
  }));
}
