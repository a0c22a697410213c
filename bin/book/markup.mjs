// How HTML of the book comes about: text is escaped wherever it enters a page, and markup of
// notebooks is cleaned. Nothing else becomes markup, but for what KaTeX and highlight.js write.
import { createRequire } from 'node:module';
import { inBook } from './links.mjs';

const require = createRequire(import.meta.url);

/** Markup that may stand in a page as it is. */
class Markup {
  constructor(source) {
    this.source = source;
  }
  toString() {
    return this.source;
  }
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]);

function sourceOf(value) {
  if (value instanceof Markup) return value.source;
  if (Array.isArray(value)) return value.map(sourceOf).join('');
  return escape(String(value ?? ''));
}

/**
 * A template whose values are escaped, as text or inside a quoted attribute; markup stays as it is,
 * and a list gives its entries one after the other. A value that becomes a link needs `clean`.
 */
export const markup = (parts, ...values) =>
  new Markup(parts.reduce((all, part, i) => all + sourceOf(values[i - 1]) + part));

/** Pieces of markup or text with a separator, which is text, between them. */
export const joined = (pieces, separator) =>
  new Markup(pieces.map(sourceOf).join(sourceOf(separator)));
export const inLines = (pieces) => joined(pieces, '\n');

/** The output of a program that escapes its input itself: KaTeX, highlight.js. */
export const trusted = (source) => new Markup(source);

/** A value as JSON that can stand in a script element: no tag can end it. */
export const json = (value) => new Markup(JSON.stringify(value).replace(/</g, '\\u003c'));

const TAGS =
  `a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption
figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre s small span strong sub summary sup table
tbody td tfoot th thead tr u ul`.split(/\s+/);
const ATTRIBUTES = `align alt class colspan height href id open rowspan scope span src start style
title width`.split(/\s+/);

const OPTIONS = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ATTRIBUTES,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  // https, mailto, and what has no scheme: anchors and files of the book
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  // a heading may be called Domain or Title: without `name` and forms an id replaces no property
  SANITIZE_DOM: false,
};

/** Values of attributes that DOMPurify would let through. */
const REFUSED = {
  style: /^(?!text-align: ?(left|right|center);?$)/i, // all but a column's side in markdown
  src: /^data:(?!image\/(png|jpeg|gif|webp);base64,)/i,
};

/** A header cell says what it is the header of: its column, or its row. */
function scopeOf(header) {
  const row = header.closest('tr');
  const first = header.closest('table').querySelector('tr') === row;
  return header.closest('thead') || (first && !row.querySelector('td')) ? 'col' : 'row';
}

/** What a page of the book needs and the clean markup of a notebook lacks. */
function furnish(body, toBook) {
  for (const link of body.querySelectorAll('a[href]')) {
    const href = toBook(link.getAttribute('href'));
    if (href === null) link.removeAttribute('href');
    else link.setAttribute('href', href);
  }
  for (const image of body.querySelectorAll('img[src]'))
    image.setAttribute('src', toBook(image.getAttribute('src')) ?? '');
  for (const header of body.querySelectorAll('table th:not([scope])'))
    header.setAttribute('scope', scopeOf(header));
  for (const table of body.querySelectorAll('table')) {
    const frame = body.ownerDocument.createElement('div');
    frame.className = 'wide';
    table.replaceWith(frame);
    frame.append(table);
  }
}

let purifier = null;

function startPurifier() {
  const { JSDOM } = require('jsdom');
  const purify = require('dompurify')(new JSDOM('').window);
  purify.addHook('uponSanitizeAttribute', (_, attribute) => {
    const { attrName, attrValue } = attribute;
    if (REFUSED[attrName]?.test(attrValue) || PLACE.test(attrValue)) attribute.keepAttr = false;
  });
  return purify;
}

/** The mark that holds the place of a piece of markup until the text around it is clean. */
export const placeOf = (number) => `\uE000${number}\uE001`;
const PLACE = /\uE000(\d+)\uE001/;
/** Text with something else in the places. */
export const withPlaces = (text, instead) =>
  text.replace(new RegExp(PLACE, 'g'), (_, number) => instead(Number(number)));
/** Text without the two characters that places are made of. */
export const withoutPlaces = (text) => text.replace(/[\uE000\uE001]/g, '');

/**
 * Markup of a notebook without all that can run, load or cover something: scripts, handlers, forms,
 * frames, SVG, styles, and links with a scheme other than https, http and mailto. Tables may scroll
 * on their own, and their headers have a scope.
 *
 * @param kept markup that was taken out before and is put back at its places, in text only
 * @param toBook where a link or a picture leads in the book; null for nowhere
 */
export function clean(source, kept = [], toBook = inBook) {
  purifier ??= startPurifier();
  const body = purifier.sanitize(String(source), { ...OPTIONS, RETURN_DOM: true });
  furnish(body, toBook);
  const cleaned = body.innerHTML;
  return new Markup(cleaned.replace(new RegExp(PLACE, 'g'), (_, number) => sourceOf(kept[number])));
}
