/**
 * What is measured of instructions in words: how often answers are right after the instruction of the
 * task, that of another, none, or demonstrations; after one that the model guessed from
 * demonstrations; and after one that a search took from several that it wrote.
 */
import { argMax, softmax } from '../../core/numerics';
import { shuffled, stream, type Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { LoadedModel } from '../../language/folder';
import { tokensBy } from '../../language/tokenizer';
import type { TextVectors } from './choosingsubjects';
import { guessInstructions, type InstructedTask } from './instructions/guessing';
import {
  wordPrompt,
  wordScores,
  type PromptForm,
  type WordContext,
} from './instructions/wordprompts';
import {
  WORD_KINDS,
  WORD_TASKS,
  wordRows,
  type WordKind,
  type WordRow,
  type WordTask,
} from './instructions/wordtasks';
import { bestOptions } from './scoring/scorer';
import { replaySearches, sayMeans, type SearchSizes } from './searchmeasures';
import { putMeans, type ByMetric, type PutNumber, type PutAfter } from './titles';
import { cosines } from './work/retrieval';

/** How much is asked about word tasks. */
export interface WordSizes extends SearchSizes {
  /** Whose tasks are asked about. */
  readonly kinds: readonly WordKind[];
  /** Rows of each task for demonstrations and evaluations; the others, at most so many, are asked. */
  readonly trainRows: number;
  readonly testRows: number;
  /** Demonstrations before a question. */
  readonly shown: number;
  /** Numbers of demonstrations from which an instruction is guessed, ascending. */
  readonly guessedFrom: readonly number[];
  /** The most tokens of an instruction. */
  readonly longest: number;
  /** Candidates of the search: sets of `shown` demonstrations, instructions drawn from each. */
  readonly sets: number;
  readonly drawn: number;
  readonly temperature: number;
}

/**
 * Ways to guess: after two other tasks with their instructions, or by a request without any, which
 * is made once, of the most demonstrations.
 */
export const GUESS_WAYS = ['after other tasks', 'by request'] as const;
type GuessWay = (typeof GUESS_WAYS)[number];

/** Demonstrations of each of the other tasks that are shown with their instructions. */
const SHOWN_OF_OTHERS = 3;

/** A task with its rows, and what stands for wrong instructions. */
interface WordSubject {
  readonly title: string;
  readonly task: WordTask;
  readonly train: readonly WordRow[];
  readonly test: readonly WordRow[];
  /** Another task on the same words. */
  readonly other: WordTask;
}

/** A model, and how it is asked. */
interface Asking {
  readonly loaded: LoadedModel;
  readonly begin: string;
  readonly vectors: TextVectors;
  readonly sizes: WordSizes;
  readonly seed: number;
}

const tasksOf = (kind: WordKind): WordTask[] => WORD_TASKS.filter((task) => task.kind === kind);

/** The tasks of a kind; all have the same words in their two parts. */
function subjectsOf(kind: WordKind, { trainRows, testRows }: WordSizes, seed: number) {
  const random = stream(seed, 'rows of word tasks', kind);
  const tasks = tasksOf(kind);
  const order = random.permutation(wordRows(tasks[0]!.name).length);
  return tasks.map((task): WordSubject => {
    const rows = wordRows(task.name);
    const mixed = order.map((i) => rows[i]!);
    const others = tasks.filter((one) => one !== task);
    return {
      title: task.name,
      task,
      train: mixed.slice(0, trainRows),
      test: mixed.slice(trainRows, trainRows + testRows),
      other: others[random.integer(others.length)]!,
    };
  });
}

/** What a context makes of each row: the probability of its right option among all, and answers. */
interface Answered {
  readonly probabilities: readonly number[];
  readonly right: readonly number[];
}

function answered(
  { loaded, begin }: Asking,
  context: WordContext,
  rows: readonly WordRow[],
  form: PromptForm = 'plain',
): Answered {
  const { scores } = wordScores(loaded, context, rows, { form, begin });
  const place = rows.map(({ options, output }) => options.indexOf(output));
  const best = bestOptions(scores);
  return {
    probabilities: scores.map((row, i) => softmax(row)[place[i]!]!),
    right: best.map((option, i) => Number(option === place[i])),
  };
}

const measuresOf = ({ probabilities, right }: Answered, ending: string): ByMetric => ({
  [`accuracy, ${ending}`]: mean(right),
  [`probability of the right option, ${ending}`]: mean(probabilities),
});

/** Answers after each kind of context, and the tokens of a prompt. */
function contextsOf(asking: Asking, { task, train, test, other }: WordSubject): ByMetric {
  const { loaded, begin, sizes } = asking;
  const examples = train.slice(0, sizes.shown);
  const { instruction } = task;
  const contexts: readonly (readonly [string, PromptForm, WordContext])[] = [
    ...(['plain', 'chat'] as const).flatMap((form) => [
      ['none', form, {}] as const,
      ['right', form, { instruction }] as const,
      ['other', form, { instruction: other.instruction }] as const,
    ]),
    ['demonstrations', 'plain', { examples }],
    ['demonstrations and right', 'plain', { examples, instruction }],
  ];
  const found = contexts.map(([name, form, context]): ByMetric => {
    const prompts = test.map(({ input }) => wordPrompt(context, input, { form, begin }));
    return {
      ...measuresOf(answered(asking, context, test, form), `${name}, ${form}`),
      [`tokens, ${name}, ${form}`]: mean(
        prompts.map((prompt) => tokensBy(loaded.tokenizer, prompt).length),
      ),
    };
  });
  return Object.assign({}, ...found) as ByMetric;
}

/** A task of each other kind with its instruction. */
const otherTasks = ({ task }: WordSubject, random: Stream): InstructedTask[] =>
  WORD_KINDS.filter((kind) => kind !== task.kind).map((kind) => {
    const [shown] = shuffled(random, tasksOf(kind));
    const examples = shuffled(random, wordRows(shown!.name)).slice(0, SHOWN_OF_OTHERS);
    return { instruction: shown!.instruction, examples };
  });

/** Whether the reference of the task is the nearest to a text among those of its kind. */
function ownNearest({ task }: WordSubject, guess: string, vectors: TextVectors): number {
  const tasks = tasksOf(task.kind);
  const [own, ...references] = vectors([guess, ...tasks.map((one) => one.instruction)]);
  const alike = cosines(own!, references);
  return Number(tasks[argMax(alike)] === task);
}

/** Instructions that are guessed from the first k rows, by way and k; answers after each. */
function guessedOf(asking: Asking, subject: WordSubject): Map<number, ByMetric> {
  const { loaded, begin, vectors, sizes, seed } = asking;
  const random = stream(seed, 'tasks before a guess', subject.title);
  const shown = otherTasks(subject, random);
  const kept = new Map<string, Answered>();
  const after = (instruction: string): Answered => {
    const known = kept.get(instruction) ?? answered(asking, { instruction }, subject.test);
    kept.set(instruction, known);
    return known;
  };
  const guess = (way: GuessWay, k: number): string =>
    guessInstructions(loaded, subject.train.slice(0, k), 1, {
      ...(way === 'by request' ? { form: 'request' } : { form: 'completion', shown }),
      begin,
      longest: sizes.longest,
    })[0]!;
  return new Map(
    sizes.guessedFrom.map((k) => {
      const ways = k === sizes.guessedFrom.at(-1) ? GUESS_WAYS : GUESS_WAYS.slice(0, 1);
      const found = ways.map((way): ByMetric => {
        const instruction = guess(way, k);
        return {
          ...measuresOf(after(instruction), `guessed ${way}`),
          [`own reference nearest, guessed ${way}`]: ownNearest(subject, instruction, vectors),
        };
      });
      return [k, Object.assign({}, ...found) as ByMetric];
    }),
  );
}

/** Instructions drawn from several sets of rows. */
function drawCandidates({ loaded, begin, sizes, seed }: Asking, subject: WordSubject): string[] {
  const { sets, drawn, shown: k, longest, temperature } = sizes;
  return Array.from({ length: sets }, (_, set) => {
    const random = stream(seed, 'candidates', subject.title, set);
    const shown = otherTasks(subject, random);
    const examples = shuffled(random, subject.train).slice(0, k);
    const sampling = { temperature, random };
    const given = { form: 'completion', shown, begin, longest, sampling } as const;
    return guessInstructions(loaded, examples, drawn, given);
  }).flat();
}

/** What searches are replayed on: candidates on the rows of a task. */
interface CandidateTable {
  /** Probabilities of right options of training rows, [candidates, rows]. */
  readonly values: readonly (readonly number[])[];
  /** Right answers to test rows, a share for each candidate. */
  readonly accuracies: readonly number[];
}

function candidateTable(asking: Asking, subject: WordSubject): CandidateTable {
  const { train, test } = subject;
  const found = drawCandidates(asking, subject).map((instruction) =>
    answered(asking, { instruction }, [...train, ...test]),
  );
  return {
    values: found.map(({ probabilities }) => probabilities.slice(0, train.length)),
    accuracies: found.map(({ right }) => mean(right.slice(train.length))),
  };
}

/** The candidates without a search; the best on test rows is known to nobody who searches. */
function candidatesOf({ values, accuracies }: CandidateTable): ByMetric {
  const worth = values.map(mean);
  const best = argMax(worth);
  return {
    'value, best candidate': worth[best]!,
    'value, mean candidate': mean(worth),
    'accuracy, best candidate': accuracies[best]!,
    'accuracy, mean candidate': mean(accuracies),
    'accuracy, best candidate on test (oracle)': Math.max(...accuracies),
  };
}

/**
 * All numbers of a seed: the mean over tasks, and each task by itself; of searches the mean alone.
 *
 * @param begin   the token that begins every text of the model, '' for none
 * @param vectors of instructions
 * @param say     a number of nothing
 * @param sayAt   a number of n demonstrations, or of n evaluations
 */
export function measureWords(
  loaded: LoadedModel,
  begin: string,
  vectors: TextVectors,
  sizes: WordSizes,
  seed: number,
  say: PutNumber,
  sayAt: PutAfter,
): void {
  const asking: Asking = { loaded, begin, vectors, sizes, seed };
  const subjects = sizes.kinds.flatMap((kind) => subjectsOf(kind, sizes, seed));
  const put = (found: readonly ByMetric[], to: PutNumber): void => putMeans(subjects, found, to);
  put(
    subjects.map((subject) => contextsOf(asking, subject)),
    say,
  );
  const guessed = subjects.map((subject) => guessedOf(asking, subject));
  for (const k of sizes.guessedFrom)
    put(
      guessed.map((byNumber) => byNumber.get(k)!),
      (metric, value) => sayAt(k, metric, value),
    );
  const tables = subjects.map((subject) => candidateTable(asking, subject));
  put(tables.map(candidatesOf), say);
  const searches = tables.map(({ values, accuracies }, s) =>
    replaySearches(
      values,
      { value: values.map(mean), accuracy: accuracies },
      sizes,
      stream(seed, 'searches', subjects[s]!.title),
    ),
  );
  sayMeans(searches, sizes.budgets, sayAt);
}
