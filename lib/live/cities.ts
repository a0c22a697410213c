/**
 * Live figure: a language model is taught where one person lives, without a context, and is asked
 * after a context that names another city. The log-odds of the context,
 *   log p(city of the context) - log p(city of the fact),
 * fall with the steps. Reference: Chan et al. (ICLR 2025), section 6.
 */
import { cityQuestion, cityStatement } from '../parts/inweight/facts';

import { citiesDrawing, type CitiesScene } from './citiesdrawing';
import {
  MOST_TAUGHT,
  RATES,
  TAUGHT_AT_ONCE,
  begun,
  checkOutput,
  newestOf,
  next,
  oddsOf,
  openedModel,
  rechosen,
  resaid,
  type CitiesOutput,
  type CitiesState,
} from './citiesstate';
import type { Control, LiveFigure } from './figure';
import { shown } from './svg';

const sceneOf = (state: CitiesState): CitiesScene => ({
  name: state.output.names[state.name]!,
  cities: state.output.cities,
  said: state.said,
  taught: state.taught,
  alone: newestOf(state, 'alone'),
  given: newestOf(state, 'given'),
  odds: oddsOf(state),
  steps: state.lesson.steps,
  due: state.due,
});

/** The likeliest of the cities, with its probability. */
function answerIn(cities: readonly string[], logs: readonly number[]): string {
  const best = Math.max(...logs);
  return `${cities[logs.indexOf(best)]!} (probability ${shown(Math.exp(best), 2)})`;
}

/** What has become of the log-odds. */
function changeIn({ odds, said, taught, steps, due }: CitiesScene): string {
  if (said === taught) return 'The context agrees with the fact, so that there is no conflict.';
  const [first, last] = [odds[0], odds.at(-1)];
  if (first?.[0] !== 0 || !last) return 'The log-odds of the context are being computed.';
  const begin = `The log-odds of the context are ${shown(last[1], 1)} nats`;
  const under = due > steps ? ` Teaching: step ${steps} of ${due}.` : '';
  if (last[0] === 0) return `${begin}; nothing has been taught yet.${under}`;
  const [fall, verb] = [first[1] - last[1], first[1] >= last[1] ? 'fell' : 'rose'];
  return `${begin} after ${last[0]} steps: they ${verb} by ${shown(Math.abs(fall), 1)} nats.${under}`;
}

/** A choice among strings, by number. */
const choiceOf = (
  label: string,
  options: readonly string[],
  value: (state: CitiesState) => number,
  change: (state: CitiesState, to: number) => CitiesState,
): Control<CitiesState> => ({
  kind: 'choice',
  label,
  options,
  value: (state) => options[value(state)]!,
  change: (state, text) => change(state, options.indexOf(text)),
});

const controlsOf = ({ names, cities }: CitiesOutput): Control<CitiesState>[] => [
  choiceOf(
    'Name',
    names,
    ({ name }) => name,
    (state, name) => rechosen(state, { name }),
  ),
  choiceOf('City in the context', cities, ({ said }) => said, resaid),
  choiceOf(
    'City of the fact',
    cities,
    ({ taught }) => taught,
    (state, taught) => rechosen(state, { taught }),
  ),
  choiceOf(
    'Learning rate',
    RATES,
    ({ rate }) => RATES.indexOf(rate),
    (state, i) => rechosen(state, { rate: RATES[i]! }),
  ),
  {
    kind: 'button',
    label: `teach ${TAUGHT_AT_ONCE} steps`,
    press: (state) => ({ ...state, due: Math.min(MOST_TAUGHT, state.due + TAUGHT_AT_ONCE) }),
  },
  { kind: 'button', label: 'forget', press: (state) => rechosen(state, {}) },
];

/** The figure; its network comes with the output. */
export const citiesFigure = (): LiveFigure<CitiesState> => ({
  title: 'Teach a fact, and contradict it',
  help:
    'Choose a name, the city in the context and the city of the fact below, and teach the fact. ' +
    'A click on a row, or Enter, gives its city in the context. Hatched: the city of the ' +
    'context; solid: the city of the fact. Probabilities are among all answers.',
  start(given) {
    const output = given as CitiesOutput;
    checkOutput(output);
    const { name, said, taught, rate } = output;
    return begun(output, openedModel(output), { name, said, taught, rate });
  },
  draw: (state, sheet) => citiesDrawing(sceneOf(state), sheet),
  say(state) {
    const scene = sceneOf(state);
    const { name, cities, said, alone, given } = scene;
    if (!alone || !given) return 'The model is being asked.';
    return (
      `Of these cities the likeliest answer to "${cityQuestion(name)}" is ` +
      `${answerIn(cities, alone)} without the context, and ${answerIn(cities, given)} after ` +
      `"${cityStatement({ name, city: cities[said]! })}" ${changeIn(scene)}`
    );
  },
  numbers(state) {
    const { alone, given, odds, steps, due, said, taught } = sceneOf(state);
    const last = odds.at(-1)?.[1];
    return {
      said,
      steps,
      due,
      measured: odds.length,
      ...(last === undefined ? {} : { odds: last, fall: odds[0]![1] - last }),
      ...(alone ? { factAlone: Math.exp(alone[taught]!) } : {}),
      ...(given
        ? { contextGiven: Math.exp(given[said]!), factGiven: Math.exp(given[taught]!) }
        : {}),
    };
  },
  later(state, whole = false) {
    let now = next(state);
    for (let more = now; whole && more; more = next(more)) now = more;
    return now;
  },
  controls: ({ output }) => controlsOf(output),
  press: (state, key) => resaid(state, Number(key.replace('city ', ''))),
  close: ({ model }) => model.dispose(),
});
