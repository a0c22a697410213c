/** Notebooks that lack what the commands read are refused in one sentence. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root, scratch } from '../helpers';

const load = (name: string): Promise<unknown> =>
  import(pathToFileURL(join(root, 'bin', ...name.split('/'))).href);

const cell = (more: object): object => ({
  cells: [{ cell_type: 'code', source: '1', metadata: {}, ...more }],
});
const output = (one: unknown): object => cell({ outputs: [one] });
const shown = (data: unknown): object => output({ output_type: 'display_data', data });
const VERDICTS = 'application/vnd.icl.verdicts+json';

const REFUSED: readonly (readonly [name: string, notebook: unknown, sentence: RegExp])[] = [
  ['null', null, /the file is no object but null/],
  ['a list', [], /the file is no object but \[\]/],
  ['no cells', {}, /in the file, cells should be a list of one or more and is missing/],
  ['empty cells', { cells: [] }, /cells should be a list of one or more and is \[\]/],
  ['cells of text', { cells: 'a' }, /cells should be a list of one or more and is "a"/],
  ['a cell of text', { cells: ['a'] }, /cell 0 is no object but "a"/],
  ['another kind', cell({ cell_type: 'x' }), /in cell 0, cell_type should be .* and is "x"/],
  ['no source', cell({ source: undefined }), /in cell 0, source should be text and is missing/],
  ['numbers', cell({ source: [1] }), /in cell 0, source should be text and is \[1\]/],
  ['metadata', cell({ metadata: 3 }), /in cell 0, metadata should be an object and is 3/],
  ['tags', cell({ metadata: { tags: 3 } }), /metadata of cell 0, tags should be a list and is 3/],
  ['outputs', cell({ outputs: {} }), /in cell 0, outputs should be a list and is \{\}/],
  ['an output', output(null), /output 0 of cell 0 is no object but null/],
  ['a stream', output({ output_type: 'stream' }), /output 0 of cell 0, text should be text/],
  ['an error', output({ output_type: 'error' }), /output 0 of cell 0, ename should be text/],
  ['data', shown(7), /output 0 of cell 0, data should be an object and is 7/],
  ['html', shown({ 'text/html': {} }), /text\/html should be text and is \{\}/],
  ['a picture', shown({ 'image/png': 5 }), /image\/png should be text and is 5/],
  ['verdicts', shown({ [VERDICTS]: null }), /should be an object with verdicts and is null/],
  [
    'a verdict',
    shown({ [VERDICTS]: { verdicts: [{}] } }),
    /a verdict of output 0 of cell 0, claim should be text and is missing/,
  ],
];

test('a notebook of wrong structure is one sentence that names cell, field and value', async (t) => {
  const { readNotebook } = (await load('notebooks.mjs')) as {
    readNotebook(file: string): unknown;
  };
  const file = join(scratch(), '07-odd.ipynb');
  for (const [name, notebook, sentence] of REFUSED)
    await t.test(name, () => {
      fs.writeFileSync(file, JSON.stringify(notebook));
      assert.throws(
        () => readNotebook(file),
        (error: Error) => {
          assert.equal(error.name, 'Fault');
          assert.match(error.message, sentence);
          assert.match(error.message, /^07-odd\.ipynb is no notebook: [^\n]* Remedy: restore it/);
          return true;
        },
      );
    });
});

test('a formula that is no TeX is one sentence that names page and formula', async () => {
  const { render } = (await load('book/markdown.mjs')) as {
    render(source: string, page: string): unknown;
  };
  assert.throws(
    () => render('As $\\frac{1$ says.', '07-odd'),
    /The formula '\\frac\{1' in 07-odd is no TeX .* Remedy: correct it/,
  );
});

test('a fence in an unknown language is shown as it is', async () => {
  const { render } = (await load('book/markdown.mjs')) as {
    render(source: string, page: string): unknown;
  };
  assert.match(
    String(render('```unheard\na < b\n```', '07-odd')),
    /<pre class="code"><code>a &lt; b\n<\/code><\/pre>/,
  );
});
