/**
 * Self-Instruct: similarity of texts against rouge-score and a second implementation, filters by hand,
 * prompts that are read back, and the loop with a writer that follows a script.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { core, instructions, language, type scoring } from 'invicl';
import { allRefused, close, fixture, leavesNothing, refused } from '../../../helpers';

const {
  INSTANCE_FILTERS,
  INSTANCE_ORDERS,
  INSTRUCTION_FILTERS,
  SEED_TASKS,
  TOO_SIMILAR,
  WORD_TASKS,
  askClassification,
  drawShown,
  funnelOf,
  inputUnder,
  instanceRefusals,
  instancesOf,
  instancesPrompt,
  instructionRefusal,
  keptInstances,
  keptInstructions,
  listPrompt,
  listedInstructions,
  longestCommon,
  proposeInstructions,
  rougeL,
  rougeWords,
  selfTemplate,
  taskLine,
  textWriter,
  writeInstances,
  writtenInstances,
} = instructions;

const random = (name = ''): core.Stream => core.stream(1, 'self-instruct', name);
const seedInstructions = SEED_TASKS.map(({ instruction }) => instruction);

interface Pair {
  readonly a: string;
  readonly b: string;
  readonly f: number;
}

test('ROUGE-L is that of the package rouge-score', () => {
  const pairs = JSON.parse(readFileSync(fixture('rouge-reference.json'), 'utf8')) as Pair[];
  assert.ok(pairs.filter(({ f }) => f > 0).length > 20);
  close(
    pairs.map(({ a, b }) => rougeL(a, b)),
    pairs.map(({ f }) => f),
    1e-12,
  );
});

/** The longest common subsequence by its definition, from the ends, remembered. */
function recursive(a: readonly string[], b: readonly string[]): number {
  const known = new Map<string, number>();
  const of = (i: number, j: number): number => {
    if (i === 0 || j === 0) return 0;
    const key = `${i} ${j}`;
    const value =
      known.get(key) ??
      (a[i - 1] === b[j - 1] ? 1 + of(i - 1, j - 1) : Math.max(of(i - 1, j), of(i, j - 1)));
    known.set(key, value);
    return value;
  };
  return of(a.length, b.length);
}

test('the longest common subsequence agrees with a recursion, is symmetric, and by hand', () => {
  const stream = random('words');
  const text = (): string[] =>
    Array.from({ length: stream.integer(12) }, () => 'abcd'[stream.integer(4)]!);
  for (let i = 0; i < 50; i++) {
    const [a, b] = [text(), text()];
    assert.equal(longestCommon(a, b), recursive(a, b));
    assert.equal(longestCommon(a, b), longestCommon(b, a));
    assert.equal(longestCommon(a, a), a.length);
  }
  assert.equal(longestCommon(['x', 'a', 'y', 'b'], ['a', 'b', 'x']), 2);
  assert.deepEqual(rougeWords("Don't, 42 Times!"), ['don', 't', '42', 'times']);
  assert.equal(rougeL('Add the numbers.', 'add The NUMBERS'), 1);
  assert.equal(rougeL('', 'word'), 0);
});

test('seed tasks: half with labels, two instances each, none like another or like a held-out one', () => {
  assert.equal(SEED_TASKS.length, 24);
  assert.equal(SEED_TASKS.filter(({ classification }) => classification).length, 12);
  SEED_TASKS.forEach(({ instruction, instances }, i) => {
    assert.equal(instances.length, 2);
    assert.deepEqual(instanceRefusals(instances), [null, null]);
    const others = seedInstructions.filter((_, j) => j !== i);
    const held = WORD_TASKS.map((task) => task.instruction);
    assert.equal(instructionRefusal(instruction, others, held), null, instruction);
  });
});

