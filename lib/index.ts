/**
 * In-context learning models that read like the papers. Import a module: `import { model, tasks } from 'invicl'`.
 * The order is that of the layers: a module uses those above it only.
 */
export { tf } from './core/backend';
export * as core from './core';
export * as model from './model';
export * as baselines from './baselines';
export * as classifiers from './classifiers';
export * as tasks from './tasks';
export * as training from './training';
export * as evaluation from './evaluation';
export * as glyphs from './glyphs';
export * as language from './language';
export * as metaicl from './metaicl';
export * as records from './records';
export * as experiments from './experiments';
export * as theory from './parts/invicl/theory';
export * as invicl from './parts/invicl';
export * as fewshot from './parts/fewshot';
export * as gate from './parts/inweight/gate';
export * as inweight from './parts/inweight';
export * as registry from './parts/registry';
export * as notebook from './notebook';
