/** Valid calls of what notebooks show, of in-weight learning, and of InvICL's experiments. */
import { join } from 'node:path';

import {
  core,
  fewshot,
  inweight,
  language,
  metaicl,
  notebook,
  type invicl,
  type records,
} from 'invicl';

import { episodeNetworks, RECORD, root } from '../helpers';
import { GALLERY_CALLS } from './pictures';
import type { Call } from './spoil';

const absent = join(root, 'test', 'fixtures', 'absent.safetensors');
const random = (): core.Stream => core.stream(0, 'fuzz');

const text = (): notebook.ChartText => ({
  title: 'A title',
  caption: 'A caption.',
  alt: 'What is seen.',
});
const axes = (): notebook.LineAxes => ({ x: 'examples', y: 'error' });
const line = (name = 'AR'): notebook.Line => ({ name, x: [1, 2, 3], y: [0.5, 0.25, 0.1] });
const band = (): notebook.Line => ({
  ...line('InvICL'),
  low: [0.4, 0.2, 0.05],
  high: [0.6, 0.3, 0.2],
  points: true,
  style: { color: '#332288', dash: 'dash' },
});
/** Answers with the label of the last demonstration. */
const lastLabel = (): language.SessionScorer => ({
  score: (shown, texts, options) => ({
    scores: texts.map(() => options.map((one) => (one === shown.at(-1)!.output ? -0.1 : -9))),
    work: { first: 0, second: 0 },
  }),
  dispose: () => undefined,
});
const labelled = (output: string, i: number): metaicl.LabelledText => ({
  task: 'toy',
  input: `text ${i}`,
  output,
  options: ['a', 'b'],
});
const drawnTask = (): invicl.DrawnTask => ({
  title: 'Toy',
  shown: ['a', 'b'].map(labelled),
  asked: ['b', 'a'].map(labelled),
  options: ['a', 'b'],
});
const panel = (): notebook.HeatPanel => ({
  title: 'A panel',
  values: [
    [0, 1],
    [0.5, 0.25],
  ],
  rows: ['a', 'b'],
  columns: ['c', 'd'],
});
const points = (): [number, number][] => [
  [1, 0.5],
  [-2, -1],
  [0.5, 0],
];
const features = new metaicl.TextFeatures(['a cat saw', 'a dog saw', 'a cat ran'], {
  dims: 2,
  minTexts: 1,
});
const size = { width: 8, layers: 1, heads: 1, mlpRatio: 1, maxPositions: 8 };
const networks = episodeNetworks({ size, d: features.size, seed: 0 });
const fewShot = fewshot.networkOf({
  kind: 'protonet',
  widths: [2, 2],
  d: 2,
  classes: 2,
  seed: 0,
});
// the models of live figures are loaded with the first one, and stay
notebook.livePrompt();
const figure = (): notebook.Figure => ({ data: [{ type: 'bar' }], layout: {}, alt: 'A bar.' });
const rows = (): Record<string, string | number | boolean>[] => [
  { name: 'a', value: 1, right: true },
  { name: 'b', value: 0.25, right: false },
];

const effect = (unit: records.Effect['unit']): records.Effect => ({
  unit,
  estimate: 0.5,
  low: 0.4,
  high: 0.6,
  seeds: 3,
  bound: 1,
  claimed: 'below',
  p: 0.01,
});
const verdict = (unit?: records.Effect['unit']): records.Verdict => ({
  claim: 'A is below B',
  source: 'here',
  ours: 'ratio 0.5',
  verdict: unit ? 'supported' : 'true',
  ...(unit ? { effect: effect(unit) } : {}),
});
const shown = (): notebook.ShownVerdict => ({ ...verdict('ratio'), notebook: '05-one.ipynb' });
const many = (): records.Verdict[] => [
  ...(['ratio', 'points', 'nats', 'number', 'level'] as const).map(verdict),
  verdict(),
];

const RUN = { ...RECORD, variant: 'AR', metric: 'error', step: 10 };
const recorded = (): records.ResultRecord[] => [
  { ...RUN, seed: 0, value: 0.5 },
  { ...RUN, seed: 1, value: 0.25 },
];
const metric = 'along training, relevant, rare, shifted';
const watched = (): records.ResultRecord[] =>
  [100, 200].map((step) => ({ ...RUN, metric, step, over: 'size', at: 4, value: 0.5 }));

const GENERATOR = { high: 2, low: 2, pHigh: 0.75, L: 2 };
const generator = (): inweight.GeneratorConfig => inweight.generatorConfig(GENERATOR);
const source = new inweight.SequenceGenerator(
  GENERATOR,
  inweight.inputsOf({ from: 'centres', d: 3, noise: 0.1 }, 4, 0),
);
const sequences = (): inweight.Sequence[] => [0, 1].map((i) => ({ ...source.sequence(i) }));
const centres = (): number[][] => inweight.centres(4, 3, 0).map((centre) => Array.from(centre));
const pairs = (): inweight.PairTransformerConfig => ({
  ...inweight.PAIR_TRANSFORMER,
  size: { width: 8, layers: 1, heads: 2, mlpRatio: 1 },
  hidden: [4],
  d: 3,
  classes: 4,
  L: 2,
  seed: 0,
  stack: 2,
});
const gated = (): inweight.GatedModelConfig => ({
  kind: 'stylised',
  d: 3,
  classes: 4,
  L: 2,
  hidden: 4,
  seed: 0,
});
/** One network for all calls: a spoilt argument never changes it. */
const STACK = new inweight.PairTransformer(pairs());

