/**
 * Q-learning with a table: the return that an action leads to, for each set so far,
 *
 *   Q(s, a) <- Q(s, a) + rate (r + max_a' Q(s', a') - Q(s, a)),
 *
 * along episodes in which an action is drawn at random with a probability that falls exponentially,
 * else it is the best so far. With enough episodes it finds the best set of all.
 * Reference: Watkins and Dayan (1992); Zhang et al. (2022, arXiv 2211.04486) for the process and for
 * the probabilities, from 0.99 to 0.2.
 */
import { finiteNumber, knownKeys, positiveInteger, shareNumber } from '../../../../core/errors';
import { stream } from '../../../../core/random';
import {
  accuracyAfter,
  actionsAfter,
  checkProcess,
  setOfPolicy,
  stateKey,
  withRow,
  type ChosenSet,
  type SequentialChoice,
} from './process';

/** How the table is learned. */
export interface QLearning {
  readonly seed: number;
  readonly episodes: number;
  readonly rate: number;
  /** The probability of a random action in the first and in the last episode. */
  readonly exploring: readonly [number, number];
}

const Q_LEARNING: QLearning = { seed: 0, episodes: 1000, rate: 0.5, exploring: [0.99, 0.2] };

function checked(given: Partial<QLearning>): QLearning {
  knownKeys('Q-learning', given, Object.keys(Q_LEARNING));
  const settings = { ...Q_LEARNING, ...given };
  const { seed, episodes, rate, exploring } = settings;
  positiveInteger('seed', seed, 0);
  positiveInteger('episodes', episodes, 1, 1e6);
  finiteNumber('rate', rate, 'a number above 0 and at most 1', (x) => x > 0 && x <= 1);
  const [first, last] = Array.isArray(exploring) ? (exploring as readonly number[]) : [];
  shareNumber('The first probability of a random action', first!);
  shareNumber('The last probability of a random action', last!);
  return settings;
}

/** What was learned: the set that the best actions lead to. */
export interface Learned extends ChosenSet {
  /** The accuracy after the set of the best actions, after each episode. */
  readonly curve: readonly number[];
}

/**
 * Learns which rows to choose.
 *
 * @throws CourseError when the process or a setting is refused
 */
export function qLearning(process: SequentialChoice, given: Partial<QLearning> = {}): Learned {
  checkProcess(process);
  const { seed, episodes, rate, exploring } = checked(given);
  const random = stream(seed, 'episodes of Q-learning');
  const table = new Map<string, number[]>();
  const valuesOf = (set: readonly number[]): number[] => {
    const key = stateKey(set);
    const values = table.get(key) ?? new Array<number>(process.rows).fill(0);
    table.set(key, values);
    return values;
  };
  const best = (set: readonly number[]): number =>
    actionsAfter(process, set).reduce((a, b) => (valuesOf(set)[b]! > valuesOf(set)[a]! ? b : a));
  const future = (set: readonly number[]): number =>
    set.length === process.horizon ? 0 : valuesOf(set)[best(set)]!;
  const curve: number[] = [];
  const [first, last] = exploring;
  for (let episode = 0; episode < episodes; episode++) {
    const exploration = first * (last / first || 0) ** (episode / Math.max(episodes - 1, 1));
    let set: readonly number[] = [];
    while (set.length < process.horizon) {
      const actions = actionsAfter(process, set);
      const explores = random.uniform() < exploration;
      const action = explores ? actions[random.integer(actions.length)]! : best(set);
      const next = withRow(set, action);
      const reward = accuracyAfter(process, next) - accuracyAfter(process, set);
      const values = valuesOf(set);
      values[action]! += rate * (reward + future(next) - values[action]!);
      set = next;
    }
    curve.push(setOfPolicy(process, best).accuracy);
  }
  return { ...setOfPolicy(process, best), curve };
}
