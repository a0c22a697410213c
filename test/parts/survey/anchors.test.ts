/**
 * Label words as anchors: their places by the tokens that stand there, saliency by finite differences,
 * isolated and kept tokens by masks, weights that are learned, states that are exchanged.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, evaluation, language, mechanisms, model, small, tf, world } from 'invicl';

import { close, leavesNothing, refused } from '../../helpers';

const WORDS = 'a b c d e f g is good bad . fine no'.split(' ');
const SIZE = { width: 16, layers: 3, heads: 2, mlpRatio: 2, maxPositions: 64 };
const loaded = language.freshLanguageModel(
  language.tokenizerOf(language.wordTokenizerJson(WORDS), 'words of a test'),
  SIZE,
  4,
);
const TEMPLATE = { style: 'direct', between: ' is ', after: ' .', longest: 16 } as const;
const QUESTION: language.Question = {
  examples: [
    { input: 'a b c', output: 'good' },
    { input: 'd e', output: 'bad' },
    { input: 'f a', output: 'good' },
  ],
  input: 'b d f',
  options: ['bad', 'good'],
};
const run = mechanisms.textRun(loaded, QUESTION, TEMPLATE);

/** The tokens of the whole prompt. */
const tokensOf = (question: language.Question): number[] =>
  loaded.tokenizer.encode(
    [
      ...question.examples.map(({ input, output }) => `${input} is ${output} .`),
      `${question.input} is`,
    ].join(' '),
  );

/** Larger weights than fresh ones, so that attention matters. */
for (const [name, weight] of Object.entries(loaded.model.parameters))
  if (!name.includes('norm')) tf.tidy(() => weight.assign(weight.mul(12)));

test('anchors stand at the labels, and options are scored as everywhere', () => {
  const tokens = tokensOf(QUESTION);
  assert.equal(run.length, tokens.length);
  assert.equal(run.target, tokens.length - 1);
  assert.deepEqual(
    run.anchors.map(({ at }) => tokens[at]),
    QUESTION.examples.map(({ output }) => loaded.tokenizer.encode(output)[0]),
  );
  assert.deepEqual(
    run.anchors.map(({ option }) => QUESTION.options[option]),
    QUESTION.examples.map(({ output }) => output),
  );
  assert.deepEqual(
    run.inputs.map((place) => tokens[place]),
    QUESTION.examples.flatMap(({ input }) => loaded.tokenizer.encode(input)),
  );
  const [scores] = language.scoreOptions(loaded.model, loaded.tokenizer, [QUESTION], {
    method: model.METHODS.ar,
    template: TEMPLATE,
    length: 'sum',
  });
  const [bad, good] = mechanisms.optionLogs(run) as [number, number];
  close([bad - good], [scores![0]! - scores![1]!], 1e-4); // both after the same 'is'
  const [likeliest] = mechanisms.topTokens(run, 1);
  const logits = tf.tidy(() => [...run.logits().dataSync()]);
  assert.equal(logits.indexOf(Math.max(...logits)), likeliest);
  leavesNothing(() => {
    const other = mechanisms.textRun(loaded, QUESTION, TEMPLATE);
    mechanisms.optionLogs(other);
    other.dispose();
  });
});

test('saliency is what a small change of attention does to the loss, summed over heads', () => {
  const saliency = mechanisms.attentionSaliency(run, 1);
  assert.deepEqual([saliency.length, saliency[0]!.length], [3, run.length]);
  const lossAt = (layer: number, i: number, j: number, by: number): number => {
    const T = run.length;
    const mask = tf.buffer([1, 1, T, T]);
    for (let r = 0; r < T; r++) for (let c = 0; c < T; c++) mask.set(1, 0, 0, r, c);
    mask.set(1 + by, 0, 0, i, j);
    const factor = mask.toTensor();
    const logs = mechanisms.optionLogs(run, (name, value) =>
      name === `blocks.${layer}.attention.weights` ? value.mul(factor) : undefined,
    );
    factor.dispose();
    return -logs[1]!;
  };
  let seen = 0;
  for (const layer of [0, 1, 2])
    for (const [i, j] of [
      [run.target, run.anchors[0]!.at],
      [run.target, run.anchors[2]!.at],
      [run.anchors[1]!.at, 5],
      [run.target, 0],
    ] as const) {
      const found = saliency[layer]![i]![j]!;
      const slope = (lossAt(layer, i, j, 0.05) - lossAt(layer, i, j, -0.05)) / 0.1;
      close([Math.abs(slope)], [found], 2e-3 + 0.05 * found, `layer ${layer}, ${i} to ${j}`);
      if (found > 0.01) seen++;
    }
  assert.ok(seen > 3, 'some attention should matter');
  for (const rows of saliency)
    rows.forEach((row, i) => assert.ok(row.slice(i + 1).every((value) => value === 0)));
  leavesNothing(() => void mechanisms.attentionSaliency(run, 0));
});

