/**
 * Names that are given in context: `<picture> is dax . <picture> is wug . <picture> is`, two ways, each
 * shown k times, in random order. Nothing but the pictures before says which name is meant.
 * Reference: Tsimpoukelli et al. (2021, arXiv 2106.13884), binding of new names.
 */
import {
  checkEach,
  checkFields,
  checkFlag,
  checkRows,
  checkStream,
  checkWord,
  type Check,
} from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { ownAlphabet, type Alphabet } from '../../../glyphs';
import { detailTokens } from './captiontexts';
import {
  CAPTION_WORDS,
  MOTIFS,
  NEW_NAMES,
  PICTURE_TOKEN,
  captionToken,
  isHeldOutMotif,
  type Motif,
} from './captionwords';
import { glyphPicture, motifPicture } from './motifpictures';

/** What is named: motifs of training, pairs of colour and shape that it left out, or new characters. */
export type NamedThings = 'seen' | 'held out' | 'glyphs';

/** All of these. */
export const NAMED_THINGS: readonly NamedThings[] = ['seen', 'held out', 'glyphs'];

/** A text that gives names to pictures and asks for one. */
export interface NamingPrompt {
  /** With two tokens '<picture>' where a picture stands. */
  readonly tokens: readonly number[];
  readonly pictures: readonly Float32Array[];
  /** Where the pictures begin. */
  readonly places: readonly number[];
  /** The same text with words of detail in place of pictures; null for glyphs, which have none. */
  readonly inWords: readonly number[] | null;
  /** The names: the one of the picture that is asked about, and the other. */
  readonly right: number;
  readonly wrong: number;
}

/** One of the two things that are named. */
interface Thing {
  picture(random: Stream): Float32Array;
  readonly motif: Motif | null;
}

const ALPHABETS = 8;
const CHARACTERS = 8;
let drawn: readonly Alphabet[] | null = null;
const alphabets = (): readonly Alphabet[] =>
  (drawn ??= Array.from({ length: ALPHABETS }, (_, i) => ownAlphabet(3900 + i, CHARACTERS, 8)));

/** Two different things. */
function twoThings(random: Stream, of: NamedThings): [Thing, Thing] {
  if (of === 'glyphs') {
    const { characters } = alphabets()[random.integer(ALPHABETS)]!;
    const colour = random.integer(6); // the same for both: only the character tells them apart
    const [a, b] = random.permutation(CHARACTERS);
    return [a!, b!].map((c) => ({
      motif: null,
      picture: (stream: Stream) => glyphPicture(stream, characters[c]![stream.integer(8)]!, colour),
    })) as [Thing, Thing];
  }
  const pool = MOTIFS.filter((motif) => isHeldOutMotif(motif) === (of === 'held out'));
  const [a, b] = random.permutation(pool.length);
  return [a!, b!].map((m) => ({
    motif: pool[m]!,
    picture: (stream: Stream) => motifPicture(stream, pool[m]!),
  })) as [Thing, Thing];
}

/**
 * A text that gives two names and asks for one of them.
 *
 * @param k        how often each name is given, from 1
 * @param of       what is named
 * @param shuffled whether the pictures before the question are drawn without regard to their names, so
 *                 that nothing can be known: the control
 * @throws CourseError when there is no stream, or a setting is refused
 */
export function drawNaming(
  random: Stream,
  k: number,
  of: NamedThings = 'seen',
  shuffled = false,
): NamingPrompt {
  checkStream(random);
  positiveInteger('k', k, 1, 16);
  checkWord('What is named', of, NAMED_THINGS);
  checkFlag('shuffled', shuffled);
  const things = twoThings(random, of);
  const [first, second] = random.permutation(NEW_NAMES.length);
  const names = [first!, second!].map((n) => captionToken(NEW_NAMES[n]!));
  const [is, end] = [captionToken('is'), captionToken('.')];
  const ways = Array.from({ length: k }, () => random.permutation(2)).flat();
  const asked = random.integer(2);
  const shown = [...ways.map((way) => (shuffled ? random.integer(2) : way)), asked];
  const tails = [...ways.map((way) => [is, names[way]!, end]), [is]];
  const begin = captionToken('|');
  const text = (head: (thing: Thing) => readonly number[]): number[] => [
    begin,
    ...tails.flatMap((tail, i) => [...head(things[shown[i]!]!), ...tail]),
  ];
  return {
    tokens: text(() => [PICTURE_TOKEN, PICTURE_TOKEN]),
    pictures: shown.map((way) => things[way]!.picture(random)),
    places: shown.map((_, i) => 1 + 5 * i),
    inWords: of === 'glyphs' ? null : text(({ motif }) => detailTokens(random, motif!)),
    right: names[asked]!,
    wrong: names[1 - asked]!,
  };
}

/** Refuses what is no number of a word. */
const checkName: Check = (name, value) =>
  void positiveInteger(name, value as number, 0, CAPTION_WORDS.length - 1);

/**
 * The share of prompts whose right name has the higher score.
 *
 * @param scores of every word after each prompt, [prompts][V]
 * @throws CourseError when there are not as many rows as prompts
 */
export function namesRight(
  prompts: readonly NamingPrompt[],
  scores: readonly (readonly number[])[],
): number {
  checkRows('Scores', scores, 1);
  checkEach('Prompts', prompts, 'prompts with names', (name, prompt) =>
    checkFields(name, prompt, { right: checkName, wrong: checkName }),
  );
  demand(
    scores.length === prompts.length,
    () => `${scores.length} rows of scores were given for ${prompts.length} prompts.`,
    'Give one row for each prompt, and at least one.',
  );
  const right = prompts.filter((one, i) => scores[i]![one.right]! > scores[i]![one.wrong]!);
  return right.length / prompts.length;
}
