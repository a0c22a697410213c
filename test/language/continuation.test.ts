/** Inputs that a language model writes: they end before the label, and repeat with their stream. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, language } from 'invicl';

import { allRefused, leavesNothing } from '../helpers';

const WORDS = ['the', 'dog', 'cat', 'ran', 'red', 'blue', 'Label:'];
const tokenizer = language.tokenizerOf(language.wordTokenizerJson(WORDS), 'words');
const SIZE = { width: 8, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 64 };
const loaded = language.freshLanguageModel(tokenizer, SIZE, 0);
// fresh weights are so small that all words are as probable, whatever was read
for (const weight of Object.values(loaded.model.parameters)) weight.assign(weight.mul(5));
const template: language.Template = {
  style: 'direct',
  between: ' Label: ',
  after: '\n',
  longest: 16,
};
const shown = [
  { input: 'the dog', output: 'red' },
  { input: 'the cat ran', output: 'blue' },
];
const drawn = (seed: number, longest = 24): string =>
  language.drawInputText(loaded, shown, template, core.stream(seed, 'input'), longest);

test('an input holds no label’s mark, and the same stream writes the same', () => {
  const texts = Array.from({ length: 40 }, (_, seed) => drawn(seed));
  for (const one of texts) {
    assert.ok(one.length > 0 && !one.includes('Label:') && !one.includes('\n'), one);
    assert.ok(one.split(' ').length <= 24);
  }
  assert.ok(new Set(texts).size > 20);
  assert.equal(drawn(3), texts[3]);
});

test('the order of the demonstrations is read', () => {
  const turned = Array.from({ length: 20 }, (_, seed) =>
    language.drawInputText(loaded, [...shown].reverse(), template, core.stream(seed, 'input')),
  );
  assert.ok(turned.some((one, seed) => one !== drawn(seed)));
});

test('it leaves no tensor', () => leavesNothing(() => void drawn(0)));

test('what cannot be written is refused', async (t) => {
  const random = core.stream(0, 'input');
  const channel: language.Template = { ...template, style: 'channel' };
  await allRefused(t, [
    [() => language.drawInputText(loaded, shown, channel, random), 'channel', 'label'],
    [() => language.drawInputText(loaded, [], template, random, 0), '0'],
    [() => language.drawInputText(loaded, shown, template, {} as core.Stream), 'stream'],
    [() => language.drawInputText(loaded, shown, template, random, 90), 'position'],
  ]);
});
