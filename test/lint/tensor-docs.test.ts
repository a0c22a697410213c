/**
 * The lint rule for docstrings of functions on tensors: it passes what is documented and names what
 * is missing.
 */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { Linter, type Rule } from 'eslint';
import { parser } from 'typescript-eslint';

import { root } from '../helpers';

async function messages(code: string): Promise<string[]> {
  const { default: rule } = (await import(
    pathToFileURL(join(root, 'bin', 'lint', 'tensor-docs.mjs')).href
  )) as {
    default: Rule.RuleModule;
  };
  const config: Linter.Config = {
    files: ['**/*.ts'],
    languageOptions: { parser: parser as Linter.Parser },
    plugins: { course: { rules: { 'tensor-docs': rule } } },
    rules: { 'course/tensor-docs': 'error' },
  };
  return new Linter()
    .verify(code, [config], { filename: 'lib/x.ts' })
    .map(({ message }) => message);
}

const GOOD =
  '/**\n * Doubles.\n *\n * @param x [B, n]\n * @returns [B, n]; the caller disposes it\n */\n';

test('a documented function passes, and one without tensors needs nothing', async () => {
  assert.deepEqual(
    await messages(`${GOOD}export function twice(x: Tensor2D): Tensor2D { return x.mul(2); }`),
    [],
  );
  assert.deepEqual(
    await messages('export function twice(x: number): number { return 2 * x; }'),
    [],
  );
});

test('a missing docstring, shape, owner or error is named', async () => {
  const one = async (code: string): Promise<string> => (await messages(code)).join();
  assert.match(
    await one('export const twice = (x: Tensor2D): Tensor2D => x.mul(2);'),
    /twice .*what it does, the shapes, who owns/,
  );
  assert.match(
    await one(
      '/** Doubles [B, n]. */\nexport function twice(x: Tensor2D): Tensor2D { return x.mul(2); }',
    ),
    /say who owns what it returns\./,
  );
  assert.match(
    await one(
      `${GOOD}export function twice(x: Tensor2D): Tensor2D { demand(ok, 'no', 'yes'); return x; }`,
    ),
    /the errors \(@throws\)/,
  );
  assert.match(
    await one('export class A {\n /** Doubles. */\n twice(x: Tensor2D): number { return 1; }\n}'),
    /twice .*the shapes/,
  );
  assert.equal(
    await one('export class A {\n private twice(x: Tensor2D): number { return 1; }\n}'),
    '',
  );
});
