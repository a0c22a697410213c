/**
 * In-context learning models that read like the papers. Import a module:
 * `import { model, tasks } from 'invicl'`. A module uses only those above it in this list;
 * no part of the course uses another.
 *
 * @module
 */

/** TensorFlow.js, on the best backend that this machine has. */
export { tf } from './core/backend';
/** What everything rests on: backend, random streams, files, errors, compiled graphs. */
export * as core from './core';
/** The transformer, its masks and positions, and every method as a row of one table. */
export * as model from './model';
/** Predictors that are no transformers: least squares, trees, the Kalman filter and others. */
export * as baselines from './baselines';
/** Few-shot classification: interface, embeddings, measures, untrained classifiers. */
export * as classifiers from './classifiers';
/** Where prompts come from: function classes and kinds of classification. */
export * as tasks from './tasks';
/** Loss, Adam, schedules, checkpoints and the training loop. */
export * as training from './training';
/** Error curves, permutation tests, probes, scores and statistics. */
export * as evaluation from './evaluation';
/** Drawn characters: alphabets that the course draws itself, and Omniglot. */
export * as glyphs from './glyphs';
/** Language models: families, tokenizers, prompts, scoring, read caches, sessions. */
export * as language from './language';
/** MetaICL: the format of its tasks, its settings, episodes, and models that answer them. */
export * as metaicl from './metaicl';
/** What was measured: records, rules that decide claims, verdicts, timings. */
export * as records from './records';
/** The engine of experiments: what one is, and how its jobs run. */
export * as experiments from './experiments';
/** The theory of InvICL: masks enumerated, recursions, linear attention, cost. */
export * as theory from './parts/invicl/theory';
/** InvICL (Fang et al., ICLR 2025): its experiments on numbers and on texts. */
export * as invicl from './parts/invicl';
/** In-context learners as few-shot learners (Wu et al., ICLR 2025). */
export * as fewshot from './parts/fewshot';
/** The theory of a gate between an in-weight and an in-context predictor. */
export * as gate from './parts/inweight/gate';
/** In-context against in-weight learning (Chan et al., ICLR 2025). */
export * as inweight from './parts/inweight';
/** TaskWorld: a small language with enumerated tasks, and its exact answer. */
export * as world from './parts/survey/world';
/** The small language model that is trained on TaskWorld. */
export * as small from './parts/survey/small';
/** A survey of in-context learning: its experiments and what they ask. */
export * as survey from './parts/survey';
/** Options scored by three models on one interface; calibration and reliability of the answers. */
export * as scoring from './parts/survey/scoring';
/** Ways to choose demonstrations from a pool. */
export * as choosing from './parts/survey/choosing';
/** Orders of demonstrations. */
export * as ordering from './parts/survey/ordering';
/** Compositions of functions, answered with and without written steps. */
export * as steps from './parts/survey/steps';
/** Other shapes of demonstrations: written by the model, in groups, as vectors, distilled. */
export * as shapes from './parts/survey/shapes';
/** In-context learning at work: labelling, retrieval, edits. */
export * as work from './parts/survey/work';
/** Instructions: guessed from demonstrations, searched, tuned to, written by the model itself. */
export * as instructions from './parts/survey/instructions';
/** What in the demonstrations matters: labels, positions, features, and what is similar. */
export * as factors from './parts/survey/factors';
/** What training must hold: packing, domains and amount of documents, number of tasks. */
export * as pretraining from './parts/survey/pretraining';
/** Warm-up between pre-training and use: symbols, MetaICL, pseudo tasks, curves that saturate. */
export * as warmup from './parts/survey/warmup';
/** Mechanisms of in-context learning: induction heads, in models of attention alone and in real ones. */
export * as mechanisms from './parts/survey/mechanisms';
/** Learning as inference: hidden concepts and their exact answer, averages of Bayes, kernels, codes. */
export * as inference from './parts/survey/inference';
/** Learning as optimisation: iterations and layers, updates of weights, choice of algorithms. */
export * as optimisation from './parts/survey/optimisation';
/** Words and pictures: sight for a language model that has only read, and documents with a layout. */
export * as captions from './parts/survey/captions';
/** Learning from pictures in context: tasks on pictures, canvases with a hole, diffusion. */
export * as pictures from './parts/survey/pictures';
/** The registry: the parts of the course and every experiment by its name. */
export * as registry from './parts/registry';
/** What notebooks show: figures, tables, progress, recorded results, checks of exercises. */
export * as notebook from './notebook';
