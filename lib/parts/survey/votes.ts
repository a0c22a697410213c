/**
 * Answers to questions of TaskWorld that infer no task: the examples vote, each as much as it
 * resembles the question. They are what in-context learning has to beat. An input is seen as its 12
 * classes under the world's rules, f(x) in {-1, 1}^12.
 */
import { checkEach, checkHas } from '../../core/checks';
import { checkCellQuestion, type CellQuestion } from './cells';
import { RULES, classOf, type Input } from './world/rules';

/** The classes of an input under all rules, as -1 and 1. */
const featuresOf = (input: Input): readonly number[] =>
  RULES.map((rule) => 2 * classOf(rule, input) - 1);

const inner = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** Votes for the two labels of a task that count each example by its resemblance. */
function votes(question: CellQuestion, weight: (resemblance: number) => number): [number, number] {
  const { context, input, task } = question;
  const asked = featuresOf(input);
  const found: [number, number] = [0, 0];
  for (const example of context.examples) {
    const c = task.labels.indexOf(example.label);
    if (c === 0 || c === 1) found[c] += weight(inner(featuresOf(example.input), asked));
  }
  return found;
}

/** A way to answer without inferring a task; 0 or 1, the more probable label of the two. */
export interface Voter {
  readonly name: string;
  answer(question: CellQuestion): 0 | 1;
}

const first = ([a, b]: readonly [number, number]): 0 | 1 => (b > a ? 1 : 0);

/** y = sign sum_i y_i <f(x_i), f(x)>: the label whose examples resemble the question more. */
export const linearVote: Voter = {
  name: 'vote by features',
  answer: (question) => first(votes(question, (resemblance) => resemblance)),
};

/** The label of the example that resembles the question most. */
export const nearestExample: Voter = {
  name: 'nearest example',
  answer: (question) => first(votes(question, (resemblance) => 1000 ** (resemblance / 2))),
};

/** The label that most examples have. */
export const commonestLabel: Voter = {
  name: 'commonest label',
  answer: (question) => first(votes(question, () => 1)),
};

/** All of them. */
export const VOTERS: readonly Voter[] = [linearVote, nearestExample, commonestLabel];

/**
 * The share of questions that a voter answers rightly.
 *
 * @throws CourseError when it is no voter, there is no question, or what is none
 */
export function voterAccuracy(voter: Voter, questions: readonly CellQuestion[]): number {
  checkHas('The voter', voter, 'one of survey.VOTERS', 'answer');
  checkEach('Questions', questions, 'questions', checkCellQuestion, 1);
  return (
    questions.filter((question) => voter.answer(question) === question.right).length /
    questions.length
  );
}
