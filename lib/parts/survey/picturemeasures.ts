/**
 * What is measured of models that fill holes, beside copying and the exact answer: squared errors and
 * pictures that are wholly right, of single tasks, pairs of training and unseen pairs; several examples
 * in different ways; the eight layouts; examples that are chosen.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import { measureChoice, type ChoiceSizes } from './picturechoicemeasures';
import { answersByLayout, canvasAnswers, meanAnswer, votedAnswer } from './pictures/canvasanswers';
import {
  averagedAnswers,
  featureAnswers,
  longCanvasAnswers,
  tiledAnswers,
  type SeveralExamples,
} from './pictures/ensembles';
import { channelsOf, meanPictureError, pictureError, type PictureError } from './pictures/picture';
import {
  MOST_EXAMPLES,
  PICTURE_METHODS,
  blockAnswers,
  type PictureMethod,
} from './pictures/pictureblocks';
import type { PictureModel } from './pictures/picturemodel';
import {
  drawPicturePrompt,
  drawPictureTask,
  exactPictureAnswer,
  taskName,
  tasksOfSort,
  type PicturePrompt,
  type TaskSort,
} from './pictures/picturetasks';

/** How much is asked. */
export interface PictureMeasures {
  /** Prompts of each sort of tasks. */
  readonly prompts: number;
  /** Prompts with several examples, and in all layouts. */
  readonly several: number;
  /** Numbers of examples, for models that read one at a time. */
  readonly ks: readonly number[];
  /** Prompts along training. */
  readonly watched: number;
  readonly choice: ChoiceSizes;
}

/** Sorts of tasks, as records call them. */
export const TASK_SORTS = ['single', 'pair', 'held out'] as const satisfies readonly TaskSort[];

/** How records call what needs no training. */
export const [COPY_QUERY, COPY_OUTPUT, EXACT_PICTURE] = [
  'copy of the query',
  'copy of the output',
  'exact picture',
] as const;

/** How records call the ways to read several examples one at a time. */
export const SEVERAL_WAYS = {
  'answers averaged': averagedAnswers,
  'features averaged': featureAnswers,
  'one long canvas': longCanvasAnswers,
} as const;

/** How they call four examples as one. */
export const TILED = 'tiled examples';

/** The metric of all of these, at a number of examples. */
export const SEVERAL_ERROR = 'squared error, several examples';

/** Prompts of one sort, the same for all seeds. */
export const askedPictures = (sort: TaskSort, count: number, n = 1): PicturePrompt[] => {
  const random = stream(EVALUATION_SEED, 'prompts on pictures', sort, n);
  return Array.from({ length: count }, () =>
    drawPicturePrompt(random, drawPictureTask(random, sort), n),
  );
};

/** Prompts with several examples: single tasks and pairs of training in turn. */
export const askedSeveral = (count: number, n: number): PicturePrompt[] => {
  const half = Math.ceil(count / 2);
  const [singles, pairs] = [askedPictures('single', half, n), askedPictures('pair', half, n)];
  return singles.flatMap((one, i) => [one, pairs[i]!]).slice(0, count);
};

/** The errors of answers to prompts. */
const errorsOf = (
  prompts: readonly PicturePrompt[],
  answers: readonly (readonly number[])[],
): PictureError[] => prompts.map(({ answer }, i) => pictureError(answers[i]!, answer));

const first = (prompts: readonly PicturePrompt[], n: number): SeveralExamples[] =>
  prompts.map(({ examples, query }) => ({ examples: examples.slice(0, n), query }));

/** Records errors of each sort, and of each task that is single or held out. */
function putSort(
  name: string,
  prompts: readonly PicturePrompt[],
  answers: readonly (readonly number[])[],
  sort: TaskSort,
  put: Put,
): void {
  const errors = errorsOf(prompts, answers);
  const all = meanPictureError(errors);
  put(name, {}, `squared error, ${sort}`, all.squared);
  put(name, {}, `pixels right, ${sort}`, all.pixels);
  put(name, {}, `pictures right, ${sort}`, all.whole);
  if (sort === 'pair') return;
  for (const task of new Set(prompts.map((one) => taskName(one.task)))) {
    const own = errors.filter((_, i) => taskName(prompts[i]!.task) === task);
    put(name, {}, `squared error, task ${task}`, meanPictureError(own).squared);
    put(name, {}, `pictures right, task ${task}`, meanPictureError(own).whole);
  }
}

const questionsOf = (prompts: readonly PicturePrompt[], shown = true) =>
  prompts.map(({ examples, query }) => ({ example: shown ? examples[0]! : null, query }));

/** Measures a model of canvases: every sort of tasks, with an example and without one. */
function measureSorts(model: PictureModel, sizes: PictureMeasures, name: string, put: Put): void {
  for (const sort of TASK_SORTS) {
    const prompts = askedPictures(sort, sizes.prompts);
    putSort(name, prompts, canvasAnswers(model, questionsOf(prompts)), sort, put);
    const alone = errorsOf(prompts, canvasAnswers(model, questionsOf(prompts, false)));
    put(name, {}, `squared error, ${sort}, no example`, meanPictureError(alone).squared);
    put(name, {}, `pictures right, ${sort}, no example`, meanPictureError(alone).whole);
  }
}

/** The largest change of a channel when the examples are read in the reverse order. */
function changeByOrder(
  questions: readonly SeveralExamples[],
  answersTo: (questions: readonly SeveralExamples[]) => number[][],
): number {
  const turned = questions.map((one) => ({ ...one, examples: [...one.examples].reverse() }));
  const [before, after] = [answersTo(questions), answersTo(turned)];
  return mean(
    before.map((row, q) => Math.max(...row.map((value, i) => Math.abs(value - after[q]![i]!)))),
  );
}

