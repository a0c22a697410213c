/**
 * What a trained network holds, layer by layer: linear probes for the answer and for the hidden weight vector.
 * Reference: InvICL (Fang et al., ICLR 2025), figure 10.
 */
import { tf } from '../core/backend';
import { demand } from '../core/errors';
import type { Tensor3D } from '@tensorflow/tfjs';

import { leastSquaresWeights } from '../learners/linear';
import type { InContextModel } from '../model/incontext';
import { promptSizes, type Prompts } from '../model/prompts';
import { linearProbe } from './probe';

/** R^2 of probes, for the embedding and after each layer. */
export interface LayerProbes {
  /** The test label, from the test token. */
  readonly answer: readonly number[];
  /** The least-squares weights of the prompt, from the test token. */
  readonly weights: readonly number[];
  /** The same, from the mean over the examples' input tokens (of the second copy, where there are two). */
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
  const { B, n, m } = promptSizes(prompts);
  demand(m === 1, () => `Probes were given m = ${m} test inputs per prompt.`, 'Sample prompts with m = 1.');
  const { tokens } = model.plan(n, m);
  const asked = model.method.doubled ? 'second' : 'first';
  const inputs = tokens.flatMap(({ block, offset }, t) => (block.part === asked && offset === 0 ? [t] : []));
  const [X, y] = [prompts.x.arraySync(), prompts.y.arraySync()];
  const weights = X.map((rows, b) => leastSquaresWeights(rows, y[b]!));
  const answers = Array.from(prompts.yTest.dataSync(), (label) => [label]);
  const names = ['embedded', ...Array.from({ length: model.transformer.size.layers }, (_, l) => `blocks.${l}.out`)];
  const states = model.activations(prompts, names);
  const result = { answer: [] as number[], weights: [] as number[], examples: [] as number[] };
  for (const name of names) {
    const [atTest, atExamples] = tf.tidy(() => {
      const state = states[name] as Tensor3D; // [B, T, C]
      const test = state.slice([0, tokens.length - 1, 0], [-1, 1, -1]).reshape([B, -1]); // [B, C]
      return [test.arraySync() as number[][], state.gather(inputs, 1).mean(1).arraySync() as number[][]] as const;
    });
    result.answer.push(linearProbe(atTest, answers, fitted));
    result.weights.push(linearProbe(atTest, weights, fitted));
    result.examples.push(linearProbe(atExamples, weights, fitted));
  }
  tf.dispose(states);
  return result;
}
