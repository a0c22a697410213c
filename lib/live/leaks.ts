/** The way of a leak: how what an example says comes back to it. */
import type { MaskMatrix } from '../model/masks';

/**
 * The shortest way by which the label of an example comes back to the example through others; null
 * when there is none, which is when a mask is free of leaks.
 *
 * @param reads reads[i][j]: may example i attend to example j?
 * @returns examples from 0: [0, 2, 0] is example 1, which 3 reads, which 1 reads
 */
export function leakPath(reads: MaskMatrix): readonly number[] | null {
  const ways = reads
    .map((_, start) => wayBack(reads, start))
    .filter((way): way is number[] => way !== null);
  return ways.length === 0 ? null : ways.reduce((a, b) => (b.length < a.length ? b : a));
}

/** The shortest way from an example through others back to it, by breadth-first search. */
function wayBack(reads: MaskMatrix, start: number): number[] | null {
  const seen = new Set<number>();
  let ways: number[][] = [[start]];
  while (ways.length > 0) {
    const longer = ways.flatMap((way) => {
      const last = way[way.length - 1]!;
      const readers = reads.flatMap((row, i) => (row[last] && i !== last ? [i] : []));
      return readers.map((reader) => [...way, reader]);
    });
    const back = longer.find((way) => way[way.length - 1] === start);
    if (back) return back;
    ways = longer.filter((way) => {
      const reader = way[way.length - 1]!;
      if (seen.has(reader)) return false;
      seen.add(reader);
      return true;
    });
  }
  return null;
}
