/** The drawing of the plane: two maps, the line where the classes are equally likely, the points. */
import type { Ink, Place, Sheet } from './figure';
import {
  axisBelow,
  axisLeft,
  element,
  handle,
  line,
  scaleOf,
  shownPoint,
  svgText,
  type Scale,
} from './svg';
import { CELLS, REACH, likelierClass, type ClassPoint, type Shares } from './planeanswers';

/** Where a map lies. */
export interface MapPlace {
  readonly across: Scale;
  readonly up: Scale;
  readonly top: number;
}

/** The maps have a width of their own where they stand side by side. */
const [MARGIN, HEAD, FOOT, GAP, WIDE] = [28, 26, 50, 34, 600];

/** Both maps, beside each other, or one below the other on a narrow sheet; and the height. */
export function placesOf({ width }: Sheet): {
  readonly maps: readonly [MapPlace, MapPlace];
  readonly height: number;
} {
  const wide = width >= WIDE;
  const side = wide ? (width - 2 * MARGIN - GAP) / 2 - 8 : Math.min(360, width - MARGIN - 16);
  const mapAt = (left: number, top: number): MapPlace => ({
    across: scaleOf(-REACH, REACH, left, left + side),
    up: scaleOf(-REACH, REACH, top + side, top),
    top,
  });
  const below = HEAD + side + FOOT;
  const second = wide ? mapAt(MARGIN + side + GAP + MARGIN, HEAD) : mapAt(MARGIN, below + HEAD);
  return { maps: [mapAt(MARGIN, HEAD), second], height: wide ? below : 2 * below };
}

/** A place on the sheet as a point of the plane. */
export const pointAt = ({ across, up }: MapPlace, { x, y }: Place): [number, number] => [
  across.back(x),
  up.back(y),
];

/** The cells of a map; the surer the answer, the stronger the colour. */
function cells(shares: Shares, { across, up }: MapPlace, ink: Ink): string {
  const size = (across(REACH) - across(-REACH)) / CELLS;
  return shares
    .flatMap((row, i) =>
      row.map((share, j) =>
        element('rect', {
          x: across(-REACH) + j * size,
          y: up(-REACH) - (i + 1) * size,
          width: size,
          height: size,
          fill: share > 0.5 ? ink.invicl : ink.ar,
          'fill-opacity': Math.round(75 * Math.abs(2 * share - 1)) / 100,
        }),
      ),
    )
    .join('');
}

/** The sides between cells of different classes. */
function boundary(shares: Shares, { across, up }: MapPlace, ink: Ink): string {
  const size = (across(REACH) - across(-REACH)) / CELLS;
  const [left, bottom] = [across(-REACH), up(-REACH)];
  const at = (i: number, j: number): 0 | 1 | null => likelierClass(shares[i]?.[j] ?? 0.5);
  const differ = (a: 0 | 1 | null, b: 0 | 1 | null): boolean => a !== null && b !== null && a !== b;
  const sides = shares.flatMap((row, i) =>
    row.map((_, j) => {
      const [x, y] = [left + (j + 1) * size, bottom - (i + 1) * size].map((v) => v.toFixed(1));
      return (
        (differ(at(i, j), at(i, j + 1)) ? `M${x} ${y}v${size.toFixed(1)}` : '') +
        (differ(at(i, j), at(i + 1, j)) ? `M${x} ${y}h${(-size).toFixed(1)}` : '')
      );
    }),
  );
  return element('path', { d: sides.join(''), stroke: ink.text, 'stroke-width': 2, fill: 'none' });
}

/** The mark of a class: a circle for class 0, a cross for class 1. */
export function classMark(x: number, y: number, label: 0 | 1, ink: Ink): string {
  if (label === 0)
    return element('circle', {
      cx: x,
      cy: y,
      r: 6,
      fill: ink.paper,
      stroke: ink.text,
      'stroke-width': 2,
    });
  const cross = (colour: string, width: number): string =>
    [1, -1]
      .map((way) =>
        line([x - 6, y - 6 * way], [x + 6, y + 6 * way], colour, { 'stroke-width': width }),
      )
      .join('');
  return cross(ink.paper, 6) + cross(ink.text, 3);
}

