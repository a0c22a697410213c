/**
 * Scores of the options of questions: how well each fits, in nats, by whatever model. Three ways,
 * for a context C, an input x and an option y:
 *
 *   direct      log p(y | C, x), of the option's tokens: their sum or their mean
 *   perplexity  (1 / T) sum_t log p(t_i | t_<i), over the whole prompt that ends with y, or over its
 *               last line only; the logarithm of 1 / PPL
 *   channel     log p(x | C', y), with examples whose label comes first; with or without + log p(y | C')
 *
 * References: Brown et al. (2020) for direct, Xu et al. (2023) and OpenICL (Wu et al., 2023) for
 * perplexity, Min et al. (2022, arXiv 2108.04106) for the channel.
 */
import { checkFlag, checkList, checkText, checkWord } from '../../../core/checks';
import { demand, knownKeys, lookUp, plainObject } from '../../../core/errors';
import { groupedBy } from '../../../core/groups';
import { argMax } from '../../../core/numerics';
import { METHODS, type Method } from '../../../model/methods';

/** The option's tokens after the question. */
export interface DirectWay {
  readonly kind: 'direct';
  readonly name: string;
  /** 'mean': per token, so that long options are not at a disadvantage. */
  readonly length: 'sum' | 'mean';
}

/** Every token of the prompt with the option in its place. */
export interface PerplexityWay {
  readonly kind: 'perplexity';
  readonly name: string;
  /** Whether the tokens of the examples count in the mean. */
  readonly context: boolean;
}

/** The question's tokens after the option. */
export interface ChannelWay {
  readonly kind: 'channel';
  readonly name: string;
  /** Whether log p(y | C') is added. */
  readonly prior: boolean;
}

/** How options are scored. */
export type ScoringWay = DirectWay | PerplexityWay | ChannelWay;

/** The ways of the course. */
export const SCORING_WAYS = {
  direct: { kind: 'direct', name: 'direct', length: 'sum' },
  directMean: { kind: 'direct', name: 'direct, mean of tokens', length: 'mean' },
  perplexity: { kind: 'perplexity', name: 'perplexity', context: true },
  linePerplexity: { kind: 'perplexity', name: 'perplexity of the last line', context: false },
  channel: { kind: 'channel', name: 'channel', prior: false },
  channelWithPrior: { kind: 'channel', name: 'channel with prior', prior: true },
} as const satisfies Readonly<Record<string, ScoringWay>>;

/** What was computed for some scores. */
export interface PassCost {
  /** Sequences that went through the model; a context that was cached counts once. */
  readonly passes: number;
  /** Tokens in them, without padding. */
  readonly tokens: number;
}

/** Scores of the options of some questions. */
export interface ScoredOptions {
  /** [questions, options], in nats; higher fits better. */
  readonly scores: number[][];
  readonly cost: PassCost;
}

/** Scores the options of questions of its own form. */
export interface QuestionScorer<AskedQuestion> {
  readonly name: string;
  /**
   * @param questions in the form of the model
   * @param way       left out: direct
   * @throws CourseError when a question or the way is refused
   */
  score(questions: readonly AskedQuestion[], way?: ScoringWay): ScoredOptions;
}

/**
 * Scores questions in groups that a model reads together.
 *
 * @param keyOf of a question: those with the same key are a group
 * @param scoreGroup scores one group
 * @returns the scores in the order of the questions, and what all groups cost
 */
export function scoredInGroups<AskedQuestion>(
  questions: readonly AskedQuestion[],
  keyOf: (question: AskedQuestion) => string | number,
  scoreGroup: (group: readonly AskedQuestion[]) => ScoredOptions,
): ScoredOptions {
  const scores: number[][] = questions.map(() => []);
  const cost = { passes: 0, tokens: 0 };
  for (const group of groupedBy(questions.keys(), (q) => keyOf(questions[q]!)).values()) {
    const found = scoreGroup(group.map((q) => questions[q]!));
    group.forEach((q, i) => (scores[q] = found.scores[i]!));
    cost.passes += found.cost.passes;
    cost.tokens += found.cost.tokens;
  }
  return { scores, cost };
}

/**
 * Refuses what is no way to score options.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function checkWay(way: ScoringWay): void {
  plainObject('A way to score', way);
  checkText("'name' of a way to score", way.name);
  const setting = lookUp(
    'way to score',
    { direct: 'length', perplexity: 'context', channel: 'prior' },
    way.kind,
  );
  knownKeys(`A way to score by '${way.kind}'`, way, ['kind', 'name', setting]);
  if (way.kind === 'direct') checkWord("'length' of a way to score", way.length, ['sum', 'mean']);
  else if (way.kind === 'perplexity') checkFlag("'context' of a way to score", way.context);
  else checkFlag("'prior' of a way to score", way.prior);
}

const isNumber = (score: unknown): boolean => typeof score === 'number' && !Number.isNaN(score);

/**
 * The number of the option with the highest score, for each question; of equal ones the first.
 *
 * @param scores [questions, options]
 * @throws CourseError when they are no rows of numbers
 */
export function bestOptions(scores: readonly (readonly number[])[]): number[] {
  checkList(
    'Scores',
    scores,
    'rows of numbers, at least one each',
    (row) => Array.isArray(row) && row.length > 0 && row.every(isNumber),
  );
  return scores.map(argMax);
}

/**
 * Whether a token of an example is predicted without having been read, so that the examples of a
 * context have a probability under a method.
 */
export const predictsContext = ({ loss, inside }: Method): boolean =>
  loss === 'all' && inside === 'causal';

/** Whether the first token of a line is predicted by what stands before the line. */
export const linesFollow = ({ mask, doubled }: Method): boolean =>
  mask === METHODS.ar.mask && !doubled;

/**
 * Refuses a way to score for which a model has no probabilities under a method.
 *
 * @param follow whether the first token of a line is predicted by what stands before the line
 * @throws CourseError naming the method
 */
export function checkPossible(method: Method, way: ScoringWay, follow: boolean): void {
  demand(
    way.kind !== 'perplexity' || !way.context || predictsContext(method),
    () => `Under ${method.name} a token of an example is read before it is predicted.`,
    'Take the perplexity of the last line (linePerplexity).',
  );
  demand(
    way.kind !== 'channel' || !way.prior || follow,
    () => `Under ${method.name} nothing predicts the first token of a line, which is the label's.`,
    'Take the channel without prior, or AR.',
  );
}
