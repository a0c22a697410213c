/**
 * What a network would answer after each of its layers: a linear map from the state of the test's token
 * to the answer, one for each layer, fitted by ridge regression on prompts of their own.
 * Reference: Fu et al. (2023, arXiv 2310.17086), who train one linear read-out for each layer.
 */
import { Matrix } from 'ml-matrix';

import { ridgeMap } from '../../../baselines/linear';
import { tf } from '../../../core/backend';
import { demand, finiteNumber } from '../../../core/errors';
import { checkModel, type InContextModel } from '../../../model/incontext';
import { promptSizes, requireInputs, type Prompts } from '../../../model/prompts';
import type { Tensor3D } from '@tensorflow/tfjs';
import type { ByTest } from './errorsimilarity';

/** States of the tests' tokens after the embedding and after each layer: [layers + 1][B m][C]. */
function testStates(model: InContextModel, prompts: Prompts): number[][][] {
  const { B, m } = promptSizes(prompts);
  const { width: C, layers } = model.transformer.size;
  const names = [
    'embedded',
    ...Array.from({ length: layers }, (_, l) => (l < layers - 1 ? `blocks.${l}.out` : 'final')),
  ];
  return tf.tidy(() => {
    const states = model.activations(prompts, names);
    return names.map((name) => {
      const state = states[name] as Tensor3D; // [B, T, C]
      const tests = state.slice([0, state.shape[1] - m, 0], [B, m, C]); // [B, m, C]
      const flat = tests.reshape([B * m, C]).arraySync() as number[][]; // [B m, C]
      state.dispose();
      return flat;
    });
  });
}

/**
 * The answers that can be read after the embedding and after each layer. The last is read from the
 * final state, after the last norm, as the network's own read-out does.
 *
 * @param fitted prompts on which the read-outs are fitted, shapes as in Prompts
 * @param asked  prompts that are answered, shapes as in Prompts
 * @param lambda the penalty of the fit, for each of its tests
 * @returns [layers + 1][prompts][tests], in the units of y
 * @throws CourseError when the model answers no prompts of numbers or only one test at a time, or the
 *   prompts do not fit it
 */
export function layerAnswers(
  model: InContextModel,
  fitted: Prompts,
  asked: Prompts,
  lambda = 1e-6,
): readonly ByTest[] {
  checkModel(model);
  for (const prompts of [fitted, asked]) requireInputs(prompts, model.config.d, model.name);
  finiteNumber('lambda', lambda, 'a positive number', (x) => x > 0);
  demand(
    !model.method.oneTest,
    () => `${model.name} reads one test at a time.`,
    'Give a model of another method.',
  );
  const { B, m } = promptSizes(asked);
  const labels = Matrix.columnVector(Array.from(fitted.yTest.dataSync()));
  const [known, unknown] = [testStates(model, fitted), testStates(model, asked)];
  const withOne = (rows: readonly number[][]): Matrix => new Matrix(rows.map((s) => [...s, 1]));
  return known.map((states, l) => {
    const map = ridgeMap(withOne(states), labels, lambda * states.length); // [C + 1, 1]
    const read = withOne(unknown[l]!).mmul(map).to1DArray(); // [B m]
    return Array.from({ length: B }, (_, b) => read.slice(b * m, (b + 1) * m));
  });
}
