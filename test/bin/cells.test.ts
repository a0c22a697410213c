/** The form of the notebooks' cells: what would go wrong is refused before a kernel runs it. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root, scratch } from '../helpers';

interface Cells {
  checkForm(name: string, notebook: object): void;
  longLines(
    files?: readonly string[],
  ): readonly { readonly cell: number; readonly letters: number }[];
}
let cells: Cells;
before(async () => {
  cells = (await import(pathToFileURL(join(root, 'bin', 'cells.mjs')).href)) as Cells;
});

const notebook = (...sources: string[]): object => ({
  cells: sources.map((source) => ({ cell_type: 'code', source, metadata: {} })),
});

test('cells that tslab would get wrong, or that are too long, are refused', async (t) => {
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['shorthand', ['const d = 2', 'f({ d })'], /writes \{ d \} for a name of another cell/],
    [
      'a property of the same name',
      ['const problem = 1', 'const g = list.map(({ problem: p }) => p)'],
      /takes \{ problem: \.\.\. \} apart while another cell declares 'problem'/,
    ],
    ['a long line', [`const long = '${'a'.repeat(90)}'`], /has 105 letters, more than 100 \(const/],
    ['a long cell', ['f()\n'.repeat(26)], /has 27 lines, more than 25/],
    [
      'long cells',
      ['f()\n'.repeat(8), 'f()\n'.repeat(8)],
      /half of its cells .* more than 8 lines/,
    ],
    ['any', ['const x: any = 1'], /uses the type any/],
  ];
  for (const [name, sources, sentence] of refused)
    await t.test(name, () =>
      assert.throws(() => cells.checkForm('x', notebook(...sources)), sentence),
    );
});

test('long lines are listed with their notebook, cell and length', () => {
  const file = join(scratch(), '00-x.ipynb');
  const made = notebook('f()', `f()\n${'x'.repeat(101)}`, 'y'.repeat(100));
  fs.writeFileSync(file, JSON.stringify(made));
  assert.deepEqual(cells.longLines([file]), [
    { name: '00-x', cell: 1, letters: 101, text: 'x'.repeat(101) },
  ]);
});
