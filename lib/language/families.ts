/**
 * Three families of language models as Hugging Face folders hold them: GPT-2, GPT-Neo and GPT-NeoX
 * (Pythia). Their configs and weights are converted to the names and shapes of the course's
 * transformer, which runs them all.
 * Reference: Radford et al. (2019); Black et al. (2021, GPT-Neo); Black et al. (2022, arXiv
 * 2204.06745); Biderman et al. (2023).
 */
import { checkFlag, checkIndices, checkList, checkMemory } from '../core/checks';
import {
  CourseError,
  demand,
  finiteNumber,
  knownKeys,
  lookUp,
  plainObject,
  positiveInteger,
} from '../core/errors';
import type { NamedArray } from '../core/safetensors';
import type { Architecture } from '../model/transformer';
import { sizeOf, type TransformerSize } from '../model/config';

/** The families, by their name in config.json. */
export type Family = 'gpt2' | 'gpt_neo' | 'gpt_neox';

/** What makes a language model, apart from its weights. */
export interface LanguageModelConfig {
  readonly family: Family;
  /** Words (tokens) it knows, V. */
  readonly vocabulary: number;
  readonly size: TransformerSize;
  readonly architecture: Architecture;
  /** Layers whose tokens attend to the last `window` positions only, or null. */
  readonly local: { readonly window: number; readonly layers: readonly boolean[] } | null;
  /** true: input and output embeddings of the words are the same. */
  readonly tied: boolean;
  /** The token that ends a text, or null. */
  readonly end: number | null;
}

type Json = Readonly<Record<string, unknown>>;

/** The most layers of one kind in a row that a config.json may name. */
const MOST_REPEATS = 1000;

/** Reads settings of a config.json, refusing what is missing. */
class Settings {
  constructor(
    private readonly json: Json,
    private readonly where: string,
  ) {}

  number(name: string, fallback?: number): number {
    const value = this.json[name] ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new CourseError(
        `${this.where} has no number '${name}'.`,
        'Use the config.json that came with the weights.',
      );
    return value;
  }

  /** Refuses a model that does something that is not built here. */
  only(name: string, ...allowed: readonly unknown[]): void {
    const value = this.json[name];
    demand(
      value === undefined || value === null || allowed.includes(value),
      () => `${this.where} sets '${name}' to ${JSON.stringify(value)}, which is not built here.`,
      `Use a model with ${name} ${allowed.map((one) => JSON.stringify(one)).join(' or ')}.`,
    );
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.json[name] ?? fallback;
    return value === true;
  }

  get<T>(name: string): T | undefined {
    return this.json[name] as T | undefined;
  }
}

const endOf = (given: Settings): number | null => {
  const end = given.get<unknown>('eos_token_id');
  return typeof end === 'number' ? end : null;
};

/** The MLP's width as a multiple of the channels. */
function ratioOf(inner: number, C: number, where: string): number {
  demand(
    inner % C === 0,
    () => `${where}: an MLP of ${inner} units is no multiple of the width ${C}.`,
    'Such a model is not built here.',
  );
  return inner / C;
}

const READERS: Readonly<
  Record<Family, (given: Settings, where: string) => Omit<LanguageModelConfig, 'family'>>
> = {
  gpt2: (given, where) => {
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
        mlpRatio: ratioOf(given.number('n_inner', 4 * C), C, where),
        maxPositions: given.number('n_positions', given.get<number>('n_ctx')),
      },
      architecture: { parallel: false, gelu: 'tanh', rotary: null },
      local: null,
      tied: given.flag('tie_word_embeddings', true),
      end: endOf(given),
    };
  },
  gpt_neo: (given, where) => {
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
        mlpRatio: ratioOf(given.number('intermediate_size', 4 * C), C, where),
        maxPositions: given.number('max_position_embeddings'),
      },
      architecture: { parallel: false, gelu: 'tanh', rotary: null },
      local: {
        window: given.number('window_size'),
        layers: layers.map((name) => name === 'local'),
      },
      tied: given.flag('tie_word_embeddings', true),
      end: endOf(given),
    };
  },
  gpt_neox: (given, where) => {
    given.only('hidden_act', 'gelu', 'gelu_new', 'gelu_fast');
    given.only('layer_norm_eps', 1e-5);
    given.only('attention_bias', true);
    given.only('rope_scaling');
    const C = given.number('hidden_size');
    const heads = given.number('num_attention_heads');
    const rope = given.get<Json>('rope_parameters') ?? {};
    demand(
      (rope['rope_type'] ?? 'default') === 'default',
      () => `${where}: its rotary positions are scaled.`,
      'Such a model is not built here.',
    );
    const share =
      (rope['partial_rotary_factor'] as number | undefined) ?? given.number('rotary_pct', 0.25);
    const base =
      (rope['rope_theta'] as number | undefined) ?? given.number('rotary_emb_base', 10_000);
    return {
      vocabulary: given.number('vocab_size'),
      size: {
        width: C,
        layers: given.number('num_hidden_layers'),
        heads,
        mlpRatio: ratioOf(given.number('intermediate_size', 4 * C), C, where),
        maxPositions: given.number('max_position_embeddings'),
      },
      architecture: {
        parallel: given.flag('use_parallel_residual', true),
        gelu: given.get('hidden_act') === 'gelu' ? 'exact' : 'tanh',
        rotary: { dims: Math.floor((C / heads) * share), base },
      },
      local: null,
      tied: given.flag('tie_word_embeddings', false),
      end: endOf(given),
    };
  },
};

