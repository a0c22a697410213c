/** What everything rests on: backend, random streams, files, errors, compiled graphs. */
export { backendName, ready, tf, type BackendName } from './backend';
export { cacheFolder } from './cache';
export { download, fetchPlain, reach, type DownloadProgress, type Remote } from './download';
export {
  CourseError,
  demand,
  finiteNumber,
  knownKeys,
  lookUp,
  positiveInteger,
  shareNumber,
} from './errors';
export { readJson, readWhole, writeAtomic } from './files';
export { dot, logSum, nearest, softmax, squaredDistance } from './numerics';
export { isInstalled, needPackages } from './optional';
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
