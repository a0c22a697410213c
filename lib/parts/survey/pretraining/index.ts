/** What training must hold: packing, domains and amount of documents, and the number of tasks. */
export {
  contextsOf,
  drawCorpus,
  packedOrder,
  PACKINGS,
  tokenVectors,
  type CorpusConfig,
  type CorpusDocument,
  type Packing,
} from './corpus';
export {
  CORPUS_TRAINING,
  corpusContexts,
  CorpusTrainer,
  type CorpusTraining,
} from './corpustrainer';
export {
  documentGraph,
  pathLength,
  relatedOrder,
  sameTaskShare,
  similarityInContext,
  type DocumentGraph,
} from './documentgraph';
export { poolBayes } from './poolbayes';
export { poolWeights } from './poolweights';
export { taskThreshold, type PoolDistances } from './threshold';
export { wordVectors } from './weightedcounts';
