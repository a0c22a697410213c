/** How the losses of two predictors and their gate are drawn: both axes are logarithmic. */
import { ON_DARK, type Drawing, type Ink, type Sheet } from './figure';
import type { GateLosses, GateSettings } from './gatelosses';
import { element, handle, line, path, scaleOf, svgText, type Scale } from './svg';

/** The largest N_x of the horizontal axis, as a power of ten. */
export const MOST_POWER = 6;
/** Losses are drawn from 0.0001 nats to about 12. */
const [LEAST_LOSS, MOST_LOSS] = [-4, 1.1];
const ROW = 19;
const PLOT = 290;
const POINTS = 72;
const SUPERSCRIPTS = ['', '', '', '10³', '10⁴', '10⁵', '10⁶'];

const coloursOf = (ink: Ink) =>
  ink.paper === ON_DARK.paper
    ? { inWeight: '#ff8a6b', inContext: '#5fcf8e', gated: '#b3a6ff' }
    : { inWeight: '#CC3311', inContext: '#117733', gated: '#332288' };

/** The values of N_x at which curves are computed: integers, at even distances of log N_x. */
const CURVE = [
  ...new Set(
    Array.from({ length: POINTS + 1 }, (_, i) => Math.round(10 ** ((i * MOST_POWER) / POINTS))),
  ),
];

type Point = readonly [number, number];

interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly dash?: string;
  readonly width: number;
  readonly opacity?: number;
  lossAt(seen: number): number;
}

/** All curves, the lowest in the drawing first. */
function curvesOf(settings: GateSettings, losses: GateLosses, ink: Ink): Curve[] {
  const { inWeight, inContext, gated } = coloursOf(ink);
  const { context, upper, lower, copying } = losses;
  const level = (name: GateSettings['context'], value: number, dash: string): Curve => ({
    name: `in-context: ${name}`,
    colour: inContext,
    dash,
    width: settings.context === name ? 3 : 1.5,
    lossAt: () => value,
  });
  return [
    {
      name: 'gated: the smaller loss',
      colour: gated,
      width: 9,
      opacity: 0.35,
      lossAt: (seen) => Math.min(context, losses.inWeight(seen)),
    },
    {
      name: 'in-weight: expected',
      colour: inWeight,
      width: 2.5,
      lossAt: (seen) => losses.inWeight(seen),
    },
    {
      name: 'in-weight: bound as drawn',
      colour: inWeight,
      dash: '3 4',
      width: 1.5,
      lossAt: (seen) => losses.bound(seen),
    },
    level('upper bound', upper, '10 4'),
    level('lower bound', lower, '2 5'),
    ...(settings.context === 'copies a noisy example'
      ? [level(settings.context, copying, '10 3 2 3')]
      : []),
  ];
}

/** Where the plot of a sheet lies, below so many rows of names. */
export function gateScales({ width }: Sheet, curves: number) {
  const columns = Math.max(1, Math.min(3, Math.floor(width / 225)));
  const rowsOfSettings = width < 480 ? 2 : 1;
  const top = ROW * (1 + rowsOfSettings + Math.ceil(curves / columns)) + 14;
  return {
    columns,
    rowsOfSettings,
    top,
    bottom: top + PLOT,
    across: scaleOf(0, MOST_POWER, 72, width - 22),
    up: scaleOf(LEAST_LOSS, MOST_LOSS, top + PLOT, top),
  };
}

/** The height of a loss; those that are too small or too large for the axis lie on its ends. */
const heightOf = (up: Scale, loss: number): number =>
  up(Math.max(LEAST_LOSS, Math.min(MOST_LOSS, Math.log10(Math.max(loss, 1e-300)))));

/** The names of the curves with their lines, in columns. */
const namesOf = (
  curves: readonly Curve[],
  { columns, rowsOfSettings }: { readonly columns: number; readonly rowsOfSettings: number },
  { width, ink }: Sheet,
): string =>
  curves
    .map(({ name, colour, dash, width: thick, opacity }, i) => {
      const x = 8 + ((i % columns) * (width - 8)) / columns;
      const y = ROW * (1 + rowsOfSettings + Math.floor(i / columns));
      const ends = [x, x + 30].map((at): Point => [at, y - 4]);
      const more = { 'stroke-dasharray': dash, 'stroke-width': thick, 'stroke-opacity': opacity };
      return path(ends, colour, more) + svgText(x + 37, y, name, ink.text);
    })
    .join('');

/** A power of ten as the axis shows it; the lowest stands for all that is smaller, too. */
const lossOf = (power: number): string =>
  power === LEAST_LOSS ? `≤ ${(10 ** power).toFixed(-power)}` : String(10 ** power);

