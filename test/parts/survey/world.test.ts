/** TaskWorld against definitions: by counting, by an answer without shortcuts, by what it draws. */
import assert from 'node:assert/strict';
import test from 'node:test';

import { core, world } from 'invicl';
import { close, refused } from '../../helpers';

const { RULES, TASKS, LABELS, WORDS, WORD_FEATURES, SYMBOLS } = world;
const random = (seed: number): core.Stream => core.stream(seed, 'test of TaskWorld');

test('features are balanced and independent, and show in the length of the words', () => {
  assert.equal(new Set(WORDS).size, 96);
  const patterns = new Map<string, number>();
  WORDS.forEach((word, w) => {
    const bits = WORD_FEATURES.map((_, f) => world.bitOf(w, f));
    patterns.set(bits.join(''), (patterns.get(bits.join('')) ?? 0) + 1);
    assert.ok(bits[3] === 1 ? word.length >= 8 : word.length <= 6, word);
    assert.equal(world.wordIndex(word), w);
  });
  assert.deepEqual([...patterns.values()], Array<number>(16).fill(6));
});

test('2,904 tasks with the prior that the settings ask for', () => {
  assert.equal(TASKS.length, 12 * (2 + 16 * 15));
  const prior = world.taskPrior(world.WORLD);
  for (const mapping of world.MAPPINGS) {
    const share = TASKS.reduce((sum, t, i) => sum + (t.mapping === mapping ? prior[i]! : 0), 0);
    close([share], [world.WORLD.prior[mapping]], 1e-12);
  }
  const seen = world.taskPrior(world.WORLD, (task) => !world.heldOut(task));
  close([seen.reduce((a, b) => a + b)], [1], 1e-12);
});

test('held-out combinations leave every rule, pair of symbols and mapping in training', () => {
  const trained = TASKS.filter((task) => !world.heldOut(task));
  const held = TASKS.filter(world.heldOut);
  assert.ok(held.length > 400 && held.length < 800, `${held.length} tasks are held out`);
  const pairs = new Set(
    trained.filter((t) => t.mapping === 'arbitrary').map(({ labels }) => labels.join()),
  );
  assert.equal(pairs.size, 240, 'each ordered pair of symbols is seen with some rule');
  for (const rule of RULES) {
    const of = trained.filter((task) => task.rule === rule && task.mapping === 'arbitrary');
    assert.equal(new Set(of.flatMap(({ labels }) => labels)).size, SYMBOLS.length);
  }
  const flipped = trained.filter((task) => task.mapping === 'flipped');
  assert.equal(new Set(flipped.map(({ rule }) => rule.feature)).size, 4);
});

test('inputs are drawn uniformly within their class, from all words and from a pool', () => {
  const draws = 40_000;
  for (const scope of world.SCOPES) {
    const [counts, stream] = [new Map<string, number>(), random(1)];
    for (let i = 0; i < draws; i++) {
      const input = world.drawInput(stream, { feature: 2, scope }, 1);
      assert.equal(world.classOf({ feature: 2, scope }, input), 1);
      const bits = input.map((w) => world.bitOf(w, 2)).join('');
      counts.set(bits, (counts.get(bits) ?? 0) + 1);
    }
    assert.equal(counts.size, 4, 'four patterns of the feature have class 1');
    for (const count of counts.values()) {
      const z = (count - draws / 4) / Math.sqrt((draws * 3) / 16);
      assert.ok(Math.abs(z) < 4, `${scope}: z = ${z.toFixed(1)}`);
    }
  }
  const pool = world.drawPool(random(2));
  const stream = random(3);
  for (let i = 0; i < 200; i++) {
    const input = world.drawInput(stream, RULES[i % 12]!, (i % 2) as 0 | 1, pool);
    assert.ok(input.every((w) => pool.includes(w)));
    assert.equal(world.classOf(RULES[i % 12]!, input), i % 2);
  }
});

/**
 * P(x, y | theta) for an input drawn uniformly, by the definition and nothing else: the shares of
 * classes, and all inputs of a class alike.
 */
