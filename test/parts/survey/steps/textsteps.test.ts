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
  for (const form of ['written', 'direct'] as const) {
    const asking = { form, demonstrations: shown, longest: 9 };
    const answers = steps.askNumbers(loaded, [question, { start: 4, changes: [1] }], asking);
    const { tokenizer } = loaded;
    const context = language.readContext(loaded.model, model.METHODS.ar, []);
    const tokens = [
      ...tokenizer.encode(steps.numberText(shown[0]!, form)),
      ...tokenizer.encode(steps.numberText(question)),
    ];
    const added = language.generate(loaded.model, context, tokens, 9);
    language.disposeCache(context.cache);
    const whole = tokenizer.decode(added);
    assert.equal(answers.length, 2);
    assert.ok(answers[0]!.text !== '' && whole.startsWith(answers[0]!.text));
    assert.ok(answers[0]!.tokens <= added.length);
    assert.equal(answers[0]!.answer, steps.numberIn(answers[0]!.text, form));
  }
});

test('the number of an answer: after "answer is", else the last or the first', () => {
  const steps3 = '7 + 3 = 10. 10 - 2 = 8. The answer is 8.';
  for (const form of steps.NUMBER_FORMS) assert.equal(steps.numberIn(steps3, form), 8);
  assert.equal(steps.numberIn('First 7, then 12', 'trigger'), 12);
  assert.equal(steps.numberIn('7 or 12', 'at once'), 7);
  assert.equal(steps.numberIn('7 or 12', 'written'), null);
  assert.equal(steps.numberIn('nothing', 'trigger'), null);
});

test('a drawn answer depends on its stream, and a low temperature draws the likeliest', () => {
  const asking = { form: 'written', longest: 6 } as const;
  const draw = (temperature: number, seed: number): string[] =>
    steps
      .askNumbers(loaded, [question, question], {
        ...asking,
        sampling: { temperature, random: core.stream(seed, 'drawn') },
      })
      .map(({ text }) => text);
  const [likeliest] = steps.askNumbers(loaded, [question], asking);
  assert.deepEqual(draw(1e-4, 1), [likeliest!.text, likeliest!.text]);
  assert.deepEqual(draw(5, 1), draw(5, 1));
  assert.notDeepEqual(draw(5, 1), draw(5, 2));
});

test('it leaves no tensor', () => {
  leavesNothing(
    () =>
      void steps.askNumbers(loaded, [question], {
        form: 'written',
        demonstrations: [question],
        longest: 3,
      }),
  );
});

test('what is no question about numbers is refused', async (t) => {
  const ask = (asking: object) => () =>
    steps.askNumbers(loaded, [question], asking as steps.NumberAsking);
  await allRefused(t, [
    [() => steps.numberText({ start: -1, changes: [1] }), '-1'],
    [() => steps.numberText({ start: 1, changes: [] }), 'changes'],
    [() => steps.numberResults({ start: 1, changes: [0] }), 'other than 0'],
    [() => steps.drawNumberQuestion(core.stream(0, 'n'), 0), '0'],
    [ask({ form: 'written', longest: 0 }), '0'],
    [ask({ form: 'slowly' }), 'slowly'],
    [ask({ form: 'trigger', demonstrations: [question] }), '1 demonstrations', 'trigger'],
    [ask({ form: 'written', many: 1 }), 'many'],
    [() => steps.numberIn('8', 'slowly' as 'written'), 'slowly'],
  ]);
});
