/**
 * A model's scores on the target tasks of a setting: by task, by seed of demonstrations, and how
 * often a new order of the demonstrations changes an answer.
 */
import { tf } from '../core/backend';
import { checkList } from '../core/checks';
import { demand, knownKeys, positiveInteger } from '../core/errors';
import { argMax } from '../core/numerics';
import { stream } from '../core/random';

import { DEMONSTRATION_SEEDS, type TextTask } from './benchmark';
import { batchICLOnEpisodes } from './batchicl';
import type { EpisodeModel } from './episodemodel';
import { asTensors, type Episodes } from './episodetensors';
import { checkSource, type EpisodeSource } from './episodes';
import { EPISODES, rightAnswers } from './scorer';
import { changedAnswers, predictionsByOrdering } from '../evaluation/permutations';
import { exactMatch, macroF1 } from '../evaluation/scores';
import { mean } from '../evaluation/statistics';
import type { Choice } from '../model/prompttensors';
import { checkPredictor, type Predictor } from '../model/prompts';

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

/** Answers under each ordering; the batch is disposed. */
function answersOf(
  predictor: Predictor<Episodes>,
  batch: Episodes,
  orderings: readonly Choice[],
): number[][] {
  const [B, m] = batch.xTest.shape;
  try {
    const answers = predictionsByOrdering(predictor, batch, orderings, EPISODES);
    demand(
      answers.every(({ length }) => length === B * m),
      () => `'${predictor.name}' gave ${answers[0]!.length} answers to ${B} x ${m} tests.`,
      'It must give one to each, [B, m].',
    );
    return answers;
  } finally {
    tf.dispose(Object.values(batch));
  }
}

/** Measures one task. */
function measureTask(
  predictor: Predictor<Episodes>,
  source: EpisodeSource,
  task: TextTask,
  { n, rows, orders }: EvaluationConfig,
): TaskScore {
  const episodes = DEMONSTRATION_SEEDS.map((seed) => {
    const [shown, tests] = [task.demonstrations[seed], task.tests(seed)];
    const what = `'${task.name}' for seed ${seed}`;
    checkList(`The demonstrations of ${what}`, shown, 'texts with their answers', () => true);
    checkList(`The tests of ${what}`, tests, 'texts with their answers', () => true);
    return source.ofRows(
      task,
      shown!.slice(0, n),
      tests.slice(0, rows),
      stream(0, 'slots', task.name, seed),
    );
  });
  const given = episodes.map(({ shown }) => [...shown.keys()]);
  const others = Array.from({ length: orders }, (_, o) =>
    given.map(({ length }, b) => stream(1, 'order', task.name, b, o).permutation(length)),
  );
  const batch = asTensors(episodes, rows);
  const answers = answersOf(predictor, batch, [given, ...others]);
  const [first] = answers;
  const score = task.kind === 'classification' ? macroF1 : exactMatch;
  const scores = episodes.map(({ asked }, b) =>
    score(
      asked.map(({ right }) => String(right)),
      asked.map((_, t) => String(first![b * rows + t])),
    ),
  );
  // an episode with fewer tests than the most is padded
  const real = episodes.flatMap(({ asked }, b) => asked.map((_, t) => b * rows + t));
  const changes = changedAnswers(answers.map((row) => real.map((k) => row[k]!))).flat();
  return { task: task.name, scores, changed: changes.length === 0 ? 0 : mean(changes) };
}

/**
 * Scores on every task of a source.
 *
 * @throws CourseError when a task has more labels than an episode has slots or no rows to be tested
 *   on, what is given is no predictor or no source, or a setting is unknown or refused
 */
export function evaluate(
  predictor: Predictor<Episodes>,
  source: EpisodeSource,
  config: EvaluationConfig,
): TaskScore[] {
  checkPredictor(predictor);
  checkSource(source);
  knownKeys('An evaluation', config, ['n', 'rows', 'orders']);
  positiveInteger('n', config.n, 0);
  positiveInteger('rows', config.rows);
  positiveInteger('orders', config.orders, 0, 1e6);
  return source.tasks.map((task) => measureTask(predictor, source, task, config));
}

/** The layer of BatchICL that is best on the tasks of a source (training tasks, never targets). */
export function chooseEpisodeLayer(model: EpisodeModel, source: EpisodeSource, n: number): number {
  const random = stream(0, 'held out for BatchICL');
  const episodes = source.sample(random, { B: 64, n, m: 4 });
  const hits = Array.from({ length: model.transformer.size.layers }, (_, layer) =>
    tf.tidy(() => {
      const answers = batchICLOnEpisodes(model, layer).predict(episodes);
      return rightAnswers(answers, episodes.right).sum().dataSync()[0]!;
    }),
  );
  tf.dispose(Object.values(episodes));
  return argMax(hits);
}
