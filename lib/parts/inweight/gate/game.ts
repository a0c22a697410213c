/**
 * The bi-level online game: in each round a prompt comes, the gated predictor answers, both
 * predictors' losses are seen, and each of the three learns: a table of label counts (in-weight), a
 * temperature (in-context), a gate for every input.
 * Reference: Chan et al. (ICLR 2025), algorithm 1. Cells are inputs, so that every comparator may
 * choose per input.
 */
import {
  checkFunction,
  checkHas,
  checkList,
  checkNumbers,
  checkShares,
} from '../../../core/checks';
import {
  demand,
  finiteNumber,
  knownKeys,
  plainObject,
  positiveInteger,
  quote,
  shareNumber,
} from '../../../core/errors';
import { stream, type Stream } from '../../../core/random';
import { votes } from '../../../classifiers/votes';
import { argMin } from '../../../core/numerics';
import type { Gate } from './gates';
import { drawn, smoothed } from './table';
import { checkedFloor, noisyLabel } from './simplex';

/** What a round shows before its label. */
export interface RoundPrompt {
  /** The query, 0 .. X - 1. */
  readonly x: number;
  /** Inputs of the context, and their labels. */
  readonly context: readonly { readonly x: number; readonly y: number }[];
}

/**
 * What may choose the label of a round: chance, or an adversary who sees both answers and the gate.
 */
export type Nature = (
  asked: RoundPrompt,
  seen: { readonly g: readonly number[]; readonly h: readonly number[]; readonly alpha: number },
) => number;

/** A stream of rounds. */
export interface RoundSource {
  readonly X: number;
  readonly C: number;
  ask(t: number): RoundPrompt;
  readonly nature: Nature;
}

/** One round as it was played. */
export interface Round {
  readonly x: number;
  /** How often x had been asked before, N_x. */
  readonly seen: number;
  /** The share of the in-weight predictor in the answer. */
  readonly alpha: number;
  /** Losses in nats. */
  readonly gated: number;
  readonly inWeight: number;
  readonly inContext: number;
  readonly y: number;
}

/** How a game is played. */
export interface GameOptions {
  /** Makes the gate of a cell. */
  readonly gate: (x: number) => Gate;
  /** All probabilities are mixed with the uniform one so far that each is at least eps. */
  readonly eps: number;
  /** Step of the temperature's online gradient descent; 0 keeps T = 1. */
  readonly rate?: number;
  /**
   * What the table adds to every count: 1/2 (Krichevsky and Trofimov) when left out; less where
   * labels are known to be few.
   */
  readonly prior?: number;
}

/** p with every entry at least eps. */
const floored = (p: readonly number[], eps: number): number[] =>
  p.map((value) => eps + (1 - eps * p.length) * value);

/** The similarity vote over inputs that are orthogonal directions: squared distances are 0 or 2. */
class Vote {
  private logTemperature = 0;

  constructor(
    private readonly C: number,
    private readonly rate: number,
  ) {}

  private shares({ x, context }: RoundPrompt): number[] {
    const sharpness = Math.exp(-this.logTemperature);
    const raw = context.map((example) => (example.x === x ? 1 : Math.exp(-2 * sharpness)));
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((value) => value / sum);
  }

  predict(asked: RoundPrompt): number[] {
    const labels = asked.context.map(({ y }) => y);
    return votes(this.shares(asked), labels, this.C);
  }

  /**
   * A step down the loss in log T: its slope is (E[D] - E[D | right label]) / T with the squared
   * distances D.
   */
  learn(asked: RoundPrompt, y: number): void {
    if (this.rate === 0) return;
    const shares = this.shares(asked);
    const distance = asked.context.map((example) => (example.x === asked.x ? 0 : 2));
    const mean = (of: (l: number) => boolean): number => {
      const mass = shares.reduce((sum, share, l) => sum + (of(l) ? share : 0), 0);
      return mass > 0
        ? shares.reduce((sum, share, l) => sum + (of(l) ? share * distance[l]! : 0), 0) / mass
        : 0;
    };
    if (!asked.context.some((example) => example.y === y)) return;
    const slope =
      Math.exp(-this.logTemperature) * (mean(() => true) - mean((l) => asked.context[l]!.y === y));
    this.logTemperature = Math.max(-3, Math.min(3, this.logTemperature - this.rate * slope));
  }
}

/**
 * Plays N rounds.
 *
 * @throws CourseError when N is no positive integer, eps too large, or a label is none of the C
 */
