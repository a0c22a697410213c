/**
 * How the loss of the small model falls along training, with its size and with the heads that copy
 * (notebook 30). A toss between a task's two labels has the loss ln 2: below it, examples taught which
 * label is right, and not only which labels there are.
 * The rules were written after the runs of seed 0 under four of the six variants had been looked at. A
 * quarter of the way was half of it at first, which no model came in the runs of seeds 0 and 1.
 * References: Brown et al. (2020, arXiv 2005.14165) for sizes; Olsson et al. (2022, arXiv
 * 2209.11895) for copying heads, the moment when they appear, and the in-context learning score.
 */
import { differenceOf, levelOf, ratioOf, type Side } from '../../../records/effects';
import { measured, seedwise, valuesIn, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { recordsOf } from '../../../records/records';
import { claim, scoreAbove, stepsBySeed, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { decisionBy, digits } from '../../../records/verdicts';
import { mean } from '../../../evaluation/statistics';

const SCORE = 'in-context learning score';
const LOSS = 'loss after all examples';
const COPYING = 'copying head';
const EXACT = 'exact Bayes';

/** Of the way from a toss to the exact answer. */
const PART = 0.25;

/** Of the exact answer's score. */
const HALF = 0.5;

/** Half of a head's attention. */
const COPIES = 0.5;

type Records = readonly ResultRecord[];
/** The step at which something happens, by seed; never counts as twice the run. */
type Moment = (records: Records) => Measured;

/** The first measured step at which a number of each seed has got somewhere. */
const firstStep =
  (
    variant: string,
    metric: string,
    there: (records: Records) => (value: number) => boolean,
  ): Moment =>
  (records) => {
    const own = recordsOf(records, variant, `${metric} along training`);
    const run = own.reduce((last, { step }) => Math.max(last, step), 0);
    return seedwise((step) => Math.min(step!, 2 * run), stepsBySeed(own, there(records)));
  };

/** When the strongest head first gives half of its attention to the answers to copy. */
const whenItCopies = (variant: string): Moment =>
  firstStep(variant, COPYING, () => (value) => value >= COPIES);

/** When the loss has first come a quarter of the way from a toss to the exact answer. */
const whenItFalls = (variant: string): Moment =>
  firstStep(variant, LOSS, (records) => {
    const exact = valuesIn(measured(records, EXACT, { metric: LOSS }))[0]!;
    const due = Math.LN2 - PART * (Math.LN2 - exact);
    return (value) => value <= due;
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

/** The rule "the loss has come a quarter of the way at most so many steps after a head copies". */
const soonAfter =
  (variant: string, most: number): Claim['decide'] =>
  (records) => {
    const [copies, falls] = [whenItCopies(variant)(records), whenItFalls(variant)(records)];
    const side: Side = { bound: most / 100, claimed: 'below' };
    const words =
      `a head copies at ${steps(copies)}, the loss is a quarter of the way at ${steps(falls)}, ` +
      'in hundreds of steps later: ';
    const after = levelOf(
      seedwise((x, y) => (y! - x!) / 100, copies, falls),
      side,
      'level',
    );
    return decisionBy(after, words, `; asked: at most ${most / 100}`);
  };

/** The rule "a's loss after all examples is below b's". */
const lowerLoss =
  (a: string, b: string): Claim['decide'] =>
  (records) => {
    const [x, y] = [a, b].map((name) => measured(records, name, { metric: LOSS })) as [
      Measured,
      Measured,
    ];
    const words = [x, y].map((one) => digits(mean(valuesIn(one))));
    const effect = differenceOf(x, y, 'nats', { bound: 0, claimed: 'below' });
    return decisionBy(effect, `${a} ${words[0]!}, ${b} ${words[1]!} nats: `);
  };

/** The rule "a loss after all examples is below that of a toss". */
const belowToss =
  (variant: string): Claim['decide'] =>
  (records) =>
    decisionBy(
      levelOf(
        measured(records, variant, { metric: LOSS }),
        { bound: Math.LN2, claimed: 'below' },
        'level',
      ),
      `${variant}: `,
      '; a toss: 0.693 nats',
    );

/** The rule "a score reaches half of the exact answer's". */
const halfOfScore =
  (variant: string): Claim['decide'] =>
  (records) => {
    const exact = measured(records, EXACT, { metric: SCORE });
    const share = seedwise(
      (own, due) => own! / due!,
      measured(records, variant, { metric: SCORE }),
      exact,
    );
    const effect = levelOf(share, { bound: HALF, claimed: 'above' }, 'level');
    return decisionBy(effect, `${variant}, share of the exact answer’s score: `);
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
      `After eight examples the loss is lower in width ${a} than in width ${b}`,
      'Brown et al. 2020, figure 1.2',
      lowerLoss(more, less),
    ),
  ),
  claim(
    'In width 96 the loss comes a quarter of the way from a toss to the exact answer earlier than in ' +
      'width 64',
    COURSE,
    before(['width 96', whenItFalls(models.large)], ['width 64', whenItFalls(models.middle)]),
  ),
  ...[models.middle, models.large, models.invicl].map((name) =>
    claim(
      `A head copies before the loss after eight examples comes a quarter of the way from a toss to ` +
        `the exact answer (${name})`,
      'Olsson et al. 2022, argument 1',
      before(
        ['a head copies at', whenItCopies(name)],
        ['a quarter of the way at', whenItFalls(name)],
      ),
    ),
  ),
  claim(
    'The loss after eight examples comes a quarter of the way from a toss to the exact answer at ' +
      'most 500 steps after a head copies',
    'Olsson et al. 2022, argument 1',
    soonAfter(models.middle, 500),
  ),
  ...(
    [
      [models.plain, 'without smeared keys and the aligned start'],
      [models.atOnce, 'without stages'],
      [models.little, 'in width 32'],
    ] as const
  ).flatMap(([name, words]) => [
    claim(
      `The strongest copying head looks more at the answers to copy than that ${words}`,
      'Olsson et al. 2022, argument 2',
      scoreAbove(models.middle, name, { metric: COPYING }),
    ),
    claim(
      `After eight examples the loss is lower than a toss’s ${words}`,
      'Olsson et al. 2022, argument 2',
      belowToss(name),
    ),
  ]),
  claim(
    'A model whose loss after eight examples is a toss’s can have half of the exact answer’s ' +
      'in-context learning score (plain start)',
    COURSE,
    halfOfScore(models.plain),
  ),
];
