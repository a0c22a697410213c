/** The transformer, its masks and positions, and every method as a row of one table. */
export { type AdapterConfig, type AdapterTarget } from './adapters';
export { GPT2, type Architecture } from './architecture';
export { maskBias } from './attention';
export { batchICL } from './batchicl';
export { sizeOf, SIZES, type SizeName, type TransformerSize } from './config';
export { EditablePrompt, type Work } from './editable';
export { ForwardPass, type Form } from './forward';
export {
  InContextModel,
  underMethod,
  type Layout,
  type ModelConfig,
  type OwnModelConfig,
  type Outputs,
} from './incontext';
export * as inviclForms from './invicl';
export { dense, gelu, layerNorm, type DenseWeights, type NormWeights } from './layers';
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
export { ParameterStore } from './parameterstore';
export * as positions from './positions';
export {
  disposePrompts,
  NUMBERS,
  promptSizes,
  reorder,
  requireFinite,
  type Predictor,
  type PromptFormat,
  type Prompts,
  type PromptSizes,
} from './prompts';
export { oneTestEach, type Choice, type PromptTensors } from './prompttensors';
export { rmsNorm } from './rmsnorm';
export { type Angles, type Rotary } from './rotary';
export { smeared } from './smear';
export { firstStage, secondStage, type Blocks, type Finals, type FirstCopies } from './structured';
export { swiglu } from './swiglu';
export {
  countParameters,
  Transformer,
  type BlockWeights,
  type Hook,
  type KeysValues,
  type Parameters,
  type PassOptions,
} from './transformer';
