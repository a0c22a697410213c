// npm run experiment: makes recorded results. Each job (a variant with a seed) runs in a process of
// its own and writes its own files; finished jobs are left alone, interrupted ones go on from their
// checkpoint. With --weights the checkpoints of the named jobs are kept too, and made if they are
// missing.
import path from 'node:path';
import { createRequire } from 'node:module';
import {
  at,
  diskMB,
  eachLine,
  Fault,
  filesBelow,
  memoryMB,
  say,
  seconds,
  startChild,
  writeAtomic,
} from './setup/base.mjs';
import { setup } from './setup/parts.mjs';
import { cores } from './notebooks.mjs';
import { placeInWords, recordedVariants, shown } from './variants.mjs';

/** What was given, as the library takes it: the settings that are changed as one object. */
function asked({ set = [], model, ...given }) {
  const changed = [...set, ...(model === undefined ? [] : [['model.name', model]])];
  return { ...given, set: Object.fromEntries(changed) };
}

const library = () => createRequire(import.meta.url)('invicl');

/** Turns an error for readers into one without a stack. */
function forReaders(fn) {
  try {
    return fn();
  } catch (error) {
    throw error instanceof library().core.CourseError ? new Fault(error.message) : error;
  }
}

/** Refuses to start what this machine cannot hold; `have` is there for tests. */
export function checkCapacity(need, have = { memoryMB: memoryMB(), diskMB: diskMB(at()) }) {
  if (need.memoryMB > have.memoryMB)
    throw new Fault(
      `${need.jobs} jobs at a time need about ${need.memoryMB} MB of memory, ` +
        `and ${have.memoryMB} MB are free.`,
      need.jobs > 1
        ? 'run fewer at a time with --jobs 1, or take a smaller size with --set.'
        : 'free some, or take a smaller size with --set.',
    );
  if (need.diskMB > have.diskMB)
    throw new Fault(
      `The records and checkpoints need about ${need.diskMB} MB of disk, ` +
        `and ${have.diskMB} MB are free.`,
      'free some and run the same command again.',
    );
}

const time = (s) =>
  s < 90
    ? `${Math.round(s)} s`
    : s < 5400
      ? `${Math.round(s / 60)} min`
      : s < 172800
        ? `${(s / 3600).toFixed(1)} h`
        : `${(s / 86400).toFixed(1)} days`;

/** Jobs at work. */
const running = new Set();

/** Runs one job in a process of its own; resolves with its exit code. */
function runOne(request, threads, onLine) {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      TF_NUM_INTRAOP_THREADS: String(threads),
      OMP_NUM_THREADS: String(threads),
    };
    const child = startChild(
      process.execPath,
      [at('bin', 'experiment-job.cjs'), JSON.stringify(request)],
      { cwd: at(), env },
    );
    running.add(child);
    eachLine(child, onLine);
    child.on('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
}

/** Ends all jobs at the first Ctrl-C, each after the step in hand; the second one is not awaited. */
function onInterrupt(queue) {
  let stopped = false;
  process.on('SIGINT', () => {
    if (stopped) process.exit(130);
    stopped = true;
    queue.length = 0;
    for (const child of running) child.kill('SIGINT');
  });
  return () => stopped;
}

function list(plans, { experiments }, json, seeds) {
  if (json) {
    const memoryOf = (plan, variant) =>
      variant === experiments.BASELINES.variant
        ? 1000
        : experiments.requirementsOf(plan, experiments.variantOf(plan, variant)).memoryMB;
    const jobs = plans.flatMap((plan) =>
      experiments.jobsOf(plan, seeds).map((job) => ({
        experiment: plan.experiment.name,
        folder: plan.folder,
        memoryMB: memoryOf(plan, job.variant),
        ...job,
      })),
    );
    console.log(JSON.stringify(jobs));
    return 0;
  }
  const kept = recordedVariants();
  for (const plan of plans) {
    const count = experiments.jobsOf(plan, seeds).length;
    const { name, notebook, claim } = plan.experiment;
    console.log(`${plan.folder.padEnd(24)} notebook ${notebook}, ${count} jobs. ${claim}`);
    for (const one of kept.filter(({ experiment }) => experiment === name))
      console.log(`  ${shown(one.place)}${one.command ? `: ${one.command}` : ''}`);
  }
  return 0;
}

