/** Ways to choose demonstrations from a pool, each with the passes of the model that it takes. */
export { atRandom, facilities, voteK } from './corpus';
export { determinantal, greedyDeterminant, marginalRelevance } from './diversity';
export { bm25, nearestByAngle, nearestByDistance, nearestByWords } from './nearest';
export {
  type ChosenRows,
  type ChoosableText,
  type CorpusSelector,
  type PoolRow,
  type QuestionSelector,
} from './pool';
