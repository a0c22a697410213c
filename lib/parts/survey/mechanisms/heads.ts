/** Heads of a model by layer and number, in the order of some score, and random ones beside them. */
import { checkEach, checkFields, checkRows, checkStream, type Check } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { shuffled, type Stream } from '../../../core/random';

/** A head of a model, both numbers from 0. */
export interface Head {
  readonly layer: number;
  readonly head: number;
}

const checkIndex: Check = (name, value) => void positiveInteger(name, value as number, 0);

/**
 * Refuses what are no heads.
 *
 * @throws CourseError quoting what is wrong
 */
export const checkHeads = (heads: readonly Head[], least = 0): void =>
  checkEach(
    'Heads',
    heads,
    'heads of layers',
    (name, head) => checkFields(name, head, { layer: checkIndex, head: checkIndex }),
    least,
  );

const nameOf = ({ layer, head }: Head): string => `${layer}.${head}`;

/**
 * A head in words, as 14.3: layer and head.
 *
 * @throws CourseError when it is none
 */
export function headName(head: Head): string {
  checkHeads([head]);
  return nameOf(head);
}

/**
 * All heads, those with the highest scores first.
 *
 * @param scores by layer and head
 * @throws CourseError when they are no scores
 */
export function rankedHeads(scores: readonly (readonly number[])[]): Head[] {
  checkRows('Scores of heads', scores);
  return scores
    .flatMap((row, layer) => row.map((score, head) => ({ layer, head, score })))
    .sort((a, b) => b.score - a.score)
    .map(({ layer, head }) => ({ layer, head }));
}

/**
 * For each of some heads a random other one of its layer, or of the nearest layer that has one left; none
 * twice, none of those heads and none of those left out.
 *
 * @param heads  that are replaced, in their order
 * @param layers L
 * @param each   heads of each layer, H
 * @param others that are not to be drawn beside `heads`
 * @throws CourseError when there are not enough other heads, or what is given are no heads
 */
export function randomHeadsLike(
  random: Stream,
  heads: readonly Head[],
  layers: number,
  each: number,
  others: readonly Head[] = [],
): Head[] {
  checkStream(random);
  checkHeads(heads);
  checkHeads(others);
  positiveInteger('Layers', layers, 1, 1000);
  positiveInteger('Heads of each layer', each, 1, 1000);
  const taken = new Set([...heads, ...others].map(nameOf));
  const left = Array.from({ length: layers }, (_, layer) =>
    shuffled(
      random,
      Array.from({ length: each }, (__, head) => ({ layer, head })),
    ).filter((one) => !taken.has(nameOf(one))),
  );
  return heads.map(({ layer }) => {
    const near = left
      .filter((some) => some.length > 0)
      .sort((a, b) => Math.abs(a[0]!.layer - layer) - Math.abs(b[0]!.layer - layer))[0];
    demand(
      near !== undefined,
      () => `${heads.length} other heads were to be drawn of ${layers} layers of ${each}.`,
      'Replace fewer.',
    );
    return near!.pop()!;
  });
}
