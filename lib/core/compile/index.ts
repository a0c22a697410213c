export * from './compile';
export { inChunks } from './sequence';
