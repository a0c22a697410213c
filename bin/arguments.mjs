// What every command is given on its command line: each option once, with its kind and the words
// for --help. Plain Node, no packages.
import util from 'node:util';
import { CASE_NAMES, WHAT_NAMES } from './benchmark/options.mjs';
import { Fault } from './setup/base.mjs';

/** How many letters must be changed, put in, left out or swapped to make one word of another. */
function lettersBetween(a, b) {
  let [before, last] = [[], [...b, ''].map((_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        last[j] + 1,
        row[j - 1] + 1,
        changed,
        swapped ? before[j - 2] + 1 : changed,
      );
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

/** The known word that a mistyped one is nearest to; null where none is near. */
export function nearest(word, known) {
  const begun = known.filter((one) => word.length > 1 && one.startsWith(word));
  if (begun.length === 1) return begun[0];
  const [first] = known
    .map((one) => ({ one, far: lettersBetween(word, one) }))
    .sort((a, b) => a.far - b.far);
  return first && first.far <= Math.max(1, Math.floor(word.length / 3)) ? first.one : null;
}

const choice = (known) =>
  known.length < 3 ? `use ${known.join(' or ')}.` : `use one of ${known.join(', ')}.`;

/** The kinds of values: each makes one of a text, or says what is wrong with it. */
const any = (example) => ({ example, read: (text) => text });
const oneOf = (known) => ({
  example: known[0],
  read(text, option) {
    if (known.includes(text)) return text;
    throw new Fault(`${option} cannot be '${text}'.`, choice(known));
  },
});
const someOf = (known) => {
  const { example, read } = oneOf(known);
  return { example, read: (text, option) => text.split(',').map((one) => read(one, option)) };
};
const whole = (least, example) => ({
  example,
  read(text, option) {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    const range = `a whole number${least > 0 ? ` of at least ${least}` : ''}`;
    throw new Fault(
      `${option} must be ${range}, got '${text}'.`,
      `for example ${option} ${example}.`,
    );
  },
});
/** 'training.steps=500' as ['training.steps', 500]. */
const setting = {
  example: 'training.steps=500',
  read(text, option) {
    const cut = text.indexOf('=');
    if (cut < 1)
      throw new Fault(
        `${option} was given '${text}'.`,
        `write it as ${option} training.steps=500.`,
      );
    const [name, value] = [text.slice(0, cut), text.slice(cut + 1)];
    try {
      return [name, JSON.parse(value)];
    } catch {
      return [name, value];
    }
  },
};

/**
 * The commands. An option without `value` is on or off; `many`: may be repeated; `was`: its older
 * name. `names` are the words that are no options; `passOn`: what is not known goes on to another
 * program.
 */
export const COMMANDS = {
  setup: {
    about: 'make the set-up, and nothing else',
    options: { again: { about: 'try for a faster backend once more' } },
  },
  doctor: { about: 'one line for each part of the set-up; each fault with one remedy' },
  reproduce: {
    about: 'run the notebooks, build the HTML book and print the verdicts',
    options: {
      only: {
        value: 'NUMBERS',
        kind: any('02,04'),
        about: 'only these notebooks, with commas: 02,04; the verdicts are theirs',
      },
      profile: {
        value: 'NAME',
        kind: oneOf(['quick', 'full']),
        about: 'quick (default) or full, which trains longer',
      },
      update: { about: 'write the outputs back to notebooks/, and make the pages of contents' },
    },
  },
  test: {
    about: 'type check, lint, tests, and checks of the notebooks',
    names: { value: 'WORDS', about: 'only the test suites whose path holds one of these words' },
  },
  'pack:test': {
    about: 'pack lib as a package, install it in an empty folder, run its examples there',
  },
  start: {
    about: 'open JupyterLab on the notebooks',
    passOn: 'JupyterLab',
  },
  experiment: {
    about: 'run named experiments and record their results',
    names: { value: 'NAMES', about: 'experiments or families of them' },
    options: {
      all: { about: 'all of them, which takes days from the start; finished jobs stay' },
      list: { about: 'shows them, how many jobs each has, and recorded variants' },
      json: { about: 'with --list: every job as JSON' },
      settings: { about: 'shows what --set knows of each, with kind and range' },
      verdicts: { about: 'decides the claims of the recorded results' },
      try: {
        value: 'N',
        kind: whole(1, '3'),
        about: 'N steps of each variant: time and memory, and the total to expect',
      },
      profile: {
        value: 'NAME',
        kind: oneOf(['quick', 'full']),
        about: 'quick (default) or full',
      },
      variant: { value: 'KEY', kind: any('invicl'), was: 'arm', about: 'only this variant' },
      seed: { value: 'N', kind: whole(0, '0'), about: 'only this seed' },
      seeds: {
        value: 'N',
        kind: whole(1, '5'),
        about: "so many seeds in place of the profile's",
      },
      set: {
        value: 'KEY=VALUE',
        kind: setting,
        many: true,
        about:
          'a setting, for example training.steps=500; may be repeated; such records lie in ' +
          'build/variants, outside the tracked files',
      },
      model: {
        value: 'NAME',
        kind: any('openai-community/gpt2/main'),
        about: 'the language model, where an experiment has one',
      },
      jobs: {
        value: 'N',
        kind: whole(1, '2'),
        about: 'jobs at a time (default: one for each core)',
      },
      data: {
        value: 'FOLDER',
        kind: any('build/mine'),
        about:
          'where results and checkpoints go (default: data, and build/variants where --set or ' +
          '--model changes something)',
      },
      weights: {
        about: 'makes missing checkpoints of recorded jobs again; records stay as they are',
      },
    },
  },
  data: {
    about: "download public data or a language model into the user's cache",
    names: {
      value: 'NAME',
      about: 'metaicl, omniglot, smollm2, minilm, or a model of the Hugging Face hub, as gpt2',
    },
    options: {
      from: {
        value: 'COPY',
        kind: any('FOLDER'),
        about: 'a copy of your own: an archive, a file, a folder or an address',
      },
    },
  },
  benchmark: {
    about: 'time training and prediction, ours alone or beside PyTorch',
    options: {
      case: {
        value: 'NAMES',
        kind: someOf(CASE_NAMES),
        about: `only these, with commas: ${CASE_NAMES.join(', ')}`,
      },
      what: {
        value: 'NAMES',
        kind: someOf(WHAT_NAMES),
        about: `only these, with commas: ${WHAT_NAMES.join(', ')}`,
      },
      peer: {
        value: 'NAME',
        kind: oneOf(['pytorch']),
        about:
          'pytorch: PyTorch on the same weights and prompts, in turns (installed into .venv when ' +
          'missing; ICL_PEER_PYTHON names another Python)',
      },
      threads: {
        value: 'N',
        kind: oneOf(['1', 'all']),
        about: 'threads of a side: 1 (default) or all, one for each core',
      },
      rounds: {
        value: 'N',
        kind: whole(1, '3'),
        about: 'how often each side is timed (default 3)',
      },
      json: { about: 'one line of JSON per case on standard output' },
      update: {
        about:
          'results to data/results/benchmark.jsonl instead of build/benchmark.jsonl; lines of ' +
          'cases that did not run stay there',
      },
    },
  },
  contents: {
    about: 'make the README table, the lists of notebooks and verdicts from the notebooks',
  },
  format: { about: 'format the sources' },
};

/** Text in lines of at most `width` columns. */
function wrapped(text, width) {
  const lines = [''];
  for (const word of text.split(' '))
    if (`${lines.at(-1)} ${word}`.length > width && lines.at(-1)) lines.push(word);
    else lines.push([lines.pop(), word].filter(Boolean).join(' '));
  return lines;
}

/** What --help prints. */
export function helpOf(command) {
  const { about, names, options = {}, passOn } = COMMANDS[command];
  const olderName = ({ was }) => (was ? ` (--${was} is the option's older name)` : '');
  const rows = [
    ...(names ? [[names.value, names.about]] : []),
    ...Object.entries(options).map(([name, option]) => [
      `--${name}${option.value ? ` ${option.value}` : ''}`,
      option.about + olderName(option),
    ]),
    ['--help', 'shows this, and does nothing else'],
    ...(passOn ? [['other options', `go on to ${passOn}`]] : []),
  ];
  const column = 4 + Math.max(...rows.map(([left]) => left.length));
  const words = names ? ` [${names.value}]` : '';
  return [
    `npm run ${command} --${words} [options]`,
    ...wrapped(about, 96).map((line) => `  ${line}`),
    '',
    ...rows.flatMap(([left, right]) =>
      wrapped(right, 98 - column).map(
        (line, i) => `${(i === 0 ? `  ${left}` : '').padEnd(column)}${line}`,
      ),
    ),
  ].join('\n');
}

const inWords = (options) =>
  Object.keys(options)
    .map((name) => `--${name}`)
    .join(', ');

function unknownOption(command, rawName, options) {
  const name = rawName.replace(/^-+/, '');
  const near = nearest(name, Object.keys(options));
  const all = Object.keys(options).length ? `its options are ${inWords(options)}` : 'it has none';
  const remedy = near ? `the nearest is --${near}; ${all}.` : `${all}.`;
  return new Fault(`npm run ${command} has no option '${rawName}'.`, remedy);
}

/** How a command's first option is written. */
function exampleOf(command, options) {
  const [first] = Object.entries(options);
  if (!first) return 'leave it out.';
  const [name, { kind }] = first;
  const words = [`--${name}`, ...(kind ? [kind.example] : [])].join(' ');
  return `write options as in npm run ${command} -- ${words}.`;
}

/** Words that npm reads as options of its own; a setting of npm may stand behind them. */
const OF_NPM = ['all', 'json', 'only'];

/** Refuses options that npm took, because they stand before the two dashes. */
function refuseTaken(command, options, env) {
  if (!env.npm_lifecycle_event) return;
  const taken = Object.keys(options).find(
    (name) => !OF_NPM.includes(name) && env[`npm_config_${name.replaceAll('-', '_')}`],
  );
  if (taken)
    throw new Fault(
      `npm took --${taken} for itself, and npm run ${command} did not see it.`,
      `write two dashes before the options: npm run ${command} -- --${taken} ….`,
    );
}

/** What one token of the command line means; throws where it means nothing. */
function valueOf({ name, rawName, value, inlineValue }, command, options) {
  const option = Object.hasOwn(options, name) ? options[name] : null;
  if (!option || !rawName.startsWith('--')) throw unknownOption(command, rawName, options);
  if (!option.value) {
    if (value === undefined) return true;
    throw new Fault(`${rawName} takes no value, got '${value}'.`, `write ${rawName} alone.`);
  }
  const { kind } = option;
  if (value === undefined || value === '' || (!inlineValue && value.startsWith('--')))
    throw new Fault(`${rawName} needs a value.`, `for example ${rawName} ${kind.example}.`);
  return kind.read(value, rawName);
}

/** Options by every name that they have, the older ones too. */
const byName = (options) =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, option]) => [
      [name, { ...option, name }],
      ...(option.was ? [[option.was, { ...option, name }]] : []),
    ]),
  );

