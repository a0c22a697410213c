/**
 * What is measured of a language model with sight: captions, answers to other questions, names that are
 * given in context, and places, asked at once and after a description. The same with words of detail in
 * place of pictures, and with an encoder that was not trained.
 */
import { tf } from '../../core/backend';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import { nextWordScores, placesSaid, saidOf } from './captions/asking';
import { captionAnswer, type CaptionAsk } from './captions/captiontexts';
import type { CaptionLanguage } from './captions/captionlanguage';
import { MOTIFS, isHeldOutMotif, isToldInDetail, type Motif } from './captions/captionwords';
import { GatedPictures } from './captions/gatedpictures';
import { pictureInstructions } from './captions/instructiondata';
import { motifPicture } from './captions/motifpictures';
import {
  NAMED_THINGS,
  drawNaming,
  namesRight,
  type NamedThings,
  type NamingPrompt,
} from './captions/naming';
import type { Sight } from './captions/sight';

/** How much is asked. */
export interface CaptionMeasures {
  /** How often each of two names is given. */
  readonly ks: readonly number[];
  /** Prompts with names, of each kind. */
  readonly prompts: number;
  /** Pictures of each question. */
  readonly pictures: number;
  /** Prompts and pictures along training. */
  readonly watched: number;
}

/** How records call the text without pictures, and an encoder with random weights. */
export const [IN_WORDS, UNTRAINED] = ['words in place of pictures', 'untrained encoder'] as const;

/** Questions of which the share of right answers is measured. */
export const MEASURED_ASKS: readonly CaptionAsk[] = ['shows', 'colour', 'shape', 'belongs'];

/** The metric of captions, names and places. */
export const captionsRight = (ask: CaptionAsk, heldOut = false): string =>
  `right, ${ask}${heldOut ? ', held-out pairs' : ''}`;
export const namedRight = (of: NamedThings | 'shuffled'): string => `names right, ${of}`;
export const placesRight = (describe: boolean, told: boolean): string =>
  `places right, ${describe ? 'described first' : 'at once'}, ` +
  `${told ? 'told of words of detail' : 'told of names alone'}`;

/** A language model with what it sees with. */
export interface CaptionSubject {
  readonly language: CaptionLanguage;
  readonly sight: Sight | null;
}

/** The share of pictures whose answer is right in all its words but the end. */
export function shareSaid(
  { language, sight }: CaptionSubject,
  ask: CaptionAsk,
  count: number,
  heldOut = false,
  open = 1,
): number {
  const random = stream(EVALUATION_SEED, 'questions about pictures', ask, Number(heldOut));
  const drawn = pictureInstructions(random, count, [ask], heldOut);
  const words = drawn[0]!.answer.length - 1;
  const said = saidOf(
    language,
    sight,
    drawn.map(({ picture }) => picture),
    drawn.map(({ asked }) => asked),
    words,
    open,
  );
  return mean(
    drawn.map(({ answer }, i) => Number(said[i]!.every((word, w) => word === answer[w]))),
  );
}

/** Prompts with names. */
const namingPrompts = (k: number, of: NamedThings, count: number, shuffled = false) => {
  const random = stream(EVALUATION_SEED, 'names in context', k, of, Number(shuffled));
  return Array.from({ length: count }, () => drawNaming(random, k, of, shuffled));
};

/** The share of names that are right after prompts with pictures. */
export const shareNamed = (
  { language, sight }: CaptionSubject,
  prompts: readonly NamingPrompt[],
  open = 1,
): number => namesRight(prompts, nextWordScores(language, sight, prompts, open));

/** The same with words of detail in place of pictures. */
export function shareNamedInWords(
  language: CaptionLanguage,
  prompts: readonly NamingPrompt[],
): number {
  const scores = tf.tidy(() => {
    const tokens = tf.tensor2d(
      prompts.map(({ inWords }) => [...inWords!]),
      undefined,
      'int32',
    );
    const T = tokens.shape[1];
    const logits = language.logitsOf(language.embedded(tokens)); // [prompts, T, V]
    return logits
      .slice([0, T - 1, 0], [-1, 1, -1])
      .squeeze([1])
      .arraySync() as number[][];
  });
  return namesRight(prompts, scores);
}

