/** The documents of TaskWorld: what they say is true, and every prediction has its weight. */
import assert from 'node:assert/strict';
import test from 'node:test';

import { core, world } from 'invicl';
import { refused } from '../../helpers';

const random = (seed: number): core.Stream => core.stream(seed, 'test of documents');
const TASK = world.namedTask(world.RULES[1]!, 'flipped');
const CONFIG = { lines: 9, instructed: true, pooled: true, channel: false, skew: 0.7 };

/** What holds for every document: its form, and tokens of the vocabulary. */
function wellFormed(document: world.Document, lines: number): void {
  assert.equal(document.header.length, world.HEADER_TOKENS);
  assert.equal(document.lines.length, lines);
  assert.equal(document.weights.length, lines);
  document.lines.forEach((line, i) => {
    assert.equal(line.length, world.LINE_TOKENS, line.join(' '));
    assert.equal(document.weights[i]!.length, line.length);
    assert.ok(document.weights[i]!.every((weight) => weight > 0));
  });
  const tokens = world.documentTokens(document);
  assert.equal(tokens.length, 4 + 6 * lines);
  assert.deepEqual(
    tokens.map((token) => world.VOCABULARY[token]),
    [...document.header, ...document.lines.flat()],
  );
}

test('every token has one number', () => {
  assert.equal(new Set(world.VOCABULARY).size, world.VOCABULARY.length);
  world.VOCABULARY.forEach((token, i) => assert.equal(world.tokenIndex(token), i));
});

test('a document about a task shows examples of it, in both orders', () => {
  for (const channel of [false, true]) {
    const document = world.taskDocument(random(1), TASK, { ...CONFIG, channel });
    wellFormed(document, 9);
    assert.deepEqual(document.header.slice(1), ['Instruction:', 'tone', 'first']);
    for (const [i, line] of document.lines.entries()) {
      const words = channel ? line.slice(2, 5) : line.slice(0, 3);
      const label = channel ? line[0]! : line[4]!;
      const c = world.classOf(TASK.rule, words.map(world.wordIndex));
      assert.equal(label, TASK.labels[c]);
      const heaviest = line[document.weights[i]!.indexOf(Math.max(...document.weights[i]!))]!;
      assert.ok(channel ? words.includes(heaviest) : heaviest === label, heaviest);
    }
    assert.ok(new Set(document.lines.flat()).size <= 16 + 2 + 1 + 1, 'sixteen words, two labels');
  }
});

test('the exact answer reads the same context that the document shows', () => {
  const stream = random(2);
  const examples = world.drawExamples(stream, TASK, 4);
  const document = world.contextDocument({ examples, instruction: { feature: 0 } });
  wellFormed(document, 4);
  assert.deepEqual(document.header, [world.MARKS.begin, 'Instruction:', 'tone', '_']);
  assert.deepEqual(
    document.lines.map((line) => ({
      input: line.slice(0, 3).map(world.wordIndex),
      label: line[4]!,
    })),
    examples,
  );
});

test('an entry keeps its symbol through the document', () => {
  for (const repeated of [true, false]) {
    const symbols = new Map<string, string>();
    const document = world.lookupDocument(random(3), 9, repeated);
    wellFormed(document, 9);
    for (const [word, second, third, mark, symbol] of document.lines) {
      assert.equal(mark, world.MARKS.entry);
      assert.equal(second === word && third === word, repeated);
      assert.equal(symbols.get(word!) ?? symbol, symbol);
      symbols.set(word!, symbol!);
    }
    assert.ok(symbols.size >= 3, 'nine lines hold most of the four entries');
  }
});

test('sums are right, with the step written or not', () => {
  const plain = world.digitDocument(random(4), 20, false);
  wellFormed(plain, 20);
  for (const [a, b, c, mark, sum] of plain.lines) {
    assert.equal(mark, '=');
    assert.equal((Number(a) + Number(b) + Number(c)) % 10, Number(sum));
  }
  const stepped = world.digitDocument(random(4), 20, true);
  wellFormed(stepped, 20);
  for (const [a, b, c, mark, step, sum] of stepped.lines) {
    assert.equal(mark, ':');
    assert.equal((Number(a) + Number(b)) % 10, Number(step));
    assert.equal((Number(step) + Number(c)) % 10, Number(sum));
  }
});

test('facts are those of the world, and plain text keeps to a topic', () => {
  const facts = world.worldFacts(random(5));
  assert.equal(facts.length, 64);
  const known = new Set(facts.map((fact) => world.factLine(fact).join(' ')));
  const document = world.factDocument(random(6), 9, facts);
  wellFormed(document, 9);
  assert.ok(document.lines.every((line) => known.has(line.join(' '))));
  const shares = Array.from({ length: 20 }, (_, seed) => {
    const plain = world.plainDocument(random(seed), 9);
    wellFormed(plain, 9);
    const words = plain.lines.flatMap((line) => line.slice(0, 5)).map(world.wordIndex);
    const about = words.filter((w) => world.bitOf(w, 1) === 1).length / words.length;
    return Math.max(about, 1 - about);
  });
  assert.ok(Math.min(...shares) > 0.75, 'each text has a topic');
});

test('what cannot be written is refused', () => {
  const example = { input: [0, 1, 2], label: 'foo' };
  refused(() => world.lineOf(example, '=>'), "'=>'");
  refused(() => world.lineOf({ ...example, label: 'blue' }), 'blue');
  refused(() => world.tokenIndex('blue'), 'blue');
  refused(() => world.lookupDocument(random(1), 0, true), '0');
  refused(() => world.digitDocument(random(1), 0, true), '0');
  refused(() => world.plainDocument(random(1), 0), '0');
  refused(() => world.factDocument(random(1), 2, []), 'Facts');
  refused(() => world.taskDocument(random(1), TASK, { ...CONFIG, lines: -1 }), '-1');
});
