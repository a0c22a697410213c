// What npm run benchmark does with what it was given.
import os from 'node:os';
import { ADAPTERS, CASES, SCORING, WHATS } from './cases.mjs';

export const CASE_NAMES = [...Object.keys(CASES), ADAPTERS.name, SCORING.name, 'length'];
export const WHAT_NAMES = Object.keys(WHATS);

/** The options of a run; `whole`: whether everything is timed. */
export function optionsOf(given) {
  const { case: cases = CASE_NAMES, what: whats = WHAT_NAMES, peer, threads, rounds = 3 } = given;
  return {
    ...{ cases, whats, peer, rounds },
    threads: threads === 'all' ? os.cpus().length : 1,
    json: given.json ?? false,
    update: given.update ?? false,
    whole: cases.length === CASE_NAMES.length && whats.length === WHAT_NAMES.length,
  };
}
