/**
 * Sentence encoders against Hugging Face's tokenizers and sentence-transformers, on a small BERT
 * with random weights, and on all-MiniLM-L6-v2 where it was fetched.
 */
import * as assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Matrix, solve } from 'ml-matrix';
import { classifiers, core, language, tf } from 'invicl';

import {
  allRefused,
  close,
  fixture,
  leavesNothing,
  refused,
  scratch,
  type Refusal,
} from '../helpers';

type Json = Record<string, unknown>;
interface Expected {
  readonly tokens: readonly (readonly number[])[];
  readonly vectors: readonly (readonly number[])[];
}
const expected = JSON.parse(readFileSync(fixture('sentence-encoder.json'), 'utf8')) as {
  readonly texts: readonly string[];
  readonly sentences: readonly string[];
  readonly bert: Expected;
  readonly minilm: Expected;
};
const SMALL = fixture(join('encoders', 'bert'));
const LONGEST = 24;
const jsonOf = (folder: string, file: string): Json =>
  JSON.parse(readFileSync(join(folder, file), 'utf8')) as Json;
const wordPiece = (folder = SMALL): language.WordPiece =>
  language.wordPieceOf(jsonOf(folder, 'tokenizer.json'), 'its tokenizer.json');

/** The folder of the real model, where it was fetched. */
function realModel(): string | undefined {
  try {
    return language.miniLMFolder();
  } catch {
    return undefined;
  }
}
const real = realModel();
const ifReal = { skip: real ? false : 'run npm run data -- minilm to test it' };

function sameTokens(folder: string, longest: number, tokens: Expected['tokens']): void {
  const pieces = wordPiece(folder);
  assert.equal(expected.texts.length, 300);
  expected.texts.forEach((text, i) =>
    assert.deepEqual(pieces.encode(text, longest), tokens[i], JSON.stringify(text)),
  );
}

test('300 texts have the tokens that tokenizers gives them, and no more than the most', () => {
  sameTokens(SMALL, LONGEST, expected.bert.tokens);
});

test('the real model: 300 texts have the tokens that tokenizers gives them', ifReal, () => {
  sameTokens(real!, 256, expected.minilm.tokens);
});

test('a long text has the tokens of its beginning, at once', () => {
  const pieces = wordPiece();
  const began = performance.now();
  for (const blank of [' ', '\n', '\t']) {
    const long = pieces.encode(`baker${blank}`.repeat(2e6), LONGEST);
    assert.deepEqual(long, pieces.encode('baker '.repeat(LONGEST), LONGEST));
  }
  const seconds = (performance.now() - began) / 1000;
  assert.ok(seconds < 2, `10 MB three times took ${seconds} s`); // a whole one takes 3 to 7
});

test('a text whose beginning has no words is read to its end', () => {
  const pieces = wordPiece();
  const plain = pieces.encode('the baker', LONGEST);
  for (const before of [' '.repeat(5000), '\u200b '.repeat(5000), '\n'.repeat(5000)])
    assert.deepEqual(pieces.encode(`${before}the baker`, LONGEST), plain);
});

function sameVectors(encoder: language.SentenceEncoder, vectors: Expected['vectors']): void {
  const made = encoder.encode(expected.sentences);
  assert.deepEqual(made.shape, [expected.sentences.length, encoder.width]);
  close(made.dataSync(), vectors.flat(), 1e-5);
  close(made.norm(2, 1).dataSync(), new Array<number>(vectors.length).fill(1), 1e-6);
}

test('20 sentences have the vectors that sentence-transformers gives them', () => {
  const encoder = language.loadEncoder(SMALL);
  assert.deepEqual([encoder.name, encoder.longest, encoder.width], ['bert', LONGEST, 24]);
  sameVectors(encoder, expected.bert.vectors);
  encoder.dispose();
});

test('the real model: 20 sentences have the vectors of sentence-transformers', ifReal, () => {
  const encoder = language.loadMiniLM();
  assert.deepEqual([encoder.name, encoder.longest, encoder.width], ['all-MiniLM-L6-v2', 256, 384]);
  sameVectors(encoder, expected.minilm.vectors);
  encoder.dispose();
});

test('a vector does not depend on the other texts, and nothing is left', () => {
  const before = tf.memory().numTensors;
  const encoder = language.loadEncoder(SMALL, 'small');
  assert.equal(encoder.name, 'small');
  // several batches, of texts of different lengths
  const texts = [...expected.sentences, ...expected.texts.slice(0, 150)];
  const together = tf.tidy(() => encoder.encode(texts).arraySync());
  texts.forEach((text, i) => {
    const alone = tf.tidy(() => encoder.encode([text]).dataSync());
    close(alone, together[i]!, 1e-5, JSON.stringify(text));
  });
  assert.deepEqual(
    tf.tidy(() => encoder.encode([]).shape),
    [0, 24],
  );
  leavesNothing(() => encoder.encode(texts).dispose());
  encoder.dispose();
  assert.equal(tf.memory().numTensors, before, 'no tensor is left');
  refused(() => encoder.encode([1] as unknown as string[]), 'Texts', '[1]');
});

