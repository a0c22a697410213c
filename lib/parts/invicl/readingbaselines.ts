/**
 * What needs no language model to answer the questions of a reading: the commonest label of the
 * demonstrations, and the demonstrations as vectors of a sentence encoder.
 * References: Reimers and Gurevych (2019) for the encoder; Liu et al. (2022) for its neighbours of a
 * question.
 */
import { tf } from '../../core/backend';
import { accuracy } from '../../classifiers/measures';
import { nearestNeighbourClassifier, ridgeClassifier } from '../../classifiers/rules';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import type { SentenceEncoder } from '../../language/encoder';
import { loadMiniLM } from '../../language/encoderfolder';
import type { DrawnTask } from './readingconfig';

/** The share of right answers with the first n demonstrations. */
type Baseline = (task: DrawnTask, n: number) => number;

/** The label that most of the demonstrations have, the first of several. */
function commonest({ shown, asked }: DrawnTask, n: number): number {
  const outputs = shown.slice(0, n).map(({ output }) => output);
  const count = (label: string): number => outputs.filter((one) => one === label).length;
  const label = outputs.reduce((best, one) => (count(one) > count(best) ? one : best));
  return mean(asked.map(({ output }) => Number(output === label)));
}

/** Vectors of the texts of a task; the caller disposes them. */
interface Vectors {
  /** [demonstrations, C] and [questions, C] */
  readonly shown: tf.Tensor2D;
  readonly asked: tf.Tensor2D;
}

/** A classifier on vectors of the texts. */
function onVectors(
  make: typeof nearestNeighbourClassifier,
  vectors: ReadonlyMap<DrawnTask, Vectors>,
): Baseline {
  return (task, n) =>
    tf.tidy(() => {
      const { shown, asked } = vectors.get(task)!;
      const labels = (rows: DrawnTask['shown']): tf.Tensor2D =>
        tf.tensor2d([rows.map(({ output }) => task.options.indexOf(output))]); // [1, rows]
      return accuracy(make(task.options.length), {
        x: shown.slice([0, 0], [n, -1]).expandDims(0) as tf.Tensor3D, // [1, n, C]
        y: labels(task.shown.slice(0, n)),
        xTest: asked.expandDims(0) as tf.Tensor3D, // [1, questions, C]
        yTest: labels(task.asked),
      });
    });
}

const texts = (rows: DrawnTask['shown']): string[] => rows.map(({ input }) => input);

/** What is measured, by how tables call it. */
function baselinesOf(
  tasks: readonly DrawnTask[],
  encoder: SentenceEncoder | null,
): { readonly all: Readonly<Record<string, Baseline>>; readonly dispose: () => void } {
  const all = { 'majority of the demonstrations': commonest };
  if (encoder === null) return { all, dispose: () => undefined };
  const vectors = new Map(
    tasks.map((task) => {
      const [shown, asked] = [task.shown, task.asked].map((rows) => encoder.encode(texts(rows)));
      return [task, { shown: shown!, asked: asked! }] as const;
    }),
  );
  return {
    all: {
      ...all,
      [`nearest neighbour, ${encoder.name}`]: onVectors(nearestNeighbourClassifier, vectors),
      [`ridge, ${encoder.name}`]: onVectors(ridgeClassifier, vectors),
    },
    dispose: () => vectors.forEach(({ shown, asked }) => tf.dispose([shown, asked])),
  };
}

/** The questions of the baselines. */
export interface BaselineQuestions {
  /** Numbers of demonstrations. */
  readonly ns: readonly number[];
  /** Sets of demonstrations and questions. */
  readonly seeds: number;
  /** Whether the texts are real ones, which a sentence encoder knows. */
  readonly real: boolean;
  /** The tasks of a seed. */
  readonly drawn: (seed: number) => readonly DrawnTask[];
}

/**
 * Measures what needs no language model: the mean over the seeds, for each task and over tasks.
 *
 * @throws CourseError when a task or the sentence encoder was not downloaded
 */
export function measureBaselines({ ns, seeds, real, drawn }: BaselineQuestions, put: Put): void {
  const encoder = real ? loadMiniLM() : null; // our own words are none of its own
  const found = new Map<string, number[]>();
  for (let seed = 0; seed < seeds; seed++) {
    const tasks = drawn(seed);
    const { all, dispose } = baselinesOf(tasks, encoder);
    for (const [name, answer] of Object.entries(all))
      for (const n of ns)
        for (const task of tasks) {
          const share = answer(task, n);
          for (const metric of [`accuracy, ${task.title}`, 'accuracy']) {
            const key = JSON.stringify([name, n, metric]);
            found.set(key, [...(found.get(key) ?? []), share]);
          }
        }
    dispose();
  }
  encoder?.dispose();
  for (const [key, values] of found) {
    const [name, n, metric] = JSON.parse(key) as [string, number, string];
    put(name, { n }, metric, mean(values));
  }
}
