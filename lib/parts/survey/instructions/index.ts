/** Instructions: guessed from demonstrations, searched, tuned to, and written by the model itself. */
export {
  GUESS_FORMS,
  guessInstructions,
  guessPrompt,
  type GuessForm,
  type Guessing,
  type InstructedTask,
} from './guessing';
export {
  PROMPT_FORMS,
  checkWordRows,
  wordLines,
  wordPrompt,
  wordScores,
  type PromptForm,
  type WordContext,
  type WordPrompting,
} from './wordprompts';
export {
  halvingSearch,
  tableEvaluations,
  ucbSearch,
  uniformSearch,
  type Evaluate,
  type Searched,
} from './searching';
export {
  WORLD_INSTRUCTIONS,
  instructedContext,
  instructionLikelihoods,
  instructionLogs,
  likeliestInstructions,
  type WorldInstruction,
} from './worldinstructions';
export {
  WORD_ROWS,
  WORD_TASKS,
  wordRows,
  wordTask,
  type WordKind,
  type WordRow,
  type WordTask,
} from './wordtasks';
export {
  HELD_OUT_RULES,
  NEW_FEATURES,
  NEW_SCOPES,
  newInstruction,
  RULE_COUNTS,
  tunedRules,
} from './newwords';
export { ruleLogs, writtenDocument, writtenInstruction, writtenLine } from './writer';
export {
  INSTRUCTION_DOCUMENTS,
  instructionBatch,
  type InstructionDocument,
} from './instructiondocuments';
export {
  INSTRUCTION_TRAINING,
  InstructionTrainer,
  type InstructionTraining,
} from './instructiontrainer';
export { instructedLogAnswers, type InstructedQuestion } from './instructed';
