/** Demonstrations as vectors: directions, states turned by hand, states in the place of others. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, language, model, shapes, small, tf, world } from 'invicl';
import { measureVectorsText, measureVectorsWorld } from 'invicl/dist/parts/survey/vectormeasures';
import { allRefused, close, leavesNothing, refused, root } from '../../../helpers';

const SIZE = { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1 };
const toy = new small.SmallModel({ size: SIZE, seed: 1, smearedKeys: true, alignedStart: false });
const LAYERS = [0, 1];
const [C, AR] = [SIZE.width, model.METHODS.ar];

const wrong = <T>(value: unknown): T => value as T;
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const minus = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, i) => value - b[i]!);
const unit = (v: readonly number[]): number[] => v.map((value) => value / Math.sqrt(dot(v, v)));
const rowsOf = (seed: number, D: number, N: number): number[][] =>
  Array.from({ length: D }, (_, d) => [...core.stream(seed, 'rows', d).normals(N)]);

const TASK = world.namedTask(world.RULES[4]!, 'natural');
const random = (...labels: readonly (string | number)[]): core.Stream =>
  core.stream(0, 'tests of vectors', ...labels);
const EXAMPLES = world.drawExamples(random('examples'), TASK, 4);
const NONE: world.Context = { examples: [] };
const INPUTS = world.drawExamples(random('inputs'), TASK, 3).map(({ input }) => input);
const shown = INPUTS.map((input) => ({ context: { examples: EXAMPLES }, input }));
const bare = INPUTS.map((input) => ({ context: NONE, input }));

/** A language model of random weights that knows the words of all styles. */
const texts = [
  ...Object.values(shapes.STYLES).flatMap((style) => Object.values(style).flat(2)),
  ...Object.values(shapes.NEUTRAL_SENTENCES).flat(),
];
const words = [...new Set(['<begin>', ...texts.flatMap((text) => text.split(' '))])];
const loaded = language.freshLanguageModel(
  language.tokenizerOf(language.wordTokenizerJson(words), 'words of styles'),
  { ...SIZE, maxPositions: 32 },
  5,
);
const BEGIN = '<begin>';
const PAIRS = shapes.stylePairs('present to past', random('pairs'), 6);

test('the principal direction: no other unit vector has more of the rows', () => {
  const rows = rowsOf(0, 5, 3);
  const squares = (v: readonly number[]): number =>
    rows.reduce((sum, row) => sum + dot(v, row) ** 2, 0);
  const v = shapes.principalDirection(rows);
  close([dot(v, v)], [1], 1e-12);
  const steps = 60;
  for (let i = 0; i < steps; i++)
    for (let j = 0; j < steps; j++) {
      const [a, b] = [(Math.PI * i) / steps, (2 * Math.PI * j) / steps];
      const other = [Math.sin(a) * Math.cos(b), Math.sin(a) * Math.sin(b), Math.cos(a)];
      assert.ok(squares(other) <= squares(v) + 1e-9, `${other.join()}`);
    }
  // where v is best, sum_i (v . r_i) r_i points along v
  const pulled = rows[0]!.map((_, c) => rows.reduce((sum, r) => sum + dot(v, r) * r[c]!, 0));
  close(unit(pulled), v, 1e-9);
});

test('the principal direction of multiples of one row is that row, in the sign of most', () => {
  const row = rowsOf(1, 1, 40)[0]!;
  const times = (factors: readonly number[]): number[][] =>
    factors.map((factor) => row.map((value) => factor * value));
  close(shapes.principalDirection(times([2, -1, 3])), unit(row), 1e-9);
  close(shapes.principalDirection(times([-2, 1, -3])), unit(row.map((x) => -x)), 1e-9);
  close(shapes.principalDirection(times([1e-200, 2e-200])), unit(row), 1e-9, 'tiny rows');
  // rows are not centred: equal rows have their own direction
  close(shapes.principalDirection(times([1, 1])), unit(row), 1e-9);
});

