/**
 * Induction heads: an exact circuit by hand, whose scores are known; scores by a loop over pairs; heads
 * that are taken out by two ways that agree; copying by the whole matrix of all tokens.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, language, mechanisms, model, tf } from 'invicl';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

import { allRefused, close, leavesNothing } from '../../helpers';

const SIZE: mechanisms.AttentionSize = {
  vocabulary: 12,
  width: 8,
  layers: 2,
  heads: 2,
  length: 16,
};
const fresh = (seed = 0): mechanisms.AttentionOnly =>
  new mechanisms.AttentionOnly({ size: SIZE, seed });
const SETTINGS = { vocabulary: 12, length: 16, shortest: 3, longest: 6 };
const rowsOf = (count: number): (readonly number[])[] => {
  const random = core.stream(1, 'rows of a test');
  return Array.from({ length: count }, () => mechanisms.repeatedSequence(random, SETTINGS).tokens);
};
/** After a mark that occurs once, a segment three times. */
const MARKED = [8, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4];

test('the circuit by hand attends to the token before, then to what followed, and copies it', () => {
  const byHand = mechanisms.inductionByHand(9, 13);
  const hooked = mechanisms.hookedAttention(byHand);
  const [before, found] = mechanisms.attentionMaps(hooked, MARKED);
  MARKED.forEach((_, i) => {
    if (i > 0) close([before![0]![i]![i - 1]!], [1], 1e-6, `the token before ${i}`);
  });
  // token 2 at place 6 was at place 2: what followed is at place 3; at place 10, at 3 and 7 alike
  close([found![0]![6]![3]!], [1], 1e-6);
  close([found![0]![10]![3]!, found![0]![10]![7]!], [0.5, 0.5], 1e-6);
  close(mechanisms.prefixMatching(hooked, [MARKED]).flat(), [0, 1], 1e-6, 'prefix matching');
  const previous = [mechanisms.previousMarks(MARKED)];
  close([mechanisms.markedAttention(hooked, [MARKED], previous)[0]![0]!], [1], 1e-6);
  const [losses] = hooked.losses([MARKED]);
  assert.ok(losses!.slice(5).every((loss) => loss < 1e-3));
  assert.ok(
    losses!.slice(0, 4).every((loss) => loss > 1),
    'the first segment is not known',
  );
  const circuits = mechanisms.attentionCircuits(byHand, [1, 2, 3]);
  close([mechanisms.copyingScore(circuits[1]![0]!.circuit)], [1], 1e-9);
  assert.equal(mechanisms.ownTokenShare(circuits[1]![0]!.rises), 1);
  byHand.dispose();
});

test('without either layer of the circuit nothing of the repetition is known', () => {
  const byHand = mechanisms.inductionByHand(9, 13);
  const hooked = mechanisms.hookedAttention(byHand);
  for (const layer of [0, 1])
    for (const way of mechanisms.ABLATIONS) {
      const hook = mechanisms.ablating([{ layer, head: 0 }], way);
      const late = hooked.losses([MARKED], hook)[0]!.slice(-4);
      // the mean over earlier tokens still holds the token before
      const least = layer === 0 && way === 'mean' ? 1e-5 : 0.5;
      assert.ok(
        late.every((loss) => loss > least),
        `${layer} ${way} ${late.join()}`,
      );
    }
  const nobody = mechanisms.ablating([]);
  close(hooked.losses([MARKED], nobody)[0]!, hooked.losses([MARKED])[0]!, 1e-7);
  byHand.dispose();
});

