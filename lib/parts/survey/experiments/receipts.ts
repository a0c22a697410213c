/** Demonstrations from receipts, renewed round by round (notebook 39). */
import { measured } from '../../../records/measured';
import type { Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { RECEIPT_LABELS } from '../captions/receipts';
import { mendedShares, type NamedShare } from './mendedrules';
import { RECEIPTS_KIND, type ReceiptsConfig, type ReceiptsExperiment } from '../receiptskind';

const HE = 'He et al. 2023';

const claims = ({ rounds, added }: ReceiptsConfig): Claim[] => {
  const [first, last] = [RECEIPT_LABELS.length, RECEIPT_LABELS.length + rounds * added];
  const above = (
    words: string,
    source: string,
    more: string,
    less: string,
    n = last,
    before = n,
  ): Claim => {
    const named = (name: string, size: number): NamedShare => [
      more === less ? `${size} demonstrations` : name,
      (records) => measured(records, name, { metric: 'macro-F1', n: size }),
    ];
    return mendedShares(words, source, named(more, n), named(less, before));
  };
  return [
    above(
      `Hard demonstrations, with layout and format, give a higher macro-F1 than as many random ones ` +
        `with layout and format (${last})`,
      HE,
      'hard, layout, format',
      'random, layout, format',
    ),
    above(
      `Demonstrations with layout give a higher macro-F1 than with text alone (${last}, hard)`,
      HE,
      'hard, layout',
      'hard, text alone',
    ),
    above(
      `The same of random demonstrations (${last})`,
      COURSE,
      'random, layout',
      'random, text alone',
    ),
    above(
      `Among the first ${first} demonstrations one of each label is better than random ones`,
      HE,
      'hard, layout, format',
      'hard, layout',
      first,
    ),
    above(
      `Rounds raise the macro-F1 of hard demonstrations with layout and format`,
      HE,
      'hard, layout, format',
      'hard, layout, format',
      last,
      first,
    ),
    above(
      `With text alone hard demonstrations give a higher macro-F1 than random ones (${last})`,
      COURSE,
      'hard, text alone',
      'random, text alone',
    ),
  ];
};

const quick: ReceiptsConfig = { seeds: 5, train: 24, test: 60, rounds: 6, added: 4 };

/** Receipts. */
export const RECEIPTS: ReceiptsExperiment = {
  name: 'survey-receipts',
  notebook: '39',
  claim:
    'Demonstrations that are hard to read, shown with their layout, are worth more than random ones.',
  source: HE,
  variants: [{ key: 'reader', name: 'reader of receipts' }],
  kind: RECEIPTS_KIND,
  profiles: { quick, full: { ...quick, train: 200, test: 300, rounds: 12 } },
  claims,
};
