/**
 * What ways to choose by a model's answers are given and give back, on one interface: which rows of a
 * pool stand before each question. Ways that choose once for all questions take their rows from a
 * few candidates, and ask other rows of the pool, the probes; ways that choose for each question take
 * all rows of the pool.
 */
import type { Stream } from '../../core/random';
import type { AskedModel, AskedPrompt } from './askedmodel';
import type { ChoosingSubject } from './choosingsubjects';

/** What ways to choose are given. */
export interface ModelSetting<Q> {
  readonly subject: ChoosingSubject<Q>;
  readonly model: AskedModel;
  readonly k: number;
  /** Rows of the pool from which sets for all questions are made. */
  readonly candidates: readonly number[];
  /** Other rows of the pool, which are asked after sets. */
  readonly probes: readonly number[];
  /** Random sets of k candidates, in the order in which they are shown. */
  readonly sets: readonly (readonly number[])[];
  readonly random: Stream;
}

/** Rows of the pool before each question, as they are shown: the last stands next to it. */
export type ShownRows = readonly (readonly number[])[];

/** A way to choose. */
export interface ModelWay {
  readonly name: string;
  /** Whether it needs the latent task, which real texts do not tell. */
  readonly latent?: true;
  choose<Q>(setting: ModelSetting<Q>): ShownRows;
}

/** No demonstrations. */
export const NONE: readonly number[] = [];

/** Prompts of some rows of the pool as questions after the same rows. */
export const promptsAfter = (asked: readonly number[], rows: readonly number[]): AskedPrompt[] =>
  asked.map((index) => ({ of: 'pool', index, rows }));

/** The same rows before all questions. */
export const forAll = <Q>({ subject }: ModelSetting<Q>, rows: readonly number[]): ShownRows =>
  subject.questions.map(() => rows);

/** The first choice is shown last, next to the question. */
export const lastFirst = (rows: readonly number[]): readonly number[] => [...rows].reverse();
