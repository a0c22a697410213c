/** The small model as a scorer: lines by their tokens, one after the other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, model, scoring, small, tf, world } from 'invicl';
import { allRefused, close, leavesNothing, refused } from '../../../helpers';

const { SCORING_WAYS: WAYS } = scoring;
const { ar, invicl, prefix } = model.METHODS;
const network = new small.SmallModel({
  size: { width: 16, layers: 2, heads: 4, mlpRatio: 2, maxPositions: 1 },
  seed: 5,
  smearedKeys: true,
  alignedStart: true,
});
const TASK = world.namedTask(world.RULES[4]!, 'natural');
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function questions(k: number, count = 3): scoring.WorldQuestion[] {
  const random = core.stream(1, 'questions of the small scorer');
  const examples = world.drawExamples(random, TASK, k);
  return Array.from({ length: count }, (_, i) => ({
    context: { examples },
    input: world.drawInput(random, TASK.rule, (i % 2) as 0 | 1),
    options: [...TASK.labels, 'foo'],
  }));
}

/**
 * log p of the token at a place of the document, read out where the token before stands, while the
 * token itself and the rest of its line are replaced: what is predicted was not read.
 */
function stepwise(
  method: model.Method,
  { context, input }: scoring.WorldQuestion,
  label: string,
  template: string,
  place: number,
): number {
  const k = context.examples.length;
  const layout = small.documentLayout(method, k, 1);
  const { header, lines } = world.contextDocument(
    { examples: [...context.examples, { input: input!, label }] },
    template,
  );
  const all = world.documentTokens({ header, lines });
  const end = place + 6 - ((place - 4) % 6);
  const hidden = all.map((token, i) => (i >= place && i < end ? 0 : token));
  // the copy whose predictions count: the last with this source
  const row = layout.source.lastIndexOf(place - 1);
  const value = tf.tidy(() => {
    const tokens = tf.tensor2d([layout.source.map((from) => hidden[from]!)], undefined, 'int32');
    const logs = tf.logSoftmax(network.logits(tokens, layout)).arraySync() as number[][][];
    return logs[0]![row]![all[place]!]!;
  });
  small.disposeLayout(layout);
  return value;
}

test('tokens of lines are predicted by those before them, under each method', () => {
  const k = 2;
  const [question] = questions(k, 1);
  for (const [method, template] of [
    [ar, '->'],
    [ar, world.MARKS.channel],
    [invicl, 'is'],
    [prefix, '->'],
  ] as const) {
    const label = TASK.labels[1];
    const asked = [{ ...question!, label }].map(({ options: _, ...line }) => line);
    const { context, line } = small.smallLogLines(network, method, asked, template);
    const skip = method === ar ? 0 : 1;
    const places = (from: number): number[] => [0, 1, 2, 3, 4, 5].slice(skip).map((i) => from + i);
    const expected = (of: readonly number[]): number[] =>
      of.map((place) => stepwise(method, question!, label, template, place));
    close(line[0]!, expected(places(4 + 6 * k)), 1e-5, `${method.name}, line`);
    const examples = method === prefix ? [] : [0, 1].flatMap((i) => places(4 + 6 * i));
    close(context[0]!, expected(examples), 1e-5, `${method.name}, context`);
  }
});

test('the ways are sums and means of these tokens', () => {
  const asked = questions(2);
  const scorer = scoring.smallScorer(network, ar);
  const lines = asked.flatMap(({ options, ...rest }) =>
    options.map((label) => ({ ...rest, label })),
  );
  const direct = small.smallLogLines(network, ar, lines);
  const channel = small.smallLogLines(network, ar, lines, world.MARKS.channel);
  const score = (way: scoring.ScoringWay): number[] => scorer.score(asked, way).scores.flat();
  close(
    score(WAYS.direct),
    direct.line.map((row) => row[4]!),
    1e-5,
  );
  close(
    score(WAYS.linePerplexity),
    direct.line.map((row) => sum(row) / 6),
    1e-6,
  );
  close(
    score(WAYS.perplexity),
    direct.line.map((row, i) => (sum(row) + sum(direct.context[i]!)) / 18),
    1e-6,
  );
  close(
    score(WAYS.channel),
    channel.line.map((row) => sum(row.slice(2, 5))),
    1e-5,
  );
  close(
    score(WAYS.channelWithPrior),
    channel.line.map((row) => sum(row.slice(0, 5))),
    1e-5,
  );
  const probabilities = small.smallAnswers(network, ar, asked);
  close(
    score(WAYS.direct).map(Math.exp),
    asked.flatMap(({ options }, q) =>
      options.map((label) => probabilities[q]![world.labelIndex(label)]!),
    ),
    1e-6,
  );
});

