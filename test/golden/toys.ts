/**
 * A short run of each kind of experiment: seconds each, with every measurement that the kind makes.
 */
import { experiments, registry } from 'invicl';

const E = registry.EXPERIMENTS;

/** An experiment by its name, cut down to some variants and another config. */
function toy(
  name: string,
  as: string,
  variants: readonly (string | object)[],
  config: object,
): experiments.Experiment {
  const whole = E[name]!;
  const small = { ...whole.profiles.quick, ...config };
  const cut = variants.map((one) =>
    typeof one === 'string' ? { ...whole.variants.find(({ key }) => key === one), seeds: 1 } : one,
  );
  return {
    ...whole,
    name: as,
    weights: [],
    variants: cut as experiments.Variant[],
    profiles: { quick: small, full: small },
  };
}

const quick = (name: string): Readonly<Record<string, object>> =>
  E[name]!.profiles.quick as unknown as Readonly<Record<string, object>>;
const measuresOf = (name: string): object => quick(name)['measures']!;
const size = { width: 16, layers: 1, heads: 2 };
const sequences = {
  sizes: [64, 128],
  network: { size: { width: 8, layers: 1, heads: 1, mlpRatio: 2 }, hidden: [], period: 30 },
  training: { steps: 4, batch: 4 },
  seeds: 1,
  watchEvery: 2,
  measures: { rows: 6, watched: 4 },
};
const short = { seeds: 1, watchEvery: 2 };
const teaching = quick('iwl-cities')['teaching'] as unknown as { readonly ways: readonly object[] };

