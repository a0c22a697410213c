/** Learning as optimisation: iterations and layers, updates of weights, choice of algorithms. */
export { chosenByTesting, chosenByValidation } from './algorithmchoice';
export { randomUpdate, tunedUpdate, withUpdate, type AttentionUpdate } from './attentionupdate';
export { dualUpdate } from './dualform';
export {
  cosineOf,
  matchIterations,
  similarityOfErrors,
  type ByTest,
  type Matching,
} from './errorsimilarity';
export {
  ALGORITHMS,
  conditionOf,
  descentIterates,
  newtonIterates,
  type AlgorithmName,
  type WeightIterates,
} from './iterations';
export { layerAnswers } from './layeranswers';
export { mixtureBayes, noiseMixture, noisePosterior } from './noisemixture';
export { queryReading, type QueryReading } from './queryreading';
export {
  recallOfTuning,
  updateSimilarity,
  type Readings,
  type UpdateSimilarity,
} from './updatesimilarity';
