/** Weights of folders: each is held once, and those that were read go when one is refused. */
import * as assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { language, model, tf } from 'invicl';

import { fixture, refused, scratch } from '../helpers';

interface Stored {
  readonly tensorMap: { get(dataId: object): { readonly values: unknown } };
}

/** The parameters whose numbers JavaScript holds too, in wait for their first use. */
const heldTwice = (parameters: model.Parameters): string[] =>
  Object.entries(parameters)
    .filter(
      ([, { dataId }]) => (tf.backend() as unknown as Stored).tensorMap.get(dataId).values !== null,
    )
    .map(([name]) => name);

test('weights of a folder lie with the backend alone, before they are used', () => {
  const { model: lm } = language.loadLanguageModel(fixture(join('models', 'llama')));
  assert.deepEqual(heldTwice(lm.parameters), []);
  lm.dispose();
  const encoder = language.loadEncoder(fixture(join('encoders', 'bert')));
  assert.deepEqual(heldTwice(encoder.parameters), []);
  encoder.dispose();
});

test('a model made for weights that come later holds no zeros in JavaScript', () => {
  const { model: lm } = language.loadLanguageModel(fixture(join('models', 'llama')));
  const empty = new language.LanguageModel(lm.config, null);
  assert.deepEqual(heldTwice(empty.parameters), []);
  assert.equal(empty.parameters['words']!.max().dataSync()[0], 0);
  for (const one of [empty, lm]) one.dispose();
});

test('a weight of another shape is refused, and those read before it are freed', () => {
  const folder = join(scratch(), 'llama');
  cpSync(fixture(join('models', 'llama')), folder, { recursive: true });
  const file = join(folder, 'config.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...json, intermediate_size: 63 }));
  const before = tf.memory().numTensors;
  refused(() => language.loadLanguageModel(folder), "'blocks.0.gate.weight'", '[24, 63]');
  assert.equal(tf.memory().numTensors, before);
});
