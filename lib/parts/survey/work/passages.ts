/**
 * Short passages about invented people, to retrieve from: where each was born, what each works as and
 * does on free days.
 *
 *   Marlo Venley was born in Oslo. Marlo keeps bees, and on free days Marlo walks in the hills.
 *
 * No model can have read of these people, so that it has to read the passage to answer. A question
 * asks for the town, of a person by name or by description. A description has other words than the
 * passage ("the beekeeper who likes hiking"), so that only their meaning leads to it.
 * References: Ram et al. (2023, arXiv 2302.00083) for passages before a text.
 */
import { checkEach, checkFields, checkStream, checkText } from '../../../core/checks';
import { demand, positiveInteger, quote } from '../../../core/errors';
import { shuffled, type Stream } from '../../../core/random';

/** Towns of birth. */
export const TOWNS: readonly string[] = (
  'Oslo Lisbon Dublin Vienna Prague Madrid Athens Cairo ' +
  'Boston Tokyo Warsaw Geneva Denver Montreal Munich Seoul'
).split(' ');

/** Ways in which a question says whom it means. */
export const QUESTION_FORMS = ['name', 'description'] as const;
export type QuestionForm = (typeof QUESTION_FORMS)[number];

/** A passage, what it says, and the questions that it answers. */
export interface Passage {
  readonly name: string;
  readonly town: string;
  readonly text: string;
  readonly questions: Readonly<Record<QuestionForm, string>>;
}

/** Words of passages and of questions for the same. */
const pairsOf = (text: string): readonly (readonly [passage: string, question: string])[] =>
  text.split('|').map((pair) => pair.trim().split('/') as [string, string]);

const WORKS = pairsOf(
  'keeps bees/beekeeper | makes loaves and rolls/baker | mends shoes/cobbler | ' +
    'flies passenger planes/pilot | cuts and styles hair/barber | ' +
    'looks after patients in a hospital/nurse | fixes leaking pipes/plumber | ' +
    'grows wheat and barley/farmer | takes pictures at weddings/photographer | ' +
    'brings plates to the tables of a restaurant/waiter | reports for a newspaper/journalist | ' +
    'puts out fires/firefighter | treats sick animals/vet | sews dresses and suits/tailor | ' +
    'drives a night bus/chauffeur | defends people in court/lawyer',
);

const PASTIMES = pairsOf(
  'walks in the hills/hiking | studies openings and checkmates/chess | ' +
    'makes vases out of clay/pottery | looks for owls and eagles/birdwatching | ' +
    'looks at stars through a telescope/astronomy | rides a bicycle/cycling | ' +
    'crosses the lake with strong strokes/swimming | rides horses/equestrian sports | ' +
    'collects old coins/numismatics | plants roses and tulips/gardening | ' +
    'makes scarves out of wool/knitting | runs very long distances/marathons | ' +
    'plays the violin/classical music | reads detective stories/crime novels | ' +
    'plays Hamlet on a stage/acting | climbs steep rock/mountaineering',
);

/** Invented names; several people share each, and no two share both. */
const FIRST_NAMES = (
  'Marlo Telena Brivik Jorius Kasando Luneth Dovira Selonn ' +
  'Mirena Tolvik Brelo Jasira Keltan Lorius Denva Surio'
).split(' ');
const LAST_NAMES = (
  'Venley Holdor Quarmund Tibick Ostra Rundlow Plevane Zarnett ' +
  'Vintor Hassel Quillby Torvane Okmund Randley Plimmer Zedwick'
).split(' ');

/** The most people: each first name with each last one. */
export const MOST_PASSAGES = FIRST_NAMES.length * LAST_NAMES.length;

