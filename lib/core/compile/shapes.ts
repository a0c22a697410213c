/**
 * The shapes that operations give, for those that a model is made of. Whatever is not listed is
 * asked of TensorFlow itself, by running it once on a tensor of zeros; the rules here save the time
 * and the memory of that.
 */
import { tf } from '../backend';

import type { OpAttribute, Values } from './binding';

/** What is known of an operation's input: its shape, and its values when it is a constant. */
export interface Known {
  readonly shape: readonly number[];
  readonly values: Values | null;
}

type Shape = readonly number[];
type Rule = (
  inputs: readonly Known[],
  attribute: (name: string) => unknown,
) => readonly Shape[] | null;

/** Operations whose output has the shape of their input. */
const SAME =
  'Neg Square Rsqrt Sqrt Exp Log Log1p Tanh Sigmoid Erf Abs Softmax LogSoftmax ' +
  'ZerosLike OnesLike Relu Reciprocal Identity StopGradient Cast';
/** Operations whose output has the shape to which their two inputs broadcast. */
const BROADCAST =
  'Add AddV2 Sub Mul RealDiv Maximum Minimum Pow SquaredDifference TanhGrad SigmoidGrad BiasAdd';

const broadcast = (a: Shape, b: Shape): number[] =>
  tf.broadcast_util.assertAndGetBroadcastShape([...a], [...b]);
const size = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);
const numbers = (input: Known | undefined): number[] | null =>
  input?.values ? Array.from(input.values) : null;

const reduction: Rule = ([x, axes], attribute) => {
  const over = numbers(axes)?.map((axis) => (axis + x!.shape.length) % x!.shape.length);
  if (!over) return null;
  const kept = x!.shape.map((s, i) => (over.includes(i) ? 1 : s));
  return [attribute('keep_dims') ? kept : x!.shape.filter((_, i) => !over.includes(i))];
};

const RULES: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(SAME.split(' ').map((op): [string, Rule] => [op, ([x]) => [x!.shape]])),
  ...Object.fromEntries(
    BROADCAST.split(' ').map((op): [string, Rule] => [
      op,
      ([a, b]) => [broadcast(a!.shape, b!.shape)],
    ]),
  ),
  BatchMatMulV2: ([a, b], attribute) => {
    const [rows, inner] = attribute('adj_x')
      ? [a!.shape.at(-1)!, a!.shape.at(-2)!]
      : [a!.shape.at(-2)!, a!.shape.at(-1)!];
    const [given, columns] = attribute('adj_y')
      ? [b!.shape.at(-1)!, b!.shape.at(-2)!]
      : [b!.shape.at(-2)!, b!.shape.at(-1)!];
    return inner === given
      ? [[...broadcast(a!.shape.slice(0, -2), b!.shape.slice(0, -2)), rows, columns]]
      : null;
  },
  Reshape: ([x, target]) => {
    const to = numbers(target);
    if (!to) return null;
    const known = to.filter((s) => s >= 0).reduce((a, b) => a * b, 1);
    const shape = to.map((s) => (s < 0 ? size(x!.shape) / known : s));
    return size(shape) === size(x!.shape) ? [shape] : null;
  },
  Transpose: ([x, permutation]) => {
    const axes = numbers(permutation);
    return axes && [axes.map((axis) => x!.shape[axis]!)];
  },
  ConcatV2: (inputs) => {
    const parts = inputs.slice(0, -1).map(({ shape }) => shape);
    const [given] = numbers(inputs.at(-1)) ?? [];
    if (given === undefined) return null;
    const axis = given < 0 ? given + parts[0]!.length : given;
    return [
      parts[0]!.map((s, i) => (i === axis ? parts.reduce((sum, part) => sum + part[axis]!, 0) : s)),
    ];
  },
  SplitV: ([x, sizes, axes]) => {
    const [all, axis] = [numbers(sizes), numbers(axes)?.[0]];
    return all && axis !== undefined
      ? all.map((part) => x!.shape.map((s, i) => (i === axis ? part : s)))
      : null;
  },
  Slice: ([x, begin, sizes]) => {
    const [from, to] = [numbers(begin), numbers(sizes)];
    return from && to && [to.map((s, i) => (s < 0 ? x!.shape[i]! - from[i]! : s))];
  },
  Sum: reduction,
  Mean: reduction,
};

/** The shapes of an operation's outputs by rule, or null when there is no rule that knows. */
export function shapesByRule(
  op: string,
  inputs: readonly Known[],
  attributes: readonly OpAttribute[],
  outputs: number,
): readonly Shape[] | null {
  const rule = Object.hasOwn(RULES, op) ? RULES[op]! : null;
  const shapes = rule && rule(inputs, (name) => attributes.find((a) => a.name === name)?.value);
  return shapes && shapes.length === outputs ? shapes : null;
}
