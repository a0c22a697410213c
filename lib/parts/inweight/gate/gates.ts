/**
 * Online gates: each keeps one number alpha, the share of the in-weight predictor, and updates it
 * by the losses that it is given.
 * Reference: Chan et al. (ICLR 2025), algorithm 1 (any no-regret algorithm); Hedge: Cesa-Bianchi
 * and Lugosi (2006), theorem 2.2; the Bayes mixture: section 9.2 there; EXP3: Auer et al. (2002),
 * an extension of this course: the article's gate sees both losses.
 */
import { demand, finiteNumber, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';

/** A gate for one cell (one input). */
export interface Gate {
  readonly name: string;
  /** The share of the in-weight predictor, from 0 to 1. */
  readonly alpha: number;
  /** Updates alpha by the loss of each predictor in a round, in nats. */
  learn(inWeight: number, inContext: number): void;
  /** No run of any rounds loses more than this beyond the better predictor. */
  bound(): number;
}

function checkedPrior(prior: number): number {
  return finiteNumber('prior', prior, 'between 0 and 1', (x) => x > 0 && x < 1);
}

const logit = (p: number): number => Math.log(p / (1 - p));
/** The regret of a prior when the predictor it favours least is the better one, in nats. */
const dearest = (prior: number): number => Math.max(Math.log(1 / prior), Math.log(1 / (1 - prior)));
const logistic = (z: number): number => 1 / (1 + Math.exp(-z));

/**
 * Hedge: alpha is proportional to prior exp(-eta sum of losses).
 *
 * @param horizon rounds that will be played
 * @param most    the largest loss of a round, B
 * @param prior   alpha before the first round
 * @throws CourseError when the horizon is no positive integer, or the prior not between 0 and 1;
 *   and on a loss above B
 */
export function hedgeGate(horizon: number, most: number, prior = 0.5): Gate {
  finiteNumber('most', most, 'a positive number', (x) => x > 0);
  const eta = Math.sqrt((8 * Math.LN2) / positiveInteger('horizon', horizon)) / most;
  const start = logit(checkedPrior(prior));
  let [ahead, rounds] = [0, 0];
  return {
    name: 'Hedge',
    get alpha() {
      return logistic(start + eta * ahead);
    },
    learn(inWeight, inContext) {
      const worst = Math.max(inWeight, inContext);
      demand(
        worst <= most * (1 + 1e-9),
        () => `A loss of ${worst} was given to a gate for losses up to ${most}.`,
        'Clip the probabilities.',
      );
      ahead += inContext - inWeight;
      rounds += 1;
    },
    bound: () => dearest(prior) / eta + (eta * most * most * rounds) / 8,
  };
}

/**
 * The Bayes mixture for the log loss: alpha is multiplied by the probability that the predictor
 * gave to what came, so the mixture's loss is that of the average over both, and never more than
 * log 2 beyond the better one (with prior 1/2).
 *
 * @throws CourseError when the prior is not between 0 and 1
 */
export function bayesGate(prior = 0.5): Gate {
  let ahead = logit(checkedPrior(prior));
  return {
    name: 'Bayes',
    get alpha() {
      return logistic(ahead);
    },
    learn(inWeight, inContext) {
      ahead += inContext - inWeight;
    },
    bound: () => dearest(prior),
  };
}

/** A gate that chooses one predictor a round and sees the loss of that one only. */
export interface BanditGate {
  readonly name: string;
  readonly alpha: number;
  /** Chooses: true = in-weight. */
  choose(random: Stream): boolean;
  /** Updates by the loss of the predictor that it chose. */
  learn(loss: number): void;
  /** Its expected loss beyond the better predictor is at most this. */
  bound(): number;
}

/**
 * EXP3, a bandit algorithm, with two actions.
 *
 * @param horizon rounds that will be played
 * @param most    the largest loss of a round
 * @throws CourseError when the horizon is no positive integer, or learn is called before choose
 */
export function exp3Gate(horizon: number, most: number): BanditGate {
  finiteNumber('most', most, 'a positive number', (x) => x > 0);
  // sqrt(2 log K / (n K)) with K = 2, in units of `most`
  const eta = Math.sqrt(Math.LN2 / positiveInteger('horizon', horizon));
  let ahead = 0;
  let rounds = 0;
  let chosen: { readonly inWeight: boolean; readonly probability: number } | null = null;
  const alpha = (): number => logistic(eta * ahead);
  return {
    name: 'EXP3',
    get alpha() {
      return alpha();
    },
    choose(random) {
      const share = alpha();
      const inWeight = random.uniform() < share;
      chosen = { inWeight, probability: inWeight ? share : 1 - share };
      return inWeight;
    },
    learn(loss) {
      demand(
        chosen !== null,
        () => 'A bandit gate was given a loss before it chose.',
        'Call choose first.',
      );
      const estimate = loss / most / chosen!.probability;
      ahead += chosen!.inWeight ? -estimate : estimate;
      rounds += 1;
      chosen = null;
    },
    bound: () => most * (Math.LN2 / eta + eta * rounds), // log K / eta + eta K n / 2
  };
}
