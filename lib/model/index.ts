/** The transformer, its masks and positions, and every method as a row of one table. */
export { attentionWeights, biasOf, biasValues, FORBIDDEN, joinHeads, maskBias } from './attention';
export { averagedAttention, batchAnswers, batchICL, checkBatchLayer } from './batchicl';
export { sizeOf, SIZES, type SizeName, type TransformerSize } from './config';
export { EditablePrompt, type Work } from './editable';
export { ForwardPass, type Form } from './forward';
export {
  InContextModel,
  underMethod,
  type Layout,
  type ModelConfig,
  type Outputs,
} from './incontext';
export * as inviclForms from './invicl';
export { dense, exactGelu, gelu, layerNorm, type DenseWeights, type NormWeights } from './layers';
export { layoutPrompt, type PromptLayout } from './layout';
export * as masks from './masks';
export {
  checkStructured,
  methodOf,
  METHODS,
  pcwMethod,
  type Method,
  type MethodKey,
} from './methods';
export { microbatchOf } from './microbatch';
export {
  averagedOverOrderings,
  canonicalOrder,
  inCanonicalOrder,
  sampledInCanonicalOrder,
} from './orderings';
export { ownMixture, ownScores, type Cut } from './ownblock';
export * as positions from './positions';
export {
  checkOrder,
  disposePrompts,
  firstExamples,
  lastExamples,
  NUMBERS,
  promptSizes,
  reorder,
  requireFinite,
  type Predictor,
  type PromptFormat,
  type Prompts,
  type PromptSizes,
} from './prompts';
export {
  apart,
  choiceFor,
  chosenExamples,
  mapTensors,
  oneExampleEach,
  oneTestEach,
  repeated,
  type Choice,
  type PromptTensors,
} from './prompttensors';
export { anglesAt, rotated, type Angles, type Rotary } from './rotary';
export {
  firstStage,
  SCORES_AT_ONCE,
  secondStage,
  structuredForward,
  type Blocks,
  type Finals,
  type FirstCopies,
} from './structured';
export {
  assignAll,
  copiesOf,
  countParameters,
  GPT2,
  ParameterStore,
  squaredNorm,
  Transformer,
  type Architecture,
  type BlockWeights,
  type Hook,
  type KeysValues,
  type Parameters,
  type PassOptions,
} from './transformer';
