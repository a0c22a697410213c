/** Notebooks in other languages: what is missing, what is too old, and what readers keep. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root } from '../helpers';

interface Cell {
  readonly id: string;
  readonly cell_type: string;
  readonly source: string;
}
interface Notebook {
  readonly cells: readonly Cell[];
}
type Translation = ReadonlyMap<string, { readonly of: string; readonly text: string }>;
interface Translations {
  checkTranslations(): void;
  parseTranslation(text: string, file: string): Translation;
  translationFaults(notebook: Notebook, cells: Translation, file: string): readonly string[];
  translated(notebook: Notebook, cells: Translation, names: readonly string[]): Notebook;
  translatedNames(language: string): readonly string[];
  readTranslated(language: string, name: string): Notebook;
  writeTranslated(
    language: string,
    folder: string,
  ): { readonly files: readonly string[]; readonly kept: readonly string[] };
}
interface Start {
  labArguments(args: readonly string[]): readonly string[];
}

let pages: Translations;
let start: Start;
before(async () => {
  const load = async (name: string): Promise<unknown> =>
    import(pathToFileURL(join(root, 'bin', name)).href);
  pages = (await load('translations.mjs')) as Translations;
  start = (await load('start.mjs')) as Start;
});

const cell = (id: string, source: string, type = 'markdown'): Cell => ({
  id,
  cell_type: type,
  source,
});
/** The first twelve digits of the SHA-256 digest of 'abc'. */
const ABC = 'ba7816bf8f01';
const NOTEBOOK = { cells: [cell('a', 'abc'), cell('b', 'const x = 1', 'code'), cell('c', 'abc')] };

test('a translation that is whole has no fault; what is missing, too much or too old is named', () => {
  const faultsOf = (text: string): readonly string[] =>
    pages.translationFaults(NOTEBOOK, pages.parseTranslation(text, 'zh/x.md'), 'zh/x.md');
  const a = `<!-- cell a of ${ABC} -->\n\n甲\n`;
  const c = `<!-- cell c of ${ABC} -->\n\n丙\n`;
  assert.deepEqual(faultsOf(a + c), []);
  assert.deepEqual(faultsOf(a), ['zh/x.md lacks the cell c.']);
  assert.deepEqual(faultsOf(`${a}<!-- cell c of ${ABC} -->\n\n`), ['zh/x.md lacks the cell c.']);
  assert.deepEqual(faultsOf(a + c.replace(ABC, '000000000000')), [
    'zh/x.md is older than its source at the cell c.',
  ]);
  assert.deepEqual(faultsOf(`${a}${c}<!-- cell b of ${ABC} -->\n\n乙\n`), [
    'zh/x.md has the cell b, which the notebook does not have.',
  ]);
});

test('a file of another form is refused', () => {
  const parse = (text: string) => (): unknown => pages.parseTranslation(text, 'zh/x.md');
  assert.throws(parse('甲\n'), /zh\/x.md has text before its first cell: '甲'/);
  const a = `<!-- cell a of ${ABC} -->\n甲\n`;
  assert.throws(parse(a + a), /translates the cell a twice/);
});

test('only Markdown changes; links lead where they led, seen from the folder of the language', () => {
  const text =
    '见 [02](02-order.ipynb#x)、[09](09-classes.ipynb)、[词汇](glossary.md)、[网](https://a.b)、[节](#y)';
  const cells = new Map([['a', { of: ABC, text }]]);
  const { cells: made } = pages.translated(NOTEBOOK, cells, ['02-order']);
  assert.equal(
    made[0]!.source,
    '见 [02](02-order.ipynb#x)、[09](../09-classes.ipynb)、[词汇](../glossary.md)、' +
      '[网](https://a.b)、[节](#y)',
  );
  assert.deepEqual(made.slice(1), NOTEBOOK.cells.slice(1));
});

test('every translation has all cells of its notebook, and none is older than its source', () => {
  assert.doesNotThrow(() => pages.checkTranslations());
});

test('translated notebooks hold the same code and outputs, and the translated titles', () => {
  const names = pages.translatedNames('zh');
  assert.ok(names.length >= 5, `${names.length} notebooks in Chinese`);
  for (const name of names) {
    const english = JSON.parse(
      fs.readFileSync(join(root, 'notebooks', `${name}.ipynb`), 'utf8'),
    ) as { cells: { cell_type: string; outputs?: unknown }[] };
    const made = pages.readTranslated('zh', name) as unknown as typeof english & Notebook;
    const outputs = (cells: typeof english.cells): unknown =>
      cells.filter((one) => one.cell_type === 'code').map((one) => one.outputs);
    assert.deepEqual(outputs(made.cells), outputs(english.cells), name);
    for (const { source, cell_type: type } of made.cells)
      if (type === 'markdown') assert.match(source, /\p{Script=Han}/u, `${name}: ${source}`);
  }
});

test('what a reader changed in a translated notebook is kept; what is older is made anew', (t) => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'invicl-test-zh-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const { files, kept } = pages.writeTranslated('zh', folder);
  assert.deepEqual(kept, []);
  assert.deepEqual(pages.writeTranslated('zh', folder).kept, []);
  const [first] = files as [string];
  const changed = JSON.parse(fs.readFileSync(first, 'utf8')) as {
    cells: { source: string | string[] }[];
  };
  changed.cells[0]!.source = '我的笔记';
  fs.writeFileSync(first, JSON.stringify(changed));
  assert.deepEqual(pages.writeTranslated('zh', folder).kept, [first]);
  assert.match(fs.readFileSync(first, 'utf8'), /我的笔记/);
});

test('npm start opens a notebook in another language by a word', () => {
  const pageOf = (...args: string[]): string | undefined =>
    start.labArguments(args).find((word) => word.includes('default_url'));
  assert.equal(pageOf('04', 'zh'), '--LabApp.default_url=/lab/tree/zh/04-invicl.ipynb');
  assert.equal(pageOf('zh'), '--LabApp.default_url=/lab/tree/zh/00-welcome.ipynb');
  assert.equal(pageOf('04', 'en'), '--LabApp.default_url=/lab/tree/04-invicl.ipynb');
  assert.equal(start.labArguments(['04', 'zh', '--port=9']).at(-1), '--port=9');
  assert.throws(() => pageOf('53', 'zh'), /no notebook '53' in 中文.*00, 01/s);
});
