/** In-context learning models that read like the papers. Import a room: `import { model, tasks } from 'invicl'`. */
export { tf } from './core/backend';
export * as core from './core';
export * as model from './model';
export * as tasks from './tasks';
export * as learners from './learners';
export * as training from './training';
export * as fewshot from './fewshot';
export * as domains from './domains';
export * as gate from './gate';
export * as inweight from './inweight';
export * as text from './text';
export * as evaluation from './evaluation';
export * as theory from './theory';
export * as experiments from './experiments';
export * as notebook from './notebook';
