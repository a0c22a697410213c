/**
 * Just enough of TensorFlow's protocol buffers to write a SavedModel: a graph of named operations.
 * Reference: tensorflow/core/protobuf/saved_model.proto and
 * framework/{graph,node_def,attr_value,tensor}.proto.
 */
import type { AttributeKinds, OpAttribute } from './binding';

/**
 * A node of the graph: an operation, the outputs it reads ("name" or "name:1"), and its attributes,
 * encoded.
 */
export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: readonly (readonly [string, Buffer])[];
}

const concat = (parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const number = (field: number, value: number): Buffer =>
  concat([varint(field << 3), varint(value)]);
const bytes = (field: number, value: Buffer | string): Buffer => {
  const body = typeof value === 'string' ? Buffer.from(value) : value;
  return concat([varint((field << 3) | 2), varint(body.length), body]);
};
const float = (field: number, value: number): Buffer => {
  const body = Buffer.alloc(4);
  body.writeFloatLE(value);
  return concat([varint((field << 3) | 5), body]);
};
const shape = (sizes: readonly number[]): Buffer =>
  concat(sizes.map((size) => bytes(2, number(1, size))));

/** AttrValue: a type, a shape, a tensor. */
export const typeAttribute = (dtype: number): Buffer => number(6, dtype);
export const shapeAttribute = (sizes: readonly number[]): Buffer => bytes(7, shape(sizes));
export const tensorAttribute = (
  dtype: number,
  sizes: readonly number[],
  values: Uint8Array,
): Buffer =>
  bytes(8, concat([number(1, dtype), bytes(2, shape(sizes)), bytes(4, Buffer.from(values))]));

/** AttrValue of an attribute as tfjs-node hands it to an operation. */
export function attributeValue(kinds: AttributeKinds, attribute: OpAttribute): Buffer {
  const one = (value: unknown): Buffer => {
    switch (attribute.type) {
      case kinds.TF_ATTR_STRING:
        return bytes(2, value as string);
      case kinds.TF_ATTR_INT:
        return number(3, value as number);
      case kinds.TF_ATTR_FLOAT:
        return float(4, value as number);
      case kinds.TF_ATTR_BOOL:
        return number(5, value ? 1 : 0);
      case kinds.TF_ATTR_TYPE:
        return number(6, value as number);
      case kinds.TF_ATTR_SHAPE:
        return shapeAttribute(value as number[]);
      default:
        throw new Error(`the attribute '${attribute.name}' has a type that a graph cannot hold`);
    }
  };
  const { value } = attribute;
  return Array.isArray(value) && attribute.type !== kinds.TF_ATTR_SHAPE
    ? bytes(1, concat(value.map(one)))
    : one(value);
}

/** The bytes of a SavedModel that holds these nodes under the tag 'serve'. */
export function savedModel(nodes: ReadonlyMap<string, GraphNode>): Buffer {
  const encoded = [...nodes].map(([name, { op, inputs, attributes }]) =>
    bytes(
      1,
      concat([
        bytes(1, name),
        bytes(2, op),
        ...inputs.map((i) => bytes(3, i)),
        ...attributes.map(([key, value]) => bytes(5, concat([bytes(1, key), bytes(2, value)]))),
      ]),
    ),
  );
  const graph = concat([...encoded, bytes(4, number(1, 1500))]);
  const metaGraph = concat([
    bytes(1, concat([bytes(4, 'serve'), bytes(5, '2.21.0')])),
    bytes(2, graph),
  ]);
  return concat([number(1, 1), bytes(2, metaGraph)]);
}