test('InvICL scores alike in every order of the examples, in each way that it has', () => {
  const asked = questions(4);
  const turned = asked.map((question) => ({
    ...question,
    context: { examples: [...question.context.examples].reverse() },
  }));
  for (const way of [WAYS.direct, WAYS.perplexity, WAYS.linePerplexity, WAYS.channel]) {
    const [a, b] = [asked, turned].map((all) =>
      scoring.smallScorer(network, invicl).score(all, way).scores.flat(),
    );
    close(a!, b!, 1e-5, way.name);
    const [c, d] = [asked, turned].map((all) =>
      scoring.smallScorer(network, ar).score(all, way).scores.flat(),
    );
    const apart = Math.max(...c!.map((value, i) => Math.abs(value - d![i]!)));
    assert.ok(apart > 1e-4, `AR, ${way.name}: ${apart}`);
  }
});

test('questions with unequal numbers of examples keep their places, and cost what they read', () => {
  const [one] = questions(1, 1);
  const [three] = questions(3, 1);
  const scorer = scoring.smallScorer(network, ar);
  for (const way of Object.values(WAYS)) {
    const together = scorer.score([one!, three!, one!], way);
    const apart = [one!, three!, one!].map((question) => scorer.score([question], way).scores[0]!);
    close(together.scores.flat(), apart.flat(), 1e-6, way.name);
    const passes = way.kind === 'direct' ? 1 : 3;
    assert.deepEqual(together.cost, { passes: 3 * passes, tokens: passes * (16 + 28 + 16) });
  }
  const { cost } = scoring.smallScorer(network, invicl).score([three!], WAYS.channel);
  assert.deepEqual(cost, { passes: 3, tokens: 3 * (4 + 6 * 7) }, 'examples are read twice');
});

test('a question without content is asked with blanks', () => {
  const [question] = questions(2, 1);
  const none = { ...question!, input: null };
  const layout = small.documentLayout(ar, 2, 1);
  const { header, lines } = world.contextDocument(question!.context);
  const blank = ['_', '_', '_', '->', 'good', '\n'];
  const tokens = world.documentTokens({ header, lines: [...lines, blank] });
  const logs = tf.tidy(
    () =>
      tf
        .logSoftmax(network.logits(tf.tensor2d([tokens], undefined, 'int32'), layout))
        .arraySync() as number[][][],
  );
  small.disposeLayout(layout);
  const expected = none.options.map((label) => logs[0]![19]![world.tokenIndex(label)]!);
  close(scoring.smallScorer(network, ar).score([none]).scores[0]!, expected, 1e-5);
  const line = small.smallLogLines(network, ar, [{ ...none, label: 'good' }]).line[0]!;
  const own = blank.map((word, i) => logs[0]![15 + i]![world.tokenIndex(word)]!);
  close(line, own, 1e-5);
});

test('scoring leaves no tensor, also where it is refused', async (t) => {
  const asked = questions(2);
  const channel = world.MARKS.channel;
  leavesNothing(() => {
    for (const way of Object.values(WAYS)) scoring.smallScorer(network, ar).score(asked, way);
    refused(() => small.smallAnswers(network, ar, asked, 'magic'), 'template', "'magic'");
    refused(() => small.smallAnswers(network, ar, asked, channel), 'template', "'describes'");
    refused(
      () => small.smallLogLines(network, ar, [{ ...asked[0]!, label: 'good' }], 'magic'),
      "'magic'",
    );
    refused(() => small.smallLogLines(network, ar, [{ ...asked[0]!, label: 'nice' }]), "'nice'");
  });
  const wrong = <T>(value: unknown): T => value as T;
  const under = (method: model.Method, way: scoring.ScoringWay) => () =>
    scoring.smallScorer(network, method).score(asked, way);
  await allRefused(t, [
    [() => scoring.smallScorer(wrong({}), ar), 'small.SmallModel'],
    [() => scoring.smallScorer(network, wrong(null)), 'method', 'null'],
    [() => scoring.smallScorer(network, ar, channel), 'template', "'describes'"],
    [under(prefix, WAYS.perplexity), 'Prefix', 'read before', 'linePerplexity'],
    [under(invicl, WAYS.channelWithPrior), 'InvICL', 'first token', 'AR'],
    [
      () =>
        small.smallLogLines(network, ar, [
          { ...questions(1)[0]!, label: 'good' },
          { ...questions(2)[0]!, label: 'good' },
        ]),
      'unequal',
    ],
  ]);
});
