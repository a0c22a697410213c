/** Loss, Adam, schedules, checkpoints and the training loop. */
export { Adam, ADAM, type AdamConfig } from './adam';
export {
  CHECKPOINT_VERSION,
  loadModel,
  readCheckpoint,
  restored,
  restoreVariables,
  writeCheckpoint,
  type Checkpoint,
  type CheckpointFacts,
} from './checkpoint';
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
