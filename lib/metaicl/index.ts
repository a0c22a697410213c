/** MetaICL: the format of its tasks, its settings, episodes, and models that answer them. */
export { majority, nearestText, ridgeOnExamples } from './baselines';
export { batchICLOnEpisodes } from './batchicl';
export {
  benchmarkFolder,
  DEMONSTRATION_SEEDS,
  fileNames,
  readTasks,
  type TextTask,
} from './benchmark';
export {
  EpisodeModel,
  episodesUnderMethod,
  loadEpisodeModel,
  type EpisodeModelConfig,
} from './episodemodel';
export { ANSWER_SIZE, asTensors, SLOTS, type Episode, type Episodes } from './episodetensors';
export { EpisodeSource } from './episodes';
export { episodeScorer } from './episodescorer';
export { EpisodeTrainer, type EpisodeTraining } from './episodetrainer';
export { evaluate, type EvaluationConfig, type TaskScore } from './evaluate';
export {
  decodeTexts,
  distinctTexts,
  taskKindOf,
  type LabelledText,
  type TaskKind,
} from './examples';
export { TextFeatures, wordsOf, type FeatureConfig } from './features';
export {
  ATTRIBUTES,
  bayesOfOwnTasks,
  OWN_SETTING,
  OWN_TASKS,
  ownTasks,
  readOff,
  withPlainLabels,
  type Attribute,
  type OwnTask,
} from './owntasks';
export { EPISODES, optionScorer, rightOptionProbability, type OptionScorer } from './scorer';
export { isAbusive, OVERLAPS, settingOf, SETTINGS, type Setting } from './settings';
export { TextTrainer, type TextTraining } from './texttrainer';
export {
  REAL_TASKS,
  TWO_LABEL_TASKS,
  drawnFrom,
  withWords,
  realTask,
  type Drawn,
  type RealTask,
} from './realtasks';
export { splitTask, type SplitSizes, type TaskSplits } from './splits';
