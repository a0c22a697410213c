/** Private words are found where they stand, and the same letters in another sense are not. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root } from '../helpers';

interface Found {
  readonly file: string;
  readonly line: number;
  readonly word: string;
  readonly instead: string;
}
interface Document {
  readonly file: string;
  readonly text: string;
  readonly kind: 'code' | 'prose';
  readonly line?: number;
}
interface Words {
  readonly BANNED: readonly { readonly reason: string; readonly instead: string }[];
  bannedWords(documents: readonly Document[]): readonly Found[];
}

let words: Words;
before(async () => {
  words = (await import(pathToFileURL(join(root, 'bin', 'words.mjs')).href)) as Words;
});

const found = (
  text: string,
  kind: Document['kind'] = 'prose',
  file = 'notebooks/08-x.ipynb',
): string[] => words.bannedWords([{ file, text, kind }]).map(({ word }) => word);

test('private words are found', async (t) => {
  const cases: readonly (readonly [string, Document['kind'], readonly string[]])[] = [
    ['const house = await nb.start()', 'code', ['const house']],
    ['It takes the rooms of the library.', 'prose', ['the rooms']],
    ['A network of this room, by its kind.', 'prose', ['this room']],
    ['One wing for each part, above the ground floor.', 'prose', ['One wing', 'ground floor']],
    ['Two arms, each an Arm of its own.', 'prose', ['arms', 'Arm']],
    ['const arm = plan.arms[0]', 'code', ['arm', 'arms']],
    ["nb.showTable({ caption: 'Both arms' })", 'code', ['arms']],
    ['The best learners: `learners.lasso(0.1)`.', 'prose', ['learners', 'learners']],
    ['A prompt reader that is blind.', 'prose', ['prompt reader']],
    ['const readers = [reader]', 'code', ['readers', 'reader']],
    ['Large batches are taken in pieces.', 'prose', ['batches are taken in pieces']],
    ['The law of the rows; the rows of a law.', 'prose', ['law of the rows', 'rows of a law']],
    ['const law = generatorConfig()', 'code', ['const law']],
    ['Its kept reading is free.', 'prose', ['kept reading']],
  ];
  for (const [text, kind, expected] of cases)
    await t.test(text, () => assert.deepEqual(found(text, kind), expected));
});

test('the same letters in another sense are not', async (t) => {
  const cases: readonly (readonly [string, Document['kind']])[] = [
    ['A house in the prompt has a price.', 'prose'],
    [
      'An answer that leaves no room for its input; the room that is left; the room for it',
      'prose',
    ],
    ['const arMs = warm.harm', 'code'],
    ['EXP3 with two arms, and an arm of a bandit', 'prose'],
    ['*Language Models are Few-Shot Learners*, in-context learners, a meta-learner', 'prose'],
    ['AR is an online\nlearner that never revisits', 'prose'],
    ['As a reader you run the cells.', 'prose'],
    ["const text = 'for readers' // a reader", 'code'],
    ['a piece of a word; five pieces of advice', 'prose'],
    ["Zipf's law, the law of large numbers", 'prose'],
  ];
  for (const [text, kind] of cases)
    await t.test(text, () => assert.deepEqual(found(text, kind), []));
  await t.test('the papers on few-shot learners keep their word', () => {
    assert.deepEqual(found('the learner', 'prose', 'notebooks/40-x.ipynb'), []);
    assert.deepEqual(found('the learner', 'prose', 'lib/parts/fewshot/icl.ts'), []);
    assert.deepEqual(found('the learner', 'prose', 'lib/records/rules.ts'), ['learner']);
  });
});

test('a phrase may go on in the next line; its line is where it begins', () => {
  const text = '/**\n * Says something.\n * Rows of\n * a law.\n */';
  assert.deepEqual(words.bannedWords([{ file: 'lib/a.ts', text, kind: 'prose', line: 10 }]), [
    {
      file: 'lib/a.ts',
      line: 12,
      word: 'Rows of a law',
      instead: 'data generator',
      reason: 'not the term of the glossary',
    },
  ]);
});

test('every word of the table says why and what to write', () => {
  for (const { reason, instead } of words.BANNED) assert.ok(reason && instead);
});
