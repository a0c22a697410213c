/**
 * A prompt that changes: what an edit does not touch is kept. Under InvICL each example's first
 * copy depends on that example alone (symmetric positions), so adding, removing or replacing one
 * costs one first copy at most, and then the second stage, in which every second copy reads every
 * other example. A new order costs nothing. Under AR everything from the first changed example on
 * is computed again.
 */
import { tf } from '../core/backend';
import { compile, type Compiled, type CompileOptions } from '../core/compile';
import { CourseError, demand } from '../core/errors';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { biasOf } from './attention';
import type { InContextModel } from './incontext';
import { checkOrder, promptSizes, requireFinite, type Prompts } from './prompts';
import { firstStage, secondStage } from './structured';

/** What the last edit computed, in blocks per prompt. */
export interface Work {
  /** Examples read alone (InvICL's first copies), or read after those before them (AR). */
  readonly first: number;
  /** Examples read again in the light of the others (InvICL's second copies). */
  readonly second: number;
  /** Test inputs answered. */
  readonly tests: number;
}

/**
 * An example and what the model keeps of it: its parts (queries, keys, values) in all layers,
 * [parts, B, H, l, D].
 */
interface Kept {
  /** [B, 1, d] */
  readonly x: Tensor3D;
  /** [B, 1] */
  readonly y: Tensor2D;
  memory: Tensor | null;
}

/**
 * What is kept of the first examples, and parts [B, H, tokens, D] of the others, if any: parts [B,
 * H, n l, D] of all.
 */
function joinParts(kept: readonly Tensor[], fresh: readonly Tensor4D[]): Tensor4D[] {
  const others = fresh.length > 0 ? [tf.stack([...fresh])] : []; // [parts, B, H, tokens, D]
  return tf.unstack(tf.concat([...kept, ...others], 3)) as Tensor4D[]; // parts x [B, H, n l, D]
}

/** Parts [B, H, n l, D] by example: [n, parts, B, H, l, D]. */
function byExample(parts: readonly Tensor4D[], n: number): Tensor {
  const [B, H, tokens, D] = parts[0]!.shape;
  const stacked = tf.stack([...parts]).reshape([parts.length, B, H, n, tokens / n, D]); // [parts, B, H, n, l, D]
  return stacked.transpose([3, 0, 1, 2, 4, 5]); // [n, parts, B, H, l, D]
}

/**
 * Answers at the tests, and what to keep of the examples that were not known, [examples, parts, B,
 * H, l, D].
 */
type Reading = { readonly answers: Tensor; readonly fresh?: Tensor };

/** Reads a prompt whose first `kept.length` examples are known. */
type Reader = (model: InContextModel, prompts: Prompts, kept: readonly Tensor[]) => Reading;

/** InvICL: first copies of the new examples, then the second stage. */
const readInvICL: Reader = (model, prompts, kept) => {
  const { examples, tests } = model.blocks(prompts);
  const [B, n, l, C] = examples.values.shape;
  const news = n - kept.length;
  const others = {
    values: examples.values.slice([0, kept.length, 0, 0], [B, news, l, C]),
    lengths: examples.lengths.slice(kept.length),
  };
  const copies = news > 0 ? firstStage(model.transformer, others) : null;
  const fresh = copies ? [copies.queries, ...copies.keys, ...copies.values] : [];
  const [queries, ...rest] = joinParts(kept, fresh) as [Tensor4D, ...Tensor4D[]];
  const first = {
    queries,
    keys: rest.slice(0, rest.length / 2),
    values: rest.slice(rest.length / 2),
  };
  const answers = model.answersAt(secondStage(model.transformer, first, examples, tests).tests);
  return news > 0 ? { answers, fresh: byExample(fresh, news) } : { answers };
};

/** AR: the new examples and the tests, which read those before them. */
const readAR: Reader = (model, prompts, kept) => {
  const { transformer } = model;
  const { n, m } = promptSizes(prompts);
  const { l: length, C } = model.sizes;
  const [known, news] = [kept.length * length, n - kept.length]; // tokens, examples
  const parts = kept.length > 0 ? joinParts(kept, []) : []; // [B, H, known, D] each
  const bias = biasOf(model.promptLayout(n, m).mask.slice(known)); // [T - known, T]
  const embedded = model.embedded(prompts).slice([0, known, 0], [-1, -1, -1]) as Tensor3D; // [B, T - known, C]
  const memory =
    known > 0
      ? transformer.blocks.map((_, layer) => [parts[2 * layer]!, parts[2 * layer + 1]!] as const)
      : null;
  const { final, fresh: read } = transformer.extend(embedded, { bias }, memory);
  const fresh = read.flat().map((part) => part.slice([0, 0, 0, 0], [-1, -1, news * length, -1])); // [B, H, news l, D] each
  const [B, rows] = final.shape;
  const atTests = final.slice([0, rows - m, 0], [-1, m, -1]).reshape([B, m, 1, C]) as Tensor4D; // [B, m, 1, C]
  const answers = model.answersAt(atTests);
  return news > 0 ? { answers, fresh: byExample(fresh, news) } : { answers };
};

