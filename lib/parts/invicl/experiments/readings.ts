/**
 * A trained language model read under other masks without any training (notebook 13): what of it an
 * order-blind reading keeps.
 * References: SmolLM2 (Allal et al., 2025); PCW (Ratner et al., 2023); InvICL (Fang et al., ICLR
 * 2025), whose published places second copies share with first ones.
 */
import { measured } from '../../../records/measured';
import { claim, scoreAbove, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import type { Template } from '../../../language/prompt';
import { METHODS } from '../../../model/methods';
import { REAL_TASKS } from '../../../metaicl/realtasks';
import type { ReadingConfig, ReadingVariant } from '../readingconfig';
import { READING_KIND, type ReadingExperiment } from '../readings';

const OWN_PLACES = METHODS.inviclOwnPlaces.name;

const VARIANTS: readonly ReadingVariant[] = [
  { key: 'ar', name: 'AR', method: 'ar' },
  { key: 'invicl-own-places', name: OWN_PLACES, method: 'inviclOwnPlaces' },
  { key: 'invicl', name: 'InvICL', method: 'invicl' },
  { key: 'boe', name: 'BoE', method: 'boe' },
  { key: 'pcw', name: 'PCW (4)', method: 'pcw', window: 4 },
];

/** How examples are written, with the token at the beginning that SmolLM2 knows from its training. */
export const SMOL_TEMPLATE: Template = {
  style: 'direct',
  between: '\nOutput: ',
  after: '\n\n',
  begin: '<|endoftext|>',
  longest: 128,
};

const quick: ReadingConfig = {
  model: 'smollm2',
  tasks: Object.keys(REAL_TASKS),
  template: SMOL_TEMPLATE,
  measures: { ns: [4, 8, 16, 32], rows: 40, reordered: { n: 8, rows: 20 } },
  seeds: 3,
};

const full: ReadingConfig = {
  ...quick,
  measures: { ns: [1, 2, 4, 8, 16, 32], rows: 300, reordered: { n: 8, rows: 60 } },
  seeds: 10,
};

const AS_IT_IS = 'accuracy';
const CALIBRATED = 'accuracy, batch calibration';

/** The rule "a's share is at most `margin` below b's". */
const withinPoints =
  (a: string, b: string, margin: number, where: { metric: string; n: number }): Claim['decide'] =>
  (records) =>
    compareShares(a, measured(records, a, where), b, measured(records, b, where), margin);

/** What is claimed of n demonstrations. */
const claimsAt = (n: number): Claim[] => {
  const with_ = `(SmolLM2-135M, ${n} demonstrations)`;
  return [
    claim(
      `Second copies at places of their own keep more of the probability on the labels than ` +
        `InvICL's published places ${with_}`,
      COURSE,
      scoreAbove(OWN_PLACES, 'InvICL', { metric: 'probability of the labels', n }),
    ),
    claim(
      `Second copies at places of their own are right more often than InvICL's published places ` +
        with_,
      COURSE,
      scoreAbove(OWN_PLACES, 'InvICL', { metric: AS_IT_IS, n }),
    ),
    ...[AS_IT_IS, CALIBRATED].map((metric) =>
      claim(
        `InvICL with places of its own, untrained, is at most two points below AR ${with_}` +
          (metric === AS_IT_IS ? '' : ', both calibrated'),
        COURSE,
        withinPoints(OWN_PLACES, 'AR', 0.02, { metric, n }),
      ),
    ),
    ...['BoE', 'PCW (4)'].map((rival) =>
      claim(
        `InvICL with places of its own is right more often than ${rival} ${with_}, both calibrated`,
        COURSE,
        scoreAbove(OWN_PLACES, rival, { metric: CALIBRATED, n }),
      ),
    ),
  ];
};

/** A trained language model under masks that it was not trained with. */
export const READINGS: ReadingExperiment = {
  name: 'readings',
  notebook: '13',
  claim:
    'A trained language model, read under InvICL’s mask with second copies at places of their own, ' +
    'answers as well as under its own, and its answers do not depend on the order of the ' +
    'demonstrations.',
  source: COURSE,
  variants: VARIANTS,
  kind: READING_KIND,
  profiles: { quick, full },
  claims: () => [
    ...claimsAt(8),
    ...claimsAt(32),
    claim(
      'A new order changes a larger share of AR’s answers than of those of InvICL with places of ' +
        'its own (SmolLM2-135M, 8 demonstrations)',
      COURSE,
      scoreAbove('AR', OWN_PLACES, { metric: 'changed by order', n: 8 }),
    ),
    ...['nearest neighbour', 'ridge'].map((rival) =>
      claim(
        `AR, calibrated, is right more often than ${rival} on vectors of a sentence encoder ` +
          '(SmolLM2-135M, 8 demonstrations)',
        COURSE,
        (records) =>
          compareShares(
            'AR',
            measured(records, 'AR', { metric: CALIBRATED, n: 8 }),
            rival,
            measured(records, `${rival}, all-MiniLM-L6-v2`, { metric: AS_IT_IS, n: 8 }),
          ),
      ),
    ),
    claim(
      'Batch calibration raises AR’s accuracy (SmolLM2-135M, 8 demonstrations)',
      'Zhou et al. (2024)',
      (records) => {
        const of = (metric: string) => measured(records, 'AR', { metric, n: 8 });
        return compareShares('calibrated', of(CALIBRATED), 'as it is', of(AS_IT_IS));
      },
    ),
  ],
};
