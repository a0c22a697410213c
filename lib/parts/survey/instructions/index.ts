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
  WORD_KINDS,
  WORD_ROWS,
  WORD_TASKS,
  wordRows,
  wordTask,
  type WordKind,
  type WordRow,
  type WordTask,
} from './wordtasks';
export { longestCommon, rougeL, rougeWords } from './rouge';
export { SEED_TASKS, type TaskWithInstances } from './seedtasks';
export {
  INSTANCE_FILTERS,
  INSTRUCTION_FILTERS,
  TOO_SIMILAR,
  funnelOf,
  instanceRefusals,
  instructionRefusal,
  type InstanceFilter,
  type InstructionFilter,
} from './filters';
export {
  INSTANCE_ORDERS,
  instancesPrompt,
  listPrompt,
  listedInstructions,
  taskLine,
  writtenInstances,
  type InstanceOrder,
  type Written,
} from './selfprompts';
export { textWriter, type Writer, type Writing } from './selfwriter';
export {
  KIND_TEMPLATE,
  askClassification,
  drawShown,
  keptInstances,
  keptInstructions,
  proposeInstructions,
  writeInstances,
  type Proposal,
  type Rounds,
  type WrittenInstance,
} from './selfinstruct';
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
export {
  InstanceTrainer,
  SELF_TEMPLATE,
  inputUnder,
  instancesOf,
  selfTemplate,
} from './selftuning';
export {
  instructedClassLogs,
  proposeRules,
  selfLabels,
  writeInstructedInputs,
  type RuleProposal,
} from './worldselfinstruct';
export { SelfMadeTrainer, type SelfMadeLine } from './worldselftrainer';
