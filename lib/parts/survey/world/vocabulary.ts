/** The tokens of TaskWorld's documents: every token is one word. */
import { numbering } from './numbering';
import { LABELS } from './taskworld';
import { SCOPES } from './rules';
import { WORD_FEATURES, WORDS } from './words';

/** Tokens that give a document its form. */
export const MARKS = {
  begin: '<begin>',
  nothing: '_',
  instruction: 'Instruction:',
  /** Between a label and its input, where the label comes first. */
  channel: 'describes',
  /** Between the words of an entry and its symbol. */
  entry: 'means',
  /** Between three digits and their sum, with a written step or without. */
  step: ':',
  equals: '=',
  end: '\n',
} as const;

/** Between an input and its label: three ways to write an example. */
export const TEMPLATES: readonly string[] = ['->', 'Label:', 'is'];

export const DIGITS: readonly string[] = '0123456789'.split('');
export const PEOPLE: readonly string[] =
  'Ada Bela Cleo Dora Emil Fay Gus Hana Ivo Jana Kai Lea Mio Nora Otto Pia'.split(' ');

/** What facts say of a name, with the values that it may have. */
export const RELATIONS: Readonly<Record<string, readonly string[]>> = {
  lives: 'Oslo Lima Cairo Quito Delhi Turin Perth Accra'.split(' '),
  plays: 'chess cello darts flute rugby drums bingo tennis'.split(' '),
  owns: 'cat boat farm piano bakery camera kayak violin'.split(' '),
  fears: 'spiders heights thunder snakes crowds ghosts wasps needles'.split(' '),
};

/** All tokens, in the order of their numbers. */
export const VOCABULARY: readonly string[] = [
  ...Object.values(MARKS),
  ...TEMPLATES,
  ...WORD_FEATURES.map(({ name }) => name),
  ...SCOPES,
  ...WORDS,
  ...LABELS,
  ...DIGITS,
  ...PEOPLE,
  ...Object.keys(RELATIONS),
  ...Object.values(RELATIONS).flat(),
];

/**
 * The number of a token.
 *
 * @throws CourseError quoting what is no token
 */
export const tokenIndex = numbering(VOCABULARY, 'token', 'world.VOCABULARY');
