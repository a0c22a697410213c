/**
 * How far the answers of the small model agree with kernel regression on its states, by layer and by
 * the number of examples; beside it the same with the labels of the examples shuffled, and on the
 * states of a network that was not trained.
 */
import { shuffled, stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import { kernelRegression, linearCorrelation } from './inference/kernels';
import { lineReading, type LineReading } from './inference/linestates';
import type { SmallQuestion } from './small/smallanswers';
import { SmallModel } from './small/smallmodel';
import { labelIndex, type Context, type Example } from './world/posterior';
import { drawExamples, drawTask } from './world/sampling';
import { trainedPrior, type Mapping, type WorldTask } from './world/taskworld';

/** How much is compared with kernel regression. */
export interface KernelSizes {
  readonly ks: readonly number[];
  /** Questions of each kind, of which half choose the bandwidth. */
  readonly questions: number;
  readonly bandwidths: readonly number[];
}

/** A question of TaskWorld about labels that its examples explain, and its right class. */
interface KernelQuestion extends SmallQuestion {
  readonly task: WorldTask;
  readonly context: Context;
  readonly asked: 0 | 1;
}

/** Questions after k examples, half of each class, each of a task of its own. */
function kernelQuestions(
  mapping: Mapping,
  k: number,
  count: number,
  seed: number,
): KernelQuestion[] {
  const random = stream(EVALUATION_SEED, 'questions of kernels', seed, mapping, k);
  const prior = trainedPrior(mapping);
  return Array.from({ length: count }, (_, q) => {
    const task = drawTask(random, prior);
    const classes = shuffled(
      random,
      Array.from({ length: k }, (__, i) => (i % 2) as 0 | 1),
    );
    const asked = (q % 2) as 0 | 1;
    const examples = drawExamples(random, task, [...classes, asked]);
    return { task, context: { examples: examples.slice(0, k) }, input: examples[k]!.input, asked };
  });
}

const classOfLabel = (task: WorldTask, { label }: Example): number =>
  Number(label === task.labels[1]);

/** The share of label 1 in a model's answers, of the two labels of the task. */
const sharesOfOne = ({ logs }: LineReading, questions: readonly KernelQuestion[]): number[] =>
  questions.map(({ task }, q) => {
    const [zero, one] = task.labels.map((label) => logs[q]!.at(-1)![labelIndex(label)]!);
    return 1 / (1 + Math.exp(zero! - one!));
  });

/** Kernel regression on the states of one layer, of label 1. */
const kernelShares = (
  states: readonly (readonly (readonly number[])[])[],
  labels: readonly (readonly number[])[],
  bandwidth: number,
): number[] =>
  states.map((lines, q) =>
    kernelRegression(lines.slice(0, -1), labels[q]!, lines.at(-1)!, bandwidth),
  );

/** The answers of kernel regression with the bandwidth that agrees best on the first half. */
function bestKernel(
  states: readonly (readonly (readonly number[])[])[],
  labels: readonly (readonly number[])[],
  answers: readonly number[],
  bandwidths: readonly number[],
): { readonly shares: number[]; readonly agreement: number } {
  const half = answers.length >> 1;
  const tried = bandwidths.map((b) => kernelShares(states, labels, b));
  const chosen = tried.reduce((best, shares) =>
    linearCorrelation(shares.slice(0, half), answers.slice(0, half)) >
    linearCorrelation(best.slice(0, half), answers.slice(0, half))
      ? shares
      : best,
  );
  return {
    shares: chosen,
    agreement: linearCorrelation(chosen.slice(half), answers.slice(half)),
  };
}

/** Compares the answers of the small model with kernel regression on its states, by layer. */
export function measureKernels(
  model: SmallModel,
  { ks, questions: count, bandwidths }: KernelSizes,
  name: string,
  seed: number,
  put: Put,
): void {
  const fresh = new SmallModel({ ...model.config, seed: model.config.seed + 1000 });
  try {
    for (const mapping of ['arbitrary', 'natural'] as const)
      for (const n of ks) {
        const questions = kernelQuestions(mapping, n, count, seed);
        const read = lineReading(model, questions);
        const random = stream(EVALUATION_SEED, 'shuffled labels', seed, mapping, n);
        const labels = questions.map(({ task, context }) =>
          context.examples.map((example) => classOfLabel(task, example)),
        );
        const mixed = labels.map((row) => shuffled(random, row));
        const answers = sharesOfOne(read, questions);
        const half = count >> 1;
        const right = (shares: readonly number[]): number =>
          mean(
            shares
              .slice(half)
              .map((p, q) => Number(p > 0.5 === (questions[half + q]!.asked === 1))),
          );
        const of = `${mapping} labels`;
        put(name, { n }, `accuracy, ${of}`, right(answers));
        const untrained = lineReading(fresh, questions).states;
        read.states.forEach((states, l) => {
          const best = bestKernel(states, labels, answers, bandwidths);
          const say = (what: string, value: number): void =>
            put(name, { n }, `${what}, layer ${l + 1}, ${of}`, value);
          say('agreement', best.agreement);
          say('right by kernel', right(best.shares));
          say('agreement, shuffled', bestKernel(states, mixed, answers, bandwidths).agreement);
          say(
            'agreement, untrained',
            bestKernel(untrained[l]!, labels, answers, bandwidths).agreement,
          );
        });
      }
  } finally {
    fresh.dispose();
  }
}
