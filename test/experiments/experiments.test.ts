import * as assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { core, experiments, records, registry, training } from 'invicl';

import { refused, root, sameRecords, scratch } from '../helpers';

/** A small experiment, seconds a run. */
const size = { width: 16, layers: 1, heads: 2 };
const toy: experiments.PromptExperiment = {
  ...registry.experimentOf('linear-fixed-n'),
  name: 'toy',
  weights: ['ar', 'invicl'],
  variants: [
    { key: 'ar', name: 'AR', method: 'ar', also: ['BatchICL', 'mean of 8 orders', 'InvICL mask'] },
    { key: 'invicl', name: 'InvICL', method: 'invicl', seeds: 1 },
    { key: 'sorted', name: 'AR, canonical order', method: 'ar', order: 'canonical', seeds: 1 },
  ],
  profiles: Object.fromEntries(
    (['quick', 'full'] as const).map((name) => [
      name,
      {
        task: { kind: 'linear', d: 2 },
        model: { layout: 'pair', size },
        training: { steps: name === 'full' ? 60 : 20, batch: 8, n: 4, tests: 2 },
        seeds: 2,
        watchEvery: 5,
        measures: {
          ns: [2, 4],
          prompts: 16,
          tests: 2,
          shifts: { noise: { kind: 'linear', d: 2, noise: 1 } },
          shiftNs: [4],
          probes: 48,
        },
      },
    ]),
  ) as unknown as experiments.PromptExperiment['profiles'],
};
const plan = experiments.planExperiment(toy);

test('a job writes records and weights; an interrupted one goes on to the same bits', async () => {
  const [whole, broken] = [scratch(), scratch()];
  const job = { variant: 'ar', seed: 0 };
  const options = (data: string): experiments.JobOptions => ({ data, scratch: join(data, 'runs') });
  assert.equal(await experiments.runJob(plan, job, options(whole)), 'done');
  const files = experiments.filesOf(plan, job, whole, join(whole, 'runs'));
  const { mtimeMs } = statSync(files.records);
  assert.equal(await experiments.runJob(plan, job, options(whole)), 'was done');
  assert.equal(statSync(files.records).mtimeMs, mtimeMs);
  assert.ok(
    !existsSync(files.checkpoint) && !existsSync(files.partial),
    'unfinished work is cleared',
  );
  const variants = new Set(records.readRecords(files.records).map(({ variant }) => variant));
  assert.deepEqual([...variants].sort(), [
    'AR',
    'AR weights, InvICL mask',
    'AR, mean of 8 orders',
    'BatchICL',
  ]);

  const stopAt = (step: number): experiments.JobOptions => ({
    ...options(broken),
    onProgress: (progress) => {
      if (progress.step > step) throw new Error('power cut');
    },
  });
  await assert.rejects(experiments.runJob(plan, job, stopAt(0)), /power cut/);
  const cut = experiments.planExperiment({
    ...toy,
    profiles: { ...toy.profiles, quick: { ...plan.config } },
  });
  const partial = experiments.filesOf(cut, job, broken, join(broken, 'runs')).partial;
  assert.ok(existsSync(partial), 'the first point is kept');
  assert.equal(await experiments.runJob(cut, job, options(broken)), 'done');
  sameRecords(files.records, experiments.filesOf(plan, job, broken, broken).records);
});

test('a run that is cut between checkpoints neither loses nor doubles a record', async () => {
  const [whole, broken] = [scratch(), scratch()];
  const job = { variant: 'invicl', seed: 0 };
  const quick = { ...plan.config, training: { ...plan.config.training, logEvery: 1 } };
  const logged = experiments.planExperiment({ ...toy, profiles: { ...toy.profiles, quick } });
  await experiments.runJob(logged, job, { data: whole, scratch: join(whole, 'runs') });
  let cuts = 0;
  for (const at of [3, 8, 13]) {
    const onProgress = ({ step }: training.Progress): void => {
      if (step === at) throw new Error('power cut');
    };
    await assert.rejects(
      experiments.runJob(logged, job, { data: broken, scratch: join(broken, 'runs'), onProgress }),
      /power cut/,
    );
    cuts++;
  }
  assert.equal(cuts, 3);
  assert.equal(
    await experiments.runJob(logged, job, { data: broken, scratch: join(broken, 'runs') }),
    'done',
  );
  const [a, b] = [whole, broken].map((data) => experiments.filesOf(logged, job, data, data));
  sameRecords(a!.records, b!.records);
  assert.deepEqual(
    core.readSafetensors(b!.weights).arrays,
    core.readSafetensors(a!.weights).arrays,
  );
});

