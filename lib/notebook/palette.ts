/**
 * One colour and one form of points per method through the whole course (colours after Okabe and
 * Ito, 2008): lines are told apart in print and by colour-blind readers, too. Trivial predictors are
 * dashed greys without points; a band is what the caption says it is.
 */
import { checkText } from '../core/checks';
import { positiveInteger } from '../core/errors';
import { MARKERS, solid, trivial, type LineStyle } from '../experiments/part';
import { PARTS } from '../parts/registry';

/** Three shades of one colour, for three settings of one method. */
export const SHADES: readonly LineStyle[] = ['#9ECAE1', '#4292C6', '#084594'].map((color, i) =>
  solid(color, MARKERS[i]),
);

/**
 * Up to six shades of one colour, light to dark, for the settings of one method.
 *
 * @throws CourseError when the count is no integer from 1 to 6
 */
export const shades = (count: number): readonly LineStyle[] => {
  positiveInteger('The number of shades', count, 1, 6);
  const ramp = ['#BDD7E7', '#8DBBDD', '#5A9FD0', '#3182BD', '#0F5CA5', '#08306B'];
  return Array.from({ length: count }, (_, i) =>
    solid(ramp[count === 1 ? 5 : Math.round((5 * i) / (count - 1))]!, MARKERS[i]),
  );
};

/** Baselines that more than one part has. */
const COMMON: Readonly<Record<string, LineStyle>> = {
  'Bayes-optimal': trivial('#000000', 'dot'),
  'least squares': trivial('#222222'),
  ridge: trivial('#555555', 'dashdot'),
  averaging: trivial('#777777', 'dot'),
  '3 nearest neighbours': trivial('#999999', 'dashdot'),
  '1 nearest neighbour': trivial('#999999', 'dashdot'),
  majority: trivial('#777777', 'dot'),
  untrained: trivial('#AAAAAA', 'dot'),
  zero: trivial('#AAAAAA', 'dot'),
};

const STYLES: Readonly<Record<string, LineStyle>> = Object.assign(
  {},
  COMMON,
  ...PARTS.map(({ styles }) => styles),
);
const SPARE = ['#5F9EA0', '#A6761D', '#666600', '#1B7837', '#762A83'];

/**
 * The line style of a method or baseline; ablations ("AR + ...", "AR, ...") take their method's
 * colour, dashed.
 *
 * @throws CourseError when the name is no text
 */
export function styleOf(name: string): LineStyle {
  checkText('The name of a line', name);
  if (Object.hasOwn(STYLES, name)) return STYLES[name]!;
  const base = Object.keys(STYLES).find(
    (key) => name.startsWith(`${key} `) || name.startsWith(`${key},`),
  );
  if (base) return { ...STYLES[base]!, dash: name.startsWith('ridge') ? 'dashdot' : 'dash' };
  const hash = [...name].reduce((sum, letter) => (31 * sum + letter.codePointAt(0)!) >>> 0, 7);
  return solid(SPARE[hash % SPARE.length]!, MARKERS[hash % MARKERS.length]);
}

/** A colour '#rrggbb' with an opacity from 0 to 1. */
export function withOpacity(color: string, opacity: number): string {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}
