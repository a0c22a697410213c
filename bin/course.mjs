// The one entry behind every npm script. Plain Node, no packages: it must run before anything is
// installed.
import { createRequire } from 'node:module';
import util from 'node:util';
import { COMMANDS, helpOf, nearest, readArguments } from './arguments.mjs';
import { Fault, faultOfFiles } from './setup/base.mjs';

// npm, which started this, may be killed
if (process.env.npm_lifecycle_event) createRequire(import.meta.url)('./tied.cjs');

/** What each command does with what it was given. */
const RUN = {
  setup: async (given) => (await import('./setup/parts.mjs')).setup(given),
  doctor: async () => (await import('./doctor.mjs')).doctor(),
  reproduce: async (given) => (await import('./reproduce.mjs')).reproduce(given),
  test: async (given) => (await import('./test.mjs')).test(given),
  'pack:test': async () => (await import('./pack-test.mjs')).packTest(),
  start: async ({ rest }) => (await import('./start.mjs')).start(rest),
  experiment: async (given) => (await import('./experiment.mjs')).experiment(given),
  data: async (given) => (await import('./data.mjs')).data(given),
  benchmark: async (given) => (await import('./benchmark.mjs')).benchmark(given),
  contents: async () => (await import('./contents.mjs')).contents(),
  format: async () => (await import('./test.mjs')).format(),
};

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(COMMANDS, name ?? '')) {
  const near = nearest(name ?? '', Object.keys(COMMANDS));
  const lines = Object.entries(COMMANDS).map(
    ([word, { about }]) => `  npm run ${word.padEnd(11)} ${about}`,
  );
  console.error(
    `There is no command '${name ?? ''}'.${near ? ` The nearest is '${near}'.` : ''} ` +
      `The commands are:\n${lines.join('\n')}`,
  );
  process.exit(2);
}
try {
  if (!util.parseArgs) (await import('./setup/parts.mjs')).checkNode(); // a Node that is too old
  const given = readArguments(name, args);
  const code = given.help ? console.log(helpOf(name)) : await RUN[name](given);
  process.exitCode = typeof code === 'number' ? code : 0;
} catch (error) {
  const told = faultOfFiles(error);
  console.error(told instanceof Fault ? `\n${told.message}` : told);
  process.exitCode = 1;
}
