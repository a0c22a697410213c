/**
 * Drawing in TaskWorld: a task, and examples of a task. The patterns of features of an input are
 * drawn first. If they have the other class than the wanted one, the rule's feature is inverted in
 * all of them, which exchanges the two classes; so patterns are uniform within their class. Then
 * each pattern gets one of its words.
 */
import { checkIndices, checkStream } from '../../../core/checks';
import { demand, positiveInteger, quote } from '../../../core/errors';
import { drawByShare, type Stream } from '../../../core/random';
import type { Example } from './posterior';
import { INPUT_WORDS, checkRule, classUnder, type Input, type WorldRule } from './rules';
import {
  TASKS,
  WORLD,
  checkPrior,
  checkWorldTask,
  taskPrior,
  worldConfig,
  zeroShare,
  type WorldTask,
  type WorldConfig,
} from './taskworld';
import { PATTERNS, WORDS_PER_PATTERN } from './words';

/** One word of each pattern: the words of a document in which words come again and again. */
export type Pool = readonly number[];

/** More examples than this are no prompt. */
const MOST = 1e4;

/** A word of a pattern. */
const wordOf = (pattern: number, index: number): number => pattern * WORDS_PER_PATTERN + index;

/** A random word of a pattern. */
export const anyWord = (random: Stream, pattern: number): number =>
  wordOf(pattern, random.integer(WORDS_PER_PATTERN));

/** Patterns as they are, or with a rule's feature inverted, so that they have the wanted class. */
export function patternsOfClass(
  patterns: readonly number[],
  rule: WorldRule,
  wanted: number,
): readonly number[] {
  const words = patterns.map((pattern) => wordOf(pattern, 0));
  if (classUnder(rule, words) === wanted) return patterns;
  return patterns.map((pattern) => pattern ^ (1 << rule.feature));
}

/**
 * A random pool: 16 words, one of each pattern.
 *
 * @throws CourseError when what is given is no stream
 */
export function drawPool(random: Stream): Pool {
  checkStream(random);
  return Array.from({ length: PATTERNS }, (_, pattern) => anyWord(random, pattern));
}

/** Refuses what is no pool. */
function checkPool(pool: Pool): void {
  demand(
    Array.isArray(pool) &&
      pool.length === PATTERNS &&
      pool.every((w, p) => Number.isInteger(w) && Math.floor(w / WORDS_PER_PATTERN) === p),
    () => `A pool is one word of each of ${PATTERNS} patterns, got ${quote(pool)}.`,
    'Draw it with world.drawPool.',
  );
}

/**
 * A random input of a class.
 *
 * @param pool the words that there are; left out: all
 * @throws CourseError when there is no such rule or class, or what is given is no stream or no pool
 */
export function drawInput(random: Stream, rule: WorldRule, wanted: 0 | 1, pool?: Pool): Input {
  checkStream(random);
  checkRule(rule);
  positiveInteger('A class', wanted, 0, 1);
  if (pool) checkPool(pool);
  const drawn = Array.from({ length: INPUT_WORDS }, () => random.integer(PATTERNS));
  return patternsOfClass(drawn, rule, wanted).map(
    (pattern) => pool?.[pattern] ?? anyWord(random, pattern),
  );
}

/**
 * Examples of a task.
 *
 * @param classes of the examples; a number draws as many, with the world's skew
 * @throws CourseError when there is no such task, class or number, or what is given is no stream
 */
export function drawExamples(
  random: Stream,
  task: WorldTask,
  classes: number | readonly (0 | 1)[],
  { pool, skew = WORLD.skew }: { readonly pool?: Pool } & Partial<Pick<WorldConfig, 'skew'>> = {},
): Example[] {
  checkStream(random);
  checkWorldTask(task);
  if (typeof classes !== 'number') checkIndices('Classes', classes, 1);
  const zero = zeroShare(task, { skew: worldConfig({ skew }).skew });
  const wanted =
    typeof classes === 'number'
      ? Array.from({ length: positiveInteger('The number of examples', classes, 0, MOST) }, () =>
          random.uniform() < zero ? 0 : 1,
        )
      : classes;
  return wanted.map((c) => ({
    input: drawInput(random, task.rule, c as 0 | 1, pool),
    label: task.labels[c as 0 | 1],
  }));
}

/**
 * A random task.
 *
 * @param prior P(theta) of each of world.TASKS, from world.taskPrior
 * @throws CourseError when what is given is no stream, or no probabilities that add up to 1
 */
export function drawTask(random: Stream, prior: Float64Array = taskPrior()): WorldTask {
  checkStream(random);
  checkPrior(prior);
  return drawByShare(
    random,
    TASKS.map((task, t) => [task, prior[t]!] as const),
  );
}