/** Records several examples, read by some way. */
function putSeveral(
  name: string,
  prompts: readonly PicturePrompt[],
  ks: readonly number[],
  answersTo: (questions: readonly SeveralExamples[]) => number[][],
  put: Put,
): void {
  for (const n of ks) {
    const error = meanPictureError(errorsOf(prompts, answersTo(first(prompts, n))));
    put(name, { n }, SEVERAL_ERROR, error.squared);
    put(name, { n }, 'pictures right, several examples', error.whole);
  }
}

/** Measures several examples for a model that was trained on one. */
function measureSeveral(model: PictureModel, sizes: PictureMeasures, put: Put): void {
  const { several, ks } = sizes;
  const prompts = askedSeveral(several, Math.max(...ks, 4));
  const changed = (
    name: string,
    answersTo: (of: readonly SeveralExamples[]) => number[][],
    n: number,
  ) => put(name, {}, 'change by order', changeByOrder(first(prompts, n), answersTo));
  for (const [name, way] of Object.entries(SEVERAL_WAYS)) {
    const answersTo = (of: readonly SeveralExamples[]): number[][] => way(model, of);
    putSeveral(name, prompts, ks, answersTo, put);
    changed(name, answersTo, MOST_EXAMPLES);
  }
  const tiled = (of: readonly SeveralExamples[]): number[][] => tiledAnswers(model, of);
  putSeveral(TILED, prompts, [4], tiled, put);
  changed(TILED, tiled, 4);
}

/** Measures the eight layouts and what they say together. */
function measureLayouts(
  model: PictureModel,
  { several }: PictureMeasures,
  name: string,
  put: Put,
): void {
  const prompts = askedSeveral(several, 1);
  const all = answersByLayout(model, questionsOf(prompts));
  const errorOf = (answers: number[][]): number =>
    meanPictureError(errorsOf(prompts, answers)).squared;
  const single = all[0]!.map((_, layout) => errorOf(all.map((answers) => answers[layout]!)));
  single.forEach((error, layout) => put(name, {}, `squared error, layout ${layout}`, error));
  put(name, {}, 'squared error, one layout', mean(single));
  put(name, {}, 'squared error, eight layouts', errorOf(all.map(meanAnswer)));
  put(name, {}, 'squared error, eight layouts voted', errorOf(all.map(votedAnswer)));
}

/** Measures a model of canvases along training: single tasks. */
export function watchCanvas(
  model: PictureModel,
  { watched }: PictureMeasures,
  name: string,
): (put: Put) => void {
  const prompts = askedPictures('single', watched);
  return (put) => {
    const errors = errorsOf(prompts, canvasAnswers(model, questionsOf(prompts)));
    put(name, {}, 'error along training', meanPictureError(errors).squared);
  };
}

/**
 * Measures a model of canvases at the end.
 *
 * @param wholly also several examples, layouts and the choice of examples
 */
export function measureCanvas(
  model: PictureModel,
  sizes: PictureMeasures,
  {
    name,
    seed,
    wholly,
  }: { readonly name: string; readonly seed: number; readonly wholly: boolean },
  put: Put,
): void {
  measureSorts(model, sizes, name, put);
  if (!wholly) return;
  measureSeveral(model, sizes, put);
  measureLayouts(model, sizes, name, put);
  measureChoice(model, sizes.choice, seed, put);
}

/** Measures a model that reads examples as blocks, along training: one example. */
export function watchBlocks(
  model: PictureModel,
  method: PictureMethod,
  { watched }: PictureMeasures,
  name: string,
): (put: Put) => void {
  const prompts = askedPictures('single', watched);
  return (put) => {
    const answers = blockAnswers(model, PICTURE_METHODS[method], first(prompts, 1));
    put(name, {}, 'error along training', meanPictureError(errorsOf(prompts, answers)).squared);
  };
}

/** Measures such a model at the end. */
export function measureBlocks(
  model: PictureModel,
  method: PictureMethod,
  { several, ks }: PictureMeasures,
  name: string,
  put: Put,
): void {
  const prompts = askedSeveral(several, Math.max(...ks, 4));
  const answersTo = (of: readonly SeveralExamples[]): number[][] =>
    blockAnswers(model, PICTURE_METHODS[method], of);
  const counts = Array.from({ length: MOST_EXAMPLES }, (_, i) => i + 1);
  putSeveral(name, prompts, counts, answersTo, put);
  put(name, {}, 'change by order', changeByOrder(first(prompts, MOST_EXAMPLES), answersTo));
}

/** Measures what needs no training: copies, and the exact answer among all tasks. */
export function measureCopies({ prompts: count, several, ks }: PictureMeasures, put: Put): void {
  const tasks = TASK_SORTS.flatMap(tasksOfSort);
  const exact = ({ examples, query }: SeveralExamples): number[] =>
    exactPictureAnswer(examples, query, tasks)!;
  for (const sort of TASK_SORTS) {
    const prompts = askedPictures(sort, count);
    const byName: Readonly<Record<string, (prompt: PicturePrompt) => number[]>> = {
      [COPY_QUERY]: ({ query }) => channelsOf(query),
      [COPY_OUTPUT]: ({ examples }) => channelsOf(examples[0]!.output),
      [EXACT_PICTURE]: exact,
    };
    for (const [name, answer] of Object.entries(byName))
      putSort(name, prompts, prompts.map(answer), sort, put);
  }
  const prompts = askedSeveral(several, Math.max(...ks, 4));
  const counts = [...new Set([...ks, ...Array.from({ length: MOST_EXAMPLES }, (_, i) => i + 1)])];
  putSeveral(
    EXACT_PICTURE,
    prompts,
    counts.sort((a, b) => a - b),
    (of) => of.map(exact),
    put,
  );
}
