/**
 * The latent tasks of TaskWorld: a rule, and a mapping from its two classes to label words. Natural
 * labels name the values of the rule's feature, flipped ones are the same words exchanged, and
 * arbitrary ones are an ordered pair of 16 symbols. 12 rules x (1 + 1 + 240) mappings = 2,904 tasks.
 */
import { checkFunction, checkTexts, checkWord } from '../../../core/checks';
import {
  CourseError,
  demand,
  finiteNumber,
  knownKeys,
  plainObject,
  quote,
} from '../../../core/errors';
import { WORD_FEATURES } from './words';
import { RULES, checkRule, type WorldRule } from './rules';

/** Words that mean nothing, as labels of arbitrary mappings. */
export const SYMBOLS: readonly string[] =
  'foo bar baz qux zim vek lom tup nad rix gov pel sab wug dax kip'.split(' ');

/** All 24 label words: eight natural ones, then the symbols. */
export const LABELS: readonly string[] = [
  ...WORD_FEATURES.flatMap(({ values }) => values),
  ...SYMBOLS,
];

export const MAPPINGS = ['natural', 'flipped', 'arbitrary'] as const;
export type Mapping = (typeof MAPPINGS)[number];

/** A latent task. */
export interface WorldTask {
  readonly rule: WorldRule;
  readonly mapping: Mapping;
  /** The label words of class 0 and of class 1. */
  readonly labels: readonly [string, string];
}

/** How tasks are drawn, and inputs given a task. */
export interface WorldConfig {
  /** Prior probabilities of the three kinds of mapping; within a kind all tasks are as probable. */
  readonly prior: Readonly<Record<Mapping, number>>;
  /** Probability of class 0 under natural labels; 1/2 under the other mappings. */
  readonly skew: number;
}

export const WORLD: WorldConfig = {
  prior: { natural: 0.4, flipped: 0.1, arbitrary: 0.5 },
  skew: 0.7,
};

/**
 * Complete, checked settings.
 *
 * @throws CourseError quoting a setting that is unknown, prior probabilities that are no
 *   distribution, or a skew that is not between 0 and 1
 */
export function worldConfig(given: Partial<WorldConfig> = {}): WorldConfig {
  knownKeys('TaskWorld', given, Object.keys(WORLD));
  const config = { ...WORLD, ...given };
  knownKeys('The prior of TaskWorld', config.prior, MAPPINGS);
  const total = MAPPINGS.map((mapping) =>
    finiteNumber(
      `The prior of ${mapping} labels`,
      config.prior[mapping],
      'at least 0',
      (p) => p >= 0,
    ),
  ).reduce((a, b) => a + b);
  demand(
    Math.abs(total - 1) < 1e-9,
    () => `The prior of TaskWorld adds up to ${total}, got ${quote(config.prior)}.`,
    'Give probabilities of natural, flipped and arbitrary labels that add up to 1.',
  );
  finiteNumber('skew', config.skew, 'between 0 and 1', (p) => p > 0 && p < 1);
  return config;
}

/**
 * The task with natural or flipped labels of a rule.
 *
 * @throws CourseError when there is no such rule, or the mapping is neither
 */
export function namedTask(rule: WorldRule, mapping: 'natural' | 'flipped'): WorldTask {
  checkRule(rule);
  const [zero, one] = WORD_FEATURES[rule.feature]!.values;
  if (mapping === 'natural') return { rule, mapping, labels: [zero, one] };
  if (mapping === 'flipped') return { rule, mapping, labels: [one, zero] };
  throw new CourseError(
    `${quote(mapping)} labels of a rule were asked for.`,
    "Ask for 'natural' or 'flipped', or give two symbols to symbolTask.",
  );
}

/**
 * The task with two symbols as labels.
 *
 * @throws CourseError when there is no such rule, or these are no two different symbols of the world
 */
export function symbolTask(rule: WorldRule, labels: readonly [string, string]): WorldTask {
  checkRule(rule);
  checkTexts('Labels', labels, 2);
  demand(
    labels[0] !== labels[1] && labels.every((label) => SYMBOLS.includes(label)),
    () => `Arbitrary labels are two different symbols, got ${quote(labels)}.`,
    'Take two of world.SYMBOLS.',
  );
  return { rule, mapping: 'arbitrary', labels };
}

