/**
 * What is measured of the ways to choose demonstrations (notebook 23): how often the model is right
 * after them, and what kind of demonstrations they are.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { accuraciesOf, namedAccuracies } from './accuracies';
import { cosine } from './choosing/nearest';
import { CHOOSING_WAYS, type ChoosingWay } from './choosing/ways';
import { labelNumber, type ChoosingSubject } from './choosingsubjects';
import { shareRight } from './scoringmeasures';
import { meansOfTitles, putByTitle, type ByMetric } from './titles';

/** The label that most of the rows have; of equals that of the row that was chosen first. */
function voteOf<Q>(subject: ChoosingSubject<Q>, rows: readonly number[]): number {
  const labels = rows.map((i) => labelNumber(subject, i));
  const counts = subject.options.map((_, c) => labels.filter((label) => label === c).length);
  const most = Math.max(...counts);
  return labels.find((label) => counts[label] === most)!;
}

/** The mean cosine over pairs of rows; 1 of one row. */
function repetition<Q>({ pool }: ChoosingSubject<Q>, rows: readonly number[]): number {
  const pairs = rows.flatMap((i, a) => rows.slice(a + 1).map((j) => [i, j] as const));
  return pairs.length === 0
    ? 1
    : mean(pairs.map(([i, j]) => cosine(pool[i]!.vector, pool[j]!.vector)));
}

/** What one way made of one subject. The first choice stands last, next to the question. */
function measuresOf<Q>(
  subject: ChoosingSubject<Q>,
  way: ChoosingWay,
  k: number,
  seed: number,
): ByMetric {
  const { questions, pool, right, scorer } = subject;
  const random = stream(seed, 'choices', subject.title, k);
  const choices = way.choose(questions, pool, k, random).map(({ rows }) => rows);
  const asked = choices.map((rows, q) => subject.askText(questions[q]!.input, [...rows].reverse()));
  const { scores, cost } = scorer.score(asked);
  const overChoices = (of: (rows: readonly number[], q: number) => number): number =>
    mean(choices.map(of));
  return {
    ...namedAccuracies(null, accuraciesOf(scores, right)),
    'accuracy of a vote': shareRight(
      choices.map((rows) => voteOf(subject, rows)),
      right,
    ),
    'likeness to the question': overChoices((rows, q) =>
      mean(rows.map((i) => cosine(pool[i]!.vector, questions[q]!.vector))),
    ),
    'likeness among them': overChoices((rows) => repetition(subject, rows)),
    'share of the right label': overChoices((rows, q) =>
      mean(rows.map((i) => Number(pool[i]!.output === subject.options[right[q]!]))),
    ),
    'tokens for a question': cost.tokens / questions.length,
  };
}

/** Measures all ways on all subjects: the mean over subjects of a title, and over titles. */
export function measureChoices<Q>(
  subjects: readonly ChoosingSubject<Q>[],
  ks: readonly number[],
  name: string,
  seed: number,
  put: Put,
): void {
  for (const k of ks)
    for (const way of Object.values(CHOOSING_WAYS)) {
      const found = subjects.map((one) => measuresOf(one, way, k, seed));
      putByTitle(meansOfTitles(subjects, found), (metric, ofTitle, value) =>
        put(name, { n: k }, `${metric}, ${way.name}${ofTitle}`, value),
      );
    }
}
