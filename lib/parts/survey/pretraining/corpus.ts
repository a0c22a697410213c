/**
 * A corpus of TaskWorld: short documents of a few lines, each about one task, and their packing into
 * the contexts of training. The text is the same under every packing, only its order differs.
 * References: Gu et al. (ACL 2023, arXiv 2305.09137) for contexts of one task; Shi et al. (ICLR
 * 2024, arXiv 2310.10638) for related documents.
 */
import {
  checkEach,
  checkFields,
  checkIndices,
  checkNumbers,
  checkStream,
  checkTexts,
  checkWord,
  type Check,
} from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { POOLED } from '../small/stages';
import { HEADER_TOKENS, documentTokens, taskDocument, type Document } from '../world/documents';
import { drawTask } from '../world/sampling';
import { WORLD, trainedPrior, type Mapping, type WorldTask } from '../world/taskworld';
import { VOCABULARY } from '../world/vocabulary';
import { documentGraph, relatedOrder } from './documentgraph';
import { weightedCounts } from './weightedcounts';

/** A short document, and the task it is about. */
export interface CorpusDocument extends Document {
  readonly task: WorldTask;
}

/** How a corpus is drawn. */
export interface CorpusConfig {
  /** How many tasks are drawn; a task may come more than once. */
  readonly tasks: number;
  /** Documents for each of them. */
  readonly each: number;
  /** Lines of a document. */
  readonly lines: number;
  /** Only tasks of this mapping; left out: all that training has. */
  readonly mapping?: Mapping;
}

/** More documents than this are no corpus of a course. */
const MOST = 1e5;

/**
 * A corpus: the documents of the first task drawn, of the second, and so on.
 *
 * @returns tasks x each documents
 * @throws CourseError when a number is refused, there is no such mapping, or what is given is no
 *   stream
 */
export function drawCorpus(random: Stream, config: CorpusConfig): CorpusDocument[] {
  checkStream(random);
  checkFields('A corpus', config, {});
  const { tasks, each, lines, mapping } = config;
  positiveInteger('The number of documents of a task', each, 1, MOST);
  positiveInteger('The number of tasks', tasks, 1, Math.floor(MOST / each));
  positiveInteger('The number of lines', lines, 1, 100);
  const prior = trainedPrior(mapping);
  const form = { lines, instructed: false, channel: false, skew: WORLD.skew };
  return Array.from({ length: tasks }, () => drawTask(random, prior)).flatMap((task) =>
    Array.from({ length: each }, () => ({
      task,
      ...taskDocument(random, task, { ...form, pooled: random.uniform() < POOLED }),
    })),
  );
}

const checkDocument: Check = (name, document) =>
  checkFields(name, document, {
    header: checkTexts,
    lines: (field, lines) => checkEach(field, lines, 'lists of tokens', checkTexts, 1),
  });

/**
 * Documents as vectors: how often each token of the vocabulary occurs, times the logarithm of the
 * inverse share of documents in which it does (tf-idf).
 *
 * @returns [N, V], of length 1
 * @throws CourseError when there are fewer than two documents, or one has no token that sets it
 *   apart
 */
export function tokenVectors(documents: readonly Pick<Document, 'header' | 'lines'>[]): number[][] {
  checkEach('Documents', documents, 'documents', checkDocument, 2);
  const tokens = documents.map((document) => documentTokens(document).slice(HEADER_TOKENS));
  return weightedCounts(tokens, VOCABULARY.length);
}

/** How documents come into contexts. */
export const PACKINGS = ['by task', 'related', 'at random'] as const;
export type Packing = (typeof PACKINGS)[number];

/** Neighbours of a document in the graph of related ones. */
const NEIGHBOURS = 20;

/**
 * The order in which the documents of a corpus are read: those of a task together, related ones
 * together by what they look like, or at random.
 *
 * @param random draws the order at random
 * @throws CourseError when there is no such packing, there are fewer than two documents, or what is
 *   given is no stream
 */
export function packedOrder(
  random: Stream,
  documents: readonly CorpusDocument[],
  packing: Packing,
): number[] {
  checkStream(random);
  checkEach('Documents', documents, 'documents', checkDocument, 2);
  checkWord('The packing', packing, PACKINGS);
  if (packing === 'by task') return documents.map((_, i) => i);
  if (packing === 'at random') return random.permutation(documents.length);
  const k = Math.min(NEIGHBOURS, documents.length - 1);
  return relatedOrder(documentGraph(tokenVectors(documents), k));
}

/**
 * Contexts of training: so many documents in a row become one, under the header of the first. What
 * is left over is dropped.
 *
 * @param order  which documents, in the order of reading
 * @param window documents in a context
 * @throws CourseError when there are fewer documents than a context needs, or one is not there
 */
export function contextsOf(
  documents: readonly Document[],
  order: readonly number[],
  window: number,
): Document[] {
  checkEach('Documents', documents, 'documents', checkDocument, 1);
  for (const { weights } of documents)
    checkEach('Weights of a document', weights, 'lists of numbers', checkNumbers, 1);
  checkIndices('The order of documents', order, documents.length - 1, 1);
  positiveInteger('Documents in a context', window, 1, order.length);
  return Array.from({ length: Math.floor(order.length / window) }, (_, i) => {
    const packed = order.slice(window * i, window * (i + 1)).map((d) => documents[d]!);
    return {
      header: packed[0]!.header,
      lines: packed.flatMap(({ lines }) => lines),
      weights: packed.flatMap(({ weights }) => weights),
    };
  });
}