/**
 * Our config of a config.json.
 *
 * @param where how error messages call the file
 * @throws CourseError when the family is unknown, a setting is missing, or the model does what is
 *   not built here
 */
export function configOf(json: unknown, where: string): LanguageModelConfig {
  const given = (typeof json === 'object' && json !== null ? json : {}) as Json;
  const family = given['model_type'];
  if (typeof family !== 'string' || !Object.hasOwn(READERS, family))
    throw new CourseError(
      `${where} is of the architecture ${JSON.stringify(family ?? null)}, which is not built here.`,
      `Use a model of one of: ${Object.keys(READERS).join(', ')}.`,
    );
  return {
    family: family as Family,
    ...READERS[family as Family](new Settings(given, where), where),
  };
}

/** Refuses an architecture that is none. */
function checkArchitecture(architecture: Architecture, channels: number): void {
  knownKeys('The architecture of a language model', architecture, ['parallel', 'gelu', 'rotary']);
  checkFlag("'parallel' of an architecture", architecture.parallel);
  lookUp('gelu', { tanh: 0, exact: 0 }, architecture.gelu);
  const { rotary } = architecture;
  if (rotary === null) return;
  plainObject("'rotary' of an architecture", rotary);
  positiveInteger("'dims' of rotary positions", rotary.dims, 1, channels);
  finiteNumber("'base' of rotary positions", rotary.base, 'a positive number', (x) => x > 0);
}

/**
 * Refuses a config of which no language model can be made.
 *
 * @throws CourseError quoting the setting, or the memory that its words would need
 */
export function checkConfig(config: LanguageModelConfig): void {
  const known = ['family', 'vocabulary', 'size', 'architecture', 'local', 'tied', 'end'];
  knownKeys('A language model config', config, known);
  const { family, vocabulary: V, local, tied, end } = config;
  lookUp('family of language models', READERS, family);
  positiveInteger('The vocabulary of a language model', V);
  const { width: C, heads, layers } = sizeOf(config.size);
  checkMemory(() => `The embeddings of ${V} words of width ${C}`, V * C * (tied ? 1 : 2));
  checkArchitecture(config.architecture, C / heads);
  checkFlag("'tied' of a language model", tied);
  if (end !== null) checkIndices('The token that ends a text', [end]);
  if (local === null) return;
  plainObject("'local' of a language model", local);
  positiveInteger("'window' of a language model", local.window);
  const isFlag = (value: unknown): boolean => typeof value === 'boolean';
  checkList('Layers with a window', local.layers, 'true or false for each layer', isFlag, layers);
}

/** Gives the array of a name in the folder's files. */
export type Arrays = (name: string) => NamedArray;

/** Rows and columns exchanged: Hugging Face's Linear has [out, in], ours [in, out]. */
function transposed({ shape, data }: NamedArray): NamedArray {
  const [rows, columns] = shape as readonly [number, number];
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c]!;
  return { shape: [columns, rows], data: out };
}

/** Matrices [in, out_i] side by side: [in, out_1 + out_2 + ...]. */
function beside(parts: readonly NamedArray[]): NamedArray {
  const rows = parts[0]!.shape[0]!;
  const widths = parts.map(({ shape }) => shape[1]!);
  const width = widths.reduce((a, b) => a + b, 0);
  const data = new Float32Array(rows * width);
  let at = 0;
  parts.forEach((part, i) => {
    for (let r = 0; r < rows; r++)
      data.set(part.data.subarray(r * widths[i]!, (r + 1) * widths[i]!), r * width + at);
    at += widths[i]!;
  });
  return { shape: [rows, width], data };
}

const scaledBy = ({ shape, data }: NamedArray, factor: number): NamedArray => ({
  shape,
  data: Float32Array.from(data, (value) => value * factor),
});

/** The last axis, ordered (head, part, coordinate), brought to (part, head, coordinate). */
function partsFirst({ shape, data }: NamedArray, H: number): NamedArray {
  const width = shape.at(-1)!;
  const D = width / (3 * H);
  const rows = data.length / width;
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++)
    for (let h = 0; h < H; h++)
      for (let part = 0; part < 3; part++)
        for (let i = 0; i < D; i++)
          out[r * width + (part * H + h) * D + i] = data[r * width + (h * 3 + part) * D + i]!;
  return { shape, data: out };
}

const NAMES: Readonly<
  Record<
    Family,
    (get: Arrays, config: LanguageModelConfig) => Readonly<Record<string, () => NamedArray>>
  >
> = {
  gpt2: (get, { size: { layers: L }, tied }) => {
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
    ]) as Readonly<Record<string, () => NamedArray>>;
  },
  gpt_neo: (get, { size: { layers: L, width: C, heads: H }, tied }) => {
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
    ]) as Readonly<Record<string, () => NamedArray>>;
  },
  gpt_neox: (get, { size: { layers: L, heads: H }, tied }) => {
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
    ]) as Readonly<Record<string, () => NamedArray>>;
  },
};

/** For each parameter of ours, a function that reads it from a family's arrays. */
export const weightReaders = (
  config: LanguageModelConfig,
  get: Arrays,
): Readonly<Record<string, () => NamedArray>> => NAMES[config.family](get, config);
