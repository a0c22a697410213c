/**
 * What an edit does to a model: log-odds of its new object o' against the true one, in nats,
 *
 *   r(x) = ln p(o' | x) - ln p(o | x)
 *
 * of the statement (efficacy: the share of edits with r > 0), of its paraphrases (generalisation),
 * and of its neighbours, whose own true object stands for o (specificity: the share with r < 0).
 * References: Meng et al. (2022, arXiv 2202.05262) for the three measures; Zheng et al. (2023).
 */
import { checkEach, checkFields, checkFunction, checkNumbers } from '../../../core/checks';
import { demand, finiteNumber } from '../../../core/errors';
import { mean } from '../../../evaluation/statistics';
import { checkDemonstrations, type Demonstration } from '../../../language/prompt';
import type { Question } from '../../../language/scoring';
import { scoresOf } from '../choosingsubjects';
import { SCORING_WAYS, type QuestionScorer } from '../scoring/scorer';
import { TESTED_PARAPHRASES, checkEdit, statementOf, type Edit } from './facts';

/** Log-odds of the new object of one edit, in nats. */
export interface EditOdds {
  /** After the statement. */
  readonly statement: number;
  /** After each paraphrase. */
  readonly paraphrases: readonly number[];
  /** After the statement of each neighbour, against its own true object. */
  readonly neighbours: readonly number[];
}

/** How a prompt is asked: after which demonstrations, and written how. */
export interface EditContext {
  readonly examples: readonly Demonstration[];
  readonly written: (prompt: string) => string;
}

/** Nothing before the prompt. */
export const NO_CONTEXT: EditContext = { examples: [], written: (prompt) => prompt };

/**
 * The questions of an edit: its statement, its paraphrases, its neighbours; options: the true
 * object, then the new one.
 *
 * @throws CourseError when it is no edit or no context
 */
export function editQuestions(edit: Edit, context: EditContext = NO_CONTEXT): Question[] {
  checkEdit(edit);
  checkFields('The context of an edit', context, { written: checkFunction });
  checkDemonstrations(context.examples);
  const { country, before, after, neighbours } = edit;
  const { examples, written } = context;
  const asked = (prompt: string, right: string): Question => ({
    examples,
    input: written(prompt),
    options: [right, after],
  });
  return [
    asked(statementOf(country), before),
    ...TESTED_PARAPHRASES.map((paraphrase) => asked(paraphrase(country), before)),
    ...neighbours.map((fact) => asked(statementOf(fact.country), fact.city)),
  ];
}

/**
 * Log-odds of the new object of an edit.
 *
 * @param scorer of a language model, as it is or edited
 * @throws CourseError when it is no edit or no context, or the scorer gives no scores
 */
export function editOdds(
  scorer: QuestionScorer<Question>,
  edit: Edit,
  context: EditContext = NO_CONTEXT,
): EditOdds {
  checkFields('The scorer', scorer, { score: checkFunction });
  const questions = editQuestions(edit, context);
  const scores = scoresOf({ scorer }, questions, SCORING_WAYS.direct);
  demand(
    scores[0]!.length === 2,
    () => `The scorer gave ${scores[0]!.length} scores to questions of two options.`,
    'Give one score for each option.',
  );
  const [statement, ...rest] = scores.map(([right, after]) => after! - right!);
  const P = TESTED_PARAPHRASES.length;
  return { statement: statement!, paraphrases: rest.slice(0, P), neighbours: rest.slice(P) };
}

/** Means over edits. */
export interface EditMeasures {
  readonly efficacy: number;
  readonly generalisation: number;
  readonly specificity: number;
  /** Of the new object, in nats: of statements, and of paraphrases. */
  readonly statementOdds: number;
  readonly paraphraseOdds: number;
  /** By how much the log-odds of neighbours differ from those before the edit, in nats. */
  readonly neighbourChange: number;
}

const checkOdds = (name: string, odds: unknown): void =>
  checkFields(name, odds, {
    statement: (what, value) => void finiteNumber(what, value as number),
    paraphrases: (what, values) => checkNumbers(what, values, 1),
    neighbours: (what, values) => checkNumbers(what, values, 1),
  });

const share = (values: readonly number[], holds: (value: number) => boolean): number =>
  mean(values.map((value) => (holds(value) ? 1 : 0)));

/**
 * The measures of some edits.
 *
 * @param before log-odds of the model before the edits, edit by edit
 * @param after  log-odds of the edited model
 * @throws CourseError when they are no log-odds, or not of as many edits and neighbours
 */
export function editMeasures(
  before: readonly EditOdds[],
  after: readonly EditOdds[],
): EditMeasures {
  for (const all of [before, after]) checkEach('Log-odds of edits', all, 'log-odds', checkOdds, 1);
  demand(
    before.length === after.length &&
      before.every(({ neighbours }, i) => neighbours.length === after[i]!.neighbours.length),
    () => `Log-odds of ${before.length} edits before, and of ${after.length} after, do not match.`,
    'Give those of the same edits, in the same order.',
  );
  const statements = after.map(({ statement }) => statement);
  const paraphrases = after.flatMap((one) => one.paraphrases);
  const [earlier, later] = [before, after].map((all) => all.flatMap((one) => one.neighbours));
  return {
    efficacy: share(statements, (odds) => odds > 0),
    generalisation: share(paraphrases, (odds) => odds > 0),
    specificity: share(later!, (odds) => odds < 0),
    statementOdds: mean(statements),
    paraphraseOdds: mean(paraphrases),
    neighbourChange: mean(later!.map((odds, i) => Math.abs(odds - earlier![i]!))),
  };
}