test('flows are means over words to labels, labels to target, and the rest', () => {
  const T = 5;
  const rows = Array.from({ length: T }, (_, i) => Array.from({ length: T }, (_, j) => 10 * i + j));
  const flow = mechanisms.informationFlow(rows, [1, 3], 4);
  assert.deepEqual(flow, {
    toLabels: (10 + 30 + 31 + 32) / 4,
    toTarget: (41 + 43) / 2,
    others: (20 + 21 + 40 + 42) / 4,
  });
  refused(() => mechanisms.informationFlow(rows, [0], 4), /a kind without pairs/);
  refused(() => mechanisms.informationFlow(rows.slice(1), [1], 3), /5 columns/);
});

test('an isolated token attends to itself as before, and to nothing else', () => {
  const weights = Array.from({ length: 4 }, (_, i) =>
    Array.from({ length: 4 }, (_, j) => (j <= i ? 0.1 + i + j / 10 : 0)),
  );
  const hook = mechanisms.isolating([1, 3], [2]);
  const after = (layer: number): number[][] =>
    tf.tidy(() => {
      const value = tf.tensor4d([[weights, weights]]);
      const changed = hook(`blocks.${layer}.attention.weights`, value);
      return changed ? (changed.arraySync() as number[][][][])[0]![1]! : [];
    });
  const due = weights.map((row, i) => row.map((w, j) => ([1, 3].includes(i) && i !== j ? 0 : w)));
  after(2).forEach((row, i) => close(row, due[i]!, 1e-6));
  assert.deepEqual(after(1), []);
  assert.ok(
    Math.abs(
      mechanisms.optionLogs(run, mechanisms.isolating([run.anchors[2]!.at], [0, 1, 2]))[0]! -
        mechanisms.optionLogs(run)[0]!,
    ) > 1e-4,
  );
  refused(
    () => mechanisms.optionLogs(run, mechanisms.isolating([99], [0])),
    /Token 99 of a prompt/,
  );
  assert.equal(
    mechanisms.labelLoyalty(
      [
        [0, 1],
        [2, 1],
      ],
      [
        [0, 3],
        [0, 1],
      ],
    ),
    0.5,
  );
  assert.equal(mechanisms.wordLoyalty([1, 2, 3], [3, 4, 1]), 2 / 4);
  refused(() => mechanisms.labelLoyalty([[1]], [[1], [2]]), /1 questions .* of 2/);
});

test('attention to label words gives scores, and areas under their curves', () => {
  const attention = mechanisms.anchorAttention(run);
  assert.deepEqual([attention.length, attention[0]!.length, attention[0]![0]!.length], [3, 2, 3]);
  tf.tidy(() => {
    run.logits((name, value) => {
      if (name !== 'blocks.1.attention.weights') return;
      const row = value.slice([0, 1, run.target, 0], [1, 1, 1, -1]).dataSync();
      close(
        attention[1]![1]!,
        run.anchors.map(({ at }) => row[at]!),
        1e-7,
      );
    });
  });
  assert.deepEqual(mechanisms.anchorScores([1, 2, 4], [1, 0, 1], 2), [2, 5]);
  refused(() => mechanisms.anchorScores([1, 2], [1], 2), /given with 1 options/);
  const random = core.stream(3, 'areas');
  const scores = Array.from({ length: 30 }, () => Math.round(6 * random.uniform()));
  const positive = scores.map((score) => random.uniform() < 0.2 + 0.1 * score);
  const pairs = scores.flatMap((a, i) =>
    scores.flatMap((b, j) =>
      positive[i]! && !positive[j]! ? [a > b ? 1 : a === b ? 0.5 : 0] : [],
    ),
  );
  close([evaluation.areaUnderCurve(scores, positive)], [evaluation.mean(pairs)], 1e-12);
  refused(() => evaluation.areaUnderCurve([1, 2], [true, true]), /2 are positive/);
  const rows = [
    [3, 0],
    [2, 1],
    [1, 5],
  ];
  assert.equal(mechanisms.optionAreas(rows, [0, 0, 1]), 1);
  assert.equal(mechanisms.optionAreas(rows, [1, 1, 1]), 0.5);
  refused(() => mechanisms.optionAreas(rows, [0, 1]), /3 questions have 2 answers/);
});