/** Every kind of experiment; the order of keys is part of what is hashed. */
export const TOYS: readonly experiments.Experiment[] = [
  toy(
    'linear-fixed-n',
    'golden-prompts',
    [
      {
        key: 'ar',
        name: 'AR',
        method: 'ar',
        also: ['BatchICL', 'mean of 8 orders', 'InvICL mask'],
      },
      { key: 'invicl', name: 'InvICL', method: 'invicl', also: ['AR mask'] },
      { key: 'sorted', name: 'AR, canonical order', method: 'ar', order: 'canonical' },
    ],
    {
      task: { kind: 'linear', d: 2 },
      model: { layout: 'pair', size },
      training: { steps: 4, batch: 8, n: 4, tests: 2 },
      ...short,
      measures: {
        ns: [2, 4],
        prompts: 16,
        tests: 2,
        shifts: { noise: { kind: 'linear', d: 2, noise: 1 } },
        shiftNs: [4],
        probes: 48,
      },
    },
  ),
  toy('meta-curriculum', 'golden-curriculum', ['easy'], {
    task: { kind: 'linear', d: 2 },
    model: { layout: 'xy', size: { ...size, maxPositions: 32 } },
    training: { steps: 4, batch: 8, n: 4, tests: 1 },
    ...short,
    measures: {
      ...measuresOf('meta-curriculum'),
      ns: [2, 4],
      watchNs: [2, 4],
      prompts: 16,
      tests: 2,
    },
  }),
  toy(
    'metaicl-own',
    'golden-episodes',
    [
      { key: 'ar', name: 'AR', method: 'ar', also: ['BatchICL', 'InvICL mask'] },
      { key: 'invicl', name: 'InvICL', method: 'invicl', also: ['AR mask'] },
    ],
    {
      setting: 'own',
      rowsPerTask: 40,
      features: { dims: 8, minTexts: 1 },
      model: { size: { ...size, maxPositions: 128 } },
      training: { steps: 4, batch: 4, n: 4, tests: 2 },
      ...short,
      measures: { ns: [2, 4], rows: 4, orders: 1 },
    },
  ),
  toy(
    'language-model',
    'golden-words',
    [{ key: 'invicl', name: 'InvICL', method: 'invicl', also: ['AR mask'] }],
    {
      setting: 'own',
      clauses: 0,
      model: { size: { ...size, maxPositions: 128 }, name: null },
      training: { steps: 4, batch: 2, n: 2, tests: 1 },
      ...short,
      measures: { ns: [0, 2], rows: 2, seeds: 1, orders: 1 },
    },
  ),
  toy(
    'meta-mixture',
    'golden-kinds',
    ['cnp', 'icl', 'specialists'].map((key) => ({
      ...E['meta-mixture']!.variants.find((variant) => variant.key === key),
      training: {},
    })),
    {
      training: { steps: 4, batch: 6, n: 4, tests: 2, validationTasks: 6 },
      ...short,
      measures: {
        ...measuresOf('meta-mixture'),
        ns: [1, 4],
        prompts: 6,
        tests: 2,
        compared: 3,
        spreads: [1, 2],
      },
    },
  ),
  toy('meta-domains', 'golden-domains', ['icl', 'm2'], {
    model: {
      ...quick('meta-domains')['model'],
      size: { width: 8, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 8 },
    },
    training: { steps: 12, batch: 8, ns: [2], tests: 2, domainsPerBatch: 2 },
    seeds: 1,
    watchEvery: 4,
    measures: {
      ...measuresOf('meta-domains'),
      tasks: [4],
      ns: [1, 2],
      prompts: 4,
      domains: 2,
      validation: 2,
      steps: [1, 2],
    },
  }),
  toy('meta-glyphs', 'golden-alphabets', ['protonet'], {
    domains: { from: 'own alphabets', classes: 3, train: 2, validation: 1, test: 1 },
    training: { steps: 4, batch: 4, ns: [3], tests: 2, domainsPerBatch: 2 },
    ...short,
    measures: {
      ...measuresOf('meta-glyphs'),
      tasks: [4],
      ns: [3],
      prompts: 4,
      tests: 2,
      domains: 1,
      validation: 1,
      steps: [1],
    },
  }),
  toy('readings', 'golden-readings', ['ar', 'invicl-own-places'], {
    model: null,
    tasks: ['topic-1-sport-food'],
    template: { style: 'direct', between: '\n', after: '\n', longest: 48 },
    measures: { ns: [2], rows: 4, reordered: { n: 2, rows: 4 } },
    seeds: 1,
  }),
  toy('survey-small', 'golden-small', ['ar', 'invicl'], {
    size: 'small',
    training: {
      steps: 4,
      batch: 2,
      stages: [{ share: 1, mix: { full: 0.5, copy: 0.5 }, instructed: 0.5 }],
    },
    ...short,
    measures: { ns: [0, 2], questions: 6, watched: 4, n: 2 },
  }),
  ...(['scoring', 'calibration'] as const).map((what) =>
    toy(
      `survey-${what}`,
      `golden-${what}`,
      ['exact', { key: 'random', name: 'random weights', model: 'random' }],
      { measures: { n: 8, contexts: 1, worldContexts: 1, each: 3 }, seeds: 1 },
    ),
  ),
  toy(
    'survey-choosing',
    'golden-choosing',
    ['exact', { key: 'random', name: 'random weights', model: 'random' }],
    {
      measures: { ks: [2], poolRows: 20, each: 3, worldTasks: 1, worldEach: 3 },
      seeds: 1,
    },
  ),
  toy(
    'survey-signals',
    'golden-signals',
    ['exact', { key: 'random', name: 'random weights', model: 'random' }],
    {
      measures: {
        k: 2,
        poolRows: 20,
        candidates: 8,
        probes: 4,
        sets: 6,
        each: 3,
        worldTasks: 1,
        worldEach: 3,
      },
      seeds: 1,
    },
  ),
  toy(
    'survey-ordering',
    'golden-ordering',
    ['forgetful', { key: 'random', name: 'random weights', model: 'random' }],
    {
      measures: {
        k: 3,
        sets: 1,
        dev: 4,
        written: 3,
        poolRows: 20,
        each: 3,
        worldTasks: 1,
        worldEach: 3,
      },
      seeds: 1,
    },
  ),
  toy(
    'survey-learned',
    'golden-learned',
    ['exact', { key: 'random', name: 'random weights', model: 'random' }],
    {
      measures: {
        poolRows: 20,
        each: 2,
        worldTasks: 1,
        worldEach: 2,
        k: 2,
        rows: 4,
        heldRows: 2,
        candidates: 6,
        sets: 2,
        steps: 2,
        policyTasks: 1,
        worldPolicyTasks: 3,
        worldDev: 3,
        policyRows: 3,
        horizon: 2,
        dev: 3,
        episodes: 5,
        policySteps: 3,
      },
      seeds: 1,
    },
  ),
  toy(
    'survey-shapes',
    'golden-shapes',
    ['exact', { key: 'random', name: 'random weights', model: 'random' }],
    {
      measures: {
        poolRows: 20,
        each: 2,
        worldTasks: 1,
        worldQuestions: 4,
        written: [2],
        textCounts: [2, 4],
        worldCounts: [2, 4],
        groupSize: 2,
        pairs: 3,
        tried: 3,
        textStrengths: [0, 0.1],
        textLayerStrength: 0.1,
        textLayers: [1],
        shown: 2,
        dummies: 2,
        worldStrengths: [0, 0.1],
      },
      seeds: 1,
    },
  ),
  toy(
    'survey-instructions',
    'golden-instructions',
    ['exact', { key: 'random', name: 'random weights', model: 'random' }],
    {
      measures: {
        words: {
          kinds: ['property'],
          trainRows: 4,
          testRows: 4,
          shown: 2,
          guessedFrom: [1, 2],
          longest: 3,
          sets: 1,
          drawn: 2,
          temperature: 1,
          budgets: [2, 8],
          replays: 2,
          exploration: 0.25,
        },
        world: {
          tasks: 1,
          each: 2,
          ks: [1, 3],
          rows: 4,
          budgets: [12, 24],
          replays: 2,
          exploration: 0.25,
        },
      },
      seeds: 1,
    },
  ),
  toy(
    'survey-labelling',
    'golden-labelling',
    ['exact', { key: 'random', name: 'random weights', model: 'random' }],
    {
      measures: {
        poolRows: 12,
        each: 2,
        worldTasks: 1,
        worldEach: 3,
        shown: 2,
        shares: [0.5, 1],
        penalty: 1,
        crossEach: 2,
        headerTokens: 16,
      },
      seeds: 1,
    },
  ),
  toy(
    'survey-labels',
    'golden-labels',
    ['exact', { key: 'random', name: 'random weights', model: 'random' }],
    {
      measures: {
        poolRows: 12,
        each: 2,
        worldTasks: 1,
        worldEach: 2,
        shown: 4,
        worldShown: 3,
        questions: 4,
        shares: [0, 0.5, 1],
      },
      seeds: 1,
    },
  ),
  toy(
    'survey-steps-text',
    'golden-steps-text',
    [{ key: 'random', name: 'random weights', model: 'random' }],
    {
      measures: {
        steps: [1, 2],
        questions: 2,
        demonstrations: [1],
        longest: 4,
        voted: 1,
        votes: 2,
        temperature: 1,
      },
      seeds: 1,
    },
  ),
  toy(
    'survey-editing',
    'golden-editing',
    [{ key: 'random', name: 'random weights', model: 'random' }],
    {
      measures: {
        edits: 4,
        neighbours: 3,
        demonstrations: { copy: 1, update: 1, retain: 1 },
        withoutRetain: { copy: 1, update: 2, retain: 0 },
        adapters: { rank: 2, alpha: 4 },
        steps: 2,
        rates: [0.01],
        paraphrasedRate: 0.01,
      },
      seeds: 1,
    },
  ),
  toy(
    'survey-self-instruct',
    'golden-self-instruct',
    [{ key: 'random', name: 'random weights', model: 'random' }],
    {
      measures: {
        text: {
          rounds: 3,
          draws: 2,
          instructionTokens: 4,
          temperature: 1,
          shown: 2,
          instanceDraws: 2,
          instanceTokens: 4,
          each: 4,
          adapters: { rank: 2, alpha: 4 },
          steps: 2,
          batch: 1,
          learningRate: 0.01,
          rows: 2,
        },
        world: {
          rules: 6,
          steps: 1,
          learningRate: 0.001,
          furtherSteps: 1,
          furtherRate: 0.001,
          batch: 1,
          single: 1,
          share: 0.5,
          proposals: 1,
          inputs: 1,
          confident: 0.5,
          asked: 1,
        },
      },
      seeds: 1,
    },
  ),
  toy(
    'survey-retrieval',
    'golden-retrieval',
    [{ key: 'random', name: 'random weights', model: 'random' }],
    {
      measures: {
        passages: {
          passages: 6,
          questions: 2,
          options: 4,
          several: 2,
          texts: 2,
          facts: 3,
          strides: [1, 3],
          queryWords: [2, 5],
          query: 5,
        },
        colours: { pool: 8, shown: [1, 4], beginnings: 4, pairs: 4, strengths: [0.1] },
      },
      seeds: 1,
    },
  ),
  toy('survey-steps', 'golden-steps', ['both', 'direct-4'], {
    size: { width: 8, layers: 1, heads: 2, mlpRatio: 2 },
    training: { steps: 4, batch: 4, lines: 2, longest: 2 },
    ...short,
    measures: {
      steps: [1, 2],
      questions: 4,
      watched: 2,
      voted: 2,
      hard: [2],
      samples: [1, 2],
      temperature: 1,
      demonstrations: 1,
      pool: 4,
      prompts: 1,
      asked: 2,
    },
  }),
  toy(
    'survey-distiller',
    'golden-distiller',
    [{ key: 'random', name: 'random weights', model: 'random' }],
    {
      training: { steps: 4, batch: 2, k: 2, questions: 2, vectors: [1, 2] },
      ...short,
      measures: { k: 2, vectors: [1, 2], tasks: 2, questions: 2 },
    },
  ),
  toy(
    'survey-instruction-tuning',
    'golden-instruction-tuning',
    [
      { key: 'random', name: 'random weights', model: 'random' },
      { key: 'writer', name: 'writer', model: 'random', training: { mix: { written: 1 } } },
    ],
    {
      training: {
        steps: 4,
        batch: 2,
        rules: 4,
        mix: { single: 0.4, instructed: 0.3, plain: 0.3 },
      },
      ...short,
      measures: { questions: 12, watched: 12, k: 2, shown: [1, 2] },
    },
  ),
  toy('iwl-noise', 'golden-sequences', ['noise-1', 'noise-1-context'], {
    ...sequences,
    law: { low: 10 },
  }),
  toy('iwl-stylised', 'golden-gated', ['end-to-end', 'parts-first'], {
    ...sequences,
    law: { low: 10, L: 2 },
  }),
  toy('iwl-glyphs', 'golden-characters', ['base', 'drawings-15'], {
    ...sequences,
    inputs: { from: 'own alphabets', noise: 0.1, drawings: 1 },
    law: { high: 5, low: 10, L: 2 },
  }),
  toy('iwl-cities-real', 'golden-real-cities', ['alone', 'mixed'], {
    model: null,
    begin: null,
    ofEach: 1,
    adapters: { rank: 2, alpha: 4 },
    teaching: { learningRate: 1e-3, batch: 2, steps: [1, 2] },
    seeds: 1,
  }),
  toy('iwl-cities', 'golden-cities', ['model'], {
    model: { size: { width: 8, layers: 1, heads: 1, mlpRatio: 2, maxPositions: 48 } },
    training: { steps: 4, batch: 4 },
    teaching: {
      ...teaching,
      ways: teaching.ways.slice(2),
      ofEach: 1,
      batch: 2,
      steps: [1, 2],
      recovery: [1],
    },
    ...short,
  }),
];
