/** The small model against its definitions, and what its masks promise. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import { core, model, small, tf, world } from 'invicl';
import { close, fixture, leavesNothing, refused, scratch } from '../../helpers';

const SIZE = { width: 16, layers: 2, heads: 4, mlpRatio: 2, maxPositions: 1 };
const CONFIG = { size: SIZE, seed: 3, smearedKeys: true, alignedStart: true };
const TASK = world.namedTask(world.RULES[4]!, 'natural');

/** A question with k examples, and the same with its examples in another order. */
function questions(k: number): readonly [small.SmallQuestion, small.SmallQuestion] {
  const random = core.stream(0, 'questions of the small model');
  const examples = world.drawExamples(random, TASK, k);
  const input = world.drawInput(random, TASK.rule, 1);
  return [
    { context: { examples }, input },
    { context: { examples: [...examples].reverse() }, input },
  ];
}

test('InvICL and Prefix answer alike in every order, AR does not', () => {
  const network = new small.SmallModel(CONFIG);
  const [given, reversed] = questions(4);
  for (const [method, invariant] of [
    [model.METHODS.invicl, true],
    [model.METHODS.prefix, true],
    [model.METHODS.ar, false],
  ] as const) {
    const [[a], [b]] = [given, reversed].map((question) =>
      small.smallAnswers(network, method, [question]),
    ) as [number[][], number[][]];
    const apart = Math.max(...a!.map((p, y) => Math.abs(Math.log(p / b![y]!))));
    assert.ok(invariant ? apart < 1e-4 : apart > 1e-3, `${method.name}: ${apart}`);
  }
  network.dispose();
});

test('questions about one context are answered as one by one, under every method', () => {
  const network = new small.SmallModel(CONFIG);
  const random = core.stream(3, 'one context');
  const task = world.namedTask(world.RULES[0]!, 'natural');
  const context = { examples: world.drawExamples(random, task, 5) };
  const asked = Array.from({ length: 40 }, (_, i) => ({
    context,
    input: world.drawInput(random, task.rule, (i % 2) as 0 | 1),
  }));
  for (const method of [model.METHODS.ar, model.METHODS.prefix, model.METHODS.invicl]) {
    const together = small.smallLogAnswers(network, method, asked);
    const alone = asked.map((one) => small.smallLogAnswers(network, method, [one])[0]!);
    assert.equal(together.length, 40);
    close(together.flat(), alone.flat(), 1e-4, method.name);
  }
  leavesNothing(() => void small.smallLogAnswers(network, model.METHODS.invicl, asked));
  network.dispose();
});

test('no label of an example reaches its own prediction: a changed label changes nothing before it', () => {
  const network = new small.SmallModel(CONFIG);
  for (const method of [model.METHODS.ar, model.METHODS.invicl]) {
    const layout = small.documentLayout(method, 3, 1);
    const [{ context }] = questions(3);
    const other = context.examples.map((example, i) =>
      i === 1 ? { ...example, label: 'kip' } : example,
    );
    const scores = [context.examples, other].map((examples) => {
      const { header, lines } = world.contextDocument({
        examples: [...examples, context.examples[0]!],
      });
      const all = world.documentTokens({ header, lines });
      const tokens = tf.tensor2d([layout.source.map((from) => all[from]!)], undefined, 'int32');
      return network.logits(tokens, layout).arraySync()[0]!;
    });
    // the template of example 1, from which its label is predicted, in the copy whose answers count
    const counted = layout.counts;
    const at = layout.source.findIndex((from, t) => from === 4 + 6 + 3 && counted[t] === 1);
    close(scores[0]![at]!, scores[1]![at]!, 1e-5);
    const last = layout.source.length - 3;
    const moved = Math.max(...scores[0]![last]!.map((s, v) => Math.abs(s - scores[1]![last]![v]!)));
    assert.ok(moved > 1e-4, `${method.name}: the test reads the label`);
    small.disposeLayout(layout);
  }
  network.dispose();
});

test('the bias by distance is the entry of each pair, and falls with the distance at the start', () => {
  const table = tf.tensor2d(
    Float32Array.from({ length: 2 * small.BUCKETS }, (_, i) => i / 7),
    [2, small.BUCKETS],
  );
  const buckets = [
    [0, 1],
    [5, 31],
  ];
  const given = small.distanceBias(
    table,
    tf.tensor2d(buckets, undefined, 'int32'),
    tf.zeros([2, 2]),
  );
  const values = given.arraySync()[0]!;
  const entries = table.arraySync();
  [0, 1].forEach((h) =>
    buckets.forEach((row, i) =>
      close(
        values[h]![i]!,
        row.map((bucket) => 16 * entries[h]![bucket]!),
        1e-5,
      ),
    ),
  );
  const all = Array.from({ length: 300 }, (_, distance) => small.bucketOf(distance));
  assert.ok(all.every((bucket, i) => i === 0 || (bucket >= all[i - 1]! && bucket < small.BUCKETS)));
  assert.deepEqual(
    all.slice(0, 17),
    Array.from({ length: 17 }, (_, i) => i),
  );
});

