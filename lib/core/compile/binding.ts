/**
 * The part of tfjs-node that compiling relies on: the backend's four doors to TensorFlow. These
 * names are private to
 * @tensorflow/tfjs-node 4.22; `nodeBackend` checks that they are there, and everything runs eagerly
 * when they are not.
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

/** What TensorFlow says of a tensor it made. */
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

interface Held {
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
    get(dataId: object): Held;
    set(dataId: object, held: Held): void;
    has(dataId: object): boolean;
  };
  write(values: unknown, shape: number[], dtype: DataType): object;
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(made: MadeTensor): Tensor;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
  readSync(dataId: object): unknown;
}

const DOORS = [
  'executeOp',
  'createTensor',
  'deleteTensor',
  'tensorDataSync',
  'loadSavedModel',
  'runSavedModel',
  'deleteSavedModel',
];

/**
 * The backend when it is tfjs-node with the doors that compiling needs; otherwise why not, in a
 * sentence.
 */
export function nodeBackend():
  { readonly backend: NodeBackend } | { readonly reason: string; readonly unexpected?: true } {
  if (tf.getBackend() !== 'tensorflow')
    return { reason: `the backend '${tf.getBackend()}' has no graphs` };
  const backend = tf.backend() as unknown as Partial<NodeBackend>;
  const binding = backend.binding as unknown as Readonly<Record<string, unknown>> | undefined;
  const methods = [
    'write',
    'getInputTensorIds',
    'createOutputTensor',
    'disposeData',
    'incRef',
    'readSync',
  ] as const;
  const fits =
    binding &&
    DOORS.every((door) => typeof binding[door] === 'function') &&
    backend.tensorMap &&
    methods.every((name) => typeof backend[name] === 'function');
  return fits
    ? { backend: backend as NodeBackend }
    : { reason: 'this version of tfjs-node has other internals than 4.22', unexpected: true };
}
