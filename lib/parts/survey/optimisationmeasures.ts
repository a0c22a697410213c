/**
 * What is measured of networks that were trained on ill-conditioned regression or on a mixture of noise
 * levels: errors by layer, which iteration of an algorithm each layer resembles, errors by noise.
 */
import { dot } from '../../core/numerics';
import { stream } from '../../core/random';
import { promptErrors } from '../../evaluation/curves';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import { InContextModel } from '../../model/incontext';
import { disposePrompts, type Predictor, type Prompts } from '../../model/prompts';
import { linearRegression } from '../../tasks/linear';
import type { SampledTask } from '../../tasks/task';
import { matchIterations, type ByTest } from './optimisation/errorsimilarity';
import { ALGORITHMS, type AlgorithmName } from './optimisation/iterations';
import { layerAnswers } from './optimisation/layeranswers';
import { noiseMixture } from './optimisation/noisemixture';

/** How much is measured. */
export interface OptimisationMeasures {
  /** Prompts of a measurement, and tests in each. */
  readonly prompts: number;
  readonly tests: number;
  /** Prompts on which the read-outs of the layers are fitted. */
  readonly fitted: number;
  /** Numbers of steps of gradient descent, and of iterations of Newton, that layers are compared with. */
  readonly descent: readonly number[];
  readonly newton: readonly number[];
  /** Numbers of examples of the mixture of noise levels. */
  readonly ns: readonly number[];
}

/** The task of ill-conditioned inputs. */
export interface IllConditioned {
  readonly d: number;
  readonly condition: number;
}

/** Which numbers of iterations an algorithm is compared at. */
export const iterationsOf = (
  name: AlgorithmName,
  { descent, newton }: Pick<OptimisationMeasures, 'descent' | 'newton'>,
): readonly number[] => (name === 'gradient descent' ? descent : newton);

/** How an algorithm with a number of iterations is called. */
export const iteratedName = (name: AlgorithmName, count: number): string =>
  `${name}, ${count} ${name === 'gradient descent' ? 'steps' : 'iterations'}`;

/** The algorithms by name. */
export const ALGORITHM_NAMES = Object.keys(ALGORITHMS) as AlgorithmName[];

const illConditioned = (
  task: IllConditioned,
  name: string,
  B: number,
  n: number,
  m: number,
): Prompts => linearRegression(task).sample(stream(EVALUATION_SEED, name), { B, n, m });

/** Answers less labels, [prompts][tests]. */
const missesOf = (answers: ByTest, yTest: readonly (readonly number[])[]): number[][] =>
  answers.map((row, b) => row.map((answer, t) => answer - yTest[b]![t]!));

/** The errors of an algorithm after some numbers of iterations, [counts][prompts][tests]. */
export function iterationMisses(
  name: AlgorithmName,
  prompts: Prompts,
  counts: readonly number[],
): number[][][] {
  const [X, y, T, labels] = [
    prompts.x.arraySync(),
    prompts.y.arraySync(),
    prompts.xTest.arraySync(),
    prompts.yTest.arraySync(),
  ];
  const most = Math.max(...counts);
  const all = X.map((rows, b) => {
    const iterates = ALGORITHMS[name](rows, y[b]!, most);
    return counts.map((j) => T[b]!.map((x, t) => dot(x, iterates[j]!) - labels[b]![t]!));
  });
  return counts.map((_, j) => all.map((one) => one[j]!));
}

const errorOf = (misses: ByTest, d: number): number => mean(misses.flat().map((r) => r * r)) / d;

/** The errors of both algorithms on the prompts that networks are asked. */
export function measureIterations(
  task: IllConditioned,
  n: number,
  measures: OptimisationMeasures,
  put: Put,
): void {
  const asked = illConditioned(task, 'asked', measures.prompts, n, measures.tests);
  for (const name of ALGORITHM_NAMES) {
    const counts = iterationsOf(name, measures);
    iterationMisses(name, asked, counts).forEach((misses, j) =>
      put(iteratedName(name, counts[j]!), {}, 'error', errorOf(misses, task.d)),
    );
  }
  disposePrompts(asked);
}

/** Compares the layers of a network with the iterations of both algorithms. */
function measureMatching(
  model: InContextModel,
  [fitted, asked]: readonly [Prompts, Prompts],
  measures: OptimisationMeasures,
  put: (metric: string, value: number, pair?: readonly [number, number]) => void,
): void {
  const labels = asked.yTest.arraySync();
  const layers = layerAnswers(model, fitted, asked).map((one) => missesOf(one, labels));
  layers.forEach((misses, l) => put(`error after layer ${l}`, errorOf(misses, model.config.d)));
  for (const name of ALGORITHM_NAMES) {
    const counts = iterationsOf(name, measures);
    const { similarity, best } = matchIterations(layers, iterationMisses(name, asked, counts));
    similarity.forEach((row, l) =>
      row.forEach((value, j) => put(`similarity to ${name}`, value, [l, counts[j]!])),
    );
    best.forEach((j, l) => put(`best iteration of ${name}, layer ${l}`, counts[j]!));
    put(`highest similarity to ${name}, last layer`, Math.max(...similarity.at(-1)!));
  }
}

/** Measures a network that was trained on ill-conditioned inputs, and one of its random start. */
export function measureDepth(
  model: InContextModel,
  task: IllConditioned,
  n: number,
  measures: OptimisationMeasures,
  name: string,
  put: Put,
): void {
  const { prompts, tests, fitted } = measures;
  const asked = illConditioned(task, 'asked', prompts, n, tests);
  const toFit = illConditioned(task, 'fitted', fitted, n, tests);
  put(name, {}, 'error', mean(promptErrors(model, asked, task.d)));
  const untrained = new InContextModel(model.config);
  for (const [network, suffix] of [
    [model, ''],
    [untrained, ', untrained'],
  ] as const)
    measureMatching(network, [toFit, asked], measures, (metric, value, pair) =>
      put(name, pair ? { pair } : {}, metric + suffix, value),
    );
  untrained.dispose();
  disposePrompts(asked);
  disposePrompts(toFit);
}

/** The error of predictors by number of examples, over all noise levels and at each. */
export function measureNoises(
  predictors: readonly Predictor[],
  d: number,
  noises: readonly number[],
  { ns, prompts, tests }: OptimisationMeasures,
  put: Put,
): void {
  const asked: readonly (readonly [string, SampledTask])[] = [
    ['error', noiseMixture(d, noises)],
    ...noises.map((noise) => [`error, noise ${noise}`, noiseMixture(d, [noise])] as const),
  ];
  for (const [metric, task] of asked)
    for (const n of ns) {
      const random = stream(EVALUATION_SEED, metric, n);
      const drawn = task.sample(random, { B: 4 * prompts, n, m: tests });
      for (const predictor of predictors)
        put(predictor.name, { n }, metric, mean(promptErrors(predictor, drawn, d)));
      disposePrompts(drawn);
    }
}
