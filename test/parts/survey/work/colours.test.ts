import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, language, shapes, work } from 'invicl';

import { allRefused, close, leavesNothing } from '../../../helpers';

const begin = 'The';
const words = ['The', 'car', 'dress', 'is', 'by', 'red', 'blue', 'new', 'old'];
const loaded = language.freshLanguageModel(
  language.tokenizerOf(language.wordTokenizerJson(words), 'words of colours'),
  { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 32 },
  3,
);
const texts = ['car is', 'dress by car is'];

const wordsOf = (text: string): string[] => text.replace('.', '').split(' ');
const isColour = (word: string): boolean => work.COLOURS.includes(word);

test('demonstrations name no colour; their other form has one where they go on otherwise', () => {
  const pool = work.drawColourDemonstrations(core.stream(0, 'pool'), 48);
  assert.equal(new Set(pool.map(({ plain }) => plain)).size, 48);
  for (const { plain, coloured } of pool) {
    const before = wordsOf(coloured).slice(0, -1);
    assert.deepEqual(wordsOf(plain).slice(0, before.length), before);
    assert.ok(wordsOf(plain).length > before.length);
    assert.ok(isColour(wordsOf(coloured).at(-1)!) && !before.some(isColour));
    assert.ok(!wordsOf(plain).some(isColour));
  }
  const topics = [...new Set(pool.map(({ topic }) => topic))];
  assert.equal(topics.length, 4);
  for (const topic of topics)
    assert.equal(pool.filter((one) => one.topic === topic).length, 12, topic);
});

test('no demonstration has a thing or a place of a beginning that is tested', () => {
  const small = new Set('The in the of is are bright dark pale light'.split(' '));
  const shown = new Set(
    work
      .drawColourDemonstrations(core.stream(1, 'pool'), 48)
      .flatMap(({ plain }) => plain.replace('.', '').split(' ')),
  );
  assert.equal(work.COLOUR_BEGINNINGS.length, 24);
  for (const { text } of work.COLOUR_BEGINNINGS)
    assert.deepEqual(
      text.split(' ').filter((word) => shown.has(word) && !small.has(word)),
      [],
    );
});

test('next words have the probabilities that a score of the whole text gives them', () => {
  const logs = work.nextWordLogs(loaded, begin, texts, ['red', 'blue']);
  const length = [2, 4];
  texts.forEach((text, i) => {
    const whole = (word: string): number =>
      shapes.styleScores(loaded, begin, [`${text} ${word}`], null, 0)[0]! * (length[i]! + 1);
    const [before] = shapes.styleScores(loaded, begin, [text], null, 0);
    close(
      logs[i]!,
      ['red', 'blue'].map((word) => whole(word) - before! * length[i]!),
      1e-4,
    );
  });
});

test('turned states change the probabilities, by no strength they do not', () => {
  const vectors = shapes.contextVector(loaded, begin, [['car is red', 'car is new']]);
  const plain = work.nextWordLogs(loaded, begin, texts, ['red']);
  close(work.nextWordLogs(loaded, begin, texts, ['red'], vectors, 0).flat(), plain.flat(), 1e-6);
  const turned = work.nextWordLogs(loaded, begin, texts, ['red'], vectors, 1);
  assert.ok(Math.abs(turned[0]![0]! - plain[0]![0]!) > 1e-3);
});

test('all words of a vocabulary are a class of probability 1', () => {
  const V = loaded.tokenizer.vocabulary;
  const logs = work.nextWordLogs(loaded, begin, texts, [...words, '\n', 'unknown']);
  assert.equal(words.length + 2, V);
  close(work.classProbabilities(logs), [1, 1], 1e-5);
  close(work.classProbabilities([[Math.log(0.5), Math.log(0.25)]]), [0.75], 1e-12);
});

test('no tensor is left', () => {
  leavesNothing(() => void work.nextWordLogs(loaded, begin, texts, ['red']));
});

test('what is asked for in vain is refused', async (t) => {
  const ask = (...rest: unknown[]): unknown =>
    (work.nextWordLogs as (...all: unknown[]) => unknown)(loaded, begin, ...rest);
  await allRefused(t, [
    [() => work.drawColourDemonstrations(core.stream(0, 'pool'), 49), '49'],
    [() => ask([], ['red']), 'Texts'],
    [() => ask(texts, []), 'Words'],
    [() => ask(texts, ['red blue']), 'red blue', '2 tokens'],
    [() => ask([''], ['red']), 'no tokens'],
    [() => ask(texts, ['red'], [[1, 0]], 1), 'vector of 2 numbers'],
    [() => ask(texts, ['red'], [[1, 0]], -1), 'strength'],
    [() => work.classProbabilities([[0.5]]), 'above 0'],
  ]);
});
