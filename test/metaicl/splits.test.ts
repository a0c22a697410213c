/** Splits of a real task: nothing in two parts, both halves with all labels, fixed by the seed. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { metaicl } from 'invicl';

import { allRefused } from '../helpers';

const rows = (what: string, count: number, each = 2): metaicl.LabelledText[] =>
  Array.from({ length: count }, (_, i) => ({
    task: 'toy',
    input: `${what} ${i}`,
    output: i % each === 0 ? 'rare' : 'common',
    options: ['rare', 'common'],
  }));

const TASK: metaicl.TextTask = {
  name: 'toy',
  kind: 'classification',
  rows: [...rows('shown', 40, 5), ...rows('held', 100)],
  demonstrations: { 100: rows('shown', 10, 5), 13: rows('held', 4) },
  tests: () => rows('held', 100),
};
const sizes = { dev: 5, test: 10, unlabelled: 30 };

test('no text is in two parts of a split, and demonstrations are in none to be tested on', () => {
  for (const seed of [0, 1, 2]) {
    const split = metaicl.splitTask(TASK, seed, sizes);
    const { train, pool, dev, test: asked, unlabelled } = split;
    const texts = [...train, ...pool, ...dev, ...asked].map(({ input }) => input);
    assert.equal(new Set([...texts, ...unlabelled]).size, texts.length + unlabelled.length);
    assert.equal(unlabelled.length, sizes.unlabelled);
    const known = new Set(TASK.demonstrations[13]!.map(({ input }) => input));
    const tested = [...dev, ...asked].map(({ input }) => input).concat(unlabelled);
    assert.ok(tested.every((text) => !known.has(text) && text.startsWith('held')));
    assert.ok([...train, ...pool].every(({ input }) => !tested.includes(input)));
  }
});

test('dev and test have as many of each label, train and pool share each label', () => {
  const { train, pool, dev, test: asked } = metaicl.splitTask(TASK, 3, sizes);
  const count = (part: readonly metaicl.LabelledText[], label: string): number =>
    part.filter(({ output }) => output === label).length;
  for (const label of ['rare', 'common']) {
    assert.equal(count(dev, label), sizes.dev);
    assert.equal(count(asked, label), sizes.test);
    assert.ok(Math.abs(count(train, label) - count(pool, label)) <= 1);
  }
  assert.ok(count(pool, 'rare') >= 4);
});

test('a seed fixes a split, another seed makes another', () => {
  assert.deepEqual(metaicl.splitTask(TASK, 1, sizes), metaicl.splitTask(TASK, 1, sizes));
  const inputs = (seed: number): string =>
    metaicl
      .splitTask(TASK, seed, sizes)
      .test.map(({ input }) => input)
      .join();
  assert.notEqual(inputs(1), inputs(2));
});

test('what cannot be split is refused', async (t) => {
  await allRefused(t, [
    [() => metaicl.splitTask(TASK, 0, { test: 60 }), "'toy' has", "label 'common'", 'not 80'],
    [() => metaicl.splitTask(TASK, -1), 'seed of a split', '-1'],
    [() => metaicl.splitTask(TASK, 0, { trial: 3 } as object), 'trial'],
    [() => metaicl.splitTask(TASK, 0, { dev: 1.5 }), "'dev' of a split", '1.5'],
    [
      () => metaicl.splitTask({ ...TASK, tests: () => rows('held', 4) }, 0),
      "'toy' has no rows to be tested on",
    ],
  ]);
});

for (const [name, { title }] of Object.entries(metaicl.TWO_LABEL_TASKS))
  test(`${title}: the pool has seven rows of either label, the test fifteen`, (t) => {
    const folder = metaicl.benchmarkFolder();
    if (!existsSync(join(folder, name)))
      return t.skip(`'${folder}' has no ${name}; npm run data -- metaicl downloads it`);
    const { tasks } = metaicl.readTasks(folder, [name]);
    const { words } = metaicl.realTask(name);
    const { pool, test: asked } = metaicl.splitTask(tasks[0]!, 0, { test: 15, dev: 0 });
    for (const label of Object.keys(words)) {
      assert.ok(pool.filter(({ output }) => output === label).length >= 7);
      assert.equal(asked.filter(({ output }) => output === label).length, 15);
    }
  });
