/**
 * Why an untrained language model needs places of their own for InvICL's second copies (notebook
 * 13): the copies are moved away from the first ones step by step, and beside it the tests alone.
 * References: Fang et al. (ICLR 2025), section 3.3; Su et al. (2021, arXiv 2104.09864).
 */
import { measured } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import {
  PLACES_KIND,
  type PlacesConfig,
  type PlacesExperiment,
  type PlacesVariant,
} from '../readingplaces';
import { SMOL_TEMPLATE } from './readings';

const COPIES = 'second copies moved';
const TESTS = 'tests moved alone';

const VARIANTS: readonly PlacesVariant[] = [
  { key: 'copies', name: COPIES, moved: 'second copies' },
  { key: 'tests', name: TESTS, moved: 'tests' },
];

const quick: PlacesConfig = {
  model: 'smollm2',
  tasks: ['glue-sst2', 'trec', 'ag_news', 'sms_spam'],
  template: SMOL_TEMPLATE,
  measures: { n: 8, rows: 16, distances: [0, 0.25, 0.5, 0.75, 1, 2, 4] },
  seeds: 3,
};

const full: PlacesConfig = {
  ...quick,
  tasks: [...quick.tasks, 'superglue-cb', 'emotion'],
  measures: { n: 8, rows: 300, distances: [0, 0.125, 0.25, 0.375, 0.5, 0.75, 1, 1.5, 2, 4, 8] },
  seeds: 10,
};

const PROBABILITY = 'probability of the labels';

/** What is compared: a variant at a distance. */
type At = readonly [name: string, distance: number];

function claimsOf({ measures: { n } }: PlacesConfig): Claim[] {
  const where = `(SmolLM2-135M, ${n} demonstrations)`;
  const above =
    (metric: string, a: At, b: At, margin = 0): Claim['decide'] =>
    (records) => {
      const of = ([name, distance]: At) => measured(records, name, { metric, distance });
      const called = ([name, distance]: At): string => `${name} by ${distance}`;
      return compareShares(called(a), of(a), called(b), of(b), margin);
    };
  return [
    claim(
      `Second copies one length after the first keep more of the probability on the labels than tests ` +
        `that are moved alone as far ${where}`,
      COURSE,
      above(PROBABILITY, [COPIES, 1], [TESTS, 1]),
    ),
    claim(
      `Second copies that still stand before the ends of first copies, half a length on, keep less of ` +
        `the probability than those behind all of them ${where}`,
      COURSE,
      above(PROBABILITY, [COPIES, 1], [COPIES, 0.5]),
    ),
    claim(
      `At four lengths the probability on the labels is at most five points lower than at one ${where}`,
      COURSE,
      above(PROBABILITY, [COPIES, 4], [COPIES, 1], 0.05),
    ),
    claim(
      `Second copies one length after the first are right more often than at the published places ` +
        `${where}, both calibrated`,
      COURSE,
      above('accuracy, batch calibration', [COPIES, 1], [COPIES, 0]),
    ),
  ];
}

/** The places of second copies, moved step by step. */
export const READING_PLACES: PlacesExperiment = {
  name: 'readings-places',
  notebook: '13',
  claim:
    'An untrained language model loses the labels where second copies attend to tokens at later ' +
    'places than their own.',
  source: COURSE,
  variants: VARIANTS,
  kind: PLACES_KIND,
  profiles: { quick, full },
  claims: claimsOf,
};
