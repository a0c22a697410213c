/** GGUF files become Hugging Face folders: values, order of rows, tokens, and what is refused. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { core, language } from 'invicl';

import { close, fixture, scratch } from '../helpers';
import { convert, tiny, withoutGguf } from './tiny';

let without: string | undefined;
before(async () => {
  without = await withoutGguf();
});

/** A rotation of pairs of coordinates, as positions turn queries and keys. */
function turned(
  vector: readonly number[],
  position: number,
  pair: (i: number) => [number, number],
): number[] {
  const out = [...vector];
  for (let i = 0; i < vector.length / 2; i++) {
    const angle = position * 100000 ** ((-2 * i) / vector.length);
    const [a, b] = pair(i);
    out[a] = vector[a]! * Math.cos(angle) - vector[b]! * Math.sin(angle);
    out[b] = vector[a]! * Math.sin(angle) + vector[b]! * Math.cos(angle);
  }
  return out;
}

test('weights keep their values, and attention scores under rotary positions are the same', (t) => {
  if (without) return t.skip(without);
  const file = tiny();
  const folder = join(scratch(), 'made');
  assert.equal(convert(file, folder), '');
  const theirs = JSON.parse(fs.readFileSync(`${file}.json`, 'utf8')) as Record<string, number[][]>;
  core.withSafetensors(join(folder, 'model.safetensors'), (reader) => {
    const read = (name: string): Float32Array => reader.read(name).data as Float32Array;
    assert.equal(reader.entries.size, Object.keys(theirs).length);
    assert.equal(reader.entries.get('model.layers.1.mlp.down_proj.weight')!.dtype, 'F16');
    const up = theirs['blk.1.ffn_up.weight']!.flat();
    close(read('model.layers.1.mlp.up_proj.weight'), up, 2 ** -11);
    const norm = read('model.norm.weight');
    assert.deepEqual([...norm], theirs['output_norm.weight'], 'vectors are not rounded');
    // what one head makes of a word, as a query and as a key of its group
    const D = 16;
    const word = theirs['token_embd.weight']![7]!;
    const times = (rows: readonly (readonly number[])[]): number[] =>
      rows.map((row) => row.reduce((sum, value, i) => sum + value * word[i]!, 0));
    const rows = (data: Float32Array, from: number): number[][] =>
      Array.from({ length: D }, (_, r) => [...data.subarray((from + r) * 64, (from + r + 1) * 64)]);
    const dot = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    for (const head of [0, 3]) {
      const group = Math.floor(head / 2);
      const [q, k] = ['q', 'k'].map((part, i) => {
        const at = (i === 0 ? head : group) * D;
        return {
          before: times(theirs[`blk.0.attn_${part}.weight`]!.slice(at, at + D)),
          after: times(rows(read(`model.layers.0.self_attn.${part}_proj.weight`), at)),
        };
      });
      const beside = (i: number): [number, number] => [2 * i, 2 * i + 1];
      const halves = (i: number): [number, number] => [i, i + D / 2];
      for (const [from, to] of [
        [5, 2],
        [90, 11],
      ] as const)
        close(
          [dot(turned(q!.after, from, halves), turned(k!.after, to, halves))],
          [dot(turned(q!.before, from, beside), turned(k!.before, to, beside))],
          0.002,
        );
    }
  });
});

test('config and tokenizer are those of the metadata', (t) => {
  if (without) return t.skip(without);
  const folder = join(scratch(), 'made');
  assert.equal(convert(tiny(), folder), '');
  const config = JSON.parse(fs.readFileSync(join(folder, 'config.json'), 'utf8')) as object;
  const wanted = {
    model_type: 'llama',
    hidden_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    intermediate_size: 96,
    rms_norm_eps: 1e-5,
    rope_theta: 100000,
    tie_word_embeddings: true,
    vocab_size: 265,
    bos_token_id: 1,
  };
  assert.deepEqual({ ...config, ...wanted }, config);
  const json = JSON.parse(fs.readFileSync(join(folder, 'tokenizer.json'), 'utf8')) as object;
  const tokenizer = language.tokenizerOf(json, 'it');
  const words = (text: string): string[] =>
    tokenizer.encode(text).map((one) => tokenizer.decode([one]));
  assert.deepEqual(words('the hell'), ['t', 'he', ' ', 'he', 'll']);
  assert.deepEqual(words('x the'), ['x', ' t', 'he'], 'a blank belongs to the word after it');
  assert.deepEqual(words('12'), ['1', '2'], 'a digit is never merged, though a merge is there');
  assert.equal(tokenizer.encode('٣٤').length, 3, 'nor any other digit of Unicode');
  assert.deepEqual(words('<|im_start|>a'), ['<|im_start|>', 'a']);
  const text = 'é 漢字 🙂 ½٣\n\t12';
  assert.equal(tokenizer.decode(tokenizer.encode(text)), text);
});

