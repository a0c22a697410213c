// The outline of the course: its parts (notebooks/parts.json) and what their notebooks say of
// themselves. The README, the pages that are made, and the index of the book show what stands here.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { at, Fault } from './setup/base.mjs';
import { notebookFiles, readNotebook, titleOf, verdictsOf } from './notebooks.mjs';

const twoDigits = (number) => String(number).padStart(2, '0');
const bad = (what) => new Fault(`notebooks/parts.json: ${what}.`, 'correct that entry.');
const isText = (value) => typeof value === 'string' && value.trim() !== '';

function checkPart(part) {
  for (const key of ['title', 'folder', 'about'])
    if (!isText(part[key])) throw bad(`an entry (${part.title ?? part.from}) has no ${key}`);
  const { title, from, to, papers } = part;
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= 99))
    throw bad(`'${title}' goes from ${from} to ${to}, which are no numbers of notebooks`);
  const isCited = ({ citation, link }) => isText(citation) && isText(link);
  if (!Array.isArray(papers) || !papers.every(isCited))
    throw bad(`'${title}' needs a list of papers, each with a citation and a link`);
}

/**
 * The parts in the order of their numbers.
 *
 * @throws Fault when the file is unreadable, a field is missing, or a number is in two parts
 */
export function readParts(file = at('notebooks', 'parts.json')) {
  let parts;
  try {
    parts = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw bad(`it cannot be read (${error.message})`);
  }
  if (!Array.isArray(parts)) throw bad('it is no list of parts');
  parts.forEach(checkPart);
  const sorted = [...parts].sort((a, b) => a.from - b.from);
  sorted.forEach(({ title, from }, i) => {
    const before = sorted[i - 1];
    if (before && from <= before.to)
      throw bad(`${twoDigits(from)} is in '${before.title}' and in '${title}'`);
  });
  return sorted;
}

/** The picture of a notebook (PNG): the figure of the cell tagged `picture`, else its first. */
function pictureOf({ cells }) {
  const figures = (some) =>
    some.flatMap(({ outputs = [] }) =>
      outputs.map(({ data }) => data?.['image/png']).filter(Boolean),
    );
  const tagged = cells.filter(({ metadata }) => (metadata?.tags ?? []).includes('picture'));
  const [png] = [...figures(tagged), ...figures(cells)];
  return png ? Buffer.from([png].flat().join('').trim(), 'base64') : null;
}

/** What a notebook says of itself: number, title, claim, times, picture, verdicts. */
function describe(file, notebook = readNotebook(file)) {
  const name = path.basename(file, '.ipynb');
  const first = notebook.cells[0].source;
  const [, reading] = first.match(/Reading: (\d+) minutes?/) ?? [];
  const [, running] = first.match(/Running: (.+?)(?: on two cores|[;,*]|\.\s|\.\*)/) ?? [];
  if (!reading || !running)
    throw new Fault(
      `The first cell of ${name} does not say how long reading and running take.`,
      'add a line such as *Reading: 10 minutes. Running: about 8 seconds.*',
    );
  return {
    name,
    number: name.slice(0, 2),
    file: `${name}.ipynb`,
    notebook,
    ...titleOf(notebook),
    reading: Number(reading),
    running,
    picture: pictureOf(notebook),
    verdicts: verdictsOf(notebook),
  };
}

/**
 * The course by parts. A claim that several notebooks show counts for the first of them.
 *
 * @param parts from readParts
 * @param notebooks as described, in the order of their numbers
 * @returns the parts that have notebooks, each with them
 * @throws Fault when a notebook is in no part
 */
function byPart(parts, notebooks) {
  const seen = new Set();
  const shown = notebooks.map((one) => {
    const verdicts = one.verdicts.filter(({ claim }) => !seen.has(claim));
    for (const { claim } of verdicts) seen.add(claim);
    return { ...one, verdicts };
  });
  const holds = ({ from, to }, { number }) => from <= Number(number) && Number(number) <= to;
  const stray = shown.find((one) => !parts.some((part) => holds(part, one)));
  if (stray)
    throw new Fault(
      `Notebook ${stray.name} is in no part.`,
      `add ${stray.number} to the numbers of a part in notebooks/parts.json.`,
    );
  return parts
    .map((part) => ({ ...part, notebooks: shown.filter((one) => holds(part, one)) }))
    .filter((part) => part.notebooks.length > 0);
}

/**
 * The course as it stands in a folder.
 *
 * @param insteadOf gives the file to read in place of a committed notebook; each notebook says
 *        where it comes `from`
 */
export function readCourse(folder = at('notebooks'), insteadOf = (file) => file) {
  const notebooks = notebookFiles(folder).map((file) => {
    const from = insteadOf(file);
    return { ...describe(file, readNotebook(from)), from };
  });
  return byPart(readParts(path.join(folder, 'parts.json')), notebooks);
}

/** All verdicts of some notebooks, each with the number and name of its notebook. */
export const verdictsIn = (notebooks) =>
  notebooks.flatMap(({ number, name, verdicts }) =>
    verdicts.map((v) => ({ notebook: number, name, ...v })),
  );

/** The verdicts of a course, each claim once; with names of notebooks, all that these show. */
export const verdictsOfCourse = (course, names = null) => {
  const all = course.flatMap(({ notebooks }) => notebooks);
  if (names === null) return verdictsIn(all);
  const some = all.filter(({ name }) => names.includes(name));
  return verdictsIn(some.map((one) => ({ ...one, verdicts: verdictsOf(one.notebook) })));
};

/** The compiled library, whose rules decide many claims at once. */
export function library() {
  if (!fs.existsSync(at('lib', 'dist', 'index.js')))
    throw new Fault('The library is not compiled.', 'npm run setup, then the same command again.');
  return createRequire(import.meta.url)('invicl');
}
/** The words of verdicts among all of their part. */
export const adjustedOf = (verdicts) => library().records.adjustedWords(verdicts);
/** Our number in words, with the earlier one where the rule or recipe was changed. */
export const numbersOf = (verdict) => library().records.oursInWords(verdict);

/** How often a word is among verdicts. */
export const count = (verdicts, word) => verdicts.filter(({ verdict }) => verdict === word).length;

/** Such as: 5 claims: supported 3, undecided 2. */
export function countsInWords(verdicts, words) {
  const found = words.filter((word) => count(verdicts, word) > 0);
  const counts = found.map((word) => `${word} ${count(verdicts, word)}`).join(', ');
  const claims = verdicts.length === 1 ? '1 claim' : `${verdicts.length} claims`;
  return counts ? `${claims}: ${counts}` : claims;
}

/** The words that verdicts of the course have. */
export function wordsOf(course) {
  const verdicts = course.flatMap(({ notebooks }) => verdictsIn(notebooks));
  return library().records.VERDICT_WORDS.filter((word) => count(verdicts, word) > 0);
}

/** The numbers of a part as readers see them: 00 to 16. */
export const rangeOf = ({ notebooks }) => {
  const [first, last] = [notebooks[0].number, notebooks.at(-1).number];
  return first === last ? first : `${first} to ${last}`;
};
