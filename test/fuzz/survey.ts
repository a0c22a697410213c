/** Valid calls of the functions about TaskWorld. */
import {
  captions,
  choosing,
  core,
  factors,
  inference,
  instructions,
  language,
  mechanisms,
  model,
  optimisation,
  pretraining,
  scoring,
  small,
  steps,
  survey,
  tf,
  warmup,
  work,
  world,
} from 'invicl';

import { fixture } from '../helpers';
import type { Call } from './spoil';

const absent = fixture('absent.safetensors');

const random = (): core.Stream => core.stream(0, 'fuzz of TaskWorld');
const rule = (): world.WorldRule => ({ feature: 0, scope: 'most' });
const task = (): world.WorldTask => ({ rule: rule(), mapping: 'natural', labels: ['bad', 'good'] });
const example = (): world.Example => ({ input: [0, 6, 12], label: 'bad' });
const document = (): world.TaskDocumentConfig => ({
  lines: 2,
  instructed: true,
  pooled: true,
  channel: false,
  skew: 0.7,
});
const corpus = (): pretraining.CorpusDocument[] =>
  pretraining.drawCorpus(random(), { tasks: 3, each: 1, lines: 2 });
const saturating = (): warmup.SaturationPoint[] =>
  [1, 2, 4, 8, 16].map((n) => ({ n, y: 1 - 0.5 * n ** -0.5 }));
const fact = (): world.WorldFact => ({ name: 'Ada', relation: 'lives', value: 'Oslo' });
const motif = (): captions.Motif => ({ colour: 0, shape: 2 });
const captionReader = new captions.CaptionLanguage({
  size: { width: 8, layers: 1, heads: 4, mlpRatio: 1, maxPositions: 1 },
  seed: 0,
});
const pictureEncoder = new captions.PictureEncoder({ width: 8, seed: 0 });
const picture = (): Float32Array => captions.motifPicture(random(), motif());
const pictureText = (): captions.PictureText => ({
  tokens: captions.captionTokens('| <picture> <picture> shows'),
  pictures: [picture()],
  places: [1],
});
const pictureBatch = (): captions.PictureBatch => ({
  tokens: tf.tensor2d([captions.captionTokens('| <picture> <picture> shows')], [1, 4], 'int32'),
  pictures: captions.motifPatches([picture()]),
  places: [1],
});
const receipt = (): captions.ReceiptSegment[] => captions.drawReceipt(random());
const pool = (): number[] => Array.from({ length: 16 }, (_, p) => 6 * p);

const network = new small.SmallModel({
  size: { width: 4, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 1 },
  seed: 0,
  smearedKeys: true,
  alignedStart: true,
});
const stage = (): small.Stage => ({ share: 1, mix: { full: 1 }, instructed: 0.5 });
const question = (): small.SmallQuestion => ({
  context: { examples: [example()] },
  input: [0, 6, 12],
});

const cell = (): survey.WorldCell => survey.cellOf('natural');
const cellQuestion = (): survey.CellQuestion => ({
  task: task(),
  context: { examples: [example()] },
  input: [0, 6, 12],
  right: 0,
});

const inputRows = (): number[][] => [
  [1, 0],
  [1, 2],
];
const inContext = new model.InContextModel({
  method: 'ar',
  layout: 'pair',
  size: { width: 4, layers: 1, heads: 1, mlpRatio: 1, maxPositions: 8 },
  d: 2,
  seed: 0,
});
const regressionPrompts = (): model.Prompts => ({
  x: tf.ones([2, 3, 2]),
  y: tf.ones([2, 3]),
  xTest: tf.ones([2, 1, 2]),
  yTest: tf.ones([2, 1]),
});
const reading = (): optimisation.QueryReading => ({
  outputs: [[[1, 2]]],
  scores: [[[1, 2]]],
  labels: [[0]],
});
const noUpdate = (): number[][][] => [
  Array.from({ length: 4 }, () => new Array<number>(12).fill(0)),
];

/** A transformer of attention alone, which no spoilt argument changes. */
const attention = new mechanisms.AttentionOnly({
  size: { vocabulary: 4, width: 4, layers: 1, heads: 2, length: 4 },
  seed: 0,
});
const attentionOf = (): mechanisms.HookedModel => mechanisms.hookedAttention(attention);
const head = (): mechanisms.Head => ({ layer: 0, head: 1 });

/** A world of concepts, made anew for each call, and a decoder that no spoilt argument changes. */
const concepts = (): inference.ConceptWorld =>
  inference.conceptWorld(0, { concepts: 2, entities: 2, properties: 2, vocabulary: 3 });
const markov = (): inference.HiddenMarkov => ({
  start: [0.5, 0.5],
  transitions: [
    [0.5, 0.5],
    [0.2, 0.8],
  ],
  emits: [0, 1],
});
const decoderConfig = (): inference.ConceptDecoderConfig => ({
  size: { width: 4, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 8 },
  vocabulary: 3,
  seed: 0,
});
const conceptDecoder = inference.freshConceptDecoder(decoderConfig());

const factorTexts = (): factors.FactorText[] =>
  [0, 1, 2, 3].map((i) => ({ vector: [1, i], complexity: 1 + i }));
const factorTable = (): factors.FactorTable =>
  factors.factorTable({ vector: [1, 0] }, factorTexts());

