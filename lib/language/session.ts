/**
 * A session in which a prompt is edited: examples are added, removed, replaced and reordered, and
 * edits are undone; after every edit the answers are computed again. Only what an edit changed is
 * computed: under InvICL a first copy per new example and the second copies, under AR everything
 * from the first changed example on.
 */
import { checkHas, checkTexts } from '../core/checks';
import { CourseError, demand, knownKeys, quote } from '../core/errors';

import { checkOrder } from '../model/prompts';
import type { ReadWork } from './context';
import type { Demonstration } from './prompt';
import { argMax, softmax } from '../core/numerics';
import { checkOptions } from './scoring';

/** What a session is about. */
export interface SessionConfig {
  /** The answers to choose from. */
  readonly options: readonly string[];
  /** The texts to be answered, again after every edit. */
  readonly texts: readonly string[];
}

/** The answer to one text. */
export interface Answer {
  readonly text: string;
  readonly answer: string;
  /** Of each option, in the order of the options. */
  readonly probabilities: readonly number[];
}

/** A prompt under edit, with its answers. */
export class PromptSession {
  /** What the last edit computed, in tokens. */
  work: ReadWork = { first: 0, second: 0 };
  private past: (readonly Demonstration[])[] = [];
  private current: readonly Demonstration[] = [];
  private answered: readonly Answer[] = [];
  private texts: readonly string[];

  /**
   * @param scorer a tokenScorer or an episodeScorer; the session disposes it
   * @throws CourseError when options repeat, or options or texts cannot be read
   */
  constructor(
    private readonly scorer: SessionScorer,
    private readonly config: SessionConfig,
  ) {
    checkHas('The scorer of a session', scorer, 'a scorer of options', 'score', 'dispose');
    knownKeys('A session', config, ['options', 'texts']);
    checkOptions(config.options);
    checkTexts('The texts of a session', config.texts);
    this.texts = config.texts;
    this.answer([]);
  }

  /** The examples, in the order of the prompt. */
  get examples(): readonly Demonstration[] {
    return this.current;
  }

  /** The answers to the texts, given the examples. */
  get answers(): readonly Answer[] {
    return this.answered;
  }

  /**
   * Runs the model on the examples (as far as they are not cached) and answers the texts; nothing
   * changes when that fails.
   */
  private answer(examples: readonly Demonstration[]): void {
    const { options } = this.config;
    const wrong = examples.find(({ output }) => !options.includes(output));
    if (wrong !== undefined)
      throw new CourseError(
        `The example ${quote(wrong.input)} has the label ${quote(wrong.output)}.`,
        `Use one of the options: ${options.join(', ')}.`,
      );
    const { scores, work } = this.scorer.score(examples, this.texts, options);
    this.answered = this.texts.map((text, i) => {
      const probabilities = softmax(scores[i]!);
      const best = argMax(probabilities);
      return { text, answer: options[best]!, probabilities };
    });
    this.current = examples;
    this.work = work;
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
   * @throws CourseError when its label is none of the options, or the prompt becomes too long;
   *   nothing is then changed
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
   * Replaces example i by another.
   *
   * @throws CourseError when there is no such example, or the new one is refused; nothing is then
   *   changed
   */
  replace(i: number, input: string, output: string): void {
    this.check(i);
    this.edit(this.current.map((example, k) => (k === i ? { input, output } : example)));
  }

  /**
   * Puts the examples into another ordering.
   *
   * @param order which example comes first, second, ...
   * @throws CourseError when it is no permutation of the examples
   */
  reorder(order: readonly number[]): void {
    checkOrder(order, this.current.length);
    this.edit(order.map((i) => this.current[i]!));
  }

  /**
   * Undoes the last edit.
   *
   * @throws CourseError when there is none
   */
  undo(): void {
    const before = this.past.at(-1);
    if (!before) throw new CourseError('There is no edit to take back.', 'Add an example first.');
    this.answer(before);
    this.past = this.past.slice(0, -1);
  }

  /**
   * Answers other texts; the examples stay.
   *
   * @throws CourseError when a text cannot be read; nothing is then changed
   */
  ask(texts: readonly string[]): readonly Answer[] {
    checkTexts('The texts of a session', texts);
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

  /** Frees the caches; the model stays. */
  dispose(): void {
    this.scorer.dispose();
  }
}

/** What a session needs of a model. */
export interface SessionScorer {
  /**
   * Scores of the options for each text given the examples, and what had to be computed for them.
   *
   * @returns scores in nats, [texts][options]
   * @throws CourseError when a text or an option cannot be read, or the prompt is too long
   */
  score(
    examples: readonly Demonstration[],
    texts: readonly string[],
    options: readonly string[],
  ): { readonly scores: number[][]; readonly work: ReadWork };
  /** Frees the caches; the model stays. */
  dispose(): void;
}
