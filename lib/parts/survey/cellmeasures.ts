/**
 * What is measured of a model of TaskWorld, and of the exact answer: on every kind of questions the
 * share of right answers and the divergence from the exact answer, by the number of examples; the
 * same after contexts that are spoilt, and how many answers another order of the examples changes.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import type { Method } from '../../model/methods';
import { worldCellName, cellOf, drawQuestions, type WorldCell, type CellQuestion } from './cells';
import { copyingScores, labelHeadScores, type HeadScores } from './small/headscores';
import { smallAnswers } from './small/smallanswers';
import type { SmallModel } from './small/smallmodel';
import { VOTERS, voterAccuracy } from './votes';
import { lookupDocument, type Document } from './world/documents';
import { ExactBayes, labelIndex } from './world/posterior';
import { MAPPINGS, WORLD, heldOut, taskPrior, trainedPrior } from './world/taskworld';

/** How much is asked. */
export interface CellMeasures {
  /** Numbers of examples. */
  readonly ns: readonly number[];
  /** Questions of each cell and number, and along training. */
  readonly questions: number;
  readonly watched: number;
  /** Examples along training, and where contexts are spoilt or reordered. */
  readonly n: number;
}

/** What is asked for every number of examples. */
const CELLS: readonly WorldCell[] = [
  ...MAPPINGS.flatMap((mapping) => [cellOf(mapping), cellOf(mapping, { instructed: true })]),
  ...(['flipped', 'arbitrary'] as const).flatMap((mapping) => [
    cellOf(mapping, { unseen: true }),
    cellOf(mapping, { unseen: true, instructed: true }),
  ]),
];

/** What is asked after contexts that teach something else. */
const SPOILT: readonly WorldCell[] = (['natural', 'arbitrary'] as const).flatMap((mapping) =>
  (['random labels', 'another task'] as const).map((shown) => cellOf(mapping, { shown })),
);

/** How records call the exact answer of a reader who is told the two labels. */
const TOLD = 'exact Bayes, told the labels';

/** What is asked along training. */
export const WATCHED: readonly WorldCell[] = [
  cellOf('natural'),
  cellOf('flipped'),
  cellOf('arbitrary'),
  cellOf('arbitrary', { instructed: true }),
];

/** The questions of a cell, the same for every model and voter. */
export const questionsOf = (cell: WorldCell, n: number, count: number): CellQuestion[] =>
  drawQuestions(stream(EVALUATION_SEED, `questions, ${worldCellName(cell)}`, n), cell, n, count);

/** A model's share of a task's first label, of its two labels, for each question. */
export type CellShares = (questions: readonly CellQuestion[]) => readonly number[];

/** Of the probabilities of all labels, the first label's share of the two. */
export function shareOfFirst({ task }: CellQuestion, probabilities: ArrayLike<number>): number {
  const [a, b] = task.labels.map((label) => probabilities[labelIndex(label)]!) as [number, number];
  return a / (a + b);
}

/** The exact answers, under the prior of training, or of all tasks where training left some out. */
export const exactCellShares = ({ unseen }: WorldCell): CellShares => {
  const bayes = unseen ? new ExactBayes() : new ExactBayes(WORLD, {}, trainedPrior());
  return (questions) =>
    questions.map((question) =>
      shareOfFirst(question, bayes.answers(question.context, question.input)),
    );
};

/**
 * The exact answers of a reader who is also told the two labels, as a vote is: a language model
 * has to find out which labels there are.
 */
const toldShares =
  ({ unseen }: WorldCell): CellShares =>
  (questions) =>
    questions.map((question) => {
      const { context, input, task } = question;
      const told = taskPrior(
        WORLD,
        (one) =>
          (unseen || !heldOut(one)) && one.labels.every((label) => task.labels.includes(label)),
      );
      return shareOfFirst(question, new ExactBayes(WORLD, {}, told).answers(context, input));
    });

/** A small model's shares under a method. */
export const smallShares =
  (model: SmallModel, method: Method): CellShares =>
  (questions) =>
    smallAnswers(model, method, questions).map((row, i) => shareOfFirst(questions[i]!, row));

const choice = (share: number): 0 | 1 => (share >= 0.5 ? 0 : 1);

/** The share of questions whose more probable label is right. */
export const accuracyOf = (shares: readonly number[], questions: readonly CellQuestion[]): number =>
  mean(questions.map(({ right }, i) => Number(choice(shares[i]!) === right)));

/** Nats from the exact shares p to a model's q. */
const divergence = (p: number, q: number): number =>
  [
    [p, q],
    [1 - p, 1 - q],
  ].reduce((sum, [a, b]) => sum + (a! > 0 ? a! * Math.log(a! / Math.max(b!, 1e-12)) : 0), 0);

/** Right answers along training, in some cells. */
export function watchCells(
  asked: readonly (readonly [WorldCell, readonly CellQuestion[]])[],
  name: string,
  shares: CellShares,
  put: Put,
): void {
  for (const [cell, questions] of asked)
    put(
      name,
      {},
      `accuracy along training, ${worldCellName(cell)}`,
      accuracyOf(shares(questions), questions),
    );
}

