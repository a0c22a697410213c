/**
 * In-context vectors of the small model, under AR: the direction from the states of inputs to those
 * of their labels, each read alone, and answers while states are turned towards it.
 * Reference: Liu et al. (2024, arXiv 2311.06668).
 */
import { demand } from '../../../core/errors';
import { METHODS } from '../../../model/methods';
import { disposeLayout, documentLayout } from '../small/layout';
import {
  askedPlace,
  checkSmallModel,
  questionTokens,
  smallLogAnswers,
  type SmallQuestion,
} from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { HEADER_TOKENS } from '../world/documents';
import { checkWorldContext, type Context, type Example } from '../world/posterior';
import { MARKS, TEMPLATES } from '../world/vocabulary';
import { vectorOfDifferences, type LayerVectors } from './directions';
import { statesOf } from './smallstates';
import { steeringHook } from './steering';

/**
 * The in-context vector of examples: the direction from the state at the template token of each
 * input to that at its label, each alone after the header.
 *
 * @param examples at least one
 * @returns [L][C]; all layers together have length 1
 * @throws CourseError when there is no model or example
 */
export function smallContextVector(model: SmallModel, examples: readonly Example[]): number[][] {
  checkSmallModel(model);
  checkWorldContext({ examples });
  demand(
    examples.length > 0,
    () => 'The vector of no example was asked for.',
    'Give at least one example.',
  );
  const context: Context = { examples: [] };
  const layout = documentLayout(METHODS.ar, 0, 1);
  /** Under AR nothing reads what follows: a text ends where its state is taken. */
  const alone = (template: string, place: number): number[][][] => {
    const rows = examples.map(({ input, label }) =>
      questionTokens({ context, input }, label, template, layout),
    );
    const byLayer = statesOf(model, layout, rows, place); // [L][examples][C]
    return rows.map((_, d) => byLayer.map((states) => states[d]!)); // [examples][L][C]
  };
  try {
    return vectorOfDifferences(
      alone(TEMPLATES[0]!, askedPlace(layout.source.length)),
      alone(MARKS.channel, HEADER_TOKENS), // the label stands first
    );
  } finally {
    disposeLayout(layout);
  }
}

/**
 * The logarithm of the probability that each label word gets while the states of all tokens but the
 * header's are turned.
 *
 * @param questions with as many examples each
 * @param vectors   [L][C]
 * @param strength  lambda, at least 0
 * @param layers    that are turned; left out: all
 * @returns [questions][labels], in the order of world.LABELS, in nats
 * @throws CourseError when there is no model or question, the vectors, the strength or the layers
 *   are refused, or not all questions have as many examples
 */
export function steeredAnswers(
  model: SmallModel,
  questions: readonly SmallQuestion[],
  vectors: LayerVectors,
  strength: number,
  layers?: readonly number[],
): number[][] {
  checkSmallModel(model);
  const hook = steeringHook(vectors, strength, layers, HEADER_TOKENS);
  return smallLogAnswers(model, METHODS.ar, questions, TEMPLATES[0]!, hook);
}
