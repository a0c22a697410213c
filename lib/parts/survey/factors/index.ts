/** What in the demonstrations matters: labels, positions, features, and what is similar. */
export {
  ambiguousClasses,
  disagreeingClasses,
  featureBias,
  shareDecidedBy,
  type ClassPair,
} from './ambiguous';
export {
  drawReview,
  NEUTRAL_WORDS,
  reviewWords,
  TEXT_FEATURES,
  type TextFeature,
} from './ambiguoustexts';
export { drawInputOfKinds, drawInputOfPair, inputBits, inputPatterns } from './designedinputs';
export {
  CORNERS,
  cornerName,
  coverage,
  designedSets,
  factorTable,
  placeLabels,
  SET_FACTORS,
  setFactors,
  type Corner,
  type DesignSizes,
  type FactorTable,
  type FactorText,
} from './designs';
export { factorCoefficients, type FactorGroup } from './regression';
export { followsLate, labelChanges, type LabelChange } from './changes';
export { leaveOneOut, logOddsOf, type LeftOut } from './influence';
export {
  demonstrationMeans,
  positionMeans,
  rotations,
  varianceShares,
  type ByRotation,
  type VarianceShares,
} from './rotations';
export {
  LABEL_CONDITIONS,
  askedOptions,
  inCondition,
  withRandomLabels,
  withShareRight,
  withOtherWords,
  type Condition,
  type ConditionMaterial,
  type KeptAspects,
  type ShownExample,
} from './conditions';
export { labelEffectRatio, labelSensitivity } from './effects';
export { partsText, smallAsker, textAsker, worldAsker, type ConditionAsker } from './asking';
export { UNRELATED_WORDS } from './unrelated';
