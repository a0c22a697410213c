/**
 * Questions to the small model after vectors: the header, m vectors in place of the demonstrations,
 * and the line of the question,
 *
 *   p(y | Z, x), Z = g_phi(demonstrations),
 *
 * read from left to right. With m = 0 a question is asked without demonstrations.
 * Reference: Li et al. (2024, arXiv 2403.06914), section 3.1.
 */
import { tf } from '../../../core/backend';
import { checkWord } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { groupedBy } from '../../../core/groups';
import { biasOf } from '../../../model/attention';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import {
  SCORING_WAYS,
  checkWay,
  scoredInGroups,
  type QuestionScorer,
  type ScoredOptions,
} from '../scoring/scorer';
import { checkWorldQuestions, type WorldQuestion } from '../scoring/worldquestions';
import { bucketOf } from '../small/distances';
import { PLACES, disposeLayout, type LayoutTensors } from '../small/layout';
import { checkSmallModel, questionTokens } from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { HEADER_TOKENS, LINE_TOKENS, contextDocument, documentTokens } from '../world/documents';
import { labelIndex, type Context } from '../world/posterior';
import { LABELS } from '../world/taskworld';
import { TEMPLATES, tokenIndex } from '../world/vocabulary';
import { MOST_DEMONSTRATIONS, checkDistiller, type Distiller } from './distiller';

/** More vectors than this are none. */
const MOST_VECTORS = 64;

/** The place of a question's template in the sequence, from its end: its label and the end follow. */
const TEMPLATE_FROM_END = 3;

/** Tokens of a question without demonstrations: its header and its line. */
const QUESTION_TOKENS = HEADER_TOKENS + LINE_TOKENS;

const LABEL_TOKENS = LABELS.map(tokenIndex);

/**
 * The layout of a question after m vectors, T = 4 + m + 6. Vectors have no place: places are those of
 * the tokens alone.
 *
 * @returns places [10], int32, else as T tokens have them; the caller disposes it with
 *   small.disposeLayout
 * @throws CourseError when the number of vectors is none
 */
export function distilledLayout(m: number): LayoutTensors {
  positiveInteger('The number of vectors', m, 0, MOST_VECTORS);
  const T = QUESTION_TOKENS + m;
  const pairs = <X>(of: (row: number, column: number) => X): X[][] =>
    Array.from({ length: T }, (_, row) =>
      Array.from({ length: T }, (__, column) => of(row, column)),
    );
  const begins = HEADER_TOKENS + m; // where the line does
  const continuesAt = (t: number): boolean => t > 0 && (t < HEADER_TOKENS || t > begins);
  return {
    mask: biasOf(pairs((row, column) => column <= row)),
    buckets: tf.tensor2d(
      pairs((row, column) => bucketOf(Math.abs(row - column))),
      undefined,
      'int32',
    ), // [T, T]
    continues: tf.tensor1d(Array.from({ length: T }, (_, t) => (continuesAt(t) ? 1 : 0))),
    places: tf.tidy(() => tf.range(0, PLACES, 1, 'int32')), // [10]
  };
}

/**
 * Scores of the word that follows the template of each question.
 *
 * @param model    reads the vectors
 * @param question header and line of each question, [B, 10], int32
 * @param vectors  [B, m, C]; null for none
 * @param layout   that of m vectors
 * @returns [B, V]; the caller disposes it
 */
export function distilledLogits(
  model: SmallModel,
  question: Tensor2D,
  vectors: Tensor3D | null,
  layout: LayoutTensors,
): Tensor2D {
  checkSmallModel(model);
  return tf.tidy(() => {
    const tokens = model.embedded(question, layout); // [B, 10, C]
    const [header, line] = tf.split(tokens, [HEADER_TOKENS, LINE_TOKENS], 1) as [
      Tensor3D,
      Tensor3D,
    ]; // [B, 4, C], [B, 6, C]
    const all = vectors ? tf.concat([header, vectors, line], 1) : tokens; // [B, 4 + m + 6, C]
    const at = all.shape[1] - TEMPLATE_FROM_END;
    const logits = model.logitsOf(all, layout); // [B, T, V]
    return logits.slice([0, at, 0], [-1, 1, -1]).squeeze([1]) as Tensor2D; // [B, V]
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
  checkDistiller(distiller, model.config.size.width);
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
        const logits = distilledLogits(model, tokens, vectorsOf(contexts, of), layout); // [B, V]
        return tf.logSoftmax(logits).gather(LABEL_TOKENS, 1).arraySync() as number[][];
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
      checkDemonstrations(questions);
      return scoredInGroups(questions, ({ context: { examples } }) => examples.length, scoreGroup);
    },
  };
}

/** Refuses more demonstrations than a distiller reads. */
function checkDemonstrations(questions: readonly WorldQuestion[]): void {
  const most = Math.max(0, ...questions.map(({ context: { examples } }) => examples.length));
  demand(
    most <= MOST_DEMONSTRATIONS,
    () => `${most} demonstrations were to be distilled.`,
    `Give at most ${MOST_DEMONSTRATIONS}.`,
  );
}
