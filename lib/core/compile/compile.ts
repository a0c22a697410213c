/**
 * compile(fn): plain tfjs code becomes one TensorFlow graph per input shape. The function runs once
 * with a recorder in place of the native binding; the graph is written as a SavedModel and run from
 * then on. On backends without graphs the same function simply runs.
 */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { DataType, KernelConfig, Tensor, Variable } from '@tensorflow/tfjs';

import { tf } from '../backend';
import { CourseError, demand, lookUp } from '../errors';
import { HOST } from '../files';
import { sweep } from '../processes';
import { backendInUse, nodeBackend, type NodeBackend } from './binding';
import { Recorder } from './recorder';
import { isRecording, recordWith } from './sequence';

/** What a compiled function may return. */
export type Result = Tensor | Tensor[] | { [name: string]: Tensor };

/** A function that runs as one graph per input shape. */
export interface Compiled<R extends Result> {
  /**
   * Runs the function.
   *
   * @param inputs tensors of any shapes, float32, int32 or bool; they stay the caller's
   * @returns what the function returns; the caller disposes it
   * @throws CourseError when the function cannot be recorded (it reads values, is async, makes
   *   variables, is random)
   */
  run(...inputs: readonly Tensor[]): R;
  /** 'graph', or 'eager' with the reason. */
  readonly mode: { readonly kind: 'graph' } | { readonly kind: 'eager'; readonly reason: string };
  /** How many graphs there are now (one per input shape seen). */
  readonly graphs: () => number;
  /** Frees all graphs. */
  dispose(): void;
}

/** How to compile. */
export interface CompileOptions {
  /**
   * false: run the function as it is. The environment variable ICL_COMPILE=0 does the same
   * everywhere.
   */
  readonly compile?: boolean;
  /**
   * 'bf16': large matrix products in bfloat16 (8 bits of precision), where that is faster; refused
   * where it is not.
   */
  readonly precision?: Precision;
  /**
   * The plain tensors from outside that the function reads, as they are now: they are constants of
   * the graph. Others must be inputs or variables.
   */
  readonly constants?: () => readonly Tensor[];
  /** How many runs with a new input shape are eager before a graph is made for it (default 0). */
  readonly eagerFirst?: number;
}

/** How exact matrix products are. */
export type Precision = 'fp32' | 'bf16';

interface Graph<R> {
  run(inputs: readonly Tensor[]): R;
  dispose(): void;
}

interface Engine {
  readonly registeredVariables: Readonly<Record<string, Variable>>;
  readonly state: { readonly gradientDepth: number };
  makeTensorFromTensorInfo(info: { dataId: object; shape: number[]; dtype: DataType }): Tensor;
  removeDataId(dataId: object, backend: unknown): void;
}
const engine = (): Engine => tf.engine() as unknown as Engine;

/**
 * GatherV2's kernel reads its indices to check them; while recording they do not exist, and
 * TensorFlow checks them itself.
 */
let gatherPatched = false;
function patchGather(): void {
  if (gatherPatched) return;
  const old = tf.getKernel('GatherV2', 'tensorflow');
  const kernelFunc: KernelConfig['kernelFunc'] = (args) => {
    if (!isRecording()) return old.kernelFunc(args);
    const backend = backendInUse();
    const { readSync } = backend;
    backend.readSync = () => [];
    try {
      return old.kernelFunc(args);
    } finally {
      backend.readSync = readSync!;
    }
  };
  tf.unregisterKernel('GatherV2', 'tensorflow');
  tf.registerKernel({ ...old, kernelFunc });
  gatherPatched = true;
}

/** What one recording gives: the graph, what to feed, what to fetch. */
interface Recording {
  readonly bytes: Buffer;
  readonly inputNames: readonly (string | null)[];
  readonly variables: readonly Variable[];
  readonly variableNames: readonly string[];
  readonly outputs: readonly string[];
  readonly assigned: readonly Variable[];
  readonly keys: readonly string[] | 'array' | 'one';
}

/**
 * Gives each variable storage of its own, by which a recording tells variables apart; after
 * a.assign(b) the two share theirs.
 */
