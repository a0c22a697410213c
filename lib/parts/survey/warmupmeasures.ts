/**
 * What is measured of a small model before and after warm-up: right answers to questions of each
 * mapping, with and without demonstrations; answers that follow what label words mean, by how many
 * demonstrations have exchanged labels; and the same of the exact answer.
 */
import { stream } from '../../core/random';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import { METHODS } from '../../model/methods';
import {
  accuracyOf,
  exactCellShares,
  measureAccuracies,
  questionsOf,
  shareOfFirst,
  smallShares,
  watchCells,
  type CellShares,
} from './cellmeasures';
import { cellOf, type CellQuestion } from './cells';
import type { SmallModel } from './small/smallmodel';
import { withFlipped } from './warmup/flipped';
import { ExactBayes } from './world/posterior';
import { WORLD, taskPrior } from './world/taskworld';

/** How much is measured. */
export interface WarmUpMeasures {
  /** Numbers of demonstrations. */
  readonly ns: readonly number[];
  /** Questions of each mapping and number. */
  readonly questions: number;
  /** The same along training, and for each number of exchanged labels. */
  readonly watched: number;
  /** Demonstrations along training, and where labels are exchanged. */
  readonly n: number;
  /** Numbers of exchanged labels. */
  readonly flipped: readonly number[];
}

/** What is asked: natural labels, and tasks whose rule and labels never occurred together. */
const CELLS = [
  cellOf('natural'),
  cellOf('flipped', { unseen: true }),
  cellOf('arbitrary', { unseen: true }),
  cellOf('arbitrary'),
];

/** What is asked along training. */
const WATCHED = [cellOf('flipped', { unseen: true }), cellOf('arbitrary', { unseen: true })];

/** How records call the model of notebook 20, and the same after tuning on natural labels. */
export const AT_FIRST = 'model of notebook 20';
export const NO_WARM_UP = 'no warm-up';

/** How records call a reader who knows natural labels alone, and takes others for errors. */
export const NATURAL_ONLY = 'exact Bayes, natural labels only';

/** Questions with natural labels, some of whose demonstrations have the other one. */
const flippedQuestions = (n: number, flipped: number, count: number): CellQuestion[] =>
  questionsOf(cellOf('natural'), n, count).map((question, i) =>
    withFlipped(stream(EVALUATION_SEED, 'exchanged labels', flipped, i), question, flipped),
  );

/** How often the answer is what label words mean, by the number of exchanged labels. */
function measureFlipped(
  { n, watched, flipped: counts }: WarmUpMeasures,
  name: string,
  shares: CellShares,
  put: Put,
): void {
  for (const flipped of counts) {
    const questions = flippedQuestions(n, flipped, watched);
    const follows = accuracyOf(shares(questions), questions);
    put(name, { n: flipped }, 'answers by meaning, labels exchanged', follows);
  }
}

/** Right answers along training. */
export function warmUpWatch(
  model: SmallModel,
  { n, watched }: WarmUpMeasures,
  name: string,
): (put: Put) => void {
  const asked = WATCHED.map((cell) => [cell, questionsOf(cell, n, watched)] as const);
  const shares = smallShares(model, METHODS.ar);
  return (put) => watchCells(asked, name, shares, put);
}

/** Everything of a model. */
export function measureWarmUp(
  model: SmallModel,
  measures: WarmUpMeasures,
  name: string,
  put: Put,
): void {
  const shares = smallShares(model, METHODS.ar);
  for (const cell of CELLS) measureAccuracies(cell, measures, name, shares, put);
  measureFlipped(measures, name, shares, put);
}

/** The exact answer, and that of a reader who knows natural labels alone. */
export function measureExactWarmUp(measures: WarmUpMeasures, put: Put): void {
  for (const cell of CELLS)
    measureAccuracies(cell, measures, 'exact Bayes', exactCellShares(cell), put);
  measureFlipped(measures, 'exact Bayes', exactCellShares(cellOf('natural')), put);
  const natural = taskPrior(WORLD, ({ mapping }) => mapping === 'natural');
  const bayes = new ExactBayes(WORLD, {}, natural);
  const shares: CellShares = (questions) =>
    questions.map((question) =>
      shareOfFirst(question, bayes.answers(question.context, question.input)),
    );
  measureFlipped(measures, NATURAL_ONLY, shares, put);
}
