/**
 * Live figure: a mask is clicked together, and its three properties are decided at once by the
 * symbolic pass; a leak is drawn as the way that the label takes.
 */
import { checkList } from '../core/checks';
import { demand, knownKeys, quote } from '../core/errors';
import type { Block, MaskMatrix } from '../model/masks';
import { METHODS, type Method } from '../model/methods';
import * as positions from '../model/positions';
import { methodProperties, type Properties } from '../parts/invicl/theory/symbolic';

import type { Ink, LiveFigure, Place, Sheet } from './figure';
import { leakPath } from './leaks';
import { element, handle, line, text } from './svg';

/** What a reader may give of the figure. */
export interface MaskSettings {
  /** n + 1 rows of n: may example i (in the last row: the test) attend to example j? */
  readonly mask?: MaskMatrix;
}

const START = 'your own';
const [SAME, COUNTED] = ['the same for all examples', 'counted from left to right'];

/** Masks to start from, as functions of row and column; the test reads all examples. */
const PRESETS: Readonly<Record<string, (i: number, j: number) => boolean>> = {
  AR: (i, j) => j <= i,
  Prefix: () => true,
  BoE: (i, j) => i === j,
  'all but itself': (i, j) => i !== j,
};

interface MaskState {
  readonly mask: MaskMatrix;
  readonly positions: string;
}

const sizeOf = ({ mask }: MaskState): number => mask.length - 1;

const presetOf = (name: string, n: number): MaskMatrix =>
  Array.from({ length: n + 1 }, (_, i) =>
    Array.from({ length: n }, (_, j) => i === n || PRESETS[name]!(i, j)),
  );

/** The reader's mask as a method of the library; the test attends to itself too. */
function methodFrom({ mask, positions: kind }: MaskState): Method {
  const rowOf = ({ part, index }: Block): readonly boolean[] =>
    part === 'test' ? mask[mask.length - 1]! : mask[index]!;
  return {
    ...METHODS.ar,
    name: 'yours',
    positions: kind === SAME ? positions.symmetric : positions.absolute,
    mask: (row, column) =>
      column.part === 'test' ? row.part === 'test' : rowOf(row)[column.index]!,
  };
}

/** The properties of the mask with as many layers as a leak can need: n. */
const decided = (state: MaskState): Properties =>
  methodProperties(methodFrom(state), sizeOf(state), sizeOf(state));

/** Where grid and graph lie: side by side, or one below the other where that is too narrow. */
function placesOf({ width }: Sheet, n: number) {
  const beside = width >= 560;
  const cell = Math.min(46, ((beside ? width / 2 : width) - 60) / n);
  const gridHeight = 34 + cell * (n + 1);
  const radius = 92;
  const middle: Place = beside
    ? { x: width * 0.75, y: 150 }
    : { x: width / 2, y: gridHeight + 60 + radius };
  const height = beside ? Math.max(gridHeight + 14, 300) : middle.y + radius + 36;
  return { cell, left: 46, top: 34, radius, middle, height };
}

const nodeOf = (i: number, n: number, middle: Place, radius: number): Place => {
  const angle = (2 * Math.PI * i) / n - Math.PI / 2;
  return { x: middle.x + radius * Math.cos(angle), y: middle.y + radius * Math.sin(angle) };
};

/** An arrow between two nodes, bent to the right, so that the way back is another line. */
function arrow(from: Place, to: Place, colour: string, width: number): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const bend = {
    x: (from.x + to.x) / 2 - 0.14 * length * uy,
    y: (from.y + to.y) / 2 + 0.14 * length * ux,
  };
  const [sx, sy] = [from.x + 18 * ux - 5 * uy, from.y + 18 * uy + 5 * ux];
  const [ex, ey] = [to.x - 20 * ux - 6 * uy, to.y - 20 * uy + 6 * ux];
  const angle = Math.atan2(ey - bend.y, ex - bend.x);
  const wing = (side: number): string =>
    `${(ex - 9 * Math.cos(angle + side)).toFixed(1)} ${(ey - 9 * Math.sin(angle + side)).toFixed(1)}`;
  const d =
    `M${sx.toFixed(1)} ${sy.toFixed(1)} Q${bend.x.toFixed(1)} ${bend.y.toFixed(1)} ` +
    `${ex.toFixed(1)} ${ey.toFixed(1)} M${wing(0.45)} L${ex.toFixed(1)} ${ey.toFixed(1)} L${wing(-0.45)}`;
  return element('path', { d, fill: 'none', stroke: colour, 'stroke-width': width });
}

/** Who informs whom, as arrows; the way of a leak thick. */
function graph(state: MaskState, sheet: Sheet): string {
  const { ink } = sheet;
  const n = sizeOf(state);
  const { middle, radius } = placesOf(sheet, n);
  const at = (i: number): Place => nodeOf(i, n, middle, radius);
  const examples = state.mask.slice(0, n);
  const leak = leakPath(examples) ?? [];
  const leaks = (from: number, to: number): boolean =>
    leak.some((node, step) => node === from && leak[step + 1] === to);
  const arrows = examples.flatMap((row, reader) =>
    row.map((may, read) =>
      may && read !== reader
        ? leaks(read, reader)
          ? arrow(at(read), at(reader), ink.leak, 4)
          : arrow(at(read), at(reader), ink.line, 1.5)
        : '',
    ),
  );
  const nodes = examples.map((_, i) => {
    const { x, y } = at(i);
    const colour = leak.includes(i) ? ink.leak : ink.text;
    return (
      element('circle', {
        cx: x,
        cy: y,
        r: 16,
        fill: ink.paper,
        stroke: colour,
        'stroke-width': 2,
      }) + text(x, y + 5, String(i + 1), colour, { 'text-anchor': 'middle' })
    );
  });
  const title = text(middle.x, middle.y - radius - 26, 'information flows', ink.soft, {
    'text-anchor': 'middle',
  });
  return title + arrows.join('') + nodes.join('');
}

