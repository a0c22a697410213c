/** Many texts gone on with at once: as one by one, and as without keys and values of earlier tokens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, language, model, steps, tf } from 'invicl';
import { allRefused, close, leavesNothing } from '../../../helpers';

const SIZE = { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 40 };
const network = steps.freshStepsModel({ size: SIZE, seed: 1 });
const toy = new steps.StepsLanguage(0);
const questions = (count: number, length = 2): steps.StepsQuestion[] => {
  const random = core.stream(2, 'asked', length);
  return Array.from({ length: count }, () => steps.drawStepsQuestion(toy, random, length));
};
const texts = (count: number, length?: number): number[][] =>
  questions(count, length).map((question) => steps.stepsQuestionTokens(question));

/** By the definition: the whole text is read again for each token. */
function scoresAfter(text: readonly number[]): number[] {
  const T = text.length;
  return tf.tidy(() => {
    const logits = network.logits({
      tokens: tf.tensor2d([...text], [1, T], 'int32'),
      positions: tf.tensor2d([...text.keys()], [1, T], 'int32'),
      bias: model.maskBias(text.map((_, r) => text.map((__, c) => c <= r))).reshape([1, 1, T, T]),
    });
    return [...logits.slice([0, T - 1, 0], [1, 1, -1]).dataSync()];
  });
}

test('each token is the likeliest after the whole text before it, for texts of all lengths', () => {
  const mixed = [...texts(3, 1), ...texts(3, 3), ...texts(2, 1)];
  const added = language.continueTexts(network, mixed, 6);
  assert.equal(added.length, mixed.length);
  for (const [row, text] of mixed.entries()) {
    const whole = [...text];
    for (const token of added[row]!) {
      const scores = scoresAfter(whole);
      assert.equal(token, scores.indexOf(Math.max(...scores)));
      whole.push(token);
    }
    assert.ok(added[row]!.length === 6 || added[row]!.at(-1) === steps.END);
  }
});

test('it writes what language.generate writes, which stops before the end token', () => {
  const context = language.readContext(network, model.METHODS.ar, []);
  const some = texts(5);
  const added = language.continueTexts(network, some, 5);
  for (const [row, text] of some.entries())
    assert.deepEqual(
      language.generate(network, context, text, 5),
      added[row]!.filter((token) => token !== steps.END),
    );
  language.disposeCache(context.cache);
});

test('after a context each text goes on as after the whole, until it has ended', () => {
  const [shown, ...some] = texts(6);
  const context = language.readContext(network, model.METHODS.ar, [shown!]);
  const never = (): boolean => false;
  const added = language.continueTexts(network, some, 5, undefined, { context, ended: never });
  const whole = language.continueTexts(
    network,
    some.map((text) => [...shown!, ...text]),
    5,
    undefined,
    { ended: never },
  );
  assert.deepEqual(added, whole);
  assert.ok(added.every(({ length }) => length === 5));
  const two = (tokens: readonly number[]): boolean => tokens.length === 2;
  const short = language.continueTexts(network, some, 5, undefined, { context, ended: two });
  assert.deepEqual(
    short,
    added.map((tokens) => tokens.slice(0, 2)),
  );
  leavesNothing(() => void language.continueTexts(network, some, 3, undefined, { context }));
  language.disposeCache(context.cache);
});

test('tokens are drawn from softmax(scores / temperature)', () => {
  const [text] = texts(1) as [number[]];
  const draws = 4000;
  for (const temperature of [0.7, 2]) {
    const added = language.continueTexts(network, new Array<number[]>(draws).fill(text), 1, {
      temperature,
      random: core.stream(1, 'draws'),
    });
    const scores = scoresAfter(text);
    const shares = core.softmax(scores.map((score) => score / temperature));
    const counted = shares.map(
      (_, word) => added.filter(([token]) => token === word).length / draws,
    );
    close(counted, shares, 0.04, `temperature ${temperature}`);
  }
});

