/**
 * A language model on texts as a scorer of questions. Questions with the same examples are scored
 * together: their context is read once, and options that begin alike share a run. For the perplexity
 * of a whole prompt, and for log p(y | C') of the channel, one more forward pass over the context gives
 * the probability of its own tokens and of the first token of the line.
 */
import { demand, knownKeys } from '../../../core/errors';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import type { ReadContext } from '../../../language/context';
import type { LanguageModel } from '../../../language/languagemodel';
import { readContext } from '../../../language/readcache';
import {
  DIRECT,
  beginTokens,
  checkTemplate,
  exampleTokens,
  testTokens,
  type Template,
  type TokenTest,
} from '../../../language/prompt';
import { checkQuestions, type Question } from '../../../language/scoring';
import { runsOf, testScores } from '../../../language/testscores';
import { disposeCache } from '../../../language/tokencache';
import { METHODS, checkMethod, type Method } from '../../../model/methods';
import { contextLogs, type ContextLogs } from './contextlogs';
import {
  SCORING_WAYS,
  checkPossible,
  checkWay,
  linesFollow,
  scoredInGroups,
  type QuestionScorer,
  type ScoredOptions,
  type ScoringWay,
} from './scorer';

/** How a language model reads questions. */
export interface TextScoring {
  /** Whose examples do not read the test, and which gives positions; left out: AR. */
  readonly method?: Method;
  /** Direct scoring and the channel take it in their own order, perplexity as it is. */
  readonly template?: Template;
}

/** The template of a way: its own order of input and output. */
const templateOf = (template: Template, { kind }: ScoringWay): Template =>
  kind === 'perplexity' ? template : { ...template, style: kind };

/** Whether the first token of a line is scored too. */
const scoresLine = (way: ScoringWay): boolean =>
  way.kind === 'perplexity' || (way.kind === 'channel' && way.prior);

/** Inputs in channel order, all cut where that of the longest option ends. */
function cutAlike(tests: readonly TokenTest[]): TokenTest[] {
  const left = Math.min(...tests.map(({ tokens, scoredFrom }) => tokens.length - scoredFrom));
  return tests.map(({ tokens, scoredFrom }) => ({
    tokens: tokens.slice(0, scoredFrom + left),
    scoredFrom,
  }));
}

/** The score of an option from the sum over its scored tokens and what its context says. */
export function scoreOf(
  way: ScoringWay,
  sum: number,
  { tokens, scoredFrom }: TokenTest,
  context: ContextLogs | null,
  first: number | undefined,
): number {
  const scored = tokens.length - scoredFrom;
  if (way.kind === 'direct') return way.length === 'mean' ? sum / scored : sum;
  const line = sum + (first ?? 0);
  if (way.kind === 'channel') return line;
  const lineTokens = scored + (first === undefined ? 0 : 1);
  const [before, beforeTokens] = way.context && context ? [context.sum, context.count] : [0, 0];
  return (before + line) / (beforeTokens + lineTokens);
}

/** The same for questions with the same examples. */
export const examplesKey = ({ examples }: Question): string =>
  JSON.stringify(examples.map(({ input, output }) => [input, output]));

/**
 * Scores of questions over a context that was read for all of them.
 *
 * @param tests of all options of all questions, one after another
 * @param score of a test from the sum over its scored tokens
 * @param reads tokens of what was read before, sequence by sequence
 */
export function scoredOver(
  model: LanguageModel,
  context: ReadContext,
  questions: readonly Question[],
  tests: readonly TokenTest[],
  score: (sum: number, i: number) => number,
  reads: readonly number[],
): ScoredOptions {
  const scores = testScores(model, context, tests).map(score);
  const runs = [...new Set(runsOf(tests))].map(({ length }) => length);
  const read = [...reads, ...runs].filter((tokens) => tokens > 0);
  return {
    scores: questions.map(({ options }) => scores.splice(0, options.length)),
    cost: { passes: read.length, tokens: read.reduce((a, b) => a + b, 0) },
  };
}

/**
 * A language model as a scorer. Direct scores are those of language.scoreOptions.
 *
 * @param loaded model and tokenizer; they stay the caller's
 * @throws CourseError when what is given is no model with its tokenizer, no method or no template
 */
export function textScorer(loaded: LoadedModel, given: TextScoring = {}): QuestionScorer<Question> {
  checkLoaded(loaded);
  knownKeys('The reading of texts', given, ['method', 'template']);
  const { method = METHODS.ar, template: written = DIRECT } = given;
  checkMethod(method);
  checkTemplate(written);
  const { model, tokenizer } = loaded;

  /** Scores of questions with the same examples. */
  const scoresOf = (questions: readonly Question[], way: ScoringWay): ScoredOptions => {
    const template = templateOf(written, way);
    const begin = beginTokens(tokenizer, template);
    const shown = questions[0]!.examples.map((example) =>
      exampleTokens(tokenizer, example, template),
    );
    const tests = questions.flatMap(({ input, options }) => {
      const all = options.map((option) => testTokens(tokenizer, input, option, template));
      return way.kind === 'channel' ? cutAlike(all) : all;
    });
    const scored = scoresLine(way) ? tests.map((test) => ({ ...test, scoredFrom: 1 })) : tests;
    const needed =
      scoresLine(way) && (linesFollow(method) || (way.kind === 'perplexity' && way.context));
    const own = needed
      ? contextLogs(
          model,
          method,
          shown,
          begin,
          tests.map(({ tokens }) => tokens[0]!),
        )
      : null;
    demand(
      way.kind !== 'channel' || !way.prior || own?.first !== null,
      () => 'Nothing stands before the label whose probability is the prior of the channel.',
      "Give examples, or a template with a 'begin'.",
    );
    const context = readContext(model, method, shown, undefined, begin);
    try {
      const contextTokens = begin.length + context.work.first + context.work.second;
      return scoredOver(
        model,
        context,
        questions,
        scored,
        (sum, i) => scoreOf(way, sum, scored[i]!, own, own?.first?.[i]),
        [contextTokens, own?.tokens ?? 0],
      );
    } finally {
      disposeCache(context.cache);
    }
  };

  return {
    name: `language model, ${method.name}`,
    score: (questions, way = SCORING_WAYS.direct) => {
      checkQuestions(questions);
      checkWay(way);
      checkPossible(method, way, linesFollow(method));
      return scoredInGroups(questions, examplesKey, (group) => scoresOf(group, way));
    },
  };
}
