/** What the suites share. */
import * as assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';

import { core, metaicl, records, tf } from 'invicl';

/** The repository. */
export const root = resolve(__dirname, '..', '..');
export const fixture = (name: string): string => join(root, 'test', 'fixtures', name);

/** One measured number of a run, for tests that change what they are about. */
export const RECORD: records.ResultRecord = {
  experiment: 'e',
  job: 'ar-0',
  variant: 'AR',
  seed: 0,
  step: 10,
  over: 'examples',
  at: 5,
  metric: 'error',
  value: 0.5,
  config: 'abc',
  commit: 'none',
  code: '',
  command: '',
  date: '',
  seconds: 1,
  backend: 'cpu',
};

/** A fresh folder that the system cleans up. */
export const scratch = (): string => mkdtempSync(join(tmpdir(), 'invicl-test-'));

/**
 * Asserts that `run` is refused with a CourseError whose sentence holds all these pieces: what,
 * where, remedy.
 */
export function refused(run: () => unknown, ...pieces: readonly (string | RegExp)[]): void {
  assert.throws(run, (error: unknown) => {
    assert.ok(
      error instanceof core.CourseError,
      `a CourseError was expected, got ${String(error)}`,
    );
    for (const piece of pieces)
      assert.match(
        error.message,
        piece instanceof RegExp ? piece : new RegExp(piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')),
      );
    assert.ok(error.remedy.length > 5, 'the error should name a remedy');
    return true;
  });
}

/** What is tried, and what the sentence that refuses it holds. */
export type Refusal = readonly [run: () => unknown, ...pieces: (string | RegExp)[]];

/** Each refusal as a subtest, named by what its sentence holds. */
export async function allRefused(t: TestContext, refusals: readonly Refusal[]): Promise<void> {
  for (const [run, ...pieces] of refusals)
    await t.test(`refused: ${pieces.join(', ')}`, () => {
      refused(run, ...pieces);
    });
}

/** The index of the largest of some differences; one that is no number counts as the largest. */
function worstOf(gaps: readonly number[]): number {
  const nowhere = gaps.findIndex(Number.isNaN);
  return nowhere >= 0 ? nowhere : gaps.indexOf(gaps.reduce((a, b) => Math.max(a, b), 0));
}

/**
 * Asserts that two lists of numbers agree to `tolerance` times the largest of them (at least 1);
 * the message names the index where they differ most and both values there.
 */
export function close(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'numbers',
): void {
  assert.equal(actual.length, expected.length, `${what}: as many numbers`);
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  const gaps = Array.from(expected, (value, i) => Math.abs(value - actual[i]!));
  const worst = worstOf(gaps);
  assert.ok(
    gaps.length === 0 || gaps[worst]! <= tolerance * scale,
    `${what}: largest difference ${gaps[worst]} at index ${worst}: ` +
      `${actual[worst]} instead of ${expected[worst]}, allowed ${tolerance * scale}`,
  );
  const strange = Array.from(actual).findIndex((value) => !Number.isFinite(value));
  assert.equal(strange, -1, `${what}: ${actual[strange]} at index ${strange} is not finite`);
}

/** A record in one line, without what differs between two runs of the same bits. */
const lineOf = ({
  seconds: _,
  commit: __,
  code: ___,
  date: ____,
  ...rest
}: records.ResultRecord): string =>
  JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * Asserts that two files hold the same records, but for seconds and commit; says the first
 * difference.
 */
export function sameRecords(a: string, b: string): void {
  const [first, second] = [a, b].map((file) => records.readRecords(file).map(lineOf));
  const at = first!.findIndex((line, i) => line !== second![i]);
  assert.ok(
    at < 0,
    `record ${at} differs:\n  ${first![at]} in '${a}'\n  ${second![at] ?? 'none'} in '${b}'`,
  );
  assert.equal(second!.length, first!.length, `as many records in '${b}' as in '${a}'`);
}

/** Asserts that `run` leaves as many tensors as it found. */
export function leavesNothing(run: () => void): void {
  run(); // what is made once and kept (plans, graphs) is made here
  const before = tf.memory().numTensors;
  run();
  assert.equal(tf.memory().numTensors, before, 'tensors leaked');
}

/** A network under AR and one under InvICL, with random weights; the caller disposes them. */
export const episodeNetworks = (
  config: Omit<metaicl.EpisodeModelConfig, 'method'>,
): { readonly ar: metaicl.EpisodeModel; readonly invicl: metaicl.EpisodeModel } => ({
  ar: new metaicl.EpisodeModel({ ...config, method: 'ar' }),
  invicl: new metaicl.EpisodeModel({ ...config, method: 'invicl' }),
});
