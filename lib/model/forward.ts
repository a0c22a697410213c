/**
 * The forward pass of a prompt under a method: positions added, context doubled or not,
 * mask applied, and the final states by block. How examples become token vectors, and what is read
 * out of the states, is the model's own business.
 */
import { tf } from '../core/backend';
import { demand, lookUp } from '../core/errors';
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { biasValues } from './attention';
import { checkStructured, type Method } from './methods';
import { layoutPrompt, type PromptLayout } from './layout';
import { structuredForward, type Blocks, type Finals } from './structured';
import type { Hook, Transformer } from './transformer';

/**
 * How a pass is computed: 'structured' (InvICL only: its mask is never built) or 'mask' (one dense
 * pass); the same numbers.
 */
export type Form = 'mask' | 'structured';

interface KeptLayout {
  readonly layout: PromptLayout;
  /**
   * The mask as numbers to add, row after row, T x T; null in the structured form, which never
   * builds it.
   */
  readonly bias: Float32Array | null;
  /**
   * One row per token with a 1 at its position, T x maxPositions; without positions, only zeros. In
   * the structured form (l + 1) x maxPositions: for the tokens of one example and of a test, as all
   * are alike.
   */
  readonly select: Float32Array;
}

/** Which position each of these tokens takes, as rows of zeros with a single 1, row after row. */
function selection(
  tokens: readonly number[],
  { positions }: PromptLayout,
  P: number,
): Float32Array {
  const rows = new Float32Array(tokens.length * P);
  if (positions) tokens.forEach((t, row) => (rows[row * P + positions[t]!] = 1));
  return rows;
}

/** Examples of l tokens and tests of one token, run by a transformer under a method. */
export class ForwardPass {
  readonly form: Form;
  private readonly layouts = new Map<string, KeptLayout>();

  /**
   * @param method      who sees whom, and the position of each token
   * @param transformer runs the tokens; stays the caller's
   * @param positionTable an embedding per position, [maxPositions, C]; stays the caller's
   * @param l           tokens per example
   * @param form        left out: structured where the method has it
   * @throws CourseError when the structured form is asked of a method that has none, or the method
   *   claims it without InvICL's mask and positions
   */
  constructor(
    readonly method: Method,
    readonly transformer: Transformer,
    private readonly positionTable: Tensor2D,
    readonly l: number,
    form?: Form,
  ) {
    const { structured } = method;
    checkStructured(method);
    if (form !== undefined) lookUp('form', { mask: 0, structured: 0 }, form);
    demand(
      form !== 'structured' || structured,
      () => `The form 'structured' was asked for ${method.name}.`,
      "Only the method 'invicl' has it.",
    );
    this.form = form ?? (structured ? 'structured' : 'mask');
  }

  /**
   * The layout of prompts with n examples and m tests: tokens, mask, positions.
   *
   * @throws CourseError when the prompt needs more positions than the model knows
   */
  promptLayout(n: number, m: number): PromptLayout {
    return this.kept(n, m).layout;
  }

  private kept(n: number, m: number): KeptLayout {
    const key = `${n} ${m}`;
    let kept = this.layouts.get(key);
    if (!kept) {
      const layout = layoutPrompt(
        this.method,
        new Array<number>(n).fill(this.l),
        new Array<number>(m).fill(1),
      );
      const last = Math.max(0, ...(layout.positions ?? []));
      const { maxPositions } = this.transformer.size;
      demand(
        last < maxPositions,
        () =>
          `${this.method.name} needs position ${last} for n = ${n}, ` +
          `but the model knows ${maxPositions}.`,
        'Use fewer examples or a larger maxPositions.',
      );
      const structured = this.form === 'structured';
      const all = layout.tokens.map((_, t) => t);
      kept = {
        layout,
        bias: structured ? null : biasValues(layout.mask),
        select: selection(
          structured ? [...all.slice(0, this.l), all.length - 1] : all,
          layout,
          maxPositions,
        ),
      };
      this.layouts.set(key, kept);
    }
    return kept;
  }

