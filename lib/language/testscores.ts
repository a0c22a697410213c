/**
 * Tests scored over a context that was read once. Tests that begin alike share a run through the
 * model, so that a question runs once for all options of one token, and only the states before
 * scored tokens are read out.
 */
import { checkList } from '../core/checks';
import { demand, plainObject, positiveInteger } from '../core/errors';
import { checkContext, type ReadContext } from './context';
import type { LanguageModel } from './languagemodel';
import { checkTokens, type TokenTest } from './prompt';
import { testFinals } from './readcache';
import { logProbabilities } from './scoring';

/**
 * Tokens that go through the model at once, padding included, and the most numbers that a head's
 * attention of them to context and tests may have. More tokens are no faster and take more memory.
 */
const [TOKENS_AT_ONCE, SCORES_AT_ONCE] = [768, 2 ** 20];

/** The last token of a test is predicted and never read. */
const readTokens = ({ tokens }: TokenTest): readonly number[] => tokens.slice(0, -1);

/** For each test the run that it is read out of: its own, or one that begins with it. */
export function runsOf(tests: readonly TokenTest[]): (readonly number[])[] {
  const beginnings = new Map<string, readonly number[]>();
  const longestFirst = [...tests].sort((a, b) => b.tokens.length - a.tokens.length);
  for (const test of longestFirst) {
    const run = readTokens(test);
    if (beginnings.has(run.join())) continue;
    for (let length = test.scoredFrom; length <= run.length; length++) {
      const key = run.slice(0, length).join();
      if (!beginnings.has(key)) beginnings.set(key, run);
    }
  }
  return tests.map((test) => beginnings.get(readTokens(test).join())!);
}

/** Runs of like length together, as many as fit at once over a context of M tokens. */
function batchesOf(runs: Iterable<readonly number[]>, M: number): (readonly number[])[][] {
  const batches: (readonly number[])[][] = [];
  for (const run of [...runs].sort((a, b) => a.length - b.length)) {
    const batch = batches.at(-1);
    const tokens = (1 + (batch?.length ?? 0)) * run.length;
    const fit = Math.min(TOKENS_AT_ONCE, SCORES_AT_ONCE / (M + run.length));
    if (batch && tokens <= fit) batch.push(run);
    else batches.push([run]);
  }
  return batches;
}

/** Refuses what is no test of which something is scored. */
function checkTests(tests: readonly TokenTest[]): void {
  checkList('Tests', tests, 'tests', (one) => typeof one === 'object');
  for (const test of tests) {
    plainObject('A test', test);
    checkTokens('The tokens of a test', [test.tokens]);
    positiveInteger("'scoredFrom' of a test", test.scoredFrom);
    demand(
      test.scoredFrom < test.tokens.length,
      () => `A test of ${test.tokens.length} tokens was to be scored from ${test.scoredFrom} on.`,
      'Make tests with language.testTokens.',
    );
  }
}

/**
 * The logarithm of the probability of each test's scored tokens, given a context and the tokens
 * before them.
 *
 * @param tests tokens, and from which on they are scored; at least one token goes before
 * @returns a sum for each test, in nats
 * @throws CourseError when a token or position is beyond the model's, nothing of a test is scored,
 *   or the context was read by a model of other sizes or disposed
 */
export function testScores(
  model: LanguageModel,
  context: ReadContext,
  tests: readonly TokenTest[],
): number[] {
  checkContext(model, context);
  checkTests(tests);
  for (const { tokens } of tests) model.check(tokens, null);
  const runs = runsOf(tests);
  const scores = new Array<number>(tests.length).fill(0);
  for (const batch of batchesOf(new Set(runs), context.cache.positions.length)) {
    const finals = testFinals(model, context, batch); // [B, T, C]
    const T = finals.shape[1];
    const scored = tests.flatMap(({ tokens, scoredFrom }, test) => {
      const b = batch.indexOf(runs[test]!);
      const words = b < 0 ? [] : tokens.slice(scoredFrom);
      return words.map((word, i) => ({ test, row: [b * T + scoredFrom + i - 1, word] as const }));
    });
    const rows = scored.map(({ row }) => row);
    const values = logProbabilities(model, finals, rows);
    finals.dispose();
    scored.forEach(({ test }, i) => (scores[test]! += values[i]!));
  }
  return scores;
}
