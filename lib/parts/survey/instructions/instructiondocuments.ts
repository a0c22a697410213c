/**
 * What a small model reads while it is tuned to new words for instructions:
 *
 *   single      the header with the new words and one line of the task, with natural labels: the label
 *               is answered with no demonstration, so that only the header tells the rule;
 *   instructed  the same header and several lines, with any labels of training;
 *   plain       several lines without an instruction, of all rules, so that reading the context stays;
 *   written     1 to 8 lines, and then the instruction in the words of notebook 20.
 *
 * A batch is of one kind, with as many documents as make about as many tokens.
 */
import { checkEach, checkStream, checkWord } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { BATCHES, POOLED, type BatchKind } from '../small/stages';
import { taskDocument, type Document } from '../world/documents';
import { RULES, checkOneRule, type WorldRule } from '../world/rules';
import { drawTask } from '../world/sampling';
import {
  WORLD,
  heldOut,
  namedTask,
  taskPrior,
  trainedPrior,
  type WorldTask,
} from '../world/taskworld';
import { newInstruction } from './newwords';
import { writtenDocument } from './writer';

export const INSTRUCTION_DOCUMENTS = ['single', 'instructed', 'plain', 'written'] as const;
export type InstructionDocument = (typeof INSTRUCTION_DOCUMENTS)[number];

/** More documents than this are no batch. */
const MOST_DOCUMENTS = 1e5;

/** Priors of tasks by the rules that they are of; each is computed once. */
const priors = new Map<string, Float64Array>();

/** The prior of the tasks of training whose rules are among some. */
function priorOf(rules: readonly WorldRule[]): Float64Array {
  if (rules.length === RULES.length) return priorFor('all', trainedPrior);
  const key = rules.map(({ feature, scope }) => `${feature} ${scope}`).join();
  return priorFor(key, () =>
    taskPrior(
      WORLD,
      (task) =>
        !heldOut(task) &&
        rules.some(
          ({ feature, scope }) => feature === task.rule.feature && scope === task.rule.scope,
        ),
    ),
  );
}

function priorFor(key: string, make: () => Float64Array): Float64Array {
  const prior = priors.get(key) ?? make();
  priors.set(key, prior);
  return prior;
}

/** Examples before an instruction that is written, one number for each batch. */
const SHOWN = [2, 4, 8, 8] as const;

/** A document about a task with as many lines as others of a kind. */
const linesOf = (random: Stream, task: WorldTask, kind: BatchKind): Document =>
  taskDocument(random, task, {
    lines: BATCHES[kind].lines,
    instructed: false,
    pooled: kind === 'full' && random.uniform() < POOLED,
    channel: false,
    skew: WORLD.skew,
  });

/** A document with new words for its instruction. */
const under = (random: Stream, task: WorldTask, kind: BatchKind): Document => ({
  ...linesOf(random, task, kind),
  header: newInstruction(task.rule),
});

/**
 * A batch of documents.
 *
 * @param rules of the documents with new words
 * @param batch how many documents of 9 lines; of shorter ones there are more
 * @returns documents with as many lines each
 * @throws CourseError when the kind of document is unknown, there are no rules, or what is given is
 *   no stream or number
 */
export function instructionBatch(
  random: Stream,
  kind: InstructionDocument,
  rules: readonly WorldRule[],
  batch: number,
): Document[] {
  checkStream(random);
  checkWord('The kind of a document', kind, INSTRUCTION_DOCUMENTS);
  checkEach('Rules', rules, 'rules', checkOneRule, 1);
  positiveInteger('batch', batch, 1, MOST_DOCUMENTS);
  const times = (count: number, draw: () => Document): Document[] =>
    Array.from({ length: count }, draw);
  if (kind === 'single')
    return times(batch * BATCHES.features.times, () =>
      under(random, namedTask(rules[random.integer(rules.length)]!, 'natural'), 'features'),
    );
  if (kind === 'written') {
    const shown = SHOWN[random.integer(SHOWN.length)]!;
    const count = Math.floor((batch * BATCHES.full.lines) / (shown + 1));
    return times(count, () => writtenDocument(random, drawTask(random, priorOf(RULES)), shown));
  }
  const prior = priorOf(kind === 'plain' ? RULES : rules);
  const draw = kind === 'plain' ? linesOf : under;
  return times(batch, () => draw(random, drawTask(random, prior), 'full'));
}