test('a run that is killed between its last checkpoint and its last point has that point', async () => {
  const [whole, broken] = [scratch(), scratch()];
  const job = { variant: 'invicl', seed: 0 };
  await experiments.runJob(plan, job, { data: whole, scratch: join(whole, 'runs') });
  const options = { data: broken, scratch: join(broken, 'runs') };
  const { partial, checkpoint } = experiments.filesOf(plan, job, broken, options.scratch);
  const kind: experiments.ExperimentKind = {
    ...toy.kind,
    start: (...given) => {
      const run = toy.kind.start(...given);
      assert.ok(run.trainer !== null);
      const watch: experiments.TrainingRun['watch'] = (put) => {
        if (run.trainer.step === 20) throw new Error('power cut');
        run.watch(put);
      };
      return { ...run, watch };
    },
  };
  const killed = { ...plan, experiment: { ...plan.experiment, kind } };
  await assert.rejects(
    experiments.runJob(killed as unknown as experiments.Plan, job, options),
    /power cut/,
  );
  assert.ok(existsSync(checkpoint) && existsSync(partial));
  assert.equal(await experiments.runJob(plan, job, options), 'done');
  const [a, b] = [whole, broken].map((data) => experiments.filesOf(plan, job, data, data));
  sameRecords(a!.records, b!.records);
});

test('records and checkpoints of another config are refused, not mixed', async () => {
  const data = scratch();
  const job = { variant: 'invicl', seed: 0 };
  const options = { data, scratch: join(data, 'runs') };
  await experiments.runJob(plan, job, options);
  const other = {
    ...plan,
    config: { ...plan.config, training: { ...plan.config.training, steps: 21 } },
  };
  refused(() => experiments.isDone(other, job, data), 'invicl-0.jsonl', 'another config');
  const files = experiments.filesOf(plan, job, data, options.scratch);
  const { records: file, partial, checkpoint, weights } = files;
  const [first] = records.readRecords(file);
  records.writeRecords(partial, [first!]);
  rmSync(file);
  await assert.rejects(experiments.runJob(other, job, options), /another config/);
  writeFileSync(file, readFileSync(partial, 'utf8').slice(0, 30));
  refused(() => experiments.isDone(plan, job, data), 'Line 1', 'cut');
  rmSync(file);
  records.writeRecords(partial, [
    { ...first!, config: experiments.hashOf(other, other.experiment.variants[1]!) },
  ]);
  writeFileSync(checkpoint, readFileSync(weights));
  await assert.rejects(experiments.runJob(other, job, options), /another config|checkpoint/);
});

test('a job is done only when its own file is whole', async () => {
  const data = scratch();
  const job = { variant: 'invicl', seed: 0 };
  await experiments.runJob(plan, job, { data, scratch: join(data, 'runs') });
  const { records: file } = experiments.filesOf(plan, job, data, data);
  assert.ok(experiments.isDone(plan, job, data));
  const whole = records.readRecords(file);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text + text);
  refused(() => experiments.isDone(plan, job, data), 'invicl-0.jsonl', 'two files', 'Restore');
  const lines = text.split('\n');
  writeFileSync(file, lines.slice(0, lines.length >> 1).join('\n'));
  refused(() => experiments.isDone(plan, job, data), 'invicl-0.jsonl', 'cut');
  records.writeRecords(
    file,
    whole.map((record) => ({ ...record, seed: 1, job: 'invicl-1' })),
  );
  refused(() => experiments.isDone(plan, job, data), 'invicl-0.jsonl', "'invicl-1'", 'copy');
});

test('unfinished work that was cut is set aside with a word, and the job starts again', async () => {
  const [whole, data] = [scratch(), scratch()];
  const job = { variant: 'invicl', seed: 0 };
  const told: string[] = [];
  const onNotice = (sentence: string): void => void told.push(sentence);
  const options = { data, scratch: join(data, 'runs'), onNotice };
  const cut = async (): Promise<void> => {
    const onProgress = ({ step }: training.Progress): void => {
      if (step > 10) throw new Error('power cut');
    };
    const often = { ...plan.config, training: { ...plan.config.training, logEvery: 1 } };
    await assert.rejects(
      experiments.runJob({ ...plan, config: often }, job, { ...options, onProgress }),
      /power cut/,
    );
  };
  const files = experiments.filesOf(plan, job, data, options.scratch);
  const damages: readonly (() => void)[] = [
    () => writeFileSync(files.partial, readFileSync(files.partial).subarray(0, 400)),
    () => writeFileSync(files.checkpoint, readFileSync(files.checkpoint).subarray(0, 400)),
    () => rmSync(files.partial),
  ];
  const often = { ...plan.config, training: { ...plan.config.training, logEvery: 1 } };
  const logged = { ...plan, config: often };
  await experiments.runJob(logged, job, { data: whole, scratch: join(whole, 'runs') });
  for (const damage of damages) {
    await cut();
    damage();
    told.length = 0;
    assert.equal(await experiments.runJob(logged, job, options), 'done');
    assert.match(told.join(), /set aside .*\.cut.*starts again/);
    sameRecords(files.records, experiments.filesOf(plan, job, whole, whole).records);
    for (const file of [files.records, files.weights]) rmSync(file);
  }
});

