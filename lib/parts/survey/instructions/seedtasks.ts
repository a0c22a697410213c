/**
 * Seed tasks, from which a model makes others: an instruction, whether the answer is one of a few
 * labels, and two instances. They are our own, and none is a task on words of wordtasks.ts, which
 * stay held out.
 * Reference: Wang et al. (2022, arXiv 2212.10560), who begin with 175 seed tasks.
 */
import { checkEach, checkFields, checkFlag, checkText, type Check } from '../../../core/checks';
import { checkDemonstrations, type Demonstration } from '../../../language/prompt';

/** A task with instances. */
export interface TaskWithInstances {
  readonly instruction: string;
  /** Whether its answers are a few labels. */
  readonly classification: boolean;
  readonly instances: readonly Demonstration[];
}

const checkTask: Check = (name, task) =>
  checkFields(name, task, {
    instruction: checkText,
    classification: checkFlag,
    instances: (_, instances) => checkDemonstrations(instances as readonly Demonstration[]),
  });

/**
 * Refuses what are no tasks with instances.
 *
 * @throws CourseError quoting them
 */
export const checkTasks = (tasks: readonly TaskWithInstances[], least = 1): void =>
  checkEach('Tasks', tasks, 'tasks with instances', checkTask, least);

type Row = readonly [instruction: string, ...instances: (readonly [string, string])[]];

const CLASSIFICATION: readonly Row[] = [
  [
    'Decide whether the feeling of the sentence is positive or negative.',
    ['The soup was cold and the waiter was rude.', 'negative'],
    ['We had a wonderful day at the lake.', 'positive'],
  ],
  ['Say whether the word names an animal or a plant.', ['tulip', 'plant'], ['squirrel', 'animal']],
  ['Tell whether the number is even or odd.', ['18', 'even'], ['7', 'odd']],
  [
    'Is this sentence a question or a statement?',
    ['Where did you put the keys', 'question'],
    ['The keys are on the table', 'statement'],
  ],
  [
    'Judge if the message sounds polite or rude.',
    ['Could you please close the window?', 'polite'],
    ['Shut that window, now.', 'rude'],
  ],
  [
    'Name the season that fits the scene: spring, summer, autumn or winter.',
    ['Children build a snowman.', 'winter'],
    ['The leaves turn red and fall.', 'autumn'],
  ],
  [
    'Does the dish taste sweet or salty?',
    ['apple pie with cream', 'sweet'],
    ['potato chips', 'salty'],
  ],
  [
    'Sort the headline into sports or music.',
    ['Band begins its tour in June', 'music'],
    ['Home team wins in extra time', 'sports'],
  ],
  [
    'Find out if something happened in the past or will happen in the future.',
    ['She will move to Boston.', 'future'],
    ['He sold his old car.', 'past'],
  ],
  ['Do these two words rhyme? Answer yes or no.', ['house, mouse', 'yes'], ['table, garden', 'no']],
  [
    'Choose the place where the item belongs, kitchen or garage.',
    ['frying pan', 'kitchen'],
    ['spare tire', 'garage'],
  ],
  [
    'Check whether the claim about nature is true or false.',
    ['Fish breathe with gills.', 'true'],
    ['The sun rises in the west.', 'false'],
  ],
];

const OTHERS: readonly Row[] = [
  ['Put the verb into the past tense.', ['walk', 'walked'], ['sing', 'sang']],
  ['Give another word with the same meaning.', ['big', 'large'], ['begin', 'start']],
  ['Spell out the number in words.', ['12', 'twelve'], ['40', 'forty']],
  ['What color does this thing usually have?', ['banana', 'yellow'], ['grass', 'green']],
  ['Correct the misspelled word.', ['freind', 'friend'], ['becuase', 'because']],
  ['Add the two numbers.', ['3 and 4', '7'], ['10 and 5', '15']],
  [
    'Arrange the words in alphabetical order.',
    ['pear, apple', 'apple, pear'],
    ['sun, moon', 'moon, sun'],
  ],
  ['Where does a person with this job work?', ['teacher', 'in a school'], ['baker', 'in a bakery']],
  [
    'Complete the sentence with one fitting word.',
    ['Birds build their', 'nests'],
    ['At night we see the moon and the', 'stars'],
  ],
  ['Count the words in this sentence.', ['Dogs like to run.', '4'], ['It rains.', '2']],
  [
    'Rewrite the statement as a question.',
    ['You are ready.', 'Are you ready?'],
    ['She can swim.', 'Can she swim?'],
  ],
  [
    'Suggest a short title for the story.',
    ['A lost dog walks home through the snow.', 'The Long Way Home'],
    ['Two friends find an old box full of coins.', 'The Hidden Treasure'],
  ],
];

const tasksOf = (rows: readonly Row[], classification: boolean): TaskWithInstances[] =>
  rows.map(([instruction, ...instances]) => ({
    instruction,
    classification,
    instances: instances.map(([input, output]) => ({ input, output })),
  }));

/** 24 seed tasks; the first 12 have labels. */
export const SEED_TASKS: readonly TaskWithInstances[] = [
  ...tasksOf(CLASSIFICATION, true),
  ...tasksOf(OTHERS, false),
];
