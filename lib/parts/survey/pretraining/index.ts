/** What pre-training must hold: answers to a pool of tasks, and where a network leaves it. */
export { poolBayes } from './poolbayes';
export { poolWeights } from './poolweights';
export { taskThreshold, type PoolDistances } from './threshold';