test('a state is turned by the formula', () => {
  const turned = (h: readonly number[], v: readonly number[], strength: number): number[] =>
    tf.tidy(() => [
      ...shapes.steered(tf.tensor1d([...h]), tf.tensor1d([...v]), strength).dataSync(),
    ]);
  // across v: h = (3, 0) has the direction (1, 0), and moves by lambda (0, 1)
  close(turned([3, 0], [0, 2], 0.75), [3 * 0.8, 3 * 0.6], 1e-6);
  // along v nothing changes
  close(turned([0, 5], [0, 2], 0.75), [0, 5], 1e-6);
  // away from v: cos(h, -v) = 1, so that lambda counts twice, and half of it is not enough to turn
  close(turned([0, -5], [0, 2], 0.25), [0, -5], 1e-6);
  close(turned([0, -5], [0, 2], 0.75), [0, 5], 1e-6);
  // cos(h, -v) = 0.6: (0.8, -0.6) + 0.5 * 1.6 (0, 1) = (0.8, 0.2)
  const length = Math.hypot(0.8, 0.2);
  close(turned([8, -6], [0, 1], 0.5), [(10 * 0.8) / length, (10 * 0.2) / length], 1e-6);
});

test('lengths of states stay, strength 0 and a vector of length 0 turn nothing', () => {
  const h = tf.tensor3d(rowsOf(2, 6, C).flat(), [2, 3, C]);
  const v = tf.tensor1d(rowsOf(3, 1, C)[0]!);
  const data = (t: tf.Tensor): number[] => [...t.dataSync()];
  const lengths = (t: tf.Tensor): number[] => data(t.norm('euclidean', -1));
  tf.tidy(() => {
    const turned = shapes.steered(h, v, 0.4);
    assert.deepEqual(turned.shape, h.shape);
    close(lengths(turned), lengths(h), 1e-5);
    const cosines = (t: tf.Tensor): number[] => data(t.mul(v).sum(-1).div(t.norm('euclidean', -1)));
    cosines(turned).forEach((cosine, i) => assert.ok(cosine > cosines(h)[i]!, 'towards v'));
    close(data(shapes.steered(h, v, 0)), data(h), 1e-6);
    close(data(shapes.steered(h, tf.zeros([C]), 0.4)), data(h), 1e-6);
    close(data(shapes.steered(tf.zeros([1, C]), v, 0.4)), new Array<number>(C).fill(0), 1e-6);
  });
  tf.dispose([h, v]);
});

test('a hook turns the outputs of its layers and no other value', () => {
  const vectors = rowsOf(4, 2, C);
  const value = tf.tensor2d(rowsOf(5, 3, C));
  tf.tidy(() => {
    const hook = shapes.steeringHook(vectors, 0.2, [1]);
    for (const name of ['embedded', 'blocks.0.out', 'blocks.1.mlp.out', 'blocks.1.attention.out'])
      assert.equal(hook(name, value), undefined, name);
    const turned = hook('blocks.1.out', value) as tf.Tensor;
    const expected = shapes.steered(value, tf.tensor1d(vectors[1]!), 0.2);
    close(turned.dataSync(), expected.dataSync(), 1e-6);
    assert.ok(shapes.steeringHook(vectors, 0.2)('blocks.0.out', value), 'all layers');
    const texts = tf.tensor3d(rowsOf(11, 6, C).flat(), [2, 3, C]);
    const part = shapes.steeringHook(vectors, 0.2, [1], 1)('blocks.1.out', texts) as tf.Tensor;
    const whole = shapes.steeringHook(vectors, 0.2, [1])('blocks.1.out', texts) as tf.Tensor;
    close(part.slice([0, 0], [-1, 1]).dataSync(), texts.slice([0, 0], [-1, 1]).dataSync(), 0);
    close(part.slice([0, 1]).dataSync(), whole.slice([0, 1]).dataSync(), 1e-6);
  });
  value.dispose();
});

test('a sum of vectors counts each alike, whatever its length', () => {
  const [a, b] = [rowsOf(6, 2, 4), rowsOf(7, 2, 4)];
  const longer = b.map((row) => row.map((value) => 100 * value));
  const sum = shapes.summedVectors([a, longer]);
  sum.forEach((row, l) => {
    close([dot(row, unit(a[l]!))], [dot(row, unit(b[l]!))], 1e-9);
    close(row, minus(unit(a[l]!), unit(b[l]!.map((x) => -x))), 1e-9);
  });
});

