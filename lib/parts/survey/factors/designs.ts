/**
 * Sets of demonstrations by design. Three factors of a set x_1 .. x_k for a question x are measured,
 *
 *   similarity  (1 / k) sum_i cos(e(x), e(x_i))
 *   diversity   1 - the mean of cos(e(x_i), e(x_j)) over all pairs i < j
 *   simplicity  - (1 / k) sum_i complexity(x_i)
 *
 * and for each of the 2 x 2 x 2 combinations of a high and a low value one set is searched that comes
 * nearest to it, in standard deviations of random sets. All sets of a question show the same labels
 * in the same places. The values that were reached are measured again, as not all combinations exist.
 * Reference: An et al. (ACL 2023, arXiv 2305.04835), who vary similarity, diversity and complexity of
 * demonstrations; this design is ours.
 */
import {
  checkEach,
  checkFields,
  checkFinite,
  checkIndices,
  checkList,
  checkNumbers,
  checkRows,
  checkStream,
  type Check,
} from '../../../core/checks';
import { demand, finiteNumber, plainObject, positiveInteger } from '../../../core/errors';
import { argMin, squaredDistance } from '../../../core/numerics';
import { shuffled, type Stream } from '../../../core/random';
import { deviation, mean } from '../../../evaluation/statistics';
import { cosine } from '../choosing/nearest';

/** The factors, in the order of all lists of them. */
export const SET_FACTORS = ['similarity', 'diversity', 'simplicity'] as const;

/** What is said of a set that has a low or a high value of each factor. */
const LEVELS = [
  ['dissimilar', 'similar'],
  ['alike', 'diverse'],
  ['complex', 'simple'],
] as const;

/** A combination of low (-1) and high (1) values, one for each factor. */
export type Corner = readonly (-1 | 1)[];

/** All eight combinations. */
export const CORNERS: readonly Corner[] = [1, -1].flatMap((a) =>
  [1, -1].flatMap((b) => [1, -1].map((c) => [a, b, c] as Corner)),
);

/**
 * How records call a combination, as: similar, diverse, simple.
 *
 * @throws CourseError when it is no side of each factor
 */
export function cornerName(corner: Corner): string {
  checkList('A combination', corner, `${SET_FACTORS.length} of -1 and 1`, (side) =>
    [-1, 1].includes(side as number),
  );
  demand(
    corner.length === SET_FACTORS.length,
    () => `A combination has ${corner.length} sides of ${SET_FACTORS.length} factors.`,
    'Take one of factors.CORNERS.',
  );
  return corner.map((side, f) => LEVELS[f]![side > 0 ? 1 : 0]!).join(', ');
}

/** A text as factors see it. */
export interface FactorText {
  /** Of a sentence encoder, or the bits of its features. */
  readonly vector: readonly number[];
  /** Its tokens, or in TaskWorld how many different patterns its words have. */
  readonly complexity: number;
}

/** What the factors of all sets of a pool are computed from. */
export interface FactorTable {
  /** cos of the question and each row, [rows]. */
  readonly likeness: readonly number[];
  /** cos of every two rows, [rows][rows]. */
  readonly cosines: readonly (readonly number[])[];
  readonly complexity: readonly number[];
}

const checkText: Check = (name, text) => {
  plainObject(name, text);
  const { vector, complexity } = text as FactorText;
  checkNumbers(`The vector of ${name}`, vector, 1);
  checkFinite(`The complexity of ${name}`, complexity);
};

/**
 * The table of a question.
 *
 * @param cosines of the pool, where they are known already
 * @throws CourseError quoting what is no text with a vector and a complexity
 */
export function factorTable(
  question: Pick<FactorText, 'vector'>,
  pool: readonly FactorText[],
  cosines?: readonly (readonly number[])[],
): FactorTable {
  checkEach('The pool', pool, 'texts with a vector and a complexity', checkText, 1);
  plainObject('The question', question);
  checkNumbers('The vector of the question', question.vector, 1);
  const C = question.vector.length;
  demand(
    pool.every(({ vector }) => vector.length === C),
    () => `The question has ${C} numbers, and not all rows of the pool have as many.`,
    'Take all vectors from one encoder.',
  );
  if (cosines !== undefined) {
    checkRows('The cosines of the pool', cosines);
    demand(
      cosines.length === pool.length && cosines.every((row) => row.length === pool.length),
      () => `The cosines are not those of ${pool.length} rows with ${pool.length} rows.`,
      'Leave them out.',
    );
  }
  return {
    likeness: pool.map(({ vector }) => cosine(question.vector, vector)),
    cosines: cosines ?? pool.map((a) => pool.map((b) => cosine(a.vector, b.vector))),
    complexity: pool.map(({ complexity }) => complexity),
  };
}

/** Refuses what is no table of a question. */
function checkTable(table: FactorTable): void {
  checkFields('The table', table, {
    likeness: (name, values) => checkNumbers(name, values, 1),
    cosines: (name, rows) => checkRows(name, rows),
    complexity: (name, values) => checkNumbers(name, values, 1),
  });
  const { likeness, cosines, complexity } = table;
  const rows = likeness.length;
  demand(
    [cosines.length, cosines[0]!.length, complexity.length].every((count) => count === rows),
    () =>
      `A table of ${rows} rows has ${cosines.length} rows of ${cosines[0]!.length} cosines and ` +
      `${complexity.length} complexities.`,
    'Make it with factors.factorTable.',
  );
}

