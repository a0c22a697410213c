/**
 * One permutation test and one error curve for all that answers prompts: numbers, classes, episodes
 * of texts, questions to a language model.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  baselines,
  classifiers,
  core,
  evaluation,
  invicl,
  language,
  metaicl,
  model,
  tasks,
  tf,
} from 'invicl';

import { close, leavesNothing, refused } from '../helpers';

const SIZE = { width: 16, layers: 2, heads: 2 };

/** Larger weights, so that what a model reads can be seen in its answers. */
const enlarged = <M extends { readonly parameters: Readonly<Record<string, tf.Variable>> }>(
  one: M,
  factor = 3,
): M => {
  for (const v of Object.values(one.parameters)) v.assign(v.mul(factor));
  return one;
};

const linear = tasks.linearRegression({ d: 3 });
const ownTasks = metaicl.ownTasks(metaicl.OWN_SETTING.train.slice(0, 3), 40);
const features = new metaicl.TextFeatures(
  ownTasks.flatMap(({ rows }) => rows.map(({ input }) => input)),
  { dims: 8, minTexts: 1 },
);
const episodes = new metaicl.EpisodeSource(ownTasks, features);
const texts = metaicl.ownTasks(metaicl.OWN_SETTING.train.slice(0, 3), 40, 1);
/** Questions about own texts: m of each drawn prompt, with the same examples. */
const questions: evaluation.PromptSource<readonly language.AnsweredQuestion[]> = {
  sample: (random, { B, n, m }) =>
    Array.from({ length: B }).flatMap(() => {
      const { rows } = metaicl.withPlainLabels(texts[random.integer(texts.length)]!);
      const drawn = random.permutation(rows.length).map((i) => rows[i]!);
      return drawn.slice(n, n + m).map((row) => ({ ...row, examples: drawn.slice(0, n) }));
    }),
};
const loaded = language.freshLanguageModel(
  invicl.ownTokenizer(),
  { ...SIZE, mlpRatio: 4, maxPositions: 512 },
  1,
);
enlarged(loaded.model);
const numberModel = (method: model.MethodKey): model.InContextModel =>
  enlarged(new model.InContextModel({ method, layout: 'xy', size: SIZE, d: 3, seed: 1 }));
const episodeModel = (method: model.MethodKey): metaicl.EpisodeModel =>
  enlarged(new metaicl.EpisodeModel({ method, size: SIZE, d: features.size, seed: 2 }), 6);
const scoring = (method: model.MethodKey): language.Scoring => ({
  method: model.METHODS[method],
  template: invicl.OWN_TEMPLATE,
});

/** InvICL moves by round-off only, AR by more. */
function onlyInvICLIsInvariant(
  kind: string,
  largest: Readonly<Record<'invicl' | 'ar', number>>,
): void {
  assert.ok(largest.invicl < 1e-4, `${kind}, InvICL moves by ${largest.invicl}`);
  assert.ok(largest.ar > 1e-3, `${kind}, AR moves by ${largest.ar}`);
}

test('one permutation test for all kinds: InvICL is invariant, AR is not', async (t) => {
  await t.test('numbers, with least squares', () => {
    const prompts = linear.sample(core.stream(1, 'numbers'), { B: 3, n: 4, m: 2 });
    const of = (predictor: model.Predictor): number =>
      evaluation.permutationSensitivity(predictor, prompts).largest;
    onlyInvICLIsInvariant('numbers', {
      invicl: of(numberModel('invicl')),
      ar: of(numberModel('ar')),
    });
    assert.ok(of(baselines.leastSquares) < 1e-4);
  });

  await t.test('classes, with a classifier', () => {
    const prompts = tasks.pairwise().sample(core.stream(1, 'classes'), { B: 3, n: 4, m: 2 });
    const rule = classifiers.nearestMean(2);
    const { largest, errors } = evaluation.permutationSensitivity(
      rule,
      prompts,
      24,
      0,
      classifiers.CLASSES,
    );
    assert.equal(largest, 0);
    close(
      errors,
      errors.map(() => 1 - classifiers.accuracy(rule, prompts)),
      1e-6,
    );
  });

  await t.test('episodes, with the commonest label', () => {
    const given = episodes.sample(core.stream(1, 'episodes'), { B: 3, n: 4, m: 2 });
    const of = (scorer: metaicl.OptionScorer): number =>
      evaluation.permutationSensitivity(
        metaicl.rightOptionProbability(scorer),
        given,
        24,
        0,
        metaicl.EPISODES,
      ).largest;
    onlyInvICLIsInvariant('episodes', {
      invicl: of(episodeModel('invicl')),
      ar: of(episodeModel('ar')),
    });
    assert.ok(of(metaicl.majority) < 1e-6);
    const answers = evaluation.predictionsByOrdering(
      episodeModel('invicl'),
      given,
      evaluation.orderingsOf(4),
      metaicl.EPISODES,
    );
    assert.equal(evaluation.changedAnswers(answers).flat().filter(Boolean).length, 0);
  });

  await t.test('questions to a language model', () => {
    const given = questions.sample(core.stream(1, 'questions'), { B: 2, n: 3, m: 1 });
    const of = (method: model.MethodKey): number =>
      evaluation.permutationSensitivity(
        language.answerProbability(loaded, scoring(method)),
        given,
        24,
        0,
        language.QUESTIONS,
      ).largest;
    onlyInvICLIsInvariant('questions', { invicl: of('invicl'), ar: of('ar') });
  });
});

