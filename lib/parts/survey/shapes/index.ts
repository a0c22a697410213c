/** Other shapes of demonstrations: as vectors. */
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