export function playGame(source: RoundSource, N: number, options: GameOptions): Round[] {
  checkHas('A source of rounds', source, 'a source', 'ask', 'nature');
  knownKeys('A game', options, ['gate', 'eps', 'rate', 'prior']);
  const { gate, eps, rate = 0, prior = 0.5 } = options;
  const { X, C } = source;
  positiveInteger('X', X, 1, 1e6);
  positiveInteger('C', C, 1, 1e6);
  positiveInteger('N', N, 1, 1e8);
  checkFunction("'gate' of a game", gate);
  finiteNumber('rate', rate, 'a number of at least 0', (x) => x >= 0);
  finiteNumber('prior', prior, 'a number above 0', (x) => x > 0);
  checkedFloor(eps, C);
  const counts = Array.from({ length: X }, () => new Array<number>(C).fill(0));
  const gates = Array.from({ length: X }, (_, x) => gate(x));
  const vote = new Vote(C, rate);
  return Array.from({ length: N }, (_, t) => {
    const asked = source.ask(t);
    plainObject(`What is asked in round ${t}`, asked);
    const { x } = asked;
    demand(
      Number.isInteger(x) && x >= 0 && x < X,
      () => `Round ${t} asks input ${quote(x)}, and there are ${X}.`,
      `Use 0 to ${X - 1}.`,
    );
    const [own, cell] = [counts[x]!, gates[x]!];
    const g = floored(smoothed(own, prior), eps);
    const h = floored(vote.predict(asked), eps);
    const { alpha } = cell;
    const y = source.nature(asked, { g, h, alpha });
    demand(
      Number.isInteger(y) && y >= 0 && y < C,
      () => `Round ${t} has the label ${y}, and there are ${C}.`,
      `Use 0 to ${C - 1}.`,
    );
    const [inWeight, inContext] = [-Math.log(g[y]!), -Math.log(h[y]!)];
    const round = {
      x,
      seen: own.reduce((a, b) => a + b, 0),
      alpha,
      gated: -Math.log(alpha * g[y]! + (1 - alpha) * h[y]!),
      inWeight,
      inContext,
      y,
    };
    cell.learn(inWeight, inContext);
    vote.learn(asked, y);
    own[y]! += 1;
    return round;
  });
}

/** Settings of a stream of chance. */
export interface ChanceConfig {
  /** Weight of each input, [X]; they sum to 1. */
  readonly weights: readonly number[];
  readonly L: number;
  /** Share of contexts that hold the query. */
  readonly pRelevant: number;
  /** Share of labels put one class on. */
  readonly labelNoise: number;
  readonly seed: number;
}

/**
 * Inputs with a class each (input x has the class x), contexts as the data generator makes
 * them, labels by chance.
 */
export function randomRounds(config: ChanceConfig): RoundSource {
  knownKeys('A stream of rounds', config, ['weights', 'L', 'pRelevant', 'labelNoise', 'seed']);
  const { weights, L, pRelevant, labelNoise, seed } = config;
  checkShares('The weights of inputs', weights);
  positiveInteger('seed', seed, 0);
  const C = weights.length;
  positiveInteger('L', L);
  for (const [name, value] of Object.entries({ pRelevant, labelNoise })) shareNumber(name, value);
  const pick = (random: Stream): number => drawn(weights, random);
  const label = (x: number, random: Stream): number => drawn(noisyLabel(C, x, labelNoise), random);
  const ask = (t: number): RoundPrompt => {
    const random = stream(seed, 'round', t);
    const x = pick(random);
    const relevant = random.uniform() < pRelevant;
    const at = random.integer(L);
    const other = (): number => {
      for (;;) {
        const one = pick(random);
        if (one !== x) return one;
      }
    };
    const inputs = Array.from({ length: L }, (_, l) => (relevant && l === at ? x : other()));
    return { x, context: inputs.map((one) => ({ x: one, y: label(one, random) })) };
  };
  const labels = stream(seed, 'labels');
  return { X: C, C, ask, nature: ({ x }) => label(x, labels) };
}

/**
 * The same prompts with adversarial labels: the label is the one to which the predictor with the
 * larger share gives the smallest probability.
 */
export function adversarialRounds(config: ChanceConfig): RoundSource {
  const source = randomRounds(config);
  return { ...source, nature: (_, { g, h, alpha }) => argMin(alpha >= 0.5 ? g : h) };
}

/** What a cell lost in a game. */
export interface CellRegret {
  readonly x: number;
  readonly rounds: number;
  /** Loss of the gated predictor beyond the better of the two, in hindsight. */
  readonly regret: number;
}

/** Regret of every cell that was asked for. */
export function regrets(rounds: readonly Round[]): CellRegret[] {
  checkList('Rounds', rounds, 'rounds', (one) => typeof one === 'object' && one !== null);
  for (const { x, gated, inWeight, inContext } of rounds)
    checkNumbers('The input and the losses of a round', [x, gated, inWeight, inContext]);
  const cells = new Map<
    number,
    { rounds: number; gated: number; inWeight: number; inContext: number }
  >();
  for (const { x, gated, inWeight, inContext } of rounds) {
    const cell = cells.get(x) ?? { rounds: 0, gated: 0, inWeight: 0, inContext: 0 };
    cells.set(x, {
      rounds: cell.rounds + 1,
      gated: cell.gated + gated,
      inWeight: cell.inWeight + inWeight,
      inContext: cell.inContext + inContext,
    });
  }
  return [...cells].map(([x, cell]) => ({
    x,
    rounds: cell.rounds,
    regret: cell.gated - Math.min(cell.inWeight, cell.inContext),
  }));
}

/**
 * Krichevsky and Trofimov's estimate loses at most this beyond the best constant distribution in
 * hindsight: (C - 1) / 2 log N + log C.
 */
export function tableBound(C: number, N: number): number {
  positiveInteger('C', C);
  return ((C - 1) / 2) * Math.log(positiveInteger('N', N)) + Math.log(C);
}
