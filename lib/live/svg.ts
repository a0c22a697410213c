/** Pieces of drawings as SVG text. Every text is escaped. */
import type { Ink } from './figure';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign]!);

/** Attributes of an element; those that are undefined are left out. */
type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element with SVG text inside. */
export const element = (name: string, attributes: Attributes, inside = ''): string => {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(rounded(value!))}"`);
  return `<${name}${given.join('')}>${inside}</${name}>`;
};

/** Places to a hundredth of a pixel: the text of a drawing stays short. */
const rounded = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(100 * value) / 100) : value;

/** A text; anchor is start, middle or end. */
export const svgText = (x: number, y: number, words: string, fill: string, more: Attributes = {}) =>
  element('text', { x, y, fill, 'font-size': 13, ...more }, escaped(words));

/** A straight line. */
export const line = (
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  stroke: string,
  more: Attributes = {},
): string => element('line', { x1, y1, x2, y2, stroke, ...more });

/** A line through points. */
export const path = (
  points: readonly (readonly [number, number])[],
  stroke: string,
  more: Attributes = {},
): string =>
  element('polyline', {
    points: points.map((point) => point.map((value) => value.toFixed(1)).join(',')).join(' '),
    fill: 'none',
    stroke,
    'stroke-width': 2,
    ...more,
  });

/** A part of the drawing that the reader can reach with the tab key, drag, click or move. */
export const handle = (
  key: string,
  label: string,
  role: string,
  inside: string,
  more: Attributes = {},
): string =>
  element(
    'g',
    { class: 'handle', 'data-handle': key, tabindex: 0, role, 'aria-label': label, ...more },
    inside,
  );

/** A linear scale from numbers to pixels. */
export interface Scale {
  (value: number): number;
  /** From pixels back to numbers. */
  readonly back: (pixel: number) => number;
  readonly from: number;
  readonly to: number;
}

/** The scale that takes `from` .. `to` to the pixels `start` .. `end`. */
export function scaleOf(from: number, to: number, start: number, end: number): Scale {
  const factor = (end - start) / (to - from);
  const scale = (value: number): number => start + factor * (value - from);
  return Object.assign(scale, {
    back: (pixel: number) => from + (pixel - start) / factor,
    from,
    to,
  });
}

/** About five round numbers from one to another. */
export function ticksOf(from: number, to: number): number[] {
  const raw = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** A number as ticks and sentences show it. */
export const shown = (value: number, digits = 3): string => {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−');
};

/** A point as short as it can be: (-2, 0.5). */
export const shownPoint = (x: number, y: number): string => {
  const [a, b] = [x, y].map((value) => shown(value, 1).replace('.0', ''));
  return `(${a}, ${b})`;
};

/** The horizontal axis at pixel y, with its numbers and its name. */
export function axisBelow(scale: Scale, y: number, name: string, ink: Ink): string {
  const [left, right] = [scale(scale.from), scale(scale.to)];
  const ticks = ticksOf(scale.from, scale.to);
  const digits = ticks.every((tick) => Math.abs(tick - Math.round(tick)) < 1e-9) ? 0 : 2;
  const marks = ticks.map(
    (tick) =>
      line([scale(tick), y], [scale(tick), y + 5], ink.line) +
      svgText(scale(tick), y + 20, shown(tick, digits), ink.soft, { 'text-anchor': 'middle' }),
  );
  const called = svgText((left + right) / 2, y + 40, name, ink.text, { 'text-anchor': 'middle' });
  return line([left, y], [right, y], ink.line) + marks.join('') + called;
}

/** The vertical axis at pixel x, with its numbers. */
export function axisLeft(scale: Scale, x: number, ink: Ink): string {
  const ticks = ticksOf(scale.from, scale.to);
  const marks = ticks.map(
    (tick) =>
      line([x - 5, scale(tick)], [x, scale(tick)], ink.line) +
      svgText(x - 9, scale(tick) + 4, shown(tick, 0), ink.soft, { 'text-anchor': 'end' }),
  );
  return line([x, scale(scale.from)], [x, scale(scale.to)], ink.line) + marks.join('');
}

/** A row of answers: all of them faintly, the present one strongly. */
export function cloud(
  answers: readonly number[],
  now: number,
  y: number,
  across: Scale,
  colour: string,
): string {
  // the golden ratio spreads the points over the row's height without a visible pattern
  const height = (i: number): number => 22 * ((i * 0.618034) % 1) - 11;
  const all = answers.map((answer, i) =>
    element('circle', {
      cx: across(answer),
      cy: y + height(i),
      r: 3,
      fill: colour,
      'fill-opacity': 0.35,
    }),
  );
  const at = across(now);
  const present =
    line([at, y - 20], [at, y + 20], colour, { 'stroke-width': 3 }) +
    element('circle', { cx: at, cy: y, r: 7, fill: colour });
  return all.join('') + present;
}

/** From the least answer to the largest. */
export const spanOf = (answers: readonly number[]): string =>
  `${shown(Math.min(...answers))} to ${shown(Math.max(...answers))}`;
