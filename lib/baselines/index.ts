/** Predictors that are no transformers: least squares, trees, the Kalman filter and others. */
export { sparseBayes } from './bayes';
export { kalman } from './kalman';
export { lasso, lassoWeights } from './lasso';
export { averaging, leastSquares, leastSquaresWeights, ridge, zero } from './linear';
export { nearestNeighbours } from './neighbours';
export { twoLayerNetwork, type DescentConfig } from './network';
export { fromRule, type PlainPrompt } from './rule';
export { boostedTrees, greedyTree, type BoostingConfig } from './trees';
