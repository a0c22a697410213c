/**
 * GPT-Neo in Hugging Face's form: some layers look only at the positions near by.
 * Reference: Black et al. (2021, GPT-Neo).
 */
import { checkList } from '../core/checks';
import { demand } from '../core/errors';
import type { NamedArray } from '../core/safetensors';
import { GPT2 } from '../model/architecture';
import { beside, scaledBy, transposed } from './arrays';
import type { FamilyReader, WeightReaders } from './family';

/** The most layers of one kind in a row that a config.json may name. */
const MOST_REPEATS = 1000;

export const GPT_NEO_FAMILY: FamilyReader = {
  config: (given, where) => {
    given.only('activation_function', 'gelu_new');
    given.only('layer_norm_epsilon', 1e-5);
    const C = given.number('hidden_size');
    const types =
      given.get<readonly (readonly [readonly string[], number])[]>('attention_types') ?? [];
    checkList(
      `'attention_types' of ${where}`,
      types,
      'pairs of kinds and how often they repeat',
      (pair) => Array.isArray(pair) && Array.isArray(pair[0]) && Number(pair[1]) <= MOST_REPEATS,
    );
    const layers = types.flatMap(([names, times]) =>
      Array.from({ length: times }, () => names).flat(),
    );
    const L = given.number('num_layers');
    demand(
      layers.length === L && layers.every((name) => name === 'global' || name === 'local'),
      () =>
        `${where}: its attention_types name ${layers.length} layers of ${L}, ` +
        'or a kind that is neither global nor local.',
      'Use the config.json that came with the weights.',
    );
    return {
      vocabulary: given.number('vocab_size'),
      size: {
        width: C,
        layers: L,
        heads: given.number('num_heads'),
        mlpRatio: given.number('intermediate_size', 4 * C) / C,
        maxPositions: given.number('max_position_embeddings'),
      },
      architecture: GPT2,
      local: {
        window: given.number('window_size'),
        layers: layers.map((name) => name === 'local'),
      },
      tied: given.flag('tie_word_embeddings', true),
      end: given.end(),
    };
  },
  weights: (get, { size: { layers: L, width: C, heads: H }, tied }) => {
    const zeros = (length: number): NamedArray => ({
      shape: [length],
      data: new Float32Array(length),
    });
    const block = (l: number): [string, () => NamedArray][] => {
      const [ours, theirs] = [`blocks.${l}`, `transformer.h.${l}`];
      const linear = (name: string): NamedArray => transposed(get(`${theirs}.${name}.weight`));
      const part = (name: string): NamedArray => linear(`attn.attention.${name}_proj`);
      return [
        [`${ours}.norm1.gain`, () => get(`${theirs}.ln_1.weight`)],
        [`${ours}.norm1.bias`, () => get(`${theirs}.ln_1.bias`)],
        // GPT-Neo does not divide scores by sqrt(D), so its queries are multiplied by it
        [
          `${ours}.qkv.weight`,
          () => beside([scaledBy(part('q'), Math.sqrt(C / H)), part('k'), part('v')]),
        ],
        [`${ours}.qkv.bias`, () => zeros(3 * C)],
        [`${ours}.projection.weight`, () => part('out')],
        [`${ours}.projection.bias`, () => get(`${theirs}.attn.attention.out_proj.bias`)],
        [`${ours}.norm2.gain`, () => get(`${theirs}.ln_2.weight`)],
        [`${ours}.norm2.bias`, () => get(`${theirs}.ln_2.bias`)],
        [`${ours}.up.weight`, () => linear('mlp.c_fc')],
        [`${ours}.up.bias`, () => get(`${theirs}.mlp.c_fc.bias`)],
        [`${ours}.down.weight`, () => linear('mlp.c_proj')],
        [`${ours}.down.bias`, () => get(`${theirs}.mlp.c_proj.bias`)],
      ];
    };
    return Object.fromEntries([
      ['words', () => get('transformer.wte.weight')],
      ['positions', () => get('transformer.wpe.weight')],
      ...Array.from({ length: L }, (_, l) => block(l)).flat(),
      ['normFinal.gain', () => get('transformer.ln_f.weight')],
      ['normFinal.bias', () => get('transformer.ln_f.bias')],
      ...(tied ? [] : [['head', () => transposed(get('lm_head.weight'))]]),
    ]) as WeightReaders;
  },
};
