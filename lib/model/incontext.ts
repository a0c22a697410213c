/**
 * A transformer that answers prompts: read-in, transformer, read-out, and the method that says who
 * sees whom.
 * Reference: Garg et al. (2022) for the two-token layout; von Oswald et al. (2023) for one token
 * per pair.
 */
import { tf } from '../core/backend';
import { compile } from '../core/compile';
import { checkMadeBy } from '../core/checks';
import { demand, knownKeys, lookUp, positiveInteger } from '../core/errors';
import type { Rank, Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import type { SizeName, TransformerSize } from './config';
import { dense, type DenseWeights } from './layers';
import { checkStructured, METHODS, methodOf, type Method, type MethodKey } from './methods';
import { microbatchOf } from './microbatch';
import { ForwardPass, type Form } from './forward';
import type { PromptLayout } from './layout';
import { promptSizes, requireFinite, requireInputs, type Predictor, type Prompts } from './prompts';
import { oneTestEach } from './prompttensors';
import type { Blocks, Finals } from './structured';
import { ParameterStore, type InitialScale } from './parameterstore';
import { Transformer, assignAll, type Hook, type Parameters } from './transformer';

/**
 * How an example becomes tokens.
 * 'xy': two tokens, [x] and [y, 0 ..] (Garg et al.): y stands in the column of x's first number,
 * and only positions tell the two apart. Predictions are read at x tokens.
 * 'xy-marked': two tokens, [x, 0, 0] and [0 .., y, 1]: y has a column of its own, and a mark says
 * which tokens are labels. Predictions are read at x tokens.
 * 'pair': one token [x, y, 0]; a test input is [x, 0, 1]; predictions are read at tests only.
 */
export type Layout = 'xy' | 'xy-marked' | 'pair';

/** Everything that makes a model; a checkpoint carries it. */
export interface ModelConfig {
  /** Which row of the table of methods. */
  readonly method: MethodKey;
  readonly layout: Layout;
  readonly size: SizeName | Partial<TransformerSize>;
  /** Numbers in an input x. */
  readonly d: number;
  /** Which random start. */
  readonly seed: number;
  /**
   * InvICL only: 'structured' (the mask is never built, the default) or 'mask' (one dense pass);
   * the same numbers.
   */
  readonly form?: Form;
  /** The standard deviation of the initial weights; GPT-2's 0.02 when left out. */
  readonly initialScale?: InitialScale;
  /** The standard deviation of the initial position embeddings; GPT-2's 0.02 when left out. */
  readonly positionScale?: number;
}

/** The same with a method of one's own in place of a row of the table. */
export type OwnModelConfig = Omit<ModelConfig, 'method'> & { readonly method: MethodKey | Method };

/** The method of a config, and the key that its checkpoint carries. */
function methodIn(given: MethodKey | Method): { readonly own: Method; readonly key: MethodKey } {
  if (typeof given !== 'object' || given === null) return { own: methodOf(given), key: given };
  checkStructured(given);
  demand(
    !(given.name in METHODS),
    () => `A method of one's own is named '${given.name}', which is a key of the table.`,
    'Give it another name.',
  );
  return { own: given, key: given.name as MethodKey };
}

const LAYOUTS: Readonly<Record<Layout, { readonly tokens: number; width(d: number): number }>> = {
  xy: { tokens: 2, width: (d) => d },
  'xy-marked': { tokens: 2, width: (d) => d + 2 },
  pair: { tokens: 1, width: (d) => d + 2 },
};

const MODEL_KEYS = [
  'method',
  'layout',
  'size',
  'd',
  'seed',
  'form',
  'initialScale',
  'positionScale',
];

/** Refuses a setting that is neither left out, nor a number above 0, nor one of some words. */
function checkedScale<S extends number | string>(
  name: string,
  scale: S | undefined,
  words: readonly string[],
): S | undefined {
  const isWord = typeof scale === 'string' && words.includes(scale);
  demand(
    scale === undefined || isWord || (Number.isFinite(scale) && Number(scale) > 0),
    () => {
      const allowed = ['a number above 0', ...words.map((word) => `'${word}'`)].join(' or ');
      return `${name} must be ${allowed}, got ${JSON.stringify(scale)}.`;
    },
    'Give for example 0.02.',
  );
  return scale;
}

/** What a forward pass answers. */
export type Outputs = {
  /**
   * Predictions at the examples' inputs, [B, n]; undefined in the 'pair' layout, whose example
   * tokens hold their label.
   */
  readonly context: Tensor2D | undefined;
  /** Predictions at the test inputs, [B, m]. */
  readonly tests: Tensor2D;
};

/** A transformer that learns in context, under one of the methods. */
export class InContextModel implements Predictor {
  readonly name: string;
  readonly method: Method;
  /** How the pass is computed; a hook always sees the dense one. */
  readonly form: Form;
  readonly transformer: Transformer;
  private readonly store: ParameterStore;
  private readonly readIn: DenseWeights;
  private readonly readOut: DenseWeights;
  private readonly pass: ForwardPass;
  /** Tests' answers as a graph once a shape has come twice: [B, m]. */
  private readonly answer = compile(
    (x, y, xTest, yTest) => this.forward({ x, y, xTest, yTest } as Prompts).tests,
    { eagerFirst: 2 },
  );

  readonly config: ModelConfig;

  /**
   * @param given with the key of a method, or a method of one's own; the checkpoint of a model with
   *              the latter carries its name, and is refused when it is loaded
   * @throws CourseError quoting a setting that is unknown or refused
   */
  constructor(given: OwnModelConfig) {
    knownKeys('A model config', given, MODEL_KEYS);
    const { own, key } = methodIn(given.method);
    const config: ModelConfig = { ...given, method: key };
    this.config = config;
    lookUp('layout', LAYOUTS, config.layout);
    positiveInteger('d', config.d);
    this.method = own;
    this.name = this.method.name;
    this.store = new ParameterStore(
      config.seed,
      undefined,
      checkedScale('initialScale', config.initialScale, ['fan-in']),
    );
    this.transformer = new Transformer(config.size, this.store);
    const { width: C, maxPositions } = this.transformer.size;
    this.readIn = this.store.linear('readIn', LAYOUTS[config.layout].width(config.d), C);
    const positionTable = this.store.normal<Rank.R2>(
      'positions',
      [maxPositions, C],
      checkedScale('positionScale', config.positionScale, []),
    );
    this.readOut = this.store.linear('readOut', C, 1);
    this.pass = new ForwardPass(
      this.method,
      this.transformer,
      positionTable,
      LAYOUTS[config.layout].tokens,
      config.form,
    );
    this.form = this.pass.form;
  }

  /** All weights by name, each of its layer's shape; they belong to the model. */
  get parameters(): Parameters {
    return this.store.all;
  }

  /**
   * The layout of prompts with n examples and m tests: tokens, mask, positions.
   *
   * @throws CourseError when the prompt needs more positions than the model knows
   */
  promptLayout(n: number, m: number): PromptLayout {
    return this.pass.promptLayout(n, m);
  }

  /** Examples as token vectors [B, n, tokens, width] and tests as [B, m, 1, width]. */
  private tokenVectors({ x, y, xTest }: Prompts): { examples: Tensor4D; tests: Tensor4D } {
    const [B, n, d] = x.shape;
    const m = xTest.shape[1];
    if (this.config.layout === 'xy-marked') {
      const inputs = tf.concat([x, tf.zeros([B, n, 2])], 2); // [B, n, d + 2]
      // [B, n, d + 2]
      const labels = tf.concat([tf.zeros([B, n, d]), y.reshape([B, n, 1]), tf.ones([B, n, 1])], 2);
      return {
        examples: tf.stack([inputs, labels], 2) as Tensor4D,
        tests: tf.concat([xTest, tf.zeros([B, m, 2])], 2).reshape([B, m, 1, d + 2]),
      }; // [B, n, 2, d + 2], [B, m, 1, d + 2]
    }
    if (this.config.layout === 'xy') {
      const labels = y.reshape([B, n, 1, 1]).pad([
        [0, 0],
        [0, 0],
        [0, 0],
        [0, d - 1],
      ]); // [B, n, 1, d]
      return {
        examples: tf.concat([x.reshape([B, n, 1, d]), labels], 2) as Tensor4D,
        tests: xTest.reshape([B, m, 1, d]),
      }; // [B, n, 2, d], [B, m, 1, d]
    }
    const pairs = tf.concat([x, y.reshape([B, n, 1]), tf.zeros([B, n, 1])], 2); // [B, n, d + 2]
    // [B, m, d + 2]
    const questions = tf.concat([xTest, tf.zeros([B, m, 1]), tf.ones([B, m, 1])], 2);
    return {
      examples: pairs.reshape([B, n, 1, d + 2]),
      tests: questions.reshape([B, m, 1, d + 2]),
    }; // [B, n, 1, d + 2], [B, m, 1, d + 2]
  }

  /**
   * Answers prompts.
   *
   * @param prompts shapes as in Prompts
   * @param hook    sees and may replace every inner value, see Transformer.forward (not in the
   *                structured form)
   * @returns predictions in the units of y; the caller disposes them
   * @throws CourseError when the shapes do not fit, n = 0, or there are more positions than the
   *   model knows
   */
  forward(prompts: Prompts, hook?: Hook): Outputs {
    requireInputs(prompts, this.config.d, this.name);
    return tf.tidy(() => {
      const { examples, tests } = this.readIns(prompts);
      return this.answers(this.pass.finals(examples, tests, hook));
    });
  }

  /** Channels C, and tokens per example l. */
  get sizes(): { readonly C: number; readonly l: number } {
    return { C: this.transformer.size.width, l: LAYOUTS[this.config.layout].tokens };
  }

  /** Tokens read in, without positions: [B, count, length, width] -> [B, count, length, C]. */
  private enter(tokens: Tensor4D): Tensor4D {
    const [B, count, length, width] = tokens.shape;
    return dense(tokens.reshape([B, count * length, width]), this.readIn).reshape([
      B,
      count,
      length,
      this.sizes.C,
    ]); // [B, count, length, C]
  }

  /** Examples [B, n, l, C] and tests [B, m, 1, C], read in. */
  private readIns(prompts: Prompts): { examples: Tensor4D; tests: Tensor4D } {
    const { examples, tests } = this.tokenVectors(prompts);
    return { examples: this.enter(examples), tests: this.enter(tests) };
  }

  /**
   * The whole prompt as the transformer gets it: the context (twice when the method doubles it),
   * the tests, positions added.
   *
   * @param prompts shapes as in Prompts
   * @returns [B, T, C]; the caller disposes it
   * @throws CourseError when the prompts do not fit together or need more positions than the model
   *   knows
   */
  embedded(prompts: Prompts): Tensor3D {
    promptSizes(prompts);
    return tf.tidy(() => {
      const { examples, tests } = this.readIns(prompts);
      return this.pass.embedded(examples, tests);
    });
  }

  /**
   * Examples and tests as InvICL's structured form gets them: each example alone, with the
   * positions all examples share.
   *
   * @param prompts shapes as in Prompts
   * @returns examples [B, n, l, C] and tests [B, m, 1, C]; the caller disposes them
   * @throws CourseError when the model is not in the structured form
   */
  blocks(prompts: Prompts): { readonly examples: Blocks; readonly tests: Blocks } {
    promptSizes(prompts);
    const kept: { examples?: Blocks; tests?: Blocks } = {};
    tf.tidy(() => {
      const { examples, tests } = this.readIns(prompts);
      Object.assign(kept, this.pass.blocks(examples, tests));
      return [kept.examples!.values, kept.tests!.values];
    });
    return { examples: kept.examples!, tests: kept.tests! };
  }

  /**
   * Reads the answers out of final states.
   *
   * @param finals examples [B, n, l, C] and tests [B, m, 1, C]
   * @returns predictions in the units of y; the caller disposes them
   */
  answers({ examples, tests }: Finals): Outputs {
    return tf.tidy(() => {
      const atTests = this.answersAt(tests); // [B, m]
      if (this.config.layout === 'pair') return { context: undefined, tests: atTests } as Outputs;
      return { context: this.answersAt(examples), tests: atTests } as Outputs;
    });
  }

  /**
   * Reads an answer out of the first token of each block.
   *
   * @param states [B, count, length, C], final
   * @returns [B, count], in the units of y; the caller disposes it
   */
  answersAt(states: Tensor4D): Tensor2D {
    const [B, count, , C] = states.shape;
    return tf.tidy(() => {
      // [B, count, C]
      const atInputs = states.slice([0, 0, 0, 0], [-1, -1, 1, -1]).reshape([B, count, C]);
      return dense(atInputs, this.readOut).squeeze([-1]); // [B, count]
    });
  }

  /**
   * Predictions at the test inputs. A method that reads one test at a time gets each test as a
   * prompt of its own. Large batches are taken in microbatches; a shape that comes for the third
   * time is compiled.
   *
   * @param prompts shapes as in Prompts
   * @returns [B, m], in the units of y; the caller disposes it
   * @throws CourseError as forward does, or when the prompts hold NaN or infinite numbers
   */
  predict(prompts: Prompts): Tensor2D {
    requireFinite(prompts);
    return tf.tidy(() => {
      const { B, m } = promptSizes(prompts);
      const { x, y, xTest, yTest } = this.method.oneTest && m > 1 ? oneTestEach(prompts) : prompts;
      const { tokens } = this.promptLayout(x.shape[1], xTest.shape[1]);
      const [all, rows] = [
        x.shape[0],
        microbatchOf(x.shape[0], tokens.length, this.transformer.size),
      ];
      if (rows >= all) return this.answer.run(x, y, xTest, yTest).reshape([B, m]); // [B, m]
      const starts = Array.from({ length: Math.ceil(all / rows) }, (_, i) => i * rows);
      const parts = starts.map((from) =>
        this.answer.run(
          ...[x, y, xTest, yTest].map((t) => t.slice(from, Math.min(rows, all - from))),
        ),
      );
      return tf.concat(parts).reshape([B, m]); // [B, m]
    });
  }

  /**
   * Inner values of a pass, by their names (Transformer.forward lists them).
   *
   * @param prompts shapes as in Prompts
   * @returns the value of each name, shapes as Transformer.forward says; the caller disposes them
   * @throws CourseError as forward does, or naming a value that does not exist and those that do
   */
  activations(prompts: Prompts, names: readonly string[]): Record<string, Tensor> {
    const seen: string[] = [];
    const kept: Record<string, Tensor> = {};
    tf.tidy(() => {
      this.forward(prompts, (name, value) => {
        seen.push(name);
        if (names.includes(name)) kept[name] = tf.keep(value.clone());
      });
    });
    const unknown = names.find((name) => !(name in kept));
    if (unknown !== undefined) tf.dispose(kept);
    demand(
      unknown === undefined,
      () => `${this.name} has no inner value '${unknown}'.`,
      `Ask for one of: ${seen.join(', ')}.`,
    );
    return kept;
  }

  /** Frees the weights and the graphs; the model is unusable afterwards. */
  dispose(): void {
    this.answer.dispose();
    for (const parameter of Object.values(this.store.all)) parameter.dispose();
  }
}

/**
 * Refuses what is no model that answers prompts of numbers.
 *
 * @throws CourseError quoting it
 */
export const checkModel = (model: unknown): void =>
  checkMadeBy(
    'A model',
    model,
    InContextModel,
    'model.InContextModel',
    'Make one, or open one with training.loadModel.',
  );

/**
 * The same weights under another method: every method has the same parameters.
 *
 * @returns a new model that owns copies of the weights; the caller disposes it
 * @throws CourseError quoting an unknown method
 */
export function underMethod(model: InContextModel, method: MethodKey): InContextModel {
  checkModel(model);
  const { config, parameters } = model;
  const { form: _, ...rest } = config;
  const other = new InContextModel({ ...rest, method });
  assignAll(other.parameters, parameters);
  return other;
}
