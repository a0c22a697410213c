/**
 * Six tasks on pictures, pairs of them, and prompts: examples of a task, a query, and its answer. As
 * every task is known, so is the exact answer: the mean over all tasks that fit the examples.
 * References: Bar et al. (2022, arXiv 2209.00647), who ask for segmentation, edges, colours and
 * compositions of synthetic changes; the exact answer is the course's.
 */
import { checkEach, checkFields, checkStream } from '../../../core/checks';
import { demand, lookUp, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import {
  SHAPE_COLOURS,
  PICTURE_SIDE,
  channelsOf,
  checkPicturePairs,
  checkPicture,
  type Picture,
  type PicturePair,
} from './picture';
import { drawPicture, pixelNeighbours } from './picturedrawing';

/** Everything that is coloured: `of` gives a pixel its new colour. */
const mapped = (picture: Picture, of: (colour: number, place: number) => number): Picture =>
  picture.map(of);

/** Single dots vanish: coloured pixels without a coloured neighbour. */
const remove = (picture: Picture): Picture =>
  mapped(picture, (colour, place) =>
    pixelNeighbours(place, true).some((one) => picture[one]! > 0) ? colour : 0,
  );

/** Black pixels from which no way over black leads to the border take the colour to their left. */
function fill(picture: Picture): Picture {
  const onBorder = (place: number): boolean => pixelNeighbours(place, false).length < 4;
  const outside = new Set(picture.flatMap((c, i) => (c === 0 && onBorder(i) ? [i] : [])));
  for (const place of outside)
    for (const one of pixelNeighbours(place, false)) if (picture[one] === 0) outside.add(one);
  const filled = [...picture];
  filled.forEach((colour, i) => {
    if (colour === 0 && !outside.has(i)) filled[i] = filled[i - 1]!;
  });
  return filled;
}

/** Pixels with four coloured neighbours turn black, so that shapes become outlines. */
const edge = (picture: Picture): Picture =>
  mapped(picture, (colour, place) => {
    const beside = pixelNeighbours(place, false);
    return beside.length === 4 && beside.every((one) => picture[one]! > 0) ? 0 : colour;
  });

const recolour = (picture: Picture, to: number): Picture =>
  mapped(picture, (colour) => (colour > 0 ? to : 0));

/** Left and right are exchanged. */
const mirror = (picture: Picture): Picture =>
  picture.map((_, i) => picture[i - (i % PICTURE_SIDE) + PICTURE_SIDE - 1 - (i % PICTURE_SIDE)]!);

/** Every channel that is on is switched off, and the other way round. */
const invert = (picture: Picture): Picture => mapped(picture, (colour) => 7 - colour);

/** The tasks by name, in the order in which two of them are composed. */
const CHANGES = { remove, fill, edge, recolour, mirror, invert } as const;

/** The name of a task. */
export type PictureChange = keyof typeof CHANGES;

/** All names of tasks, in the order in which two of them are composed. */
export const PICTURE_CHANGES = Object.keys(CHANGES) as PictureChange[];

/** One or two changes, one after the other, and the colour of recolouring. */
export interface PictureTask {
  readonly changes: readonly PictureChange[];
  /** The colour that shapes take, from 1 to 6; only for tasks that recolour. */
  readonly colour: number | null;
}

/** The name of a task without its colour, such as 'fill + mirror'. */
export function taskName(task: PictureTask): string {
  checkPictureTask(task);
  return task.changes.join(' + ');
}

/** Changes without their colour. */
type Changes = readonly PictureChange[];

/** The six tasks that are one change. */
export const SINGLE_CHANGES: readonly Changes[] = PICTURE_CHANGES.map((one) => [one]);

const PAIRS: readonly Changes[] = PICTURE_CHANGES.flatMap((first, i) =>
  PICTURE_CHANGES.slice(i + 1).map((second): Changes => [first, second]),
).filter(([first, second]) => !(first === 'fill' && second === 'edge'));

/** Pairs of changes that no training shows: every change is in one of them, and in pairs that are shown. */
export const HELD_OUT_CHANGES: readonly Changes[] = [
  ['remove', 'mirror'],
  ['fill', 'recolour'],
  ['edge', 'invert'],
  ['recolour', 'mirror'],
];

const isHeldOut = (changes: Changes): boolean =>
  HELD_OUT_CHANGES.some((held) => held.join() === changes.join());

/** Pairs of changes that training shows. Filling and then hollowing out is hollowing out, so left out. */
export const TRAINED_CHANGES: readonly Changes[] = PAIRS.filter((changes) => !isHeldOut(changes));

/** Which tasks a prompt is drawn from. */
export type TaskSort = 'single' | 'pair' | 'held out';

const SORTS: Readonly<Record<TaskSort, readonly Changes[]>> = {
  single: SINGLE_CHANGES,
  pair: TRAINED_CHANGES,
  'held out': HELD_OUT_CHANGES,
};

const coloursOf = (changes: Changes): readonly (number | null)[] =>
  changes.includes('recolour') ? SHAPE_COLOURS : [null];

/** Every task of a sort, with every colour. */
export const tasksOfSort = (sort: TaskSort): PictureTask[] =>
  lookUp('sort of tasks', SORTS, sort).flatMap((changes) =>
    coloursOf(changes).map((colour) => ({ changes, colour })),
  );

/**
 * Refuses what is no task.
 *
 * @throws CourseError quoting what is none
 */
export function checkPictureTask(task: PictureTask): void {
  checkFields('A task on pictures', task, { changes: () => undefined, colour: () => undefined });
  demand(
    Array.isArray(task.changes) && task.changes.length > 0,
    () => 'A task on pictures without changes was given.',
    `Name at least one of ${PICTURE_CHANGES.join(', ')}.`,
  );
  for (const change of task.changes) lookUp('task on pictures', CHANGES, change);
  if (task.changes.includes('recolour')) positiveInteger('colour', task.colour!, 1, 6);
}

/**
 * The picture after a task.
 *
 * @throws CourseError when there is no such task, or it is no picture
 */
export function changedPicture(task: PictureTask, picture: Picture): Picture {
  checkPictureTask(task);
  checkPicture('A picture', picture);
  return task.changes.reduce<Picture>(
    (before, change) => CHANGES[change](before, task.colour ?? 0),
    picture,
  );
}

/** Examples of a task, a query, and its answer. */
export interface PicturePrompt {
  readonly task: PictureTask;
  readonly examples: readonly PicturePair[];
  readonly query: Picture;
  readonly answer: Picture;
}

/**
 * A random task: each name equally often, whatever the number of its colours.
 *
 * @throws CourseError when there is no stream, or no such sort
 */
export function drawPictureTask(random: Stream, sort: TaskSort): PictureTask {
  checkStream(random);
  const names = lookUp('sort of tasks', SORTS, sort);
  const changes = names[random.integer(names.length)]!;
  const colours = coloursOf(changes);
  return { changes, colour: colours[random.integer(colours.length)]! };
}

/**
 * A prompt with n examples of a task.
 *
 * @throws CourseError when there is no stream or task, or n is negative
 */
export function drawPicturePrompt(random: Stream, task: PictureTask, n: number): PicturePrompt {
  checkStream(random);
  checkPictureTask(task);
  positiveInteger('The number of examples', n, 0, 1000);
  const pairs = Array.from({ length: n + 1 }, () => {
    const input = drawPicture(random);
    return { input, output: changedPicture(task, input) };
  });
  const { input: query, output: answer } = pairs[n]!;
  return { task, examples: pairs.slice(0, n), query, answer };
}

/**
 * The exact answer: the mean, channel by channel, of what all tasks that fit every example make of
 * the query. A task counts by the share of its name among all names, and its colours share that.
 *
 * @param tasks what is thought possible, such as tasksOfSort('single')
 * @returns PICTURE_SIDE x PICTURE_SIDE x 3 probabilities; null when no task fits
 * @throws CourseError when there are no pictures or tasks
 */
export function exactPictureAnswer(
  examples: readonly PicturePair[],
  query: Picture,
  tasks: readonly PictureTask[],
): number[] | null {
  checkPicturePairs('examples', examples);
  checkPicture('The query', query);
  checkEach(
    'Tasks',
    tasks,
    'tasks on pictures',
    (_, one) => checkPictureTask(one as PictureTask),
    1,
  );
  const fitting = tasks.filter((task) =>
    examples.every(({ input, output }) =>
      changedPicture(task, input).every((colour, i) => colour === output[i]),
    ),
  );
  if (fitting.length === 0) return null;
  const weights = fitting.map((task) => 1 / coloursOf(task.changes).length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Array<number>(PICTURE_SIDE * PICTURE_SIDE * 3).fill(0);
  fitting.forEach((task, t) =>
    channelsOf(changedPicture(task, query)).forEach(
      (on, i) => (mean[i]! += (on * weights[t]!) / total),
    ),
  );
  return mean;
}
