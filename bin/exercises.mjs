// The exercises of the notebooks, each with its solution and with wrong answers that its check has
// to refuse: the module that runs them all, and what it has to print.
import { Fault } from './setup/base.mjs';
import { textOf } from './notebooks.mjs';

const FEWEST_WRONG = 2;
const MARK = '@ ';
const TEXTS_AND_COMMENTS = /'[^'\n]*'|"(?:[^"\\\n]|\\.)*"|\/\/.*$/gm;

export const isCode = (cell) => cell.cell_type === 'code';
const hasTag = (cell, tag) => (cell.metadata.tags ?? []).includes(tag);
const solutionOf = (cell) =>
  cell.source.match(/<summary>Solution<\/summary>\s*```ts\n([\s\S]*?)```/)?.[1];

/**
 * The exercises of a notebook: where each stands, its stub, the cells that check it, its solution
 * and the wrong answers. A wrong answer is what a reader might write in place of nb.TODO; it stands
 * in the metadata of the solution's cell, under `wrong`, as text or as a list of lines.
 *
 * @throws Fault when an exercise has no solution or no check, or too few wrong answers
 */
export function exercisesOf(name, { cells }) {
  const starts = cells.flatMap((cell, i) => (hasTag(cell, 'exercise') ? [i] : []));
  return starts.map((place, k) => {
    const own = cells.slice(place, starts[k + 1]);
    const solutionCell = own.find((cell) => hasTag(cell, 'solution'));
    const solution = solutionCell && solutionOf(solutionCell);
    if (!solution)
      throw new Fault(
        `The exercise in cell ${place} of ${name} has no solution.`,
        'fold one under it, in a cell tagged solution.',
      );
    const checks = own.filter((cell) => hasTag(cell, 'exercise-check'));
    if (!checks.length)
      throw new Fault(
        `The exercise in cell ${place} of ${name} has no check.`,
        'add one, in a cell tagged exercise-check.',
      );
    const wrong = (solutionCell.metadata.wrong ?? []).map((one) =>
      Array.isArray(one) ? one.join('\n') : one,
    );
    if (wrong.length < FEWEST_WRONG)
      throw new Fault(
        `The exercise in cell ${place} of ${name} has ${wrong.length} wrong answers.`,
        `list at least ${FEWEST_WRONG} in the metadata of its solution's cell, under wrong.`,
      );
    return { place, stub: cells[place].source, checks, solution, wrong };
  });
}

/** The stub of an exercise with an answer in place of nb.TODO. */
const answered = (stub, answer) => stub.replace(/nb\.TODO\s*$/, () => answer);

/** A block that checks another answer than the solution, between two marks. */
const tried = (mark, answer, checks) =>
  [
    `console.log(${JSON.stringify(MARK + mark)})`,
    '{',
    answer,
    ...checks.map(({ source }) => source),
    '}',
    `console.log(${JSON.stringify(`${MARK}end`)})`,
  ].join('\n');

/**
 * The cells of a module that solves every exercise and checks it, then checks its stub and its
 * wrong answers; with what the notebook defines for them.
 */
export function solvedCells(name, notebook) {
  const cells = notebook.cells.flatMap((cell, place) =>
    hasTag(cell, 'setup') || hasTag(cell, 'exercise-check')
      ? [{ source: textOf(cell.source), place }]
      : [],
  );
  for (const { place, stub, checks, solution, wrong } of exercisesOf(name, notebook)) {
    cells.push({ source: solution, place });
    const last = notebook.cells.indexOf(checks.at(-1));
    const blocks = [
      tried('stub', stub, checks),
      ...wrong.map((answer) =>
        tried(`wrong ${JSON.stringify(answer)}`, answered(stub, answer), checks),
      ),
    ];
    cells.push({ source: blocks.join('\n'), place: last + 0.5 });
  }
  return withDefinitions(notebook, cells);
}

/** With the cells of the notebook that define a name which the others use. */
function withDefinitions(notebook, cells) {
  const used = () => cells.map(({ source }) => source.replace(TEXTS_AND_COMMENTS, '')).join('\n');
  const others = notebook.cells.flatMap((cell, place) =>
    isCode(cell) && !['setup', 'exercise', 'exercise-check'].some((tag) => hasTag(cell, tag))
      ? [{ source: cell.source, place }]
      : [],
  );
  const names = ({ source }) =>
    [...source.matchAll(/^(?:const|type) (?:(\w+)|[[{]([^\]}]*)[\]}])/gm)].flatMap(
      ([, one, many]) => (one ? [one] : many.split(',').map((n) => n.split(':').pop().trim())),
    );
  for (let grown = true; grown;) {
    grown = false;
    for (const other of others) {
      if (cells.includes(other)) continue;
      const have = cells.flatMap(names);
      const needs = (one) => new RegExp(`(?<![.\\w])${one}\\b(?!\\s*[:=](?!=))`).test(used());
      if (names(other).some((one) => !have.includes(one) && needs(one))) {
        cells.push(other);
        grown = true;
      }
    }
  }
  return cells.sort((a, b) => a.place - b.place);
}

/**
 * Reads what the module of a notebook printed. Returns how many exercises are solved and how many
 * wrong answers are refused.
 *
 * @throws Fault when a solution is refused, a wrong answer is accepted, or a stub is not "to do"
 */
export function judge(name, printed) {
  let [mark, signs, solved, refused] = [null, '', 0, 0];
  const fail = (what, remedy) => {
    throw new Fault(`${name}: ${what}.`, remedy);
  };
  for (const line of printed.split('\n')) {
    if (line === `${MARK}end`) {
      if (mark === 'stub' && signs !== '☐')
        fail(`an exercise without an answer shows '${signs}'`, 'let its check pass nb.TODO on.');
      if (mark !== 'stub' && signs !== '☒')
        fail(`a check shows '${signs}' for the ${mark}`, 'let the check refuse it.');
      if (mark !== 'stub') refused++;
      mark = null;
    } else if (line.startsWith(MARK)) [mark, signs] = [line.slice(MARK.length), ''];
    else if (/^[☐☒☑]/u.test(line) && mark !== null) signs += line[0];
    else if (/^[☐☒]/u.test(line))
      fail(`a solution does not solve its exercise: ${line}`, 'mend the solution or its check.');
    else if (/^☑/u.test(line)) solved++;
  }
  if (solved === 0) fail('no exercise was checked', 'call nb.exercise in the check.');
  return { solved, refused };
}
