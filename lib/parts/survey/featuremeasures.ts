/**
 * What is measured of features that demonstrations leave open: for each pair the share of answers
 * that one of them decides, and how far an instruction, natural label words or demonstrations on
 * which the features disagree bring answers to the feature that is meant. Each feature of each pair
 * is meant once; of a pair, the feature that decides more answers when nothing is said is preferred.
 */
import { batchCalibration } from '../../language/calibration';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { featureBias, shareDecidedBy } from './factors/ambiguous';
import type { FeatureCondition, FeatureReader, AskedPairs } from './featurereaders';
import { bestOptions } from './scoring/scorer';
import type { PutAfter, PutNumber } from './titles';

/** As records name what is said of a feature. */
export const SAID = ['instruction', 'natural labels'] as const;

/** How records call a pair of features. */
export const pairName = (a: string, b: string): string => `${a} or ${b}`;

/** Scores as they are, or calibrated over the questions after each context. */
interface Reading {
  /** '' as they are. */
  readonly ending: string;
  of(set: AskedPairs): readonly (readonly number[])[];
}

const READINGS: readonly Reading[] = [
  { ending: '', of: ({ scores }) => scores },
  { ending: ', batch calibration', of: ({ scores }) => batchCalibration(scores) },
];

/** All pairs of numbers below a count. */
const pairsBelow = (count: number): (readonly [number, number])[] =>
  Array.from({ length: count }, (_, i) =>
    Array.from({ length: count - i - 1 }, (_, j) => [i, i + 1 + j] as const),
  ).flat();

/** The share of answers by a feature of a pair, over all sets. */
const shareOf = (sets: readonly AskedPairs[], feature: 0 | 1, { of }: Reading): number =>
  mean(sets.map((set) => shareDecidedBy(bestOptions(of(set)), set.asked, feature)));

/** What was answered about a pair under each condition. */
interface PairAsked {
  readonly names: readonly [string, string];
  readonly open: readonly AskedPairs[];
  /** By condition, of both features that are meant. */
  readonly said: Readonly<Record<string, readonly (readonly AskedPairs[])[]>>;
}

/** As a key of conditions: what is said, or the number of demonstrations that disagree. */
const keyOf = ({ told, d }: FeatureCondition): string => (told === 'nothing' ? `${d}` : told);

function askPair(
  reader: FeatureReader,
  pair: readonly [number, number],
  disagreeing: readonly number[],
  seed: number,
): PairAsked {
  const names = pair.map((f) => reader.features[f]!) as [string, string];
  // the same draws whatever is said
  const random = (set: number) => stream(seed, 'features left open', ...names, set);
  const both = (condition: Omit<FeatureCondition, 'meant'>): readonly (readonly AskedPairs[])[] =>
    ([0, 1] as const).map((meant) => reader.ask(pair, { ...condition, meant }, random));
  const conditions: Omit<FeatureCondition, 'meant'>[] = [
    ...SAID.map((told) => ({ told, d: 0 })),
    ...disagreeing.map((d) => ({ told: 'nothing' as const, d })),
  ];
  return {
    names,
    open: reader.ask(pair, { told: 'nothing', meant: 0, d: 0 }, random),
    said: Object.fromEntries(
      conditions.map((one) => [keyOf({ ...one, meant: 0 }), both(one)] as const),
    ),
  };
}

/** Shares by the feature that is meant: over both, and where it is preferred and where it is not. */
function namedShares(
  pairs: readonly PairAsked[],
  key: string,
  reading: Reading,
): Readonly<Record<'' | ', preferred' | ', not preferred', number>> {
  const shares = pairs.map(({ open, said }) => {
    const preferred = shareOf(open, 0, reading) >= 0.5 ? 0 : 1;
    const own = ([0, 1] as const).map((meant) => shareOf(said[key]![meant]!, meant, reading));
    return [own[preferred]!, own[1 - preferred]!] as const;
  });
  const [preferred, other] = [0, 1].map((i) => mean(shares.map((both) => both[i]!)));
  return {
    '': (preferred! + other!) / 2,
    ', preferred': preferred!,
    ', not preferred': other!,
  };
}

/**
 * Measures what decides answers.
 *
 * @param disagreeing numbers of demonstrations on which the features disagree
 */
export function measureFeatures(
  reader: FeatureReader,
  disagreeing: readonly number[],
  seed: number,
  put: PutNumber,
  putAfter: PutAfter,
): void {
  const pairs = pairsBelow(reader.features.length).map((pair) =>
    askPair(reader, pair, disagreeing, seed),
  );
  for (const reading of reader.calibrated ? READINGS : READINGS.slice(0, 1)) {
    const say = (metric: string, value: number): void => put(metric + reading.ending, value);
    const openShares = pairs.map(({ open }) => shareOf(open, 0, reading));
    const bias = featureBias(openShares);
    say('bias', bias);
    pairs.forEach(({ names: [a, b], said }, p) => {
      const pair = pairName(a, b);
      say(`share by ${a}, ${pair}`, openShares[p]!);
      for (const told of SAID)
        ([0, 1] as const).forEach((meant) =>
          say(
            `share by ${[a, b][meant]!}, ${told}, ${pair}`,
            shareOf(said[told]![meant]!, meant, reading),
          ),
        );
    });
    for (const told of SAID)
      for (const [which, share] of Object.entries(namedShares(pairs, told, reading)))
        say(`share by the named feature, ${told}${which}`, share);
    const sayAfter = (d: number, which: string, share: number): void =>
      putAfter(d, `share by the meant feature${which}${reading.ending}`, share);
    sayAfter(0, '', 0.5);
    sayAfter(0, ', preferred', 0.5 + bias);
    sayAfter(0, ', not preferred', 0.5 - bias);
    for (const d of disagreeing)
      for (const [which, share] of Object.entries(namedShares(pairs, `${d}`, reading)))
        sayAfter(d, which, share);
  }
}