test('one process at a time is at work on a job; the lock of a dead one is taken over', async () => {
  const data = scratch();
  const job = { variant: 'invicl', seed: 0 };
  const told: string[] = [];
  const options = {
    data,
    scratch: join(data, 'runs'),
    onNotice: (sentence: string) => void told.push(sentence),
  };
  const { lock, records: file } = experiments.filesOf(plan, job, data, options.scratch);
  mkdirSync(join(data, 'runs', 'toy'), { recursive: true });
  const sleeper = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  const facts = `/proc/${sleeper.pid}/stat`; // not on every system
  const begin = existsSync(facts)
    ? readFileSync(facts, 'utf8').split(') ')[1]!.split(' ')[19]!
    : '';
  writeFileSync(lock, `${sleeper.pid} ${begin} ${hostname()}`);
  assert.equal(await experiments.runJob(plan, job, options), 'elsewhere');
  assert.match(told.join(), new RegExp(`process \\(${sleeper.pid} on .*\\) is at work`));
  assert.ok(existsSync(lock) && !existsSync(file));
  sleeper.kill('SIGKILL');
  await new Promise((resolve) => sleeper.on('close', resolve));
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);
  const left = (name: string): string => join(data, 'runs', 'toy', `x.jsonl.${name}.0123abcd.tmp`);
  const temporary = left(`${host}-${sleeper.pid}`);
  const ours = left(`${host}-${process.pid}`);
  writeFileSync(lock, `${process.pid} ${begin} elsewhere`);
  assert.equal(await experiments.runJob(plan, job, options), 'elsewhere', 'of another machine');
  const long = new Date(Date.now() - 3_600_000);
  utimesSync(lock, long, long);
  for (const file of [temporary, ours]) writeFileSync(file, '');
  assert.equal(await experiments.runJob(plan, job, options), 'done');
  assert.ok(!existsSync(lock), 'the lock is released');
  assert.ok(!existsSync(temporary), 'what a dead process left is removed');
  assert.ok(existsSync(ours), 'what a living one writes is not');
});

test('a loss that is not finite stops the run and keeps the last good checkpoint', async () => {
  const data = scratch();
  const bad = experiments.planExperiment(toy, {
    set: { 'training.learningRate': 1e30, 'training.clip': 0, 'training.steps': 30 },
  });
  await assert.rejects(
    experiments.runJob(bad, { variant: 'ar', seed: 1 }, { data, scratch: join(data, 'runs') }),
    (error: Error) => {
      assert.ok(error instanceof core.CourseError);
      assert.match(
        error.message,
        /loss became (NaN|Infinity) at step \d+ \(seed 1\).*checkpoint is kept/,
      );
      return true;
    },
  );
  assert.ok(!existsSync(experiments.filesOf(bad, { variant: 'ar', seed: 1 }, data, data).records));
});

