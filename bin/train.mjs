// npm run train: makes the recorded comparisons in data/ again; finished jobs are left alone, interrupted ones go on.
import { spawn } from 'node:child_process';
import os from 'node:os';
import { createRequire } from 'node:module';
import { at, Fault, option, say, seconds } from './setup/base.mjs';
import { setup } from './setup/parts.mjs';

/** What TensorFlow's native code writes while it loads. */
const NATIVE_NOISE = /^(WARNING: All log messages before absl|I\d{4} )/;

export async function train(args) {
  await setup();
  const { experiments, core } = createRequire(import.meta.url)('invicl');
  const names = args.filter((a, i) => !a.startsWith('--') && !String(args[i - 1] ?? '').startsWith('--'));
  const [method, seed] = [option(args, '--method'), option(args, '--seed')];
  let jobs;
  try {
    const wanted = names.length ? names : Object.keys(experiments.COMPARISONS);
    jobs = wanted.flatMap((name) => [...experiments.jobsOf(name), { experiment: name, method: 'learners', seed: 0 }]);
  } catch (error) {
    throw error instanceof core.CourseError ? new Fault(error.message) : error;
  }
  jobs = jobs.filter((job) => (!method || job.method === method) && (!seed || job.seed === Number(seed)));
  if (!jobs.length)
    throw new Fault(`There is no job with --method ${method ?? 'any'} --seed ${seed ?? 'any'}.`, 'leave the options out to see all.');
  const open = [...jobs];
  let failed = 0;
  const worker = async () => {
    for (let job = open.shift(); job; job = open.shift()) {
      const label = `${job.experiment} ${job.method} ${job.seed}`;
      const since = Date.now();
      const code = await new Promise((resolve) => {
        const env = { ...process.env, TF_NUM_INTRAOP_THREADS: '1', OMP_NUM_THREADS: '1' };
        const child = spawn(process.execPath, [at('bin', 'train-job.cjs'), job.experiment, job.method, String(job.seed)], {
          cwd: at(),
          env,
        });
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (text) =>
            text
              .toString()
              .trim()
              .split('\n')
              .filter((line) => !NATIVE_NOISE.test(line))
              .forEach((line) => say('train', `${label}: ${line}`)),
          );
        child.on('close', resolve);
      });
      say('train', `${label}: ${code === 0 ? 'ready' : `ended with ${code}`} (${seconds(since)})`);
      if (code !== 0) failed++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(os.cpus().length, jobs.length) }, worker));
  return failed ? 1 : 0;
}
