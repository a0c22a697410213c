/** Predictors that are no transformers: least squares, trees, the Kalman filter and others. */
export { sparseBayes } from './bayes';
export { observe, priorOf, type Belief } from './belief';
export { kalman } from './kalman';
export { lasso, lassoWeights } from './lasso';
export {
  averaging,
  leastSquares,
  leastSquaresWeights,
  ridge,
  ridgeMap,
  ridgeWeights,
  zero,
} from './linear';
export { nearestNeighbours } from './neighbours';
export { startOf, twoLayerNetwork, type DescentConfig } from './network';
export { fromRule, type PlainPrompt } from './rule';
export {
  answerOf,
  boostedTrees,
  greedyTree,
  growTree,
  type BoostingConfig,
  type GrowthRule,
  type Tree,
} from './trees';
