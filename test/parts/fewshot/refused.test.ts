/** Bad input of few-shot learners and drawn characters is answered with a sentence. */
import * as assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { classifiers, core, fewshot, glyphs, tasks, tf } from 'invicl';

import { allRefused, refused, scratch } from '../../helpers';

/** A value that the types forbid, as a notebook without types could give it. */
const wrong = <T>(value: unknown): T => value as T;
const SIZES = { d: 2, classes: 2, seed: 0 };
const sizes = { B: 2, n: 3, m: 1 };
const random = (): core.Stream => core.stream(0, 'refused');
const layers = (d: number, k: number): fewshot.TwoLayers => {
  const parameters = {
    'f.0.weight': tf.variable(tf.ones([d, 3])),
    'f.0.bias': tf.variable(tf.zeros([3])),
    'f.1.weight': tf.variable(tf.ones([3, k])),
    'f.1.bias': tf.variable(tf.zeros([k])),
  };
  const made = fewshot.plainLayers(parameters, 'f');
  tf.dispose(parameters);
  return made;
};

test('convolutions need square drawings', async (t) => {
  const cnp = (d: number, filters: unknown) => () =>
    fewshot.networkOf({ kind: 'cnp', width: 4, ...SIZES, d, filters: wrong(filters) });
  await allRefused(t, [
    [cnp(10, 2), 'd = 10', 'no square drawings', 'Leave out filters'],
    [cnp(9, 0), 'filters', '0'],
    [cnp(9, 2.5), 'filters', '2.5'],
    [cnp(9, 5000), 'filters', '5000', '4096'],
  ]);
});

test('constructions by hand', async (t) => {
  const context = { X: [[1, 0]], y: [0], test: [0, 1] };
  const descent = fewshot.descentByHand(2, 2, 0.5);
  const answer = (given: unknown) => () => descent.answer(wrong(given));
  await allRefused(t, [
    [answer(null), 'context', 'null'],
    [answer({ ...context, X: [[1, 0, 5]] }), '3 numbers', 'inputs have 2'],
    [answer({ ...context, y: [0, 1] }), '2 classes', 'A context has 1 inputs'],
    [answer({ ...context, test: [NaN, 1] }), 'test input', 'NaN'],
    [answer({ ...context, y: [2] }), 'classes 2', 'there are 2'],
    [() => fewshot.descentByHand(2, 1e12, 1), 'C', '1000000000000', 'from 1 to 100'],
    [() => fewshot.descentByHand(1e12, 2, 1), 'd must', '1000000000000'],
    [() => fewshot.matchingByHand(wrong([1, 2]), 2), 'embedding', '[1,2]', 'plainLayers'],
    [() => fewshot.matchingByHand(layers(2, 2), 2, wrong('hard')), "'hard'", 'softmax'],
    [() => fewshot.matchingByHand(layers(2, 2), 2, 'softmax', 0), 'tau', '0'],
    [
      () => fewshot.processByHand(layers(4, 3), layers(3, 2), layers(5, 2)),
      'phi from 4 to 3',
      'rho from 3 to 2',
      'psi from 5 to 2',
    ],
    [() => fewshot.plainLayers({}, 'f'), "'f.0.weight'", 'undefined'],
    [
      () => fewshot.prototypesByHand(wrong([layers(2, 3)[0], layers(2, 2)[0]]), 2),
      'to 3 numbers, then from 2',
    ],
    [
      () =>
        fewshot.classMeansBySoftmax({ ...context, test: new Array<number>(999).fill(0) }, 100, 1),
      'C = 100 classes, d = 999',
      'GB',
    ],
    [() => fewshot.changesAround(() => NaN), 'classes around the circle', 'NaN'],
    [() => fewshot.changesAround(() => 0, 1e12), 'points', '1000000000000'],
    [() => fewshot.mostChanges(1.5), 'hidden', '1.5'],
  ]);
});

test('networks: settings that nobody knows, and sizes that no memory holds, leave no weights', async (t) => {
  const network = (given: object) => () => fewshot.networkOf(wrong({ ...SIZES, ...given }));
  await allRefused(t, [
    [() => fewshot.networkOf(wrong(null)), 'config of a network', 'null'],
    [network({ kind: 'cnp', width: 2, depth: 3 }), "'depth'", "kind 'cnp'"],
    [network({ kind: 'cnp', width: 2, stack: 2 }), "'stack'"],
    [network({ kind: 'cnp', width: 2, unused: -1 }), 'unused', '-1'],
    [network({ kind: 'matchnet', widths: null }), 'widths', 'null'],
    [network({ kind: 'matchnet', widths: [2], doubleSoftmax: 1 }), 'doubleSoftmax', '1'],
    [network({ kind: 'protonet', widths: [2], rawQuery: 'no' }), 'rawQuery', "'no'"],
    [network({ kind: 'maml', hidden: 2, steps: 1e12, rate: 1, order: 1 }), 'steps', '1000000000'],
    [network({ kind: 'icl as published', layers: 1e12, unused: 0 }), 'layers', '1000000000000'],
  ]);
  for (const spec of [
    { kind: 'specialists', widths: [2, 2], width: 1e12 },
    { kind: 'matchnet', widths: [2, 1e12] },
    { ...fewshot.NETWORKS.icl, d: 1e12 },
  ])
    await t.test(`no weights are left: ${JSON.stringify(spec)}`, () => {
      const before = tf.memory().numTensors;
      refused(network(spec), 'weights', /need .* GB/);
      assert.equal(tf.memory().numTensors, before);
    });
});

