/** Valid calls of the library's functions, all small and cheap. */
import { join } from 'node:path';

import { baselines, classifiers, core, model, tasks, tf, theory, type gate } from 'invicl';

import { root } from '../helpers';
import type { Call } from './spoil';

const [B, n, m, d] = [2, 3, 1, 2];
const SIZE = { width: 8, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 16 };
const CONFIG = (): model.ModelConfig => ({
  method: 'ar',
  layout: 'xy',
  size: { ...SIZE },
  d,
  seed: 0,
});

/** One network for all calls: a spoilt argument never changes it. */
const NETWORK = new model.InContextModel(CONFIG());
const LINEAR = new theory.LinearTransformer({ mask: 'ar', layers: 1, d, seed: 0 });
const random = (): core.Stream => core.stream(0, 'fuzz');
const prompts = (): model.Prompts => tasks.linearRegression({ d }).sample(random(), { B, n, m });
const classes = (): model.Prompts => tasks.prototypes().sample(random(), { B, n, m });
/** A task without its sampler, whose fields the library shares with the task. */
const source = (): tasks.Task => {
  const { sampler: _, ...task } = tasks.linearRegression({ d });
  return task;
};
const copied = (task: tasks.SampledTask): tasks.SampledTask => ({
  ...task,
  sampler: { ...task.sampler },
});
const predictor = (): model.Predictor => ({ ...baselines.ridge(1) });
const classifier = (): classifiers.Classifier => ({ ...classifiers.nearestMean(2) });
const X = (): number[][] => [
  [1, 2],
  [0.5, -1],
  [2, 0.25],
];
const y = (): number[] => [1, 0, 1];
const problem = (): theory.Regression => theory.regression(X(), y());
const half = (): number[] => [0.5, 0.25, 0.25];
const mask = (): boolean[][] => [
  [true, false],
  [true, true],
];
const absent = join(root, 'test', 'fixtures', 'absent.safetensors');
const pythons = join(root, 'test', 'fixtures', 'python.safetensors');
const dense = () => ({ weight: tf.ones([2, 3]), bias: tf.zeros([3]) });
const norm = () => ({ gain: tf.ones([2]), bias: tf.zeros([2]) });
const chance = (): gate.ChanceConfig => ({
  weights: half(),
  L: 2,
  pRelevant: 0.5,
  labelNoise: 0.1,
  seed: 0,
});

