/**
 * Demonstrations of a style as one vector for each layer of a language model: of each pair of texts
 * (x, y), each read alone, the states of the last token in all layers,
 *
 *   r = h(y) - h(x),    layers side by side, [L C],
 *
 * and of these rows the principal direction, cut into its layers again. No demonstration stands
 * before the texts that are scored while the states are turned towards it.
 * Reference: in-context vectors (Liu et al., 2024, arXiv 2311.06668).
 */
import { checkEach, checkText, checkTexts, type Check } from '../../../core/checks';
import { demand, quote } from '../../../core/errors';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import type { LanguageModel } from '../../../language/languagemodel';
import { batchOf, disposeBatch, promptOf, type TokenPrompt } from '../../../language/prompt';
import { logProbabilities } from '../../../language/scoring';
import { tokensBy } from '../../../language/tokenizer';
import type { LaidOutBlock } from '../../../model/masks';
import { METHODS } from '../../../model/methods';
import type { Hook } from '../../../model/transformer';
import type { Tensor3D } from '@tensorflow/tfjs';
import { vectorOfDifferences, type LayerVectors } from './directions';
import { layerOf, statesAt } from './states';
import { steeringHook } from './steering';
import type { StylePair } from './styles';

/** Texts that go through the model at once. */
const TEXTS_AT_ONCE = 32;

const checkPair: Check = (name, pair) => {
  checkTexts(name, pair, 2);
  const [source, target, ...more] = pair as readonly string[];
  demand(
    more.length === 0 && source !== target,
    () => `${name} must be two different texts, got ${quote(pair)}.`,
    'Give the text and the same in the other style.',
  );
};

/** Each text alone after the beginning, as one prompt. */
export function textPrompts(
  { model, tokenizer }: LoadedModel,
  begin: string,
  texts: readonly string[],
): TokenPrompt<LaidOutBlock>[] {
  const before = tokensBy(tokenizer, begin);
  return texts.map((text) => {
    const tokens = tokensBy(tokenizer, text);
    demand(
      tokens.length > 0,
      () => `The text ${quote(text)} becomes no tokens.`,
      'Give texts of at least one word.',
    );
    return promptOf(model, METHODS.ar, [], [tokens], before);
  });
}

/**
 * What `each` makes of the final states of some prompts at a time.
 *
 * @param each gets states [B, T, C], which are freed after it, and their prompts
 */
export const overPrompts = <T>(
  model: LanguageModel,
  prompts: readonly TokenPrompt<LaidOutBlock>[],
  hookOf: (part: readonly TokenPrompt<LaidOutBlock>[]) => Hook | undefined,
  each: (finals: Tensor3D, part: readonly TokenPrompt<LaidOutBlock>[]) => T[],
): T[] =>
  Array.from({ length: Math.ceil(prompts.length / TEXTS_AT_ONCE) }, (_, i) => {
    const part = prompts.slice(i * TEXTS_AT_ONCE, (i + 1) * TEXTS_AT_ONCE);
    const batch = batchOf(model, part);
    let finals: Tensor3D | null = null;
    try {
      finals = model.finals(batch, hookOf(part));
      return each(finals, part);
    } finally {
      finals?.dispose();
      disposeBatch(batch);
    }
  }).flat();

/**
 * The states of the last token of each text, each read alone.
 *
 * @param begin stands before each text; '' for nothing
 * @returns [texts][L][C]
 * @throws CourseError when there is no model, or a text is none or becomes no tokens
 */
export function lastStates(
  loaded: LoadedModel,
  begin: string,
  texts: readonly string[],
): number[][][] {
  checkLoaded(loaded);
  checkText('The beginning', begin);
  checkTexts('Texts', texts, 1);
  let byLayer: number[][][] = [];
  return overPrompts(
    loaded.model,
    textPrompts(loaded, begin, texts),
    (part) => {
      byLayer = [];
      const last = part.map(({ tokens }) => tokens.length - 1);
      return (name, value) => {
        if (layerOf(name) !== null) byLayer.push(statesAt(value, last)); // [B][C]
      };
    },
    (_, part) => part.map((__, b) => byLayer.map((states) => states[b]!)),
  );
}

/**
 * The in-context vector of demonstrations.
 *
 * @param begin stands before each text; '' for nothing
 * @param pairs of texts: what is given, and what it is to become
 * @returns [L][C]; all layers together have length 1
 * @throws CourseError when there is no model, no pair or none of two different texts, or a text
 *   becomes no tokens
 */
export function contextVector(
  loaded: LoadedModel,
  begin: string,
  pairs: readonly StylePair[],
): number[][] {
  checkEach('Pairs', pairs, 'pairs of texts', checkPair, 1);
  const states = lastStates(loaded, begin, pairs.flat()); // [2 D][L][C]
  return vectorOfDifferences(
    pairs.map((_, d) => states[2 * d]!),
    pairs.map((_, d) => states[2 * d + 1]!),
  );
}

/**
 * The mean logarithm of the probability of a token of each text, while the states of its tokens are
 * turned. Those of the beginning are not: all tokens attend to it, and a text loses several times
 * as much when it is turned too.
 *
 * @param begin    stands before each text; '' for nothing, then the first token is given
 * @param vectors  [L][C]; null: nothing is turned
 * @param strength lambda, at least 0
 * @param layers   that are turned; left out: all
 * @returns one score per text, in nats
 * @throws CourseError when there is no model, a text has no token that is predicted, or the
 *   vectors, the strength or the layers are refused
 */
export function styleScores(
  loaded: LoadedModel,
  begin: string,
  texts: readonly string[],
  vectors: LayerVectors | null,
  strength: number,
  layers?: readonly number[],
): number[] {
  checkLoaded(loaded);
  checkText('The beginning', begin);
  checkTexts('Texts', texts, 1);
  const prompts = textPrompts(loaded, begin, texts);
  const before = tokensBy(loaded.tokenizer, begin).length;
  const hook = vectors === null ? undefined : steeringHook(vectors, strength, layers, before);
  const from = Math.max(1, before);
  const short = prompts.findIndex(({ tokens }) => tokens.length <= from);
  demand(
    short < 0,
    () => `No token of the text ${quote(texts[short])} is predicted.`,
    'Give a beginning, or texts of at least two tokens.',
  );
  return overPrompts(
    loaded.model,
    prompts,
    () => hook,
    (finals, part) => {
      const [, T] = finals.shape;
      const rows = part.flatMap(({ tokens }, b) =>
        tokens.slice(from).map((word, i) => [b * T + from + i - 1, word] as const),
      );
      const logs = logProbabilities(loaded.model, finals, rows);
      return part.map(({ tokens }) => {
        const own = logs.splice(0, tokens.length - from);
        return own.reduce((a, b) => a + b, 0) / own.length;
      });
    },
  );
}
