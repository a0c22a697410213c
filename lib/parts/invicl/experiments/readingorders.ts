/**
 * Thirty orders of the same eight demonstrations, asked of a real language model without training
 * (notebook 13). All orders of four demonstrations are survey-ordering's (notebook 26).
 * References: Lu et al. (2022, arXiv 2104.08786); Zhao et al. (2021, arXiv 2102.09690).
 */
import { METHODS } from '../../../model/methods';
import { measured } from '../../../records/measured';
import { claim, scoreAbove, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import { ORDERS_KIND, type OrdersConfig, type OrdersExperiment } from '../readingorders';
import type { ReadingVariant } from '../readingconfig';
import { SMOL_TEMPLATE } from './readings';

const OWN_PLACES = METHODS.inviclOwnPlaces.name;
const PCW = 'PCW (4)';

/** Order-blind readings need two orders only; what is compared of PCW and Prefix needs a few. */
const VARIANTS: readonly ReadingVariant[] = [
  { key: 'ar', name: 'AR', method: 'ar' },
  { key: 'pcw', name: PCW, method: 'pcw', window: 4, orders: 6 },
  { key: 'prefix', name: 'Prefix', method: 'prefix', orders: 6 },
  { key: 'invicl-own-places', name: OWN_PLACES, method: 'inviclOwnPlaces', orders: 2 },
];

const quick: OrdersConfig = {
  model: 'smollm2',
  tasks: ['glue-sst2', 'trec', 'ag_news', 'sms_spam'],
  template: SMOL_TEMPLATE,
  measures: { ns: [8], orders: 30, rows: 16, averaged: [1, 2, 5, 10, 30] },
  seeds: 3,
};

const full: OrdersConfig = {
  ...quick,
  tasks: [...quick.tasks, 'superglue-cb', 'emotion'],
  measures: { ns: [4, 8, 16], orders: 30, rows: 300, averaged: [1, 2, 5, 10, 30] },
  seeds: 10,
};

const LU = 'Lu et al. 2022';
const ZHAO = 'Zhao et al. (2021)';
const CHANGED = 'changed between two orders';

function claimsOf({ measures: { averaged } }: OrdersConfig): Claim[] {
  const n = 8;
  const where = '(SmolLM2-135M, 8 demonstrations)';
  /** The rule "one measure of AR lies above another by a margin". */
  const above =
    (a: string, b: string, least = 0): Claim['decide'] =>
    (records) => {
      const [x, y] = [a, b].map((metric) => measured(records, 'AR', { metric, n }));
      const raised =
        typeof y === 'number' ? y + least : new Map([...y!].map(([s, v]) => [s, v + least]));
      return compareShares(a, x!, least > 0 ? `${b} and ${100 * least} points` : b, raised);
    };
  const many = averaged.filter((size) => size < 30).at(-1)!;
  return [
    claim(
      `The best of thirty orders is right at least ten points more often than the worst ${where}, calibrated`,
      LU,
      above('accuracy, best order', 'accuracy, worst order', 0.1),
    ),
    claim(
      `AR answers with the label of the last demonstration more often than with that of the first ${where}`,
      ZHAO,
      above('label of the last demonstration', 'label of the first demonstration'),
    ),
    claim(
      `Batch calibration lowers the share of AR’s answers that two orders give differently ${where}`,
      ZHAO,
      above(`${CHANGED}, not calibrated`, CHANGED),
    ),
    claim(
      `Shares averaged over ${many} orders are right more often than one order ${where}, calibrated`,
      COURSE,
      above(`accuracy, shares of ${many} orders averaged`, 'accuracy, shares of 1 orders averaged'),
    ),
    claim(
      `InvICL with places of its own, untrained, is at most two points below AR’s shares averaged over ` +
        `${many} orders ${where}, both calibrated`,
      COURSE,
      (records) => {
        const of = (name: string, size: number) =>
          measured(records, name, { metric: `accuracy, shares of ${size} orders averaged`, n });
        return compareShares(
          OWN_PLACES,
          of(OWN_PLACES, 1),
          `AR, ${many} orders`,
          of('AR', many),
          0.02,
        );
      },
    ),
    claim(
      `InvICL with places of its own, untrained, is right more often than Prefix ${where}, both calibrated`,
      COURSE,
      scoreAbove(OWN_PLACES, 'Prefix', { metric: 'accuracy, mean over orders', n }),
    ),
    ...[PCW, 'Prefix', OWN_PLACES].map((rival) =>
      claim(
        `Two orders change a larger share of the answers under AR than under ${rival.replace(
          OWN_PLACES,
          'InvICL with places of its own',
        )} ${where}, calibrated`,
        COURSE,
        scoreAbove('AR', rival, { metric: CHANGED, n }),
      ),
    ),
  ];
}

/** Thirty orders of the same demonstrations. */
export const READING_ORDERS: OrdersExperiment = {
  name: 'readings-orders',
  notebook: '13',
  claim:
    'The order of the same demonstrations changes what a real language model answers, and an average ' +
    'over orders is right more often than one.',
  source: LU,
  variants: VARIANTS,
  kind: ORDERS_KIND,
  profiles: { quick, full },
  claims: claimsOf,
};
