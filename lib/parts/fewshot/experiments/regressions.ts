/**
 * Domains of linear regressions (notebook 44).
 */
import { DOMAIN_KIND, type DomainConfig, type DomainExperiment } from '../domains';
import type { DomainsConfig } from '../regressiondomains';
import { TWO_LEVELS, domainClaims } from './domains';
import { WU_2025 } from './shared';

const RULES: DomainConfig['measures']['rules'] = [
  { optimiser: 'descent', rate: 0.01, batch: 64 },
  { optimiser: 'descent', rate: 0.05, batch: 64 },
  { optimiser: 'Adam', rate: 3e-3, batch: 64 },
  { optimiser: 'Adam', rate: 1e-2, batch: 64 },
];

/** A minute a run. */
const quickRegressions = (kind: DomainsConfig['kind'], seeds: number): DomainConfig => ({
  domains: { from: 'regression', kind, d: 3 },
  model: {
    method: 'ar',
    layout: 'pair',
    size: { width: 32, layers: 2, heads: 4, mlpRatio: 4, maxPositions: 16 },
  },
  training: {
    steps: 9000,
    batch: 64,
    learningRate: 3e-3,
    ns: [1, 2, 3, 4, 5, 6],
    tests: 4,
    logEvery: 100,
  },
  seeds,
  watchEvery: 1000,
  measures: {
    tasks: [16, 64, 256, 1024],
    ns: [1, 2, 3, 4, 5, 6],
    prompts: 64,
    tests: 4,
    domains: 16,
    validation: 6,
    rules: RULES,
    steps: [5, 20, 50],
  },
});

/** The released size. */
const fullRegressions = (kind: DomainsConfig['kind']): DomainConfig => ({
  domains: { from: 'regression', kind, d: 5, labelScale: 8 },
  model: { method: 'ar', layout: 'xy', size: 'standard' },
  training: {
    steps: 600_000,
    batch: 64,
    learningRate: 1e-4,
    warmUp: 0,
    finalRate: 1,
    ns: [10],
    tests: 1,
    logEvery: 1000,
  },
  seeds: 3,
  watchEvery: 10_000,
  measures: {
    tasks: [64, 256, 1024],
    ns: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    prompts: 256,
    tests: 1,
    domains: 20,
    validation: 6,
    rules: RULES,
    steps: [5, 20, 50],
  },
});

const onRegressions = (
  name: string,
  kind: DomainsConfig['kind'],
  claimed: string,
  seeds: number,
): DomainExperiment => ({
  name,
  notebook: '44',
  claim: claimed,
  source: `${WU_2025}, figure 5`,
  variants: TWO_LEVELS,
  kind: DOMAIN_KIND,
  profiles: { quick: quickRegressions(kind, seeds), full: fullRegressions(kind) },
  claims: ({ measures: { ns, tasks } }) =>
    domainClaims(kind === 'map' ? 'domains as in the code' : 'domains as in the text', ns, tasks),
});

/** Domains of linear regressions. */
export const REGRESSIONS: readonly DomainExperiment[] = [
  onRegressions(
    'meta-domains',
    'weights',
    'Adapted to few tasks of a new domain, M2-ICL has a smaller error than ICL ' +
      '(regressions with weights around a centre, as in the text).',
    3,
  ),
  onRegressions(
    'meta-domains-map',
    'map',
    'Adapted to few tasks of a new domain, M2-ICL has a smaller error than ICL ' +
      '(regressions with mapped inputs, as in the code).',
    3,
  ),
];
