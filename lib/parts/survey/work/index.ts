/** In-context learning at work: labelling, retrieval, edits. */
export { crossTaskQuestion, taskHeader, type TargetQuestion } from './crosstask';
export {
  keptLabels,
  modelLabels,
  mostConfident,
  type KeptLabels,
  type ModelLabel,
} from './labelling';
export {
  balancedWeights,
  softmaxProbabilities,
  softmaxRegression,
  type SoftmaxFit,
} from './softmaxregression';
export { nearestWordLabels } from './weaklabels';
