/** Demonstrations in groups: what they equal, what their order may change, and what they cost. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, language, model, scoring, shapes, small, tf, world } from 'invicl';
import type { ChoosingSubject } from 'invicl/dist/parts/survey/choosingsubjects';
import { measureGroupsWorld } from 'invicl/dist/parts/survey/groupmeasures';
import { measureGroupsText } from 'invicl/dist/parts/survey/textgroupmeasures';
import { allRefused, close, fixture, leavesNothing } from '../../../helpers';

const { ar, boe } = model.METHODS;
const wrong = <T>(value: unknown): T => value as T;
const apart = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

test('groups are consecutive, and pairs are counted in each', async (t) => {
  assert.deepEqual(shapes.groupsOf(['a', 'b', 'c', 'd', 'e'], 2), [['a', 'b'], ['c', 'd'], ['e']]);
  assert.deepEqual(shapes.groupsOf([], 2), []);
  assert.equal(shapes.pairsRead([3, 4, 5], 2), 7 ** 2 + 5 ** 2);
  assert.equal(shapes.pairsRead([3, 4, 5], 2, 1), 8 ** 2 + 6 ** 2);
  const lengths = new Array<number>(24).fill(6);
  for (const size of [2, 8, 24])
    assert.equal(shapes.pairsRead(lengths, size), (24 * 6) ** 2 / (24 / size), `${size}`);
  await allRefused(t, [
    [() => shapes.groupsOf([1], 0), 'size of a group', '0'],
    [() => shapes.groupsOf(wrong<number[]>(3), 1), 'Rows', '3'],
    [() => shapes.pairsRead([1.5], 1), 'lengths', '1.5'],
    [() => shapes.pairsRead([1], 1, -1), 'before a group', '-1'],
    [() => shapes.checkGrouping(wrong({ size: 2, rescaled: 1 })), 'rescaled', '1'],
    [() => shapes.checkGrouping({ size: 0, rescaled: true }), "'size'", '0'],
    [() => shapes.checkGrouping(wrong({ size: 2, rescaled: true, windows: 1 })), "'windows'"],
  ]);
});

const network = new small.SmallModel({
  size: { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1 },
  seed: 1,
  smearedKeys: true,
  alignedStart: false,
});
const TASK = world.namedTask(world.RULES[4]!, 'natural');
const drawn = world.drawExamples(core.stream(2, 'grouped'), TASK, 12);
const INPUTS = [0, 1].map((c) => world.drawInput(core.stream(3, c), TASK.rule, c as 0 | 1));

/** Questions about a context. */
const asked = (examples: readonly world.Example[]): scoring.WorldQuestion[] =>
  INPUTS.map((input) => ({ context: { examples }, input, options: world.LABELS }));
/** Scores after groups of the small model. */
const grouped = (examples: readonly world.Example[], size: number, rescaled = true): number[] =>
  shapes.groupedSmallScorer(network, { size, rescaled }).score(asked(examples)).scores.flat();
const whole = (examples: readonly world.Example[]): number[] =>
  scoring.smallScorer(network, ar).score(asked(examples)).scores.flat();

test('small model: the layout of one group is that of a document', () => {
  for (const lines of [0, 1, 3]) {
    const [a, b] = [small.documentLayout(ar, lines, 1), shapes.groupedLayout(1, lines, true)];
    assert.deepEqual(b.source, a.source);
    assert.deepEqual(b.counts, a.counts);
    for (const name of ['mask', 'buckets', 'continues', 'places'] as const) {
      assert.equal(b[name].dtype, a[name].dtype);
      assert.deepEqual(b[name].arraySync(), a[name].arraySync(), `${name}, ${lines} lines`);
    }
    [a, b].forEach(small.disposeLayout);
  }
});

