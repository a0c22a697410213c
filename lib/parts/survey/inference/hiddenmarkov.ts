/**
 * Hidden Markov models whose states each emit one token, and the forward algorithm in log space. With
 * a_i(h) the probability of the tokens up to i and of state h at token i,
 *
 *   a_1(h) = start(h) [token(h) = t_1],   a_(i+1)(h') = [token(h') = t_(i+1)] sum_h a_i(h) A(h, h'),
 *   p(t_1 .. t_i) = sum_h a_i(h),         p(t_(i+1) = t | t_1 .. t_i) ~ sum_(h') [token(h') = t] ...
 *
 * and everything is kept as logarithms, so that long texts do not underflow.
 * Reference: Rabiner (1989), "A tutorial on hidden Markov models", for the forward algorithm.
 */
import { checkEach, checkIndices, checkRows, checkShares, type Check } from '../../../core/checks';
import { demand, plainObject, quote } from '../../../core/errors';
import { logSum } from '../../../core/numerics';

/** A hidden Markov model of H states. */
export interface HiddenMarkov {
  /** Probability of each state at the first token, [H]. */
  readonly start: readonly number[];
  /** Row h: probability of each state after h, [H][H]. */
  readonly transitions: readonly (readonly number[])[];
  /** The token that each state emits, [H]. */
  readonly emits: readonly number[];
}

/** What the forward algorithm finds after the first 0 .. T tokens. */
export interface ForwardReading {
  /** ln p(t_1 .. t_i), of i = 0 .. T; -Infinity where the model cannot write them. */
  readonly logs: readonly number[];
  /** Probability of each next token after i tokens, [T + 1][V]; 0 of all where there is none. */
  readonly next: readonly (readonly number[])[];
}

const ROUNDING = 1e-6;
const addsUp = (shares: readonly number[]): boolean =>
  Math.abs(shares.reduce((sum, p) => sum + p, 0) - 1) < ROUNDING;

/**
 * Refuses what is no hidden Markov model.
 *
 * @throws CourseError naming what does not fit
 */
export const checkHiddenMarkov: Check = (name, model) => {
  plainObject(name, model);
  const { start, transitions, emits } = model as HiddenMarkov;
  checkShares(`'start' of ${name}`, start);
  checkRows(`'transitions' of ${name}`, transitions);
  transitions.forEach((row) => checkShares(`A row of transitions of ${name}`, row));
  checkIndices(`'emits' of ${name}`, emits);
  const H = start.length;
  demand(
    transitions.length === H && transitions[0]!.length === H && emits.length === H,
    () =>
      `${name} has ${H} states at the start, transitions [${transitions.length}, ` +
      `${transitions[0]!.length}] and ${emits.length} emitted tokens.`,
    'Give as many of each.',
  );
  demand(
    addsUp(start) && transitions.every(addsUp),
    () => `The probabilities of ${name} do not add up to 1.`,
    'Divide the start and each row of the transitions by its sum.',
  );
};

/** ln weights of states, of those alone that are possible. */
interface LogStates {
  readonly states: readonly number[];
  readonly logs: readonly number[];
}

/** Models that were checked: a text is read by each many times. */
const CHECKED = new WeakSet<HiddenMarkov>();

/** Refuses what is no hidden Markov model, once for each. */
export function checkMarkovOnce(model: HiddenMarkov): void {
  if (typeof model === 'object' && model !== null && CHECKED.has(model)) return;
  checkHiddenMarkov('The model', model);
  CHECKED.add(model);
}

/** Of states that come next: ln of the sum of all weights, and the share of each, [H]. */
interface Coming {
  readonly total: number;
  readonly shares: Float64Array;
}

/** The states after those that are possible; the largest weight is taken out of the sum. */
function comingAfter({ transitions }: HiddenMarkov, { states, logs }: LogStates): Coming {
  const most = logs.reduce((top, log) => Math.max(top, log), -Infinity);
  const sums = new Float64Array(transitions.length);
  if (most === -Infinity) return { total: most, shares: sums };
  states.forEach((h, i) => {
    const weight = Math.exp(logs[i]! - most);
    const row = transitions[h]!;
    for (let to = 0; to < sums.length; to++) sums[to]! += weight * row[to]!;
  });
  const total = sums.reduce((sum, weight) => sum + weight, 0);
  return { total: most + Math.log(total), shares: sums.map((weight) => weight / total) };
}

