/**
 * What is measured of the heads of a language model on random tokens: prefix matching, attention to the
 * token before, copying; and what the second half of a repeated sequence costs without some heads.
 */
import { shuffled, stream } from '../../core/random';
import { rankCorrelation } from '../../evaluation/ranks';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import type { LoadedModel } from '../../language/folder';
import { tokensBy } from '../../language/tokenizer';
import type { Hook } from '../../model/transformer';
import { ABLATIONS, ablating } from './mechanisms/ablation';
import { copyingScore, languageCircuits, ownTokenShare } from './mechanisms/copying';
import { hookedLanguage, type HookedModel } from './mechanisms/hookedmodel';
import { randomHeadsLike, rankedHeads, type Head } from './mechanisms/heads';
import {
  markedAttention,
  matchingMarks,
  prefixMatching,
  previousMarks,
} from './mechanisms/prefixmatching';
import { repeatedPair } from './mechanisms/repeated';

type Scores = readonly (readonly number[])[];

/** How much is measured on random tokens. */
export interface RandomTokenSizes {
  /** Sequences, and tokens of each half. */
  readonly sequences: number;
  readonly half: number;
  /** Numbers of heads that are taken out, ascending. */
  readonly sizes: readonly number[];
  /** Draws of random heads in their place, and for which of those numbers. */
  readonly draws: number;
  readonly randomSizes: readonly number[];
  /** Tokens between which copying is looked at. */
  readonly copied: number;
}

/** The heads that are looked at, in their order, and random ones in their place by draw. */
export interface ChosenHeads {
  readonly top: readonly Head[];
  readonly random: readonly (readonly Head[])[];
}

/** So many heads with the highest scores, and for each draw random ones in their place. */
export function chosenHeads(
  scores: Scores,
  most: number,
  draws: number,
  seed: number,
): ChosenHeads {
  const top = rankedHeads(scores).slice(0, most);
  const random = Array.from({ length: draws }, (_, draw) =>
    randomHeadsLike(stream(seed, 'random heads', draw), top, scores.length, scores[0]!.length),
  );
  return { top, random };
}

/** Sequences of random tokens, with and without repetition, after the beginning of a text. */
interface TokenPairs {
  readonly repeated: readonly (readonly number[])[];
  readonly unrepeated: readonly (readonly number[])[];
}

/** Tokens that are drawn: all but the first tenth, among which are those of no text. */
const drawable = (vocabulary: number): number[] => {
  const first = Math.floor(vocabulary / 10);
  return Array.from({ length: vocabulary - first }, (_, i) => first + i);
};

function tokenPairs(
  { model, tokenizer }: LoadedModel,
  begin: string,
  { sequences, half }: RandomTokenSizes,
  seed: number,
  draw: number,
): TokenPairs {
  const random = stream(seed, 'random tokens of heads', draw);
  const known = drawable(model.config.vocabulary);
  const before = tokensBy(tokenizer, begin);
  const pairs = Array.from({ length: sequences }, () => repeatedPair(random, known, half));
  return {
    repeated: pairs.map(({ repeated }) => [...before, ...repeated]),
    unrepeated: pairs.map(({ unrepeated }) => [...before, ...unrepeated]),
  };
}

/** A number of some heads, the mean. */
const meanOf = (scores: Scores, heads: readonly Head[]): number =>
  mean(heads.map(({ layer, head }) => scores[layer]![head]!));

/** The mean loss of the tokens of the first half after its first, and of those of the second. */
function halves(
  hooked: HookedModel,
  rows: TokenPairs['repeated'],
  half: number,
  hook?: Hook,
): readonly [number, number] {
  const losses = hooked.losses(rows, hook);
  const second = losses.map((row) => row.slice(1 - half)); // its first token cannot be known
  const first = losses.map((row) => row.slice(0, -half));
  return [mean(first.flat()), mean(second.flat())];
}

/** Heads that attend to the token before, which induction heads may need: four, or fewer of few. */
const previousOf = ({ layers, heads }: HookedModel): number =>
  Math.max(1, Math.min(4, Math.floor((layers * heads) / 4)));

/** How records name the heads that are taken out. */
export const TAKEN = ['top heads', 'random heads'] as const;

/** For each number of heads those that are taken out: the first ones, or of each draw. */
export function takenOf(
  { top, random }: ChosenHeads,
  which: (typeof TAKEN)[number],
  n: number,
): (readonly Head[])[] {
  return (which === 'top heads' ? [top] : random).map((heads) => heads.slice(0, n));
}

