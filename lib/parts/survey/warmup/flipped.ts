/**
 * Demonstrations of which some labels are exchanged for the other one: does a model follow them, or
 * what the label words mean?
 * Reference: Wei et al. (2023, arXiv 2303.03846 and 2305.08298).
 */
import { checkEach, checkStream } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { checkCellQuestion, type CellQuestion } from '../cells';

/**
 * A question with the labels of some demonstrations exchanged, drawn at random. What is right is
 * still what the label words mean.
 *
 * @param flipped how many
 * @throws CourseError when the question is none, it has fewer demonstrations, or what is given is no
 *   stream
 */
export function withFlipped(random: Stream, question: CellQuestion, flipped: number): CellQuestion {
  checkStream(random);
  checkEach('Questions', [question], 'questions', checkCellQuestion, 1);
  const { task, context } = question;
  const { examples } = context;
  positiveInteger('The number of exchanged labels', flipped, 0, examples.length);
  const chosen = new Set(random.permutation(examples.length).slice(0, flipped));
  const other = (label: string): string => task.labels[label === task.labels[0] ? 1 : 0];
  return {
    ...question,
    context: {
      ...context,
      examples: examples.map((example, i) =>
        chosen.has(i) ? { ...example, label: other(example.label) } : example,
      ),
    },
  };
}
