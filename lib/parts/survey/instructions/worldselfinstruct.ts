/**
 * Self-Instruct where the truth is known: a small model that was tuned to new words for some rules of
 * TaskWorld makes tasks of others. An instruction is two words drawn at random, and refused when the
 * pool has it; inputs are written by the model, word by word from all tokens; labels are its own
 * answers under the instruction, with natural labels y of the feature that it names,
 *
 *   label(x) = argmax_y p(y | I, x),
 *
 * calibrated over the inputs of an instruction. Each piece can be compared with the rule.
 * Reference: Wang et al. (2022, arXiv 2212.10560); the drawing of instructions is our own.
 */
import { tf } from '../../../core/backend';
import { checkEach, checkStream, type Check } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import { drawByScore } from '../../../core/numerics';
import type { Stream } from '../../../core/random';
import { METHODS } from '../../../model/methods';
import { disposeLayout, documentLayout } from '../small/layout';
import { checkSmallModel } from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { HEADER_TOKENS, LINE_TOKENS } from '../world/documents';
import { labelIndex, type Example } from '../world/posterior';
import {
  INPUT_WORDS,
  RULES,
  checkInput,
  checkOneRule,
  type Input,
  type WorldRule,
} from '../world/rules';
import { namedTask } from '../world/taskworld';
import { VOCABULARY, tokenIndex } from '../world/vocabulary';
import { WORDS } from '../world/words';
import { modelLabels, type ModelLabel } from '../work/labelling';
import { instructedLogAnswers } from './instructed';
import { newInstruction } from './newwords';

/** More than this is no set of proposals or inputs. */
const MOST = 1e4;

const sameRule = (a: WorldRule, b: WorldRule): boolean =>
  a.feature === b.feature && a.scope === b.scope;

/** A rule whose instruction was proposed. */
export interface RuleProposal {
  readonly rule: WorldRule;
  readonly refusal: 'in the pool' | null;
}

/**
 * Instructions that are drawn at random, a word for the feature and one for the scope.
 *
 * @param pool rules whose instructions there are; those that are kept join it
 * @throws CourseError when what is given is no stream, rule or number
 */
export function proposeRules(
  random: Stream,
  pool: readonly WorldRule[],
  count: number,
): RuleProposal[] {
  checkStream(random);
  checkEach('Rules', pool, 'rules', checkOneRule);
  positiveInteger('The number of proposals', count, 1, MOST);
  const known = [...pool];
  return Array.from({ length: count }, () => {
    const rule = RULES[random.integer(RULES.length)]!;
    const refused = known.some((one) => sameRule(one, rule));
    if (!refused) known.push(rule);
    return { rule, refusal: refused ? ('in the pool' as const) : null };
  });
}

/** Where a word of the first line is predicted. */
const placeBefore = (word: number): number => HEADER_TOKENS + word - 1;

/** Scores of all tokens as the next word of rows, [rows, V]. */
const nextScores = (
  model: SmallModel,
  layout: ReturnType<typeof documentLayout>,
  rows: readonly (readonly number[])[],
  place: number,
): number[][] =>
  tf.tidy(
    () =>
      model
        .logits(tf.tensor2d(rows.flat(), [rows.length, rows[0]!.length], 'int32'), layout) // [B, T, V]
        .slice([0, place, 0], [-1, 1, -1]) // [B, 1, V]
        .squeeze([1]) // [B, V]
        .arraySync() as number[][],
  );

/**
 * Inputs that a small model under AR writes after the header of a rule, word by word from the
 * probabilities of all tokens.
 *
 * @param model stays the caller's
 * @returns null where one of the three tokens is no word of inputs
 * @throws CourseError when there is no model, rule or stream, or the number is refused
 */
export function writeInstructedInputs(
  model: SmallModel,
  rule: WorldRule,
  count: number,
  random: Stream,
): (Input | null)[] {
  checkSmallModel(model);
  const header = newInstruction(rule).map(tokenIndex);
  positiveInteger('The number of inputs', count, 1, MOST);
  checkStream(random);
  const layout = documentLayout(METHODS.ar, 0, 1);
  try {
    const blank = new Array<number>(LINE_TOKENS).fill(0);
    const rows = Array.from({ length: count }, () => [...header, ...blank]);
    for (let word = 0; word < INPUT_WORDS; word++) {
      const scores = nextScores(model, layout, rows, placeBefore(word));
      rows.forEach((row, i) => (row[HEADER_TOKENS + word] = drawByScore(random, scores[i]!)));
    }
    return rows.map((row) => {
      const tokens = row.slice(HEADER_TOKENS, HEADER_TOKENS + INPUT_WORDS);
      const input = tokens.map((token) => WORDS.indexOf(VOCABULARY[token]!));
      return input.includes(-1) ? null : input;
    });
  } finally {
    disposeLayout(layout);
  }
}

const checkOneInput: Check = (_, input) => checkInput(input as Input);

/**
 * Scores of the two natural labels of a rule for inputs under its new instruction.
 *
 * @param model under AR; stays the caller's
 * @returns in nats, [inputs, 2]: of class 0 and class 1
 * @throws CourseError when there is no model, rule or input
 */
export function instructedClassLogs(
  model: SmallModel,
  rule: WorldRule,
  inputs: readonly Input[],
): number[][] {
  const header = newInstruction(rule);
  checkEach('Inputs', inputs, 'inputs', checkOneInput, 1);
  const examples: readonly Example[] = [];
  const questions = inputs.map((input) => ({ header, context: { examples }, input }));
  const labels = namedTask(rule, 'natural').labels.map(labelIndex);
  return instructedLogAnswers(model, METHODS.ar, questions).map((row) =>
    labels.map((label) => row[label]!),
  );
}

/**
 * The classes that a small model gives to inputs under an instruction, with its confidence, calibrated
 * over these inputs.
 *
 * @param model under AR; stays the caller's
 * @throws CourseError when there is no model, rule or input
 */
export const selfLabels = (
  model: SmallModel,
  rule: WorldRule,
  inputs: readonly Input[],
): ModelLabel[] => modelLabels(instructedClassLogs(model, rule, inputs));
