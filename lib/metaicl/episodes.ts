/**
 * Episodes of tasks: a few labelled texts and others to be labelled. A label of a classification is
 * a slot, drawn anew for every episode, so that no label can be learnt by heart; an answer that is
 * a text of its own is a vector of that text. Some episodes mix classes of different tasks: they
 * make models read their examples where a few dozen real tasks would not.
 * Reference: Min et al. (2022, MetaICL) for episodes of one task; Wei et al. (2023, arXiv
 * 2305.08298) for labels without meaning.
 */
import { checkList, checkStream } from '../core/checks';
import { demand, knownKeys, positiveInteger, quote } from '../core/errors';
import { nearest } from '../core/numerics';
import type { Stream } from '../core/random';

import { checkTextTask, type TextTask } from './benchmark';
import { checkFeatures, wordsOf, type TextFeatures } from './features';
import { checkLabelled, type LabelledText } from './examples';
import {
  ANSWER_SIZE,
  SLOTS,
  TEXT_NUMBERS,
  asTensors,
  type Episode,
  type Episodes,
} from './episodetensors';

/** The most episodes of a batch, and the most examples or tests of an episode. */
const MOST = 1e6;

function checkSizes(random: Stream, n: number, m: number): void {
  checkStream(random);
  positiveInteger('n', n, 1, MOST);
  positiveInteger('m', m, 1, MOST);
}

const slot = (k: number): Float32Array =>
  Float32Array.from({ length: ANSWER_SIZE }, (_, i) => (i === k ? 1 : 0));

/** Answers that are texts, as vectors: their directions, and how alike input and answer are. */
class AnswerVectors {
  private readonly kept = new Map<string, Float32Array>();

  constructor(private readonly features: TextFeatures) {}

  of(input: string, option: string): Float32Array {
    const key = `${input}\u0000${option}`;
    let vector = this.kept.get(key);
    if (!vector) {
      const [a, b] = [this.features.project(input), this.features.project(option)];
      const [la, lb] = [Math.hypot(...a) || 1, Math.hypot(...b) || 1];
      const alike = a.reduce((sum, value, k) => sum + (value * b[k]!) / (la * lb), 0);
      const [inInput, words] = [new Set(wordsOf(input)), wordsOf(option)];
      const shared = words.filter((word) => inInput.has(word)).length / Math.max(1, words.length);
      const directions = this.features.embed(option).slice(0, TEXT_NUMBERS - 3);
      vector = new Float32Array(ANSWER_SIZE);
      vector.set(directions, SLOTS);
      vector.set([2 * alike, 2 * shared, Math.log(1 + words.length) - 1], ANSWER_SIZE - 3);
      this.kept.set(key, vector);
    }
    return vector;
  }
}

/** A task whose texts are vectors. */
interface EncodedTask {
  readonly task: TextTask;
  /** Row numbers by label; one list of all rows where answers are texts. */
  readonly byLabel: readonly (readonly number[])[];
  readonly labels: readonly string[];
}

/** Makes episodes of tasks. */
export class EpisodeSource {
  private readonly encoded: readonly EncodedTask[];
  private readonly answers: AnswerVectors;
  private readonly vectors = new Map<string, Float32Array>();

  /**
   * @param tasks    with at least two rows each
   * @param features texts to vectors
   * @throws CourseError when there is no task, one has no rows or an answer that is none of its
   *   options, or the features are none
   */
  constructor(
    readonly tasks: readonly TextTask[],
    readonly features: TextFeatures,
  ) {
    demand(
      !Array.isArray(tasks) || tasks.length > 0,
      () => 'Episodes of no tasks were asked for.',
      'Give at least one task.',
    );
    checkList('Tasks', tasks, 'tasks of texts', (task) => typeof task === 'object');
    tasks.forEach(checkTextTask);
    checkFeatures(features);
    this.answers = new AnswerVectors(features);
    this.encoded = tasks.map((task) => {
      const labels = task.kind === 'classification' ? [...task.rows[0]!.options] : ['any'];
      const of = new Map(labels.map((label, i) => [label, i]));
      const byLabel: number[][] = labels.map(() => []);
      task.rows.forEach(({ output }, row) => {
        const label = task.kind === 'classification' ? of.get(output) : 0;
        demand(
          label !== undefined,
          () => `The task '${task.name}' has the answer '${output}', which is none of its options.`,
          `Use one of: ${labels.join(', ')}.`,
        );
        byLabel[label]!.push(row);
      });
      const used = labels.map((_, i) => i).filter((i) => byLabel[i]!.length > 0);
      return { task, labels: used.map((i) => labels[i]!), byLabel: used.map((i) => byLabel[i]!) };
    });
  }

