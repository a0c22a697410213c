/** The theory of a gate between an in-weight and an in-context predictor. */
export {
  noisyCopy,
  simulatedError,
  simulatedSwitch,
  switchByBound,
  switchByExpectation,
  switchExactly,
} from './crossover';
export {
  adversarialRounds,
  playGame,
  randomRounds,
  regrets,
  tableBound,
  type CellRegret,
  type ChanceConfig,
  type GameOptions,
  type Nature,
  type Round,
  type RoundPrompt,
  type RoundSource,
} from './game';
export { bayesGate, exp3Gate, hedgeGate, type BanditGate, type Gate } from './gates';
export { clippedMinimiser, entropy, expectedCrossEntropy, noisyLabel } from './simplex';
export {
  drawnBound,
  drawnCounts,
  drawnLabel,
  exactExcess,
  excessBound,
  expectedExcess,
  frequencyBound,
  learnTable,
  smoothed,
  type TableSizes,
  type TableTrial,
} from './table';
export {
  contextBounds,
  direction,
  massOnRight,
  simpleLower,
  typedLower,
  type ContextBounds,
} from './vote';