test('a low temperature is greedy, and the stream decides', () => {
  const some = texts(6);
  const draw = (temperature: number, seed: number): number[][] =>
    language.continueTexts(network, some, 5, { temperature, random: core.stream(seed, 'd') });
  assert.deepEqual(draw(1e-4, 1), language.continueTexts(network, some, 5));
  assert.deepEqual(draw(1, 1), draw(1, 1));
  assert.notDeepEqual(draw(1, 1), draw(1, 2));
});

test('it leaves no tensor, also when it is refused', () => {
  leavesNothing(() => void language.continueTexts(network, texts(3), 4));
  assert.deepEqual(language.continueTexts(network, [], 4), []);
});

test('a chain is what stands after demonstrations, question and forced mark', () => {
  const [shown, ...asked] = questions(4);
  const demonstrations = [steps.rightDemonstration(toy, shown!, true)];
  const before = steps.stepsLine(toy, shown!, true);
  for (const [form, begun] of [
    ['written', [steps.TRIGGER]],
    ['direct', [steps.EQUALS]],
    ['free', []],
  ] as const) {
    const chains = steps.askSteps(network, asked, { form, demonstrations });
    const added = language.continueTexts(
      network,
      asked.map((question) => [...before, ...steps.stepsQuestionTokens(question), ...begun]),
      12 - begun.length,
    );
    assert.deepEqual(
      chains,
      added.map((tokens) => steps.readChain([...begun, ...tokens])),
    );
  }
});

test('sampled chains belong to their questions, and fewer are the first of more', () => {
  const asked = questions(3);
  const sample = (temperature: number, count: number): steps.Chain[][] =>
    steps.sampleChains(
      network,
      asked,
      { form: 'written', sampling: { temperature, random: core.stream(3, 's') } },
      count,
    );
  const cold = sample(1e-4, 3);
  const greedy = steps.askSteps(network, asked, { form: 'written' });
  assert.deepEqual(
    cold,
    greedy.map((chain) => [chain, chain, chain]),
  );
  const warm = sample(1.5, 8);
  assert.ok(warm.every((of) => of.length === 8));
  assert.ok(new Set(warm[0]!.map((chain) => JSON.stringify(chain))).size > 1);
});

test('an answer is right where it is the last result', () => {
  const asked = questions(4);
  const answers = asked.map((question) => toy.results(question).at(-1)!);
  assert.deepEqual(steps.answeredRight(toy, asked, answers), [true, true, true, true]);
  const wrong = [null, (answers[1]! + 1) % 10, answers[2]!, answers[3]!];
  assert.deepEqual(steps.answeredRight(toy, asked, wrong), [false, false, true, true]);
});

test('what cannot be asked is refused', async (t) => {
  const asked = questions(2);
  const sampling = { temperature: 0, random: core.stream(1, 'x') };
  const local = { window: 4, layers: [true, false] };
  const near = new language.LanguageModel({ ...network.config, local }, 0);
  const empty = language.readContext(network, model.METHODS.ar, []);
  await allRefused(t, [
    [() => language.continueTexts(near, [[1]], 2), 'nearest tokens'],
    [() => language.continueTexts(network, [[]], 2), 'at least 1'],
    [() => language.continueTexts(network, [[1]], 0), '0'],
    [() => language.continueTexts(network, [[77]], 2), '77'],
    [() => language.continueTexts(network, [new Array<number>(39).fill(1)], 2), 'position', '40'],
    [() => language.continueTexts(network, [[1]], 2, sampling), 'temperature', '0'],
    [
      () =>
        language.continueTexts(network, [[1]], 2, undefined, {
          context: { ...empty, ownWeight: 3 },
        }),
      '3 groups',
    ],
    [() => language.continueTexts(network, [[1]], 2, undefined, { from: 1 } as object), 'from'],
    [() => steps.askSteps(network, asked, { form: 'long' as 'free' }), 'long'],
    [() => steps.askSteps({} as language.LanguageModel, asked, { form: 'free' }), 'LanguageModel'],
    [
      () => steps.sampleChains(network, asked, { form: 'free', sampling }, 0),
      'number of chains',
      '0',
    ],
    [() => steps.answeredRight(toy, asked, [1]), 'at least 2'],
  ]);
});
