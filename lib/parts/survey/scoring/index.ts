/** Scores of options by three models on one interface, their biases, calibration and reliability. */
export { meanShares } from '../../../language/calibration';
export { randomInputs, randomTexts } from './biases';
export {
  CALIBRATORS,
  mutualInformation,
  type CalibrationMaterial,
  type Calibrator,
} from './calibrators';
export { plannedExamples, plannedLabels, type ContextPlan } from './contexts';
export { bestMatching } from './matching';
export { fitMixture, mixtureLogs, type MixtureComponent, type MixtureConfig } from './mixture';
export { prototypicalCalibration, type PrototypicalConfig } from './prototypical';
export {
  reliability,
  type Reliability,
  type ReliabilityBin,
  type ReliabilityConfig,
} from './reliability';
export {
  bestOptions,
  SCORING_WAYS,
  type ChannelWay,
  type DirectWay,
  type PassCost,
  type PerplexityWay,
  type QuestionScorer,
  type ScoredOptions,
  type ScoringWay,
} from './scorer';
export { smallScorer } from './smallscorer';
export { textScorer, type TextScoring } from './textscorer';
export { type WorldQuestion } from './worldquestions';
export { worldScorer } from './worldscorer';
