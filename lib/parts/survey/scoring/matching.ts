/**
 * The best matching of rows to columns: each row gets a column of its own, so that the sum of the
 * gains is the largest possible.
 * Reference: Kuhn (1955) and Munkres (1957), in the form with shortest augmenting paths.
 */
import { checkRows } from '../../../core/checks';
import { demand } from '../../../core/errors';

/**
 * The column of each row in a matching with the largest sum of gains.
 *
 * @param gains of each row with each column, K x K
 * @throws CourseError when there are not as many rows as columns
 */
export function bestMatching(gains: readonly (readonly number[])[]): number[] {
  checkRows('Gains', gains);
  const K = gains.length;
  demand(
    gains[0]!.length === K,
    () => `${K} rows were to be matched to ${gains[0]!.length} columns.`,
    'Give as many of both.',
  );
  // prices u of rows and v of columns, with u + v <= -gain; row and column K stand for "none yet"
  const [u, v] = [new Float64Array(K + 1), new Float64Array(K + 1)];
  const rowOf = new Array<number>(K + 1).fill(K);
  for (let row = 0; row < K; row++) {
    rowOf[K] = row;
    let column = K;
    const slack = new Float64Array(K).fill(Infinity);
    const from = new Array<number>(K).fill(K);
    const done = new Set<number>();
    while (rowOf[column] !== K) {
      done.add(column);
      const [at, r] = [column, rowOf[column]!];
      let [next, step] = [K, Infinity];
      for (let c = 0; c < K; c++) {
        if (done.has(c)) continue;
        const reduced = -gains[r]![c]! - u[r]! - v[c]!;
        if (reduced < slack[c]!) [slack[c], from[c]] = [reduced, at];
        if (slack[c]! < step) [next, step] = [c, slack[c]!];
      }
      for (const c of done) {
        const priced = rowOf[c]!;
        u[priced] = u[priced]! + step;
        v[c] = v[c]! - step;
      }
      for (let c = 0; c < K; c++) if (!done.has(c)) slack[c] = slack[c]! - step;
      column = next;
    }
    while (column !== K) {
      rowOf[column] = rowOf[from[column]!]!;
      column = from[column]!;
    }
  }
  const matched = new Array<number>(K).fill(0);
  for (let c = 0; c < K; c++) matched[rowOf[c]!] = c;
  return matched;
}
