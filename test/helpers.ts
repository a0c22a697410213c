/** What the suites share. */
import * as assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { core, tf } from 'invicl';

/** The repository. */
export const root = resolve(__dirname, '..', '..');
export const fixture = (name: string): string => join(root, 'test', 'fixtures', name);

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

/**
 * Asserts that two lists of numbers agree to `tolerance` times the largest of them (at least 1).
 */
export function close(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'numbers',
): void {
  assert.equal(actual.length, expected.length, `${what}: as many numbers`);
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  const gap = Math.max(0, ...Array.from(expected, (value, i) => Math.abs(value - actual[i]!)));
  assert.ok(
    gap <= tolerance * scale,
    `${what}: largest difference ${gap}, allowed ${tolerance * scale}`,
  );
  assert.ok(Array.from(actual).every(Number.isFinite), `${what}: all finite`);
}

/** Asserts that `run` leaves as many tensors as it found. */
export function leavesNothing(run: () => void): void {
  run(); // what is made once and kept (plans, graphs) is made here
  const before = tf.memory().numTensors;
  run();
  assert.equal(tf.memory().numTensors, before, 'tensors leaked');
}
