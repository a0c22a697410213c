/**
 * What the language model says after every set of up to so many rows of a small pool: how often it is
 * right about other rows, and what it would answer about each row that may come next, without its
 * label being read. All questions after a set stand together, so that the set is read once.
 * Reference: the features are those of Zhang et al. (2022, arXiv 2211.04486), section 3: the number
 * of demonstrations, and of the answer about the row that is added its entropy, its largest share,
 * the deviation of its shares, and the log-probability, here of its label.
 */
import { checkIndices } from '../../../../core/checks';
import { entropyOf, logSum, softmax } from '../../../../core/numerics';
import { deviation, mean } from '../../../../evaluation/statistics';
import { checkSubject, labelNumber, scoresOf, type ChoosingSubject } from '../../choosingsubjects';
import { bestOptions } from '../../scoring/scorer';
import { actionsAfter, checkProcess, setsUpTo, stateKey, type SequentialChoice } from './process';
import type { ActionFeatures } from './qnetwork';

/** A process whose accuracies are those of a language model. */
export interface AskedProcess extends SequentialChoice {
  readonly features: ActionFeatures;
  /** Questions that the model was asked. */
  readonly passes: number;
}

/** Features of one answer. */
function featuresOf(scores: readonly number[], right: number, step: number): readonly number[] {
  const shares = softmax(scores);
  const log = scores[right]! - logSum(scores);
  return [step, entropyOf(shares), Math.max(...shares), deviation(shares), log];
}

/**
 * Asks the language model after all sets.
 *
 * @param small   rows of the pool that may be chosen; the process numbers them from 0
 * @param dev     rows of the pool that the accuracy is of
 * @param horizon rows of a whole set
 * @throws CourseError when there are too many sets, or what is given is no subject or no rows of it
 */
export function askAllSets<Q>(
  subject: ChoosingSubject<Q>,
  small: readonly number[],
  dev: readonly number[],
  horizon: number,
): AskedProcess {
  checkSubject(subject);
  const last = subject.pool.length - 1;
  checkIndices('The rows that may be chosen', small, last, 1);
  checkIndices('The rows that the accuracy is of', dev, last, 1);
  const process = { rows: small.length, horizon };
  checkProcess({ ...process, accuracy: () => 0 });
  const accuracies = new Map<string, number>();
  const features = new Map<string, readonly number[]>();
  let passes = 0;
  for (const set of setsUpTo(small.length, horizon)) {
    const after = set.map((i) => small[i]!);
    const next = set.length < horizon ? actionsAfter({ ...process, accuracy: () => 0 }, set) : [];
    const asked = [...dev, ...next.map((i) => small[i]!)];
    const questions = asked.map((row) => subject.askText(subject.pool[row]!.input, after));
    const scores = scoresOf(subject, questions);
    passes += asked.length;
    const answers = bestOptions(scores.slice(0, dev.length));
    accuracies.set(
      stateKey(set),
      mean(answers.map((a, d) => Number(a === labelNumber(subject, dev[d]!)))),
    );
    next.forEach((row, i) => {
      const of = featuresOf(scores[dev.length + i]!, labelNumber(subject, small[row]!), set.length);
      features.set(`${stateKey(set)} + ${row}`, of);
    });
  }
  return {
    ...process,
    passes,
    accuracy: (set) => accuracies.get(stateKey(set))!,
    features: (set, row) => features.get(`${stateKey(set)} + ${row}`)!,
  };
}
