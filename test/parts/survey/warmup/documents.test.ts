/** What is read in warm-up: pseudo tasks from text, symbols, MetaICL, and exchanged labels. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, small, survey, warmup, world } from 'invicl';

import { allRefused, close, leavesNothing } from '../../../helpers';

const random = (name = 'x'): core.Stream => core.stream(31, 'test of warm-up', name);
const wordsOf = (words: readonly string[]): number[] =>
  words.filter((word) => word !== world.MARKS.nothing).map((word) => world.WORDS.indexOf(word));
const agreeIn = (words: readonly string[], feature: number): boolean =>
  new Set(wordsOf(words).map((w) => world.bitOf(w, feature))).size === 1;

test('the words of a passage agree in one feature of the text, and both values occur', () => {
  for (let t = 0; t < 20; t++) {
    const text = warmup.unlabelledText(random(`${t}`), 6);
    const passages = text.map(({ sentence, next }) => [...sentence, ...next]);
    const features = [0, 1, 2, 3].filter((f) => passages.every((words) => agreeIn(words, f)));
    assert.ok(features.length >= 1);
    const values = passages.map((words) => world.bitOf(wordsOf(words)[0]!, features[0]!));
    assert.equal(new Set(values).size, 2);
  }
});

test('each objective asks for what stood in the text', () => {
  const text = warmup.unlabelledText(random(), 9);
  const linesOf = (objective: warmup.Objective): readonly (readonly string[])[] =>
    warmup.pseudoDocument(random(), text, objective).lines;
  text.forEach(({ sentence: [a, b, c, d], next }, i) => {
    const at = (objective: warmup.Objective): readonly string[] => {
      const line = linesOf(objective)[i]!;
      assert.equal(line.length, world.LINE_TOKENS);
      assert.ok(world.TEMPLATES.includes(line[3]!));
      return [...line.slice(0, 3), line[4]!];
    };
    assert.deepEqual(at('next sentence'), [a, b, c, next[0]]);
    assert.deepEqual(at('last phrase'), [a, b, c, d]);
    assert.deepEqual(at('masked word'), [a, world.MARKS.nothing, c, b]);
    const [first, second, third, answer] = at('classification');
    assert.deepEqual([first, second], [a, b]);
    if (answer === '1') assert.equal(third, c);
    else assert.ok(text.some((other, j) => j !== i && other.sentence.includes(third!)));
  });
});

test('a kind of warm-up reads its own labels, and as many tokens as the others', () => {
  const ofKind = (kind: warmup.WarmUp): world.Document[] => warmup.warmUpBatch(random(), kind, 12);
  const labelsOf = (kind: warmup.WarmUp): string[] =>
    ofKind(kind).flatMap(({ lines }) => lines.map((line) => line[4]!));
  assert.ok(labelsOf('symbol tuning').every((label) => world.SYMBOLS.includes(label)));
  assert.ok(labelsOf('further text').every((label) => !world.SYMBOLS.includes(label)));
  for (const kind of warmup.WARM_UPS) {
    const documents = ofKind(kind);
    const tokens = documents.flatMap((document) => world.documentTokens(document)).length;
    close([tokens / (12 * (4 + 9 * 6))], [1], 0.05);
    const counted = documents.map(({ weights }) => weights.flat().filter((w) => w === 1).length);
    const due = kind === 'MetaICL' || kind === 'multi-task' ? 1 : 9;
    assert.deepEqual(new Set(counted), new Set([due]), kind);
  }
});

test('as many labels as asked for are exchanged, and the question stays', () => {
  const [question] = survey.drawQuestions(random(), survey.cellOf('natural'), 8, 1);
  for (let flipped = 0; flipped <= 8; flipped++) {
    const other = warmup.withFlipped(random(), question!, flipped);
    const changed = other.context.examples.filter(
      ({ label }, i) => label !== question!.context.examples[i]!.label,
    );
    assert.equal(changed.length, flipped);
    assert.ok(changed.every(({ label }) => question!.task.labels.includes(label)));
    assert.deepEqual([other.input, other.right], [question!.input, question!.right]);
  }
});

test('a warm-up lowers the loss of its documents, the same way each time, and keeps nothing', () => {
  const size = { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1 };
  const losses = (): number[] => {
    const model = new small.SmallModel({ size, seed: 1, smearedKeys: true, alignedStart: true });
    const settings = { steps: 40, batch: 4, learningRate: 1e-2, kind: 'symbol tuning' } as const;
    const trainer = new warmup.WarmUpTrainer(model, settings, { compile: false });
    const all = Array.from({ length: 40 }, () => trainer.train());
    trainer.dispose();
    model.dispose();
    return all;
  };
  const all = losses();
  const mean = (some: readonly number[]): number => some.reduce((a, b) => a + b) / some.length;
  assert.ok(mean(all.slice(-10)) < 0.7 * mean(all.slice(0, 10)), all.join(' '));
  leavesNothing(() => void assert.deepEqual(losses(), all));
});

test('what is no warm-up is refused', async (t) => {
  const text = warmup.unlabelledText(random(), 2);
  const [question] = survey.drawQuestions(random(), survey.cellOf('natural'), 2, 1);
  const size = { width: 16, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 1 };
  const model = new small.SmallModel({ size, seed: 1, smearedKeys: true, alignedStart: true });
  await allRefused(t, [
    [() => warmup.unlabelledText(random(), 1), 'passages', '1'],
    [() => warmup.pseudoDocument(random(), text, 'x' as 'last phrase'), 'objective', "'x'"],
    [
      () =>
        warmup.pseudoDocument(
          random(),
          [{ sentence: ['a'], next: ['b'] }, text[0]!],
          'last phrase',
        ),
      'four words',
    ],
    [() => warmup.warmUpBatch(random(), 'x' as 'MetaICL', 2), 'kind of warm-up', "'x'"],
    [() => warmup.warmUpBatch(random(), 'MetaICL', 0), 'batch', '0'],
    [() => warmup.withFlipped(random(), question!, 3), 'exchanged labels', '3'],
    [() => new warmup.WarmUpTrainer({} as small.SmallModel), 'SmallModel'],
    [() => new warmup.WarmUpTrainer(model, { kind: 'x' as 'MetaICL' }), "'kind'", "'x'"],
    [() => new warmup.WarmUpTrainer(model, { microBatch: 2 }), 'microbatches of 2'],
  ]);
  model.dispose();
});
