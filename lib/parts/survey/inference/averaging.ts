/**
 * Averaging over a hidden linear task. Labels are y = w . x + noise of standard deviation s, with
 * w ~ N(0, I); keys K are the inputs [t, d], values V the labels [t]. The mean of the next label is
 *
 *   E[y | x, S] = x' (K'K + lambda I)^-1 K'V,   lambda = s^2,
 *
 * which is attention with another normalisation: x'K'V weighs each value by the likeness of its key,
 * and (K'K + lambda I)^-1 takes the place of the division by the sum of weights. What it costs not to
 * know w, in nats, is exactly
 *
 *   sum_i ln p(y_i | x_i, w) - ln p(y_i | x_i, S_(i-1)),
 *
 * and on average 1/2 ln det(I + K'K / s^2), the information of the labels about w, which is at most
 * d/2 ln(1 + sum_i |x_i|^2 / (d s^2)). Of M tasks that are equally probable it is never above ln M.
 * Reference: Zhang et al. (2023, arXiv 2305.19420), who prove a regret of ln |Z| / T for each answer.
 */
import { checkNumbers, checkRows, checkWord } from '../../../core/checks';
import { demand, finiteNumber, quote } from '../../../core/errors';
import { dot, logSum, softmax } from '../../../core/numerics';
import { Matrix, CholeskyDecomposition } from 'ml-matrix';

type Rows = readonly (readonly number[])[];

/** Refuses keys and values that do not fit, or a query of another width. */
function checkAttended(keys: Rows, values: readonly number[], query?: readonly number[]): void {
  checkRows('Keys', keys, 0);
  checkNumbers('Values', values);
  if (query) checkNumbers('The query', query, 1);
  demand(
    keys.length === values.length && (!query || !keys[0] || keys[0].length === query.length),
    () =>
      `${keys.length} keys of ${keys[0]?.length ?? 0} numbers were given with ${values.length} ` +
      `values and a query of ${query?.length ?? 0}.`,
    'Give a value for each key, and keys as wide as the query.',
  );
}

const above0 = (name: string, value: number): number =>
  finiteNumber(name, value, 'a number above 0', (x) => x > 0);

/** K'K + lambda I, [d, d]. */
function regularised(keys: Rows, d: number, lambda: number): Matrix {
  const gram = Matrix.eye(d, d).mul(lambda);
  for (const key of keys)
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) gram.set(i, j, gram.get(i, j) + key[i]! * key[j]!);
  return gram;
}

/**
 * The mean of the next label, x' (K'K + lambda I)^-1 K'V; without keys 0.
 *
 * @param keys   K, [t, d]
 * @param values V, [t]
 * @param query  x, [d]
 * @param lambda variance of the noise over that of w
 * @throws CourseError when the shapes do not fit, or lambda is not above 0
 */
export function bayesAverage(
  keys: Rows,
  values: readonly number[],
  query: readonly number[],
  lambda: number,
): number {
  checkNumbers('The query', query, 1);
  checkAttended(keys, values, query);
  above0('lambda', lambda);
  const d = query.length;
  const sums = Array.from({ length: d }, (_, i) =>
    keys.reduce((sum, key, t) => sum + key[i]! * values[t]!, 0),
  );
  const solved = new CholeskyDecomposition(regularised(keys, d, lambda)).solve(
    Matrix.columnVector(sums),
  );
  return dot(query, solved.to1DArray());
}

/** How attention weighs values: by the product of key and query, or by its softmax. */
export const ATTENTION_WEIGHINGS = ['linear', 'softmax'] as const;
export type AttentionWeighing = (typeof ATTENTION_WEIGHINGS)[number];

/**
 * What attention reads of values:
 *
 *   linear   sum_i (x . k_i) v_i / (t + lambda),
 *   softmax  tau sum_i v_i softmax_i(x . k_i / tau).
 *
 * With keys drawn from N(0, I), K'K is near t I, and both go to w . x as t grows: the softmax moves the
 * mean of the keys to x / tau.
 *
 * @param given lambda of the linear one, tau of the softmax
 * @throws CourseError when the shapes do not fit, there is no such weighing, or a number is not above 0
 */
