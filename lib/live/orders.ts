/**
 * Live figure: one prompt in all orders of its examples. AR answers each order differently; all
 * answers of InvICL coincide.
 */
import { demand, knownKeys } from '../core/errors';
import { allPermutations, stream } from '../core/random';

import type { Ink, LiveFigure, Sheet } from './figure';
import {
  drawnPrompt,
  leastSquaresSlope,
  modelAnswers,
  pointPromptOf,
  type LiveModels,
  type PointPrompt,
  type PointSettings,
} from './regression';
import {
  axisBelow,
  cloud,
  element,
  handle,
  line,
  scaleOf,
  shown,
  shownPoint,
  spanOf,
  svgText,
} from './svg';

interface OrdersState {
  readonly prompt: PointPrompt;
  /** All orders, and which of them is shown. */
  readonly orders: readonly (readonly number[])[];
  readonly at: number;
  /** Answers to the first orders: all 120 take a while, and are computed a few at a time. */
  readonly ar: readonly number[];
  readonly invicl: readonly number[];
  readonly seed: number;
  /** How often the order was shuffled. */
  readonly shuffles: number;
}

/** The first prompt: its second example contradicts the others. */
const FIRST: Required<PointSettings> = {
  examples: [
    [-2, -1.4],
    [-1, 1],
    [0.5, 0.6],
    [1.2, 0.5],
    [2, 1.9],
  ],
  test: 1.5,
};

const HEIGHT = 300;
const CARDS = 56;
/** So many orders are computed between two drawings. */
const AT_ONCE = 6;

/** The middle of the card at a position, and the width of a card. */
const cardsOf = ({ width }: Sheet, n: number): { size: number; middle(i: number): number } => {
  const size = Math.min(118, (width - 4) / n);
  return { size, middle: (i) => 2 + size * (i + 0.5) };
};

/** An order with the entries at two positions exchanged. */
function exchanged(order: readonly number[], i: number, j: number): readonly number[] {
  const other = [...order];
  [other[i], other[j]] = [other[j]!, other[i]!];
  return other;
}

const indexOf = ({ orders }: OrdersState, order: readonly number[]): number =>
  orders.findIndex((one) => one.join() === order.join());

/** The same prompt with an example moved to another position; positions beyond the ends are kept. */
function moved(state: OrdersState, example: number, to: number): OrdersState {
  const order = state.orders[state.at]!;
  const from = order.indexOf(example);
  if (to < 0 || to >= order.length || to === from) return state;
  const rest = order.filter((i) => i !== example);
  const next = [...rest.slice(0, to), example, ...rest.slice(to)];
  return { ...state, at: indexOf(state, next) };
}

/** The card of an example: its number and its point. */
function card({ prompt }: OrdersState, example: number, x: number, size: number, ink: Ink) {
  const point = shownPoint(prompt.x[example]!, prompt.y[example]!);
  const small = size < 90;
  return (
    element('rect', {
      x: x - size / 2 + 3,
      y: 4,
      width: size - 6,
      height: CARDS - 8,
      rx: 6,
      fill: ink.paper,
      stroke: ink.text,
      'stroke-width': 1.5,
    }) +
    svgText(x, 24, String(example + 1), ink.text, {
      'text-anchor': 'middle',
      'font-weight': 'bold',
    }) +
    svgText(x, 43, point, ink.soft, { 'text-anchor': 'middle', 'font-size': small ? 10.5 : 13 })
  );
}

