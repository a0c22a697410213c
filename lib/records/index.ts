/** What was measured: records, rules that decide claims, verdicts, timings. */
export { coordinateOf, sameCoordinate, type Axis, type Point, type Coordinate } from './axis';
export { readRecords, writeRecords } from './format';
export { convertRecords } from './convert';
export { configHash, type ResultRecord } from './record';
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
