/** Adapted models, and how the suites of adapters train them. */
import { join } from 'node:path';

import { core, language, metaicl, model, tf } from 'invicl';

import { fixture } from '../helpers';

export const FAMILIES = ['gpt2', 'gpt_neo', 'gpt_neox', 'llama'] as const;
export const METHODS = ['ar', 'prefix', 'boe', 'pcw', 'invicl', 'inviclOwnPlaces'] as const;
export const EXAMPLES = [
  [20, 31, 45],
  [50, 61],
  [33, 9],
];
export const TEST = [25, 90, 17];

export const plainOf = (family: string): language.LanguageModel =>
  language.loadLanguageModel(fixture(join('models', family))).model;

/** All matrices that a family has. */
export const targetsOf = (family: string): model.AdapterTarget[] => [
  ...(['query', 'key', 'value', 'output', 'up', 'down'] as const),
  ...(family === 'llama' ? (['gate'] as const) : []),
];

/** Gives the factors B, which begin as 0, random numbers. */
export function moved(adapted: language.AdaptedModel): language.AdaptedModel {
  for (const [name, variable] of Object.entries(adapted.trainable))
    tf.tidy(() => {
      const numbers = core.stream(1, name).normals(variable.size, 0.1);
      variable.assign(tf.tensor(numbers, variable.shape));
    });
  return adapted;
}

/** Final states of a prompt under a method. */
export function finalsOf(lm: language.LanguageModel, key: model.MethodKey): Float32Array {
  const method = model.METHODS[key];
  const batch = language.batchOf(lm, [language.promptOf(lm, method, EXAMPLES, [TEST])]);
  const finals = lm.finals(batch);
  const values = finals.dataSync<'float32'>();
  tf.dispose(finals);
  language.disposeBatch(batch);
  return values;
}

/** Scores over a context that was read once. */
export function scoresOf(lm: language.LanguageModel, key: model.MethodKey): number[] {
  const context = language.readContext(lm, model.METHODS[key], EXAMPLES);
  const scores = language.testScores(lm, context, [{ tokens: TEST, scoredFrom: 1 }]);
  language.disposeCache(context.cache);
  return scores;
}

export const TASKS = metaicl.ownTasks(metaicl.OWN_SETTING.train.slice(0, 4), 40, 1);
export const TEXTS = TASKS.flatMap(({ rows }) => rows);
export const WORDS = new Set(TEXTS.flatMap(({ input, output }) => [...input.split(' '), output]));
export const TOKENIZER = language.tokenizerOf(
  language.wordTokenizerJson([...WORDS].sort()),
  'words',
);
export const TEMPLATE: language.Template = {
  style: 'direct',
  between: '\n',
  after: '\n',
  longest: 40,
};
export const CONFIG: language.LanguageModelConfig = {
  ...{ family: 'llama', vocabulary: TOKENIZER.vocabulary, local: null, tied: true, end: null },
  size: { width: 24, layers: 2, heads: 6, mlpRatio: 40 / 24, maxPositions: 128 },
  architecture: {
    ...{ parallel: false, gelu: null, rotary: { dims: 4, base: 1000 } },
    ...{ norm: 'rms', biases: false, keyHeads: 2 },
  },
};
export const RUN = { steps: 12, batch: 4, n: 2, tests: 1, logEvery: 1, learningRate: 0.02 };

export const trainerOf = (
  lm: language.LanguageModel,
  key: model.MethodKey,
  given: Partial<metaicl.TextTraining> = {},
  options: core.CompileOptions = {},
): metaicl.TextTrainer =>
  new metaicl.TextTrainer(
    { model: lm, tokenizer: TOKENIZER },
    model.METHODS[key],
    TASKS,
    { ...RUN, ...given },
    TEMPLATE,
    options,
  );

export const numbersOf = (weights: model.Parameters): number[][] =>
  Object.values(weights).map((weight) => [...weight.dataSync()]);