test('each filter of instructions refuses its own case, the first one is named', () => {
  const pool = ['Add the two numbers.'];
  const held = ['Write the plural of the word.'];
  const of = (text: string): string | null => instructionRefusal(text, pool, held);
  assert.equal(of('Add two numbers.'), 'length'); // three words
  assert.equal(of('Add two numbers up.'), 'similarity'); // 2 * 3 / 8 > 0.7
  assert.equal(of('word '.repeat(150)), null);
  assert.equal(of('word '.repeat(151)), 'length');
  assert.equal(of('Describe what the Images show.'), 'keyword');
  assert.equal(of('Tell what you imagine here.'), null); // a part of a word is no keyword
  assert.equal(of('Please go to the shop.'), 'keyword');
  assert.equal(of('Write a program that sorts words.'), 'program');
  assert.equal(of('"Tell a story about it.'), 'beginning');
  assert.equal(of('Über den Wolken ist es hell.'), 'beginning');
  assert.equal(of('Write down the plural of the word.'), 'held out');
  assert.equal(of('Name a fruit for each letter.'), null);
});

test('instances: no output, copies, broken ends, doubles, and contradictions of a whole task', () => {
  const of = (...rows: (readonly [string, string])[]): (string | null)[] =>
    instanceRefusals(rows.map(([input, output]) => ({ input, output })));
  assert.deepEqual(of(['a', 'b'], ['a', ' '], ['c', 'c'], ['d', 'e:'], ['a', 'b'], ['e', 'f']), [
    null,
    'no output',
    'copy',
    'broken off',
    'twice',
    null,
  ]);
  assert.deepEqual(of(['a', 'b'], ['c', 'd'], ['a', 'e']), Array(3).fill('contradiction'));
  assert.deepEqual(of(['', 'b'], ['', 'd']), [null, null]); // without inputs nothing contradicts
  assert.deepEqual(instanceRefusals([]), []);
});

test('a funnel counts every refusal once', () => {
  const funnel = funnelOf(['length', null, 'length', 'similarity'] as const, INSTRUCTION_FILTERS);
  assert.equal(funnel.length, 2);
  assert.equal(funnel.similarity, 1);
  assert.equal(funnel.kept, 1);
  assert.equal(
    Object.values(funnel).reduce((a, b) => a + b),
    4,
  );
});

test('lists are written and read back; what is cut, and what has no number, is left out', () => {
  const prompt = listPrompt(['Do this.', 'Do that.']);
  assert.match(prompt, /\n1\. Do this\.\n2\. Do that\.\n$/);
  const written = prompt.split('\n').slice(1).join('\n');
  assert.deepEqual(listedInstructions({ text: written.trim(), ended: true }), [
    'Do this.',
    'Do that.',
  ]);
  const text = '3. One of these\n4.Two\n5. Thr';
  assert.deepEqual(listedInstructions({ text, ended: false }), ['One of these', 'Two']);
  assert.deepEqual(listedInstructions({ text: '3. One\nand more\n4. Two', ended: true }), ['One']);
});

test('instances are written and read back in both orders', () => {
  for (const order of INSTANCE_ORDERS) {
    const prompt = instancesPrompt(SEED_TASKS.slice(0, 2), order);
    const tasks = prompt.trim().split('\n\n');
    tasks.forEach((task, i) => {
      const [first, ...rest] = task.split('\n');
      const { instruction, instances } = SEED_TASKS[i]!;
      assert.equal(`${first!}\n`, taskLine(instruction));
      const text = rest.join('\n');
      assert.deepEqual(writtenInstances({ text, ended: true }, order), instances);
      assert.deepEqual(writtenInstances({ text, ended: false }, order), instances.slice(0, 1));
    });
  }
  const mixed = 'Output: a\nInput: b\nNow more\nOutput: c\nInput: d';
  assert.deepEqual(writtenInstances({ text: mixed, ended: true }, 'output first'), [
    { input: 'b', output: 'a' },
  ]);
});

test('a prompt shows eight instructions, at most two of its own', () => {
  const own = ['Own one.', 'Own two.', 'Own three.'];
  for (const few of [0, 1, 2, 3]) {
    const shown = drawShown(random(`${few}`), seedInstructions, own.slice(0, few));
    assert.equal(new Set(shown).size, 8);
    assert.equal(shown.filter((one) => own.includes(one)).length, Math.min(2, few));
  }
});

