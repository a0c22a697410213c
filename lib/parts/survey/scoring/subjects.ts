/**
 * What is asked of a model whose scores and biases are measured: real tasks with two labels, or tasks
 * of TaskWorld, on one interface. All questions of a set have the same context, because a bias is one
 * of a context.
 */
import type { Stream } from '../../../core/random';
import { CONTENT_FREE } from '../../../language/calibration';
import type { LoadedModel } from '../../../language/folder';
import type { Template } from '../../../language/prompt';
import type { Question } from '../../../language/scoring';
import type { LabelledText } from '../../../metaicl/examples';
import type { TaskSplits } from '../../../metaicl/splits';
import { METHODS } from '../../../model/methods';
import type { SmallModel } from '../small/smallmodel';
import { ExactBayes } from '../world/posterior';
import { drawExamples, drawInput, drawTask } from '../world/sampling';
import { WORLD, trainedPrior, type Mapping } from '../world/taskworld';
import { TEMPLATES } from '../world/vocabulary';
import { randomInputs, randomTexts } from './biases';
import { plannedExamples, plannedLabels, type ContextPlan } from './contexts';
import type { QuestionScorer } from './scorer';
import { smallScorer } from './smallscorer';
import { textScorer } from './textscorer';
import type { WorldQuestion } from './worldquestions';
import { worldScorer } from './worldscorer';

/** Questions about one context, with what calibrations need of it. */
export interface AskedSet<AskedQuestion> {
  /** With as many right answers of each label. */
  readonly questions: readonly AskedQuestion[];
  /** The number of the right option of each. */
  readonly right: readonly number[];
  /** The same context with questions without content, and with random words of the domain. */
  readonly contentFree: readonly AskedQuestion[];
  readonly domain: readonly AskedQuestion[];
  /** A question without content and without a context. */
  readonly premise: readonly AskedQuestion[];
}

/** A task that a model is asked about. */
export interface Subject<AskedQuestion> {
  /** How tables call it. */
  readonly title: string;
  /** Ways to write an example, by name; the first is the usual one. */
  readonly scorers: readonly {
    readonly template: string;
    readonly scorer: QuestionScorer<AskedQuestion>;
  }[];
  /**
   * Words of which the first is common and the second rare, to stand for the labels; null where the
   * first label of the task is itself the commoner word.
   */
  readonly commonWords: readonly [string, string] | null;
  /** Whether one of its labels is commoner than the other, so that this bias can be measured. */
  readonly hasCommonWord: boolean;
  /**
   * A set of questions.
   *
   * @param words for label 0 and label 1; left out: the task's own
   */
  draw(
    random: Stream,
    plan: ContextPlan,
    words?: readonly [string, string],
  ): AskedSet<AskedQuestion>;
}

/** The two labels of a task, in the order of its options. */
const labelsOf = ({ test }: TaskSplits): readonly [string, string] =>
  test[0]!.options.slice(0, 2) as [string, string];

/**
 * A real task with two labels.
 *
 * @param templates ways to write an example, by name
 */
export function textSubject(
  title: string,
  splits: TaskSplits,
  loaded: LoadedModel,
  templates: Readonly<Record<string, Template>>,
  commonWords: readonly [string, string],
): Subject<Question> {
  const labels = labelsOf(splits);
  const ofLabel = (rows: readonly LabelledText[], k: 0 | 1): LabelledText[] =>
    rows.filter(({ output }) => output === labels[k]);
  const pools = [ofLabel(splits.pool, 0), ofLabel(splits.pool, 1)] as const;
  return {
    title,
    scorers: Object.entries(templates).map(([name, template]) => ({
      template: name,
      scorer: textScorer(loaded, { template }),
    })),
    commonWords,
    hasCommonWord: true,
    draw: (random, plan, words = labels) => {
      const word = (label: string): string => words[labels.indexOf(label)]!;
      const examples = plannedExamples(random, pools, plan).map(({ input, output }) => ({
        input,
        output: word(output),
      }));
      const asked = (input: string): Question => ({ input, options: words, examples });
      return {
        questions: splits.test.map(({ input }) => asked(input)),
        right: splits.test.map(({ output }) => labels.indexOf(output)),
        contentFree: CONTENT_FREE.map(asked),
        domain: randomTexts(random, splits.unlabelled).map(asked),
        premise: [{ ...asked(CONTENT_FREE[0]!), examples: [] }],
      };
    },
  };
}

/** Random inputs of domain-context calibration in TaskWorld. */
const DOMAIN_INPUTS = 20;

/**
 * Tasks of TaskWorld with one mapping, each set about another one that training had.
 *
 * @param scorers of templates
 * @param each    questions of each label
 */
export function worldSubject(
  mapping: Mapping,
  scorers: Subject<WorldQuestion>['scorers'],
  each: number,
): Subject<WorldQuestion> {
  const prior = trainedPrior(mapping);
  return {
    title: `${mapping} labels`,
    scorers,
    commonWords: null,
    hasCommonWord: mapping === 'natural',
    draw: (random, plan) => {
      const task = drawTask(random, prior);
      const context = { examples: drawExamples(random, task, plannedLabels(random, plan)) };
      const options = task.labels;
      const right = [0, 1].flatMap((c) => new Array<0 | 1>(each).fill(c as 0 | 1));
      const questions = right.map((c) => ({
        context,
        input: drawInput(random, task.rule, c),
        options,
      }));
      const inputs = randomInputs(
        random,
        questions.map(({ input }) => input),
        DOMAIN_INPUTS,
      );
      return {
        questions,
        right,
        contentFree: [{ context, input: null, options }],
        domain: inputs.map((input) => ({ context, input, options })),
        premise: [{ context: { examples: [] }, input: null, options }],
      };
    },
  };
}

/** The small model's scorers, one for each template. */
export const smallScorers = (model: SmallModel): Subject<WorldQuestion>['scorers'] =>
  TEMPLATES.map((template) => ({
    template,
    scorer: smallScorer(model, METHODS.ar, template),
  }));

/** The exact answer's scorer; it reads no template. */
export const exactScorers = (): Subject<WorldQuestion>['scorers'] => [
  { template: TEMPLATES[0]!, scorer: worldScorer(new ExactBayes(WORLD, {}, trainedPrior())) },
];
