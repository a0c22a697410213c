/**
 * What is measured of labels that a model gives in context: how often they are right, how often a
 * cheap classifier is that learns from them, from true labels or from those of a weak rule, and what
 * both cost beside asking the model each question.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { accuraciesOf, namedAccuracies } from './accuracies';
import { bestOfEachLabel } from './choosing/pool';
import { labelNumber, type ChoosingSubject } from './choosingsubjects';
import { bestOptions } from './scoring/scorer';
import { shareRight } from './scoringmeasures';
import { meansOfTitles, putByTitle, type ByMetric } from './titles';
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

/** Takes a number. */
export type PutNumber = (metric: string, value: number) => void;

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

/** All numbers of one subject. */
function labellingOf<Q>(
  subject: ChoosingSubject<Q>,
  number: number,
  { shown: k, shares, penalty }: LabellingSizes,
  wordVectors: readonly (readonly number[])[] | null,
  seed: number,
): ByMetric {
  const { pool, scorer, questions, right } = subject;
  const random = stream(seed, 'labels of a model', subject.title, number);
  const all = [...pool.keys()];
  const gold = all.map((row) => labelNumber(subject, row));
  const shown = bestOfEachLabel(
    all.map(() => random.uniform()),
    gold,
    k,
  );
  const rows = all.filter((row) => !shown.includes(row));
  const truth = rows.map((row) => gold[row]!);
  const labelling = scorer.score(rows.map((row) => subject.askText(pool[row]!.input, shown)));
  const labels = modelLabels(labelling.scores);
  const asked = scorer.score(questions.map(({ input }) => subject.askText(input, shown)));
  const trueRows = (some: readonly number[]): Labelled[] =>
    some.map((row) => ({ row, label: gold[row]! }));
  const taught = (places: readonly number[]): number =>
    studentAccuracy(
      subject,
      [
        ...trueRows(shown),
        ...places.map((place) => ({ row: rows[place]!, label: labels[place]!.label })),
      ],
      penalty,
    );
  const found: Record<string, number> = {
    ...namedAccuracies('in context', accuraciesOf(asked.scores, right)),
    'accuracy, student, true few': studentAccuracy(subject, trueRows(shown), penalty),
    'accuracy, student, true all': studentAccuracy(subject, trueRows(all), penalty),
    'questions asked, labelling': rows.length,
    'tokens, labelling': labelling.cost.tokens,
    'tokens for a question, in context': asked.cost.tokens / questions.length,
  };
  for (const share of shares) {
    const name = keptName(share);
    const kept = keptLabels(labels, truth, share);
    found[`accuracy, student, ${name}`] = taught(mostConfident(labels, share));
    found[`labels right, ${name}`] = kept.precision;
    found[`least confidence, ${name}`] = kept.threshold;
    found[`share, ${name}`] = kept.kept;
  }
  const drawn = keptAtRandom(labels, HALF, random.permutation(rows.length));
  found[`accuracy, student, ${keptName(HALF)} at random`] = taught(drawn);
  found['mean confidence'] = mean(labels.map(({ confidence }) => confidence));
  if (wordVectors !== null) {
    const weak = nearestWordLabels(
      pool.map(({ vector }) => vector),
      wordVectors,
    );
    const learned = all.map((row) => ({ row, label: weak[row]! }));
    found['accuracy, student, weak rule'] = studentAccuracy(subject, learned, penalty);
    found['labels right, weak rule'] = shareRight(weak, gold);
  }
  return found;
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
  putByTitle(meansOfTitles(subjects, found), (metric, ofTitle, value) =>
    put(metric + ofTitle, value),
  );
}
