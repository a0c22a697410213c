/**
 * What a corpus must hold so that the small model learns in context (notebook 30): how documents are
 * packed into contexts, of which domain they are, how many there are.
 * References: Gu et al. (ACL 2023, arXiv 2305.09137) for contexts of one task; Shi et al. (ICLR
 * 2024, arXiv 2310.10638) for related documents; Shin et al. (NAACL 2022, arXiv 2204.13509) for
 * domain against amount.
 */
import { measured, type Measured } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import { worldCellName, cellOf } from '../cells';
import { CORPUS_KIND, type CorpusExperiment, type CorpusExperimentConfig } from '../corpuskind';
import type { Mapping } from '../world/taskworld';

const TASK = 'packed by task';
const RELATED = 'packed by looks';
const RANDOM = 'packed at random';
const NATURAL = 'natural labels only';
const SYMBOLS = 'symbols only';
const FEW = 'a quarter of the contexts';

/** The rule "a's share of right answers is above b's, less a margin". */
const above =
  (a: string, b: string, mapping: Mapping, n: number, margin = 0): Claim['decide'] =>
  (records) => {
    const metric = `accuracy, ${worldCellName(cellOf(mapping))}`;
    const of = (name: string): Measured => measured(records, name, { metric, n });
    return compareShares(a, of(a), b, of(b), margin);
  };

/** The rule "a's share of right answers is above a toss". */
const aboveToss =
  (a: string, mapping: Mapping, n: number): Claim['decide'] =>
  (records) => {
    const metric = `accuracy, ${worldCellName(cellOf(mapping))}`;
    return compareShares(a, measured(records, a, { metric, n }), 'a toss', 0.5);
  };

const claims = (n: number): Claim[] => [
  ...(['natural', 'flipped', 'arbitrary'] as const).map((mapping) =>
    claim(
      `Contexts of one task teach more than the same documents at random (${mapping} labels)`,
      'Gu et al. 2023',
      above(TASK, RANDOM, mapping, n),
    ),
  ),
  ...(['natural', 'arbitrary'] as const).map((mapping) =>
    claim(
      `Contexts of documents that look alike teach more than the same at random (${mapping} labels)`,
      'Shi et al. 2024',
      above(RELATED, RANDOM, mapping, n),
      '8 %',
    ),
  ),
  claim(
    'Contexts of documents that look alike are at most five points worse than those of one task ' +
      '(arbitrary labels)',
    COURSE,
    above(RELATED, TASK, 'arbitrary', n, 0.05),
  ),
  claim(
    'Trained on natural labels only, the model learns symbols from their examples (above a toss)',
    'Shin et al. 2022',
    aboveToss(NATURAL, 'arbitrary', n),
  ),
  claim(
    'Trained on symbols only, the model learns natural labels from their examples (above a toss)',
    'Shin et al. 2022',
    aboveToss(SYMBOLS, 'natural', n),
  ),
  claim(
    'A quarter of the contexts with all mappings teaches more about symbols than all contexts with ' +
      'natural labels',
    'Shin et al. 2022',
    above(FEW, NATURAL, 'arbitrary', n),
  ),
  claim(
    'A quarter of the contexts costs less than five points (arbitrary labels)',
    'Shin et al. 2022',
    above(FEW, TASK, 'arbitrary', n, 0.05),
  ),
  claim(
    'A corpus of all mappings is at most five points worse on symbols than one of symbols only',
    'Shin et al. 2022',
    above(TASK, SYMBOLS, 'arbitrary', n, 0.05),
  ),
];

const quick: CorpusExperimentConfig = {
  training: { steps: 3500, batch: 32, learningRate: 2e-3, logEvery: 100, contexts: 6000 },
  seeds: 3,
  watchEvery: 250,
  measures: { ns: [0, 1, 2, 4, 8], questions: 512, watched: 128, n: 8, contexts: 1000 },
};

const full: CorpusExperimentConfig = {
  ...quick,
  training: { ...quick.training, steps: 40_000, contexts: 30_000 },
  seeds: 10,
  watchEvery: 1000,
};

/** What a corpus must hold. */
export const CORPORA: CorpusExperiment = {
  name: 'survey-corpora',
  notebook: '30',
  claim:
    'A model learns in context where the contexts of its training hold documents of one task; which ' +
    'tasks they are matters more than how many.',
  source: COURSE,
  variants: [
    { key: 'by-task', name: TASK, training: { packing: 'by task' } },
    { key: 'by-looks', name: RELATED, training: { packing: 'related' } },
    { key: 'at-random', name: RANDOM, training: { packing: 'at random' } },
    { key: 'natural', name: NATURAL, training: { mapping: 'natural' } },
    { key: 'symbols', name: SYMBOLS, training: { mapping: 'arbitrary' } },
    { key: 'few', name: FEW, training: { contexts: 1500 } },
  ],
  kind: CORPUS_KIND,
  profiles: { quick, full },
  claims: ({ measures: { n } }) => claims(n),
};
