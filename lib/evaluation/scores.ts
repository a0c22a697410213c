/**
 * How good answers are. Reference: MetaICL's evaluation (Min et al., 2022): macro-F1 for
 * classifications, else accuracy.
 */
import { checkTexts } from '../core/checks';
import { demand } from '../core/errors';

/** The share of answers that are right. */
export function exactMatch(gold: readonly string[], given: readonly string[]): number {
  checkTexts('Labels', gold);
  checkTexts('Answers', given);
  demand(
    gold.length > 0 && gold.length === given.length,
    () => `${given.length} answers were scored against ${gold.length} labels.`,
    'Give one answer per label, and at least one.',
  );
  return gold.filter((label, i) => label === given[i]).length / gold.length;
}

/**
 * F1 averaged over the labels that occur: 2 tp / (2 tp + fp + fn) of each.
 *
 * @throws CourseError when there are no answers, or not one per label
 */
export function macroF1(gold: readonly string[], given: readonly string[]): number {
  exactMatch(gold, given);
  const labels = [...new Set(gold)];
  const scores = labels.map((label) => {
    const count = (test: (i: number) => boolean): number => gold.filter((_, i) => test(i)).length;
    const hit = count((i) => gold[i] === label && given[i] === label);
    return (
      (2 * hit) /
      (2 * hit +
        count((i) => gold[i] !== label && given[i] === label) +
        count((i) => gold[i] === label && given[i] !== label))
    );
  });
  return scores.reduce((sum, score) => sum + score, 0) / labels.length;
}
