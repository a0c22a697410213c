/**
 * Whose demonstrations are put in order: a task with its pool and questions, what the model itself
 * writes after some demonstrations, and readings in which their order does not count.
 */
import type { Stream } from '../../core/random';
import { drawInputText } from '../../language/continuation';
import type { LoadedModel } from '../../language/folder';
import type { Template } from '../../language/prompt';
import type { Question } from '../../language/scoring';
import { METHODS } from '../../model/methods';
import { inputText, type ChoosingSubject } from './choosingsubjects';
import type { QuestionScorer } from './scoring/scorer';
import { smallScorer } from './scoring/smallscorer';
import { textScorer } from './scoring/textscorer';
import type { WorldQuestion } from './scoring/worldquestions';
import { drawSmallInput } from './small/smallinputs';
import type { SmallModel } from './small/smallmodel';
import { INPUT_WORDS } from './world/rules';
import { TEMPLATES } from './world/vocabulary';
import { WORDS } from './world/words';

/** A way to read demonstrations in which their order does not count. */
interface InvariantReading<AskedQuestion> {
  readonly name: string;
  readonly scorer: QuestionScorer<AskedQuestion>;
}

/** A task whose demonstrations are put in order. */
export interface OrderingSubject<AskedQuestion> extends ChoosingSubject<AskedQuestion> {
  /** An input that the model writes after rows of the pool, in this order. */
  write(rows: readonly number[], random: Stream): string;
  readonly invariant: readonly InvariantReading<AskedQuestion>[];
}

/** Methods under which a language model was not trained, and its order does not count. */
const READINGS = [METHODS.boe, METHODS.invicl] as const;

/** A real task and a language model. */
export const orderedText = (
  subject: ChoosingSubject<Question>,
  loaded: LoadedModel,
  template: Template,
): OrderingSubject<Question> => ({
  ...subject,
  write: (rows, random) =>
    drawInputText(
      loaded,
      rows.map((i) => subject.pool[i]!),
      template,
      random,
    ),
  invariant: READINGS.map((method) => ({
    name: method.name,
    scorer: textScorer(loaded, { method, template }),
  })),
});

/** A task of TaskWorld and small models that were trained under AR and under InvICL. */
export const orderedSmall = (
  subject: ChoosingSubject<WorldQuestion>,
  ar: SmallModel,
  invicl: SmallModel,
): OrderingSubject<WorldQuestion> => ({
  ...subject,
  write: (rows, random) =>
    inputText(drawSmallInput(ar, subject.askText(subject.pool[0]!.input, rows).context, random)),
  invariant: [
    {
      name: METHODS.invicl.name,
      scorer: smallScorer(invicl, METHODS.invicl, TEMPLATES[0]!),
    },
  ],
});

/** A task of TaskWorld and an exact answer, to which all inputs are as probable. */
export const orderedExact = (
  subject: ChoosingSubject<WorldQuestion>,
): OrderingSubject<WorldQuestion> => ({
  ...subject,
  write: (_, random) =>
    inputText(Array.from({ length: INPUT_WORDS }, () => random.integer(WORDS.length))),
  invariant: [],
});