const nameOf = (i: number, n: number): string => (i === n ? 't' : String(i + 1));
const spoken = (i: number, n: number): string => (i === n ? 'the test' : `example ${i + 1}`);

/** The cells, filled where the row may attend to the column. */
function grid(state: MaskState, sheet: Sheet): string {
  const { ink } = sheet;
  const n = sizeOf(state);
  const { cell, left, top } = placesOf(sheet, n);
  const columns = Array.from({ length: n }, (_, j) =>
    text(left + cell * (j + 0.5), top - 8, String(j + 1), ink.text, { 'text-anchor': 'middle' }),
  );
  const rows = state.mask.map((row, i) => {
    const name = text(left - 12, top + cell * (i + 0.5) + 5, nameOf(i, n), ink.text, {
      'text-anchor': 'end',
    });
    const cells = row.map((may, j) => oneCell(may, i, j, sheet, n, cell, left, top));
    return name + cells.join('');
  });
  return columns.join('') + rows.join('');
}

function oneCell(
  may: boolean,
  i: number,
  j: number,
  { ink }: { readonly ink: Ink },
  n: number,
  cell: number,
  left: number,
  top: number,
): string {
  const [x, y] = [left + cell * j, top + cell * i];
  const box = element('rect', {
    x: x + 1.5,
    y: y + 1.5,
    width: cell - 3,
    height: cell - 3,
    fill: may ? ink.ar : ink.paper,
    stroke: ink.line,
  });
  const [far, near] = [cell * 0.68, cell * 0.32];
  const tick = may
    ? line([x + near, y + cell / 2], [x + far, y + cell / 2], ink.paper, { 'stroke-width': 3 }) +
      line([x + cell / 2, y + near], [x + cell / 2, y + far], ink.paper, { 'stroke-width': 3 })
    : '';
  const label = `${spoken(i, n)} attends to example ${j + 1}`;
  return handle(`cell ${i} ${j}`, label, 'checkbox', box + tick, { 'aria-checked': String(may) });
}

function checkedMask(mask: MaskMatrix): MaskMatrix {
  checkList('mask', mask, 'rows', Array.isArray);
  const n = mask.length - 1;
  demand(
    n >= 2 &&
      n <= 5 &&
      mask.every((row) => row.length === n && row.every((may) => typeof may === 'boolean')),
    () =>
      `mask must be n + 1 rows of n times true or false with n from 2 to 5, got ${quote(mask)}.`,
    'Give a row for each example, and the last one for the test.',
  );
  return mask.map((row) => [...row]);
}

const YES = (value: boolean): string => (value ? 'yes' : 'no');

/** Which preset the mask is. */
const presetNow = ({ mask }: MaskState): string =>
  Object.keys(PRESETS).find(
    (name) => JSON.stringify(presetOf(name, mask.length - 1)) === JSON.stringify(mask),
  ) ?? START;

/** The figure; it needs no model. */
export function maskFigure(): LiveFigure<MaskState> {
  return {
    title: 'Click a mask together',
    help:
      'Click a cell, or choose it with tab and arrow keys and press the space bar: may the row ' +
      'attend to the column? t is the test input.',
    start(given) {
      knownKeys('liveMask', given, ['mask']);
      const { mask = presetOf('AR', 4) } = given as MaskSettings;
      return { mask: checkedMask(mask), positions: SAME };
    },
    draw: (state, sheet) => ({
      height: placesOf(sheet, sizeOf(state)).height,
      svg: grid(state, sheet) + graph(state, sheet),
    }),
    say(state) {
      const { invariant, leakFree, interdependence } = decided(state);
      const path = leakPath(state.mask.slice(0, -1));
      const way =
        path === null
          ? ''
          : ` The label of example ${path[0]! + 1} comes back to it: ${path.map((i) => i + 1).join(' → ')}.`;
      return (
        `Invariant: ${YES(invariant)}. Free of leaks: ${YES(leakFree)}. ` +
        `Interdependence: ${interdependence}.${way}`
      );
    },
    numbers(state) {
      const { invariant, leakFree, interdependence } = decided(state);
      return {
        invariant: Number(invariant),
        leakFree: Number(leakFree),
        interdependence: { none: 0, partial: 1, full: 2 }[interdependence],
      };
    },
    controls: () => [
      {
        kind: 'choice',
        label: 'Mask',
        options: [START, ...Object.keys(PRESETS)],
        value: presetNow,
        change: (now, name) =>
          name === START ? now : { ...now, mask: presetOf(name, sizeOf(now)) },
      },
      {
        kind: 'choice',
        label: 'Positions',
        options: [SAME, COUNTED],
        value: ({ positions: kind }) => kind,
        change: (now, kind) => ({ ...now, positions: kind }),
      },
    ],
    press(state, key) {
      const [, i, j] = key.split(' ').map(Number) as [number, number, number];
      const mask = state.mask.map((row, r) =>
        row.map((may, c) => (r === i && c === j ? !may : may)),
      );
      return { ...state, mask };
    },
  };
}