const edit = (): work.Edit => work.drawEdits(random(), 1, 2)[0]!;
const objectScorer = (): scoring.QuestionScorer<language.Question> => ({
  name: 'the second of two',
  score: (questions) => ({
    scores: questions.map(() => [0, 1]),
    cost: { passes: 1, tokens: 1 },
  }),
});
const wordRows = (): instructions.WordRow[] => [
  { input: 'dog', output: 'red', options: ['red', 'blue'] },
];
const textTemplate = (): language.Template => ({
  style: 'direct',
  between: ' ',
  after: ' ',
  longest: 8,
});
const labelMaterial = (): factors.ConditionMaterial => ({
  labels: ['red', 'blue'],
  words: ['chair', 'stone'],
  others: ['cat'],
});
const worldLabels = (): scoring.QuestionScorer<scoring.WorldQuestion> => ({
  name: 'half of each',
  score: (questions) => ({
    scores: questions.map(() => [Math.log(0.5)]),
    cost: { passes: 0, tokens: 0 },
  }),
});
const odds = (): work.EditOdds => ({ statement: 1, paraphrases: [1], neighbours: [-1] });
const pair = (): work.KeyValue => ({ key: [1, 0], value: [0, 1] });
const square = (): number[][] => [
  [1, 0],
  [0, 1],
];

const seedTasks = (): instructions.TaskWithInstances[] => [
  {
    instruction: 'Is the number even or odd?',
    classification: true,
    instances: [{ input: '4', output: 'even' }],
  },
  {
    instruction: 'Add the two numbers.',
    classification: false,
    instances: [{ input: '3 and 4', output: '7' }],
  },
];
const listWriter = (): instructions.Writer => (_, prompts) =>
  prompts.map((prompt) => ({ text: `${prompt} Name a fruit for each letter.`, ended: true }));
const labelScorer = (): scoring.QuestionScorer<language.Question> => ({
  name: 'the first',
  score: (questions) => ({
    scores: questions.map(() => [1, 0]),
    cost: { passes: 1, tokens: 1 },
  }),
});

/** A model of texts for all calls. */
const texts = language.freshLanguageModel(
  language.tokenizerOf(language.wordTokenizerJson(['the', 'dog', 'cat', 'red', 'blue']), 'words'),
  { width: 8, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 32 },
  0,
);
/** Its model, whatever is spoilt around it. */
const { model: wordModel } = texts;
/** A context of two tokens. */
const twoTokens = language.readContext(
  wordModel,
  model.METHODS.ar,
  [[1, 2]],
  new language.ReadCache(),
  [],
);
/** A question of TaskWorld with one demonstration, as a run of the small model. */
const targetRun = mechanisms.smallRun(
  network,
  { context: { examples: [{ input: [0, 6, 12], label: 'bad' }] }, input: [0, 6, 12] },
  ['bad', 'good'],
);
const runOf = (): mechanisms.TargetRun => ({ ...targetRun });
const scores = (): number[][] => [
  [0, 1],
  [1, 0.5],
  [0, 2],
  [0.25, 0],
];
const modelLabels = (): object[] => [
  { label: 0, confidence: 0.75 },
  { label: 1, confidence: 0.5 },
];
const byRotation = (): number[][][] => [
  [
    [0, 1],
    [1, 0.5],
  ],
  [
    [0.5, 2],
    [0, -1],
  ],
];
const shares = (): number[][] => [
  [0.5, 0.5],
  [0.25, 0.75],
];
const choosable = (): object[] =>
  [
    [1, 0],
    [0, 1],
    [1, 1],
  ].map((vector, i) => ({ input: `text ${i}`, vector }));
const component = (): scoring.MixtureComponent => ({
  weight: 0.5,
  mean: [0, 1],
  covariance: [
    [1, 0],
    [0, 2],
  ],
});

/** The value of an order. */
const value = (order: readonly number[]): number => order[0]!;

const poolRows = (): choosing.PoolRow[] =>
  [0, 1, 2, 3, 4].map((i) => ({
    input: `text ${i}`,
    output: i % 2 === 0 ? 'bad' : 'good',
    vector: [i, 1],
  }));
const helpTable = (): choosing.HelpTable => ({
  pool: poolRows(),
  task: [1],
  rows: [0, 3],
  candidates: [
    [1, 2],
    [0, 4],
  ],
  helpfulness: [
    [-1, -2],
    [-0.5, 0],
  ],
  passes: 4,
});
const encoderWeights = (C: number): choosing.EncoderWeights => ({
  A: Array.from({ length: C }, () => [0.5]),
  a: [0],
  B: [[0.1, 0.2]],
});
const dualWeights = (): choosing.DualWeights => ({
  question: encoderWeights(2),
  row: encoderWeights(2),
  temperature: 0.1,
});
const asked = (text: string, chosen: readonly number[]): scoring.WorldQuestion => ({
  context: { examples: chosen.map(() => example()) },
  input: [text.length % 6, 6, 12],
  options: ['bad', 'good'],
});
const subject = (): choosing.ChoosingSubject<scoring.WorldQuestion> => ({
  title: 'a task',
  scorer: scoring.worldScorer(new world.ExactBayes()),
  pool: poolRows(),
  questions: poolRows(),
  options: ['bad', 'good'],
  right: [0, 1, 0, 1, 0],
  instruction: [1],
  askText: asked,
  conceptShares: null,
});
const process = (): choosing.SequentialChoice => ({
  rows: 3,
  horizon: 2,
  accuracy: (set) => set.reduce((sum, row) => sum + row / 4, 0),
});
const short = { steps: 2, hidden: 2 };

