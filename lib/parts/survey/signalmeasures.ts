/**
 * What is measured of the ways to choose by what the model says (notebook 24): how often the model is
 * right after the rows that each way takes, how many passes the choice took, and how far each signal
 * of a set puts random sets into the order of their shares of right answers.
 */
import { groupedBy } from '../../core/groups';
import { stream } from '../../core/random';
import { rankCorrelation } from '../../evaluation/ranks';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { accuraciesOf, namedAccuracies, type Accuracies } from './accuracies';
import { askedModel, type AskedModel } from './askedmodel';
import { bestRows } from './choosing/pool';
import { drawSets } from './choosing/sets';
import type { ChoosingSubject } from './choosingsubjects';
import { forAll, type ModelSetting, type ModelWay, type ShownRows } from './modelsetting';
import { QUESTION_WAYS } from './questionways';
import { SET_SIGNALS } from './setsignals';
import { SET_WAYS, candidateInfluences } from './setways';
import { meanMeasures, type ByMetric } from './titles';

/** How much is asked. */
export interface SignalMeasures {
  /** Demonstrations of a prompt. */
  readonly k: number;
  /** Rows of a pool that sets are made of, and others that are asked after sets. */
  readonly candidates: number;
  readonly probes: number;
  /** Random sets of candidates. */
  readonly sets: number;
}

/** The ways that are compared. */
export const MODEL_WAYS = { ...SET_WAYS, ...QUESTION_WAYS } as const;

/** The pool's candidates and probes, and sets of candidates, drawn for a seed. */
function settingOf<Q>(
  subject: ChoosingSubject<Q>,
  number: number,
  { k, candidates, probes, sets }: SignalMeasures,
  seed: number,
): ModelSetting<Q> {
  const random = stream(seed, 'choices by a model', subject.title, number);
  const order = random.permutation(subject.pool.length);
  const shown = order.slice(0, candidates);
  return {
    subject,
    model: askedModel(subject),
    k,
    candidates: shown,
    probes: order.slice(candidates, candidates + probes),
    sets: drawSets(random, shown.length, k, sets).map((set) => set.map((i) => shown[i]!)),
    random,
  };
}

/** How often the model is right about the questions after their rows. */
const rightAfter = <Q>(
  { right }: ChoosingSubject<Q>,
  model: AskedModel,
  shown: ShownRows,
): Accuracies =>
  accuraciesOf(model.scores(shown.map((rows, index) => ({ of: 'questions', index, rows }))), right);

/** What one way made of a subject. */
function wayNumbers<Q>(setting: ModelSetting<Q>, seed: number, way: ModelWay): ByMetric {
  const model = setting.model.uncounted();
  const random = stream(seed, 'choices of a way', setting.subject.title, way.name);
  const shown = way.choose({ ...setting, model, random });
  const passes = model.passes();
  return {
    ...namedAccuracies(way.name, rightAfter(setting.subject, model, shown)),
    [`passes to choose, ${way.name}`]: passes,
  };
}

/** What random sets are worth, and how each signal orders them. */
function setNumbers<Q>(setting: ModelSetting<Q>): ByMetric {
  const { subject, model, sets } = setting;
  const found = sets.map((set) => rightAfter(subject, model, forAll(setting, set)));
  const ways = ['accuracy', 'accuracy, batch calibration'] as const;
  return Object.fromEntries(
    ways.flatMap((metric, w) => {
      const values = found.map((pair) => pair[w]!);
      return [
        [`${metric}, random`, mean(values)],
        [`${metric}, best of the sets`, Math.max(...values)],
        [`${metric}, worst of the sets`, Math.min(...values)],
        ...SET_SIGNALS.map((signal) => [
          `correlation of ${metric}, ${signal.name}`,
          rankCorrelation(
            sets.map((set) => signal.of(setting, set)),
            values,
          ),
        ]),
      ] as [string, number][];
    }),
  );
}

/** What figures draw of one subject: each set, and influences from the largest. */
function drawnNumbers<Q>(setting: ModelSetting<Q>): ByMetric {
  const { subject, model, sets } = setting;
  const influences = candidateInfluences(setting);
  const order = bestRows(influences, influences.length);
  return Object.fromEntries([
    ...sets.flatMap((set, s) => [
      [`accuracy of set ${s}`, rightAfter(subject, model, forAll(setting, set))[0]],
      ...SET_SIGNALS.map((signal) => [`${signal.name} of set ${s}`, signal.of(setting, set)]),
    ]),
    ...order.map((row, rank) => [`influence of rank ${rank}`, influences[row]!]),
  ]) as ByMetric;
}

/** Measures all ways on all subjects: the mean over subjects of a title, and over titles. */
export function measureSignals<Q>(
  subjects: readonly ChoosingSubject<Q>[],
  measures: SignalMeasures,
  name: string,
  seed: number,
  put: Put,
): void {
  const at = { n: measures.k };
  const groups = groupedBy(subjects, ({ title }) => title);
  const byTitle = [...groups].map(([title, own]) => {
    const settings = own.map((subject, number) => settingOf(subject, number, measures, seed));
    const found = settings.map((setting): ByMetric => {
      const ways = Object.values<ModelWay>(MODEL_WAYS).filter(
        ({ latent }) => !latent || setting.subject.conceptShares !== null,
      );
      return Object.assign(
        setNumbers(setting),
        ...ways.map((way) => wayNumbers(setting, seed, way)),
      ) as ByMetric;
    });
    for (const [metric, value] of Object.entries(drawnNumbers(settings[0]!)))
      put(name, at, `${metric}, ${title}`, value);
    return meanMeasures(found);
  });
  for (const [metric, value] of Object.entries(meanMeasures(byTitle))) put(name, at, metric, value);
  [...groups.keys()].forEach((title, t) => {
    for (const [metric, value] of Object.entries(byTitle[t]!))
      put(name, at, `${metric}, ${title}`, value);
  });
}
