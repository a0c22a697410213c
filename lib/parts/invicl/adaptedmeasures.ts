/**
 * What is measured of a language model before, along and after it is adapted: answers to questions
 * of tasks that it was not trained on, and their loss.
 * Reference: Min et al. (2022, MetaICL) for macro-F1 as the score; Zhou et al. (2024) for
 * calibration by the batch of questions.
 */
import { argMax } from '../../core/numerics';
import { stream } from '../../core/random';
import { macroF1 } from '../../evaluation/scores';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { batchCalibration } from '../../language/calibration';
import type { LoadedModel } from '../../language/folder';
import type { Demonstration, Template } from '../../language/prompt';
import { tokenScorer } from '../../language/tokenscorer';
import type { Method } from '../../model/methods';
import type { DrawnTarget } from './adaptedconfig';

/** A model under a method, and how its prompts are written. */
export interface AdaptedReader {
  readonly loaded: LoadedModel;
  readonly method: Method;
  readonly template: Template;
}

/** Scores in nats of all options of each question. */
type Scores = readonly (readonly number[])[];

/** Demonstrations, and questions after them. */
type Asked = readonly [readonly Demonstration[], readonly Demonstration[]];

/** The scores of a target's questions, in each of some orders of its demonstrations. */
function scoresBy(
  { loaded, method, template }: AdaptedReader,
  { options }: DrawnTarget,
  asked: readonly Asked[],
): readonly Scores[] {
  const scorer = tokenScorer(loaded, method, template);
  try {
    return asked.map(([shown, questions]) => {
      const texts = questions.map(({ input }) => input);
      return scorer.score(shown, texts, options).scores;
    });
  } finally {
    scorer.dispose();
  }
}

/** What is measured of one target, by the name of the metric. */
function ofTarget(
  reader: AdaptedReader,
  target: DrawnTarget,
  n: number,
  reordered: number,
  seed: number,
): Readonly<Record<string, number>> {
  const { options, asked } = target;
  const shown = target.shown.slice(0, n);
  const order = stream(seed, 'another order', target.title).permutation(n);
  const inOrder: Asked = [shown, asked];
  const again: Asked = [order.map((i) => shown[i]!), asked.slice(0, reordered)];
  const [scores, other] = scoresBy(reader, target, reordered > 0 ? [inOrder, again] : [inOrder]);
  const gold = asked.map(({ output }) => output);
  const given = (rows: Scores): string[] => rows.map((row) => options[argMax(row)]!);
  const calibrated = given(batchCalibration(scores!));
  return {
    'macro-F1': macroF1(gold, given(scores!)),
    'macro-F1, batch calibration': macroF1(gold, calibrated),
    accuracy: mean(given(scores!).map((one, i) => Number(one === gold[i]))),
    'accuracy, batch calibration': mean(calibrated.map((one, i) => Number(one === gold[i]))),
    'probability of the labels': mean(
      scores!.map((row) => row.reduce((sum, score) => sum + Math.exp(score), 0)),
    ),
    ...(other
      ? {
          'changed by order': mean(
            other.map((row, i) => Number(argMax(row) !== argMax(scores![i]!))),
          ),
        }
      : {}),
  };
}

/**
 * Measures a reader on all targets with n demonstrations: each target, the mean over targets, and
 * over those of unseen domains.
 *
 * @param name      how tables call it
 * @param reordered questions of each target that are asked again after another order; 0: none
 */
export function measureAdapted(
  reader: AdaptedReader,
  name: string,
  targets: readonly DrawnTarget[],
  { n, reordered, seed }: { readonly n: number; readonly reordered: number; readonly seed: number },
  put: Put,
): void {
  const told = targets.map((target) => ({
    target,
    found: ofTarget(reader, target, n, reordered, seed),
  }));
  for (const { target, found } of told)
    for (const [metric, value] of Object.entries(found))
      put(name, { n }, `${metric}, ${target.title}`, value);
  const unseen = told.filter(({ target }) => target.unseen);
  for (const metric of Object.keys(told[0]!.found)) {
    const over = (some: typeof told): number => mean(some.map(({ found }) => found[metric]!));
    put(name, { n }, metric, over(told));
    if (unseen.length > 0) put(name, { n }, `${metric}, unseen domains`, over(unseen));
  }
}

/**
 * The loss of right answers, in nats each: the mean over the first questions of all targets, after
 * n demonstrations.
 *
 * @param rows questions of each target
 */
export const lossOnTargets = (
  reader: AdaptedReader,
  targets: readonly DrawnTarget[],
  n: number,
  rows: number,
): number =>
  mean(
    targets.map((target) => {
      const asked = target.asked.slice(0, rows);
      const [scores] = scoresBy(reader, target, [[target.shown.slice(0, n), asked]]);
      return mean(asked.map(({ output }, i) => -scores![i]![target.options.indexOf(output)]!));
    }),
  );
