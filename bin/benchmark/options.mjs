// The options of npm run benchmark.
import os from 'node:os';
import { Fault, option } from '../setup/base.mjs';
import { ADAPTERS, CASES, SCORING, WHATS } from './cases.mjs';

const CASE_NAMES = [...Object.keys(CASES), ADAPTERS.name, SCORING.name, 'length'];
const WHAT_NAMES = Object.keys(WHATS);

export const HELP = `npm run benchmark -- [options]
  --case NAMES    only these, with commas:
                  ${CASE_NAMES.join(', ')}
  --what NAMES    only these, with commas:
                  ${WHAT_NAMES.join(', ')}
  --peer pytorch  PyTorch on the same weights and prompts, in turns (installed into .venv when
                  missing; ICL_PEER_PYTHON names another Python)
  --threads 1|all threads of a side: 1 (default) or one for each core
  --rounds N      how often each side is timed (default 3)
  --json          one line of JSON per case on standard output
  --update        results to data/results/benchmark.jsonl instead of build/benchmark.jsonl; lines of
                  cases that did not run stay there`;

const KNOWN = [...HELP.matchAll(/^ {2}(--\w+)/gm)].map(([, name]) => name);

/** The names given to an option, with commas; all known ones without it. */
function pick(args, name, all) {
  const remedy = `use: ${all.join(', ')}.`;
  if (args.includes(name) && !/^[^-]/.test(option(args, name) ?? ''))
    throw new Fault(`${name} needs a value.`, remedy);
  const given = option(args, name)?.split(',') ?? all;
  const wrong = given.find((one) => !all.includes(one));
  if (wrong !== undefined) throw new Fault(`${name} '${wrong}' is not known.`, remedy);
  return given;
}

/** What the command line asks for. */
export function readOptions(args) {
  const unknown = args.find((arg) => arg.startsWith('--') && !KNOWN.includes(arg));
  if (unknown) throw new Fault(`npm run benchmark has no option '${unknown}'.`, HELP);
  const options = {
    cases: pick(args, '--case', CASE_NAMES),
    whats: pick(args, '--what', WHAT_NAMES),
    peer: args.includes('--peer') && pick(args, '--peer', ['pytorch'])[0],
    threads: pick(args, '--threads', ['1', 'all'])[0] === 'all' ? os.cpus().length : 1,
    rounds: Number(option(args, '--rounds') ?? 3),
    json: args.includes('--json'),
    update: args.includes('--update'),
  };
  options.whole =
    options.cases.length === CASE_NAMES.length && options.whats.length === WHAT_NAMES.length;
  if (!Number.isInteger(options.rounds) || options.rounds < 1)
    throw new Fault(`--rounds ${option(args, '--rounds')} is no positive number.`, 'use 3.');
  return options;
}
