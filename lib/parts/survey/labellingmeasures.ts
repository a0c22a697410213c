/**
 * What is measured of labels that a model gives in context: how often they are right, how often a
 * cheap classifier is that learns from them, from true labels or from those of a weak rule, and what
 * both cost beside asking the model each question.
 */
import { stream, type Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { accuraciesOf, namedAccuracies } from './accuracies';
import { bestOfEachLabel } from './choosing/pool';
import { labelNumber, type ChoosingSubject } from './choosingsubjects';
import { bestOptions } from './scoring/scorer';
import { shareRight } from './scoringmeasures';
import { putMeans, type ByMetric, type PutNumber } from './titles';
import { keptLabels, modelLabels, mostConfident, type ModelLabel } from './work/labelling';
import { balancedWeights, softmaxProbabilities, softmaxRegression } from './work/softmaxregression';
import { nearestWordLabels } from './work/weaklabels';

/** How labels are made and learned from. */
export interface LabellingSizes {
  /** True demonstrations before each row that is labelled. */
  readonly shown: number;
  /** Shares of the labels of the model that are kept, 1 the last. */
  readonly shares: readonly number[];
  /** The penalty of the classifier. */
  readonly penalty: number;
}

/** As records name a share that is kept. */
export const keptName = (share: number): string => `kept ${+(100 * share).toFixed(1)} %`;

/** The share of which as many rows are kept at random too. */
export const HALF = 0.5;

/** A row of the pool with a label, which may be wrong. */
interface Labelled {
  readonly row: number;
  readonly label: number;
}

/** How often a classifier is right about the questions after it learned from some rows. */
function studentAccuracy<Q>(
  { pool, questions, options, right }: ChoosingSubject<Q>,
  learned: readonly Labelled[],
  penalty: number,
): number {
  const y = learned.map(({ label }) => label);
  const weights = balancedWeights(y);
  const W = softmaxRegression(
    learned.map(({ row }) => pool[row]!.vector),
    y,
    options.length,
    { penalty, weights },
  );
  const vectors = questions.map(({ vector }) => vector);
  return shareRight(bestOptions(softmaxProbabilities(W, vectors)), right);
}

/** As many labels of each kind as are kept by confidence, drawn at random. */
function keptAtRandom(
  labels: readonly ModelLabel[],
  share: number,
  order: readonly number[],
): number[] {
  const places = [...order.keys()].sort((a, b) => order[a]! - order[b]!);
  return mostConfident(
    labels.map(({ label }, i) => ({ label, confidence: -places[i]! })),
    share,
  );
}

/** A subject with its true rows, and the labels that the model gave to all others. */
interface LabelledPool<Q> {
  readonly subject: ChoosingSubject<Q>;
  /** The true label of each row of the pool. */
  readonly gold: readonly number[];
  readonly shown: readonly number[];
  /** The rows that the model labelled, and their labels. */
  readonly rows: readonly number[];
  readonly labels: readonly ModelLabel[];
  readonly tokens: number;
}

/** Draws true rows, with the labels in turn, and lets the model label the others after them. */
function labelledPool<Q>(
  subject: ChoosingSubject<Q>,
  count: number,
  random: Stream,
): LabelledPool<Q> {
  const { pool, scorer } = subject;
  const all = [...pool.keys()];
  const gold = all.map((row) => labelNumber(subject, row));
  const values = all.map(() => random.uniform());
  const shown = bestOfEachLabel(values, gold, count);
  const rows = all.filter((row) => !shown.includes(row));
  const { scores, cost } = scorer.score(
    rows.map((row) => subject.askText(pool[row]!.input, shown)),
  );
  return { subject, gold, shown, rows, labels: modelLabels(scores), tokens: cost.tokens };
}

/** Students of labels of the model, and how often these labels are right. */
function taughtByModel<Q>(
  { subject, gold, shown, rows, labels }: LabelledPool<Q>,
  { shares, penalty }: LabellingSizes,
  random: Stream,
): ByMetric {
  const truth = rows.map((row) => gold[row]!);
  const few = shown.map((row) => ({ row, label: gold[row]! }));
  const taught = (places: readonly number[]): number => {
    const given = places.map((place) => ({ row: rows[place]!, label: labels[place]!.label }));
    return studentAccuracy(subject, [...few, ...given], penalty);
  };
  const byShare = shares.map((share): ByMetric => {
    const { precision, threshold, kept } = keptLabels(labels, truth, share);
    return {
      [`accuracy, student, ${keptName(share)}`]: taught(mostConfident(labels, share)),
      [`labels right, ${keptName(share)}`]: precision,
      [`least confidence, ${keptName(share)}`]: threshold,
      [`share, ${keptName(share)}`]: kept,
    };
  });
  const drawn = keptAtRandom(labels, HALF, random.permutation(rows.length));
  return {
    ...(Object.assign({}, ...byShare) as ByMetric),
    [`accuracy, student, ${keptName(HALF)} at random`]: taught(drawn),
    'mean confidence': mean(labels.map(({ confidence }) => confidence)),
  };
}

/** Students of true labels: of the few that are shown, and of all. */
function taughtByTruth<Q>(
  { subject, gold, shown }: LabelledPool<Q>,
  { penalty }: LabellingSizes,
): ByMetric {
  const student = (rows: readonly number[]): number =>
    studentAccuracy(
      subject,
      rows.map((row) => ({ row, label: gold[row]! })),
      penalty,
    );
  return {
    'accuracy, student, true few': student(shown),
    'accuracy, student, true all': student([...gold.keys()]),
  };
}

/** A student of the weak rule, which reads no true label. */
function taughtByWords<Q>(
  { subject, gold }: LabelledPool<Q>,
  { penalty }: LabellingSizes,
  words: readonly (readonly number[])[],
): ByMetric {
  const weak = nearestWordLabels(
    subject.pool.map(({ vector }) => vector),
    words,
  );
  const learned = weak.map((label, row) => ({ row, label }));
  return {
    'accuracy, student, weak rule': studentAccuracy(subject, learned, penalty),
    'labels right, weak rule': shareRight(weak, gold),
  };
}

/** All numbers of one subject. */
function labellingOf<Q>(
  subject: ChoosingSubject<Q>,
  number: number,
  sizes: LabellingSizes,
  words: readonly (readonly number[])[] | null,
  seed: number,
): ByMetric {
  const { scorer, questions, right } = subject;
  const random = stream(seed, 'labels of a model', subject.title, number);
  const pool = labelledPool(subject, sizes.shown, random);
  const asked = scorer.score(questions.map(({ input }) => subject.askText(input, pool.shown)));
  return {
    ...namedAccuracies('in context', accuraciesOf(asked.scores, right)),
    'questions asked, labelling': pool.rows.length,
    'tokens, labelling': pool.tokens,
    'tokens for a question, in context': asked.cost.tokens / questions.length,
    ...taughtByTruth(pool, sizes),
    ...taughtByModel(pool, sizes, random),
    ...(words === null ? {} : taughtByWords(pool, sizes, words)),
  };
}

/**
 * Measures labels and classifiers of all subjects: the mean over titles, and each title by itself.
 *
 * @param wordVectors of the words of labels, by the encoder of the pools; null: there is no weak rule
 */
export function measureLabelling<Q>(
  subjects: readonly ChoosingSubject<Q>[],
  sizes: LabellingSizes,
  wordVectors: ((words: readonly string[]) => readonly (readonly number[])[]) | null,
  seed: number,
  put: PutNumber,
): void {
  const found = subjects.map((subject, number) =>
    labellingOf(subject, number, sizes, wordVectors?.(subject.options) ?? null, seed),
  );
  putMeans(subjects, found, put);
}
