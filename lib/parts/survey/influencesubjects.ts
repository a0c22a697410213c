/**
 * Whose demonstrations are left out, moved or given the other label: a task with a pool and questions,
 * read by a language model under some method, by a small model or by the exact answer.
 */
import { demand } from '../../core/errors';
import { stream } from '../../core/random';
import { readContext } from '../../language/readcache';
import type { LoadedModel } from '../../language/folder';
import { beginTokens, exampleTokens, testTokens, type Template } from '../../language/prompt';
import type { Question } from '../../language/scoring';
import { testScores } from '../../language/testscores';
import { ReadCache, disposeCache } from '../../language/tokencache';
import type { Method } from '../../model/methods';
import { bestOfEachLabel } from './choosing/pool';
import { labelNumber, scoresOf, worldSubjects, type ChoosingSubject } from './choosingsubjects';
import type { QuestionScorer } from './scoring/scorer';
import type { WorldQuestion } from './scoring/worldquestions';
import { MAPPINGS } from './world/taskworld';

type Scores = readonly (readonly number[])[];

/** A task whose demonstrations are changed. */
export interface InfluenceSubject {
  readonly title: string;
  /** The number of the label of each row of the pool, one of two. */
  readonly labels: readonly number[];
  /** The number of the right option of each question. */
  readonly right: readonly number[];
  /**
   * Scores of some questions after rows of the pool, [questions, options].
   *
   * @param exchanged whether the row at each position has the other label; left out: none has
   */
  scoresAfter(
    questions: readonly number[],
    rows: readonly number[],
    exchanged?: readonly boolean[],
  ): Scores;
}

/** Rows of the pool of a subject, with the labels in turn. */
export function drawnRows(
  { title, labels }: InfluenceSubject,
  s: number,
  set: number,
  k: number,
  seed: number,
): number[] {
  demand(
    labels.length >= k,
    () => `${k} demonstrations were to be drawn from the ${labels.length} rows of '${title}'.`,
    'Ask for fewer, or give a larger pool.',
  );
  const random = stream(seed, 'demonstrations of influence', title, s, set);
  return bestOfEachLabel(random.permutation(labels.length), labels, k);
}

/**
 * What is found of each subject and draw of demonstrations.
 *
 * @param sets draws of each subject
 * @returns the subjects, each as often as it has draws, and what was found
 */
export function foundOfDraws<Found>(
  subjects: readonly InfluenceSubject[],
  sets: number,
  find: (subject: InfluenceSubject, s: number, set: number) => Found,
): { readonly drawn: readonly InfluenceSubject[]; readonly found: readonly Found[] } {
  const draws = subjects.flatMap((subject, s) =>
    Array.from({ length: sets }, (_, set) => ({ subject, found: find(subject, s, set) })),
  );
  return {
    drawn: draws.map(({ subject }) => subject),
    found: draws.map(({ found }) => found),
  };
}

/** The other of two labels. */
const otherOf = (options: readonly string[], label: string): string =>
  options.find((one) => one !== label)!;

const labelsOf = <Q>(subject: ChoosingSubject<Q>): number[] =>
  subject.pool.map((_, row) => labelNumber(subject, row));

/** Contexts that are kept, so that prompts which begin alike are read once. */
const KEPT_CONTEXTS = 64;

/** A real task with two labels as a language model reads it under a method. */
function textSubject(
  subject: ChoosingSubject<Question>,
  { model, tokenizer }: LoadedModel,
  method: Method,
  template: Template,
  stored: ReadCache,
): InfluenceSubject {
  const { title, pool, questions, options, right } = subject;
  const begin = beginTokens(tokenizer, template);
  const tests = questions.map(({ input }) =>
    options.map((option) => testTokens(tokenizer, input, option, template)),
  );
  const shownAs = (row: number, exchanged: boolean): number[] => {
    const { input, output } = pool[row]!;
    const label = exchanged ? otherOf(options, output) : output;
    return exampleTokens(tokenizer, { input, output: label }, template);
  };
  return {
    title,
    labels: labelsOf(subject),
    right,
    scoresAfter: (asked, rows, exchanged = []) => {
      const shown = rows.map((row, i) => shownAs(row, exchanged[i] ?? false));
      const context = readContext(model, method, shown, stored, begin);
      try {
        const scores = testScores(
          model,
          context,
          asked.flatMap((q) => tests[q]!),
        );
        return asked.map(() => scores.splice(0, options.length));
      } finally {
        disposeCache(context.cache);
      }
    },
  };
}

/**
 * Real tasks with two labels as a language model reads them under a method.
 *
 * @param use gets the subjects; what was read for them is freed after it
 */
export function withReadTexts(
  subjects: readonly ChoosingSubject<Question>[],
  loaded: LoadedModel,
  method: Method,
  template: Template,
  use: (read: readonly InfluenceSubject[]) => void,
): void {
  const stored = new ReadCache(KEPT_CONTEXTS);
  try {
    use(subjects.map((one) => textSubject(one, loaded, method, template, stored)));
  } finally {
    stored.dispose();
  }
}

/** A task of TaskWorld. */
function worldSubject(subject: ChoosingSubject<WorldQuestion>): InfluenceSubject {
  const { title, questions, options, right } = subject;
  return {
    title,
    labels: labelsOf(subject),
    right,
    scoresAfter: (asked, rows, exchanged = []) => {
      const all = asked.map((q) => subject.askText(questions[q]!.input, rows));
      const examples = all[0]!.context.examples.map((one, i) =>
        exchanged[i] ? { ...one, label: otherOf(options, one.label) } : one,
      );
      const context = { examples }; // one for all, so that InvICL reads it once
      return scoresOf(
        subject,
        all.map((one) => ({ ...one, context })),
      );
    },
  };
}

/**
 * Tasks of TaskWorld with each mapping.
 *
 * @param tasks with each mapping
 * @param each  questions of each label
 */
export const influenceWorlds = (
  scorer: QuestionScorer<WorldQuestion>,
  {
    worldTasks: tasks,
    poolRows,
    worldEach: each,
  }: Readonly<Record<'worldTasks' | 'poolRows' | 'worldEach', number>>,
  seed: number,
): InfluenceSubject[] =>
  MAPPINGS.flatMap((mapping) =>
    worldSubjects(mapping, scorer, tasks, poolRows, each, seed).map(worldSubject),
  );