test('pairs of a style differ in it, and demonstrations share only small words with tests', () => {
  const shared = new Set(
    'The the was and My my Our our a an of with in on at for He She to about over into'.split(' '),
  );
  for (const [name, parts] of Object.entries(shapes.STYLES)) {
    const known = shapes.STYLE_PARTS.map((part) => {
      const pairs = parts[part];
      assert.equal(new Set(pairs.map(([source]) => source)).size, pairs.length, 'distinct');
      assert.ok(pairs.length >= 200, `${name}, ${part}: ${pairs.length}`);
      for (const [source, target] of pairs) {
        const [a, b] = [source, target].map((text) => text.split(' ')) as [string[], string[]];
        assert.equal(a.length, b.length);
        const changed = a.filter((word, i) => word !== b[i]).length;
        assert.equal(changed, name === 'present to past' ? 1 : 2, `${source} ${target}`);
      }
      return new Set(pairs.flat().flatMap((text) => text.replace('.', '').split(' ')));
    }) as [Set<string>, Set<string>];
    const both = [...known[0]].filter((word) => known[1].has(word) && !shared.has(word));
    assert.deepEqual(both, [], name);
  }
});

test('pairs are drawn without repeats, the same for the same stream', () => {
  const draw = (seed: number): readonly shapes.StylePair[] =>
    shapes.stylePairs('negative to positive', core.stream(seed, 'pairs'), 60, 'tests');
  assert.equal(new Set(draw(0).map(([source]) => source)).size, 60);
  assert.deepEqual(draw(0), draw(0));
  assert.notDeepEqual(draw(0), draw(1));
  const tests = shapes.STYLES['negative to positive']!.tests;
  assert.ok(draw(0).every((pair) => tests.includes(pair)));
});

test('the state of the last token is that of the text alone, whatever is beside it', () => {
  const pair = [PAIRS[0]![0], 'The clock struck eleven.'];
  const together = shapes.lastStates(loaded, BEGIN, pair);
  pair.forEach((text, i) => {
    const tokens = loaded.tokenizer.encode(`${BEGIN} ${text}`);
    const batch = language.batchOf(loaded.model, [
      language.promptOf(loaded.model, AR, [], [tokens]),
    ]);
    const last: number[][] = [];
    const hook: model.Hook = (name, value) => {
      if (/^blocks\.\d\.out$/.test(name))
        last.push((value.arraySync() as number[][][])[0]!.at(-1)!);
    };
    loaded.model.finals(batch, hook).dispose();
    language.disposeBatch(batch);
    LAYERS.forEach((l) => close(together[i]![l]!, last[l]!, 1e-5));
  });
});

test('the in-context vector of one pair is its difference, of equal pairs the same', () => {
  const one = PAIRS[0]!;
  const [x, y] = one.map((text) => shapes.lastStates(loaded, BEGIN, [text])[0]!.flat());
  const vector = shapes.contextVector(loaded, BEGIN, [one]);
  assert.deepEqual(
    vector.map(({ length }) => length),
    [C, C],
  );
  close(vector.flat(), unit(minus(y!, x!)), 1e-5);
  close(shapes.contextVector(loaded, BEGIN, [one, one, one]).flat(), vector.flat(), 1e-5);
  // the other way round it points the other way
  const [source, target] = one;
  const back = shapes.contextVector(loaded, BEGIN, [[target, source]]).flat();
  close(
    back,
    vector.flat().map((value) => -value),
    1e-5,
  );
  // of several pairs it is a direction in which all differences add up to something positive
  const several = shapes.contextVector(loaded, BEGIN, PAIRS).flat();
  const differences = PAIRS.map((pair) => {
    const [a, b] = shapes.lastStates(loaded, BEGIN, pair) as [number[][], number[][]];
    return minus(b.flat(), a.flat());
  });
  const sum = differences.reduce((s, row) => s + dot(several, row), 0);
  assert.ok(sum > 0);
  const length = (v: readonly number[]): number =>
    differences.reduce((s, row) => s + dot(v, row) ** 2, 0);
  differences.forEach((row) => assert.ok(length(several) >= length(unit(row)) - 1e-9));
});

