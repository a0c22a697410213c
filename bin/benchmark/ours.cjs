// The course's own side of the benchmark, in its own process: answers one line of JSON on each line
// of JSON it is given.
'use strict';
const readline = require('node:readline');
const { core, model, tasks, tf, training } = require('invicl');

const D = 20; // numbers in an input, as in Garg et al. (2022)

const sample = (B, n, m, name = 'benchmark') =>
  tasks.linearRegression({ d: D }).sample(core.stream(1, name), { B, n, m });

/** Weights and a batch as files, for both sides. */
function make({ size, method, n, m, B, weights, batch }) {
  const network = new model.InContextModel({ method, layout: 'xy', size, d: D, seed: 1 });
  const arrays = (tensors) =>
    Object.fromEntries(
      Object.entries(tensors).map(([k, t]) => [k, { shape: t.shape, data: t.dataSync() }]),
    );
  core.writeSafetensors(weights, arrays(network.parameters));
  core.writeSafetensors(batch, arrays(sample(B, n, m)));
  return {};
}

const read = (out) => {
  const values = Array.from(out.dataSync());
  out.dispose();
  return values;
};

/** What can be timed: each makes a function that does it once and returns what it computed. */
const WHATS = {
  train: (network, prompts, { learningRate, microBatch = 0, precision, compile }) => {
    const [B, n] = prompts.x.shape;
    const copies = () =>
      Object.fromEntries(Object.entries(prompts).map(([k, t]) => [k, t.clone()]));
    const task = { ...tasks.linearRegression({ d: D }), sample: copies };
    const config = {
      batch: B,
      n,
      tests: prompts.xTest.shape[1],
      steps: 1e6,
      learningRate,
      warmUp: 0,
      finalRate: 1,
      microBatch,
    };
    const trainer = new training.Trainer(network, task, config, { compile, precision });
    return () => [trainer.train()];
  },
  predict: (network, prompts) => () => read(network.predict(prompts)),
  /** Another example in the place of the middle one, and the answers. */
  edit: (network, prompts) => {
    const prompt = new model.EditablePrompt(network, prompts, {});
    const other = sample(1, 1, 1, 'other');
    const [x, y] = [other.x.reshape([1, D]), other.y.reshape([1])];
    return () => {
      prompt.replace(prompt.n >> 1, x, y);
      return read(prompt.answers());
    };
  },
  /** What an edit cannot do without: one example's first copy, and the second stage. */
  floor: (network, prompts) => {
    const one = sample(1, 1, 1, 'other');
    const first = core.compile((x, y, xTest, yTest) => {
      const { queries, keys, values } = model.firstStage(
        network.transformer,
        network.blocks({ x, y, xTest, yTest }).examples,
      );
      return tf.stack([queries, ...keys, ...values]);
    });
    const second = core.compile((memory, x, y, xTest, yTest) => {
      const { examples, tests } = network.blocks({ x, y, xTest, yTest });
      const [queries, ...rest] = tf.unstack(memory);
      const copies = {
        queries,
        keys: rest.slice(0, rest.length / 2),
        values: rest.slice(rest.length / 2),
      };
      return network.answers(model.secondStage(network.transformer, copies, examples, tests)).tests;
    });
    const all = ({ x, y, xTest, yTest }) => [x, y, xTest, yTest];
    const memory = first.run(...all(prompts));
    return () => {
      first.run(...all(one)).dispose();
      return read(second.run(memory, ...all(prompts)));
    };
  },
  reorder: (network, prompts) => {
    const prompt = new model.EditablePrompt(network, prompts, {});
    const order = [...Array(prompt.n).keys()].reverse();
    return () => {
      prompt.reorder(order);
      return read(prompt.answers());
    };
  },
};

function prepare(asked) {
  const { size, method, form, what, weights, batch } = asked;
  const network = new model.InContextModel({
    method,
    layout: 'xy',
    size,
    d: D,
    seed: 1,
    ...(form ? { form } : {}),
  });
  const tensors = (file) =>
    Object.entries(core.readSafetensors(file).arrays).map(([k, a]) => [
      k,
      tf.tensor(a.data, [...a.shape]),
    ]);
  for (const [name, value] of tensors(weights)) network.parameters[name].assign(value);
  return WHATS[what](network, Object.fromEntries(tensors(batch)), asked);
}

const peak = () => process.resourceUsage().maxRSS * 1024;
let [base, job] = [0, null];

/** Jobs with files of their own, which make a function as WHATS does. */
const OWN = { adapt: './adapters.cjs', score: './scoring.cjs' };
const answers = {
  make,
  prepare: (asked) => {
    const own = OWN[asked.what];
    job = own ? require(own).prepare(asked) : prepare(asked);
    const values = job();
    // predictions are compiled when they come for the third time
    if (asked.what !== 'train' && job.parts !== 1) for (let i = 0; i < 2; i++) job();
    return { values };
  },
  run: ({ times }) => {
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    for (let i = 0; i < times; i++) job();
    const { user, system } = process.cpuUsage(cpu);
    const runs = times / (job.parts ?? 1);
    return {
      wall: (performance.now() - wall) / runs,
      cpu: (user + system) / 1000 / runs,
      memory: peak() - base,
      ...(job.parts ? { peak: peak() } : {}),
    };
  },
};

(async () => {
  const { backend } = await core.ready();
  tf.zeros([1]).dataSync();
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
