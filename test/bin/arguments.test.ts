/** What the commands are given: every kind of option, and every refusal in one sentence. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root } from '../helpers';

type Env = Readonly<Record<string, string>>;
interface Option {
  readonly value?: string;
  readonly about: string;
}
interface Arguments {
  readonly COMMANDS: Readonly<
    Record<string, { about: string; options?: Readonly<Record<string, Option>>; passOn?: string }>
  >;
  helpOf(command: string): string;
  nearest(word: string, known: readonly string[]): string | null;
  readArguments(command: string, args: readonly string[], env?: Env): Record<string, unknown>;
}
let lines: Arguments;
before(async () => {
  const file = pathToFileURL(join(root, 'bin', 'arguments.mjs')).href;
  lines = (await import(file)) as Arguments;
});

/** What a command line gives, written as in a shell. */
const given = (line: string, env: Env = {}): Record<string, unknown> => {
  const [command, ...args] = line.split(' ');
  const { help: _, ...rest } = lines.readArguments(command!, args, env);
  return rest;
};

test('options of every kind, in any order and both ways to write them', () => {
  const READ: readonly (readonly [string, object])[] = [
    ['reproduce', { names: [] }],
    ['reproduce --only 02,04 --update', { names: [], only: '02,04', update: true }],
    ['reproduce --profile=full', { names: [], profile: 'full' }],
    ['test model bin/commands', { names: ['model', 'bin/commands'] }],
    ['experiment sparse --seed 0 tree --jobs 2', { names: ['sparse', 'tree'], seed: 0, jobs: 2 }],
    ['experiment sparse --arm ar', { names: ['sparse'], variant: 'ar' }],
    ['experiment sparse --variant -odd', { names: ['sparse'], variant: '-odd' }],
    [
      'experiment sparse --set a.b=1 --set=c=[2,3] --set d=word=x',
      {
        names: ['sparse'],
        set: [
          ['a.b', 1],
          ['c', [2, 3]],
          ['d', 'word=x'],
        ],
      },
    ],
    ['data metaicl --from folder', { names: ['metaicl'], from: 'folder' }],
    [
      'benchmark --case tiny,length --threads all',
      { names: [], case: ['tiny', 'length'], threads: 'all' },
    ],
    ['setup --again', { names: [], again: true }],
    ['start --port=8899 --no-browser', { names: [], rest: ['--port=8899', '--no-browser'] }],
  ];
  for (const [line, is] of READ) assert.deepEqual(given(line), is, line);
});

test('what is unknown, missing or wrong is refused in one sentence with its remedy', () => {
  const REFUSED: readonly (readonly [string, RegExp])[] = [
    ['reproduce --onyl 02', /no option '--onyl'\. Remedy: the nearest is --only;/],
    ['reproduce --prof full', /no option '--prof'\. Remedy: the nearest is --profile;/],
    ['reproduce --verbose', /no option '--verbose'\. Remedy: its options are --only, --profile/],
    ['reproduce -x', /no option '-x'/],
    ['reproduce --__proto__', /no option '--__proto__'/],
    ['reproduce --no-update', /no option '--no-update'/],
    ['reproduce --update=yes', /--update takes no value, got 'yes'\. Remedy: write --update alone/],
    ['reproduce --only', /--only needs a value\. Remedy: for example --only 02,04/],
    ['reproduce --only=', /--only needs a value/],
    ['reproduce --only --update', /--only needs a value/],
    ['reproduce --only 02 --only 04', /--only was given twice\. Remedy: give it once/],
    ['reproduce --profile turbo', /--profile cannot be 'turbo'\. Remedy: use quick or full/],
    ['reproduce 02', /takes no words without dashes, got '02'\. Remedy: .* -- --only 02,04/],
    ['setup again', /takes no words without dashes, got 'again'\. Remedy: .* setup -- --again/],
    ['doctor all', /takes no words without dashes, got 'all'\. Remedy: leave it out/],
    ['contents --update', /contents has no option '--update'\. Remedy: it has none/],
    ['test --only model', /test has no option '--only'/],
    ['experiment --arm ar --variant ar', /--variant was given twice/],
    ['experiment --seed -1', /--seed must be a whole number, got '-1'\. Remedy: .*--seed 0/],
    ['experiment --seeds 0', /--seeds must be a whole number of at least 1, got '0'/],
    ['experiment --jobs 1.5', /--jobs must be .*got '1\.5'/],
    ['experiment --try many', /--try must be .*got 'many'/],
    ['experiment --seed 99999999999999999999', /--seed must be a whole number/],
    ['experiment --set steps', /--set was given 'steps'\. Remedy: .*training\.steps=500/],
    ['benchmark --what dance', /--what cannot be 'dance'\. Remedy: use one of train-ar/],
    ['benchmark --case tiny,huge', /--case cannot be 'huge'/],
    ['benchmark --peer jax', /--peer cannot be 'jax'\. Remedy: use pytorch\./],
    ['benchmark --threads 2', /--threads cannot be '2'\. Remedy: use 1 or all/],
  ];
  for (const [line, sentence] of REFUSED)
    assert.throws(
      () => given(line),
      (error: Error) => {
        assert.match(error.message, sentence, line);
        assert.doesNotMatch(error.message, /\n/, line);
        return error.name === 'Fault';
      },
      line,
    );
});

test('options that npm took, because the two dashes are missing, are noticed', () => {
  const env = { npm_lifecycle_event: 'experiment', npm_config_profile: 'full' };
  assert.throws(
    () => given('experiment sparse', env),
    /npm took --profile for itself.*Remedy: .*npm run experiment -- --profile/,
  );
  assert.deepEqual(given('test model', env), { names: ['model'] }, 'it has no such option');
  const own = { npm_lifecycle_event: 'reproduce', npm_config_only: 'prod', npm_config_all: 'true' };
  assert.deepEqual(given('reproduce', own), { names: [] }, 'settings of npm itself');
  assert.deepEqual(given('experiment sparse', { npm_config_profile: 'full' }), {
    names: ['sparse'],
  });
});

test('-h is --help', () => {
  assert.equal(lines.readArguments('reproduce', ['-h'], {})['help'], true);
});

test('--help of every command names each of its options, in lines of at most 100 columns', () => {
  for (const [name, { about, options = {} }] of Object.entries(lines.COMMANDS)) {
    const asked = lines.readArguments(name, ['--unknown', '--help'], {});
    assert.equal(asked['help'], true, name);
    const help = lines.helpOf(name);
    assert.ok(help.startsWith(`npm run ${name} --`) && help.includes(about), name);
    for (const [option, { value }] of Object.entries(options))
      assert.match(help, new RegExp(`^ {2}--${option}${value ? ` ${value}` : ''}  +\\S`, 'm'));
    for (const line of help.split('\n')) assert.ok(line.length <= 100, line);
  }
});

test('the nearest word: letters changed, left out, put in and swapped; none where none is near', () => {
  const known = ['only', 'profile', 'update'];
  for (const [word, is] of [
    ['onyl', 'only'],
    ['olny', 'only'],
    ['profil', 'profile'],
    ['pro', 'profile'],
    ['updaet', 'update'],
    ['uppdate', 'update'],
    ['fast', null],
    ['', null],
    ['x', null],
  ] as const)
    assert.equal(lines.nearest(word, known), is, word);
  assert.equal(lines.nearest('a', []), null);
});
