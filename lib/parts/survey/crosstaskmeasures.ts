/**
 * What is measured of demonstrations of another task: how often answers about a target are right
 * after rows of a source, random or near to the question, with and without a header between, beside
 * no demonstrations, the header alone and the target's own rows; and how alike two tasks are.
 */
import { groupedBy } from '../../core/groups';
import { stream } from '../../core/random';
import { rankCorrelation } from '../../evaluation/ranks';
import { mean } from '../../evaluation/statistics';
import type { LoadedModel } from '../../language/folder';
import type { Demonstration, Template } from '../../language/prompt';
import type { Question } from '../../language/scoring';
import { accuraciesOf, namedAccuracies } from './accuracies';
import { cosine } from './choosing/nearest';
import { bestOfEachLabel, bestRows, type ChoosableText } from './choosing/pool';
import { labelNumber, type ChoosingSubject } from './choosingsubjects';
import type { PutNumber } from './labellingmeasures';
import { textScorer } from './scoring/textscorer';
import { meanMeasures, type ByMetric } from './titles';
import { crossTaskQuestion, taskHeader } from './work/crosstask';

/** How much is asked. */
export interface CrossTaskSizes {
  /** Demonstrations of a prompt. */
  readonly shown: number;
  /** Questions of each label. */
  readonly each: number;
  /** Tokens that a header may take beside an example. */
  readonly headerTokens: number;
}

type TextSubject = ChoosingSubject<Question>;

/** The rows before each question, and whether a header stands between. */
interface Shown {
  readonly rowsOf: (question: ChoosableText) => readonly Demonstration[];
  readonly headed: boolean;
}

/** The metric of answers that are compared: calibrated over the questions of a target. */
const RIGHT = 'accuracy, batch calibration';

/** The first questions of each label. */
function asked({ questions, right }: TextSubject, each: number): number[] {
  const ofLabel = groupedBy([...questions.keys()], (q) => right[q]!);
  return [...ofLabel.values()].flatMap((places) => places.slice(0, each));
}

/** Rows of a task in balance, drawn at random. */
function drawnRows(subject: TextSubject, count: number, seed: number): Demonstration[] {
  const { pool } = subject;
  const random = stream(seed, 'demonstrations of a task', subject.title);
  const labels = pool.map((_, row) => labelNumber(subject, row));
  const values = pool.map(() => random.uniform());
  return bestOfEachLabel(values, labels, count).map((row) => pool[row]!);
}

/** The rows of a task that are nearest to a question, the nearest last. */
const nearestRows = (
  { pool }: TextSubject,
  { vector }: ChoosableText,
  count: number,
): Demonstration[] =>
  bestRows(
    pool.map((row) => cosine(vector, row.vector)),
    count,
  )
    .reverse()
    .map((row) => pool[row]!);

/**
 * Measures every ordered pair of tasks: the mean over pairs, and each pair by itself.
 *
 * @param subjects at least two
 * @param template of the prompts; a question with its header may be longer
 */
export function measureCrossTask(
  subjects: readonly TextSubject[],
  loaded: LoadedModel,
  template: Template,
  { shown: k, each, headerTokens }: CrossTaskSizes,
  seed: number,
  put: PutNumber,
): void {
  const longest = template.longest + headerTokens;
  const scorer = textScorer(loaded, { template: { ...template, longest } });

  /** How often answers about a target are right in some ways, which share the contexts they read. */
  const rightIn = (target: TextSubject, ways: Readonly<Record<string, Shown>>): ByMetric => {
    const places = asked(target, each);
    const header = taskHeader(target.options);
    const prompts = Object.values(ways).map(({ rowsOf, headed }) =>
      places.map((q) => {
        const { input, ...question } = target.questions[q]!;
        const rows = rowsOf({ input, ...question });
        return crossTaskQuestion({ input, options: target.options }, rows, headed ? header : '');
      }),
    );
    const { scores } = scorer.score(prompts.flat());
    const right = places.map((q) => target.right[q]!);
    const parts = Object.keys(ways).map((way, w) =>
      namedAccuracies(
        way,
        accuraciesOf(scores.slice(w * places.length, (w + 1) * places.length), right),
      ),
    );
    return Object.assign({}, ...parts) as ByMetric;
  };
  /** The same rows, with and without a header. */
  const bothWays = (name: string, rowsOf: Shown['rowsOf']): Readonly<Record<string, Shown>> => ({
    [name]: { rowsOf, headed: false },
    [`${name}, header`]: { rowsOf, headed: true },
  });

  const alone = new Map(
    subjects.map((target) => {
      const own = drawnRows(target, k, seed);
      return [
        target,
        rightIn(target, {
          none: { rowsOf: () => [], headed: false },
          'header alone': { rowsOf: () => [], headed: true },
          'own rows': { rowsOf: () => own, headed: false },
        }),
      ] as const;
    }),
  );
  const pairs = subjects.flatMap((target) =>
    subjects.flatMap((source) => (source === target ? [] : [{ target, source }])),
  );
  const found = pairs.map(({ target, source }): ByMetric => {
    const drawn = drawnRows(source, k, seed);
    const ways = {
      ...bothWays('random rows', () => drawn),
      ...bothWays('nearest rows', (question) => nearestRows(source, question, k)),
    };
    return {
      ...alone.get(target)!,
      ...rightIn(target, ways),
      'likeness of tasks': cosine(target.instruction, source.instruction),
    };
  });
  for (const [metric, value] of Object.entries(meanMeasures(found))) put(metric, value);
  found.forEach((numbers, p) => {
    const { target, source } = pairs[p]!;
    for (const [metric, value] of Object.entries(numbers))
      put(`${metric}, ${target.title} after ${source.title}`, value);
  });
  const likeness = found.map((numbers) => numbers['likeness of tasks']!);
  for (const way of ['random rows', 'nearest rows']) {
    const gains = found.map((numbers) => numbers[`${RIGHT}, ${way}`]! - numbers[`${RIGHT}, none`]!);
    put(`correlation of likeness and gain, ${way}`, rankCorrelation(likeness, gains));
    put(`pairs that gain, ${way}`, mean(gains.map((gain) => Number(gain > 0))));
  }
}