/** The figure, with models that answer. */
export function ordersFigure(models: LiveModels): LiveFigure<OrdersState> {
  const answers = (
    which: keyof LiveModels,
    prompt: PointPrompt,
    orders: readonly (readonly number[])[],
  ): number[] => modelAnswers(models[which], prompt, orders, [prompt.test]).map(([one]) => one!);
  const kept = new WeakMap<OrdersState, { readonly ar: number; readonly invicl: number }>();
  /** The answers to the present order. */
  const now = (state: OrdersState): { readonly ar: number; readonly invicl: number } => {
    const { prompt, orders, at } = state;
    const answer = (which: keyof LiveModels): number =>
      state[which][at] ?? answers(which, prompt, [orders[at]!])[0]!;
    const both = kept.get(state) ?? { ar: answer('ar'), invicl: answer('invicl') };
    kept.set(state, both);
    return both;
  };
  const stateOf = (prompt: PointPrompt, seed: number): OrdersState => ({
    prompt,
    orders: allPermutations(prompt.x.length),
    at: 0,
    ar: [],
    invicl: [],
    seed,
    shuffles: 0,
  });
  return {
    title: 'One prompt in all its orders',
    help:
      'Drag an example to another position, or choose it with the tab key and move it with the ' +
      'left and right arrow keys, or slide through all orders.',
    start(given) {
      knownKeys('liveOrders', given, ['examples', 'test']);
      const prompt = pointPromptOf(given as PointSettings, FIRST);
      demand(
        prompt.x.length <= 5,
        () => `liveOrders was given ${prompt.x.length} examples, which have too many orders.`,
        'Give two to five.',
      );
      return stateOf(prompt, 1);
    },
    draw(state, sheet) {
      const { ink, width } = sheet;
      const { prompt, orders, at, ar, invicl } = state;
      const present = now(state);
      const truth = leastSquaresSlope(prompt) * prompt.test;
      const values = [...ar, ...invicl, present.ar, present.invicl, truth];
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const margin = 0.08 * (high - low) + 0.01;
      const across = scaleOf(low - margin, high + margin, 66, width - 16);
      const { size, middle } = cardsOf(sheet, prompt.x.length);
      const cards = orders[at]!.map((example, position) =>
        handle(
          `example ${example}`,
          `example ${example + 1} at position ${position + 1}`,
          'button',
          card(state, example, middle(position), size, ink),
        ),
      );
      const end = middle(prompt.x.length - 1) + size / 2 + 8;
      const question = `asked: x = ${shown(prompt.test, 1)}`;
      return {
        height: HEIGHT,
        svg:
          (width - end > 110 ? svgText(end, 34, question, ink.text) : '') +
          line([across(truth), 84], [across(truth), 248], ink.text, { 'stroke-dasharray': '7 5' }) +
          svgText(across(truth), 78, 'least squares', ink.soft, {
            'text-anchor': anchorAt(across(truth), width),
          }) +
          svgText(4, 128, models.ar.name, ink.ar, { 'font-weight': 'bold' }) +
          cloud(ar, present.ar, 124, across, ink.ar) +
          svgText(4, 204, models.invicl.name, ink.invicl, { 'font-weight': 'bold' }) +
          cloud(invicl, present.invicl, 200, across, ink.invicl) +
          axisBelow(across, 250, 'answer, one point for each order', ink) +
          cards.join(''),
      };
    },
    say(state) {
      const { prompt, orders, at, ar, invicl } = state;
      const order = orders[at]!.map((i) => i + 1).join(' ');
      const present = now(state);
      const all =
        ar.length < orders.length
          ? `${ar.length} of all ${orders.length} orders are computed.`
          : `Over all ${orders.length} orders AR goes from ${spanOf(ar)}, ` +
            `InvICL from ${spanOf(invicl)}.`;
      return (
        `Order ${order}, asked for x = ${shown(prompt.test, 2)}: ` +
        `AR answers ${shown(present.ar)}, InvICL ${shown(present.invicl)}. ${all}`
      );
    },
    numbers: (state) => ({ ...now(state), order: state.at, computed: state.ar.length }),
    later(state, whole = false) {
      const { prompt, orders } = state;
      const from = state.ar.length;
      const next = orders.slice(from, whole ? orders.length : from + AT_ONCE);
      if (next.length === 0) return null;
      const more = (which: keyof LiveModels): readonly number[] => [
        ...state[which],
        ...answers(which, prompt, next),
      ];
      return { ...state, ar: more('ar'), invicl: more('invicl') };
    },
    controls: (state) => [
      {
        kind: 'range',
        label: 'Order',
        least: 1,
        most: state.orders.length,
        step: 1,
        value: ({ at }) => at + 1,
        change: (before, value) => ({ ...before, at: value - 1 }),
      },
      {
        kind: 'button',
        label: 'Shuffle',
        press: (before) => ({
          ...before,
          at: stream(before.shuffles, 'live orders').integer(before.orders.length),
          shuffles: before.shuffles + 1,
        }),
      },
      {
        kind: 'button',
        label: 'Another prompt',
        press: ({ seed, prompt }) => stateOf(drawnPrompt(seed + 1, prompt.x.length), seed + 1),
      },
    ],
    drag(state, key, to, sheet) {
      const { size } = cardsOf(sheet, state.prompt.x.length);
      const position = Math.max(0, Math.min(state.prompt.x.length - 1, Math.floor(to.x / size)));
      return moved(state, Number(key.replace('example ', '')), position);
    },
    arrow(state, key, dx) {
      const example = Number(key.replace('example ', ''));
      const order = state.orders[state.at]!;
      const from = order.indexOf(example);
      const to = from + dx;
      if (dx === 0 || to < 0 || to >= order.length) return state;
      return { ...state, at: indexOf(state, exchanged(order, from, to)) };
    },
  };
}

/** Where a text at x is anchored so that it stays on the sheet. */
const anchorAt = (x: number, width: number): string =>
  x < 60 ? 'start' : x > width - 60 ? 'end' : 'middle';
