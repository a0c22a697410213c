// Trains a small InvICL network in the page, draws its error against the number of examples beside
// that of least squares, and shuffles the examples of a prompt. build.mjs makes page.bundle.js of it.
import { leastSquares } from 'invicl/dist/baselines';
import { ready, tf } from 'invicl/dist/core/backend';
import { stream } from 'invicl/dist/core/random';
import { errorCurves } from 'invicl/dist/evaluation';
import { InContextModel } from 'invicl/dist/model';
import { linearRegression } from 'invicl/dist/tasks';
import { Trainer } from 'invicl/dist/training';

const STEPS = 400;
const SIZE = { width: 24, layers: 2, heads: 2 };
const RECIPE = {
  steps: STEPS,
  n: 6,
  nRandom: true,
  tests: 4,
  batch: 16,
  learningRate: 0.015,
  seed: 0,
};
const SETTING = { ns: [1, 2, 3, 4, 5, 6], prompts: 64, tests: 2, seed: 1 };
const COLOURS = { InvICL: '#0072b2', 'least squares': '#d55e00' };

const element = (id) => document.getElementById(id);
const nextFrame = () => new Promise((done) => setTimeout(done));

/** Draws curves of error (from 0 to 1.2) over the number of examples. */
function draw(canvas, curves) {
  const pen = canvas.getContext('2d');
  const left = 50;
  const right = canvas.width - 110;
  const bottom = canvas.height - 40;
  const x = (n) => left + ((n - 1) / 5) * (right - left);
  const y = (error) => bottom - (Math.min(error, 1.2) / 1.2) * (bottom - 15);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.font = '13px sans-serif';
  pen.fillStyle = pen.strokeStyle = '#444';
  pen.strokeRect(left, 15, right - left, bottom - 15);
  for (const n of SETTING.ns) pen.fillText(String(n), x(n) - 4, bottom + 16);
  for (const error of [0, 0.5, 1]) pen.fillText(error.toFixed(1), left - 28, y(error) + 4);
  pen.fillText('examples in the prompt', (left + right) / 2 - 65, bottom + 34);
  pen.fillText('error', 4, 12);
  for (const [name, points] of Object.entries(curves)) {
    pen.strokeStyle = pen.fillStyle = COLOURS[name];
    pen.lineWidth = 2;
    pen.beginPath();
    for (const { n, error } of points) pen.lineTo(x(n), y(error.mean));
    pen.stroke();
    pen.fillText(name, right + 6, y(points.at(-1).error.mean) + 4);
  }
  pen.lineWidth = 1;
}

/** The error of the network and of least squares on the same prompts. */
function drawErrors(network, task) {
  const curves = errorCurves([network, leastSquares], task, SETTING);
  draw(element('curves'), curves);
  const inWords = curves.InvICL.map(({ n, error }) => `${n}: ${error.mean.toFixed(2)}`);
  element('curves').setAttribute(
    'aria-label',
    `Error of InvICL by examples: ${inWords.join(', ')}`,
  );
  return curves;
}

/** Trains in short pieces, so that the page can draw between them. */
async function train(network, task) {
  const trainer = new Trainer(network, task, RECIPE);
  for (let step = 1; step <= STEPS; step++) {
    trainer.train();
    if (step % 10) continue;
    element('progress').textContent = `${step} of ${STEPS} steps`;
    if (step % 50 === 0) drawErrors(network, task);
    await nextFrame();
  }
  trainer.dispose();
}

/** A prompt of five examples and a question; every click asks it in another order. */
function offerShuffles(network, task) {
  const sample = task.sample(stream(2, 'prompt'), { B: 1, n: 5, m: 1 });
  const [xs, ys] = [sample.x.arraySync()[0], sample.y.arraySync()[0]];
  const [asked, right] = [sample.xTest.arraySync()[0][0], sample.yTest.arraySync()[0][0]];
  let clicks = 0;
  const answers = [];
  const ask = (order) => {
    const x = tf.tensor3d([order.map((i) => xs[i])]);
    const y = tf.tensor2d([order.map((i) => ys[i])]);
    const answer = network.predict({ ...sample, x, y });
    answers.push(answer.dataSync()[0]);
    tf.dispose([x, y, answer]);
    const rows = order.map((i) => `example ${i + 1}: x = ${point(xs[i])}, y = ${two(ys[i])}`);
    element('examples').replaceChildren(
      ...rows.map((text) => Object.assign(document.createElement('li'), { textContent: text })),
    );
    const moved = Math.max(...answers) - Math.min(...answers);
    element('answer').textContent =
      `Answer at x = ${point(asked)}: ${answers.at(-1).toFixed(4)} (right: ${two(right)}). ` +
      `Over ${answers.length} orders it moved by ${moved.toExponential(1)} at most.`;
    Object.assign(document.body.dataset, { orders: answers.length, moved });
  };
  ask([0, 1, 2, 3, 4]);
  element('shuffle').disabled = false;
  element('shuffle').onclick = () => ask(stream(3, 'order', ++clicks).permutation(5));
}
const two = (value) => value.toFixed(2);
const point = (x) => `(${x.map(two).join(', ')})`;

async function main() {
  await ready();
  const task = linearRegression({ d: 2 }); // y = w · x, with other weights w in each prompt
  const network = new InContextModel({
    method: 'invicl',
    layout: 'pair',
    size: SIZE,
    d: 2,
    seed: 0,
  });
  drawErrors(network, task);
  const since = performance.now();
  await train(network, task);
  const curves = drawErrors(network, task);
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  element('progress').textContent = `Trained in ${seconds} s, ${STEPS} steps.`;
  offerShuffles(network, task);
  document.body.dataset.error = curves.InvICL.at(-1).error.mean;
  document.body.dataset.done = seconds;
}

main().catch((error) => {
  element('progress').textContent = error.message;
  document.body.dataset.failed = String(error.stack);
});
