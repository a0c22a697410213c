/** What in the demonstrations matters: designed sets, and features that demonstrations leave open. */
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
