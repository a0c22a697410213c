/** The engine of experiments: what one is, and how its jobs run. */
export { checkExperiment } from './checks';
export {
  BASELINES,
  commandOf,
  hashOf,
  jobsOf,
  planExperiment,
  sharedHash,
  variantOf,
  type BaseConfig,
  type MeasuringRun,
  type TrainedConfig,
  type Experiment,
  type ExperimentKind,
  type ExperimentOf,
  type Job,
  type Plan,
  type PlanOf,
  type ProfileName,
  type Put,
  type Requirements,
  type TrainingRun,
  type Trial,
  type Variant,
} from './experiment';
export { type LineStyle } from './part';
export { dataFolderOf } from './places';
export { codeHash, commitOf } from './provenance';
export {
  modelConfigOf,
  type DerivedPredictor,
  type Measures,
  type MethodVariant,
  type PromptConfig,
  type PromptExperiment,
  type PromptPlan,
} from './prompts';
export {
  filesOf,
  isDone,
  requirementsOf,
  runJob,
  trySteps,
  type JobEnd,
  type JobFiles,
  type JobOptions,
} from './run';
export {
  checkSettings,
  settingsInWords,
  type SettingSchema,
  type SettingInWords,
} from './settings';
