/** The small language model that is trained on TaskWorld. */
export { BIAS_SCALE, bucketOf, BUCKETS, distanceBias } from './distances';
export {
  disposeLayout,
  documentLayout,
  PLACES,
  type DocumentLayout,
  type LayoutTensors,
} from './layout';
export { copyingScores, labelHeadScores, type HeadScores } from './headscores';
export { smallAnswers, smallLogAnswers, type SmallQuestion } from './smallanswers';
export { loadSmallModel } from './smallcheckpoint';
export { drawSmallInput } from './smallinputs';
export { smallLogLines, type AnsweredLine, type LogLines } from './loglines';
export { SMALL_SIZES, SmallModel, type SmallModelConfig } from './smallmodel';
export { SMALL_TRAINING, SmallTrainer, type SmallTraining } from './smalltrainer';
export {
  BATCHES,
  stageOfStep,
  STAGES,
  trainingDocument,
  type BatchKind,
  type Stage,
} from './stages';