function likelihood(
  task: world.WorldTask,
  input: world.Input,
  label: string,
  noise: number,
): number {
  const bits = input.map((w) => (Math.floor(w / 6) >> task.rule.feature) & 1);
  const sum = bits[0]! + bits[1]! + bits[2]!;
  const c =
    task.rule.scope === 'first' ? bits[0]! : task.rule.scope === 'last' ? bits[2]! : +(sum > 1.5);
  const zero = task.mapping === 'natural' ? 0.7 : 0.5;
  const right = task.labels[c] === label;
  return 2 * (c === 0 ? zero : 1 - zero) * (right ? 1 - noise : noise / 23);
}

/** P(y | C, x) of all labels by the definition: products over examples, sums over tasks. */
function slowAnswers(
  context: world.Context,
  input: world.Input,
  { noise, recency }: { readonly noise: number; readonly recency: number },
): number[] {
  const scores = LABELS.map((y) => {
    let sum = 0;
    for (const task of TASKS) {
      const { feature, scope } = context.instruction ?? {};
      if (feature !== undefined && feature !== task.rule.feature) continue;
      if (scope !== undefined && scope !== task.rule.scope) continue;
      let p = { natural: 0.4 / 12, flipped: 0.1 / 12, arbitrary: 0.5 / 2880 }[task.mapping];
      context.examples.forEach((example, i) => {
        const age = context.examples.length - 1 - i;
        p *= likelihood(task, example.input, example.label, noise) ** (recency ** age);
      });
      sum += p * likelihood(task, input, y, noise);
    }
    return sum;
  });
  const total = scores.reduce((a, b) => a + b);
  return scores.map((score) => score / total);
}

test('the exact answer is the one by the definition, with and without instruction and knobs', () => {
  const stream = random(4);
  for (let i = 0; i < 12; i++) {
    const task = world.drawTask(stream);
    const examples = world.drawExamples(stream, task, i % 6);
    const [{ input }] = world.drawExamples(stream, task, 1) as [world.Example];
    const knobs = { noise: 0.05, recency: i % 2 ? 0.8 : 1 };
    const context =
      i % 3 === 0
        ? { examples, instruction: i % 2 ? task.rule : { feature: task.rule.feature } }
        : { examples };
    const exact = new world.ExactBayes({}, knobs);
    close([...exact.answers(context, input)], slowAnswers(context, input, knobs), 1e-12);
  }
});

test('a task that generated the examples is as probable as the posterior says', () => {
  // Among documents drawn from the prior, the true label has probability p in a share p of cases.
  const [stream, exact] = [random(5), new world.ExactBayes({}, { noise: 0 })];
  const bins = Array.from({ length: 5 }, () => ({ hits: 0, expected: 0, variance: 0 }));
  for (let i = 0; i < 600; i++) {
    const task = world.drawTask(stream);
    const [query, ...examples] = world.drawExamples(stream, task, 1 + (i % 5));
    const answers = exact.answers({ examples }, query!.input);
    LABELS.forEach((label, y) => {
      const p = answers[y]!;
      const bin = bins[Math.min(4, Math.floor(p * 5))]!;
      bin.hits += label === query!.label ? 1 : 0;
      bin.expected += p;
      bin.variance += p * (1 - p);
    });
  }
  for (const { hits, expected, variance } of bins)
    assert.ok(
      Math.abs(hits - expected) < 4 * Math.sqrt(variance + 1e-9) + 1e-6,
      `${hits} ${expected}`,
    );
});