/** The cross-hairs. */
function crossHairs(x: number, y: number, ink: Ink): string {
  const arms = { 'stroke-width': 1.5 };
  return (
    line([x - 14, y], [x + 14, y], ink.text, arms) +
    line([x, y - 14], [x, y + 14], ink.text, arms) +
    element('circle', { cx: x, cy: y, r: 9, fill: 'none', stroke: ink.text })
  );
}

/** What is drawn of a state. */
export interface PlaneView {
  readonly titles: readonly [string, string];
  readonly shares: readonly [Shares, Shares];
  readonly points: readonly ClassPoint[];
  readonly cursor: readonly [number, number];
}

/** One map; only the handles of the first one are reached by the tab key. */
function mapOf(view: PlaneView, which: 0 | 1, sheet: Sheet): string {
  const { ink } = sheet;
  const place = placesOf(sheet).maps[which];
  const { across, up, top } = place;
  const [title, shares] = [view.titles[which], view.shares[which]];
  const [left, side] = [across(-REACH), across(REACH) - across(-REACH)];
  const frame = { x: left, y: top, width: side, height: side, stroke: ink.line };
  const tabs = { tabindex: which === 0 ? 0 : -1 };
  const [x, y] = [across(view.cursor[0]), up(view.cursor[1])];
  const ground = handle(
    which === 0 ? 'left' : 'right',
    `map of ${title}: a click adds a point`,
    'button',
    element('rect', { ...frame, fill: 'transparent' }),
    { class: 'handle ground', tabindex: -1 },
  );
  const hit = (a: number, b: number): string =>
    element('circle', { cx: a, cy: b, r: 13, fill: 'transparent' });
  const cursor =
    which === 1
      ? element('g', { 'pointer-events': 'none' }, crossHairs(x, y, ink))
      : handle(
          'cursor',
          `cross-hairs at ${shownPoint(...view.cursor)}: Enter adds a point`,
          'button',
          hit(x, y) + crossHairs(x, y, ink),
        );
  const points = view.points.map(({ at, label }, i) => {
    const [a, b] = [across(at[0]), up(at[1])];
    return handle(
      `${which === 0 ? 'point' : 'right point'} ${i}`,
      `point ${i + 1} of ${view.points.length} at ${shownPoint(...at)}: class ${label}`,
      'button',
      hit(a, b) + classMark(a, b, label, ink),
      tabs,
    );
  });
  return (
    element('rect', { ...frame, fill: ink.paper }) +
    element('g', { 'shape-rendering': 'crispEdges' }, cells(shares, place, ink)) +
    boundary(shares, place, ink) +
    svgText(left, top - 9, title, ink.text, { 'font-weight': 'bold' }) +
    axisBelow(across, top + side, 'first coordinate; upwards: the second', ink) +
    axisLeft(up, left, ink) +
    ground +
    cursor +
    points.join('')
  );
}

/** What marks and colours mean, from a height on. */
function legend(top: number, ink: Ink): string {
  const entry = (x: number, label: 0 | 1): string =>
    element('rect', {
      x,
      y: top + 4,
      width: 26,
      height: 20,
      fill: label === 0 ? ink.ar : ink.invicl,
      'fill-opacity': 0.75,
    }) +
    classMark(x + 13, top + 14, label, ink) +
    svgText(x + 32, top + 19, `class ${label}`, ink.text);
  return (
    entry(MARGIN, 0) +
    entry(MARGIN + 92, 1) +
    line([MARGIN + 184, top + 14], [MARGIN + 210, top + 14], ink.text, { 'stroke-width': 2 }) +
    svgText(MARGIN + 216, top + 19, 'boundary', ink.text)
  );
}

/** Both maps and the legend. */
export function drawnPlane(view: PlaneView, sheet: Sheet): { height: number; svg: string } {
  const { height } = placesOf(sheet);
  return {
    height: height + 34,
    svg: mapOf(view, 0, sheet) + mapOf(view, 1, sheet) + legend(height, sheet.ink),
  };
}
