/**
 * In-context pre-training: documents are put in an order in which neighbours are related, and each
 * is read once. Finding the best order is a travelling salesman's problem; the greedy walk below is
 * what the paper does.
 * Reference: Shi et al. (ICLR 2024, arXiv 2310.10638), section 2 and algorithm 1.
 */
import { tf } from '../../../core/backend';
import { checkEach, checkIndices, checkNumbers, checkRows, type Check } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { dot } from '../../../core/numerics';
import { mean } from '../../../evaluation/statistics';

/** Which documents are related: for each its neighbours with the cosine to each. */
export type DocumentGraph = readonly ReadonlyMap<number, number>[];

/** Rows whose cosines to all are in memory at once. */
const ROWS_AT_ONCE = 512;

/** The k largest other entries of rows `from` and following of V V^T, as [row, column, value]. */
function nearestInBlock(
  vectors: tf.Tensor2D,
  from: number,
  k: number,
): (readonly [number, number, number])[] {
  const [values, indices] = tf.tidy(() => {
    const [N] = vectors.shape;
    const rows = vectors.slice([from, 0], [Math.min(ROWS_AT_ONCE, N - from), -1]); // [R, D]
    const [R] = rows.shape;
    const own = tf.oneHot(tf.range(from, from + R, 1, 'int32'), N); // [R, N]
    const cosines = rows.matMul(vectors, false, true).sub(own.mul(4)); // [R, N]
    const best = tf.topk(cosines, k);
    return [best.values.arraySync() as number[][], best.indices.arraySync() as number[][]];
  });
  return indices!.flatMap((row, r) => row.map((u, i) => [from + r, u, values![r]![i]!] as const));
}

/**
 * The graph of nearest neighbours: two documents are joined where one is among the k of the largest
 * cosine to the other.
 *
 * @param vectors of the documents, [N, D], of length 1
 * @returns neighbours by document, both ways
 * @throws CourseError when there are fewer than two vectors, they are not of equal length, one is
 *   not of length 1, or k is no integer from 1 to N - 1
 */
export function documentGraph(vectors: readonly (readonly number[])[], k: number): DocumentGraph {
  checkRows('Vectors of documents', vectors, 2);
  positiveInteger('The number of neighbours', k, 1, vectors.length - 1);
  demand(
    vectors.every((vector) => Math.abs(Math.hypot(...vector) - 1) < 1e-4),
    () => 'Vectors of documents are not all of length 1.',
    'Divide each by its length.',
  );
  const graph = vectors.map(() => new Map<number, number>());
  const all = tf.tensor2d(vectors.map((vector) => [...vector])); // [N, D]
  try {
    for (let from = 0; from < vectors.length; from += ROWS_AT_ONCE)
      for (const [v, u, cosine] of nearestInBlock(all, from, k)) {
        graph[v]!.set(u, cosine);
        graph[u]!.set(v, cosine);
      }
    return graph;
  } finally {
    all.dispose();
  }
}

const checkNeighbours: Check = (name, neighbours) =>
  demand(
    neighbours instanceof Map,
    () => `${name} has no neighbours by document.`,
    'Make the graph with pretraining.documentGraph.',
  );

/** Of unread neighbours the one of the largest cosine, the first of equals; -1 where there is none. */
function nextDocument(neighbours: ReadonlyMap<number, number>, read: readonly boolean[]): number {
  let [best, largest] = [-1, -Infinity];
  for (const [u, cosine] of neighbours)
    if (!read[u] && (cosine > largest || (cosine === largest && u < best)))
      [best, largest] = [u, cosine];
  return best;
}

/**
 * Algorithm 1: start at the document with the fewest neighbours, go on to the most similar neighbour
 * that was not read yet, and where there is none start again at the unread document with the fewest
 * neighbours.
 *
 * @returns the documents in the order of reading, each once
 * @throws CourseError when it is no graph of documents
 */
export function relatedOrder(graph: DocumentGraph): number[] {
  checkEach('A graph of documents', graph, 'neighbours of documents', checkNeighbours, 1);
  checkIndices(
    'Neighbours',
    graph.flatMap((neighbours) => [...neighbours.keys()]),
    graph.length - 1,
  );
  const byDegree = graph.map((_, v) => v).sort((a, b) => graph[a]!.size - graph[b]!.size || a - b);
  const read = new Array<boolean>(graph.length).fill(false);
  const order: number[] = [];
  for (const start of byDegree)
    for (let v = read[start] ? -1 : start; v >= 0; v = nextDocument(graph[v]!, read)) {
      read[v] = true;
      order.push(v);
    }
  return order;
}

/**
 * The mean cosine of documents that are read in the same context.
 *
 * @param vectors [N, D], of length 1
 * @param order   each document at most once
 * @param window  documents in a context; the last context may have fewer
 * @throws CourseError when the vectors or the order are none, or a context holds fewer than two
 */
export function similarityInContext(
  vectors: readonly (readonly number[])[],
  order: readonly number[],
  window: number,
): number {
  checkRows('Vectors of documents', vectors, 2);
  checkIndices('The order of documents', order, vectors.length - 1, 2);
  positiveInteger('Documents in a context', window, 2, order.length);
  const pairs = order.flatMap((a, i) => {
    const context = order.slice(i + 1, window * (Math.floor(i / window) + 1));
    return context.map((b) => dot(vectors[a]!, vectors[b]!));
  });
  return mean(pairs);
}

/**
 * The share of neighbours within contexts that are about the same task.
 *
 * @param tasks  of the documents, [N]
 * @param order  each document at most once
 * @param window documents in a context; the last context may have fewer
 * @throws CourseError when tasks or order are none, or a context holds fewer than two
 */
export function sameTaskShare(
  tasks: readonly number[],
  order: readonly number[],
  window: number,
): number {
  checkNumbers('The tasks of documents', tasks, 2);
  checkIndices('The order of documents', order, tasks.length - 1, 2);
  positiveInteger('Documents in a context', window, 2, order.length);
  const same = order.flatMap((d, i) =>
    i % window === 0 ? [] : [Number(tasks[d] === tasks[order[i - 1]!])],
  );
  return mean(same);
}

/**
 * The length of the path through the documents in an order, the distance of two being 1 less their
 * cosine. Which order has the shortest path is the travelling salesman's problem.
 *
 * @param vectors [N, D], of length 1
 * @param order   each document at most once
 * @throws CourseError when the vectors or the order are none
 */
export function pathLength(
  vectors: readonly (readonly number[])[],
  order: readonly number[],
): number {
  checkRows('Vectors of documents', vectors, 2);
  checkIndices('The order of documents', order, vectors.length - 1, 2);
  return order.slice(1).reduce((sum, d, i) => sum + 1 - dot(vectors[d]!, vectors[order[i]!]!), 0);
}
