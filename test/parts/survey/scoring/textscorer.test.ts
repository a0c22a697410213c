/** A language model as a scorer, against whole texts that are read token by token. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { language, model, scoring, tf } from 'invicl';
import { allRefused, close, fixture, leavesNothing } from '../../../helpers';

const { SCORING_WAYS: WAYS } = scoring;
const { ar, invicl, prefix, boe } = model.METHODS;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

for (const family of readdirSync(fixture('models'))) {
  const loaded = language.loadLanguageModel(fixture(join('models', family)));
  const { model: lm, tokenizer } = loaded;
  const text = (...tokens: readonly number[]): string => tokenizer.decode(tokens);
  const template: language.Template = {
    style: 'direct',
    between: text(30),
    after: text(31),
    longest: 64,
  };
  const question = (input: string): language.Question => ({
    examples: [
      { input: text(20, 21), output: text(3) },
      { input: text(22), output: text(4) },
    ],
    input,
    options: [text(3), text(4), text(5, 6)],
  });
  const QUESTIONS = [question(text(23, 24)), question(text(25, 26, 27))];

  /** log p of every token of a text but the first, in one pass over the text alone. */
  const tokenLogs = (tokens: readonly number[]): number[] => {
    const batch = language.batchOf(lm, [language.promptOf(lm, ar, [], [tokens])]);
    const logs = tf.tidy(() => tf.logSoftmax(lm.logits(batch)).arraySync() as number[][][]);
    language.disposeBatch(batch);
    return tokens.slice(1).map((word, i) => logs[0]![i]![word]!);
  };
  const partsOf = (
    { examples, input }: language.Question,
    option: string,
    as: language.Template,
  ) => {
    const context = examples.flatMap((one) => language.exampleTokens(tokenizer, one, as));
    const { tokens, scoredFrom } = language.testTokens(tokenizer, input, option, as);
    const logs = tokenLogs([...context, ...tokens]);
    return {
      context: logs.slice(0, context.length - 1),
      line: logs.slice(context.length - 1),
      scoredFrom,
    };
  };
  const eachOption = (
    as: language.Template,
    score: (parts: ReturnType<typeof partsOf>) => number,
  ): number[] =>
    QUESTIONS.flatMap((one) => one.options.map((option) => score(partsOf(one, option, as))));
  const channelOrder: language.Template = { ...template, style: 'channel' };

  test(`${family}, AR: each way is that of the text alone`, () => {
    const scorer = scoring.textScorer(loaded, { template });
    const score = (way: scoring.ScoringWay): number[] => scorer.score(QUESTIONS, way).scores.flat();
    const answer = ({ line, scoredFrom }: ReturnType<typeof partsOf>): number[] =>
      line.slice(scoredFrom);
    close(
      score(WAYS.direct),
      eachOption(template, (p) => sum(answer(p))),
      1e-4,
    );
    close(
      score(WAYS.directMean),
      eachOption(template, (p) => sum(answer(p)) / answer(p).length),
      1e-4,
    );
    close(
      score(WAYS.channel),
      eachOption(channelOrder, (p) => sum(answer(p))),
      1e-4,
    );
    close(
      score(WAYS.channelWithPrior),
      eachOption(channelOrder, (p) => sum(p.line)),
      1e-4,
    );
    close(
      score(WAYS.linePerplexity),
      eachOption(template, ({ line }) => sum(line) / line.length),
      1e-4,
    );
    close(
      score(WAYS.perplexity),
      eachOption(template, ({ line, context }) => {
        const all = [...context, ...line];
        return sum(all) / all.length;
      }),
      1e-4,
    );
    const apart = score(WAYS.perplexity).map((value, i) => value - score(WAYS.linePerplexity)[i]!);
    assert.ok(Math.max(...apart.map(Math.abs)) > 1e-4, 'the context counts');
  });

  test(`${family}: direct and channel are those of language.scoreOptions, under any method`, () => {
    for (const method of [ar, invicl, prefix, boe]) {
      const scorer = scoring.textScorer(loaded, { method, template });
      for (const [way, as, length] of [
        [WAYS.direct, template, 'sum'],
        [WAYS.directMean, template, 'mean'],
        [WAYS.channel, channelOrder, 'sum'],
      ] as const)
        close(
          scorer.score(QUESTIONS, way).scores.flat(),
          language.scoreOptions(lm, tokenizer, QUESTIONS, { method, template: as, length }).flat(),
          1e-4,
          `${method.name}, ${way.name}`,
        );
    }
  });

  test(`${family}, InvICL: perplexity is that of second copies, and knows no order`, () => {
    const scorer = scoring.textScorer(loaded, { method: invicl, template });
    const [{ examples, input, options }] = QUESTIONS as [language.Question];
    const shown = examples.map((one) => language.exampleTokens(tokenizer, one, template));
    const expected = options.map((option) => {
      const { tokens } = language.testTokens(tokenizer, input, option, template);
      const prompt = language.promptOf(lm, invicl, shown, [tokens]);
      const batch = language.batchOf(lm, [prompt]);
      const logs = tf.tidy(() => tf.logSoftmax(lm.logits(batch)).arraySync() as number[][][]);
      language.disposeBatch(batch);
      const scored = prompt.layout.tokens.flatMap(({ block: { part }, offset }, t) =>
        part !== 'first' && offset > 0 ? [logs[0]![t - 1]![prompt.tokens[t]!]!] : [],
      );
      return sum(scored) / scored.length;
    });
    close(scorer.score([QUESTIONS[0]!], WAYS.perplexity).scores[0]!, expected, 1e-4);
    const turned = { ...QUESTIONS[0]!, examples: [...examples].reverse() };
    close(scorer.score([turned], WAYS.perplexity).scores[0]!, expected, 1e-4);
  });
}

