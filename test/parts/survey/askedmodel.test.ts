/** A model that ways to choose ask: nothing is scored twice, and passes are those asked for. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, scoring, world } from 'invicl';
import { askedModel } from 'invicl/dist/parts/survey/askedmodel';
import { worldSubjects } from 'invicl/dist/parts/survey/choosingsubjects';
import type { ModelSetting, ModelWay } from 'invicl/dist/parts/survey/modelsetting';
import { MODEL_WAYS } from 'invicl/dist/parts/survey/signalmeasures';

import { close } from '../../helpers';

const exact = (): scoring.QuestionScorer<scoring.WorldQuestion> =>
  scoring.worldScorer(new world.ExactBayes(world.WORLD, {}, world.trainedPrior()));

/** The exact answer, which writes down what it is asked. */
function counting() {
  const asked: string[] = [];
  const own = exact();
  const scorer: scoring.QuestionScorer<scoring.WorldQuestion> = {
    name: 'counting',
    score: (questions, way = scoring.SCORING_WAYS.direct) => {
      for (const question of questions) asked.push(`${way.name} ${JSON.stringify(question)}`);
      return own.score(questions, way);
    },
  };
  const [subject] = worldSubjects('arbitrary', scorer, 1, 24, 4, 0);
  return { asked, subject: subject! };
}

/** What ways are given: 8 candidates, 6 probes, 6 sets of 3. */
function settingOf() {
  const { asked, subject } = counting();
  const setting: ModelSetting<scoring.WorldQuestion> = {
    subject,
    model: askedModel(subject),
    k: 3,
    candidates: [3, 5, 7, 9, 11, 13, 15, 17, 19],
    probes: [0, 2, 4, 6, 8, 10],
    sets: [
      [3, 5, 7],
      [9, 11, 13],
      [15, 17, 19],
      [19, 3, 9],
      [5, 13, 15],
      [7, 11, 17],
    ],
    random: core.stream(0, 'ways'),
  };
  return { asked, setting };
}

const ways = Object.values<ModelWay>(MODEL_WAYS);

/** To round-off. */
const agree = (found: readonly number[], expected: readonly number[]): void =>
  close(found, expected, 1e-9);

test('a prompt is scored once, and its scores are those of the scorer', () => {
  const { asked, subject } = counting();
  const model = askedModel(subject);
  const prompts = [
    { of: 'questions', index: 1, rows: [4, 2] },
    { of: 'pool', index: 1, rows: [4, 2] },
    { of: 'questions', index: 1, rows: [2, 4] },
    { of: 'questions', index: 1, rows: [4, 2] },
  ] as const;
  const found = model.scores(prompts);
  assert.equal(asked.length, 3, 'different prompts, of which the order of rows is a part');
  assert.equal(model.passes(), 3);
  const direct = exact().score([
    subject.askText(subject.questions[1]!.input, [4, 2]),
    subject.askText(subject.pool[1]!.input, [4, 2]),
  ]).scores;
  agree(found[0]!, direct[0]!);
  agree(found[1]!, direct[1]!);
  assert.deepEqual(found[3], found[0]);
  agree(model.probabilities(prompts.slice(0, 1))[0]!, core.softmax(direct[0]!));
  assert.equal(asked.length, 3);
  const way = scoring.SCORING_WAYS.perplexity;
  const whole = exact().score([subject.askText(subject.questions[1]!.input, [4, 2])], way)
    .scores[0]!;
  agree(model.meanLogs(prompts.slice(0, 1)), [(whole[0]! + whole[1]!) / 2]);
  assert.equal(model.passes(), 5, 'one more for each of two options');
  const other = model.uncounted();
  other.scores(prompts);
  assert.equal(other.passes(), 3, 'counted as if nobody had asked before');
  assert.equal(asked.length, 4, 'but not asked again');
});

test('a row of the pool is asked without its label', () => {
  const { subject } = counting();
  const relabelled = { ...subject.askText(subject.pool[2]!.input, [1]) };
  assert.deepEqual(Object.keys(relabelled).sort(), ['context', 'input', 'options']);
  assert.deepEqual(relabelled.context.examples.length, 1);
});

test('each way gives k different rows, and its passes are what the scorer was asked', () => {
  for (const way of ways) {
    const { asked, setting } = settingOf();
    const shown = way.choose(setting);
    const whole = asked.filter((one) => one.startsWith('perplexity')).length;
    assert.equal(
      setting.model.passes(),
      asked.length + whole * (setting.subject.options.length - 1),
      way.name,
    );
    assert.equal(new Set(asked).size, asked.length, `${way.name} asks nothing twice`);
    assert.equal(shown.length, 8);
    const size = way.name === 'no examples' ? 0 : 3;
    for (const rows of shown) assert.equal(new Set(rows).size, size, way.name);
  }
});

test('ways without labels do not read them, and ways of candidates take candidates', () => {
  const { setting } = settingOf();
  // the labels that are read are those of the pool's rows; the model is asked after the same texts
  const { subject } = setting;
  const swapped = subject.pool.map((row) => ({
    ...row,
    output: subject.options.find((one) => one !== row.output)!,
  }));
  const other = { ...setting, subject: { ...subject, pool: swapped } };
  const names = ['mutual information', 'confidence', 'certainty', 'prompt likelihood'];
  for (const way of ways.filter(({ name }) => names.includes(name)))
    assert.deepEqual(way.choose(setting), way.choose(other), way.name);
  for (const name of [...names, 'influence', 'InfoScore', 'InfoScore, search', 'latent concept']) {
    const way = ways.find((one) => one.name === name)!;
    const rows = way.choose(setting).flat();
    assert.ok(
      rows.every((row) => setting.candidates.includes(row)),
      name,
    );
  }
});

test('the set that a signal picks is the best of the sets, worked out from the scorer', () => {
  const { setting } = settingOf();
  const { subject, sets, probes } = setting;
  const confidence = sets.map((set) => {
    const { scores } = exact().score(
      probes.map((row) => subject.askText(subject.pool[row]!.input, set)),
    );
    const most = scores.map((row) => Math.max(...core.softmax(row)));
    return most.reduce((a, b) => a + b, 0) / most.length;
  });
  const best = sets[confidence.indexOf(Math.max(...confidence))]!;
  const way = ways.find(({ name }) => name === 'confidence')!;
  assert.deepEqual(way.choose(setting)[0], best);
  const right = sets.map((set) => {
    const { scores } = exact().score(
      probes.map((row) => subject.askText(subject.pool[row]!.input, set)),
    );
    return scores.filter(
      (row, i) =>
        subject.options[row.indexOf(Math.max(...row))] === subject.pool[probes[i]!]!.output,
    ).length;
  });
  const labelled = ways.find(({ name }) => name === 'best on labelled rows')!;
  assert.deepEqual(labelled.choose(setting)[0], sets[right.indexOf(Math.max(...right))]);
});