  private vector(text: string): Float32Array {
    const known = this.vectors.get(text);
    if (known) return known;
    const vector = this.features.embed(text);
    this.vectors.set(text, vector);
    return vector;
  }

  /** A classification's rows as an episode: labels in slots of their own. */
  private classified(
    shown: readonly LabelledText[],
    asked: readonly LabelledText[],
    labels: readonly string[],
    random: Stream,
  ): Episode {
    const slots = new Map(
      random.permutation(SLOTS).map((k, i) => [labels[i] ?? `none ${k}`, slot(k)]),
    );
    const options = labels.map((label) => slots.get(label)!);
    return {
      shown: shown.map(({ input, output }) => ({ x: this.vector(input), y: slots.get(output)! })),
      asked: asked.map(({ input, output }) => ({
        x: this.vector(input),
        options,
        right: labels.indexOf(output),
      })),
    };
  }

  /**
   * Rows whose answers are texts; where a row has no options, three answers of others stand beside
   * its own.
   */
  private answered(
    shown: readonly LabelledText[],
    asked: readonly LabelledText[],
    others: readonly LabelledText[],
    random: Stream,
  ): Episode {
    const optionsOf = ({ output, options }: LabelledText): readonly string[] => {
      if (options.length > 0) return options.slice(0, SLOTS);
      const wrong = Array.from(
        { length: 3 },
        () => others[random.integer(others.length)]!.output,
      ).filter((other) => other !== output);
      return [output, ...new Set(wrong)];
    };
    return {
      shown: shown.map(({ input, output }) => ({
        x: this.vector(input),
        y: this.answers.of(input, output),
      })),
      asked: asked.map((row) => {
        const options = optionsOf(row);
        return {
          x: this.vector(row.input),
          options: options.map((option) => this.answers.of(row.input, option)),
          right: options.indexOf(row.output),
        };
      }),
    };
  }

  /** Rows drawn without repeats. */
  private draw(
    { task, byLabel, labels }: EncodedTask,
    count: number,
    random: Stream,
  ): { rows: LabelledText[]; labels: readonly string[] } {
    const chosen =
      labels.length > SLOTS
        ? random.permutation(labels.length).slice(0, SLOTS)
        : labels.map((_, i) => i);
    const from = chosen.flatMap((i) => byLabel[i]!);
    const taken = new Set<number>();
    while (taken.size < Math.min(count, from.length)) taken.add(from[random.integer(from.length)]!);
    const rows = [...taken].map((i) => task.rows[i]!);
    while (rows.length < count) rows.push(rows[random.integer(rows.length)]!);
    return { rows, labels: chosen.map((i) => labels[i]!) };
  }

  /**
   * An episode of one task, its rows as often as they come.
   *
   * @throws CourseError when n or m is no positive integer, or the stream is none
   */
  ofOneTask(random: Stream, n: number, m: number): Episode {
    checkSizes(random, n, m);
    const encoded = this.encoded[random.integer(this.encoded.length)]!;
    const { rows, labels } = this.draw(encoded, n + m, random);
    const [shown, asked] = [rows.slice(0, n), rows.slice(n)];
    return encoded.task.kind === 'classification'
      ? this.classified(shown, asked, labels, random)
      : this.answered(shown, asked, encoded.task.rows, random);
  }

