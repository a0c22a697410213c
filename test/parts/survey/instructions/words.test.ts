/** Prompts about word tasks, and instructions that a model writes, on a model of random weights. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, instructions, language, model } from 'invicl';

import { allRefused, close, leavesNothing } from '../../../helpers';

const rows = instructions.wordRows('plural');
const words = rows.flatMap(({ input, options }) => [input, ...options]);
const others = 'Input: Output: Instruction: Write the plural of word. <b>'.split(' ');
const loaded = language.freshLanguageModel(
  language.tokenizerOf(language.wordTokenizerJson([...new Set([...words, ...others])]), 'words'),
  { width: 16, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 256 },
  0,
);
const plain = { form: 'plain' } as const;
const instruction = 'Write the plural of the word.';

test('prompts are those of the head of the file', () => {
  const examples = [{ input: 'cat', output: 'cats' }];
  assert.equal(
    instructions.wordPrompt({ instruction, examples }, 'dog', plain),
    'Instruction: Write the plural of the word.\n\n' +
      'Input: cat\nOutput: cats\n\nInput: dog\nOutput:',
  );
  assert.equal(
    instructions.wordPrompt({ instruction }, 'dog', { form: 'chat', begin: '<b>' }),
    '<b><|im_start|>user\nWrite the plural of the word.\n\nInput: dog<|im_end|>\n' +
      '<|im_start|>assistant\nOutput:',
  );
  assert.equal(instructions.wordPrompt({}, 'dog', plain), 'Input: dog\nOutput:');
});

test('scores are the logarithms of the options after the whole prompt', () => {
  const some = rows.slice(0, 2);
  for (const context of [{}, { instruction }, { instruction, examples: rows.slice(3, 5) }])
    for (const form of instructions.PROMPT_FORMS) {
      const { scores } = instructions.wordScores(loaded, context, some, { form, begin: '<b>\n' });
      const expected = some.map(({ input, options }) => {
        const prompt = instructions.wordPrompt(context, input, { form, begin: '<b>\n' });
        return language.scoreOptions(
          loaded.model,
          loaded.tokenizer,
          [{ examples: [], input: prompt, options }],
          {
            method: model.METHODS.ar,
            length: 'sum',
            template: { style: 'direct', between: ' ', after: '', longest: 200 },
          },
        )[0]!;
      });
      scores.forEach((row, i) => close(row, expected[i]!, 1e-4));
    }
});

test('options that are asked together do not read each other', () => {
  const { scores } = instructions.wordScores(loaded, { instruction }, rows, plain);
  const alone = instructions.wordScores(loaded, { instruction }, [rows[7]!], plain).scores;
  close(scores[7]!, alone[0]!, 1e-4);
});

test('a guess is one line or sentence of what the model writes; the likeliest is always the same', () => {
  const examples = rows.slice(0, 2);
  for (const form of instructions.GUESS_FORMS) {
    const guess = (count: number, temperature?: number): string[] => {
      const random = core.stream(0, 'guesses');
      return instructions.guessInstructions(loaded, examples, count, {
        form,
        longest: 6,
        ...(temperature ? { sampling: { temperature, random } } : {}),
      });
    };
    const [first, second] = guess(2);
    assert.equal(first, second);
    const drawn = guess(4, 5);
    assert.deepEqual(guess(4, 5), drawn);
    assert.ok(new Set(drawn).size > 1);
    for (const text of [first!, ...drawn]) {
      assert.ok(text.length > 0 && !text.includes('\n'));
      assert.ok(text.split(' ').length <= 6);
    }
  }
});

test('the prompt of a guess shows other tasks first, and begins with its own token', () => {
  const shown = [{ instruction: 'Write it.', examples: [{ input: 'a', output: 'b' }] }];
  assert.equal(
    instructions.guessPrompt([{ input: 'dog', output: 'dogs' }], {
      form: 'completion',
      shown,
      begin: '<b>',
    }),
    '<b>Input: a\nOutput: b\n\nInstruction: Write it.\n\n' +
      'Input: dog\nOutput: dogs\n\nInstruction:',
  );
  const request = instructions.guessPrompt(rows.slice(0, 1), { form: 'request' });
  assert.ok(request.startsWith('<|im_start|>user\nOne instruction'));
  assert.ok(request.endsWith('The instruction was:'));
});

test('nothing is left in memory', () => {
  const { guessInstructions, wordScores } = instructions;
  leavesNothing(() => {
    wordScores(loaded, { instruction }, rows.slice(0, 2), plain);
    guessInstructions(loaded, rows.slice(0, 2), 2, { form: 'completion', longest: 3 });
  });
});

test('what is no prompt, row or guess is refused', async (t) => {
  const { guessInstructions, guessPrompt, wordPrompt, wordScores } = instructions;
  const row = rows[0]!;
  await allRefused(t, [
    [() => wordPrompt({ instruction: 3 as never }, 'dog', plain), 'instruction', '3'],
    [() => wordPrompt({ title: 'x' } as never, 'dog', plain), "'title'"],
    [() => wordPrompt({}, 'dog', { form: 'song' as never }), 'plain, chat', "'song'"],
    [() => wordPrompt({}, 'dog', { ...plain, end: '' } as never), "'end'"],
    [() => wordScores(loaded, {}, [], plain), 'Rows'],
    [() => wordScores(loaded, {}, [{ ...row, output: 'x' }], plain), "'x'", 'options'],
    [() => guessPrompt([], { form: 'completion' }), 'from nothing'],
    [() => guessPrompt([row], { form: 'song' as never }), 'completion, request', "'song'"],
    [
      () => guessPrompt([row], { form: 'completion', shown: [{ examples: [row] }] as never }),
      'instruction',
    ],
    [() => guessInstructions(loaded, [row], 0, { form: 'completion' }), 'instructions', '0'],
    [
      () =>
        guessInstructions(loaded, [row], 1, {
          form: 'completion',
          sampling: { temperature: 0, random: core.stream(0) },
        }),
      'temperature',
      '0',
    ],
  ]);
});
