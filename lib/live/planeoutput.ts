/** What an output holds of the figure of the plane: a network, its tasks, and contexts. */
import type { ClassifierNetwork } from '../classifiers/classifier';
import { checkIndices, checkList, checkText } from '../core/checks';
import { demand, knownKeys, plainObject } from '../core/errors';
import { networkOf, type NetworkConfig } from '../parts/fewshot/networks';
import type { TaskSpec } from '../tasks';

import { unpacked, type PackedNetwork } from './packed';

export const MOST_POINTS = 16;
const MOST_CONTEXTS = 8;
/** Points lie between -EDGE and EDGE in both directions. */
export const EDGE = 3.9;

/** Points of the plane with their classes, and what a button calls them. */
export interface PlaneContext {
  readonly name: string;
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
}

/** What an output holds of the figure. */
export interface PlaneOutput {
  readonly network: PackedNetwork<NetworkConfig>;
  /** The tasks that the exact answer is for. */
  readonly of: TaskSpec;
  /** Contexts to begin with; the first is shown at first. */
  readonly contexts: readonly PlaneContext[];
}

/**
 * Refuses what is no output of the figure.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function checkPlaneOutput(output: PlaneOutput): void {
  knownKeys('livePlane', output, ['network', 'of', 'contexts']);
  checkList('contexts', output.contexts, 'contexts', (one) => typeof one === 'object', 1);
  demand(
    output.contexts.length <= MOST_CONTEXTS,
    () => `livePlane was given ${output.contexts.length} contexts.`,
    `Give one to ${MOST_CONTEXTS}.`,
  );
  output.contexts.forEach((context, i) => {
    const where = `contexts[${i}]`;
    plainObject(where, context);
    knownKeys(where, context, ['name', 'X', 'y']);
    const { name, X, y } = context;
    checkText(`The name of ${where}`, name);
    const isInside = (point: unknown): boolean =>
      Array.isArray(point) &&
      point.length === 2 &&
      point.every((value) => Number.isFinite(value) && Math.abs(value as number) <= EDGE);
    checkList(`The points of ${where}`, X, `points [a, b] from -${EDGE} to ${EDGE}`, isInside, 1);
    checkIndices(`The classes of ${where}`, y, 1, 1);
    demand(
      X.length === y.length && X.length <= MOST_POINTS,
      () => `${where} has ${X.length} points and ${y.length} classes.`,
      `Give one class for each point, and up to ${MOST_POINTS} points.`,
    );
  });
}

/**
 * The network of an output, for points of the plane and two classes.
 *
 * @returns the network; the caller disposes it
 * @throws CourseError when the config or the weights are refused
 */
export function planeNetwork({ network }: PlaneOutput): ClassifierNetwork {
  const name = 'the network of livePlane';
  plainObject(name, network);
  plainObject(`The config of ${name}`, network.config);
  const { d, classes } = network.config;
  demand(
    d === 2 && classes === 2,
    () => `The network tells ${classes} classes of points of ${d} numbers apart.`,
    'livePlane shows networks for two classes of points of two numbers.',
  );
  return unpacked(name, network, networkOf, 'nb.livePlane');
}