test('small model: a question reads all groups, a group itself only, and own tokens get ln M', () => {
  const layout = shapes.groupedLayout(3, 1, true);
  const mask = layout.mask.arraySync();
  const buckets = layout.buckets.arraySync();
  assert.equal(mask.length, 3 * 10 + 6);
  const groupOf = (t: number): number => Math.floor(t / 10); // the question is number 3
  mask.forEach((row, r) =>
    row.forEach((bias, c) => {
      const own = groupOf(r) === groupOf(c);
      const may = c <= r && (own || groupOf(r) === 3);
      const expected = !may ? -1e9 : own && groupOf(r) === 3 ? Math.log(3) : 0;
      assert.ok(Math.abs(bias - expected) < 1e-6, `${r}, ${c}: ${bias}`);
    }),
  );
  // the question's first token stands one after the last token of every group
  for (const last of [9, 19, 29]) assert.equal(buckets[30]![last], 1);
  assert.deepEqual(layout.source.slice(10, 22), [0, 1, 2, 3, 10, 11, 12, 13, 14, 15, 0, 1]);
  small.disposeLayout(layout);
});

test('small model: one group, and several identical ones with the factor, are one prompt', () => {
  const four = drawn.slice(0, 4);
  for (const rescaled of [true, false]) close(grouped(four, 4, rescaled), whole(four), 1e-5);
  close(grouped([], 4), whole([]), 1e-5, 'without demonstrations');
  const thrice = [...four, ...four, ...four];
  close(grouped(thrice, 4), whole(four), 1e-5);
  assert.ok(apart(grouped(thrice, 4, false), whole(four)) > 1e-3, 'the factor counts');
});

test('small model: the order of groups does not count, and that within a group does', () => {
  const groups = shapes.groupsOf(drawn, 4);
  const given = grouped(drawn, 4);
  close(grouped([groups[2]!, groups[0]!, groups[1]!].flat(), 4), given, 1e-5);
  assert.ok(apart(grouped(groups.map((one) => [...one].reverse()).flat(), 4), given) > 1e-3);
  close(grouped([...drawn].reverse(), 1, false), grouped(drawn, 1, false), 1e-5, 'groups of one');
});

test('small model: each question has its own place, costs its tokens and leaves no tensor', () => {
  const scorer = shapes.groupedSmallScorer(network, { size: 2, rescaled: true });
  assert.equal(scorer.name, 'small model, groups of 2, rescaled');
  const [a, b] = [asked(drawn.slice(0, 4)), asked(drawn.slice(0, 2))];
  const mixed = scorer.score([a[0]!, b[0]!, a[1]!]);
  close(mixed.scores[1]!, scorer.score([b[0]!]).scores[0]!, 1e-5);
  close(mixed.scores[2]!, scorer.score([a[1]!]).scores[0]!, 1e-5);
  assert.deepEqual(mixed.cost, { passes: 3, tokens: 2 * (2 * (4 + 12) + 6) + (4 + 12 + 6) });
  leavesNothing(() => scorer.score(a));
});

test('small model: many questions after long prompts are read in parts', () => {
  const many = Array.from({ length: 8 }, (_, i) => drawn.map((__, j) => drawn[(i + j) % 12]!));
  const long = many.flat(); // 96 demonstrations, T = 966 with groups of one
  const scorer = shapes.groupedSmallScorer(network, { size: 1, rescaled: true });
  const questions = [...asked(long), ...asked([...long].reverse()), ...asked(long)];
  const { scores } = scorer.score(questions);
  close(scores[4]!, scores[0]!, 1e-5);
  close(scores[2]!, scores[0]!, 1e-5);
  // 96 demonstrations are 8 times the 12
  close(scores[0]!, grouped(drawn, 1).slice(0, world.LABELS.length), 1e-4);
});

test('small model: what cannot be read in groups is refused', async (t) => {
  const scorer = shapes.groupedSmallScorer(network, { size: 4, rescaled: true });
  await allRefused(t, [
    [() => shapes.groupedSmallScorer(wrong({}), { size: 4, rescaled: true }), 'SmallModel'],
    [() => shapes.groupedSmallScorer(network, { size: 0, rescaled: true }), "'size'"],
    [() => shapes.groupedSmallScorer(network, { size: 1, rescaled: true }, 'maps'), "'maps'"],
    [() => scorer.score(asked(drawn.slice(0, 6))), '6 demonstrations', 'groups of 4'],
    [() => scorer.score(asked(drawn.slice(0, 4)), scoring.SCORING_WAYS.channel), "'channel'"],
    [() => scorer.score(asked(drawn.slice(0, 4)), scoring.SCORING_WAYS.perplexity), 'perplexity'],
    [() => shapes.groupedLayout(0, 4, true), 'number of groups', '0'],
    [() => shapes.groupedLayout(2, 101, true), 'lines of all groups', '202'],
    [() => shapes.groupedLayout(2, 1, wrong('yes')), "'rescaled'", "'yes'"],
  ]);
});

