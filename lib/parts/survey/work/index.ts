/** In-context learning at work: labelling, retrieval, edits. */
export {
  COLOUR_BEGINNINGS,
  COLOURS,
  drawColourDemonstrations,
  type ColourBeginning,
  type ColourDemonstration,
} from './colours';
export { classProbabilities, nextWordLogs } from './nextwords';
export {
  drawFacts,
  drawPassages,
  QUESTION_FORMS,
  townOptions,
  TOWNS,
  type TownFact,
  type Passage,
  type QuestionForm,
} from './passages';
export {
  afterPassages,
  bestPassages,
  cosines,
  lastWords,
  recallAt,
  retrievedAt,
} from './retrieval';