test('scores of texts are means over their own tokens, and padding does not count', () => {
  const chosen = ['The clock struck eleven.', ...PAIRS[1]!];
  const scores = shapes.styleScores(loaded, BEGIN, chosen, null, 0);
  chosen.forEach((text, i) => {
    const tokens = loaded.tokenizer.encode(`${BEGIN} ${text}`);
    const batch = language.batchOf(loaded.model, [
      language.promptOf(loaded.model, AR, [], [tokens]),
    ]);
    const logs = tf.tidy(() => tf.logSoftmax(loaded.model.logits(batch)).arraySync()[0]!);
    language.disposeBatch(batch);
    const own = tokens.slice(1).map((word, t) => logs[t]![word]!);
    close([scores[i]!], [own.reduce((a, b) => a + b, 0) / own.length], 1e-5);
  });
  const vectors = shapes.contextVector(loaded, BEGIN, PAIRS);
  close(shapes.styleScores(loaded, BEGIN, chosen, vectors, 0), scores, 1e-7);
  const turned = shapes.styleScores(loaded, BEGIN, chosen, vectors, 0.4);
  assert.ok(turned.some((score, i) => Math.abs(score - scores[i]!) > 1e-4));
  const parts = LAYERS.map((l) => shapes.styleScores(loaded, BEGIN, chosen, vectors, 0.4, [l]));
  assert.notDeepEqual(parts[0], parts[1]);
  close(shapes.styleScores(loaded, BEGIN, chosen, vectors, 0.4, LAYERS), turned, 1e-6);
  // more texts than go through the model at once
  const many = shapes.styleScores(
    loaded,
    BEGIN,
    Array.from({ length: 40 }, (_, i) => chosen[i % 3]!),
    vectors,
    0.4,
  );
  close(
    many,
    many.map((_, i) => turned[i % 3]!),
    1e-5,
  );
});

test("a question's own states put in their place change nothing", () => {
  bare.forEach((question) => {
    const own = shapes.questionStates(toy, [question]).map(([state]) => state!); // [L][C]
    const answers = small.smallLogAnswers(toy, AR, [question]);
    close(shapes.patchedAnswers(toy, [question], own, LAYERS)[0]!, answers[0]!, 1e-5);
  });
});

test('the last states of a demonstrated question give its answers without demonstrations', () => {
  const last = LAYERS.length - 1;
  shown.forEach((question, q) => {
    const own = shapes.questionStates(toy, [question]).map(([state]) => state!);
    const expected = small.smallLogAnswers(toy, AR, [question])[0]!;
    const patched = shapes.patchedAnswers(toy, [bare[q]!], own, [last])[0]!;
    close(patched, expected, 1e-5);
    const without = small.smallLogAnswers(toy, AR, [bare[q]!])[0]!;
    assert.ok(Math.max(...minus(expected, without).map(Math.abs)) > 1e-3);
    // an earlier state does not decide all: the attention after it still reads the bare question
    const early = shapes.patchedAnswers(toy, [bare[q]!], own, [0])[0]!;
    assert.ok(Math.max(...minus(early, expected).map(Math.abs)) > 1e-5);
  });
  // each question's own state at once
  const states = shapes.questionStates(toy, shown);
  const all = shapes.exchangedAnswers(toy, bare, states, [last]);
  close(all.flat(), small.smallLogAnswers(toy, AR, shown).flat(), 1e-5);
  // it is the same vector for every question, so that all get one answer
  const own = shapes.questionStates(toy, [shown[0]!]).map(([state]) => state!);
  const rows = shapes.patchedAnswers(toy, bare, own, [last]);
  rows.forEach((row) => close(row, rows[0]!, 1e-5));
});

