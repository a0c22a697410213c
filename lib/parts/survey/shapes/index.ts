/** Other shapes of demonstrations: written by the model, in groups, as vectors, distilled. */
export { Distiller, DISTILLER, type DistillerConfig } from './distiller';
export { distilledLayout, distilledLogits, distilledScorer } from './distilled';
export { loadDistiller } from './distillercheckpoint';
export { DISTILLER_TRAINING, DistillerTrainer, type DistillerTraining } from './distillertrainer';
