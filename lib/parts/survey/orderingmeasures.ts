/**
 * What is measured of orders (notebook 26): texts are scored after all orders of some demonstrations
 * once, and every way to choose an order, every search and every average is read off that table.
 */
import { groupedBy } from '../../core/groups';
import { allPermutations, stream } from '../../core/random';
import { rankCorrelation } from '../../evaluation/ranks';
import { deviation, mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { accuraciesOf, namedAccuracies, type Accuracies } from './accuracies';
import { cosine } from './choosing/nearest';
import { bestRows } from './choosing/pool';
import { labelNumber } from './choosingsubjects';
import { averagedOverOrders } from './ordering/averages';
import { globalEntropy, localEntropy } from './ordering/entropies';
import { easyToHard, nearestLast } from './ordering/orders';
import {
  searchAtRandom,
  searchByBeam,
  searchGuided,
  searchLocally,
  type SearchResult,
} from './ordering/search';
import type { OrderingSubject } from './orderingsubjects';
import { SCORING_WAYS, bestOptions } from './scoring/scorer';
import { shareRight } from './scoringmeasures';
import { meanMeasures, putByTitle, type ByMetric } from './titles';

/** How much is asked. */
export interface OrderMeasures {
  /** Demonstrations of a prompt. */
  readonly k: number;
  /** Prompts of each task. */
  readonly sets: number;
  /** Labelled rows on which orders are tried; without their labels they probe orders. */
  readonly dev: number;
  /** Inputs that the model writes after random orders, and that probe orders. */
  readonly written: number;
}

type Order = readonly number[];
type Scores = readonly (readonly number[])[];

/** Orders that Lu et al. keep of those with the highest entropy. */
const KEPT = 4;

/** Evaluations after which searches are compared; a beam of width 2 over 4 takes the last. */
export const EVALUATIONS = [2, 4, 8, 16] as const;

/** Each search begins so many times. */
const REPEATS = 8;

/** A prompt of which all orders are read, and the scores of texts after each, read once. */
class OrderedPrompt<Q> {
  readonly orders: readonly Order[];
  private readonly known = new Map<string, Scores>();

  /**
   * @param rows  of the pool: the demonstrations
   * @param texts by what they are for
   */
  constructor(
    readonly subject: OrderingSubject<Q>,
    readonly rows: readonly number[],
    private readonly texts: Readonly<Record<'questions' | 'dev' | 'written', readonly string[]>>,
  ) {
    this.orders = allPermutations(rows.length);
  }

  /** The place of an order among all. */
  placeOf(order: Order): number {
    return this.orders.findIndex((one) => one.join() === order.join());
  }

  /** Rows of the pool in an order of the demonstrations. */
  inOrder(order: Order): number[] {
    return order.map((i) => this.rows[i]!);
  }

  /** Scores of texts after an order, [texts, options]. */
  scores(order: Order, kind: 'questions' | 'dev' | 'written'): Scores {
    const { questions, dev, written } = this.texts;
    const known = this.known.get(order.join());
    const all = known ?? this.read(order, [...questions, ...dev, ...written]);
    this.known.set(order.join(), all);
    const from = { questions: 0, dev: questions.length, written: questions.length + dev.length };
    return all.slice(from[kind], from[kind] + this.texts[kind].length);
  }

  /** Scores of texts after all orders. */
  everywhere(kind: 'questions' | 'dev' | 'written'): Scores[] {
    return this.orders.map((order) => this.scores(order, kind));
  }

  private read(order: Order, texts: readonly string[]): Scores {
    const { scorer, askText } = this.subject;
    const rows = this.inOrder(order);
    return scorer.score(texts.map((text) => askText(text, rows))).scores;
  }
}

/** The logarithm of the perplexity of each demonstration by itself. */
function difficulties<Q>({ subject, rows }: OrderedPrompt<Q>): number[] {
  const { scorer, pool, askText } = subject;
  const alone = rows.map((i) => askText(pool[i]!.input, []));
  return scorer
    .score(alone, SCORING_WAYS.linePerplexity)
    .scores.map((row, i) => -row[labelNumber(subject, rows[i]!)]!);
}

/** What ways that choose some orders, the same for all questions, make of the accuracy. */
function chosenOrders<Q>(
  prompt: OrderedPrompt<Q>,
  byOrder: readonly Accuracies[],
  devRight: readonly number[],
): ByMetric {
  const { orders } = prompt;
  const hard = easyToHard(difficulties(prompt));
  const onDev = prompt.everywhere('dev');
  const signals = {
    'GlobalE, own inputs': prompt.everywhere('written').map(globalEntropy),
    'LocalE, own inputs': prompt.everywhere('written').map(localEntropy),
    'GlobalE, pool inputs': onDev.map(globalEntropy),
    'LocalE, pool inputs': onDev.map(localEntropy),
  };
  const devAccuracy = onDev.map((scores) => shareRight(bestOptions(scores), devRight));
  const best = Math.max(...devAccuracy);
  const chosen: Readonly<Record<string, readonly number[]>> = {
    'random order': [...orders.keys()],
    'easy to hard': [prompt.placeOf(hard)],
    'hard to easy': [prompt.placeOf([...hard].reverse())],
    'best on labelled rows': [...orders.keys()].filter((o) => devAccuracy[o] === best),
    ...Object.fromEntries(
      Object.entries(signals).map(([name, values]) => [name, bestRows(values, KEPT)]),
    ),
  };
  const [raw, calibrated] = [0, 1].map((i) => byOrder.map((pair) => pair[i]!)) as [
    number[],
    number[],
  ];
  const over = (rows: readonly number[]): Accuracies => [
    mean(rows.map((o) => raw[o]!)),
    mean(rows.map((o) => calibrated[o]!)),
  ];
  return Object.assign(
    {
      ...namedAccuracies('best order', [Math.max(...raw), Math.max(...calibrated)]),
      ...namedAccuracies('worst order', [Math.min(...raw), Math.min(...calibrated)]),
      'spread over orders': deviation(raw),
      'spread over orders, batch calibration': deviation(calibrated),
    },
    ...Object.entries(chosen).map(([name, rows]) => namedAccuracies(name, over(rows))),
    ...Object.entries(signals).map(([name, values]) => ({
      [`rank correlation with accuracy, ${name}`]: rankCorrelation(values, raw),
    })),
  ) as ByMetric;
}

/** Ways that give every question its own order, and ways in which no order counts. */
function ownOrders<Q>(prompt: OrderedPrompt<Q>, asked: readonly Scores[]): ByMetric {
  const { subject } = prompt;
  const { pool, questions, right } = subject;
  const nearest = questions.map(({ vector }) =>
    nearestLast(prompt.rows.map((i) => cosine(pool[i]!.vector, vector))),
  );
  const after = (orderOf: (q: number) => Order): Scores =>
    questions.map((_, q) => asked[prompt.placeOf(orderOf(q))]![q]!);
  const answers = asked.map(bestOptions);
  const changed = questions.map((_, q) => answers.some((one) => one[q] !== answers[0]![q]));
  return Object.assign(
    { 'answers that change': mean(changed.map(Number)) },
    namedAccuracies(
      'nearest last',
      accuraciesOf(
        after((q) => nearest[q]!),
        right,
      ),
    ),
    namedAccuracies(
      'nearest first',
      accuraciesOf(
        after((q) => [...nearest[q]!].reverse()),
        right,
      ),
    ),
    namedAccuracies('mean over all orders', accuraciesOf(averagedOverOrders(asked), right)),
    ...subject.invariant.map(({ name, scorer }) => {
      const read = questions.map(({ input }) => subject.askText(input, prompt.rows));
      return namedAccuracies(name, accuraciesOf(scorer.score(read).scores, right));
    }),
  ) as ByMetric;
}

/** The regret of searches on the labelled rows, and the accuracy of what they find. */
function searched<Q>(
  prompt: OrderedPrompt<Q>,
  byOrder: readonly Accuracies[],
  devRight: readonly number[],
  seed: number,
): ByMetric {
  const k = prompt.rows.length;
  const value = (order: Order): number =>
    shareRight(bestOptions(prompt.scores(order, 'dev')), devRight);
  const most = Math.max(...prompt.orders.map(value));
  const signal = (order: Order): number => globalEntropy(prompt.scores(order, 'written'));
  const streams = Array.from({ length: REPEATS }, (_, r) => r);
  const from = (r: number) => stream(seed, 'searches', r);
  const found = (evaluations: number): Readonly<Record<string, readonly SearchResult[]>> => ({
    'at random': streams.map((r) => searchAtRandom(k, evaluations, value, from(r))),
    swaps: streams.map((r) => searchLocally(k, evaluations, value, from(r))),
    insertions: streams.map((r) => searchLocally(k, evaluations, value, from(r), 'insert')),
    'highest GlobalE first': [searchGuided(k, evaluations, value, signal)],
  });
  const said = (name: string, evaluations: number, results: readonly SearchResult[]): ByMetric => ({
    [`regret, ${name}, ${evaluations} evaluations`]: most - mean(results.map((one) => one.value)),
    [`accuracy, search ${name}, ${evaluations} evaluations`]: mean(
      results.map(({ order }) => byOrder[prompt.placeOf(order)]![0]),
    ),
  });
  const beam = searchByBeam(k, 1e9, value);
  return Object.assign(
    said('beam', beam.evaluations, [beam]),
    ...EVALUATIONS.flatMap((evaluations) =>
      Object.entries(found(evaluations)).map(([name, results]) => said(name, evaluations, results)),
    ),
  ) as ByMetric;
}

/** What the orders of one prompt are worth. */
function measuresOf<Q>(
  subject: OrderingSubject<Q>,
  { k, dev, written }: OrderMeasures,
  seed: number,
  labels: readonly (string | number)[],
): { readonly measures: ByMetric; readonly byOrder: readonly number[] } {
  const random = stream(seed, 'demonstrations to be ordered', ...labels);
  const drawn = random.permutation(subject.pool.length);
  const [rows, tried] = [drawn.slice(0, k), drawn.slice(k, k + dev)];
  const orders = allPermutations(k);
  const own = Array.from({ length: written }, () => {
    const order = orders[random.integer(orders.length)]!;
    return subject.write(
      order.map((i) => rows[i]!),
      random,
    );
  });
  const prompt = new OrderedPrompt(subject, rows, {
    questions: subject.questions.map(({ input }) => input),
    dev: tried.map((i) => subject.pool[i]!.input),
    written: own,
  });
  const asked = prompt.everywhere('questions');
  const byOrder = asked.map((scores) => accuraciesOf(scores, subject.right));
  const devRight = tried.map((i) => labelNumber(subject, i));
  return {
    measures: {
      ...chosenOrders(prompt, byOrder, devRight),
      ...ownOrders(prompt, asked),
      ...searched(prompt, byOrder, devRight, seed),
    },
    byOrder: byOrder.map(([raw]) => raw),
  };
}

/** Measures all prompts: the mean over those of a title, and over titles. */
export function measureOrderings<Q>(
  subjects: readonly OrderingSubject<Q>[],
  measures: OrderMeasures,
  name: string,
  seed: number,
  put: Put,
): void {
  const n = measures.k;
  const byTitle = new Map<string, ByMetric>();
  for (const [title, own] of groupedBy(subjects, (one) => one.title)) {
    const found = own.flatMap((subject, s) =>
      Array.from({ length: measures.sets }, (_, set) =>
        measuresOf(subject, measures, seed, [title, s, set]),
      ),
    );
    found[0]!.byOrder.forEach((value, order) =>
      put(name, { n }, `accuracy, order ${order}, ${title}`, value),
    );
    byTitle.set(title, meanMeasures(found.map((one) => one.measures)));
  }
  putByTitle(byTitle, (metric, ofTitle, value) => put(name, { n }, metric + ofTitle, value));
}
