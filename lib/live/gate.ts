/**
 * Live figure: the loss of an in-weight and that of an in-context predictor against N_x, and the
 * N_x* at which a gate that follows the better of the two switches. The reader changes the context
 * and the noise.
 */
import { checkWord } from '../core/checks';
import { finiteNumber, knownKeys, positiveInteger } from '../core/errors';

import type { Control, LiveFigure } from './figure';
import {
  CONTEXT_LOSSES,
  gateLosses,
  type ContextLoss,
  type GateLosses,
  type GateSettings,
} from './gatelosses';
import { counted, gatePicture, gateScales, MOST_POWER } from './gatepicture';
import { shown } from './svg';

/** What a reader may give of the figure; the rest is that of the article's figure with k = 1. */
export interface GateStart extends Partial<GateSettings> {
  /** The N_x at which losses are read, from 1 to 1,000,000. */
  readonly seen?: number;
}

interface GateState extends GateSettings {
  readonly seen: number;
}

const FIRST: GateState = {
  L: 8,
  k: 1,
  labelNoise: 0.01,
  temperature: 1,
  classes: 2,
  context: 'upper bound',
  seen: 100,
};
const MOST_L = 16;
const MOST_CLASSES = 100;
const MOST_NOISE = 0.3;
const [COLDEST, WARMEST] = [0.5, 4];
const MOST_SEEN = 10 ** MOST_POWER;

const between = (least: number, most: number, value: number): number =>
  Math.max(least, Math.min(most, value));

/** Refuses what is no setting of this figure. */
function checkState({ L, k, labelNoise, temperature, classes, context, seen }: GateState): void {
  positiveInteger('L', L, 1, MOST_L);
  positiveInteger('k', k, 0, L - 1);
  const noise = `a number from 0 to ${MOST_NOISE}`;
  finiteNumber('labelNoise', labelNoise, noise, (q) => q >= 0 && q <= MOST_NOISE);
  const warm = `a number from ${COLDEST} to ${WARMEST}`;
  finiteNumber('temperature', temperature, warm, (T) => T >= COLDEST && T <= WARMEST);
  positiveInteger('classes', classes, 2, MOST_CLASSES);
  checkWord('context', context, CONTEXT_LOSSES);
  positiveInteger('seen', seen, 1, MOST_SEEN);
}

/** The sentences about the switch. */
function saidOfSwitch(state: GateState, losses: GateLosses): string {
  const { context, entropy, switch: at, switchOfBound } = losses;
  if (at < Infinity)
    return (
      `The gate switches at N_x* = ${counted(at)}: from there on the expected in-weight loss is ` +
      'below the in-context loss. By the in-weight bound as drawn it would switch at N_x = ' +
      `${counted(switchOfBound)}.`
    );
  const why =
    context === 0
      ? `${state.context === 'copies a noisy example' ? 'copying without label noise' : 'a vote without irrelevant examples'} makes no error`
      : `the in-context loss ${shown(context, 4)} is not above ${shown(entropy, 4)}, the ` +
        'entropy of the labels to which the in-weight loss falls';
  return `There is no switch, N_x* is infinite: ${why}.`;
}

/** A control of a number. */
const numbered = (
  kind: 'range' | 'number',
  label: string,
  key: 'k' | 'labelNoise' | 'temperature' | 'L' | 'classes',
  [least, most, step]: readonly [number, number, number],
  change: (state: GateState, value: number) => Partial<GateState> = (_, value) => ({
    [key]: value,
  }),
): Control<GateState> => ({
  kind,
  label,
  least,
  most,
  step,
  value: (state) => state[key],
  change: (state, value) => ({ ...state, ...change(state, value) }),
});

const CONTROLS: readonly Control<GateState>[] = [
  numbered('range', 'irrelevant examples, k', 'k', [0, MOST_L - 1, 1], ({ L }, value) => ({
    k: Math.min(L - 1, Math.round(value)),
  })),
  numbered('range', 'label noise', 'labelNoise', [0, MOST_NOISE, 0.01]),
  numbered('range', 'temperature of the vote', 'temperature', [COLDEST, WARMEST, 0.1]),
  numbered('number', 'examples, L', 'L', [1, MOST_L, 1], ({ k }, value) => {
    const L = Math.round(value);
    return { L, k: Math.min(k, L - 1) };
  }),
  numbered('number', 'classes', 'classes', [2, MOST_CLASSES, 1], (_, value) => ({
    classes: Math.round(value),
  })),
  {
    kind: 'choice',
    label: 'in-context loss',
    options: CONTEXT_LOSSES,
    value: ({ context }) => context,
    change: (state, value) => ({ ...state, context: value as ContextLoss }),
  },
];

/** The figure. */
export function gateFigure(): LiveFigure<GateState> {
  const kept = new WeakMap<GateState, GateLosses>();
  const lossesOf = (state: GateState): GateLosses => {
    const losses = kept.get(state) ?? gateLosses(state);
    kept.set(state, losses);
    return losses;
  };
  const seenAt = (state: GateState, power: number): GateState => ({
    ...state,
    seen: Math.round(10 ** between(0, MOST_POWER, power)),
  });
  return {
    title: 'When the gate switches',
    help:
      'Change the context and the noise below. Drag the handle on the axis, or move it with the ' +
      'arrow keys, to read the losses at another N_x. Label noise is part of the in-weight loss ' +
      'only, as the authors draw it, unless the in-context predictor copies a noisy example.',
    start(given) {
      knownKeys('liveGate', given, Object.keys(FIRST));
      const state: GateState = { ...FIRST, ...(given as GateStart) };
      checkState(state);
      return state;
    },
    draw: (state, sheet) => gatePicture(state, state.seen, lossesOf(state), sheet),
    say(state) {
      const losses = lossesOf(state);
      const inWeight = losses.inWeight(state.seen);
      const better = inWeight < losses.context ? 'in-weight' : 'in-context';
      return (
        `${saidOfSwitch(state, losses)} At N_x = ${counted(state.seen)} the expected in-weight ` +
        `loss is ${shown(inWeight, 4)}, the in-context loss ${shown(losses.context, 4)}: the ` +
        `gate follows the ${better} predictor.`
      );
    },
    numbers(state) {
      const { inWeight, bound, ...losses } = lossesOf(state);
      const own = inWeight(state.seen);
      return {
        ...losses,
        seen: state.seen,
        inWeight: own,
        bound: bound(state.seen),
        gated: Math.min(own, losses.context),
      };
    },
    controls: () => CONTROLS,
    drag: (state, _, to, sheet) => seenAt(state, gateScales(sheet, 0).across.back(to.x)),
    arrow(state, _, dx, dy) {
      const next = seenAt(state, Math.log10(state.seen) + 0.05 * (dx + dy));
      return next.seen === state.seen
        ? { ...state, seen: between(1, MOST_SEEN, state.seen + dx + dy) }
        : next;
    },
  };
}
