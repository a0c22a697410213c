/**
 * A language model with low-rank adapters: it reads the weights of another model, which stay as they
 * are, and only its adapters are trained. Several can share one model.
 * Reference: Hu et al. (2021, arXiv 2106.09685, LoRA).
 */
import { tf } from '../core/backend';
import { checkMadeBy } from '../core/checks';
import { demand } from '../core/errors';
import { AdaptedStore, adaptersOf, type AdapterConfig } from '../model/adapters';
import { mergedWeight } from '../model/lowrank';
import type { Parameters } from '../model/transformer';
import { checkLanguageModel, LanguageModel } from './languagemodel';

/** A language model of which only low-rank adapters are trained. */
export class AdaptedModel extends LanguageModel {
  /** How it is adapted; frozen. */
  readonly adaptation: AdapterConfig;
  private readonly adapted: AdaptedStore;

  /**
   * @param base  the plain model; it stays the caller's, who disposes it after this one
   * @param given settings over rank 8, alpha 16 and the matrices of attention
   * @param seed  of the adapters' random numbers; null: they are 0, to be assigned
   * @throws CourseError quoting a setting that is unknown or refused, or when the model is none or
   *   has adapters already
   */
  constructor(
    readonly base: LanguageModel,
    given: Partial<AdapterConfig> = {},
    seed: number | null = 0,
  ) {
    checkPlain(base);
    const { size, architecture } = base.config;
    const adaptation = adaptersOf(given, size, architecture);
    const store = new AdaptedStore(base.parameters, adaptation, seed);
    super(base.config, store);
    this.adaptation = adaptation;
    this.adapted = store;
  }

  /** The weights of the adapters by name, A [in, rank] and B [rank, out]; they belong to it. */
  override get trainable(): Parameters {
    return this.adapted.adapters;
  }

  /**
   * A plain model that answers as this one, up to rounding: the updates are added to its weights.
   *
   * @returns the caller disposes it
   */
  merged(): LanguageModel {
    const plain = new LanguageModel(this.config, null);
    const { updates } = this.adapted;
    for (const [name, weight] of Object.entries(plain.parameters)) {
      const update = updates[name.replace(/\.weight$/, '')];
      const own = this.base.parameters[name]!;
      tf.tidy(() => weight.assign(update ? mergedWeight(own, update) : own.clone()));
    }
    return plain;
  }
}

/**
 * Refuses what is no language model without adapters.
 *
 * @throws CourseError quoting it
 */
export function checkPlain(model: LanguageModel): void {
  checkLanguageModel(model);
  demand(
    !(model instanceof AdaptedModel),
    () => 'A model that has adapters was to get others.',
    'Adapt its base, or what its merged() returns.',
  );
}

/**
 * Refuses what is no adapted model.
 *
 * @throws CourseError quoting it
 */
export const checkAdapted = (model: unknown): void =>
  checkMadeBy(
    'An adapted model',
    model,
    AdaptedModel,
    'language.AdaptedModel',
    'Make one, or open one with language.loadAdapters.',
  );