/** setFactors without its checks, for searches. */
function factorsOf(
  { likeness, cosines, complexity }: FactorTable,
  set: readonly number[],
): number[] {
  let [near, pairs, sizes] = [0, 0, 0];
  for (let i = 0; i < set.length; i++) {
    near += likeness[set[i]!]!;
    sizes += complexity[set[i]!]!;
    for (let j = 0; j < i; j++) pairs += cosines[set[i]!]![set[j]!]!;
  }
  const k = set.length;
  return [near / k, 1 - pairs / ((k * (k - 1)) / 2), -sizes / k];
}

/**
 * Similarity, diversity and simplicity of a set.
 *
 * @param set rows of the pool, two at least
 * @throws CourseError when a row is none of the pool
 */
export function setFactors(table: FactorTable, set: readonly number[]): number[] {
  checkTable(table);
  checkIndices('A set', set, table.likeness.length - 1, 2);
  return factorsOf(table, set);
}

/**
 * Labels of k places, as many of each as can be, in random order.
 *
 * @param labels how many there are; which of them are shown once more is random
 * @throws CourseError when a number is refused, or what is given is no stream
 */
export function placeLabels(random: Stream, labels: number, k: number): number[] {
  checkStream(random);
  positiveInteger('The number of labels', labels, 1, 1e4);
  positiveInteger('The number of demonstrations', k, 1, 1e4);
  const order = random.permutation(labels);
  return shuffled(
    random,
    Array.from({ length: k }, (_, i) => order[i % labels]!),
  );
}

/** How sets are searched. */
export interface DesignSizes {
  /** Random sets, which give the units and the first sets. */
  readonly draws: number;
  /** How far high and low values lie from the mean, in standard deviations of random sets. */
  readonly spread: number;
}

/** A random set with the labels of its places. */
function drawSet(
  random: Stream,
  rowsOf: readonly (readonly number[])[],
  places: readonly number[],
) {
  const left = rowsOf.map((rows) => shuffled(random, rows));
  return places.map((label) => left[label]!.pop()!);
}

/** A set of which no exchange of one row for another with its label comes nearer to a target. */
function improved(
  start: readonly number[],
  others: (place: number) => readonly number[],
  farFrom: (set: readonly number[]) => number,
): number[] {
  let [set, far, before] = [[...start], farFrom(start), Infinity];
  while (far < before) {
    before = far;
    for (let place = 0; place < set.length; place++)
      for (const row of others(place)) {
        if (set.includes(row)) continue;
        const changed = set.map((one, i) => (i === place ? row : one));
        const now = farFrom(changed);
        if (now < far) [set, far] = [changed, now];
      }
  }
  return set;
}

/**
 * One set for each of CORNERS: of random sets the nearest to it, whose rows are exchanged for others
 * with the same labels as long as it comes nearer.
 *
 * @param labels of the rows of the pool
 * @param places the label of each place of a set
 * @returns [corners][k], rows of the pool
 * @throws CourseError when a label has too few rows, a number is refused, or what is given is no
 *   stream
 */
export function designedSets(
  random: Stream,
  table: FactorTable,
  labels: readonly number[],
  places: readonly number[],
  { draws, spread }: DesignSizes,
): number[][] {
  checkStream(random);
  checkTable(table);
  checkIndices('Labels', labels, 1e6);
  checkIndices('Places', places, 1e6, 2);
  positiveInteger('The number of random sets', draws, 2, 1e5);
  finiteNumber('The spread of a design', spread, 'above 0', (s) => s > 0);
  demand(
    labels.length === table.likeness.length,
    () => `${labels.length} labels were given for ${table.likeness.length} rows.`,
    'Give the label of each row of the pool.',
  );
  const most = Math.max(...labels, ...places);
  const rowsOf = Array.from({ length: most + 1 }, (_, l) =>
    [...labels.keys()].filter((row) => labels[row] === l),
  );
  rowsOf.forEach((rows, l) => {
    const wanted = places.filter((label) => label === l).length;
    demand(
      rows.length >= wanted,
      () => `A set shows ${wanted} rows of label ${l}, and the pool has ${rows.length}.`,
      'Show fewer, or give more rows.',
    );
  });
  const sets = Array.from({ length: draws }, () => drawSet(random, rowsOf, places));
  const drawn = sets.map((set) => factorsOf(table, set));
  const [means, units] = [mean, deviation].map((of) =>
    SET_FACTORS.map((_, f) => of(drawn.map((factors) => factors[f]!))),
  );
  // a factor in which all random sets are equal cannot be varied
  const scaled = (factors: readonly number[]): number[] =>
    factors.map((x, f) => (units![f]! > 1e-12 ? (x - means![f]!) / units![f]! : 0));
  return CORNERS.map((corner) => {
    const target = corner.map((side, f) => (units![f]! > 1e-12 ? side * spread : 0));
    const farFrom = (set: readonly number[]): number =>
      squaredDistance(scaled(factorsOf(table, set)), target);
    const far = sets.map(farFrom);
    const start = sets[argMin(far)]!;
    return improved(start, (place) => rowsOf[places[place]!]!, farFrom);
  });
}

/**
 * How much of a question is covered: the share of its different parts that some demonstration has.
 *
 * @param question its words, or in TaskWorld the patterns of its words
 * @throws CourseError when it has no parts
 */
export function coverage(
  question: readonly (string | number)[],
  demonstrations: readonly (readonly (string | number)[])[],
): number {
  demand(
    Array.isArray(question) && question.length > 0,
    () => 'The coverage of a question without parts was asked for.',
    'Give at least one part.',
  );
  demand(
    Array.isArray(demonstrations) && demonstrations.every(Array.isArray),
    () => 'The parts of demonstrations are no lists.',
    'Give a list of parts for each demonstration.',
  );
  const seen = new Set(demonstrations.flat());
  const parts = [...new Set(question)];
  return parts.filter((part) => seen.has(part)).length / parts.length;
}
