/** Other shapes of demonstrations: written by the model, in groups, as vectors, distilled. */
export { checkGrouping, groupsOf, pairsRead, type Grouping } from './groups';
export { groupedLayout, groupedSmallScorer } from './smallgroups';
export { groupedContext, groupedTextScorer } from './textgroups';
export { generateWorldExamples } from './generatedworld';
export { generateTextExamples, type TextGeneration, type WritingPrompt } from './generatedtext';
export { goldEquivalent } from './goldequivalent';
export { principalDirection, summedVectors, type LayerVectors } from './directions';
export { steered, steeringHook } from './steering';
export {
  NEUTRAL_SENTENCES,
  STYLE_PARTS,
  stylePairs,
  STYLES,
  type Style,
  type StylePair,
  type StylePart,
} from './styles';
export { contextVector, lastStates, styleScores } from './textvectors';
export { questionStates } from './smallstates';
export { exchangedAnswers, patchedAnswers, taskVector } from './taskvectors';
export { smallContextVector, steeredAnswers } from './smallvectors';
export { Distiller, DISTILLED_VECTORS, distillerFor, type DistillerConfig } from './distiller';
export { demonstratedLayout, distilledLayout } from './distilledlayout';
export { distilledLogits, distilledScorer } from './distilled';
export { loadDistiller } from './distillercheckpoint';
export { DISTILLER_TRAINING, DistillerTrainer, type DistillerTraining } from './distillertrainer';
