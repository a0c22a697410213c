/** A survey of in-context learning: its experiments, what they ask, and answers to beat. */
export {
  worldCellName,
  cellOf,
  drawQuestions,
  SHOWN,
  type WorldCell,
  type CellQuestion,
  type ShownAs,
} from './cells';
export {
  DISTILLER_KIND,
  type DistillerExperiment,
  type DistillerExperimentConfig,
  type DistillerVariant,
} from './distillerkind';
export {
  DIVERSITY_KIND,
  type DiversityConfig,
  type DiversityExperiment,
  type DiversityVariant,
} from './diversitykind';
export { type DiversityMeasures, type DiversityTask } from './diversitymeasures';
export {
  FACTORS_KIND,
  type FactorMeasures,
  type FactorsConfig,
  type FactorsExperiment,
  type FactorsVariant,
} from './factorskind';
export {
  ANCHORS_KIND,
  type AnchorsConfig,
  type AnchorsExperiment,
  type AnchorsMeasures,
  type AnchorsVariant,
} from './anchorskind';
export {
  HEADS_KIND,
  type HeadsConfig,
  type HeadsExperiment,
  type HeadsMeasures,
  type HeadsVariant,
} from './headskind';
export { type AverageSizes, type NumberSizes } from './averagemeasures';
export { type CodeSizes } from './codemeasures';
export {
  INFERENCE_KIND,
  type InferenceConfig,
  type InferenceExperiment,
  type InferenceMeasures,
  type InferenceVariant,
} from './inferencekind';
export { type KernelSizes } from './kernelmeasures';
export {
  INFLUENCE_KIND,
  type InfluenceConfig,
  type InfluenceExperiment,
  type InfluenceMeasures,
  type InfluenceVariant,
} from './influencekind';
export {
  INSTRUCTIONS_KIND,
  type InstructionMeasures,
  type InstructionsConfig,
  type InstructionsExperiment,
} from './instructionskind';
export {
  LABELLING_KIND,
  type LabellingConfig,
  type LabellingExperiment,
  type LabellingMeasures,
} from './labellingkind';
export {
  LABELS_KIND,
  type LabelsConfig,
  type LabelsExperiment,
  type LabelsMeasures,
  type LabelsVariant,
} from './labelskind';
export {
  CONCEPTS_KIND,
  type ConceptsConfig,
  type ConceptsExperiment,
  type ConceptVariant,
} from './conceptskind';
export { type ConceptMeasures } from './conceptmeasures';
export {
  CORPUS_KIND,
  type CorpusExperiment,
  type CorpusExperimentConfig,
  type CorpusMeasures,
  type CorpusVariant,
} from './corpuskind';
export { type DistillerMeasures } from './distillermeasures';
export { EDITING_KIND, type EditingConfig, type EditingExperiment } from './editingkind';
export { type EditingMeasures } from './editingmeasures';
export {
  EMERGENCE_KIND,
  type EmergenceConfig,
  type EmergenceExperiment,
  type SmallMethod,
  type SmallVariant,
} from './emergence';
export {
  INSTRUCTION_TUNING_KIND,
  type InstructionTuningConfig,
  type InstructionTuningExperiment,
  type InstructionVariant,
} from './instructiontuningkind';
export { type InstructionTuningMeasures } from './instructiontuningmeasures';
export {
  PACKING_KIND,
  type PackingConfig,
  type PackingExperiment,
  type PackingVariant,
} from './packingkind';
export {
  OPTIMISATION_KIND,
  type OptimisationConfig,
  type OptimisationExperiment,
  type OptimisationVariant,
} from './optimisationkind';
export { type OptimisationMeasures } from './optimisationmeasures';
export {
  SIMILARITY_KIND,
  type SimilarityConfig,
  type SimilarityExperiment,
  type SimilarityVariant,
} from './similaritykind';
export { type SimilarityMeasures } from './similaritymeasures';
export {
  RETRIEVAL_KIND,
  type RetrievalConfig,
  type RetrievalExperiment,
  type RetrievalMeasures,
} from './retrievalkind';
export {
  BIAS_KIND,
  SCORING_KIND,
  type ScoringConfig,
  type ScoringExperiment,
  type ScoringVariant,
} from './scoringkinds';
export { type AskedMeasures } from './scoringmeasures';
export {
  SELF_INSTRUCT_KIND,
  type SelfInstructConfig,
  type SelfInstructExperiment,
  type SelfInstructMeasures,
} from './selfinstructkind';
export { labelsDiffer, type SelfInstructSizes } from './selfinstructmeasures';
export { type WorldSelfSizes } from './worldselfmeasures';
export {
  STEPS_KIND,
  type StepsExperiment,
  type StepsExperimentConfig,
  type StepsVariant,
} from './stepskind';
export {
  SHAPES_KIND,
  type ShapeMeasures,
  type ShapesConfig,
  type ShapesExperiment,
} from './shapeskind';
export { type StepsMeasures } from './stepsmeasures';
export {
  TEXT_STEPS_KIND,
  type TextStepsConfig,
  type TextStepsExperiment,
  type TextStepsMeasures,
} from './textstepskind';
export {
  commonestLabel,
  linearVote,
  nearestExample,
  voterAccuracy,
  VOTERS,
  type Voter,
} from './votes';
export { type TextVariant } from './textmodel';
export {
  WARM_UP_KIND,
  type WarmUpConfig,
  type WarmUpExperiment,
  type WarmUpVariant,
} from './warmupkind';
export { type WarmUpMeasures } from './warmupmeasures';
export { type CaptionMeasures } from './captionmeasures';
export {
  CAPTION_PARTS_KIND,
  type CaptionPartsConfig,
  type CaptionPartsExperiment,
  type CaptionPartVariant,
} from './captionpartskind';
export {
  CAPTIONS_KIND,
  type CaptionsConfig,
  type CaptionsExperiment,
  type CaptionVariant,
} from './captionskind';
export {
  RECEIPT_WAYS,
  RECEIPTS_KIND,
  type ReceiptsConfig,
  type ReceiptsExperiment,
  type ReceiptsVariant,
} from './receiptskind';
export { MAPS_KIND, type MapsConfig, type MapsExperiment, type MapsVariant } from './mapskind';
export { type MapMeasures } from './mapmeasures';
export {
  PICTURES_KIND,
  type PicturesConfig,
  type PicturesExperiment,
  type PicturesVariant,
} from './pictureskind';
export { type PictureMeasures } from './picturemeasures';
export { type ChoiceSizes } from './picturechoicemeasures';
