/**
 * Instruction induction in TaskWorld, where it is known which instruction is true and all that there
 * are can be tried: 12 that name a rule, 4 that name its feature alone, 3 its scope alone, and none.
 * The likelihood of an instruction I after examples (x_i, y_i) is
 *
 *   P(y_1 .. y_k | x_1 .. x_k, I) = prod_i P(y_i | x_i, I, examples before i),
 *
 * or, with each example alone, prod_i P(y_i | x_i, I). The instruction that is guessed is the one of
 * the highest likelihood. Where inputs say nothing about the rule, the likelihood of the first form
 * under the exact answer times the prior of a rule is proportional to its posterior.
 * Reference: Honovich et al. (2022, arXiv 2205.10782), for instructions in words.
 */
import { checkFlag, checkHas, checkList, checkNumbers } from '../../../core/checks';
import { demand, plainObject } from '../../../core/errors';
import type { QuestionScorer } from '../scoring/scorer';
import type { WorldQuestion } from '../scoring/worldquestions';
import { checkWorldContext, type Context, type Example } from '../world/posterior';
import { RULES, SCOPES, checkInstruction, type WorldRule } from '../world/rules';
import { WORD_FEATURES } from '../world/words';

/** A rule, or a part of it; null: none. */
export type WorldInstruction = Partial<WorldRule> | null;

/** All instructions of TaskWorld: rules in the order of world.RULES, features, scopes, none. */
export const WORLD_INSTRUCTIONS: readonly WorldInstruction[] = [
  ...RULES,
  ...WORD_FEATURES.map((_, feature) => ({ feature })),
  ...SCOPES.map((scope) => ({ scope })),
  null,
];

/**
 * Examples after an instruction.
 *
 * @throws CourseError when the instruction or an example is none
 */
export function instructedContext(
  instruction: WorldInstruction,
  examples: readonly Example[],
): Context {
  if (instruction !== null) checkInstruction(instruction);
  const context = instruction === null ? { examples } : { examples, instruction };
  checkWorldContext(context);
  return context;
}

/**
 * The logarithm of the probability of each example's label under each instruction, in nats, of all
 * label words.
 *
 * @param scorer   the small model or the exact answer
 * @param inTurn   whether each example comes after those before it; else each is alone
 * @param among    the instructions; left out: all
 * @returns [instructions, examples]
 * @throws CourseError when there is no scorer, no example or no instruction, or the scorer answers
 *   with something else than one number
 */
export function instructionLogs(
  scorer: QuestionScorer<WorldQuestion>,
  examples: readonly Example[],
  inTurn: boolean,
  among: readonly WorldInstruction[] = WORLD_INSTRUCTIONS,
): number[][] {
  checkHas('The scorer', scorer, 'a scorer of questions', 'score');
  checkFlag("'inTurn'", inTurn);
  checkList('Instructions', among, 'instructions', (one) => typeof one === 'object', 1);
  demand(
    Array.isArray(examples) && examples.length > 0,
    () => 'An instruction was to be guessed from nothing.',
    'Give at least one example.',
  );
  examples.forEach((example, i) => plainObject(`Example ${i}`, example));
  const asked = among.flatMap((instruction) =>
    examples.map(({ input, label }, i): WorldQuestion => {
      const context = instructedContext(instruction, inTurn ? examples.slice(0, i) : []);
      return { context, input, options: [label] };
    }),
  );
  const scored = scorer.score(asked);
  plainObject('What the scorer gave', scored);
  const logs = scored.scores.flat();
  checkList('Scores', logs, 'numbers', (log) => typeof log === 'number' && !Number.isNaN(log));
  demand(
    logs.length === asked.length,
    () => `The scorer gave ${logs.length} scores for ${asked.length} labels.`,
    'Give one for each.',
  );
  return among.map(() => logs.splice(0, examples.length));
}

/**
 * The logarithm of the likelihood of each instruction: the sum over the examples.
 *
 * @returns [instructions], in nats
 * @throws CourseError as instructionLogs does
 */
export const instructionLikelihoods = (
  scorer: QuestionScorer<WorldQuestion>,
  examples: readonly Example[],
  inTurn: boolean,
  among: readonly WorldInstruction[] = WORLD_INSTRUCTIONS,
): number[] =>
  instructionLogs(scorer, examples, inTurn, among).map((logs) => logs.reduce((a, b) => a + b, 0));

/** Nats by which two likelihoods may differ by rounding. */
const ALIKE = 1e-9;

/**
 * The numbers of all instructions of the highest likelihood: several where examples do not tell them
 * apart.
 *
 * @param likelihoods in nats
 * @throws CourseError when they are no finite numbers, or there are none
 */
export function likeliestInstructions(likelihoods: readonly number[]): number[] {
  checkNumbers('Likelihoods', likelihoods, 1);
  const most = Math.max(...likelihoods);
  return [...likelihoods.keys()].filter((i) => likelihoods[i]! >= most - ALIKE);
}
