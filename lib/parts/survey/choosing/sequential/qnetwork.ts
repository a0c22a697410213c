/**
 * Q-learning with a small network that sees features of a set and an action, from the episodes of a
 * random policy only. The loss of a step, over a batch of transitions, is
 *
 *   mean |Q(s, a) - r - max_a' Q'(s', a')| + alpha (log sum_b exp Q(s, b) - Q(s, a)),
 *
 * with Q' a copy that is renewed from time to time. The second term keeps actions that were never
 * taken from looking better than those that were.
 * Reference: Zhang et al. (2022, arXiv 2211.04486), section 3; Kumar et al. (2020, arXiv 2006.04779)
 * for the second term. Deviation: the paper goes on with episodes of the network's own.
 */
import { tf } from '../../../../core/backend';
import { checkFunction, checkNumbers } from '../../../../core/checks';
import { demand, finiteNumber, knownKeys, positiveInteger } from '../../../../core/errors';
import { stream, type Stream } from '../../../../core/random';
import { deviation, mean } from '../../../../evaluation/statistics';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs';

import { assignAll, copiesOf, type Parameters } from '../../../../model/transformer';
import { descend } from '../learned/descent';
import { contrastiveLoss } from '../learned/losses';
import {
  accuracyAfter,
  actionsAfter,
  checkProcess,
  setOfPolicy,
  withRow,
  type SequentialChoice,
} from './process';
import type { Learned } from './qlearning';

/** How the network is trained. */
export interface QNetworkTraining {
  readonly seed: number;
  /** Of the random policy. */
  readonly episodes: number;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly hidden: number;
  /** Weight of the conservative term. */
  readonly alpha: number;
  /** Every how many steps the copy is renewed, and the policy tried. */
  readonly renew: number;
}

const TRAINING: QNetworkTraining = {
  seed: 0,
  episodes: 200,
  steps: 600,
  batch: 32,
  learningRate: 3e-3,
  hidden: 16,
  alpha: 0.2,
  renew: 50,
};

function checked(given: Partial<QNetworkTraining>): QNetworkTraining {
  knownKeys('The training of a Q-network', given, Object.keys(TRAINING));
  const training = { ...TRAINING, ...given };
  positiveInteger('seed', training.seed, 0);
  for (const name of ['episodes', 'steps', 'batch', 'hidden', 'renew'] as const)
    positiveInteger(name, training[name], 1, 1e5);
  finiteNumber('learningRate', training.learningRate, 'a number above 0', (x) => x > 0);
  finiteNumber('alpha', training.alpha, 'a number of at least 0', (x) => x >= 0);
  return training;
}

/** Features of adding a row to a set, [F]. */
export type ActionFeatures = (set: readonly number[], row: number) => readonly number[];

/** An action of the random policy. */
interface Transition {
  readonly set: readonly number[];
  readonly row: number;
  readonly reward: number;
}

/** Episodes of random actions. */
const randomEpisodes = (process: SequentialChoice, episodes: number, random: Stream) =>
  Array.from({ length: episodes }).flatMap(() => {
    const rows = random.permutation(process.rows).slice(0, process.horizon);
    return rows.map((row, t): Transition => {
      const set = rows.slice(0, t).sort((a, b) => a - b);
      const reward = accuracyAfter(process, withRow(set, row)) - accuracyAfter(process, set);
      return { set, row, reward };
    });
  });

/** The same features, refused when they are no numbers, or more or fewer than those of the first. */
function checkedFeatures(features: ActionFeatures): ActionFeatures {
  const first = features([], 0);
  checkNumbers('Features of an action', first, 1);
  return (set, row) => {
    const found = features(set, row);
    checkNumbers('Features of an action', found, 1);
    demand(
      found.length === first.length,
      () => `One action has ${first.length} features, another has ${found.length}.`,
      'Give all actions the same features.',
    );
    return found;
  };
}

/** Features at mean 0 and deviation 1 over some transitions. */
function standardised(features: ActionFeatures, seen: readonly Transition[]): ActionFeatures {
  const all = seen.map(({ set, row }) => features(set, row));
  const columns = all[0]!.map((_, f) => all.map((one) => one[f]!));
  const [means, spreads] = [columns.map(mean), columns.map((of) => deviation(of) || 1)];
  return (set, row) => features(set, row).map((x, f) => (x - means[f]!) / spreads[f]!);
}

