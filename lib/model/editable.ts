/**
 * A prompt that changes: what an edit does not touch is kept. Under InvICL each example's first copy depends on that
 * example alone (symmetric positions), so adding, removing or replacing one costs one first copy at most, and then the
 * second stage, in which every second copy reads every other example. A new order costs nothing. Under AR everything
 * from the first changed example on is computed again.
 */
import { tf } from '../core/backend';
import { compile, type Compiled, type CompileOptions } from '../core/compile';
import { CourseError, demand } from '../core/errors';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { attentionWeights, biasOf } from './attention';
import type { InContextModel } from './incontext';
import { layerNorm } from './layers';
import { promptSizes, requireFinite, type Prompts } from './prompts';
import { firstStage, secondStage, type Heads } from './structured';

/** What the last edit computed, in blocks per prompt. */
export interface Work {
  /** Examples read alone (InvICL's first copies), or read after those before them (AR). */
  readonly first: number;
  /** Examples read again in the light of the others (InvICL's second copies). */
  readonly second: number;
  /** Test inputs answered. */
  readonly tests: number;
}

/** Keeps what a model knows of a prompt, by example: a memory has one entry per example along its first axis. */
interface Keeper {
  /** Whether the answers depend on the examples' order. */
  readonly ordered: boolean;
  /** Answers for prompts of which examples from .. to - 1 are new; the memories of those before and after are given. */
  read(prompts: Prompts, before: Tensor, after: Tensor, from: number, to: number): { answers: Tensor2D; memory: Tensor; work: Work };
  dispose(): void;
}

type Step = Compiled<{ [name: string]: Tensor }>;

/** Layers' parts [B, H, n l, D] each as a memory: [n, parts, B, H, l, D]. */
function asMemory(parts: readonly Tensor4D[], n: number): Tensor {
  const [B, H, rows, D] = parts[0]!.shape;
  const stacked = tf.stack([...parts]).reshape([parts.length, B, H, n, rows / n, D]); // [parts, B, H, n, l, D]
  return stacked.transpose([3, 0, 1, 2, 4, 5]); // [n, parts, B, H, l, D]
}

/** The parts of a memory again, [B, H, n l, D] each. */
function partsOf(memory: Tensor): Tensor4D[] {
  const [n, parts, B, H, l, D] = memory.shape as [number, number, number, number, number, number];
  return tf.unstack(memory.transpose([1, 2, 3, 0, 4, 5]).reshape([parts, B, H, n * l, D])) as Tensor4D[]; // parts x [B, H, n l, D]
}

const promptsOf = (x: Tensor, y: Tensor, xTest: Tensor): Prompts =>
  ({ x, y, xTest, yTest: xTest.slice([0, 0, 0], [-1, -1, 1]).squeeze([-1]) }) as Prompts; // nobody reads yTest

/** InvICL: the memory holds queries, keys and values of all first copies. */
function ofInvICL(model: InContextModel, options: CompileOptions): Keeper {
  const first = compile((x: Tensor, y: Tensor, xTest: Tensor) => {
    const heads = firstStage(model.transformer, model.blocks(promptsOf(x, y, xTest)).examples);
    return asMemory(heads.flat() as Tensor4D[], x.shape[1]!);
  }, options);
  const second: Step = compile((memory: Tensor, x: Tensor, y: Tensor, xTest: Tensor) => {
    const { examples, tests } = model.blocks(promptsOf(x, y, xTest));
    const parts = partsOf(memory);
    const heads = model.transformer.blocks.map((_, l) => parts.slice(3 * l, 3 * l + 3) as unknown as Heads);
    return { answers: model.answers(secondStage(model.transformer, heads, examples, tests)).tests };
  }, options);
  return {
    ordered: false,
    read(prompts, before, after, from, to) {
      const { n, m } = promptSizes(prompts);
      const { x, y, xTest } = prompts;
      const fresh = to > from ? [first.run(x.slice([0, from, 0], [-1, to - from, -1]), y.slice([0, from], [-1, to - from]), xTest)] : [];
      const memory = tf.concat([before, ...fresh, after].filter((t) => t.size > 0));
      const { answers } = second.run(memory, x, y, xTest);
      return { answers: answers as Tensor2D, memory, work: { first: to - from, second: n, tests: m } };
    },
    dispose: () => [first, second].forEach((step) => step.dispose()),
  };
}