test('a task vector is the mean over dummy questions, drawn by the stream', () => {
  const context = { examples: EXAMPLES };
  const drawn = random('dummies');
  const questions = Array.from({ length: 5 }, () => ({
    context,
    input: Array.from({ length: 3 }, () => drawn.integer(world.WORDS.length)),
  }));
  const states = shapes.questionStates(toy, questions);
  const vectors = shapes.taskVector(toy, context, random('dummies'), 5);
  LAYERS.forEach((l) => {
    const sum = states[l]!.reduce((a, b) => a.map((value, c) => value + b[c]!));
    close(
      vectors[l]!,
      sum.map((value) => value / 5),
      1e-6,
    );
  });
});

test('the in-context vector of an example goes from its input to its label, read alone', () => {
  const [example] = EXAMPLES as [world.Example];
  const { input, label } = example;
  const layout = small.documentLayout(AR, 0, 1);
  const line = [label, 'pie', 'pie', 'pie', 'is', 'bad']; // what follows the label is not read
  const tokens = world.documentTokens({ header: world.headerOf(), lines: [line] });
  const labelStates: number[][] = [];
  const hook: model.Hook = (name, value) => {
    if (/^blocks\.\d\.out$/.test(name))
      labelStates.push((value.arraySync() as number[][][])[0]![4]!);
  };
  toy.logits(tf.tensor2d([tokens], undefined, 'int32'), layout, hook).dispose();
  small.disposeLayout(layout);
  const inputStates = shapes.questionStates(toy, [{ context: NONE, input }]).map(([h]) => h!);
  const vector = shapes.smallContextVector(toy, [example]);
  close(vector.flat(), unit(minus(labelStates.flat(), inputStates.flat())), 1e-4);
  const other = shapes.smallContextVector(toy, [{ input, label: 'kip' }]);
  assert.ok(Math.abs(dot(other.flat(), vector.flat())) < 0.999, 'the label counts');
});

test('answers of turned states: strength 0 changes nothing, no layer neither', () => {
  const vectors = shapes.smallContextVector(toy, EXAMPLES);
  const plain = small.smallLogAnswers(toy, AR, bare);
  const answers = (...how: [number, (readonly number[])?]): number[] =>
    shapes.steeredAnswers(toy, bare, vectors, ...how).flat();
  close(answers(0), plain.flat(), 1e-7);
  close(answers(0.5, []), plain.flat(), 1e-7);
  assert.ok(Math.max(...minus(answers(0.5), plain.flat()).map(Math.abs)) > 1e-3);
  // after the last block nothing mixes tokens: the states can be turned by hand
  const [last] = LAYERS.slice(-1) as [number];
  const own = shapes.questionStates(toy, [bare[0]!]).map(([state]) => state!);
  const turned = tf.tidy(() =>
    shapes.steered(tf.tensor1d(own[last]!), tf.tensor1d(vectors[last]!), 0.5).dataSync(),
  );
  const byHand = own.map((state, l) => (l === last ? [...turned] : state));
  close(
    shapes.steeredAnswers(toy, [bare[0]!], vectors, 0.5, [last])[0]!,
    shapes.patchedAnswers(toy, [bare[0]!], byHand, [last])[0]!,
    1e-5,
  );
});

/** Everything that is put, by metric. */
function said(
  measure: (put: (metric: string, value: number) => void) => void,
): Map<string, number> {
  const found = new Map<string, number>();
  measure((metric, value) => {
    assert.ok(!found.has(metric), `${metric} is put once`);
    assert.ok(Number.isFinite(value), metric);
    found.set(metric, value);
  });
  return found;
}

test('of the world every layer and strength is measured; strength 0 is no vector', () => {
  const strengths = [0, 0.2];
  const sizes = { tasks: 2, questions: 8, k: 3, dummies: 4, strengths };
  const found = said((put) => measureVectorsWorld(toy, sizes, 0, put));
  assert.equal(found.size, 2 * 2 * (2 + 2 * LAYERS.length + strengths.length));
  for (const mapping of ['natural', 'arbitrary']) {
    const at = (metric: string): number => found.get(`accuracy, ${metric}, ${mapping}`)!;
    assert.equal(at('in-context vector, strength 0'), at('no examples'));
    assert.equal(at('own state, layer 1'), at('k examples'), 'the last block decides');
  }
});