test('a GGUF file that is cut, or of another kind, is one sentence', async (t) => {
  if (without) return t.skip(without);
  const good = tiny();
  const bytes = fs.readFileSync(good);
  const spoilt = (change: (bytes: Buffer) => Buffer): string => {
    const file = join(scratch(), 'spoilt.gguf');
    fs.writeFileSync(file, change(Buffer.from(bytes)));
    return file;
  };
  const unknown = spoilt((all) => {
    const name = all.indexOf('output_norm.weight') + 'output_norm.weight'.length;
    all.writeUInt32LE(99, name + 4 + 8); // after the number of axes and the one size
    return all;
  });
  const noText = spoilt((all) => {
    all[all.indexOf('<|im_start|>')] = 0xff;
    return all;
  });
  const cut = [0, 3, 4, 8, 20, 40, 500, 5000, 6000, 20_000, bytes.length - 100, bytes.length - 1];
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ...cut.map(
      (length) =>
        [
          `cut after ${length} bytes`,
          spoilt((all) => all.subarray(0, length)),
          /no GGUF file .* or it is cut/,
        ] as const,
    ),
    ['no GGUF', spoilt(() => Buffer.from('hello')), /no GGUF file that can be read/],
    ['not there', join(scratch(), 'absent'), /absent' could not be read \(No such file/],
    ['unknown quantization', unknown, /weights of the unknown quantization 99/],
    ['integers', tiny('int8 blk.0.ffn_up'), /'blk.0.ffn_up.weight' of the quantization I8/],
    ['architecture', tiny('architecture'), /architecture 'mamba', and only 'llama'/],
    ['tokenizer', tiny('tokenizer'), /tokenizer 'llama smollm', and only 'gpt2 smollm'/],
    ['heads', tiny('heads'), /4 heads of 8 coordinates for 64/],
    ['no heads', tiny('no heads'), /'llama.attention.head_count' 0, where a count from 1 to/],
    ['no width', tiny('no width'), /'llama.embedding_length' 0, where a count from 1 to/],
    ['a word for a number', tiny('width'), /'llama.embedding_length' 'wide', where a count/],
    ['no number', tiny('epsilon'), /layer_norm_rms_epsilon' nan, where a positive number/],
    ['layers without end', tiny('layers'), /'llama.block_count' 500000000, where a count/],
    ['bytes that are no text', noText, /'tokenizer.ggml.tokens' in its metadata that cannot be/],
    ['a token twice', tiny('tokens'), /265 tokens, and only 264 of them differ/],
    ['a merge of no tokens', tiny('merges'), /the merge 'h x', whose parts are no two tokens/],
    ['missing weights', tiny('no blk.1.ffn_up'), /no weights 'blk.1.ffn_up.weight'/],
    ['other weights', tiny('bias'), /'blk.0.attn_q_bias.weight', which a model/],
    ['shape', tiny('shape'), /'blk.0.ffn_up.weight' of the shape \(128, 64\), where \(96, 64\)/],
    ['too large', tiny('large blk.0.ffn_up'), /'blk.0.ffn_up.weight' with a number that float16/],
  ];
  for (const [name, file, sentence] of cases)
    await t.test(name, () => {
      const made = join(scratch(), 'made');
      const text = convert(file, made);
      assert.match(text, sentence);
      assert.doesNotMatch(text, /\n|Traceback/);
      assert.deepEqual(fs.existsSync(made) ? fs.readdirSync(made) : [], [], 'nothing is left');
    });
});

/** The folder of the real model, where it was fetched. */
function realModel(): string | undefined {
  try {
    return language.smolLM2Folder();
  } catch {
    return undefined;
  }
}

const real = realModel();
test(
  'the real model: 200 texts have the tokens that transformers gives them',
  { skip: real ? false : 'run npm run data -- smollm2 to test it' },
  () => {
    const json = JSON.parse(fs.readFileSync(join(real!, 'tokenizer.json'), 'utf8')) as object;
    const tokenizer = language.tokenizerOf(json, 'it');
    const known = JSON.parse(fs.readFileSync(fixture('smollm2-tokens.json'), 'utf8')) as {
      readonly texts: readonly (readonly [string, readonly number[]])[];
    };
    assert.equal(known.texts.length, 200);
    for (const [text, tokens] of known.texts) {
      assert.deepEqual(tokenizer.encode(text), tokens, JSON.stringify(text));
      assert.equal(tokenizer.decode(tokens), text);
    }
  },
);
