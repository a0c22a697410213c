/**
 * What is measured of the choice of demonstrations one after another (notebook 25): how good the set
 * of a policy is beside the best and a random one, along learning and at its end.
 */
import { stream, type Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { askAllSets, type AskedProcess } from './choosing/sequential/asksets';
import { accuracyAfter, bestSet, setsUpTo } from './choosing/sequential/process';
import { qLearning } from './choosing/sequential/qlearning';
import { qNetwork } from './choosing/sequential/qnetwork';
import type { ChoosingSubject } from './choosingsubjects';
import { bestOptions } from './scoring/scorer';
import { shareRight } from './scoringmeasures';
import { putMeans, type ByMetric } from './titles';

/** How much is asked and learned. */
export interface PolicySizes {
  /** Tasks, one of each title before a second one of any. */
  readonly policyTasks: number;
  /** Rows that may be chosen, and how many of them are. */
  readonly policyRows: number;
  readonly horizon: number;
  /** Rows that rewards are the accuracy of. */
  readonly dev: number;
  readonly episodes: number;
  /** Steps of the network. */
  readonly policySteps: number;
}

/** Random sets after which the questions are asked. */
const RANDOM_SETS = 4;

/** Episodes after which the table is tried: 1, 3, 10, 30 ... and the last. */
export const triedAfter = (episodes: number): number[] => [
  ...[1, 3, 10, 30, 100, 300, 1000, 3000, 10_000].filter((one) => one < episodes),
  episodes,
];

/** How often the model is right about the questions of a subject after one set for all. */
function accuracyOnQuestions<Q>(
  subject: ChoosingSubject<Q>,
  small: readonly number[],
  set: readonly number[],
): number {
  const rows = set.map((i) => small[i]!);
  const { scores } = subject.scorer.score(
    subject.questions.map(({ input }) => subject.askText(input, rows)),
  );
  return shareRight(bestOptions(scores), subject.right);
}

/** Sets of full size that are drawn. */
const randomSets = ({ rows, horizon }: AskedProcess, random: Stream): number[][] =>
  Array.from({ length: RANDOM_SETS }, () =>
    random
      .permutation(rows)
      .slice(0, horizon)
      .sort((a, b) => a - b),
  );

/** What policies made of one subject. */
function measuresOfPolicies<Q>(
  subject: ChoosingSubject<Q>,
  { policyRows, horizon, dev, episodes, policySteps: steps }: PolicySizes,
  seed: number,
  number: number,
): ByMetric {
  const random = stream(seed, 'rows of a policy', subject.title, number);
  const drawn = random.permutation(subject.pool.length);
  const small = drawn.slice(0, policyRows);
  const process = askAllSets(subject, small, drawn.slice(policyRows, policyRows + dev), horizon);
  const onQuestions = (set: readonly number[]): number => accuracyOnQuestions(subject, small, set);
  const whole = setsUpTo(policyRows, horizon).filter(({ length }) => length === horizon);
  const best = bestSet(process);
  const table = qLearning(process, { seed, episodes });
  const network = qNetwork(process, process.features, { seed, steps });
  return {
    'accuracy on dev rows, random set': mean(whole.map((set) => accuracyAfter(process, set))),
    'accuracy on dev rows, no demonstrations': accuracyAfter(process, []),
    'accuracy on dev rows, Q-table': table.accuracy,
    'accuracy on dev rows, Q-network': network.accuracy,
    'accuracy on dev rows, best set': best.accuracy,
    ...Object.fromEntries(
      triedAfter(episodes).map((after) => [
        `accuracy on dev rows, Q-table after ${after} episodes`,
        table.curve[after - 1]!,
      ]),
    ),
    'accuracy, random set': mean(randomSets(process, random).map(onQuestions)),
    'accuracy, Q-table': onQuestions(table.set),
    'accuracy, Q-network': onQuestions(network.set),
    'accuracy, best set': onQuestions(best.set),
    'passes for a task, policies': process.passes,
  };
}

/** Measures the policies on some of the subjects. */
export function measurePolicies<Q>(
  subjects: readonly ChoosingSubject<Q>[],
  sizes: PolicySizes,
  name: string,
  seed: number,
  put: Put,
): void {
  const places = subjects.map(
    ({ title }, s) => subjects.slice(0, s).filter((other) => other.title === title).length,
  );
  const inTurn = [...subjects.keys()].sort((a, b) => places[a]! - places[b]! || a - b);
  const used = inTurn.slice(0, sizes.policyTasks).map((s) => subjects[s]!);
  const found = used.map((subject, s) => measuresOfPolicies(subject, sizes, seed, s));
  putMeans(used, found, (metric, value) => put(name, { n: sizes.horizon }, metric, value));
}
