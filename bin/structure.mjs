// The structure that every command relies on when it reads a notebook.
import { Fault } from './setup/base.mjs';

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value) =>
  typeof value === 'string' ||
  (Array.isArray(value) && value.every((line) => typeof line === 'string'));
const isAbsentOr = (check) => (value) => value === undefined || check(value);

const VERDICTS = 'application/vnd.icl.verdicts+json';
const TEXTS = ['text/plain', 'text/html', 'text/markdown', 'image/png'];
const WORDS = ['claim', 'source', 'ours', 'verdict'];

/** What each kind of object in a notebook has: field, check, and what it should be. */
const CELL = [
  ['cell_type', (value) => ['markdown', 'code', 'raw'].includes(value), 'markdown, code or raw'],
  ['source', isText, 'text'],
  ['metadata', isAbsentOr(isObject), 'an object'],
  ['outputs', isAbsentOr(Array.isArray), 'a list'],
];
const STREAM = [['text', isText, 'text']];
const ERROR = [
  ['ename', isText, 'text'],
  ['evalue', isText, 'text'],
  ['traceback', Array.isArray, 'a list'],
];
const SHOWN = [['data', isAbsentOr(isObject), 'an object']];
const DATA = [
  ...TEXTS.map((type) => [type, isAbsentOr(isText), 'text']),
  [VERDICTS, isAbsentOr((value) => Array.isArray(value?.verdicts)), 'an object with verdicts'],
];
const VERDICT = WORDS.map((word) => [word, (value) => typeof value === 'string', 'text']);
const TAGS = [['tags', isAbsentOr(Array.isArray), 'a list']];

/**
 * Refuses a notebook that lacks what the commands read.
 *
 * @param name the notebook's file, for the message
 * @throws Fault one sentence: which cell and output, which field, and the value that stands there
 */
export function checkStructure(notebook, name) {
  const refuse = (what) => {
    throw new Fault(`${name} is no notebook: ${what}.`, 'restore it with git checkout.');
  };
  const check = (value, fields, where) => {
    const said = JSON.stringify(value) ?? 'nothing';
    if (!isObject(value)) refuse(`${where} is no object but ${said.slice(0, 40)}`);
    for (const [field, fits, kind] of fields) {
      const found = (JSON.stringify(value[field]) ?? 'missing').slice(0, 40);
      if (!fits(value[field])) refuse(`in ${where}, ${field} should be ${kind} and is ${found}`);
    }
  };
  const checkOutput = (output, where) => {
    check(output, [], where);
    const { output_type: type, data } = output;
    check(output, type === 'stream' ? STREAM : type === 'error' ? ERROR : SHOWN, where);
    check(data ?? {}, DATA, where);
    for (const verdict of data?.[VERDICTS]?.verdicts ?? [])
      check(verdict, VERDICT, `a verdict of ${where}`);
  };
  const aList = (value) => Array.isArray(value) && value.length > 0;
  check(notebook, [['cells', aList, 'a list of one or more']], 'the file');
  notebook.cells.forEach((cell, c) => {
    check(cell, CELL, `cell ${c}`);
    check(cell.metadata ?? {}, TAGS, `the metadata of cell ${c}`);
    (cell.outputs ?? []).forEach((output, o) => checkOutput(output, `output ${o} of cell ${c}`));
  });
}
