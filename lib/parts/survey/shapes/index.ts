/** Other shapes of demonstrations: written by the model, in groups, as vectors, distilled. */
export { Distiller, DISTILLED_VECTORS, distillerFor, type DistillerConfig } from './distiller';
export { demonstratedLayout, distilledLayout } from './distilledlayout';
export { distilledLogits, distilledScorer } from './distilled';
export { loadDistiller } from './distillercheckpoint';
export { DISTILLER_TRAINING, DistillerTrainer, type DistillerTraining } from './distillertrainer';
