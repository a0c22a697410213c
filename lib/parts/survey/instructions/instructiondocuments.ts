/**
 * What a small model reads while it is tuned to new words for instructions:
 *
 *   single      the header with the new words and one line of the task, with natural labels: the label
 *               is answered with no demonstration, so that only the header tells the rule;
 *   instructed  the same header and several lines, with any labels of training;
 *   plain       several lines without an instruction, of all rules, so that reading the context stays;
 *   written     several lines, and the instruction in the words of notebook 20 among them.
 */
import { checkEach, checkStream, checkWord, type Check } from '../../../core/checks';
import type { Stream } from '../../../core/random';
import { BATCHES } from '../small/stages';
import { taskDocument, type Document } from '../world/documents';
import { RULES, checkRule, type WorldRule } from '../world/rules';
import { drawTask } from '../world/sampling';
import { WORLD, heldOut, namedTask, taskPrior, trainedPrior } from '../world/taskworld';
import { newInstruction } from './newwords';
import { writtenDocument } from './writer';

export const INSTRUCTION_DOCUMENTS = ['single', 'instructed', 'plain', 'written'] as const;
export type InstructionDocument = (typeof INSTRUCTION_DOCUMENTS)[number];

/** Share of documents with a pool of words, as in notebook 20. */
const POOLED = 0.5;

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

const checkOneRule: Check = (_, rule) => checkRule(rule as WorldRule);

/**
 * A document of tuning.
 *
 * @param rules of the documents with new words
 * @throws CourseError when the kind of document is unknown, there are no rules, or what is given is
 *   no stream
 */
export function instructionDocument(
  random: Stream,
  kind: InstructionDocument,
  rules: readonly WorldRule[],
): Document {
  checkStream(random);
  checkWord('The kind of a document', kind, INSTRUCTION_DOCUMENTS);
  checkEach('Rules', rules, 'rules', checkOneRule, 1);
  const { lines } = kind === 'single' ? BATCHES.features : BATCHES.full;
  if (kind === 'written') return writtenDocument(random, drawTask(random, priorOf(RULES)), lines);
  const task =
    kind === 'single'
      ? namedTask(rules[random.integer(rules.length)]!, 'natural')
      : drawTask(random, priorOf(kind === 'plain' ? RULES : rules));
  const document = taskDocument(random, task, {
    lines,
    instructed: false,
    pooled: kind !== 'single' && random.uniform() < POOLED,
    channel: false,
    skew: WORLD.skew,
  });
  return kind === 'plain' ? document : { ...document, header: newInstruction(task.rule) };
}