test('prefix matching is the mean over tokens that occurred, pair by pair', () => {
  const network = fresh();
  const hooked = mechanisms.hookedAttention(network);
  const rows = rowsOf(3);
  const maps = rows.map((row) => mechanisms.attentionMaps(hooked, row));
  const expected = [0, 1].flatMap((l) =>
    [0, 1].map((h) => {
      const given = rows.flatMap((row, b) =>
        row.flatMap((token, i) => {
          const earlier = row.flatMap((other, j) => (j < i && other === token ? [j + 1] : []));
          const own = earlier.map((j) => maps[b]![l]![h]![i]![j]!);
          return earlier.length > 0 ? [own.reduce((sum, a) => sum + a, 0)] : [];
        }),
      );
      return given.reduce((sum, a) => sum + a, 0) / given.length;
    }),
  );
  close(mechanisms.prefixMatching(hooked, rows).flat(), expected, 1e-6);
  leavesNothing(() => void mechanisms.prefixMatching(hooked, rows));
  network.dispose();
});

test('a head that is taken out writes nothing, or the mean of what it would have written', () => {
  const network = fresh(3);
  const tokens = tf.tensor2d([[...rowsOf(1)[0]!]], undefined, 'int32');
  const one = { layer: 1, head: 1 };
  const outOf = (hook?: model.Hook): number[][] => {
    let found: number[][] = [];
    network
      .logits(tokens, (name, value) => {
        const other = hook?.(name, value);
        if (name === 'blocks.1.attention.out') found = (value.arraySync() as number[][][])[0]!;
        return other;
      })
      .dispose();
    return found;
  };
  const whole = outOf();
  const zero = outOf(mechanisms.ablating([one]));
  const mean = outOf(mechanisms.ablating([one], 'mean'));
  const own = whole.map((row, t) => row.map((value, c) => value - zero[t]![c]!)); // what it writes
  const expected = own.map((row, t) =>
    row.map(
      (_, c) =>
        zero[t]![c]! + own.slice(0, t + 1).reduce((sum, other) => sum + other[c]!, 0) / (t + 1),
    ),
  );
  close(mean.flat(), expected.flat(), 1e-5);
  tokens.dispose();
  network.dispose();
});

test('rows of the projection that are 0 take out the same heads of a language model', () => {
  const words = Array.from({ length: 20 }, (_, i) => `w${i}`);
  const tokenizer = language.tokenizerOf(language.wordTokenizerJson(words), 'words');
  const loaded = language.freshLanguageModel(tokenizer, { ...LANGUAGE }, 5);
  const hooked = mechanisms.hookedLanguage(loaded);
  const rows = [
    [1, 2, 3, 1, 2, 3],
    [4, 5, 6, 4, 5, 6],
  ];
  const heads = [
    { layer: 0, head: 1 },
    { layer: 1, head: 0 },
  ];
  const whole = hooked.losses(rows);
  const ablated = hooked.losses(rows, mechanisms.ablating(heads));
  const { transformer } = loaded.model;
  const zeroed = mechanisms.withoutHeads(transformer, heads, () => hooked.losses(rows));
  close(zeroed.flat(), ablated.flat(), 1e-5);
  assert.ok(Math.abs(whole[0]![4]! - ablated[0]![4]!) > 1e-7, 'the heads did something');
  close(hooked.losses(rows).flat(), whole.flat(), 0, 'weights are put back');
  leavesNothing(() => void mechanisms.withoutHeads(transformer, heads, () => 0));
  assert.throws(() =>
    mechanisms.withoutHeads(transformer, heads, () => {
      throw new Error('stopped');
    }),
  );
  close(hooked.losses(rows).flat(), whole.flat(), 0, 'weights are put back after an error');
  const circuits = mechanisms.languageCircuits(loaded.model, [1, 2, 3]);
  assert.equal(circuits.length, 2);
  const E = (loaded.model.parameters['words'] as unknown as tf.Tensor2D).arraySync();
  const block = transformer.blocks[1]!;
  const [C, D] = [8, 4];
  const qkv = block.qkv.weight.arraySync();
  const O = block.projection.weight.arraySync();
  const raised = (from: number, to: number): number => {
    let sum = 0;
    for (let d = 0; d < D; d++) {
      const value = E[from]!.reduce((s, e, c) => s + e * qkv[c]![2 * C + D + d]!, 0);
      sum += value * E[to]!.reduce((s, e, c) => s + e * O[D + d]![c]!, 0);
    }
    return sum;
  };
  close(
    circuits[1]![1]!.rises.flat(),
    [1, 2, 3].flatMap((from) => [1, 2, 3].map((to) => raised(from, to))),
    1e-6,
  );
  loaded.model.dispose();
});

