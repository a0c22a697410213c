/**
 * Questions on new words for instructions, two forms of them:
 *
 *   natural            labels that name the feature, and no demonstration: of what the instruction
 *                      says the label words tell the feature already, so that the scope is left;
 *   two demonstrations symbols as labels, and one demonstration of each class: they tell the symbols,
 *                      and the instruction the feature and the scope.
 *
 * An input is hard when the three scopes of its task's feature do not agree on its class; on the
 * others a model that ignores the scope is right too.
 */
import { shuffled, stream, type Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { EVALUATION_SEED } from '../../experiments/kind';
import type { Method } from '../../model/methods';
import type { CellQuestion } from './cells';
import { instructedLogAnswers } from './instructions/instructed';
import { newInstruction } from './instructions/newwords';
import type { SmallModel } from './small/smallmodel';
import { headerOf } from './world/documents';
import { ExactBayes, labelIndex, type Example } from './world/posterior';
import { RULES, SCOPES, classOf, type Input, type WorldRule } from './world/rules';
import { drawExamples, drawInput } from './world/sampling';
import {
  SYMBOLS,
  WORLD,
  heldOut,
  namedTask,
  symbolTask,
  trainedPrior,
  type WorldTask,
} from './world/taskworld';

/** The forms of questions. */
export const INSTRUCTION_FORMS = ['natural', 'two demonstrations'] as const;
export type InstructionForm = (typeof INSTRUCTION_FORMS)[number];

/** A question of a task, with rules that a wrong instruction could name. */
export interface InstructionQuestion {
  readonly task: WorldTask;
  readonly examples: readonly Example[];
  readonly input: Input;
  readonly right: 0 | 1;
  readonly hard: boolean;
  /** The same feature in another scope, and another feature in the same scope. */
  readonly otherScope: WorldRule;
  readonly otherFeature: WorldRule;
}

/** Whether the scopes of a feature disagree on an input. */
export const scopesDisagree = (feature: number, input: Input): boolean =>
  new Set(SCOPES.map((scope) => classOf({ feature, scope }, input))).size > 1;

/** The task of a rule with natural labels, or with two random symbols that training showed with it. */
function taskOf(random: Stream, rule: WorldRule, mapping: 'natural' | 'arbitrary'): WorldTask {
  if (mapping === 'natural') return namedTask(rule, 'natural');
  const [zero, one] = shuffled(random, SYMBOLS) as [string, string];
  const task = symbolTask(rule, [zero, one]);
  return heldOut(task) ? taskOf(random, rule, mapping) : task;
}

/** Questions of some rules, as many of each: the same for every model. */
export function instructionQuestions(
  rules: readonly WorldRule[],
  form: InstructionForm,
  count: number,
): InstructionQuestion[] {
  const random = stream(EVALUATION_SEED, 'questions under instructions', form, rules.length);
  const oneOf = (among: (rule: WorldRule) => boolean): WorldRule => {
    const possible = RULES.filter(among);
    return possible[random.integer(possible.length)]!;
  };
  return Array.from({ length: count }, (_, i) => {
    const rule = rules[i % rules.length]!;
    const task = taskOf(random, rule, form === 'natural' ? 'natural' : 'arbitrary');
    const right = random.integer(2) as 0 | 1;
    const input = drawInput(random, rule, right);
    const { feature, scope } = rule;
    return {
      task,
      examples:
        form === 'natural' ? [] : drawExamples(random, task, shuffled(random, [0, 1] as const)),
      input,
      right,
      hard: scopesDisagree(feature, input),
      otherScope: oneOf((other) => other.feature === feature && other.scope !== scope),
      otherFeature: oneOf((other) => other.feature !== feature && other.scope === scope),
    };
  });
}

/**
 * Questions after n demonstrations without an instruction, on all rules, as many of each: the same for
 * every model.
 */
export function demonstratedQuestions(
  mapping: 'natural' | 'arbitrary',
  n: number,
  count: number,
): CellQuestion[] {
  const random = stream(EVALUATION_SEED, 'questions after demonstrations', mapping, n);
  return Array.from({ length: count }, (_, i) => {
    const rule = RULES[i % RULES.length]!;
    const task = taskOf(random, rule, mapping);
    const examples = drawExamples(random, task, n);
    const right = random.integer(2) as 0 | 1;
    return { task, context: { examples }, input: drawInput(random, rule, right), right };
  });
}

/** What a header tells of a question's rule, and in which words. */
export const TOLD = {
  'right instruction': ({ task }: InstructionQuestion) => newInstruction(task.rule),
  'no instruction': () => headerOf(),
  'wrong scope': ({ otherScope }: InstructionQuestion) => newInstruction(otherScope),
  'wrong feature': ({ otherFeature }: InstructionQuestion) => newInstruction(otherFeature),
  'old words': ({ task }: InstructionQuestion) => headerOf(task.rule),
} as const;
export type Told = keyof typeof TOLD;

/** How often answers are right: on all inputs, and on those that are hard. */
export interface RightShares {
  readonly all: number;
  readonly hard: number;
}

/** Shares of right answers of scores of all label words, [questions, labels]. */
function rightShares(
  questions: readonly InstructionQuestion[],
  scores: readonly ArrayLike<number>[],
): RightShares {
  const right = questions.map(({ task, right: wanted }, q) => {
    const [zero, one] = task.labels.map((label) => scores[q]![labelIndex(label)]!);
    return Number((zero! >= one! ? 0 : 1) === wanted);
  });
  return { all: mean(right), hard: mean(right.filter((_, q) => questions[q]!.hard)) };
}

/** How often a small model is right, of the two labels of each task. */
export const modelShares = (
  model: SmallModel,
  method: Method,
  questions: readonly InstructionQuestion[],
  told: Told,
): RightShares =>
  rightShares(
    questions,
    instructedLogAnswers(
      model,
      method,
      questions.map((question) => ({
        context: { examples: question.examples },
        input: question.input,
        header: TOLD[told](question),
      })),
    ),
  );

/** What the exact answer is told. */
const EXACTLY: Readonly<
  Partial<Record<Told, (question: InstructionQuestion) => WorldRule | null>>
> = {
  'right instruction': ({ task }) => task.rule,
  'no instruction': () => null,
  'wrong scope': ({ otherScope }) => otherScope,
  'wrong feature': ({ otherFeature }) => otherFeature,
};

/** How often the exact answer is right, by what it is told. */
export function exactShares(questions: readonly InstructionQuestion[]): [Told, RightShares][] {
  const bayes = new ExactBayes(WORLD, {}, trainedPrior());
  return Object.entries(EXACTLY).map(([told, ruleOf]) => {
    const answers = questions.map((question) => {
      const { examples, input } = question;
      const instruction = ruleOf(question);
      return bayes.answers(instruction ? { examples, instruction } : { examples }, input);
    });
    return [told as Told, rightShares(questions, answers)];
  });
}
