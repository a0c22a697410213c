/**
 * What is measured of instructions in TaskWorld: how often the instruction of the highest likelihood
 * is that of the task, how often answers are right after it, after others and after demonstrations,
 * and how often a search among all rules ends at the right one.
 */
import { stream, type Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import {
  WORLD_INSTRUCTIONS,
  instructedContext,
  instructionLogs,
  likeliestInstructions,
  type WorldInstruction,
} from './instructions/worldinstructions';
import { bestOptions, type QuestionScorer } from './scoring/scorer';
import type { WorldQuestion } from './scoring/worldquestions';
import { shareRight } from './scoringmeasures';
import { replaySearches, sayMeans, type SearchSizes } from './searchmeasures';
import { meanMeasures, type ByMetric, type PutNumber, type PutAfter } from './titles';
import type { Example } from './world/posterior';
import { RULES, type Input, type WorldRule } from './world/rules';
import { drawExamples, drawInput, drawTask } from './world/sampling';
import { trainedPrior, type WorldTask } from './world/taskworld';

/** How much is asked about TaskWorld. */
export interface WorldInstructionSizes extends SearchSizes {
  /** Tasks with each mapping. */
  readonly tasks: number;
  /** Questions of each label about each task. */
  readonly each: number;
  /** Numbers of demonstrations, ascending. */
  readonly ks: readonly number[];
  /** Rows on which candidates are evaluated, an even number. */
  readonly rows: number;
}

const CLASSES = [0, 1] as const;
const LABELLED = ['natural', 'arbitrary'] as const;
type Labelled = (typeof LABELLED)[number];

/** A task with demonstrations, questions, and another rule about the same feature. */
interface InstructedSubject {
  readonly task: WorldTask;
  readonly other: WorldRule;
  readonly examples: readonly Example[];
  readonly inputs: readonly Input[];
  readonly right: readonly number[];
}

function drawSubject(
  random: Stream,
  mapping: Labelled,
  { each, ks }: WorldInstructionSizes,
): InstructedSubject {
  const task = drawTask(random, trainedPrior(mapping));
  const { feature, scope } = task.rule;
  const others = RULES.filter((rule) => rule.feature === feature && rule.scope !== scope);
  const right = CLASSES.flatMap((c) => new Array<0 | 1>(each).fill(c));
  return {
    task,
    other: others[random.integer(others.length)]!,
    examples: drawExamples(random, task, ks.at(-1)!),
    inputs: right.map((c) => drawInput(random, task.rule, c)),
    right,
  };
}

type Scorer = QuestionScorer<WorldQuestion>;

/** How often answers are right after each of some instructions and the first k demonstrations. */
function accuraciesAfter(
  scorer: Scorer,
  { task, examples, inputs, right }: InstructedSubject,
  instructions: readonly WorldInstruction[],
  k: number,
): number[] {
  const asked = instructions.flatMap((instruction) => {
    const context = instructedContext(instruction, examples.slice(0, k));
    return inputs.map((input) => ({ context, input, options: task.labels }));
  });
  const answers = bestOptions(scorer.score(asked).scores);
  return instructions.map(() => shareRight(answers.splice(0, inputs.length), right));
}

/** Sums of the first k of each row. */
const sumsOf = (rows: readonly (readonly number[])[], k: number): number[] =>
  rows.map((row) => row.slice(0, k).reduce((a, b) => a + b, 0));

/** Of the instructions that are as likely as any, the share of which something is so. */
const shareOf = (
  guessed: readonly number[],
  isSo: (instruction: WorldInstruction) => boolean,
): number => mean(guessed.map((i) => Number(isSo(WORLD_INSTRUCTIONS[i]!))));

/** How often the guessed instruction names the rule, and its feature. */
function rightGuesses(task: WorldTask, guessed: readonly number[], ending: string): ByMetric {
  const { feature } = task.rule;
  return {
    [`rule guessed, ${ending}`]: shareOf(guessed, (one) => one === task.rule),
    [`feature guessed, ${ending}`]: shareOf(guessed, (one) => one?.feature === feature),
  };
}

/** Guesses from the first k demonstrations, and answers after these, for each k. */
function guessedFrom(
  scorer: Scorer,
  subject: InstructedSubject,
  mapping: Labelled,
  { ks }: WorldInstructionSizes,
): ByMetric[] {
  const { task, examples } = subject;
  const natural = mapping === 'natural';
  const inTurn = instructionLogs(scorer, examples, true);
  // where labels are symbols, an example alone does not tell what they mean
  const alone = natural ? instructionLogs(scorer, examples, false) : null;
  const bare = natural ? accuraciesAfter(scorer, subject, WORLD_INSTRUCTIONS, 0) : null;
  return ks.map((k) => {
    const guessed = likeliestInstructions(sumsOf(inTurn, k));
    const instructions = [null, task.rule, ...guessed.map((i) => WORLD_INSTRUCTIONS[i]!)];
    const [shown, both, ...own] = accuraciesAfter(scorer, subject, instructions, k);
    return {
      ...rightGuesses(task, guessed, mapping),
      ...(alone &&
        rightGuesses(task, likeliestInstructions(sumsOf(alone, k)), `each alone, ${mapping}`)),
      ...(bare && { [`accuracy, guessed, ${mapping}`]: mean(guessed.map((i) => bare[i]!)) }),
      [`accuracy, demonstrations, ${mapping}`]: shown!,
      [`accuracy, demonstrations and right, ${mapping}`]: both!,
      [`accuracy, demonstrations and guessed, ${mapping}`]: mean(own),
    };
  });
}

/** Answers without demonstrations, after the right instruction, another, and none. */
function instructedAnswers(scorer: Scorer, subject: InstructedSubject): ByMetric {
  const { task, other } = subject;
  const [none, right, wrong] = accuraciesAfter(scorer, subject, [null, task.rule, other], 0);
  return {
    'accuracy, none, natural': none!,
    'accuracy, right, natural': right!,
    'accuracy, other, natural': wrong!,
  };
}

/**
 * Searches among the rules, by right and wrong answers without demonstrations: a probability would
 * also show how sure a rule makes one of its labels, which differs between rules.
 */
function searchesFor(
  scorer: Scorer,
  { task }: InstructedSubject,
  sizes: WorldInstructionSizes,
  random: Stream,
): ReadonlyMap<number, ByMetric> {
  const classes = Array.from({ length: sizes.rows }, (_, i) => CLASSES[i % 2]!);
  const rows = drawExamples(random, task, classes);
  const asked = RULES.flatMap((rule) => {
    const context = instructedContext(rule, []);
    return rows.map(({ input }) => ({ context, input, options: task.labels }));
  });
  const answers = bestOptions(scorer.score(asked).scores);
  const values = RULES.map(() =>
    answers.splice(0, rows.length).map((answer, i) => Number(answer === classes[i])),
  );
  const isRule = RULES.map((rule) => Number(rule === task.rule));
  const ofBest = { 'right rule': isRule, 'value in TaskWorld': values.map(mean) };
  return replaySearches(values, ofBest, sizes, random);
}

/**
 * All numbers of a seed, the means over tasks.
 *
 * @param scorer the small model or the exact answer
 * @param say    a number of nothing
 * @param sayAt  a number of n demonstrations, or of n evaluations
 */
export function measureWorldInstructions(
  scorer: Scorer,
  sizes: WorldInstructionSizes,
  seed: number,
  say: PutNumber,
  sayAt: PutAfter,
): void {
  for (const mapping of LABELLED) {
    const randoms = Array.from({ length: sizes.tasks }, (_, t) =>
      stream(seed, 'instructions of TaskWorld', mapping, t),
    );
    const subjects = randoms.map((random) => drawSubject(random, mapping, sizes));
    const guessed = subjects.map((subject) => guessedFrom(scorer, subject, mapping, sizes));
    sizes.ks.forEach((k, i) => {
      const found = meanMeasures(guessed.map((byNumber) => byNumber[i]!));
      Object.entries(found).forEach(([metric, value]) => sayAt(k, metric, value));
    });
    if (mapping !== 'natural') continue;
    const bare = meanMeasures(subjects.map((subject) => instructedAnswers(scorer, subject)));
    Object.entries(bare).forEach(([metric, value]) => say(metric, value));
    const searches = subjects.map((one, t) => searchesFor(scorer, one, sizes, randoms[t]!));
    sayMeans(searches, sizes.budgets, sayAt);
  }
}
