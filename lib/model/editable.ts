/**
 * A prompt that is edited, with a cache of queries, keys and values. Under InvICL each example's
 * first copy depends on that example alone (symmetric positions), so adding, removing or replacing
 * one costs one first copy at most, and then the second stage, in which every second copy reads
 * every other example. Another ordering costs nothing. Under AR everything from the first changed
 * example on is computed again.
 */
import { tf } from '../core/backend';
import { compile, type Compiled, type CompileOptions } from '../core/compile';
import { CourseError, demand } from '../core/errors';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { biasOf } from './attention';
import type { InContextModel } from './incontext';
import { checkOrder, promptSizes, requireFinite, type Prompts } from './prompts';
import { firstStage, secondStage } from './structured';
import { sameVersion, versionOf } from './transformer';

/** What the last edit computed, in blocks per prompt. */
export interface Work {
  /** Examples read alone (InvICL's first copies), or read after those before them (AR). */
  readonly first: number;
  /** Examples read again given the others (InvICL's second copies). */
  readonly second: number;
  /** Test inputs answered. */
  readonly tests: number;
}

/** An example, and what the model has cached of it. */
interface CachedExample {
  /** [B, 1, d] */
  readonly x: Tensor3D;
  /** [B, 1] */
  readonly y: Tensor2D;
  /** Its queries, keys and values in all layers, [parts, B, H, l, D]; null before it is read. */
  cache: Tensor | null;
}

/**
 * The parts of all examples, [B, H, n l, D] each: the caches [parts, B, H, l, D] of the first ones,
 * then the computed parts [B, H, tokens, D] of the others, if any.
 */
function joinParts(cached: readonly Tensor[], computed: readonly Tensor4D[]): Tensor4D[] {
  const others = computed.length > 0 ? [tf.stack([...computed])] : []; // [parts, B, H, tokens, D]
  return tf.unstack(tf.concat([...cached, ...others], 3)) as Tensor4D[]; // parts x [B, H, n l, D]
}

/** Parts [B, H, n l, D] by example: [n, parts, B, H, l, D]. */
function byExample(parts: readonly Tensor4D[], n: number): Tensor {
  const [B, H, tokens, D] = parts[0]!.shape;
  const [P, l] = [parts.length, tokens / n];
  const stacked = tf.stack([...parts]).reshape([P, B, H, n, l, D]); // [parts, B, H, n, l, D]
  return stacked.transpose([3, 0, 1, 2, 4, 5]); // [n, parts, B, H, l, D]
}

/**
 * Answers at the tests, and what to cache of the new examples, [examples, parts, B, H, l, D]; left
 * out where none is new.
 */
type PartialAnswer = { readonly answers: Tensor; readonly newCaches?: Tensor };

/** The forward pass of a prompt whose first `cached.length` examples are cached, the others new. */
type PartialForward = (
  model: InContextModel,
  prompts: Prompts,
  cached: readonly Tensor[],
) => PartialAnswer;

/** InvICL: first copies of the new examples, then the second stage. */
const forwardInvICL: PartialForward = (model, prompts, cached) => {
  const { examples, tests } = model.blocks(prompts);
  const [B, n, l, C] = examples.values.shape;
  const newCount = n - cached.length;
  const newExamples = {
    values: examples.values.slice([0, cached.length, 0, 0], [B, newCount, l, C]),
    lengths: examples.lengths.slice(cached.length),
  };
  const copies = newCount > 0 ? firstStage(model.transformer, newExamples) : null;
  const computed = copies ? [copies.queries, ...copies.keys, ...copies.values] : [];
  const [queries, ...rest] = joinParts(cached, computed) as [Tensor4D, ...Tensor4D[]];
  const first = {
    queries,
    keys: rest.slice(0, rest.length / 2),
    values: rest.slice(rest.length / 2),
  };
  const answers = model.answersAt(secondStage(model.transformer, first, examples, tests).tests);
  return newCount > 0 ? { answers, newCaches: byExample(computed, newCount) } : { answers };
};

