/**
 * What a trained network holds, layer by layer: linear probes for the answer and for the hidden
 * weight vector.
 * Reference: InvICL (Fang et al., ICLR 2025), figure 10.
 */
import { tf } from '../core/backend';
import { demand, positiveInteger } from '../core/errors';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs';

import { leastSquaresWeights } from '../baselines/linear';
import { checkModel, type InContextModel } from '../model/incontext';
import { promptSizes, type Prompts } from '../model/prompts';
import { linearProbe } from './probe';

/** R^2 of probes, for the embedding and after each layer. */
export interface LayerProbes {
  /** The test label, from the test token. */
  readonly answer: readonly number[];
  /** The least-squares weights of the prompt, from the test token. */
  readonly weights: readonly number[];
  /**
   * The same, from the mean over the examples' input tokens (of the second copy, where there are
   * two).
   */
  readonly examples: readonly number[];
}

/**
 * Probes a model on linear-regression prompts with one test each.
 *
 * @param prompts shapes as in Prompts, m = 1
 * @param fitted  on how many prompts the probes are fitted; the others score them
 * @throws CourseError when there is more than one test, or no prompt is left to score
 */
export function probeLayers(model: InContextModel, prompts: Prompts, fitted: number): LayerProbes {
  checkModel(model);
  const { B, n, m } = promptSizes(prompts);
  demand(
    m === 1,
    () => `Probes were given m = ${m} test inputs per prompt.`,
    'Sample prompts with m = 1.',
  );
  positiveInteger('The number of prompts to fit', fitted, 1, B - 1);
  const { tokens } = model.promptLayout(n, m);
  const asked = model.method.doubled ? 'second' : 'first';
  const inputs = tokens.flatMap(({ block, offset }, t) =>
    block.part === asked && offset === 0 ? [t] : [],
  );
  const [X, y] = [prompts.x.arraySync(), prompts.y.arraySync()];
  const weights = X.map((rows, b) => leastSquaresWeights(rows, y[b]!));
  const answers = Array.from(prompts.yTest.dataSync(), (label) => [label]);
  const names = [
    'embedded',
    ...Array.from({ length: model.transformer.size.layers }, (_, l) => `blocks.${l}.out`),
  ];
  const states = statesOf(model, prompts, names, inputs);
  const result = { answer: [] as number[], weights: [] as number[], examples: [] as number[] };
  for (const { atTest, atExamples } of states) {
    result.answer.push(linearProbe(atTest, answers, fitted));
    result.weights.push(linearProbe(atTest, weights, fitted));
    result.examples.push(linearProbe(atExamples, weights, fitted));
  }
  return result;
}

/** How many numbers the inner values of a microbatch may have. */
const NUMBERS_AT_ONCE = 2e8;

/**
 * The states of the test token, and the mean over the tokens `inputs`, after each named layer;
 * prompts are taken in microbatches so that memory stays flat.
 *
 * @param prompts shapes as in Prompts, m = 1
 */
function statesOf(
  model: InContextModel,
  prompts: Prompts,
  names: readonly string[],
  inputs: readonly number[],
) {
  const { B, n } = promptSizes(prompts);
  const { width: C, heads: H } = model.transformer.size;
  const T = model.promptLayout(n, 1).tokens.length;
  const rows = Math.max(1, Math.floor(NUMBERS_AT_ONCE / (T * C * names.length + 3 * H * T * T)));
  const all = names.map(() => ({ atTest: [] as number[][], atExamples: [] as number[][] }));
  for (let from = 0; from < B; from += rows)
    tf.tidy(() => {
      const cut = <R extends Tensor>(t: R): R => t.slice(from, Math.min(rows, B - from)) as R;
      const microbatch = {
        x: cut(prompts.x),
        y: cut(prompts.y),
        xTest: cut(prompts.xTest),
        yTest: cut(prompts.yTest),
      };
      const states = model.activations(microbatch, names);
      names.forEach((name, l) => {
        const state = states[name] as Tensor3D; // [rows, T, C]
        const atEnd = state.slice([0, T - 1, 0], [-1, 1, -1]); // [rows, 1, C]
        const test = atEnd.reshape([state.shape[0], C]); // [rows, C]
        all[l]!.atTest.push(...(test.arraySync() as number[][]));
        all[l]!.atExamples.push(
          ...(state
            .gather([...inputs], 1)
            .mean(1)
            .arraySync() as number[][]),
        );
      });
      tf.dispose(states);
    });
  return all;
}
