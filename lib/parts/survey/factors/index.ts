/** What in the demonstrations matters: labels, positions, features, and what is similar. */
export {
  LABEL_CONDITIONS,
  askedOptions,
  inCondition,
  withRandomLabels,
  withShareRight,
  withOtherWords,
  type Condition,
  type ConditionMaterial,
  type KeptAspects,
  type ShownExample,
} from './conditions';
export { labelEffectRatio, labelSensitivity } from './effects';
export { partsText, smallAsker, textAsker, worldAsker, type ConditionAsker } from './asking';
export { UNRELATED_WORDS } from './unrelated';
