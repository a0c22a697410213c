/**
 * What is measured of a marked class of words: how probable it is as the next word after
 * demonstrations without it, with it, or with none, and while the states are turned by a vector of
 * the same; and what each costs on sentences that have nothing to do with it.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { LoadedModel } from '../../language/folder';
import type { TextVectors } from './choosingsubjects';
import type { LayerVectors } from './shapes/directions';
import { NEUTRAL_SENTENCES } from './shapes/styles';
import { contextVector, styleScores } from './shapes/textvectors';
import type { PutNumber } from './titles';
import {
  COLOURS,
  COLOUR_BEGINNINGS,
  drawColourDemonstrations,
  type ColourDemonstration,
} from './work/colours';
import { classProbabilities, nextWordLogs } from './work/nextwords';
import { bestPassages, cosines } from './work/retrieval';

/** How much is asked. */
export interface ColourSizes {
  /** Demonstrations to choose from, and numbers of them before a beginning; 0 is always measured. */
  readonly pool: number;
  readonly shown: readonly number[];
  /** Beginnings, taken from all topics in turn. */
  readonly beginnings: number;
  /** Pairs of a vector, and its strengths. */
  readonly pairs: number;
  readonly strengths: readonly number[];
}

/** Beginnings of all topics in turn. */
function beginningsOf(count: number): (typeof COLOUR_BEGINNINGS)[number][] {
  const topics = [...new Set(COLOUR_BEGINNINGS.map(({ topic }) => topic))];
  const each = COLOUR_BEGINNINGS.length / topics.length;
  return Array.from(
    { length: count },
    (_, i) => COLOUR_BEGINNINGS[(i % topics.length) * each + Math.floor(i / topics.length)]!,
  );
}

/** Demonstrations, one a line, the best of them last. */
const lines = (sentences: readonly string[]): string =>
  [...sentences]
    .reverse()
    .map((sentence) => `${sentence}\n`)
    .join('');

/** Says the probability of a colour and the loss on neutral sentences of each way. */
export function measureColours(
  loaded: LoadedModel,
  begin: string,
  vectors: TextVectors,
  { pool: count, shown, beginnings: tested, pairs, strengths }: ColourSizes,
  seed: number,
  put: (n: number | null, metric: string, value: number) => void,
): void {
  const pool = drawColourDemonstrations(stream(seed, 'colours, demonstrations'), count);
  const beginnings = beginningsOf(tested);
  const texts = beginnings.map(({ text }) => text);
  const colour = (all: readonly string[], turn: LayerVectors | null = null, strength = 0): number =>
    mean(classProbabilities(nextWordLogs(loaded, begin, all, COLOURS, turn, strength)));
  const neutral = Object.values(NEUTRAL_SENTENCES).flat();
  const loss = (before: string, turn: LayerVectors | null = null, strength = 0): number =>
    -mean(styleScores(loaded, begin + before, neutral, turn, strength));
  const plainLoss = loss('');

  const pooled = vectors(pool.map(({ plain }) => plain));
  const order = vectors(texts).map((one) => bestPassages(cosines(one, pooled), pool.length));
  const random = stream(seed, 'colours, random demonstrations');
  const drawn = texts.map(() => random.permutation(pool.length));
  const after = (
    lists: readonly (readonly number[])[],
    k: number,
    form: 'plain' | 'coloured',
  ): number => colour(texts.map((text, i) => lines(formOf(lists[i]!.slice(0, k), form)) + text));
  const formOf = (list: readonly number[], form: 'plain' | 'coloured'): string[] =>
    list.map((row) => pool[row]![form]);

  put(0, 'colour', colour(texts));
  for (const k of shown) {
    put(k, 'colour, random', after(drawn, k, 'plain'));
    put(k, 'colour, nearest', after(order, k, 'plain'));
    put(k, 'colour, coloured', after(drawn, k, 'coloured'));
    put(k, 'same topic, nearest', sameTopic(order, k, pool, beginnings));
    put(k, 'same topic, random', sameTopic(drawn, k, pool, beginnings));
    put(k, 'cost, random', loss(lines(formOf(drawn[0]!.slice(0, k), 'plain'))) - plainLoss);
  }
  const vector = contextVector(
    loaded,
    begin,
    pool.slice(0, pairs).map(({ coloured, plain }) => [coloured, plain] as const),
  );
  const say: PutNumber = (metric, value) => put(null, metric, value);
  for (const strength of strengths) {
    say(`colour, vector, strength ${strength}`, colour(texts, vector, strength));
    say(`cost, vector, strength ${strength}`, loss('', vector, strength) - plainLoss);
  }
}

/** The share of the first k demonstrations that are of the beginning's own topic. */
const sameTopic = (
  lists: readonly (readonly number[])[],
  k: number,
  pool: readonly ColourDemonstration[],
  beginnings: readonly { readonly topic: string }[],
): number =>
  mean(
    lists.flatMap((list, i) =>
      list.slice(0, k).map((row) => Number(pool[row]!.topic === beginnings[i]!.topic)),
    ),
  );
