/** In-context learning models that read like the papers. Import a room: `import { model, tasks } from 'invicl'`. */
export { tf } from './core/backend';
export * as core from './core';