const loaded = language.loadLanguageModel(fixture(join('models', 'gpt2')));
const text = (...tokens: readonly number[]): string => loaded.tokenizer.decode(tokens);
const template: language.Template = {
  style: 'direct',
  between: text(30),
  after: text(31),
  longest: 8,
};
const asked = (n: number, ...input: readonly number[]): language.Question => ({
  examples: Array.from({ length: n }, (_, i) => ({ input: text(20 + i), output: text(3) })),
  input: text(...input),
  options: [text(3), text(4)],
});

test('a context is read once for all questions, and options that begin alike share a run', () => {
  const scorer = scoring.textScorer(loaded, { template });
  const questions = [asked(2, 25, 26), asked(2, 27, 28), asked(1, 25, 26)];
  const { tokens: example } = { tokens: 4 }; // input, between, output, after
  const { cost } = scorer.score(questions, WAYS.direct);
  // contexts of 2 and of 1 example, and input and between of each question once
  assert.deepEqual(cost, { passes: 2 + 3, tokens: 3 * example + 3 * 3 });
  const channel = scorer.score(questions, WAYS.channel).cost;
  // for each option: the label, between, and all but the last token of the input
  assert.deepEqual(channel, { passes: 2 + 6, tokens: 3 * example + 6 * 3 });
  const whole = scorer.score(questions, WAYS.perplexity).cost;
  assert.deepEqual(whole, { passes: 2 + 2 + 3, tokens: 2 * 3 * example + 3 * 3 });
});

test('inputs in channel order are cut alike, however long their labels are', () => {
  const scorer = scoring.textScorer(loaded, { template: { ...template, longest: 6 } });
  const long = { ...asked(0, 20, 21, 22, 23, 24), options: [text(3), text(4, 5, 6)] };
  const { scores } = scorer.score([long], WAYS.channel);
  const shorter = { ...long, input: text(20, 21) };
  // the longest label and what follows it leave two tokens of the input
  close(scores.flat(), scorer.score([shorter], WAYS.channel).scores.flat(), 1e-5);
});

test('without examples and without a beginning the first token is given', () => {
  const scorer = scoring.textScorer(loaded, { template });
  const question = asked(0, 25, 26);
  const { scores, cost } = scorer.score([question], WAYS.perplexity);
  close(scores[0]!, scorer.score([question], WAYS.linePerplexity).scores[0]!, 1e-6);
  assert.equal(cost.passes, 1);
  const begun = scoring.textScorer(loaded, { template: { ...template, begin: text(32) } });
  const [prior, bare] = [WAYS.channelWithPrior, WAYS.channel].map(
    (way) => begun.score([question], way).scores[0]!,
  );
  assert.ok(
    prior!.every((score, k) => score < bare![k]! - 1e-3),
    'the label has a probability',
  );
});

test('no tensor is left, and what cannot be scored is refused', async (t) => {
  const questions = [asked(2, 25, 26), asked(1, 25)];
  leavesNothing(() => {
    for (const way of Object.values(WAYS))
      scoring.textScorer(loaded, { template }).score(questions, way);
  });
  const wrong = <T>(value: unknown): T => value as T;
  const under =
    (method: model.Method, way: scoring.ScoringWay, all = questions) =>
    () =>
      scoring.textScorer(loaded, { method, template }).score(all, way);
  await allRefused(t, [
    [() => scoring.textScorer(wrong({})), 'model'],
    [() => scoring.textScorer(loaded, wrong({ mask: 1 })), "'mask'"],
    [() => scoring.textScorer(loaded, { method: wrong(null) }), 'method'],
    [() => scoring.textScorer(loaded, { template: wrong({}) }), 'template'],
    [under(prefix, WAYS.perplexity), 'Prefix', 'linePerplexity'],
    [under(invicl, WAYS.channelWithPrior), 'InvICL', 'without prior'],
    [under(ar, WAYS.channelWithPrior, [asked(0, 25)]), 'Nothing stands before', "'begin'"],
    [under(model.METHODS.saicl, WAYS.direct), 'SAICL', 'scoreOptions'],
    [under(ar, WAYS.direct, wrong([{}])), 'Examples'],
  ]);
});
