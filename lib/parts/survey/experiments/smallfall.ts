/**
 * How the loss of the small model falls along training, with its size and with the heads that copy
 * (notebook 30). What is said of them was written down before the records were made.
 * References: Brown et al. (2020, arXiv 2005.14165) for sizes; Olsson et al. (2022, arXiv
 * 2209.11895) for copying heads and the moment when they appear.
 */
import { differenceOf, levelOf, ratioOf, type Side } from '../../../records/effects';
import { measured, seedwise, valuesIn, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { recordsOf } from '../../../records/records';
import { claim, scoreAbove, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { decisionBy, digits } from '../../../records/verdicts';
import { mean } from '../../../evaluation/statistics';

const SCORE = 'in-context learning score';
const COPYING = 'copying head';
const ALONG = 'along training';

/** Of the exact answer's fall of the loss. */
const [HALF, TENTH] = [0.5, 0.1];

/** Half of a head's attention. */
const COPIES = 0.5;

type Records = readonly ResultRecord[];
/** The step at which something happens, by seed; never counts as twice the run. */
type Moment = (records: Records) => Measured;

/** The first measured step at which a number of each seed has got somewhere. */
const firstStep =
  (variant: string, metric: string, there: (value: number, records: Records) => boolean): Moment =>
  (records) => {
    const own = recordsOf(records, variant, `${metric} ${ALONG}`);
    const last = own.reduce((most, { step }) => Math.max(most, step), 0);
    const found = new Map<number, number>();
    for (const { seed, step, value } of own) {
      const earlier = found.get(seed) ?? 2 * last;
      found.set(seed, there(value, records) ? Math.min(earlier, step) : earlier);
    }
    return found;
  };

/** When the strongest head first gives half of its attention to the answers to copy. */
export const whenItCopies = (variant: string): Moment =>
  firstStep(variant, COPYING, (value) => value >= COPIES);

/** When the loss first falls with the examples by a share of what the exact answer's falls by. */
export const whenItFalls = (variant: string, share: number): Moment =>
  firstStep(variant, SCORE, (value, records) => {
    const exact = measured(records, 'exact Bayes', { metric: SCORE });
    return value <= share * valuesIn(exact)[0]!;
  });

const steps = (moment: Measured): string => `step ${Math.round(mean(valuesIn(moment)))}`;

/** The rule "a comes before b". */
const before =
  ([a, x]: readonly [string, Moment], [b, y]: readonly [string, Moment]): Claim['decide'] =>
  (records) => {
    const [one, other] = [x(records), y(records)];
    const counted = (moment: Measured): Measured => seedwise((step) => Math.max(1, step!), moment);
    const words = `${a} ${steps(one)}, ${b} ${steps(other)}: `;
    return decisionBy(ratioOf(counted(one), counted(other)), words);
  };

/** The rule "the loss falls at most so many steps after a head copies". */
const soonAfter =
  (variant: string, most: number): Claim['decide'] =>
  (records) => {
    const [copies, falls] = [whenItCopies(variant)(records), whenItFalls(variant, TENTH)(records)];
    const side: Side = { bound: most, claimed: 'below' };
    const words = `a head copies at ${steps(copies)}, the loss falls at ${steps(falls)}: `;
    return decisionBy(
      levelOf(
        seedwise((x, y) => y! - x!, copies, falls),
        side,
      ),
      words,
    );
  };

/** The rule "a's loss falls more with the examples than b's". */
const fallsMore =
  (a: string, b: string): Claim['decide'] =>
  (records) => {
    const [x, y] = [a, b].map((name) => measured(records, name, { metric: SCORE })) as [
      Measured,
      Measured,
    ];
    const words = [x, y].map((one) => digits(mean(valuesIn(one))));
    const effect = differenceOf(x, y, 'nats', { bound: 0, claimed: 'below' });
    return decisionBy(effect, `${a} ${words[0]!}, ${b} ${words[1]!} nats: `);
  };

/** The models by what they are in the claims. */
export interface FallingModels {
  readonly middle: string;
  readonly little: string;
  readonly large: string;
  readonly invicl: string;
  readonly plain: string;
  readonly atOnce: string;
}

/** Claims on the fall of the loss with steps, size and copying heads. */
export const fallClaims = (models: FallingModels): Claim[] => [
  ...(
    [
      ['64', models.middle, '32', models.little],
      ['96', models.large, '64', models.middle],
    ] as const
  ).map(([a, more, b, less]) =>
    claim(
      `The loss falls more from one to eight examples in width ${a} than in width ${b}`,
      'Brown et al. 2020, figure 1.2',
      fallsMore(more, less),
    ),
  ),
  ...[models.middle, models.large, models.invicl].map((name) =>
    claim(
      `A head copies before the loss has fallen with the examples by half of what the exact ` +
        `answer’s falls by (${name})`,
      'Olsson et al. 2022, argument 1',
      before(['a head copies at', whenItCopies(name)], ['half fallen at', whenItFalls(name, HALF)]),
    ),
  ),
  claim(
    'The loss begins to fall with the examples at most 500 steps after a head copies',
    'Olsson et al. 2022, argument 1',
    soonAfter(models.middle, 500),
  ),
  claim(
    'In width 96 the loss has fallen by half earlier than in width 64',
    COURSE,
    before(
      ['width 96', whenItFalls(models.large, HALF)],
      ['width 64', whenItFalls(models.middle, HALF)],
    ),
  ),
  ...(
    [
      [models.plain, 'without smeared keys and the aligned start'],
      [models.atOnce, 'without stages'],
      [models.little, 'in width 32'],
    ] as const
  ).map(([name, words]) =>
    claim(
      `The strongest copying head looks more at the answers to copy than that ${words}`,
      'Olsson et al. 2022, argument 2',
      scoreAbove(models.middle, name, { metric: COPYING }),
    ),
  ),
];