/**
 * What a command was given.
 *
 * @returns `names`, the words that are no options; `help`, whether help was asked for; and each
 *   option that was given, by its name, with its value, or a list of values where it may be repeated
 * @throws Fault naming what is unknown or wrong, and the nearest option
 */
export function readArguments(command, args, env = process.env) {
  const { names: takes, options: declared = {}, passOn } = COMMANDS[command];
  const given = { names: [], help: false };
  if (passOn) return { ...given, help: args.includes('--help'), rest: args };
  refuseTaken(command, declared, env);
  const options = byName(declared);
  const types = Object.fromEntries(
    Object.entries(options).map(([name, { value }]) => [
      name,
      { type: value ? 'string' : 'boolean' },
    ]),
  );
  const help = { type: 'boolean', short: 'h' };
  const { tokens } = util.parseArgs({
    ...{ args, options: { ...types, help }, tokens: true },
    ...{ strict: false, allowPositionals: true },
  });
  if (tokens.some(({ kind, name }) => kind === 'option' && name === 'help'))
    return { ...given, help: true };
  for (const token of tokens) {
    if (token.kind === 'positional') given.names.push(token.value);
    if (token.kind !== 'option') continue;
    const value = valueOf(token, command, options);
    const { name, many } = options[token.name];
    if (many) (given[name] ??= []).push(value);
    else if (Object.hasOwn(given, name))
      throw new Fault(`--${name} was given twice.`, 'give it once.');
    else given[name] = value;
  }
  if (!takes && given.names.length)
    throw new Fault(
      `npm run ${command} takes no words without dashes, got '${given.names[0]}'.`,
      exampleOf(command, declared),
    );
  return given;
}
