/**
 * The same of real tasks and a language model (groupmeasures.ts): accuracies after demonstrations as
 * one prompt, where it fits, and in groups.
 */
import { demand } from '../../core/errors';
import { stream } from '../../core/random';
import type { LoadedModel } from '../../language/folder';
import { beginTokens, exampleTokens, testTokens, type Template } from '../../language/prompt';
import type { Question } from '../../language/scoring';
import { accuraciesOf, namedAccuracies } from './accuracies';
import { bestOfEachLabel } from './choosing/pool';
import { labelNumber, type ChoosingSubject } from './choosingsubjects';
import { groupedWays, pairsByWay, type GroupCounts } from './groupmeasures';
import { groupedTextScorer } from './shapes/textgroups';
import { putMeans, type ByMetric, type PutAfter } from './titles';

/** Random rows of the pool of a subject, with labels in turn. */
function randomRows(
  subject: ChoosingSubject<Question>,
  s: number,
  most: number,
  seed: number,
): number[] {
  const { pool, title } = subject;
  demand(
    pool.length >= most,
    () => `${most} demonstrations were to be drawn from the ${pool.length} rows of '${title}'.`,
    'Ask for fewer, or give a larger pool.',
  );
  const ranks = stream(seed, 'groups of demonstrations', title, s).permutation(pool.length);
  const labels = pool.map((_, row) => labelNumber(subject, row));
  return bestOfEachLabel(ranks, labels, most);
}

/** Tokens of demonstrations and of the longest question of a subject. */
interface PromptTokens {
  readonly begin: number;
  readonly examples: readonly number[];
  readonly question: number;
}

function promptTokens(
  { tokenizer }: LoadedModel,
  template: Template,
  { pool, questions, options }: ChoosingSubject<Question>,
  rows: readonly number[],
): PromptTokens {
  const tests = questions.flatMap(({ input }) =>
    options.map((option) => testTokens(tokenizer, input, option, template).tokens.length),
  );
  return {
    begin: beginTokens(tokenizer, template).length,
    examples: rows.map((row) => exampleTokens(tokenizer, pool[row]!, template).length),
    question: Math.max(...tests),
  };
}

/** Whether a prompt of the first n demonstrations fits into a model. */
const fits = (
  { model }: LoadedModel,
  { begin, examples, question }: PromptTokens,
  n: number,
): boolean =>
  examples.slice(0, n).reduce((sum, length) => sum + length, begin + question) <=
  model.config.size.maxPositions;

/**
 * Measures a language model on real tasks: the mean over subjects of a title, and over titles. One
 * prompt is measured where it fits into the model for all subjects, so that means are comparable.
 *
 * @param template direct; that of the subjects' own scorer
 * @throws CourseError when a pool has too few rows
 */
export function measureGroupsText(
  subjects: readonly ChoosingSubject<Question>[],
  loaded: LoadedModel,
  template: Template,
  { counts, size }: GroupCounts,
  seed: number,
  put: PutAfter,
): void {
  const most = Math.max(...counts);
  const rows = subjects.map((one, s) => randomRows(one, s, most, seed));
  const tokens = subjects.map((one, s) => promptTokens(loaded, template, one, rows[s]!));
  const ways = groupedWays(size, (how) => groupedTextScorer(loaded, how, { template }));
  for (const n of counts) {
    const whole = tokens.every((of) => fits(loaded, of, n));
    const found = subjects.map((subject, s) => {
      const { questions, right } = subject;
      const asked = questions.map(({ input }) => subject.askText(input, rows[s]!.slice(0, n)));
      const named = Object.entries({
        ...(whole ? { 'one prompt': subject.scorer } : {}),
        ...ways,
      }).map(([name, scorer]) =>
        namedAccuracies(name, accuraciesOf(scorer.score(asked).scores, right)),
      );
      const { begin, examples } = tokens[s]!;
      const pairs = pairsByWay(examples.slice(0, n), size, begin);
      return Object.assign({}, ...named, pairs) as ByMetric;
    });
    putMeans(subjects, found, (metric, value) => put(n, metric, value));
  }
}