const LANGUAGE = { width: 8, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 32 };

test('the eigenvalues of the small matrix are those of the matrix of all tokens', () => {
  const network = fresh(2);
  const all = Array.from({ length: SIZE.vocabulary }, (_, t) => t);
  for (const { circuit, rises } of mechanisms.attentionCircuits(network, all).flat()) {
    const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(
      new Matrix(rises as number[][]),
    );
    const size = realEigenvalues.map((x, i) => Math.hypot(x, imaginaryEigenvalues[i]!));
    const ratio = realEigenvalues.reduce((a, b) => a + b, 0) / size.reduce((a, b) => a + b, 0);
    close([mechanisms.copyingScore(circuit)], [ratio], 1e-3);
  }
  leavesNothing(() => void mechanisms.attentionCircuits(network, all));
  network.dispose();
  assert.equal(
    mechanisms.copyingScore([
      [-2, 0],
      [0, -1],
    ]),
    -1,
  );
  assert.equal(
    mechanisms.copyingScore([
      [0, 1],
      [-1, 0],
    ]),
    0,
  );
  assert.equal(
    mechanisms.ownTokenShare([
      [1, 0],
      [3, 2],
    ]),
    0.5,
  );
});

test('sequences repeat a segment of distinct tokens, whose length varies', () => {
  const random = core.stream(4, 'segments');
  const lengths = new Set<number>();
  for (let i = 0; i < 40; i++) {
    const { tokens, period } = mechanisms.repeatedSequence(random, SETTINGS);
    lengths.add(period);
    assert.equal(new Set(tokens).size, period);
    assert.ok(tokens.every((token, t) => t < period || token === tokens[t - period]));
  }
  assert.deepEqual([...lengths].sort(), [3, 4, 5, 6]);
  const known = [3, 5, 7, 9, 11, 13, 15, 17];
  const pair = mechanisms.repeatedPair(random, known, 4);
  assert.deepEqual(pair.repeated.slice(4), pair.repeated.slice(0, 4));
  assert.deepEqual(pair.unrepeated.slice(0, 4), pair.repeated.slice(0, 4));
  assert.equal(new Set(pair.unrepeated).size, 8);
});

test('heads by their scores, and random ones of the same layers', () => {
  const ranked = mechanisms.rankedHeads([
    [0.1, 0.9],
    [0.5, 0.2],
  ]);
  assert.deepEqual(ranked.map(mechanisms.headName), ['0.1', '1.0', '1.1', '0.0']);
  const top = [0, 1, 2].map((head) => ({ layer: 1, head }));
  const drawn = mechanisms.randomHeadsLike(core.stream(0, 'drawn'), top, 3, 4);
  assert.equal(drawn.filter(({ layer }) => layer === 1).length, 1, 'one other head is left there');
  assert.equal(new Set([...drawn, ...top].map(mechanisms.headName)).size, 6);
});

test('two layers learn to look up within a few hundred steps, and a run repeats to the same bits', () => {
  const network = new mechanisms.AttentionOnly({
    size: { ...SIZE, width: 32 },
    seed: 0,
  });
  const trainer = new mechanisms.RepeatedTrainer(network, {
    steps: 300,
    batch: 16,
    learningRate: 1e-2,
    sequences: SETTINGS,
  });
  const first = trainer.train();
  for (let step = 1; step < 300; step++) trainer.train();
  const hooked = mechanisms.hookedAttention(network);
  const rows = rowsOf(16);
  const best = Math.max(...mechanisms.prefixMatching(hooked, rows).flat());
  assert.ok(best > 0.5, `prefix matching ${best}`);
  assert.ok(mechanisms.contextScore(hooked.losses(rows), 3) < -1);
  trainer.dispose();
  network.dispose();
  const other = new mechanisms.AttentionOnly({ size: { ...SIZE, width: 32 }, seed: 0 });
  const again = new mechanisms.RepeatedTrainer(other, { batch: 16, sequences: SETTINGS });
  close([again.train()], [first], 1e-6);
  again.dispose();
  other.dispose();
});

