/**
 * Live figure: the examples of a prompt are dragged, and the trained model's answer and that of
 * least squares follow.
 */
import { checkWord } from '../core/checks';
import { knownKeys } from '../core/errors';

import type { LiveFigure, Sheet } from './figure';
import {
  MOST_X,
  MOST_Y,
  asGiven,
  asX,
  asY,
  changed,
  leastSquaresSlope,
  modelAnswers,
  promptControls,
  pointPromptOf,
  type LiveModels,
  type PointPrompt,
  type PointSettings,
} from './regression';
import { axisBelow, axisLeft, element, handle, line, path, scaleOf, shown, svgText } from './svg';

/** What a reader may give of the figure. */
export interface PromptSettings extends PointSettings {
  /** Which trained model answers: 'ar' (when left out) or 'invicl'. */
  readonly method?: keyof LiveModels;
}

interface PromptState {
  readonly prompt: PointPrompt;
  readonly method: keyof LiveModels;
  /** Of the last prompt that was drawn. */
  readonly seed: number;
}

/** The first prompt. */
const FIRST: Required<PointSettings> = {
  examples: [
    [-2, -1.4],
    [-1, -1],
    [0.5, 0.6],
    [1.2, 0.5],
    [2, 1.9],
  ],
  test: -2.6,
};

const HEIGHT = 400;
const BOTTOM = HEIGHT - 50;
/** The inputs at which the model's curve is computed. */
const CURVE = Array.from({ length: 25 }, (_, i) => -MOST_X + (i * MOST_X) / 12);

const scales = ({ width }: Sheet) => ({
  across: scaleOf(-MOST_X, MOST_X, 36, width - 14),
  up: scaleOf(-MOST_Y, MOST_Y, BOTTOM, 30),
});

/** Of a prompt with n examples, with the keys 'example 0' .. and 'test'. */
const exampleOf = (key: string): number | null =>
  key === 'test' ? null : Number(key.replace('example ', ''));

/** Moves what a handle stands for by or to a place of the plane. */
function movedTo(state: PromptState, key: string, x: number, y: number): PromptState {
  const i = exampleOf(key);
  const { prompt } = state;
  return {
    ...state,
    prompt: i === null ? { ...prompt, test: asX(x) } : changed(prompt, i, { x: asX(x), y: asY(y) }),
  };
}

