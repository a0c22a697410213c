/**
 * Domains: distributions over tasks, one level above the tasks of meta-learning. A model is
 * meta-trained on tasks of many domains and tested on a new one, after adaptation to a few of its
 * tasks.
 * Reference: Wu et al. (ICLR 2025), meta-level meta-learning.
 */
import { demand, positiveInteger, quote } from '../../core/errors';
import type { Stream } from '../../core/random';
import type { Parameters } from '../../model/transformer';
import type { Prompts } from '../../model/prompts';
import type { SampleSizes } from '../../tasks';
import type { Scalar, Tensor } from '@tensorflow/tfjs';

/** A distribution over tasks. */
export interface TaskDomain {
  /** What errors are divided by: the mean square of a label, or 1. */
  readonly scale: number;
  /** Tasks to learn from. The caller disposes the tensors. */
  sample(random: Stream, sizes: SampleSizes): Prompts;
  /** Tasks to be tested on, where they differ: characters that no other task shows. */
  readonly unseen?: (random: Stream, sizes: SampleSizes) => Prompts;
}

/** A distribution over domains. */
export interface DomainSource {
  readonly name: string;
  /** Domains to train on: a new one, or one of a few. */
  draw(random: Stream): TaskDomain;
  /** Domains that nothing is trained on: to choose settings, and to test. */
  held(which: 'validation' | 'test', count: number): readonly TaskDomain[];
}

/**
 * Refuses what no held-out domains can be asked by.
 *
 * @throws CourseError quoting what is neither 'validation' nor 'test', or no number of domains
 */
export function checkHeld(which: string, count: number): void {
  demand(
    which === 'validation' || which === 'test',
    () => `There are no held-out domains ${quote(which)}.`,
    "Use 'validation' or 'test'.",
  );
  positiveInteger('The number of domains', count, 1, 1e6);
}

/** A trainable model that answers tasks of a domain. */
export interface DomainModel {
  readonly name: string;
  readonly parameters: Parameters;
  readonly config: object;
  /**
   * The mean loss, a plain function of tensors.
   *
   * @param inputs x [B, n, d], y [B, n], xTest [B, m, d], yTest [B, m], scale [B, 1]
   * @returns [] (a scalar); the caller disposes it
   */
  lossOf(inputs: readonly Tensor[]): Scalar;
  /**
   * Mean error on prompts of a domain: squared, over the domain's scale; or the share of wrong
   * answers.
   */
  errorOn(prompts: Prompts, scale: number): number;
  dispose(): void;
}
