/**
 * Alphabets as domains (notebook 44).
 */
import { claim, errorBelow } from '../../../records/rules';
import { COURSE, REVIEWERS } from '../../../records/sources';
import {
  DOMAIN_KIND,
  type DomainConfig,
  type DomainExperiment,
  type DomainVariant,
} from '../domains';
import { M2, domainClaims } from './domains';
import { WU_2025 } from './shared';

/** A network for drawings of 14 x 14 pixels. */
const FOR_GLYPHS = { width: 64, layers: 3, heads: 4, mlpRatio: 2, maxPositions: 1 };

const GLYPH_VARIANTS: readonly DomainVariant[] = [
  { key: 'icl', name: 'ICL', network: { kind: 'icl', size: FOR_GLYPHS, attention: 'softmax' } },
  {
    key: 'm2',
    name: 'M2-ICL',
    network: { kind: 'icl', size: FOR_GLYPHS, attention: 'softmax' },
    training: M2,
  },
  { key: 'matchnet', name: 'MatchNet', network: { kind: 'matchnet', widths: [128, 64] } },
  { key: 'protonet', name: 'ProtoNet', network: { kind: 'protonet', widths: [128, 64] } },
  { key: 'cnp', name: 'CNP', network: { kind: 'cnp', width: 96 } },
  {
    key: 'cnp-convolutional',
    name: 'CNP, convolutional',
    network: { kind: 'cnp', width: 96, filters: 16 },
    training: { steps: 6000, learningRate: 3e-3 },
  },
];

/** Minutes a run. */
const quickAlphabets = (
  domains: DomainConfig['domains'],
  steps: number,
  counts: { test: number; validation: number },
): DomainConfig => ({
  domains,
  model: { method: 'ar', layout: 'pair', size: 'course' },
  training: {
    steps,
    batch: 32,
    learningRate: 1e-3,
    ns: [5, 10, 25],
    tests: 5,
    domainsPerBatch: 4,
    logEvery: 100,
  },
  seeds: 3,
  watchEvery: 250,
  measures: {
    tasks: [16, 64, 256],
    ns: [5, 10, 25],
    prompts: 100,
    tests: 5,
    domains: counts.test,
    validation: counts.validation,
    rules: [
      { optimiser: 'descent', rate: 0.01, batch: 32 },
      { optimiser: 'Adam', rate: 3e-4, batch: 32 },
    ],
    steps: [5, 20],
  },
});

const onAlphabets = (
  name: string,
  domains: DomainConfig['domains'],
  steps: number,
  counts: { test: number; validation: number },
): DomainExperiment => {
  const where = name === 'meta-omniglot' ? 'Omniglot' : 'our own alphabets';
  const quickOne = quickAlphabets(domains, steps, counts);
  return {
    name,
    notebook: '44',
    claim:
      'On new alphabets ICL has a smaller error than other few-shot learners, and M2-ICL a ' +
      `smaller one after adaptation to few tasks (${where}).`,
    source: `${WU_2025}, appendix H (its numbers are not known to us)`,
    variants: GLYPH_VARIANTS,
    kind: DOMAIN_KIND,
    profiles: {
      quick: quickOne,
      full: { ...quickOne, training: { ...quickOne.training, steps: 60_000 }, seeds: 5 },
    },
    claims: ({ measures: { ns, tasks } }) => [
      ...['MatchNet', 'ProtoNet', 'CNP', 'CNP, convolutional'].map((rival) =>
        claim(
          `On characters of new alphabets ICL has a smaller error than ${rival} (${where}, not ` +
            `adapted, ${ns[0]} examples of 5 classes)`,
          REVIEWERS,
          errorBelow('ICL, not adapted', `${rival}, not adapted`, { n: ns[0]! }),
        ),
      ),
      claim(
        'On characters of new alphabets ICL has a smaller error than 1 nearest neighbour ' +
          `(${where}, not adapted, ${ns[0]} examples of 5 classes)`,
        COURSE,
        errorBelow('ICL, not adapted', '1 nearest neighbour', { n: ns[0]! }),
      ),
      ...domainClaims(where, ns, tasks),
    ],
  };
};

/** Alphabets as domains. */
export const ALPHABETS: readonly DomainExperiment[] = [
  onAlphabets(
    'meta-glyphs',
    { from: 'own alphabets', classes: 5, train: 30, validation: 4, test: 8 },
    3000,
    { test: 8, validation: 4 },
  ),
  onAlphabets('meta-omniglot', { from: 'Omniglot', classes: 5 }, 4000, { test: 2, validation: 1 }),
];
