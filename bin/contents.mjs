// npm run contents: all that is made from the committed notebooks, without running anything: the
// table of parts and the papers in README.md, notebooks/README.md, data/verdicts.md, data/pictures,
// the sessions in notebooks/teaching.md.
import fs from 'node:fs';
import { at, Fault, say, writeAtomic } from './setup/base.mjs';
import {
  adjustedOf,
  count,
  countsInWords,
  numbersOf,
  rangeOf,
  readCourse,
  verdictsIn,
  wordsOf,
} from './outline.mjs';
import { planOf, planTables, readSessions } from './teaching.mjs';

const REMEDY = 'npm run contents';
const MADE =
  '<!-- Made by `npm run contents` from the committed notebooks; edits are overwritten. -->';

const escaped = (text) => text.replace(/\|/g, '\\|');
const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const pictureName = ({ number }) => `data/pictures/${number}.png`;
/** A paragraph in lines of at most 100 columns. */
const wrapped = (text) => text.replace(/(?=.{101})(.{1,100}) /g, '$1\n');
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

/** The anchor that GitHub gives a heading. */
export const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/ /g, '-');
const headingOf = (part) => `${part.title} (${rangeOf(part)})`;
const cited = ({ citation, link }) => `${citation} ([${link.replace(/^https:\/\//, '')}](${link}))`;

/** The table of parts in the README: one row each, and their sum. */
function tableOfParts(course, words) {
  const counts = (verdicts) => [verdicts.length, ...words.map((word) => count(verdicts, word))];
  const rows = course.map((part) => [
    `[${escaped(part.title)}](notebooks/README.md#${anchorOf(headingOf(part))})`,
    part.notebooks.map(({ number, file }) => `[${number}](notebooks/${file})`).join(' '),
    sum(part.notebooks.map(({ reading }) => reading)),
    ...counts(verdictsIn(part.notebooks)),
  ]);
  const all = course.flatMap(({ notebooks }) => notebooks);
  const minutes = sum(all.map(({ reading }) => reading));
  const total = ['all', `${all.length} notebooks`, minutes, ...counts(verdictsIn(all))];
  return table(['part', 'notebooks', 'minutes to read', 'claims', ...words], [...rows, total]);
}

/** The papers of all parts, to cite. */
const listOfPapers = (course) =>
  course.flatMap(({ papers }) => papers.map((paper) => `- ${cited(paper)}`)).join('\n');

/** data/verdicts.md: every verdict, by part and notebook. */
function verdictsPage(course, words) {
  const all = course.flatMap(({ notebooks }) => verdictsIn(notebooks));
  const ofNotebook = ({ file, number, title, verdicts }, adjusted) => {
    const rows = verdicts.map((one) => [
      ...[one.claim, one.source, numbersOf(one)].map(escaped),
      `**${one.verdict}**`,
      adjusted.get(one.claim),
    ]);
    return `### [${number} ${title}](../notebooks/${file})

${table(['claim', 'source', 'ours', 'verdict', 'among all of the part'], rows)}`;
  };
  const parts = course.map((part) => {
    const verdicts = verdictsIn(part.notebooks);
    const adjusted = adjustedOf(verdicts);
    const wordFor = new Map(verdicts.map(({ claim }, i) => [claim, adjusted[i]]));
    const shown = part.notebooks
      .filter((one) => one.verdicts.length > 0)
      .map((one) => ofNotebook(one, wordFor));
    const afterwards = countsInWords(
      verdicts.map((one, i) => ({ ...one, verdict: adjusted[i] })),
      words,
    );
    return [
      `## ${headingOf(part)}`,
      [`${countsInWords(verdicts, words)}.`, `Among all of the part: ${afterwards}.`]
        .map(wrapped)
        .join('\n'),
      ...shown,
    ].join('\n\n');
  });
  return `# Verdicts

${MADE}

Every claim with its source, our own number with its spread over seeds, and the verdict by a rule
that was written down before the run. The words are explained in the
[glossary](../notebooks/glossary.md#verdict). A claim that several notebooks show stands
under the first of them.

Of many claims about nothing, one in twenty has its interval on one side by chance. The last column
gives the word when the share of such among all decided claims of a part, the false-discovery rate,
is kept at 5 % (Benjamini and Hochberg 1995).

${wrapped(`In all ${countsInWords(all, words)}.`)}

${parts.join('\n\n')}
`;
}

