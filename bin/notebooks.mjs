// What the commands know about notebooks: which there are, their budgets, how to run one.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { at, Fault, startChild, venvBin } from './setup/base.mjs';
import { jupyterEnv } from './setup/parts.mjs';
import { checkStructure } from './structure.mjs';

/**
 * Time and memory a notebook may take, by profile; a notebook's metadata may ask for others under
 * `course.budget`.
 */
const BUDGET = {
  quick: { seconds: 180, megabytes: 3000 },
  full: { seconds: 24 * 3600, megabytes: 16000 },
};

export const notebookFiles = (folder = at('notebooks')) =>
  fs.existsSync(folder)
    ? fs
        .readdirSync(folder)
        .filter((f) => /^\d\d-.*\.ipynb$/.test(f))
        .sort()
        .map((f) => path.join(folder, f))
    : [];

/** The notebooks whose number stands in a list such as "02,04"; all without one. */
export function selectNotebooks(only) {
  const all = notebookFiles();
  if (!only) return all;
  return only.split(',').map((number) => {
    const found = all.find((file) => path.basename(file).startsWith(`${number.trim()}-`));
    if (!found)
      throw new Fault(
        `There is no notebook '${number.trim()}'.`,
        `use numbers of: ${all.map((f) => path.basename(f).slice(0, 2)).join(', ')}.`,
      );
    return found;
  });
}

/** Text that a notebook may keep as a list of lines; none is the empty text. */
export const textOf = (source) => (Array.isArray(source) ? source.join('') : (source ?? ''));

/**
 * A notebook with cell sources as strings.
 *
 * @throws Fault when it is no JSON, or lacks what the commands read
 */
export function readNotebook(file) {
  let notebook;
  try {
    notebook = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Fault(
      `${path.basename(file)} is not a readable notebook (${error.message}).`,
      'restore it with git checkout.',
    );
  }
  checkStructure(notebook, path.basename(file));
  return {
    ...notebook,
    cells: notebook.cells.map((cell) => ({ ...cell, source: textOf(cell.source) })),
  };
}

/** Hashes cells by their kind and source. */
function hashOf(cells) {
  const hash = createHash('sha256');
  for (const cell of cells) hash.update(`${cell.cell_type}\0${cell.source}\0`);
  return hash.digest('hex').slice(0, 16);
}

/** What identifies all that is written in a notebook. */
export const sourcesHash = ({ cells }) => hashOf(cells);

/** What identifies the code of a notebook; the runner notes it with the outputs. */
export const codeHash = ({ cells }) => hashOf(cells.filter((cell) => cell.cell_type === 'code'));

/** Runs one notebook; calls onCell after each cell; resolves with how it ended. */
export function runNotebook(
  file,
  out,
  { profile = 'quick', threads = 1, onCell = () => {}, seconds, megabytes, cwd, env = {} } = {},
) {
  const budget = {
    ...BUDGET[profile],
    ...(seconds ? { seconds } : {}),
    ...(megabytes ? { megabytes } : {}),
  };
  const args = [
    at('bin', 'run_notebook.py'),
    file,
    '--out',
    out,
    '--seconds',
    String(budget.seconds),
    '--megabytes',
    String(budget.megabytes),
  ];
  const settings = {
    ...jupyterEnv(),
    ICL_PROFILE: profile,
    TF_NUM_INTRAOP_THREADS: String(threads),
    OMP_NUM_THREADS: String(threads),
    PYTHONWARNINGS: 'ignore',
  };
  return new Promise((resolve) => {
    const child = startChild(venvBin('python'), cwd ? [...args, '--cwd', cwd] : args, {
      cwd: at(),
      env: { ...process.env, ...settings, ...env },
    });
    let [buffer, errors, end] = ['', '', null];
    child.stdout.on('data', (chunk) => {
      buffer += chunk;
      const lines = buffer.split('\n');
      buffer = lines.pop();
      for (const line of lines) {
        let event = null;
        try {
          event = JSON.parse(line);
        } catch {
          errors += `${line}\n`;
        }
        if (event?.event === 'cell') onCell(event);
        if (event?.event === 'end') end = event;
      }
    });
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', (error) =>
      resolve({
        ok: false,
        failure: `the runner could not be started (${error.code})`,
        seconds: 0,
        megabytes: 0,
      }),
    );
    child.on('close', (code) =>
      resolve(
        end ?? {
          ok: false,
          failure: `the runner ended (exit ${code}): ${errors.trim().slice(-400)}`,
          seconds: 0,
          megabytes: 0,
        },
      ),
    );
  });
}

/** Runs jobs side by side, `width` at a time, in order. */
export async function sideBySide(jobs, width, work) {
  const open = jobs.map((job, i) => [job, i]);
  const results = [];
  const worker = async () => {
    for (let next = open.shift(); next; next = open.shift()) results[next[1]] = await work(next[0]);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(width, jobs.length)) }, worker));
  return results;
}

export const cores = () => Math.max(1, os.availableParallelism?.() ?? os.cpus().length);

/** The verdicts that an executed notebook shows. */
export const verdictsOf = (notebook) =>
  notebook.cells.flatMap((cell) =>
    (cell.outputs ?? []).flatMap(
      (output) => output.data?.['application/vnd.icl.verdicts+json']?.verdicts ?? [],
    ),
  );

/** Title and claim of a notebook: its first heading and the sentence under it. */
export function titleOf(notebook) {
  const lines = notebook.cells[0].source.split('\n').filter((line) => line.trim());
  return {
    title: (lines[0] ?? '').replace(/^#+\s*/, ''),
    claim: (lines[1] ?? '').replace(/^\*\*|\*\*$/g, ''),
  };
}
