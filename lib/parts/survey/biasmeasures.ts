/**
 * What is measured of the biases of direct scores (notebook 22), before and after each calibration:
 * how often the answer is the label that has more demonstrations, that stands last, or that is the
 * commoner word; how often the answer is right; how reliable its probability is; how much another
 * template changes.
 */
import { softmax } from '../../core/numerics';
import { stream } from '../../core/random';
import { deviation, mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { CALIBRATORS, type CalibrationMaterial, type Calibrator } from './scoring/calibrators';
import type { ContextPlan } from './scoring/contexts';
import { reliability, type Reliability } from './scoring/reliability';
import { bestOptions } from './scoring/scorer';
import type { AskedSet, Subject } from './scoring/subjects';
import { balancePlan, shareRight, type AskedMeasures } from './scoringmeasures';

/** None, and all calibrations. */
export const COMPARED_CALIBRATORS: readonly Calibrator[] = Object.values(CALIBRATORS);

/** What favours a label. */
export const BIASES = ['majority', 'recency', 'common word'] as const;
export type Bias = (typeof BIASES)[number];

/** What favours no label. */
const BALANCED = 'balanced';
export const CONDITIONS = [BALANCED, ...BIASES] as const;
type Condition = (typeof CONDITIONS)[number];

const planOf = (condition: Condition, n: number, context: number): ContextPlan =>
  balancePlan(n, condition === 'majority' ? 7 : 1, context, condition === 'recency');

/** Scores of a set, and what calibrations need. */
interface ScoredSet {
  readonly scores: readonly (readonly number[])[];
  readonly right: readonly number[];
  readonly favoured: 0 | 1;
  readonly material: CalibrationMaterial;
}

/** Scores a set in one go, as all but the premise share a context. */
function scoredSet<Q>(
  { scorers }: Subject<Q>,
  { questions, right, contentFree, domain, premise }: AskedSet<Q>,
  favoured: 0 | 1,
  template = 0,
): ScoredSet {
  const { scorer } = scorers[template]!;
  const { scores } = scorer.score([...questions, ...contentFree, ...domain]);
  const [q, f] = [questions.length, contentFree.length];
  return {
    scores: scores.slice(0, q),
    right,
    favoured,
    material: {
      contentFree: scores.slice(q, q + f),
      domain: scores.slice(q + f),
      premise: scorer.score(premise).scores,
    },
  };
}

/** The sets of a condition; none where the subject has no common word. */
function setsOf<Q>(
  subject: Subject<Q>,
  condition: Condition,
  { n, contexts }: AskedMeasures,
  seed: number,
): ScoredSet[] {
  const { title, commonWords: words, hasCommonWord } = subject;
  const common = condition === 'common word';
  if (common && !hasCommonWord) return [];
  return Array.from({ length: contexts }, (_, c) => {
    const random = stream(seed, 'contexts of biases', title, condition, c);
    const plan = planOf(condition, n, c);
    if (!common) return scoredSet(subject, subject.draw(random, plan), plan.favoured);
    if (words === null) return scoredSet(subject, subject.draw(random, plan), 0);
    // the common word stands for label 0, then for label 1
    const [a, b] = words;
    const named: readonly [string, string] = plan.favoured === 0 ? [a, b] : [b, a];
    return scoredSet(subject, subject.draw(random, plan, named), plan.favoured);
  });
}

/** The share of answers that are the favoured label, above a half. */
const biasOf = (answers: readonly number[], favoured: 0 | 1): number =>
  mean(answers.map((answer) => Number(answer === favoured))) - 0.5;

/** Calibrated scores; batch and prototypical calibration take the questions themselves. */
const calibrated = ({ calibrate }: Calibrator, { scores, material }: ScoredSet): number[][] =>
  calibrate(scores, material);

/** The questions of a set without most of those whose answer is not favoured. */
function unevenQuestions(set: ScoredSet): ScoredSet {
  const others = set.right.flatMap((right, q) => (right === set.favoured ? [] : [q]));
  const kept = new Set(others.slice(0, Math.max(1, Math.round(others.length / 7))));
  const of = <T>(rows: readonly T[]): T[] =>
    rows.filter((_, q) => set.right[q] === set.favoured || kept.has(q));
  return { ...set, scores: of(set.scores), right: of(set.right) };
}

/** Reliability of the answers of all sets together. */
function reliabilityOf(sets: readonly ScoredSet[], calibrator: Calibrator): Reliability {
  const rows = sets.flatMap((set) => calibrated(calibrator, set).map(softmax));
  return reliability(
    rows,
    sets.flatMap(({ right }) => right),
    { repeats: 1 },
  );
}

const accuracyOf = (calibrator: Calibrator, set: ScoredSet): number =>
  shareRight(bestOptions(calibrated(calibrator, set)), set.right);

/** Measures biases and calibrations on all subjects. */
export function measureBiases<Q>(
  subjects: readonly Subject<Q>[],
  measures: AskedMeasures,
  name: string,
  seed: number,
  put: Put,
): void {
  const { n } = measures;
  for (const condition of CONDITIONS) {
    const bySubject = subjects
      .map((subject) => ({ subject, sets: setsOf(subject, condition, measures, seed) }))
      .filter(({ sets }) => sets.length > 0);
    const all = bySubject.flatMap(({ sets }) => sets);
    COMPARED_CALIBRATORS.forEach((calibrator, k) => {
      const say = (metric: string, value: number): void =>
        put(name, { n }, `${metric}, ${condition}, ${calibrator.name}`, value);
      const biases = all.map((set) =>
        biasOf(bestOptions(calibrated(calibrator, set)), set.favoured),
      );
      if (condition !== BALANCED) say('bias', mean(biases));
      say('accuracy', mean(all.map((set) => accuracyOf(calibrator, set))));
      for (const { subject, sets } of bySubject)
        put(
          name,
          { n },
          `accuracy, ${condition}, ${calibrator.name}, ${subject.title}`,
          mean(sets.map((set) => accuracyOf(calibrator, set))),
        );
      const { bins, error } = reliabilityOf(all, calibrator);
      say('calibration error', error);
      if (condition === BALANCED) {
        say(
          'accuracy, uneven questions',
          mean(all.map((set) => accuracyOf(calibrator, unevenQuestions(set)))),
        );
        bins.forEach(({ count, confidence, accuracy }, b) => {
          const at = { pair: [b, k] as const };
          put(name, at, 'answers in a bin', count);
          if (count === 0) return;
          put(name, at, 'probability in a bin', confidence);
          put(name, at, 'right in a bin', accuracy);
        });
      }
    });
  }
  measureTemplates(subjects, measures, name, seed, put);
}

/** Accuracy with each template, and its standard deviation over templates; not where there is one. */
function measureTemplates<Q>(
  subjects: readonly Subject<Q>[],
  { n, contexts }: AskedMeasures,
  name: string,
  seed: number,
  put: Put,
): void {
  const templates = subjects[0]!.scorers.map(({ template }) => template);
  if (templates.length < 2) return;
  // [subjects, templates, contexts]
  const sets = subjects.map((subject) => {
    const drawn = Array.from({ length: contexts }, (_, c) => {
      const plan = planOf(BALANCED, n, c);
      const random = stream(seed, 'contexts of templates', subject.title, c);
      return { set: subject.draw(random, plan), favoured: plan.favoured };
    });
    return templates.map((_, t) =>
      drawn.map(({ set, favoured }) => scoredSet(subject, set, favoured, t)),
    );
  });
  for (const calibrator of COMPARED_CALIBRATORS) {
    const accuracies = sets.map((ofTemplates) =>
      ofTemplates.map((ofContexts) => mean(ofContexts.map((set) => accuracyOf(calibrator, set)))),
    );
    templates.forEach((template, t) =>
      put(
        name,
        { n },
        `accuracy, template ${template}, ${calibrator.name}`,
        mean(accuracies.map((row) => row[t]!)),
      ),
    );
    put(
      name,
      { n },
      `spread over templates, ${calibrator.name}`,
      mean(accuracies.map((row) => deviation(row))),
    );
  }
}