test('weights of 0 change nothing, and learned ones make right answers more probable', () => {
  const zero = run.anchors.map(() => 0);
  const weights = [0, 1, 2].map(() => [zero, zero]);
  close(
    mechanisms.optionLogs(run, mechanisms.reweighting(weights, run)),
    mechanisms.optionLogs(run),
    1e-5,
  );
  const cutOff = [0, 1, 2].map(() => [0, 1].map(() => zero.map((_, k) => (k === 0 ? -40 : 0))));
  const byHand = mechanisms.optionLogs(run, (name, value) => {
    if (!name.endsWith('attention.weights')) return undefined;
    const kept = tf.buffer(value.shape as [number, number, number, number]);
    value.bufferSync();
    const data = value.arraySync() as number[][][][];
    data.forEach((heads, b) =>
      heads.forEach((own, h) =>
        own.forEach((row, i) =>
          row.forEach((share, j) =>
            kept.set(i === run.target && j === run.anchors[0]!.at ? 0 : share, b, h, i, j),
          ),
        ),
      ),
    );
    return kept.toTensor();
  });
  close(mechanisms.optionLogs(run, mechanisms.reweighting(cutOff, run)), byHand, 1e-5);
  const other = mechanisms.textRun(loaded, { ...QUESTION, input: 'c g' }, TEMPLATE);
  const runs = [run, other];
  const right = [0, 1];
  const lossOf = (given?: mechanisms.AnchorWeights): number =>
    evaluation.mean(
      runs.map((one, q) => {
        const logs = mechanisms.optionLogs(one, given && mechanisms.reweighting(given, one));
        return -Math.log(core.softmax(logs)[right[q]!]!);
      }),
    );
  let learned: number[][][] = [];
  leavesNothing(() => {
    learned = mechanisms.learnedWeights(runs, right, { rounds: 20, learningRate: 0.1 });
  });
  assert.ok(lossOf(learned) < lossOf() - 0.01, `${lossOf(learned)} of ${lossOf()}`);
  other.dispose();
  refused(() => mechanisms.reweighting(weights.slice(1), run), /Weights \[2, 2, 3\]/);
  refused(() => mechanisms.learnedWeights([run], []), /1 runs with 0 answers/);
});

test('a kept context is one whose other tokens nobody reads', () => {
  const examples = QUESTION.examples.map((one) =>
    language.exampleTokens(loaded.tokenizer, one, TEMPLATE),
  );
  const context = language.readContext(
    loaded.model,
    model.METHODS.ar,
    examples,
    new language.ReadCache(),
    [],
  );
  const count = examples.flat().length;
  const option = language.testTokens(loaded.tokenizer, QUESTION.input, 'good', TEMPLATE);
  const scored = (one: language.ReadContext): number =>
    language.testScores(loaded.model, one, [option])[0]!;
  const all = mechanisms.keptTokens(
    context,
    Array.from({ length: count }, (_, i) => i),
  );
  close([scored(all)], [scored(context)], 1e-5);
  const places = run.anchors.map(({ at }) => at);
  const few = mechanisms.keptTokens(context, places);
  const prompt = language.promptOf(loaded.model, model.METHODS.ar, examples, [option.tokens]);
  const mask = prompt.layout.mask.map((row, i) =>
    row.map((may, j) => may && (i < count || j >= count || places.includes(j))),
  );
  const batch = language.batchOf(loaded.model, [{ ...prompt, layout: { ...prompt.layout, mask } }]);
  const due = tf.tidy(() => {
    const logs = tf.logSoftmax(loaded.model.logits(batch)); // [1, T, V]
    const rows = logs.arraySync()[0]!;
    return option.tokens
      .slice(option.scoredFrom)
      .reduce((sum, word, i) => sum + rows[count + option.scoredFrom + i - 1]![word]!, 0);
  });
  close([scored(few)], [due], 1e-4);
  language.disposeBatch(batch);
  for (const one of [all, few, context]) language.disposeCache(one.cache);
  const empty = language.readContext(
    loaded.model,
    model.METHODS.ar,
    [],
    new language.ReadCache(),
    [],
  );
  refused(() => mechanisms.keptTokens(empty, [0]), /places of tokens that are kept/);
});

