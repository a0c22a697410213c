/**
 * The part of tfjs-node that compiling relies on: its backend object and the functions of its
 * native addon. These names are private to tfjs-node 4.22; `nodeBackend` checks that they exist,
 * and everything runs eagerly when they do not.
 */
import type { DataType, Tensor } from '@tensorflow/tfjs';

import { tf } from '../backend';

export type Values = Float32Array | Int32Array | Uint8Array;

/** An attribute as tfjs-node hands it to an operation. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A tensor that TensorFlow has made, as the native addon describes it. */
export interface MadeTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

export interface AttributeKinds {
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

/** The native addon. */
export interface Binding extends AttributeKinds {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  createTensor(shape: readonly number[], dtype: number, values: Values): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Values;
  executeOp(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): MadeTensor[];
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(
    model: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): MadeTensor[];
  deleteSavedModel(model: number): void;
}

/** What the backend stores of a tensor; `values` until they are uploaded. */
interface StoredTensor {
  shape: number[];
  dtype: number;
  id: number;
  values: Values | null;
  refCount: number;
}

/** The backend object of tfjs-node. */
export interface NodeBackend {
  binding: Binding;
  readonly tensorMap: {
    get(dataId: object): StoredTensor;
    set(dataId: object, stored: StoredTensor): void;
    has(dataId: object): boolean;
  };
  write(values: unknown, shape: number[], dtype: DataType): object;
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(made: MadeTensor): Tensor;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
  readSync(dataId: object): unknown;
}

const BINDING_FUNCTIONS = [
  'executeOp',
  'createTensor',
  'deleteTensor',
  'tensorDataSync',
  'loadSavedModel',
  'runSavedModel',
  'deleteSavedModel',
] as const;

const BACKEND_METHODS = [
  'write',
  'getInputTensorIds',
  'createOutputTensor',
  'disposeData',
  'incRef',
  'readSync',
] as const;

/** The backend in use, typed as that of tfjs-node, which it may not be. */
export const backendInUse = (): Partial<NodeBackend> =>
  tf.backend() as unknown as Partial<NodeBackend>;

/**
 * The backend when it is tfjs-node with the functions that compiling needs; otherwise the reason
 * why not.
 */
export function nodeBackend():
  { readonly backend: NodeBackend } | { readonly reason: string; readonly unexpected?: true } {
  if (tf.getBackend() !== 'tensorflow')
    return { reason: `the backend '${tf.getBackend()}' has no graphs` };
  const backend = backendInUse();
  const binding: Partial<Binding> | undefined = backend.binding;
  const fits =
    binding &&
    BINDING_FUNCTIONS.every((name) => typeof binding[name] === 'function') &&
    backend.tensorMap &&
    BACKEND_METHODS.every((name) => typeof backend[name] === 'function');
  return fits
    ? { backend: backend as NodeBackend }
    : { reason: 'this version of tfjs-node has other internals than 4.22', unexpected: true };
}