  /**
   * Episodes of one task each, for error curves.
   *
   * @returns shapes as in Episodes; the caller disposes them
   * @throws CourseError when B, n or m is no positive integer
   */
  sample(
    random: Stream,
    sizes: { readonly B: number; readonly n: number; readonly m: number },
  ): Episodes {
    knownKeys('A batch of episodes', sizes, ['B', 'n', 'm']);
    const { B, n, m } = sizes;
    positiveInteger('B', B, 1, MOST);
    return asTensors(
      Array.from({ length: B }, () => this.ofOneTask(random, n, m)),
      m,
    );
  }

  /**
   * An episode whose classes are from different tasks, as often as each other.
   *
   * @throws CourseError when n or m is no positive integer, or the stream is none
   */
  ofMixedClasses(random: Stream, n: number, m: number): Episode {
    checkSizes(random, n, m);
    const count = Math.min(this.encoded.length, 2 + random.integer(3));
    const classes = random
      .permutation(this.encoded.length)
      .slice(0, count)
      .map((i) => {
        const { task, byLabel } = this.encoded[i]!;
        return { task, rows: byLabel[random.integer(byLabel.length)]! };
      });
    const labels = classes.map((_, i) => `class ${i}`);
    const drawRow = (i: number): LabelledText => {
      const { task, rows } = classes[i % count]!;
      return { ...task.rows[rows[random.integer(rows.length)]!]!, output: labels[i % count]! };
    };
    const rows = [random.permutation(n), random.permutation(m)].map((order) => order.map(drawRow));
    return this.classified(rows[0]!, rows[1]!, labels, random);
  }

  /**
   * An episode that asks for a direction: the texts of one task, or of all, are labelled by the
   * nearest of a few of them, seen along a few random features. No label of the tasks is used.
   *
   * @throws CourseError when n or m is no positive integer, or the stream is none
   */
  ofNeighbourhoods(random: Stream, n: number, m: number): Episode {
    checkSizes(random, n, m);
    const C = 2 + random.integer(3);
    const one = random.uniform() < 0.5 ? this.encoded[random.integer(this.encoded.length)]! : null;
    const drawRow = (): LabelledText => {
      const { rows } = (one ?? this.encoded[random.integer(this.encoded.length)]!).task;
      return rows[random.integer(rows.length)]!;
    };
    const d = this.features.size;
    const seen = random.permutation(d).slice(0, 1 + random.integer(Math.max(1, d >> 2)));
    const along = ({ input }: LabelledText): number[] => seen.map((k) => this.vector(input)[k]!);
    const centres = Array.from({ length: C }, () => along(drawRow()));
    const labels = centres.map((_, i) => `near ${i}`);
    const rows = Array.from({ length: n + m }, () => {
      const row = drawRow();
      return { ...row, output: labels[nearest(centres, along(row))[0]!]! };
    });
    return this.classified(rows.slice(0, n), rows.slice(n), labels, random);
  }

  /**
   * A task's demonstrations and tests as one episode.
   *
   * @param random draws the slots (and wrong answers where there are no options)
   * @throws CourseError when there is no row to be tested on
   */
  ofRows(
    { name, kind, rows }: TextTask,
    shown: readonly LabelledText[],
    asked: readonly LabelledText[],
    random: Stream,
  ): Episode {
    checkStream(random);
    checkLabelled('Demonstrations', shown);
    checkLabelled('Rows to be tested on', asked);
    demand(
      asked.length > 0,
      () => `The task '${name}' has no row to be tested on.`,
      'Leave it out, or give it test rows.',
    );
    if (kind !== 'classification') return this.answered(shown, asked, rows, random);
    const labels = asked[0]!.options;
    demand(
      labels.length <= SLOTS,
      () =>
        `The task '${name}' has ${labels.length} labels, ` +
        `more than the ${SLOTS} slots of an episode.`,
      'Leave it out of the targets.',
    );
    return this.classified(shown, asked, labels, random);
  }
}

/**
 * Refuses what draws no episodes.
 *
 * @throws CourseError quoting it
 */
export const checkSource = (source: unknown): void =>
  demand(
    source instanceof EpisodeSource,
    () => `Episodes were to be drawn from ${quote(source)}.`,
    'Give a metaicl.EpisodeSource.',
  );
