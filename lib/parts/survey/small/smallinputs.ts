/** Inputs that a small model writes itself after a context (Lu et al., 2022, probe orders so). */
import { tf } from '../../../core/backend';
import { checkStream } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { drawByScore } from '../../../core/numerics';
import type { Stream } from '../../../core/random';
import { METHODS } from '../../../model/methods';
import { LINE_TOKENS } from '../world/documents';
import { checkWorldContext, type Context } from '../world/posterior';
import { INPUT_WORDS, type Input } from '../world/rules';
import { LABELS } from '../world/taskworld';
import { TEMPLATES, tokenIndex } from '../world/vocabulary';
import { WORDS } from '../world/words';
import { disposeLayout, documentLayout } from './layout';
import { checkSmallModel, questionTokens } from './smallanswers';
import type { SmallModel } from './smallmodel';

const WORD_TOKENS = WORDS.map(tokenIndex);

/**
 * The next input after a context, word by word from the probabilities of a small model under AR among
 * all input words.
 *
 * @throws CourseError when there is no model, context or stream, or the context is empty
 */
export function drawSmallInput(model: SmallModel, context: Context, random: Stream): Input {
  checkSmallModel(model);
  checkWorldContext(context);
  checkStream(random);
  let input: Input = new Array<number>(INPUT_WORDS).fill(0);
  const tokensOf = (layout: ReturnType<typeof documentLayout>): number[] =>
    questionTokens({ context, input }, LABELS[0]!, TEMPLATES[0]!, layout);
  const { length: examples } = context.examples;
  demand(
    examples > 0,
    () => 'The input that follows no example was asked for.',
    'Give at least one example.',
  );
  const layout = documentLayout(METHODS.ar, examples, 1);
  try {
    const from = layout.source.length - LINE_TOKENS; // where the line begins
    for (let word = 0; word < INPUT_WORDS; word++) {
      const scores = tf.tidy(() => {
        const tokens = tf.tensor2d([tokensOf(layout)], undefined, 'int32'); // [1, T]
        const logits = model.logits(tokens, layout).slice([0, from + word - 1, 0], [1, 1, -1]);
        return [...logits.flatten().gather(WORD_TOKENS).dataSync()]; // [words]
      });
      const drawn = drawByScore(random, scores);
      input = input.map((old, i) => (i === word ? drawn : old));
    }
    return input;
  } finally {
    disposeLayout(layout);
  }
}
