/** Tiny GGUF files and the commands that convert and fetch models, for the tests of both. */
import * as assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { root, scratch } from '../helpers';

const commands = pathToFileURL(join(root, 'bin', 'weights.mjs')).href;
const gguf = join(root, '.setup', 'gguf');
export const FILES = ['config.json', 'model.safetensors', 'tokenizer.json'];
export const sha256 = (file: string): string =>
  createHash('sha256').update(fs.readFileSync(file)).digest('hex');

/** What a command with this code prints, with a cache of its own where one is given; a Fault is printed without its stack. */
export const said = (code: string, cache?: string): Promise<string> =>
  new Promise((resolve) => {
    const program = `
      import { checkSpace, ensureGguf, weights } from '${commands}';
      try { ${code} } catch (e) { console.log(e.name === 'Fault' ? e.message : e.stack); }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, ...(cache === undefined ? {} : { ICL_COURSE_CACHE: cache }) },
    });
    let text = '';
    child.stdout.on('data', (part) => (text += part));
    child.on('close', () => resolve(text));
  });

export const python = (...args: readonly string[]): ReturnType<typeof spawnSync> =>
  spawnSync(join(root, '.venv', 'bin', 'python'), args, {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: gguf },
  });

export const convert = (file: string, folder: string): string =>
  String(python(join(root, 'bin', 'gguf_to_huggingface.py'), file, folder).stderr).trim();

/** A tiny GGUF file with something wrong, or nothing. */
export function tiny(change = 'nothing'): string {
  const file = join(scratch(), 'tiny.gguf');
  const { status, stderr } = python(join(root, 'test', 'bin', 'tiny_gguf.py'), file, change);
  assert.equal(status, 0, String(stderr));
  return file;
}

/**
 * Installs the package that reads GGUF files where it is not there.
 *
 * @returns why it cannot be had, or undefined
 */
export async function withoutGguf(): Promise<string | undefined> {
  const text = await said('await ensureGguf();');
  if (/No network/.test(text)) return 'the package gguf cannot be had without a network';
  assert.ok(fs.existsSync(join(gguf, 'gguf')), text);
  return undefined;
}
