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
  episodeCrossEntropy,
  EpisodeModel,
  episodesUnderMethod,
  loadEpisodeModel,
  type EpisodeModelConfig,
} from './episodemodel';
export {
  ANSWER_SIZE,
  asTensors,
  EpisodeSource,
  SLOTS,
  type Episode,
  type Episodes,
} from './episodes';
export { EPISODE_TRAINING, EpisodeTrainer, type EpisodeTraining } from './episodetrainer';
export { chooseEpisodeLayer, evaluate, type EvaluationConfig, type TaskScore } from './evaluate';
export {
  decodeTexts,
  distinctTexts,
  readTexts,
  taskKindOf,
  type LabelledText,
  type TaskKind,
} from './examples';
export { FEATURES, TextFeatures, wordsOf, type FeatureConfig } from './features';
export {
  ATTRIBUTES,
  bayesOfOwnTasks,
  LABEL_WORDS,
  OWN_SETTING,
  OWN_TASKS,
  ownRows,
  ownTasks,
  readOff,
  settingOrOwn,
  withPlainLabels,
  type Attribute,
  type OwnTask,
} from './owntasks';
export {
  EPISODES,
  likeliestOption,
  optionScorer,
  rightAnswers,
  rightOptionProbability,
  type OptionScorer,
} from './scorer';
export {
  isAbusive,
  OVERLAPS,
  settingOf,
  SETTINGS,
  type Setting,
  type SettingKey,
} from './settings';
export { TEXT_TRAINING, TextTrainer, type TextTraining } from './texttrainer';
export { vectorReader } from './vectorreader';
