/** In-context against in-weight learning (Chan et al., ICLR 2025). */
export {
  CITIES,
  cityScores,
  cityTokenizer,
  conflicts,
  factsOf,
  FactTrainer,
  invented,
  NAMES,
  remembered,
  type CityQuestion,
  type Conflict,
  type Fact,
  type Facts,
  type FactTraining,
} from './facts';
export {
  realCityScores,
  realFactsOf,
  RealFactTrainer,
  type RealFacts,
  type RealTeaching,
} from './realfacts';
export {
  candidateCities,
  REAL_FACT_KIND,
  taughtFacts,
  type RealFactConfig,
  type RealFactExperiment,
  type RealFactVariant,
} from './realteaching';
export { bayesWithCentres } from './bayes';
export { GatedModel, type GatedModelConfig } from './gatedmodel';
export {
  SequenceGenerator,
  sequencePrompts,
  withShiftedLabels,
  type ContextKind,
  type QueryKind,
  type Sequence,
} from './generator';
export { classesOf, generatorConfig, type GeneratorConfig } from './generatorconfig';
export { centres, type ClassInputs } from './aroundcentres';
export { CENTRES, inputsOf, type InputSpec } from './inputs';
export {
  answerShares,
  answersOf,
  contextShare,
  repeatedForStack,
  testSequences,
  type AnswerShares,
  type Cell,
  type Score,
} from './measures';
export { PAIR_TRANSFORMER, PairTransformer, type PairTransformerConfig } from './pairtransformer';
export { oracleOfCentres, similarityVote } from './predictors';
export {
  SEQUENCE_KIND,
  type SequenceExperiment,
  type SequenceExperimentConfig,
  type SequenceVariant,
} from './sequences';
export { SequenceTrainer, type SequenceObjective, type SequenceTraining } from './sequencetrainer';
export {
  loadSequenceNetworks,
  memberOf,
  sequenceNetworkOf,
  type SequenceNetworkConfig,
} from './stacks';
export { expectedDistinct } from './sightings';
export {
  FACT_KIND,
  loadFactModel,
  type FactExperiment,
  type FactExperimentConfig,
  type FactVariant,
  type Teaching,
} from './teaching';
export { windowMeans } from './experiments/steps';
