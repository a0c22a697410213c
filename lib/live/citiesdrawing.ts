/** The drawing of the live figure of names and cities: prompts, bars, and log-odds by steps. */
import { cityQuestion, cityStatement } from '../parts/inweight/facts';

import type { Drawing, Ink, Sheet } from './figure';
import { axisBelow, axisLeft, element, handle, line, path, scaleOf, shown, svgText } from './svg';

/** What is drawn. */
export interface CitiesScene {
  readonly name: string;
  readonly cities: readonly string[];
  /** The city that the context gives, and the one that is taught, by number. */
  readonly said: number;
  readonly taught: number;
  /** Log-probabilities of the cities without and with the context; null: not computed yet. */
  readonly alone: readonly number[] | null;
  readonly given: readonly number[] | null;
  /** Log-odds of the context: [steps, nats], from few steps to many. */
  readonly odds: readonly (readonly [number, number])[];
  /** The steps that were made, and those that were asked for. */
  readonly steps: number;
  readonly due: number;
}

const [ROW, CHART] = [25, 130];
/** Narrower sheets break long lines in two. */
const NARROW = 560;
const BOLD = { 'font-weight': 'bold' };

/** How a city is marked in words. */
const markOf = ({ said, taught }: CitiesScene, i: number): string =>
  i === said && i === taught
    ? ' (both)'
    : i === said
      ? ' (context)'
      : i === taught
        ? ' (fact)'
        : '';

/** The prompts and the text that is taught, each after its name. */
function prompts(scene: CitiesScene, { width, ink }: Sheet): Drawing {
  const { name, cities, said, taught } = scene;
  const asked = cityQuestion(name);
  const rows = [
    ['no context:', asked],
    ['with context:', `${cityStatement({ name, city: cities[said]! })} ${asked}`],
    ['taught:', `${asked} ${cities[taught]!}`],
  ] as const;
  const lines = width < NARROW ? 2 : 1;
  const svg = rows.map(([called, sentence], i) => {
    const y = 16 + 20 * lines * i;
    return (
      svgText(4, y, called, ink.text, BOLD) +
      svgText(lines === 1 ? 108 : 4, y + 20 * (lines - 1), sentence, ink.text)
    );
  });
  return { height: 60 * lines + 14, svg: svg.join('') };
}

/** Hatching for the context's city. */
const hatching = (ink: Ink): string =>
  element(
    'pattern',
    { id: 'icl-cities-context', width: 6, height: 6, patternUnits: 'userSpaceOnUse' },
    line([0, 6], [6, 0], ink.ar, { 'stroke-width': 2 }),
  );

/** A bar with its number: hatched for the context's city, solid for the fact's, empty for others. */
function bar(
  scene: CitiesScene,
  i: number,
  value: number,
  at: [number, number],
  most: number,
  ink: Ink,
) {
  const [x, y] = at;
  const length = Math.max(1, value * most);
  const [isSaid, isTaught] = [i === scene.said, i === scene.taught];
  const fill = isSaid ? 'url(#icl-cities-context)' : isTaught ? ink.leak : 'none';
  const stroke = isSaid ? ink.ar : isTaught ? ink.leak : ink.line;
  return (
    element('rect', { x, y: y + 6, width: length, height: 13, fill, stroke }) +
    svgText(x + length + 5, y + 17, shown(value, 2), ink.text, { 'font-size': 12 })
  );
}

/** One row for each city: its name, and its probability without and with the context. */
function bars(scene: CitiesScene, top: number, { width, ink }: Sheet): Drawing {
  const { cities, said, taught, alone, given } = scene;
  const labels = cities.map((city, i) => `${city}${markOf(scene, i)}`);
  const left = 10 + 8 * Math.max(...labels.map(({ length }) => length));
  const column = (width - left) / 2;
  const most = column - 44;
  const rows = cities.map((city, i) => {
    const y = top + 24 + ROW * i;
    const columns = [alone, given].map((logs, j) => {
      const value = logs && Math.exp(logs[i]!);
      const x = left + j * column;
      return value === null
        ? svgText(x, y + 17, '…', ink.soft)
        : bar(scene, i, value, [x, y], most, ink);
    });
    const values = [alone, given].map((logs) => (logs ? shown(Math.exp(logs[i]!), 2) : 'unknown'));
    const marked = i === said || i === taught ? BOLD : {};
    const over = element('rect', { x: 0, y, width, height: ROW, fill: 'transparent' });
    const name =
      `${labels[i]}: probability ${values[0]} without and ${values[1]} with the context; ` +
      `give ${city} in the context`;
    return (
      svgText(4, y + 17, labels[i]!, ink.text, marked) +
      columns.join('') +
      handle(`city ${i}`, name, 'button', over)
    );
  });
  const heads = ['no context', 'with context'].map((words, j) =>
    svgText(left + j * column, top + 16, words, ink.text, BOLD),
  );
  const svg =
    svgText(4, top + 16, 'probability', ink.text, BOLD) +
    heads.join('') +
    element('defs', {}, hatching(ink)) +
    rows.join('');
  return { height: 24 + ROW * cities.length + 14, svg };
}

/** The log-odds of the context along the steps. */
function chart({ odds, steps, due }: CitiesScene, top: number, { width, ink }: Sheet): Drawing {
  const values = odds.map(([, nats]) => nats);
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const [low, high] = [Math.floor(least) - 1, Math.max(Math.ceil(most) + 1, Math.ceil(least) + 10)];
  const words =
    width < NARROW
      ? ['log-odds of the context, nats', '(dashed: 0, both cities equally likely)']
      : ['log-odds of the context, nats (dashed: 0, where both cities are equally likely)'];
  const from = top + 20 * words.length + 6;
  const across = scaleOf(0, Math.max(20, due), 40, width - 14);
  const up = scaleOf(low, high, from + CHART, from);
  const points = odds.map(([at, nats]) => [across(at), up(nats)] as const);
  const dots = points.map(([cx, cy]) => element('circle', { cx, cy, r: 4, fill: ink.text }));
  const name = due > steps ? `steps taught (${steps} of ${due})` : 'steps taught';
  const svg =
    words.map((one, i) => svgText(4, top + 16 + 20 * i, one, ink.text, BOLD)).join('') +
    line([across(0), up(0)], [across(across.to), up(0)], ink.line, { 'stroke-dasharray': '5 4' }) +
    axisLeft(up, 40, ink) +
    axisBelow(across, from + CHART, name, ink) +
    path(points, ink.text) +
    dots.join('');
  return { height: from + CHART + 46 - top, svg };
}

/** The whole drawing. */
export function citiesDrawing(scene: CitiesScene, sheet: Sheet): Drawing {
  const above = prompts(scene, sheet);
  const middle = bars(scene, above.height, sheet);
  const below = chart(scene, above.height + middle.height, sheet);
  return {
    height: above.height + middle.height + below.height,
    svg: above.svg + middle.svg + below.svg,
  };
}