  /**
   * The whole prompt as the transformer gets it: the context (twice when the method doubles it),
   * the tests, positions added.
   *
   * @param examples [B, n, l, C], read in
   * @param tests    [B, m, 1, C], read in
   * @returns [B, T, C]; the caller disposes it
   * @throws CourseError when the prompt needs more positions than the model knows
   */
  embedded(examples: Tensor4D, tests: Tensor4D): Tensor3D {
    const [B, n, l, C] = examples.shape;
    const m = tests.shape[1];
    const { layout, select } = this.kept(n, m);
    return tf.tidy(() => {
      const P = this.transformer.size.maxPositions;
      const values =
        this.form === 'structured' ? selection([...layout.tokens.keys()], layout, P) : select;
      const context = examples.reshape([B, n * l, C]); // [B, n l, C]
      const copies = this.method.doubled ? [context, context] : [context];
      const selected = tf.tensor2d(values, [layout.tokens.length, P]); // [T, P]
      const positions = selected.matMul(this.positionTable); // [T, C]
      const all = tf.concat([...copies, tests.reshape([B, m, C])], 1); // [B, T, C]
      return all.add(positions) as Tensor3D; // [B, T, C]
    });
  }

  /**
   * Examples and tests as InvICL's structured form gets them: each example alone, with the
   * positions all examples share.
   *
   * @param examples [B, n, l, C], read in
   * @param tests    [B, m, 1, C], read in
   * @returns examples [B, n, l, C] and tests [B, m, 1, C]; the caller disposes them
   * @throws CourseError when the pass is not in the structured form
   */
  blocks(
    examples: Tensor4D,
    tests: Tensor4D,
  ): { readonly examples: Blocks; readonly tests: Blocks } {
    demand(
      this.form === 'structured',
      () => `${this.method.name} was asked for separate examples, but its form is '${this.form}'.`,
      "Only InvICL in the form 'structured' has them.",
    );
    const [n, m] = [examples.shape[1], tests.shape[1]];
    const { select } = this.kept(n, m);
    const values = tf.tidy(() => {
      const positions = tf
        .tensor2d(select, [this.l + 1, this.transformer.size.maxPositions])
        .matMul(this.positionTable); // [l + 1, C]
      // [l, C], [1, C]
      const [inExample, inTest] = tf.split(positions, [this.l, 1]) as [Tensor, Tensor];
      return {
        examples: examples.add(inExample) as Tensor4D,
        tests: tests.add(inTest) as Tensor4D,
      }; // [B, n, l, C], [B, m, 1, C]
    });
    return {
      examples: { values: values.examples, lengths: new Array<number>(n).fill(this.l) },
      tests: { values: values.tests, lengths: new Array<number>(m).fill(1) },
    };
  }

  /**
   * Final states of the examples (of their second copies where the context is doubled) and of the
   * tests.
   *
   * @param examples [B, n, l, C], read in
   * @param tests    [B, m, 1, C], read in
   * @param hook     sees and may replace every inner value, see Transformer.forward; the pass is
   *                 then the dense one
   * @returns examples [B, n, l, C] and tests [B, m, 1, C]; the caller disposes them
   * @throws CourseError when the prompt needs more positions than the model knows
   */
  finals(examples: Tensor4D, tests: Tensor4D, hook?: Hook): Finals {
    const [B, n, l, C] = examples.shape;
    const m = tests.shape[1];
    const { layout, bias } = this.kept(n, m);
    return tf.tidy(() => {
      if (this.form === 'structured' && !hook) {
        const blocks = this.blocks(examples, tests);
        return structuredForward(this.transformer, blocks.examples, blocks.tests);
      }
      const T = layout.tokens.length;
      const mask = tf.tensor2d(bias ?? biasValues(layout.mask), [T, T]);
      const embedded = this.embedded(examples, tests);
      const final = this.transformer.forward(embedded, mask, hook); // [B, T, C]
      const [, context, test] = tf.split(final, [this.method.doubled ? n * l : 0, n * l, m], 1) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      // [B, n, l, C], [B, m, 1, C]
      return { examples: context.reshape([B, n, l, C]), tests: test.reshape([B, m, 1, C]) };
    });
  }
}
