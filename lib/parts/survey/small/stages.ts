/**
 * What the small model reads in training, stage by stage. Read all at once from the start, the same
 * documents teach it nothing for thousands of steps: first it has to copy from the context, then to
 * see features in words, and only then can it use a context to find a task.
 */
import {
  checkEach,
  checkFields,
  checkFlag,
  checkStream,
  checkWord,
  type Check,
} from '../../../core/checks';
import { positiveInteger, shareNumber } from '../../../core/errors';
import { drawByShare, type Stream } from '../../../core/random';
import { digitDocument, lookupDocument, taskDocument, type Document } from '../world/documents';
import { drawTask } from '../world/sampling';
import { WORLD, namedTask, trainedPrior } from '../world/taskworld';
import { RULES } from '../world/rules';

/** A kind of batch, with how many documents of how many lines it has. */
export type BatchKind = 'copy' | 'features' | 'full';

/** Lines of a document of each kind, and documents in a batch relative to that of full ones. */
export const BATCHES: Readonly<
  Record<BatchKind, { readonly lines: number; readonly times: number }>
> = {
  copy: { lines: 9, times: 1 },
  features: { lines: 1, times: 6 },
  full: { lines: 9, times: 1 },
};

/** A stage of training. */
export interface Stage {
  /** Steps, as a share of the run. */
  readonly share: number;
  /** Shares of the kinds of batches; they add up to 1. */
  readonly mix: Readonly<Partial<Record<BatchKind, number>>>;
  /** Share of full documents with an instruction. */
  readonly instructed: number;
}

/** Refuses what is no stage. */
export const checkStage: Check = (name, stage) =>
  checkFields(name, stage, {
    share: isShare,
    instructed: isShare,
    mix: (field, mix) => {
      checkFields(field, mix, {});
      for (const [kind, share] of Object.entries(mix as object)) {
        checkWord(`A kind of '${field}'`, kind, Object.keys(BATCHES));
        isShare(`'${field}' of ${kind}`, share);
      }
    },
  });

const isShare: Check = (name, value) => void shareNumber(name, value as number);

/** The stages of the course. */
export const STAGES: readonly Stage[] = [
  { share: 0.06, mix: { copy: 1 }, instructed: 0 },
  { share: 0.09, mix: { features: 0.65, copy: 0.35 }, instructed: 0 },
  { share: 0.13, mix: { full: 0.85, features: 0.15 }, instructed: 0.5 },
  { share: 0.72, mix: { full: 0.95, features: 0.05 }, instructed: 0.15 },
];

/** Shares among full documents: to look up, sums of digits; the others are about a task. */
const [LOOKUP, DIGIT] = [0.12, 0.06];

/** The share of documents about a task that are in channel order. */
const CHANNEL = 0.1;

/** The share of documents about a task with a pool of words, which come again and again. */
export const POOLED = 0.5;

/** The prior of the tasks of training; computed when the first document is drawn. */
let trained: Float64Array | null = null;

/**
 * The stage of a step.
 *
 * @throws CourseError when stages, step or steps are none
 */
export function stageOfStep(stages: readonly Stage[], step: number, steps: number): Stage {
  checkEach('Stages', stages, 'stages', checkStage, 1);
  positiveInteger('step', step, 0);
  positiveInteger('steps', steps);
  let end = 0;
  return stages.find(({ share }) => step < (end += share) * steps) ?? stages.at(-1)!;
}

/** The kind of batch of a step. */
export function batchKind(random: Stream, { mix }: Stage): BatchKind {
  return drawByShare(random, Object.entries(mix) as [BatchKind, number][]);
}

/**
 * A document of a batch.
 *
 * @param channels whether there are documents in channel order and sums of digits
 * @throws CourseError when the kind of batch is unknown, or what is given is no stream or stage
 */
export function trainingDocument(
  random: Stream,
  kind: BatchKind,
  stage: Stage,
  channels: boolean,
): Document {
  checkStream(random);
  checkWord('The kind of a batch', kind, Object.keys(BATCHES));
  checkStage('A stage', stage);
  checkFlag("'channels'", channels);
  const { instructed } = stage;
  const { lines } = BATCHES[kind];
  if (kind === 'copy') return lookupDocument(random, lines, true);
  if (kind === 'features') {
    const task = namedTask(RULES[random.integer(RULES.length)]!, 'natural');
    return taskDocument(random, task, {
      lines,
      instructed: true,
      pooled: false,
      channel: false,
      skew: WORLD.skew,
    });
  }
  const which = random.uniform();
  if (which < LOOKUP) return lookupDocument(random, lines, random.uniform() < 0.5);
  if (which < LOOKUP + DIGIT && channels)
    return digitDocument(random, lines, random.uniform() < 0.5);
  trained ??= trainedPrior();
  return taskDocument(random, drawTask(random, trained), {
    lines,
    instructed: random.uniform() < instructed,
    pooled: random.uniform() < POOLED,
    channel: channels && random.uniform() < CHANNEL,
    skew: WORLD.skew,
  });
}
