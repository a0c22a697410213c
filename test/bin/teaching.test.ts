/** The course plan for teachers: sessions, their minutes and exercises. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root, scratch } from '../helpers';

interface Exercise {
  readonly number: string;
  readonly level: string;
  readonly minutes: number;
}
interface Cell {
  readonly cell_type: string;
  readonly source: string;
  readonly metadata: { readonly tags?: readonly string[] };
}
interface Described {
  readonly number: string;
  readonly file: string;
  readonly reading: number;
  readonly notebook: { readonly cells: readonly Cell[] };
}
interface Part {
  readonly title: string;
  readonly notebooks: readonly Described[];
}
interface Session {
  readonly notebooks: readonly string[];
  readonly needs: readonly string[];
  readonly knowledge: string;
  readonly inClass: readonly string[];
  readonly question: string;
}
interface Planned {
  readonly number: number;
  readonly reading: number;
  readonly left: number;
  readonly notebooks: readonly Described[];
  readonly inClass: readonly Exercise[];
  readonly atHome: readonly Exercise[];
}
interface Teaching {
  exercisesIn(notebook: { readonly cells: readonly Cell[] }): readonly Exercise[];
  readSessions(file?: string): readonly Session[];
  planOf(course: readonly Part[], sessions: readonly Session[]): readonly Planned[];
  planTables(plan: readonly Planned[]): string;
}

let teaching: Teaching;
let course: readonly Part[];
let committed: readonly Described[];
before(async () => {
  const load = (name: string): Promise<unknown> =>
    import(pathToFileURL(join(root, 'bin', name)).href);
  teaching = (await load('teaching.mjs')) as Teaching;
  const outline = (await load('outline.mjs')) as { readCourse(): readonly Part[] };
  course = outline.readCourse();
  committed = course.flatMap(({ notebooks }) => notebooks);
});

const SESSION: Session = {
  notebooks: ['00'],
  needs: [],
  knowledge: 'nothing',
  inClass: ['0.1'],
  question: 'Why?',
};

/** A notebook with its reading time and exercises of so many minutes each. */
function described(number: string, reading: number, ...minutes: readonly number[]): Described {
  const first = Number(number);
  const cells = minutes.map((one, i) => ({
    cell_type: 'markdown',
    source: `Text.\n\n**${first}.${i + 1}** (easy, ${one} minutes). Do it.`,
    metadata: {},
  }));
  return { number, file: `${number}-a.ipynb`, reading, notebook: { cells } };
}
const COURSE = (): Part[] => [
  { title: 'First', notebooks: [described('00', 10, 5, 15), described('01', 20, 10)] },
  { title: 'Second', notebooks: [described('20', 30)] },
];
const SECOND = { ...SESSION, notebooks: ['01', '20'], needs: ['00'], inClass: [] };

test('sessions: minutes are added up, and what is not for class is for home', () => {
  const plan = teaching.planOf(COURSE(), [SESSION, SECOND]);
  assert.deepEqual(
    plan.map(({ reading, left }) => [reading, left]),
    [
      [10, 75],
      [50, 40],
    ],
  );
  const [first, second] = plan.map(({ atHome }) => atHome.map(({ number }) => number));
  assert.deepEqual([first, second], [['0.2'], ['1.1']]);
  const page = teaching.planTables(plan);
  assert.match(page, /### First\n\n\| session /);
  assert.match(page, /\| 1 \| \[00\]\(00-a\.ipynb\) \| nothing \| \*\*10\*\*: 10 \|/);
  assert.match(
    page,
    /\*\*5\*\*: 0\.1 easy 5 \| \*\*75\*\* \| \*\*15\*\*: 0\.2 easy 15 \| Why\? \|/,
  );
  assert.match(page, /\| 00 \(session 1\); nothing \| \*\*50\*\*: 20 \+ 30 \| none \| \*\*40\*\*/);
  assert.match(page, /All 2 sessions: 60 minutes of reading,\n5 of exercises in class, 115 for/);
});

test('sessions that cannot be are refused in one sentence', async (t) => {
  const refused: readonly (readonly [string, readonly Session[], RegExp])[] = [
    ['a notebook in none', [SESSION], /Notebook 01 is in no session\. Remedy: add it/],
    ['in two', [SESSION, { ...SECOND, notebooks: ['00'] }], /00 is in session 1 and in session 2/],
    ['unknown', [{ ...SESSION, notebooks: ['77'] }], /session 1 has 77, which is not there/],
    ['needed before', [{ ...SESSION, needs: ['20'] }], /session 1 needs 20, which no earlier has/],
    ['exercise', [{ ...SESSION, inClass: ['1.1'] }], /has the exercise 1\.1, which its notebooks/],
  ];
  for (const [name, sessions, sentence] of refused)
    await t.test(name, () => {
      assert.throws(() => teaching.planOf(COURSE(), sessions), sentence);
    });
  await t.test('too full', () => {
    const full = [{ title: 'First', notebooks: [described('00', 60, 25)] }];
    assert.throws(
      () => teaching.planOf(full, [SESSION]),
      /session 1 leaves 5 minutes for questions, not 10/,
    );
  });
  const files: readonly (readonly [string, string, RegExp])[] = [
    ['no JSON', '[{', /sessions\.json: it cannot be read.*Remedy: correct that entry/],
    ['no list', '{}', /it is no list of sessions/],
    ['no needs', JSON.stringify([{ ...SESSION, needs: 1 }]), /session 1 has no list 'needs'/],
    ['no question', JSON.stringify([{ ...SESSION, question: '' }]), /1 has no 'question'/],
    ['empty', JSON.stringify([{ ...SESSION, notebooks: [] }]), /session 1 has no notebook/],
  ];
  for (const [name, text, sentence] of files)
    await t.test(name, () => {
      const file = join(scratch(), 'sessions.json');
      fs.writeFileSync(file, text);
      assert.throws(() => teaching.readSessions(file), sentence);
    });
});

test('every exercise of the notebooks is found with its minutes', () => {
  for (const { file, notebook } of committed) {
    const tagged = notebook.cells.filter(({ metadata }) => metadata.tags?.includes('exercise'));
    assert.equal(teaching.exercisesIn(notebook).length, tagged.length, file);
  }
});

test('the page has every notebook once, with the minutes of its first cell', () => {
  const page = fs.readFileSync(join(root, 'notebooks', 'teaching.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| \d/.test(line));
  const minutes = new Map<string, number>();
  for (const row of rows) {
    const cells = row.split(' | ');
    const [, sum, parts] = /\*\*(\d+)\*\*: ([\d +]+)/.exec(cells[3]!)!;
    const each = parts!.split(' + ').map(Number);
    const numbers = [...cells[1]!.matchAll(/\[(\d\d)\]/g)].map(([, number]) => number!);
    assert.equal(each.length, numbers.length, row);
    assert.equal(
      Number(sum),
      each.reduce((a, b) => a + b),
    );
    numbers.forEach((number, i) => {
      assert.ok(!minutes.has(number), `${number} stands twice`);
      minutes.set(number, each[i]!);
    });
    const [inClass, left] = [/^\*\*(\d+)/.exec(cells[4]!)![1]!, /\d+/.exec(cells[5]!)![0]];
    assert.equal(Number(sum) + Number(inClass) + Number(left), 90, row);
  }
  const stated = committed.map(({ number, notebook }) => {
    const [, reading] = /Reading: (\d+) minutes/.exec(notebook.cells[0]!.source)!;
    return [number, Number(reading)] as const;
  });
  assert.deepEqual([...minutes].sort(), [...stated].sort());
});