/** AR: the new examples and the tests, which attend to those before them. */
const forwardAR: PartialForward = (model, prompts, cached) => {
  const { transformer } = model;
  const { n, m } = promptSizes(prompts);
  const { l, C } = model.sizes;
  const newCount = n - cached.length;
  const M = cached.length * l; // cached tokens
  const parts = cached.length > 0 ? joinParts(cached, []) : []; // [B, H, M, D] each
  const bias = biasOf(model.promptLayout(n, m).mask.slice(M)); // [T - M, T]
  const embedded = model.embedded(prompts);
  const tokens = embedded.slice([0, M, 0], [-1, -1, -1]) as Tensor3D; // [B, T - M, C]
  const cache =
    M > 0 ? transformer.blocks.map((_, i) => [parts[2 * i]!, parts[2 * i + 1]!] as const) : null;
  const { final, fresh } = transformer.extend(tokens, { bias }, cache);
  const ofExamples = fresh
    .flat()
    .map((part) => part.slice([0, 0, 0, 0], [-1, -1, newCount * l, -1])); // [B, H, new l, D] each
  const [B, T] = final.shape;
  const ofTests = final.slice([0, T - m, 0], [-1, m, -1]); // [B, m, C]
  const answers = model.answersAt(ofTests.reshape([B, m, 1, C]) as Tensor4D); // [B, m]
  return newCount > 0 ? { answers, newCaches: byExample(ofExamples, newCount) } : { answers };
};

/**
 * A batch of prompts whose examples are added, removed, replaced and reordered, with the answers
 * that a forward pass over the whole prompt would give.
 */
export class EditablePrompt {
  /** What the last change computed. */
  work: Work = { first: 0, second: 0, tests: 0 };
  private examples: readonly CachedExample[] = [];
  private readonly xTest: Tensor3D;
  private readonly yTest: Tensor2D;
  private current: Tensor2D | null = null;
  private readonly ordered: boolean;
  private readonly model: InContextModel;
  /** The version of the model's weights by which the caches were computed. */
  private version: readonly object[] = [];
  private readonly forward: Compiled<PartialAnswer>;

  /**
   * @param model   under InvICL (structured form) or AR; stays the caller's
   * @param prompts shapes as in Prompts; copied
   * @throws CourseError when the model is under another method, or the prompts do not fit it
   */
  constructor(
    model: InContextModel,
    prompts: Prompts,
    options: CompileOptions = { eagerFirst: 2 },
  ) {
    const { method } = model.config;
    if (!(method === 'ar' || (method === 'invicl' && model.form === 'structured')))
      throw new CourseError(
        `An editable prompt was asked of ${model.name} in the form '${model.form}'.`,
        "Use InvICL in the form 'structured', or AR.",
      );
    requireFinite(prompts);
    const { n } = promptSizes(prompts);
    this.ordered = method === 'ar';
    this.model = model;
    const forward = this.ordered ? forwardAR : forwardInvICL;
    this.forward = compile(
      (x, y, xTest, yTest, ...cached: Tensor[]) =>
        forward(model, { x, y, xTest, yTest } as Prompts, cached),
      options,
    );
    this.xTest = prompts.xTest.clone();
    this.yTest = prompts.yTest.clone();
    const exampleOf = (t: Tensor, i: number): Tensor => tf.keep(t.slice([0, i], [-1, 1]));
    this.change(
      Array.from({ length: n }, (_, i) => ({
        x: exampleOf(prompts.x, i) as Tensor3D,
        y: exampleOf(prompts.y, i) as Tensor2D,
        cache: null,
      })),
      0,
    );
  }

  /** How many examples there are now. */
  get n(): number {
    return this.examples.length;
  }

  /**
   * The answers at the test inputs, by the weights that the model has now.
   *
   * @returns [B, m], in the units of y; the caller disposes it
   */
  answers(): Tensor2D {
    this.followWeights();
    return this.current!.clone();
  }

  /** Computes everything again when the model's weights have changed since. */
  private followWeights(): void {
    if (sameVersion(versionOf(this.model.parameters), this.version)) return;
    this.change(
      this.examples.map(({ x, y }) => ({
        x: tf.keep(x.clone()),
        y: tf.keep(y.clone()),
        cache: null,
      })),
      0,
    );
  }

