/**
 * What is measured of a distiller: what answers after m vectors are worth beside those after all
 * demonstrations, after the first n of them, and after none; how far they are from the answers after
 * all, and how many tokens a question costs. Each context has several questions.
 */
import { logSoftmax } from '../../core/numerics';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { EVALUATION_SEED } from '../../experiments/kind';
import { METHODS } from '../../model/methods';
import type { QuestionScorer } from './scoring/scorer';
import { smallScorer } from './scoring/smallscorer';
import type { WorldQuestion } from './scoring/worldquestions';
import { distilledScorer } from './shapes/distilled';
import type { Distiller } from './shapes/distiller';
import type { SmallModel } from './small/smallmodel';
import { labelIndex } from './world/posterior';
import { drawExamples, drawInput, drawTask } from './world/sampling';
import { LABELS, WORLD, heldOut, taskPrior, type WorldTask } from './world/taskworld';

/** How much is measured. */
export interface DistillerMeasures {
  /** Demonstrations of a context. */
  readonly k: number;
  /** Numbers of vectors, the largest last; as many demonstrations are asked after, too. */
  readonly vectors: readonly number[];
  /** Tasks of each sort, a context each, and questions about each context. */
  readonly tasks: number;
  readonly questions: number;
}

/** A distiller with the model that reads its vectors. */
export interface DistillerSubject {
  readonly model: SmallModel;
  readonly distiller: Distiller;
}

/** A number of a subject. */
type PutOne = (metric: string, value: number) => void;

/** Sorts of tasks; those held out have symbols as labels, as the arbitrary ones. */
const SORTS: Readonly<Record<string, (task: WorldTask) => boolean>> = {
  natural: ({ mapping }) => mapping === 'natural',
  arbitrary: (task) => task.mapping === 'arbitrary' && !heldOut(task),
  'held out': (task) => task.mapping === 'arbitrary' && heldOut(task),
};

/** A question about all label words, and which of its task's two labels is right. */
interface Asked {
  readonly question: WorldQuestion;
  readonly labels: readonly [number, number];
  readonly right: 0 | 1;
}

/** The questions of each sort of tasks: the same for every run. */
export type DistillerQuestions = ReadonlyMap<string, readonly Asked[]>;

/** Draws the questions of each sort of tasks. */
export function distillerQuestions(measures: DistillerMeasures): DistillerQuestions {
  const { k, tasks, questions } = measures;
  return new Map(
    Object.entries(SORTS).map(([which, among]) => {
      const random = stream(EVALUATION_SEED, 'questions after vectors', which);
      const prior = taskPrior(WORLD, among);
      const of = (task: WorldTask): Asked[] => {
        const context = { examples: drawExamples(random, task, k) };
        const [zero, one] = task.labels;
        const labels = [labelIndex(zero), labelIndex(one)] as const;
        return Array.from({ length: questions }, (_, i) => {
          const right = (i % 2) as 0 | 1;
          const input = drawInput(random, task.rule, right);
          return { question: { context, input, options: LABELS }, labels, right };
        });
      };
      return [which, Array.from({ length: tasks }, () => of(drawTask(random, prior))).flat()];
    }),
  );
}

/** Scores of all label words, [questions, labels], and tokens for a question. */
interface Answers {
  readonly scores: readonly (readonly number[])[];
  readonly tokens: number;
}

/** The answers to questions with their first n demonstrations. */
function answersTo(
  scorer: QuestionScorer<WorldQuestion>,
  asked: readonly Asked[],
  n: number,
): Answers {
  const { scores, cost } = scorer.score(
    asked.map(({ question: { context, ...rest } }) => ({
      ...rest,
      context: { ...context, examples: context.examples.slice(0, n) },
    })),
  );
  return { scores, tokens: cost.tokens / asked.length };
}

/** The share of questions whose right label scores higher than the task's other one. */
const accuracyOf = (asked: readonly Asked[], { scores }: Answers): number =>
  mean(
    asked.map(({ labels, right }, q) => {
      const [zero, one] = labels.map((label) => scores[q]![label]!) as [number, number];
      return Number(right === 0 ? zero > one : one > zero);
    }),
  );

/** The mean of KL(p || q) among the label words, in nats. */
const divergenceOf = (p: Answers, q: Answers): number =>
  mean(
    p.scores.map((row, i) => {
      const [a, b] = [logSoftmax(row), logSoftmax(q.scores[i]!)];
      return a.reduce((sum, log, label) => sum + Math.exp(log) * (log - b[label]!), 0);
    }),
  );

/** Right answers after the most vectors along training. */
export function watchDistiller(
  { model, distiller }: DistillerSubject,
  { k, vectors }: DistillerMeasures,
  questions: DistillerQuestions,
  put: PutOne,
): void {
  const m = vectors.at(-1)!;
  const scorer = distilledScorer(model, distiller, m);
  for (const [which, asked] of questions)
    put(
      `accuracy along training, ${m} vectors, ${which}`,
      accuracyOf(asked, answersTo(scorer, asked, k)),
    );
}

/** Everything at the end of training. */
export function measureDistiller(
  { model, distiller }: DistillerSubject,
  { k, vectors }: DistillerMeasures,
  questions: DistillerQuestions,
  put: PutOne,
): void {
  const plain = smallScorer(model, METHODS.ar);
  for (const [which, asked] of questions) {
    const all = answersTo(plain, asked, k);
    const say = (how: string, answers: Answers): void => {
      put(`accuracy, ${how}, ${which}`, accuracyOf(asked, answers));
      put(`divergence, ${how}, ${which}`, divergenceOf(all, answers));
      put(`tokens for a question, ${how}, ${which}`, answers.tokens);
    };
    say('all demonstrations', all);
    say('no demonstrations', answersTo(plain, asked, 0));
    for (const n of vectors) {
      say(`${n} demonstrations`, answersTo(plain, asked, n));
      say(`${n} vectors`, answersTo(distilledScorer(model, distiller, n), asked, k));
    }
  }
}
