/**
 * Conflicts between the label of the one example, y, and the input x of the query, which is of class
 * c: what the Bayes answer does, and why. With the weights w of the classes and a share r of
 * relevant contexts,
 *
 *   ln p(y | x) / p(c | x) = ln r (1 - w_c) / ((1 - r) w_c)              what the label says
 *                          + (|x - mu_c|^2 - |x - mu_y|^2) / (2 sigma^2) what the input says
 *
 * Ten classes, five of them rare, centres in 32 dimensions. Reference: parts/inweight/bayes.
 */
import { squaredDistance } from '../core/numerics';
import { aroundCentres, centres } from '../parts/inweight/aroundcentres';
import { bayesWithCentres } from '../parts/inweight/bayes';
import { SequenceGenerator, type Sequence } from '../parts/inweight/generator';
import {
  classWeights,
  generatorConfig,
  type GeneratorConfig,
} from '../parts/inweight/generatorconfig';
import { answerShares, answersOf, testSequences } from '../parts/inweight/measures';

/** Which classes a query is of. */
export type QueryGroup = 'rare' | 'common';
export const GROUPS: readonly QueryGroup[] = ['rare', 'common'];

/** How the data are made. */
export interface ConflictLaw {
  /** Standard deviation of the noise on each number of an input. */
  readonly sigma: number;
  /** Share of sequences whose context is relevant, r. */
  readonly pRelevant: number;
  /** Share of labels that are of common classes. */
  readonly pHigh: number;
}

const [D, OF_EACH] = [32, 5];
/** So many queries for each seed, and these seeds. */
export const QUERIES = 500;
export const SEEDS: readonly number[] = [0, 1, 2, 3, 4];

const configOf = ({ pRelevant, pHigh }: ConflictLaw, seed: number): GeneratorConfig =>
  generatorConfig({ high: OF_EACH, low: OF_EACH, pRelevant, pHigh, seed });

const made = new Map<string, readonly Sequence[]>();

/** Sequences with shifted labels; they are the same for every r and p_high. */
function sequencesOf(law: ConflictLaw, group: QueryGroup, seed: number): readonly Sequence[] {
  const key = [law.sigma, group, seed].join(' ');
  const found = made.get(key);
  if (found) return found;
  const inputs = aroundCentres({ d: D, noise: law.sigma }, 2 * OF_EACH, seed);
  const source = new SequenceGenerator(configOf(law, seed), inputs);
  const cell = { context: 'relevant', query: group, labels: 'shifted' } as const;
  const sequences = testSequences(source, cell, QUERIES);
  if (made.size > 150) made.clear();
  made.set(key, sequences);
  return sequences;
}

/** What the Bayes answer is to these sequences. */
function bayesAnswers(law: ConflictLaw, seed: number, sequences: readonly Sequence[]): number[] {
  const bayes = bayesWithCentres(centres(2 * OF_EACH, D, seed), configOf(law, seed), law.sigma);
  return answersOf(bayes, 1, sequences, D).answers[0]!;
}

/** The share of queries of a group whose answer is the label of the example. */
export function shareCopied(law: ConflictLaw, group: QueryGroup, seed: number): number {
  const sequences = sequencesOf(law, group, seed);
  return answerShares(bayesAnswers(law, seed, sequences), sequences).copied;
}

/** The weight of a class of the group. */
export const weightOf = ({ pHigh }: ConflictLaw, group: QueryGroup): number =>
  classWeights({ high: OF_EACH, low: OF_EACH, pHigh, zipf: null })[group === 'rare' ? OF_EACH : 0]!;

/** What the label says where the input suggests a class of the group. */
export const labelTerm = (law: ConflictLaw, group: QueryGroup): number => {
  const [r, w] = [law.pRelevant, weightOf(law, group)];
  return Math.log((r * (1 - w)) / ((1 - r) * w));
};

/** What the inputs of so many queries of seed 0 say. */
export function inputTerms(law: ConflictLaw, group: QueryGroup, count = QUERIES): number[] {
  const all = centres(2 * OF_EACH, D, 0).map((centre) => Array.from(centre));
  return sequencesOf(law, group, 0)
    .slice(0, count)
    .map(({ classes, labels, inputs }) => {
      const x = Array.from(inputs.subarray(D));
      const to = (c: number): number => squaredDistance(x, all[c]!);
      return (to(classes[1]!) - to(labels[0]!)) / (2 * law.sigma ** 2);
    });
}

/** What is answered to one query of seed 0: the label, the class of the query, or another class. */
export function answerTo(
  law: ConflictLaw,
  group: QueryGroup,
  query: number,
): 'label' | 'class' | 'another' {
  const sequence = sequencesOf(law, group, 0)[query]!;
  const [answer] = bayesAnswers(law, 0, [sequence]);
  return answer === sequence.labels[0]
    ? 'label'
    : answer === sequence.classes[1]
      ? 'class'
      : 'another';
}

/** The query of seed 0 in the middle of what inputs say. */
export function middleQuery(law: ConflictLaw, group: QueryGroup): number {
  const terms = inputTerms(law, group);
  const order = [...terms.keys()].sort((a, b) => terms[a]! - terms[b]!);
  return order[QUERIES / 2]!;
}
