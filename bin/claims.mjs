// Checks on what the notebooks say and on the records they say it from: the claim of every first
// cell is decided by a cell, verdicts rest on three seeds or more, records say what made them.
import path from 'node:path';
import { at, Fault, filesBelow } from './setup/base.mjs';
import { library } from './outline.mjs';
import { notebookFiles, readNotebook, titleOf, verdictsOf } from './notebooks.mjs';

const CLAIM = 'application/vnd.icl.claim+json';

/** A sentence without the marks of markdown and formulas, and with single blanks. */
const plain = (sentence) =>
  sentence
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`$\\{}]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/**
 * Refuses a notebook whose first cell claims what no cell of it decides.
 *
 * @throws Fault naming the notebook, and the claims that its cells decide
 */
export function checkTitleClaim(name, notebook) {
  const { claim } = titleOf(notebook);
  const decided = notebook.cells.flatMap(({ outputs = [] }) =>
    outputs.flatMap(({ data }) => data?.[CLAIM]?.claim ?? []),
  );
  if (decided.some((sentence) => plain(sentence) === plain(claim))) return;
  const found = decided.map((sentence) => `'${sentence}'`).join(', ') || 'none';
  throw new Fault(
    `No cell of ${name} decides the claim of its first cell, ` +
      `'${plain(claim)}' (decided: ${found}).`,
    'compute it from the numbers, call nb.titleClaim with the same words, run the notebook.',
  );
}

/**
 * Refuses verdicts with words of their own, and those over fewer seeds than decide anything.
 *
 * @throws Fault naming the notebook and the claim
 */
export function checkVerdicts(name, verdicts, words = library().records.VERDICT_WORDS) {
  for (const { claim, verdict, effect } of verdicts) {
    if (!words.includes(verdict))
      throw new Fault(
        `${name} gives '${claim}' the verdict '${verdict}'.`,
        `the words are ${words.join(', ')}.`,
      );
    const exact = verdict === 'true' || verdict === 'false';
    if (exact === (effect !== undefined))
      throw new Fault(
        `${name} calls '${claim}' ${verdict}, ${exact ? 'though' : 'and not'} by an interval.`,
        'exact statements are true or false, estimates are decided by their interval over seeds.',
      );
    if (effect && effect.seeds < 3 && verdict !== 'too few seeds')
      throw new Fault(
        `${name} calls '${claim}' ${verdict} by ${effect.seeds} seeds.`,
        'record at least three.',
      );
  }
}

/**
 * Refuses records that do not say what made them: the commit; since the third version of their
 * format also the hash of the code, the command and the day, and a library without changes.
 *
 * @throws Fault naming the file
 */
export function checkStamps(files = filesBelow(at('data', 'results'), ['.jsonl'])) {
  const { readRecords } = library().records;
  for (const file of files.filter((one) => path.basename(one) !== 'benchmark.jsonl')) {
    const missing = (what) =>
      new Fault(
        `The records in '${path.relative(at(), file)}' do not say ${what}.`,
        'make them again with npm run experiment, in a clone whose changes are committed.',
      );
    for (const { commit, code, command, date } of readRecords(file)) {
      if (!/^[0-9a-f]{7,}$/.test(commit))
        throw missing(`by which commit they were made (${commit})`);
      const stamped = [code, command, date].filter((one) => one !== '').length;
      if (stamped !== 0 && stamped !== 3) throw missing('by which code, command and on which day');
    }
  }
}

/** All of these checks on the committed notebooks and records. */
export function checkClaims(files = notebookFiles()) {
  for (const file of files) {
    const [name, notebook] = [path.basename(file), readNotebook(file)];
    checkVerdicts(name, verdictsOf(notebook));
    checkTitleClaim(name, notebook);
  }
  checkStamps();
}
