/**
 * Where a network ends that was trained on a pool of linear regression tasks: how far its answers are
 * from the Bayes answer over the pool and from ridge regression, on new tasks and on those of the
 * pool, beside the errors of all three.
 * Reference: Raventos et al. (2023, arXiv 2306.15063).
 */
import type { Tensor2D } from '@tensorflow/tfjs';

import { ridge } from '../../baselines/linear';
import { tf } from '../../core/backend';
import { stream } from '../../core/random';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import {
  NUMBERS,
  checkedAnswers,
  disposePrompts,
  type Predictor,
  type Prompts,
} from '../../model/prompts';
import { pool } from '../../tasks/compose';
import { linearRegression } from '../../tasks/linear';
import type { SampleSizes, SampledTask } from '../../tasks/task';
import { poolBayes } from './pretraining/poolbayes';
import { poolWeights } from './pretraining/poolweights';

/** The tasks: inputs of d numbers, and the standard deviation of the noise on examples' labels. */
export interface DiversityTask {
  readonly d: number;
  readonly noise: number;
}

/** How much is measured. */
export interface DiversityMeasures {
  /** Numbers of examples at the end; along training it is training's n. */
  readonly ns: readonly number[];
  /** Prompts of new tasks, and as many of tasks of the pool; along training; tests in each. */
  readonly prompts: number;
  readonly watched: number;
  readonly tests: number;
}

/** What a network is compared with. */
export const YARDSTICKS = ['Bayes over the pool', 'ridge'] as const;
/** One of the two. */
export type Yardstick = (typeof YARDSTICKS)[number];

/** Which tasks the prompts are of. */
const ASKED = ['new tasks', 'tasks of the pool'] as const;
type AskedTasks = (typeof ASKED)[number];

/** As records name the network's error, in squared label units per input dimension. */
export const errorOn = (tasks: AskedTasks): string => `error, ${tasks}`;

/** As records name the mean squared distance of the network's answers to a yardstick's, per d. */
export const distanceTo = (yardstick: Yardstick, tasks: AskedTasks): string =>
  `distance to ${yardstick}, ${tasks}`;

/** As records name the error of a yardstick on the same prompts. */
export const errorOf = (yardstick: Yardstick, tasks: AskedTasks): string =>
  `error of ${yardstick}, ${tasks}`;

/** As records name the mean squared distance of the yardsticks' answers to each other, per d. */
export const yardsticksApart = (tasks: AskedTasks): string => `distance of yardsticks, ${tasks}`;

/** Ridge regression with lambda = noise^2, the best answer where tasks are new, w ~ N(0, I). */
export const ridgeOf = ({ noise }: DiversityTask): Predictor => ridge(noise ** 2);

/** What a network was trained on, and both yardsticks for it. */
export interface DiversitySource {
  readonly d: number;
  readonly tasks: Readonly<Record<AskedTasks, SampledTask>>;
  readonly yardsticks: Readonly<Record<Yardstick, Predictor>>;
}

/**
 * The pool of a run, and both yardsticks for it.
 *
 * @param count tasks of the pool, M
 * @param seed  which pool
 */
export function diversitySource(task: DiversityTask, count: number, seed: number): DiversitySource {
  const fresh = linearRegression({ ...task });
  return {
    d: task.d,
    tasks: { 'new tasks': fresh, 'tasks of the pool': pool(fresh, count, seed) },
    yardsticks: {
      'Bayes over the pool': poolBayes(poolWeights({ ...task }, count, seed), task.noise),
      ridge: ridgeOf(task),
    },
  };
}

/** Prompts that every network and the baseline are asked alike; the caller disposes them. */
const sampled = (task: SampledTask, purpose: string, sizes: SampleSizes): Prompts =>
  task.sample(stream(EVALUATION_SEED, 'number of tasks', purpose), sizes);

/** Calls `use` with the first n examples of each prompt. */
function withFirst(prompts: Prompts, n: number, use: (shorter: Prompts) => void): void {
  const which = Array.from({ length: n }, (_, i) => i);
  tf.tidy(() => use(NUMBERS.choose(prompts, which)));
}

/** The mean squared distance of answers, per input dimension. */
const apart = (a: Tensor2D, b: Tensor2D, d: number): number =>
  tf.tidy(() => a.sub(b).square().mean().div(d).dataSync()[0]!);

/** Prompts with the answers of both yardsticks. */
export interface AnsweredPrompts {
  readonly tasks: AskedTasks;
  readonly prompts: Prompts;
  readonly answers: Readonly<Record<Yardstick, Tensor2D>>;
}

const answered = (
  { yardsticks }: DiversitySource,
  tasks: AskedTasks,
  prompts: Prompts,
): AnsweredPrompts => ({
  tasks,
  prompts,
  answers: {
    'Bayes over the pool': yardsticks['Bayes over the pool'].predict(prompts),
    ridge: yardsticks.ridge.predict(prompts),
  },
});

/** Prompts of new tasks and of the pool's that are asked again and again along training. */
export const watchedPrompts = (source: DiversitySource, sizes: SampleSizes): AnsweredPrompts[] =>
  ASKED.map((tasks) => answered(source, tasks, sampled(source.tasks[tasks], 'watched', sizes)));

/** Disposes prompts and the answers to them. */
export function disposeAnswered({ prompts, answers }: AnsweredPrompts): void {
  disposePrompts(prompts);
  for (const yardstick of YARDSTICKS) answers[yardstick].dispose();
}

/** Puts the error of a network, and how far its answers are from those of both yardsticks. */
export function compareNetwork(
  network: Predictor,
  { tasks, prompts, answers }: AnsweredPrompts,
  d: number,
  put: (metric: string, value: number) => void,
): void {
  const own = checkedAnswers(network, prompts);
  put(errorOn(tasks), apart(own, prompts.yTest, d));
  for (const yardstick of YARDSTICKS)
    put(distanceTo(yardstick, tasks), apart(own, answers[yardstick], d));
  own.dispose();
}

/** Measures a network at every number of examples, and both yardsticks beside it. */
export function measureDiversity(
  network: Predictor,
  source: DiversitySource,
  { ns, prompts: B, tests: m }: DiversityMeasures,
  put: Put,
): void {
  for (const tasks of ASKED) {
    const longest = sampled(source.tasks[tasks], 'at the end', { B, n: Math.max(...ns), m });
    for (const n of ns)
      withFirst(longest, n, (prompts) => {
        const { answers } = answered(source, tasks, prompts);
        const here = (metric: string, value: number): void =>
          put(network.name, { n }, metric, value);
        compareNetwork(network, { tasks, prompts, answers }, source.d, here);
        for (const yardstick of YARDSTICKS)
          here(errorOf(yardstick, tasks), apart(answers[yardstick], prompts.yTest, source.d));
        const [one, other] = YARDSTICKS;
        here(yardsticksApart(tasks), apart(answers[one], answers[other], source.d));
      });
    disposePrompts(longest);
  }
}

/** Measures ridge regression on new tasks, on the prompts that every network is asked. */
export function measureRidge(
  task: DiversityTask,
  { ns, prompts: B, tests: m }: DiversityMeasures,
  put: Put,
): void {
  const yardstick = ridgeOf(task);
  const fresh = linearRegression({ ...task });
  const longest = sampled(fresh, 'at the end', { B, n: Math.max(...ns), m });
  for (const n of ns)
    withFirst(longest, n, (prompts) => {
      const answers = yardstick.predict(prompts);
      put(yardstick.name, { n }, errorOn('new tasks'), apart(answers, prompts.yTest, task.d));
    });
  disposePrompts(longest);
}