/** Right answers in a cell, by the number of examples. */
export function measureAccuracies(
  cell: WorldCell,
  { ns, questions: count }: Pick<CellMeasures, 'ns' | 'questions'>,
  name: string,
  shares: CellShares,
  put: Put,
): void {
  for (const n of ns) {
    const questions = questionsOf(cell, n, count);
    const right = accuracyOf(shares(questions), questions);
    put(name, { n }, `accuracy, ${worldCellName(cell)}`, right);
  }
}

/** The tasks on which it is watched how answers get better with the examples. */
const LEARNT = cellOf('arbitrary');

/** What answers and heads are looked at in, drawn once for all times at which they are. */
export interface LearntQuestions {
  /** About tasks, after one example and after all. */
  readonly one: readonly CellQuestion[];
  readonly all: readonly CellQuestion[];
  /** Documents to look up. */
  readonly documents: readonly Document[];
}

/** As many questions of each kind, with n examples. */
export function learntQuestions(n: number, count: number): LearntQuestions {
  const random = stream(EVALUATION_SEED, 'documents to look up');
  return {
    one: questionsOf(LEARNT, 1, count),
    all: questionsOf(LEARNT, n, count),
    documents: Array.from({ length: count }, () => lookupDocument(random, n + 1, false)),
  };
}

/** The mean of -ln of the right label's share of the two, in nats. */
const lossOf = (shares: readonly number[], questions: readonly CellQuestion[]): number =>
  -mean(
    questions.map(({ right }, i) =>
      Math.log(Math.max(right === 0 ? shares[i]! : 1 - shares[i]!, 1e-12)),
    ),
  );

/**
 * Measures the in-context learning score of Olsson et al. (2022) between the two labels: the loss
 * after n examples less that after one, below 0 where examples help.
 *
 * @param when ends the metrics' names, as ' along training'
 */
export function measureFall(
  asked: Pick<LearntQuestions, 'one' | 'all'>,
  name: string,
  shares: CellShares,
  put: Put,
  when = '',
): void {
  const one = lossOf(shares(asked.one), asked.one);
  const all = lossOf(shares(asked.all), asked.all);
  put(name, {}, `loss after one example${when}`, one);
  put(name, {}, `loss after all examples${when}`, all);
  put(name, {}, `in-context learning score${when}`, all - one);
}

/** Measures the strongest copying head and the strongest label head of a small model. */
export function measureHeads(
  { all, documents }: Pick<LearntQuestions, 'all' | 'documents'>,
  name: string,
  model: SmallModel,
  method: Method,
  put: Put,
  when = '',
): void {
  const asked = all.map(({ task, context, input, right }) => {
    return { context, input, label: task.labels[right] };
  });
  const strongest = (scores: HeadScores): number => Math.max(...scores.flat());
  put(name, {}, `copying head${when}`, strongest(copyingScores(model, method, documents)));
  put(name, {}, `label head${when}`, strongest(labelHeadScores(model, method, asked)));
}

/** Measures a model, or the exact answer, on all cells. */
export function measureCells(
  { ns, questions: count, n }: CellMeasures,
  name: string,
  shares: (cell: WorldCell) => CellShares,
  put: Put,
): void {
  for (const cell of CELLS) {
    const [ofModel, ofBayes] = [shares(cell), exactCellShares(cell)];
    for (const k of ns) {
      const questions = questionsOf(cell, k, count);
      const [own, exact] = [ofModel(questions), ofBayes(questions)];
      put(name, { n: k }, `accuracy, ${worldCellName(cell)}`, accuracyOf(own, questions));
      put(
        name,
        { n: k },
        `divergence, ${worldCellName(cell)}`,
        mean(own.map((q, i) => divergence(exact[i]!, q))),
      );
    }
  }
  for (const cell of SPOILT) {
    const questions = questionsOf(cell, n, count);
    put(
      name,
      { n },
      `accuracy, ${worldCellName(cell)}`,
      accuracyOf(shares(cell)(questions), questions),
    );
  }
  const [cell] = CELLS;
  put(name, { n }, 'changed by order', changedByOrder(shares(cell!), questionsOf(cell!, n, count)));
}

/** The share of answers that another order of the examples changes. */
function changedByOrder(shares: CellShares, questions: readonly CellQuestion[]): number {
  const again = questions.map((question, i) => {
    const { examples } = question.context;
    const order = stream(EVALUATION_SEED, 'order of the examples', i).permutation(examples.length);
    return {
      ...question,
      context: { ...question.context, examples: order.map((j) => examples[j]!) },
    };
  });
  const [before, after] = [shares(questions), shares(again)];
  return mean(before.map((share, i) => Number(choice(share) !== choice(after[i]!))));
}

/** Measures the exact answer on all cells, and votes where no instruction helps. */
export function measureYardsticks(measures: CellMeasures, put: Put): void {
  measureCells(measures, 'exact Bayes', exactCellShares, put);
  const { n, questions } = measures;
  measureFall(learntQuestions(n, questions), 'exact Bayes', exactCellShares(LEARNT), put);
  for (const cell of CELLS.filter(({ instructed }) => !instructed))
    for (const n of measures.ns) {
      const questions = questionsOf(cell, n, measures.questions);
      for (const voter of VOTERS)
        put(voter.name, { n }, `accuracy, ${worldCellName(cell)}`, voterAccuracy(voter, questions));
      put(
        TOLD,
        { n },
        `accuracy, ${worldCellName(cell)}`,
        accuracyOf(toldShares(cell)(questions), questions),
      );
    }
}