test('plans: profiles, seeds and settings; what nobody knows is refused', () => {
  assert.equal(experiments.planExperiment(toy, { profile: 'full' }).folder, 'toy-full');
  const changed = experiments.planExperiment(toy, { set: { 'training.steps': 7 } });
  assert.match(changed.folder, /^toy-[0-9a-f]{6}$/);
  assert.equal(changed.config.training.steps, 7);
  assert.notEqual(
    experiments.hashOf(changed, toy.variants[0]!),
    experiments.hashOf(plan, toy.variants[0]!),
  );
  const more = experiments.planExperiment({
    ...toy,
    profiles: { ...toy.profiles, quick: { ...plan.config, seeds: 9 } },
  });
  assert.equal(
    experiments.hashOf(more, toy.variants[0]!),
    experiments.hashOf(plan, toy.variants[0]!),
    'more seeds are no other config',
  );
  assert.deepEqual(
    experiments.jobsOf(plan).map(({ variant, seed }) => `${variant} ${seed}`),
    ['learners 0', 'ar 0', 'invicl 0', 'sorted 0', 'ar 1'],
  );
  assert.equal(experiments.jobsOf(plan, 3).length, 1 + 3 * 3);
  refused(() => experiments.planExperiment(toy, { profile: 'slow' }), "'slow'", 'quick, full');
  refused(
    () => experiments.planExperiment(toy, { set: { 'trianing.steps': 7 } }),
    "'trianing'",
    'training',
  );
  refused(
    () => experiments.planExperiment(toy, { set: { 'measures.promts': 7 } }),
    "'promts'",
    'prompts',
  );
  refused(() => experiments.planExperiment(toy, { set: { 'seeds.x': 7 } }), "'seeds'");
  refused(() => experiments.jobsOf(plan, 0), 'seeds', '0');
  refused(
    () => experiments.planExperiment(toy, { set: { 'training.stpes': 7 } }),
    "'stpes'",
    'steps',
  );
  refused(() => experiments.planExperiment(toy, { set: { 'model.depth': 7 } }), "'depth'", 'size');
  refused(() => experiments.variantOf(plan, 'gpt'), "'gpt'", 'toy', 'sorted');
  refused(() => registry.experimentOf('nothing'), "'nothing'", 'linear-random-n');
  refused(
    () => experiments.checkExperiment({ ...toy, variants: [toy.variants[0]!, toy.variants[0]!] }),
    "two variants with the key 'ar'",
  );
  refused(() => experiments.checkExperiment({ ...toy, weights: ['gpt'] }), "'gpt'", 'sorted');
});

test('plans, jobs and kinds that are none are refused before anything runs', () => {
  const wrong = <T>(value: unknown): T => value as T;
  const [ar, job] = [toy.variants[0]!, { variant: 'ar', seed: 0 }];
  refused(() => experiments.trySteps(plan, ar, 0), 'number of steps', '0');
  refused(() => experiments.trySteps(plan, wrong({ ...ar, order: 'none' }), 1), "'order'", 'none');
  refused(() => experiments.requirementsOf(plan, wrong({ ...ar, depth: 7 })), "'depth'", 'method');
  refused(() => experiments.commandOf(wrong({ ...plan, seed: 1 }), job), "'seed'", 'profile');
  refused(() => experiments.commandOf(plan, wrong({ ...job, sead: 1 })), "'sead'", 'weights');
  refused(() => experiments.checkExperiment({ ...toy, kind: wrong({}) }), 'kind', "'check'");
  refused(
    () => experiments.checkExperiment({ ...toy, planned: wrong('soon') }),
    "'planned'",
    'soon',
  );
  refused(() => experiments.jobsOf(plan, 1e12), 'seeds', '10000', '1000000000000');
  refused(() => registry.experimentOfKind(wrong(null), 'sparse'), 'kind of an experiment', 'null');
  refused(() => experiments.codeHash('absent'), "'absent'", 'no library');
});

test('settings: one schema refuses wrong kinds, ranges and names before anything starts', () => {
  const cases: readonly (readonly [path: string, value: unknown, ...pieces: string[]])[] = [
    ['training.steps', -5, "'training.steps'", 'from 1 to', 'got -5'],
    ['training.steps', 'abc', 'a whole number', 'got "abc"'],
    ['training.steps', 2.5, 'a whole number', 'got 2.5'],
    ['training.batch', 1e9, 'to 10000000', 'got 1000000000'],
    ['training.learningRate', NaN, 'above 0', 'got NaN'],
    ['training.warmUp', 2, 'from 0 to 1', 'got 2'],
    ['training.adam', { beta3: 1 }, "'training.adam'", "'beta3'", 'weightDecay'],
    ['training.curriculum', { active: { start: 1 } }, 'training.curriculum', '{"start":1}'],
    ['measures', null, "'measures'", 'got null'],
    ['measures.ns', [1, 'x'], "'measures.ns.1'", 'got "x"'],
    ['model.size', 'huge', '"tiny"', 'got "huge"'],
    ['model.size', { width: 10, heads: 3 }, 'width 10', '3 heads'],
    ['model.layout', 'z', '"pair"', 'got "z"'],
    ['task', { kind: 'chess' }, "'chess'", 'linear'],
    ['seeds', 0, "'seeds'", 'from 1'],
  ];
  for (const [path, value, ...pieces] of cases)
    refused(() => experiments.planExperiment(toy, { set: { [path]: value } }), ...pieces);
});

