/**
 * BERT in Hugging Face's form, as an encoder of sentences: what its config.json and weights say.
 * Reference: Devlin et al. (2019, arXiv 1810.04805).
 */
import { demand, finiteNumber, positiveInteger } from '../core/errors';
import type { NamedArray } from '../core/safetensors';
import { sizeOf, type TransformerSize } from '../model/config';
import { beside, transposed } from './arrays';
import type { Arrays, WeightReaders } from './family';
import type { ConfigSettings } from './settings';

/** What makes a BERT, apart from its weights. */
export interface BertConfig {
  /** Words (tokens) it knows, V. */
  readonly vocabulary: number;
  readonly size: TransformerSize;
  /** Kinds of text; all texts are of the first one here. */
  readonly kinds: number;
  /** Added to the variance in every LayerNorm. */
  readonly epsilon: number;
}

/**
 * The config of a BERT's config.json.
 *
 * @param where how error messages call the file
 * @throws CourseError when a setting is missing or no such number, the model does what is not built
 *   here, or it does not fit into memory
 */
export function bertConfigOf(given: ConfigSettings, where: string): BertConfig {
  const type = given.get<unknown>('model_type');
  demand(
    type === 'bert',
    () => `${where} is of the architecture ${JSON.stringify(type ?? null)}, not "bert".`,
    'Use a sentence encoder with model_type "bert", such as all-MiniLM-L6-v2.',
  );
  given.only('hidden_act', 'gelu');
  given.only('position_embedding_type', 'absolute');
  given.only('is_decoder', false);
  const count = (name: string): number =>
    positiveInteger(`'${name}' of ${where}`, given.number(name));
  const width = count('hidden_size');
  return {
    vocabulary: count('vocab_size'),
    size: sizeOf({
      width,
      layers: count('num_hidden_layers'),
      heads: count('num_attention_heads'),
      mlpRatio: count('intermediate_size') / width,
      maxPositions: count('max_position_embeddings'),
    }),
    kinds: count('type_vocab_size'),
    epsilon: finiteNumber(
      `'layer_norm_eps' of ${where}`,
      given.number('layer_norm_eps', 1e-12),
      'a positive number',
      (x) => x > 0,
    ),
  };
}

/** Biases one after the other. */
const joined = (parts: readonly NamedArray[]): NamedArray => {
  const data = Float32Array.from(parts.flatMap((part) => [...part.data]));
  return { shape: [data.length], data };
};

/** For each parameter of the encoder, a function that reads it from a BERT's arrays. */
export function bertWeights(get: Arrays, layers: number): WeightReaders {
  const embeddings = 'bert.embeddings';
  const norm = (ours: string, theirs: string): [string, () => NamedArray][] => [
    [`${ours}.gain`, () => get(`${theirs}.LayerNorm.weight`)],
    [`${ours}.bias`, () => get(`${theirs}.LayerNorm.bias`)],
  ];
  const dense = (ours: string, theirs: string): [string, () => NamedArray][] => [
    [`${ours}.weight`, () => transposed(get(`${theirs}.weight`))],
    [`${ours}.bias`, () => get(`${theirs}.bias`)],
  ];
  const block = (l: number): [string, () => NamedArray][] => {
    const [ours, theirs] = [`blocks.${l}`, `bert.encoder.layer.${l}`];
    const parts = ['query', 'key', 'value'].map((part) => `${theirs}.attention.self.${part}`);
    return [
      [`${ours}.qkv.weight`, () => beside(parts.map((part) => transposed(get(`${part}.weight`))))],
      [`${ours}.qkv.bias`, () => joined(parts.map((part) => get(`${part}.bias`)))],
      ...dense(`${ours}.projection`, `${theirs}.attention.output.dense`),
      ...norm(`${ours}.norm1`, `${theirs}.attention.output`),
      ...dense(`${ours}.up`, `${theirs}.intermediate.dense`),
      ...dense(`${ours}.down`, `${theirs}.output.dense`),
      ...norm(`${ours}.norm2`, `${theirs}.output`),
    ];
  };
  return Object.fromEntries([
    ['words', () => get(`${embeddings}.word_embeddings.weight`)],
    ['positions', () => get(`${embeddings}.position_embeddings.weight`)],
    ['kinds', () => get(`${embeddings}.token_type_embeddings.weight`)],
    ...norm('norm', embeddings),
    ...Array.from({ length: layers }, (_, l) => block(l)).flat(),
  ]) as WeightReaders;
}
