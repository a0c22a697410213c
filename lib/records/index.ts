/** What was measured: records, rules that decide claims, verdicts, timings. */
export {
  coordinateInWords,
  coordinateOf,
  KEY_OF,
  sameCoordinate,
  type Axis,
  type Coordinate,
  type Point,
} from './axis';
export { convertRecords } from './convert';
export { readJsonLines, readRecords, writeRecords } from './format';
export { isOldRecord, renewed, type OldRecord } from './oldformat';
export { configHash, type ResultRecord, type RunFacts } from './record';
export { overSeeds, readExperiment } from './records';
export {
  below,
  claim,
  compareShares,
  decide,
  errorAbove,
  errorBelow,
  errorWithin,
  points,
  ratioInWords,
  ratioOf,
  scoreAbove,
  soonerThan,
  stepsTo,
  valuesOf,
  type Claim,
  type Ratio,
  type Where,
} from './rules';
export { readTimings, timeOf, type Stopwatch, type TimedMachine, type Timing } from './timings';
export {
  compare,
  digits,
  errorInWords,
  exactly,
  intervalInWords,
  inWords,
  smaller,
  wordFor,
  type Verdict,
  type VerdictWord,
} from './verdicts';