test('the in-context score is late loss less early loss', () => {
  assert.equal(mechanisms.contextScore([[5, 3, 2, 2, 1, 0]], 2), 0.5 - 4);
});

test('what is no model, no head or no sequence is refused', async (t) => {
  const network = fresh();
  const hooked = mechanisms.hookedAttention(network);
  const random = core.stream(0, 'refused');
  const words = tf.tensor2d([[0, 1]], undefined, 'int32');
  const long = tf.tensor2d([Array.from({ length: 17 }, () => 0)], undefined, 'int32');
  const attention = (set: object) => () =>
    new mechanisms.AttentionOnly({ size: { ...SIZE, ...set }, seed: 0 });
  await allRefused(t, [
    [attention({ heads: 3 }), 'width 8', '3 heads'],
    [attention({ depth: 3 }), 'depth'],
    [attention({ layers: 0 }), "'layers'"],
    [() => network.logits(long), '[1,17]', '16'],
    [() => network.assign('words', [[1]]), "'words'"],
    [() => network.assign('nothing', [[1]]), "'nothing'"],
    [() => mechanisms.hookedAttention({} as typeof network), 'mechanisms.AttentionOnly'],
    [() => mechanisms.hookedLanguage({} as language.LoadedModel), 'language model'],
    [
      () =>
        hooked.losses([
          [1, 2],
          [1, 2, 3],
        ]),
      'unequal lengths',
    ],
    [() => mechanisms.prefixMatching(hooked, [[1, 2, 3]]), 'occurs again'],
    [() => mechanisms.markedAttention(hooked, [[1, 1]], []), 'Marks of 0 sequences'],
    [() => mechanisms.contextScore([[1, 2, 3]], 2), '2 late and 2 early'],
    [() => mechanisms.copyingScore([[1, 2]]), '1 x 2'],
    [
      () =>
        mechanisms.ownTokenShare([
          [1, 2, 3],
          [1, 2, 3],
        ]),
      '3 scores',
      '2 tokens',
    ],
    [() => mechanisms.ablating([{ layer: 0, head: -1 }]), '.head', '-1'],
    [() => mechanisms.ablating([], 'half' as 'zero'), 'half'],
    [
      () => hooked.losses([[1, 1]], mechanisms.ablating([{ layer: 0, head: 2 }])),
      'Head 2',
      '2 heads',
    ],
    [() => mechanisms.repeatedSequence(random, { ...SETTINGS, longest: 13 }), '13 of 12'],
    [() => mechanisms.repeatedPair(random, [1, 2, 3], 2), '2 tokens', '3'],
    [() => mechanisms.randomHeadsLike(random, [{ layer: 0, head: 0 }], 1, 1), '1 other heads'],
    [() => mechanisms.attentionCircuits(network, [12, 1]), '12'],
    [() => mechanisms.inductionByHand(1, 4), 'vocabulary'],
    [
      () => new mechanisms.RepeatedTrainer(network, { sequences: { ...SETTINGS, length: 20 } }),
      '20 of 12',
      '16 of 12',
    ],
  ]);
  for (const tensor of [words, long]) tensor.dispose();
  network.dispose();
});

test('a layer or head that a transformer has not is not taken out', async (t) => {
  const store = new model.ParameterStore(0);
  const transformer = new model.Transformer({ ...LANGUAGE }, store);
  await allRefused(t, [
    [
      () => mechanisms.withoutHeads(transformer, [{ layer: 2, head: 0 }], () => 0),
      'Head 0 of layer 2',
    ],
    [() => mechanisms.withoutHeads({} as typeof transformer, [], () => 0), 'model.Transformer'],
  ]);
  store.dispose();
});
