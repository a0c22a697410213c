/**
 * Live figure: points of two classes are clicked together in the plane, and two maps follow: the
 * probability of class 1 by a trained network, and by the exact answer to what it was trained on.
 * Reference: Wu et al. (ICLR 2025), whose kinds of tasks have two classes in the plane.
 */
import type { Classifier, ClassifierNetwork } from '../classifiers/classifier';
import { posteriorPredictive } from '../parts/fewshot/posteriors';

import type { Control, LiveFigure } from './figure';
import {
  mapCellOf,
  compared,
  MAP_PARTS,
  withPart,
  type ClassPoint,
  type Comparison,
  type Shares,
} from './planeanswers';
import { drawnPlane, placesOf, pointAt } from './planedrawing';
import {
  checkPlaneOutput,
  EDGE,
  MOST_POINTS,
  planeNetwork,
  type PlaneContext,
  type PlaneOutput,
} from './planeoutput';
import { shown, shownPoint } from './svg';

interface PlaneState {
  readonly output: PlaneOutput;
  readonly network: ClassifierNetwork;
  readonly exact: Classifier;
  readonly points: readonly ClassPoint[];
  /** Of the points that are added. */
  readonly label: 0 | 1;
  /** Does a click on a point remove it? Otherwise it flips its class. */
  readonly removes: boolean;
  readonly cursor: readonly [number, number];
  /** The network's map and the exact one; of earlier points while no part is computed. */
  readonly maps: readonly [Shares, Shares];
  /** So many parts of the maps are computed. */
  readonly parts: number;
}

const STEP = 0.2;
/** Closer than this to a point, the cross-hairs are on it. */
const NEAR = 0.15;
const CLASSES = ['class 0', 'class 1'] as const;
const PRESSES = ['flips its class', 'removes it'] as const;

const pointsOf = ({ X, y }: PlaneContext): ClassPoint[] =>
  X.map(([a, b], i) => ({ at: [a!, b!], label: y[i] as 0 | 1 }));

/** A place in the plane, at its edge where it lies outside. */
const inside = (x: number, y: number): [number, number] => {
  const one = (value: number): number =>
    Math.round(100 * Math.max(-EDGE, Math.min(EDGE, value))) / 100;
  return [one(x), one(y)];
};

/** The state with other points, whose maps are not computed. */
const withPoints = (state: PlaneState, points: readonly ClassPoint[]): PlaneState => ({
  ...state,
  points,
  parts: 0,
  maps: points.length > 0 ? state.maps : [[], []],
});

const withPoint = (state: PlaneState, i: number, to: Partial<ClassPoint>): PlaneState =>
  withPoints(
    state,
    state.points.map((one, j) => (i === j ? { ...one, ...to } : one)),
  );

/** A click on a point, or Enter at it. */
const pressed = (state: PlaneState, i: number): PlaneState =>
  state.removes
    ? withPoints(
        state,
        state.points.filter((_, j) => j !== i),
      )
    : withPoint(state, i, { label: state.points[i]!.label === 0 ? 1 : 0 });

/** A click at a place, or Enter at the cross-hairs: a new point, or a press of the one there. */
function pressedAt(before: PlaneState, at: readonly [number, number]): PlaneState {
  const state = { ...before, cursor: at };
  const there = state.points.findIndex(
    (point) => Math.hypot(point.at[0] - at[0], point.at[1] - at[1]) < NEAR,
  );
  if (there >= 0) return pressed(state, there);
  if (state.points.length === MOST_POINTS) return before;
  return withPoints(state, [...state.points, { at, label: state.label }]);
}

/** The number of a point from its handle; null for the cross-hairs and the maps. */
const numberOf = (key: string): number | null =>
  key.includes('point ') ? Number(key.replace(/^.*point /, '')) : null;

const isComplete = ({ points, parts }: PlaneState): boolean =>
  points.length > 0 && parts === MAP_PARTS;

/** The probabilities of class 1 in the cell of the cross-hairs, by both maps. */
const atCursor = ({ cursor, maps }: PlaneState): [number, number] => {
  const [column, row] = [mapCellOf(cursor[0]), mapCellOf(cursor[1])];
  return [maps[0][row]![column]!, maps[1][row]![column]!];
};

const percent = (share: number): string => `${shown(100 * share, 0)} %`;

/** How the maps compare, in words. */
const comparisonInWords = (name: string, { same, largest, ones, possible }: Comparison): string =>
  possible
    ? `${name} and the exact answer give the same class on ${percent(same)} of the grid; their ` +
      `probabilities of class 1 differ by up to ${shown(largest, 2)}.`
    : 'No task that the exact answer is for has these labels, so it is 1/2 everywhere; ' +
      `${name} gives class 1 on ${percent(ones)} of the grid and differs from 1/2 by up to ` +
      `${shown(largest, 2)}.`;

