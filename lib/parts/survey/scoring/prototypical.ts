/**
 * Prototypical calibration: the answers to unlabelled questions form clusters, which need not be
 * divided where two options are equally likely. A Gaussian mixture is fitted to the logarithms of the
 * options' shares, each cluster is given to an option by the best matching, and a question is answered
 * by the cluster that it belongs to.
 * Reference: Han et al. (2022, arXiv 2205.10183), in the form: as many clusters as options, and the
 * matching has the largest sum of the clusters' mean log-shares of their options. Of several random
 * starts the likeliest mixture is taken; the one with the best matching, which is another way to
 * choose, often has a small cluster of extreme answers.
 */
import { checkRows, checkWord } from '../../../core/checks';
import { demand, knownKeys, positiveInteger } from '../../../core/errors';
import { logSoftmax } from '../../../core/numerics';
import { stream } from '../../../core/random';
import { bestMatching } from './matching';
import { fitMixture, mixtureLogs, type MixtureComponent } from './mixture';

/** How clusters are found. */
export interface PrototypicalConfig {
  readonly seed: number;
  /** Random starts. */
  readonly restarts: number;
  /** Which of them is taken. */
  readonly choose: 'likelihood' | 'matching';
}

const PROTOTYPICAL: PrototypicalConfig = { seed: 0, restarts: 10, choose: 'likelihood' };

/** Questions for each cluster, at least. */
const LEAST_EACH = 2;

/** The clusters of one start, in the order of the options that they are given to. */
function assigned(components: readonly MixtureComponent[]): {
  readonly byOption: MixtureComponent[];
  readonly gain: number;
} {
  const gains = components.map(({ mean }) => [...mean]);
  const options = bestMatching(gains);
  const byOption = options.map((_, option) => components[options.indexOf(option)]!);
  return { byOption, gain: options.reduce((sum, option, c) => sum + gains[c]![option]!, 0) };
}

/**
 * The logarithm of the probability that a question belongs to the cluster of each option.
 *
 * @param scores     of each question's options, in nats: [questions, options]
 * @param unlabelled the same of the questions whose clusters are found; left out: these
 * @returns [questions, options], in nats
 * @throws CourseError when they are no rows of numbers of the same length, there are fewer than two
 *   unlabelled questions for each option, or a setting is refused
 */
export function prototypicalCalibration(
  scores: readonly (readonly number[])[],
  unlabelled: readonly (readonly number[])[] = scores,
  given: Partial<PrototypicalConfig> = {},
): number[][] {
  checkRows('Scores', scores);
  checkRows('Scores of unlabelled questions', unlabelled);
  knownKeys('Prototypical calibration', given, Object.keys(PROTOTYPICAL));
  const { seed, restarts, choose } = { ...PROTOTYPICAL, ...given };
  positiveInteger('restarts', restarts, 1, 1000);
  checkWord("'choose' of prototypical calibration", choose, ['likelihood', 'matching']);
  const K = scores[0]!.length;
  demand(
    unlabelled[0]!.length === K && K > 0,
    () => `Scores of ${K} options were to be calibrated by ${unlabelled[0]!.length}.`,
    'Score the same options.',
  );
  demand(
    unlabelled.length >= LEAST_EACH * K,
    () => `Clusters of ${K} options were to be found in ${unlabelled.length} questions.`,
    `Give at least ${LEAST_EACH} questions for each option.`,
  );
  const points = unlabelled.map(logSoftmax);
  const starts = Array.from({ length: restarts }, (_, r) => {
    const random = stream(seed, 'prototypical calibration', r);
    const { components, logLikelihood } = fitMixture(random, points, K);
    const { byOption, gain } = assigned(components);
    return { byOption, score: choose === 'likelihood' ? logLikelihood : gain };
  });
  const { byOption } = starts.reduce((best, one) => (one.score > best.score ? one : best));
  return mixtureLogs(byOption, scores.map(logSoftmax)).map(logSoftmax);
}