/** AR: the memory holds keys and values of the examples' tokens; what stands after a change is read again. */
function ofAR(model: InContextModel, options: CompileOptions): Keeper {
  const { transformer } = model;
  const step: Step = compile((x: Tensor, y: Tensor, xTest: Tensor, before?: Tensor) => {
    const prompts = promptsOf(x, y, xTest);
    const { n, m } = promptSizes(prompts);
    const { l: length, C } = model.sizes;
    const known = (before?.shape[0] ?? 0) * length; // tokens
    const parts = before ? partsOf(before) : [];
    const bias = biasOf(model.plan(n, m).mask.slice(known)); // [T - known, T]
    let h = model.embedded(prompts).slice([0, known, 0], [-1, -1, -1]) as Tensor3D; // [B, T - known, C]
    const made = transformer.blocks.flatMap((_, l) => {
      const [q, newK, newV] = transformer.queriesKeysValues(h, l);
      const [k, v] = [newK, newV].map((fresh, i) => (before ? tf.concat([parts[2 * l + i]!, fresh], 2) : fresh)) as [Tensor4D, Tensor4D];
      h = transformer.block(h, attentionWeights(q, k, bias).matMul(v) as Tensor4D, l);
      return [k, v].map((all) => all.slice([0, 0, 0, 0], [-1, -1, n * length, -1])); // 2 x [B, H, n l, D]
    });
    const [B, rows] = h.shape;
    const atTests = layerNorm(h, transformer.normFinal)
      .slice([0, rows - m, 0], [-1, m, -1])
      .reshape([B, m, 1, C]) as Tensor4D; // [B, m, 1, C]
    return { answers: model.answers({ examples: atTests, tests: atTests }).tests, memory: asMemory(made, n) };
  }, options);
  return {
    ordered: true,
    read(prompts, before, _after, from) {
      const { n, m } = promptSizes(prompts);
      const { x, y, xTest } = prompts;
      const out = from > 0 ? step.run(x, y, xTest, before) : step.run(x, y, xTest);
      return { answers: out['answers'] as Tensor2D, memory: out['memory']!, work: { first: n - from, second: 0, tests: m } };
    },
    dispose: () => step.dispose(),
  };
}

/** What stands before and after entry i along axis 1. */
function around(t: Tensor, i: number): [Tensor, Tensor] {
  const [before, , after] = tf.split(t, [i, 1, t.shape[1]! - i - 1], 1) as [Tensor, Tensor, Tensor];
  return [before, after];
}

/** A batch of prompts whose examples are added, removed, replaced and reordered, with answers that a fresh pass would give. */
export class EditablePrompt {
  /** What the last change computed. */
  work: Work = { first: 0, second: 0, tests: 0 };
  private readonly keeper: Keeper;
  /** The examples as they are kept; where order does not matter they stay where they are. */
  private prompts: Prompts;
  /** slots[i]: where example i is kept. */
  private slots: readonly number[];
  private memory: Tensor | null = null;
  private current: Tensor2D | null = null;

  /**
   * @param model   under InvICL (structured form) or AR; stays the caller's
   * @param prompts shapes as in Prompts; copied
   * @throws CourseError when the model is under another method, or the prompts do not fit it
   */
  constructor(model: InContextModel, prompts: Prompts, options: CompileOptions = { eagerFirst: 2 }) {
    const { method } = model.config;
    if (!(method === 'ar' || (method === 'invicl' && model.form === 'structured')))
      throw new CourseError(
        `An editable prompt was asked of ${model.name} in the form '${model.form}'.`,
        "Use InvICL in the form 'structured', or AR.",
      );
    requireFinite(prompts);
    const { n } = promptSizes(prompts);
    this.keeper = method === 'ar' ? ofAR(model, options) : ofInvICL(model, options);
    this.prompts = { x: prompts.x.clone(), y: prompts.y.clone(), xTest: prompts.xTest.clone(), yTest: prompts.yTest.clone() };
    this.slots = [...Array(n).keys()];
    this.read(0, 0, n);
  }

  /** How many examples there are now. */
  get n(): number {
    return this.slots.length;
  }

  /**
   * The answers at the test inputs.
   *
   * @returns [B, m], in the units of y; the caller disposes it
   */
  answers(): Tensor2D {
    return this.current!.clone();
  }

