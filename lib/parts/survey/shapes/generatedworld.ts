/**
 * Demonstrations that the small model writes itself. A label y is given, and the model writes an
 * input for it, word by word in channel order (label first), as it learned from documents of that form:
 *
 *   x'_i ~ p(x_i | y, x'_<i)^(1 / temperature)     among the input words
 *
 * Nothing else is given, no task and no example. As many tasks have the label y, not even one that
 * knows them all would always write an input that has the label y in the task that is asked.
 * Reference: Kim et al. (2022, arXiv 2206.08082), who give the question that is asked too.
 */
import { tf } from '../../../core/backend';
import { checkEach, checkStream } from '../../../core/checks';
import { finiteNumber, positiveInteger } from '../../../core/errors';
import { drawByScore } from '../../../core/numerics';
import type { Stream } from '../../../core/random';
import { METHODS } from '../../../model/methods';
import { disposeLayout, documentLayout, type DocumentLayout } from '../small/layout';
import { checkSmallModel, questionTokens } from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { LINE_TOKENS } from '../world/documents';
import { labelIndex, type Example } from '../world/posterior';
import { INPUT_WORDS } from '../world/rules';
import { MARKS, tokenIndex } from '../world/vocabulary';
import { WORDS } from '../world/words';

/** More examples than this are no batch. */
const MOST = 1000;

const WORD_TOKENS = WORDS.map(tokenIndex);

/** Tokens of a line in channel order before its input: the label and the mark. */
const BEFORE_INPUT = 2;

/** Scores of the input words as the next word of each example, [examples, words]. */
const wordScores = (
  model: SmallModel,
  layout: DocumentLayout,
  examples: readonly Example[],
  word: number,
): number[][] =>
  tf.tidy(() => {
    const rows = examples.map(({ input, label }) =>
      questionTokens({ context: { examples: [] }, input }, label, MARKS.channel, layout),
    );
    const readAt = layout.source.length - LINE_TOKENS + BEFORE_INPUT + word - 1;
    return model
      .logits(tf.tensor2d(rows, undefined, 'int32'), layout) // [B, T, V]
      .slice([0, readAt, 0], [-1, 1, -1]) // [B, 1, V]
      .squeeze([1]) // [B, V]
      .gather(WORD_TOKENS, 1) // [B, words]
      .arraySync() as number[][];
  });

/**
 * Examples whose inputs a small model under AR writes for given labels.
 *
 * @param model       stays the caller's
 * @param labels      label words; they are taken in turn, and the examples put in random order
 * @param count       how many examples
 * @param random      of the words and the order
 * @param temperature 1: the model's own probabilities
 * @returns examples, each written by itself
 * @throws CourseError when there is no model, label or stream, or the number or the temperature is
 *   refused
 */
export function generateWorldExamples(
  model: SmallModel,
  labels: readonly string[],
  count: number,
  random: Stream,
  temperature = 1,
): Example[] {
  checkSmallModel(model);
  checkEach('Labels', labels, 'label words', (_, label) => void labelIndex(label as string), 1);
  positiveInteger('The number of examples', count, 1, MOST);
  checkStream(random);
  finiteNumber('The temperature', temperature, 'a positive number', (x) => x > 0);
  let examples: Example[] = Array.from({ length: count }, (_, i) => ({
    input: new Array<number>(INPUT_WORDS).fill(0),
    label: labels[i % labels.length]!,
  }));
  const layout = documentLayout(METHODS.ar, 0, 1);
  try {
    for (let word = 0; word < INPUT_WORDS; word++) {
      const scores = wordScores(model, layout, examples, word);
      examples = examples.map(({ input, label }, i) => {
        const drawn = drawByScore(random, scores[i]!, temperature);
        return { input: input.map((old, w) => (w === word ? drawn : old)), label };
      });
    }
  } finally {
    disposeLayout(layout);
  }
  return random.permutation(count).map((i) => examples[i]!);
}
