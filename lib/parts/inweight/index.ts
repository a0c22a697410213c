/** In-context against in-weight learning (Chan et al., ICLR 2025). */
export {
  allFacts,
  CITIES,
  CITY_TEMPLATE,
  cityScores,
  cityTokenizer,
  conflicts,
  FACT_TRAINING,
  factsOf,
  FactTrainer,
  FAMOUS,
  invented,
  NAMES,
  questionOf,
  remembered,
  statementOf,
  type CityQuestion,
  type Conflict,
  type Fact,
  type Facts,
  type FactTraining,
} from './facts';
export { GatedModel, LEAST_PROBABILITY, type GatedModelConfig } from './gatedmodel';
export {
  CONTEXTS,
  QUERIES,
  SequenceGenerator,
  sequencePrompts,
  SEQUENCES_KEPT,
  withShiftedLabels,
  type ContextKind,
  type QueryKind,
  type Sequence,
} from './generator';
export {
  checkedSize,
  classesOf,
  classWeights,
  GENERATOR,
  generatorConfig,
  shifted,
  type GeneratorConfig,
} from './generatorconfig';
export {
  CENTRES,
  centres,
  inputsOf,
  NEW_CLASSES,
  type ClassInputs,
  type InputSpec,
} from './inputs';
export {
  answerShares,
  answersOf,
  cellName,
  contextShare,
  GRID,
  LABEL_CONDITIONS,
  repeatedForStack,
  testSequences,
  UNSEEN,
  type AnswerShares,
  type Cell,
  type Score,
} from './measures';
export { PAIR_TRANSFORMER, PairTransformer, type PairTransformerConfig } from './pairtransformer';
export { INWEIGHT } from './part';
export { oracleOfCentres, similarityVote } from './predictors';
export {
  SEQUENCE_KIND,
  WATCHED,
  type SequenceExperiment,
  type SequenceExperimentConfig,
  type SequenceVariant,
} from './sequences';
export {
  SEQUENCE_TRAINING,
  SequenceTrainer,
  type SequenceObjective,
  type SequenceTraining,
} from './sequencetrainer';
export {
  loadSequenceNetworks,
  memberOf,
  sequenceNetworkOf,
  type SequenceNetworkConfig,
} from './stacks';
export {
  FACT_KIND,
  loadFactModel,
  type FactExperiment,
  type FactExperimentConfig,
  type FactVariant,
  type Teaching,
} from './teaching';
export { onBursts } from './experiments/bursts';
export { CHARACTERS } from './experiments/characters';
export { onCities } from './experiments/facts';
export { gatedModel } from './experiments/gated';
export { FACT_EXPERIMENTS, SEQUENCE_EXPERIMENTS } from './experiments/index';
export { onNoise } from './experiments/noise';
export { COPYING, LARGEST, MIDDLE, moreErrors, powers } from './experiments/shared';
export { onSteps, windowMeans } from './experiments/steps';
export { onSweeps } from './experiments/sweeps';
