// Where links lead in the book: to its pages, or to copies of files of the repository.
import fs from 'node:fs';
import path from 'node:path';
import { at } from '../setup/base.mjs';

/** Documents of the repository that are pages of the book: the page of each. */
export const DOCUMENTS = {
  'README.md': 'about',
  'notebooks/glossary.md': 'glossary',
  'notebooks/teaching.md': 'teaching',
  'notebooks/troubleshooting.md': 'troubleshooting',
  'data/README.md': 'records',
  'lib/ARCHITECTURE.md': 'architecture',
  'SECURITY.md': 'security',
};
/** Pages that the book makes itself, by the documents that say the same. */
const MADE = { 'notebooks/README.md': 'index', 'data/verdicts.md': 'verdicts' };

const isOutside = (href) => /^([a-z][a-z+.-]*:|#|\/)/i.test(href);

/**
 * A link of a document as a link of its page.
 *
 * @param folder where the document lies, from the root of the repository
 * @param otherwise what a link becomes that leads to no page, from the file that it names
 */
function toPage(href, folder, otherwise) {
  if (isOutside(href)) return href;
  const [file, anchor] = href.split(/(?=#)/);
  const place = path.posix.join(folder, file);
  const [, notebook] = place.match(/^notebooks\/(\d\d-[\w-]+)\.ipynb$/) ?? [];
  const page = notebook ?? DOCUMENTS[place] ?? MADE[place];
  return page ? `${page}.html${anchor ?? ''}` : otherwise(place);
}

/** A link of a notebook: those to other notebooks and documents lead to their pages. */
export const inBook = (href) => toPage(href, 'notebooks', () => href);

/** Copies a file to a place whose folder need not be there. */
export function copyFile(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

/** Files that a browser shows as they are; others are copied as text. */
const SHOWN = /\.(png|json|txt)$/;

/**
 * For the documents of the course itself: files that they link to are copied into the book, and a
 * link to what is no file becomes text.
 *
 * @param book the folder of the book
 */
export const withFiles = (document, book) => (href) =>
  toPage(href, path.posix.dirname(document), (place) => {
    const from = at(...place.split('/'));
    if (!fs.statSync(from, { throwIfNoEntry: false })?.isFile()) return null;
    const copy = `files/${SHOWN.test(place) ? place : `${place}.txt`}`.replaceAll('/.', '/');
    copyFile(from, path.join(book, copy));
    return copy;
  });
