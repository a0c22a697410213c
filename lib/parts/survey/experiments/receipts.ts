/** Demonstrations from receipts, renewed round by round (notebook 39). */
import { measured } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import { RECEIPT_LABELS } from '../captions/receipts';
import { RECEIPTS_KIND, type ReceiptsConfig, type ReceiptsExperiment } from '../receiptskind';

const HE = 'He et al. 2023';

const claims = ({ rounds, added }: ReceiptsConfig): Claim[] => {
  const [first, last] = [RECEIPT_LABELS.length, RECEIPT_LABELS.length + rounds * added];
  const above =
    (more: string, less: string, n = last, before = n): Claim['decide'] =>
    (records) =>
      compareShares(
        more === less ? `${before} demonstrations` : less,
        measured(records, less, { metric: 'macro-F1', n: before }),
        more === less ? `${n} demonstrations` : more,
        measured(records, more, { metric: 'macro-F1', n }),
      );
  return [
    claim(
      `Hard demonstrations, with layout and format, give a higher macro-F1 than as many random ones ` +
        `with layout and format (${last})`,
      HE,
      above('hard, layout, format', 'random, layout, format'),
    ),
    claim(
      `Demonstrations with layout give a higher macro-F1 than with text alone (${last}, hard)`,
      HE,
      above('hard, layout', 'hard, text alone'),
    ),
    claim(
      `The same of random demonstrations (${last})`,
      COURSE,
      above('random, layout', 'random, text alone'),
    ),
    claim(
      `Among the first ${first} demonstrations one of each label is better than random ones`,
      HE,
      above('hard, layout, format', 'hard, layout', first),
    ),
    claim(
      `Rounds raise the macro-F1 of hard demonstrations with layout and format`,
      HE,
      above('hard, layout, format', 'hard, layout, format', last, first),
    ),
    claim(
      `With text alone hard demonstrations give a higher macro-F1 than random ones (${last})`,
      COURSE,
      above('hard, text alone', 'random, text alone'),
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
