/** Packing a corpus: the walk over related documents, and contexts of one task. */
import assert from 'node:assert/strict';
import test from 'node:test';

import { core, pretraining, small, world } from 'invicl';
import { close, leavesNothing, refused } from '../../../helpers';

/** Random directions, [N, D]. */
function directions(seed: number, N: number, D: number): number[][] {
  const random = core.stream(seed, 'directions');
  return Array.from({ length: N }, () => {
    const vector = [...random.normals(D)];
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
}

const cosine = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** Algorithm 1 as the paper writes it, with sets, on the graph of all pairs. */
function walkBySets(vectors: readonly (readonly number[])[], k: number): number[] {
  const N = vectors.length;
  const nearest = vectors.map((v, i) =>
    [...vectors.keys()]
      .filter((j) => j !== i)
      .sort((a, b) => cosine(vectors[b]!, v) - cosine(vectors[a]!, v))
      .slice(0, k),
  );
  const joined = (i: number, j: number): boolean =>
    nearest[i]!.includes(j) || nearest[j]!.includes(i);
  const all = [...vectors.keys()];
  const degree = all.map((i) => all.filter((j) => j !== i && joined(i, j)).length);
  const left = new Set(all);
  const path: number[] = [];
  while (left.size > 0) {
    let at = [...left].reduce((best, i) => (degree[i]! < degree[best]! ? i : best));
    for (;;) {
      path.push(at);
      left.delete(at);
      const open = [...left].filter((j) => joined(at, j));
      if (open.length === 0) break;
      const from = at;
      at = open.reduce((best, j) =>
        cosine(vectors[from]!, vectors[j]!) > cosine(vectors[from]!, vectors[best]!) ? j : best,
      );
    }
  }
  assert.equal(path.length, N);
  return path;
}

test('the walk over related documents is that of algorithm 1, each document once', () => {
  for (const [seed, N, D, k] of [
    [0, 30, 4, 3],
    [1, 12, 2, 11],
    [2, 600, 3, 2],
  ] as const) {
    const vectors = directions(seed, N, D);
    const order = pretraining.relatedOrder(pretraining.documentGraph(vectors, k));
    assert.deepEqual(order, walkBySets(vectors, k), `${N} documents`);
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      [...vectors.keys()],
    );
  }
  leavesNothing(() => void pretraining.documentGraph(directions(3, 20, 3), 4));
});

test('documents on an arc are read along it, and contexts of neighbours are the most alike', () => {
  const N = 40;
  const along = core.stream(5, 'places on the arc').permutation(N);
  const vectors = along.map((place) => {
    const angle = (place / N) * (Math.PI / 2);
    return [Math.cos(angle), Math.sin(angle)];
  });
  const order = pretraining.relatedOrder(pretraining.documentGraph(vectors, 2));
  const places = order.map((d) => along[d]!);
  const jumps = places.filter((place, i) => i > 0 && Math.abs(place - places[i - 1]!) > 2).length;
  assert.ok(jumps <= 6, places.join(' ')); // it starts again where all neighbours are read
  const walked = pretraining.similarityInContext(vectors, order, 4);
  const given = pretraining.similarityInContext(vectors, [...vectors.keys()], 4);
  assert.ok(walked > 0.9 && given < 0.85, `${walked}, ${given}`);
  const [a, b, c] = vectors as [number[], number[], number[]];
  const byHand = (cosine(a, b) + cosine(a, c) + cosine(b, c)) / 3;
  close([pretraining.similarityInContext(vectors.slice(0, 3), [0, 1, 2], 3)], [byHand], 1e-12);
  const steps = (path: readonly number[]): number =>
    path.slice(1).reduce((sum, d, i) => sum + 1 - cosine(vectors[d]!, vectors[path[i]!]!), 0);
  close([pretraining.pathLength(vectors, order)], [steps(order)], 1e-12);
  const arc = [...vectors.keys()].sort((x, y) => along[x]! - along[y]!);
  assert.ok(pretraining.pathLength(vectors, arc) <= pretraining.pathLength(vectors, order));
});

test('neighbours of the same task are counted within contexts', () => {
  const tasks = [0, 0, 1, 1, 2, 2];
  const inOrder = [0, 1, 2, 3, 4, 5];
  assert.equal(pretraining.sameTaskShare(tasks, inOrder, 2), 1);
  assert.equal(pretraining.sameTaskShare(tasks, inOrder, 3), 2 / 4); // 0 0 1, 1 2 2
  assert.equal(pretraining.sameTaskShare(tasks, [0, 2, 4, 1, 3, 5], 6), 0);
  refused(() => pretraining.sameTaskShare(tasks, [0, 6], 2), /order of documents/);
  refused(() => pretraining.sameTaskShare(tasks, inOrder, 7), /Documents in a context/);
  refused(() => pretraining.pathLength([[1, 0]], [0, 0]), /Vectors of documents/);
});

test('texts are vectors by their words, whatever stands between them', () => {
  const [a, b, c, d] = pretraining.wordVectors(['Rain, rain!', 'rain', 'sun 7', '“Sun” (9)']) as [
    number[],
    number[],
    number[],
    number[],
  ];
  close([cosine(a, b), cosine(a, c)], [1, 0], 1e-12);
  const [common, rare] = [Math.log(2), Math.log(4)];
  close([cosine(c, d)], [common ** 2 / (common ** 2 + rare ** 2)], 1e-12);
  refused(() => pretraining.wordVectors(['rain', '...']), /only tokens that every document has/);
  refused(() => pretraining.wordVectors(['rain']), /Texts/);
});

const CORPUS = { tasks: 40, each: 3, lines: 3 };

test('a corpus packed by task has contexts of one task; each packing holds the same text', () => {
  const documents = pretraining.drawCorpus(core.stream(0, 'corpus'), CORPUS);
  assert.equal(documents.length, 120);
  const texts = (contexts: readonly world.Document[]): string[] =>
    contexts.flatMap(({ lines }) => lines.map((line) => line.join(' '))).sort();
  const packed = pretraining.PACKINGS.map((packing) => {
    const order = pretraining.packedOrder(core.stream(1, 'order'), documents, packing);
    return { packing, order, contexts: pretraining.contextsOf(documents, order, 3) };
  });
  for (const { contexts } of packed) {
    assert.ok(contexts.every(({ lines, weights }) => lines.length === 9 && weights.length === 9));
    assert.deepEqual(texts(contexts), texts(documents));
  }
  /** The share of neighbours in a context that are about the same task. */
  const together = (order: readonly number[]): number => {
    const pairs = order.slice(1).filter((_, i) => (i + 1) % 3 !== 0);
    const same = order.slice(1).filter((d, i) => {
      const [one, other] = [documents[d]!.task, documents[order[i]!]!.task];
      return (i + 1) % 3 !== 0 && one === other;
    });
    return same.length / pairs.length;
  };
  const [byTask, related, atRandom] = packed.map(({ order }) => together(order)) as [
    number,
    number,
    number,
  ];
  assert.equal(byTask, 1);
  assert.ok(related > 3 * atRandom + 0.1, `related ${related}, at random ${atRandom}`);
});

test('vectors of documents weigh a token by how few documents have it', () => {
  const line = (...words: string[]): string[] => [...words, '->', 'good', '\n'];
  const { VOCABULARY, WORDS } = world;
  const documents = pretraining.drawCorpus(core.stream(2, 'vectors'), CORPUS);
  const vectors = pretraining.tokenVectors(documents);
  close(
    vectors.map((vector) => Math.hypot(...vector)),
    documents.map(() => 1),
    1e-12,
  );
  const counts = (d: number, token: string): number =>
    documents[d]!.lines.flat().filter((one) => one === token).length;
  const inverse = (token: string): number =>
    Math.log(120 / documents.filter((_, d) => counts(d, token) > 0).length);
  const [a, b] = [...new Set(documents[0]!.lines.flat())].filter(
    (token) => WORDS.includes(token) && inverse(token) > 0,
  ) as [string, string];
  const ratio = vectors[0]![VOCABULARY.indexOf(a)]! / vectors[0]![VOCABULARY.indexOf(b)]!;
  close([ratio], [(counts(0, a) * inverse(a)) / (counts(0, b) * inverse(b))], 1e-9);
  const same = { header: documents[0]!.header, lines: [line('storm', 'pie', 'sunny')] };
  refused(() => pretraining.tokenVectors([same, same]), /only tokens that every document has/);
});

const MODEL = {
  size: { width: 16, layers: 1, heads: 4, mlpRatio: 2, maxPositions: 1 },
  seed: 0,
  smearedKeys: true,
  alignedStart: true,
};

test('training on a corpus reads its contexts, the same in every run, and learns from them', () => {
  const config = { seed: 3, contexts: 12, packing: 'at random', mapping: 'arbitrary' } as const;
  const [once, again] = [0, 0].map(() => pretraining.corpusContexts(config));
  assert.deepEqual(once, again);
  const other = pretraining.corpusContexts({ ...config, packing: 'by task' });
  const sorted = (contexts: readonly world.Document[]): string[] =>
    contexts.flatMap(({ lines }) => lines.map((line) => line.join(' '))).sort();
  assert.deepEqual(sorted(once!), sorted(other));
  const network = new small.SmallModel(MODEL);
  const trainer = new pretraining.CorpusTrainer(network, {
    ...config,
    steps: 60,
    batch: 4,
    learningRate: 1e-2,
  });
  const losses = Array.from({ length: 60 }, () => trainer.train());
  const mean = (part: readonly number[]): number =>
    part.reduce((sum, loss) => sum + loss, 0) / part.length;
  assert.ok(mean(losses.slice(-10)) < 0.8 * mean(losses.slice(18, 28)), losses.join(' '));
  trainer.dispose();
  network.dispose();
});

test('what is no corpus, graph or packing is refused', () => {
  const random = core.stream(0, 'refused');
  const documents = pretraining.drawCorpus(random, { tasks: 2, each: 2, lines: 1 });
  const vectors = directions(0, 4, 2);
  refused(() => pretraining.drawCorpus(random, { ...CORPUS, tasks: 1e6 }), /number of tasks/);
  refused(() => pretraining.documentGraph(vectors, 4), /number of neighbours/);
  refused(
    () =>
      pretraining.documentGraph(
        [
          [1, 1],
          [1, 0],
        ],
        1,
      ),
    /not all of length 1/,
  );
  refused(() => pretraining.relatedOrder([new Map([[7, 1]])]), /Neighbours/);
  refused(() => pretraining.relatedOrder([{} as Map<number, number>]), /no neighbours by document/);
  refused(() => pretraining.similarityInContext(vectors, [0, 1], 3), /Documents in a context/);
  refused(() => pretraining.contextsOf(documents, [0, 1], 3), /Documents in a context/);
  refused(() => pretraining.contextsOf(documents, [9], 1), /order of documents/);
  refused(
    () => pretraining.packedOrder(random, documents, 'by size' as pretraining.Packing),
    /The packing/,
  );
  const network = new small.SmallModel(MODEL);
  refused(() => new pretraining.CorpusTrainer(network, { contexts: 0 }), /contexts/);
  refused(() => new pretraining.CorpusTrainer(network, { microBatch: 2 }), /microbatches/);
  refused(() => new pretraining.CorpusTrainer(network, { mapping: 'some' as 'all' }), /mapping/);
  network.dispose();
});
