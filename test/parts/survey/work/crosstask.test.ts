/** Questions after demonstrations of another task. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { work } from 'invicl';

import { allRefused } from '../../../helpers';

const target = { input: 'a film', options: ['bad', 'good'] };
const source = [{ input: 'how far ?', output: 'number', vector: [1] }];

test('rows of the source stand before the question, the header before its input', () => {
  assert.equal(
    work.taskHeader(['bad', 'good']),
    'The output of the next text is one of: bad, good.\n',
  );
  assert.deepEqual(work.crossTaskQuestion(target, source, 'Header.\n'), {
    input: 'Header.\na film',
    options: ['bad', 'good'],
    examples: [{ input: 'how far ?', output: 'number' }],
  });
  assert.equal(work.crossTaskQuestion(target, []).input, 'a film');
});

test('what is no question and no demonstration is refused', async (t) => {
  await allRefused(t, [
    [() => work.taskHeader(['bad']), 'Options'],
    [() => work.taskHeader(['bad', 'bad']), "'bad'", 'twice'],
    [() => work.crossTaskQuestion({ ...target, input: 1 as never }, []), 'input', '1'],
    [() => work.crossTaskQuestion({ ...target, options: [] }, []), 'options'],
    [() => work.crossTaskQuestion(target, [{ input: 'x' } as never]), 'output'],
    [() => work.crossTaskQuestion(target, [], 1 as never), 'header', '1'],
  ]);
});
