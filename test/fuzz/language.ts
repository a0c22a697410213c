/** Valid calls of the modules of texts: language models, and episodes of text tasks. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { core, language, metaicl, model, tf } from 'invicl';

import { fixture, root, scratch } from '../helpers';
import type { Call } from './spoil';

const SIZE = { width: 8, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 32 };
const WORDS = ['the', 'dog', 'cat', 'ran', 'red', 'blue'];
const tokenizer = (): language.TextTokenizer =>
  language.tokenizerOf(language.wordTokenizerJson(WORDS), 'words');

/** One network for all calls: a spoilt argument never changes it. */
const { model: NETWORK } = language.freshLanguageModel(tokenizer(), SIZE, 0);
const loaded = (): language.LoadedModel => ({ model: NETWORK, tokenizer: tokenizer() });
const { invicl, ar, saicl } = model.METHODS;
/** A copy, as the library's own rows are shared. */
const method = (given: model.Method = invicl): model.Method => ({ ...given });
const template = (): language.Template => ({
  style: 'direct',
  between: '\n',
  after: '\n',
  longest: 8,
});
const shown = (): language.Demonstration[] => [
  { input: 'the dog', output: 'red' },
  { input: 'the cat ran', output: 'blue' },
];
const question = (): language.AnsweredQuestion => ({
  examples: shown(),
  input: 'the cat',
  options: ['red', 'blue'],
  output: 'blue',
});
const scoring = (): language.Scoring => ({
  method: method(),
  template: template(),
  length: 'sum',
});
const examples = (): number[][] => [
  [2, 3],
  [2, 4, 5],
];
const context = (): language.ReadContext => language.readContext(NETWORK, invicl, examples());
const prompt = (given: model.Method = invicl): language.TokenPrompt =>
  language.promptOf(NETWORK, method(given), examples(), [[2, 3, 4]]);
const tokenizerJson = (): unknown =>
  JSON.parse(JSON.stringify(language.wordTokenizerJson(WORDS))) as unknown;
const ENCODER = fixture(join('encoders', 'bert'));
const wordPieceJson = (): unknown =>
  JSON.parse(readFileSync(join(ENCODER, 'tokenizer.json'), 'utf8')) as unknown;
const weights = (): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(NETWORK.parameters).map(([name, { shape, size }]) => [
      name,
      { shape, data: new Float32Array(size) },
    ]),
  );
const checkpoint = () => ({
  arrays: weights(),
  facts: {
    version: 1,
    model: { language: { ...NETWORK.config }, method: 'AR' },
    training: {},
    step: 0,
    curve: [],
    command: '',
  },
});

/** A file of adapters of the network. */
const ADAPTERS = join(scratch(), 'adapters.safetensors');
const ADAPTED = new language.AdaptedModel(NETWORK, { rank: 2 });
language.writeAdapters(ADAPTERS, ADAPTED);
const tokenBatch = (): language.TokenBatch => language.batchOf(NETWORK, [prompt()]);
const scoredTokens = (): language.ScoredTokens => ({
  indices: tf.tensor2d([[0, 2]], [1, 2], 'int32'),
  next: tf.tensor2d([[3, 4]], [1, 2], 'int32'),
  weights: tf.tensor2d([[0.5, 0.5]]),
});

const TASK = Object.keys(metaicl.OWN_TASKS)[0]!;
const task = (): metaicl.TextTask => ({ ...metaicl.ownTasks([TASK], 40, 1)[0]! });
const rows = (): metaicl.LabelledText[] => [
  { task: 't', input: 'the goal', output: 'red', options: ['red', 'blue'] },
  { task: 't', input: 'the soup', output: 'blue', options: ['red', 'blue'] },
];
const FEATURES = new metaicl.TextFeatures(
  task().rows.map(({ input }) => input),
  { dims: 3, minTexts: 1 },
);
const SOURCE = new metaicl.EpisodeSource([task()], FEATURES);
const episodeModel = (key: model.MethodKey): metaicl.EpisodeModel =>
  new metaicl.EpisodeModel({ method: key, size: SIZE, d: FEATURES.size, seed: 0 });
const [INVICL, AR] = [episodeModel('invicl'), episodeModel('ar')];
const vector = (length: number): Float32Array => new Float32Array(length).fill(0.5);
const answer = (): Float32Array => vector(metaicl.ANSWER_SIZE);
const episode = (): metaicl.Episode => ({
  shown: [{ x: vector(4), y: answer() }],
  asked: [{ x: vector(4), options: [answer(), answer()], right: 1 }],
});
const scorer = (): metaicl.OptionScorer => ({ ...metaicl.majority });

/** A folder with one task of MetaICL's files. */
function folderOfTask(): string {
  const folder = scratch();
  mkdirSync(join(folder, 'toy'));
  for (const file of metaicl.fileNames('toy'))
    writeFileSync(
      join(folder, 'toy', file),
      rows()
        .map((row) => JSON.stringify(row))
        .join('\n'),
    );
  return folder;
}
const FOLDER = folderOfTask();
const absent = join(root, 'test', 'fixtures', 'absent.safetensors');
const bytes = (): Uint8Array => new TextEncoder().encode(JSON.stringify(rows()[0]));

