/** The live figures by their names, as outputs of notebooks call them. */
import { knownKeys, lookUp } from '../core/errors';

import { citiesFigure } from './cities';
import { conflictFigure } from './conflict';
import type { LiveFigure } from './figure';
import { gateFigure } from './gate';
import { maskFigure } from './mask';
import { ordersFigure } from './orders';
import { passFigure } from './pass';
import { planeFigure } from './plane';
import { promptFigure } from './prompt';
import type { LiveModels } from './regression';
import { sessionFigure } from './session';

/** The names of the live figures. */
export type LiveName =
  'prompt' | 'orders' | 'mask' | 'pass' | 'session' | 'cities' | 'gate' | 'plane' | 'conflict';

/** What an output of a notebook holds of a live figure. */
export interface LiveOutput {
  readonly figure: LiveName;
  readonly given: object;
}

/** A figure whose kind of state nobody outside needs to know. */
export interface OpenFigure {
  use<R>(with_: <S>(figure: LiveFigure<S>, state: S) => R): R;
}

const opened = <S>(figure: LiveFigure<S>, given: object): OpenFigure => {
  const state = figure.start(given);
  return { use: (show) => show(figure, state) };
};

/**
 * The figure of an output, in its first state.
 *
 * @throws CourseError naming an unknown figure, or a setting that is refused
 */
export function openLive(output: LiveOutput, models: LiveModels): OpenFigure {
  knownKeys('A live figure', output, ['figure', 'given']);
  const { figure, given } = output;
  const openers: Readonly<Record<LiveName, () => OpenFigure>> = {
    prompt: () => opened(promptFigure(models), given),
    orders: () => opened(ordersFigure(models), given),
    mask: () => opened(maskFigure(), given),
    pass: () => opened(passFigure(models), given),
    session: () => opened(sessionFigure(), given),
    cities: () => opened(citiesFigure(), given),
    gate: () => opened(gateFigure(), given),
    plane: () => opened(planeFigure(), given),
    conflict: () => opened(conflictFigure(), given),
  };
  return lookUp('live figure', openers, figure)();
}
