/**
 * Self-Instruct: a model makes tasks from a few seed tasks, to be tuned to them. In rounds it reads
 * eight instructions, six of the seeds and two of its own where there are, and goes on with the list;
 * what no filter refuses joins the pool. Then it tells of each new instruction whether it asks for one
 * of a few labels, and writes instances of it.
 * Reference: Wang et al. (2022, arXiv 2212.10560).
 */
import {
  checkEach,
  checkFields,
  checkFunction,
  checkHas,
  checkStream,
  checkText,
  checkTexts,
} from '../../../core/checks';
import { plainObject, positiveInteger } from '../../../core/errors';
import { shuffled, type Stream } from '../../../core/random';
import { batchCalibration } from '../../../language/calibration';
import { checkDemonstrations, type Demonstration, type Template } from '../../../language/prompt';
import type { Question } from '../../../language/scoring';
import { scoresOf } from '../choosingsubjects';
import { bestOptions, type QuestionScorer } from '../scoring/scorer';
import {
  instanceRefusals,
  instructionRefusal,
  type InstanceFilter,
  type InstructionFilter,
} from './filters';
import {
  instancesPrompt,
  listPrompt,
  listedInstructions,
  taskLine,
  writtenInstances,
  type InstanceOrder,
} from './selfprompts';
import { checkTasks, type TaskWithInstances } from './seedtasks';
import { writtenBy, type Writer } from './selfwriter';

/** Instructions of a prompt, and how many of them the model wrote, once there are so many. */
export const [SHOWN_INSTRUCTIONS, OWN_SHOWN] = [8, 2];

/** The most instances of a task that are kept. */
const MOST_INSTANCES = 5;

/** How a question whether a task asks for labels is written. */
export const KIND_TEMPLATE: Template = {
  style: 'direct',
  between: '\nOne of a few labels: ',
  after: '\n\n',
  longest: 200,
};

/** A proposed instruction, and the filter that refused it; null: it was kept. */
export interface Proposal {
  readonly instruction: string;
  readonly refusal: InstructionFilter | null;
}

/** An instance that was written, and the filter that refused it; null: it was kept. */
export interface WrittenInstance extends Demonstration {
  readonly refusal: InstanceFilter | null;
}

/** The instructions of a prompt, in random order. */
export function drawShown(
  random: Stream,
  seeds: readonly string[],
  own: readonly string[],
): string[] {
  checkStream(random);
  checkTexts('Instructions of seeds', seeds, 1);
  checkTexts('Instructions of the model', own);
  const mine = shuffled(random, own).slice(0, OWN_SHOWN);
  const theirs = shuffled(random, seeds).slice(0, SHOWN_INSTRUCTIONS - mine.length);
  return shuffled(random, [...mine, ...theirs]);
}

/** How many instructions are asked for. */
export interface Rounds {
  /** Prompts, one after another. */
  readonly rounds: number;
  /** How often the model goes on with each. */
  readonly draws: number;
}

/**
 * Instructions that a model proposes, with what the filters say of each, in their turn.
 *
 * @param heldOut instructions that are kept for the evaluation
 * @throws CourseError when what is given is no stream, text, task or writer, or a number is refused
 */
export function proposeInstructions(
  random: Stream,
  seeds: readonly TaskWithInstances[],
  write: Writer,
  given: Rounds,
  heldOut: readonly string[] = [],
): Proposal[] {
  checkTasks(seeds);
  checkFunction('A writer', write);
  plainObject('How many instructions', given);
  const { rounds, draws } = given;
  positiveInteger('The number of rounds', rounds, 1, 1e4);
  positiveInteger('The number of draws', draws, 1, 1e3);
  const first = seeds.map(({ instruction }) => instruction);
  const proposals: Proposal[] = [];
  for (let round = 0; round < rounds; round++) {
    const own = keptInstructions(proposals);
    const shown = drawShown(random, first, own);
    const next = new Array<string>(draws).fill(`${shown.length + 1}.`);
    for (const instruction of writtenBy(write, listPrompt(shown), next).flatMap(
      listedInstructions,
    )) {
      const pool = [...first, ...keptInstructions(proposals)];
      proposals.push({ instruction, refusal: instructionRefusal(instruction, pool, heldOut) });
    }
  }
  return proposals;
}

/**
 * The instructions that no filter refused.
 *
 * @throws CourseError when they are no proposals
 */
export function keptInstructions(proposals: readonly Proposal[]): string[] {
  checkEach('Proposals', proposals, 'proposals', (name, one) =>
    checkFields(name, one, { instruction: checkText }),
  );
  return proposals.filter(({ refusal }) => refusal === null).map(({ instruction }) => instruction);
}

/**
 * Whether a model takes each instruction as one whose answer is one of a few labels: yes or no, after
 * seed tasks of both kinds in random order. What it answers to most of the instructions whatever they
 * say is taken off (batch calibration), so that they have to be several.
 *
 * @throws CourseError when what is given is no stream, task, scorer or text
 */
export function askClassification(
  random: Stream,
  seeds: readonly TaskWithInstances[],
  scorer: QuestionScorer<Question>,
  instructions: readonly string[],
): boolean[] {
  checkStream(random);
  checkTasks(seeds);
  checkHas('A scorer', scorer, 'a scorer', 'score');
  checkTexts('Instructions', instructions);
  if (instructions.length === 0) return [];
  const options = ['yes', 'no'];
  const examples = shuffled(random, seeds).map(({ instruction, classification }) => ({
    input: instruction,
    output: options[classification ? 0 : 1]!,
  }));
  const questions = instructions.map((input) => ({ examples, input, options }));
  const scores = scoresOf({ scorer }, questions);
  return bestOptions(batchCalibration(scores)).map((best) => best === 0);
}

/**
 * Instances that a model writes for each instruction after tasks with theirs.
 *
 * @param draws how often it goes on with each instruction
 * @returns for each instruction what was written, in its turn, with what the filters say
 * @throws CourseError when what is given is no task, writer, text or order, or the number is refused
 */
export function writeInstances(
  shown: readonly TaskWithInstances[],
  write: Writer,
  instructions: readonly string[],
  order: InstanceOrder,
  draws: number,
): WrittenInstance[][] {
  checkTasks(shown);
  checkFunction('A writer', write);
  checkTexts('Instructions', instructions);
  positiveInteger('The number of draws', draws, 1, 1e3);
  const context = instancesPrompt(shown, order);
  if (instructions.length === 0) return [];
  const first = order === 'input first' ? 'Input:' : 'Output:';
  const prompts = instructions.flatMap((instruction) =>
    new Array<string>(draws).fill(taskLine(instruction) + first),
  );
  const written = writtenBy(write, context, prompts).map(({ text, ended }) =>
    writtenInstances({ text: text.split('\n').slice(1).join('\n'), ended }, order),
  );
  return instructions.map((_, i) => {
    const all = written.slice(i * draws, (i + 1) * draws).flat();
    const refusals = instanceRefusals(all);
    return all.map((one, j) => ({ ...one, refusal: refusals[j]! }));
  });
}

/**
 * The instances of a task that no filter refused, the first five at most.
 *
 * @throws CourseError when they are no instances
 */
export function keptInstances(written: readonly WrittenInstance[]): Demonstration[] {
  checkDemonstrations(written);
  return written
    .filter(({ refusal }) => refusal === null)
    .slice(0, MOST_INSTANCES)
    .map(({ input, output }) => ({ input, output }));
}
