/** What was measured: records, rules that decide claims, verdicts, timings. */
export { coordinateOf, type Axis, type Coordinate, type Point } from './axis';
export { convertRecords } from './convert';
export { readRecords, writeRecords } from './format';
export { type ResultRecord, type RunFacts } from './record';
export { overSeeds, readExperiment } from './records';
export {
  decide,
  errorAbove,
  errorBelow,
  errorWithin,
  ratioInWords,
  ratioOf,
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
  errorInWords,
  exactly,
  inWords,
  smaller,
  wordFor,
  type Verdict,
  type VerdictWord,
} from './verdicts';
