/** The theory of InvICL: masks enumerated, recursions, linear attention, cost. */
export {
  ATTENDED_PAIRS,
  forwardOperations,
  memoryModel,
  structuredOperations,
  type CountedMethod,
  type MemoryModel,
} from './cost';
export {
  enumerateMasks,
  isInterdependent,
  isInvariant,
  isLeakFree,
  isSortable,
  maskOfNumber,
  type Enumeration,
} from './enumeration';
export {
  blockForm,
  descentLayer,
  LINEAR_MASKS,
  linearStep,
  linearTokens,
  slotsByLayer,
  type LinearLayer,
  type LinearMask,
} from './linearattention';
export {
  likeness,
  LinearTransformer,
  trainLinear,
  type Likeness,
  type LinearTraining,
  type LinearTransformerConfig,
} from './lineartransformer';
export { measureProperties, type MeasuredProperties } from './measured';
export {
  errorMatrix,
  FIXED_POINTS,
  kaczmarzSweep,
  LIMITS,
  RECURSIONS,
  type Recursion,
  type RecursionName,
} from './recursions';
export { gram, regression, spectralRadius, steepest, type Regression } from './regression';
export {
  allMethodProperties,
  methodProperties,
  type Interdependence,
  type Properties,
} from './symbolic';