test('among some tasks each is drawn as often as its share of their prior says', () => {
  const [stream, draws] = [random(11), 2400];
  const natural = world.taskPrior(world.WORLD, ({ mapping }) => mapping === 'natural');
  close([natural.reduce((a, b) => a + b)], [1], 1e-12);
  const counts = new Map<string, number>();
  for (let i = 0; i < draws; i++) {
    const { mapping, rule } = world.drawTask(stream, natural);
    assert.equal(mapping, 'natural');
    const key = JSON.stringify(rule);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const expected = draws / world.RULES.length;
  assert.equal(counts.size, world.RULES.length);
  for (const [rule, count] of counts)
    assert.ok(Math.abs(count - expected) < 4 * Math.sqrt(expected), `${rule}: ${count}`);
});

test('direct, channel and the whole line give the same answer where labels are as probable', () => {
  const stream = random(6);
  const exact = new world.ExactBayes({ skew: 0.5 });
  const task = world.symbolTask(RULES[7]!, ['foo', 'kip']);
  const context = { examples: world.drawExamples(stream, task, [0, 1, 1, 0]) };
  const [{ input }] = world.drawExamples(stream, task, 1) as [world.Example];
  const shares = (scores: readonly number[]): number[] => {
    const weights = scores.map(Math.exp);
    return weights.map((w) => w / (weights[0]! + weights[1]!));
  };
  const direct = task.labels.map((label) =>
    Math.log(exact.answers(context, input)[world.labelIndex(label)]!),
  );
  const line = task.labels.map((label) => exact.logLine(context, { input, label }));
  const channel = task.labels.map((label) => exact.logChannel(context, { input, label }));
  close(shares(direct), shares(line), 1e-12);
  close(shares(direct), shares(channel), 1e-9);
});

test('probabilities of all lines add up to 1, and those of an input after a label too', () => {
  const exact = new world.ExactBayes({}, { noise: 0.01 });
  const task = world.namedTask(RULES[4]!, 'natural');
  const context = { examples: world.drawExamples(random(7), task, 2) };
  const patterns = Array.from({ length: 4096 }, (_, i) =>
    [i % 16, Math.floor(i / 16) % 16, Math.floor(i / 256)].map((p) => 6 * p),
  );
  const total = (of: (input: world.Input) => number): number =>
    patterns.reduce((sum, input) => sum + of(input), 0) / patterns.length;
  close(
    [total((input) => Math.exp(exact.logChannel(context, { input, label: 'bad' })))],
    [1],
    1e-9,
  );
  close(
    [LABELS.reduce((sum, label) => sum + Math.exp(exact.logLabel(context, label)), 0)],
    [1],
    1e-9,
  );
});

test('a bias moves the answer by its nats, and only relative to other labels', () => {
  const context = {
    examples: world.drawExamples(random(8), world.namedTask(RULES[0]!, 'natural'), 3),
  };
  const input = world.drawInput(random(9), RULES[0]!, 1);
  const plain = new world.ExactBayes().answers(context, input);
  const biased = new world.ExactBayes({}, { bias: { bad: 2 } }).answers(context, input);
  const [bad, good] = [world.labelIndex('bad'), world.labelIndex('good')];
  close([Math.log(biased[bad]! / biased[good]!) - Math.log(plain[bad]! / plain[good]!)], [2], 1e-9);
});

test('what is no world, task, input or context is refused by name', () => {
  const exact = new world.ExactBayes({}, { noise: 0 });
  const input = [0, 1, 2];
  refused(() => world.worldConfig({ prior: { natural: 1, flipped: 1, arbitrary: 0 } }), 'adds up');
  refused(() => world.worldConfig({ skew: 1 }), 'skew');
  refused(() => new world.ExactBayes({}, { noise: 1 }), 'noise');
  refused(() => new world.ExactBayes({}, { recency: 0 }), 'recency');
  refused(() => new world.ExactBayes({}, { bias: { blue: 1 } }), 'blue');
  refused(() => new world.ExactBayes({}, {}, new Float64Array(3)), '2904 probabilities');
  refused(
    () => new world.ExactBayes({}, {}, new Float64Array(2904).fill(NaN)),
    '2904 probabilities',
  );
  const none = world.taskPrior(world.WORLD, () => false);
  refused(() => world.drawTask(random(1), none), 'add up to 1, got 0');
  refused(
    () =>
      world.drawTask(
        random(1),
        world.taskPrior().map((p) => p / 2),
      ),
    'got 0.5',
  );
  refused(() => world.wordIndex('blue'), 'blue');
  refused(() => world.bitOf(96, 0), '96');
  refused(() => world.classOf({ feature: 0, scope: 'all' as 'most' }, input), 'all');
  refused(() => world.classOf(RULES[0]!, [1, 2]), 'three words');
  refused(() => world.symbolTask(RULES[0]!, ['foo', 'foo']), 'foo');
  refused(() => world.namedTask(RULES[0]!, 'arbitrary' as 'natural'), 'arbitrary');
  refused(() => world.drawInput(random(1), RULES[0]!, 2 as 1), '2');
  refused(() => world.drawInput(random(1), RULES[0]!, 1, [1, 2]), 'pool');
  refused(() => exact.answers({ examples: [{ input, label: 'blue' }] }, input), 'blue');
  const contradiction = {
    examples: [
      { input, label: 'good' },
      { input, label: 'bad' },
    ],
  };
  refused(() => exact.answers(contradiction, input), 'could have made');
});
