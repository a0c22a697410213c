/**
 * Whom sets of demonstrations are designed for: real tasks and a language model, or tasks of
 * TaskWorld and the small model or the exact answer, with what the factors of a set are measured on.
 */
import { stream, type Stream } from '../../core/random';
import type { LoadedModel } from '../../language/folder';
import type { Question } from '../../language/scoring';
import { tokensBy } from '../../language/tokenizer';
import { lowerWords } from './choosing/nearest';
import { labelNumber, type ChoosingSubject } from './choosingsubjects';
import { drawInputOfKinds, inputBits, inputPatterns } from './factors/designedinputs';
import type { FactorText } from './factors/designs';
import type { QuestionScorer } from './scoring/scorer';
import type { WorldQuestion } from './scoring/worldquestions';
import { INPUT_WORDS, type Input } from './world/rules';
import { drawInput, drawTask } from './world/sampling';
import { MAPPINGS, trainedPrior, type Mapping } from './world/taskworld';

/** A text with its parts: words, or in TaskWorld the patterns of its words. */
export interface DesignText extends FactorText {
  readonly parts: readonly (string | number)[];
}

/** A task with a pool, and questions about it. */
export interface DesignSubject<AskedQuestion> {
  /** How tables call it; several subjects may have one title. */
  readonly title: string;
  readonly scorer: QuestionScorer<AskedQuestion>;
  readonly pool: readonly DesignText[];
  /** The number of the label of each row, and how many labels there are. */
  readonly labels: readonly number[];
  readonly options: number;
  readonly questions: readonly DesignText[];
  /** The number of the right option of each question. */
  readonly right: readonly number[];
  /** A question after rows of the pool, in this order. */
  ask(question: number, rows: readonly number[]): AskedQuestion;
}

/** So many numbers, evenly from 0 to below a length. */
const evenly = (count: number, length: number): number[] => {
  const most = Math.min(count, length);
  return Array.from({ length: most }, (_, i) => Math.floor((i * length) / most));
};

/**
 * Real tasks. The complexity of a text is its number of tokens.
 *
 * @param asked questions of each task, evenly from all
 */
export const textDesigns = (
  subjects: readonly ChoosingSubject<Question>[],
  { tokenizer }: LoadedModel,
  asked: number,
): DesignSubject<Question>[] =>
  subjects.map((subject) => {
    const text = ({
      input,
      vector,
    }: ChoosingSubject<Question>['questions'][number]): DesignText => ({
      vector,
      complexity: tokensBy(tokenizer, input).length,
      parts: lowerWords(input),
    });
    const numbers = evenly(asked, subject.questions.length);
    return {
      title: subject.title,
      scorer: subject.scorer,
      pool: subject.pool.map(text),
      labels: subject.pool.map((_, row) => labelNumber(subject, row)),
      options: subject.options.length,
      questions: numbers.map((q) => text(subject.questions[q]!)),
      right: numbers.map((q) => subject.right[q]!),
      ask: (question, rows) => subject.askText(subject.questions[numbers[question]!]!.input, rows),
    };
  });

/** How many tasks of TaskWorld there are with each mapping, and of each the questions and rows. */
export interface WorldDesignSizes {
  readonly worldTasks: number;
  readonly worldAsked: number;
  readonly worldRows: number;
}

/** The complexity of an input is the number of different patterns of its words. */
const inputText = (input: Input): DesignText => {
  const parts = inputPatterns(input);
  return { vector: inputBits(input), complexity: parts.length, parts };
};

function worldDesign(
  mapping: Mapping,
  scorer: QuestionScorer<WorldQuestion>,
  { worldAsked, worldRows }: WorldDesignSizes,
  random: Stream,
): DesignSubject<WorldQuestion> {
  const { rule, labels } = drawTask(random, trainedPrior(mapping));
  const classes = Array.from({ length: worldRows }, (_, i) => (i % 2) as 0 | 1);
  const rows = classes.map((c, i) =>
    drawInputOfKinds(random, rule, c, 1 + (Math.floor(i / 2) % INPUT_WORDS)),
  );
  const right = Array.from({ length: worldAsked }, (_, i) => (i % 2) as 0 | 1);
  const inputs = right.map((c) => drawInput(random, rule, c));
  return {
    title: `${mapping} labels`,
    scorer,
    pool: rows.map(inputText),
    labels: classes,
    options: 2,
    questions: inputs.map(inputText),
    right,
    ask: (question, chosen) => ({
      context: {
        examples: chosen.map((row) => ({ input: rows[row]!, label: labels[classes[row]!] })),
      },
      input: inputs[question]!,
      options: labels,
    }),
  };
}

/**
 * Tasks of TaskWorld. A third of each pool has inputs of words of one pattern, a third of two and a
 * third of three; questions are drawn as ever.
 */
export const worldDesigns = (
  scorer: QuestionScorer<WorldQuestion>,
  sizes: WorldDesignSizes,
  seed: number,
): DesignSubject<WorldQuestion>[] =>
  MAPPINGS.flatMap((mapping) =>
    Array.from({ length: sizes.worldTasks }, (_, t) =>
      worldDesign(mapping, scorer, sizes, stream(seed, 'designs of TaskWorld', mapping, t)),
    ),
  );
