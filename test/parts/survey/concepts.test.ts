/**
 * Hidden concepts: the forward algorithm against the sum over all hidden paths and against a plain
 * implementation by matrices; the mixture against Bayes' rule; documents and prompts that are what the
 * chains say.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, inference } from 'invicl';

import { allRefused, close, leavesNothing } from '../../helpers';

const SMALL: Partial<inference.ConceptSettings> = {
  concepts: 3,
  entities: 2,
  properties: 3,
  vocabulary: 4,
};
const world = inference.conceptWorld(0, SMALL);
const models = inference.mixtureModels(world);
const V = 4;

/** p(tokens) by all H^T paths of hidden states. */
function byAllPaths(
  { start, transitions, emits }: inference.HiddenMarkov,
  tokens: readonly number[],
): number {
  const from = (i: number, state: number): number =>
    emits[state] !== tokens[i]
      ? 0
      : i === tokens.length - 1
        ? 1
        : transitions[state]!.reduce((sum, p, to) => sum + p * from(i + 1, to), 0);
  return start.reduce((sum, p, state) => sum + p * from(0, state), 0);
}

/** p(tokens) by products of whole matrices, without logarithms. */
function byMatrices(
  { start, transitions, emits }: inference.HiddenMarkov,
  tokens: readonly number[],
): number {
  const seen = (a: readonly number[], token: number): number[] =>
    a.map((p, h) => (emits[h] === token ? p : 0));
  let a = seen(start, tokens[0]!);
  for (const token of tokens.slice(1))
    a = seen(
      a.map((_, to) => a.reduce((sum, p, from) => sum + p * transitions[from]![to]!, 0)),
      token,
    );
  return a.reduce((sum, p) => sum + p, 0);
}

const text = (seed: number, length: number): number[] =>
  inference.drawMarkovText(core.stream(seed, 'text of a test'), models[seed % 3]!, length);

test('the forward algorithm is the sum over all hidden paths, and the plain one by matrices', () => {
  for (const seed of [0, 1, 2, 3]) {
    const tokens = text(seed, 6);
    for (const model of models) {
      const { logs } = inference.forwardReading(model, tokens, V);
      for (let i = 1; i <= 6; i++) {
        const due = byAllPaths(model, tokens.slice(0, i));
        close([Math.exp(logs[i]!)], [due], 1e-12, `paths of ${i} tokens`);
        close([byMatrices(model, tokens.slice(0, i))], [due], 1e-12);
      }
    }
  }
});

test('next tokens are ratios of probabilities of texts, also where these underflow', () => {
  const tokens = text(5, 40);
  const { logs, next } = inference.forwardReading(models[0]!, tokens, V);
  for (const i of [0, 7, 40]) {
    const due = [0, 1, 2, 3].map((token) => {
      const longer = inference.forwardReading(models[0]!, [...tokens.slice(0, i), token], V);
      return Math.exp(longer.logs[i + 1]! - logs[i]!);
    });
    close(next[i]!, due, 1e-12);
    close([next[i]!.reduce((sum, p) => sum + p, 0)], [1], 1e-12);
  }
  const long = inference.forwardReading(models[0]!, text(6, 6000), V);
  assert.ok(
    Number.isFinite(long.logs.at(-1)!) && long.logs.at(-1)! < -745,
    'below the least double',
  );
});

test('a text that a model cannot write has probability 0 and no next token', () => {
  const stuck: inference.HiddenMarkov = {
    start: [1, 0],
    transitions: [
      [1, 0],
      [0, 1],
    ],
    emits: [0, 1],
  };
  const { logs, next } = inference.forwardReading(stuck, [0, 1, 1], 2);
  assert.deepEqual(logs, [0, 0, -Infinity, -Infinity]);
  assert.deepEqual(next[2], [0, 0]);
});

test('the mixture is Bayes’ rule over the concepts, and its average of their next tokens', () => {
  const tokens = text(1, 12);
  const read = inference.mixtureReading(models, tokens, V);
  const likelihoods = models.map((model) => byMatrices(model, tokens));
  const total = likelihoods.reduce((a, b) => a + b);
  close(
    read.posterior.at(-1)!,
    likelihoods.map((p) => p / total),
    1e-9,
  );
  close([Math.exp(read.logs.at(-1)!)], [total / 3], 1e-12);
  const each = models.map((model) => inference.forwardReading(model, tokens, V).next.at(-1)!);
  close(
    read.next.at(-1)!,
    each[0]!.map((_, v) =>
      each.reduce((sum, row, k) => sum + (row[v]! * likelihoods[k]!) / total, 0),
    ),
    1e-9,
  );
  close(
    read.unweighted.at(-1)!,
    each[0]!.map((_, v) => each.reduce((sum, row) => sum + row[v]! / 3, 0)),
    1e-12,
  );
  // what the mixture expects of a token is what it loses on average: the chain rule
  const sum = tokens.reduce((nats, token, i) => nats + Math.log(read.next[i]![token]!), 0);
  close([sum], [read.logs.at(-1)!], 1e-9);
});

