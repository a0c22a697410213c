/** Exercises of the notebooks: what their checks have to accept and to refuse. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root } from '../helpers';

interface Exercises {
  exercisesOf(name: string, notebook: object): readonly { readonly wrong: readonly string[] }[];
  solvedCells(name: string, notebook: object): readonly { readonly source: string }[];
  judge(name: string, printed: string): { readonly solved: number; readonly refused: number };
}
let exercises: Exercises;
before(async () => {
  const file = pathToFileURL(join(root, 'bin', 'exercises.mjs')).href;
  exercises = (await import(file)) as Exercises;
});

const cell = (type: string, tag: string, source: string, more: object = {}): object => ({
  cell_type: type,
  source,
  metadata: { ...(tag ? { tags: [tag] } : {}), ...more },
});
const SOLUTION =
  '<details><summary>Solution</summary>\n\n```ts\nconst f = () => 2 * two\n```\n\n</details>';
const notebook = (
  wrong: readonly unknown[],
  solution = SOLUTION,
  check = 'nb.exercise(f)',
): object => ({
  cells: [
    cell('code', 'setup', 'const nb = start()'),
    cell('code', '', 'const two = 2'),
    cell('code', '', 'const never = 3'),
    cell('code', '', 'const [end, stub] = [4, 5]'),
    cell('code', 'exercise', 'const f = () => nb.TODO'),
    cell('code', check && 'exercise-check', check),
    cell('markdown', 'solution', solution, { wrong }),
  ],
});

test('an exercise needs a solution, a check, and two wrong answers', async (t) => {
  const refused: readonly (readonly [string, object, RegExp])[] = [
    ['no solution', notebook(['1', '2'], 'None.'), /exercise in cell 4 of 09-x has no solution/],
    ['no check', notebook(['1', '2'], SOLUTION, ''), /exercise in cell 4 of 09-x has no check/],
    ['one wrong answer', notebook(['1']), /exercise in cell 4 of 09-x has 1 wrong answers/],
  ];
  for (const [name, given, sentence] of refused)
    await t.test(name, () => assert.throws(() => exercises.exercisesOf('09-x', given), sentence));
  assert.deepEqual(exercises.exercisesOf('09-x', notebook(['1', ['a', 'b']]))[0]!.wrong, [
    '1',
    'a\nb',
  ]);
});

test('the module solves, then checks the stub and each wrong answer in place of nb.TODO', () => {
  const source = exercises
    .solvedCells('09-x', notebook(['1', '$& + two']))
    .map((one) => one.source)
    .join('\n');
  const parts = source.split('console.log');
  assert.match(
    parts[0]!,
    /const nb = .*\nconst two = 2\nconst f = .* 2 \* two\n+nb\.exercise\(f\)/,
  );
  assert.match(parts[1]!, /"@ stub"\)\n\{\nconst f = \(\) => nb\.TODO\nnb\.exercise\(f\)\n\}/);
  assert.match(parts[3]!, /\{\nconst f = \(\) => 1\nnb\.exercise\(f\)\n\}/);
  assert.match(parts[5]!, /const f = \(\) => \$& \+ two\n/);
  assert.doesNotMatch(source, /never/);
  assert.doesNotMatch(source, /const \[end, stub\]/, 'names that stand in marks only are not used');
});

test('what the module prints is judged', async (t) => {
  const fine = '☑ solved: a.\n@ stub\n☐ to do: a.\n@ end\n@ wrong "1"\n☒ not yet: a.\n@ end\n';
  assert.deepEqual(exercises.judge('x', fine + fine), { solved: 2, refused: 2 });
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['a solution that is refused', fine.replace('☑', '☒'), /solution does not solve/],
    [
      'a wrong answer that is accepted',
      fine.replace('☒', '☑'),
      /check shows '☑' for the wrong "1"/,
    ],
    [
      'a check that says nothing',
      fine.replace('☒ not yet: a.\n', ''),
      /shows '' for the wrong "1"/,
    ],
    ['a wrong answer taken for none', fine.replace('☒', '☐'), /check shows '☐' for the wrong/],
    ['a stub that is refused', fine.replace('☐', '☒'), /without an answer shows '☒'/],
    ['no exercise', 'nothing', /no exercise was checked/],
  ];
  for (const [name, printed, sentence] of refused)
    await t.test(name, () => assert.throws(() => exercises.judge('x', printed), sentence));
});
