/**
 * What is measured of demonstrations that the model writes itself: how often answers are right
 * after them, after as many true ones, and after true inputs with labels in random order; how often a
 * generated input has the label that it was written for; and how many true demonstrations are worth
 * as much.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { LoadedModel } from '../../language/folder';
import type { Demonstration, Template } from '../../language/prompt';
import type { Question } from '../../language/scoring';
import { METHODS } from '../../model/methods';
import { accuraciesOf, namedAccuracies } from './accuracies';
import { cosine } from './choosing/nearest';
import { bestRows } from './choosing/pool';
import type { ChoosingSubject, TextVectors } from './choosingsubjects';
import {
  GENERATED,
  GOLD,
  RANDOM_LABELS,
  textSources,
  naturalTask,
  type Sources,
  type NaturalTask,
} from './generatedsources';
import { bestOptions, type QuestionScorer } from './scoring/scorer';
import { smallScorer } from './scoring/smallscorer';
import { exactScorers } from './scoring/subjects';
import type { WorldQuestion } from './scoring/worldquestions';
import { shareRight } from './scoringmeasures';
import { goldEquivalent } from './shapes/goldequivalent';
import type { SmallModel } from './small/smallmodel';
import { meanMeasures, meansOfTitles, putByTitle, type ByMetric, type PutAfter } from './titles';
import { classOf } from './world/rules';

/** How much is asked about TaskWorld. */
export interface GeneratedSizes {
  readonly tasks: number;
  /** Of each label, about each task. */
  readonly questions: number;
  /** Numbers of demonstrations, at least 1, ascending. */
  readonly ks: readonly number[];
}

const RIGHT = `right, ${GENERATED}`;
const EQUIVALENT = 'gold equivalent';

/** How often answers about a task are right after its first n demonstrations from a source. */
function worldAccuracy(
  scorer: QuestionScorer<WorldQuestion>,
  { task, sources, inputs, right }: NaturalTask,
  source: string,
  n: number,
): number {
  const context = { examples: sources[source]!.slice(0, n) };
  const asked = inputs.map((input) => ({ context, input, options: task.labels }));
  return shareRight(bestOptions(scorer.score(asked).scores), right);
}

/** How often a generated example has the label that the task gives to its input. */
const worldRight = ({ task, sources }: NaturalTask): number =>
  mean(
    sources[GENERATED]!.map(({ input, label }) =>
      Number(label === task.labels[classOf(task.rule, input)]),
    ),
  );

/**
 * Measures generated demonstrations in TaskWorld, on tasks with natural labels. Without
 * demonstrations there is one accuracy, that of the true ones.
 *
 * @param model null: the exact answer is asked, and nothing is generated
 */
export function measureGeneratedWorld(
  model: SmallModel | null,
  { tasks, questions, ks }: GeneratedSizes,
  seed: number,
  put: PutAfter,
): void {
  const most = ks.at(-1)!;
  const subjects = Array.from({ length: tasks }, (_, t) =>
    naturalTask(model, questions, most, stream(seed, 'generated demonstrations', t)),
  );
  const exact = exactScorers()[0]!.scorer;
  const scorer = model ? smallScorer(model, METHODS.ar) : exact;
  /** Puts the accuracy after demonstrations of a source; returns the points of its curve. */
  const putCurve = (source: string, ns: readonly number[], asked = scorer, by = '') =>
    ns.map((n) => {
      const value = mean(subjects.map((one) => worldAccuracy(asked, one, source, n)));
      put(n, `accuracy${by}, ${source}`, value);
      return [n, value] as const;
    });
  const gold = putCurve(GOLD, [0, ...ks]);
  putCurve(RANDOM_LABELS, ks);
  if (model === null) return;
  const [, last] = putCurve(GENERATED, ks).at(-1)!;
  putCurve(GENERATED, ks, exact, ' of exact Bayes');
  put(most, RIGHT, mean(subjects.map(worldRight)));
  put(most, EQUIVALENT, goldEquivalent(gold, last));
}

/** How often answers are right after the first n demonstrations from some sources. */
function textAccuracies(
  { scorer, questions, options, right }: ChoosingSubject<Question>,
  sources: Sources<Demonstration>,
  names: readonly string[],
  n: number,
): ByMetric {
  const after = (source: string): ByMetric => {
    const examples = sources[source]!.slice(0, n);
    const asked = questions.map(({ input }) => ({ input, options, examples }));
    return namedAccuracies(source, accuraciesOf(scorer.score(asked).scores, right));
  };
  return Object.assign({}, ...names.map(after)) as ByMetric;
}

/** How often the nearest row of the pool with another text has the label of a demonstration. */
function rightByNearest(
  { pool }: ChoosingSubject<Question>,
  shown: readonly Demonstration[],
  vectorsOf: TextVectors,
): number {
  const vectors = vectorsOf(shown.map(({ input }) => input));
  const nearest = shown.map(({ input }, i) => {
    const others = pool.filter((row) => row.input !== input);
    const cosines = others.map((row) => cosine(vectors[i]!, row.vector));
    return others[bestRows(cosines, 1)[0]!]!;
  });
  return mean(shown.map(({ output }, i) => Number(nearest[i]!.output === output)));
}

/**
 * Measures generated demonstrations on real tasks: the mean over titles, and each title by itself.
 * Without demonstrations there is one accuracy, that of the true ones.
 *
 * @param template  of the prompts
 * @param vectorsOf generated texts, by the encoder of the pools
 * @param ks        numbers of demonstrations, at least 1, ascending
 */
export function measureGeneratedText(
  subjects: readonly ChoosingSubject<Question>[],
  loaded: LoadedModel,
  template: Template,
  vectorsOf: TextVectors,
  ks: readonly number[],
  seed: number,
  put: PutAfter,
): void {
  const most = ks.at(-1)!;
  const shown = subjects.map((subject) => ({
    subject,
    sources: textSources(subject, loaded, template, most, seed),
  }));
  /** Puts measures of the subjects; returns their means over titles. */
  const putAll = (n: number, of: (one: (typeof shown)[number]) => ByMetric): ByMetric => {
    const byTitle = meansOfTitles(subjects, shown.map(of));
    putByTitle(byTitle, (metric, ofTitle, value) => put(n, metric + ofTitle, value));
    return meanMeasures([...byTitle.values()]);
  };
  const means = [0, ...ks].map((n) => {
    const names = n === 0 ? [GOLD] : [GOLD, RANDOM_LABELS, GENERATED];
    const found = putAll(n, ({ subject, sources }) => textAccuracies(subject, sources, names, n));
    return [n, found] as const;
  });
  const byNearest = (subject: ChoosingSubject<Question>, shown: readonly Demonstration[]): number =>
    rightByNearest(subject, shown, vectorsOf);
  putAll(most, ({ subject, sources }) => ({
    [`${RIGHT} by nearest`]: byNearest(subject, sources[GENERATED]!),
    [`right, ${GOLD} by nearest`]: byNearest(subject, sources[GOLD]!),
  }));
  const metric = (source: string): string => `accuracy, batch calibration, ${source}`;
  const gold = means.map(([n, found]) => [n, found[metric(GOLD)]!] as const);
  put(most, EQUIVALENT, goldEquivalent(gold, means.at(-1)![1][metric(GENERATED)]!));
}
