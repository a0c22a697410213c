/**
 * Tasks whose prompts are looked into: demonstrations of each label, and questions after them and
 * without them, as runs of a language model or of the small model of TaskWorld.
 */
import { shuffled, stream } from '../../core/random';
import type { LoadedModel } from '../../language/folder';
import type { Demonstration, Template } from '../../language/prompt';
import type { LabelledText } from '../../metaicl/examples';
import { smallRun, textRun, type TargetRun } from './mechanisms/targetrun';
import type { SmallModel } from './small/smallmodel';
import type { SplitTask } from './splittasks';
import { drawExamples, drawTask } from './world/sampling';
import { trainedPrior } from './world/taskworld';

/** A question after the demonstrations, the same without them, and the number of its right option. */
export interface AskedRun {
  readonly run: TargetRun;
  readonly bare: TargetRun;
  readonly right: number;
}

/** A task that is looked into. */
export interface AnchorSubject {
  readonly title: string;
  /** What is measured. */
  readonly asked: readonly AskedRun[];
  /** Other labelled questions, to learn and to choose by. */
  readonly tuned: readonly AskedRun[];
}

/** A real task with its texts. */
export interface TextAnchorSubject extends AnchorSubject {
  readonly shown: readonly Demonstration[];
  readonly options: readonly string[];
  readonly inputs: readonly string[];
}

/** How much is asked about real tasks. */
export interface AnchorTextSizes {
  /** Demonstrations of each label. */
  readonly perLabel: number;
  /** The most questions of a task. */
  readonly questions: number;
  /** Other labelled questions. */
  readonly tuned: number;
}

/** The first rows of each label, in turn. */
function inTurn(
  rows: readonly LabelledText[],
  options: readonly string[],
  count: number,
): LabelledText[] {
  const each = options.map((option) => rows.filter(({ output }) => output === option));
  const most = Math.max(...each.map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => each.flatMap((own) => own.slice(i, i + 1)))
    .flat()
    .slice(0, count);
}

/**
 * A real task. Its demonstrations have each label equally often, in random order; tests and tuning
 * questions have the labels in turn.
 */
export function textAnchors(
  { title, splits: { pool, test } }: SplitTask,
  loaded: LoadedModel,
  template: Template,
  { perLabel, questions, tuned }: AnchorTextSizes,
  seed: number,
): TextAnchorSubject {
  const { options } = test[0]!;
  const random = stream(seed, 'label words as anchors', title);
  const rows = shuffled(random, pool);
  const first = inTurn(rows, options, perLabel * options.length);
  const shown = shuffled(random, first).map(({ input, output }) => ({ input, output }));
  const others = rows.filter((row) => !first.includes(row));
  const runs = (texts: readonly LabelledText[]): AskedRun[] =>
    texts.map(({ input, output }) => {
      const question = { input, options };
      return {
        run: textRun(loaded, { ...question, examples: shown }, template),
        bare: textRun(loaded, { ...question, examples: [] }, template),
        right: options.indexOf(output),
      };
    });
  const tests = inTurn(shuffled(random, test), options, questions);
  return {
    title,
    shown,
    options,
    inputs: tests.map(({ input }) => input),
    asked: runs(tests),
    tuned: runs(inTurn(others, options, tuned)),
  };
}

/** How much is asked about TaskWorld. */
export interface AnchorWorldSizes {
  /** Tasks with each kind of labels, demonstrations and questions of each, other questions. */
  readonly worldTasks: number;
  readonly worldShown: number;
  readonly worldQuestions: number;
  readonly worldTuned: number;
}

/** Kinds of labels whose tasks are looked into. */
export const ANCHOR_LABELS = ['natural', 'arbitrary'] as const;

/** Tasks of TaskWorld, as the small model has read them. */
export const worldAnchors = (
  model: SmallModel,
  labels: (typeof ANCHOR_LABELS)[number],
  { worldTasks, worldShown, worldQuestions, worldTuned }: AnchorWorldSizes,
  seed: number,
): AnchorSubject[] =>
  Array.from({ length: worldTasks }, (_, t) => {
    const random = stream(seed, 'label words as anchors', labels, t);
    const task = drawTask(random, trainedPrior(labels));
    const options = [...task.labels];
    const balanced = (count: number): (0 | 1)[] =>
      shuffled(
        random,
        Array.from({ length: count }, (_unused, i): 0 | 1 => (i % 2 === 0 ? 0 : 1)),
      );
    const context = { examples: drawExamples(random, task, balanced(worldShown)) };
    const runs = (count: number): AskedRun[] =>
      drawExamples(random, task, balanced(count)).map(({ input, label }) => ({
        run: smallRun(model, { context, input }, options),
        bare: smallRun(model, { context: { examples: [] }, input }, options),
        right: options.indexOf(label),
      }));
    return { title: `${labels} labels`, asked: runs(worldQuestions), tuned: runs(worldTuned) };
  });

/** Frees the prompts; the model stays the caller's. */
export const disposeAnchors = (subjects: readonly AnchorSubject[]): void =>
  subjects.forEach(({ asked, tuned }) =>
    [...asked, ...tuned].forEach(({ run, bare }) => {
      run.dispose();
      bare.dispose();
    }),
  );