test('of texts each style has its margins; with strength 0 all vectors are alike', () => {
  const strengths = [0, 0.3];
  const sizes = { pairs: 3, tests: 4, strengths, layerStrength: 0.3, layers: LAYERS };
  const found = said((put) => measureVectorsText(loaded, BEGIN, sizes, 0, put));
  assert.equal(found.size, 2 * (7 * strengths.length + LAYERS.length));
  for (const style of Object.keys(shapes.STYLES)) {
    const margin = (what: string): number => found.get(`margin, ${style}, ${what}`)!;
    assert.equal(found.get(`cost, ${style}, strength 0`), 0);
    const cost = (where = ''): number => found.get(`cost${where}, ${style}, strength 0.3`)!;
    close([cost()], [(cost(' in the present') + cost(' in the past')) / 2], 1e-12);
    assert.notEqual(cost(' in the present'), cost(' in the past'));
    assert.equal(margin('sum, strength 0'), margin('strength 0'));
    assert.equal(margin('other vector, strength 0'), margin('strength 0'));
    assert.notEqual(margin('other vector, strength 0.3'), margin('strength 0.3'));
    assert.notEqual(margin('layer 0'), margin('layer 1'));
  }
});

test('the trained model: a task vector knows the labels, and not which input gets which', () => {
  const trained = small.loadSmallModel(
    join(root, 'data', 'checkpoints', 'survey-small', 'ar-0.safetensors'),
  );
  const sizes = { tasks: 4, questions: 24, k: 16, dummies: 4, strengths: [0] };
  const found = said((put) => measureVectorsWorld(trained, sizes, 0, put));
  const at = (metric: string): number => found.get(`${metric}, arbitrary`)!;
  assert.ok(at('accuracy, k examples') > at('accuracy, no examples') + 0.1);
  assert.ok(at('labels known, no examples') < 0.3);
  assert.ok(at('labels known, task vector, layer 3') > 0.9);
  assert.ok(at('accuracy, task vector, layer 3') < at('accuracy, own state, layer 3') - 0.1);
  trained.dispose();
});

test('no tensor is left', () => {
  const [h, v] = [tf.ones([2, C]), tf.ones([C]) as tf.Tensor1D];
  const vectors = rowsOf(8, 2, C);
  leavesNothing(() => shapes.steered(h, v, 0.1).dispose());
  leavesNothing(() => shapes.contextVector(loaded, BEGIN, PAIRS));
  leavesNothing(() => shapes.styleScores(loaded, BEGIN, PAIRS.flat(), vectors, 0.1));
  leavesNothing(() => shapes.taskVector(toy, { examples: EXAMPLES }, random('dummies'), 2));
  leavesNothing(() => shapes.patchedAnswers(toy, bare, vectors, [0]));
  const states = shapes.questionStates(toy, shown);
  leavesNothing(() => shapes.exchangedAnswers(toy, bare, states, [1]));
  leavesNothing(() => shapes.smallContextVector(toy, EXAMPLES));
  leavesNothing(() => shapes.steeredAnswers(toy, bare, vectors, 0.1));
  // a refusal in the middle of a forward pass leaves nothing either
  const narrow = rowsOf(8, 2, C - 1);
  leavesNothing(() => {
    refused(() => shapes.steeredAnswers(toy, bare, narrow, 0.1), 'towards a vector of 15');
    refused(() => shapes.patchedAnswers(toy, bare, narrow, [0]), 'replaced by 15');
    refused(() => shapes.styleScores(loaded, BEGIN, PAIRS.flat(), narrow, 0.1), 'of 15');
  });
  tf.dispose([h, v]);
});

