/** Warm-up between pre-training and use: symbols, MetaICL, pseudo tasks; and curves that saturate. */
export { withFlipped } from './flipped';
export {
  OBJECTIVES,
  pseudoDocument,
  unlabelledText,
  type Objective,
  type TextPassage,
} from './pseudotasks';
export {
  fitSaturation,
  CURVE_LIMITS,
  saturatingValue,
  saturationBand,
  type SaturationPoint,
  type CurveLimit,
  type Saturation,
  type SaturationBand,
} from './saturation';
export { WARM_UPS, warmUpBatch, type WarmUp } from './warmupdocuments';
export { WARM_UP_TRAINING, WarmUpTrainer, type WarmUpTraining } from './warmuptrainer';
