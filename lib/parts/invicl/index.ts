/** InvICL (Fang et al., ICLR 2025): its experiments on numbers and on texts. */
export {
  EPISODE_KIND,
  type EpisodeConfig,
  type EpisodeExperiment,
  type EpisodeMeasures,
} from './episodes';
export {
  type DrawnTask,
  type ReadTasks,
  type ReadingConfig,
  type ReadingVariant,
} from './readingconfig';
export { type MetricValues } from './readtasks';
export { READING_KIND, type ReadingExperiment } from './readings';
export {
  ORDERS_KIND,
  measureOrders,
  type OrdersAsked,
  type OrdersConfig,
  type OrdersExperiment,
} from './readingorders';
export {
  PLACES_KIND,
  type PlacesConfig,
  type PlacesExperiment,
  type PlacesVariant,
} from './readingplaces';
export {
  loadOwnLanguageModel,
  OWN_TEMPLATE,
  ownTokenizer,
  TEXT_KIND,
  type TextConfig,
  type TextExperiment,
  type TextMeasures,
} from './texts';
export { ADAPTED_KIND, beforeAdapting, type AdaptedExperiment } from './adapted';
export { type AdaptedConfig, type AdaptedVariant } from './adaptedconfig';
