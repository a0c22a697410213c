/** In-context learners as few-shot learners (Wu et al., ICLR 2025). */
export { Adapter, type AdaptationRule } from './adaptation';
export { alphabetSource, asDomain } from './alphabetdomains';
export {
  CLASSIFICATION_KIND,
  SELECTABLE_RULES,
  type FewShotConfig,
  type FewShotExperiment,
  type FewShotMeasures,
  type NetworkVariant,
} from './classification';
export {
  CLASSIFIER_TRAINING,
  ClassifierTrainer,
  doublings,
  samplesOf,
  type ClassifierTraining,
  type TaskOrParts,
} from './classifiertrainer';
export { CNP, type CNPConfig } from './cnp';
export {
  changesAround,
  classMeansBySoftmax,
  descentByHand,
  matchingByHand,
  mostChanges,
  plainLayers,
  processByHand,
  prototypesByHand,
  runByHand,
  smoothedNeighbourByHand,
  type ByHand,
  type HandLayer,
  type HandMLP,
  type Head,
  type PlainContext,
  type PlainDense,
} from './constructions';
export { type DomainModel, type DomainSource, type TaskDomain } from './domain';
export { classifierDomainModel, regressionDomainModel } from './domainmodels';
export {
  DOMAIN_KIND,
  sourceOfDomains,
  type DomainConfig,
  type DomainExperiment,
  type DomainMeasures,
  type DomainsSpec,
  type DomainVariant,
} from './domains';
export {
  descentOf,
  DOMAIN_TRAINING,
  DomainTrainer,
  inputsFrom,
  type DomainTraining,
} from './domaintrainer';
export { ICL, linearAttention, type ICLConfig } from './icl';
export { MAML, type MAMLConfig } from './maml';
export { asReleased, MatchNet, normalised, type MatchNetConfig } from './matchnet';
export { loadNetwork, networkOf, NETWORKS, type NetworkConfig, type NetworkSpec } from './networks';
export { FEWSHOT } from './part';
export {
  commonArc,
  kindsPosterior,
  NODES,
  normalBelow,
  posteriorPredictive,
  prototypesEvidence,
  type Nodes,
} from './posteriors';
export { ProtoNet, type ProtoNetConfig } from './protonet';
export { PublishedICL, type PublishedICLConfig } from './publishedicl';
export { DOMAINS, regressionDomains, type Domain, type DomainsConfig } from './regressiondomains';
export { regressionSource, type RegressionDomain, type RegressionSource } from './regressionsource';
export { leaveOneOutLosses, selectedByContext, selectedByOracle } from './selection';
export { Specialists, type SpecialistsConfig } from './specialists';
export { ALPHABETS } from './experiments/alphabets';
export { curriculum } from './experiments/curriculum';
export { domainClaims, M2, TWO_LEVELS } from './experiments/domains';
export {
  CLASSIFICATION_EXPERIMENTS,
  CURRICULUM_EXPERIMENTS,
  DOMAIN_EXPERIMENTS,
} from './experiments/index';
export { mixed } from './experiments/mixture';
export { onOneKind } from './experiments/onekind';
export { pooled } from './experiments/pool';
export { published } from './experiments/published';
export { REGRESSIONS } from './experiments/regressions';
export {
  above,
  ACCURACIES,
  AMORTIZATION,
  CLASSICS,
  DESIGNED_FOR,
  FEW_WEIGHTS,
  ICL_VARIANT,
  KINDS,
  lessThan,
  meanOver,
  MEASURES,
  MIXTURE,
  PAIRWISE,
  PROTOTYPE,
  THREE,
  TRAINED_KINDS,
} from './experiments/shared';
