/**
 * Tasks on single words, for instructions. Four tasks share each kind of word, and the options of a
 * question are what these four tasks give to its input:
 *
 *   dog     dogs (plural), puppy (young), d (first letter), DOG (capitals)
 *
 * so that only an instruction, or demonstrations, can tell which of them is meant.
 * Reference: Honovich et al. (2022, arXiv 2205.10782), whose 24 tasks hold several of these; words,
 * instructions and options here are our own.
 */
import { checkWord } from '../../../core/checks';

/** Kinds of words, each shared by four tasks. */
export const WORD_KINDS = ['animal', 'property', 'country'] as const;
export type WordKind = (typeof WORD_KINDS)[number];

/** A task on single words. */
export interface WordTask {
  readonly name: string;
  readonly kind: WordKind;
  /** As a person would write it. */
  readonly instruction: string;
}

/** An input of a task, with what each task of its kind gives to it. */
export interface WordRow {
  readonly input: string;
  readonly output: string;
  /** The outputs of all four tasks of the kind, the same order for each. */
  readonly options: readonly string[];
}

/** All tasks, by their kinds of words. */
export const WORD_TASKS: readonly WordTask[] = [
  { name: 'plural', kind: 'animal', instruction: 'Write the plural of the word.' },
  { name: 'young', kind: 'animal', instruction: 'Write the name of the young of the animal.' },
  { name: 'first letter', kind: 'animal', instruction: 'Write the first letter of the word.' },
  { name: 'capitals', kind: 'animal', instruction: 'Write the word in capital letters.' },
  { name: 'opposite', kind: 'property', instruction: 'Write the opposite of the word.' },
  { name: 'comparative', kind: 'property', instruction: 'Write the comparative form of the word.' },
  { name: 'noun', kind: 'property', instruction: 'Write the noun that belongs to the adjective.' },
  { name: 'last letter', kind: 'property', instruction: 'Write the last letter of the word.' },
  { name: 'capital', kind: 'country', instruction: 'Write the capital city of the country.' },
  { name: 'language', kind: 'country', instruction: 'Write the language of the country.' },
  { name: 'continent', kind: 'country', instruction: 'Write the continent of the country.' },
  { name: 'currency', kind: 'country', instruction: 'Write the currency of the country.' },
];

const rowsOf = (table: string): string[][] => table.split('|').map((row) => row.split(' '));

/** Animals with plural and young. */
const ANIMALS = rowsOf(
  'dog dogs puppy|cat cats kitten|cow cows calf|sheep sheep lamb|pig pigs piglet|' +
    'horse horses foal|duck ducks duckling|goose geese gosling|swan swans cygnet|hen hens chick|' +
    'bear bears cub|deer deer fawn|goat goats kid|frog frogs tadpole|owl owls owlet|' +
    'eagle eagles eaglet|kangaroo kangaroos joey|rabbit rabbits bunny|hare hares leveret|' +
    'spider spiders spiderling|wolf wolves pup|ox oxen calf|butterfly butterflies caterpillar|' +
    'mouse mice pinkie',
).map(([word, plural, young]) => [word, plural, young, word![0], word!.toUpperCase()] as string[]);

/** Properties with opposite, comparative and noun. */
const PROPERTIES = rowsOf(
  'hot cold hotter heat|long short longer length|strong weak stronger strength|' +
    'wide narrow wider width|deep shallow deeper depth|high low higher height|' +
    'young old younger youth|true false truer truth|warm cool warmer warmth|' +
    'wise foolish wiser wisdom|poor rich poorer poverty|free bound freer freedom|' +
    'happy sad happier happiness|dark bright darker darkness|hard soft harder hardness|' +
    'weak strong weaker weakness|sweet bitter sweeter sweetness|dry wet drier dryness|' +
    'kind cruel kinder kindness|heavy light heavier heaviness|proud humble prouder pride|' +
    'safe dangerous safer safety|angry calm angrier anger|brave timid braver bravery',
).map(([word, ...others]) => [word, ...others, word!.at(-1)] as string[]);

/** Countries with capital, language, continent and currency. */
const COUNTRIES = rowsOf(
  'France Paris French Europe euro|Germany Berlin German Europe euro|' +
    'Italy Rome Italian Europe euro|Spain Madrid Spanish Europe euro|' +
    'Greece Athens Greek Europe euro|Portugal Lisbon Portuguese Europe euro|' +
    'Poland Warsaw Polish Europe zloty|Hungary Budapest Hungarian Europe forint|' +
    'Norway Oslo Norwegian Europe krone|Sweden Stockholm Swedish Europe krona|' +
    'Denmark Copenhagen Danish Europe krone|Russia Moscow Russian Europe ruble|' +
    'England London English Europe pound|Japan Tokyo Japanese Asia yen|' +
    'China Beijing Chinese Asia yuan|Thailand Bangkok Thai Asia baht|' +
    'Iran Tehran Persian Asia rial|Iraq Baghdad Arabic Asia dinar|' +
    'Vietnam Hanoi Vietnamese Asia dong|Egypt Cairo Arabic Africa pound|' +
    'Kenya Nairobi Swahili Africa shilling|Peru Lima Spanish America sol|' +
    'Chile Santiago Spanish America peso|Mexico Mexico-City Spanish America peso',
).map((row) => row.map((word) => word.replace('-', ' ')));

const TABLES: Readonly<Record<WordKind, readonly (readonly string[])[]>> = {
  animal: ANIMALS,
  property: PROPERTIES,
  country: COUNTRIES,
};

/** Rows of each task. */
export const WORD_ROWS = ANIMALS.length;

/**
 * A task by its name.
 *
 * @throws CourseError quoting what is no task
 */
export function wordTask(name: string): WordTask {
  checkWord(
    'The task on words',
    name,
    WORD_TASKS.map((task) => task.name),
  );
  return WORD_TASKS.find((task) => task.name === name)!;
}

/**
 * All rows of a task, in the order of its table.
 *
 * @throws CourseError quoting what is no task
 */
export function wordRows(name: string): WordRow[] {
  const { kind } = wordTask(name);
  const place = WORD_TASKS.filter((task) => task.kind === kind).findIndex(
    (task) => task.name === name,
  );
  return TABLES[kind].map(([input, ...options]) => ({
    input: input!,
    output: options[place]!,
    options,
  }));
}
