/**
 * GPT-NeoX in Hugging Face's form (Pythia): rotary positions over a part of each head, attention
 * and MLP side by side.
 * Reference: Black et al. (2022, arXiv 2204.06745); Biderman et al. (2023).
 */
import type { NamedArray } from '../core/safetensors';
import { partsFirst, transposed } from './arrays';
import type { FamilyReader, WeightReaders } from './family';
import type { Json } from './settings';

export const GPT_NEOX_FAMILY: FamilyReader = {
  config: (given) => {
    given.only('hidden_act', 'gelu', 'gelu_new', 'gelu_fast');
    given.only('layer_norm_eps', 1e-5);
    given.only('attention_bias', true);
    const C = given.number('hidden_size');
    const heads = given.number('num_attention_heads');
    const rope = given.get<Json>('rope_parameters') ?? {};
    const share =
      (rope['partial_rotary_factor'] as number | undefined) ?? given.number('rotary_pct', 0.25);
    const base = given.rotaryBase('rotary_emb_base');
    return {
      vocabulary: given.number('vocab_size'),
      size: {
        width: C,
        layers: given.number('num_hidden_layers'),
        heads,
        mlpRatio: given.number('intermediate_size', 4 * C) / C,
        maxPositions: given.number('max_position_embeddings'),
      },
      architecture: {
        parallel: given.flag('use_parallel_residual', true),
        gelu: given.get('hidden_act') === 'gelu' ? 'exact' : 'tanh',
        rotary: { dims: Math.floor((C / heads) * share), base },
      },
      local: null,
      tied: given.flag('tie_word_embeddings', false),
      end: given.end(),
    };
  },
  weights: (get, { size: { layers: L, heads: H }, tied }) => {
    const block = (l: number): [string, () => NamedArray][] => {
      const [ours, theirs] = [`blocks.${l}`, `gpt_neox.layers.${l}`];
      const linear = (name: string): NamedArray => transposed(get(`${theirs}.${name}.weight`));
      return [
        [`${ours}.norm1.gain`, () => get(`${theirs}.input_layernorm.weight`)],
        [`${ours}.norm1.bias`, () => get(`${theirs}.input_layernorm.bias`)],
        [`${ours}.qkv.weight`, () => partsFirst(linear('attention.query_key_value'), H)],
        [`${ours}.qkv.bias`, () => partsFirst(get(`${theirs}.attention.query_key_value.bias`), H)],
        [`${ours}.projection.weight`, () => linear('attention.dense')],
        [`${ours}.projection.bias`, () => get(`${theirs}.attention.dense.bias`)],
        [`${ours}.norm2.gain`, () => get(`${theirs}.post_attention_layernorm.weight`)],
        [`${ours}.norm2.bias`, () => get(`${theirs}.post_attention_layernorm.bias`)],
        [`${ours}.up.weight`, () => linear('mlp.dense_h_to_4h')],
        [`${ours}.up.bias`, () => get(`${theirs}.mlp.dense_h_to_4h.bias`)],
        [`${ours}.down.weight`, () => linear('mlp.dense_4h_to_h')],
        [`${ours}.down.bias`, () => get(`${theirs}.mlp.dense_4h_to_h.bias`)],
      ];
    };
    return Object.fromEntries([
      ['words', () => get('gpt_neox.embed_in.weight')],
      ...Array.from({ length: L }, (_, l) => block(l)).flat(),
      ['normFinal.gain', () => get('gpt_neox.final_layer_norm.weight')],
      ['normFinal.bias', () => get('gpt_neox.final_layer_norm.bias')],
      ...(tied ? [] : [['head', () => transposed(get('embed_out.weight'))]]),
    ]) as WeightReaders;
  },
};
