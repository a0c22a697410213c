/**
 * A model's scores on the target tasks of a setting: by task, by seed of demonstrations, and how
 * often a new order of the demonstrations changes an answer.
 */
import { tf } from '../core/backend';
import { stream } from '../core/random';

import { DEMONSTRATION_SEEDS, type TextTask } from './benchmark';
import { batchICLOnEpisodes } from './batchicl';
import type { EpisodeModel, OptionScorer } from './episodemodel';
import { asTensors, type EpisodeSource, type Episode } from './episodes';
import { exactMatch, macroF1 } from '../evaluation/scores';

/** What is measured of one task. */
export interface TaskScore {
  readonly task: string;
  /** Macro-F1 of a classification, else accuracy; one number per seed of demonstrations. */
  readonly scores: readonly number[];
  /** The share of answers that a new order of the demonstrations changes. */
  readonly changed: number;
}

/** How tasks are measured. */
export interface EvaluationConfig {
  /** Demonstrations per prompt. */
  readonly n: number;
  /** Rows of each task that are tested, for each seed of demonstrations. */
  readonly rows: number;
  /** New orders that are tried. */
  readonly orders: number;
}

/** The chosen option of every test, [episodes][tests]. */
function choicesOf(scorer: OptionScorer, episodes: readonly Episode[], m: number): number[][] {
  const batch = asTensors(episodes, m);
  const chosen = tf.tidy(() => scorer.scores(batch).argMax(2).arraySync() as number[][]);
  tf.dispose(Object.values(batch));
  return episodes.map(({ asked }, b) => asked.map((_, t) => chosen[b]![t]!));
}

/** Measures one task. */
function measureTask(
  scorer: OptionScorer,
  source: EpisodeSource,
  task: TextTask,
  { n, rows, orders }: EvaluationConfig,
): TaskScore {
  const episodes = DEMONSTRATION_SEEDS.map((seed) =>
    source.ofRows(
      task,
      task.demonstrations[seed]!.slice(0, n),
      task.tests(seed).slice(0, rows),
      stream(0, 'slots', task.name, seed),
    ),
  );
  const first = choicesOf(scorer, episodes, rows);
  const score = task.kind === 'classification' ? macroF1 : exactMatch;
  const scores = episodes.map(({ asked }, b) =>
    score(
      asked.map(({ right }) => String(right)),
      first[b]!.map(String),
    ),
  );
  const changes = Array.from({ length: orders }, (_, o) => {
    const reordered = episodes.map((episode, b) => {
      const order = stream(1, 'order', task.name, b, o).permutation(episode.shown.length);
      return { ...episode, shown: order.map((i) => episode.shown[i]!) };
    });
    const again = choicesOf(scorer, reordered, rows);
    return again.flatMap((row, b) => row.map((choice, t) => (choice === first[b]![t] ? 0 : 1)));
  }).flat();
  return {
    task: task.name,
    scores,
    changed: changes.reduce<number>((sum, c) => sum + c, 0) / Math.max(1, changes.length),
  };
}

/**
 * Scores on every task of a source.
 *
 * @throws CourseError when a task has more labels than an episode has slots, or no rows to be
 *   tested on
 */
export const evaluate = (
  scorer: OptionScorer,
  source: EpisodeSource,
  config: EvaluationConfig,
): TaskScore[] => source.tasks.map((task) => measureTask(scorer, source, task, config));

/** The layer of BatchICL that is best on the tasks of a source (training tasks, never targets). */
export function chooseEpisodeLayer(model: EpisodeModel, source: EpisodeSource, n: number): number {
  const random = stream(0, 'held out for BatchICL');
  const episodes = Array.from({ length: 64 }, () => source.ofOneTask(random, n, 4));
  const right = Array.from({ length: model.transformer.size.layers }, (_, layer) =>
    choicesOf(batchICLOnEpisodes(model, layer), episodes, 4)
      .flatMap((row, b) =>
        row.map((choice, t) => (choice === episodes[b]!.asked[t]!.right ? 1 : 0)),
      )
      .reduce<number>((sum, hit) => sum + hit, 0),
  );
  return right.indexOf(Math.max(...right));
}
