/** Orders of demonstrations: by likeness and difficulty, by entropy, and by search. */
export { averagedOverOrders } from './averages';
export { globalEntropy, localEntropy } from './entropies';
export { easyToHard, nearestLast } from './orders';
export {
  neighboursOf,
  searchAtRandom,
  searchByBeam,
  searchGuided,
  searchLocally,
  type Evaluation,
  type Move,
  type SearchResult,
} from './search';
