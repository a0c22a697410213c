/**
 * A prompt that someone edits: examples are added, removed, replaced, put in another order, and taken back; after every edit the
 * answers are there again. Only what an edit changed is computed: under InvICL a first copy per new example and the second
 * copies, under AR everything from the first changed example on.
 */
import { tf } from '../core/backend';
import { CourseError, demand } from '../core/errors';

import { methodOf, type Method } from '../model/methods';
import { checkOrder } from '../model/prompts';
import { forget, readContext, readTests, ReadingCache, type ReadWork } from './context';
import type { LoadedModel } from './folder';
import { DIRECT, exampleTokens, testTokens, type Demonstration, type Template } from './prompt';
import { checkOptions, probabilities } from './scoring';

/** What a session is about. */
export interface SessionConfig {
  /** The answers to choose from. */
  readonly options: readonly string[];
  /** The texts to be answered, again after every edit. */
  readonly texts: readonly string[];
  /** 'invicl' (the default) or 'ar', or another method that reads its context before the test. */
  readonly method?: string;
  readonly template?: Template;
}

/** The answer to one text. */
export interface Answer {
  readonly text: string;
  readonly answer: string;
  /** Of each option, in their order. */
  readonly probabilities: readonly number[];
}

/** A prompt under edit, with its answers. */
export class PromptSession {
  /** What the last edit computed, in tokens. */
  work: ReadWork = { first: 0, second: 0 };
  readonly method: Method;
  private readonly template: Template;
  private readonly cache = new ReadingCache();
  private past: (readonly Demonstration[])[] = [];
  private current: readonly Demonstration[] = [];
  private answered: readonly Answer[] = [];
  private texts: readonly string[];

  /**
   * @param loaded model and tokenizer; they stay the caller's
   * @throws CourseError when options repeat or become no tokens, or the method cannot read a context before its test
   */
  constructor(
    private readonly loaded: LoadedModel,
    private readonly config: SessionConfig,
  ) {
    checkOptions(config.options);
    this.method = methodOf(config.method ?? 'invicl');
    this.template = config.template ?? DIRECT;
    this.texts = config.texts;
    this.answer([]);
  }

  /** The examples, in their order. */
  get examples(): readonly Demonstration[] {
    return this.current;
  }

  /** The answers to the texts, in the light of the examples. */
  get answers(): readonly Answer[] {
    return this.answered;
  }

  /** Reads the examples (what is not known of them) and answers the texts; nothing changes when that fails. */
  private answer(examples: readonly Demonstration[]): void {
    const { model, tokenizer } = this.loaded;
    const { options } = this.config;
    const strange = examples.find(({ output }) => !options.includes(output));
    if (strange !== undefined)
      throw new CourseError(
        `The example '${strange.input}' has the label '${strange.output}'.`,
        `Use one of the options: ${options.join(', ')}.`,
      );
    const shown = examples.map((example) => exampleTokens(tokenizer, example, this.template));
    const context = readContext(model, this.method, shown, this.cache);
    try {
      this.answered = this.texts.map((text) => {
        const tests = options.map((option) => testTokens(tokenizer, text, option, this.template));
        const scores = tf.tidy(() => {
          const logs = tf.logSoftmax(
            readTests(
              model,
              context,
              tests.map(({ tokens }) => tokens),
            ),
          );
          const [, T, V] = logs.shape as [number, number, number];
          const values = logs.dataSync();
          return tests.map(({ tokens, scoredFrom }, b) =>
            tokens.slice(scoredFrom).reduce((sum, token, i) => sum + values[(b * T + scoredFrom + i - 1) * V + token]!, 0),
          );
        }) as unknown as number[];
        const shares = probabilities(scores);
        return { text, answer: options[shares.indexOf(Math.max(...shares))]!, probabilities: shares };
      });
    } finally {
      forget(context.memory);
    }
    this.current = examples;
    this.work = context.work;
  }

  private edit(examples: readonly Demonstration[]): void {
    const before = this.current;
    this.answer(examples);
    this.past.push(before);
  }

  private check(i: number): void {
    demand(
      Number.isInteger(i) && i >= 0 && i < this.current.length,
      () => `Example ${i} was named, but there are ${this.current.length}.`,
      this.current.length ? `Name one from 0 to ${this.current.length - 1}.` : 'Add one first.',
    );
  }

  /**
   * Adds an example at the end.
   *
   * @throws CourseError when its label is none of the options, or the prompt becomes too long; nothing is then changed
   */
  add(input: string, output: string): void {
    this.edit([...this.current, { input, output }]);
  }

  /**
   * Removes example i.
   *
   * @throws CourseError when there is no such example
   */
  remove(i: number): void {
    this.check(i);
    this.edit(this.current.filter((_, k) => k !== i));
  }

  /**
   * Puts another example in the place of example i.
   *
   * @throws CourseError when there is no such example, or the new one is refused; nothing is then changed
   */
  replace(i: number, input: string, output: string): void {
    this.check(i);
    this.edit(this.current.map((example, k) => (k === i ? { input, output } : example)));
  }

  /**
   * Gives the examples another order.
   *
   * @param order which example comes first, second, ...
   * @throws CourseError when it is no order of the examples
   */
  reorder(order: readonly number[]): void {
    checkOrder(order, this.current.length);
    this.edit(order.map((i) => this.current[i]!));
  }

  /**
   * Takes the last edit back.
   *
   * @throws CourseError when there is none
   */
  undo(): void {
    const before = this.past.at(-1);
    if (!before) throw new CourseError('There is no edit to take back.', 'Add an example first.');
    this.answer(before);
    this.past = this.past.slice(0, -1);
  }

  /** Asks about other texts; the examples stay. */
  ask(texts: readonly string[]): readonly Answer[] {
    const before = this.texts;
    this.texts = texts;
    try {
      this.answer(this.current);
    } catch (error) {
      this.texts = before;
      throw error;
    }
    return this.answered;
  }

  /** Frees what is kept; the model stays. */
  dispose(): void {
    this.cache.dispose();
  }
}