/** The small folder with other settings in a file; a setting that is undefined is left out. */
const changed = (file: string, settings: Json) => (): language.SentenceEncoder => {
  const folder = join(scratch(), 'encoder');
  cpSync(SMALL, folder, { recursive: true });
  const json = jsonOf(folder, file);
  const all = Array.isArray(json) ? [...(json as Json[]), settings] : { ...json, ...settings };
  writeFileSync(join(folder, file), JSON.stringify(all));
  return language.loadEncoder(folder);
};

/** The small folder without some files, or with other arrays. */
function spoilt(gone: readonly string[], arrays?: (name: string) => core.NamedArray | null) {
  return (): language.SentenceEncoder => {
    const folder = join(scratch(), 'encoder');
    cpSync(SMALL, folder, { recursive: true });
    for (const name of gone) rmSync(join(folder, name), { recursive: true });
    const file = join(folder, 'model.safetensors');
    if (arrays) {
      const given = Object.entries(core.readSafetensors(file).arrays);
      const kept = given.map(([name, array]) => [name, arrays(name) ?? array] as const);
      core.writeSafetensors(file, Object.fromEntries(kept.filter(([, { shape }]) => shape.length)));
    }
    return language.loadEncoder(folder);
  };
}

test('a folder without the settings of sentence-transformers reads as far as it has places', () => {
  const optional = ['1_Pooling', 'modules.json', 'sentence_bert_config.json'];
  const encoder = spoilt(optional)();
  assert.equal(encoder.longest, 32);
  encoder.dispose();
});

test('weights whose names begin with bert. are read too', () => {
  const folder = join(scratch(), 'encoder');
  cpSync(SMALL, folder, { recursive: true });
  const file = join(folder, 'model.safetensors');
  const named = Object.entries(core.readSafetensors(file).arrays);
  core.writeSafetensors(file, Object.fromEntries(named.map(([name, a]) => [`bert.${name}`, a])));
  const encoder = language.loadEncoder(folder);
  sameVectors(encoder, expected.bert.vectors);
  encoder.dispose();
});

test('folders that are no encoder, or of another kind, are refused in one sentence', async (t) => {
  const config = (settings: Json) => changed('config.json', settings);
  const tokenizer = (settings: Json) => changed('tokenizer.json', settings);
  const pooling = (settings: Json) => changed(join('1_Pooling', 'config.json'), settings);
  const longest = (most: unknown) => changed('sentence_bert_config.json', { max_seq_length: most });
  const query = 'encoder.layer.1.attention.self.query.weight';
  const norm = 'embeddings.LayerNorm.weight';
  const none = { shape: [], data: new Float32Array(1) };
  const narrow = { shape: [24, 23], data: new Float32Array(24 * 23) };
  const refusals: Refusal[] = [
    [config({ model_type: 'roberta' }), 'config.json', '"roberta"', '"bert"'],
    [config({ model_type: undefined }), 'architecture null', '"bert"'],
    [() => language.loadEncoder(fixture(join('models', 'gpt2'))), '"gpt2"', '"bert"'],
    [config({ hidden_act: 'relu' }), "'hidden_act'", '"relu"', '"gelu"'],
    [config({ hidden_act: 'gelu_new' }), "'hidden_act'", '"gelu_new"'],
    [config({ position_embedding_type: 'relative_key' }), '"relative_key"', '"absolute"'],
    [config({ is_decoder: true }), "'is_decoder'", 'true'],
    [config({ num_attention_heads: 5 }), 'width 24', '5 heads'],
    [config({ hidden_size: undefined }), "no number 'hidden_size'"],
    [config({ num_hidden_layers: 1.5 }), "'num_hidden_layers'", '1.5'],
    [config({ num_hidden_layers: 1e12 }), '1000000000000 layers', /need .* GB/],
    [config({ vocab_size: 1e12 }), 'has 900 tokens', 'the model 1000000000000'],
    [config({ layer_norm_eps: 0 }), "'layer_norm_eps'", 'positive', '0'],
    [config({ vocab_size: 899 }), 'has 900 tokens', 'only 899'],
    [config({ intermediate_size: 41 }), "'blocks.0.up.weight'", '[24, 40]', '[24, 41]'],
    [pooling({ pooling_mode_cls_token: true }), "'pooling_mode_cls_token'", 'true'],
    [pooling({ pooling_mode_mean_tokens: false }), "'pooling_mode_mean_tokens'", 'false'],
    [changed('modules.json', { type: 'a.models.Dense' }), '"a.models.Dense"', 'Normalize only'],
    [longest(33), '33 tokens', '32 places'],
    [longest(1), '1 tokens'],
    [longest(2.5), '2.5 tokens'],
    [longest('many'), "no number 'max_seq_length'"],
    [tokenizer({ model: { type: 'BPE', vocab: { a: 0 } } }), '"BPE"', "'WordPiece'"],
    [tokenizer({ normalizer: null }), 'a normalizer of the kind null', "'BertNormalizer'"],
    [tokenizer({ post_processor: { type: 'TemplateProcessing', single: [] } }), 'one token before'],
    [spoilt(['tokenizer.json']), 'tokenizer.json', 'no such file'],
    [spoilt(['config.json']), 'config.json', 'no such file'],
    [spoilt(['model.safetensors']), 'has no model.safetensors'],
    [spoilt([], (name) => (name === query ? none : null)), `no array 'bert.${query}'`],
    [spoilt([], (name) => (name === query ? narrow : null)), 'side by side', '23, 24, 24'],
    [spoilt([], (name) => (name === norm ? narrow : null)), "'norm.gain'", '[24, 23]', '[24]'],
  ];
  const before = tf.memory().numTensors;
  await allRefused(t, refusals);
  assert.equal(tf.memory().numTensors, before, 'a refused encoder leaves no weights');
});