/** What --set knows of each experiment: name, kind and range, meaning, and today's value. */
function settings(plans, { experiments }) {
  for (const { folder, experiment, config } of plans) {
    console.log(folder);
    for (const { path: name, about, kind } of experiments.settingsInWords(
      experiment.kind.settings,
    )) {
      const value = name.split('.').reduce((inside, key) => inside?.[key], config);
      const now = value === undefined ? '' : `; now ${JSON.stringify(value)}`;
      console.log(`  ${name.padEnd(26)} ${about}: ${kind}${now}`);
    }
  }
  return 0;
}

function verdicts(plans, given, { experiments, records }) {
  for (const plan of plans) {
    const found = forReaders(() =>
      records.decide(
        plan.experiment.claims(plan.config),
        records.readExperiment(path.join(dataOf(plan, given, experiments), 'results', plan.folder)),
      ),
    );
    for (const { claim, ours, verdict } of found)
      console.log(`${verdict.toUpperCase().padEnd(18)} ${claim}\n${' '.repeat(19)}ours: ${ours}`);
  }
  return 0;
}

/** A few steps of every variant at the plan's size: time, memory, projected total. */
async function tryOut(plans, given, { experiments }) {
  for (const plan of plans) {
    let total = 0;
    for (const variant of plan.experiment.variants.filter(
      ({ key }) => !given.variant || key === given.variant,
    )) {
      let result = null;
      const code = await runOne(
        { ...requestOf(plan, given, experiments), variant: variant.key, try: given.try },
        cores(),
        (line) => {
          if (line.startsWith('{')) result = JSON.parse(line);
          else say('try', `${plan.folder} ${variant.key}: ${line}`);
        },
      );
      if (code !== 0 || !result)
        throw new Fault(
          `${plan.folder} ${variant.key} could not make ${given.try} steps (exit ${code}).`,
          'its message is above.',
        );
      const runs = variant.seeds ?? plan.config.seeds;
      const foreseen = experiments.requirementsOf(plan, variant).memoryMB;
      const all = result.seconds * result.steps;
      total += all * runs;
      say(
        'try',
        `${plan.folder} ${variant.key}: ${result.seconds.toFixed(3)} s a step, ` +
          `${result.megabytes} MB (foreseen ${foreseen}), ` +
          `${result.steps} steps in ${time(all)}, ${runs} seeds`,
      );
    }
    say(
      'try',
      `${plan.folder}: ${time(total)} in all on this machine, ` +
        `one job at a time on ${cores()} cores`,
    );
  }
  return 0;
}

/** The folder of the records and weights of a plan: the one that was named, else its own. */
const dataOf = (plan, given, experiments) => given.data ?? experiments.dataFolderOf(plan);

/** Where unfinished work lies. */
const scratchOf = (given) => (given.data ? path.join(given.data, 'runs') : at('build', 'runs'));

const requestOf = (plan, given, experiments) => ({
  experiment: plan.experiment.name,
  profile: plan.profile,
  set: given.set,
  data: dataOf(plan, given, experiments),
  scratch: scratchOf(given),
});

/** Says where the records of variants go, or that they go on where earlier ones lie. */
function tellPlaces(plans, given, experiments) {
  if (given.data || !Object.keys(given.set).length) return;
  for (const plan of plans)
    say('experiment', placeInWords(plan.folder, dataOf(plan, given, experiments)));
}

export async function experiment(words) {
  const given = asked(words);
  const shown = given.list || given.settings || given.verdicts;
  if (!given.names.length && !given.all && !shown)
    throw new Fault(
      'No experiment was named.',
      'name some (--list shows them), or give --all: that takes days where nothing is recorded yet.',
    );
  if (!given.list || !given.json) await setup();
  const { experiments, registry } = library();
  const names =
    given.names.length === 0 || given.all || given.names.includes('all')
      ? Object.keys(registry.EXPERIMENTS)
      : given.names;
  const plans = forReaders(() =>
    names
      .flatMap((name) => registry.experimentsNamed(name))
      .map((experiment) =>
        experiments.planExperiment(experiment, { profile: given.profile, set: given.set }),
      ),
  );
  if (given.list) return list(plans, { experiments }, given.json, given.seeds);
  if (given.settings) return settings(plans, { experiments });
  if (given.verdicts) return verdicts(plans, given, library());
  if (given.try) return tryOut(plans, given, { experiments });
  const wanted = plans.flatMap((plan) =>
    experiments.jobsOf(plan, given.seeds).map((job) => ({ plan, ...job, weights: given.weights })),
  );
  const jobs = wanted.filter(
    ({ variant, seed }) =>
      (!given.variant || variant === given.variant) &&
      (given.seed === undefined || seed === given.seed),
  );
  if (!jobs.length)
    throw new Fault(
      `There is no job with --variant ${given.variant ?? 'any'} --seed ${given.seed ?? 'any'}.`,
      'leave the options out to run all; --list shows them.',
    );
  return runAll(jobs, given, { experiments });
}

