/** Instructions: guessed from demonstrations, searched, tuned to, and written by the model itself. */
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
export { instructionLogs, writtenDocument, writtenInstruction, writtenLine } from './writer';
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
