/**
 * Networks of recorded runs, and single ones out of a stack.
 */
import { tf } from '../../core/backend';
import { demand, lookUp, plainObject, quote } from '../../core/errors';
import { ClassifierNetwork } from '../../classifiers/classifier';
import { restored } from '../../training/checkpoint';
import { checkpointKind } from '../../training/kinds';
import { PairTransformer, type PairTransformerConfig } from './pairtransformer';
import { GatedModel, type GatedModelConfig } from './gatedmodel';

/** A network for sequences by its kind and settings. */
export type SequenceNetworkConfig = PairTransformerConfig | GatedModelConfig;

const MAKERS: Readonly<
  Record<SequenceNetworkConfig['kind'], (config: never) => ClassifierNetwork>
> = {
  pairs: (config: PairTransformerConfig) => new PairTransformer(config),
  stylised: (config: GatedModelConfig) => new GatedModel(config),
};

/**
 * A fresh network, or a stack of them.
 *
 * @returns the network; the caller disposes it
 * @throws CourseError quoting an unknown kind, or a setting that is refused
 */
export function sequenceNetworkOf(config: SequenceNetworkConfig): ClassifierNetwork {
  plainObject('The config of a network', config);
  return lookUp('kind of network', MAKERS, config.kind)(config as never);
}

/**
 * One network of a stack, with its weights.
 *
 * @param k which, from 0
 * @returns the network; the caller disposes it, the stack stays the caller's
 * @throws CourseError when it is no network, or the stack has no such one
 */
export function memberOf<N extends ClassifierNetwork>(stack: N, k: number): N {
  demand(
    stack instanceof ClassifierNetwork,
    () => `A stack of networks must be a network, got ${quote(stack)}.`,
    'Open one with inweight.loadSequenceNetworks.',
  );
  const { stack: K = 1, ...config } = stack.config;
  demand(
    Number.isInteger(k) && k >= 0 && k < K,
    () => `Network ${quote(k)} was asked for in a stack of ${K}.`,
    `Ask for 0 to ${K - 1}.`,
  );
  const member = sequenceNetworkOf(config as SequenceNetworkConfig) as N;
  tf.tidy(() => {
    for (const [name, variable] of Object.entries(member.parameters)) {
      const whole = stack.parameters[name]!;
      variable.assign(stack.config.stack === undefined ? whole.clone() : tf.unstack(whole)[k]!);
    }
  });
  return member;
}

const open = checkpointKind({
  kind: 'networks on sequences',
  call: 'inweight.loadSequenceNetworks',
  fits: ({ model }) => 'kind' in model && Object.hasOwn(MAKERS, String(model.kind)),
  open: (file, checkpoint) =>
    restored(file, checkpoint, sequenceNetworkOf(checkpoint.facts.model as SequenceNetworkConfig)),
});

/**
 * The stack of a recorded run.
 *
 * @returns the networks; the caller disposes them
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadSequenceNetworks = (file: string): ClassifierNetwork => open(file).model;