async function runAll(jobs, given, { experiments }) {
  const plans = [...new Set(jobs.map(({ plan }) => plan))];
  tellPlaces(plans, given, experiments);
  const open = forReaders(() =>
    jobs.filter(
      ({ plan, ...job }) => !experiments.isDone(plan, job, dataOf(plan, given, experiments)),
    ),
  );
  const width = Math.min(given.jobs ?? cores(), Math.max(1, open.length));
  const trained = open
    .filter(({ variant }) => variant !== experiments.BASELINES.variant)
    .map(({ plan, variant }) =>
      experiments.requirementsOf(plan, experiments.variantOf(plan, variant)),
    );
  checkCapacity({
    jobs: width,
    memoryMB: trained
      .map((need) => need.memoryMB)
      .sort((a, b) => b - a)
      .slice(0, width)
      .reduce((sum, value) => sum + value, 0),
    diskMB: Math.ceil(trained.reduce((sum, need) => sum + need.diskMB, 0)),
  });
  say('experiment', `${open.length} of ${jobs.length} jobs to do, ${width} at a time`);
  const weight = ({ plan, variant }) =>
    (variant === experiments.BASELINES.variant ? 0.05 : 1) * (plan.config.training?.steps ?? 2000);
  const whole = open.reduce((sum, job) => sum + weight(job), 0);
  const began = Date.now();
  let [done, failed] = [0, 0];
  const queue = [...open];
  const interrupted = onInterrupt(queue);
  // the quick profile has one thread a job, however many run: its numbers are then the same bits
  // everywhere
  const threads = given.profile === 'full' ? Math.max(1, Math.floor(cores() / width)) : 1;
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const label = `${job.plan.folder} ${job.variant} ${job.seed}`;
      const since = Date.now();
      const { variant, seed, weights } = job;
      const request = { ...requestOf(job.plan, given, experiments), variant, seed, weights };
      const code = await runOne(request, threads, (line) => say('experiment', `${label}: ${line}`));
      done += weight(job);
      if (code !== 0) failed++;
      const left = ((Date.now() - began) / 1000) * (whole / done - 1);
      say(
        'experiment',
        `${label}: ${code === 0 ? 'ready' : `ended with ${code}`} (${seconds(since)}); ` +
          `${Math.round((100 * done) / whole)} %, about ${time(left)} left`,
      );
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  for (const plan of plans) writeManifest(plan, dataOf(plan, given, experiments));
  if (interrupted()) {
    const folders = plans.map((plan) => path.join(dataOf(plan, given, experiments), 'results'));
    const results = [...new Set(folders)].join(' and ');
    say('experiment', `stopped; what is finished is in ${results}`);
    say('experiment', `training goes on from ${scratchOf(given)}: give the same command again`);
    return 130;
  }
  if (failed)
    say('experiment', `${failed} jobs did not end well; the same command goes on with them`);
  return failed ? 1 : 0;
}

/** What a folder of records holds and how it was made, beside it. */
function writeManifest(plan, data) {
  const records = path.join(data, 'results', plan.folder);
  const files = filesBelow(records, ['.jsonl']).map((file) => path.basename(file));
  if (!files.length) return;
  const manifest = {
    experiment: plan.experiment.name,
    profile: plan.profile,
    claim: plan.experiment.claim,
    source: plan.experiment.source,
    command: [
      `npm run experiment -- ${plan.experiment.name} --profile ${plan.profile}`,
      ...Object.entries(plan.set).map(([key, value]) => `--set '${key}=${JSON.stringify(value)}'`),
    ].join(' '),
    config: plan.config,
    variants: plan.experiment.variants,
    files,
  };
  writeAtomic(path.join(records, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
}
