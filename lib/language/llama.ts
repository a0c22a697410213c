/**
 * Llama in Hugging Face's form (SmolLM2): RMSNorm, SwiGLU, grouped queries, rotary positions over
 * the whole of each head, no biases.
 * Reference: Touvron et al. (2023, arXiv 2302.13971); Allal et al. (2025, arXiv 2502.02737, SmolLM2).
 */
import { demand } from '../core/errors';
import type { NamedArray } from '../core/safetensors';
import { beside, transposed } from './arrays';
import type { FamilyReader, WeightReaders } from './family';

export const LLAMA_FAMILY: FamilyReader = {
  config: (given, where) => {
    given.only('hidden_act', 'silu');
    given.number('rms_norm_eps'); // where it is left out, it is another one
    given.only('rms_norm_eps', 1e-5);
    given.only('attention_bias', false);
    given.only('mlp_bias', false);
    given.only('pretraining_tp', 1);
    given.only('rope_interleaved', false);
    const C = given.number('hidden_size');
    const heads = given.number('num_attention_heads');
    const D = C / heads;
    const named = given.number('head_dim', D);
    demand(
      named === D,
      () => `${where}: ${heads} heads of 'head_dim' ${named} do not make the width ${C}.`,
      'Such a model is not built here.',
    );
    return {
      vocabulary: given.number('vocab_size'),
      size: {
        width: C,
        layers: given.number('num_hidden_layers'),
        heads,
        mlpRatio: given.number('intermediate_size') / C,
        maxPositions: given.number('max_position_embeddings'),
      },
      architecture: {
        parallel: false,
        gelu: null,
        rotary: { dims: D, base: given.rotaryBase('rope_theta') },
        norm: 'rms',
        biases: false,
        keyHeads: given.number('num_key_value_heads', heads),
      },
      local: null,
      tied: given.flag('tie_word_embeddings', false),
      end: given.end(),
    };
  },
  weights: (get, { size: { layers: L }, tied }) => {
    const block = (l: number): [string, () => NamedArray][] => {
      const [ours, theirs] = [`blocks.${l}`, `model.layers.${l}`];
      const linear = (name: string): NamedArray => transposed(get(`${theirs}.${name}.weight`));
      const part = (name: string): NamedArray => linear(`self_attn.${name}_proj`);
      return [
        [`${ours}.norm1.gain`, () => get(`${theirs}.input_layernorm.weight`)],
        [`${ours}.qkv.weight`, () => beside([part('q'), part('k'), part('v')])],
        [`${ours}.projection.weight`, () => part('o')],
        [`${ours}.norm2.gain`, () => get(`${theirs}.post_attention_layernorm.weight`)],
        [`${ours}.gate.weight`, () => linear('mlp.gate_proj')],
        [`${ours}.up.weight`, () => linear('mlp.up_proj')],
        [`${ours}.down.weight`, () => linear('mlp.down_proj')],
      ];
    };
    return Object.fromEntries([
      ['words', () => get('model.embed_tokens.weight')],
      ...Array.from({ length: L }, (_, l) => block(l)).flat(),
      ['normFinal.gain', () => get('model.norm.weight')],
      ...(tied ? [] : [['head', () => transposed(get('lm_head.weight'))]]),
    ]) as WeightReaders;
  },
};
