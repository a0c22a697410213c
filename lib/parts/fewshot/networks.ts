/**
 * Networks as data: a variant of an experiment names its network, a checkpoint holds the config
 * that it was made from.
 */
import { knownKeys, lookUp, plainObject, positiveInteger } from '../../core/errors';
import { restored } from '../../training/checkpoint';
import { checkpointKind } from '../../training/kinds';
import { CNP, type CNPConfig } from './cnp';
import type { ClassifierNetwork, NetworkSizes } from '../../classifiers/classifier';
import { ICL, type ICLConfig } from './icl';
import { MAML, type MAMLConfig } from './maml';
import { MatchNet, type MatchNetConfig } from './matchnet';
import { ProtoNet, type ProtoNetConfig } from './protonet';
import { PublishedICL, type PublishedICLConfig } from './publishedicl';
import { Specialists, type SpecialistsConfig } from './specialists';

/** A network by its kind and settings. */
export type NetworkConfig =
  | ICLConfig
  | PublishedICLConfig
  | MatchNetConfig
  | ProtoNetConfig
  | CNPConfig
  | MAMLConfig
  | SpecialistsConfig;

type WithoutSizes<N> = N extends unknown ? Omit<N, keyof NetworkSizes> : never;
/** A network without the sizes that its task and seed decide. */
export type NetworkSpec = WithoutSizes<NetworkConfig>;

/**
 * Sizes that train in seconds to minutes: ICL about 51,000 weights, MatchNet and ProtoNet 97, CNP
 * 1,234.
 */
export const NETWORKS = {
  icl: {
    kind: 'icl',
    size: { width: 32, layers: 4, heads: 4, mlpRatio: 4, maxPositions: 1 },
    attention: 'softmax',
  },
  linear: {
    kind: 'icl',
    size: { width: 32, layers: 4, heads: 4, mlpRatio: 4, maxPositions: 1 },
    attention: 'linear',
  },
  published: { kind: 'icl as published', layers: 8, unused: 2 },
  matchnet: { kind: 'matchnet', widths: [8, 8] },
  protonet: { kind: 'protonet', widths: [8, 8] },
  cnp: { kind: 'cnp', width: 16 },
  maml: { kind: 'maml', hidden: 32, steps: 5, rate: 0.1, order: 1 },
  matchnetWide: { kind: 'matchnet', widths: [224, 224] },
  protonetWide: { kind: 'protonet', widths: [224, 224] },
  cnpWide: { kind: 'cnp', width: 112 },
  matchnetPublished: { kind: 'matchnet', widths: [2, 2], doubleSoftmax: true, unused: 2 },
  protonetPublished: {
    kind: 'protonet',
    widths: [2, 2],
    rawQuery: true,
    doubleSoftmax: true,
    unused: 2,
  },
  cnpPublished: { kind: 'cnp', width: 6, unused: 2 },
} as const satisfies Readonly<Record<string, NetworkSpec>>;

/** How a kind of networks is made, and its settings beyond those of every network. */
interface Maker {
  readonly make: (config: never) => ClassifierNetwork;
  readonly settings: readonly string[];
}

const MAKERS: Readonly<Record<NetworkConfig['kind'], Maker>> = {
  icl: { make: (config: ICLConfig) => new ICL(config), settings: ['size', 'attention'] },
  'icl as published': {
    make: (config: PublishedICLConfig) => new PublishedICL(config),
    settings: ['layers', 'unused'],
  },
  matchnet: {
    make: (config: MatchNetConfig) => new MatchNet(config),
    settings: ['widths', 'doubleSoftmax', 'unused'],
  },
  protonet: {
    make: (config: ProtoNetConfig) => new ProtoNet(config),
    settings: ['widths', 'rawQuery', 'doubleSoftmax', 'unused'],
  },
  cnp: { make: (config: CNPConfig) => new CNP(config), settings: ['width', 'filters', 'unused'] },
  maml: {
    make: (config: MAMLConfig) => new MAML(config),
    settings: ['hidden', 'steps', 'rate', 'order'],
  },
  specialists: {
    make: (config: SpecialistsConfig) => new Specialists(config),
    settings: ['widths', 'width'],
  },
};

/** The settings of every network; none of them runs as a stack. */
const SHARED = ['kind', 'd', 'classes', 'seed'];

/** As many as labels can be told apart by. */
const MOST_CLASSES = 1_000_000;

/**
 * A fresh network.
 *
 * @returns the network; the caller disposes it
 * @throws CourseError quoting an unknown kind, or a setting that is unknown or refused, or when
 *   memory does not suffice for the weights
 */
export function networkOf(config: NetworkConfig): ClassifierNetwork {
  plainObject('The config of a network', config);
  const { kind, d, classes, seed } = config;
  const { make, settings } = lookUp('kind of network', MAKERS, kind);
  knownKeys(`A network of the kind '${kind}'`, config, [...SHARED, ...settings]);
  positiveInteger('d', d);
  positiveInteger('classes', classes, 2, MOST_CLASSES);
  positiveInteger('seed', seed, 0);
  return make(config as never);
}

const open = checkpointKind({
  kind: 'a few-shot network',
  call: 'fewshot.loadNetwork',
  fits: ({ model }) => 'kind' in model && Object.hasOwn(MAKERS, String(model.kind)),
  open: (file, checkpoint) =>
    restored(file, checkpoint, networkOf(checkpoint.facts.model as NetworkConfig)),
});

/**
 * The network of a checkpoint, with its weights.
 *
 * @returns the network; the caller disposes it
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadNetwork = (file: string): ClassifierNetwork => open(file).model;
