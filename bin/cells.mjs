// Checks on the notebooks that need no kernel: strict types of the cells, solutions that solve,
// outputs that are fresh, cells that keep to the course's form.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { at, Fault, outcomeOf, run, startChild, writeAtomic } from './setup/base.mjs';
import { isCode, judge, solvedCells } from './exercises.mjs';
import { codeHash, cores, notebookFiles, readNotebook, sideBySide } from './notebooks.mjs';

const LONGEST_CELL = 25;
const LONGEST_LINE = 100;
const MEDIAN_CELL = 8;
const folder = at('build', 'cells');

/** All cells of a notebook as one module; a comment says which cell a line is from. */
const asModule = (cells) =>
  `${cells.map((cell, i) => `// cell ${i}\n${cell.source}`).join('\n\n')}\n\nexport {};\n`;

function extract() {
  fs.rmSync(folder, { recursive: true, force: true });
  const files = notebookFiles().map((file) => {
    const name = path.basename(file, '.ipynb');
    const notebook = readNotebook(file);
    writeAtomic(path.join(folder, `${name}.mts`), asModule(notebook.cells.filter(isCode)));
    const solved = solvedCells(name, notebook);
    writeAtomic(path.join(folder, `${name}.solved.mts`), asModule(solved));
    return { name, file, notebook };
  });
  const example = fs.readFileSync(at('README.md'), 'utf8').match(/```ts\n([\s\S]*?)```/)?.[1];
  writeAtomic(path.join(folder, 'readme.mts'), `${example}\nexport {};\n`);
  const compilerOptions = {
    target: 'ES2022',
    module: 'node16',
    moduleResolution: 'node16',
    strict: true,
    skipLibCheck: true,
    lib: ['ES2022', 'DOM'],
    types: ['node'],
    outDir: 'out',
  };
  writeAtomic(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['*.mts'] }),
  );
  return files;
}

/** Type-checks all cells strictly and checks their form. */
export async function checkCells() {
  const files = extract();
  await run('type-checking the cells of the notebooks', process.execPath, [
    at('node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    folder,
  ]);
  for (const { name, notebook } of files) checkForm(name, notebook);
}

/**
 * Names a cell declares at its top, names it uses as { name } in an object, and names it takes
 * apart as { name: other }.
 */
function namesIn(ts, source) {
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022, true);
  const [declared, shorthand, apart, local] = [new Set(), new Set(), new Set(), new Set()];
  const bind = (name, into) =>
    ts.isIdentifier(name)
      ? into.add(name.text)
      : name.elements.forEach((e) => e.name && bind(e.name, into));
  const walk = (node) => {
    if (ts.isVariableDeclaration(node) || ts.isParameter(node))
      bind(node.name, node.parent.parent?.parent === file ? declared : local);
    if (ts.isShorthandPropertyAssignment(node)) shorthand.add(node.name.text);
    if (ts.isBindingElement(node) && node.propertyName && ts.isIdentifier(node.propertyName))
      apart.add(node.propertyName.text);
    ts.forEachChild(node, walk);
  };
  walk(file);
  const foreign = (names) => [...names].filter((name) => !declared.has(name) && !local.has(name));
  return { declared, shorthand: foreign(shorthand), apart: foreign(apart) };
}

const linesOver = ({ source }, letters) =>
  source.split('\n').filter((line) => line.length > letters);

/** The lines of code cells that are too long, as { name, cell, letters, text }. */
export const longLines = (files = notebookFiles()) =>
  files.flatMap((file) =>
    readNotebook(file).cells.flatMap((cell, i) =>
      (isCode(cell) ? linesOver(cell, LONGEST_LINE) : []).map((text) => ({
        name: path.basename(file, '.ipynb'),
        cell: i,
        letters: text.length,
        text,
      })),
    ),
  );

