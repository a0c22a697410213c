// The bodies of pages that the book makes itself: index, parts, verdicts, notebooks.
import fs from 'node:fs';
import { moduleLinks } from '../api.mjs';
import { adjustedOf, countsInWords, numbersOf, rangeOf, verdictsIn, wordsOf } from '../outline.mjs';
import { codeHtml, render, slug } from './markdown.mjs';
import { clean, inLines, joined, markup, trusted } from './markup.mjs';
import { outputsHtml } from './outputs.mjs';
import { aboutLinks, separated } from './page.mjs';

/** Markdown of one paragraph, without the paragraph. */
const inline = (source, page) =>
  trusted(String(render(source, page)).replace(/^<p>|<\/p>\s*$/g, ''));

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const plural = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;
const minutesOf = ({ notebooks }) => sum(notebooks.map(({ reading }) => reading));
const headingOf = (part) => `${part.title} (${rangeOf(part)})`;
const linkTo = ({ name, number, title }) => markup`<a href="${name}.html">${number} ${title}</a>`;

/** The index: what the course is, and its notebooks by part. */
export function indexBody(course) {
  const parts = course.map((part) => {
    const notebooks = plural(part.notebooks.length, 'notebook');
    const names = part.notebooks.map((one) => markup`<li>${linkTo(one)}</li>`);
    const title = markup`<a href="${part.file}">${part.title}</a>`;
    return markup`<section><h2 id="${slug(headingOf(part))}">${title}</h2>
<p>${notebooks}, ${plural(minutesOf(part), 'minute')} to read</p><ol>${names}</ol></section>`;
  });
  return markup`<h1>In-context learning, by building it</h1>
<p>The executed notebooks of the course, by part. Figures are interactive; everything works offline.
Start with the first notebooks; the title of a part leads to its pictures and claims.</p>
<div class="parts">${inLines(parts)}</div>
<p class="about">${separated(aboutLinks())}</p>`;
}

/** A part: its papers, and each notebook with its picture, claim and time to read. */
export function partBody(part) {
  const paper = ({ citation, link }) =>
    markup`${inline(citation, 'parts.json')} (${clean(markup`<a href="${link}">${link}</a>`)})`;
  const picture = ({ number, picture }) =>
    picture ? markup`<img src="assets/pictures/${number}.png" alt="">` : '';
  const entry = (one) => markup`<li>${picture(one)}<div><h2>${linkTo(one)}</h2>
<p>${inline(one.claim, one.name)}</p>
<small>${plural(one.reading, 'minute')} to read</small></div></li>`;
  const papers =
    part.papers.length === 0
      ? ''
      : markup`<p><small>${joined(part.papers.map(paper), '; ')}.</small></p>`;
  return markup`<h1>${part.title}</h1><p>${inline(part.about, 'parts.json')}</p>
${papers}
<ul class="cards">${inLines(part.notebooks.map(entry))}</ul>`;
}

const rowOf = (cells) => markup`<tr>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`;
function tableOf(head, rows) {
  const names = head.map((cell) => markup`<th scope="col">${cell}</th>`);
  return markup`<div class="wide"><table><thead><tr>${names}</tr></thead>
<tbody>${inLines(rows)}</tbody></table></div>`;
}

const VERDICTS = ['claim', 'source', 'ours', 'verdict', 'among all of the part'];

/** Every verdict, by part and notebook; headings are added to those given. */
export function verdictsBody(course, headings) {
  const words = wordsOf(course);
  const ofNotebook = (one, adjusted) => {
    const rows = one.verdicts.map((verdict) =>
      rowOf([
        ...[verdict.claim, verdict.source, numbersOf(verdict), verdict.verdict],
        adjusted.get(verdict.claim),
      ]),
    );
    return markup`<h3>${linkTo(one)}</h3>${tableOf(VERDICTS, rows)}`;
  };
  const parts = course.map((part) => {
    const verdicts = verdictsIn(part.notebooks);
    const among = adjustedOf(verdicts);
    const adjusted = new Map(verdicts.map(({ claim }, i) => [claim, among[i]]));
    const shown = part.notebooks.filter((one) => one.verdicts.length > 0);
    const heading = { level: 2, id: slug(part.title), words: headingOf(part) };
    headings.push(heading);
    return markup`<h2 id="${heading.id}">${heading.words}</h2>
<p>${countsInWords(verdicts, words)}.</p>${inLines(shown.map((one) => ofNotebook(one, adjusted)))}`;
  });
  return markup`<h1>Verdicts</h1>
<p>A claim that several notebooks show stands under the first of them. The words are explained in
the <a href="glossary.html#verdict">glossary</a>. The last column gives the word when the share of
false ones among all decided claims of a part is kept at 5 % (Benjamini and Hochberg 1995).</p>
${inLines(parts)}`;
}

/** What to do with a notebook, besides reading it: the line above its title. */
function downloadLine({ name, number, from, language = '' }, part) {
  const megabytes = (fs.statSync(from).size / 1e6).toFixed(1);
  const download = markup`<a href="notebooks/${name}.ipynb" download>Download the notebook</a>`;
  return markup`<p class="about"><a href="${part.file}">${part.title}</a> ·
${download} (.ipynb, ${megabytes} MB) · to run it: <code>${`npm start -- ${number} ${language}`.trim()}</code></p>`;
}

/**
 * A notebook as the body of its page: text, code with links into the API, outputs.
 *
 * @param toBook where links of its text lead, when not to the pages of the same name
 */
export function notebookBody(one, part, entries, headings, toBook) {
  const linksOf = moduleLinks(entries);
  const cells = one.notebook.cells.map((cell) => {
    if (cell.cell_type === 'markdown') return render(cell.source, one.name, { headings, toBook });
    const outputs = inLines(outputsHtml(cell));
    return markup`${codeHtml(cell.source)}${linksOf(cell.source)}\n${outputs}`;
  });
  return markup`${downloadLine(one, part)}${inLines(cells)}`;
}
