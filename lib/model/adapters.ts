/**
 * Low-rank adapters of a transformer: matrices of its blocks get an update (alpha / rank) A B, while
 * its own weights stay as they are. A begins as random numbers and B as 0, so that an adapted
 * transformer begins as the plain one.
 * Reference: Hu et al. (2021, arXiv 2106.09685, LoRA).
 */
import { checkList } from '../core/checks';
import { demand, finiteNumber, knownKeys, positiveInteger, quote } from '../core/errors';
import { tf } from '../core/backend';
import type { Rank, ShapeMap, Variable } from '@tensorflow/tfjs';

import type { Architecture } from './architecture';
import { hiddenOf, type TransformerSize } from './config';
import type { DenseWeights } from './layers';
import type { LowRankPart, LowRankUpdate } from './lowrank';
import { ParameterStore, type InitialValues } from './parameterstore';
import type { Parameters } from './transformer';

/** The matrices of a block that can be adapted, by the dense layer that holds them. */
const TARGETS_OF = {
  qkv: ['query', 'key', 'value'],
  projection: ['output'],
  gate: ['gate'],
  up: ['up'],
  down: ['down'],
} as const;

/** A matrix of a block: of attention, or of the MLP (gate, up, down). */
export type AdapterTarget = (typeof TARGETS_OF)[keyof typeof TARGETS_OF][number];

const TARGETS: readonly AdapterTarget[] = Object.values(TARGETS_OF).flat();

/** How a transformer is adapted. */
export interface AdapterConfig {
  /** Rows of B, and columns of A. */
  readonly rank: number;
  /** A B is multiplied by alpha / rank, so that alpha fits all ranks. */
  readonly alpha: number;
  /** The matrices of each block that are adapted. */
  readonly targets: readonly AdapterTarget[];
}

/** Attention alone, as in Hu et al. */
const ADAPTERS: AdapterConfig = {
  rank: 8,
  alpha: 16,
  targets: ['query', 'key', 'value', 'output'],
};

/** The shorter side of a matrix: a rank above it would be of no use. */
function shorterSide(
  target: AdapterTarget,
  size: TransformerSize,
  { keyHeads = size.heads }: Architecture,
): number {
  const { width: C, heads } = size;
  if (target === 'key' || target === 'value') return (C / heads) * keyHeads;
  return target === 'query' || target === 'output' ? C : Math.min(C, hiddenOf(size));
}

/**
 * A complete, checked config, which nobody can change.
 *
 * @param given settings over rank 8, alpha 16 and the matrices of attention
 * @throws CourseError quoting a setting that is unknown or refused, or a matrix that the
 *   architecture does not have
 */
export function adaptersOf(
  given: Partial<AdapterConfig>,
  size: TransformerSize,
  architecture: Architecture,
): AdapterConfig {
  knownKeys('A config of adapters', given, Object.keys(ADAPTERS));
  const { rank, alpha, targets } = { ...ADAPTERS, ...given };
  const there = TARGETS.filter((name) => name !== 'gate' || architecture.gelu === null);
  const isTarget = (name: unknown): boolean => there.includes(name as AdapterTarget);
  const meaning = `matrices of this model (${there.join(', ')})`;
  checkList("'targets' of adapters", targets, meaning, isTarget, 1);
  const twice = targets.find((name, i) => targets.indexOf(name) !== i);
  demand(
    twice === undefined,
    () => `'targets' of adapters name ${quote(twice)} twice.`,
    'Name each matrix once.',
  );
  const most = Math.min(...targets.map((target) => shorterSide(target, size, architecture)));
  positiveInteger("'rank' of adapters", rank, 1, most);
  finiteNumber("'alpha' of adapters", alpha, 'a positive number', (x) => x > 0);
  return Object.freeze({ rank, alpha, targets: Object.freeze([...targets]) });
}

/** The weights of a transformer, and those of adapters beside them. */
export class AdaptedStore extends ParameterStore {
  /** `blocks.l.query.a` [in, rank] and `blocks.l.query.b` [rank, out], and so on. */
  readonly adapters: Record<string, Variable> = {};
  /** The update of each adapted layer, by the name of the layer. */
  readonly updates: Record<string, LowRankUpdate> = {};

  /**
   * @param base   the weights of the plain transformer; they stay the caller's
   * @param config complete and checked
   * @param seed   of A; null: A is 0 and waits for the numbers of a file
   */
  constructor(
    private readonly base: Parameters,
    private readonly config: AdapterConfig,
    seed: number | null,
  ) {
    super(seed);
  }

  /** A weight of the plain transformer as it is; others are made. */
  protected override add<R extends Rank>(
    name: string,
    shape: ShapeMap[R],
    values: InitialValues,
  ): Variable<R> {
    if (!Object.hasOwn(this.base, name)) {
      const made = super.add<R>(name, shape, values);
      this.adapters[name] = made as Variable;
      return made;
    }
    const known = this.base[name]!;
    this.all[name] = known;
    return known as Variable<R>;
  }

  /** The update of the columns of a layer's weight that hold a matrix. */
  private partOf(target: AdapterTarget, block: string, inputs: number, width: number): LowRankPart {
    const { rank, targets } = this.config;
    if (!targets.includes(target)) return { width, factors: null };
    const name = `${block}.${target}`;
    const a = this.normal<Rank.R2>(`${name}.a`, [inputs, rank], 1 / Math.sqrt(inputs));
    const b = this.normal<Rank.R2>(`${name}.b`, [rank, width], 0);
    return { width, factors: { a, b } };
  }

  override product(
    name: string,
    inputs: number,
    outputs: number,
    factor?: number,
  ): DenseWeights<null> {
    const plain = super.product(name, inputs, outputs, factor);
    const [, block, layer] = /^(.*)\.(\w+)$/.exec(name)!;
    const [first, ...rest] = TARGETS_OF[layer as keyof typeof TARGETS_OF];
    // queries are as many as inputs; keys and values share the other columns
    const shared = (outputs - inputs) / 2;
    const parts =
      rest.length === 0
        ? [this.partOf(first, block!, inputs, outputs)]
        : [
            this.partOf(first, block!, inputs, inputs),
            ...rest.map((target) => this.partOf(target, block!, inputs, shared)),
          ];
    if (parts.every(({ factors }) => factors === null)) return plain;
    const update = { scale: this.config.alpha / this.config.rank, parts };
    this.updates[name] = update;
    return { ...plain, update };
  }

  /** Frees the adapters; the plain transformer stays. */
  override dispose(): void {
    tf.dispose(Object.values(this.adapters));
  }
}