/** A network of two layers with tanh. */
const freshNetwork = (F: number, H: number, seed: number): Parameters => {
  const random = stream(seed, 'weights of a Q-network');
  const matrix = (inputs: number, outputs: number) =>
    tf.variable(tf.tensor2d(random.normals(inputs * outputs, inputs ** -0.5), [inputs, outputs]));
  const zeros = () => tf.variable(tf.zeros([1, H]));
  return tf.tidy(() => ({
    W1: matrix(F, H),
    b1: zeros(),
    W2: matrix(H, H),
    b2: zeros(),
    w: matrix(H, 1),
  }));
};

/**
 * Q of every action in some states; inside of tf.tidy.
 *
 * @param features [B, A, F]
 * @returns [B, A]
 */
function valuesOf({ W1, b1, W2, b2, w }: Parameters, features: readonly number[][][]): Tensor2D {
  const [B, A] = [features.length, features[0]!.length];
  const inputs = tf.tensor2d(features.flat()); // [B A, F]
  const first = inputs.matMul(W1!).add(b1!).tanh(); // [B A, H]
  const second = first.matMul(W2!).add(b2!).tanh(); // [B A, H]
  return second.matMul(w!).reshape([B, A]);
}

/**
 * Learns from the episodes of a random policy which rows to choose.
 *
 * @param features of an action
 * @returns the set of the best actions; the curve has one value for each time the copy was renewed
 * @throws CourseError when the process, a feature or a setting is refused
 */
export function qNetwork(
  process: SequentialChoice,
  features: ActionFeatures,
  given: Partial<QNetworkTraining>,
): Learned {
  checkProcess(process);
  checkFunction('The features of an action', features);
  const { seed, episodes, steps, batch, learningRate, hidden, alpha, renew } = checked(given);
  const random = stream(seed, 'episodes of a Q-network');
  const seen = randomEpisodes(process, episodes, random);
  const scaled = standardised(checkedFeatures(features), seen);
  const every = Array.from({ length: process.rows }, (_, row) => row);
  const ofState = (set: readonly number[]): number[][] => {
    const zero = new Array<number>(scaled(set, actionsAfter(process, set)[0]!).length).fill(0);
    return every.map((row) => (set.includes(row) ? zero : [...scaled(set, row)]));
  };
  const chosen = (sets: readonly (readonly number[])[]): Tensor2D =>
    tf.tensor2d(sets.map((set) => every.map((row) => Number(set.includes(row)))));
  const network = freshNetwork(features([], 0).length, hidden, seed);
  const copy = copiesOf(network);

  /** Max over the actions that are left, [sets]; 0 at the end of a sequence. */
  const futures = (sets: readonly (readonly number[])[]): number[] =>
    tf.tidy(() => {
      const open = sets.filter(({ length }) => length < process.horizon);
      if (open.length === 0) return sets.map(() => 0);
      const values = valuesOf(copy, open.map(ofState)).sub(chosen(open).mul(1e9));
      const best = [...values.max(1).dataSync()];
      return sets.map(({ length }) => (length < process.horizon ? best.shift()! : 0));
    });
  const lossOf = (): Scalar => {
    const drawn = Array.from({ length: batch }, () => seen[random.integer(seen.length)]!);
    const next = futures(drawn.map(({ set, row }) => withRow(set, row)));
    const targets = tf.tensor1d(drawn.map(({ reward }, i) => reward + next[i]!));
    const states = drawn.map(({ set }) => set);
    const taken = drawn.map(({ row }) => row);
    const values = valuesOf(network, states.map(ofState)); // [B, A]
    const ofTaken = values.mul(chosen(taken.map((row) => [row]))).sum(1); // [B]
    const error = ofTaken.sub(targets).abs().mean();
    return error.add(contrastiveLoss(values, taken, chosen(states)).mul(alpha));
  };
  const act = (set: readonly number[]): number => {
    const values = tf.tidy(() => [...valuesOf(network, [ofState(set)]).dataSync()]);
    return actionsAfter(process, set).reduce((a, b) => (values[b]! > values[a]! ? b : a));
  };
  const curve: number[] = [];
  try {
    descend(network, steps, learningRate, (step) => {
      if (step % renew === 0) {
        assignAll(copy, network);
        curve.push(setOfPolicy(process, act).accuracy);
      }
      return lossOf();
    });
    return { ...setOfPolicy(process, act), curve };
  } finally {
    tf.dispose([network, copy]);
  }
}
