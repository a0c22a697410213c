/** What training must hold so that a model learns from its context: packing, domains. */
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
  relatedOrder,
  similarityInContext,
  type DocumentGraph,
} from './documentgraph';
