/**
 * What is measured of labels in demonstrations: how often answers are right, and by how much the
 * right option is preferred, after demonstrations of which one thing is changed, and after those of
 * which a share have their right label. All conditions have the same demonstrations and questions.
 */
import { shuffled, stream, type Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { LoadedModel } from '../../language/folder';
import type { Demonstration, Template } from '../../language/prompt';
import type { Question } from '../../language/scoring';
import { accuraciesOf, namedAccuracies, oddsAgainstRest } from './accuracies';
import { bestOfEachLabel } from './choosing/pool';
import { labelNumber, type ChoosingSubject } from './choosingsubjects';
import { textAsker, type ConditionAsker } from './factors/asking';
import {
  LABEL_CONDITIONS,
  askedOptions,
  inCondition,
  withShareRight,
  type Condition,
  type ConditionMaterial,
  type ShownExample,
} from './factors/conditions';
import { labelSensitivity } from './factors/effects';
import { UNRELATED_WORDS } from './factors/unrelated';
import type { WorldQuestion } from './scoring/worldquestions';
import { putMeans, type ByMetric } from './titles';
import { INPUT_WORDS } from './world/rules';
import { SYMBOLS } from './world/taskworld';
import { PEOPLE } from './world/vocabulary';

/** A task with demonstrations, questions, and what conditions are made of. */
export interface LabelledSubject {
  readonly title: string;
  readonly asker: ConditionAsker;
  readonly shown: readonly Demonstration[];
  readonly inputs: readonly string[];
  /** The number of the right label of each. */
  readonly right: readonly number[];
  readonly material: ConditionMaterial;
}

const plain = ({ input, output }: Demonstration): Demonstration => ({ input, output });

/** As many words as labels, none of them a label. */
const someWords = (random: Stream, words: readonly string[], labels: readonly string[]): string[] =>
  shuffled(
    random,
    words.filter((word) => !labels.includes(word)),
  ).slice(0, labels.length);

/** Questions with the labels in balance: the first of each label, at most so many in all. */
function someQuestions(
  { questions, right, options }: ChoosingSubject<Question>,
  most: number,
): number[] {
  const each = Math.max(1, Math.floor(most / options.length));
  const seen = options.map(() => 0);
  return [...questions.keys()].filter((q) => seen[right[q]!]!++ < each);
}

/**
 * Real tasks. Demonstrations have the labels in turn, and inputs of another task are those of the
 * next one.
 *
 * @param count demonstrations of each
 * @param most  questions of each
 */
export const labelledTexts = (
  subjects: readonly ChoosingSubject<Question>[],
  loaded: LoadedModel,
  template: Template,
  count: number,
  most: number,
  seed: number,
): LabelledSubject[] =>
  subjects.map((subject, s) => {
    const { title, pool, options, questions, right } = subject;
    const random = stream(seed, 'labels in demonstrations', title, s);
    const labels = pool.map((_, row) => labelNumber(subject, row));
    const rows = bestOfEachLabel(random.permutation(pool.length), labels, count);
    const others = shuffled(random, subjects[(s + 1) % subjects.length]!.pool);
    const asked = someQuestions(subject, most);
    return {
      title,
      asker: textAsker(loaded, template),
      shown: rows.map((row) => plain(pool[row]!)),
      inputs: asked.map((q) => questions[q]!.input),
      right: asked.map((q) => right[q]!),
      material: {
        labels: options,
        words: someWords(random, UNRELATED_WORDS, options),
        others: others.slice(0, count).map(({ input }) => input),
      },
    };
  });

/** Names of people, which no input of TaskWorld has: as many as an input has words. */
const namesOf = (random: Stream): string =>
  Array.from({ length: INPUT_WORDS }, () => PEOPLE[random.integer(PEOPLE.length)]!).join(' ');

/** Tasks of TaskWorld, each shown by all rows of its pool. */
export const labelledWorld = (
  subjects: readonly ChoosingSubject<WorldQuestion>[],
  asker: ConditionAsker,
  seed: number,
): LabelledSubject[] =>
  subjects.map(({ title, pool, options, questions, right }, s) => {
    const random = stream(seed, 'labels in demonstrations', title, s);
    return {
      title,
      asker,
      shown: pool.map(plain),
      inputs: questions.map(({ input }) => input),
      right,
      material: {
        labels: options,
        words: someWords(random, SYMBOLS, options),
        others: pool.map(() => namesOf(random)),
      },
    };
  });

/** Measures after demonstrations. */
function measuresAfter(
  { asker, inputs, right }: LabelledSubject,
  shown: readonly ShownExample[],
  options: readonly string[],
): ByMetric {
  const scores = asker.ask(shown, inputs, options);
  return {
    ...namedAccuracies(null, accuraciesOf(scores, right)),
    'log-odds': mean(scores.map((row, q) => oddsAgainstRest(row, right[q]!))),
  };
}

/** Measures as records name them; `of` is what was shown. */
const named = (measures: ByMetric, of: string): ByMetric =>
  Object.fromEntries(
    Object.entries(measures).map(([metric, value]) => [`${metric}, ${of}`, value]),
  );

/** Conditions that are a share of right labels, by name. */
const SHARES: Readonly<Partial<Record<Condition, number>>> = { gold: 1, 'flipped labels': 0 };

/** The conditions that an asker can be asked in. */
const conditionsOf = ({ readsParts }: ConditionAsker): Condition[] =>
  (Object.keys(LABEL_CONDITIONS) as Condition[]).filter(
    (name) =>
      readsParts ||
      name === 'none' ||
      (LABEL_CONDITIONS[name].inputs && LABEL_CONDITIONS[name].format),
  );

/** What the measures of a share of right labels are of. */
export const SHARE_RIGHT = 'labels right';

/** Measures of a subject: of each condition, and of each share of right labels. */
interface LabelMeasures {
  readonly conditions: ByMetric;
  readonly byShare: readonly ByMetric[];
}

function measuresOf(
  subject: LabelledSubject,
  number: number,
  shares: readonly number[],
  seed: number,
): LabelMeasures {
  const { title, asker, shown, material } = subject;
  const { labels } = material;
  // a new stream for each, so that conditions that draw alike have the same labels
  const random = (): Stream => stream(seed, 'conditions of demonstrations', title, number);
  const byShare = shares.map((share) =>
    measuresAfter(subject, withShareRight(random(), shown, labels, share), labels),
  );
  const ofCondition = (name: Condition): ByMetric => {
    const share = SHARES[name];
    if (share !== undefined) return named(byShare[shares.indexOf(share)]!, name);
    const changed = inCondition(random(), name, shown, material);
    return named(measuresAfter(subject, changed, askedOptions(name, material)), name);
  };
  const slope = (metric: string): number =>
    labelSensitivity(
      shares,
      byShare.map((one) => one[metric]!),
    );
  return {
    conditions: {
      ...(Object.assign({}, ...conditionsOf(asker).map(ofCondition)) as ByMetric),
      sensitivity: slope('accuracy'),
      'sensitivity, batch calibration': slope('accuracy, batch calibration'),
      chance: 1 / labels.length,
    },
    byShare: byShare.map((one) => named(one, SHARE_RIGHT)),
  };
}

/**
 * Measures all subjects: the mean over titles, and each title by itself.
 *
 * @param shares of right labels, 0 and 1 among them
 * @param put    a number of n % right labels, or of no share (null)
 */
export function measureLabels(
  subjects: readonly LabelledSubject[],
  shares: readonly number[],
  seed: number,
  put: (percent: number | null, metric: string, value: number) => void,
): void {
  const found = subjects.map((one, number) => measuresOf(one, number, shares, seed));
  const say = (percent: number | null, measures: readonly ByMetric[]): void =>
    putMeans(subjects, measures, (metric, value) => put(percent, metric, value));
  say(
    null,
    found.map(({ conditions }) => conditions),
  );
  shares.forEach((share, i) =>
    say(
      percentOf(share),
      found.map(({ byShare }) => byShare[i]!),
    ),
  );
}

/** A share in per cent, as records have it on their axis. */
export const percentOf = (share: number): number => Math.round(100 * share);
