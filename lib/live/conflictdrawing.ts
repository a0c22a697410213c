/** How the figure of conflicts is drawn: the share that is copied by noise, and one query's sum. */
import { ON_DARK, type Drawing, type Ink, type Sheet } from './figure';
import { GROUPS, type QueryGroup } from './conflicts';
import { RANGES, type NetworkShare } from './conflictstate';
import { axisBelow, axisLeft, element, handle, line, path, scaleOf, shown, svgText } from './svg';

/** What is drawn. */
export interface ConflictPicture {
  readonly settings: string;
  readonly sigma: number;
  /** Points of the curves, from small to large sigma. */
  readonly curves: Readonly<Record<QueryGroup, readonly (readonly [number, number])[]>>;
  /** The shares at the reader's sigma; null until they are computed. */
  readonly here: Readonly<Record<QueryGroup, number | null>>;
  readonly networks: readonly NetworkShare[];
  readonly heading: string;
  readonly label: number;
  readonly input: number;
  /** The sums of other queries. */
  readonly sums: readonly number[];
}

const [TOP, BOTTOM, BARS] = [94, 280, 354];
const [LEAST, MOST] = [-24, 16];
const HEIGHT = BARS + 226;

/** Places of the plot. */
export const plotScales = ({ width }: Sheet) => ({
  across: scaleOf(0, 1, 44, width - 24),
  up: scaleOf(0, 100, BOTTOM, TOP),
});

const colourOf = (ink: Ink, group: QueryGroup): string => {
  const dark = ink === ON_DARK;
  return group === 'rare' ? (dark ? '#7fb2e5' : '#004488') : dark ? '#e8c35a' : '#c08a10';
};
const DASHES: Readonly<Record<QueryGroup, string>> = { rare: '10 4 2 4', common: '4 4' };

/** A triangle: downwards for rare classes, upwards for common ones; open or filled. */
function triangle(x: number, y: number, group: QueryGroup, ink: Ink, filled: boolean): string {
  const tip = group === 'rare' ? 6 : -6;
  const corners = [
    [x - 6, y - tip * 0.7],
    [x + 6, y - tip * 0.7],
    [x, y + tip],
  ];
  return element('polygon', {
    points: corners.map(([a, b]) => `${a!.toFixed(1)},${b!.toFixed(1)}`).join(' '),
    fill: filled ? colourOf(ink, group) : 'none',
    stroke: colourOf(ink, group),
    'stroke-width': 1.5,
  });
}

const stroke = (x: number, y: number, group: QueryGroup, ink: Ink): string =>
  path(
    [
      [x, y],
      [x + 34, y],
    ],
    colourOf(ink, group),
    { 'stroke-dasharray': DASHES[group], 'stroke-width': 2.5 },
  );

/** What lines and triangles are. */
function legend(networks: readonly NetworkShare[], { width, ink }: Sheet): string {
  const sizes = [...new Set(networks.map(({ N }) => N))].sort((a, b) => b - a);
  const [largest, ...others] = sizes.map((N) => N.toLocaleString('en-US'));
  const entry = (x: number, group: QueryGroup): string =>
    stroke(x, 34, group, ink) +
    (networks.length > 0 ? triangle(x + 46, 34, group, ink, true) : '') +
    svgText(x + 58, 38, `${group} classes`, ink.text);
  const open = others.length > 0 ? `; open: ${others.join(', ')}` : '';
  const lines = width < 500 ? '' : 'lines: the Bayes answer; ';
  const points = networks.length > 0 ? `${lines}triangles: networks, N = ${largest}${open}` : '';
  return entry(4, 'rare') + entry(170, 'common') + svgText(4, 58, points, ink.text);
}

/** The reader's sigma as a line that can be moved, with what is copied there. */
function mark({ sigma, here }: ConflictPicture, sheet: Sheet): string {
  const { across, up } = plotScales(sheet);
  const { ink } = sheet;
  const x = across(sigma);
  const area = { x: x - 14, y: TOP, width: 28, height: BOTTOM - TOP + 10 };
  const knob = { cx: x, cy: BOTTOM, r: 9, fill: ink.paper, stroke: ink.text, 'stroke-width': 2 };
  const dots = GROUPS.map((group) => {
    const share = here[group];
    const dot = { cx: x, cy: up(100 * (share ?? 0)), r: 5, stroke: ink.paper };
    return share === null ? '' : element('circle', { ...dot, fill: colourOf(ink, group) });
  });
  return handle(
    'sigma',
    `noise σ ${shown(sigma, 2)}`,
    'slider',
    element('rect', { ...area, fill: 'transparent' }) +
      line([x, TOP], [x, BOTTOM], ink.text, { 'stroke-width': 1.5 }) +
      element('circle', knob) +
      svgText(x, BOTTOM + 4, 'σ', ink.text, { 'text-anchor': 'middle' }) +
      dots.join(''),
    {
      'aria-valuemin': RANGES.sigma[0],
      'aria-valuemax': RANGES.sigma[1],
      'aria-valuenow': String(sigma),
    },
  );
}

