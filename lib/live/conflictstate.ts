/** State and settings of the figure of conflicts, and the shares that it computes one by one. */
import { checkEach, checkFields, oneOfThese } from '../core/checks';
import { finiteNumber, knownKeys, plainObject, positiveInteger, shareNumber } from '../core/errors';

import { GROUPS, SEEDS, type ConflictLaw, type QueryGroup } from './conflicts';

/** A recorded network's share of copied labels. */
export interface NetworkShare {
  readonly sigma: number;
  /** Size of the data set. */
  readonly N: number;
  readonly group: QueryGroup;
  /** From 0 to 1. */
  readonly share: number;
}

/** What a reader may give of the figure. */
export interface ConflictSettings extends Partial<ConflictLaw> {
  /** Recorded networks, trained with the given shares r and p_high. */
  readonly networks?: readonly NetworkShare[];
}

/** What the reader changes, and what is computed of it. */
export interface ConflictState {
  readonly first: ConflictLaw;
  readonly law: ConflictLaw;
  readonly networks: readonly NetworkShare[];
  /** Which query the bars show. */
  readonly group: QueryGroup;
  readonly query: number;
  /** Shares that are computed, by their law, group and seed. */
  readonly shares: ReadonlyMap<string, number>;
}

/** The noise at which the curves are computed. */
export const NOISE_GRID = [0.1, 0.2, 0.28, 0.35, 0.4, 0.5, 0.57, 0.7, 0.85, 1];
/** The ranges of sigma, r and p_high. */
export const RANGES: Readonly<Record<keyof ConflictLaw, readonly [number, number]>> = {
  sigma: [0.1, 1],
  pRelevant: [0.5, 0.999],
  pHigh: [0.5, 0.98],
};

/** One share: at a noise, of a group, of a seed. */
interface Task {
  readonly law: ConflictLaw;
  readonly group: QueryGroup;
  readonly seed: number;
}

export const keyOf = ({ law, group, seed }: Task): string =>
  [law.sigma, law.pRelevant, law.pHigh, group, seed].join(' ');

/** All shares of a state: first those at the reader's noise, then the curves, seed after seed. */
export const tasksOf = ({ law }: ConflictState): Task[] => {
  const of = (sigma: number, seed: number): Task[] =>
    GROUPS.map((group) => ({ law: { ...law, sigma }, group, seed }));
  return [
    ...SEEDS.flatMap((seed) => of(law.sigma, seed)),
    ...SEEDS.flatMap((seed) => NOISE_GRID.flatMap((sigma) => of(sigma, seed))),
  ];
};

/** The mean over the seeds that are computed; null where they are fewer than `least`. */
export function shareAt(
  state: ConflictState,
  sigma: number,
  group: QueryGroup,
  least = 1,
): number | null {
  const law = { ...state.law, sigma };
  const all = SEEDS.flatMap((seed) => state.shares.get(keyOf({ law, group, seed })) ?? []);
  return all.length < least ? null : all.reduce((sum, share) => sum + share, 0) / all.length;
}

/** A value inside its range, to three digits. */
export const within = (key: keyof ConflictLaw, value: number): number => {
  const [least, most] = RANGES[key];
  return Math.round(1000 * Math.max(least, Math.min(most, value))) / 1000;
};

const inRange = (name: string, value: number, least: number, most: number): number =>
  finiteNumber(name, value, `a number from ${least} to ${most}`, (x) => x >= least && x <= most);

function checkNetwork(name: string, value: unknown): void {
  plainObject(name, value);
  knownKeys(name, value, ['sigma', 'N', 'group', 'share']);
  checkFields(name, value, {
    sigma: (field, sigma) => inRange(field, sigma as number, 0, 1),
    N: (field, N) => positiveInteger(field, N as number),
    group: oneOfThese(...GROUPS),
    share: (field, share) => shareNumber(field, share as number),
  });
}

/** Settings that are complete and not refused. */
export function checked(given: ConflictSettings): {
  law: ConflictLaw;
  networks: readonly NetworkShare[];
} {
  knownKeys('liveConflict', given, ['sigma', 'pRelevant', 'pHigh', 'networks']);
  const { sigma = 0.28, pRelevant = 0.9, pHigh = 0.9, networks = [] } = given;
  const law = { sigma, pRelevant, pHigh };
  for (const key of ['sigma', 'pRelevant', 'pHigh'] as const)
    inRange(key, law[key], ...RANGES[key]);
  checkEach('networks', networks, 'shares of networks', checkNetwork);
  return { law, networks };
}
