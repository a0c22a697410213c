/** What everything rests on: backend, random streams, files, errors, compiled graphs. */
export { backendName, ready, type BackendName } from './backend';
export { download, fetchPlain, type DownloadProgress, type Remote } from './download';
export { CourseError, finiteNumber, knownKeys, lookUp, positiveInteger } from './errors';
export { readWhole, writeAtomic } from './files';
export { softmax } from './numerics';
export { allPermutations, stream, type Stream } from './random';
export {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  SafetensorsReader,
  withSafetensors,
  writeSafetensors,
  type ArrayEntry,
  type NamedArray,
  type TensorFile,
} from './safetensors';
export {
  compile,
  inChunks,
  shapesByRule,
  type Binding,
  type Compiled,
  type CompileOptions,
  type MadeTensor,
  type Precision,
} from './compile';
