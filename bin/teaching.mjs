// The course plan for teachers: sessions (notebooks/sessions.json) with the minutes and exercises
// that their notebooks state. `npm run contents` puts them between the marks of
// notebooks/teaching.md.
import fs from 'node:fs';
import { at, Fault } from './setup/base.mjs';

/** How long a session is, and how much of it is left for questions at the least. */
const MINUTES = { session: 90, questions: 10 };
const EXERCISE = /^\*\*(\d+\.\d+)\*\* \((easy|medium|hard), (\d+) minutes\)/gm;
const LISTS = ['notebooks', 'needs', 'inClass'];
const TEXTS = ['knowledge', 'question'];

const bad = (what) => new Fault(`notebooks/sessions.json: ${what}.`, 'correct that entry.');
const isTexts = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '');
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const minutesOf = (exercises) => sum(exercises.map(({ minutes }) => minutes));

/** The exercises of a notebook, as { number, level, minutes }, from the texts of its cells. */
export const exercisesIn = ({ cells }) =>
  cells
    .filter(({ cell_type: type }) => type === 'markdown')
    .flatMap(({ source }) => [...source.matchAll(EXERCISE)])
    .map(([, number, level, minutes]) => ({ number, level, minutes: Number(minutes) }));

/**
 * The sessions as they are written down.
 *
 * @throws Fault when the file is unreadable or a field is missing
 */
export function readSessions(file = at('notebooks', 'sessions.json')) {
  let sessions;
  try {
    sessions = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw bad(`it cannot be read (${error.message})`);
  }
  if (!Array.isArray(sessions)) throw bad('it is no list of sessions');
  sessions.forEach((session, i) => {
    for (const key of LISTS)
      if (!isTexts(session[key])) throw bad(`session ${i + 1} has no list '${key}'`);
    for (const key of TEXTS)
      if (!isTexts([session[key]])) throw bad(`session ${i + 1} has no '${key}'`);
    if (!session.notebooks.length) throw bad(`session ${i + 1} has no notebook`);
  });
  return sessions;
}

/**
 * The sessions of a course, each with its number, its part, its notebooks, and their exercises in
 * class and at home.
 *
 * @param course from readCourse
 * @param sessions from readSessions
 * @throws Fault when a notebook is in none or in two, something named is not there or comes later,
 *   or a session is too full
 */
export function planOf(course, sessions) {
  const known = new Map(
    course.flatMap((part) => part.notebooks.map((one) => [one.number, { part, one }])),
  );
  const placed = new Map();
  const plan = sessions.map((session, i) => {
    const number = i + 1;
    for (const needed of session.needs)
      if (!placed.has(needed)) throw bad(`session ${number} needs ${needed}, which no earlier has`);
    for (const notebook of session.notebooks) {
      if (!known.has(notebook)) throw bad(`session ${number} has ${notebook}, which is not there`);
      if (placed.has(notebook))
        throw bad(`${notebook} is in session ${placed.get(notebook)} and in session ${number}`);
      placed.set(notebook, number);
    }
    const notebooks = session.notebooks.map((notebook) => known.get(notebook).one);
    const exercises = notebooks.flatMap(({ notebook }) => exercisesIn(notebook));
    for (const exercise of session.inClass)
      if (!exercises.some((one) => one.number === exercise))
        throw bad(
          `session ${number} has the exercise ${exercise}, which its notebooks do not have`,
        );
    const inClass = exercises.filter((one) => session.inClass.includes(one.number));
    const atHome = exercises.filter((one) => !session.inClass.includes(one.number));
    const reading = sum(notebooks.map((one) => one.reading));
    const left = MINUTES.session - reading - minutesOf(inClass);
    if (left < MINUTES.questions)
      throw bad(`session ${number} leaves ${left} minutes for questions, not ${MINUTES.questions}`);
    const { part } = known.get(session.notebooks[0]);
    const needs = session.needs.map((needed) => [needed, placed.get(needed)]);
    return { ...session, number, part, notebooks, needs, inClass, atHome, reading, left };
  });
  const missing = [...known.keys()].find((number) => !placed.has(number));
  if (missing)
    throw new Fault(
      `Notebook ${missing} is in no session.`,
      'add it to a session in notebooks/sessions.json.',
    );
  return plan;
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const HEAD = [
  'session',
  'notebooks',
  'needs',
  'read',
  'exercises in class',
  'questions',
  'exercises at home',
  'to discuss',
];

/** Such as: 1.3 medium 15. */
const listed = (exercises) =>
  exercises.map(({ number, level, minutes }) => `${number} ${level} ${minutes}`).join(', ');
const withSum = (exercises) =>
  exercises.length ? `**${minutesOf(exercises)}**: ${listed(exercises)}` : 'none';

function rowOf({ number, notebooks, needs, knowledge, reading, inClass, left, atHome, question }) {
  const before = needs.map(([notebook, session]) => `${notebook} (session ${session})`).join(', ');
  return row([
    number,
    notebooks.map((one) => `[${one.number}](${one.file})`).join(' '),
    [before, knowledge].filter(Boolean).join('; '),
    `**${reading}**: ${notebooks.map((one) => one.reading).join(' + ')}`,
    withSum(inClass),
    `**${left}**`,
    withSum(atHome),
    question,
  ]);
}

/** The plan as a page shows it: a table for each part, all numbers in minutes, and their sums. */
export function planTables(plan) {
  const parts = [...new Set(plan.map(({ part }) => part))];
  const tables = parts.map((part) => {
    const rows = plan.filter((session) => session.part === part).map(rowOf);
    return `### ${part.title}\n\n${[row(HEAD), row(HEAD.map(() => '---')), ...rows].join('\n')}`;
  });
  const all = (minutes) => sum(plan.map(minutes));
  const [first, second] = [
    `All ${plan.length} sessions: ${all(({ reading }) => reading)} minutes of reading,`,
    `${all(({ inClass }) => minutesOf(inClass))} of exercises in class, ` +
      `${all(({ left }) => left)} for questions, and ` +
      `${all(({ atHome }) => minutesOf(atHome))} of exercises at home.`,
  ];
  return [...tables, `${first}\n${second}`].join('\n\n');
}