test('the loop: what is kept joins the pool, refuses its like and is shown later', () => {
  const contexts: string[] = [];
  const texts = [
    '9. Name a fruit for each letter.\n10. Name a fruit for every letter.',
    '9. Look at it.',
  ];
  const write: instructions.Writer = (context, prompts) => {
    contexts.push(context);
    return prompts.map((prompt, i) => {
      assert.equal(prompt, '9.');
      return { text: texts[i]!, ended: true };
    });
  };
  const rounds = { rounds: 2, draws: 2 };
  const found = proposeInstructions(random(), SEED_TASKS, write, rounds);
  assert.deepEqual(
    found.map(({ refusal }) => refusal),
    [null, 'similarity', 'length', 'similarity', 'similarity', 'length'],
  );
  assert.deepEqual(keptInstructions(found), ['Name a fruit for each letter.']);
  assert.ok(!contexts[0]!.includes('fruit') && contexts[1]!.includes('fruit'));
  const held = ['Name a fruit for each letter.'];
  assert.equal(
    proposeInstructions(random(), SEED_TASKS, write, rounds, held)[0]!.refusal,
    'held out',
  );
});

test('instances of each instruction are kept apart, five of each at most', () => {
  const prompts: string[] = [];
  const write: instructions.Writer = (context, given) => {
    assert.ok(context.startsWith(taskLine(seedInstructions[0]!)));
    prompts.push(...given);
    return given.map((prompt, i) => {
      const more = [1, 2, 3].map((k) => `\nOutput: y${k}\nInput: x${i}${k}`).join('');
      return { text: `${prompt} y\nInput: x${i}${more}`, ended: true };
    });
  };
  const shown = SEED_TASKS.slice(0, 2);
  const found = writeInstances(shown, write, ['First.', 'Second.'], 'output first', 2);
  assert.deepEqual(prompts, [
    ...Array<string>(2).fill('Task: First.\nOutput:'),
    ...Array<string>(2).fill('Task: Second.\nOutput:'),
  ]);
  assert.deepEqual(
    found.map((all) => all.length),
    [8, 8],
  );
  assert.deepEqual(found[1]![0], { input: 'x2', output: 'y', refusal: null });
  assert.equal(keptInstances(found[0]!).length, 5);
  assert.deepEqual(writeInstances(shown, write, [], 'input first', 1), []);
});

/** Prefers 'no' always, and 'yes' a little more where an input holds the word label. */
const biased: scoring.QuestionScorer<language.Question> = {
  name: 'biased',
  score: (questions) => ({
    scores: questions.map(({ examples, input, options }) => {
      assert.deepEqual(options, ['yes', 'no']);
      assert.equal(examples.filter(({ output }) => output === 'yes').length, 12);
      return [input.includes('label') ? 0.5 : 0, 2];
    }),
    cost: { passes: 1, tokens: 1 },
  }),
};

test('whether a task has labels is told although the model prefers one answer', () => {
  const asked = ['Give a label to it.', 'Tell a story.', 'Choose the label now.', 'Sing a song.'];
  assert.deepEqual(askClassification(random(), SEED_TASKS, biased, asked), [
    true,
    false,
    true,
    false,
  ]);
  assert.deepEqual(askClassification(random(), SEED_TASKS, biased, []), []);
});

const words = ['Task:', 'Input:', 'Output:', 'walk', 'walked', '9.', 'a', 'b', '<begin>'];
const loadedOf = (seed = 0): language.LoadedModel =>
  language.freshLanguageModel(
    language.tokenizerOf(language.wordTokenizerJson(words), 'words'),
    { width: 8, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 64 },
    seed,
  );

test('a language model writes after each prompt, the same for the same stream', () => {
  const loaded = loadedOf();
  const writing = (): instructions.Writing => ({ longest: 6, temperature: 1, random: random('w') });
  const texts = (): instructions.Written[] =>
    textWriter(loaded, writing())('a b', ['9.', 'walk a']);
  assert.deepEqual(texts(), texts());
  const [first, second] = texts() as [instructions.Written, instructions.Written];
  assert.ok(first.text.startsWith('9.') && second.text.startsWith('walk a'));
  assert.ok(!first.ended && !second.ended); // no blank line is in its vocabulary
  leavesNothing(() => void texts());
  loaded.model.dispose();
});

