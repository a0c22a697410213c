/** The toy language of compositions: its functions, and how questions and chains are written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, steps } from 'invicl';
import { allRefused } from '../../../helpers';

const language = new steps.StepsLanguage(3);
const random = (): core.Stream => core.stream(5, 'compositions');

test('six functions are permutations, all are maps of digits, and the seed alone decides', () => {
  assert.equal(language.tables.length, 8);
  for (const [f, table] of language.tables.entries()) {
    assert.equal(table.length, 10);
    assert.ok(table.every((digit) => Number.isInteger(digit) && digit >= 0 && digit < 10));
    if (f < 6) assert.equal(new Set(table).size, 10, `f${f} is a permutation`);
  }
  assert.ok(language.tables.slice(6).some((table) => new Set(table).size < 10));
  assert.deepEqual(new steps.StepsLanguage(3).tables, language.tables);
  assert.notDeepEqual(new steps.StepsLanguage(4).tables, language.tables);
});

test('results are those of one function after another', () => {
  const { tables } = language;
  const question = { functions: [2, 7, 0], digit: 9 };
  const first = tables[2]![9]!;
  const second = tables[7]![first]!;
  assert.deepEqual(language.results(question), [first, second, tables[0]![second]!]);
});

test('a line reads as composition is written, the last function first', () => {
  const question = { functions: [2, 1, 3], digit: 7 };
  const [a, b, c] = language.results(question);
  const text = (written: boolean): string =>
    steps.stepsText(steps.stepsLine(language, question, written));
  assert.equal(text(true), `f3 f1 f2 7 steps: ${a} ${b} = ${c} .`);
  assert.equal(text(false), `f3 f1 f2 7 = ${c} .`);
});

test('what was written is read back, whatever it is', () => {
  const question = { functions: [4, 5, 6], digit: 0 };
  const results = language.results(question);
  for (const written of [true, false]) {
    const line = steps.stepsLine(language, question, written);
    const after = line.slice(steps.stepsQuestionTokens(question).length);
    assert.deepEqual(steps.readChain(after), {
      written,
      rationale: written ? results.slice(0, -1) : [],
      answer: results.at(-1),
      tokens: after.length,
    });
  }
  const { TRIGGER, EQUALS, END } = steps;
  assert.equal(steps.readChain([TRIGGER, 1, 2, END]).answer, null);
  assert.equal(steps.readChain([TRIGGER, 1, EQUALS, END]).answer, null);
  assert.deepEqual(steps.readChain([]), { written: false, rationale: [], answer: null, tokens: 0 });
  assert.deepEqual(steps.readChain([TRIGGER, 1, EQUALS, 2, END, 3, EQUALS, 4]).rationale, [1]);
});

test('about a quarter of the compositions is left out, single functions never', () => {
  const all = Array.from({ length: 512 }, (_, i) => [i % 8, (i >> 3) % 8, i >> 6]);
  const share = all.filter((functions) => language.leftOut(functions)).length / 512;
  assert.ok(Math.abs(share - 0.25) < 0.08, `${share}`);
  for (let f = 0; f < 8; f++) assert.ok(!language.leftOut([f]));
  for (let i = 0; i < 50; i++) {
    const [out, seen] = (['left out', 'trained'] as const).map((which) =>
      steps.drawStepsQuestion(language, core.stream(i, 'q'), 3, which),
    );
    assert.ok(language.leftOut(out!.functions) && !language.leftOut(seen!.functions));
  }
});

test('drawn questions have the length asked for, and each function and digit occurs', () => {
  const stream = random();
  const drawn = Array.from({ length: 400 }, () => steps.drawStepsQuestion(language, stream, 2));
  assert.ok(drawn.every(({ functions }) => functions.length === 2));
  assert.equal(new Set(drawn.flatMap(({ functions }) => functions)).size, 8);
  assert.equal(new Set(drawn.map(({ digit }) => digit)).size, 10);
});

test('a document holds right lines of one form, none of a composition that is left out', () => {
  const stream = random();
  const forms = new Set<boolean>();
  for (let i = 0; i < 60; i++) {
    const { tokens, scored } = steps.stepsDocument(language, stream, {
      lines: 3,
      longest: 3,
      written: 0.5,
    });
    assert.equal(scored.length, tokens.length);
    let at = 0;
    const lines = [0, 1, 2].map(() => {
      const end = tokens.indexOf(steps.END, at) + 1;
      const line = { tokens: tokens.slice(at, end), scored: scored.slice(at, end) };
      at = end;
      return line;
    });
    assert.equal(at, tokens.length);
    const written = lines.map((line) => line.tokens.includes(steps.TRIGGER));
    assert.equal(new Set(written).size, 1);
    forms.add(written[0]!);
    for (const line of lines) {
      const n = line.tokens.findIndex((token) => token < 10);
      const functions = line.tokens
        .slice(0, n)
        .map((token) => token - 10)
        .reverse();
      assert.ok(n >= 1 && n <= 3 && !language.leftOut(functions));
      const question = { functions, digit: line.tokens[n]! };
      assert.deepEqual(line.tokens, steps.stepsLine(language, question, written[0]!));
      assert.deepEqual(
        line.scored,
        line.tokens.map((_, t) => t > n),
      );
    }
  }
  assert.equal(forms.size, 2);
});

test('what is no question, chain or document is refused', async (t) => {
  const settings = { lines: 3, longest: 3, written: 0.5 };
  await allRefused(t, [
    [() => new steps.StepsLanguage(-1), '-1'],
    [() => language.results({ functions: [], digit: 1 }), 'functions', 'at least 1'],
    [() => language.results({ functions: [8], digit: 1 }), '8', '7'],
    [() => language.results({ functions: [1], digit: 10 }), '10'],
    [() => language.leftOut(new Array<number>(9).fill(0)), '9', '8'],
    [() => steps.drawStepsQuestion(language, random(), 0), '0'],
    [() => steps.drawStepsQuestion(language, random(), 2, 'some' as 'any'), 'some'],
    [() => steps.chainTokens({ rationale: [10], answer: 1 }, true), '10'],
    [() => steps.chainTokens({ rationale: [], answer: null }, true), 'null'],
    [() => steps.readChain([99]), '99'],
    [() => steps.stepsText([-1]), '-1'],
    [() => steps.stepsDocument(language, random(), { ...settings, lines: 0 }), 'lines', '0'],
    [() => steps.stepsDocument(language, random(), { ...settings, written: 2 }), 'written', '2'],
    [() => steps.stepsDocument(language, random(), { ...settings, longest: 9 }), 'longest', '9'],
  ]);
});
