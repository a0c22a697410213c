export * from './compile';
export { inChunks } from './sequence';
export { shapesByRule } from './shapes';
export type { Binding, MadeTensor } from './binding';