const passages = (): work.Passage[] => work.drawPassages(core.stream(0, 'fuzz of passages'), 3);
const vectorsOfPassages = (): number[][] => [
  [1, 0],
  [1, 1],
];
const turn = (): number[][] => [[1, 0, 0, 0, 0, 0, 0, 1]];

const toyLanguage = new steps.StepsLanguage(0);
const decoder = steps.freshStepsModel({
  size: { width: 4, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 32 },
  seed: 0,
});
const composed = (): steps.StepsQuestion => ({ functions: [1, 2], digit: 3 });
const chain = (): steps.Chain => ({ written: true, rationale: [4], answer: 5, tokens: 5 });
const numbers = (): steps.NumberQuestion => ({ start: 3, changes: [2, -1] });

export const SURVEY_CALLS: Readonly<Record<string, Readonly<Record<string, readonly Call[]>>>> = {
  choosing: {
    ambiguousRows: [
      () => [
        [1, 0],
        [
          { gold: 0, predicted: 1 },
          { gold: 1, predicted: 1 },
        ],
        [0, 1],
        1,
        'predicted',
      ],
    ],
    answerInformation: [() => [shares()]],
    conceptShares: [() => [new world.ExactBayes(), task(), [example()]]],
    coverUncertain: [() => [choosable(), [0.5, 0.25, 0.125], 2, 1]],
    drawSets: [() => [random(), 4, 2, 3]],
    influences: [() => [[[0], [1]], [0.5, 0.75], 2]],
    infoScores: [() => [scores()]],
    leastEntropy: [() => [shares()]],
    meanConfidence: [() => [shares()]],
    meanEntropy: [() => [shares()]],
    progressiveFilter: [
      () => [
        [0, 1],
        2,
        (rows: readonly number[], asked: readonly number[]) =>
          rows.map((row) => asked.map((z) => row + z)),
        { rho: 2, l: 1, m: 1 },
      ],
    ],
    searchSupport: [
      () => [random(), scores(), [0, 1, 0, 1], 2, { beam: 2, steps: 1, children: 1, lambda: 0.1 }],
    ],
    setsOfNearest: [() => [random(), [2, 0, 1], 2, 3]],
    supportScore: [() => [[0, 1], scores(), 0.1]],
    uncertainties: [() => [shares()]],
    askAllSets: [() => [subject(), [0, 1, 2], [3, 4], 2]],
    askHelpfulness: [() => [subject(), [0, 1], 2, random()]],
    askSets: [() => [subject(), helpTable(), 2, 2, random()]],
    bestSet: [() => [process()]],
    contrastiveLoss: [() => [tf.zeros([2, 3]), [0, 2], tf.zeros([2, 3])]],
    distillationLoss: [() => [tf.zeros([2, 3]), tf.zeros([2, 3])]],
    fullVoteK: [() => [() => [0], 3, 10]],
    listwiseLoss: [() => [tf.zeros([2, 3])]],
    logDeterminants: [() => [tf.ones([2, 3, 3])]],
    qLearning: [() => [process(), { seed: 1, episodes: 3, rate: 0.5, exploring: [0.9, 0.1] }]],
    qNetwork: [
      () => [
        process(),
        (set: readonly number[], row: number) => [set.length, row],
        { seed: 1, episodes: 2, steps: 2, batch: 2, hidden: 2, alpha: 0.1, renew: 1 },
      ],
    ],
    retrieverBy: [() => ['learned', dualWeights(), [1]]],
    setRankingLoss: [() => [tf.zeros([2, 3]), 0.1]],
    setRetrieverBy: [() => ['learned', dualWeights(), 0.1]],
    surenessOf: [() => [subject()]],
    trainCEIL: [
      () => [
        {
          ...helpTable(),
          sets: [
            [[1], [2]],
            [[0], [4]],
          ],
          ofSets: [
            [-1, -2],
            [-1, 0],
          ],
        },
        dualWeights(),
        { steps: 2, scale: 0.1, margin: 0.1 },
      ],
    ],
    trainEPR: [() => [[helpTable()], { ...short, top: 1 }]],
    trainLLMR: [() => [helpTable(), { ...short, top: 1, rounds: 2 }]],
    trainUDR: [() => [[helpTable()], { ...short, share: 0.5 }]],
    bm25: [() => ['a red dog', ['the red cat', 'a dog']]],
    determinantal: [() => [0.1]],
    greedyDeterminant: [
      () => [
        [
          [2, 0.5],
          [0.5, 1],
        ],
        1,
      ],
    ],
    marginalRelevance: [() => [0.5]],
    voteK: [() => [3, 10]],
  },
  ordering: {
    averagedOverOrders: [() => [[scores(), scores()]]],
    easyToHard: [() => [[2, 1]]],
    globalEntropy: [() => [scores()]],
    localEntropy: [() => [scores()]],
    nearestLast: [() => [[2, 1]]],
    neighboursOf: [() => [[1, 0, 2], 'swap']],
    searchAtRandom: [() => [3, 2, value, random()]],
    searchByBeam: [() => [2, 9, value, 2]],
    searchGuided: [() => [3, 2, value, value]],
    searchLocally: [() => [3, 2, value, random(), 'insert']],
  },
  instructions: {
    checkWordRows: [() => [wordRows()]],
    guessInstructions: [
      () => [texts, wordRows(), 2, { form: 'completion', begin: 'the', longest: 3 }],
    ],
    guessPrompt: [
      () => [
        wordRows(),
        { form: 'request', shown: [{ instruction: 'the', examples: wordRows() }] },
      ],
    ],
    halvingSearch: [() => [3, 8, (i: number) => i]],
    instructedContext: [() => [rule(), [example()]]],
    instructionLikelihoods: [() => [worldLabels(), [example()], true, [rule(), null]]],
    instructionLogs: [() => [worldLabels(), [example()], false, [rule(), null]]],
    likeliestInstructions: [() => [[-1, -2]]],
    tableEvaluations: [() => [random(), scores()]],
    ucbSearch: [() => [3, 8, (i: number) => i, 0.5]],
    uniformSearch: [() => [3, 8, (i: number) => i]],
    wordLines: [() => [wordRows()]],
    wordPrompt: [() => [{ instruction: 'the' }, 'dog', { form: 'plain', begin: 'red' }]],
    wordRows: [() => ['plural']],
    wordScores: [() => [texts, { examples: wordRows() }, wordRows(), { form: 'plain' }]],
    wordTask: [() => ['plural']],
    askClassification: [
      () => [random(), seedTasks(), labelScorer(), ['Sort the words.', 'Go on.']],
    ],
    drawShown: [() => [random(), ['Add the numbers.', 'Sort the words.'], ['Tell a story.']]],
    funnelOf: [
      () => [
        ['length', null],
        ['length', 'keyword'],
      ],
    ],
    inputUnder: [() => ['Sort the words.', 'b a']],
    instanceRefusals: [() => [[{ input: 'b a', output: 'a b' }]]],
    instancesOf: [() => [seedTasks()]],
    instancesPrompt: [() => [seedTasks(), 'output first']],
    instructedClassLogs: [() => [network, rule(), [[0, 6, 12]]]],
    instructionRefusal: [() => ['Sort the words.', ['Add the numbers.'], ['Tell a story.']]],
    keptInstances: [() => [[{ input: 'b a', output: 'a b', refusal: null }]]],
    keptInstructions: [() => [[{ instruction: 'Sort the words.', refusal: null }]]],
    listPrompt: [() => [['Add the numbers.', 'Sort the words.']]],
    listedInstructions: [() => [{ text: '9. Sort the words.', ended: true }]],
    longestCommon: [
      () => [
        ['a', 'b'],
        ['b', 'c'],
      ],
    ],
    proposeInstructions: [
      () => [random(), seedTasks(), listWriter(), { rounds: 1, draws: 2 }, ['Tell a story.']],
    ],
    proposeRules: [() => [random(), [rule()], 3]],
    rougeL: [() => ['add the numbers', 'sort the numbers']],
    rougeWords: [() => ['Add the numbers.']],
    selfLabels: [() => [network, rule(), [[0, 6, 12]]]],
    selfTemplate: [() => ['the']],
    taskLine: [() => ['Sort the words.']],
    textWriter: [() => [texts, { longest: 2, temperature: 1, random: random(), begin: 'the' }]],
    writeInstances: [() => [seedTasks(), listWriter(), ['Sort the words.'], 'input first', 1]],
    writeInstructedInputs: [() => [network, rule(), 2, random()]],
    writtenInstances: [() => [{ text: 'Input: b a\nOutput: a b', ended: true }, 'input first']],
    instructedLogAnswers: [
      () => [network, { ...model.METHODS.ar }, [{ ...question(), header: world.headerOf(rule()) }]],
    ],
    instructionBatch: [() => [random(), 'written', [rule()], 2]],
    ruleLogs: [() => [network, [[example()], [example()]]]],
    newInstruction: [() => [rule()]],
    tunedRules: [() => [4]],
    writtenDocument: [() => [random(), task(), 2]],
    writtenInstruction: [() => [network, [example()]]],
    writtenLine: [() => [rule()]],
  },
  scoring: {
    bestMatching: [
      () => [
        [
          [0, 1],
          [2, 0.5],
        ],
      ],
    ],
    bestOptions: [() => [scores()]],
    fitMixture: [() => [random(), scores(), 2, { iterations: 3, ridge: 0.1, tolerance: 0.1 }]],
    meanShares: [() => [scores()]],
    mixtureLogs: [() => [[component()], scores()]],
    mutualInformation: [() => [scores(), [[0, 1]]]],
    plannedExamples: [
      () => [
        random(),
        [
          ['a', 'b'],
          ['c', 'd'],
        ],
        { favoured: 1, ofFavoured: 2, ofOther: 1, last: false },
      ],
    ],
    plannedLabels: [() => [random(), { favoured: 0, ofFavoured: 2, ofOther: 1, last: true }]],
    prototypicalCalibration: [
      () => [scores(), scores(), { seed: 0, restarts: 2, choose: 'matching' }],
    ],
    randomInputs: [() => [random(), [['a'], ['b', 'c']], 3]],
    randomTexts: [() => [random(), ['a red dog', 'a cat'], 3]],
    reliability: [
      () => [
        [
          [0.5, 0.5],
          [0.25, 0.75],
        ],
        [0, 1],
        { bins: 4, seed: 0, repeats: 5 },
      ],
    ],
    smallScorer: [() => [network, { ...model.METHODS.ar }, 'is']],
    textScorer: [() => [{ ...texts }, { method: { ...model.METHODS.ar } }]],
    worldScorer: [() => [new world.ExactBayes()]],
  },
  small: {
    bucketOf: [() => [20]],
    copyingScores: [
      () => [network, { ...model.METHODS.ar }, [world.lookupDocument(random(), 30, true)]],
    ],
    disposeLayout: [() => [small.documentLayout(model.METHODS.ar, 1, 1)]],
    distanceBias: [
      () => [
        tf.zeros([2, small.BUCKETS]),
        tf.tensor2d(
          [
            [0, 1],
            [1, 0],
          ],
          undefined,
          'int32',
        ),
        tf.zeros([2, 2]),
      ],
    ],
    documentLayout: [() => [{ ...model.METHODS.ar }, 1, 1]],
    smallAnswers: [() => [network, { ...model.METHODS.ar }, [question()]]],
    drawSmallInput: [() => [network, question().context, random()]],
    labelHeadScores: [() => [network, { ...model.METHODS.ar }, [{ ...question(), label: 'bad' }]]],
    loadSmallModel: [() => [absent]],
    smallLogAnswers: [() => [network, { ...model.METHODS.ar }, [question()], 'is']],
    smallLogLines: [
      () => [network, { ...model.METHODS.ar }, [{ ...question(), label: 'bad' }], 'is'],
    ],
    stageOfStep: [() => [[stage()], 1, 2]],
    trainingDocument: [() => [random(), 'full', stage(), true]],
  },
  steps: {
    askNumbers: [() => [texts, [numbers()], { form: 'written', longest: 2 }]],
    askSteps: [
      () => [
        decoder,
        [composed()],
        { form: 'free', demonstrations: [{ question: composed(), chain: chain() }] },
      ],
    ],
    autoDemonstrations: [() => [decoder, [composed(), composed()], 1, random(), 3]],
    chainTokens: [() => [{ rationale: [4], answer: 5 }, true]],
    commonestAnswer: [() => [[chain(), chain()]]],
    drawNumberQuestion: [() => [random(), 2]],
    drawStepsQuestion: [() => [toyLanguage, random(), 2, 'any']],
    freshStepsModel: [
      () => [{ size: { width: 4, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 8 }, seed: 0 }],
    ],
    kMeans: [
      () => [
        random(),
        [
          [0, 1],
          [2, 3],
        ],
        1,
        5,
      ],
    ],
    loadStepsModel: [() => [absent]],
    longestChains: [() => [[chain(), chain()], 1]],
    numberIn: [() => ['The answer is 3.', 'written']],
    numberResults: [() => [numbers()]],
    numberText: [() => [numbers(), 'written']],
    questionsBySteps: [() => [[composed(), composed()], 1, 'most']],
    questionVectors: [() => [decoder, [composed()]]],
    readChain: [() => [[steps.TRIGGER, 1, steps.EQUALS, 2, steps.END]]],
    answeredRight: [() => [toyLanguage, [composed()], [1]]],
    rightDemonstration: [() => [toyLanguage, composed(), true]],
    sampleChains: [
      () => [
        decoder,
        [composed()],
        { form: 'written', sampling: { temperature: 1, random: random() } },
        2,
      ],
    ],
    stepsDocument: [() => [toyLanguage, random(), { lines: 2, longest: 2, written: 0.5 }]],
    stepsLine: [() => [toyLanguage, composed(), true]],
    stepsQuestionTokens: [() => [composed()]],
    stepsText: [() => [[1, 2]]],
  },
  survey: {
    labelsDiffer: [() => [['a', 'b', 'a']]],
    worldCellName: [() => [cell()]],
    cellOf: [() => ['natural', { instructed: true }]],
    drawQuestions: [() => [random(), cell(), 1, 2]],
    voterAccuracy: [() => [survey.linearVote, [cellQuestion()]]],
  },
  work: {
    balancedWeights: [() => [[0, 1, 1]]],
    crossTaskQuestion: [
      () => [
        { input: 'a film', options: ['bad', 'good'] },
        [{ input: 'how far', output: 'number' }],
        'Bad or good? ',
      ],
    ],
    keptLabels: [() => [modelLabels(), [0, 1], 0.5]],
    modelLabels: [() => [scores()]],
    mostConfident: [() => [modelLabels(), 0.5]],
    nearestWordLabels: [() => [scores(), shares()]],
    softmaxProbabilities: [
      () => [
        [
          [1, 0, 0.5],
          [0, 1, 0],
        ],
        scores(),
      ],
    ],
    softmaxRegression: [() => [scores(), [0, 1, 0, 1], 2, { penalty: 1, weights: [1, 1, 1, 2] }]],
    taskHeader: [() => [['bad', 'good']]],
    drawEdits: [() => [random(), 2, 3]],
    editDemonstrations: [() => [random(), edit(), { copy: 1, update: 1, retain: 1 }]],
    editMeasures: [() => [[odds()], [odds()]]],
    editOdds: [() => [objectScorer(), edit()]],
    editQuestions: [() => [edit(), { examples: [], written: (prompt: string) => prompt }]],
    editedMemory: [() => [square(), pair(), 0.5, 1]],
    outerMemory: [() => [[pair()]]],
    promptAfterFact: [() => [edit(), 'The capital of France is']],
    recalled: [() => [square(), [1, 0]]],
    recalledAfter: [() => [square(), pair(), [1, 0], 1, 0.5]],
    statementOf: [() => ['France']],
    afterPassages: [() => [['a passage'], 'a text']],
    bestPassages: [() => [[0.5, 1, 0], 2]],
    classProbabilities: [() => [[[-1, -2]]]],
    cosines: [() => [[1, 0], vectorsOfPassages()]],
    drawColourDemonstrations: [() => [random(), 4]],
    drawFacts: [() => [random(), passages(), 2]],
    drawPassages: [() => [random(), 3]],
    lastWords: [() => ['one two three', 2]],
    nextWordLogs: [() => [texts, 'the', ['dog', 'cat'], ['red', 'blue'], turn(), 0.1]],
    recallAt: [() => [[[1, 0]], [0], 2]],
    retrievedAt: [() => [6, 2]],
    townOptions: [() => [random(), 'Oslo', 4]],
  },
  pretraining: {
    contextsOf: [() => [corpus(), [1, 0, 2], 2]],
    corpusContexts: [() => [{ packing: 'related', contexts: 2, mapping: 'all', seed: 1 }]],
    documentGraph: [
      () => [
        [
          [1, 0],
          [0, 1],
          [0.6, 0.8],
        ],
        2,
      ],
    ],
    drawCorpus: [() => [random(), { tasks: 2, each: 2, lines: 2, mapping: 'natural' }]],
    packedOrder: [() => [random(), corpus(), 'related']],
    poolBayes: [
      () => [
        [
          [1, 2],
          [0, 1],
        ],
        0.5,
      ],
    ],
    poolWeights: [() => [{ d: 2, noise: 0.5, inputScale: 1 }, 3, 1]],
    pathLength: [
      () => [
        [
          [1, 0],
          [0, 1],
        ],
        [1, 0],
      ],
    ],
    relatedOrder: [() => [[new Map([[1, 0.5]]), new Map([[0, 0.5]])]]],
    sameTaskShare: [() => [[0, 1, 0], [2, 0, 1], 2]],
    wordVectors: [() => [['to be', 'or not']]],
    similarityInContext: [
      () => [
        [
          [1, 0],
          [0, 1],
          [0.6, 0.8],
        ],
        [2, 0, 1],
        2,
      ],
    ],
    tokenVectors: [() => [corpus()]],
    taskThreshold: [
      () => [
        [
          { tasks: 4, toPool: 0.1, toRidge: 0.3 },
          { tasks: 16, toPool: 0.4, toRidge: 0.2 },
        ],
      ],
    ],
  },
  warmup: {
    fitSaturation: [() => [saturating()]],
    pseudoDocument: [() => [random(), warmup.unlabelledText(random(), 2), 'masked word']],
    saturatingValue: [() => [{ a: 1, b: 0.5, c: 0.5 }, 10]],
    saturationBand: [
      () => [
        random(),
        saturating().map(({ n }) => n),
        [saturating().map(({ y }) => y), saturating().map(({ y }) => y + 0.1)],
        40,
      ],
    ],
    unlabelledText: [() => [random(), 2]],
    warmUpBatch: [() => [random(), 'symbol tuning', 1]],
    withFlipped: [
      () => [random(), survey.drawQuestions(random(), survey.cellOf('natural'), 2, 1)[0], 1],
    ],
  },
  factors: {
    askedOptions: [() => ['gold', labelMaterial()]],
    inCondition: [() => [random(), 'labels only', wordRows(), labelMaterial()]],
    labelEffectRatio: [() => [0.8, 0.6, 0.4, 0.01]],
    labelSensitivity: [
      () => [
        [0, 1],
        [0.2, 0.8],
      ],
    ],
    partsText: [() => [texts, [{ input: 'a', output: null }], textTemplate()]],
    smallAsker: [() => [network, { ...model.METHODS.ar }]],
    textAsker: [() => [texts, textTemplate()]],
    withRandomLabels: [() => [random(), wordRows(), ['red', 'blue']]],
    withShareRight: [() => [random(), wordRows(), ['red', 'blue'], 0.5]],
    withOtherWords: [() => [wordRows(), ['red', 'blue'], ['chair', 'stone']]],
    worldAsker: [() => [worldLabels()]],
    demonstrationMeans: [() => [byRotation()]],
    followsLate: [() => [[0, 1], [1, 1], true]],
    labelChanges: [() => [4, 1]],
    leaveOneOut: [() => [[1, 2], (shown: readonly number[]) => [shown.length, 1]]],
    logOddsOf: [() => [scores(), [0, 1, 0, 1]]],
    positionMeans: [() => [byRotation(), Math.abs]],
    rotations: [() => [4, 2]],
    varianceShares: [() => [byRotation()]],
    ambiguousClasses: [() => [random(), 4, 1, 0]],
    cornerName: [() => [[1, -1, 1]]],
    coverage: [
      () => [
        ['a', 1],
        [['a'], [2]],
      ],
    ],
    designedSets: [() => [random(), factorTable(), [0, 1, 0, 1], [1, 0], { draws: 3, spread: 1 }]],
    disagreeingClasses: [() => [4]],
    drawInputOfKinds: [() => [random(), rule(), 1, 2]],
    drawInputOfPair: [() => [random(), [rule(), { feature: 1, scope: 'last' }], [0, 1]]],
    drawReview: [() => [random(), [0, 1, 0]]],
    factorCoefficients: [
      () => [
        [
          {
            factors: [
              [0, 1],
              [1, 3],
            ],
            outcomes: [0, 1],
          },
        ],
      ],
    ],
    factorTable: [() => [{ vector: [1, 0] }, factorTexts()]],
    featureBias: [() => [[0.2, 0.7]]],
    inputBits: [() => [[0, 6, 12]]],
    inputPatterns: [() => [[0, 6, 12]]],
    placeLabels: [() => [random(), 2, 4]],
    reviewWords: [() => []],
    setFactors: [() => [factorTable(), [0, 2]]],
    shareDecidedBy: [
      () => [
        [0, 1],
        [
          [0, 1],
          [1, 0],
        ],
        0,
      ],
    ],
  },
  inference: {
    attentionAverage: [() => [[[1, 0]], [2], [1, 1], 'softmax', { tau: 2 }]],
    bayesAverage: [() => [[[1, 0]], [2], [1, 1], 1]],
    conceptModel: [() => [concepts(), concepts().concepts[0]!, 1]],
    conceptSettings: [() => [{ stay: 0.5 }]],
    conceptState: [() => [concepts(), 1, 0]],
    conceptTokens: [() => [{ examples: [[1, 0]], question: [1] }, [0]]],
    conceptWorld: [() => [0, { concepts: 2 }]],
    descriptionLength: [() => [new world.ExactBayes(), task(), { feature: 0 }]],
    drawConcept: [() => [random(), { properties: 3 }]],
    drawConceptPrompt: [
      () => [random(), concepts(), concepts().concepts[0]!, { examples: 1, length: 2 }],
    ],
    drawConceptWorld: [() => [random(), { concepts: 1 }]],
    drawDocument: [() => [random(), [markov()], 3]],
    drawMarkovText: [() => [random(), markov(), 3]],
    forwardReading: [() => [markov(), [0, 1], 2]],
    freshConceptDecoder: [() => [decoderConfig()]],
    gaussianRegret: [() => [[[1, 0]], [2], [1, 1], 1]],
    kernelRegression: [() => [[[1, 0]], [2], [1, 1], 1]],
    kernelWeights: [() => [[[1, 0]], [1, 1], 1]],
    lineReading: [() => [network, [question()]]],
    linearCorrelation: [
      () => [
        [1, 2],
        [2, 1],
      ],
    ],
    loadConceptDecoder: [() => [absent]],
    mixtureModels: [() => [concepts()]],
    mixtureReading: [() => [[markov()], [0, 1], 2]],
    nextShares: [() => [conceptDecoder, [[0, 1]], 1]],
    poolRegret: [() => [[[1, 0]], [2], [[1, 1]], 0, 1]],
    sequenceCosts: [() => [new world.ExactBayes(), task(), [example()], { feature: 0 }]],
  },
  captions: {
    captionAnswer: [() => [motif(), 'shows']],
    captionToken: [() => ['red']],
    captionTokens: [() => ['| red ring']],
    detailTokens: [() => [random(), motif()]],
    drawCaptionText: [() => [random(), 12, true]],
    drawNaming: [() => [random(), 1, 'seen', false]],
    drawReceipt: [() => [random()]],
    glyphPicture: [() => [random(), new Float32Array(196), 1]],
    hardestSegments: [() => [receipt(), receipt().slice(0, 3), 2, true]],
    isHeldOutMotif: [() => [motif()]],
    isToldInDetail: [() => [motif()]],
    loadCaptionLanguage: [() => [absent]],
    loadGatedPictures: [() => [absent]],
    loadMotifClassifier: [() => [absent]],
    loadPictureEncoder: [() => [absent]],
    motifPicture: [() => [random(), motif()]],
    namesRight: [() => [[{ right: 0, wrong: 1 }], [[1, 0]]]],
    nameTokens: [() => [motif()]],
    nextWordScores: [() => [captionReader, pictureEncoder, [pictureText()], 1]],
    motifPatches: [() => [[picture()]]],
    pictureInstructions: [() => [random(), 2, ['shows'], false]],
    placeOfMotif: [() => [motif()]],
    placesSaid: [() => [captionReader, pictureEncoder, [picture()], true]],
    receiptF1: [() => [receipt().slice(0, 3), receipt().slice(0, 2), true]],
    receiptRounds: [
      () => [random(), receipt(), { added: 'hard', layout: true, format: true }, 1, 2],
    ],
    receiptShares: [() => [receipt().slice(0, 2), receipt()[0]!, true, 0.1]],
    saidOf: [() => [captionReader, pictureEncoder, [picture()], [[3]], 1, 1]],
    semiCausal: [() => [[[0, 2]]]],
    sightedLogits: [() => [captionReader, pictureEncoder, pictureBatch(), 1]],
  },
  optimisation: {
    chosenByTesting: [() => [[0.1, 1]]],
    chosenByValidation: [() => [[0.1, 1], 0.5]],
    conditionOf: [() => [inputRows()]],
    cosineOf: [
      () => [
        [1, 2],
        [2, 1],
      ],
    ],
    descentIterates: [() => [inputRows(), [1, 2], 3, 0.1]],
    dualUpdate: [() => [[[1, 2]], [[3, 4]]]],
    layerAnswers: [() => [inContext, regressionPrompts(), regressionPrompts(), 1e-3]],
    matchIterations: [() => [[[[1, 2]]], [[[2, 1]], [[1, 1]]]]],
    mixtureBayes: [() => [[0.1, 1]]],
    newtonIterates: [() => [inputRows(), [1, 2], 3]],
    noiseMixture: [() => [2, [0.1, 1]]],
    noisePosterior: [() => [inputRows(), [1, 2], [0.1, 1]]],
    queryReading: [() => [network, [question()]]],
    randomUpdate: [() => [[[[0, 1]]], random()]],
    recallOfTuning: [
      () => [
        [true, false],
        [true, true],
        [false, true],
      ],
    ],
    similarityOfErrors: [() => [[[1, 2]], [[2, 1]]]],
    tunedUpdate: [() => [network, [example()], 0.1]],
    updateSimilarity: [() => [{ zsl: reading(), icl: reading(), ft: reading() }]],
    withUpdate: [() => [network, noUpdate(), () => 1]],
  },
  mechanisms: {
    ablating: [() => [[head()], 'mean']],
    attentionCircuits: [() => [attention, [0, 1]]],
    attentionMaps: [() => [attentionOf(), [1, 2, 1]]],
    hookedAttention: [() => [attention]],
    contextScore: [() => [[[3, 2, 1, 1]], 2]],
    copyingScore: [
      () => [
        [
          [1, 0],
          [2, 1],
        ],
      ],
    ],
    anchorAttention: [() => [runOf()]],
    anchorScores: [() => [[0.1, 0.2], [0, 1], 2]],
    attentionSaliency: [() => [runOf(), 1]],
    headName: [() => [head()]],
    informationFlow: [
      () => [
        [
          [0, 0, 0, 0],
          [1, 0, 0, 0],
          [1, 1, 0, 0],
          [1, 1, 1, 0],
        ],
        [1],
        3,
      ],
    ],
    isolating: [() => [[1, 2], [0]]],
    keptTokens: [() => [{ ...twoTokens }, [0, 1]]],
    labelLoyalty: [() => [[[1, 2]], [[2, 1]]]],
    learnedWeights: [() => [[runOf()], [1], { rounds: 1, learningRate: 0.1 }]],
    optionAreas: [
      () => [
        [
          [1, 2],
          [2, 1],
        ],
        [0, 1],
      ],
    ],
    optionLogs: [() => [runOf()]],
    patchedState: [() => [[1, 2, 3, 4], 0, 1]],
    reweighting: [() => [[[[0], [0]]], runOf()]],
    smallRun: [() => [network, question(), ['bad', 'good']]],
    targetStates: [() => [runOf()]],
    textRun: [
      () => [
        { ...texts },
        {
          examples: [{ input: 'dog', output: 'red' }],
          input: 'cat',
          options: ['red', 'blue'],
        },
        { style: 'direct', between: ' the ', after: ' the', longest: 8, begin: 'the' },
      ],
    ],
    topTokens: [() => [runOf(), 2]],
    wordLoyalty: [
      () => [
        [1, 2],
        [2, 3],
      ],
    ],
    inductionByHand: [() => [2, 3, 4]],
    languageCircuits: [() => [wordModel, [0, 1]]],
    hookedLanguage: [() => [{ ...texts, model: wordModel }]],
    markedAttention: [() => [attentionOf(), [[1, 2, 1]], [mechanisms.previousMarks([1, 2, 1])]]],
    matchingMarks: [() => [[1, 2, 1]]],
    ownTokenShare: [
      () => [
        [
          [1, 0],
          [2, 1],
        ],
      ],
    ],
    prefixMatching: [() => [attentionOf(), [[1, 2, 1]]]],
    previousMarks: [() => [[1, 2, 1]]],
    randomHeadsLike: [() => [random(), [head()], 2, 2]],
    rankedHeads: [
      () => [
        [
          [0, 1],
          [2, 3],
        ],
      ],
    ],
    repeatedPair: [() => [random(), [1, 2, 3, 4], 2]],
    repeatedSequence: [() => [random(), { vocabulary: 4, length: 6, shortest: 2, longest: 3 }]],
    withoutHeads: [() => [wordModel.transformer, [head()], () => 0]],
  },
  world: {
    trainedPrior: [() => []],
    bitOf: [() => [3, 1]],
    classOf: [() => [rule(), [0, 6, 12]]],
    contextDocument: [() => [{ examples: [example()], instruction: rule() }, 'is']],
    digitDocument: [() => [random(), 2, true]],
    drawExamples: [() => [random(), task(), 2, { pool: pool(), skew: 0.7 }]],
    drawInput: [() => [random(), rule(), 1, pool()]],
    drawPool: [() => [random()]],
    drawTask: [() => [random(), world.taskPrior()]],
    factDocument: [() => [random(), 2, [fact()]]],
    factLine: [() => [fact()]],
    headerOf: [() => [rule()]],
    heldOut: [() => [task()]],
    labelIndex: [() => ['bad']],
    lineOf: [() => [example(), 'is']],
    lookupDocument: [() => [random(), 2, true]],
    namedTask: [() => [rule(), 'natural']],
    plainDocument: [() => [random(), 2]],
    symbolTask: [() => [rule(), ['foo', 'bar']]],
    taskDocument: [() => [random(), task(), document()]],
    taskPrior: [() => [{ prior: { natural: 0.4, flipped: 0.1, arbitrary: 0.5 } }, () => true]],
    tokenIndex: [() => ['is']],
    documentTokens: [() => [{ header: ['_'], lines: [['is']] }]],
    wordIndex: [() => ['pie']],
    worldConfig: [() => [{ skew: 0.6 }]],
    worldFacts: [() => [random()]],
  },
};