function separate(variables: readonly Variable[]): void {
  const seen = new Set<object>();
  for (const variable of variables) {
    if (seen.has(variable.dataId))
      tf.tidy(() =>
        variable.assign(tf.tensor(variable.dataSync(), variable.shape, variable.dtype)),
      );
    seen.add(variable.dataId);
  }
}

const full = (name: string): string => (name.includes(':') ? name : `${name}:0`);

/** Sets where a tensor finds its values; tfjs has no public way. */
function setDataId(tensor: Tensor, dataId: object): void {
  (tensor as unknown as { dataId: object }).dataId = dataId;
}

/**
 * Tells the recorder which tensors are variables, and protects their values from being freed while
 * the function assigns new ones.
 *
 * @returns where each variable finds its value now
 */
function protectVariables(
  backend: NodeBackend,
  recorder: Recorder,
  variables: readonly Variable[],
): object[] {
  return variables.map((variable) => {
    recorder.variables.set(backend.getInputTensorIds([variable])[0]!, variable);
    backend.incRef(variable.dataId);
    return variable.dataId;
  });
}

/** Gives the variables the values back that they had before the recording. */
function restoreVariables(
  backend: NodeBackend,
  variables: readonly Variable[],
  before: readonly object[],
): void {
  variables.forEach((variable, i) => {
    const [old, recorded] = [before[i]!, variable.dataId as object];
    if (recorded === old) {
      backend.disposeData(old);
      return;
    }
    setDataId(variable, old);
    if (backend.disposeData(recorded)) engine().removeDataId(recorded, backend);
  });
}

/**
 * Puts the recorder in place of the native binding.
 *
 * @returns a function that puts the native binding back
 */
function startRecording(backend: NodeBackend, recorder: Recorder): () => void {
  const { binding: real, write, getInputTensorIds } = backend;
  // tfjs-node uploads values lazily: a tensor from before must be uploaded for real, not into the
  // recording
  const own = new WeakSet<object>();
  backend.write = (values, shape, dtype) => {
    const dataId = write.call(backend, values, shape, dtype);
    own.add(dataId);
    return dataId;
  };
  backend.getInputTensorIds = (tensors) => {
    for (const { dataId } of tensors) {
      const stored = dataId && backend.tensorMap.has(dataId) ? backend.tensorMap.get(dataId) : null;
      if (!stored || own.has(dataId)) continue;
      if (stored.values !== null) {
        stored.id = real.createTensor(stored.shape, stored.dtype, stored.values);
        stored.values = null;
      }
      const fromOutside = stored.id >= 0 && !recorder.variables.has(stored.id);
      if (fromOutside) recorder.captured.set(dataId, stored.shape);
    }
    return getInputTensorIds.call(backend, tensors);
  };
  backend.binding = recorder.binding;
  recordWith(recorder);
  return () => {
    backend.binding = real;
    delete (backend as Partial<NodeBackend>).write;
    delete (backend as Partial<NodeBackend>).getInputTensorIds;
    recordWith(null);
    recorder.dispose();
  };
}

/** An input of the recorded function: a tensor that each run feeds, and its id. */
function symbolicInput(
  backend: NodeBackend,
  recorder: Recorder,
  { shape: given, dtype }: Tensor,
): { readonly id: number; readonly tensor: Tensor } {
  const { TF_FLOAT, TF_INT32, TF_BOOL } = backend.binding;
  const dtypes: Readonly<Record<string, number>> = {
    float32: TF_FLOAT,
    int32: TF_INT32,
    bool: TF_BOOL,
  };
  const [shape, nativeType] = [[...given], dtypes[dtype]!];
  const id = recorder.placeholder(shape, nativeType);
  const dataId = {};
  backend.tensorMap.set(dataId, { shape, dtype: nativeType, id, values: null, refCount: 1 });
  const tensor = engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype });
  return { id, tensor };
}

