/** Loss, Adam, schedules, checkpoints and the training loop. */
export { ADAM, Adam, type AdamConfig } from './adam';
export {
  CHECKPOINT_VERSION,
  readCheckpoint,
  restored,
  restoreVariables,
  writeCheckpoint,
  type Checkpoint,
  type CheckpointFacts,
} from './checkpoint';
export { checkpointKind, kindOf, load, type CheckpointKind, type Loaded } from './kinds';
export { loadModel } from './load';
export { promptLoss } from './loss';
export { grownAt, rateAt, stageAt, type Growth, type RateSchedule, type Stages } from './schedule';
export {
  checkedSteps,
  clipped,
  gradientsOf,
  STEPS,
  StepTrainer,
  type Progress,
  type RunEnd,
  type RunOptions,
  type StepConfig,
  type Trainable,
} from './steps';
export { Trainer, TRAINING, type TrainingConfig } from './trainer';
