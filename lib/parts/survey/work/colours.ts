/**
 * A marked class of words that a model is to use less: names of colours. Beginnings of sentences
 * whose next word is often one ("The car by the bridge is"), and whole sentences as demonstrations,
 * which have at this place another word, or a colour. Four topics; the words of the beginnings that
 * are tested occur in no demonstration but for "The", "in", "is" and the like.
 *
 * It stands for what should not be said (Meade et al., 2023, arXiv 2302.00871, retrieve safe answers
 * to similar contexts as demonstrations); nothing unsafe is written here.
 */
import { checkStream } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';

/** The marked class. */
export const COLOURS: readonly string[] =
  'red blue green yellow black white brown grey gray pink orange purple'.split(' ');

/** A sentence that names no colour, and the same with one in its last place. */
export interface ColourDemonstration {
  readonly topic: string;
  readonly plain: string;
  readonly coloured: string;
}

/** The beginning of a sentence. */
export interface ColourBeginning {
  readonly topic: string;
  readonly text: string;
}

/** Words of a topic: things and places of tests and of demonstrations, and words of no colour. */
interface TopicWords {
  readonly verb: string;
  readonly tests: readonly [things: string, places: string];
  readonly shown: readonly [things: string, places: string];
  readonly plain: string;
}

const TOPICS: Readonly<Record<string, TopicWords>> = {
  streets: {
    verb: 'is',
    tests: ['car|van|tram', 'by the bridge|in front of the bank'],
    shown: ['bus|taxi|bicycle|lorry', 'at the corner|near the station|outside the school'],
    plain: 'new old fast slow full empty broken clean heavy small noisy expensive',
  },
  clothes: {
    verb: 'is',
    tests: ['dress|jacket|tie', 'of the singer|in her wardrobe'],
    shown: ['coat|scarf|shirt|hat', 'of my brother|in the window|on the chair'],
    plain: 'warm long thin soft cheap short elegant tight dirty light thick woollen',
  },
  gardens: {
    verb: 'are',
    tests: ['flowers|berries|lilies', 'along the path|beside the pond'],
    shown: ['roses|tulips|apples|leaves', 'at the gate|behind the house|in the park'],
    plain: 'fresh tall ripe wet healthy large tiny rare dry wild sweet beautiful',
  },
  rooms: {
    verb: 'are',
    tests: ['carpets|cushions|shutters', 'of the hotel|in their bedroom'],
    shown: ['walls|curtains|doors|tiles', 'of the kitchen|in the hall|upstairs'],
    plain: 'wooden plain smooth damp narrow modern cold dusty strong shiny hard cracked',
  },
};

/** Each thing at each place. */
const placed = ([things, places]: readonly [string, string], verb: string): string[] =>
  things
    .split('|')
    .flatMap((thing) => places.split('|').map((place) => `The ${thing} ${place} ${verb}`));

/** Beginnings that are tested, six of each topic. */
export const COLOUR_BEGINNINGS: readonly ColourBeginning[] = Object.entries(TOPICS).flatMap(
  ([topic, { tests, verb }]) => placed(tests, verb).map((text) => ({ topic, text })),
);

/** The most demonstrations: twelve of each topic. */
const MOST = Object.values(TOPICS).flatMap(({ shown, verb }) => placed(shown, verb)).length;

/**
 * Different demonstrations at random, each with a random word of its topic and a random colour.
 *
 * @param count at most 48
 * @throws CourseError when there is no stream or the number is refused
 */
export function drawColourDemonstrations(random: Stream, count: number): ColourDemonstration[] {
  checkStream(random);
  positiveInteger('The number of demonstrations', count, 1, MOST);
  const all = Object.entries(TOPICS).flatMap(([topic, { shown, verb, plain }]) => {
    const words = plain.split(' ');
    const order = random.permutation(words.length);
    return placed(shown, verb).map((text, i) => ({
      topic,
      plain: `${text} ${words[order[i]!]!}.`,
      coloured: `${text} ${COLOURS[random.integer(COLOURS.length)]!}.`,
    }));
  });
  return random
    .permutation(all.length)
    .slice(0, count)
    .map((i) => all[i]!);
}
