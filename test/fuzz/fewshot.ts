/** Valid calls of the functions about few-shot learners and drawn characters. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { classifiers, core, fewshot, glyphs, tasks, tf, type model } from 'invicl';
import { Matrix } from 'ml-matrix';
import { PNG } from 'pngjs';

import { fixture, RECORD, scratch } from '../helpers';
import type { Call } from './spoil';

const SIZES = { d: 2, classes: 2, seed: 0 };
const SIZE = { width: 8, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 1 };
const random = (): core.Stream => core.stream(0, 'fuzz of few-shot learners');
const sizes = () => ({ B: 2, n: 3, m: 1 });
const prompts = (): model.Prompts => tasks.prototypes().sample(random(), sizes());
const classifier = (): classifiers.Classifier => ({ ...classifiers.nearestMean(2) });
/** A task without its sampler, whose fields the library shares with the task. */
const source = (): tasks.Task => {
  const { sampler: _, ...task } = tasks.prototypes();
  return task;
};
const shown = () => ({
  X: [
    [1, 0.5],
    [-1, 0.25],
  ],
  y: [0, 1],
});
const context = (): fewshot.PlainContext => ({ ...shown(), test: [0.5, 1] });
const dense = (inputs: number, outputs: number): fewshot.PlainDense => ({
  weight: Matrix.ones(inputs, outputs),
  bias: Matrix.zeros(1, outputs),
});
type TwoLayers = readonly [fewshot.PlainDense, fewshot.PlainDense];
const layers = (inputs: number, outputs: number): TwoLayers => [
  dense(inputs, 3),
  dense(3, outputs),
];
const heads = (): tf.Tensor => tf.ones([1, 2, 4, 3]);
const kinds = (): tasks.TaskSpec[] => [
  { kind: 'pairs' },
  { kind: 'radius', least: 1, most: 2 },
  { kind: 'thresholds' },
];

/** One alphabet for all calls, as drawing takes its time; calls get fresh lists of its drawings. */
const ALPHABET = glyphs.ownAlphabet(0, 4, 3);
const characters = () => ALPHABET.characters.map((drawings) => [...drawings]);
const alphabet = (): glyphs.Alphabet => ({ name: 'drawn', characters: characters() });

/** A folder of alphabets, each of one character that is drawn once. */
const folder = scratch();
for (const name of Object.values(glyphs.OMNIGLOT_SPLIT).flat()) {
  const own = join(folder, name, 'character01');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, '1.png'), PNG.sync.write(new PNG({ width: 28, height: 28 })));
}
const absent = fixture('absent.safetensors');

/** Valid calls by namespace and function. */
export const FEWSHOT_CALLS: Readonly<Record<string, Readonly<Record<string, readonly Call[]>>>> = {
  glyphs: {
    glyphPrompts: [() => [characters(), 2, random(), sizes()]],
    omniglot: [() => [folder]],
    omniglotFolder: [() => []],
    readAlphabet: [() => [folder, 'Latin']],
    ownAlphabet: [() => [0, 2, 2]],
    ownAlphabets: [() => [{ train: 1, validation: 1, test: 1 }]],
  },
  fewshot: {
    alphabetSource: [
      () => ['drawn', { train: [alphabet()], validation: [alphabet()], test: [alphabet()] }, 2],
    ],
    samplesOf: [
      () => [source(), random(), sizes()],
      () => [[source(), source()], random(), sizes()],
    ],
    changesAround: [() => [(angle: number) => Number(angle < 1), 12]],
    classMeansBySoftmax: [() => [context(), 2, 5]],
    descentByHand: [() => [2, 2, 0.5]],
    matchingByHand: [() => [layers(2, 2), 2, 'softmax', 0.5]],
    mostChanges: [() => [4]],
    plainLayers: [
      () => [
        {
          'f.0.weight': tf.ones([2, 3]),
          'f.0.bias': tf.zeros([3]),
          'f.1.weight': tf.ones([3, 2]),
          'f.1.bias': tf.zeros([2]),
        },
        'f',
      ],
    ],
    processByHand: [() => [layers(4, 3), layers(3, 3), layers(5, 2)]],
    prototypesByHand: [() => [layers(2, 2), 2]],
    smoothedNeighbourByHand: [() => [2, 20, 30]],
    classifierDomainModel: [() => [{ ...SIZES, kind: 'protonet', widths: [2, 2] }]],
    regressionDomainModel: [
      () => [{ method: 'ar', layout: 'xy', size: { ...SIZE, maxPositions: 16 }, d: 2, seed: 0 }],
    ],
    inputsFrom: [() => [prompts(), 2]],
    linearAttention: [() => [heads(), heads(), heads(), 3], () => [heads(), heads(), heads(), 4]],
    loadNetwork: [() => [absent]],
    networkOf: [
      () => [{ ...SIZES, kind: 'icl', size: { ...SIZE }, attention: 'linear' }],
      () => [{ ...SIZES, kind: 'icl as published', layers: 1, unused: 2 }],
      () => [{ ...SIZES, kind: 'matchnet', widths: [2, 2], doubleSoftmax: true, unused: 2 }],
      () => [
        {
          ...SIZES,
          kind: 'protonet',
          widths: [2, 2],
          rawQuery: true,
          doubleSoftmax: true,
          unused: 2,
        },
      ],
      () => [{ ...SIZES, kind: 'cnp', width: 2, unused: 2 }],
      () => [{ ...SIZES, kind: 'maml', hidden: 2, steps: 1, rate: 0.1, order: 1 }],
      () => [{ ...SIZES, kind: 'specialists', widths: [2, 2], width: 2 }],
    ],
    commonArc: [() => [[0.5, 1]]],
    kindsPosterior: [() => [kinds(), shown(), [0.5, 1]]],
    normalBelow: [() => [0.5]],
    posteriorPredictive: [
      () => [{ kind: 'mixture', of: kinds() }],
      () => [{ kind: 'radius', least: 1, most: 2 }],
      () => [{ kind: 'prototypes' }],
    ],
    prototypesEvidence: [() => [{ angles: 2, distances: 2, midpoints: 2 }]],
    regressionSource: [() => [{ kind: 'map', d: 2, labelScale: 2 }], () => [{ within: 0.5 }]],
    leaveOneOutLosses: [() => [classifier(), prompts()]],
    selectedByContext: [() => [[classifier(), classifier()], 'the better']],
    selectedByOracle: [() => [[classifier(), classifier()], prompts()]],
    meanOver: [() => [[{ ...RECORD }], 'AR', ['error'], [5]]],
  },
};
