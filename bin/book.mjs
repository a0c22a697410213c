// The HTML book: one folder that works offline, with an index, contents by parts, previous and
// next, search, and plotly.js once. bin/book/ makes the markup: what notebooks hold is escaped or
// cleaned there. Search by MiniSearch.
import fs from 'node:fs';
import path from 'node:path';
import { buildApi, searchSections } from './api.mjs';
import { writeAssets } from './book/assets.mjs';
import { indexBody, notebookBody, partBody, verdictsBody } from './book/bodies.mjs';
import { DOCUMENTS, copyFile, inBook, withFiles } from './book/links.mjs';
import { render, sectionsOf } from './book/markdown.mjs';
import { BOOK, pageOf } from './book/page.mjs';
import { readCourse } from './outline.mjs';
import { at, say, seconds, stateDir, writeAtomic } from './setup/base.mjs';
import { LANGUAGES, readTranslation, translatedNames, withTexts } from './translations.mjs';

/** The course with the notebooks of this build, else the committed ones. */
export const builtCourse = () =>
  readCourse(undefined, (file) => {
    const built = at('build', 'notebooks', path.basename(file));
    return fs.existsSync(built) ? built : file;
  });

const sourcesOf = ({ cells }) =>
  cells.filter(({ cell_type: type }) => type === 'markdown').map(({ source }) => source);

/** Sections of a page, as the search shows them. */
const hitsOf = (sources, file, page) =>
  sectionsOf(sources, file).map(({ words, id, text }) => ({
    title: words,
    page,
    link: `${file}#${id}`,
    text,
  }));

/** The index, the parts and their notebooks, in the order in which they are read. */
function readingPages(course, entries) {
  const index = { file: 'index.html', title: BOOK, body: indexBody(course), wide: true };
  const chinese = translatedNames('zh');
  const parts = course.flatMap((part) => {
    const { file, title, about, notebooks } = part;
    const hits = [{ title, page: 'Part', link: file, text: about }];
    const pages = notebooks.map((one) => {
      const headings = [];
      const page = { file: `${one.name}.html`, title: one.title, headings };
      if (chinese.includes(one.name)) page.other = leadTo('zh', one.name);
      page.body = notebookBody(one, part, entries, headings);
      page.hits = hitsOf(sourcesOf(one.notebook), page.file, one.title);
      return page;
    });
    return [{ file, title, body: partBody(part), hits }, ...pages];
  });
  const pages = [index, ...parts];
  return pages.map((page, i) => ({ ...page, previous: pages[i - 1], next: pages[i + 1] }));
}

/** The page of a notebook in a language. */
const fileIn = (language, name) => (language === 'en' ? name : `${name}.${language}`) + '.html';

/** How a page of one language leads to the same one in another. */
const leadTo = (language, name) => ({
  file: fileIn(language, name),
  language,
  ...LANGUAGES[language],
});

/** Where links of a notebook of a language lead: to pages of it where there are some. */
const linksIn = (language, names) => (href) => {
  const page = inBook(href);
  const [, name, anchor] = page.match(/^([\w-]+)\.html(#.*)?$/) ?? [];
  return names.includes(name) ? fileIn(language, name) + (anchor ?? '') : page;
};

/** The notebooks that a language has, as pages; they follow each other. */
function translatedPages(language, parts, entries) {
  const names = translatedNames(language);
  const pages = parts.flatMap((part) =>
    part.notebooks
      .filter(({ name }) => names.includes(name))
      .map((one) => {
        const headings = [];
        const notebook = withTexts(one.notebook, readTranslation(language, one.name));
        const body = notebookBody(
          { ...one, notebook, language },
          part,
          entries,
          headings,
          linksIn(language, names),
        );
        return {
          ...{ file: fileIn(language, one.name), title: headings[0].words, body, headings },
          ...{ language, other: leadTo('en', one.name) },
        };
      }),
  );
  return pages.map((page, i) => ({ ...page, previous: pages[i - 1], next: pages[i + 1] }));
}

/** Documents of the repository as pages; files that they link to are copied into the folder. */
const documentPages = (folder) =>
  Object.entries(DOCUMENTS).map(([document, name]) => {
    const source = fs.readFileSync(at(...document.split('/')), 'utf8');
    const [headings, file] = [[], `${name}.html`];
    const body = render(source, document, { headings, toBook: withFiles(document, folder) });
    const title = headings[0].words;
    return { file, title, body, headings, hits: hitsOf([source], file, title) };
  });

function verdictsPage(course) {
  const headings = [];
  const body = verdictsBody(course, headings);
  return { file: 'verdicts.html', title: 'Verdicts', body, headings };
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
  const parts = course.map((part) => ({ ...part, file: `part-${part.notebooks[0].number}.html` }));
  const books = parts.flatMap(({ notebooks }) => notebooks);
  const pages = [
    ...readingPages(parts, entries),
    ...translatedPages('zh', parts, entries),
    ...documentPages(folder),
    verdictsPage(parts),
  ];
  for (const page of pages) writeAtomic(path.join(folder, page.file), String(pageOf(parts, page)));
  for (const { name, from } of books)
    copyFile(from, path.join(folder, 'notebooks', `${name}.ipynb`));
  const sections = [...pages.flatMap(({ hits = [] }) => hits), ...searchSections(entries)];
  await writeAssets(path.join(folder, 'assets'), books, sections);
  return pages.length;
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
