// One job of an experiment in its own process: node bin/experiment-job.cjs '{"experiment": …,
// "variant": …, "seed": 0}'
'use strict';
const path = require('node:path');
const { core, experiments, registry } = require('invicl');

const root = path.join(__dirname, '..');

(async () => {
  await core.ready();
  const request = JSON.parse(process.argv[2]);
  const { experiment, profile, set, variant, seed, weights, data, scratch, try: steps } = request;
  const plan = experiments.planExperiment(registry.EXPERIMENTS[experiment], { profile, set });
  if (steps) {
    console.log(
      JSON.stringify(experiments.trySteps(plan, experiments.variantOf(plan, variant), steps)),
    );
    return;
  }
  let told = 0;
  const end = await experiments.runJob(
    plan,
    { variant, seed, weights },
    {
      data: data ?? experiments.dataFolderOf(plan),
      scratch: scratch ?? (data ? path.join(data, 'runs') : path.join(root, 'build', 'runs')),
      onNotice: (sentence) => console.log(sentence),
      onProgress: ({ step, steps: all, loss, elapsed }) => {
        if (Date.now() - told < 15_000) return;
        told = Date.now();
        console.log(`${step}/${all} loss ${loss.toPrecision(3)}, ${Math.round(elapsed)} s`);
      },
    },
  );
  console.log(end);
  process.exitCode = end === 'interrupted' ? 130 : 0;
})().catch((error) => {
  console.error(error instanceof core.CourseError ? error.message : error);
  process.exitCode = 1;
});
