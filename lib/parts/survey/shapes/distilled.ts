/**
 * Questions to the small model after vectors: the header, m vectors in place of the demonstrations,
 * and the line of the question,
 *
 *   p(y | Z, x), Z = g_phi(demonstrations),
 *
 * read from left to right. With m = 0 a question is asked without demonstrations.
 * Reference: Li et al. (2024, arXiv 2403.06914).
 */
import { tf } from '../../../core/backend';
import { checkReadable, checkWord } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { groupedBy } from '../../../core/groups';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import {
  SCORING_WAYS,
  checkWay,
  scoredInGroups,
  type QuestionScorer,
  type ScoredOptions,
} from '../scoring/scorer';
import { checkWorldQuestions, type WorldQuestion } from '../scoring/worldquestions';
import { disposeLayout, type LayoutTensors } from '../small/layout';
import { atTemplates, checkSmallModel, labelLogsOf, questionTokens } from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { HEADER_TOKENS, LINE_TOKENS, contextDocument, documentTokens } from '../world/documents';
import { labelIndex, type Context } from '../world/posterior';
import { LABELS } from '../world/taskworld';
import { TEMPLATES } from '../world/vocabulary';
import { checkDistiller, type Distiller } from './distiller';
import { distilledLayout } from './distilledlayout';

/** Tokens of a question without demonstrations: its header and its line. */
const QUESTION_TOKENS = HEADER_TOKENS + LINE_TOKENS;

/**
 * Scores of the word that follows the template of each question, after vectors.
 *
 * @param model    reads the vectors
 * @param tokens   the header and the lines of the questions, [B, 4 + 6 lines], int32
 * @param vectors  [B, m, C]; null for none
 * @param layout   that of m vectors and as many lines, from distilledLayout
 * @returns [B, lines, V]; the caller disposes it
 * @throws CourseError when there is no model
 */
export function distilledLogits(
  model: SmallModel,
  tokens: Tensor2D,
  vectors: Tensor3D | null,
  layout: LayoutTensors,
): Tensor3D {
  checkSmallModel(model);
  checkReadable('The tokens of questions', tokens);
  return tf.tidy(() => {
    const embedded = model.embedded(tokens, layout); // [B, 4 + 6 lines, C]
    const sizes = [HEADER_TOKENS, tokens.shape[1] - HEADER_TOKENS];
    const [header, lines] = tf.split(embedded, sizes, 1) as [Tensor3D, Tensor3D];
    const all = vectors ? tf.concat([header, vectors, lines], 1) : embedded; // [B, T, C]
    return atTemplates(model.logitsOf(all, layout), sizes[1]! / LINE_TOKENS); // [B, lines, V]
  });
}

/** The tokens of a context, and of a question without its examples. */
const contextTokens = (context: Context, template: string): number[] =>
  documentTokens(contextDocument(context, template));

const ALONE = { source: Array.from({ length: QUESTION_TOKENS }, (_, t) => t) };
const aloneTokens = ({ context, input }: WorldQuestion, template: string): number[] =>
  questionTokens({ context: { ...context, examples: [] }, input }, LABELS[0]!, template, ALONE);

/** Which context each question has, and the different ones. */
function differentContexts(questions: readonly WorldQuestion[]): {
  readonly contexts: readonly Context[];
  readonly of: readonly number[];
} {
  const groups = [
    ...groupedBy(questions.keys(), (q) => JSON.stringify(questions[q]!.context)).values(),
  ];
  const of = questions.map(() => 0);
  groups.forEach((group, c) => group.forEach((q) => (of[q] = c)));
  return { contexts: groups.map(([q]) => questions[q!]!.context), of };
}

/**
 * The small model as a scorer of questions after m vectors. Each different context is distilled once;
 * its cost is that of its tokens, and that of a question 4 + m + 6. Only direct scores are given.
 *
 * @param model     trained under AR; stays the caller's
 * @param distiller stays the caller's
 * @param m         vectors; 0: neither vectors nor examples
 * @param template  between an input and its label
 * @throws CourseError when there is no model, distiller of its width or template, or not so many
 *   vectors
 */
export function distilledScorer(
  model: SmallModel,
  distiller: Distiller,
  m: number,
  template = TEMPLATES[0]!,
): QuestionScorer<WorldQuestion> {
  checkSmallModel(model);
  checkDistiller(distiller, model);
  positiveInteger('The number of vectors', m, 0, distiller.config.vectors);
  checkWord('The template of a scorer', template, TEMPLATES);

  /** Vectors of each question, [B, m, C]; null for none. */
  const vectorsOf = (contexts: readonly Context[], of: readonly number[]): Tensor3D | null => {
    if (m === 0) return null;
    const rows = contexts.map((context) => contextTokens(context, template));
    const vectors = distiller.vectors(tf.tensor2d(rows, undefined, 'int32'), m); // [contexts, m, C]
    return vectors.gather([...of]); // [B, m, C]
  };

  /** Scores of questions with as many examples each. */
  const scoreGroup = (questions: readonly WorldQuestion[]): ScoredOptions => {
    const { contexts, of } = differentContexts(questions);
    const layout = distilledLayout(m);
    try {
      const logs = tf.tidy(() => {
        const rows = questions.map((question) => aloneTokens(question, template));
        const tokens = tf.tensor2d(rows, undefined, 'int32'); // [B, 10]
        const logits = distilledLogits(model, tokens, vectorsOf(contexts, of), layout); // [B, 1, V]
        return labelLogsOf(logits);
      }); // [B, labels]
      const { length: k } = contexts[0]!.examples;
      const distilled = m === 0 ? 0 : contexts.length;
      return {
        scores: questions.map(({ options }, q) =>
          options.map((label) => logs[q]![labelIndex(label)]!),
        ),
        cost: {
          passes: distilled + questions.length,
          tokens:
            distilled * (HEADER_TOKENS + LINE_TOKENS * k) +
            questions.length * (QUESTION_TOKENS + m),
        },
      };
    } finally {
      disposeLayout(layout);
    }
  };

  return {
    name: `${model.name}, ${m} vectors`,
    score: (questions, way = SCORING_WAYS.direct): ScoredOptions => {
      checkWorldQuestions(questions);
      checkWay(way);
      demand(
        way.kind === 'direct',
        () => `Scores by '${way.name}' were asked for after vectors, which have no tokens.`,
        'Ask for direct scores.',
      );
      return scoredInGroups(questions, ({ context: { examples } }) => examples.length, scoreGroup);
    },
  };
}
