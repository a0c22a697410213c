/** Valid calls of the functions about shapes of demonstrations. */
import { core, language, shapes, small, tf, type world } from 'invicl';

import { fixture } from '../helpers';
import type { Call } from './spoil';

const random = (): core.Stream => core.stream(0, 'fuzz of shapes');
const example = (): world.Example => ({ input: [0, 6, 12], label: 'bad' });
const network = new small.SmallModel({
  size: { width: 4, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 1 },
  seed: 0,
  smearedKeys: true,
  alignedStart: true,
});
const question = (): small.SmallQuestion => ({
  context: { examples: [example()] },
  input: [0, 6, 12],
});
const texts = language.freshLanguageModel(
  language.tokenizerOf(language.wordTokenizerJson(['the', 'dog', 'cat', 'red', 'blue']), 'words'),
  { width: 8, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 32 },
  0,
);
const template = (): language.Template => ({
  style: 'direct',
  between: ' ',
  after: '\n',
  longest: 16,
});
const distiller = shapes.distillerFor(network, 0);
const vectors = (): number[][] => [[1, 0, 0, 1]];

export const SHAPES_CALLS: Readonly<Record<string, Readonly<Record<string, readonly Call[]>>>> = {
  shapes: {
    checkGrouping: [() => [{ size: 2, rescaled: true }]],
    contextVector: [() => [texts, 'the', [['red dog', 'blue dog']]]],
    demonstratedLayout: [() => [2, 1]],
    distilledLayout: [() => [2, 1]],
    distilledScorer: [() => [network, distiller, 2, 'is']],
    distillerFor: [() => [network, 0, 2]],
    exchangedAnswers: [() => [network, [question()], [[[1, 0, 0, 1]]], [0]]],
    generateTextExamples: [
      () => [
        texts,
        ['red', 'blue'],
        2,
        random(),
        {
          title: 'dog',
          prompt: 'completion',
          longest: 2,
          temperature: 0.5,
          template: template(),
        },
      ],
    ],
    generateWorldExamples: [() => [network, ['bad', 'good'], 2, random(), 0.5]],
    goldEquivalent: [
      () => [
        [
          [0, 0.5],
          [2, 0.75],
        ],
        0.6,
      ],
    ],
    groupedContext: [() => [texts.model, [[[2, 3], [4]], [[5]]], [2], true]],
    groupedLayout: [() => [2, 1, true]],
    groupedSmallScorer: [() => [network, { size: 1, rescaled: true }, 'is']],
    groupedTextScorer: [() => [texts, { size: 2, rescaled: true }, { template: template() }]],
    groupsOf: [() => [['a', 'b', 'c'], 2]],
    lastStates: [() => [texts, '', ['red dog']]],
    loadDistiller: [() => [fixture('absent.safetensors')]],
    pairsRead: [() => [[3, 4, 5], 2, 1]],
    patchedAnswers: [() => [network, [question()], vectors(), [0]]],
    principalDirection: [
      () => [
        [
          [1, 2],
          [0, 1],
        ],
      ],
    ],
    questionStates: [() => [network, [question()]]],
    smallContextVector: [() => [network, [example()]]],
    steered: [() => [tf.ones([2, 3]), tf.ones([3]), 0.1]],
    steeredAnswers: [() => [network, [question()], vectors(), 0.1, [0]]],
    steeringHook: [() => [vectors(), 0.1, [0], 1]],
    stylePairs: [() => ['present to past', random(), 2, 'tests']],
    styleScores: [() => [texts, 'the', ['red dog'], [[1, 0, 0, 1, 0, 0, 0, 1]], 0.1, [0]]],
    summedVectors: [() => [[[[1, 2]], [[0, 1]]]]],
    taskVector: [() => [network, { examples: [example()] }, random(), 2]],
  },
};
