/**
 * A stand-in for the native binding that writes operations down instead of running them. Symbolic
 * tensors have negative ids, by which they are told from real ones.
 */
import { CourseError } from '../errors';
import type { Tensor, Variable } from '@tensorflow/tfjs';

import {
  backendInUse,
  type Binding,
  type MadeTensor,
  type NodeBackend,
  type OpAttribute,
  type Values,
} from './binding';
import { shapesByRule } from './shapes';
import {
  attributeValue,
  savedModel,
  shapeAttribute,
  tensorAttribute,
  typeAttribute,
  type GraphNode,
} from './protobuf';

/** A tensor that does not exist yet: the output of a node, or a constant with its values. */
export interface SymbolicTensor {
  readonly reference: string;
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly values: Values | null;
  /** Set when the symbol is a variable's placeholder. */
  readonly variable: Variable | null;
}

/**
 * Type attributes that tfjs-node leaves to eager inference and a graph must state: name, and the
 * input whose type it is.
 */
const OMITTED: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  ExpandDims: [
    ['T', 0],
    ['Tdim', 1],
  ],
};

/** TensorFlow's number for bfloat16, a float32 with the last 16 bits cut off. */
const BFLOAT16 = 14;
/**
 * A product of matrices with a side below this is left in float32: rounding its inputs would cost
 * more than it saves.
 */
const LEAST_SIDE = 16;
/** Constants of more numbers than this, if all are equal, are written as one number and a shape. */
const LARGE = 1024;

const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const nodeOf = (reference: string): string => reference.replace('^', '').split(':')[0]!;

/** Output shapes of an operation on inputs of given shapes, cached between recordings. */
const shapes = new Map<
  string,
  readonly { readonly shape: readonly number[]; readonly dtype: number }[]
>();

/** Records operations into a graph. */
export class Recorder {
  readonly nodes = new Map<string, GraphNode>();
  readonly symbols = new Map<number, SymbolicTensor>();
  /** Variables by the native id of their value when recording began. */
  readonly variables = new Map<number, Variable>();
  readonly binding: Binding;
  /** Tensors from outside that are no variables, by where they find their values. */
  readonly captured = new Map<object, readonly number[]>();
  /** Nodes that every operation recorded now waits for. */
  waitingFor: readonly string[] = [];
  private readonly ofReal = new Map<number, number>();
  private readonly constants = new Map<string, number>();
  private readonly dummies = new Map<string, number>();
  /** Names of what has been rounded to bfloat16, by the name of the original. */
  private readonly rounded = new Map<string, string>();
  private nextId = -2;

  /** @param bf16 whether large matrix products are computed in bfloat16 */
  constructor(
    private readonly real: Binding,
    private readonly bf16 = false,
  ) {
    const standIns: Partial<Binding> = {
      createTensor: (shape, dtype, values) => this.constant(shape, dtype, values),
      deleteTensor: (id) => {
        if (id >= 0) real.deleteTensor(id);
      },
      tensorDataSync: (id) => this.read(id),
      executeOp: (op, attributes, inputs, outputs) => this.record(op, attributes, inputs, outputs),
    };
    this.binding = Object.create(real, Object.getOwnPropertyDescriptors(standIns)) as Binding;
  }

  private arrayOf(
    dtype: number,
  ): Float32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor {
    const { TF_FLOAT, TF_INT32, TF_BOOL } = this.real;
    const array =
      dtype === TF_FLOAT
        ? Float32Array
        : dtype === TF_INT32
          ? Int32Array
          : dtype === TF_BOOL
            ? Uint8Array
            : null;
    if (!array)
      throw new CourseError(
        'A compiled function used a constant that is neither float32, int32 nor bool.',
        'Cast it, or run with compile: false.',
      );
    return array;
  }

  private add(prefix: string, node: GraphNode): string {
    const name = `${prefix}${this.nodes.size}`;
    this.nodes.set(name, node);
    return name;
  }

  private symbol(symbol: SymbolicTensor): number {
    this.symbols.set(this.nextId, symbol);
    return this.nextId--;
  }

  private constant(shape: readonly number[], dtype: number, given: Values): number {
    const values = this.arrayOf(dtype).from(given as ArrayLike<number>) as Values;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    // by its bytes: -0 and 0 are two constants
    const key =
      values.length <= 64 ? `${dtype}|${shape}|${Buffer.from(bytes).toString('hex')}` : null;
    const known = key === null ? undefined : this.constants.get(key);
    if (known !== undefined) return known;
    const filled =
      values.length > LARGE &&
      values.every((value) => Object.is(value, values[0])) &&
      dtype !== this.real.TF_BOOL;
    if (filled) return this.fill(shape, dtype, values.slice(0, 1));
    const reference = this.add('c', {
      op: 'Const',
      inputs: [],
      attributes: [
        ['dtype', typeAttribute(dtype)],
        ['value', tensorAttribute(dtype, shape, bytes)],
      ],
    });
    const id = this.symbol({ reference, shape: [...shape], dtype, values, variable: null });
    if (key !== null) this.constants.set(key, id);
    return id;
  }

