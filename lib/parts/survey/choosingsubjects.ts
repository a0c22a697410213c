/**
 * Whom demonstrations are chosen for: real tasks and a language model, or tasks of TaskWorld and the
 * small model or the exact answer, on one interface.
 */
import {
  checkFunction,
  checkHas,
  checkNumbers,
  checkRows,
  checkText,
  checkTexts,
} from '../../core/checks';
import { demand, plainObject, quote } from '../../core/errors';
import { stream } from '../../core/random';
import type { LoadedModel } from '../../language/folder';
import type { Template } from '../../language/prompt';
import type { Question } from '../../language/scoring';
import type { LabelledText } from '../../metaicl/examples';
import { conceptShares } from './choosing/concept';
import { checkPool, type ChoosableText, type PoolRow } from './choosing/pool';
import type { QuestionScorer, ScoringWay } from './scoring/scorer';
import { textScorer } from './scoring/textscorer';
import type { WorldQuestion } from './scoring/worldquestions';
import type { SplitTask } from './splittasks';
import { ExactBayes } from './world/posterior';
import { RULES, classOf, type Input } from './world/rules';
import { drawExamples, drawInput, drawTask } from './world/sampling';
import { WORLD, trainedPrior, type Mapping } from './world/taskworld';
import { WORDS, wordIndex } from './world/words';

/** A task with a pool, and questions about it. */
export interface ChoosingSubject<AskedQuestion> {
  /** How tables call it; several subjects may have one title. */
  readonly title: string;
  readonly scorer: QuestionScorer<AskedQuestion>;
  readonly pool: readonly PoolRow[];
  readonly questions: readonly ChoosableText[];
  readonly options: readonly string[];
  /** The number of the right option of each question. */
  readonly right: readonly number[];
  /** What the task is, as a vector: its title and options, or in TaskWorld its rule. */
  readonly instruction: readonly number[];
  /** A text after rows of the pool, in this order; in TaskWorld three of its words. */
  askText(input: string, rows: readonly number[]): AskedQuestion;
  /**
   * P(theta | x_i, y_i) of each row of the pool, under the exact answer; null where no latent task is
   * known.
   */
  readonly conceptShares: (() => readonly number[]) | null;
}

/**
 * Refuses what is no task with a pool; scorer and questions are checked when they are used.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkSubject<Q>(subject: ChoosingSubject<Q>): void {
  plainObject('The subject', subject);
  const { title, scorer, pool, options, instruction } = subject;
  checkText('The title of the subject', title);
  checkHas('The scorer of the subject', scorer, 'a scorer of questions', 'score');
  checkPool(pool, 1);
  checkTexts('The options of the subject', options, 2);
  checkNumbers('The instruction of the subject', instruction);
  checkFunction("'askText' of the subject", subject.askText);
  const other = pool.find(({ output }) => !options.includes(output));
  demand(
    other === undefined,
    () => `A row of the pool has the label ${quote(other!.output)}, which is no option.`,
    'Give every label as an option.',
  );
}

/**
 * Scores of the options, [questions, options], of a scorer that may be anybody's.
 *
 * @throws CourseError when these are no numbers, or not one row for each question
 */
export function scoresOf<Q>(
  { scorer }: Pick<ChoosingSubject<Q>, 'scorer'>,
  asked: readonly Q[],
  way?: ScoringWay,
): readonly (readonly number[])[] {
  const found = scorer.score(asked, way);
  plainObject('What the scorer answered', found);
  checkRows('Scores', found.scores);
  demand(
    found.scores.length === asked.length && found.scores[0]!.length > 0,
    () => `The scorer answered ${found.scores.length} of ${asked.length} questions.`,
    'Give one row of scores for each.',
  );
  return found.scores;
}

/** The number of a row's label among the options. */
export const labelNumber = <Q>({ pool, options }: ChoosingSubject<Q>, row: number): number =>
  options.indexOf(pool[row]!.output);

/** Vectors of texts, [texts][C]. */
export type TextVectors = (texts: readonly string[]) => readonly (readonly number[])[];

/**
 * Real tasks.
 *
 * @param poolRows the most rows of a pool
 */
export function textSubjects(
  tasks: readonly SplitTask[],
  loaded: LoadedModel,
  template: Template,
  vectorsOf: TextVectors,
  poolRows: number,
): ChoosingSubject<Question>[] {
  const scorer = textScorer(loaded, { template });
  return tasks.map(({ title, splits: { pool, test } }) => {
    const rows = spread(pool, poolRows);
    const { options } = test[0]!;
    const withVectors = (texts: readonly LabelledText[]): PoolRow[] => {
      const vectors = vectorsOf(texts.map(({ input }) => input));
      return texts.map(({ input, output }, i) => ({ input, output, vector: vectors[i]! }));
    };
    const asked = (input: string, chosen: readonly number[]): Question => ({
      input,
      options,
      examples: chosen.map((i) => rows[i]!),
    });
    return {
      title,
      scorer,
      pool: withVectors(rows),
      questions: withVectors(test),
      options,
      right: test.map(({ output }) => options.indexOf(output)),
      instruction: vectorsOf([`${title}: ${options.join(', ')}`])[0]!,
      askText: asked,
      conceptShares: null,
    };
  });
}

/** So many rows, evenly from a list in which each label's stand together. */
const spread = (rows: readonly LabelledText[], most: number): readonly LabelledText[] => {
  const count = Math.min(most, rows.length);
  return Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)]!);
};

/** The exact answer that knows which tasks there are in training. */
const EXACT = new ExactBayes(WORLD, {}, trainedPrior());

/** The classes of an input under all rules, as -1 and 1. */
const classesOf = (input: Input): readonly number[] =>
  RULES.map((rule) => 2 * classOf(rule, input) - 1);

/** The words of an input. */
export const inputText = (input: Input): string => input.map((word) => WORDS[word]!).join(' ');

/** The input of some words. */
const inputOf = (text: string): Input => text.split(' ').map(wordIndex);

/** An input as a text, and its classes under all rules as its vector. */
const asText = (input: Input): ChoosableText => ({
  input: inputText(input),
  vector: classesOf(input),
});

/**
 * Tasks of TaskWorld with one mapping, each with a pool of its own.
 *
 * @param tasks how many
 * @param each  questions of each label
 */
export function worldSubjects(
  mapping: Mapping,
  scorer: QuestionScorer<WorldQuestion>,
  tasks: number,
  poolRows: number,
  each: number,
  seed: number,
): ChoosingSubject<WorldQuestion>[] {
  const prior = trainedPrior(mapping);
  return Array.from({ length: tasks }, (_, t) => {
    const random = stream(seed, 'pools of TaskWorld', mapping, t);
    const task = drawTask(random, prior);
    const examples = drawExamples(random, task, poolRows);
    const right = [0, 1].flatMap((c) => new Array<0 | 1>(each).fill(c as 0 | 1));
    const inputs = right.map((c) => drawInput(random, task.rule, c));
    const options = task.labels;
    const asked = (input: Input, chosen: readonly number[]): WorldQuestion => ({
      context: { examples: chosen.map((i) => examples[i]!) },
      input,
      options,
    });
    return {
      title: `${mapping} labels`,
      scorer,
      pool: examples.map(({ input, label }) => ({ ...asText(input), output: label })),
      questions: inputs.map(asText),
      options,
      right,
      instruction: RULES.map((rule) => Number(rule === task.rule)),
      askText: (input, chosen) => asked(inputOf(input), chosen),
      conceptShares: () => conceptShares(EXACT, task, examples),
    };
  });
}
