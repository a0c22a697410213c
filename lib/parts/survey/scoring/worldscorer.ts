/**
 * The exact answer of TaskWorld as a scorer of questions. It obeys the rules of probability, so
 * that the three ways are three parts of one distribution:
 *
 *   log P(x, y | C) = log P(y | C) + log P(x | C, y) = log P(x | C) + log P(y | C, x).
 *
 * Direct, perplexity, and channel with prior rank the options of a question alike; channel without
 * prior leaves P(y | C) out. A question without content has no x: its probability is summed over
 * all inputs.
 */
import { checkMadeBy } from '../../../core/checks';
import { logSoftmax } from '../../../core/numerics';
import { LINE_TOKENS } from '../world/documents';
import { ExactBayes, labelIndex, type Context } from '../world/posterior';
import { INPUT_WORDS, type Input } from '../world/rules';
import { LABELS } from '../world/taskworld';
import { WORDS } from '../world/words';
import { SCORING_WAYS, checkWay, type QuestionScorer, type ScoringWay } from './scorer';
import { checkWorldQuestions, type WorldQuestion } from './worldquestions';

/** log P(x) of an input drawn uniformly, to which logarithms of ExactBayes are relative. */
const LOG_UNIFORM = -INPUT_WORDS * Math.log(WORDS.length);

/** log P(y | C, x) of each label, in the order of LABELS, with the bias of the knobs. */
function logAnswers(bayes: ExactBayes, context: Context, input: Input | null): number[] {
  if (input !== null) return [...bayes.answers(context, input)].map(Math.log);
  const logs = LABELS.map(
    (label) => bayes.logLabel(context, label) + (bayes.knobs.bias[label] ?? 0),
  );
  return logSoftmax(logs);
}

/** log P(x, y | C) of a line; its template and its end are certain. */
const logLineOf = (
  bayes: ExactBayes,
  context: Context,
  input: Input | null,
  label: string,
): number =>
  input === null
    ? bayes.logLabel(context, label)
    : bayes.logLine(context, { input, label }) + LOG_UNIFORM;

/** log P(C): each example given those before it. */
const logContext = (bayes: ExactBayes, context: Context): number =>
  context.examples
    .map(({ input, label }, i) =>
      logLineOf(bayes, { ...context, examples: context.examples.slice(0, i) }, input, label),
    )
    .reduce((a, b) => a + b, 0);

/** The score of each option of a question. */
function optionScores(
  bayes: ExactBayes,
  { context, input, options }: WorldQuestion,
  way: ScoringWay,
): number[] {
  if (way.kind === 'direct') {
    const logs = logAnswers(bayes, context, input);
    return options.map((label) => logs[labelIndex(label)]!);
  }
  if (way.kind === 'perplexity') {
    const before = way.context ? logContext(bayes, context) : 0;
    const lines = way.context ? context.examples.length + 1 : 1;
    return options.map(
      (label) => (before + logLineOf(bayes, context, input, label)) / (LINE_TOKENS * lines),
    );
  }
  return options.map((label) => {
    const line = logLineOf(bayes, context, input, label);
    return way.prior ? line : line - bayes.logLabel(context, label);
  });
}

/**
 * The exact answer as a scorer. The bias of its knobs is one of direct answers only. Without noise in
 * its labels an impossible option scores -Infinity. It reads no tokens: its cost is 0.
 *
 * @throws CourseError when it is no exact answer
 */
export function worldScorer(bayes: ExactBayes): QuestionScorer<WorldQuestion> {
  checkMadeBy('The exact answer', bayes, ExactBayes, 'world.ExactBayes', 'Make one.');
  return {
    name: bayes.name,
    score: (questions, way = SCORING_WAYS.direct) => {
      checkWorldQuestions(questions);
      checkWay(way);
      return {
        scores: questions.map((question) => optionScores(bayes, question, way)),
        cost: { passes: 0, tokens: 0 },
      };
    },
  };
}
