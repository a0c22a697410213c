/**
 * Facts to be edited: capitals of countries that a language model has read of. A fact is a country s
 * with its capital o; an edit wants another object o', the capital of another country:
 *
 *   before   The capital of France is Paris
 *   after    The capital of France is Oslo
 *
 * An edit is judged by the statement itself, by paraphrases of it, and by neighbours: the same
 * statement of other countries, which is to stay as it was.
 */
import { checkEach, checkFields, checkStream, checkText } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import { shuffled, type Stream } from '../../../core/random';

/** A country and its capital. */
export interface Capital {
  readonly country: string;
  readonly city: string;
}

/** Countries with capitals of one word. */
export const CAPITALS: readonly Capital[] = (
  'France Paris|Germany Berlin|Italy Rome|Spain Madrid|Portugal Lisbon|Austria Vienna|' +
  'Greece Athens|Poland Warsaw|Hungary Budapest|Norway Oslo|Sweden Stockholm|Denmark Copenhagen|' +
  'Finland Helsinki|Ireland Dublin|Belgium Brussels|Russia Moscow|Turkey Ankara|Egypt Cairo|' +
  'Kenya Nairobi|Japan Tokyo|China Beijing|Thailand Bangkok|Cuba Havana|Peru Lima|' +
  'Chile Santiago|Iraq Baghdad|Iran Tehran|Syria Damascus|Lebanon Beirut|Indonesia Jakarta|' +
  'Canada Ottawa|Romania Bucharest|Bulgaria Sofia|Serbia Belgrade|Ukraine Kyiv|' +
  'Australia Canberra|Pakistan Islamabad|Nepal Kathmandu|Ecuador Quito|Venezuela Caracas|' +
  'Ghana Accra|Senegal Dakar|Vietnam Hanoi|Jordan Amman|Latvia Riga|Croatia Zagreb|' +
  'Iceland Reykjavik|England London'
)
  .split('|')
  .map((pair) => pair.split(' ') as [string, string])
  .map(([country, city]) => ({ country, city }));

/**
 * The statement of a country, up to its object.
 *
 * @throws CourseError when it is no text
 */
export function statementOf(country: string): string {
  checkText('The country', country);
  return `The capital of ${country} is`;
}

/** Paraphrases by which an edit is judged. */
export const TESTED_PARAPHRASES: readonly ((country: string) => string)[] = [
  (country) => `${country}'s capital city is`,
  (country) => `In ${country}, the seat of government is in`,
  (country) => `The government of ${country} meets in the city of`,
];

/** Paraphrases that demonstrations and steps of gradient descent may use; none is tested. */
export const SHOWN_PARAPHRASES: readonly ((country: string) => string)[] = [
  (country) => `The capital city of ${country} is called`,
  (country) => `The name of the capital of ${country} is`,
  (country) => `In ${country}, the capital is`,
  (country) => `Visitors to the capital of ${country} arrive in`,
];

/** An edit, and what it is judged by and shown with. */
export interface Edit {
  readonly country: string;
  /** The true object o. */
  readonly before: string;
  /** The new object o'. */
  readonly after: string;
  /** Facts that are to stay as they are. */
  readonly neighbours: readonly Capital[];
  /** Facts for demonstrations, which are in no edit and no neighbour of this one. */
  readonly others: readonly Capital[];
}

const checkCapital = (name: string, fact: unknown): void =>
  checkFields(name, fact, { country: checkText, city: checkText });

/**
 * Refuses what are no facts.
 *
 * @throws CourseError quoting what is wrong
 */
export const checkCapitals = (name: string, facts: unknown): void =>
  checkEach(name, facts, 'countries with their capitals', checkCapital);

/**
 * Refuses what is no edit.
 *
 * @throws CourseError quoting what is wrong
 */
export const checkEdit = (edit: unknown): void =>
  checkFields('An edit', edit, {
    country: checkText,
    before: checkText,
    after: checkText,
    neighbours: checkCapitals,
    others: checkCapitals,
  });

/**
 * Draws edits. Edited countries, those whose capitals are new objects, and all others are different
 * countries; neighbours are drawn from these others, anew for each edit.
 *
 * @param count      edits, at most a third of all countries
 * @param neighbours of each edit
 * @throws CourseError when it is no random stream, or there are not so many facts
 */
export function drawEdits(random: Stream, count: number, neighbours: number): Edit[] {
  checkStream(random);
  positiveInteger('The number of edits', count, 1, Math.floor(CAPITALS.length / 3));
  const left = CAPITALS.length - 2 * count;
  positiveInteger('The number of neighbours', neighbours, 1, left);
  const drawn = shuffled(random, CAPITALS);
  const rest = drawn.slice(2 * count);
  return drawn.slice(0, count).map(({ country, city }, i): Edit => {
    const own = shuffled(random, rest);
    return {
      country,
      before: city,
      after: drawn[count + i]!.city,
      neighbours: own.slice(0, neighbours),
      others: own.slice(neighbours),
    };
  });
}
