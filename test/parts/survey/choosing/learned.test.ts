/**
 * Retrievers that learn, on pools in which it is known what helps: rows that agree with the question
 * in one coordinate, which decides nothing about the angle between them.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { choosing, core } from 'invicl';

import { allRefused, leavesNothing } from '../../../helpers';

const C = 8;

/** Signs of which the first `relevant` of a task is what helps. */
const poolOf = (what: string, R: number): choosing.PoolRow[] => {
  const random = core.stream(0, 'learned', what);
  return Array.from({ length: R }, (_, i) => {
    const vector = Array.from({ length: C }, () => (random.uniform() < 0.5 ? -1 : 1));
    return { input: `text ${i}`, output: vector[0]! > 0 ? 'yes' : 'no', vector };
  });
};

/** Whether two rows agree in a coordinate, with a little noise so that candidates have an order. */
function tableOf(what: string, relevant: number, N = 24, L = 12): choosing.HelpTable {
  const random = core.stream(0, 'table', what);
  const pool = poolOf(what, 60);
  const rows = random.permutation(pool.length).slice(0, N);
  const candidates = rows.map((row) =>
    random
      .permutation(pool.length)
      .filter((i) => i !== row)
      .slice(0, L),
  );
  const helps = (a: number, b: number): number =>
    pool[a]!.vector[relevant] === pool[b]!.vector[relevant] ? 0 : -2;
  return {
    pool,
    task: Array.from({ length: C }, (_, c) => Number(c === relevant)),
    rows,
    candidates,
    helpfulness: candidates.map((of, n) =>
      of.map((i) => helps(rows[n]!, i) - 0.1 * random.uniform()),
    ),
    passes: N * L,
  };
}

/** The share of the five chosen rows of a new pool that agree with new questions. */
function shareRight(
  selector: choosing.QuestionSelector,
  relevant: number,
  what = 'new rows',
): number {
  const pool = poolOf(what, 60);
  const questions = poolOf(`${what}, questions`, 40);
  const found = questions.flatMap(({ vector, ...rest }) =>
    selector
      .select({ vector, ...rest }, pool, 5)
      .rows.map((i) => Number(pool[i]!.vector[relevant] === vector[relevant])),
  );
  return found.reduce((a, b) => a + b) / found.length;
}

const nearest = shareRight(choosing.nearestByAngle, 0);
const table = tableOf('one task', 0);
const epr = choosing.trainEPR([table], {});

test('EPR finds what helps where nearest rows do not', () => {
  const learned = shareRight(choosing.retrieverBy('EPR', epr), 0);
  assert.ok(learned > 0.95 && nearest < 0.85, `${learned} against ${nearest}`);
});

test('an untrained retriever gives the nearest rows by angle', () => {
  const still = choosing.trainEPR([table], { steps: 1, learningRate: 1e-12 });
  const pool = poolOf('any', 30);
  const selector = choosing.retrieverBy('untrained', still);
  const codes = (rows: readonly number[]): number[] =>
    rows.map((i) => pool[i]!.vector.reduce((s, x, c) => s + x * pool[0]!.vector[c]!, 0));
  // of rows at the same angle either may come first
  assert.deepEqual(
    codes(selector.select(pool[0]!, pool, 9).rows),
    codes(choosing.nearestByAngle.select(pool[0]!, pool, 9).rows),
  );
});

test('LLM-R finds what helps, in both rounds', () => {
  const rounds = choosing.trainLLMR(table, { seed: 1 });
  assert.equal(rounds.length, 2);
  for (const weights of rounds) {
    const learned = shareRight(choosing.retrieverBy('LLM-R', weights), 0);
    assert.ok(learned > 0.9 && learned > nearest + 0.1, `${learned} against ${nearest}`);
  }
});

test('one UDR serves several tasks, which a retriever that is not told cannot', () => {
  const relevant = [0, 3, 5];
  const tables = relevant.flatMap((c) =>
    ['a', 'b'].map((part) => tableOf(`${part} of several`, c)),
  );
  const steps = 600;
  const udr = choosing.trainUDR(tables, { steps });
  const untold = choosing.trainEPR(tables, { steps });
  const shares = relevant.map((c) =>
    shareRight(choosing.retrieverBy('UDR', udr, tables[2 * relevant.indexOf(c)]!.task), c),
  );
  const without = relevant.map((c) => shareRight(choosing.retrieverBy('EPR', untold), c));
  const mean = (of: readonly number[]): number => of.reduce((a, b) => a + b) / of.length;
  assert.ok(mean(shares) > 0.9, `UDR ${shares.join(', ')}`);
  assert.ok(mean(shares) > mean(without) + 0.05, `${mean(shares)} against ${mean(without)}`);
});

test('CEIL learns that a set must not repeat itself', () => {
  // a set helps when its rows differ in coordinate 1; all agree with every question in coordinate 0
  const random = core.stream(0, 'sets');
  const base = tableOf('sets', 0);
  const differs = (set: readonly number[]): number =>
    base.pool[set[0]!]!.vector[1] === base.pool[set[1]!]!.vector[1] ? -2 : 0;
  const sets = base.candidates.map((of) =>
    Array.from({ length: 6 }, () =>
      random
        .permutation(of.length)
        .slice(0, 2)
        .map((i) => of[i]!),
    ),
  );
  const ofSets = sets.map((list) => list.map((set) => differs(set) - 0.01 * random.uniform()));
  const start = choosing.trainEPR([base], { steps: 1, learningRate: 1e-12 });
  const trained = choosing.trainCEIL({ ...base, sets, ofSets }, start, {
    steps: 300,
    scale: 1,
    margin: 0.3,
    learningRate: 0.03,
  });
  const shareOf = (selector: choosing.QuestionSelector): number => {
    const pool = poolOf('pool of sets', 40);
    const found = poolOf('questions of sets', 40).map((question) => {
      const [a, b] = selector.select(question, pool, 2).rows;
      return Number(pool[a!]!.vector[1] !== pool[b!]!.vector[1]);
    });
    return found.reduce((x, y) => x + y) / found.length;
  };
  const before = shareOf(choosing.setRetrieverBy('untrained', start, 1));
  const after = shareOf(choosing.setRetrieverBy('CEIL', trained, 1));
  assert.ok(after > 0.85 && after > before + 0.2, `${after} against ${before}`);
});