/** Three groups of two examples; all groups have 7 tokens. */
const GROUPS = [
  [
    [5, 6, 7],
    [8, 9, 10, 11],
  ],
  [
    [12, 13, 14, 15],
    [16, 17, 18],
  ],
  [
    [19, 20, 21, 22],
    [23, 24, 25],
  ],
];
const TESTS: readonly language.TokenTest[] = [
  { tokens: [30, 31, 3], scoredFrom: 2 },
  { tokens: [30, 31, 4, 6], scoredFrom: 2 },
  { tokens: [32, 33, 34, 35, 5], scoredFrom: 4 },
];

for (const family of readdirSync(fixture('models'))) {
  const { model: lm } = language.loadLanguageModel(fixture(join('models', family)));
  const scoresAfter = (context: language.ReadContext): number[] => {
    const scores = language.testScores(lm, context, TESTS);
    language.disposeCache(context.cache);
    return scores;
  };
  const inGroups = (groups: typeof GROUPS, rescaled: boolean, begin = [1, 2]): number[] =>
    scoresAfter(shapes.groupedContext(lm, groups, begin, rescaled));
  const under = (method: model.Method, examples: readonly number[][], begin = [1, 2]): number[] =>
    scoresAfter(language.readContext(lm, method, examples, undefined, begin));

  test(`${family}: one group, and several identical ones with the factor, are one prompt`, () => {
    const [first] = GROUPS as [number[][]];
    for (const begin of [[], [1, 2]])
      for (const rescaled of [true, false])
        close(inGroups([first], rescaled, begin), under(ar, first, begin), 1e-4);
    close(inGroups([first, first, first], true), under(ar, first), 1e-4);
    assert.ok(apart(inGroups([first, first, first], false), under(ar, first)) > 1e-3);
    close(inGroups([], true), under(ar, []), 1e-4, 'without groups');
    close(inGroups([], true, []), under(ar, [], []), 1e-4, 'without anything');
  });

  test(`${family}: without the factor it is PCW, with groups of one BoE`, () => {
    close(inGroups(GROUPS, false, []), under(model.pcwMethod(2), GROUPS.flat(), []), 1e-4);
    const equal = [
      [5, 6, 7],
      [8, 9, 10],
      [11, 12, 13],
    ];
    const ones = equal.map((example) => [example]);
    close(inGroups(ones, false, []), under(boe, equal, []), 1e-4);
  });

  test(`${family}: the order of groups does not count, and that within a group does`, () => {
    const unequal = [GROUPS[0]!, GROUPS[1]!.slice(0, 1), GROUPS[2]!];
    const given = inGroups(unequal, true);
    close(inGroups([unequal[2]!, unequal[0]!, unequal[1]!], true), given, 1e-4);
    const turned = unequal.map((group) => [...group].reverse());
    assert.ok(apart(inGroups(turned, true), given) > 1e-4);
    assert.ok(apart(inGroups(unequal, false), given) > 1e-4, 'the factor counts');
  });

  test(`${family}: words are added with the weight of own tokens, as tests are read`, () => {
    const context = shapes.groupedContext(lm, GROUPS, [1], true);
    const added = language.generate(lm, context, [30, 31], 4);
    let text = [30, 31];
    for (const token of added) {
      const scores = tf.tidy(() => language.readTests(lm, context, [text]).arraySync()[0]!);
      const row = scores.at(-1)!;
      assert.equal(token, row.indexOf(Math.max(...row)));
      text = [...text, token];
    }
    assert.ok(added.length > 0);
    language.disposeCache(context.cache);
  });
}

const loaded = language.loadLanguageModel(fixture(join('models', 'llama')));
const text = (...tokens: readonly number[]): string => loaded.tokenizer.decode(tokens);
const template: language.Template = {
  style: 'direct',
  between: text(30),
  after: text(31),
  begin: text(32),
  longest: 64,
};
const question = (n: number, ...input: readonly number[]): language.Question => ({
  examples: Array.from({ length: n }, (_, i) => ({
    input: text(...[20, 21, 22, 23].slice(i % 4)),
    output: text(3 + (i % 2)),
  })),
  input: text(...input),
  options: [text(3), text(4), text(5, 6)],
});

