/** Loss, Adam, schedules, checkpoints and the training loop. */
export { Adam, type AdamConfig } from './adam';
export { readCheckpoint, type Checkpoint, type CheckpointFacts } from './checkpoint';
export { checkpointKind, kindOf, load, type CheckpointKind, type Loaded } from './kinds';
export { loadModel } from './load';
export { promptLoss } from './loss';
export { grownAt, rateAt, stageAt, type Growth, type RateSchedule, type Stages } from './schedule';
export {
  StepTrainer,
  type Progress,
  type RunEnd,
  type RunOptions,
  type StepConfig,
  type Trainable,
} from './steps';
export { Trainer, TRAINING, type TrainingConfig } from './trainer';
