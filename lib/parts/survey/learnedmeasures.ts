/**
 * What is measured of retrievers that learn (notebook 25): how often the model is right after their
 * demonstrations, how many of the candidates that help the model most they find, and what it cost.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { accuraciesOf, namedAccuracies } from './accuracies';
import { fullVoteK, surenessOf } from './choosing/fullvotek';
import { ranked, type HelpTable } from './choosing/learned/helpfulness';
import type { QuestionSelector } from './choosing/pool';
import {
  CHOOSING_WAYS,
  LABELLED,
  NEIGHBOURS,
  amongLabelled,
  type ChoosingWay,
} from './choosing/ways';
import type { ChoosingSubject } from './choosingsubjects';
import { askTables, learnedWays, type LearnedSizes, type LearnedWay } from './learnedways';
import { meansOfTitles, putByTitle, type ByMetric } from './titles';

/** Candidates whose recall is measured. */
const RECALLED = 5;

/**
 * The share of the candidates that help most among those that are found, over rows that nothing
 * learned from.
 */
export function recallOf({ pool, rows, ...table }: HelpTable, selector: QuestionSelector): number {
  return mean(
    rows.map((row, n) => {
      const candidates = table.candidates[n]!;
      const top = Math.min(RECALLED, Math.floor(candidates.length / 2));
      const best = ranked({ pool, rows, ...table }, n).slice(0, top);
      const among = candidates.map((i) => pool[i]!);
      const found = selector.select(pool[row]!, among, top).rows.map((i) => candidates[i]!);
      return found.filter((i) => best.includes(i)).length / top;
    }),
  );
}

/** How often the model is right after chosen rows; the first choice stands last. */
function rightAfter<Q>(
  subject: ChoosingSubject<Q>,
  choices: readonly (readonly number[])[],
): ByMetric {
  const asked = choices.map((rows, q) =>
    subject.askText(subject.questions[q]!.input, [...rows].reverse()),
  );
  const { scores } = subject.scorer.score(asked);
  return namedAccuracies(null, accuraciesOf(scores, subject.right));
}

/** What a way that learns nothing made of one subject. */
function measuresOfWay<Q>(
  subject: ChoosingSubject<Q>,
  way: ChoosingWay,
  k: number,
  seed: number,
): ByMetric {
  const { questions, pool, title } = subject;
  const choices = way.choose(questions, pool, k, stream(seed, 'choices', title, k));
  return {
    ...rightAfter(
      subject,
      choices.map(({ rows }) => rows),
    ),
    'passes for a task': choices[0]!.passes,
  };
}

/** What a retriever made of one subject. */
const measuresOfLearned = <Q>(
  subject: ChoosingSubject<Q>,
  { selector, passes, asked }: LearnedWay,
  held: HelpTable,
  k: number,
): ByMetric => ({
  ...(asked
    ? rightAfter(
        subject,
        subject.questions.map((question) => selector.select(question, subject.pool, k).rows),
      )
    : {}),
  'recall of the most helpful': recallOf(held, selector),
  'passes for a task': passes,
});

/** Measures all retrievers on all subjects. */
export function measureLearned<Q>(
  subjects: readonly ChoosingSubject<Q>[],
  sizes: LearnedSizes,
  name: string,
  seed: number,
  put: Put,
): void {
  const { k } = sizes;
  const say = (way: string, found: readonly ByMetric[]): void =>
    putByTitle(meansOfTitles(subjects, found), (metric, ofTitle, value) =>
      put(name, { n: k }, `${metric}, ${way}${ofTitle}`, value),
    );
  const { random, labelledByVotes } = CHOOSING_WAYS;
  for (const way of [random, labelledByVotes])
    say(
      way.name,
      subjects.map((subject) => measuresOfWay(subject, way, k, seed)),
    );
  say(
    `nearest of ${LABELLED}, full vote-k`,
    subjects.map((subject) => {
      const full = amongLabelled(fullVoteK(surenessOf(subject), NEIGHBOURS));
      return measuresOfWay(subject, full, k, seed);
    }),
  );
  const tables = subjects.map((subject, s) => askTables(subject, sizes, seed, s));
  const ways = learnedWays(tables, sizes, seed);
  ways[0]!.forEach(({ name: way }, w) =>
    say(
      way,
      subjects.map((subject, s) => measuresOfLearned(subject, ways[s]![w]!, tables[s]!.held, k)),
    ),
  );
}
