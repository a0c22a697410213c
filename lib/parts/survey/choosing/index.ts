/** Ways to choose demonstrations from a pool, each with the passes of the model that it takes. */
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
