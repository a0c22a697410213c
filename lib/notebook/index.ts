/** What notebooks show: figures, tables, progress, recorded results, checks of exercises. */
export {
  heatPanels,
  lineChart,
  lineTraces,
  maskPanel,
  rankedPoints,
  stackedBars,
  violins,
  yAxisOf,
  type Bar,
  type BarPart,
  type ChartText,
  type Group,
  type HeatPanel,
  type Line,
  type LineAxes,
} from './charts';
export { check, exercise, exerciseState, TODO, type ExerciseState } from './checks';
export { decisionChart, type DecisionArrow, type DecisionBox } from './decisions';
export { Display, inNotebook, show } from './display';
export { axis, axisTitles, FONT, layoutOf, WIDTH, wrap, type Figure, type Trace } from './figure';
export { frame, rowsOf, showFrame, type DataFrame } from './frame';
export { axesInBox, axisSuffix, panelAxes, panelGrid, panelTitle, type PanelBox } from './grid';
export { decisionPanels, type MapPanel } from './maps';
export { shades, SHADES, styleOf, withOpacity, type LineStyle } from './palette';
export {
  linePanels,
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
export { checkKernel, courseRoot, dataPath, profile, start, type Profile } from './start';
export { showTable, toHtml, toMarkdown, type Rows } from './table';