test('all-MiniLM-L6-v2 that was not fetched is refused with the command', () => {
  const before = process.env['ICL_COURSE_CACHE'];
  process.env['ICL_COURSE_CACHE'] = scratch();
  try {
    refused(() => language.loadMiniLM(), 'all-MiniLM-L6-v2', 'npm run data -- minilm');
  } finally {
    if (before === undefined) delete process.env['ICL_COURSE_CACHE'];
    else process.env['ICL_COURSE_CACHE'] = before;
  }
});

/** Demonstrations of three classes, and other texts. */
const SHOWN = [1, 5, 8, 9, 10, 11];
const LABELS = [0, 1, 0, 2, 2, 1];
const ASKED = [0, 2, 3, 6, 7, 12, 13, 14];

/** What the two classifiers answer from sentence vectors, and the cosines [asked][shown]. */
function answered(encoder: language.SentenceEncoder): {
  readonly nearest: readonly number[];
  readonly ridge: readonly number[];
  readonly x: number[][];
  readonly cosines: number[][];
} {
  const vectors = (which: readonly number[]): tf.Tensor2D =>
    encoder.encode(which.map((i) => expected.sentences[i]!));
  const [x, xTest] = [vectors(SHOWN), vectors(ASKED)];
  const prompts = {
    x: x.expandDims<tf.Tensor3D>(0),
    y: tf.tensor2d([LABELS]),
    xTest: xTest.expandDims<tf.Tensor3D>(0),
    yTest: tf.zeros<tf.Rank.R2>([1, ASKED.length]),
  };
  const by = (classifier: classifiers.Classifier): number[] => [
    ...classifier.predict(prompts).dataSync(),
  ];
  return {
    nearest: by(classifiers.nearestNeighbourClassifier(3)),
    ridge: by(classifiers.ridgeClassifier(3, 0.1)),
    x: x.arraySync(),
    cosines: tf.matMul<tf.Tensor2D>(xTest, x, false, true).arraySync(),
  };
}

const largest = (row: readonly number[]): number => row.indexOf(Math.max(...row));

test('on sentence vectors the classifiers are nearest by cosine, and ridge on one-hot labels', () => {
  const encoder = language.loadEncoder(SMALL);
  const { nearest, ridge, x, cosines } = answered(encoder);
  assert.deepEqual(
    nearest,
    cosines.map((row) => LABELS[largest(row)]!),
  );
  // in its dual form, with a constant: (K + lambda I) alpha = Y, K = X X' + 1
  const K = new Matrix(x).mmul(new Matrix(x).transpose()).add(1);
  const Y = new Matrix(LABELS.map((label) => [0, 1, 2].map((c) => Number(c === label))));
  const alpha = solve(K.add(Matrix.eye(x.length).mul(0.1)), Y);
  const scores = new Matrix(cosines).add(1).mmul(alpha).to2DArray();
  assert.deepEqual(ridge, scores.map(largest));
  assert.ok(new Set(ridge).size > 1 && new Set(nearest).size > 1, 'not one answer to all');
  encoder.dispose();
});

test('the real model: bread in the snow is nearest to loaves in a wintry street', ifReal, () => {
  const encoder = language.loadMiniLM();
  const { nearest, ridge, cosines } = answered(encoder);
  assert.equal(largest(cosines[0]!), 0);
  assert.deepEqual([nearest[0], ridge[0]], [0, 0]);
  encoder.dispose();
});
