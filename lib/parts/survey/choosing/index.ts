/** Ways to choose demonstrations from a pool, each with the passes of the model that it takes. */
export { type ChoosingSubject } from '../choosingsubjects';
export {
  AMBIGUITY_FILTERS,
  ambiguousRows,
  type AmbiguityFilter,
  type AnsweredRow,
} from './ambiguity';
export { conceptShares } from './concept';
export { atRandom, facilities, voteK } from './corpus';
export { determinantal, greedyDeterminant, marginalRelevance } from './diversity';
export { influences } from './influence';
export { infoScores, progressiveFilter, type Filtered, type Filtering } from './infoscore';
export { fullVoteK, surenessOf, type Sureness } from './fullvotek';
export { askSets, trainCEIL, type CEILTraining, type SetTable } from './learned/ceil';
export { trainEPR, type EPRTraining } from './learned/epr';
export { askHelpfulness, type HelpTable } from './learned/helpfulness';
export { trainLLMR, type LLMRTraining } from './learned/llmr';
export { logDeterminants } from './learned/logdeterminant';
export { contrastiveLoss, distillationLoss, listwiseLoss, setRankingLoss } from './learned/losses';
export { retrieverBy, setRetrieverBy } from './learned/retriever';
export { type RetrieverTraining } from './learned/trainretriever';
export { trainUDR, type UDRTraining } from './learned/udr';
export { type DualWeights, type EncoderWeights } from './learned/weights';
export { bm25, nearestByAngle, nearestByDistance, nearestByWords } from './nearest';
export {
  type ChosenRows,
  type ChoosableText,
  type CorpusSelector,
  type PoolRow,
  type QuestionSelector,
} from './pool';
export { drawSets } from './sets';
export { leastEntropy, setsOfNearest } from './shortestcode';
export { answerInformation, meanConfidence, meanEntropy } from './signals';
export { searchSupport, supportScore, type SupportSearch } from './supportsearch';
export { coverUncertain, uncertainties } from './uncertain';
export { askAllSets, type AskedProcess } from './sequential/asksets';
export { bestSet, type ChosenSet, type SequentialChoice } from './sequential/process';
export { qLearning, type Learned, type QLearning } from './sequential/qlearning';
export { qNetwork, type ActionFeatures, type QNetworkTraining } from './sequential/qnetwork';