test('retrievers depend on seed and data alone, not on the order of the pool', () => {
  const short = { steps: 5, seed: 3 };
  assert.deepEqual(choosing.trainEPR([table], short), choosing.trainEPR([table], short));
  assert.notDeepEqual(
    choosing.trainEPR([table], short),
    choosing.trainEPR([table], { ...short, seed: 4 }),
  );
  const selector = choosing.retrieverBy('EPR', epr);
  const random = core.stream(0, 'vectors without ties');
  const pool = poolOf('ordered', 20).map((row) => ({
    ...row,
    vector: row.vector.map((x) => x + 0.1 * random.normal()),
  }));
  const order = core.stream(0, 'order').permutation(20);
  const found = selector.select(pool[0]!, pool, 5).rows;
  const moved = selector.select(
    pool[0]!,
    order.map((i) => pool[i]!),
    5,
  ).rows;
  assert.deepEqual(
    moved.map((i) => order[i]!),
    found,
  );
  assert.equal(new Set(selector.select(pool[0]!, pool, 20).rows).size, 20, 'k is the pool');
  const sets = choosing.setRetrieverBy('CEIL', epr, 0.1);
  assert.deepEqual(sets.select(pool[0]!, pool, 1).rows, found.slice(0, 1), 'one row: the best');
  assert.equal(selector.select(pool[0]!, pool, 5).passes, 0);
});

test('training leaves no tensor', () => {
  leavesNothing(() => {
    const short = { steps: 2, hidden: 4 };
    const from = choosing.trainEPR([table], short);
    choosing.trainUDR([table], short);
    choosing.trainLLMR(table, short);
    const sets = table.candidates.map((of) => [of.slice(0, 2), of.slice(2, 4)]);
    const ofSets = sets.map(() => [0, -1]);
    choosing.trainCEIL({ ...table, sets, ofSets }, from, { steps: 2 });
  });
});

test('what cannot be learned from is refused', async (t) => {
  const change = (with_: Partial<choosing.HelpTable>) => () =>
    void choosing.trainEPR([{ ...table, ...with_ }], {});
  const sets = table.candidates.map((of) => [of.slice(0, 2), of.slice(2, 4)]);
  const ofSets = sets.map(() => [0, -1]);
  const ceil = (with_: Partial<choosing.SetTable>) => () =>
    void choosing.trainCEIL({ ...table, sets, ofSets, ...with_ }, epr, {});
  const question = table.pool[0]!;
  const small = [{ input: 'a', output: 'b', vector: [1] }];
  const told = choosing.trainUDR([table], { steps: 1 });
  await allRefused(t, [
    [() => choosing.trainEPR([], {}), 'Tables'],
    [change({ rows: [99] }), 'rows', '0 to 59'],
    [change({ candidates: [[1, 2]] }), '24 rows', '1 lists'],
    [change({ helpfulness: table.helpfulness.map(() => [1]) }), 'differ in length'],
    [() => choosing.trainUDR([table, { ...table, task: [1] }], {}), 'tables[1]', 'tables[0]'],
    [() => choosing.trainEPR([table], null as never), 'null'],
    [() => choosing.trainEPR([table], { top: 7 }), 'helpful candidates', '7'],
    [() => choosing.trainEPR([table], { steps: 0 }), 'steps', '0'],
    [() => choosing.trainEPR([table], { temperature: 0 }), 'temperature', '0'],
    [() => choosing.trainEPR([table], { rate: 1 } as never), 'rate'],
    [() => choosing.trainUDR([table], { share: 2 }), 'share', '2'],
    [() => choosing.trainLLMR(table, { rounds: 0 }), 'rounds', '0'],
    [ceil({ sets: sets.slice(1) }), '24 rows', '23 lists'],
    [ceil({ sets: sets.map((list) => list.slice(1)) }), 'sets'],
    [ceil({ ofSets: ofSets.map(() => [0]) }), 'not all of one size'],
    [() => choosing.trainCEIL({ ...table, sets, ofSets }, told, {}), '8 of a task', 'and 0'],
    [() => choosing.trainCEIL({ ...table, sets, ofSets }, epr, { scale: 0 }), 'scale', '0'],
    [() => choosing.retrieverBy('a', { ...epr, temperature: 0 }), 'temperature', '0'],
    [
      () => choosing.retrieverBy('a', { ...epr, row: { ...epr.row, a: [1] } }),
      'encoder of rows',
      '[1]',
    ],
    [() => choosing.retrieverBy('a', told).select(question, table.pool, 1), '8 of a task', 'and 0'],
    [() => choosing.retrieverBy('a', epr).select(small[0]!, small, 1), '8 numbers', '1 and 0'],
    [() => choosing.setRetrieverBy('a', epr, 0), 'scale', '0'],
  ]);
});
