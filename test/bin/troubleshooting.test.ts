/** The page of symptoms: every message that it quotes is one that a program says. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from '../helpers';

const PAGE = fs.readFileSync(join(root, 'notebooks', 'troubleshooting.md'), 'utf8');
const SKIPPED = ['node_modules', 'dist', 'dist.new'];

const filesBelow = (folder: string, ending: RegExp): string[] =>
  fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.includes(entry.name) ? [] : filesBelow(file, ending);
    return ending.test(entry.name) ? [file] : [];
  });

/** Programs of others whose messages the page quotes. */
function others(): string[] {
  const lib = join(root, '.venv', 'lib');
  const [version] = fs.readdirSync(lib).filter((name) => name.startsWith('python3'));
  return [
    join(lib, version!, 'site-packages', 'jupyter_server', 'serverapp.py'),
    join(root, 'node_modules', 'typescript', 'lib', 'typescript.js'),
  ];
}

/** The text of a program, with literals that are put together in one piece. */
const joined = (file: string): string =>
  fs
    .readFileSync(file, 'utf8')
    .replace(/['"`]\s*\+\s*['"`]/g, '')
    .replace(/["']\n\s*f?["']/g, '')
    .replace(/\\'/g, "'");

/** The pieces of a message between what differs. */
const piecesOf = (message: string): string[] =>
  message
    .split('…')
    .map((piece) => piece.trim())
    .filter((piece) => /\w{2}/.test(piece));

const quoted = [...PAGE.replace(/`[^`\n]*`/g, '').matchAll(/(?<![\w])_([^_\n]+)_(?!\w)/g)].map(
  ([, message]) => message!,
);

test('every message that the page quotes stands in the sources', () => {
  const own = [
    ...filesBelow(join(root, 'bin'), /\.(mjs|cjs|py)$/),
    ...filesBelow(join(root, 'lib'), /\.ts$/),
  ];
  const programs = [...own, ...others()].map(joined);
  assert.ok(quoted.length >= 35, `only ${quoted.length} messages were found`);
  for (const message of quoted) {
    if (message === 'Trust Notebook') continue; // a command of JupyterLab's menu
    const pieces = piecesOf(message);
    assert.ok(pieces.length > 0, `'${message}' says nothing`);
    assert.ok(
      programs.some((text) => pieces.every((piece) => text.includes(piece))),
      `no source says '${message}' (${pieces.join(' | ')})`,
    );
  }
});

test('every symptom has a cause and something that helps', () => {
  const rows = PAGE.split('\n').filter((line) => /^\| (?!symptom|---)/.test(line));
  assert.ok(rows.length >= 30, `only ${rows.length} symptoms`);
  for (const row of rows) {
    const cells = row.split('|').slice(1, -1);
    assert.equal(cells.length, 3, row);
    for (const cell of cells) assert.ok(cell.trim().length > 5, row);
  }
});