test('a state in its own place changes nothing, and that of the last layer is the answer', () => {
  const states = mechanisms.targetStates(run);
  assert.deepEqual([states.length, states[0]!.length], [3, 16]);
  const own = mechanisms.patchedState(states[1]!, 1, run.target);
  close(mechanisms.optionLogs(run, own), mechanisms.optionLogs(run), 1e-5);
  const alone = mechanisms.textRun(loaded, { ...QUESTION, examples: [] }, TEMPLATE);
  const last = mechanisms.patchedState(states[2]!, 2, alone.target);
  close(mechanisms.optionLogs(alone, last), mechanisms.optionLogs(run), 1e-5);
  refused(
    () => mechanisms.optionLogs(run, mechanisms.patchedState([1, 2], 0, 0)),
    /A state of 2 numbers/,
  );
  alone.dispose();
});

test('the small model is asked as by smallLogAnswers', () => {
  const network = new small.SmallModel({
    size: { width: 8, layers: 2, heads: 2, mlpRatio: 1, maxPositions: 1 },
    seed: 1,
    smearedKeys: true,
    alignedStart: true,
  });
  const task = world.namedTask(world.RULES[0]!, 'natural');
  const random = core.stream(2, 'anchors of TaskWorld');
  const examples = world.drawExamples(random, task, [0, 1, 1]);
  const question = { context: { examples }, input: world.drawInput(random, task.rule, 1) };
  const asked = mechanisms.smallRun(network, question, task.labels);
  const [answers] = small.smallLogAnswers(network, model.METHODS.ar, [question]);
  close(
    mechanisms.optionLogs(asked),
    task.labels.map((label) => answers![world.labelIndex(label)]!),
    1e-5,
  );
  const layout = small.documentLayout(model.METHODS.ar, 3, 1);
  const { header, lines } = world.contextDocument(question.context);
  const all = world.documentTokens({ header, lines: [...lines, lines[0]!] });
  assert.deepEqual(
    asked.anchors.map(({ at }) => world.VOCABULARY[all[layout.source[at]!]!]),
    examples.map(({ label }) => label),
  );
  assert.deepEqual(
    asked.inputs.map((place) => world.VOCABULARY[all[layout.source[place]!]!]),
    examples.flatMap(({ input }) => input.map((word) => world.WORDS[word])),
  );
  small.disposeLayout(layout);
  refused(() => mechanisms.smallRun(network, question, ['foo', 'bar']), /is no option/);
  asked.dispose();
  network.dispose();
});

test('prompts without anchors to look at are refused', () => {
  refused(
    () => mechanisms.textRun(loaded, { ...QUESTION, options: ['good', 'good bad'] }, TEMPLATE),
    /not told apart by one token/,
  );
  refused(
    () => mechanisms.textRun(loaded, { ...QUESTION, options: ['fine', 'no'] }, TEMPLATE),
    /The output 'good' of a demonstration is no option/,
  );
  refused(
    () => mechanisms.textRun(loaded, QUESTION, { ...TEMPLATE, style: 'channel' }),
    /in the style 'channel'/,
  );
  const alone = mechanisms.textRun(loaded, { ...QUESTION, examples: [] }, TEMPLATE);
  refused(() => mechanisms.anchorAttention(alone), /without demonstrations/);
  alone.dispose();
});
