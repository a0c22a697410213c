import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';

import * as lib from 'invicl';

import { root } from '../helpers';

/** Every source of lib but the lists of exports. */
const sources = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.ts$/.test(file) && !/^dist|index\.ts$|\.d\.ts$/.test(file),
);
const EXPORTED =
  /^export (?:abstract |async )?(?:const|function|class|interface|type|enum) (\w+)/gm;

test('no two files of lib export the same name', () => {
  const homes = new Map<string, Set<string>>();
  for (const file of sources) {
    const text = readFileSync(join(root, 'lib', file), 'utf8');
    for (const [, name] of text.matchAll(EXPORTED))
      homes.set(name!, (homes.get(name!) ?? new Set()).add(relative('.', file)));
  }
  assert.ok(homes.size > 300, 'the sources were found');
  const twice = [...homes].filter(([, files]) => files.size > 1);
  assert.deepEqual(
    twice.map(([name, files]) => `${name}: ${[...files].join(', ')}`),
    [],
  );
});

test('no name stands in two namespaces, and none is that of a namespace', () => {
  const namespaces = Object.entries(lib).filter(([name]) => name !== 'tf');
  const homes = new Map<string, string[]>();
  for (const [namespace, module] of namespaces)
    for (const name of Object.keys(module))
      homes.set(name, [...(homes.get(name) ?? []), namespace]);
  const names = new Set(namespaces.map(([name]) => name));
  const wrong = [...homes].filter(([name, where]) => where.length > 1 || names.has(name));
  assert.deepEqual(
    wrong.filter(([name]) => name !== 'tf').map(([name, where]) => `${name}: ${where.join(', ')}`),
    [],
  );
});

test('the table of modules in the README of the package names its namespaces', () => {
  const readme = readFileSync(join(root, 'lib', 'README.md'), 'utf8');
  const table = /\n## Modules\n([\s\S]*?)\n## /.exec(readme)![1]!;
  const rows = [...table.matchAll(/^\| (`.*?`) +\|/gm)].flatMap(([, cell]) => cell!.match(/\w+/g)!);
  assert.deepEqual(rows.sort(), Object.keys(lib).sort());
});
