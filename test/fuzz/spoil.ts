/** Seeded spoiling of one argument, or of one field of an argument, of a valid call. */
import * as assert from 'node:assert/strict';

import { core, tf } from 'invicl';

/** Makes the arguments of a valid call afresh. */
export type Call = () => unknown[];

/** Values that hardly any argument may have; made afresh, as some are tensors. */
const BAD: readonly (() => unknown)[] = [
  () => null,
  () => undefined,
  () => NaN,
  () => Infinity,
  () => -1,
  () => 0,
  () => 1.5,
  () => 1e12,
  () => '',
  () => 'magic',
  () => ({}),
  () => ({ magic: 1 }),
  () => [],
  () => [null],
  () => ['magic'],
  () => [[NaN, 1], [2]],
  () => true,
  () => () => undefined,
  () => tf.tensor([1, 2, 3], [3], 'int32'),
  () => tf.tensor([true, false]),
  () => tf.zeros([2, 1, 3, 1]),
  () => tf.zeros([0]),
  () => {
    const disposed = tf.zeros([2, 3, 2]);
    disposed.dispose();
    return disposed;
  },
];

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The places of a value that can be spoilt, as paths of keys: itself, its fields, their fields. */
function pathsOf(value: unknown, path: readonly string[], left: number): (readonly string[])[] {
  const open = (Array.isArray(value) || isPlain(value)) && !Object.isFrozen(value);
  const inside = left > 0 && open ? Object.keys(value) : [];
  const fields = value as Readonly<Record<string, unknown>>;
  return [path, ...inside.flatMap((key) => pathsOf(fields[key], [...path, key], left - 1))];
}

/** Puts a bad value at a place drawn by the stream; says what was done. */
export function spoil(args: unknown[], random: core.Stream): string {
  const start = random.integer(args.length);
  const paths = pathsOf(args[start], [String(start)], 2);
  const path = paths[random.integer(paths.length)]!;
  const bad = BAD[random.integer(BAD.length)]!();
  let holder = args as unknown as Record<string, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  // an object in the place of its copy, as fields of the library's own tables are shared
  const last = path.at(-1)!;
  if (isPlain(holder[last]) && isPlain(bad)) Object.assign(bad, holder[last]);
  freeTensors(holder[last]);
  holder[last] = bad;
  return `argument ${path.join('.')} = ${bad instanceof tf.Tensor ? `${bad.dtype} [${bad.shape}]` : String(JSON.stringify(bad) ?? bad)}`;
}

/** Everything that a value holds, itself first; functions are not called. */
export function* parts(value: unknown, left = 6): Generator {
  yield value;
  if (left > 0 && (Array.isArray(value) || isPlain(value)))
    for (const part of Object.values(value)) yield* parts(part, left - 1);
}

/** Asserts that a result holds no NaN; infinite numbers are for those who say so. */
export function sensible(result: unknown, infinite: boolean): void {
  const bad = (x: number): boolean => Number.isNaN(x) || (!infinite && !Number.isFinite(x));
  for (const part of parts(result)) {
    if (typeof part === 'number') assert.ok(!bad(part), `the result holds ${part}`);
    if (part instanceof tf.Tensor && part.dtype !== 'string')
      assert.ok(!Array.from(part.dataSync()).some(bad), 'a tensor of the result is not finite');
  }
}

/** Words that only TensorFlow, V8 or Node write. */
const FOREIGN =
  /Argument '|is not iterable|Cannot read|is not a function|undefined \(reading|Error in|\n {4}at /;

/** Asserts that an error is the library's: one or two sentences for a reader. */
export function inOneSentence(error: unknown): void {
  assert.ok(error instanceof core.CourseError, `threw ${String(error)}`);
  assert.doesNotMatch(error.message, FOREIGN);
  assert.ok(error.message.length < 700, `${error.message.length} characters`);
  assert.match(error.message, /[.?!]$/);
}

/** Disposes the tensors that a value holds. */
export function freeTensors(value: unknown): void {
  for (const part of parts(value)) if (part instanceof tf.Tensor) part.dispose();
}

/** What has to be disposed by itself: a model, or a prompt that a model reads. */
const isHeld = (part: unknown): part is { dispose(): void } =>
  typeof part === 'object' &&
  part !== null &&
  'dispose' in part &&
  ('parameters' in part || 'logits' in part);

/** The same, and every model in it. */
export function freed(value: unknown): void {
  freeTensors(value);
  for (const part of parts(value)) if (isHeld(part)) part.dispose();
}