test('adapters learn instances under their instructions, and the model below stays as it was', () => {
  const loaded = loadedOf();
  const tasks = [
    { instruction: 'a b', classification: false, instances: [{ input: 'walk', output: 'walked' }] },
  ];
  const instances = instancesOf(tasks);
  assert.deepEqual(instances, [{ input: inputUnder('a b', 'walk'), output: 'walked' }]);
  assert.equal(inputUnder('a b', 'walk'), 'Task: a b\nInput: walk');
  const before = Object.values(loaded.model.parameters).map((weight) => [...weight.dataSync()]);
  leavesNothing(() => {
    const adapted = new language.AdaptedModel(loaded.model, { rank: 2, alpha: 4 }, 0);
    const model = { model: adapted, tokenizer: loaded.tokenizer };
    const settings = { steps: 20, batch: 1, learningRate: 0.05 };
    const trainer = new instructions.InstanceTrainer(model, instances, settings);
    const losses = Array.from({ length: 20 }, () => trainer.train());
    assert.ok(losses.at(-1)! < losses[0]! - 0.05, losses.join(' '));
    trainer.dispose();
    adapted.dispose();
  });
  Object.values(loaded.model.parameters).forEach((weight, i) =>
    assert.deepEqual([...weight.dataSync()], before[i]),
  );
  assert.equal(selfTemplate('').begin, undefined);
  assert.equal(selfTemplate('<begin>').begin, '<begin>');
  refused(() => new instructions.InstanceTrainer(loaded, instances), 'adapted model');
  const adapted = new language.AdaptedModel(loaded.model, { rank: 2 }, 0);
  const model = { model: adapted, tokenizer: loaded.tokenizer };
  refused(() => new instructions.InstanceTrainer(model, []), 'Instances', 'at least 1');
  adapted.dispose();
  loaded.model.dispose();
});

test('what is none is refused', async (t) => {
  const none = null as never;
  const write: instructions.Writer = () => [];
  const rounds = { rounds: 1, draws: 1 };
  await allRefused(t, [
    [() => rougeL('a', none), 'A text'],
    [() => longestCommon(['a'], [1] as never), 'second words'],
    [() => instructionRefusal(none, []), 'An instruction'],
    [() => instructionRefusal('a', none), 'of the pool'],
    [() => instructionRefusal('a', [], 'b' as never), 'held out'],
    [() => instanceRefusals([none]), 'An example'],
    [() => funnelOf([null], [1] as never), 'names of filters'],
    [() => funnelOf([1] as never, []), 'Refusals'],
    [() => keptInstructions([none]), 'Proposals[0]'],
    [() => keptInstances([none]), 'An example'],
    [() => proposeInstructions(random(), SEED_TASKS, write, rounds), 'answered 0 of 1'],
    [() => listPrompt([]), 'Instructions', 'at least 1'],
    [() => instancesPrompt([none], 'input first'), 'Tasks[0]'],
    [() => instancesPrompt(SEED_TASKS, 'both' as never), 'order', 'both'],
    [() => writtenInstances({ text: none, ended: true }, 'input first'), 'What was written'],
    [() => writtenInstances(undefined as never, 'input first'), 'What was written'],
    [() => listedInstructions(null as never), 'What was written'],
    [() => drawShown(none, ['a'], []), 'stream'],
    [() => drawShown(random(), [], []), 'seeds'],
    [() => proposeInstructions(random(), [], write, rounds), 'Tasks'],
    [() => proposeInstructions(random(), SEED_TASKS, none, rounds), 'A writer'],
    [() => proposeInstructions(random(), SEED_TASKS, write, { rounds: 0, draws: 1 }), 'rounds'],
    [() => proposeInstructions(random(), SEED_TASKS, write, { rounds: 1, draws: 0 }), 'draws'],
    [() => writeInstances(SEED_TASKS, write, ['a'], 'input first', 0), 'draws'],
    [() => askClassification(random(), SEED_TASKS, none, ['a']), 'A scorer'],
    [() => textWriter(none, none), 'model'],
  ]);
  assert.equal(TOO_SIMILAR, 0.7);
  assert.equal(INSTANCE_FILTERS.length, 5);
});
