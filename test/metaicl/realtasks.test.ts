/** Demonstrations and questions of real tasks: apart, the same for the same seed, in words. */
import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { metaicl } from 'invicl';

import { allRefused } from '../helpers';

const row = (input: string, output = 'a'): metaicl.LabelledText => ({
  task: 'toy',
  input,
  output,
  options: ['a', 'b'],
});
const numbered = (what: string, from: number, count: number): metaicl.LabelledText[] =>
  Array.from({ length: count }, (_, i) => row(`${what} ${from + i}`, i % 2 ? 'a' : 'b'));

/** Two seeds of demonstrations that overlap, and questions of which some are demonstrations too. */
const TASK: metaicl.TextTask = {
  name: 'toy',
  kind: 'classification',
  rows: numbered('text', 0, 40),
  demonstrations: {
    100: numbered('text', 0, 12),
    13: numbered('text', 6, 12),
    21: [],
    42: [],
    87: [],
  },
  tests: () => [...numbered('text', 10, 4), ...numbered('question', 0, 30)],
};

test('questions are no demonstrations, and none stands twice', () => {
  for (let seed = 0; seed < 5; seed++) {
    const { shown, asked } = metaicl.drawnFrom(TASK, 16, 30, seed);
    const inputs = [...shown, ...asked].map(({ input }) => input);
    assert.equal(shown.length, 16);
    assert.equal(asked.length, 30);
    assert.equal(new Set(inputs).size, 46);
    assert.ok(asked.every(({ input }) => input.startsWith('question')));
  }
});

test('the same seed draws the same, another seed something else; fewer are the first of more', () => {
  const draw = (count: number, seed: number): metaicl.Drawn =>
    metaicl.drawnFrom(TASK, count, 30, seed);
  assert.deepEqual(draw(16, 3), draw(16, 3));
  assert.notDeepEqual(draw(16, 3).shown, draw(16, 4).shown);
  assert.deepEqual(draw(4, 3).shown, draw(16, 3).shown.slice(0, 4));
  assert.deepEqual(draw(4, 3).asked, draw(16, 3).asked);
});

test('labels become words, and a label without a word is refused', async (t) => {
  const { words } = metaicl.REAL_TASKS.sms_spam;
  const spam = { task: 'sms_spam', input: 'hello', output: 'spam', options: ['ham', 'spam'] };
  assert.deepEqual(metaicl.withWords(spam, words), { ...spam, options: ['normal', 'spam'] });
  await allRefused(t, [
    [() => metaicl.withWords({ ...spam, output: 'eggs' }, words), "'sms_spam'", "'eggs'", 'ham'],
    [() => metaicl.realTask('sst'), "'sst'", 'glue-sst2'],
    [() => metaicl.drawnFrom(TASK, 100, 5, 0), "'toy' has 18", 'not 100'],
    [() => metaicl.drawnFrom(TASK, 2, 0, 0), 'number of questions', '0'],
  ]);
});

for (const [name, { title, words }] of Object.entries(metaicl.REAL_TASKS))
  test(`${title}: every label has its word, and there are 32 demonstrations`, (t) => {
    const folder = metaicl.benchmarkFolder();
    if (!existsSync(join(folder, name)))
      return t.skip(`'${folder}' has no ${name}; npm run data -- metaicl downloads it`);
    const { tasks } = metaicl.readTasks(folder, [name]);
    const { shown, asked } = metaicl.drawnFrom(tasks[0]!, 32, 40, 0);
    const asWords = [...shown, ...asked].map((one) => metaicl.withWords(one, words));
    assert.ok(asWords.every(({ output, options }) => options.includes(output)));
    assert.equal(new Set(Object.values(words)).size, asked[0]!.options.length);
  });
