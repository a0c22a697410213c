/**
 * The heads of the small model of TaskWorld: which of them look up what stood after the same word, and
 * how often it answers right without them.
 */
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { METHODS } from '../../model/methods';
import { worldSubjects } from './choosingsubjects';
import { TAKEN, chosenHeads, takenOf } from './headmeasures';
import { ablating } from './mechanisms/ablation';
import type { Head } from './mechanisms/heads';
import { bestOptions } from './scoring/scorer';
import { exactScorers } from './scoring/subjects';
import type { WorldQuestion } from './scoring/worldquestions';
import { copyingScores } from './small/headscores';
import { smallLogAnswers } from './small/smallanswers';
import type { SmallModel } from './small/smallmodel';
import { lookupDocument } from './world/documents';
import { labelIndex } from './world/posterior';
import type { Mapping } from './world/taskworld';

/** How much is measured of the small model. */
export interface SmallHeadSizes {
  /** Documents to look up, and lines of each. */
  readonly documents: number;
  readonly lines: number;
  /** Tasks with symbols and with natural labels, questions of each label, demonstrations. */
  readonly worldTasks: number;
  readonly worldEach: number;
  readonly worldShown: number;
  /** Numbers of heads that are taken out, ascending, and draws of random ones. */
  readonly worldSizes: readonly number[];
  readonly draws: number;
}

/** Kinds of labels that are asked. */
const KINDS: readonly Mapping[] = ['natural', 'arbitrary'];

/** Questions with as many demonstrations each, and their right options. */
interface Asked {
  readonly questions: readonly WorldQuestion[];
  readonly right: readonly number[];
}

function askedAbout(kind: Mapping, sizes: SmallHeadSizes, seed: number): Asked {
  const { worldTasks, worldShown, worldEach } = sizes;
  const { scorer } = exactScorers()[0]!;
  const subjects = worldSubjects(kind, scorer, worldTasks, worldShown, worldEach, seed);
  const rows = Array.from({ length: worldShown }, (_, row) => row);
  return {
    questions: subjects.flatMap((subject) =>
      subject.questions.map(({ input }) => subject.askText(input, rows)),
    ),
    right: subjects.flatMap(({ right }) => right),
  };
}

/** The share of right answers without some heads. */
function accuracyWithout(
  model: SmallModel,
  { questions, right }: Asked,
  heads: readonly Head[],
): number {
  const hook = ablating(heads, 'zero');
  const logs = smallLogAnswers(
    model,
    METHODS.ar,
    questions.map(({ context, input }) => ({ context, input })),
    undefined,
    hook,
  );
  const scores = logs.map((row, q) =>
    questions[q]!.options.map((label) => row[labelIndex(label)]!),
  );
  return mean(bestOptions(scores).map((answer, q) => Number(answer === right[q])));
}

/** Measures the small model of a seed. */
export function measureSmallHeads(
  model: SmallModel,
  sizes: SmallHeadSizes,
  name: string,
  seed: number,
  put: Put,
): void {
  const { documents, lines, worldSizes, draws } = sizes;
  const random = stream(seed, 'documents of copying heads');
  const scores = copyingScores(
    model,
    METHODS.ar,
    Array.from({ length: documents }, () => lookupDocument(random, lines, false)),
  );
  const chosen = chosenHeads(scores, Math.max(...worldSizes), draws, seed);
  const [best] = chosen.top;
  put(name, {}, 'prefix matching, best head', scores[best!.layer]![best!.head]!);
  for (const kind of KINDS) {
    const asked = askedAbout(kind, sizes, seed);
    for (const which of TAKEN)
      for (const n of [0, ...worldSizes])
        put(
          name,
          { n },
          `accuracy, ${which}, ${kind} labels`,
          mean(takenOf(chosen, which, n).map((some) => accuracyWithout(model, asked, some))),
        );
  }
}
