/**
 * What a small model reads in warm-up. Each kind of warm-up makes documents of
 * about as many tokens, so that equal steps cost the same:
 *
 *   further text       natural labels only, as the model has read before: the control
 *   symbol tuning      labels are two of 16 symbols, drawn anew for each document
 *   MetaICL            all mappings of the world but those held out; only the last label counts
 *   multi-task         the same tasks one line at a time: nothing to learn in context
 *   an objective       pseudo tasks from text without labels, one objective or all four
 *
 * References: Wei et al. (EMNLP 2023, arXiv 2305.08298) for symbol tuning; Min et al. (NAACL 2022,
 * arXiv 2110.15943) for MetaICL; Chen et al. (NAACL 2022, arXiv 2205.01703) for the objectives.
 */
import { checkStream, checkWord } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { BATCHES, POOLED } from '../small/stages';
import { taskDocument, type Document } from '../world/documents';
import { drawTask } from '../world/sampling';
import { WORLD, trainedPrior, type Mapping } from '../world/taskworld';
import { OBJECTIVES, pseudoDocument, unlabelledText, type Objective } from './pseudotasks';

/** Kinds of warm-up. */
export const WARM_UPS = [
  'further text',
  'symbol tuning',
  'MetaICL',
  'multi-task',
  ...OBJECTIVES,
  'all four',
] as const;
export type WarmUp = (typeof WARM_UPS)[number];

/** Lines of a document, and documents of one line in place of one of nine. */
const [LINES, SINGLE] = [BATCHES.full.lines, BATCHES.features.times];

/** Priors of the tasks, computed when they are first needed. */
const priors = new Map<Mapping | 'all', Float64Array>();

function priorOf(mapping: Mapping | 'all'): Float64Array {
  const known = priors.get(mapping) ?? trainedPrior(mapping === 'all' ? undefined : mapping);
  priors.set(mapping, known);
  return known;
}

const taskLines = (random: Stream, mapping: Mapping | 'all', lines: number): Document =>
  taskDocument(random, drawTask(random, priorOf(mapping)), {
    lines,
    instructed: false,
    pooled: random.uniform() < POOLED,
    channel: false,
    skew: WORLD.skew,
  });

/** A document of which only the last line counts. */
const lastCounts = (document: Document): Document => ({
  ...document,
  weights: document.weights.map((line, i) =>
    i === document.lines.length - 1 ? line : line.map(() => 0),
  ),
});

const isObjective = (kind: WarmUp): kind is Objective =>
  (OBJECTIVES as readonly string[]).includes(kind);

/**
 * Documents of a step of warm-up.
 *
 * @param batch documents of nine lines; of one line there are six times as many
 * @throws CourseError when there is no such kind, the number is none, or what is given is no stream
 */
export function warmUpBatch(random: Stream, kind: WarmUp, batch: number): Document[] {
  checkStream(random);
  checkWord('The kind of warm-up', kind, WARM_UPS);
  positiveInteger('Documents of a batch', batch, 1, 1e4);
  const times = <T>(count: number, of: () => T): T[] => Array.from({ length: count }, of);
  if (kind === 'further text') return times(batch, () => taskLines(random, 'natural', LINES));
  if (kind === 'symbol tuning') return times(batch, () => taskLines(random, 'arbitrary', LINES));
  if (kind === 'MetaICL') return times(batch, () => lastCounts(taskLines(random, 'all', LINES)));
  if (kind === 'multi-task') return times(SINGLE * batch, () => taskLines(random, 'all', 1));
  return times(batch, () =>
    pseudoDocument(
      random,
      unlabelledText(random, LINES),
      isObjective(kind) ? kind : OBJECTIVES[random.integer(OBJECTIVES.length)]!,
    ),
  );
}