test('attention: shapes and the number of tokens', async (t) => {
  const heads = tf.ones<tf.Rank.R4>([1, 2, 4, 3]);
  const short = tf.ones<tf.Rank.R4>([1, 2, 3, 3]);
  await allRefused(t, [
    [() => fewshot.linearAttention(heads, short, heads, 3), 'k [1,2,3,3]', 'one shape'],
    [() => fewshot.linearAttention(heads, heads, wrong(null), 3), 'v must be a tensor', 'null'],
    [() => fewshot.linearAttention(heads, heads, heads, 5), 'n must', 'from 1 to 4', '5'],
  ]);
  tf.dispose([heads, short]);
});

test('exact answers: points, classes and kinds', async (t) => {
  const shown = { X: [[1, 0]], y: [0] };
  const evidence = fewshot.prototypesEvidence();
  const three = tasks.linearRegression({ d: 3 }).sample(random(), sizes);
  const labels = tf.zeros<tf.Rank.R2>([2, 3]);
  const exact = fewshot.posteriorPredictive({ kind: 'pairs' });
  const pairs: tasks.TaskSpec[] = [{ kind: 'pairs' }];
  const opposite = {
    X: [
      [1, 0],
      [1, 0],
    ],
    y: [0, 1],
  };
  await allRefused(t, [
    [() => fewshot.normalBelow(NaN), 'x must be a number', 'NaN'],
    [() => fewshot.commonArc([NaN]), 'Angles', 'NaN'],
    [() => evidence({ X: [[1, 2, 3]], y: [0] }, [[0, 0]]), 'points', '[[1,2,3]]'],
    [() => evidence({ X: [[1, 2]], y: [2] }, [[0, 0]]), '0 or 1', '[2]'],
    [() => evidence({ X: [[1, 2]], y: [] }, [[0, 0]]), '1 examples and 0 classes'],
    [() => evidence(shown, wrong([0, 0])), 'test inputs', '[0,0]'],
    [() => fewshot.prototypesEvidence(wrong({ angle: 3 })), "'angle'", 'midpoints'],
    [
      () => fewshot.prototypesEvidence({ angles: 1e12, distances: 1, midpoints: 1 }),
      'angles',
      '1000000000000',
    ],
    [() => exact.predict({ ...three, y: labels }), 'each of 2 numbers'],
    [() => fewshot.posteriorPredictive(wrong({ kind: 'pairs', magic: 1 })), "'magic'"],
    [() => fewshot.posteriorPredictive(wrong({ kind: 'toString' })), 'toString', 'not known'],
    [() => fewshot.kindsPosterior([], shown, [0, 0]), 'Kinds', '[]'],
    [() => fewshot.kindsPosterior(pairs, opposite, [0, 1]), 'No task of these kinds'],
  ]);
  tf.dispose([labels, ...Object.values(three)]);
});

test('selection and measures: what a classifier answers', async (t) => {
  const prompts = tasks.prototypes().sample(random(), sizes);
  const good = classifiers.nearestMean(2);
  const answering = (answer: () => unknown): classifiers.Classifier =>
    wrong({ ...good, name: 'odd', predict: answer, logProbabilities: answer });
  const nothing = answering(() => undefined);
  const large = answering(() => tf.zeros([2, 1, 3]));
  const all = answering(() => tf.zeros([2, 3]));
  await allRefused(t, [
    [() => fewshot.leaveOneOutLosses(nothing, prompts), "'odd'", 'undefined'],
    [() => fewshot.leaveOneOutLosses(large, prompts), "'odd' answered [2,1,3]", '2 classes'],
    [() => fewshot.selectedByContext([nothing]).predict(prompts), "'odd'", 'undefined'],
    [() => fewshot.selectedByContext(wrong([null])), 'A classifier', 'null'],
    [() => fewshot.selectedByContext([good], wrong(3)), 'name of a selection', '3'],
    [() => fewshot.selectedByOracle([nothing], prompts), "'odd'", 'undefined'],
    [() => fewshot.selectedByOracle(wrong('all'), prompts), 'A selection', "'all'"],
    [() => classifiers.accuracy(all, prompts), "'odd' answered [2,3]", '2 prompts of 1 tests'],
    [() => classifiers.crossEntropyOf(large, prompts), "'odd' answered [2,1,3]"],
    [() => classifiers.accuracy(wrong({}), prompts), 'A predictor', '{}'],
    [() => classifiers.crossEntropyOf(wrong({ ...good, name: 3 }), prompts), 'name', '3'],
    [() => classifiers.crossEntropyOf({ ...good, classes: 1.5 }, prompts), 'classes', '1.5'],
  ]);
  tf.dispose(Object.values(prompts));
});

