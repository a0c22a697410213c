/**
 * The losses between which a gate chooses, against N_x, the number of times a class was seen: that
 * of a table of counts, which falls to the entropy H of its noisy labels, and that of a vote of L
 * examples of which k are irrelevant, which is level. The switch N_x* is the first N_x at which the
 * expected in-weight loss is below the in-context loss.
 * Reference: Chan et al. (ICLR 2025), section 3; the formulas are those of parts/inweight/gate.
 */
import { noisyCopy } from '../parts/inweight/gate/crossover';
import { entropy, noisyLabel } from '../parts/inweight/gate/simplex';
import { drawnBound, exactExcess, expectedExcess } from '../parts/inweight/gate/table';
import { contextBounds } from '../parts/inweight/gate/vote';

/** What the in-context loss can be taken to be. */
export const CONTEXT_LOSSES = ['upper bound', 'lower bound', 'copies a noisy example'] as const;

/** One of them. */
export type ContextLoss = (typeof CONTEXT_LOSSES)[number];

/** What both losses depend on. */
export interface GateSettings {
  /** Examples in the context, L. */
  readonly L: number;
  /** Irrelevant ones among them, k. */
  readonly k: number;
  /** The share q of labels that are those of the next class. */
  readonly labelNoise: number;
  /** Temperature T of the vote. */
  readonly temperature: number;
  /** Labels, C. */
  readonly classes: number;
  /** Which in-context loss the gate compares with the in-weight one. */
  readonly context: ContextLoss;
}

/** The losses of a setting, in nats, and where they cross. */
export interface GateLosses {
  /** H, the limit of the in-weight loss. */
  readonly entropy: number;
  readonly upper: number;
  readonly lower: number;
  /** Of copying one relevant example where its label and the query's are noisy. */
  readonly copying: number;
  /** The in-context loss that the gate compares: one of the last three. */
  readonly context: number;
  /** The expected in-weight loss. */
  inWeight(seen: number): number;
  /** The in-weight bound as the authors draw it. */
  bound(seen: number): number;
  /** N_x*; Infinity where the expected in-weight loss never is below the in-context loss. */
  readonly switch: number;
  /** The same for the in-weight bound. */
  readonly switchOfBound: number;
}

/** Probabilities of at least this much are given to every label by a copied answer. */
const LEAST_PROBABILITY = 0.01;
/** Up to this N_x the expectation is computed exactly; beyond, its form for large N_x. */
const MOST_EXACT = 2 ** 12;
const MOST_SEEN = 2 ** 52;

/**
 * The first N_x at which a loss that falls is below a level.
 *
 * @returns Infinity where there is none up to 2^52
 */
function firstBelow(level: number, lossAt: (seen: number) => number): number {
  let [above, below] = [0, 1];
  while (lossAt(below) >= level) {
    [above, below] = [below, 2 * below];
    if (below > MOST_SEEN) return Infinity;
  }
  while (below - above > 1) {
    const middle = Math.floor((above + below) / 2);
    if (lossAt(middle) < level) below = middle;
    else above = middle;
  }
  return below;
}

/** The expected excess of the table at each N_x that was asked for, of one C and label noise. */
interface KnownExcess {
  readonly classes: number;
  readonly labelNoise: number;
  readonly at: Map<number, number>;
}

let known: KnownExcess = { classes: 0, labelNoise: 0, at: new Map() };

/** The expected excess of a table, kept while C and the label noise stay: a page asks again. */
function excessOf(classes: number, labelNoise: number): (seen: number) => number {
  const truth = noisyLabel(classes, 0, labelNoise);
  const possible = truth.filter((p) => p > 0).length;
  if (known.classes !== classes || known.labelNoise !== labelNoise)
    known = { classes, labelNoise, at: new Map() };
  const { at } = known;
  return (seen) => {
    if (seen > MOST_EXACT) return expectedExcess(classes, seen, possible);
    const excess = at.get(seen) ?? exactExcess(truth, seen);
    at.set(seen, excess);
    return excess;
  };
}

/** The losses of a setting that has been checked. */
export function gateLosses(given: GateSettings): GateLosses {
  const { L, k, labelNoise, temperature, classes } = given;
  const H = entropy(noisyLabel(classes, 0, labelNoise));
  const { upper, lower } = contextBounds(L, k, temperature);
  const copying = noisyCopy(labelNoise, LEAST_PROBABILITY);
  const context = { 'upper bound': upper, 'lower bound': lower, 'copies a noisy example': copying };
  const level = context[given.context];
  const excess = excessOf(classes, labelNoise);
  const inWeight = (seen: number): number => H + excess(seen);
  const bound = (seen: number): number => drawnBound(H, seen);
  const crossing = (lossAt: (seen: number) => number): number =>
    level > H ? firstBelow(level, lossAt) : Infinity;
  return {
    entropy: H,
    upper,
    lower,
    copying,
    context: level,
    inWeight,
    bound,
    switch: crossing(inWeight),
    switchOfBound: crossing(bound),
  };
}
