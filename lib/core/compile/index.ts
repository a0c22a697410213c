export {
  compile,
  type Compiled,
  type CompileOptions,
  type Precision,
  type Result,
} from './compile';
export { inChunks } from './sequence';
export { shapesByRule } from './shapes';
export type { Binding, MadeTensor } from './binding';
