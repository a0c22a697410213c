/**
 * The semi-causal mask: tokens are read from the left to the right, but those of a span see each other
 * in both directions. A span is what an encoder has read as a whole, an example or a picture; the
 * decoder goes on after it word by word.
 * Reference: Hao et al. (2022, arXiv 2206.06336), "Language models are general-purpose interfaces".
 */
import { checkEach, checkIndices } from '../../../core/checks';
import { demand } from '../../../core/errors';

/** The first token of a span, and the first one after it. */
export type Span = readonly [from: number, to: number];

/** Refuses what are no spans, one after another. */
function checkSpans(spans: readonly Span[]): void {
  checkEach('Spans', spans, 'pairs of places', (name, span) =>
    checkIndices(name, span, Infinity, 2),
  );
  let end = 0;
  for (const [from, to] of spans) {
    demand(
      from >= end && to > from,
      () => `The span [${from}, ${to}] begins before ${end}, or holds no token.`,
      'Give spans [from, to] one after another, each with at least one token.',
    );
    end = to;
  }
}

/**
 * May the token `row` attend to the token `column`? To those before it and itself, and to all of its
 * own span.
 *
 * @param spans one after another; without any, the mask is that of a decoder
 * @returns a function of two places
 * @throws CourseError when they overlap or are none
 */
export function semiCausal(spans: readonly Span[]): (row: number, column: number) => boolean {
  checkSpans(spans);
  const spanOf = (token: number): number =>
    spans.findIndex(([from, to]) => from <= token && token < to);
  return (row, column) => column <= row || (spanOf(row) >= 0 && spanOf(row) === spanOf(column));
}
