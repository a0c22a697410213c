/**
 * Regression transformers and few-shot networks as domain models.
 */
import { tf } from '../../core/backend';
import { mean } from '../../evaluation/statistics';
import { promptErrors } from '../../evaluation/curves';
import { accuracy } from '../../classifiers/measures';
import { networkOf, type NetworkConfig } from './networks';
import { InContextModel, type ModelConfig } from '../../model/incontext';
import type { Prompts } from '../../model/prompts';
import type { Scalar } from '@tensorflow/tfjs';
import type { DomainModel } from './domain';

/**
 * A transformer that regresses in context.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function regressionDomainModel(config: ModelConfig): DomainModel {
  const model = new InContextModel(config);
  return {
    name: model.name,
    parameters: model.parameters,
    config,
    lossOf: ([x, y, xTest, yTest, scale]) =>
      tf.tidy(() => {
        const { tests } = model.forward({ x, y, xTest, yTest } as Prompts);
        return tests.sub(yTest!).square().div(scale!).mean() as Scalar;
      }),
    errorOn: (prompts, scale) => mean(promptErrors(model, prompts, scale)),
    dispose: () => model.dispose(),
  };
}

/**
 * A network that classifies from a few examples.
 *
 * @throws CourseError quoting a setting that is refused
 */
export function classifierDomainModel(config: NetworkConfig): DomainModel {
  const network = networkOf(config);
  return {
    name: network.name,
    parameters: network.parameters,
    config,
    lossOf: ([x, y, xTest, yTest]) => network.loss({ x, y, xTest, yTest } as Prompts),
    errorOn: (prompts) => 1 - accuracy(network, prompts),
    dispose: () => network.dispose(),
  };
}