function axes(across: Scale, up: Scale, ink: Ink): string {
  const [bottom, left, right] = [up(LEAST_LOSS), across(0), across(MOST_POWER)];
  const below = Array.from({ length: MOST_POWER + 1 }, (_, power) => {
    const words = SUPERSCRIPTS[power] || String(10 ** power);
    return (
      line([across(power), bottom], [across(power), bottom + 5], ink.line) +
      svgText(across(power), bottom + 20, words, ink.soft, { 'text-anchor': 'middle' })
    );
  });
  const beside = [-4, -3, -2, -1, 0, 1].map(
    (power) =>
      line([left - 5, up(power)], [right, up(power)], ink.line, { 'stroke-opacity': 0.35 }) +
      svgText(left - 8, up(power) + 4, lossOf(power), ink.soft, { 'text-anchor': 'end' }),
  );
  const name = 'times the class was seen, N_x';
  return (
    line([left, bottom], [right, bottom], ink.line) +
    line([left, bottom], [left, up(MOST_LOSS)], ink.line) +
    below.join('') +
    beside.join('') +
    svgText((left + right) / 2, bottom + 66, name, ink.text, { 'text-anchor': 'middle' }) +
    svgText(8, up(MOST_LOSS) - 9, 'cross-entropy, nats', ink.text)
  );
}

/** The line of the switch with its number, or the words that there is none. */
function switchMark(at: number, across: Scale, top: number, bottom: number, ink: Ink): string {
  const power = Math.log10(at);
  const right = across(MOST_POWER);
  // an edge in the colour of the page keeps the words legible where they lie on a line
  const edge = { stroke: ink.paper, 'stroke-width': 5, 'paint-order': 'stroke' };
  const bold = { 'font-weight': 'bold', ...edge };
  if (power > MOST_POWER) {
    const words = at === Infinity ? 'no switch' : `N_x* = ${counted(at)} →`;
    return svgText(right, top + 14, words, ink.text, { ...bold, 'text-anchor': 'end' });
  }
  const x = across(power);
  const before = x > (across(0) + right) / 2;
  return (
    line([x, top], [x, bottom], ink.text, { 'stroke-width': 2, 'stroke-dasharray': '8 3' }) +
    svgText(before ? x - 6 : x + 6, top + 14, `N_x* = ${counted(at)}`, ink.text, {
      ...bold,
      'text-anchor': before ? 'end' : 'start',
    })
  );
}

/** A count with separators of thousands. */
export const counted = (value: number): string => value.toLocaleString('en-US');

/** The handle of the N_x that is read, with both losses there. */
function readMark(seen: number, losses: GateLosses, across: Scale, up: Scale, ink: Ink): string {
  const [x, bottom] = [across(Math.log10(seen)), up(LEAST_LOSS)];
  const { inWeight, inContext } = coloursOf(ink);
  const point = (loss: number, fill: string): string =>
    element('circle', { cx: x, cy: heightOf(up, loss), r: 5, fill, stroke: ink.paper });
  const words = `N_x = ${counted(seen)}`;
  const half = 16 + 4 * words.length;
  const middle = Math.max(half + 2, Math.min(across(MOST_POWER) + 20 - half, x));
  const grip = element('rect', {
    x: middle - half,
    y: bottom + 26,
    width: 2 * half,
    height: 24,
    rx: 5,
    fill: ink.paper,
    stroke: ink.text,
    'stroke-width': 2,
  });
  return (
    line([x, up(MOST_LOSS)], [x, bottom], ink.soft, { 'stroke-dasharray': '1 4' }) +
    point(losses.context, inContext) +
    point(losses.inWeight(seen), inWeight) +
    handle(
      'seen',
      `${words}, at which losses are read`,
      'button',
      grip + svgText(middle, bottom + 43, words, ink.text, { 'text-anchor': 'middle' }),
    )
  );
}

/** The names and the plot. */
export function gatePicture(
  settings: GateSettings,
  seen: number,
  losses: GateLosses,
  sheet: Sheet,
): Drawing {
  const { ink } = sheet;
  const curves = curvesOf(settings, losses, ink);
  const places = gateScales(sheet, curves.length);
  const { across, up, top, bottom, rowsOfSettings } = places;
  const { L, k, labelNoise, temperature, classes } = settings;
  const settled = [
    `L = ${L}, k = ${k}, label noise ${labelNoise}`,
    `temperature ${temperature}, ${classes} classes`,
  ];
  const said = rowsOfSettings === 1 ? [settled.join(', ')] : settled;
  const drawn = curves.map(({ colour, dash, width: thick, opacity, lossAt }) => {
    const points = CURVE.map((at): Point => [across(Math.log10(at)), heightOf(up, lossAt(at))]);
    const more = { 'stroke-dasharray': dash, 'stroke-width': thick, 'stroke-opacity': opacity };
    return path(points, colour, more);
  });
  return {
    height: bottom + 78,
    svg:
      said.map((words, i) => svgText(8, 15 + ROW * i, words, ink.text)).join('') +
      namesOf(curves, places, sheet) +
      axes(across, up, ink) +
      drawn.join('') +
      switchMark(losses.switch, across, top, bottom, ink) +
      readMark(seen, losses, across, up, ink),
  };
}