/** Those states that emit a token, with the logarithms of their weights. */
function emitting({ emits }: HiddenMarkov, { total, shares }: Coming, token: number): LogStates {
  const states: number[] = [];
  for (let h = 0; h < emits.length; h++) if (emits[h] === token && shares[h]! > 0) states.push(h);
  return { states, logs: states.map((h) => total + Math.log(shares[h]!)) };
}

/** Probability of each next token, of the states that come. */
function tokenShares({ shares }: Coming, emits: readonly number[], V: number): number[] {
  const sums = new Array<number>(V).fill(0);
  shares.forEach((share, h) => (sums[emits[h]!]! += share));
  return sums;
}

/**
 * Reads a text by the forward algorithm.
 *
 * @param tokens     t_1 .. t_T
 * @param vocabulary V, more than every token that a state emits
 * @throws CourseError when there is no model, or a token is not of the vocabulary
 */
export function forwardReading(
  model: HiddenMarkov,
  tokens: readonly number[],
  vocabulary: number,
): ForwardReading {
  checkMarkovOnce(model);
  const { emits, start } = model;
  const largest = emits.reduce((a, b) => Math.max(a, b));
  demand(
    Number.isSafeInteger(vocabulary) && vocabulary > largest && vocabulary <= MOST_TOKENS,
    () =>
      `A vocabulary of ${quote(vocabulary)} tokens was given where token ${largest} is emitted.`,
    `Give at least one more, and at most ${MOST_TOKENS}.`,
  );
  checkIndices('Tokens', tokens, vocabulary - 1);
  let coming: Coming = { total: 0, shares: Float64Array.from(start) };
  const logs = [0];
  const next = [tokenShares(coming, emits, vocabulary)];
  for (const token of tokens) {
    const possible = emitting(model, coming, token);
    logs.push(logSum([-Infinity, ...possible.logs]));
    coming = comingAfter(model, possible);
    next.push(tokenShares(coming, emits, vocabulary));
  }
  return { logs, next };
}

/** The most tokens of a vocabulary. */
const MOST_TOKENS = 1e5;

/** What a mixture of models says after the first 0 .. T tokens. */
export interface MixtureReading {
  /** P(model | t_1 .. t_i), [T + 1][K]. */
  readonly posterior: readonly (readonly number[])[];
  /** p(t_(i+1) | t_1 .. t_i) = sum_k P(k | ...) p_k(t_(i+1) | ...), [T + 1][V]. */
  readonly next: readonly (readonly number[])[];
  /** The same where the models keep their prior, whatever was read, [T + 1][V]. */
  readonly unweighted: readonly (readonly number[])[];
  /** ln p(t_1 .. t_i), of i = 0 .. T. */
  readonly logs: readonly number[];
}

/** The mean of rows of numbers, each with its weight: [K][V] -> [V]. */
const weighted = (rows: readonly (readonly number[])[], weights: readonly number[]): number[] =>
  rows[0]!.map((_, v) => rows.reduce((sum, row, k) => sum + weights[k]! * row[v]!, 0));

/**
 * Reads a text that one of K models has written, each with the same prior probability: which one it
 * was, and what comes next.
 *
 * @param vocabulary V
 * @throws CourseError when there is no model, a token is not of the vocabulary, or no model can have
 *   written the text
 */
export function mixtureReading(
  models: readonly HiddenMarkov[],
  tokens: readonly number[],
  vocabulary: number,
): MixtureReading {
  checkEach('Models of a mixture', models, 'models', () => undefined, 1);
  const readings = models.map((model) => forwardReading(model, tokens, vocabulary));
  const prior = models.map(() => 1 / models.length);
  const [posterior, next, unweighted, logs]: [number[][], number[][], number[][], number[]] = [
    [],
    [],
    [],
    [],
  ];
  for (let i = 0; i <= tokens.length; i++) {
    const own = readings.map((reading) => reading.logs[i]! - Math.log(models.length));
    const total = logSum(own);
    demand(
      total > -Infinity,
      () => `No model of the mixture can have written the first ${i} tokens [${tokens.join()}].`,
      'Give transitions that are all above 0, or another text.',
    );
    const shares = own.map((log) => Math.exp(log - total));
    const each = readings.map((reading) => reading.next[i]!);
    posterior.push(shares);
    next.push(weighted(each, shares));
    unweighted.push(weighted(each, prior));
    logs.push(total);
  }
  return { posterior, next, unweighted, logs };
}
