/**
 * Tables as HTML and markdown.
 */
import { checkText } from '../core/checks';
import { checkTable } from './arguments';
import { Display } from './display';

/** Rows of a table; every row has the same columns. */
export type Rows = readonly Readonly<Record<string, string | number | boolean>>[];

const cell = (value: string | number | boolean | undefined): string =>
  typeof value === 'number'
    ? Number.isInteger(value)
      ? String(value)
      : value.toPrecision(3)
    : typeof value === 'boolean'
      ? value
        ? 'yes'
        : 'no'
      : (value ?? '');
const escapeHtml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/**
 * The table as markdown.
 *
 * @throws CourseError when there are no rows, or one is none
 */
export function toMarkdown(rows: Rows): string {
  checkTable(rows);
  const columns = Object.keys(rows[0]!);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((c) => cell(row[c])))),
  ].join('\n');
}

/**
 * The table as HTML.
 *
 * @param linked the column whose cells are notebooks, and become links to them
 * @throws CourseError when there are no rows, or one is none
 */
export function toHtml(rows: Rows, linked?: string): string {
  checkTable(rows);
  if (linked !== undefined) checkText('The column of links', linked);
  const columns = Object.keys(rows[0]!);
  const htmlCell = (column: string, value: string | number | boolean | undefined): string =>
    column === linked
      ? `<a href="${escapeHtml(cell(value))}">${escapeHtml(cell(value).slice(0, 2))}</a>`
      : escapeHtml(cell(value));
  const head = columns.map((c) => `<th>${escapeHtml(c)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${columns.map((c) => `<td>${htmlCell(c, row[c])}</td>`).join('')}</tr>`)
    .join('\n');
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

/**
 * Shows a table in the notebook.
 *
 * @throws CourseError when there are no rows, or one is none
 */
export function showTable(rows: Rows): void {
  new Display().write({
    'text/html': toHtml(rows),
    'text/markdown': toMarkdown(rows),
    'text/plain': toMarkdown(rows),
  });
}
