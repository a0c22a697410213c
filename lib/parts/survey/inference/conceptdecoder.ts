/**
 * A small decoder of documents with a hidden concept: the library's language model with rotary
 * positions, which begins with random weights.
 * References: Xie et al. (2022, arXiv 2111.02080), who train GPT-2 with 4, 12 and 16 layers; Su et al.
 * (2021, arXiv 2104.09864) for rotary positions.
 */
import { tf } from '../../../core/backend';
import { checkEach, checkIndices } from '../../../core/checks';
import { demand, plainObject, positiveInteger } from '../../../core/errors';
import type { LanguageModelConfig } from '../../../language/family';
import { checkLanguageModel, LanguageModel } from '../../../language/languagemodel';
import { GPT2 } from '../../../model/architecture';
import { causalBias } from '../../../model/attention';
import { sizeOf, type TransformerSize } from '../../../model/config';
import { ParameterStore } from '../../../model/parameterstore';
import { restored } from '../../../training/checkpoint';
import { checkpointKind } from '../../../training/kinds';
import type { Tensor3D } from '@tensorflow/tfjs';
import { DELIMITER } from './conceptprompts';

/** How a decoder of such documents is built. */
export interface ConceptDecoderConfig {
  readonly size: TransformerSize;
  /** Tokens that it knows, V. */
  readonly vocabulary: number;
  readonly seed: number;
}

/** The size that the course trains. */
export const DECODER_SIZE: TransformerSize = {
  width: 64,
  layers: 3,
  heads: 4,
  mlpRatio: 4,
  maxPositions: 1024,
};

const configOf = ({ size: given, vocabulary }: ConceptDecoderConfig): LanguageModelConfig => {
  const size = sizeOf(given);
  return {
    family: 'gpt_neox',
    vocabulary,
    size,
    architecture: { ...GPT2, rotary: { dims: size.width / size.heads, base: 10_000 } },
    local: null,
    tied: false,
    end: DELIMITER,
  };
};

/**
 * A decoder with random weights.
 *
 * @returns the model; the caller disposes it
 * @throws CourseError when the size, the vocabulary or the seed is refused
 */
export function freshConceptDecoder(config: ConceptDecoderConfig): LanguageModel {
  plainObject('The config of a decoder', config);
  positiveInteger('seed', config.seed, 0);
  positiveInteger('vocabulary', config.vocabulary, 2, 1e5);
  return new LanguageModel(configOf(config), new ParameterStore(config.seed, undefined, 'fan-in'));
}

/** What a checkpoint says of such a model. */
interface DecoderFacts {
  readonly concepts: ConceptDecoderConfig;
}

const open = checkpointKind({
  kind: 'a decoder of documents with concepts',
  call: 'inference.loadConceptDecoder',
  fits: ({ model }) => 'concepts' in model,
  open: (file, checkpoint) =>
    restored(
      file,
      checkpoint,
      freshConceptDecoder((checkpoint.facts.model as DecoderFacts).concepts),
    ),
});

/**
 * The decoder of a recorded run.
 *
 * @returns the model; the caller disposes it
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadConceptDecoder = (file: string): LanguageModel => open(file).model;

/** Rows of tokens that are read at once. */
const ROWS_AT_ONCE = 64;

/** Probabilities of the next token at some of the last places, of rows that are read at once. */
const sharesOf = (
  model: LanguageModel,
  rows: readonly (readonly number[])[],
  last: number,
): number[][][] =>
  tf.tidy(() => {
    const [B, T] = [rows.length, rows[0]!.length];
    const tokens = tf.tensor2d(rows.flat(), [B, T], 'int32');
    const positions = tf.range(0, T, 1, 'int32').expandDims(0).tile([B, 1]) as tf.Tensor2D; // [B, T]
    const logits = model.logits({ tokens, positions, bias: causalBias(T) }); // [B, T, V]
    const asked = logits.slice([0, T - last, 0], [-1, -1, -1]) as Tensor3D; // [B, last, V]
    return tf.softmax(asked).arraySync() as number[][][];
  });

/**
 * The probability of each next token after the last tokens of texts.
 *
 * @param rows texts, [B][T], of one length
 * @param last at how many of their last tokens; left out: at the last one
 * @returns [B][last][V]
 * @throws CourseError when there is no model or text, a token is none of the model's, or the texts are
 *   not of one length
 */
export function nextShares(
  model: LanguageModel,
  rows: readonly (readonly number[])[],
  last = 1,
): number[][][] {
  checkLanguageModel(model);
  const { vocabulary, size } = model.config;
  checkEach('Texts', rows, 'texts', (name, row) => checkIndices(name, row, vocabulary - 1, 1), 1);
  const T = rows[0]!.length;
  demand(
    rows.every((row) => row.length === T) && T <= size.maxPositions,
    () => `Texts of ${T} and other numbers of tokens were given together.`,
    `Give texts of one length, of at most ${size.maxPositions} tokens.`,
  );
  positiveInteger('The tokens after which is asked', last, 1, T);
  return Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, part) =>
    sharesOf(model, rows.slice(part * ROWS_AT_ONCE, (part + 1) * ROWS_AT_ONCE), last),
  ).flat();
}
