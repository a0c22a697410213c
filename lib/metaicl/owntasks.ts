/**
 * Our own text-classification tasks: a small grammar writes sentences, each with a topic, a mood, a
 * time and so on that its words give away; a task asks for one of these, under label words of its
 * own. Which one is asked can only be told from the examples, so that a model must learn in
 * context. All texts are made here; nothing is copied from anywhere.
 */
import { checkMemory, checkText, checkTexts } from '../core/checks';
import { demand, lookUp, positiveInteger, quote } from '../core/errors';
import { stream, type Stream } from '../core/random';
import { DEMONSTRATION_SEEDS, checkTextTask, type TextTask } from './benchmark';
import { settingOf, type Setting } from './settings';
import { checkLabelled, type LabelledText } from './examples';

const list = (words: string): readonly string[] => words.split(' ');

/** What a sentence can be asked for, its values, and the words that give each value away. */
export const ATTRIBUTES = {
  topic: {
    sport: list('match goal striker referee'),
    food: list('soup bread kitchen recipe'),
    music: list('song guitar choir concert'),
    travel: list('train airport suitcase harbour'),
    health: list('doctor clinic fever medicine'),
    money: list('bank loan invoice salary'),
    school: list('lesson exam teacher homework'),
    nature: list('forest river mountain meadow'),
  },
  mood: {
    glad: list('wonderful lovely brilliant delightful'),
    upset: list('awful dreadful boring horrible'),
  },
  person: {
    child: list('boy girl toddler pupil'),
    elder: list('grandmother grandfather pensioner widow'),
    worker: list('plumber farmer driver baker'),
    animal: list('dog cat pony parrot'),
  },
  hour: {
    early: list('dawn breakfast sunrise morning'),
    late: list('dusk midnight sunset evening'),
  },
  place: {
    north: list('oslo helsinki bergen tampere'),
    south: list('lisbon naples seville palermo'),
  },
  certainty: {
    sure: list('certainly clearly surely obviously'),
    unsure: list('perhaps maybe possibly supposedly'),
  },
  amount: {
    one: list('single sole lone'),
    many: list('several many countless'),
  },
  manner: {
    slow: list('slowly lazily gently'),
    quick: list('quickly hastily swiftly'),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** An attribute of a sentence. */
export type Attribute = keyof typeof ATTRIBUTES;

const VERBS = list('saw found praised described drew mentioned bought missed');
/** Label words that mean nothing. */
export const LABEL_WORDS = list('red blue green amber violet silver copper ivory');

const valuesOf = (attribute: Attribute): Readonly<Record<string, readonly string[]>> =>
  ATTRIBUTES[attribute];
const pick = <T>(random: Stream, from: readonly T[]): T => from[random.integer(from.length)]!;

/** Which value of the attribute a word gives away, by word. */
const CLUES: Readonly<Record<string, { readonly attribute: Attribute; readonly value: string }>> =
  Object.fromEntries(
    (Object.keys(ATTRIBUTES) as Attribute[]).flatMap((attribute) =>
      Object.entries(valuesOf(attribute)).flatMap(([value, words]) =>
        words.map((word) => [word, { attribute, value }]),
      ),
    ),
  );

/** The share of sentences in which the words of an attribute appear at all. */
const SHOWN = 0.92;

/** What a sentence says: a value of each attribute. */
type Values = Readonly<Record<Attribute, string>>;

/** A clause that says these values, each with a word of its own where it is shown at all. */
function clause(random: Stream, values: Values): string {
  const word = (attribute: Attribute): string =>
    random.uniform() < SHOWN ? `${pick(random, valuesOf(attribute)[values[attribute]]!)} ` : '';
  const subject = `the ${word('person')}${word('manner')}`;
  const object = `the ${word('amount')}${word('mood')}${word('topic')}`;
  const [verb, hour, place, certainty] = [
    `${pick(random, VERBS)} `,
    word('hour'),
    word('place'),
    word('certainty'),
  ];
  const where = `${hour && `at ${hour}`}${place && `in ${place}`}`;
  return random.uniform() < 0.5
    ? `${certainty}${subject}${verb}${object}${where}`
    : `${where}${subject}${certainty}${verb}${object}`;
}

/**
 * A note in place of a text: a word of each given attribute and of up to three others, in any
 * order, nothing between.
 */
function note(random: Stream, values: Values, given: readonly Attribute[]): string {
  const all = Object.keys(ATTRIBUTES) as Attribute[];
  const others = all.filter((attribute) => !given.includes(attribute));
  const shown = [
    ...given,
    ...random
      .permutation(others.length)
      .slice(0, random.integer(4))
      .map((i) => others[i]!),
  ];
  return random
    .permutation(shown.length)
    .map((i) => shown[i]!)
    .map((attribute) => pick(random, valuesOf(attribute)[values[attribute]]!))
    .join(' ');
}

/**
 * A text of some clauses (0: a note) with these values; attributes that are not given are drawn,
 * and are the same in all clauses.
 */
function sentence(random: Stream, given: Partial<Values>, clauses: number): string {
  const values = Object.fromEntries(
    (Object.keys(ATTRIBUTES) as Attribute[]).map((attribute) => [
      attribute,
      given[attribute] ?? pick(random, Object.keys(valuesOf(attribute))),
    ]),
  ) as Values;
  if (clauses === 0) return note(random, values, Object.keys(given) as Attribute[]);
  return Array.from({ length: clauses }, () => clause(random, values).trim()).join(' then ');
}

/** A task: which attribute it asks for, among which values, under which labels. */
export interface OwnTask {
  readonly name: string;
  readonly attribute: Attribute;
  /** The label of each value. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Tasks of an attribute: all its pairs of values and, where there are more, one of four, each under
 * labels of its own.
 */
function tasksOf(attribute: Attribute): OwnTask[] {
  const values = Object.keys(valuesOf(attribute));
  const pairs = values.flatMap((a, i) => values.slice(i + 1).map((b) => [a, b]));
  const sets = values.length === 2 ? [values, values, values] : [...pairs, values.slice(0, 4)];
  return sets.map((set, i) => {
    const random = stream(0, 'labels', attribute, i);
    const labels = random.permutation(LABEL_WORDS.length).map((k) => LABEL_WORDS[k]!);
    return {
      name: `${attribute}-${i + 1}-${set.join('-')}`,
      attribute,
      labels: Object.fromEntries(set.map((value, k) => [value, labels[k]!])),
    };
  });
}

/** All our tasks by name. */
export const OWN_TASKS: Readonly<Record<string, OwnTask>> = Object.fromEntries(
  (Object.keys(ATTRIBUTES) as Attribute[]).flatMap(tasksOf).map((task) => [task.name, task]),
);

const namesOf = (...attributes: Attribute[]): string[] =>
  Object.values(OWN_TASKS)
    .filter(({ attribute }) => attributes.includes(attribute))
    .map(({ name }) => name);

/**
 * Trained on some attributes, tested on other tasks: new pairs of known topics and persons, and
 * attributes never asked for.
 */
export const OWN_SETTING: Setting = {
  name: 'our own tasks',
  key: 'own',
  train: [
    ...namesOf('topic').filter((_, i) => i % 4 !== 0),
    ...namesOf('person').filter((_, i) => i % 3 !== 0),
    ...namesOf('mood', 'place', 'amount', 'hour'),
  ],
  target: [
    ...namesOf('topic').filter((_, i) => i % 4 === 0),
    ...namesOf('person').filter((_, i) => i % 3 === 0),
    ...namesOf('certainty', 'manner'),
  ],
  unseen: namesOf('certainty', 'manner'),
};

/**
 * A setting of MetaICL by its key, or 'own'.
 *
 * @throws CourseError quoting an unknown key and listing MetaICL's
 */
export const settingOrOwn = (key: string): Setting =>
  key === 'own' ? OWN_SETTING : settingOf(key);

function ownTask(name: string): OwnTask {
  demand(
    Object.hasOwn(OWN_TASKS, name),
    () => `There is no task of our own ${quote(name)}.`,
    'Use a name that metaicl.OWN_TASKS has.',
  );
  return OWN_TASKS[name]!;
}

/** A clause has about 50 letters of 2 bytes. */
const NUMBERS_PER_CLAUSE = 25;

/** Rows of a task, in texts of one or more clauses, or in notes (0). */
function ownRows(
  { name, attribute, labels }: OwnTask,
  count: number,
  random: Stream,
  clauses = 3,
): LabelledText[] {
  const values = Object.keys(labels);
  const options = Object.values(labels).sort();
  return Array.from({ length: positiveInteger('count', count) }, () => {
    const value = pick(random, values);
    return {
      task: name,
      input: sentence(random, { [attribute]: value }, clauses),
      output: labels[value]!,
      options,
    };
  });
}

/**
 * Our tasks with these names, as a benchmark has them.
 *
 * @param rows    rows to train on, and a quarter of it to be tested on
 * @param clauses clauses per text
 * @throws CourseError quoting an unknown name, or numbers that are none or do not fit into memory
 */
export function ownTasks(names: readonly string[], rows = 240, clauses = 3): TextTask[] {
  checkTexts('The names of tasks', names);
  positiveInteger('The number of rows', rows);
  positiveInteger('The number of clauses', clauses, 0);
  checkMemory(
    () => `${names.length} tasks of ${rows} rows of ${clauses} clauses`,
    names.length * rows * (1 + clauses) * NUMBERS_PER_CLAUSE,
  );
  return names.map((name) => {
    const task = ownTask(name);
    const drawn = (what: string | number, count: number): LabelledText[] =>
      ownRows(task, count, stream(1, 'own rows', name, what), clauses);
    const held = drawn('test', Math.ceil(rows / 4));
    const demonstrations = Object.fromEntries(
      DEMONSTRATION_SEEDS.map((seed) => [seed, drawn(seed, 16)]),
    );
    return {
      name,
      kind: 'classification',
      rows: drawn('train', rows),
      demonstrations,
      tests: () => held,
    };
  });
}

/**
 * The same task with the names of its values as labels ('sport' and 'food' in place of two
 * colours).
 *
 * @throws CourseError when it is none of our own tasks, or a row has another label than its task
 */
export function withPlainLabels(task: TextTask): TextTask {
  checkTextTask(task);
  const { labels } = ownTask(task.name);
  const plain = Object.fromEntries(Object.entries(labels).map(([value, label]) => [label, value]));
  const valueOf = (label: string): string => lookUp(`label of '${task.name}'`, plain, label);
  const relabel = (rows: readonly LabelledText[]): LabelledText[] =>
    rows.map((row) => ({
      ...row,
      output: valueOf(row.output),
      options: row.options.map(valueOf),
    }));
  const demonstrations = Object.fromEntries(
    Object.entries(task.demonstrations).map(([seed, rows]) => [seed, relabel(rows)]),
  );
  return {
    ...task,
    rows: relabel(task.rows),
    demonstrations,
    tests: (seed) => relabel(task.tests(seed)),
  };
}

/**
 * The value of each attribute that a text's words give away.
 *
 * @throws CourseError when it is no text
 */
export function readOff(text: string): Partial<Readonly<Record<Attribute, string>>> {
  checkText('A text', text);
  const found: Partial<Record<Attribute, string>> = {};
  for (const word of text.split(' ')) {
    const clue = Object.hasOwn(CLUES, word) ? CLUES[word] : undefined;
    if (clue) found[clue.attribute] = clue.value;
  }
  return found;
}

/** All ways to give these values distinct ones of the labels. */
function* injections(
  values: readonly string[],
  labels: readonly string[],
): Generator<ReadonlyMap<string, string>> {
  if (values.length === 0) yield new Map();
  else
    for (const label of labels)
      for (const rest of injections(
        values.slice(1),
        labels.filter((other) => other !== label),
      ))
        yield new Map([[values[0]!, label] as const, ...rest]);
}

/** The share of the sets of C out of V values that hold s given ones. */
const subsetsWith = (s: number, C: number, V: number): number =>
  Array.from({ length: s }, (_, i) => (C - i) / (V - i)).reduce(
    (product, share) => product * share,
    1,
  );

/**
 * The Bayes-optimal answer, given how these texts are made: which attribute is asked for (all are
 * equally likely), and which value has which label, are summed over. A text without a word of the
 * attribute has any label.
 *
 * @param shown  labelled texts
 * @param text   what is to be labelled
 * @param labels the labels of the task
 * @returns the probability of each label
 * @throws CourseError when a text or a label is none, or a label stands twice
 */
export function bayesOfOwnTasks(
  shown: readonly LabelledText[],
  text: string,
  labels: readonly string[],
): number[] {
  checkLabelled('Labelled texts', shown);
  checkTexts('Labels', labels, 1);
  demand(
    new Set(labels).size === labels.length,
    () => `A label stands twice among ${labels.join(', ')}.`,
    'Give each once.',
  );
  const C = labels.length;
  const read = shown.map(({ input, output }) => ({ clues: readOff(input), output }));
  const asked = readOff(text);
  const total = labels.map(() => 0);
  for (const attribute of Object.keys(ATTRIBUTES) as Attribute[]) {
    const all = Object.keys(valuesOf(attribute));
    const known = [...read.map(({ clues }) => clues[attribute]), asked[attribute]].filter(
      (value): value is string => value !== undefined,
    );
    const seen = [...new Set(known)];
    if (all.length < C || seen.length > C) continue;
    const maps = [...injections(seen, labels)];
    // a task draws from C of the V values, other sentences from all: what was seen is likelier
    // where it is asked for
    const prior = (all.length / C) ** known.length * subsetsWith(seen.length, C, all.length);
    for (const map of maps) {
      const likelihood = read.reduce((product, { clues, output }) => {
        const value = clues[attribute];
        return product * (value === undefined ? 1 / C : map.get(value) === output ? 1 : 0);
      }, 1);
      const value = asked[attribute];
      labels.forEach((label, k) => {
        total[k]! +=
          ((prior * likelihood) / maps.length) *
          (value === undefined ? 1 / C : map.get(value) === label ? 1 : 0);
      });
    }
  }
  const sum = total.reduce((a, b) => a + b, 0);
  return sum > 0 ? total.map((p) => p / sum) : labels.map(() => 1 / C);
}