test('groups end at the same position, where tests begin', () => {
  const { model: lm } = loaded;
  const groups = [[[5, 6, 7], [8]], [[9, 10]]];
  const context = shapes.groupedContext(lm, groups, [1], true);
  assert.deepEqual(context.cache.positions, [0, 1, 2, 3, 4, 2, 3, 4]);
  assert.equal(context.testPosition, 5);
  assert.equal(context.ownWeight, 2);
  assert.deepEqual(context.work, { first: 6, second: 0 });
  language.disposeCache(context.cache);
});

test('texts: the scorer reads groups once, and one group as textScorer does', () => {
  const scorer = shapes.groupedTextScorer(loaded, { size: 8, rescaled: true }, { template });
  assert.equal(scorer.name, 'language model, groups of 8, rescaled');
  const plain = scoring.textScorer(loaded, { template });
  const both = [question(3, 24, 25), question(3, 26), question(2, 24, 25), question(0, 27)];
  for (const way of [scoring.SCORING_WAYS.direct, scoring.SCORING_WAYS.directMean])
    close(scorer.score(both, way).scores.flat(), plain.score(both, way).scores.flat(), 1e-4);
  const [a, b] = [question(3, 24), question(3, 26)];
  const two = shapes.groupedTextScorer(loaded, { size: 2, rescaled: false }, { template });
  const { scores, cost } = two.score([a, b]);
  assert.equal(scores.length, 2);
  // groups of two examples and of one, each after its beginning: 1 + 7 + 6 and 1 + 5 tokens;
  // then each question with its longest option, without the last token
  assert.deepEqual(cost, { passes: 2 + 2, tokens: 14 + 6 + 2 * 3 });
  leavesNothing(() => two.score([a, b]));
});

test('texts: what cannot be read in groups is refused, and leaves no tensor', async (t) => {
  const { model: lm } = loaded;
  const how = { size: 2, rescaled: true };
  const scorer = shapes.groupedTextScorer(loaded, how, { template });
  const long = [Array.from({ length: 64 }, (_, i) => i)];
  const context = shapes.groupedContext(lm, GROUPS, [], true);
  const weighed = (ownWeight: number) => () =>
    language.testScores(lm, { ...context, ownWeight }, TESTS);
  await allRefused(t, [
    [() => shapes.groupedTextScorer(wrong({}), how), 'model'],
    [() => shapes.groupedTextScorer(loaded, { size: 1.5, rescaled: true }), "'size'", '1.5'],
    [() => shapes.groupedTextScorer(loaded, how, wrong({ method: ar })), "'method'"],
    [() => shapes.groupedTextScorer(loaded, how, { template: wrong(1) }), 'template'],
    [() => scorer.score([question(2, 24)], scoring.SCORING_WAYS.linePerplexity), 'perplexity'],
    [() => scorer.score(wrong([{}])), 'Examples'],
    [() => shapes.groupedContext(lm, [GROUPS[0]!, long], [], true), 'Group 1', '64 tokens'],
    [() => shapes.groupedContext(lm, [[[1e6]]], [], true), '1000000'],
    [() => shapes.groupedContext(lm, [[]], [], true), 'Groups[0]', 'at least 1'],
    [() => shapes.groupedContext(lm, wrong(5), [], true), 'Groups', '5'],
    [() => shapes.groupedContext(lm, GROUPS, wrong('a'), true), 'beginning', "'a'"],
    [() => shapes.groupedContext(lm, GROUPS, [], wrong(2)), "'rescaled'", '2'],
    [() => shapes.groupedContext(wrong(null), GROUPS, [], true), 'language model'],
    [weighed(0), "'ownWeight'", '0'],
    [weighed(NaN), "'ownWeight'", 'NaN'],
  ]);
  language.disposeCache(context.cache);
  leavesNothing(() => {
    assert.throws(() => shapes.groupedContext(lm, [GROUPS[0]!, [[1e6]]], [], true));
  });
});

/** What a measure puts: by number of demonstrations and metric, each once. */
function putInto(found: Map<string, number>) {
  return (n: number, metric: string, value: number): void => {
    const key = `${n}: ${metric}`;
    assert.ok(!found.has(key), `${key} is put once`);
    assert.ok(Number.isFinite(value), key);
    found.set(key, value);
  };
}

