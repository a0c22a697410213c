/**
 * Classification tasks of MetaICL's collection that a small language model is asked without any
 * training: which words stand for the labels, since a prompt needs words that say what they mean.
 * Sources of the data: SST-2 (Socher et al., 2013), TREC (Li and Roth, 2002), AG News (Zhang et al.,
 * 2015), CommitmentBank (de Marneffe et al., 2019), Emotion (Saravia et al., 2018), SMS Spam
 * (Almeida et al., 2011), sentences on adverse effects of drugs (Gurulingappa et al., 2012).
 */
import { checkText } from '../core/checks';
import { demand, lookUp, plainObject, positiveInteger, quote } from '../core/errors';
import { shuffled, stream, type Stream } from '../core/random';
import { DEMONSTRATION_SEEDS, checkTextTask, type TextTask } from './benchmark';
import { checkLabelled, distinctTexts, type LabelledText } from './examples';

/** A task and the words for its labels. */
export interface RealTask {
  /** How tables call it. */
  readonly title: string;
  /** The word for each label. */
  readonly words: Readonly<Record<string, string>>;
}

/** Labels that are words already. */
const same = (...labels: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(labels.map((label) => [label, label]));

/** By MetaICL's name. */
export const REAL_TASKS = {
  'glue-sst2': { title: 'SST-2', words: same('negative', 'positive') },
  trec: {
    title: 'TREC',
    words: {
      ABBR: 'abbreviation',
      DESC: 'description',
      ENTY: 'entity',
      HUM: 'person',
      LOC: 'location',
      NUM: 'number',
    },
  },
  ag_news: {
    title: 'AG News',
    words: { ...same('World', 'Sports', 'Business'), 'Sci/Tech': 'Technology' },
  },
  'superglue-cb': { title: 'CB', words: same('contradiction', 'entailment', 'neutral') },
  emotion: {
    title: 'Emotion',
    words: same('anger', 'fear', 'joy', 'love', 'sadness', 'surprise'),
  },
  sms_spam: { title: 'SMS Spam', words: { ham: 'normal', spam: 'spam' } },
} as const satisfies Readonly<Record<string, RealTask>>;

/** Tasks with two labels, for what is measured of a model's bias towards one of them. */
export const TWO_LABEL_TASKS = {
  'glue-sst2': REAL_TASKS['glue-sst2'],
  sms_spam: REAL_TASKS.sms_spam,
  'ade_corpus_v2-classification': {
    title: 'Drug effects',
    words: { 'Not Related': 'no', Related: 'yes' },
  },
} as const satisfies Readonly<Record<string, RealTask>>;

/**
 * The task with this name.
 *
 * @throws CourseError quoting an unknown name and listing the known ones
 */
export const realTask = (name: string): RealTask =>
  lookUp<RealTask>('real task', { ...REAL_TASKS, ...TWO_LABEL_TASKS }, name);

/** Demonstrations and questions, drawn at random. */
export interface Drawn {
  readonly shown: readonly LabelledText[];
  readonly asked: readonly LabelledText[];
}

const some = (random: Stream, rows: readonly LabelledText[], count: number): LabelledText[] =>
  shuffled(random, rows).slice(0, count);

/**
 * Demonstrations and questions of a task: the demonstrations are drawn from those of all of
 * MetaICL's seeds, the questions from the rows to be tested on; no question is a demonstration.
 *
 * @param demonstrations how many; a prompt of k takes the first k
 * @param questions      how many, or all that there are
 * @param seed           of the draw
 * @throws CourseError when the task has fewer demonstrations, a number is refused, or it is no task
 */
export function drawnFrom(
  task: TextTask,
  demonstrations: number,
  questions: number,
  seed: number,
): Drawn {
  checkTextTask(task);
  positiveInteger('The number of demonstrations', demonstrations, 0);
  positiveInteger('The number of questions', questions);
  positiveInteger('The seed of a draw', seed, 0);
  const pool = distinctTexts(DEMONSTRATION_SEEDS.flatMap((one) => task.demonstrations[one] ?? []));
  demand(
    pool.length >= demonstrations,
    () => `'${task.name}' has ${pool.length} demonstrations, not ${demonstrations}.`,
    'Ask for fewer.',
  );
  const known = new Set(pool.map(({ input }) => input));
  const held = task.tests(DEMONSTRATION_SEEDS[0]!).filter(({ input }) => !known.has(input));
  return {
    shown: some(stream(seed, 'demonstrations', task.name), pool, demonstrations),
    asked: some(stream(seed, 'questions', task.name), held, questions),
  };
}

/**
 * A row with words for its label and options.
 *
 * @throws CourseError quoting a label without a word, or what is no labelled text or no word
 */
export function withWords(
  row: LabelledText,
  words: Readonly<Record<string, string>>,
): LabelledText {
  checkLabelled('Rows', [row], 1);
  plainObject('The words for labels', words);
  for (const [label, one] of Object.entries(words)) checkText(`The word for ${quote(label)}`, one);
  const word = (label: string): string => lookUp(`label of '${row.task}'`, words, label);
  return { ...row, output: word(row.output), options: row.options.map(word) };
}
