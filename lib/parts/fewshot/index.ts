/** In-context learners as few-shot learners (Wu et al., ICLR 2025). */
export { Adapter, type AdaptationRule } from './adaptation';
export { alphabetSource } from './alphabetdomains';
export {
  CLASSIFICATION_KIND,
  SELECTABLE_RULES,
  type FewShotConfig,
  type FewShotExperiment,
  type FewShotMeasures,
  type NetworkVariant,
} from './classification';
export {
  ClassifierTrainer,
  samplesOf,
  type ClassifierTraining,
  type TaskOrParts,
} from './classifiertrainer';
export { type CNPConfig } from './cnp';
export {
  changesAround,
  classMeansBySoftmax,
  descentByHand,
  matchingByHand,
  mostChanges,
  processByHand,
  prototypesByHand,
  smoothedNeighbourByHand,
  type ByHand,
} from './constructions';
export { type PlainContext } from './handlayers';
export { type DomainModel, type DomainSource, type TaskDomain } from './domain';
export { classifierDomainModel, regressionDomainModel } from './domainmodels';
export {
  DOMAIN_KIND,
  type DomainConfig,
  type DomainExperiment,
  type DomainMeasures,
  type DomainsSpec,
  type DomainVariant,
} from './domains';
export { DomainTrainer, inputsFrom, type DomainTraining } from './domaintrainer';
export { linearAttention, type ICLConfig } from './icl';
export { type MAMLConfig } from './maml';
export { type MatchNetConfig } from './matchnet';
export { loadNetwork, networkOf, NETWORKS, type NetworkConfig, type NetworkSpec } from './networks';
export { plainLayers, type PlainDense, type TwoLayers } from './plainlayers';
export {
  commonArc,
  kindsPosterior,
  NODES,
  normalBelow,
  posteriorPredictive,
  prototypesEvidence,
  type Nodes,
} from './posteriors';
export { type ProtoNetConfig } from './protonet';
export { type PublishedICLConfig } from './publishedicl';
export { type DomainsConfig } from './regressiondomains';
export { regressionSource, type RegressionDomain, type RegressionSource } from './regressionsource';
export { leaveOneOutLosses, selectedByContext, selectedByOracle } from './selection';
export { Specialists, type SpecialistsConfig } from './specialists';
export { meanOver } from './experiments/shared';
