/** The rule that keeps imports of lib running downward: what it refuses, and that lib keeps it. */
import * as assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root } from '../helpers';

interface Layers {
  readonly LAYERS: readonly string[];
  moduleOf(file: string): string;
  refused(from: string, to: string): string | null;
}
const layers = async (): Promise<Layers> =>
  (await import(pathToFileURL(join(root, 'bin', 'lint', 'layers.mjs')).href)) as Layers;

test('imports upward, between parts and from unknown modules are refused in words', async () => {
  const { refused } = await layers();
  assert.equal(refused('model/masks', 'core/errors'), null);
  assert.equal(refused('parts/invicl/theory/cost', 'parts/invicl/episodes'), null);
  assert.equal(refused('parts/registry', 'parts/invicl/part'), null);
  assert.match(refused('core/errors', 'model/masks')!, /'core' imports from 'model'.*above/);
  assert.match(refused('parts/invicl/episodes', 'parts/fewshot/icl')!, /part 'parts\/invicl'/);
  assert.match(refused('parts/inweight/facts', 'parts/registry')!, /'registry'.*above/);
  assert.match(refused('misc/thing', 'core/errors')!, /'misc' is no module/);
});

test('every import of lib runs downward', async () => {
  const { LAYERS, moduleOf, refused } = await layers();
  const lib = join(root, 'lib');
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(dist|node_modules)/.test(file))
    .map((file) => file.replaceAll('\\', '/'));
  const seen = new Set(files.map((file) => moduleOf(file.replace(/\.ts$/, ''))));
  assert.ok(
    LAYERS.every((layer) => layer === 'parts' || seen.has(layer)),
    'no layer is empty',
  );
  for (const file of files)
    for (const [, target] of readFileSync(join(lib, file), 'utf8').matchAll(/from '(\.[^']*)'/g)) {
      const to = posix.normalize(posix.join(dirname(file), target!));
      assert.equal(refused(file.replace(/\.ts$/, ''), to), null, relative(root, join(lib, file)));
    }
});
