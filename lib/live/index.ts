/** Live figures: the trained models and the symbolic pass under the reader's hand, in the page. */
export { openLive, type LiveName, type LiveOutput, type OpenFigure } from './figures';
export {
  completed,
  ON_DARK,
  ON_LIGHT,
  type Control,
  type Drawing,
  type Ink,
  type LiveFigure,
} from './figure';
export { type GateStart } from './gate';
export { leakPath } from './leaks';
export { packed } from './packed';
export { type CitiesOutput } from './citiesstate';
export { type SessionOutput } from './session';
export { type ConflictSettings } from './conflictstate';
export { type MaskSettings } from './mask';
export { type PlaneContext, type PlaneOutput } from './planeoutput';
export { type PromptSettings } from './prompt';
export {
  drawnPrompt,
  modelAnswers,
  type LiveModels,
  type PointPrompt,
  type PointSettings,
} from './regression';
