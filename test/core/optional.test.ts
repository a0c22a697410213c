/** The library where optional packages are missing: a child process that cannot find them. */
import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { root, scratch } from '../helpers';

/** Hides packages from require. */
const HIDE = `
const Module = require('node:module');
const hidden = process.env.HIDDEN.split(' ');
const resolve = Module._resolveFilename;
Module._resolveFilename = (name, ...rest) => {
  if (hidden.some((one) => name === one || name.startsWith(one + '/')))
    throw Object.assign(new Error('no module ' + name), { code: 'MODULE_NOT_FOUND' });
  return resolve(name, ...rest);
};`;

/** Runs code where these packages are missing; what it prints, or the message of its error. */
function without(
  hidden: readonly string[],
  code: string,
  env: Readonly<Record<string, string>> = {},
) {
  const preload = join(scratch(), 'hide.cjs');
  writeFileSync(preload, HIDE);
  const whole = `const invicl = require('invicl'); const nb = invicl.notebook;
    (async () => { ${code} })().catch((error) => console.log(error.name + ': ' + error.message));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-r', preload, '-e', whole], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ICL_BACKEND: '', HIDDEN: hidden.join(' '), ...env },
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

const FIGURE = `const lines = [{ name: 'a', x: [1, 2], y: [1, 2] }];
  await nb.toPng(nb.lineChart(lines, { x: 'x', y: 'y' }, { title: 't', caption: 'c', alt: 'a' }));`;

test('without tfjs-node the library falls back to WebAssembly and says how fast that is', () => {
  const said = without(
    ['@tensorflow/tfjs-node'],
    'await nb.start(); console.log(invicl.tf.scalar(2).square().dataSync()[0]);',
  );
  assert.match(said, /^Backend: WebAssembly, expect training to be about 5 to 10 times slower/);
  assert.match(said, /^4$/m);
});

test('asking for the backend of a package that is not installed names it and the command', () => {
  const said = without(['@tensorflow/tfjs-node'], 'await invicl.core.ready();', {
    ICL_BACKEND: 'tensorflow',
  });
  assert.match(
    said,
    /^CourseError: The backend 'tensorflow' .* @tensorflow\/tfjs-node, .*install @tensorflow\S*@4/,
  );
});

test('a data frame without danfo.js names it and the command', () => {
  const said = without(['danfojs-node'], 'await invicl.core.ready(); nb.frame([{ a: 1 }]);');
  assert.match(
    said,
    /^CourseError: A data frame needs danfojs-node, .*'npm install danfojs-node@1/,
  );
});

test('a data frame without tfjs-node takes the TensorFlow.js that is there', () => {
  const said = without(
    [],
    'await invicl.core.ready(); console.log(nb.rowsOf(nb.frame([{ a: 1 }]))[0].a);',
    { ICL_BACKEND: 'wasm' },
  );
  assert.match(said, /^1$/m);
});

test('a figure as PNG names all packages that are missing, and only those', () => {
  const said = without(['jsdom', '@resvg/resvg-js'], FIGURE);
  assert.match(
    said,
    /^CourseError: A figure .* @resvg\/resvg-js, jsdom, .*install @resvg\S*@2\S* jsdom@26/,
  );
});

test('figures and tables are shown as words without any optional package', () => {
  const all = [
    '@napi-rs/canvas',
    '@resvg/resvg-js',
    'jsdom',
    'plotly.js-dist',
    'dejavu-fonts-ttf',
    'danfojs-node',
    'tslab',
  ];
  const said = without(all, `${FIGURE.replace('toPng', 'show')} nb.showTable([{ a: 1 }]);`);
  assert.match(said, /^Figure: a$[\s\S]*\| a/m);
});