test('one error curve for all kinds', async (t) => {
  const options = { ns: [1, 2, 4], prompts: 6, tests: 2, seed: 3 };
  const meansOf = (curve: readonly evaluation.CurvePoint[]): number[] =>
    curve.map(({ error }) => error.mean);

  await t.test('numbers need no format, and have the same errors with theirs', () => {
    const curves = evaluation.errorCurves([baselines.leastSquares], linear, options);
    const again = evaluation.errorCurves([baselines.leastSquares], linear, {
      ...options,
      format: model.NUMBERS,
    });
    assert.deepEqual(again, curves);
    assert.ok(curves['least squares']!.at(-1)!.error.mean < 1e-6);
  });

  await t.test('classes: one minus the accuracy', () => {
    const rule = classifiers.nearestMean(2);
    const task = tasks.pairwise();
    const curve = evaluation.errorCurves([rule], task, {
      ...options,
      format: classifiers.CLASSES,
    })[rule.name]!;
    const prompts = task.sample(core.stream(3, 'error curve'), { B: 6, n: 4, m: 2 });
    assert.ok(
      Math.abs(curve.at(-1)!.error.mean - (1 - classifiers.accuracy(rule, prompts))) < 1e-6,
    );
  });

  await t.test('episodes: the share of wrong options, never that of padding', () => {
    const predictors = [metaicl.majority, metaicl.nearestText, episodeModel('invicl')];
    const curves = evaluation.errorCurves(predictors, episodes, {
      ...options,
      format: metaicl.EPISODES,
    });
    for (const { name } of predictors)
      assert.ok(
        meansOf(curves[name]!).every((error) => error >= 0 && error <= 1),
        name,
      );
    const one = episodes.ofOneTask(core.stream(4, 'one'), 3, 2);
    const right = metaicl.optionScorer('right', (given) => given.right.clone());
    const [plain, padded] = [metaicl.asTensors([one]), metaicl.asTensors([one], 5)];
    const errorsOf = (given: metaicl.Episodes): number[] =>
      evaluation.promptErrors(right, given, undefined, metaicl.EPISODES);
    assert.deepEqual([errorsOf(plain), errorsOf(padded)], [[0], [0]]);
  });

  await t.test('questions: the share of wrong options', () => {
    const predictor = language.questionPredictor(loaded, scoring('invicl'));
    const curve = evaluation.errorCurves([predictor], questions, {
      ...options,
      format: language.QUESTIONS,
    })['InvICL']!;
    const given = questions.sample(core.stream(3, 'error curve'), { B: 6, n: 4, m: 2 });
    const scores = language.scoreOptions(loaded.model, loaded.tokenizer, given, scoring('invicl'));
    const wrong = scores.filter(
      (row, i) => given[i]!.options[row.indexOf(Math.max(...row))] !== given[i]!.output,
    );
    assert.equal(curve.at(-1)!.error.count, 12);
    assert.ok(Math.abs(curve.at(-1)!.error.mean - wrong.length / given.length) < 1e-6);
  });
});

test('an ordering for each prompt; what is no ordering is refused; nothing leaks', () => {
  const prompts = linear.sample(core.stream(5, 'each'), { B: 2, n: 3, m: 1 });
  const first = baselines.fromRule('first label', ({ y, T }) => T.map(() => y[0]!));
  const y = prompts.y.arraySync();
  const answers = evaluation.predictionsByOrdering(first, prompts, [
    [2, 0, 1],
    [
      [1, 0, 2],
      [2, 1, 0],
    ],
  ]);
  assert.deepEqual(answers, [
    [y[0]![2], y[1]![2]],
    [y[0]![1], y[1]![2]],
  ]);
  assert.deepEqual(
    evaluation.changedAnswers([
      [1, 2, 3],
      [1, 0, 3],
    ]),
    [[0, 1, 0]],
  );
  refused(() => evaluation.predictionsByOrdering(first, prompts, [[0, 0, 1]]), '0,0,1', 'once');
  const given = episodes.sample(core.stream(1, 'leak'), { B: 2, n: 2, m: 1 });
  const network = episodeModel('invicl');
  leavesNothing(() => evaluation.permutationSensitivity(network, given, 24, 0, metaicl.EPISODES));
  leavesNothing(() =>
    evaluation.errorCurves([network], episodes, {
      ns: [1, 2],
      prompts: 2,
      tests: 1,
      seed: 1,
      format: metaicl.EPISODES,
    }),
  );
});
