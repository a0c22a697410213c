/**
 * What is measured of models of maps of pictures: right answers to each of the six tasks, with an
 * example and without one, and how many colours come up when one query is drawn several times.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import type { PictureQuestion } from './pictures/canvasanswers';
import { drawnAnswers, pictureOfSigned, saidAtOnce } from './pictures/mapmodels';
import type { Picture } from './pictures/picture';
import {
  MAP_TASKS,
  coloursOfAnswer,
  drawMapPrompt,
  isRightMap,
  type MapPrompt,
  type MapTask,
} from './pictures/picturemaps';
import type { PictureModel } from './pictures/picturemodel';

/** How much is asked. */
export interface MapMeasures {
  /** Prompts of each task. */
  readonly prompts: number;
  /** Queries that are drawn several times, and how often. */
  readonly repeated: number;
  readonly draws: number;
  /** Prompts along training. */
  readonly watched: number;
}

/** Who is measured: a model, and the seed of its noise. */
export interface MapSubject {
  readonly model: PictureModel;
  readonly seed: number;
}

/** How records call the copy of the query. */
export const COPY_MAP = 'copied map';

/** A task in words. */
export const mapTaskName = ({ from, to }: MapTask): string => `${from} to ${to}`;

/** Groups of tasks: those with one right answer, and those back to colours. */
const GROUPS = {
  'one right answer': ({ to }: MapTask): boolean => to !== 'colours',
  'back to colours': ({ to }: MapTask): boolean => to === 'colours',
} as const;

/** Prompts of every task, the same for all seeds. */
const askedMaps = (count: number): MapPrompt[] =>
  MAP_TASKS.flatMap((task) => {
    const random = stream(EVALUATION_SEED, 'prompts on maps', mapTaskName(task));
    return Array.from({ length: count }, () => drawMapPrompt(random, task));
  });

/** The pictures of a model: drawn from noise, or said at once. */
export const mapPictures = (
  { model, seed }: MapSubject,
  questions: readonly PictureQuestion[],
): Picture[] =>
  model.config.noiseSteps > 0
    ? drawnAnswers(stream(EVALUATION_SEED, 'noise', seed), model, questions).map(pictureOfSigned)
    : saidAtOnce(model, questions);

/** Records shares of right answers: of each task, and of each group. */
function putRight(
  name: string,
  prompts: readonly MapPrompt[],
  pictures: readonly Picture[],
  rest: string,
  put: Put,
): void {
  const right = prompts.map((prompt, i) => Number(isRightMap(pictures[i]!, prompt)));
  const shareOf = (of: (task: MapTask) => boolean): number =>
    mean(right.filter((_, i) => of(prompts[i]!.task)));
  for (const task of MAP_TASKS)
    put(
      name,
      {},
      `right, ${mapTaskName(task)}${rest}`,
      shareOf(({ from, to }) => from === task.from && to === task.to),
    );
  for (const [group, belongs] of Object.entries(GROUPS))
    put(name, {}, `right, ${group}${rest}`, shareOf(belongs));
}

const questionsOf = (prompts: readonly MapPrompt[], shown = true): PictureQuestion[] =>
  prompts.map(({ example, query }) => ({ example: shown ? example : null, query }));

/** Measures a model along training. */
export function watchMaps(
  subject: MapSubject,
  { watched }: MapMeasures,
  name: string,
): (put: Put) => void {
  const prompts = askedMaps(watched);
  return (put) => {
    const pictures = mapPictures(subject, questionsOf(prompts));
    const right = prompts.map((prompt, i) => Number(isRightMap(pictures[i]!, prompt)));
    put(name, {}, 'right along training', mean(right));
  };
}

/** Measures how many colours the first shape takes when one query is drawn several times. */
function measureDraws(subject: MapSubject, sizes: MapMeasures, name: string, put: Put): void {
  const random = stream(EVALUATION_SEED, 'queries drawn several times');
  const task = { from: 'silhouette', to: 'colours' } as const;
  const prompts = Array.from({ length: sizes.repeated }, () => drawMapPrompt(random, task));
  const often = prompts.flatMap((one) => new Array<MapPrompt>(sizes.draws).fill(one));
  const pictures = mapPictures(subject, questionsOf(often));
  const colours = prompts.map((prompt, p) => {
    const own = pictures.slice(p * sizes.draws, (p + 1) * sizes.draws);
    const found = own.map((picture) => coloursOfAnswer(picture, prompt.scene)?.[0]);
    return new Set(found.filter((one) => one !== undefined)).size;
  });
  put(name, {}, 'colours of a shape', mean(colours));
}

/** Measures a model at the end. */
export function measureMaps(subject: MapSubject, sizes: MapMeasures, name: string, put: Put): void {
  const prompts = askedMaps(sizes.prompts);
  putRight(name, prompts, mapPictures(subject, questionsOf(prompts)), '', put);
  const alone = mapPictures(subject, questionsOf(prompts, false));
  putRight(name, prompts, alone, ', no example', put);
  measureDraws(subject, sizes, name, put);
}

/** Measures the copy of the query. */
export function measureCopiedMaps({ prompts: count }: MapMeasures, put: Put): void {
  const prompts = askedMaps(count);
  putRight(
    COPY_MAP,
    prompts,
    prompts.map(({ query }) => query),
    '',
    put,
  );
}