  /**
   * Sets the examples, of which those before `from` are unchanged, and computes what is not cached
   * and the answers.
   */
  private change(examples: readonly CachedExample[], from: number): void {
    const known = this.ordered ? examples.slice(0, from) : examples.filter(({ cache }) => cache);
    const added = examples.filter((example) => !known.includes(example));
    const arranged = [...known, ...added]; // cached ones first: InvICL allows any ordering
    const removed = this.examples
      .filter((example) => !examples.includes(example))
      .flatMap(({ x, y, cache }) => [x, y, cache]);
    const old = [...removed, this.current, ...added.map(({ cache }) => cache)];
    tf.tidy(() => {
      const joined = (part: 'x' | 'y'): Tensor =>
        tf.concat(arranged.map((example) => example[part]) as Tensor[], 1);
      const [x, y] = [joined('x'), joined('y')]; // [B, n, d], [B, n]
      const { answers, newCaches } = this.forward.run(
        x,
        y,
        this.xTest,
        this.yTest,
        ...known.map(({ cache }) => cache!),
      );
      const caches = newCaches ? tf.unstack(newCaches) : [];
      added.forEach((example, i) => {
        example.cache = tf.keep(caches[i]!);
      });
      this.current = tf.keep(answers) as Tensor2D;
    });
    tf.dispose(old.filter((t): t is Tensor => t !== null));
    this.version = versionOf(this.model.parameters);
    this.examples = examples;
    this.work = {
      first: added.length,
      second: this.ordered ? 0 : this.n,
      tests: this.xTest.shape[1],
    };
  }

  private check(i: number): void {
    demand(
      Number.isInteger(i) && i >= 0 && i < this.n,
      () => `Example ${i} was named, but there are ${this.n}.`,
      `Name one from 0 to ${this.n - 1}.`,
    );
  }

  /** A new example, not yet read. */
  private example(x: Tensor2D, y: Tensor1D): CachedExample {
    const [B, , d] = this.xTest.shape;
    demand(
      x.rank === 2 && x.shape[0] === B && x.shape[1] === d && y.rank === 1 && y.shape[0] === B,
      () => `An example of the shapes x [${x.shape}], y [${y.shape}] was given.`,
      `Shapes must be x [${B}, ${d}], y [${B}].`,
    );
    requireFinite({ x, y });
    const [one, label] = [x.reshape([B, 1, d]), y.reshape([B, 1])]; // [B, 1, d], [B, 1]
    return { x: tf.keep(one) as Tensor3D, y: tf.keep(label) as Tensor2D, cache: null };
  }

  /**
   * Adds an example at the end.
   *
   * @param x [B, d]
   * @param y [B]
   * @throws CourseError when the shapes do not fit or a number is not finite; the prompt is then as
   *   before
   */
  add(x: Tensor2D, y: Tensor1D): void {
    const added = this.example(x, y);
    this.followWeights();
    this.change([...this.examples, added], this.n);
  }

  /**
   * Removes example i.
   *
   * @throws CourseError when there is no such example, or it is the only one
   */
  remove(i: number): void {
    this.check(i);
    demand(
      this.n > 1,
      () => 'The only example was to be removed.',
      'A prompt needs at least one; replace it instead.',
    );
    this.followWeights();
    this.change(
      this.examples.filter((_, k) => k !== i),
      i,
    );
  }

  /**
   * Replaces example i by another.
   *
   * @param x [B, d]
   * @param y [B]
   * @throws CourseError when there is no such example, the shapes do not fit or a number is not
   *   finite
   */
  replace(i: number, x: Tensor2D, y: Tensor1D): void {
    this.check(i);
    const other = this.example(x, y);
    this.followWeights();
    this.change(
      this.examples.map((example, k) => (k === i ? other : example)),
      i,
    );
  }

  /**
   * Puts the examples into another ordering.
   *
   * @param order which example comes first, second, ...: a permutation of 0 .. n - 1
   * @throws CourseError when `order` is no permutation
   */
  reorder(order: readonly number[]): void {
    checkOrder(order, this.n);
    this.followWeights();
    const examples = order.map((i) => this.examples[i]!);
    const moved = order.findIndex((from, to) => from !== to);
    if (this.ordered && moved >= 0) {
      this.change(examples, moved);
      return;
    }
    this.examples = examples;
    this.work = { first: 0, second: 0, tests: 0 };
  }

  /** Frees the caches; the model stays. */
  dispose(): void {
    this.forward.dispose();
    tf.dispose([
      this.current!,
      this.xTest,
      this.yTest,
      ...this.examples.flatMap(({ x, y, cache }) => [x, y, cache!]),
    ]);
  }
}
