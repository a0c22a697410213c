// The course's own side of the benchmark, in its own process: answers one line of JSON on each line of JSON it is given.
'use strict';
const readline = require('node:readline');
const { core, model, tasks, training } = require('invicl');

const D = 20; // numbers in an input, as in Garg et al. (2022)

/** Weights and a batch as files, for both sides. */
function make({ size, method, n, m, B, weights, batch }) {
  const network = new model.InContextModel({ method, layout: 'xy', size, d: D, seed: 1 });
  const prompts = tasks.linearRegression({ d: D }).sample(core.stream(1, 'benchmark'), { B, n, m });
  const arrays = (tensors) => Object.fromEntries(Object.entries(tensors).map(([k, t]) => [k, { shape: t.shape, data: t.dataSync() }]));
  core.writeSafetensors(weights, arrays(network.parameters));
  core.writeSafetensors(batch, arrays(prompts));
  return {};
}

/** What is timed: a function that makes one step or one pass, and returns what it computed. */
function prepare({ size, method, form, precision, what, learningRate, weights, batch, microBatch = 0, compile = true }) {
  const { tf } = core;
  const network = new model.InContextModel({ method, layout: 'xy', size, d: D, seed: 1, ...(method === 'invicl' ? { form } : {}) });
  const tensors = (file) => Object.entries(core.readSafetensors(file).arrays).map(([k, a]) => [k, tf.tensor(a.data, [...a.shape])]);
  for (const [name, value] of tensors(weights)) network.parameters[name].assign(value);
  const prompts = Object.fromEntries(tensors(batch));
  const [B, n] = prompts.x.shape;
  if (what === 'predict') {
    const predict = core.compile((x, y, xTest, yTest) => network.forward({ x, y, xTest, yTest }).tests, { compile, precision });
    return () => {
      const out = predict.run(prompts.x, prompts.y, prompts.xTest, prompts.yTest);
      const values = Array.from(out.dataSync());
      out.dispose();
      return values;
    };
  }
  const task = {
    ...tasks.linearRegression({ d: D }),
    sample: () => Object.fromEntries(Object.entries(prompts).map(([k, t]) => [k, t.clone()])),
  };
  const config = { batch: B, n, tests: m, steps: 1e6, learningRate, warmUp: 0, finalRate: 1, microBatch };
  const trainer = new training.Trainer(network, task, config, { compile, precision });
  return () => [trainer.train()];
}

const peak = () => process.resourceUsage().maxRSS * 1024;
let job;
const answers = {
  make,
  prepare: (asked) => {
    job = prepare(asked);
    return { values: job() };
  },
  run: ({ times }) => {
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    for (let i = 0; i < times; i++) job();
    const { user, system } = process.cpuUsage(cpu);
    return { wall: (performance.now() - wall) / times, cpu: (user + system) / 1000 / times, memory: peak() - base };
  },
};

let base = 0;
(async () => {
  const { backend } = await core.ready();
  core.tf.zeros([1]).dataSync();
  base = peak();
  console.log(JSON.stringify({ version: backend }));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    let answer;
    try {
      answer = answers[asked.do](asked);
    } catch (error) {
      answer = { failed: error.message.split('\n')[0].slice(0, 200) };
    }
    console.log(JSON.stringify(answer));
  }
})();
