/** Learning as inference: hidden concepts and their exact answer, averages of Bayes, kernels, codes. */
export {
  CONCEPTS,
  conceptModel,
  conceptSettings,
  conceptState,
  conceptWorld,
  drawConcept,
  drawConceptWorld,
  GINC,
  mixtureModels,
  type ConceptChain,
  type ConceptSettings,
  type ConceptWorld,
} from './concepts';
export {
  conceptTokens,
  DELIMITER,
  drawConceptPrompt,
  drawMarkovText,
  type ConceptPrompt,
  type ConceptPromptSettings,
} from './conceptprompts';
export {
  DECODER_SIZE,
  freshConceptDecoder,
  loadConceptDecoder,
  nextShares,
  type ConceptDecoderConfig,
} from './conceptdecoder';
export {
  CONCEPT_TRAINING,
  ConceptTrainer,
  drawDocument,
  type ConceptTraining,
} from './concepttrainer';
export {
  forwardReading,
  mixtureReading,
  type ForwardReading,
  type HiddenMarkov,
  type MixtureReading,
} from './hiddenmarkov';
export {
  ATTENTION_WEIGHINGS,
  attentionAverage,
  bayesAverage,
  gaussianRegret,
  poolRegret,
  type AttentionWeighing,
  type RegretReading,
} from './averaging';
export { descriptionLength, sequenceCosts, type SequenceCosts } from './descriptions';
export { linearCorrelation, kernelRegression, kernelWeights } from './kernels';
export { lineReading, type LineReading } from './linestates';