/** The share that is copied, against the noise. */
function plot(picture: ConflictPicture, sheet: Sheet): string {
  const { across, up } = plotScales(sheet);
  const { ink } = sheet;
  const { curves, networks } = picture;
  const largest = Math.max(...networks.map(({ N }) => N));
  const drawn = GROUPS.map((group) =>
    path(
      curves[group].map(([sigma, share]) => [across(sigma), up(100 * share)] as const),
      colourOf(ink, group),
      { 'stroke-dasharray': DASHES[group], 'stroke-width': 2.5 },
    ),
  );
  const largestFirst = [...networks].sort((a, b) => b.N - a.N);
  const points = largestFirst.map(({ sigma, N, group, share }) =>
    triangle(across(sigma), up(100 * share), group, ink, N === largest),
  );
  return (
    axisBelow(across, BOTTOM, 'noise σ of the inputs', ink) +
    axisLeft(up, 44, ink) +
    svgText(4, TOP - 14, 'copied, % of shifted labels', ink.soft) +
    drawn.join('') +
    points.join('') +
    mark(picture, sheet)
  );
}

/** A bar from 0 to a value, with its name and number above; cut where it leaves the scale. */
function bar(name: string, value: number, y: number, { width, ink }: Sheet, fill: string): string {
  const across = scaleOf(LEAST, MOST, 8, width - 8);
  const end = across(Math.max(LEAST, Math.min(MOST, value)));
  const [left, right] = [Math.min(across(0), end), Math.max(across(0), end)];
  const cut = value < LEAST ? ' (the bar is cut)' : '';
  return (
    svgText(8, y - 4, `${name}: ${signed(value)}${cut}`, ink.text) +
    element('rect', { x: left, y, width: Math.max(1.5, right - left), height: 12, fill })
  );
}

const signed = (value: number): string => `${value > 0 ? '+' : ''}${shown(value, 1)}`;

/** The two terms of one query's log-odds, their sum, and the sums of other queries. */
function bars({ heading, label, input, sums }: ConflictPicture, sheet: Sheet): string {
  const { width, ink } = sheet;
  const across = scaleOf(LEAST, MOST, 8, width - 8);
  const sum = label + input;
  const dots = sums.map((value, i) =>
    element('circle', {
      cx: across(Math.max(LEAST, Math.min(MOST, value))),
      cy: BARS + 146 + 20 * ((i * 0.618034) % 1),
      r: 3,
      fill: value > 0 ? ink.text : ink.paper,
      stroke: ink.text,
      'stroke-opacity': 0.6,
      'fill-opacity': 0.6,
    }),
  );
  const below = width < 500 ? 'log-odds; above 0: copied' : 'log-odds; above 0 the label is copied';
  return (
    svgText(8, BARS, heading, ink.text, { 'font-weight': 'bold' }) +
    line([across(0), BARS + 12], [across(0), BARS + 176], ink.line) +
    bar('what the label says', label, BARS + 28, sheet, ink.soft) +
    bar('what the input says', input, BARS + 64, sheet, ink.line) +
    bar('sum', sum, BARS + 100, sheet, ink.text) +
    svgText(8, BARS + 134, `sums of ${sums.length} queries (filled: above 0)`, ink.text) +
    dots.join('') +
    axisBelow(across, BARS + 180, below, ink)
  );
}

/** The whole figure. */
export const drawConflict = (picture: ConflictPicture, sheet: Sheet): Drawing => ({
  height: HEIGHT,
  svg:
    svgText(4, 14, picture.settings, sheet.ink.text, { 'font-weight': 'bold' }) +
    legend(picture.networks, sheet) +
    plot(picture, sheet) +
    bars(picture, sheet),
});
