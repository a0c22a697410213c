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
import type { QuestionScorer } from './scoring/scorer';
import { textScorer } from './scoring/textscorer';
import { meanMeasures, type ByMetric, type PutNumber } from './titles';
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
const LIKENESS = 'likeness of tasks';

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

/** A target task and one whose rows stand before its questions. */
interface TaskPair {
  readonly target: TextSubject;
  readonly source: TextSubject;
}

type Ways = Readonly<Record<string, Shown>>;

/** The same rows, with and without a header. */
const bothWays = (name: string, rowsOf: Shown['rowsOf']): Ways => ({
  [name]: { rowsOf, headed: false },
  [`${name}, header`]: { rowsOf, headed: true },
});

/** What needs no other task. */
function ownWays(target: TextSubject, count: number, seed: number): Ways {
  const own = drawnRows(target, count, seed);
  return {
    none: { rowsOf: () => [], headed: false },
    'header alone': { rowsOf: () => [], headed: true },
    'own rows': { rowsOf: () => own, headed: false },
  };
}

/** Rows of another task. */
function waysOfSource(source: TextSubject, count: number, seed: number): Ways {
  const drawn = drawnRows(source, count, seed);
  return {
    ...bothWays('random rows', () => drawn),
    ...bothWays('nearest rows', (question) => nearestRows(source, question, count)),
  };
}

/**
 * How often answers about a target are right in some ways. All prompts go to the scorer at once, so
 * that ways with the same rows share the contexts that are read.
 */
function rightIn(
  scorer: QuestionScorer<Question>,
  target: TextSubject,
  each: number,
  ways: Ways,
): ByMetric {
  const places = asked(target, each);
  const header = taskHeader(target.options);
  const prompts = Object.values(ways).map(({ rowsOf, headed }) =>
    places.map((q) => {
      const question = target.questions[q]!;
      const { input } = question;
      const asTarget = { input, options: target.options };
      return crossTaskQuestion(asTarget, rowsOf(question), headed ? header : '');
    }),
  );
  const { scores } = scorer.score(prompts.flat());
  const right = places.map((q) => target.right[q]!);
  const parts = Object.keys(ways).map((way, w) => {
    const own = scores.slice(w * places.length, (w + 1) * places.length);
    return namedAccuracies(way, accuraciesOf(own, right));
  });
  return Object.assign({}, ...parts) as ByMetric;
}

/** Whether more alike tasks gain more, over the pairs, and how many gain at all. */
function gainsOf(found: readonly ByMetric[], way: string): ByMetric {
  const gains = found.map((numbers) => numbers[`${RIGHT}, ${way}`]! - numbers[`${RIGHT}, none`]!);
  const likeness = found.map((numbers) => numbers[LIKENESS]!);
  return {
    [`correlation of likeness and gain, ${way}`]: rankCorrelation(likeness, gains),
    [`pairs that gain, ${way}`]: mean(gains.map((gain) => Number(gain > 0))),
  };
}

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
  { shown, each, headerTokens }: CrossTaskSizes,
  seed: number,
  put: PutNumber,
): void {
  const longest = template.longest + headerTokens;
  const scorer = textScorer(loaded, { template: { ...template, longest } });
  const own = new Map(
    subjects.map((target) => [target, rightIn(scorer, target, each, ownWays(target, shown, seed))]),
  );
  const pairs = subjects.flatMap((target): TaskPair[] =>
    subjects.flatMap((source) => (source === target ? [] : [{ target, source }])),
  );
  const found = pairs.map(({ target, source }): ByMetric => ({
    ...own.get(target)!,
    ...rightIn(scorer, target, each, waysOfSource(source, shown, seed)),
    [LIKENESS]: cosine(target.instruction, source.instruction),
  }));
  const overPairs = {
    ...meanMeasures(found),
    ...gainsOf(found, 'random rows'),
    ...gainsOf(found, 'nearest rows'),
  };
  for (const [metric, value] of Object.entries(overPairs)) put(metric, value);
  pairs.forEach(({ target, source }, p) => {
    for (const [metric, value] of Object.entries(found[p]!))
      put(`${metric}, ${target.title} after ${source.title}`, value);
  });
}
