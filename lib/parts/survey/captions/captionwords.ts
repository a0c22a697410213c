/**
 * A language about pictures: six colours and eight shapes, each with a name and three words of detail
 * that say the same, words that ask, names that mean nothing until a text gives them a meaning, and
 * four places to which things belong.
 */
import { demand, lookUp, plainObject, positiveInteger } from '../../../core/errors';
import { stream } from '../../../core/random';

/** What a picture shows, by numbers of a colour and a shape. */
export interface Motif {
  readonly colour: number;
  readonly shape: number;
}

/** Colours: a name, then words of detail. */
export const MOTIF_COLOURS: readonly (readonly string[])[] = [
  ['red', 'scarlet', 'crimson', 'ruby'],
  ['green', 'emerald', 'olive', 'lime'],
  ['blue', 'azure', 'navy', 'cobalt'],
  ['yellow', 'amber', 'gold', 'lemon'],
  ['violet', 'purple', 'plum', 'lilac'],
  ['white', 'ivory', 'chalk', 'snow'],
];

/** Shapes: a name, then words of detail. */
export const MOTIF_SHAPES: readonly (readonly string[])[] = [
  ['square', 'box', 'block', 'tile'],
  ['ring', 'circle', 'hoop', 'wheel'],
  ['cross', 'plus', 'crossing', 'sword'],
  ['bar', 'dash', 'stripe', 'plank'],
  ['pillar', 'column', 'post', 'stick'],
  ['triangle', 'wedge', 'peak', 'roof'],
  ['corner', 'angle', 'elbow', 'bend'],
  ['diamond', 'kite', 'rhomb', 'lozenge'],
];

/** Names without a meaning. */
export const NEW_NAMES: readonly string[] = [
  ...[
    'dax',
    'wug',
    'blick',
    'toma',
    'fep',
    'gazzer',
    'modi',
    'zav',
    'kiki',
    'bosa',
    'nurm',
    'pell',
  ],
  ...['quil', 'rask', 'sorp', 'tiv', 'ulm', 'vorn', 'wex', 'yab', 'zorp', 'lumo', 'hask', 'jick'],
];

/** Where things belong. */
export const MOTIF_PLACES: readonly string[] = ['north', 'south', 'east', 'west'];

/** Words that ask, the end of a line, the begin of a text, and what stands where a picture is. */
const FUNCTION_WORDS = [
  '|',
  '.',
  'is',
  'shows',
  'colour',
  'shape',
  'belongs',
  '<picture>',
] as const;

/** All words, by their numbers. */
export const CAPTION_WORDS: readonly string[] = [
  ...FUNCTION_WORDS,
  ...MOTIF_COLOURS.flat(),
  ...MOTIF_SHAPES.flat(),
  ...MOTIF_PLACES,
  ...NEW_NAMES,
];

const NUMBERS: Readonly<Record<string, number>> = Object.fromEntries(
  CAPTION_WORDS.map((word, i) => [word, i]),
);

/**
 * The number of a word.
 *
 * @throws CourseError when the language has no such word
 */
export const captionToken = (word: string): number => lookUp('word', NUMBERS, word);

/** The number that stands in a text where a picture is: two of them for each picture. */
export const PICTURE_TOKEN = captionToken('<picture>');

/** Every pair of a colour and a shape. */
export const MOTIFS: readonly Motif[] = MOTIF_COLOURS.flatMap((_, colour) =>
  MOTIF_SHAPES.map((__, shape) => ({ colour, shape })),
);

/** Refuses what is no motif. */
export function checkMotif(motif: Motif): void {
  plainObject('A motif', motif);
  const { colour, shape } = motif;
  positiveInteger('The colour of a motif', colour, 0, MOTIF_COLOURS.length - 1);
  positiveInteger('The shape of a motif', shape, 0, MOTIF_SHAPES.length - 1);
}

/** The place of a motif among all. */
const indexOf = (motif: Motif): number => {
  checkMotif(motif);
  return motif.colour * MOTIF_SHAPES.length + motif.shape;
};

/** Facts that no picture shows, drawn once and for all. */
const [BELONGS_TO, TOLD] = ((): [number[], boolean[]] => {
  const random = stream(39, 'where motifs belong');
  const order = random.permutation(MOTIFS.length);
  const told = random.permutation(MOTIFS.length);
  return [
    order.map((rank) => rank % MOTIF_PLACES.length),
    told.map((rank) => rank < MOTIFS.length / 2),
  ];
})();

/**
 * The number of the place to which a motif belongs: a fact about the pair that neither its colour nor
 * its shape tells.
 *
 * @throws CourseError when it is no motif
 */
export const placeOfMotif = (motif: Motif): number => BELONGS_TO[indexOf(motif)]!;

/**
 * Whether texts say of words of detail too where the motif belongs; of the other half they say it of
 * the names of colour and shape alone.
 *
 * @throws CourseError when it is no motif
 */
export const isToldInDetail = (motif: Motif): boolean => TOLD[indexOf(motif)]!;

/**
 * Whether a motif is kept out of the captions on which encoders are trained: one colour of each shape.
 *
 * @throws CourseError when it is no motif
 */
export const isHeldOutMotif = (motif: Motif): boolean =>
  indexOf(motif) >= 0 && motif.colour === motif.shape % MOTIF_COLOURS.length;

/**
 * A text as numbers.
 *
 * @param text words with spaces between them
 * @throws CourseError when a word is none of the language
 */
export function captionTokens(text: string): number[] {
  demand(typeof text === 'string', () => `A text was ${typeof text}.`, 'Give words with spaces.');
  return text.split(' ').filter(Boolean).map(captionToken);
}