/** notebooks/README.md: the notebooks by part, each with its picture, claim and times. */
function notebooksPage(course) {
  const parts = course.map((part) => {
    const rows = part.notebooks.map((one) => [
      one.picture
        ? `<img src="../${pictureName(one)}" width="180" alt="a figure of the notebook">`
        : '',
      `[${one.number} ${escaped(one.title)}](${one.file})`,
      escaped(one.claim),
      `read ${one.reading} min, run ${one.running}`,
    ]);
    const papers = part.papers.map((paper) => `- ${cited(paper)}`).join('\n');
    return `## ${headingOf(part)}

${wrapped(`${part.about} Code: \`${part.folder}\`.`)}

${papers === '' ? '' : `${papers}\n\n`}${table(['', 'notebook', 'claim', 'time'], rows)}`;
  });
  return `# Notebooks

${MADE}

Running times are those of two cores in the quick profile, training included. The terms are
explained in the [glossary](glossary.md); all verdicts are in
[data/verdicts.md](../data/verdicts.md).

${parts.join('\n\n')}
`;
}

/** Puts a text between <!-- name --> and <!-- /name -->. */
function between(text, name, inside, file = 'README.md') {
  const [open, close] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start)
    throw new Fault(
      `${file} has no lines <!-- ${name} --> and <!-- /${name} -->.`,
      'put them back.',
    );
  return `${text.slice(0, start + open.length)}${inside}\n${text.slice(end)}`;
}

/**
 * All files that are made from a course.
 *
 * @param course from readCourse
 * @param readme the README as it is; only what stands between its marks changes
 * @returns pairs of a path in the repository and its content, a text or bytes
 */
export function madeFiles(course, readme) {
  const words = wordsOf(course);
  const withParts = between(readme, 'parts', tableOfParts(course, words));
  const pictures = course
    .flatMap(({ notebooks }) => notebooks)
    .filter(({ picture }) => picture)
    .map((one) => [pictureName(one), one.picture]);
  return [
    ['README.md', between(withParts, 'papers', listOfPapers(course))],
    ['notebooks/README.md', notebooksPage(course)],
    ['data/verdicts.md', verdictsPage(course, words)],
    ...pictures,
  ];
}

/** Those of the made files that are absent or differ in a folder. */
export function staleFiles(made, folder = at()) {
  return made.filter(([name, content]) => {
    const file = `${folder}/${name}`;
    return !fs.existsSync(file) || !fs.readFileSync(file).equals(Buffer.from(content));
  });
}

/** The plan for teachers; only what stands between its marks changes. */
function teachingPage(course) {
  const name = 'notebooks/teaching.md';
  const page = fs.readFileSync(at(name), 'utf8');
  return [name, between(page, 'sessions', planTables(planOf(course, readSessions())), name)];
}

function stale() {
  const course = readCourse();
  const readme = fs.readFileSync(at('README.md'), 'utf8');
  return staleFiles([...madeFiles(course, readme), teachingPage(course)]);
}

/** Writes the made files that are absent or differ. */
export function contents() {
  const changed = stale();
  for (const [name, content] of changed) {
    writeAtomic(at(name), content);
    say('contents', name);
  }
  if (!changed.length) say('contents', 'all pages are what the committed notebooks give');
}

/**
 * Refuses pages that are not what the committed notebooks give.
 *
 * @throws Fault naming them
 */
export function checkContents() {
  const names = stale().map(([name]) => name);
  const verb = names.length === 1 ? 'is' : 'are';
  if (names.length)
    throw new Fault(
      `${names.join(', ')} ${verb} not what the committed notebooks give.`,
      `${REMEDY}.`,
    );
}
