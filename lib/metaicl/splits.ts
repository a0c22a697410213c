/**
 * Splits of a real task, fixed by a seed: labelled rows to learn from, rows to choose demonstrations
 * from, rows to tune on, rows to be tested on, and texts without labels. No text is in two of them.
 */
import { demand, knownKeys, positiveInteger, quote } from '../core/errors';
import { groupedBy } from '../core/groups';
import { shuffled, stream } from '../core/random';
import { DEMONSTRATION_SEEDS, checkTextTask, type TextTask } from './benchmark';
import { distinctTexts, type LabelledText } from './examples';

/** The parts of a task. */
export interface TaskSplits {
  /** To learn from: half of the task's other rows. */
  readonly train: readonly LabelledText[];
  /** To choose demonstrations from: the other half. */
  readonly pool: readonly LabelledText[];
  /** To tune on, with as many of each label. */
  readonly dev: readonly LabelledText[];
  /** To be tested on, with as many of each label. */
  readonly test: readonly LabelledText[];
  /** Texts whose labels are not told. */
  readonly unlabelled: readonly string[];
}

/** How large the parts of a task are. */
export interface SplitSizes {
  /** Rows of each label to tune on, and to be tested on. */
  readonly dev: number;
  readonly test: number;
  /** Texts without labels, or all that are left where there are fewer. */
  readonly unlabelled: number;
}

const SIZES: SplitSizes = { dev: 20, test: 20, unlabelled: 200 };

/** Rows by their label. */
const byLabel = (rows: readonly LabelledText[]): Map<string, LabelledText[]> =>
  groupedBy(rows, ({ output }) => output);

/**
 * The parts of a task for a seed. Rows that are not to be tested on are halved, label by label, so
 * that both halves have the task's labels.
 *
 * @throws CourseError when a label has too few rows to be tested on, a size is refused, or it is no
 *   task
 */
export function splitTask(
  task: TextTask,
  seed: number,
  given: Partial<SplitSizes> = {},
): TaskSplits {
  checkTextTask(task);
  positiveInteger('The seed of a split', seed, 0);
  knownKeys('The sizes of a split', given, Object.keys(SIZES));
  const sizes = { ...SIZES, ...given };
  positiveInteger("'dev' of a split", sizes.dev, 0);
  positiveInteger("'test' of a split", sizes.test);
  positiveInteger("'unlabelled' of a split", sizes.unlabelled, 0);
  const known = new Set(
    DEMONSTRATION_SEEDS.flatMap((one) => task.demonstrations[one] ?? []).map(({ input }) => input),
  );
  const held = distinctTexts(task.tests(DEMONSTRATION_SEEDS[0]!)).filter(
    ({ input }) => !known.has(input),
  );
  const tested = new Set(held.map(({ input }) => input));
  const shown = distinctTexts(task.rows).filter(({ input }) => !tested.has(input));
  const drawn = (what: string, rows: readonly LabelledText[]): LabelledText[] =>
    shuffled(stream(seed, 'split', what, task.name), rows);
  const halves = [...byLabel(drawn('rows', shown)).values()];
  const tests = drawn('tests', held);
  demand(
    tests.length > 0,
    () => `'${task.name}' has no rows to be tested on that are no demonstrations.`,
    'Give a task with more rows.',
  );
  const groups = byLabel(tests);
  const each = sizes.test + sizes.dev;
  for (const [label, rows] of groups)
    demand(
      rows.length >= each,
      () => `'${task.name}' has ${rows.length} rows of the label ${quote(label)}, not ${each}.`,
      "Ask for fewer in 'dev' and 'test'.",
    );
  const part = (from: number, to: number): LabelledText[] =>
    [...groups.values()].flatMap((rows) => rows.slice(from, to));
  const taken = new Set(part(0, each));
  return {
    train: halves.flatMap((rows) => rows.filter((_, i) => i % 2 === 1)),
    pool: halves.flatMap((rows) => rows.filter((_, i) => i % 2 === 0)),
    test: part(0, sizes.test),
    dev: part(sizes.test, each),
    unlabelled: tests
      .filter((row) => !taken.has(row))
      .slice(0, sizes.unlabelled)
      .map(({ input }) => input),
  };
}
