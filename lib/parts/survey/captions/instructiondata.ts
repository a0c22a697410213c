/**
 * Instruction data built from pictures: a picture, what is asked about it, and the answer. Captions are
 * the data in which every picture is asked the same.
 * Reference: Liu et al. (2023, arXiv 2304.08485), "Visual instruction tuning", whose answers a language
 * model writes from captions and boxes; here they follow from what was drawn.
 */
import { checkFlag, checkList, checkStream } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { CAPTION_ASKS, captionAnswer, type CaptionAsk } from './captiontexts';
import { MOTIFS, isHeldOutMotif, isToldInDetail, type Motif } from './captionwords';
import { motifPicture } from './motifpictures';

/** A picture with a question and its answer, in words by their numbers. */
export interface PictureInstruction {
  readonly motif: Motif;
  readonly picture: Float32Array;
  readonly ask: CaptionAsk;
  readonly asked: readonly number[];
  readonly answer: readonly number[];
}

/** What can be asked about a motif: about places only where texts tell them in detail. */
const canBeAsked = (motif: Motif, ask: CaptionAsk): boolean =>
  isToldInDetail(motif) || (ask !== 'belongs' && ask !== 'described');

/**
 * Random pictures with questions and answers.
 *
 * @param asks    what is asked, each as often as it stands here
 * @param heldOut whether they show the motifs that are kept out of training, or the others
 * @throws CourseError when there is no stream, the number is refused, or nothing is asked
 */
export function pictureInstructions(
  random: Stream,
  count: number,
  asks: readonly CaptionAsk[],
  heldOut = false,
): PictureInstruction[] {
  checkStream(random);
  positiveInteger('Pictures with questions', count, 1, 1e6);
  checkList(
    'What is asked',
    asks,
    'questions',
    (one) => CAPTION_ASKS.includes(one as CaptionAsk),
    1,
  );
  checkFlag('heldOut', heldOut);
  return Array.from({ length: count }, () => {
    const ask = asks[random.integer(asks.length)]!;
    const fit = MOTIFS.filter((one) => isHeldOutMotif(one) === heldOut && canBeAsked(one, ask));
    const motif = fit[random.integer(fit.length)]!;
    return { motif, picture: motifPicture(random, motif), ask, ...captionAnswer(motif, ask) };
  });
}
