/**
 * Domains of linear regression as a source: a fresh domain for every step of training.
 */
import { stream } from '../../core/random';
import type { Predictor } from '../../model/prompts';
import { regressionDomains, type DomainsConfig } from './regressiondomains';
import { checkHeld, type DomainSource, type TaskDomain } from './domain';

/** A domain of regressions with its oracle predictor. */
export interface RegressionDomain extends TaskDomain {
  readonly oracle: Predictor;
}

/** A source of regression domains. */
export interface RegressionSource extends DomainSource {
  held(which: 'validation' | 'test', count: number): readonly RegressionDomain[];
}

/**
 * The source of these domains.
 *
 * @throws CourseError quoting a setting that is unknown or refused, or when memory does not suffice
 */
export function regressionSource(given: Partial<DomainsConfig> = {}): RegressionSource {
  const drawn = regressionDomains(given);
  const draw = (random: ReturnType<typeof stream>): RegressionDomain => {
    const { task, oracle } = drawn(random);
    return { scale: task.scale, oracle, sample: (own, sizes) => task.sample(own, sizes) };
  };
  return {
    name: 'domains of linear regression',
    draw,
    held: (which, count) => {
      checkHeld(which, count);
      return Array.from({ length: count }, (_, i) => draw(stream(3_000_017, which, i)));
    },
  };
}