const PAIRS: readonly (readonly [string, string])[] = SYMBOLS.flatMap((a) =>
  SYMBOLS.filter((b) => b !== a).map((b) => [a, b] as const),
);

/** All 2,904 tasks: by rule natural, flipped, and the 240 pairs of symbols. */
export const TASKS: readonly WorldTask[] = RULES.flatMap((rule) => [
  namedTask(rule, 'natural'),
  namedTask(rule, 'flipped'),
  ...PAIRS.map((labels) => symbolTask(rule, labels)),
]);

/**
 * The prior probability of each of TASKS, P(theta | among); adds up to 1. Within a kind of mapping
 * all tasks are as probable. A kind of which no task is left leaves its share to the others, which
 * stay as probable relative to each other as they were.
 *
 * @param among which tasks there are; left out: all. Those left out have probability 0; where none
 *   is left, all have
 * @throws CourseError when the settings are refused, or what is given is no function
 */
export function taskPrior(
  given: Partial<WorldConfig> = WORLD,
  among: (task: WorldTask) => boolean = () => true,
): Float64Array {
  const { prior } = worldConfig(given);
  checkFunction("'among'", among);
  const left = new Set(TASKS.filter((task) => among(task)));
  const kinds = MAPPINGS.map((mapping) => {
    const count = [...left].filter((task) => task.mapping === mapping).length;
    return { mapping, count, share: count > 0 ? prior[mapping] : 0 };
  });
  const total = kinds.reduce((sum, { share }) => sum + share, 0);
  const each = new Map(
    kinds.map(({ mapping, count, share }) => [mapping, share && share / total / count] as const),
  );
  return Float64Array.from(TASKS, (task) => (left.has(task) ? each.get(task.mapping)! : 0));
}

/**
 * Refuses what are no probabilities of all tasks, or what does not add up to 1 (within 1e-9).
 *
 * @throws CourseError quoting what was given, or its sum
 */
export function checkPrior(prior: Float64Array): void {
  const fix = 'Make it with world.taskPrior, among tasks of which there is at least one.';
  demand(
    prior instanceof Float64Array && prior.length === TASKS.length && prior.every((p) => p >= 0),
    () => `The prior of TaskWorld is ${TASKS.length} probabilities, got ${quote(prior)}.`,
    fix,
  );
  const total = prior.reduce((sum, p) => sum + p, 0);
  demand(
    Math.abs(total - 1) < 1e-9,
    () => `The prior of TaskWorld must add up to 1, got ${total}.`,
    fix,
  );
}

/**
 * Refuses what is no task.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkWorldTask(task: WorldTask): void {
  plainObject('A task', task);
  checkRule(task.rule);
  checkWord("'mapping' of a task", task.mapping, MAPPINGS);
  checkTexts("'labels' of a task", task.labels, 2);
  task.labels.forEach((label) => checkWord('A label', label, LABELS));
}

/** The probability of class 0 in a task. */
export const zeroShare = ({ mapping }: WorldTask, { skew }: Pick<WorldConfig, 'skew'>): number =>
  mapping === 'natural' ? skew : 0.5;

/**
 * Whether a task is held out of training: a flipped mapping of rules 2, 4 and 9, and the pairs of
 * symbols a < b (in either order) of rule r with (2 a + 3 b + r) mod 5 = 0. Every rule, every pair
 * of symbols and every feature under flipped labels is seen in training, these combinations are not.
 */
export function heldOut(task: WorldTask): boolean {
  checkWorldTask(task);
  const { rule, mapping, labels } = task;
  const r = RULES.findIndex(
    ({ feature, scope }) => feature === rule.feature && scope === rule.scope,
  );
  if (mapping === 'natural') return false;
  if (mapping === 'flipped') return [2, 4, 9].includes(r);
  const [a, b] = labels.map((label) => SYMBOLS.indexOf(label)).sort((p, q) => p - q) as [
    number,
    number,
  ];
  return (2 * a + 3 * b + r) % 5 === 0;
}

/**
 * The tasks of training with their probabilities: all but those held out.
 *
 * @param mapping only those of one kind; left out: all
 * @throws CourseError when there is no such mapping
 */
export function trainedPrior(mapping?: Mapping): Float64Array {
  if (mapping !== undefined) checkWord('The mapping', mapping, MAPPINGS);
  return taskPrior(
    WORLD,
    (task) => !heldOut(task) && (mapping === undefined || task.mapping === mapping),
  );
}
