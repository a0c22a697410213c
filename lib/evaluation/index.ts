/** Error curves, permutation tests, probes, ranks, scores and statistics. */
export { areaUnderCurve } from './areaundercurve';
export {
  errorCurves,
  promptErrors,
  type CurveOptions,
  type CurvePoint,
  type PromptSource,
} from './curves';
export { influenceMap, type InfluenceMap } from './gradients';
export { probeLayers, type LayerProbes } from './layers';
export {
  changedAnswers,
  orderingsOf,
  permutationSensitivity,
  predictionsByOrdering,
  type Sensitivity,
} from './permutations';
export { linearProbe } from './probe';
export { rankCorrelation, ranks } from './ranks';
export { exactMatch, macroF1 } from './scores';
export {
  bootstrap,
  deviation,
  difference,
  logSummary,
  mean,
  median,
  summary,
  type Summary,
} from './statistics';