/**
 * A batch of prompts whose examples are added, removed, replaced and reordered, with answers that a
 * fresh pass would give.
 */
export class EditablePrompt {
  /** What the last change computed. */
  work: Work = { first: 0, second: 0, tests: 0 };
  private examples: readonly Kept[] = [];
  private readonly xTest: Tensor3D;
  private readonly yTest: Tensor2D;
  private current: Tensor2D | null = null;
  private readonly ordered: boolean;
  private readonly reader: Compiled<Reading>;

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
    const read = this.ordered ? readAR : readInvICL;
    this.reader = compile(
      (x, y, xTest, yTest, ...kept: Tensor[]) =>
        read(model, { x, y, xTest, yTest } as Prompts, kept),
      options,
    );
    this.xTest = prompts.xTest.clone();
    this.yTest = prompts.yTest.clone();
    const one = (t: Tensor, i: number): Tensor => tf.keep(t.slice([0, i], [-1, 1]));
    this.change(
      Array.from({ length: n }, (_, i) => ({
        x: one(prompts.x, i) as Tensor3D,
        y: one(prompts.y, i) as Tensor2D,
        memory: null,
      })),
      0,
    );
  }

  /** How many examples there are now. */
  get n(): number {
    return this.examples.length;
  }

  /**
   * The answers at the test inputs.
   *
   * @returns [B, m], in the units of y; the caller disposes it
   */
  answers(): Tensor2D {
    return this.current!.clone();
  }

  /**
   * Other examples, of which those before `from` are where they were; reads what is not known of
   * them.
   */
  private change(examples: readonly Kept[], from: number): void {
    const known = this.ordered ? examples.slice(0, from) : examples.filter(({ memory }) => memory);
    const news = examples.filter((example) => !known.includes(example));
    const arranged = [...known, ...news]; // under InvICL in any order, so that what is known comes first
    const gone = this.examples
      .filter((example) => !examples.includes(example))
      .flatMap(({ x, y, memory }) => [x, y, memory]);
    const old = [...gone, this.current, ...news.map(({ memory }) => memory)];
    tf.tidy(() => {
      const joined = (part: 'x' | 'y'): Tensor =>
        tf.concat(arranged.map((example) => example[part]) as Tensor[], 1);
      const [x, y] = [joined('x'), joined('y')]; // [B, n, d], [B, n]
      const { answers, fresh } = this.reader.run(
        x,
        y,
        this.xTest,
        this.yTest,
        ...known.map(({ memory }) => memory!),
      );
      const memories = fresh ? tf.unstack(fresh) : [];
      news.forEach((example, i) => (example.memory = tf.keep(memories[i]!)));
      this.current = tf.keep(answers) as Tensor2D;
    });
    tf.dispose(old.filter((t): t is Tensor => t !== null));
    this.examples = examples;
    this.work = {
      first: news.length,
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

  private example(x: Tensor2D, y: Tensor1D): Kept {
    const [B, , d] = this.xTest.shape;
    demand(
      x.rank === 2 && x.shape[0] === B && x.shape[1] === d && y.rank === 1 && y.shape[0] === B,
      () => `An example of the shapes x [${x.shape}], y [${y.shape}] was given.`,
      `Shapes must be x [${B}, ${d}], y [${B}].`,
    );
    requireFinite({ x, y });
    return { x: tf.keep(x.reshape([B, 1, d])), y: tf.keep(y.reshape([B, 1])), memory: null }; // [B, 1, d], [B, 1]
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
    this.change([...this.examples, this.example(x, y)], this.n);
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
    this.change(
      this.examples.filter((_, k) => k !== i),
      i,
    );
  }

  /**
   * Puts another example in the place of example i.
   *
   * @param x [B, d]
   * @param y [B]
   * @throws CourseError when there is no such example, the shapes do not fit or a number is not
   *   finite
   */
  replace(i: number, x: Tensor2D, y: Tensor1D): void {
    this.check(i);
    const other = this.example(x, y);
    this.change(
      this.examples.map((example, k) => (k === i ? other : example)),
      i,
    );
  }

  /**
   * Gives the examples another order.
   *
   * @param order which example comes first, second, ...: a permutation of 0 .. n - 1
   * @throws CourseError when `order` is no permutation
   */
  reorder(order: readonly number[]): void {
    checkOrder(order, this.n);
    const examples = order.map((i) => this.examples[i]!);
    const moved = order.findIndex((from, to) => from !== to);
    if (this.ordered && moved >= 0) {
      this.change(examples, moved);
      return;
    }
    this.examples = examples;
    this.work = { first: 0, second: 0, tests: 0 };
  }

  /** Frees everything kept; the model stays. */
  dispose(): void {
    this.reader.dispose();
    tf.dispose([
      this.current!,
      this.xTest,
      this.yTest,
      ...this.examples.flatMap(({ x, y, memory }) => [x, y, memory!]),
    ]);
  }
}
