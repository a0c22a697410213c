/**
 * Tasks that lead from a picture to one of its maps and back. A scene of filled shapes is shown in
 * colours, as white outlines or as a white silhouette; a task leads from one of the three to another,
 * so that each forward task has its inverse. Back to colours there are many right answers: nothing
 * says which colour a shape had.
 * Reference: Wang et al. (2023, arXiv 2305.01115, Prompt Diffusion), who train on three maps of natural
 * images (depth, edges, segments) and the three inverses.
 */
import { checkFields, checkStream, type Check } from '../../../core/checks';
import { lookUp, plainObject } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { SHAPE_COLOURS, checkPicture, type Picture, type PicturePair } from './picture';
import { drawPicture, pixelNeighbours } from './picturedrawing';
import { changedPicture } from './picturetasks';

/** Ways to show a scene. */
export const MAPS = ['colours', 'outline', 'silhouette'] as const;

/** One of them. */
export type PictureMap = (typeof MAPS)[number];

/** From one way to another. */
export interface MapTask {
  readonly from: PictureMap;
  readonly to: PictureMap;
}

/** All six tasks. */
export const MAP_TASKS: readonly MapTask[] = MAPS.flatMap((from) =>
  MAPS.filter((to) => to !== from).map((to) => ({ from, to })),
);

const WHITE = 7;
const SOLID = { changes: ['remove', 'fill'] as const, colour: null };
const HOLLOW = { changes: ['edge'] as const, colour: null };

/** A scene in colours: a random picture without dots, all shapes filled. */
export function drawScene(random: Stream): Picture {
  checkStream(random);
  return changedPicture(SOLID, drawPicture(random));
}

/**
 * A scene in one of the three ways.
 *
 * @param scene in colours
 * @throws CourseError when it is no picture, or there is no such way
 */
export function shownAs(map: PictureMap, scene: Picture): Picture {
  checkPicture('A scene', scene);
  lookUp('map', NAMES, map);
  if (map === 'colours') return scene;
  const lines = map === 'outline' ? changedPicture(HOLLOW, scene) : scene;
  return lines.map((colour) => (colour > 0 ? WHITE : 0));
}

const NAMES = { colours: 0, outline: 0, silhouette: 0 } as const;

/** Refuses what is no task from one way to another. */
function checkMapTask(task: MapTask): void {
  const isMap: Check = (_, map) => void lookUp('map', NAMES, map as string);
  checkFields('A task on maps', task, { from: isMap, to: isMap });
}

/** A prompt of such a task. */
export interface MapPrompt {
  readonly task: MapTask;
  readonly example: PicturePair;
  readonly query: Picture;
  /** The scene of the query, in colours. */
  readonly scene: Picture;
  /** One right answer; to colours there are others. */
  readonly answer: Picture;
}

/**
 * A prompt with one example of a task; of a random one when none is given.
 *
 * @throws CourseError when there is no stream, or no such task
 */
export function drawMapPrompt(random: Stream, given?: MapTask): MapPrompt {
  checkStream(random);
  if (given !== undefined) checkMapTask(given);
  const task = given ?? MAP_TASKS[random.integer(MAP_TASKS.length)]!;
  const shown = (): PicturePair & { readonly scene: Picture } => {
    const scene = drawScene(random);
    return { input: shownAs(task.from, scene), output: shownAs(task.to, scene), scene };
  };
  const [example, { input, output, scene }] = [shown(), shown()];
  return {
    task,
    example: { input: example.input, output: example.output },
    query: input,
    scene,
    answer: output,
  };
}

/** The places of each connected shape of a scene. */
function shapesOf(scene: Picture): number[][] {
  const found: number[][] = [];
  const seen = new Set<number>();
  scene.forEach((colour, place) => {
    if (colour === 0 || seen.has(place)) return;
    const shape = [place];
    seen.add(place);
    for (const one of shape)
      for (const beside of pixelNeighbours(one, true))
        if (scene[beside]! > 0 && !seen.has(beside)) {
          seen.add(beside);
          shape.push(beside);
        }
    found.push(shape);
  });
  return found;
}

/**
 * The colours of the shapes of a right answer in colours; null where the answer is not right.
 *
 * @param scene in colours
 * @throws CourseError when a picture is none
 */
export function coloursOfAnswer(answer: Picture, scene: Picture): number[] | null {
  checkPicture('An answer', answer);
  checkPicture('A scene', scene);
  if (answer.some((colour, i) => colour > 0 !== scene[i]! > 0)) return null;
  const colours = shapesOf(scene).map((shape) => new Set(shape.map((place) => answer[place]!)));
  const single = colours.every((set) => set.size === 1 && SHAPE_COLOURS.includes([...set][0]!));
  return single ? colours.map((set) => [...set][0]!) : null;
}

/**
 * Whether a picture is a right answer: the map itself or, where colours are asked for, every shape in
 * one colour of its own.
 *
 * @throws CourseError when a picture is none
 */
export function isRightMap(answer: Picture, prompt: MapPrompt): boolean {
  plainObject('A prompt on maps', prompt);
  const { task, scene } = prompt;
  checkMapTask(task);
  if (task.to === 'colours') return coloursOfAnswer(answer, scene) !== null;
  checkPicture('An answer', answer);
  const right = shownAs(task.to, scene);
  return answer.every((colour, i) => colour === right[i]);
}
