/**
 * What is measured of designed sets: the log-odds of the right answer and how often it is given after
 * the sets of each combination of factors, the factors that these sets reached, and the coefficient
 * of each factor while the others are held.
 */
import { groupedBy } from '../../core/groups';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { oddsAgainstRest } from './accuracies';
import { cosinesOf } from './choosing/neighbours';
import { scoresOf } from './choosingsubjects';
import type { DesignSubject } from './designsubjects';
import {
  CORNERS,
  SET_FACTORS,
  cornerName,
  coverage,
  designedSets,
  factorTable,
  placeLabels,
  setFactors,
  type DesignSizes,
} from './factors/designs';
import { factorCoefficients } from './factors/regression';
import { bestOptions } from './scoring/scorer';
import { putByTitle, type ByMetric, type PutNumber } from './titles';

/** How sets are designed. */
export interface SetSizes extends DesignSizes {
  /** Demonstrations of a set. */
  readonly k: number;
}

/** What was found after one set. */
interface SetFound {
  readonly factors: readonly number[];
  readonly coverage: number;
  /** log p(right) - log p(another option). */
  readonly logOdds: number;
  readonly right: number;
}

const COVERAGE = 'coverage';

/** The sets of each question of a subject, [questions][corners]. */
function askedSets<Q>(
  subject: DesignSubject<Q>,
  number: number,
  { k, ...sizes }: SetSizes,
  seed: number,
): SetFound[][] {
  const { title, pool, labels, options, questions, right, ask } = subject;
  const random = stream(seed, 'designed sets', title, number);
  const cosines = cosinesOf(pool.map(({ vector }) => ({ input: '', vector })));
  const designs = questions.map((question) => {
    const table = factorTable(question, pool, cosines);
    const places = placeLabels(random, options, k);
    return { table, sets: designedSets(random, table, labels, places, sizes) };
  });
  const scores = scoresOf(
    subject,
    designs.flatMap(({ sets }, q) => sets.map((rows) => ask(q, rows))),
  );
  const answers = bestOptions(scores);
  return designs.map(({ table, sets }, q) =>
    sets.map((rows, c) => {
      const at = q * sets.length + c;
      return {
        factors: setFactors(table, rows),
        coverage: coverage(
          questions[q]!.parts,
          rows.map((row) => pool[row]!.parts),
        ),
        logOdds: oddsAgainstRest(scores[at]!, right[q]!),
        right: Number(answers[at] === right[q]),
      };
    }),
  );
}

/** Coefficients over questions: of the three factors, and of coverage with these held. */
function coefficientsOf(found: readonly (readonly SetFound[])[]): ByMetric {
  const of = (row: (one: SetFound) => readonly number[]): number[] =>
    factorCoefficients(
      found.map((sets) => ({
        factors: sets.map(row),
        outcomes: sets.map(({ logOdds }) => logOdds),
      })),
    );
  const three = of(({ factors }) => factors);
  const four = of((one) => [...one.factors, one.coverage]);
  return {
    ...Object.fromEntries(SET_FACTORS.map((name, f) => [`coefficient, ${name}`, three[f]!])),
    [`coefficient, ${COVERAGE}`]: four.at(-1)!,
  };
}

/** Means over the questions after the sets of one combination. */
function cornerMeans(sets: readonly SetFound[], name: string): ByMetric {
  const of = (value: (one: SetFound) => number): number => mean(sets.map(value));
  return {
    [`log-odds, ${name}`]: of(({ logOdds }) => logOdds),
    [`accuracy, ${name}`]: of(({ right }) => right),
    ...Object.fromEntries(
      SET_FACTORS.map((factor, f) => [`${factor}, ${name}`, of(({ factors }) => factors[f]!)]),
    ),
    [`${COVERAGE}, ${name}`]: of((one) => one.coverage),
  };
}

/** Measures designed sets on all subjects: the mean over titles, and each title by itself. */
export function measureDesigns<Q>(
  subjects: readonly DesignSubject<Q>[],
  sizes: SetSizes,
  seed: number,
  put: PutNumber,
): void {
  const found = subjects.map((subject, number) => askedSets(subject, number, sizes, seed));
  const numbers = groupedBy(subjects.keys(), (s) => subjects[s]!.title);
  const byTitle = new Map(
    [...numbers].map(([title, own]) => {
      const questions = own.flatMap((s) => found[s]!);
      const corners = CORNERS.map((corner, c) =>
        cornerMeans(
          questions.map((sets) => sets[c]!),
          cornerName(corner),
        ),
      );
      const all: ByMetric = Object.assign({}, coefficientsOf(questions), ...corners) as ByMetric;
      return [title, all];
    }),
  );
  putByTitle(byTitle, (metric, ofTitle, value) => put(metric + ofTitle, value));
}