test('settings: every setting of every registered config is documented', () => {
  for (const experiment of Object.values(registry.EXPERIMENTS))
    for (const config of Object.values(experiment.profiles)) {
      const known = experiments.settingsInWords(experiment.kind.settings);
      const paths = new Set(known.map(({ path }) => path));
      for (const { path, about, kind } of known) assert.ok(about && kind, path);
      for (const [section, inside] of Object.entries(config)) {
        const keys = Object.keys(inside as object).map((key) => `${section}.${key}`);
        assert.ok(
          paths.has(section) || keys.every((key) => paths.has(key)),
          `${experiment.name}: ${section}`,
        );
      }
    }
});

test('what a job needs grows with its size, from the quick one to the paper’s', () => {
  const whole = experiments.planExperiment(registry.experimentOf('linear-random-n'), {
    profile: 'full',
  });
  const small = experiments.planExperiment(registry.experimentOf('linear-random-n'));
  const [big, little] = [whole, small].map((one) =>
    experiments.requirementsOf(one, experiments.variantOf(one, 'invicl')),
  );
  assert.ok(big!.memoryMB > 1.5 * little!.memoryMB && big!.diskMB > 10 * little!.diskMB);
  assert.equal(whole.config.training.n, 40);
  assert.equal(training.TRAINING.batch, 64);
});

test('timings: a cut line and a file without its machine are refused', () => {
  const file = join(scratch(), 'benchmark.jsonl');
  const machine = '{"case":"machine","processor":"p","cores":2}';
  writeFileSync(file, `${machine}\n{"case":"small","what":"train","n":1,"B":1,"threads":1}\n`);
  assert.equal(records.readTimings(file).timings.length, 1);
  writeFileSync(file, `${machine}\n{"case":"sm`);
  refused(() => records.readTimings(file), 'Line 2', 'cut', 'npm run benchmark');
  writeFileSync(file, '{"case":"small"}\n');
  refused(() => records.readTimings(file), 'does not begin with the machine');
});

test('the registry: every entry plans, and its shipped records decide every claim', () => {
  for (const [name, experiment] of Object.entries(registry.EXPERIMENTS)) {
    for (const profile of ['quick', 'full'])
      assert.ok(
        experiments.jobsOf(experiments.planExperiment(experiment, { profile })).length > 2,
        name,
      );
    const quick = experiments.planExperiment(experiment);
    const folder = join(root, 'data', 'results', quick.folder);
    if (experiment.planned) {
      assert.ok(!existsSync(folder), `${name} has records and is no longer planned`);
      continue;
    }
    const measured = records.readExperiment(folder);
    for (const job of experiments.jobsOf(quick))
      assert.ok(
        experiments.isDone(quick, job, join(root, 'data')),
        `${name} ${job.variant} ${job.seed}`,
      );
    const lines = new Set(
      measured.map((r) => JSON.stringify([r.variant, r.seed, r.step, r.over, r.at, r.metric])),
    );
    assert.equal(lines.size, measured.length, `${name} has no record twice`);
    const verdicts = records.decide(experiment.claims(quick.config), measured);
    assert.ok(
      verdicts.length > 0 &&
        verdicts.every(({ ours }) => ours.length > 10 && !ours.includes('NaN')),
      name,
    );
  }
});

test('the checkpoints in data are those that the registry lists', () => {
  const folder = join(root, 'data', 'checkpoints');
  const found = readdirSync(folder).flatMap((name) =>
    readdirSync(join(folder, name)).map((file) => `${name}/${file}`),
  );
  const listed = Object.values(registry.EXPERIMENTS).flatMap(
    ({ name, weights = [], weightSeeds = 1 }) =>
      weights.flatMap((key) =>
        Array.from({ length: weightSeeds }, (_, seed) => `${name}/${key}-${seed}.safetensors`),
      ),
  );
  assert.deepEqual(found.sort(), listed.sort());
});

test('weights that are not listed are kept when asked for; records stay as they are', async () => {
  const data = scratch();
  const options = { data, scratch: join(data, 'runs') };
  const job = { variant: 'sorted', seed: 0 };
  assert.equal(await experiments.runJob(plan, job, options), 'done');
  const files = experiments.filesOf(plan, job, data, options.scratch);
  assert.ok(!existsSync(files.weights));
  const written = readFileSync(files.records, 'utf8');
  assert.equal(await experiments.runJob(plan, { ...job, weights: true }, options), 'done');
  assert.ok(existsSync(files.weights));
  assert.equal(readFileSync(files.records, 'utf8'), written);
  assert.equal(await experiments.runJob(plan, { ...job, weights: true }, options), 'was done');
});