export function attentionAverage(
  keys: Rows,
  values: readonly number[],
  query: readonly number[],
  weighing: AttentionWeighing,
  given: { readonly lambda?: number; readonly tau?: number } = {},
): number {
  checkNumbers('The query', query, 1);
  checkAttended(keys, values, query);
  checkWord('The weighing', weighing, ATTENTION_WEIGHINGS);
  const { lambda = 1, tau = 1 } = given;
  above0('lambda', lambda);
  above0('tau', tau);
  if (keys.length === 0) return 0;
  const scores = keys.map((key) => dot(key, query));
  if (weighing === 'linear') return dot(scores, values) / (keys.length + lambda);
  return tau * dot(softmax(scores.map((score) => score / tau)), values);
}

const LOG_2PI = Math.log(2 * Math.PI);
/** ln of the density of a normal number. */
const logNormal = (x: number, mean: number, variance: number): number =>
  -(LOG_2PI + Math.log(variance) + (x - mean) ** 2 / variance) / 2;

/** Of a list of labels, one after the other, in nats. */
export interface RegretReading {
  /** sum_(i <= t) ln p(y_i | w) - ln p(y_i | earlier ones), [T]. */
  readonly regret: readonly number[];
  /** Its mean over tasks and labels, 1/2 ln det(I + K'K / s^2), [T]. */
  readonly information: readonly number[];
  /** d/2 ln(1 + sum |x|^2 / (d s^2)), [T]. */
  readonly bound: readonly number[];
}

/**
 * What it costs an average over all tasks w ~ N(0, I) not to know the task, label by label. The mean
 * and covariance of w are followed by one update of rank 1 for each label.
 *
 * @param keys   [T, d]
 * @param values [T]
 * @param task   w, [d]
 * @param noise  s, above 0
 * @throws CourseError when the shapes do not fit, or the noise is not above 0
 */
export function gaussianRegret(
  keys: Rows,
  values: readonly number[],
  task: readonly number[],
  noise: number,
): RegretReading {
  checkNumbers('The task', task, 1);
  checkAttended(keys, values, task);
  above0('noise', noise);
  const d = task.length;
  const mean = new Array<number>(d).fill(0);
  const covariance = Matrix.eye(d, d);
  const reading = { regret: [] as number[], information: [] as number[], bound: [] as number[] };
  let [regret, information, squares] = [0, 0, 0];
  keys.forEach((x, t) => {
    const spread = covariance.mmul(Matrix.columnVector([...x])).to1DArray(); // [d]
    const variance = dot(x, spread) + noise * noise;
    const y = values[t]!;
    const guess = dot(x, mean);
    regret += logNormal(y, dot(x, task), noise * noise) - logNormal(y, guess, variance);
    information += Math.log(variance / (noise * noise)) / 2;
    squares += dot(x, x);
    for (let i = 0; i < d; i++) {
      mean[i]! += (spread[i]! * (y - guess)) / variance;
      for (let j = 0; j < d; j++)
        covariance.set(i, j, covariance.get(i, j) - (spread[i]! * spread[j]!) / variance);
    }
    reading.regret.push(regret);
    reading.information.push(information);
    reading.bound.push((d / 2) * Math.log(1 + squares / (d * noise * noise)));
  });
  return reading;
}

/**
 * The same for an average over M tasks that are equally probable, of which one is true: it is at most
 * ln M whatever the labels are, as the average gives them at least 1 / M of what the true task gives.
 *
 * @param tasks [M, d]
 * @param which the true one
 * @returns regrets in nats, [T]
 * @throws CourseError when the shapes do not fit, there is no such task, or the noise is not above 0
 */
export function poolRegret(
  keys: Rows,
  values: readonly number[],
  tasks: Rows,
  which: number,
  noise: number,
): number[] {
  checkRows('Tasks', tasks);
  checkAttended(keys, values, tasks[0]);
  above0('noise', noise);
  demand(
    Number.isSafeInteger(which) && which >= 0 && which < tasks.length && tasks[0]!.length > 0,
    () => `Task ${quote(which)} was asked for of ${tasks.length}.`,
    'Name one of them, from 0.',
  );
  const logs = tasks.map(() => 0);
  return keys.map((x, t) => {
    tasks.forEach((w, m) => (logs[m]! += logNormal(values[t]!, dot(x, w), noise * noise)));
    return logs[which]! - (logSum(logs) - Math.log(tasks.length));
  });
}
