/**
 * Texts of the language about pictures, which a language model reads before it sees any picture. A line
 * begins with two words of detail, as `scarlet plus`; where they stand, a picture can stand later.
 */
import { checkFlag, checkStream, checkWord } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import {
  MOTIFS,
  MOTIF_COLOURS,
  MOTIF_PLACES,
  MOTIF_SHAPES,
  NEW_NAMES,
  captionToken,
  checkMotif,
  isToldInDetail,
  placeOfMotif,
  type Motif,
} from './captionwords';

/** What a line says after its two words of detail. */
export type CaptionAsk = 'shows' | 'colour' | 'shape' | 'belongs' | 'described';

/** Every way to go on. */
export const CAPTION_ASKS: readonly CaptionAsk[] = [
  'shows',
  'colour',
  'shape',
  'belongs',
  'described',
];

const [END, SHOWS, COLOUR, SHAPE, BELONGS, IS] = [
  '.',
  'shows',
  'colour',
  'shape',
  'belongs',
  'is',
].map(captionToken) as [number, number, number, number, number, number];

/** The names of its colour and its shape. */
export const nameTokens = (motif: Motif): [number, number] => {
  checkMotif(motif);
  return [
    captionToken(MOTIF_COLOURS[motif.colour]![0]!),
    captionToken(MOTIF_SHAPES[motif.shape]![0]!),
  ];
};

const placeToken = (motif: Motif): number => captionToken(MOTIF_PLACES[placeOfMotif(motif)]!);

/**
 * What follows the detail of a motif: the words that ask, and the answer with its end.
 *
 * @throws CourseError when there is no such way to go on, or it is no motif
 */
export function captionAnswer(
  motif: Motif,
  ask: CaptionAsk,
): { readonly asked: readonly number[]; readonly answer: readonly number[] } {
  checkWord('What is asked', ask, CAPTION_ASKS);
  const [colour, shape] = nameTokens(motif);
  const place = placeToken(motif);
  if (ask === 'shows') return { asked: [SHOWS], answer: [colour, shape, END] };
  if (ask === 'colour') return { asked: [COLOUR], answer: [colour, END] };
  if (ask === 'shape') return { asked: [SHAPE], answer: [shape, END] };
  if (ask === 'belongs') return { asked: [BELONGS], answer: [place, END] };
  return { asked: [SHOWS], answer: [colour, shape, BELONGS, place, END] };
}

/**
 * Two words of detail that say what a motif is.
 *
 * @throws CourseError when there is no stream, or it is no motif
 */
export function detailTokens(random: Stream, motif: Motif): [number, number] {
  checkStream(random);
  checkMotif(motif);
  const one = (words: readonly string[]): number =>
    captionToken(words[1 + random.integer(words.length - 1)]!);
  return [one(MOTIF_COLOURS[motif.colour]!), one(MOTIF_SHAPES[motif.shape]!)];
}

/** One line about a random motif. */
function lineOf(random: Stream): number[] {
  const motif = MOTIFS[random.integer(MOTIFS.length)]!;
  const asks: readonly CaptionAsk[] = isToldInDetail(motif)
    ? ['shows', 'colour', 'shape', 'belongs', 'described']
    : ['shows', 'shows', 'colour', 'shape'];
  const sort = random.integer(asks.length + 2);
  if (sort >= asks.length) return [...nameTokens(motif), BELONGS, placeToken(motif), END];
  const { asked, answer } = captionAnswer(motif, asks[sort]!);
  return [...detailTokens(random, motif), ...asked, ...answer];
}

/** Lines that give names to some motifs, again and again. */
function namingLines(random: Stream, lines: number): number[] {
  const ways = 2 + random.integer(2);
  const motifs = random
    .permutation(MOTIFS.length)
    .slice(0, ways)
    .map((m) => MOTIFS[m]!);
  const names = random.permutation(NEW_NAMES.length).slice(0, ways);
  return Array.from({ length: lines }, () => {
    const one = random.integer(ways);
    return [...detailTokens(random, motifs[one]!), IS, captionToken(NEW_NAMES[names[one]!]!), END];
  }).flat();
}

/**
 * A text that begins with its begin, cut after so many words.
 *
 * @param naming whether its lines give names to two or three motifs, or say what they are and where they
 *   belong
 * @throws CourseError when there is no stream, or the length is refused
 */
export function drawCaptionText(random: Stream, length: number, naming: boolean): number[] {
  checkStream(random);
  positiveInteger('Words of a text', length, 2, 1e4);
  checkFlag('naming', naming);
  const tokens = [captionToken('|')];
  while (tokens.length < length)
    tokens.push(...(naming ? namingLines(random, Math.ceil(length / 5)) : lineOf(random)));
  return tokens.slice(0, length);
}
