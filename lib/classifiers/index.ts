/** Few-shot classification: interface, embeddings, measures, untrained classifiers. */
export {
  CLASSES,
  ClassifierNetwork,
  oneHot,
  requireClasses,
  type Classifier,
  type NetworkSizes,
  type Shown,
} from './classifier';
export { decisionMap, sideOf, type Square } from './decisionmap';
export { through, type Layers } from './embedding';
export { accuracy, agreement, crossEntropyOf, divergenceFrom } from './measures';
export {
  cosineVote,
  logisticRegression,
  logisticWeights,
  majorityClass,
  nearestMean,
  nearestNeighbourClassifier,
  ridgeClassifier,
  thresholdAtMean,
  twoClassRules,
} from './rules';
