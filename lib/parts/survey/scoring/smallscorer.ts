/**
 * The small language model as a scorer of questions, under AR, Prefix or InvICL. Direct takes one
 * forward pass for a question, as a label is one token; perplexity and channel take one for each
 * option.
 */
import { checkWord } from '../../../core/checks';
import { checkMethod, type Method } from '../../../model/methods';
import { isOrdered } from '../small/layout';
import { smallLogLines } from '../small/loglines';
import { checkSmallModel, smallLogAnswers } from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { HEADER_TOKENS, LINE_TOKENS } from '../world/documents';
import { labelIndex } from '../world/posterior';
import { MARKS, TEMPLATES } from '../world/vocabulary';
import {
  SCORING_WAYS,
  checkPossible,
  checkWay,
  scoredInGroups,
  type ChannelWay,
  type PassCost,
  type PerplexityWay,
  type QuestionScorer,
  type ScoredOptions,
  type ScoringWay,
} from './scorer';
import { checkWorldQuestions, type WorldQuestion } from './worldquestions';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Places of a line in channel order, from its end: the input's words, and what stands before. */
const [CHANNEL_INPUT, CHANNEL_END] = [-4, -1];

/** The score of a line from the logarithms of its tokens and of those of its context. */
function lineScore(
  way: PerplexityWay | ChannelWay,
  line: readonly number[],
  context: readonly number[],
): number {
  if (way.kind === 'channel') return sum(line.slice(way.prior ? 0 : CHANNEL_INPUT, CHANNEL_END));
  const counted = way.context ? [...context, ...line] : line;
  return sum(counted) / counted.length;
}

/**
 * The small model as a scorer. A question without content is written with three blanks.
 *
 * @param model  stays the caller's
 * @param method AR, Prefix or InvICL, as it was trained
 * @param template between an input and its label; the channel has its own
 * @throws CourseError when there is no model, no method or no such template
 */
export function smallScorer(
  model: SmallModel,
  method: Method,
  template = TEMPLATES[0]!,
): QuestionScorer<WorldQuestion> {
  checkSmallModel(model);
  checkMethod(method);
  checkWord('The template of a scorer', template, TEMPLATES);

  /** Scores of questions with as many examples each. */
  const scoresOf = (questions: readonly WorldQuestion[], way: ScoringWay): number[][] => {
    if (way.kind === 'direct') {
      const logs = smallLogAnswers(model, method, questions, template);
      return questions.map(({ options }, q) =>
        options.map((label) => logs[q]![labelIndex(label)]!),
      );
    }
    const lines = questions.flatMap(({ options, ...rest }) =>
      options.map((label) => ({ ...rest, label })),
    );
    const order = way.kind === 'channel' ? MARKS.channel : template;
    const { line, context } = smallLogLines(model, method, lines, order);
    const scores = line.map((row, i) => lineScore(way, row, context[i]!));
    return questions.map(({ options }) => scores.splice(0, options.length));
  };

  /** Each sequence holds the header, the examples (twice in a doubled context) and the line. */
  const costOf = (questions: readonly WorldQuestion[], way: ScoringWay): PassCost => {
    const passes = questions.map(({ options }) => (way.kind === 'direct' ? 1 : options.length));
    const tokens = questions.map(({ context: { examples } }, q) => {
      const lines = (method.doubled ? 2 : 1) * examples.length + 1;
      return passes[q]! * (HEADER_TOKENS + LINE_TOKENS * lines);
    });
    return { passes: sum(passes), tokens: sum(tokens) };
  };

  return {
    name: `${model.name}, ${method.name}`,
    score: (questions, way = SCORING_WAYS.direct): ScoredOptions => {
      checkWorldQuestions(questions);
      checkWay(way);
      checkPossible(method, way, isOrdered(method));
      return scoredInGroups(
        questions,
        ({ context: { examples } }) => examples.length,
        (group) => ({ scores: scoresOf(group, way), cost: costOf(group, way) }),
      );
    },
  };
}
