/**
 * The ways to choose that notebook 23 compares, on one interface: which rows of a pool stand before
 * each of some questions.
 */
import type { Stream } from '../../../core/random';
import { atRandom, facilities, voteK } from './corpus';
import { determinantal, marginalRelevance } from './diversity';
import { nearestByAngle, nearestByDistance, nearestByWords } from './nearest';
import type { ChosenRows, ChoosableText, CorpusSelector, PoolRow, QuestionSelector } from './pool';

/** A way to choose for several questions. */
export interface ChoosingWay {
  readonly name: string;
  /** Whether all questions get the same rows. */
  readonly corpus: boolean;
  /** @returns the rows of each question */
  choose(
    questions: readonly ChoosableText[],
    pool: readonly PoolRow[],
    k: number,
    random: Stream,
  ): readonly ChosenRows[];
}

/** For each question its own. */
const each = (selector: QuestionSelector): ChoosingWay => ({
  name: selector.name,
  corpus: false,
  choose: (questions, pool, k) => questions.map((one) => selector.select(one, pool, k)),
});

/** The same for all. */
const once = (selector: CorpusSelector): ChoosingWay => ({
  name: selector.name,
  corpus: true,
  choose: (questions, pool, k, random) => {
    const choice = selector.selectCorpus(pool, k, random);
    return questions.map(() => choice);
  },
});

/** Rows that are labelled when labels have to be paid for. */
export const LABELLED = 16;

/** Only rows that the first way picks are labelled; each question takes its nearest of them. */
export const amongLabelled = (selector: CorpusSelector): ChoosingWay => ({
  name: `nearest of ${LABELLED}, ${selector.name}`,
  corpus: false,
  choose: (questions, pool, k, random) => {
    const labelled = selector.selectCorpus(pool, Math.min(LABELLED, pool.length), random);
    const rows = labelled.rows.map((i) => pool[i]!);
    return questions.map((one) => {
      const found = nearestByAngle.select(one, rows, k);
      return { rows: found.rows.map((i) => labelled.rows[i]!), passes: labelled.passes };
    });
  },
});

/** Votes of this many neighbours: pools here are smaller than the paper's, which takes 150. */
export const NEIGHBOURS = 10;

/** The ways that are compared. */
export const CHOOSING_WAYS = {
  random: once(atRandom),
  distance: each(nearestByDistance),
  cosine: each(nearestByAngle),
  bm25: each(nearestByWords),
  marginalRelevance: each(marginalRelevance(0.7)),
  determinant: each(determinantal()),
  voteK: once(voteK(NEIGHBOURS)),
  facilities: once(facilities),
  labelledAtRandom: amongLabelled(atRandom),
  labelledByVotes: amongLabelled(voteK(NEIGHBOURS)),
} as const satisfies Readonly<Record<string, ChoosingWay>>;