  /** A constant of many equal numbers, such as the zeros and ones of a gradient. */
  private fill(shape: readonly number[], dtype: number, value: Values): number {
    const { TF_INT32 } = this.real;
    const [dims, one] = [
      this.constant([shape.length], TF_INT32, Int32Array.from(shape)),
      this.constant([], dtype, value),
    ];
    const reference = this.add('n', {
      op: 'Fill',
      inputs: [...[dims, one].map((id) => this.symbols.get(id)!.reference), ...this.waits()],
      attributes: [
        ['T', typeAttribute(dtype)],
        ['index_type', typeAttribute(TF_INT32)],
      ],
    });
    return this.symbol({ reference, shape: [...shape], dtype, values: null, variable: null });
  }

  /** A value that each run feeds. */
  placeholder(shape: readonly number[], dtype: number, variable: Variable | null = null): number {
    const reference = this.add(variable ? 'v' : 'x', {
      op: 'Placeholder',
      inputs: [],
      attributes: [
        ['dtype', typeAttribute(dtype)],
        ['shape', shapeAttribute(shape)],
      ],
    });
    return this.symbol({ reference, shape: [...shape], dtype, values: null, variable });
  }

  /** The symbol of an id; a real tensor becomes a constant, a variable's value a placeholder. */
  resolve(id: number): SymbolicTensor {
    const known = this.symbols.get(id) ?? this.symbols.get(this.ofReal.get(id) ?? 0);
    if (known) return known;
    // the copy tells shape and dtype of the real tensor
    const [made] = this.real.executeOp('Identity', [], [id], 1) as [MadeTensor];
    const variable = this.variables.get(id) ?? null;
    const symbolic = variable
      ? this.placeholder(made.shape, made.dtype, variable)
      : this.constant(made.shape, made.dtype, this.real.tensorDataSync(made.id));
    this.real.deleteTensor(made.id);
    this.ofReal.set(id, symbolic);
    return this.symbols.get(symbolic)!;
  }

  private read(id: number): Values {
    if (this.variables.has(id))
      throw new CourseError(
        'A compiled function read the value of a variable while it was being recorded; ' +
          'the value would be frozen.',
        'Read values outside the function, or return them from it.',
      );
    const symbol = this.symbols.get(id);
    if (!symbol) return this.real.tensorDataSync(id);
    if (symbol.values) return symbol.values;
    throw new CourseError(
      `A compiled function read a value of shape [${symbol.shape.join(', ')}] ` +
        '(dataSync, arraySync or print) that does not exist while it is being recorded.',
      'Read values outside the function, or return them from it.',
    );
  }

  /** A real tensor to ask TensorFlow for output shapes with: the constant itself, or all `fill`. */
  private dummy(symbol: SymbolicTensor, fill: number): number {
    const key = symbol.values ? symbol.reference : `${fill}|${symbol.dtype}|${symbol.shape}`;
    let id = this.dummies.get(key);
    if (id === undefined) {
      id = this.real.createTensor(
        symbol.shape,
        symbol.dtype,
        symbol.values ??
          (new (this.arrayOf(symbol.dtype))(countOf(symbol.shape)).fill(fill) as Values),
      );
      this.dummies.set(key, id);
    }
    return id;
  }

  private outputsOf(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly SymbolicTensor[],
    count: number,
  ): readonly { readonly shape: readonly number[]; readonly dtype: number }[] {
    const byRule = shapesByRule(op, inputs, attributes, count);
    const dtype =
      op === 'Cast'
        ? (attributes.find(({ name }) => name === 'DstT')!.value as number)
        : inputs[0]?.dtype;
    if (byRule && dtype !== undefined) return byRule.map((shape) => ({ shape, dtype }));
    const key =
      op +
      JSON.stringify(attributes) +
      inputs
        .map(
          (s) => `${s.dtype}|${s.shape}${s.values && s.values.length <= 64 ? `=${s.values}` : ''}`,
        )
        .join(';');
    let outputs = shapes.get(key);
    if (!outputs) {
      const run = (fill: number): MadeTensor[] =>
        this.real.executeOp(
          op,
          attributes,
          inputs.map((s) => this.dummy(s, fill)),
          count,
        );
      let made: MadeTensor[];
      try {
        made = run(0);
      } catch {
        made = run(1); // integer division refuses zeros
      }
      for (const { id } of made) this.real.deleteTensor(id);
      outputs = made.map(({ shape, dtype }) => ({ shape, dtype }));
      shapes.set(key, outputs);
    }
    return outputs;
  }