test('what has no vector is refused', async (t) => {
  const vectors = rowsOf(8, 2, C);
  const [h, v] = [tf.ones([2, C]), tf.ones([C]) as tf.Tensor1D];
  const pair: shapes.StylePair = ['He sells flowers.', 'He sold flowers.'];
  const style = 'present to past';
  await allRefused(t, [
    [() => shapes.principalDirection([]), 'Rows'],
    [() => shapes.principalDirection([[0, 0]]), 'are 0'],
    [() => shapes.summedVectors([]), 'Vectors', 'at least 1'],
    [() => shapes.summedVectors([vectors, rowsOf(9, 3, C)]), 'unequal shapes', '[2, 16]'],
    [() => shapes.summedVectors([wrong(null)]), 'Vectors[0]'],
    [() => shapes.steered(wrong(1), v, 0.1), 'The states'],
    [() => shapes.steered(h, wrong(h), 0.1), 'The vector'],
    [() => shapes.steered(h, tf.ones([3]), 0.1), 'a vector of 3 numbers'],
    [() => shapes.steered(h, v, -1), 'The strength', '-1'],
    [() => shapes.steeringHook(wrong([1]), 0.1), 'Vectors'],
    [() => shapes.steeringHook(vectors, NaN), 'The strength'],
    [() => shapes.steeringHook(vectors, 0.1, [2]), 'Layers', '0 to 1'],
    [() => shapes.steeringHook(vectors, 0.1)('blocks.2.out', h), 'a layer 2'],
    [() => shapes.steeringHook(vectors, 0.1, [0], -1), 'The first token'],
    [() => shapes.exchangedAnswers(toy, bare, [vectors], [0]), 'States of 2 questions', '3'],
    [() => shapes.exchangedAnswers(toy, bare, wrong([1]), [0]), 'States[0]'],
    [() => shapes.exchangedAnswers(wrong(1), bare, [vectors], [0]), 'small.SmallModel'],
    [() => shapes.stylePairs('loud', random(), 1), "'loud'", style],
    [() => shapes.stylePairs(style, wrong({}), 1), 'random stream'],
    [() => shapes.stylePairs(style, random(), 1e4), 'The number of pairs'],
    [() => shapes.stylePairs(style, random(), 1, wrong('all')), 'The part', 'tests'],
    [() => shapes.contextVector(wrong({}), BEGIN, [pair]), 'language'],
    [() => shapes.contextVector(loaded, BEGIN, []), 'Pairs'],
    [() => shapes.contextVector(loaded, BEGIN, [wrong(['a'])]), 'Pairs[0]'],
    [() => shapes.contextVector(loaded, BEGIN, [wrong(['a', 'b', 'c'])]), 'two different texts'],
    [() => shapes.contextVector(loaded, BEGIN, [[pair[0], pair[0]]]), 'two different texts'],
    [() => shapes.lastStates(loaded, wrong(1), ['He']), 'The beginning'],
    [() => shapes.lastStates(loaded, BEGIN, []), 'Texts'],
    [() => shapes.lastStates(loaded, BEGIN, ['']), 'becomes no tokens'],
    [() => shapes.styleScores(loaded, '', ['He'], null, 0), "'He'", 'is predicted'],
    [() => shapes.questionStates(wrong({}), bare), 'small.SmallModel'],
    [() => shapes.questionStates(toy, [bare[0]!, shown[0]!]), 'unequal'],
    [() => shapes.taskVector(toy, NONE, wrong(1), 2), 'random stream'],
    [() => shapes.taskVector(toy, NONE, random(), 0), 'dummy questions'],
    [() => shapes.patchedAnswers(toy, bare, wrong([null]), [0]), 'Vectors'],
    [() => shapes.patchedAnswers(toy, bare, vectors, [2]), 'Layers'],
    [() => shapes.patchedAnswers(toy, bare, vectors.slice(1), [0]), 'a layer 1'],
    [() => shapes.smallContextVector(toy, []), 'no example'],
    [() => shapes.smallContextVector(toy, [wrong({ input: [1] })]), 'input'],
    [() => shapes.steeredAnswers(wrong(null), bare, vectors, 0.1), 'small.SmallModel'],
    [() => shapes.steeredAnswers(toy, bare, vectors, wrong('1')), 'The strength'],
  ]);
  tf.dispose([h, v]);
});
