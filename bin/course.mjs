// The one entry behind every npm script. Plain Node, no packages: it must run before anything is
// installed.
import { createRequire } from 'node:module';
import { Fault } from './setup/base.mjs';

// npm, which started this, may be killed
if (process.env.npm_lifecycle_event) createRequire(import.meta.url)('./tied.cjs');

const COMMANDS = {
  setup: [
    'make the set-up, and nothing else; --again tries for a faster backend once more',
    async (args) => (await import('./setup/parts.mjs')).setup(args),
  ],
  doctor: [
    'one line per part; each fault with one remedy',
    async () => (await import('./doctor.mjs')).doctor(),
  ],
  reproduce: [
    'run the notebooks, build the figures, the verdict table and the HTML book',
    async (args) => (await import('./reproduce.mjs')).reproduce(args),
  ],
  test: [
    'type check, lint, tests, notebook checks',
    async (args) => (await import('./test.mjs')).test(args),
  ],
  'pack:test': [
    'pack lib as a package, install it in an empty folder outside, run its example there',
    async () => (await import('./pack-test.mjs')).packTest(),
  ],
  start: [
    'open JupyterLab on the notebooks',
    async (args) => (await import('./start.mjs')).start(args),
  ],
  experiment: [
    'run named experiments and record their results; -- --list shows them',
    async (args) => (await import('./experiment.mjs')).experiment(args),
  ],
  data: [
    "download public data or a model into the user's cache: -- metaicl, omniglot, smollm2, minilm, gpt2",
    async (args) => (await import('./data.mjs')).data(args),
  ],
  benchmark: [
    'time training and prediction, beside PyTorch with --peer pytorch',
    async (args) => (await import('./benchmark.mjs')).benchmark(args),
  ],
  contents: [
    'make the README table, the lists of notebooks and verdicts from the committed notebooks',
    async (args) => (await import('./contents.mjs')).contents(args),
  ],
  format: ['format the sources', async () => (await import('./test.mjs')).format()],
};

const [name, ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) {
  console.error(
    `There is no command '${name ?? ''}'. The commands are:\n${Object.entries(COMMANDS)
      .map(([k, [text]]) => `  npm run ${k.padEnd(10)} ${text}`)
      .join('\n')}`,
  );
  process.exit(2);
}
try {
  const code = await command[1](args);
  process.exitCode = typeof code === 'number' ? code : 0;
} catch (error) {
  const full =
    error?.code === 'ENOSPC'
      ? new Fault(
          'The disk is full: the last step was not finished and its part was thrown away.',
          'free about 3 GB and run the same command again.',
        )
      : error;
  console.error(full instanceof Fault ? `\n${full.message}` : full);
  process.exitCode = 1;
}
