/** Questions in English: their texts, and what a language model of random weights makes of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, language, model, steps } from 'invicl';
import { allRefused, leavesNothing } from '../../../helpers';

const question = { start: 7, changes: [3, -2, 5] };

test('a question and its answers in words', () => {
  const asked = 'Q: Start with 7. Add 3. Subtract 2. Add 5. What is the result?\nA:';
  assert.equal(steps.numberText(question), asked);
  assert.equal(steps.numberText(question, 'direct'), `${asked} The answer is 13.\n\n`);
  assert.equal(
    steps.numberText(question, 'written'),
    `${asked} 7 + 3 = 10. 10 - 2 = 8. 8 + 5 = 13. The answer is 13.\n\n`,
  );
  assert.deepEqual(steps.numberResults(question), [10, 8, 13]);
});

test('drawn questions stay between 0 and 50', () => {
  for (let i = 0; i < 200; i++) {
    const drawn = steps.drawNumberQuestion(core.stream(i, 'numbers'), 1 + (i % 6));
    assert.equal(drawn.changes.length, 1 + (i % 6));
    const values = [drawn.start, ...steps.numberResults(drawn)];
    assert.ok(values.every((value) => value >= 0 && value <= 50));
  }
});

const WORDS = ['Q', 'A', ':', 'Start', 'with', 'Add', 'Subtract', 'What', 'is', 'the', 'result']
  .concat(['?', '.', '+', '-', '=', 'The', 'answer'])
  .concat(Array.from({ length: 60 }, (_, n) => `${n}`));
const loaded = language.freshLanguageModel(
  language.tokenizerOf(language.wordTokenizerJson(WORDS), 'words'),
  { width: 16, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 200 },
  0,
);

test('an answer is what the model writes after demonstrations and question', () => {
  const shown = [{ start: 1, changes: [2] }];
  for (const written of [true, false]) {
    const [answer] = steps.askNumbers(loaded, [question], shown, written, 9);
    const { tokenizer } = loaded;
    const text = steps.numberText(shown[0]!, written ? 'written' : 'direct');
    const context = language.readContext(loaded.model, model.METHODS.ar, []);
    const tokens = [...tokenizer.encode(text), ...tokenizer.encode(steps.numberText(question))];
    const added = language.generate(loaded.model, context, tokens, 9);
    language.disposeCache(context.cache);
    assert.equal(answer!.text, tokenizer.decode(added).split('\n')[0]!.trim());
    assert.equal(answer!.tokens, added.length);
    assert.ok(answer!.answer === null || /answer is/.test(answer!.text));
  }
});

test('it leaves no tensor', () => {
  leavesNothing(() => void steps.askNumbers(loaded, [question], [question], true, 3));
});

test('what is no question about numbers is refused', async (t) => {
  await allRefused(t, [
    [() => steps.numberText({ start: -1, changes: [1] }), '-1'],
    [() => steps.numberText({ start: 1, changes: [] }), 'changes'],
    [() => steps.numberResults({ start: 1, changes: [0] }), 'other than 0'],
    [() => steps.drawNumberQuestion(core.stream(0, 'n'), 0), '0'],
    [() => steps.askNumbers(loaded, [question], [], true, 0), '0'],
    [() => steps.askNumbers(loaded, [question], [], 1 as unknown as boolean), '1'],
  ]);
});
