/**
 * Dense layers in plain numbers of float64, of which hand-built transformers are made.
 */
import { Matrix } from 'ml-matrix';

import { checkTensor, checkText } from '../../core/checks';
import { demand, plainObject, quote } from '../../core/errors';
import type { Parameters } from '../../model/transformer';

/** A dense layer in plain numbers: weight [in, out], bias [1, out]. */
export interface PlainDense {
  readonly weight: Matrix;
  readonly bias: Matrix;
}

/** A layer, LeakyReLU, and another layer. */
export type TwoLayers = readonly [PlainDense, PlainDense];

/**
 * Two layers of a network as plain numbers: weights [in, out], biases [out].
 *
 * @throws CourseError when the network has no such layers
 */
export function plainLayers(parameters: Parameters, name: string): TwoLayers {
  plainObject('Parameters', parameters);
  checkText('The name of the layers', name);
  const one = (l: number): PlainDense => {
    const [weight, bias] = [parameters[`${name}.${l}.weight`], parameters[`${name}.${l}.bias`]];
    checkTensor(`'${name}.${l}.weight'`, weight, 2, '[in, out]');
    checkTensor(`'${name}.${l}.bias'`, bias, 1, '[out]');
    return {
      weight: new Matrix(weight.arraySync() as number[][]),
      bias: Matrix.rowVector(bias.arraySync() as number[]),
    };
  };
  const layers = [one(0), one(1)] as const;
  checkPlainLayers(`The layers '${name}'`, layers);
  return layers;
}

const isLayer = (value: unknown): value is PlainDense => {
  const { weight, bias } = (value ?? {}) as Partial<PlainDense>;
  return (
    Matrix.isMatrix(weight) &&
    Matrix.isMatrix(bias) &&
    bias.rows === 1 &&
    bias.columns === weight.columns
  );
};

/**
 * Refuses what are no two layers, one after the other.
 *
 * @throws CourseError quoting them, or with their sizes where they do not fit
 */
export function checkPlainLayers(name: string, layers: unknown): asserts layers is TwoLayers {
  demand(
    Array.isArray(layers) && layers.length === 2 && layers.every(isLayer),
    () => `${name} must be two dense layers in plain numbers, got ${quote(layers)}.`,
    'Take them from a network with fewshot.plainLayers.',
  );
  const [first, second] = layers as unknown as TwoLayers;
  demand(
    first.weight.columns === second.weight.rows,
    () => `${name} go to ${first.weight.columns} numbers, then from ${second.weight.rows}.`,
    'Give layers of one network.',
  );
}

/** How many numbers two layers take, and how many they give. */
export const widthsOf = ([first, second]: TwoLayers): readonly [number, number] => [
  first.weight.rows,
  second.weight.columns,
];
