/**
 * Experiments on the packing of real texts: in which order the texts of several tasks are read, and
 * how related those are that come into one context. Nothing is trained. A seed is a split of each task.
 * Reference: Shi et al. (ICLR 2024, arXiv 2310.10638).
 */
import { stream } from '../../core/random';
import type { BaseConfig, ExperimentOf, PlanOf, Put, Variant } from '../../experiments/experiment';
import { BASE_MB, measuringKind } from '../../experiments/kind';
import { BASE_SETTINGS, list, oneOf, section, text, whole } from '../../experiments/settings';
import { loadMiniLM } from '../../language/encoderfolder';
import { OWN_TASKS, ownTasks } from '../../metaicl/owntasks';
import { realTask } from '../../metaicl/realtasks';
import { encodedBy } from './choosingrun';
import {
  documentGraph,
  pathLength,
  relatedOrder,
  sameTaskShare,
  similarityInContext,
} from './pretraining/documentgraph';
import { PACKINGS, type Packing } from './pretraining/corpus';
import { wordVectors } from './pretraining/weightedcounts';
import { realSplits } from './splittasks';

/** How texts become vectors. */
export interface PackingVariant extends Variant {
  readonly vectors: 'words' | 'minilm';
  /** 'own': our own texts, to see the machinery run. */
  readonly texts: 'real' | 'own';
}

/** The config of such an experiment. */
export interface PackingConfig extends BaseConfig {
  /** Names of real tasks. */
  readonly tasks: readonly string[];
  readonly measures: {
    /** Texts of each task. */
    readonly each: number;
    /** Neighbours of a text in the graph, and texts in a context. */
    readonly neighbours: number;
    readonly window: number;
  };
}

/** An experiment on the packing of real texts. */
export type PackingExperiment = ExperimentOf<PackingVariant, PackingConfig>;
type PackingPlan = PlanOf<PackingExperiment>;

/** The texts of each task that have a word; a text comes once. */
function textsOf(
  { tasks, measures: { each } }: PackingConfig,
  own: boolean,
  seed: number,
): string[][] {
  const first = (rows: readonly { readonly input: string }[]): string[] =>
    [...new Set(rows.map(({ input }) => input))]
      .filter((input) => /[\p{L}\p{N}]/u.test(input))
      .slice(0, each);
  return own
    ? ownTasks(Object.keys(OWN_TASKS).slice(0, 2), 4 * each).map(({ rows }) => first(rows))
    : realSplits(tasks, seed, { test: 1, dev: 0 }).map(({ splits: { unlabelled, pool } }) =>
        first([...unlabelled.map((input) => ({ input })), ...pool]),
      );
}

function vectorsOf(texts: readonly string[], how: PackingVariant['vectors']): number[][] {
  if (how === 'words') return wordVectors(texts);
  const encoder = loadMiniLM();
  try {
    return encodedBy(encoder)(texts).map((row) => [...row]);
  } finally {
    encoder.dispose();
  }
}

/** The order of reading; texts stand task by task. */
const ordersOf = (
  vectors: readonly (readonly number[])[],
  neighbours: number,
  seed: number,
): Record<Packing, readonly number[]> => ({
  'by task': vectors.map((_, i) => i),
  related: relatedOrder(documentGraph(vectors, Math.min(neighbours, vectors.length - 1))),
  'at random': stream(seed, 'order of texts').permutation(vectors.length),
});

function measure({ config }: PackingPlan, variant: PackingVariant, seed: number, put: Put): void {
  const { neighbours, window } = config.measures;
  const byTask = textsOf(config, variant.texts === 'own', seed);
  const tasks = byTask.flatMap((texts, t) => texts.map(() => t));
  const vectors = vectorsOf(byTask.flat(), variant.vectors);
  const orders = ordersOf(vectors, neighbours, seed);
  for (const packing of PACKINGS) {
    const order = orders[packing];
    const here = (metric: string, value: number): void =>
      put(variant.name, {}, `${metric}, ${packing}`, value);
    here('neighbours of the same task', sameTaskShare(tasks, order, window));
    here('similarity in a context', similarityInContext(vectors, order, window));
    here('length of the path', pathLength(vectors, order));
  }
  put(variant.name, {}, 'texts', vectors.length);
}

/** Experiments on the packing of real texts. */
export const PACKING_KIND = measuringKind<PackingExperiment>({
  name: 'packing of real texts',
  settings: section('an experiment on the packing of real texts', {
    seeds: BASE_SETTINGS['seeds']!,
    tasks: list('names of real tasks', text('a task'), 2),
    measures: section('what is measured', {
      each: whole('texts of each task', 2, 1e4),
      neighbours: whole('neighbours of a text in the graph', 1, 1e4),
      window: whole('texts in a context', 2, 1e4),
    }),
  }),
  variant: section('how texts become vectors', {
    key: text('names its files'),
    name: text('how tables call it'),
    vectors: oneOf('what a vector is made of', 'words', 'minilm'),
    texts: oneOf('which texts', 'real', 'own'),
  }),
  check: ({ config: { tasks } }) => tasks.forEach(realTask),
  baselines: ({ config: { tasks, measures } }, put) => {
    const texts = tasks.length * measures.each;
    put('an order at random', {}, 'neighbours of the same task', (measures.each - 1) / (texts - 1));
  },
  measure,
  requirements: () => ({ memoryMB: BASE_MB + 300, diskMB: 1 }),
});