/** The tensors that the function returned, and the names under which it did. */
function returnedTensors(returned: unknown): {
  readonly tensors: readonly Tensor[];
  readonly keys: Recording['keys'];
} {
  demand(
    typeof (returned as Promise<unknown> | null)?.then !== 'function',
    () => 'A compiled function is async; a graph cannot wait.',
    'Make it synchronous, or run with compile: false.',
  );
  const remedy = 'Return a tensor, an array or an object of tensors.';
  if (returned instanceof tf.Tensor) return { tensors: [returned], keys: 'one' };
  const results = typeof returned === 'object' && returned !== null ? returned : {};
  const tensors: unknown[] = Object.values(results);
  demand(tensors.length > 0, () => 'A compiled function returned no tensor.', remedy);
  demand(
    tensors.every((value) => value instanceof tf.Tensor),
    () => 'A compiled function returned something that is no tensor.',
    remedy,
  );
  return { tensors, keys: Array.isArray(returned) ? 'array' : Object.keys(results) };
}

/** Disposes and refuses variables that the function has made. */
function refuseNewVariables(known: readonly Variable[]): void {
  const made = Object.values(engine().registeredVariables).filter(
    (variable) => !known.includes(variable),
  );
  for (const variable of made) variable.dispose();
  demand(
    made.length === 0,
    () => `A compiled function made ${made.length} variables while it was being recorded.`,
    'Make variables before, and use them inside.',
  );
}

/** Refuses tensors from outside that are not among the constants. */
function refuseCaptured({ captured }: Recorder, constants: readonly Tensor[]): void {
  const named = new Set<object>(constants.map(({ dataId }) => dataId));
  const other = [...captured].find(([dataId]) => !named.has(dataId));
  demand(
    other === undefined,
    () =>
      `A compiled function reads a tensor of shape [${other![1].join(', ')}] from outside; the ` +
      'graph would keep its values of today.',
    'Pass it in as an input, make it a variable, or name it among the constants.',
  );
}

/** Runs the function once on symbolic inputs, and writes down what it did. */
function record(
  backend: NodeBackend,
  fn: (...inputs: Tensor[]) => Result,
  like: readonly Tensor[],
  precision: Precision,
  constants: readonly Tensor[] = [],
): Recording {
  const recorder = new Recorder(backend.binding, precision === 'bf16');
  const variables = Object.values(engine().registeredVariables);
  separate(variables);
  const before = protectVariables(backend, recorder, variables);
  const stopRecording = startRecording(backend, recorder);
  const nameOf = (tensor: Tensor): string =>
    recorder.output(backend.getInputTensorIds([tensor])[0]!);
  try {
    let recording: Recording | null = null;
    tf.tidy(() => {
      const inputs = like.map((tensor) => symbolicInput(backend, recorder, tensor));
      const { tensors, keys } = returnedTensors(fn(...inputs.map(({ tensor }) => tensor)));
      const outputs = tensors.map(nameOf);
      refuseCaptured(recorder, constants);
      const assigned = variables.filter((variable, i) => variable.dataId !== before[i]);
      const all = [...outputs, ...assigned.map(nameOf)];
      const { bytes, names } = recorder.graph(all);
      const symbols = [...recorder.symbols.values()];
      const fed = symbols.filter((s) => s.variable && names.has(s.reference));
      recording = {
        bytes,
        inputNames: inputs.map(({ id }) => {
          const { reference } = recorder.symbols.get(id)!;
          return names.has(reference) ? full(reference) : null;
        }),
        variables: fed.map((s) => s.variable!),
        variableNames: fed.map((s) => full(s.reference)),
        outputs: all.map(full),
        assigned,
        keys,
      };
    });
    refuseNewVariables(variables);
    return recording!;
  } finally {
    restoreVariables(backend, variables, before);
    stopRecording();
  }
}

let swept = false;

/**
 * Does something with a graph in a folder of its own, which is removed. Its name holds that of the
 * process, so that what a killed one left is known.
 */
function inGraphFolder<T>(bytes: Buffer, use: (folder: string) => T): T {
  if (!swept) sweep(tmpdir());
  swept = true;
  let folder = '';
  try {
    folder = fs.mkdtempSync(join(tmpdir(), `invicl-graph-${HOST}-${process.pid}-`));
    fs.mkdirSync(join(folder, 'variables'));
    fs.writeFileSync(join(folder, 'saved_model.pb'), bytes);
    return use(folder);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new CourseError(
      `A graph could not be written to the folder for temporary files, '${tmpdir()}' (${code}).`,
      'Free some space there, or set TMPDIR to a folder that you may write to.',
    );
  } finally {
    if (folder) fs.rmSync(folder, { recursive: true, force: true });
  }
}