/** Valid calls by namespace and function. */
export const CORE_CALLS: Readonly<Record<string, Readonly<Record<string, readonly Call[]>>>> = {
  core: {
    backendName: [() => []],
    finiteNumber: [() => ['rate', 1]],
    knownKeys: [() => ['A thing', { size: 1 }, ['size']]],
    lookUp: [() => ['fruit', { apple: 1 }, 'apple']],
    positiveInteger: [() => ['n', 3]],
    readWhole: [() => [pythons]],
    softmax: [() => [y()]],
    allPermutations: [() => [3]],
    stream: [() => [0, 'a', 1]],
    readSafetensors: [() => [pythons]],
    withSafetensors: [() => [pythons, () => 1]],
    encodeSafetensors: [
      () => [{ w: { shape: [2], data: new Float32Array(2) } }, { facts: 'none' }],
    ],
    decodeSafetensors: [
      () => [
        core.encodeSafetensors({ w: { shape: [2], data: new Float32Array(2) } }),
        'these bytes',
      ],
    ],
  },
  model: {
    smeared: [() => [tf.ones([1, 2, 3, 1]), tf.zeros([2]), tf.ones([3])]],
    maskBias: [() => [mask()]],
    batchICL: [() => [NETWORK, 0]],
    sizeOf: [() => ['tiny'], () => [{ ...SIZE }]],
    underMethod: [() => [NETWORK, 'ar']],
    dense: [() => [tf.ones([4, 2]), dense()]],
    gelu: [() => [tf.ones([4, 2])]],
    layerNorm: [() => [tf.ones([4, 2]), norm()], () => [tf.ones([4, 2]), norm(), 1e-12]],
    rmsNorm: [() => [tf.ones([4, 2]), tf.ones([2])]],
    swiglu: [() => [tf.ones([4, 2]), tf.ones([4, 2])]],
    layoutPrompt: [() => [{ ...model.METHODS.ar }, [1, 2], [1]]],
    checkStructured: [() => [{ ...model.METHODS.invicl }]],
    methodOf: [() => ['ar']],
    pcwMethod: [() => [2]],
    microbatchOf: [() => [8, 10, { ...SIZE }], () => [8, 10, { ...SIZE }, 2]],
    averagedOverOrderings: [() => [predictor(), 2, 0]],
    canonicalOrder: [() => [prompts()]],
    inCanonicalOrder: [() => [predictor()]],
    disposePrompts: [() => [prompts()]],
    promptSizes: [() => [prompts(), 1]],
    reorder: [() => [prompts(), [2, 0, 1]]],
    requireFinite: [() => [prompts()]],
    oneTestEach: [() => [prompts()]],
    countParameters: [() => [{ w: tf.tidy(() => tf.variable(tf.ones([2]))) }]],
  },
  baselines: {
    sparseBayes: [() => [4, 2, 0.1]],
    kalman: [() => [0.9, 0.1]],
    lasso: [() => [0.1]],
    lassoWeights: [() => [X(), y(), 0.1, 10]],
    leastSquaresWeights: [() => [X(), y()]],
    ridge: [() => [1]],
    nearestNeighbours: [() => [2]],
    twoLayerNetwork: [() => [{ hidden: 2, steps: 2, rate: 0.1, seed: 0 }]],
    fromRule: [() => ['zero', () => [0]]],
    boostedTrees: [() => [{ rounds: 2, depth: 1, rate: 0.1, lambda: 1 }]],
    greedyTree: [() => [2, true]],
  },
  tasks: {
    augmented: [() => [copied(tasks.prototypes())]],
    mixture: [() => [[copied(tasks.prototypes()), copied(tasks.radius())]]],
    pool: [() => [copied(tasks.prototypes()), 2, 0]],
    poolStream: [() => [1, 2]],
    deviationsOf: [() => [3, 2]],
    linearRegression: [
      () => [{ d, noise: 0.1, inputScale: 1, subspace: 1, keep: 0.5 }],
      () => [{ d, condition: 2 }],
    ],
    reluNetworks: [() => [{ d, hidden: 2 }]],
    pairwise: [() => [{ anchors: 2, norm: 2, spread: 1 }]],
    prototypes: [() => [{ spread: 1 }]],
    radius: [() => [{ least: 1, most: 2 }]],
    sparseRegression: [() => [{ d: 3, nonZero: 1 }]],
    taskOf: [
      () => [{ kind: 'linear', d }],
      () => [{ kind: 'mixture', of: [{ kind: 'prototypes' }, { kind: 'radius' }] }],
      () => [{ kind: 'pool', of: { kind: 'radius' }, count: 2, seed: 0 }],
      () => [{ kind: 'augmented', of: { kind: 'radius' } }],
    ],
    taskFrom: [() => ['zero', 1, { d, prompt: () => ({ label: () => 0 }) }]],
    thresholds: [() => [{ spread: 1, demonstrations: 'right' }]],
    decisionTrees: [() => [{ d, depth: 2 }]],
  },
  training: {
    readCheckpoint: [() => [absent]],
    load: [() => [absent]],
    loadModel: [() => [absent]],
    kindOf: [() => [{ kind: 'a kind', model: {}, training: {} }]],
    promptLoss: [() => [NETWORK, prompts()]],
    grownAt: [() => [{ start: 1, end: 3, by: 1, every: 2 }, 3]],
    rateAt: [() => [{ peak: 1, warmUp: 0.1, final: 0.1 }, 3, 10]],
    stageAt: [() => [{ shares: [0.5, 1], until: 0.5 }, 4, 3, 10]],
  },
  evaluation: {
    errorCurves: [() => [[predictor()], source(), { ns: [1, 2], prompts: 2, tests: 1, seed: 0 }]],
    promptErrors: [() => [predictor(), prompts(), 2]],
    influenceMap: [() => [NETWORK, prompts()]],
    probeLayers: [() => [NETWORK, prompts(), 1]],
    changedAnswers: [() => [X()]],
    orderingsOf: [() => [3], () => [6, 4, 0]],
    permutationSensitivity: [() => [predictor(), prompts(), 4, 0]],
    predictionsByOrdering: [() => [predictor(), prompts(), [[2, 0, 1]]]],
    areaUnderCurve: [
      () => [
        [0.1, 0.2, 0.3],
        [true, false, true],
      ],
    ],
    rankCorrelation: [
      () => [
        [1, 3, 2],
        [3, 1, 2],
      ],
    ],
    ranks: [() => [[1, 3, 2]]],
    linearProbe: [() => [[[1], [2], [3], [4.5]], [[1], [2], [4], [3]], 2, 0.1]],
    exactMatch: [
      () => [
        ['a', 'b'],
        ['a', 'c'],
      ],
    ],
    macroF1: [
      () => [
        ['a', 'b'],
        ['a', 'c'],
      ],
    ],
    bootstrap: [() => [y(), 0, 10]],
    deviation: [() => [y()]],
    difference: [() => [y(), half()]],
    logSummary: [() => [half()]],
    mean: [() => [y()]],
    median: [() => [y()]],
    summary: [() => [y()]],
  },
  classifiers: {
    oneHot: [() => [tf.tensor2d([[0, 1]]), 2]],
    requireClasses: [() => [classes(), 2, false]],
    decisionMap: [() => [classifier(), { X: X(), y: y() }, { reach: 2, points: 3 }, false]],
    sideOf: [() => [{ reach: 2, points: 3 }]],
    accuracy: [() => [classifier(), classes()]],
    agreement: [() => [classifier(), classifier(), classes()]],
    crossEntropyOf: [() => [classifier(), classes()]],
    divergenceFrom: [() => [classifier(), classifier(), classes()]],
    cosineVote: [() => [2]],
    logisticWeights: [() => [X(), y(), 3]],
    majorityClass: [() => [2]],
    nearestMean: [() => [2]],
    nearestNeighbourClassifier: [() => [2]],
    ridgeClassifier: [() => [2, 1]],
    twoClassRules: [() => []],
  },
  theory: {
    forwardOperations: [() => ['invicl', 3, { ...SIZE }, true]],
    memoryModel: [
      () => [
        { tokens: 1, bytes: 2 },
        { tokens: 2, bytes: 3 },
      ],
    ],
    structuredOperations: [() => [3, { ...SIZE }]],
    enumerateMasks: [() => [2]],
    isInterdependent: [() => [mask()]],
    isInvariant: [() => [mask()]],
    isLeakFree: [() => [mask()]],
    isSortable: [() => [mask()]],
    maskOfNumber: [() => [3, 2]],
    blockForm: [() => [problem(), [1, 1], 0.01, 2]],
    descentLayer: [() => [2, 0.1]],
    slotsByLayer: [() => ['invicl', problem(), [1, 1], 0.01, 2]],
    linearTokens: [() => [problem(), [1, 1], true]],
    likeness: [() => [LINEAR, 0]],
    trainLinear: [
      () => [LINEAR, source(), { steps: 1, batch: 2, n: 2, tests: 1, learningRate: 1e-9, seed: 0 }],
    ],
    kaczmarzSweep: [() => [problem()]],
    gram: [() => [problem()]],
    regression: [() => [X(), y(), [0, 0]]],
    steepest: [() => [problem()]],
    methodProperties: [() => [{ ...model.METHODS.ar }, 3, 2]],
  },
  gate: {
    noisyCopy: [() => [0.1, 0.01]],
    simulatedError: [() => [half(), 3, 2, random()]],
    simulatedSwitch: [() => [half(), 2, [1, 2], 2, random()]],
    switchByBound: [() => [0.5, 1, 3, 0.1, 1]],
    switchByExpectation: [() => [0.5, 1, 3, 2]],
    switchExactly: [() => [half(), 2, [1, 2]]],
    adversarialRounds: [() => [chance()]],
    playGame: [() => [gateRounds(), 4, { gate: () => gateOf(), eps: 0.01, rate: 0.1, prior: 0.5 }]],
    randomRounds: [() => [chance()]],
    regrets: [() => [[{ x: 0, seen: 0, alpha: 0.5, gated: 1, inWeight: 1, inContext: 1, y: 0 }]]],
    tableBound: [() => [3, 4]],
    bayesGate: [() => [0.5]],
    exp3Gate: [() => [10, 2]],
    hedgeGate: [() => [10, 2, 0.5]],
    clippedMinimiser: [() => [half(), 0.01]],
    entropy: [() => [half()]],
    expectedCrossEntropy: [() => [half(), half()]],
    noisyLabel: [() => [3, 1, 0.1]],
    drawnBound: [() => [0.5, 4, 1]],
    drawnCounts: [() => [half(), 4, random()]],
    drawnLabel: [() => [half(), random()]],
    exactExcess: [() => [half(), 4, 1]],
    excessBound: [() => [{ C: 3, X: 2, delta: 0.1 }, 4, 0.01]],
    expectedExcess: [() => [3, 4, 2, 1]],
    frequencyBound: [() => [{ C: 3, X: 2, delta: 0.1 }, 4]],
    learnTable: [() => [[half()], 4, 0.01, random()]],
    smoothed: [() => [[1, 2], 1]],
    contextBounds: [() => [3, 1, 1]],
    direction: [() => [3, random()]],
    massOnRight: [() => [[1, 0], 1, [[0, 1]], 1]],
    simpleLower: [() => [3, 1]],
    typedLower: [() => [3, 1]],
  },
};

/** Plays of a game need a source and a gate made by the library itself. */
function gateRounds(): gate.RoundSource {
  return { X: 2, C: 2, ask: () => ({ x: 0, context: [{ x: 0, y: 0 }] }), nature: () => 0 };
}
const gateOf = (): gate.Gate => ({
  name: 'half',
  alpha: 0.5,
  learn: () => undefined,
  bound: () => 1,
});