/** The form every notebook keeps. */
export function checkForm(name, { cells }) {
  const fail = (what) => {
    throw new Fault(`${name}: ${what}.`, 'mend the notebook.');
  };
  const code = cells.filter(isCode);
  const ts = createRequire(import.meta.url)('typescript');
  const names = code.map((cell) => namesIn(ts, cell.source));
  const everywhere = new Set(names.flatMap(({ declared }) => [...declared]));
  for (const { apart, shorthand } of names) {
    const taken = apart.find((one) => everywhere.has(one)); // tslab mixes up the two names
    if (taken)
      fail(
        `a cell takes { ${taken}: ... } apart while another cell declares '${taken}', ` +
          'which tslab mixes up; name the property differently',
      );
    const [name_] = shorthand; // tslab loses { name } when name is from another cell
    if (name_)
      fail(
        `a cell writes { ${name_} } for a name of another cell, which tslab cannot resolve; ` +
          `write { ${name_}: ${name_} }`,
      );
  }
  code.forEach((cell) => {
    const lines = cell.source.split('\n').length;
    if (lines > LONGEST_CELL)
      fail(`a cell has ${lines} lines, more than ${LONGEST_CELL} (${cell.source.split('\n')[0]})`);
    const [long] = linesOver(cell, LONGEST_LINE);
    if (long) fail(`a line has ${long.length} letters, more than ${LONGEST_LINE} (${long})`);
    if (/\bany\b/.test(cell.source.replace(/'[^']*'|`[^`]*`|\/\/.*$/gm, '')))
      fail(`a cell uses the type any (${cell.source.split('\n')[0]})`);
  });
  const lengths = code.map((cell) => cell.source.split('\n').length).sort((a, b) => a - b);
  if (lengths[Math.floor(lengths.length / 2)] > MEDIAN_CELL)
    fail(`half of its cells have more than ${MEDIAN_CELL} lines`);
  const first = cells[0].source;
  if (!/^# .+\n+\*\*.+\*\*/.test(first))
    fail('the first cell must be a title and one claim in bold');
  if (!/Reading: \d+ minutes?/.test(first) || !/Running: /.test(first))
    fail('the first cell must say how long reading and running take');
  const words = cells.map((cell) => cell.source).join('\n');
  for (const needed of ['Takeaway', 'Exercises', 'Verdicts', '**Limits.**', '**Links.**'])
    if (!words.includes(needed)) fail(`it has no ${needed.replace(/\*/g, '')}`);
}

/** The outputs in the repository belong to the code in it, and none is missing. */
export function checkFreshness() {
  for (const file of notebookFiles()) {
    const notebook = readNotebook(file);
    const name = path.basename(file, '.ipynb');
    const stale =
      notebook.metadata.course?.code !== codeHash(notebook) || !notebook.metadata.course?.complete;
    if (stale)
      throw new Fault(
        `The outputs of ${name} belong to other code.`,
        `npm run reproduce -- --only ${name.slice(0, 2)} --update`,
      );
    const counts = notebook.cells.filter(isCode).map((cell) => cell.execution_count);
    if (counts.some((count, i) => count !== i + 1))
      throw new Fault(
        `The cells of ${name} were not run in order from a fresh kernel.`,
        `npm run reproduce -- --only ${name.slice(0, 2)} --update`,
      );
  }
}

/** Runs a compiled module to its end, beside width - 1 others, with its share of the cores. */
function runModule(name, width) {
  const threads = String(Math.max(1, Math.floor(cores() / width)));
  const args = [path.join(folder, 'out', `${name}.mjs`)];
  const child = startChild(process.execPath, args, {
    cwd: at(),
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', TF_NUM_INTRAOP_THREADS: threads },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return outcomeOf(child);
}

/**
 * Runs every exercise with its solution, which its check must accept, and with its wrong answers,
 * which it must refuse; and the README's example. Returns how many there were of both.
 */
export async function runSolutions() {
  const files = notebookFiles().map((file) => path.basename(file, '.ipynb'));
  const width = cores();
  const counts = await sideBySide(files, width, async (name) => {
    const { stdout, stderr, status } = await runModule(`${name}.solved`, width);
    if (status !== 0)
      throw new Fault(
        `The solutions of ${name} do not run: ${stderr.trim().split('\n').slice(-6).join(' ')}`,
      );
    return judge(name, stdout);
  });
  // the README's example makes these weights, and would go on from them
  fs.rmSync(at('build', 'runs', 'readme.safetensors'), { force: true });
  const { status, stderr } = await runModule('readme', 1);
  if (status !== 0)
    throw new Fault(
      `The example of the README does not run: ${stderr.trim().split('\n').slice(-6).join(' ')}`,
    );
  const sum = (key) => counts.reduce((all, one) => all + one[key], 0);
  return { solved: sum('solved'), refused: sum('refused') };
}
