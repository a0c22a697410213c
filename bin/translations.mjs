// Notebooks in other languages. A translation is one Markdown file for each notebook,
// notebooks/LANGUAGE/NN-name.md: each Markdown cell begins with a line that names it and holds the
// digest of the English text that was translated. Code, outputs and their figures are shared.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { at, Fault, writeAtomic } from './setup/base.mjs';
import { readNotebook, sourcesHash } from './notebooks.mjs';

/** The languages that there are, with their names in themselves, long and short. */
export const LANGUAGES = {
  en: { name: 'English', short: 'EN' },
  zh: { name: '中文', short: '中文' },
};

const MARK = /^<!-- cell (\S+) of ([0-9a-f]{12}) -->$/;

const isText = (cell) => cell.cell_type === 'markdown';
const digest = (text) => createHash('sha256').update(text).digest('hex').slice(0, 12);
const nameOf = (file) => path.basename(file, '.ipynb');

/** Where the translation of a notebook is. */
export const translationFile = (language, name) => at('notebooks', language, `${name}.md`);

/** The names of the notebooks that a language has. */
export function translatedNames(language) {
  const folder = at('notebooks', language);
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((file) => /^\d\d-.*\.md$/.test(file))
    .map((file) => path.basename(file, '.md'))
    .sort();
}

/**
 * The cells of a translation by their ids: text, and the digest of the English one.
 *
 * @throws Fault naming the file when text stands before the first mark, or a cell comes twice
 */
export function parseTranslation(text, file) {
  const cells = new Map();
  let lines = null;
  for (const line of text.split('\n')) {
    const mark = MARK.exec(line);
    if (mark) {
      const [, id, of] = mark;
      if (cells.has(id)) throw new Fault(`${file} translates the cell ${id} twice.`, 'keep one.');
      cells.set(id, { of, lines: (lines = []) });
    } else if (lines) lines.push(line);
    else if (line.trim() !== '')
      throw new Fault(
        `${file} has text before its first cell: '${line}'.`,
        'begin with a line <!-- cell ID of DIGEST -->.',
      );
  }
  return new Map(
    [...cells].map(([id, { of, lines: l }]) => [id, { of, text: l.join('\n').trim() }]),
  );
}

/**
 * What is wrong with a translation, a sentence each: cells that are missing, that the notebook does
 * not have, or that are older than their source.
 */
export function translationFaults(notebook, cells, file) {
  const sources = new Map(notebook.cells.filter(isText).map((cell) => [cell.id, cell.source]));
  return [
    ...[...sources.keys()]
      .filter((id) => !cells.get(id)?.text)
      .map((id) => `${file} lacks the cell ${id}.`),
    ...[...cells.keys()]
      .filter((id) => !sources.has(id))
      .map((id) => `${file} has the cell ${id}, which the notebook does not have.`),
    ...[...cells]
      .filter(([id, { of }]) => sources.has(id) && of !== digest(sources.get(id)))
      .map(([id]) => `${file} is older than its source at the cell ${id}.`),
  ];
}

/** Links as seen from the language's folder: other notebooks and pages lie one folder above. */
function linksFrom(text, translated) {
  return text.replace(/\]\((?!https?:|#|\.\.\/)([^)\s]+)\)/g, (whole, target) => {
    const [file] = target.split('#');
    const here = file.endsWith('.ipynb') && translated.includes(nameOf(file));
    return here ? whole : `](../${target})`;
  });
}

/**
 * A notebook whose Markdown cells are those of a translation; the rest is shared.
 *
 * @param linked what is done with each text; left out: links lead where those of the English one do
 */
export const withTexts = (notebook, cells, linked = (text) => text) => ({
  ...notebook,
  cells: notebook.cells.map((cell) => {
    const { text } = (isText(cell) && cells.get(cell.id)) || {};
    return text ? { ...cell, source: linked(text) } : cell;
  }),
});

/** The same as it lies in the folder of its language. */
export const translated = (notebook, cells, names) =>
  withTexts(notebook, cells, (text) => linksFrom(text, names));

/** The cells of a notebook's translation; see parseTranslation. */
export function readTranslation(language, name) {
  const file = translationFile(language, name);
  return parseTranslation(fs.readFileSync(file, 'utf8'), path.relative(at(), file));
}

/** A notebook of a language, as readNotebook gives the English one. */
export const readTranslated = (language, name) =>
  translated(
    readNotebook(at('notebooks', `${name}.ipynb`)),
    readTranslation(language, name),
    translatedNames(language),
  );

/**
 * The number of a notebook of a language as its file below notebooks/.
 *
 * @throws Fault naming the numbers that there are
 */
export function translatedFile(language, number) {
  const names = translatedNames(language);
  const name = names.find((one) => one.startsWith(`${number}-`));
  if (!name)
    throw new Fault(
      `There is no notebook '${number}' in ${LANGUAGES[language].name}.`,
      `use one of ${names.map((one) => one.slice(0, 2)).join(', ')}, or leave '${language}' out.`,
    );
  return path.join(language, `${name}.ipynb`);
}

/**
 * Writes the notebooks of a language beside their translations, where JupyterLab opens them. One
 * that a reader has changed stays as it is.
 *
 * @returns all files, and those that were kept
 */
export function writeTranslated(language, folder = at('notebooks', language)) {
  const files = translatedNames(language).map((name) => path.join(folder, `${name}.ipynb`));
  const kept = files.filter(
    (file) => !writeUnchanged(file, readTranslated(language, path.basename(file, '.ipynb'))),
  );
  return { files, kept };
}

/** Writes a notebook, unless what is there was changed; says whether it holds the new one. */
function writeUnchanged(file, notebook) {
  const made = sourcesHash(notebook);
  if (fs.existsSync(file)) {
    const there = readNotebook(file);
    if (there.metadata.made !== sourcesHash(there)) return false;
    if (there.metadata.made === made) return true;
  }
  const metadata = { ...notebook.metadata, made };
  writeAtomic(file, `${JSON.stringify({ ...notebook, metadata }, null, 1)}\n`);
  return true;
}

/** Refuses translations that lack a cell, have one too many, or are older than their source. */
export function checkTranslations() {
  const faults = Object.keys(LANGUAGES).flatMap((language) =>
    translatedNames(language).flatMap((name) =>
      translationFaults(
        readNotebook(at('notebooks', `${name}.ipynb`)),
        readTranslation(language, name),
        path.join('notebooks', language, `${name}.md`),
      ),
    ),
  );
  if (faults.length > 0)
    throw new Fault(
      faults.join('\n'),
      'translate these cells, and write the digest that `node bin/translations.mjs` prints.',
    );
}

// node bin/translations.mjs: the digests of all Markdown cells of the translated notebooks.
if (process.argv[1] === import.meta.filename)
  for (const name of translatedNames('zh'))
    for (const { id, source } of readNotebook(at('notebooks', `${name}.ipynb`)).cells.filter(
      isText,
    ))
      console.log(`<!-- cell ${id} of ${digest(source)} -->`);