/** The figure, with models that answer. */
export function promptFigure(models: LiveModels): LiveFigure<PromptState> {
  const kept = new WeakMap<PromptState, readonly number[]>();
  /** The answers at the inputs of the curve, and after them the one at the test input. */
  const answersOf = (state: PromptState): readonly number[] => {
    const { prompt, method } = state;
    const tests = [...CURVE, prompt.test];
    const answers =
      kept.get(state) ?? modelAnswers(models[method], prompt, [asGiven(prompt)], tests)[0]!;
    kept.set(state, answers);
    return answers;
  };
  const numbers = (state: PromptState): { model: number; leastSquares: number } => ({
    model: answersOf(state)[CURVE.length]!,
    leastSquares: leastSquaresSlope(state.prompt) * state.prompt.test,
  });
  return {
    title: 'Move the examples',
    help:
      'Drag an example or the test input, or choose it with the tab key and move it with the ' +
      'arrow keys, or type numbers.',
    start(given) {
      knownKeys('livePrompt', given, ['examples', 'test', 'method']);
      const { method = 'ar' } = given as PromptSettings;
      checkWord('method', method, Object.keys(models));
      return { prompt: pointPromptOf(given as PointSettings, FIRST), method, seed: 1 };
    },
    draw(state, sheet) {
      const { prompt, method } = state;
      const { ink } = sheet;
      const { across, up } = scales(sheet);
      const colour = ink[method];
      const slope = leastSquaresSlope(prompt);
      const curve = answersOf(state);
      const answer = curve[CURVE.length]!;
      const at = across(prompt.test);
      const inside = (y: number): number => Math.max(-MOST_Y, Math.min(MOST_Y, y));
      const points = CURVE.map((x, i) => [across(x), up(inside(curve[i]!))] as const);
      const rule = CURVE.filter((x) => Math.abs(slope * x) <= MOST_Y);
      const squares = rule.map((x) => [across(x), up(slope * x)] as const);
      const examples = prompt.x.map((x, i) =>
        handle(
          `example ${i}`,
          `example ${i + 1}: x ${shown(x, 2)}, y ${shown(prompt.y[i]!, 2)}`,
          'button',
          element('circle', {
            cx: across(x),
            cy: up(prompt.y[i]!),
            r: 12,
            fill: ink.paper,
            stroke: ink.text,
            'stroke-width': 2,
          }) +
            svgText(across(x), up(prompt.y[i]!) + 5, String(i + 1), ink.text, {
              'text-anchor': 'middle',
            }),
        ),
      );
      const test = handle(
        'test',
        `test input: x ${shown(prompt.test, 2)}`,
        'button',
        element('rect', {
          x: at - 13,
          y: BOTTOM - 24,
          width: 26,
          height: 24,
          rx: 4,
          fill: ink.paper,
          stroke: ink.text,
          'stroke-width': 2,
        }) + svgText(at, BOTTOM - 7, 't', ink.text, { 'text-anchor': 'middle' }),
      );
      const key = legend(sheet, models[method].name, colour);
      const marks =
        element('circle', { cx: at, cy: up(inside(answer)), r: 6, fill: colour }) +
        cross(at, up(inside(slope * prompt.test)), ink.text);
      return {
        height: HEIGHT,
        svg:
          axisBelow(across, BOTTOM, 'input x', ink) +
          axisLeft(up, 36, ink) +
          svgText(36, 18, 'label y', ink.text, { 'text-anchor': 'start' }) +
          line([at, 30], [at, BOTTOM], ink.line, { 'stroke-dasharray': '2 4' }) +
          path(squares, ink.text, { 'stroke-dasharray': '7 5' }) +
          path(points, colour) +
          key +
          marks +
          test +
          examples.join(''),
      };
    },
    say(state) {
      const { model, leastSquares } = numbers(state);
      const { prompt, method } = state;
      return (
        `At x = ${shown(prompt.test, 2)} ${models[method].name} answers ${shown(model)}, ` +
        `least squares ${shown(leastSquares)}; they differ by ` +
        `${shown(Math.abs(model - leastSquares))}.`
      );
    },
    numbers,
    controls: promptControls,
    drag(state, key, to, sheet) {
      const { across, up } = scales(sheet);
      return movedTo(state, key, across.back(to.x), up.back(to.y));
    },
    arrow(state, key, dx, dy) {
      const { x, y, test } = state.prompt;
      const i = exampleOf(key);
      const [fromX, fromY] = i === null ? [test, 0] : [x[i]!, y[i]!];
      return movedTo(state, key, fromX + 0.1 * dx, fromY + 0.1 * dy);
    },
  };
}

/** A cross at a place. */
const cross = (x: number, y: number, colour: string): string =>
  line([x - 6, y - 6], [x + 6, y + 6], colour, { 'stroke-width': 2.5 }) +
  line([x - 6, y + 6], [x + 6, y - 6], colour, { 'stroke-width': 2.5 });

/** What the two lines are, in the upper right corner. */
function legend({ width, ink }: Sheet, name: string, colour: string): string {
  const [x, y] = [width - 232, 18];
  return (
    path(
      [
        [x, y - 4],
        [x + 24, y - 4],
      ],
      colour,
    ) +
    svgText(x + 30, y, name, ink.text) +
    path(
      [
        [x + 90, y - 4],
        [x + 114, y - 4],
      ],
      ink.text,
      { 'stroke-dasharray': '7 5' },
    ) +
    svgText(x + 120, y, 'least squares', ink.text)
  );
}
