/**
 * How often a language model answers real tasks right without some of its heads: those with the highest
 * prefix matching, or random ones of the same layers. Each task is asked with its own labels, and with
 * unrelated words in their place, which only the demonstrations explain.
 */
import { mean } from '../../evaluation/statistics';
import type { LoadedModel } from '../../language/folder';
import type { Template } from '../../language/prompt';
import { accuraciesOf, namedAccuracies, oddsAgainstRest } from './accuracies';
import { textSubjects } from './choosingsubjects';
import { withOtherWords } from './factors/conditions';
import { TAKEN, takenOf, type ChosenHeads } from './headmeasures';
import { labelledTexts, type LabelledSubject } from './labelsmeasures';
import { withoutHeads } from './mechanisms/ablation';
import type { SplitTask } from './splittasks';
import { meanMeasures, putMeans, type ByMetric } from './titles';

/** How much is asked about real tasks. */
export interface HeadTaskSizes {
  readonly poolRows: number;
  /** Demonstrations, and the most questions, of each task. */
  readonly shown: number;
  readonly questions: number;
  /** Tasks, from the first, that are asked with unrelated words for labels too. */
  readonly worded: number;
}

/** A task as it is asked. */
interface AskedTask {
  readonly title: string;
  ask(): readonly (readonly number[])[];
  readonly right: readonly number[];
}

const UNRELATED = 'unrelated words';

function askedTasks(subjects: readonly LabelledSubject[], worded: number): AskedTask[] {
  const plain = subjects.map(({ title, asker, shown, inputs, right, material }): AskedTask => ({
    title,
    right,
    ask: () => asker.ask(shown, inputs, material.labels),
  }));
  const other = subjects
    .slice(0, worded)
    .map(({ title, asker, shown, inputs, right, material: { labels, words } }): AskedTask => ({
      title: `${title}, ${UNRELATED}`,
      right,
      ask: () => asker.ask(withOtherWords(shown, labels, words), inputs, words),
    }));
  return [...plain, ...other];
}

/** Measures of each task. */
const measuresOf = (tasks: readonly AskedTask[]): ByMetric[] =>
  tasks.map(({ ask, right }) => {
    const scores = ask();
    return {
      ...namedAccuracies(null, accuraciesOf(scores, right)),
      'log-odds': mean(scores.map((row, q) => oddsAgainstRest(row, right[q]!))),
    };
  });

/** The same, task by task, as the mean over draws. */
const meansOf = (draws: readonly ByMetric[][]): ByMetric[] =>
  draws[0]!.map((_, t) => meanMeasures(draws.map((draw) => draw[t]!)));

/**
 * Measures real tasks without heads.
 *
 * @param sizes of both, numbers of heads that are taken out, ascending
 * @param put   a number without n heads
 */
export function measureHeadTasks(
  tasks: readonly SplitTask[],
  loaded: LoadedModel,
  template: Template,
  chosen: ChosenHeads,
  sizes: HeadTaskSizes & {
    readonly sizes: readonly number[];
    readonly randomSizes: readonly number[];
  },
  seed: number,
  put: (n: number, metric: string, value: number) => void,
): void {
  const noVectors = (texts: readonly string[]): number[][] => texts.map(() => [0]);
  const subjects = textSubjects(tasks, loaded, template, noVectors, sizes.poolRows);
  const labelled = labelledTexts(subjects, loaded, template, sizes.shown, sizes.questions, seed);
  const asked = askedTasks(labelled, sizes.worded);
  const { transformer } = loaded.model;
  const say = (n: number, which: string, measures: readonly ByMetric[]): void =>
    putMeans(asked, measures, (metric, value) => {
      const [of, ...title] = metric.split(/, (?!batch)/);
      put(n, [of, which, ...title].join(', '), value);
    });
  const whole = measuresOf(asked);
  for (const which of TAKEN) {
    say(0, which, whole);
    for (const n of which === 'top heads' ? sizes.sizes : sizes.randomSizes)
      say(
        n,
        which,
        meansOf(
          takenOf(chosen, which, n).map((heads) =>
            withoutHeads(transformer, heads, () => measuresOf(asked)),
          ),
        ),
      );
  }
}