test('tasks and domains that prompts are drawn from', async (t) => {
  const task = tasks.prototypes();
  const three = tasks.linearRegression({ d: 3 });
  const domain = fewshot.regressionSource();
  const alphabet = glyphs.ownAlphabet(0, 4, 3);
  const split = { train: [alphabet], validation: [alphabet], test: [alphabet] };
  const source = fewshot.alphabetSource('drawn', split, 2);
  const prompts = task.sample(random(), sizes);
  const without = { train: [alphabet], validation: [alphabet] };
  const samples = (from: unknown, stream = random()) =>
    fewshot.samplesOf(wrong(from), stream, sizes);
  await allRefused(t, [
    [() => samples([task, null]), 'A task', 'null'],
    [() => samples([]), 'cut into 0 kinds'],
    [() => samples({ sample: () => undefined }), 'Prompts', 'undefined'],
    [() => samples(task, { ...random() }), 'random stream', 'core.stream'],
    [() => fewshot.inputsFrom(prompts, 0), 'scale', '0'],
    [() => fewshot.inputsFrom(wrong({}), 1), "'x' of the prompts"],
    [() => fewshot.regressionSource({ d: 1e12 }), 'd = 1000000000000', /need .* GB/],
    [() => domain.held(wrong('train'), 1), "'train'", 'validation'],
    [() => source.held('test', 1e12), 'number of domains', '1000000000000'],
    [() => domain.draw(wrong(null)), 'random stream', 'null'],
    [() => source.draw(wrong(null)), 'random stream', 'null'],
    [() => fewshot.alphabetSource('a', wrong({ ...split, more: [] }), 2), "'more'"],
    [() => fewshot.alphabetSource('a', wrong(without), 2), "test part of 'a'", 'undefined'],
    [
      () => fewshot.alphabetSource('a', { ...split, train: [] }, 2),
      "train part of 'a'",
      'no alpha',
    ],
    [() => fewshot.alphabetSource('a', split, 1), 'C must', '1'],
    [() => fewshot.meanOver(wrong([null]), 'AR', ['error'], [5]), 'Records', '[null]'],
    [() => fewshot.meanOver([], 'AR', [], [5]), 'Metrics', '[]'],
  ]);
  await t.test('a task of another d leaves no prompts', () => {
    const before = tf.memory().numTensors;
    refused(() => samples([task, three]), 'd = 2, 3');
    assert.equal(tf.memory().numTensors, before);
  });
  tf.dispose(Object.values(prompts));
});

test('drawn characters', async (t) => {
  const { characters } = glyphs.ownAlphabet(0, 4, 3);
  const draw =
    (given: unknown, more: object = {}) =>
    () =>
      glyphs.glyphPrompts(wrong(given), 2, random(), wrong({ ...sizes, ...more }));
  const folder = scratch();
  writeFileSync(join(folder, 'Latin'), '');
  await allRefused(t, [
    [draw([[[0, 1]]]), 'Characters', '196 numbers'],
    [draw(characters, { active: 3 }), "'active'"],
    [draw(characters, { B: 1e12 }), 'B = 1000000000000', /need .* GB/],
    [() => glyphs.readAlphabet(folder, 'Latin'), "'Latin' is not in"],
    [() => glyphs.readAlphabet(wrong(null), 'Latin'), 'folder of the alphabets', 'null'],
    [() => glyphs.ownAlphabet(-1), 'index', '-1'],
    [() => glyphs.ownAlphabet(0, 1e12), 'characters', '1000000000000'],
    [() => glyphs.ownAlphabets({ train: 1001, validation: 1, test: 1 }), 'train', '1001', '1000'],
    [() => glyphs.ownAlphabets(wrong({ train: 1 })), 'validation', 'undefined'],
  ]);
});

test('adaptation: steps and visits', () => {
  const model = fewshot.classifierDomainModel({ ...SIZES, kind: 'cnp', width: 2 });
  const adapter = new fewshot.Adapter(model);
  const prompts = tasks.prototypes().sample(random(), sizes);
  const rule = { optimiser: 'descent', rate: 0.1, batch: 1 } as const;
  const adapt = (given: unknown, at: unknown, visit: unknown = () => undefined) =>
    adapter.adapt(prompts, 1, wrong(given), wrong(at), wrong(visit));
  refused(() => adapt(null, [1]), 'way to adapt', 'null');
  refused(() => adapt(rule, []), 'steps to visit', '[]');
  refused(() => adapt(rule, [1e12]), 'steps to visit', '1000000000000');
  refused(() => adapt(rule, [1], 3), 'visit', '3');
  adapter.dispose();
  model.dispose();
  tf.dispose(Object.values(prompts));
});

test('a stream is frozen, so that its numbers are those of its seed', () => {
  const made = random();
  assert.throws(() => Object.assign(made, { uniform: () => 0 }), TypeError);
  assert.ok(made.uniform() > 0);
});