function load<R extends Result>(backend: NodeBackend, recorded: Recording): Graph<R> {
  const { binding } = backend;
  const model = inGraphFolder(recorded.bytes, (folder) => binding.loadSavedModel(folder, 'serve'));
  const { inputNames, variables, variableNames, outputs, assigned, keys } = recorded;
  const feedNames = [...inputNames.filter((name) => name !== null), ...variableNames].join(',');
  const fetchNames = outputs.join(',');
  const count = outputs.length - assigned.length;
  const run = (inputs: readonly Tensor[]): R => {
    const fed = inputs.filter((_, i) => inputNames[i] !== null);
    const made = binding
      .runSavedModel(
        model,
        backend.getInputTensorIds([...fed, ...variables]),
        feedNames,
        fetchNames,
      )
      .map((m) => backend.createOutputTensor(m));
    assigned.forEach((variable, i) => {
      const value = made[count + i]!;
      variable.assign(value);
      value.dispose();
    });
    const results = made.slice(0, count);
    if (keys === 'one') return results[0] as R;
    return (
      keys === 'array'
        ? results
        : Object.fromEntries((keys as readonly string[]).map((key, i) => [key, results[i]!]))
    ) as R;
  };
  return { run, dispose: () => binding.deleteSavedModel(model) };
}

const printed = new Set<string>();
function printOnce(sentence: string): void {
  if (!printed.has(sentence)) console.log(sentence);
  printed.add(sentence);
}

/** Less than this many times faster is no gain. */
const LEAST_GAIN = 1.1;
let gain: number | null = null;

/**
 * How many times faster a matrix product is in bfloat16 here, measured once on one of the size of a
 * training step's.
 */
function measuredGain(backend: NodeBackend): number {
  const [rows, C, out] = [1024, 128, 512];
  const inputs = [tf.ones([rows, C]), tf.ones([C, out])];
  const seconds = (['fp32', 'bf16'] as const).map((precision) => {
    const graph = load<Tensor>(
      backend,
      record(backend, (a, b) => a!.matMul(b!), inputs, precision),
    );
    const times = Array.from({ length: 12 }, () => {
      const since = performance.now();
      graph.run(inputs).dispose();
      return performance.now() - since;
    });
    graph.dispose();
    return Math.min(...times.slice(2));
  });
  tf.dispose(inputs);
  return seconds[0]! / seconds[1]!;
}

function demandGain(backend: NodeBackend): void {
  const times = (gain ??= measuredGain(backend));
  demand(
    times >= LEAST_GAIN,
    () =>
      "precision 'bf16' brings nothing on this processor: " +
      `a matrix product is ${times.toFixed(2)} times as fast as in fp32.`,
    "Use precision 'fp32'.",
  );
}

/**
 * Makes a graph of a plain tfjs function, one per input shape, recorded at the first call with that
 * shape. Variables that the function reads are read at every run; variables that it assigns are
 * assigned at every run. Plain tensors from outside are constants of the graph: they are named in
 * the options, and refused once they are disposed or replaced by others.
 *
 * @param fn synchronous; takes tensors of any shapes and returns a tensor, an array or an object of
 *           tensors; must not read values, make variables, keep tensors, read plain tensors that
 *           are not among the constants, or draw random numbers
 * @throws CourseError when precision 'bf16' is asked for where it brings nothing, and at the first
 *   recording when the function does one of these things
 */
export function compile<R extends Result>(
  fn: (...inputs: Tensor[]) => R,
  options: CompileOptions = {},
): Compiled<R> {
  const { precision = 'fp32', eagerFirst = 0 } = options;
  lookUp('precision', { fp32: true, bf16: true }, precision);
  const found = nodeBackend();
  const reason = whyEager(options, 'reason' in found ? found.reason : null);
  if (reason !== null || 'reason' in found) {
    if ('unexpected' in found && reason === found.reason)
      printOnce(`Compiled functions run eagerly here: ${found.reason}.`);
    demand(
      precision === 'fp32',
      () => `precision 'bf16' needs a graph, but this runs eagerly (${reason}).`,
      "Use precision 'fp32'.",
    );
    return {
      run: (...inputs) => runEagerly(fn, inputs),
      mode: { kind: 'eager', reason: reason ?? '' },
      graphs: () => 0,
      dispose: () => undefined,
    };
  }
  patchGather();
  if (precision === 'bf16') demandGain(found.backend);
  return compiledGraphs(found.backend, fn, { ...options, precision, eagerFirst });
}

