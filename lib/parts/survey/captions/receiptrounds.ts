/**
 * Demonstrations that are renewed round by round. A round reads the training documents with the
 * demonstrations so far and adds those segments that it finds hardest. Layout and format can be shown
 * from the beginning: places with each demonstration, and one segment of each label.
 * Reference: He et al. (2023, arXiv 2303.05063), "ICL-D3IE".
 */
import { checkFlag, checkStream, checkWord } from '../../../core/checks';
import { demand, plainObject, positiveInteger } from '../../../core/errors';
import { argMax } from '../../../core/numerics';
import type { Stream } from '../../../core/random';
import { macroF1 } from '../../../evaluation/scores';
import { receiptShares } from './receiptreader';
import { RECEIPT_LABELS, checkReceiptSegments, type ReceiptSegment } from './receipts';

/** How demonstrations are chosen. */
export interface ReceiptWay {
  /** What a round adds: the segments that are hardest to read, or random ones. */
  readonly added: 'hard' | 'random';
  /** Whether demonstrations are shown with their layout. */
  readonly layout: boolean;
  /** Whether the first ones are one of each label, or random ones. */
  readonly format: boolean;
}

const ADDED = ['hard', 'random'] as const;

/** Refuses what is no way to choose. */
function checkReceiptWay(way: ReceiptWay): void {
  plainObject('A way to choose demonstrations', way);
  checkWord('added', way.added, ADDED);
  checkFlag('layout', way.layout);
  checkFlag('format', way.format);
}

/**
 * The segments that a reader finds hardest: with the least probability of their label, and not two of
 * the same text.
 *
 * @param train segments with their labels
 * @param shown the demonstrations so far
 * @throws CourseError when there are none of either, or the number is refused
 */
export function hardestSegments(
  train: readonly ReceiptSegment[],
  shown: readonly ReceiptSegment[],
  count: number,
  layout: boolean,
): ReceiptSegment[] {
  checkReceiptSegments('Training segments', train, 1);
  checkReceiptSegments('Demonstrations', shown, 1);
  positiveInteger('Segments that are added', count);
  const open = train
    .filter((one) => !shown.includes(one))
    .map((one) => ({
      one,
      share: receiptShares(shown, one, layout)[RECEIPT_LABELS.indexOf(one.label)]!,
    }))
    .sort((a, b) => a.share - b.share);
  const distinct = open.filter(
    ({ one }, i) => open.findIndex((earlier) => earlier.one.text === one.text) === i,
  );
  return distinct.slice(0, count).map(({ one }) => one);
}

/** The first demonstrations: random ones, or one of each label. */
function firstSegments(
  random: Stream,
  train: readonly ReceiptSegment[],
  format: boolean,
): ReceiptSegment[] {
  const order = random.permutation(train.length).map((i) => train[i]!);
  if (!format) return order.slice(0, RECEIPT_LABELS.length);
  const each = RECEIPT_LABELS.map((label) => order.find((one) => one.label === label));
  demand(
    each.every((one) => one !== undefined),
    () => 'The training documents do not have every label.',
    'Give more of them.',
  );
  return each as ReceiptSegment[];
}

/**
 * The demonstrations after each round.
 *
 * @param train  segments of the training documents
 * @param rounds how often some are added
 * @param added  how many of them each time
 * @returns rounds + 1 lists, each with the one before
 * @throws CourseError when there is no stream, too few segments, or a setting is refused
 */
export function receiptRounds(
  random: Stream,
  train: readonly ReceiptSegment[],
  way: ReceiptWay,
  rounds: number,
  added: number,
): ReceiptSegment[][] {
  checkStream(random);
  checkReceiptWay(way);
  positiveInteger('rounds', rounds, 0, 1000);
  positiveInteger('added', added, 1, 1000);
  checkReceiptSegments('Training segments', train, RECEIPT_LABELS.length + rounds * added);
  const all = [firstSegments(random, train, way.format)];
  for (let round = 0; round < rounds; round++) {
    const shown = all.at(-1)!;
    const open = train.filter((one) => !shown.includes(one));
    const more =
      way.added === 'hard'
        ? hardestSegments(train, shown, added, way.layout)
        : random
            .permutation(open.length)
            .slice(0, added)
            .map((i) => open[i]!);
    all.push([...shown, ...more]);
  }
  return all;
}

/**
 * Macro-F1 of the labels that a reader gives.
 *
 * @param shown demonstrations
 * @param test  segments with their labels
 * @throws CourseError when there are none of either
 */
export function receiptF1(
  shown: readonly ReceiptSegment[],
  test: readonly ReceiptSegment[],
  layout: boolean,
): number {
  checkReceiptSegments('Test segments', test, 1);
  const given = test.map((one) => {
    const shares = receiptShares(shown, one, layout);
    return RECEIPT_LABELS[argMax(shares)]!;
  });
  return macroF1(
    test.map(({ label }) => label),
    given,
  );
}
