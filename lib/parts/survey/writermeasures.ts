/**
 * What is measured of a small model that writes instructions: how often the rule, its feature and its
 * scope are right by the number of demonstrations, beside the likeliest rule under the exact
 * posterior; and how often the model before tuning, which knows these words, is right on a new input
 * under the instruction that was written.
 */
import { mean } from '../../evaluation/statistics';
import { METHODS } from '../../model/methods';
import { accuracyOf, smallShares } from './cellmeasures';
import type { CellQuestion } from './cells';
import { demonstratedQuestions } from './instructionquestions';
import type { InstructionTuningMeasures, TunedSubject } from './instructiontuningmeasures';
import { ruleLogs } from './instructions/writer';
import { bestOptions } from './scoring/scorer';
import type { SmallModel } from './small/smallmodel';
import type { PutAfter, PutNumber } from './titles';
import { ExactBayes } from './world/posterior';
import { RULES, type WorldRule } from './world/rules';
import { TASKS, WORLD, trainedPrior } from './world/taskworld';

/** Sorts of labels. */
const LABELLED = ['natural', 'arbitrary'] as const;

/** Rules of scores by rule, [questions, 12]. */
const likeliest = (scores: readonly (readonly number[])[]): WorldRule[] =>
  bestOptions(scores).map((rule) => RULES[rule]!);

const writtenRules = (model: SmallModel, questions: readonly CellQuestion[]): WorldRule[] =>
  likeliest(
    ruleLogs(
      model,
      questions.map(({ context: { examples } }) => examples),
    ),
  );

const RULE_OF_TASK = TASKS.map(({ rule }) => RULES.indexOf(rule));

/** The likeliest rules under the exact posterior. */
function exactRules(questions: readonly CellQuestion[]): WorldRule[] {
  const bayes = new ExactBayes(WORLD, {}, trainedPrior());
  return likeliest(
    questions.map(({ context }) => {
      const byRule = RULES.map(() => 0);
      bayes.tasks(context).forEach((p, task) => {
        const rule = RULE_OF_TASK[task]!;
        byRule[rule] = byRule[rule]! + p;
      });
      return byRule;
    }),
  );
}

/** How often rules, features and scopes are right. */
function putRight(
  questions: readonly CellQuestion[],
  rules: readonly WorldRule[],
  put: (what: string, value: number) => void,
): void {
  const pairs = rules.map((rule, q) => [rule, questions[q]!.task.rule] as const);
  const feature = pairs.map(([a, b]) => Number(a.feature === b.feature));
  const scope = pairs.map(([a, b]) => Number(a.scope === b.scope));
  put('rule right', mean(feature.map((right, q) => right * scope[q]!)));
  put('feature right', mean(feature));
  put('scope right', mean(scope));
}

/** Rules that are right along training, after the most demonstrations. */
export function watchWriting(
  { model }: TunedSubject,
  { watched, shown }: InstructionTuningMeasures,
  put: PutNumber,
): void {
  for (const mapping of LABELLED) {
    const questions = demonstratedQuestions(mapping, shown.at(-1)!, watched);
    putRight(questions, writtenRules(model, questions), (what, value) =>
      put(`${what} along training, ${mapping}`, value),
    );
  }
}

/** Questions under the instructions that were written for them, with their demonstrations or alone. */
const under = (
  questions: readonly CellQuestion[],
  rules: readonly WorldRule[],
  shown: boolean,
): CellQuestion[] =>
  questions.map((question, q) => ({
    ...question,
    context: { examples: shown ? question.context.examples : [], instruction: rules[q]! },
  }));

/** Everything of a writer at the end of its training. */
export function measureWriting(
  { model, before }: TunedSubject,
  { questions: count, shown }: InstructionTuningMeasures,
  put: PutAfter,
): void {
  const shares = smallShares(before, METHODS.ar);
  for (const mapping of LABELLED)
    for (const n of shown) {
      const questions = demonstratedQuestions(mapping, n, count);
      const rules = writtenRules(model, questions);
      putRight(questions, rules, (what, value) => put(n, `${what}, ${mapping}`, value));
      const say = (how: string, asked: readonly CellQuestion[]): void =>
        put(n, `accuracy, ${how}, ${mapping}`, accuracyOf(shares(asked), asked));
      say('demonstrations', questions);
      say('written instruction and demonstrations', under(questions, rules, true));
      if (mapping === 'natural') say('written instruction', under(questions, rules, false));
    }
}

/** The likeliest rules under the exact posterior of the same questions. */
export function measureExactRules(
  { questions: count, shown }: InstructionTuningMeasures,
  put: PutAfter,
): void {
  for (const mapping of LABELLED)
    for (const n of shown) {
      const questions = demonstratedQuestions(mapping, n, count);
      putRight(questions, exactRules(questions), (what, value) =>
        put(n, `${what}, ${mapping}`, value),
      );
    }
}