/** Why a function is not compiled; null when it is. */
function whyEager({ compile }: CompileOptions, unfit: string | null): string | null {
  if (compile === false) return 'compile: false';
  return process.env['ICL_COMPILE'] === '0' ? 'ICL_COMPILE=0' : unfit;
}

const runEagerly = <R extends Result>(
  fn: (...inputs: Tensor[]) => R,
  inputs: readonly Tensor[],
): R => tf.tidy(() => fn(...inputs) as Tensor) as R;

/** The graph of a function; it is recorded twice, to see that it does the same each time. */
function graphOf<R extends Result>(
  backend: NodeBackend,
  fn: (...inputs: Tensor[]) => R,
  inputs: readonly Tensor[],
  precision: Precision,
  constants: readonly Tensor[],
): Graph<R> {
  const recorded = record(backend, fn, inputs, precision, constants);
  const again = record(backend, fn, inputs, precision, constants);
  demand(
    again.bytes.equals(recorded.bytes),
    () =>
      'A compiled function does not do the same thing twice; it draws random numbers ' +
      'or depends on a counter, which the graph would freeze.',
    'Draw outside and pass the numbers in as inputs.',
  );
  return load<R>(backend, recorded);
}

/**
 * The constants of a function, which are the same at every call.
 *
 * @throws CourseError when one was disposed, or is another than at the first call
 */
function constantsOf(given: () => readonly Tensor[]): () => readonly Tensor[] {
  let first: readonly object[] | null = null;
  return () => {
    const now = given();
    const where = now.map(({ dataId }) => dataId as object);
    first ??= where;
    const gone = now.findIndex(({ isDisposed }) => isDisposed);
    const changed = where.findIndex((dataId, i) => dataId !== first![i]);
    const at = gone >= 0 ? gone : changed;
    demand(
      at < 0 && where.length === first.length,
      () =>
        `The constant ${Math.max(at, 0)} of a compiled function was ` +
        `${gone >= 0 ? 'disposed' : 'replaced by another tensor'}; its graph holds the old values.`,
      'Keep it, or compile the function again; what changes is an input or a variable.',
    );
    return now;
  };
}

/** A function with one graph per input shape; the first `eagerFirst` runs of a shape are eager. */
function compiledGraphs<R extends Result>(
  backend: NodeBackend,
  fn: (...inputs: Tensor[]) => R,
  {
    precision,
    eagerFirst,
    constants = () => [],
  }: Required<Pick<CompileOptions, 'precision' | 'eagerFirst'>> & CompileOptions,
): Compiled<R> {
  const uses = new Map<string, number>();
  const constant = constantsOf(constants);
  const graphs = new Map<string, Graph<R>>();
  let disposed = false;
  const run = (...inputs: readonly Tensor[]): R => {
    demand(
      !disposed,
      () => 'A compiled function was run after it was disposed.',
      'Compile it again.',
    );
    const insideAnother = isRecording() || engine().state.gradientDepth > 0;
    if (insideAnother) return fn(...inputs);
    const now = constant();
    const key = inputs.map((t) => `${t.dtype}[${t.shape}]`).join(' ');
    let graph = graphs.get(key);
    if (!graph) {
      const used = uses.get(key) ?? 0;
      uses.set(key, used + 1);
      if (used < eagerFirst) return runEagerly(fn, inputs);
      graph = graphOf(backend, fn, inputs, precision, now);
      graphs.set(key, graph);
    }
    return graph.run(inputs);
  };
  const dispose = (): void => {
    for (const graph of graphs.values()) graph.dispose();
    graphs.clear();
    disposed = true;
  };
  return { run, mode: { kind: 'graph' }, graphs: () => graphs.size, dispose };
}