/** Valid calls by namespace and function. */
export const LANGUAGE_CALLS: Readonly<Record<string, Readonly<Record<string, readonly Call[]>>>> = {
  language: {
    answerLoss: [() => [NETWORK, tokenBatch(), scoredTokens()]],
    loadAdapters: [() => [ADAPTERS, NETWORK]],
    loadLanguageModel: [() => [fixture(join('models', 'gpt2'))]],
    loadEncoder: [() => [ENCODER], () => [ENCODER, 'a name']],
    wordPieceOf: [() => [wordPieceJson(), 'words']],
    freshLanguageModel: [() => [tokenizer(), { ...SIZE }, 0]],
    trainedLanguageModel: [() => ['a file', checkpoint(), tokenizer()]],
    batchOf: [() => [NETWORK, [{ ...prompt() }, { ...prompt(ar) }], 16]],
    disposeBatch: [
      () => [{ tokens: tf.zeros([1, 2], 'int32'), positions: null, bias: tf.zeros([1, 1, 2, 2]) }],
    ],
    exampleTokens: [
      () => [tokenizer(), shown()[0], template()],
      () => [tokenizer(), shown()[0], { ...template(), style: 'channel' }],
    ],
    promptOf: [() => [NETWORK, method(), examples(), [[2, 3]]]],
    testTokens: [
      () => [tokenizer(), 'the cat', 'red', template()],
      () => [tokenizer(), 'the cat', 'red', { ...template(), style: 'channel' }],
    ],
    answerProbability: [() => [loaded(), scoring()]],
    questionPredictor: [() => [loaded(), scoring()]],
    continueTexts: [
      () => [NETWORK, [[2, 3]], 2, { temperature: 1, random: core.stream(0, 'fuzz') }],
      () => [NETWORK, [[2, 3]], 2, undefined, { context: context() }],
    ],
    disposeCache: [() => [{ ...context().cache }]],
    drawInputText: [() => [loaded(), shown(), template(), core.stream(0, 'fuzz'), 3]],
    generate: [
      () => [NETWORK, context(), [2, 3], 3],
      () => [NETWORK, context(), [2, 3], 3, core.stream(0, 'fuzz'), 0.5],
    ],
    readContext: [
      () => [NETWORK, method(), examples()],
      () => [NETWORK, method(ar), [], new language.ReadCache(4)],
    ],
    readTests: [() => [NETWORK, context(), [[2, 3], [4]]]],
    testScores: [() => [NETWORK, context(), [{ tokens: [2, 3, 4], scoredFrom: 1 }]]],
    scoreOptions: [
      () => [NETWORK, tokenizer(), [question()], scoring()],
      () => [NETWORK, tokenizer(), [question()], { method: method(saicl) }],
    ],
    tokenizerOf: [() => [tokenizerJson(), 'words']],
    wordTokenizerJson: [() => [[...WORDS]]],
    tokenScorer: [() => [loaded(), 'invicl', template()], () => [loaded(), method(ar)]],
    batchCalibration: [
      () => [
        [
          [0, 1],
          [2, 1],
        ],
      ],
    ],
    contextualCalibration: [
      () => [
        [
          [0, 1],
          [2, 1],
        ],
        [[1, 1]],
      ],
    ],
  },
  metaicl: {
    ridgeOnExamples: [() => [1]],
    batchICLOnEpisodes: [() => [AR, 0]],
    benchmarkFolder: [() => []],
    fileNames: [() => ['toy']],
    readTasks: [() => [FOLDER, ['toy', 'absent']]],
    episodesUnderMethod: [() => [AR, 'invicl']],
    loadEpisodeModel: [() => [absent]],
    asTensors: [() => [[episode(), episode()], 2]],
    episodeScorer: [() => [INVICL, FEATURES]],
    evaluate: [() => [scorer(), SOURCE, { n: 2, rows: 2, orders: 1 }]],
    decodeTexts: [() => [bytes(), 'these bytes']],
    distinctTexts: [() => [rows()]],
    taskKindOf: [() => [rows()]],
    wordsOf: [() => ["The dog didn't see 3 cats."]],
    bayesOfOwnTasks: [() => [rows(), 'the referee', ['red', 'blue']]],
    ownTasks: [() => [[TASK], 8, 1]],
    readOff: [() => ['the referee saw soup']],
    withPlainLabels: [() => [task()]],
    optionScorer: [() => ['zeros', () => tf.zeros([1, 1, 2])]],
    rightOptionProbability: [() => [scorer()]],
    isAbusive: [() => ['ethos-race']],
    settingOf: [() => ['hrToLr']],
    realTask: [() => ['trec']],
    drawnFrom: [() => [task(), 4, 2, 0]],
    splitTask: [() => [task(), 0, { dev: 1, test: 2, unlabelled: 3 }]],
    withWords: [() => [rows()[0], { red: 'red', blue: 'blue' }]],
  },
};