test('stages take their shares of the steps, in order', () => {
  const counts = new Map<small.Stage, number>();
  for (let step = 0; step < 1000; step++) {
    const stage = small.stageOfStep(small.STAGES, step, 1000);
    counts.set(stage, (counts.get(stage) ?? 0) + 1);
  }
  assert.deepEqual([...counts.keys()], [...small.STAGES]);
  for (const [stage, count] of counts) assert.ok(Math.abs(count - 1000 * stage.share) <= 1);
  for (const { mix } of small.STAGES)
    close([Object.values(mix).reduce((sum, share) => sum + share, 0)], [1], 1e-12);
});

test('training reads no held-out task', () => {
  const random = core.stream(1, 'held out');
  const held = new Set(
    world.TASKS.filter((t) => t.mapping === 'flipped' && world.heldOut(t)).map(
      ({ rule }) => `${rule.feature} ${rule.scope}`,
    ),
  );
  for (let i = 0; i < 400; i++) {
    const { header, lines } = small.trainingDocument(
      random,
      'full',
      { ...small.STAGES[3]!, instructed: 1 },
      false,
    );
    if (header[1] !== 'Instruction:') continue;
    const feature = world.WORD_FEATURES.findIndex(({ name }) => name === header[2]);
    const rule = { feature, scope: header[3] as world.Scope };
    const { values } = world.WORD_FEATURES[feature]!;
    const label = lines[0]![4]!;
    const c = world.classOf(rule, lines[0]!.slice(0, 3).map(world.wordIndex));
    const flipped = label === values[1 - c];
    assert.ok(!flipped || !held.has(`${feature} ${header[3]}`), lines[0]!.join(' '));
  }
});

test('a short run lowers the loss, gives the same numbers again, and leaves no tensor', () => {
  const stages = [{ share: 1, mix: { copy: 1 }, instructed: 0 }];
  const run = (): number[] => {
    const network = new small.SmallModel(CONFIG);
    const training = { batch: 4, steps: 30, seed: 2, stages, learningRate: 2e-2 };
    const trainer = new small.SmallTrainer(network, model.METHODS.ar, training);
    const losses = Array.from({ length: 30 }, () => trainer.train());
    trainer.dispose();
    network.dispose();
    return losses;
  };
  let first: number[] = [];
  leavesNothing(() => {
    first = run();
  });
  const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b) / part.length;
  const [begun, ended] = [mean(first.slice(0, 5)), mean(first.slice(-5))];
  assert.ok(ended < 0.8 * begun, `${begun.toFixed(2)} to ${ended.toFixed(2)}`);
  assert.deepEqual(run(), first);
});

test('every weight is moved by training: smear and distances too', () => {
  const network = new small.SmallModel(CONFIG);
  const before = Object.fromEntries(
    Object.entries(network.parameters).map(([name, p]) => [name, [...p.dataSync()]]),
  );
  const trainer = new small.SmallTrainer(network, model.METHODS.ar, { batch: 4, steps: 3 });
  for (let i = 0; i < 3; i++) trainer.train();
  for (const [name, p] of Object.entries(network.parameters)) {
    const moved = Math.max(...[...p.dataSync()].map((x, i) => Math.abs(x - before[name]![i]!)));
    assert.ok(moved > 1e-6, name);
  }
  trainer.dispose();
  network.dispose();
});

test('what cannot be trained is refused', () => {
  refused(() => new small.SmallModel({ ...CONFIG, seed: -1 }), '-1');
  const network = new small.SmallModel(CONFIG);
  refused(() => new small.SmallTrainer(network, model.METHODS.ar, { batch: 0 }), 'batch');
  network.dispose();
});

test('a refused template leaves no tensor behind', () => {
  const network = new small.SmallModel(CONFIG);
  const [given] = questions(2);
  leavesNothing(() =>
    refused(() => small.smallAnswers(network, model.METHODS.ar, [given], 'says'), /'says'/),
  );
  network.dispose();
});

test('a model from the checkpoint of a run answers as the one that was trained', async () => {
  const network = new small.SmallModel(CONFIG);
  const trainer = new small.SmallTrainer(network, model.METHODS.ar, { batch: 2, steps: 2 });
  const checkpoint = join(scratch(), 'small.safetensors');
  await trainer.run({ checkpoint });
  const again = small.loadSmallModel(checkpoint);
  const [given] = questions(3);
  const [mine, its] = [network, again].map((one) =>
    small.smallAnswers(one, model.METHODS.ar, [given]),
  );
  assert.deepEqual(its, mine);
  assert.deepEqual(again.config, CONFIG);
  refused(() => small.loadSmallModel(fixture('absent.safetensors')), /absent/);
  trainer.dispose();
  network.dispose();
  again.dispose();
});

