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
export { drifting } from './experiments/drifting';
export { network, sparse, tree } from './experiments/functionclasses';
export { linearFixed, linearRandom } from './experiments/onetoken';
export { rates } from './experiments/rates';
export {
  ALL_RIVALS,
  CANONICAL,
  earlyShare,
  FIGURE10,
  FIGURE3,
  FIGURE4,
  FIGURE6,
  FIGURE7,
  inWordsOf,
  linear,
  LINEAR_BASELINES,
  pairs,
  profiles,
  shiftsOf,
  STANDARD,
  TABLE5,
  versus,
} from './experiments/shared';
export { SYNTHETIC } from './experiments/synthetic';
export { EPISODE_EXPERIMENTS, TEXT_EXPERIMENTS } from './experiments/textual';
export { twoTokensFixed, twoTokensRandom, twoTokensShallow } from './experiments/twotokens';
