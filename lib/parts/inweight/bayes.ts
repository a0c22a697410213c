/**
 * The Bayes answer to a sequence of the data generator, given everything but the classes: the
 * centres, the noise, how frequent classes are, how often a context is relevant. It weighs what the
 * labels of the context say against what the inputs say, and no predictor makes fewer errors on
 * sequences as in training. Where labels are shifted it answers as if they were not.
 * Reference: derived here from the generator; the predictor that the networks are compared with.
 */
import { demand, finiteNumber } from '../../core/errors';
import { softmax, squaredDistance } from '../../core/numerics';
import { classifierFromRule, type Classifier } from '../../classifiers/classifier';
import { checkCentres, demandWidth } from './centres';
import { classWeights, classesOf, generatorConfig, type GeneratorConfig } from './generatorconfig';

/** Noise below this counts as this, so that no likelihood divides by 0. */
const LEAST_NOISE = 1e-3;

/** log N(x; centre, noise^2 I) for every centre, but for a constant that all of them share. */
const logLikelihoods = (
  x: readonly number[],
  centres: readonly (readonly number[])[],
  noise: number,
): number[] => centres.map((centre) => -squaredDistance(x, centre) / (2 * noise ** 2));

/** The probability of a label given the class: 1 - q for its own, q for the next one. */
const labelGiven = (label: number, c: number, C: number, q: number): number =>
  label === c ? 1 - q : label === (c + 1) % C ? q : 0;

/** What one example says of its own class: prior times likelihoods, the largest of them 1. */
function evidence(logs: readonly number[], weights: readonly number[]): number[] {
  const all = logs.map((log, c) => log + Math.log(weights[c]!));
  const most = Math.max(...all);
  return all.map((log) => Math.exp(log - most));
}

const sumWithout = (values: readonly number[], c: number): number =>
  values.reduce((sum, value, i) => (i === c ? sum : sum + value), 0);

/**
 * How well a query of class c explains the context, where that is relevant (at least one example of
 * class c) and where it is not. Examples are independent given that, so no list of classes has to
 * be gone through.
 */
function contextGiven(
  c: number,
  examples: readonly (readonly number[])[],
  w: number,
): { readonly relevant: number; readonly irrelevant: number } {
  const L = examples.length;
  const all = examples.map((own) => sumWithout(own, -1));
  const without = examples.map((own) => sumWithout(own, c));
  // the first example of class c is at l: none before it, any after it
  const withOne = examples.reduce((sum, own, l) => {
    const before = without.slice(0, l).reduce((a, b) => a * b, 1);
    const after = all.slice(l + 1).reduce((a, b) => a * b, 1);
    return sum + before * own[c]! * after;
  }, 0);
  return {
    relevant: withOne / (1 - (1 - w) ** L),
    irrelevant: without.reduce((a, b) => a * b, 1) / (1 - w) ** L,
  };
}

/**
 * The Bayes answer with known centres.
 *
 * @param all    the centre of every class, [C][d]
 * @param given  settings of the data generator; contexts of any length, of at least one copy
 * @param noise  standard deviation of each number of an input
 * @throws CourseError when the generator makes copies or distractors by count, or the centres are
 *   not one for each class, or of another d than the prompts
 */
export function bayesWithCentres(
  all: readonly ArrayLike<number>[],
  given: GeneratorConfig,
  noise: number,
): Classifier {
  const config = generatorConfig(given);
  const C = classesOf(config);
  finiteNumber('noise', noise, 'a number of at least 0', (x) => x >= 0);
  demand(
    config.copies === 0 && config.distractors === 0,
    () =>
      `The Bayes answer was asked for with ${config.copies} copies and ${config.distractors} ` +
      'distractors.',
    'It is written for contexts with at least one example of the query’s class: set both to 0.',
  );
  checkCentres(all);
  demand(
    all.length === C,
    () => `${all.length} centres were given for ${C} classes.`,
    'Give one for each class.',
  );
  const centres = all.map((centre) => Array.from(centre));
  const sigma = Math.max(noise, LEAST_NOISE);
  const [weights, q] = [classWeights(config), config.labelNoise];
  const answer = (
    X: readonly (readonly number[])[],
    y: readonly number[],
    query: readonly number[],
  ): number[] => {
    const examples = X.map((x, l) => {
      const logs = logLikelihoods(x, centres, sigma);
      return evidence(
        logs.map((log, c) => log + Math.log(labelGiven(y[l]!, c, C, q))),
        weights,
      );
    });
    const logs = logLikelihoods(query, centres, sigma);
    const posterior = softmax(
      logs.map((log, c) => {
        const { relevant, irrelevant } = contextGiven(c, examples, weights[c]!);
        const context = config.pRelevant * relevant + (1 - config.pRelevant) * irrelevant;
        return log + Math.log(weights[c]!) + Math.log(context);
      }),
    );
    return posterior.map(
      (p, c) => p * (1 - q) + posterior[(c + C - 1) % C]! * q, // the label is noisy as well
    );
  };
  return classifierFromRule('Bayes, knows the centres', C, ({ X, y, T }) => {
    demandWidth(T[0]!, centres);
    return T.map((query) => answer(X, y, query));
  });
}
