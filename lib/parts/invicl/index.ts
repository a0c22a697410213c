/** InvICL (Fang et al., ICLR 2025): its experiments on numbers and on texts. */
export {
  encodedTasks,
  EPISODE_KIND,
  type EncodedTasks,
  type EpisodeConfig,
  type EpisodeExperiment,
  type EpisodeMeasures,
} from './episodes';
export { INVICL } from './part';
export { SYNTHETIC } from './synthetic';
export {
  loadOwnLanguageModel,
  OWN_TEMPLATE,
  ownTokenizer,
  ownWords,
  tasksOfConfig,
  TEXT_KIND,
  type TextConfig,
  type TextExperiment,
  type TextMeasures,
} from './texts';
export { EPISODE_EXPERIMENTS, TEXT_EXPERIMENTS } from './textual';