  /** Answers anew: examples from .. to - 1 are new and stand where the memory has `skip` others. */
  private read(from: number, skip: number, to: number): void {
    const old = [this.memory, this.current];
    tf.tidy(() => {
      const memory = this.memory ?? tf.zeros([0]);
      const rest = memory.shape[0]! - from - skip;
      const cut = (begin: number, size: number): Tensor => memory.slice([begin], [Math.max(0, size)]);
      const out = this.keeper.read(this.prompts, cut(0, from), cut(from + skip, rest), from, to);
      [this.memory, this.current, this.work] = [tf.keep(out.memory), tf.keep(out.answers), out.work];
    });
    tf.dispose(old.filter((t): t is Tensor => t !== null));
  }

  /** The same change to inputs and labels along the axis of the examples. */
  private change(edit: (old: Tensor, fresh: Tensor | undefined) => Tensor, fresh?: { readonly x: Tensor; readonly y: Tensor }): void {
    const { x, y } = this.prompts;
    this.prompts = { ...this.prompts, x: tf.keep(edit(x, fresh?.x)) as Tensor3D, y: tf.keep(edit(y, fresh?.y)) as Tensor2D };
    tf.dispose([x, y]);
  }

  private slotOf(i: number): number {
    const slot = this.slots[i];
    if (slot === undefined) throw new CourseError(`Example ${i} was named, but there are ${this.n}.`, `Name one from 0 to ${this.n - 1}.`);
    return slot;
  }

  private example(x: Tensor2D, y: Tensor1D): { readonly x: Tensor3D; readonly y: Tensor2D } {
    const [B, , d] = this.prompts.x.shape;
    demand(
      x.rank === 2 && x.shape[0] === B && x.shape[1] === d && y.rank === 1 && y.shape[0] === B,
      () => `An example of the shapes x [${x.shape}], y [${y.shape}] was given.`,
      `Shapes must be x [${B}, ${d}], y [${B}].`,
    );
    requireFinite({ x, y });
    return { x: x.reshape([B, 1, d]), y: y.reshape([B, 1]) }; // [B, 1, d], [B, 1]
  }

  /**
   * Adds an example at the end.
   *
   * @param x [B, d]
   * @param y [B]
   * @throws CourseError when the shapes do not fit or a number is not finite; the prompt is then as before
   */
  add(x: Tensor2D, y: Tensor1D): void {
    tf.tidy(() => {
      const { n } = this;
      this.change((old, fresh) => tf.concat([old, fresh!], 1), this.example(x, y));
      this.slots = [...this.slots, n];
      this.read(n, 0, n + 1);
    });
  }

  /**
   * Removes example i.
   *
   * @throws CourseError when there is no such example, or it is the only one
   */
  remove(i: number): void {
    const slot = this.slotOf(i);
    demand(this.n > 1, () => 'The only example was to be removed.', 'A prompt needs at least one; replace it instead.');
    tf.tidy(() => {
      this.change((old) => tf.concat(around(old, slot), 1));
      this.slots = this.slots.filter((s) => s !== slot).map((s) => (s > slot ? s - 1 : s));
      this.read(slot, 1, slot);
    });
  }

  /**
   * Puts another example in the place of example i.
   *
   * @param x [B, d]
   * @param y [B]
   * @throws CourseError when there is no such example, the shapes do not fit or a number is not finite
   */
  replace(i: number, x: Tensor2D, y: Tensor1D): void {
    const slot = this.slotOf(i);
    tf.tidy(() => {
      this.change(
        (old, fresh) => {
          const [before, after] = around(old, slot);
          return tf.concat([before, fresh!, after], 1);
        },
        this.example(x, y),
      );
      this.read(slot, 1, slot + 1);
    });
  }

  /**
   * Gives the examples another order.
   *
   * @param order which example comes first, second, ...: a permutation of 0 .. n - 1
   * @throws CourseError when `order` is no permutation
   */
  reorder(order: readonly number[]): void {
    const valid = order.length === this.n && [...order].sort((a, b) => a - b).every((value, i) => value === i);
    demand(valid, () => `[${order}] is no order of ${this.n} examples.`, `Give each of 0 .. ${this.n - 1} once.`);
    const moved = order.findIndex((from, to) => from !== to);
    if (moved < 0 || !this.keeper.ordered) {
      this.slots = order.map((i) => this.slots[i]!);
      this.work = { first: 0, second: 0, tests: 0 };
      return;
    }
    tf.tidy(() => {
      this.change((old) => old.gather([...order], 1));
      this.read(moved, this.n - moved, this.n);
    });
  }

  /** Frees everything kept; the model stays. */
  dispose(): void {
    this.keeper.dispose();
    tf.dispose([this.memory, this.current, ...Object.values(this.prompts)].filter((t): t is Tensor => t !== null));
  }
}
