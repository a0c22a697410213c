/**
 * Claims that one share lies above another, whose first rule had the two the wrong way round. The slip was
 * found when the records of notebook 39 were first read; both verdicts are shown.
 */
import type { Measured } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { compareShares } from '../../../records/verdicts';

/** A share with its name, as records give it. */
export type NamedShare = readonly [
  name: string,
  share: (records: Parameters<Claim['decide']>[0]) => Measured,
];

const CHANGE =
  'The first rule asked whether the second share lies above the first, against the words of the ' +
  'claim; mended on 2026-12-01, after the records had been made.';

/** The claim that one share lies above another, with the verdict of the rule that had them exchanged. */
export const mendedShares = (
  words: string,
  source: string,
  [more, x]: NamedShare,
  [less, y]: NamedShare,
): Claim =>
  claim(words, source, (records) => compareShares(more, x(records), less, y(records)), undefined, {
    change: CHANGE,
    decide: (records) => compareShares(less, y(records), more, x(records)),
  });
