/** What notebooks show: figures, tables, progress, recorded results, checks of exercises. */
export {
  heatPanels,
  lineChart,
  maskPanel,
  rankedPoints,
  stackedBars,
  violins,
  type Bar,
  type BarPart,
  type ChartText,
  type Group,
  type HeatPanel,
} from './charts';
export {
  check,
  exercise,
  exerciseOn,
  exerciseState,
  titleClaim,
  TODO,
  type ExerciseState,
} from './checks';
export { type Line, type LineAxes } from './lines';
export { decisionChart, type DecisionArrow, type DecisionBox } from './decisions';
export { show } from './display';
export { fetchPretrained } from './fetching';
export { type Figure, type Trace } from './figure';
export { forestPlots } from './forest';
export { pictureGallery, type GalleryRow, type GallerySheet, type PixelColours } from './gallery';
export { frame, rowsOf, showFrame, type DataFrame } from './frame';
export {
  liveCities,
  liveGate,
  liveConflict,
  liveMask,
  liveOrders,
  livePass,
  livePlane,
  livePrompt,
  liveSession,
  type SessionSettings,
} from './live';
export { decisionPanels, type MapPanel } from './maps';
export { shades, SHADES, styleOf } from './palette';
export {
  linePanels,
  menuChart,
  pathsOver,
  sliderChart,
  type Landscape,
  type LinePanel,
  type SliderStop,
} from './panels';
export { progress, progressLine } from './progress';
export { toPng, toSvg } from './render';
export {
  atExamples,
  byExamples,
  bySteps,
  notebookFiles,
  percent,
  recorded,
  recordedScores,
  scoresByExamples,
  scoresBySize,
  scoresBySteps,
  scoresByTeaching,
  showLinkedVerdicts,
  shownVerdicts,
  showVerdicts,
  type Recorded,
  type ShownVerdict,
} from './results';
export { dataPath } from '../core/coursepath';
export { checkKernel, profile, start, type Profile } from './start';
export { showTable, toHtml, toMarkdown, type Rows } from './table';
