/**
 * What is measured of averages over linear tasks: their regrets, how far attention is from them, and
 * what networks on prompts of numbers lose against least squares.
 */
import { tf } from '../../core/backend';
import { dot } from '../../core/numerics';
import { stream, type Stream } from '../../core/random';
import { leastSquares } from '../../baselines/linear';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import { disposePrompts, type Predictor } from '../../model/prompts';
import { linearRegression } from '../../tasks/linear';
import {
  attentionAverage,
  bayesAverage,
  gaussianRegret,
  poolRegret,
  type AttentionWeighing,
} from './inference/averaging';

/** How much is measured of averages over linear tasks. */
export interface AverageSizes {
  readonly d: number;
  readonly noise: number;
  /** Tasks, and numbers of labels of each. */
  readonly linearTasks: number;
  readonly labels: readonly number[];
  /** Tasks of the pool. */
  readonly pool: number;
  /** Temperatures of the softmax. */
  readonly taus: readonly number[];
}

/** How many prompts of numbers are asked, tests of each, and the most examples. */
export interface NumberSizes {
  readonly prompts: number;
  readonly tests: number;
  readonly most: number;
}

/** Who attends, and how records call it. */
const attendants = (
  taus: readonly number[],
  lambda: number,
): { readonly called: string; readonly how: AttentionWeighing; readonly given: object }[] => [
  { called: 'linear attention', how: 'linear', given: { lambda } },
  ...taus.map((tau) => ({
    called: `softmax attention, temperature ${tau}`,
    how: 'softmax' as const,
    given: { tau },
  })),
];

/** A linear task with its labels: keys [T, d], values [T]. */
interface LinearData {
  readonly keys: number[][];
  readonly values: number[];
}

function linearData(random: Stream, w: readonly number[], T: number, noise: number): LinearData {
  const keys = Array.from({ length: T }, () => Array.from(random.normals(w.length)));
  const values = keys.map((x) => dot(x, w) + noise * random.normal());
  return { keys, values };
}

/** Measures exact averages over linear tasks, all of them and a pool, and attention beside them. */
export function measureAverages(
  { d, noise, linearTasks, labels, pool, taus }: AverageSizes,
  name: string,
  seed: number,
  put: Put,
): void {
  const random = stream(EVALUATION_SEED, 'linear tasks', seed);
  const T = labels.at(-1)!;
  const draws = Array.from({ length: linearTasks }, () => {
    const tasks = Array.from({ length: pool }, () => Array.from(random.normals(d)));
    const w = tasks[0]!;
    const data = linearData(random, w, T, noise);
    return { ...data, tasks, w, asked: Array.from(random.normals(d)) };
  });
  const all = draws.map(({ keys, values, w }) => gaussianRegret(keys, values, w, noise));
  const few = draws.map(({ keys, values, tasks }) => poolRegret(keys, values, tasks, 0, noise));
  for (const n of labels) {
    const at = (of: 'regret' | 'information' | 'bound'): number =>
      mean(all.map((one) => one[of][n - 1]!));
    put(name, { n }, 'regret', at('regret'));
    put(name, { n }, 'information', at('information'));
    put(name, { n }, 'bound of the regret', at('bound'));
    put(name, { n }, `regret, pool of ${pool}`, mean(few.map((one) => one[n - 1]!)));
    const exact = draws.map(({ keys, values, asked }) =>
      bayesAverage(keys.slice(0, n), values.slice(0, n), asked, noise * noise),
    );
    for (const { called, how, given } of attendants(taus, noise * noise)) {
      const read = draws.map(({ keys, values, asked }) =>
        attentionAverage(keys.slice(0, n), values.slice(0, n), asked, how, given),
      );
      put(called, { n }, 'distance', mean(read.map((y, i) => (y - exact[i]!) ** 2)) / d);
    }
  }
  put(name, {}, `largest regret, pool of ${pool}`, Math.max(...few.flat()));
}

/** What a network on prompts of numbers loses against least squares, summed over its answers. */
export function measureNumbers(
  model: Predictor,
  { prompts: B, tests: m, most, d }: NumberSizes & Pick<AverageSizes, 'd'>,
  name: string,
  seed: number,
  put: Put,
): void {
  const task = linearRegression({ d });
  let [own, exact] = [0, 0];
  for (let n = 1; n <= most; n++) {
    const prompts = task.sample(stream(EVALUATION_SEED, 'prompts of numbers', seed, n), {
      B,
      n,
      m,
    });
    const [error, least] = [model, leastSquares].map((predictor) =>
      tf.tidy(
        () => predictor.predict(prompts).sub(prompts.yTest).square().mean().dataSync()[0]! / d,
      ),
    );
    disposePrompts(prompts);
    own += error!;
    exact += least!;
    put(name, { n }, 'error, summed', own);
    put(name, { n }, 'error of least squares, summed', exact);
    put(name, { n }, 'regret of squares', own - exact);
  }
}
