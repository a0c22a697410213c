/**
 * Mechanisms of in-context learning: induction heads, in models of attention alone and in real ones;
 * label words as anchors; tasks as states.
 */
export { ABLATIONS, ablating, withoutHeads, type Ablation } from './ablation';
export {
  ATTENTION_SIZE,
  AttentionOnly,
  DISTANCE_SCALE,
  type AttentionLayer,
  type AttentionOnlyConfig,
  type AttentionSize,
} from './attentiononly';
export {
  attentionCircuits,
  copyingScore,
  languageCircuits,
  ownTokenShare,
  type CopyingHead,
} from './copying';
export { inductionByHand } from './handmade';
export { hookedAttention, contextScore, hookedLanguage, type HookedModel } from './hookedmodel';
export { headName, randomHeadsLike, rankedHeads, type Head } from './heads';
export {
  attentionMaps,
  markedAttention,
  matchingMarks,
  prefixMatching,
  previousMarks,
  type Marks,
} from './prefixmatching';
export {
  REPEATED,
  repeatedPair,
  repeatedSequence,
  type RepeatedSequence,
  type RepeatedSettings,
} from './repeated';
export {
  REPEATED_TRAINING,
  RepeatedTrainer,
  nextTokenLosses,
  type RepeatedTraining,
} from './repeatedtrainer';
export { keptTokens } from './anchorcontext';
export { anchorAttention, anchorScores, optionAreas } from './anchorscores';
export { isolating, labelLoyalty, wordLoyalty } from './isolating';
export {
  REWEIGHTING,
  learnedWeights,
  reweighting,
  type AnchorWeights,
  type ReweightingConfig,
} from './reweighting';
export { attentionSaliency, informationFlow, type InformationFlow } from './saliency';
export { patchedState, targetStates } from './statepatch';
export { optionLogs, smallRun, textRun, topTokens, type Anchor, type TargetRun } from './targetrun';
