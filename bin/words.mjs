// The words of the course: what notebooks, pages and docstrings say in the field's standard terms,
// and private words that they do not use.
import fs from 'node:fs';
import path from 'node:path';
import { at, Fault, filesBelow, root } from './setup/base.mjs';
import { notebookFiles, readNotebook } from './notebooks.mjs';

/** Where "learner" is the term of the papers: few-shot learners, and learners without regret. */
const LEARNERS =
  /^(README|notebooks\/(README|glossary|[45]\d)|lib\/(classifiers|parts\/(fewshot|inweight))\/)/;

/**
 * Words that are not used: as a regular expression in which a blank also matches a line break, why,
 * and what to write. `only` 'code' looks at code without its strings and comments; files that match
 * `except` may use the word.
 */
export const BANNED = [
  {
    pattern: '\\b(the|this|our) house\\b|\\b(const|let) house\\b|\\bhouse\\.\\w',
    reason: 'a metaphor of a building',
    instead: 'course or session',
  },
  {
    pattern: '\\b(this|the|each|every|its) rooms?\\b(?! (for|left|to|that)\\b)|\\brooms of\\b',
    reason: 'a metaphor of a building',
    instead: 'module or part',
  },
  {
    pattern: '\\b(this|the|each|every|one|its) wings?\\b|\\b(ground|upper|lower) floors?\\b',
    reason: 'a metaphor of a building',
    instead: 'part or module',
  },
  { pattern: '\\barms?\\b', reason: 'not the term of the glossary', instead: 'variant' },
  {
    pattern: '\\blearners?\\b',
    except: LEARNERS,
    reason: 'not the term of the glossary',
    instead: 'baseline',
  },
  { pattern: '\\bprompt readers?\\b', reason: 'a private word', instead: 'predictor' },
  { pattern: '\\breaders?\\b', only: 'code', reason: 'a private word', instead: 'predictor' },
  {
    pattern: '\\b(steps?|batch|batches)\\b[^.;:]{0,40} in pieces\\b',
    reason: 'not the term of the glossary',
    instead: 'in microbatches',
  },
  {
    pattern: '\\blaws? of (the |a )?(rows?|sequences?|data)\\b|\\brows of (a|the) law\\b',
    reason: 'not the term of the glossary',
    instead: 'data generator',
  },
  {
    pattern: '\\b(const|let) laws?\\b',
    only: 'code',
    reason: 'not the term of the glossary',
    instead: 'generator or config',
  },
  { pattern: '\\bkept readings?\\b', reason: 'a private word', instead: 'cache' },
];

/** Phrases in which a banned word is the standard one. */
const ALLOWED = [
  /\b(few-shot|in-context|meta|online)(-|\s+)learners?\b/gi,
  /\bEXP3\s+with\s+two\s+arms\b|\barms?\s+of\s+(a|the)\s+bandit\b|\bbandit('s)?\s+arms?\b/gi,
];

/** A name such as arMs is not the word. */
const isWord = ([found]) => !/[a-z][A-Z]/.test(found);
const blank = (text) => text.replace(/[^\n]/g, ' ');
/** Line breaks, with the star of a docstring, as blanks: a phrase may go on in the next line. */
const joined = (text) => text.replace(/\n[ \t]*(\*(?![*/]))?/g, (ends) => ' '.repeat(ends.length));
const STRINGS =
  /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/.*|\/\*[\s\S]*?\*\//g;

/**
 * The banned words in documents { file, text, kind }, kind 'code' or 'prose'; each as { file, line,
 * word, instead, reason }.
 */
export function bannedWords(documents, banned = BANNED) {
  return documents.flatMap(({ file, text, kind, line: first = 1 }) => {
    const standard = ALLOWED.reduce((rest, phrase) => rest.replace(phrase, blank), text);
    const bare = kind === 'code' ? standard.replace(STRINGS, blank) : '';
    return banned
      .filter(({ except }) => !except?.test(file))
      .flatMap(({ pattern, only, reason, instead }) => {
        const searched = joined(only === 'code' ? bare : standard);
        const found = searched.matchAll(new RegExp(pattern.replaceAll(' ', '\\s+'), 'gi'));
        return [...found].filter(isWord).map(({ 0: word, index }) => ({
          file,
          line: first + text.slice(0, index).split('\n').length - 1,
          word: word.replace(/\s+/g, ' '),
          instead,
          reason,
        }));
      });
  });
}

const relative = (file) => path.relative(root, file).replaceAll('\\', '/');

/** Cells of the notebooks; a line counts from the cell's first. */
const cells = () =>
  notebookFiles().flatMap((file) =>
    readNotebook(file).cells.map(({ cell_type: type, source }, i) => ({
      file: `${relative(file)}, cell ${i}`,
      text: source,
      kind: type === 'code' ? 'code' : 'prose',
    })),
  );

/** Pages of markdown that readers see. */
const pages = () =>
  [at('README.md'), ...filesBelow(at('notebooks'), ['.md']), ...filesBelow(at('lib'), ['.md'])].map(
    (file) => ({ file: relative(file), text: fs.readFileSync(file, 'utf8'), kind: 'prose' }),
  );

/** The docstrings of lib. */
const docstrings = () =>
  filesBelow(at('lib'), ['.ts']).flatMap((file) => {
    const source = fs.readFileSync(file, 'utf8');
    return [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)].map(({ 0: text, index }) => ({
      file: relative(file),
      text,
      kind: 'prose',
      line: source.slice(0, index).split('\n').length,
    }));
  });

/** Refuses banned words in notebooks, pages and docstrings. */
export function checkWords() {
  const found = bannedWords([...cells(), ...pages(), ...docstrings()]);
  if (!found.length) return;
  const lines = found.map(
    ({ file, line, word, instead, reason }) =>
      `${file}, line ${line}: '${word}' is ${reason}; write ${instead}`,
  );
  throw new Fault(
    `Private words stand in ${found.length} places:\n${lines.join('\n')}\n`,
    'use the terms of notebooks/glossary.md.',
  );
}
