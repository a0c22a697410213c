// One job of a recorded comparison in its own process: node bin/train-job.cjs EXPERIMENT METHOD SEED
'use strict';
const path = require('node:path');
const { core, experiments } = require('invicl');

const [experiment, method, seed] = process.argv.slice(2);
const root = path.join(__dirname, '..');
(async () => {
  await core.ready();
  const data = path.join(root, 'data');
  if (method === 'learners') {
    experiments.runLearners(experiment, data);
    console.log('done');
    return;
  }
  const end = await experiments.runJob(
    { experiment, method, seed: Number(seed) },
    data,
    path.join(root, 'build', 'runs'),
    ({ step, steps, loss }) => {
      if (step % 500 < 20) console.log(`${step}/${steps} loss ${loss.toPrecision(3)}`);
    },
  );
  console.log(end);
  process.exitCode = end === 'interrupted' ? 130 : 0;
})().catch((error) => {
  console.error(error instanceof core.CourseError ? error.message : error);
  process.exitCode = 1;
});
