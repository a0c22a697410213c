/** Where prompts come from: function classes and kinds of classification. */
export { augmented, mixture, pool, poolStream } from './compose';
export { deviationsOf, linearRegression, type LinearConfig } from './linear';
export { reluNetworks, type ReluNetworkConfig } from './network';
export { pairwise, type PairsConfig } from './pairs';
export { prototypes, type PrototypesConfig } from './prototypes';
export { radius, RADIUS_SPREAD, type RadiusConfig } from './radius';
export { sparseRegression, type SparseConfig } from './sparse';
export { taskOf, type TaskSpec } from './spec';
export {
  product,
  taskFrom,
  type Rule,
  type SampledTask,
  type Sampler,
  type SampleSizes,
  type Task,
} from './task';
export { thresholds, type ThresholdsConfig } from './thresholds';
export { decisionTrees, leafOf, type TreeConfig } from './tree';