  private cast(reference: string, from: number, to: number): string {
    const attributes = [
      ['SrcT', typeAttribute(from)],
      ['DstT', typeAttribute(to)],
    ] as const;
    return this.add('n', { op: 'Cast', inputs: [reference], attributes });
  }

  /**
   * The node of a matrix product in bfloat16: inputs rounded (each once), product, result in
   * float32 again.
   */
  private productInBf16(
    op: string,
    inputs: readonly SymbolicTensor[],
    attributes: GraphNode['attributes'],
  ): string {
    const { TF_FLOAT } = this.real;
    const rounded = inputs.map(({ reference }) => {
      const known = this.rounded.get(reference) ?? this.cast(reference, TF_FLOAT, BFLOAT16);
      this.rounded.set(reference, known);
      return known;
    });
    const typed = attributes.map(
      ([key, value]) => [key, key === 'T' ? typeAttribute(BFLOAT16) : value] as const,
    );
    return this.cast(
      this.add('n', { op, inputs: [...rounded, ...this.waits()], attributes: typed }),
      BFLOAT16,
      TF_FLOAT,
    );
  }

  private waits(): string[] {
    return this.waitingFor.map((node) => `^${node}`);
  }

  private record(
    op: string,
    attributes: readonly OpAttribute[],
    ids: readonly number[],
    count: number,
  ): MadeTensor[] {
    const inputs = ids.map((id) => this.resolve(id));
    const outputs = this.outputsOf(op, attributes, inputs, count);
    const twoMatrices =
      op === 'BatchMatMulV2' && inputs[0]!.shape.length === 2 && inputs[1]!.shape.length === 2;
    const rename: Readonly<Record<string, string>> = twoMatrices
      ? { adj_x: 'transpose_a', adj_y: 'transpose_b' }
      : {};
    const stated = attributes.map(
      (a) => [rename[a.name] ?? a.name, attributeValue(this.real, a)] as const,
    );
    const omitted = (OMITTED[op] ?? [])
      .filter(([name]) => !attributes.some((a) => a.name === name))
      .map(([name, i]) => [name, typeAttribute(inputs[i]!.dtype)] as const);
    const [kind, all] = [twoMatrices ? 'MatMul' : op, [...stated, ...omitted]];
    const inBf16 =
      this.bf16 &&
      op === 'BatchMatMulV2' &&
      inputs.every(({ shape }) => Math.min(...shape.slice(-2)) >= LEAST_SIDE);
    const name = inBf16
      ? this.productInBf16(kind, inputs, all)
      : this.add('n', {
          op: kind,
          inputs: [...inputs.map((s) => s.reference), ...this.waits()],
          attributes: all,
        });
    return outputs.map(({ shape, dtype }, i) => {
      const id = this.symbol({
        reference: i ? `${name}:${i}` : name,
        shape,
        dtype,
        values: null,
        variable: null,
      });
      return { id, shape: [...shape], dtype };
    });
  }

  /**
   * Lets the operations recorded from now on wait until these tensors, of any shapes, are there.
   */
  waitFor(tensors: readonly Tensor[]): void {
    const ids = (backendInUse() as NodeBackend).getInputTensorIds(tensors);
    this.waitingFor = [...new Set(ids.map((id) => nodeOf(this.resolve(id).reference)))];
  }

  /**
   * The name under which a tensor can be fetched; a fed value cannot be fetched itself, so it is
   * copied.
   */
  output(id: number): string {
    const symbol = this.resolve(id);
    if (this.nodes.get(nodeOf(symbol.reference))!.op !== 'Placeholder') return symbol.reference;
    return this.add('n', {
      op: 'Identity',
      inputs: [symbol.reference],
      attributes: [['T', typeAttribute(symbol.dtype)]],
    });
  }

  /** The graph of all that these outputs need, as SavedModel bytes, and the names of its nodes. */
  graph(outputs: readonly string[]): {
    readonly bytes: Buffer;
    readonly names: ReadonlySet<string>;
  } {
    const names = new Set<string>();
    const open = outputs.map(nodeOf);
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (names.has(name)) continue;
      names.add(name);
      open.push(...this.nodes.get(name)!.inputs.map(nodeOf));
    }
    const kept = new Map([...this.nodes].filter(([name]) => names.has(name)));
    return { bytes: savedModel(kept), names };
  }

  /** Frees the real tensors that served to ask for shapes. */
  dispose(): void {
    for (const id of this.dummies.values()) this.real.deleteTensor(id);
  }
}
