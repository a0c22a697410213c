import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { choosing, core, work } from 'invicl';

import { allRefused } from '../../../helpers';

const passages = (count = 64, seed = 0): work.Passage[] =>
  work.drawPassages(core.stream(seed, 'passages'), count);
const wordsIn = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g)!;

test('each passage says what its questions ask for, and no two are about the same person', () => {
  const all = passages();
  for (const { name, town, text, questions } of all) {
    assert.ok(text.includes(name) && text.includes(`orn in ${town}`), text);
    assert.ok(questions.name.includes(name), questions.name);
    assert.equal(work.TOWNS.filter((one) => text.includes(one)).length, 1);
  }
  for (const of of [
    ({ name }: work.Passage) => name,
    ({ questions }: work.Passage) => questions.description,
  ])
    assert.equal(new Set(all.map(of)).size, all.length);
  const each = work.TOWNS.map((town) => all.filter((one) => one.town === town).length);
  assert.deepEqual(
    each,
    each.map(() => 4),
  );
  assert.deepEqual(passages(), all);
  assert.notDeepEqual(passages(64, 1), all);
});

test('all 256 people are different too', () => {
  const all = passages(256);
  assert.equal(new Set(all.map(({ name }) => name)).size, 256);
  assert.equal(new Set(all.map(({ questions }) => questions.description)).size, 256);
});

test('a description has no word of its passage but those of all passages', () => {
  const all = passages(256);
  const common = new Set(['was', 'born', 'the', 'who']);
  for (const { text, questions } of all) {
    const own = new Set(wordsIn(text));
    const shared = wordsIn(questions.description).filter((word) => own.has(word));
    assert.deepEqual(
      shared.filter((word) => !common.has(word)),
      [],
    );
  }
});

test('BM25 finds a person by name; by description it is no better than chance', () => {
  const all = passages();
  const texts = all.map(({ text }) => text);
  const recall = (form: work.QuestionForm): number =>
    work.recallAt(
      all.map(({ questions }) => work.bestPassages(choosing.bm25(questions[form], texts), 1)),
      [...all.keys()],
      1,
    );
  assert.equal(recall('name'), 1);
  assert.ok(recall('description') < 0.2);
});

test('towns to choose from are different, the right one among them, at a random place', () => {
  const random = core.stream(0, 'options');
  const places = Array.from({ length: 200 }, () => {
    const options = work.townOptions(random, 'Oslo', 4);
    assert.equal(new Set(options).size, 4);
    return options.indexOf('Oslo');
  });
  for (const place of [0, 1, 2, 3])
    assert.ok(places.filter((one) => one === place).length > 25, `${place}`);
});

test('a text of facts goes on from fact to fact, each of its own passage', () => {
  const all = passages();
  const facts = work.drawFacts(core.stream(0, 'facts'), all, 6);
  assert.equal(new Set(facts.map(({ passage }) => passage)).size, 6);
  facts.forEach(({ before, town, passage }, j) => {
    assert.equal(all[passage]!.town, town);
    assert.ok(before.endsWith(`${all[passage]!.name} was born in`));
    const earlier = facts[j - 1];
    if (earlier) assert.ok(before.startsWith(`${earlier.before} ${earlier.town}. `));
    assert.equal(work.lastWords(before, 5), `${all[passage]!.name} was born in`);
  });
});

test('the best passages come first, of equals the earlier, and the best stands next to the text', () => {
  assert.deepEqual(work.bestPassages([1, 3, 3, 2], 3), [1, 2, 3]);
  assert.equal(work.afterPassages(['best', 'second'], 'text'), 'second\n\nbest\n\ntext');
  assert.equal(work.afterPassages([], 'text'), 'text');
  assert.equal(work.lastWords(' one  two\nthree', 2), 'two three');
  assert.equal(work.lastWords('one', 2), 'one');
});

test('cosines do not depend on lengths of vectors', () => {
  const random = core.stream(0, 'cosines');
  const [query, ...rows] = [0, 1, 2, 3].map(() => [...random.normals(5)]);
  const longer = rows.map((row, i) => row.map((x) => x * (i + 1)));
  work
    .cosines(query!, rows)
    .forEach((cosine, i) => assert.ok(Math.abs(cosine - work.cosines(query!, longer)[i]!) < 1e-12));
  assert.ok(Math.abs(work.cosines(query!, [query!])[0]! - 1) < 1e-12);
});

test('recall counts the queries whose passage is among the first k', () => {
  const found = [
    [0, 1],
    [0, 1],
    [2, 0],
  ];
  assert.equal(work.recallAt(found, [0, 1, 2], 1), 2 / 3);
  assert.equal(work.recallAt(found, [0, 1, 2], 2), 1);
  assert.equal(work.recallAt(found, [3, 3, 3], 2), 0);
});

test('a stride is as long as it says, and one of a whole text searches once', () => {
  assert.deepEqual(work.retrievedAt(6, 2), [0, 0, 2, 2, 4, 4]);
  assert.deepEqual(work.retrievedAt(5, 3), [0, 0, 0, 3, 3]);
  assert.deepEqual(work.retrievedAt(3, 1), [0, 1, 2]);
  assert.deepEqual(new Set(work.retrievedAt(6, 6)), new Set([0]));
});

test('what is asked for in vain is refused', async (t) => {
  const random = core.stream(0, 'refused');
  await allRefused(t, [
    [() => work.drawPassages(random, 257), '257'],
    [() => work.townOptions(random, 'Atlantis', 4), 'Atlantis'],
    [() => work.townOptions(random, 'Oslo', 17), '17'],
    [() => work.drawFacts(random, passages(3), 4), '4'],
    [() => work.bestPassages([1, 2], 3), '3'],
    [() => work.cosines([1, 2], [[1, 2, 3]]), '2 numbers', 'passages of 3'],
    [() => work.recallAt([[0]], [0, 1], 1), '1 searches', '2 passages'],
    [() => work.recallAt([[0]], [0], 2), '2'],
    [() => work.lastWords('  ', 2), 'no words'],
    [() => work.retrievedAt(6, 0), '0'],
    [() => work.afterPassages(['a'], 3 as unknown as string), 'text'],
  ]);
});
