/**
 * Synthetic receipts: segments of text with the place where they stand. Amounts look alike wherever they
 * stand, and so do lines of words; which is the total, a price or the change, the layout tells.
 */
import {
  checkEach,
  checkFields,
  checkFinite,
  checkStream,
  checkText,
  checkWord,
} from '../../../core/checks';
import type { Stream } from '../../../core/random';

/** What a segment can be. */
export type ReceiptLabel = 'shop' | 'address' | 'date' | 'item' | 'price' | 'total' | 'other';

/** All labels. */
export const RECEIPT_LABELS: readonly ReceiptLabel[] = [
  'shop',
  'address',
  'date',
  'item',
  'price',
  'total',
  'other',
];

/** A piece of text on a receipt. */
export interface ReceiptSegment {
  readonly text: string;
  /** Its middle, as shares of the width and of the height. */
  readonly x: number;
  readonly y: number;
  readonly label: ReceiptLabel;
  /** The text to its left in the same row; null where there is none. */
  readonly left: string | null;
}

/** Refuses what are no segments. */
export const checkReceiptSegments = (
  name: string,
  segments: readonly ReceiptSegment[],
  least: number,
): void =>
  checkEach(
    name,
    segments,
    'segments',
    (called, segment) => {
      const label = (field: string, value: unknown): void =>
        checkWord(field, value, RECEIPT_LABELS);
      checkFields(called, segment, { text: checkText, x: checkFinite, y: checkFinite, label });
      const { left } = segment as ReceiptSegment;
      if (left !== null) checkText(`${called}.left`, left);
    },
    least,
  );

const SHOPS = ['Green Market', 'Corner Bakery', 'Blue Kiosk', 'Old Mill Shop', 'Sun Grocer'];
const STREETS = ['Oak Street', 'Mill Lane', 'Harbour Road', 'Church Square', 'Hill Avenue'];
const GOODS = ['Milk', 'Bread', 'Apples', 'Green Tea', 'Blue Cheese', 'Corn Oil', 'Rice', 'Eggs'];
const THANKS = ['Thank you', 'Good bye', 'Open until late', 'See you soon'];
const TOTALS = ['TOTAL', 'SUM', 'TO PAY'];

/** A row of a receipt: texts with their labels, from the left to the right. */
type ReceiptRow = readonly (readonly [text: string, label: ReceiptLabel])[];

const one = <T>(random: Stream, of: readonly T[]): T => of[random.integer(of.length)]!;

const twoDigits = (value: number): string => `${value}`.padStart(2, '0');

/** The rows of a receipt from above to below. */
function rowsOfReceipt(random: Stream): ReceiptRow[] {
  const prices = Array.from({ length: 2 + random.integer(3) }, () => 50 + random.integer(900));
  const total = prices.reduce((sum, price) => sum + price, 0);
  const paid = 500 * Math.ceil((total + 1) / 500);
  const amount = (cents: number): string => (cents / 100).toFixed(2);
  const day = `${twoDigits(1 + random.integer(28))}/${twoDigits(1 + random.integer(12))}/2026`;
  const address = `${1 + random.integer(90)} ${one(random, STREETS)}`;
  return [
    [[one(random, SHOPS), 'shop']],
    [[address, 'address']],
    [[day, 'date']],
    ...prices.map((price): ReceiptRow => [
      [one(random, GOODS), 'item'],
      [amount(price), 'price'],
    ]),
    [
      [one(random, TOTALS), 'other'],
      [amount(total), 'total'],
    ],
    [
      ['CASH', 'other'],
      [amount(paid), 'other'],
    ],
    [
      ['CHANGE', 'other'],
      [amount(paid - total), 'other'],
    ],
    [[one(random, THANKS), 'other']],
  ];
}

/**
 * The segments of a random receipt.
 *
 * @throws CourseError when there is no stream
 */
export function drawReceipt(random: Stream): ReceiptSegment[] {
  checkStream(random);
  const rows = rowsOfReceipt(random);
  const shift = 0.04 * random.normal();
  return rows.flatMap((row, r) =>
    row.map(([text, label], i) => ({
      text,
      label,
      x: (row.length === 1 ? 0.5 : i === 0 ? 0.25 : 0.8) + 0.03 * random.normal(),
      y: (r + 0.5) / rows.length + shift + 0.01 * random.normal(),
      left: i === 0 ? null : row[i - 1]![0],
    })),
  );
}