/** The attention of every head from the last template, by layer, as plain numbers [B][H][T]. */
function attentionFromLast(
  network: small.SmallModel,
  method: model.Method,
  documents: readonly world.Document[],
): { readonly layers: number[][][][]; readonly source: readonly number[] } {
  const layout = small.documentLayout(method, documents[0]!.lines.length - 1, 1);
  const { source } = layout;
  const rows = documents.map((document) => {
    const all = world.documentTokens(document);
    return source.map((from) => all[from]!);
  });
  const layers: number[][][][] = [];
  const tokens = tf.tensor2d(rows, undefined, 'int32');
  const logits = network.logits(tokens, layout, (name, value) => {
    if (!name.endsWith('.attention.weights')) return;
    const all = value.arraySync() as number[][][][];
    layers.push(all.map((heads) => heads.map((from) => from[source.length - 3]!)));
  });
  tf.dispose([tokens, logits]);
  small.disposeLayout(layout);
  return { layers, source };
}

test('a copying head is scored by its attention to symbols that stood after the same word', () => {
  const network = new small.SmallModel(CONFIG);
  const random = core.stream(4, 'documents to look up');
  const documents = Array.from({ length: 6 }, () => world.lookupDocument(random, 7, false));
  const known = documents.filter(({ lines }) =>
    lines.slice(0, -1).some(([word]) => word === lines.at(-1)![0]),
  );
  for (const method of [model.METHODS.ar, model.METHODS.invicl]) {
    const { layers, source } = attentionFromLast(network, method, known);
    const expected = layers.map((documentsOf) =>
      [0, 1, 2, 3].map((head) => {
        let sum = 0;
        known.forEach(({ lines }, b) => {
          source.forEach((from, t) => {
            const [line, place] = [Math.floor((from - 4) / 6), (from - 4) % 6];
            const copied = line >= 0 && line < 6 && place === 4;
            if (copied && lines[line]![0] === lines[6]![0]) sum += documentsOf[b]![head]![t]!;
          });
        });
        return sum / known.length;
      }),
    );
    const scores = small.copyingScores(network, method, documents);
    close(scores.flat(), expected.flat(), 1e-5, method.name);
    assert.ok(scores.flat().every((score) => score > 0 && score < 1));
  }
  leavesNothing(() => void small.copyingScores(network, model.METHODS.invicl, documents));
  network.dispose();
});

test('a label head is scored by right labels less the others, whichever names the two have', () => {
  const network = new small.SmallModel(CONFIG);
  const random = core.stream(5, 'label heads');
  const { rule } = TASK;
  const one = world.symbolTask(rule, ['foo', 'bar']);
  const asked = Array.from({ length: 4 }, () => {
    const examples = world.drawExamples(random, one, [0, 1, 0, 1]);
    return { context: { examples }, input: world.drawInput(random, rule, 0), label: 'foo' };
  });
  const right = small.labelHeadScores(network, model.METHODS.invicl, asked);
  const wrong = small.labelHeadScores(
    network,
    model.METHODS.invicl,
    asked.map((question) => ({ ...question, label: 'bar' })),
  );
  close(
    right.flat(),
    wrong.flat().map((score) => -score),
    1e-5,
    'the other label is the opposite',
  );
  assert.ok(
    right.flat().some((score) => Math.abs(score) > 1e-3),
    'the heads tell labels apart',
  );
  const turned = asked.map(({ context, ...rest }) => ({
    ...rest,
    context: { examples: [...context.examples].reverse() },
  }));
  const inOrder = small.labelHeadScores(network, model.METHODS.invicl, turned);
  close(inOrder.flat(), right.flat(), 1e-5, 'InvICL reads every order alike');
  leavesNothing(() => void small.labelHeadScores(network, model.METHODS.ar, asked));
  network.dispose();
});

test('heads are looked for where there is something to copy', () => {
  const network = new small.SmallModel(CONFIG);
  const random = core.stream(6, 'nothing to copy');
  const { ar } = model.METHODS;
  const lookup = world.lookupDocument(random, 3, true);
  const longer = world.lookupDocument(random, 4, true);
  const apart = {
    ...lookup,
    lines: lookup.lines.map((line, i) => [['storm', 'pie', 'sunny'][i]!, ...line.slice(1)]),
  };
  const aboutTask = world.contextDocument({ examples: world.drawExamples(random, TASK, 3) });
  refused(() => small.copyingScores(network, ar, [lookup, longer]), /unequal numbers of lines/);
  refused(() => small.copyingScores(network, ar, [aboutTask]), /not made to look up/);
  refused(() => small.copyingScores(network, ar, [apart]), /did the last word stand before/);
  const question = { context: { examples: [] }, input: world.drawInput(random, TASK.rule, 0) };
  refused(
    () => small.labelHeadScores(network, ar, [{ ...question, label: 'foo' }]),
    /no demonstrations/,
  );
  network.dispose();
});