/** What repeated tokens cost without heads, by the way in which they are taken out. */
function measureLosses(
  hooked: HookedModel,
  rows: TokenPairs['repeated'],
  chosen: ChosenHeads,
  { half, sizes, randomSizes }: RandomTokenSizes,
  put: (n: number, metric: string, value: number) => void,
): void {
  const [first, whole] = halves(hooked, rows, half);
  put(0, 'loss, first half', first);
  for (const way of ABLATIONS)
    for (const which of TAKEN) {
      put(0, `loss, ${which}, ${way}`, whole);
      for (const n of which === 'top heads' ? sizes : randomSizes) {
        const all = takenOf(chosen, which, n).map(
          (heads) => halves(hooked, rows, half, ablating(heads, way))[1],
        );
        put(n, `loss, ${which}, ${way}`, mean(all));
      }
    }
}

/** What a head copies, for all heads. */
function measureCopying(
  { model }: LoadedModel,
  copied: number,
  seed: number,
  top: readonly Head[],
  put: (metric: string, value: number) => void,
): Scores {
  const random = stream(seed, 'tokens that heads copy');
  const tokens = shuffled(random, drawable(model.config.vocabulary)).slice(0, copied);
  const circuits = languageCircuits(model, tokens);
  const copying = circuits.map((row) => row.map(({ circuit }) => copyingScore(circuit)));
  const own = circuits.map((row) => row.map(({ rises }) => ownTokenShare(rises)));
  const rest = rankedHeads(copying).filter(
    (one) => !top.some(({ layer, head }) => layer === one.layer && head === one.head),
  );
  put('copying, top heads', meanOf(copying, top));
  put('copying, other heads', meanOf(copying, rest));
  put('own token, top heads', meanOf(own, top));
  put('own token, other heads', meanOf(own, rest));
  return copying;
}

/**
 * Measures the heads of a model on random tokens.
 *
 * @param begin the text before each sequence
 * @returns the heads with the highest prefix matching, and random ones in their place
 */
export function measureRandomTokens(
  loaded: LoadedModel,
  begin: string,
  sizes: RandomTokenSizes,
  name: string,
  seed: number,
  put: Put,
): ChosenHeads {
  const hooked = hookedLanguage(loaded);
  const { repeated, unrepeated } = tokenPairs(loaded, begin, sizes, seed, 0);
  const scores = prefixMatching(hooked, repeated);
  const again = prefixMatching(hooked, tokenPairs(loaded, begin, sizes, seed, 1).repeated);
  const marks = repeated.map(matchingMarks);
  const control = markedAttention(hooked, unrepeated, marks);
  const previous = markedAttention(hooked, unrepeated, unrepeated.map(previousMarks));
  const chosen = chosenHeads(scores, Math.max(...sizes.sizes), sizes.draws, seed);
  const { top } = chosen;
  const say = (metric: string, value: number): void => put(name, {}, metric, value);
  const byHead = (metric: string, all: Scores): void =>
    all.forEach((row, l) => row.forEach((value, h) => put(name, { pair: [l, h] }, metric, value)));
  byHead('prefix matching', scores);
  say('rank correlation of two draws', rankCorrelation(scores.flat(), again.flat()));
  say('rank correlation with unrepeated', rankCorrelation(scores.flat(), control.flat()));
  say('prefix matching, best head', meanOf(scores, top.slice(0, 1)));
  say('prefix matching, best head, other tokens', meanOf(again, top.slice(0, 1)));
  say('prefix matching, best head, unrepeated', meanOf(control, top.slice(0, 1)));
  say('prefix matching, top heads', meanOf(scores, top));
  say('prefix matching, top heads, unrepeated', meanOf(control, top));
  say('share of heads above 0.3', mean(scores.flat().map((score) => Number(score > 0.3))));
  say('layer of the top heads', mean(top.map(({ layer }) => layer)));
  const four = previousOf(hooked);
  const before = rankedHeads(previous).slice(0, four);
  say('layer of previous-token heads', mean(before.map(({ layer }) => layer)));
  say('previous token, best head', meanOf(previous, before.slice(0, 1)));
  const others = randomHeadsLike(
    stream(seed, 'heads beside previous-token heads'),
    before,
    hooked.layers,
    hooked.heads,
    top,
  );
  for (const [of, heads] of [
    ['previous-token heads', before],
    ['random heads', others],
  ] as const)
    say(
      `prefix matching without ${of}`,
      meanOf(prefixMatching(hooked, repeated, ablating(heads)), top.slice(0, four)),
    );
  say('prefix matching, best four heads', meanOf(scores, top.slice(0, four)));
  byHead('copying', measureCopying(loaded, sizes.copied, seed, top, say));
  measureLosses(hooked, repeated, chosen, sizes, (n, metric, value) =>
    put(name, { n }, metric, value),
  );
  return chosen;
}