test('states are pairs: chains multiply, the memory says the token, delimiters are token 0', () => {
  const [concept] = world.concepts;
  const model = inference.conceptModel(world, concept!);
  const [from, to] = [inference.conceptState(world, 1, 2), inference.conceptState(world, 0, 1)];
  close([model.transitions[from]![to]!], [world.entities[1]![0]! * concept![2]![1]!], 1e-12);
  assert.equal(model.emits[from], world.memory[1]![2]);
  assert.ok(
    world.memory.every((row) => row[0] === inference.DELIMITER && !row.slice(1).includes(0)),
  );
  for (const row of [...model.transitions, ...world.entities, ...concept!])
    close([row.reduce((sum, p) => sum + p, 0)], [1], 1e-9);
  assert.ok(
    world.entities.every((row, v) => row[v]! > 0.85),
    'entities stay',
  );
  const started = inference.conceptModel(world, concept!, 2).start;
  close(started, [0, 0, 0.5, 0, 0, 0.5], 1e-12);
});

test('texts follow their chains, and the posterior finds the concept that wrote them', () => {
  const random = core.stream(3, 'long text');
  const model = models[1]!;
  const tokens = inference.drawMarkovText(random, model, 4000);
  const shares = [0, 1, 2, 3].map((v) => tokens.filter((t) => t === v).length / 4000);
  const { next } = inference.forwardReading(model, tokens, V);
  const expected = [0, 1, 2, 3].map((v) => next.reduce((sum, row) => sum + row[v]!, 0) / 4001);
  close(shares, expected, 0.03);
  const found = inference.mixtureReading(models, tokens.slice(0, 400), V).posterior.at(-1)!;
  assert.ok(found[1]! > 0.99, `${found.join()}`);
});

test('prompts are independent examples of one length, and the answer is the most probable token', () => {
  const random = core.stream(4, 'prompts');
  for (let i = 0; i < 20; i++) {
    const concept = world.concepts[i % 3]!;
    const prompt = inference.drawConceptPrompt(random, world, concept, { examples: 3, length: 4 });
    assert.ok(prompt.examples.every((one) => one.length === 5 && one[4] === inference.DELIMITER));
    assert.equal(prompt.question.length, 3);
    assert.equal(inference.conceptTokens(prompt).length, 18);
    assert.deepEqual(
      inference.conceptTokens(prompt, [2, 0, 1]).slice(0, 5),
      prompt.examples[2],
      'in the given order',
    );
    // the property of the first tokens is shared: some start has them all
    const starts = [1, 2].filter((s) =>
      [...prompt.examples, prompt.question].every((one) =>
        world.memory.some((row) => row[s] === one[0]),
      ),
    );
    assert.ok(
      starts.some((s) => {
        const model = inference.conceptModel(world, concept, s);
        const next = inference.forwardReading(model, prompt.question, V).next.at(-1)!;
        return next[prompt.answer] === Math.max(...next);
      }),
    );
  }
});

test('a decoder learns documents: its loss falls, its shares add up, and it reads earlier tokens only', () => {
  leavesNothing(() => {
    const built = {
      size: { width: 8, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 64 },
      vocabulary: V,
      seed: 0,
    };
    const model = inference.freshConceptDecoder(built);
    const trainer = new inference.ConceptTrainer(model, world, built, {
      steps: 40,
      batch: 8,
      length: 16,
      logEvery: 1,
    });
    const losses = Array.from({ length: 40 }, () => trainer.train());
    assert.ok(losses.at(-1)! < losses[0]! - 0.1, losses.join());
    const rows = [text(0, 9), text(1, 9)];
    const shares = inference.nextShares(model, rows, 2);
    assert.deepEqual([shares.length, shares[0]!.length, shares[0]![0]!.length], [2, 2, V]);
    for (const row of shares.flat()) close([row.reduce((a, b) => a + b)], [1], 1e-5);
    close(
      inference.nextShares(model, [rows[0]!.slice(0, 8)])[0]![0]!,
      shares[0]![0]!,
      1e-4,
      'causal',
    );
    trainer.dispose();
    model.dispose();
  });
});

test('what is no world, text or prompt is refused', async (t) => {
  const random = core.stream(0, 'refusals');
  await allRefused(t, [
    [() => inference.conceptSettings({ stay: 2 }), "'stay' of a world", '2'],
    [() => inference.conceptSettings({ colours: 2 } as never), 'has no setting', 'colours'],
    [() => inference.drawConceptWorld(random, { properties: 1 }), "'properties'", '1'],
    [() => inference.forwardReading(models[0]!, [7], V), 'Tokens', '7'],
    [() => inference.forwardReading(models[0]!, [1], 2), 'A vocabulary of 2'],
    [
      () => inference.forwardReading({ start: [1], transitions: [[0.5]], emits: [0] }, [0], 2),
      'do not add up to 1',
    ],
    [
      () => inference.forwardReading({ start: [0.5, 0.5], transitions: [[1]], emits: [0] }, [0], 2),
      '2 states at the start',
    ],
    [
      () => inference.mixtureReading([{ start: [1], transitions: [[1]], emits: [0] }], [0, 1], 2),
      'No model of the mixture',
      'first 2 tokens',
    ],
    [() => inference.conceptModel(world, [[1]]), 'A concept [1, 1]', '3 properties'],
    [() => inference.conceptModel({ ...world, concepts: [] }, [[1]]), 'A world has no concepts'],
    [
      () =>
        inference.drawConceptPrompt(random, world, world.concepts[0]!, { examples: 1, length: 1 }),
      'The length of an example',
      '1',
    ],
    [() => inference.nextShares(null as never, [[0]]), 'null'],
    [
      () => inference.freshConceptDecoder({ size: inference.DECODER_SIZE, vocabulary: 1, seed: 0 }),
      'vocabulary',
      '1',
    ],
  ]);
});
