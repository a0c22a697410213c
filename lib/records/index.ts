/** What was measured: records, rules that decide claims, verdicts, timings. */
export { coordinateOf, type Axis, type Coordinate, type Point } from './axis';
export { readRecords, writeRecords } from './format';
export { type ResultRecord, type RunFacts } from './record';
export { overSeeds, readExperiment } from './records';
export { adjustedP, adjustedWords } from './discovery';
export { keepEarlier, withEarlier } from './earlier';
export {
  differenceOf,
  levelOf,
  ratioOf,
  seedsToDecide,
  VERDICT_WORDS,
  wordOf,
  type Effect,
  type Side,
  type VerdictWord,
} from './effects';
export { asMeasured, measured, seedwise, valuesIn, type Measured, type Where } from './measured';
export {
  decide,
  errorAbove,
  errorBelow,
  errorWithin,
  soonerThan,
  stepsTo,
  valuesOf,
  type Claim,
  type RuleChange,
} from './rules';
export { readTimings, timeOf, type Stopwatch, type TimedMachine, type Timing } from './timings';
export {
  compare,
  compareShares,
  effectInWords,
  errorInWords,
  exactly,
  inWords,
  oursInWords,
  type Decision,
  type EarlierDecision,
  type Verdict,
} from './verdicts';
