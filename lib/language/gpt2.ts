/**
 * GPT-2 in Hugging Face's form; the course's transformer is one, so only names differ.
 * Reference: Radford et al. (2019).
 */
import { GPT2 } from '../model/architecture';
import { transposed } from './arrays';
import type { FamilyReader, WeightReaders } from './family';

export const GPT2_FAMILY: FamilyReader = {
  config: (given) => {
    given.only('activation_function', 'gelu_new', 'gelu_pytorch_tanh');
    given.only('scale_attn_weights', true);
    given.only('scale_attn_by_inverse_layer_idx', false);
    given.only('add_cross_attention', false);
    given.only('layer_norm_epsilon', 1e-5);
    const C = given.number('n_embd');
    return {
      vocabulary: given.number('vocab_size'),
      size: {
        width: C,
        layers: given.number('n_layer'),
        heads: given.number('n_head'),
        mlpRatio: given.number('n_inner', 4 * C) / C,
        maxPositions: given.number('n_positions', given.get<number>('n_ctx')),
      },
      architecture: GPT2,
      local: null,
      tied: given.flag('tie_word_embeddings', true),
      end: given.end(),
    };
  },
  weights: (get, { size: { layers: L }, tied }) => {
    const blocks = Array.from({ length: L }, (_, l) => {
      const [ours, theirs] = [`blocks.${l}`, `transformer.h.${l}`];
      return [
        [`${ours}.norm1`, `${theirs}.ln_1`],
        [`${ours}.qkv`, `${theirs}.attn.c_attn`],
        [`${ours}.projection`, `${theirs}.attn.c_proj`],
        [`${ours}.norm2`, `${theirs}.ln_2`],
        [`${ours}.up`, `${theirs}.mlp.c_fc`],
        [`${ours}.down`, `${theirs}.mlp.c_proj`],
      ] as const;
    }).flat();
    return Object.fromEntries([
      ['words', () => get('transformer.wte.weight')],
      ['positions', () => get('transformer.wpe.weight')],
      ...[...blocks, ['normFinal', 'transformer.ln_f'] as const].flatMap(([ours, theirs]) => [
        [ours.includes('norm') ? `${ours}.gain` : `${ours}.weight`, () => get(`${theirs}.weight`)],
        [`${ours}.bias`, () => get(`${theirs}.bias`)],
      ]),
      ...(tied ? [] : [['head', () => transposed(get('lm_head.weight'))]]),
    ]) as WeightReaders;
  },
};
