/**
 * An episode model in a session: each example's first copy is cached, so that an edit computes only
 * what it changed.
 */
import { tf } from '../core/backend';
import { checkTexts } from '../core/checks';
import { CourseError, demand, quote } from '../core/errors';
import type { Tensor4D } from '@tensorflow/tfjs';

import { checkDemonstrations } from '../language/prompt';
import { checkOptions } from '../language/scoring';
import type { SessionScorer } from '../language/session';
import { firstStage, secondStage, type FirstCopies } from '../model/structured';
import { checkEpisodeModel, type EpisodeModel } from './episodemodel';
import { SLOTS, asTensors, sessionSlots, type Episode } from './episodetensors';
import { checkFeatures, type TextFeatures } from './features';

/** What is cached of an example: its first copy in all layers, [parts, 1, H, 1, D]. */
type Kept = tf.Tensor5D;

const partsOf = ({ queries, keys, values }: FirstCopies): Tensor4D[] => [
  queries,
  ...keys,
  ...values,
];
const copiesOf = ([queries, ...rest]: readonly Tensor4D[]): FirstCopies => ({
  queries: queries!,
  keys: rest.slice(0, rest.length / 2),
  values: rest.slice(rest.length / 2),
});

/**
 * Text by text: each text is a vector, each label a slot that it keeps for the whole session.
 *
 * @param model    under InvICL; stays the caller's
 * @param features texts to vectors, those that the model was trained with
 * @throws CourseError when the model is none, under another method, or was made for other vectors, or
 *   the features are none
 */
export function episodeScorer(model: EpisodeModel, features: TextFeatures): SessionScorer {
  checkEpisodeModel(model);
  checkFeatures(features);
  demand(
    model.pass.form === 'structured',
    () => `A session on vectors was asked of ${model.name}.`,
    'Use a model under InvICL.',
  );
  demand(
    features.size === model.config.d,
    () => `The texts have ${features.size} numbers, the model was made for ${model.config.d}.`,
    'Use the features that the model was trained with.',
  );
  const known = new Map<string, Kept>();
  return {
    score: (examples, texts, options) => {
      checkDemonstrations(examples);
      checkTexts('Texts', texts);
      checkOptions(options);
      if (options.length > SLOTS)
        throw new CourseError(
          `${options.length} options were given to a model that tells ${SLOTS} apart.`,
          `Give at most ${SLOTS}.`,
        );
      const isEmpty = (text: string): boolean => text.trim() === '';
      demand(
        !texts.some(isEmpty),
        () => 'An empty text was to be answered.',
        'Give each text at least one word.',
      );
      const without = examples.find(({ input }) => isEmpty(input));
      demand(
        without === undefined,
        () => `The example with the answer ${quote(without?.output)} has no text.`,
        'Give each example its text.',
      );
      const unnamed = options.find(isEmpty);
      demand(
        unnamed === undefined,
        () => `The option ${quote(unnamed)} is empty.`,
        'Give each option at least one word.',
      );
      if (examples.length === 0 || texts.length === 0)
        // without examples, slots mean nothing yet
        return { scores: texts.map(() => options.map(() => 0)), work: { first: 0, second: 0 } };
      const slots = sessionSlots(options.length);
      const episode: Episode = {
        shown: examples.map(({ input, output }) => ({
          x: features.embed(input),
          y: slots[options.indexOf(output)]!,
        })),
        asked: texts.map((text) => ({ x: features.embed(text), options: slots, right: -1 })),
      };
      const batch = asTensors([episode]);
      const keys = examples.map(({ input, output }) => JSON.stringify([input, output]));
      const news = keys
        .map((key, i) => [key, i] as const)
        .filter(([key], i) => !known.has(key) && keys.indexOf(key) === i);
      const values = tf.tidy(() => {
        const { examples: all, tests } = model.blocks(batch);
        for (const [key, i] of news) {
          const alone = { values: all.values.slice([0, i, 0, 0], [1, 1, -1, -1]), lengths: [1] };
          known.set(key, tf.keep(tf.stack(partsOf(firstStage(model.transformer, alone)))) as Kept);
        }
        const joined = tf.concat(
          keys.map((key) => known.get(key)!),
          3,
        ); // [parts, 1, H, n, D]
        const first = copiesOf(tf.unstack(joined) as Tensor4D[]);
        return model
          .scoresAt(secondStage(model.transformer, first, all, tests).tests, batch)
          .arraySync()[0]!;
      });
      tf.dispose(Object.values(batch));
      return {
        scores: values.map((row) => row.slice(0, options.length)),
        work: { first: news.length, second: examples.length },
      };
    },
    dispose: () => {
      for (const kept of known.values()) kept.dispose();
      known.clear();
    },
  };
}
