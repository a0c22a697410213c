/**
 * How a small model reads a question, for comparisons of in-context learning with fine-tuning: what
 * attention of each layer writes where the label is asked, scaled to length 1, and how it looks at the
 * tokens of the question itself. Attention weights tell the scores before the softmax up to a constant,
 * log A_j = score_j - c, so that scores are given less their mean over these tokens.
 * Reference: Dai et al. (2023, arXiv 2212.10559).
 */
import { tf } from '../../../core/backend';
import { METHODS } from '../../../model/methods';
import { LINE_TOKENS } from '../world/documents';
import { TEMPLATES } from '../world/vocabulary';
import { disposeLayout, documentLayout } from '../small/layout';
import {
  askedPlace,
  checkSmallModel,
  equalExamples,
  labelLogs,
  questionTokens,
  type SmallQuestion,
} from '../small/smallanswers';
import { LABELS } from '../world/taskworld';
import type { SmallModel } from '../small/smallmodel';
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs';

/** How questions are read. */
export interface QueryReading {
  /** What attention writes, [layers][questions][C], each of length 1. */
  readonly outputs: readonly (readonly (readonly number[])[])[];
  /** Scores of attention to the question's own tokens less their mean, [layers][questions][H tokens]. */
  readonly scores: readonly (readonly (readonly number[])[])[];
  /** The logarithm of the probability of each label word, [questions][labels]. */
  readonly labels: readonly (readonly number[])[];
}

/** Tokens of a line up to the one where its label is asked. */
const OWN = askedPlace(LINE_TOKENS) + 1;

const FLOOR = 1e-12;

/**
 * Reads questions under AR.
 *
 * @param questions with as many examples each
 * @throws CourseError when there is no model, or not all questions have as many examples
 */
export function queryReading(model: SmallModel, questions: readonly SmallQuestion[]): QueryReading {
  checkSmallModel(model);
  const layout = documentLayout(METHODS.ar, equalExamples(questions), 1);
  const [outputs, scores]: [number[][][], number[][][]] = [[], []];
  try {
    const rows = questions.map((one) => questionTokens(one, LABELS[0]!, TEMPLATES[0]!, layout));
    const labels = labelLogs(model, layout, rows, {
      hook: (name, value) => {
        if (name.endsWith('.attention.out'))
          outputs.push(
            tf.tidy(() => {
              const [B, T, C] = (value as Tensor3D).shape;
              const asked = value.slice([0, askedPlace(T), 0], [B, 1, C]).reshape([B, C]); // [B, C]
              const length = asked.square().sum(1, true).sqrt().add(FLOOR); // [B, 1]
              return asked.div(length).arraySync() as number[][];
            }),
          );
        if (name.endsWith('.attention.weights'))
          scores.push(
            tf.tidy(() => {
              const [B, H, T] = (value as Tensor4D).shape;
              const own = value.slice([0, 0, askedPlace(T), T - LINE_TOKENS], [B, H, 1, OWN]);
              const logs = own.add(FLOOR).log(); // [B, H, 1, OWN]
              return logs
                .sub(logs.mean(3, true))
                .reshape([B, H * OWN])
                .arraySync() as number[][]; // [B, H OWN]
            }),
          );
      },
    });
    return { outputs, scores, labels };
  } finally {
    disposeLayout(layout);
  }
}