const cities = inweight.cityTokenizer();
const { model } = language.freshLanguageModel(
  cities,
  { width: 8, layers: 1, heads: 2, mlpRatio: 1, maxPositions: 64 },
  0,
);
const loaded = (): language.LoadedModel => ({ model, tokenizer: { ...cities } });
const facts = (): inweight.Fact[] => [
  { name: inweight.NAMES[0]!, city: inweight.CITIES[0]! },
  { name: inweight.NAMES[1]!, city: inweight.CITIES[1]! },
];

/** Valid calls by namespace and function. */
export const NOTEBOOK_CALLS: Readonly<Record<string, Readonly<Record<string, readonly Call[]>>>> = {
  notebook: {
    heatPanels: [() => [[panel(), panel()], text(), { binary: true, columns: 2, digits: 2 }]],
    lineChart: [
      () => [[line(), band()], { ...axes(), rangeY: [0, 1] }, text()],
      () => [[line(), band()], { ...axes(), logX: true, logY: true }, text()],
    ],
    maskPanel: [
      () => [
        'A mask',
        [
          [true, false],
          [true, true],
        ],
        ['a', 'b'],
      ],
    ],
    rankedPoints: [
      () => [
        [{ name: 'AR', value: 0.5, low: 0.4, high: 0.6, seeds: [0.4, 0.6] }],
        'error',
        text(),
        true,
      ],
    ],
    stackedBars: [() => [['05', '06'], [{ name: 'true', values: [1, 2] }], axes(), text()]],
    violins: [() => [[{ name: 'AR', values: [0.5, 0.25] }], 'error', text(), true]],
    liveCities: [
      () => [
        loaded(),
        { names: ['ka rin'], cities: ['par is', 'os lo'], context: 'os lo', fact: 'par is' },
      ],
    ],
    liveGate: [() => [{ L: 4, k: 1, labelNoise: 0.1, temperature: 2, classes: 3, seen: 10 }]],
    liveConflict: [
      () => [
        {
          sigma: 0.28,
          pRelevant: 0.9,
          pHigh: 0.9,
          networks: [{ sigma: 0.28, N: 1024, group: 'rare', share: 0.5 }],
        },
      ],
    ],
    liveMask: [
      () => [
        {
          mask: [
            [true, false],
            [true, true],
            [true, true],
          ],
        },
      ],
    ],
    liveOrders: [() => [{ examples: points(), test: 1 }]],
    livePass: [() => [{ examples: points(), test: 1 }]],
    livePlane: [
      () => [fewShot, { kind: 'pairs' }, [{ name: 'a context', X: points(), y: [1, 0, 1] }]],
    ],
    livePrompt: [() => [{ examples: points(), test: 1, method: 'invicl' }]],
    liveSession: [
      () => [
        { ...networks },
        features,
        {
          labels: ['up', 'down'],
          examples: [
            ['a cat saw', 'up'],
            ['a dog saw', 'down'],
          ],
          texts: ['a cat ran'],
        },
      ],
    ],
    check: [() => [true, 'A sentence.']],
    exercise: [() => ['A name', () => 1, () => true, 'A hint.']],
    exerciseOn: [() => ['A name', [1, 2], (x: number) => x, () => true, 'A hint.']],
    exerciseState: [() => [() => 1, () => true]],
    titleClaim: [() => ['A claim', true, '1 of 1']],
    decisionChart: [
      () => [
        [
          { key: 'q', text: 'Is it raining?', column: 0.5, row: 0 },
          { key: 'a', text: 'Take an umbrella.', column: 0, row: 1 },
        ],
        [{ from: 'q', to: 'a', answer: 'yes' }],
        text(),
      ],
    ],
    show: [() => [figure()]],
    forestPlots: [() => [many()]],
    frame: [() => [rows()]],
    rowsOf: [() => [{ columns: ['a', 'b'], values: [[1, 2]] }]],
    showFrame: [() => [{ columns: ['a', 'b'], values: [[1, 2]] }]],
    decisionPanels: [
      () => [
        [{ title: 'A map', shares: panel().values }],
        [-1, 1],
        { X: [[0.5, 1]], y: [1] },
        text(),
        2,
      ],
    ],
    shades: [() => [3]],
    styleOf: [() => ['AR, doubled']],
    linePanels: [
      () => [[{ title: 'One', lines: [line(), band()], trained: [1, 2] }], axes(), text()],
    ],
    pictureGallery: GALLERY_CALLS,
    pathsOver: [
      () => [{ x: [0, 1], y: [0, 1], height: panel().values }, [line()], [1, 1], axes(), text()],
    ],
    sliderChart: [
      () => [
        [
          { label: 'n = 1', lines: [line(), band()] },
          { label: 'n = 2', lines: [line(), band()] },
        ],
        axes(),
        text(),
        'n',
        1,
      ],
    ],
    menuChart: [
      () => [
        [
          { label: 'mask', lines: [line(), band()] },
          { label: 'positions', lines: [line()] },
        ],
        { ...axes(), logX: true, trained: [1, 2] },
        text(),
        'the part',
        0,
      ],
    ],
    progress: [() => ['AR']],
    progressLine: [() => ['AR', { step: 1, steps: 4, loss: 0.5, elapsed: 10, left: 30 }]],
    atExamples: [() => [recorded(), ['AR'], 5, 'error']],
    byExamples: [() => [recorded(), ['AR'], 'error']],
    bySteps: [() => [recorded(), ['AR'], 'error']],
    notebookFiles: [() => []],
    percent: [
      () => [recorded(), 'AR', 'error', 5],
      () => [recorded(), 'AR', 'error', { n: 5 }],
      () => [recorded(), 'AR', 'error', { pair: [0, 1] }],
    ],
    recorded: [() => ['sparse', 'quick'], () => ['sparse', 'quick', {}]],
    recordedScores: [() => ['meta-glyphs', 'quick'], () => ['meta-glyphs', 'quick', {}]],
    scoresByExamples: [() => [recorded(), ['AR'], 'error']],
    scoresBySize: [() => [watched(), ['AR'], metric]],
    scoresBySteps: [() => [watched(), ['AR'], metric, { size: 4 }]],
    scoresByTeaching: [() => [recorded(), ['AR'], 'error']],
    showLinkedVerdicts: [() => [[shown()]]],
    shownVerdicts: [() => [['05']]],
    showVerdicts: [() => [[verdict('points'), verdict()]], () => [many()]],
    checkKernel: [() => [root]],
    dataPath: [() => ['results', 'sparse']],
    profile: [() => []],
    showTable: [() => [rows()]],
    toHtml: [() => [rows(), 'name']],
    toMarkdown: [() => [rows()]],
  },
  inweight: {
    cityScores: [
      () => [
        loaded(),
        [{ context: facts(), name: facts()[0]!.name, cities: [...inweight.CITIES] }],
      ],
    ],
    cityTokenizer: [() => []],
    conflicts: [() => [loaded(), facts(), [...inweight.CITIES.slice(0, 3)]]],
    factsOf: [() => [random(), 2]],
    realFactsOf: [() => [random(), 2]],
    taughtFacts: [() => [0, 2]],
    candidateCities: [() => [inweight.taughtFacts(0, 2)]],
    realCityScores: [
      () => [loaded(), [{ context: facts(), name: 'Anna', cities: ['Oslo', 'Lima'] }], ''],
    ],
    invented: [() => [random()]],
    remembered: [() => [loaded(), facts()]],
    bayesWithCentres: [() => [centres(), generator(), 0.1]],
    sequencePrompts: [() => [sequences(), 3]],
    withShiftedLabels: [() => [sequences(), { high: 2, low: 2 }]],
    classesOf: [() => [{ high: 2, low: 2 }]],
    generatorConfig: [
      () => [generator()],
      () => [{ ...generator(), zipf: 1, L: 4, copies: 1, distractors: 1 }],
    ],
    centres: [() => [4, 3, 0]],
    inputsOf: [
      () => [{ from: 'centres', d: 3, noise: 0.1 }, 4, 0],
      () => [{ from: 'own alphabets', noise: 0.1, drawings: 1 }, 2, 0],
    ],
    answerShares: [() => [[0, 1], sequences()]],
    answersOf: [
      () => [STACK, 2, sequences(), 3],
      () => [{ ...inweight.similarityVote(4) }, 2, sequences(), 3],
    ],
    contextShare: [() => [0.25, 0.5, 0.125]],
    repeatedForStack: [() => [inweight.sequencePrompts(sequences(), 3), 2]],
    testSequences: [
      () => [source, { context: 'relevant', query: 'rare', labels: 'shifted' }, 2],
      () => [source, { context: 'as trained', query: 'new', labels: 'same', unseen: true }, 2],
    ],
    oracleOfCentres: [() => [centres(), 0.1]],
    similarityVote: [() => [3, 1]],
    loadSequenceNetworks: [() => [absent]],
    memberOf: [() => [STACK, 1]],
    sequenceNetworkOf: [() => [pairs()], () => [gated()]],
    expectedDistinct: [() => [4, 8]],
    loadFactModel: [() => [absent]],
    windowMeans: [() => [watched(), 'AR', 4, 2]],
  },
  invicl: {
    loadOwnLanguageModel: [() => [absent]],
    ownTokenizer: [() => []],
    beforeAdapting: [() => ['AR']],
    measureOrders: [() => [lastLabel(), drawnTask(), { n: 2, orders: 3, averaged: [1, 2] }, 0]],
  },
};
