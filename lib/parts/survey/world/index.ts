/** TaskWorld: a small language whose latent tasks are enumerated, with the exact answer. */
export {
  contextDocument,
  digitDocument,
  factDocument,
  factLine,
  HEADER_TOKENS,
  headerOf,
  LINE_TOKENS,
  lineOf,
  lookupDocument,
  plainDocument,
  taskDocument,
  documentTokens,
  worldFacts,
  type Document,
  type TaskDocumentConfig,
  type WorldFact,
} from './documents';
export { DIGITS, MARKS, PEOPLE, RELATIONS, TEMPLATES, tokenIndex, VOCABULARY } from './vocabulary';
export { drawExamples, drawInput, drawPool, drawTask, type Pool } from './sampling';
export { ExactBayes, labelIndex, type Context, type Example, type Knobs } from './posterior';
export {
  classOf,
  INPUT_WORDS,
  RULES,
  SCOPES,
  type Input,
  type WorldRule,
  type Scope,
} from './rules';
export {
  heldOut,
  LABELS,
  MAPPINGS,
  namedTask,
  SYMBOLS,
  symbolTask,
  taskPrior,
  TASKS,
  trainedPrior,
  WORLD,
  worldConfig,
  type Mapping,
  type WorldTask,
  type WorldConfig,
} from './taskworld';
export { bitOf, WORD_FEATURES, wordIndex, WORDS, type Feature } from './words';