/** The state with the first of its contexts. */
function started(given: object): PlaneState {
  const output = given as PlaneOutput;
  checkPlaneOutput(output);
  const exact = posteriorPredictive(output.of);
  const start = {
    ...{ output, exact, network: planeNetwork(output), points: pointsOf(output.contexts[0]!) },
    ...{ label: 1 as const, removes: false, parts: 0, maps: [[], []] as const },
  };
  return { ...start, cursor: [0, 0] };
}

const controls = ({ output }: PlaneState): readonly Control<PlaneState>[] => [
  {
    kind: 'choice',
    label: 'New points are of',
    options: CLASSES,
    value: ({ label }) => CLASSES[label],
    change: (before, name) => ({ ...before, label: name === CLASSES[0] ? 0 : 1 }),
  },
  {
    kind: 'choice',
    label: 'A click on a point',
    options: PRESSES,
    value: ({ removes }) => PRESSES[removes ? 1 : 0],
    change: (before, name) => ({ ...before, removes: name === PRESSES[1] }),
  },
  ...output.contexts.map((context): Control<PlaneState> => ({
    kind: 'button',
    label: context.name,
    press: (before) => withPoints(before, pointsOf(context)),
  })),
  { kind: 'button', label: 'No points', press: (before) => withPoints(before, []) },
];

/** The figure; its network comes with the output. */
export const planeFigure = (): LiveFigure<PlaneState> => ({
  title: 'Click a context together',
  help:
    'Click an empty place to add a point, drag a point, or click it to flip its class. By keys: ' +
    'choose the cross-hairs or a point with the tab key, move it with the arrow keys, and press ' +
    'Enter to add or flip.',
  start: started,
  draw: ({ output, network, maps, points, cursor }, sheet) =>
    drawnPlane(
      {
        titles: [network.name, `exact answer (${output.of.kind})`],
        shares: maps,
        points,
        cursor,
      },
      sheet,
    ),
  say(state) {
    const { points, network, cursor, maps, parts } = state;
    if (points.length === 0)
      return 'There is no point. Click a map, or press Enter at the cross-hairs, to add one.';
    const full = points.length === MOST_POINTS ? ` ${MOST_POINTS} points are the most.` : '';
    if (!isComplete(state))
      return `${parts} of ${MAP_PARTS} parts of the maps are computed.${full}`;
    const [own, exact] = atCursor(state);
    return (
      `${comparisonInWords(network.name, compared(...maps))} At the cross-hairs, ` +
      `${shownPoint(...cursor)}, ${network.name} gives class 1 the probability ` +
      `${shown(own, 2)}, the exact answer ${shown(exact, 2)}.${full}`
    );
  },
  numbers(state) {
    const counts = { points: state.points.length, computed: state.parts };
    if (!isComplete(state)) return counts;
    const [network, exact] = atCursor(state);
    const { possible, ...rest } = compared(...state.maps);
    return { ...counts, ...rest, possible: Number(possible), network, exact };
  },
  later(state, whole = false) {
    let next = state;
    while (next.points.length > 0 && next.parts < MAP_PARTS) {
      const { network, exact, points, parts, maps } = next;
      const own = withPart(maps[0], parts, (prompts) => network.logits(prompts), points);
      const best = withPart(maps[1], parts, (prompts) => exact.logProbabilities(prompts), points);
      next = { ...next, maps: [own, best], parts: parts + 1 };
      if (!whole) break;
    }
    return next === state ? null : next;
  },
  controls,
  press(state, key, at, sheet) {
    const i = numberOf(key);
    if (i !== null) return pressed(state, i);
    if (key === 'cursor' || !at || !sheet) return pressedAt(state, state.cursor);
    const map = placesOf(sheet).maps[key === 'left' ? 0 : 1];
    return pressedAt(state, inside(...pointAt(map, at)));
  },
  drag(state, key, to, sheet) {
    if (key === 'left' || key === 'right') return state;
    const map = placesOf(sheet).maps[key.startsWith('right') ? 1 : 0];
    const at = inside(...pointAt(map, to));
    const i = numberOf(key);
    return i === null ? { ...state, cursor: at } : withPoint(state, i, { at });
  },
  arrow(state, key, dx, dy) {
    const i = numberOf(key);
    const [x, y] = i === null ? state.cursor : state.points[i]!.at;
    const at = inside(x + STEP * dx, y + STEP * dy);
    return i === null ? { ...state, cursor: at } : withPoint(state, i, { at });
  },
  close: ({ network }) => network.dispose(),
});
