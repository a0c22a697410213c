/**
 * What is measured of demonstrations in groups (structured prompting): how often a model is right
 * after more demonstrations than it was trained on, read as one prompt or in groups, and how many
 * pairs of tokens it compares while it reads them. Demonstrations of a smaller number are among those
 * of a larger one.
 */
import { stream } from '../../core/random';
import { METHODS } from '../../model/methods';
import { bestOptions, type QuestionScorer } from './scoring/scorer';
import { exactScorers } from './scoring/subjects';
import { smallScorer } from './scoring/smallscorer';
import type { WorldQuestion } from './scoring/worldquestions';
import { shareRight } from './scoringmeasures';
import { pairsRead, type Grouping } from './shapes/groups';
import { groupedSmallScorer } from './shapes/smallgroups';
import type { SmallModel } from './small/smallmodel';
import type { ByMetric, PutAfter } from './titles';
import { HEADER_TOKENS, LINE_TOKENS } from './world/documents';
import type { Example } from './world/posterior';
import type { Input } from './world/rules';
import { drawExamples, drawInput, drawTask } from './world/sampling';
import { trainedPrior } from './world/taskworld';

/** Numbers of demonstrations, and how many are in a group. */
export interface GroupCounts {
  /** Of the small model multiples of `size`. */
  readonly counts: readonly number[];
  readonly size: number;
}

/** The same with tasks of TaskWorld, and questions about each. */
export interface WorldGroupSizes extends GroupCounts {
  readonly tasks: number;
  readonly questions: number;
}

/** A scorer for each way to read demonstrations. */
export type Ways<Q> = Readonly<Record<string, QuestionScorer<Q>>>;

/** How demonstrations are put into groups, by the names of records. */
const groupingsOf = (size: number): Readonly<Record<string, Grouping>> => ({
  groups: { size, rescaled: true },
  'groups, not rescaled': { size, rescaled: false },
  'groups of one': { size: 1, rescaled: false },
});

/** A scorer for each grouping. */
export const groupedWays = <Q>(
  size: number,
  scorerOf: (how: Grouping) => QuestionScorer<Q>,
): Ways<Q> =>
  Object.fromEntries(Object.entries(groupingsOf(size)).map(([name, how]) => [name, scorerOf(how)]));

/** Pairs of tokens that are compared while demonstrations are read, by the size of groups. */
export const pairsByWay = (lengths: readonly number[], size: number, begin: number): ByMetric => ({
  'pairs, one prompt': pairsRead(lengths, lengths.length, begin),
  'pairs, groups': pairsRead(lengths, size, begin),
  'pairs, groups of one': pairsRead(lengths, 1, begin),
});

/** A task of TaskWorld with demonstrations and questions. */
interface WorldCase {
  readonly examples: readonly Example[];
  readonly inputs: readonly Input[];
  readonly options: readonly string[];
  readonly right: readonly (0 | 1)[];
}

/** Tasks whose labels mean nothing, so that only demonstrations tell them. */
const ARBITRARY = trainedPrior('arbitrary');

function drawCase(seed: number, t: number, examples: number, questions: number): WorldCase {
  const random = stream(seed, 'groups of demonstrations', t);
  const task = drawTask(random, ARBITRARY);
  const right = Array.from({ length: questions }, (_, q) => (q % 2) as 0 | 1);
  return {
    examples: drawExamples(random, task, examples),
    inputs: right.map((c) => drawInput(random, task.rule, c)),
    options: task.labels,
    right,
  };
}

/** Demonstrations of all questions that are in memory at once. */
const DEMONSTRATIONS_AT_ONCE = 960;

/** The best options of the questions of a task after some demonstrations. */
function answersAfter(
  scorer: QuestionScorer<WorldQuestion>,
  { inputs, options }: WorldCase,
  examples: readonly Example[],
): number[] {
  const context = { examples }; // one for all, so that InvICL reads it once
  const asked = inputs.map((input) => ({ context, input, options }));
  const atOnce = Math.max(1, Math.floor(DEMONSTRATIONS_AT_ONCE / examples.length));
  return Array.from({ length: Math.ceil(asked.length / atOnce) }, (_, b) =>
    bestOptions(scorer.score(asked.slice(b * atOnce, (b + 1) * atOnce)).scores),
  ).flat();
}

/** Ways whose answers are asked for again after another order of the demonstrations. */
const REORDERED: readonly string[] = ['one prompt', 'groups'];

const worldWays = (
  model: SmallModel | null,
  invicl: SmallModel | null,
  size: number,
): Ways<WorldQuestion> =>
  model === null
    ? { 'exact Bayes': exactScorers()[0]!.scorer }
    : {
        'one prompt': smallScorer(model, METHODS.ar),
        ...groupedWays(size, (how) => groupedSmallScorer(model, how)),
        ...(invicl ? { InvICL: smallScorer(invicl, METHODS.invicl) } : {}),
      };

/** What one way made of all tasks after n demonstrations of each. */
function measuresOfWay(
  name: string,
  scorer: QuestionScorer<WorldQuestion>,
  cases: readonly WorldCase[],
  n: number,
  seed: number,
): ByMetric {
  const shown = cases.map(({ examples }) => examples.slice(0, n));
  const answers = cases.map((one, t) => answersAfter(scorer, one, shown[t]!));
  const right = cases.flatMap((one) => one.right);
  const accuracy = { [`accuracy, ${name}`]: shareRight(answers.flat(), right) };
  if (!REORDERED.includes(name)) return accuracy;
  const again = cases.map((one, t) => {
    const order = stream(seed, 'another order of demonstrations', t, n).permutation(n);
    return answersAfter(
      scorer,
      one,
      order.map((i) => shown[t]![i]!),
    );
  });
  return {
    ...accuracy,
    [`answers that change, ${name}`]: 1 - shareRight(again.flat(), answers.flat()),
  };
}

/**
 * Measures the small model, or the exact answer, on tasks of TaskWorld with arbitrary labels.
 *
 * @param model  that was trained under AR; null: the exact answer alone
 * @param invicl that was trained under InvICL, whose prompt has no groups and no order; null: none
 */
export function measureGroupsWorld(
  model: SmallModel | null,
  invicl: SmallModel | null,
  { tasks, questions, counts, size }: WorldGroupSizes,
  seed: number,
  put: PutAfter,
): void {
  const most = Math.max(...counts);
  const cases = Array.from({ length: tasks }, (_, t) => drawCase(seed, t, most, questions));
  const ways = worldWays(model, invicl, size);
  for (const n of counts) {
    for (const [name, scorer] of Object.entries(ways))
      for (const [metric, value] of Object.entries(measuresOfWay(name, scorer, cases, n, seed)))
        put(n, metric, value);
    if (model === null) continue;
    const lengths = new Array<number>(n).fill(LINE_TOKENS);
    for (const [metric, value] of Object.entries(pairsByWay(lengths, size, HEADER_TOKENS)))
      put(n, metric, value);
  }
}
