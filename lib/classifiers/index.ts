/** Few-shot classification: interface, embeddings, measures, untrained classifiers. */
export {
  CLASSES,
  classifierFromRule,
  ClassifierNetwork,
  classMeans,
  crossEntropy,
  likeliest,
  oneHot,
  requireClasses,
  type Classifier,
  type NetworkSizes,
  type Shown,
} from './classifier';
export { decisionMap, sideOf, type Square } from './decisionmap';
export { mlp, SLOPE, through, type Layers } from './embedding';
export { accuracy, agreement, crossEntropyOf, divergence, divergenceFrom } from './measures';
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
export { similarities, votes } from './votes';
