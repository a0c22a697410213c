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
export {
  CAPITALS,
  SHOWN_PARAPHRASES,
  TESTED_PARAPHRASES,
  drawEdits,
  statementOf,
  type Capital,
  type Edit,
} from './facts';
export {
  DEMONSTRATION_KINDS,
  EDIT_TEMPLATE,
  editDemonstrations,
  promptAfterFact,
  type DemonstrationCounts,
  type DemonstrationKind,
} from './editprompts';
export {
  NO_CONTEXT,
  editMeasures,
  editOdds,
  editQuestions,
  type EditContext,
  type EditMeasures,
  type EditOdds,
} from './editscores';
export { EditTrainer, type EditSteps } from './edittrainer';
export { editedMemory, outerMemory, recalled, recalledAfter, type KeyValue } from './associative';
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
