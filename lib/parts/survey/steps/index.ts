/** Steps of reasoning: a toy language of compositions, a decoder of it, and ways to ask it. */
export {
  drawStepsQuestion,
  StepsLanguage,
  type Compositions,
  type StepsQuestion,
} from './functions';
export {
  chainTokens,
  END,
  EQUALS,
  readChain,
  STEPS_WORDS,
  stepsLine,
  stepsQuestionTokens,
  stepsText,
  TRIGGER,
  type Chain,
} from './lines';
export { freshStepsModel, loadStepsModel, STEPS_SIZE, type StepsModelConfig } from './stepsmodel';
export {
  CompositionTrainer,
  STEPS_TRAINING,
  stepsDocument,
  type StepsDocument,
  type StepsTraining,
} from './stepstrainer';
export {
  askSteps,
  answeredRight,
  rightDemonstration,
  sampleChains,
  type AnswerForm,
  type StepsAsking,
  type StepsDemonstration,
} from './asking';
export { commonestAnswer, longestChains } from './voting';
export { kMeans, type Clusters } from './kmeans';
export { autoDemonstrations, questionVectors } from './autocot';
export { questionsBySteps } from './complexity';
export {
  askNumbers,
  drawNumberQuestion,
  NUMBER_FORMS,
  numberIn,
  numberResults,
  numberText,
  type NumberAnswer,
  type NumberAsking,
  type NumberForm,
  type NumberQuestion,
} from './textsteps';