/** How a passage is told. */
const FORMS: readonly ((
  person: Readonly<Record<'name' | 'first' | 'town' | 'work' | 'pastime', string>>,
) => string)[] = [
  ({ name, first, town, work, pastime }) =>
    `${name} was born in ${town}. ${first} ${work}, and on free days ${first} ${pastime}.`,
  ({ name, first, town, work, pastime }) =>
    `${name} ${work}. Born in ${town}, ${first} ${pastime} whenever there is time.`,
  ({ name, first, town, work, pastime }) =>
    `On free days ${name} ${pastime}. ${first} was born in ${town}. To earn money ${first} ${work}.`,
];

/** Different pairs of one thing of each of two lists of one length, each thing as often as others. */
function differentPairs<T>(random: Stream, a: readonly T[], b: readonly T[], count: number) {
  const [first, second] = [shuffled(random, a), shuffled(random, b)];
  const K = first.length;
  const pairs = Array.from({ length: count }, (_, i) => {
    const turn = i + Math.floor(i / K);
    return [first[i % K]!, second[turn % K]!] as const;
  });
  return shuffled(random, pairs);
}

/**
 * Passages about people of whom no two have the same full name, or both work and pastime in common.
 * Names, towns, works and pastimes are each as frequent as the others, or one passage less.
 *
 * @param count at most 256
 * @throws CourseError when there is no stream or the number is refused
 */
export function drawPassages(random: Stream, count: number): Passage[] {
  checkStream(random);
  positiveInteger('The number of passages', count, 1, MOST_PASSAGES);
  const names = differentPairs(random, FIRST_NAMES, LAST_NAMES, count);
  const doings = differentPairs(random, WORKS, PASTIMES, count);
  const towns = differentPairs(random, TOWNS, TOWNS, count).map(([town]) => town);
  return names.map(([first, last], i): Passage => {
    const [[work, worker], [pastime, liked]] = doings[i]!;
    const [name, town] = [`${first} ${last}`, towns[i]!];
    const text = FORMS[random.integer(FORMS.length)]!({ name, first, town, work, pastime });
    const questions = {
      name: `Where was ${name} born?`,
      description: `Where was the ${worker} who likes ${liked} born?`,
    };
    return { name, town, text, questions };
  });
}

/**
 * Towns to choose from: the right one and others, in random order.
 *
 * @param count of all, the right one among them; at most as many as there are towns
 * @throws CourseError when there is no stream or no such town, or the number is refused
 */
export function townOptions(random: Stream, town: string, count: number): string[] {
  checkStream(random);
  checkText('The town', town);
  demand(TOWNS.includes(town), () => `There is no town ${quote(town)}.`, 'Give one of work.TOWNS.');
  positiveInteger('The number of towns to choose from', count, 2, TOWNS.length);
  const others = shuffled(
    random,
    TOWNS.filter((one) => one !== town),
  );
  return shuffled(random, [town, ...others.slice(0, count - 1)]);
}

/** A place in a text at which a town is the next word. */
export interface TownFact {
  /** The text up to the town. */
  readonly before: string;
  readonly town: string;
  /** Which of the passages says so. */
  readonly passage: number;
}

/**
 * A text of one sentence about each of some people in turn, "Marlo Venley was born in Oslo.", as the
 * facts that it states.
 *
 * @param passages of which the people are drawn
 * @param count    sentences, at most as many as there are passages
 * @throws CourseError when there is no stream or passage, or the number is refused
 */
export function drawFacts(random: Stream, passages: readonly Passage[], count: number): TownFact[] {
  checkStream(random);
  checkEach(
    'Passages',
    passages,
    'passages',
    (name, passage) => checkFields(name, passage, { name: checkText, town: checkText }),
    1,
  );
  positiveInteger('The number of sentences', count, 1, passages.length);
  let text = '';
  return random
    .permutation(passages.length)
    .slice(0, count)
    .map((passage) => {
      const { name, town } = passages[passage]!;
      const before = `${text}${text && ' '}${name} was born in`;
      text = `${before} ${town}.`;
      return { before, town, passage };
    });
}
