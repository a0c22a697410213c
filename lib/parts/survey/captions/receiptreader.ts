/**
 * A reader of receipts that learns from demonstrations alone: the probability of a label is the share of
 * the demonstrations with this label, each weighted by how near it is,
 *
 *   p(label | segment) = sum over demonstrations with the label of exp(-d^2 / tau) / the same over all,
 *
 * with d over the looks of the text and, where demonstrations are shown with their layout, over the place
 * and the text to the left too. It stands for a language model, which this course has none for documents.
 */
import { checkFlag } from '../../../core/checks';
import { finiteNumber } from '../../../core/errors';
import { RECEIPT_LABELS, checkReceiptSegments, type ReceiptSegment } from './receipts';

/** How wide the reader compares, in squared distances. */
export const RECEIPT_TEMPERATURE = 0.05;

/** What a text looks like: shares of digits and capitals, marks, length. */
function looksOf(text: string): number[] {
  const share = (pattern: RegExp): number =>
    (text.match(pattern)?.length ?? 0) / Math.max(1, text.length);
  return [
    share(/\d/gu),
    share(/\p{Lu}/gu),
    Number(text.includes('.')),
    Number(text.includes('/')),
    text.length / 16,
  ];
}

const squares = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);

/** The squared distance of two segments. */
function apart(a: ReceiptSegment, b: ReceiptSegment, layout: boolean): number {
  const byLooks = squares(looksOf(a.text), looksOf(b.text));
  if (!layout) return byLooks;
  const byLeft =
    a.left === null || b.left === null
      ? Number(a.left !== b.left)
      : squares(looksOf(a.left), looksOf(b.left));
  return byLooks + 2 * squares([a.x, a.y], [b.x, b.y]) + byLeft;
}

/**
 * The probability of each label.
 *
 * @param shown  demonstrations, with their labels
 * @param layout whether they are shown with their places and what stands to their left
 * @returns for each of RECEIPT_LABELS; a label that no demonstration has is never answered
 * @throws CourseError when there is no demonstration or segment, or the temperature is refused
 */
export function receiptShares(
  shown: readonly ReceiptSegment[],
  segment: ReceiptSegment,
  layout: boolean,
  temperature = RECEIPT_TEMPERATURE,
): number[] {
  checkReceiptSegments('Demonstrations', shown, 1);
  checkReceiptSegments('What is read', [segment], 1);
  checkFlag('layout', layout);
  finiteNumber('temperature', temperature, 'a positive number', (tau) => tau > 0);
  const squared = shown.map((each) => apart(each, segment, layout));
  const least = Math.min(...squared);
  const weights = squared.map((d) => Math.exp((least - d) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return RECEIPT_LABELS.map(
    (label) =>
      shown.reduce((sum, each, i) => sum + (each.label === label ? weights[i]! : 0), 0) / total,
  );
}