test('measures of TaskWorld: all ways after each number, and the exact answer by itself', () => {
  const sizes = { tasks: 2, questions: 4, counts: [2, 4], size: 2 };
  const found = new Map<string, number>();
  measureGroupsWorld(network, network, sizes, 0, putInto(found));
  const ways = ['one prompt', 'groups', 'groups, not rescaled', 'groups of one', 'InvICL'];
  const metrics = [
    ...ways.map((way) => `accuracy, ${way}`),
    ...['one prompt', 'groups'].map((way) => `answers that change, ${way}`),
    ...['one prompt', 'groups', 'groups of one'].map((way) => `pairs, ${way}`),
  ];
  assert.deepEqual(
    [...found.keys()].sort(),
    [2, 4].flatMap((n) => metrics.map((metric) => `${n}: ${metric}`)).sort(),
  );
  assert.equal(found.get('4: pairs, one prompt'), 28 ** 2);
  assert.equal(found.get('4: pairs, groups'), 2 * 16 ** 2);
  for (const metric of ['accuracy', 'answers that change', 'pairs'])
    assert.equal(found.get(`2: ${metric}, groups`), found.get(`2: ${metric}, one prompt`), metric);
  const exact = new Map<string, number>();
  measureGroupsWorld(null, null, { ...sizes, tasks: 4, counts: [2, 24] }, 0, putInto(exact));
  assert.equal(exact.size, 2);
  assert.ok(exact.get('24: accuracy, exact Bayes')! > 0.9);
});

test('measures of texts: one prompt where it fits, and rows with labels in turn', async (t) => {
  const row = (i: number) => ({ input: `w${i}`, output: i % 2 ? 'good' : 'bad', vector: [1] });
  const pool = Array.from({ length: 12 }, (_, i) => row(i));
  const words = [...pool.map(({ input }) => input), 'good', 'bad', '->', ';'];
  const tokenizer = language.tokenizerOf(language.wordTokenizerJson(words), 'words');
  const size = { width: 8, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 24 };
  const own = language.freshLanguageModel(tokenizer, size, 0);
  const as: language.Template = { style: 'direct', between: ' -> ', after: ' ; ', longest: 8 };
  const shown: (readonly number[])[] = [];
  const subject: ChoosingSubject<language.Question> = {
    title: 'a task',
    scorer: scoring.textScorer(own, { template: as }),
    pool,
    questions: pool.slice(0, 4),
    options: ['bad', 'good'],
    right: [0, 1, 0, 1],
    instruction: [1],
    askText: (input, rows) => {
      shown.push(rows);
      return { input, options: ['bad', 'good'], examples: rows.map((i) => pool[i]!) };
    },
    conceptShares: null,
  };
  const found = new Map<string, number>();
  measureGroupsText([subject], own, as, { counts: [4, 8], size: 4 }, 0, putInto(found));
  const [four, eight] = [shown[0]!, shown.at(-1)!];
  assert.deepEqual(eight.slice(0, 4), four, 'the larger number contains the smaller');
  assert.equal(new Set(eight).size, 8);
  for (let i = 0; i < 8; i += 2) assert.equal((eight[i]! + eight[i + 1]!) % 2, 1, 'one of each');
  // 4 demonstrations of 4 tokens and a question fit into 24 positions, 8 do not
  for (const way of ['', ', batch calibration']) {
    const key = (n: number, name: string): string => `${n}: accuracy${way}, ${name}`;
    assert.equal(found.get(key(4, 'one prompt')), found.get(key(4, 'groups')));
    assert.ok(!found.has(key(8, 'one prompt')));
    for (const name of ['groups', 'groups, not rescaled', 'groups of one'])
      assert.ok(found.has(key(8, name)) && found.has(`${key(8, name)}, a task`), name);
  }
  assert.equal(found.get('8: pairs, groups'), 2 * 16 ** 2);
  await allRefused(t, [
    [
      () => measureGroupsText([subject], own, as, { counts: [13], size: 4 }, 0, () => undefined),
      '13 demonstrations',
      '12 rows',
      "'a task'",
    ],
  ]);
  own.model.dispose();
});