/** Names given in context. */
function measureNames(
  subject: CaptionSubject,
  { ks, prompts }: CaptionMeasures,
  name: string,
  put: Put,
): void {
  for (const n of ks)
    for (const of of NAMED_THINGS)
      put(name, { n }, namedRight(of), shareNamed(subject, namingPrompts(n, of, prompts)));
  const n = ks.at(-1)!;
  const shuffled = namingPrompts(n, 'seen', prompts, true);
  put(name, { n }, namedRight('shuffled'), shareNamed(subject, shuffled));
}

/** Places, asked at once and after a description. */
function measurePlaces(
  { language, sight }: CaptionSubject,
  { pictures }: CaptionMeasures,
  name: string,
  put: Put,
): void {
  for (const told of [true, false]) {
    const random = stream(EVALUATION_SEED, 'places of pictures', Number(told));
    const pool = MOTIFS.filter((one) => !isHeldOutMotif(one) && isToldInDetail(one) === told);
    const motifs: Motif[] = Array.from(
      { length: pictures },
      () => pool[random.integer(pool.length)]!,
    );
    const shown = motifs.map((motif) => motifPicture(random, motif));
    const right = motifs.map((motif) => captionAnswer(motif, 'belongs').answer[0]!);
    for (const describe of [false, true]) {
      const said = placesSaid(language, sight, shown, describe);
      const share = mean(said.map((word, i) => Number(word === right[i])));
      put(name, {}, placesRight(describe, told), share);
    }
  }
}

/** Measures a language model with sight at the end. */
export function measureCaptions(
  subject: CaptionSubject,
  measures: CaptionMeasures,
  name: string,
  put: Put,
): void {
  for (const ask of MEASURED_ASKS)
    put(name, {}, captionsRight(ask), shareSaid(subject, ask, measures.pictures));
  put(name, {}, captionsRight('shows', true), shareSaid(subject, 'shows', measures.pictures, true));
  measureNames(subject, measures, name, put);
  measurePlaces(subject, measures, name, put);
  measureText(subject, measures, name, put);
}

/** Whether the language model still gives names in texts without pictures. */
function measureText(
  { language }: CaptionSubject,
  { ks, prompts }: CaptionMeasures,
  name: string,
  put: Put,
): void {
  const n = ks.at(-1)!;
  const share = shareNamedInWords(language, namingPrompts(n, 'seen', prompts));
  put(name, { n }, 'names right in text', share);
}

/** Measures the same with words of detail in place of pictures. */
export function measureNamesInWords(
  language: CaptionLanguage,
  { ks, prompts }: CaptionMeasures,
  put: Put,
): void {
  for (const n of ks)
    for (const of of ['seen', 'held out'] as const)
      put(
        IN_WORDS,
        { n },
        namedRight(of),
        shareNamedInWords(language, namingPrompts(n, of, prompts)),
      );
  const shuffled = namingPrompts(ks.at(-1)!, 'seen', prompts, true);
  put(IN_WORDS, { n: ks.at(-1)! }, namedRight('shuffled'), shareNamedInWords(language, shuffled));
}

/** Measures along training: captions, names, and how far gates are open. */
export function captionWatch(
  subject: CaptionSubject,
  { ks, watched }: CaptionMeasures,
  name: string,
): (put: Put) => void {
  const prompts = namingPrompts(ks.at(-1)!, 'seen', watched);
  return (put) => {
    put(name, {}, 'captions along training', shareSaid(subject, 'shows', watched));
    put(name, {}, 'names along training', shareNamed(subject, prompts));
    if (subject.sight instanceof GatedPictures)
      subject.sight.openings().forEach(([a, b], l) => {
        put(name, {}, `opening of attention ${l}`, Math.abs(a));
        put(name, {}, `opening of the MLP ${l}`, Math.abs(b));
      });
  };
}
