/**
 * Real texts in the order of related documents (notebook 30): how many neighbours are of one task.
 * Reference: Shi et al. (ICLR 2024, arXiv 2310.10638).
 */
import { REAL_TASKS } from '../../../metaicl/realtasks';
import { measured } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import { PACKING_KIND, type PackingConfig, type PackingExperiment } from '../packingkind';
import { metricAbove, numbersCompared } from './scoringshared';

const SHI = 'Shi et al. 2024';
const [WORDS, MINILM] = ['words of the texts', 'MiniLM'] as const;

const same = (packing: string): string => `neighbours of the same task, ${packing}`;

/** What holds of either kind of vectors. */
const ofEach = (vectors: string): Claim[] => [
  claim(
    'In the order of related texts neighbours are of the same task more often than at random ' +
      `(${vectors})`,
    SHI,
    metricAbove(vectors, ['related', same('related')], ['at random', same('at random')]),
  ),
  claim(
    'In the order of related texts more than half of the neighbours are of the same task ' +
      `(${vectors})`,
    COURSE,
    (records) =>
      compareShares(
        'related',
        measured(records, vectors, { metric: same('related') }),
        'one half',
        0.5,
      ),
  ),
  claim(
    `The path through related texts is shorter than the one that reads task by task (${vectors})`,
    COURSE,
    numbersCompared(
      'number',
      'below',
      'times 1 less the cosine',
    )(
      ['related', vectors, { metric: 'length of the path, related' }],
      ['by task', vectors, { metric: 'length of the path, by task' }],
    ),
  ),
];

const quick: PackingConfig = {
  tasks: Object.keys(REAL_TASKS),
  measures: { each: 100, neighbours: 10, window: 4 },
  seeds: 5,
};

/** Real texts in the order of related documents. */
export const PACKING_TEXTS: PackingExperiment = {
  name: 'survey-packing',
  notebook: '30',
  claim: 'Texts that follow each other in the order of related documents are mostly of one task.',
  source: SHI,
  variants: [
    { key: 'words', name: WORDS, vectors: 'words', texts: 'real' },
    { key: 'minilm', name: MINILM, vectors: 'minilm', texts: 'real' },
  ],
  kind: PACKING_KIND,
  profiles: {
    quick,
    full: { ...quick, measures: { ...quick.measures, each: 1000, neighbours: 20 }, seeds: 10 },
  },
  claims: () => [
    ...[WORDS, MINILM].flatMap(ofEach),
    claim(
      'In the order by sentence vectors neighbours are of the same task more often than in the ' +
        'order by words',
      COURSE,
      (records) =>
        compareShares(
          MINILM,
          measured(records, MINILM, { metric: same('related') }),
          WORDS,
          measured(records, WORDS, { metric: same('related') }),
        ),
    ),
  ],
};
