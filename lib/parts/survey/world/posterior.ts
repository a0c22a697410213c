/**
 * The exact answer of TaskWorld. After a context C of examples the probability of each task is
 *
 *   P(theta | C) ~ P(theta) prod_i P(x_i | theta) P(y_i | x_i, theta),
 *
 * and that of an answer is P(y | C, x) ~ sum_theta P(theta | C) P(x | theta) P(y | x, theta). All
 * 2,904 tasks are enumerated. Knobs make the answer as faulty as a language model's: noise in the
 * labels that it assumes, recency (older examples count less), a preference for some labels.
 * References: Xie et al. (ICLR 2022) for in-context learning as inference of a latent task; Zhao et
 * al. (2021) for the faults.
 */
import { checkList } from '../../../core/checks';
import { demand, finiteNumber, knownKeys, plainObject } from '../../../core/errors';
import { numbering } from './numbering';
import {
  RULES,
  checkInput,
  checkInstruction,
  classUnder,
  type Input,
  type WorldRule,
} from './rules';
import {
  LABELS,
  TASKS,
  checkPrior,
  taskPrior,
  worldConfig,
  zeroShare,
  type WorldConfig,
} from './taskworld';

/** An input with its label word. */
export interface Example {
  readonly input: Input;
  readonly label: string;
}

/**
 * What stands before a question: an instruction, which names the rule or a part of it, and
 * examples.
 */
export interface Context {
  readonly examples: readonly Example[];
  readonly instruction?: Partial<WorldRule>;
}

/** How the exact answer is made faulty; as they are, it is exact. */
export interface Knobs {
  /** Assumed probability that a label is one of the 23 wrong ones. */
  readonly noise: number;
  /** The log-likelihood of an example counts times this for each later one; 1: all count alike. */
  readonly recency: number;
  /** Nats that are added to the score of a label. */
  readonly bias: Readonly<Record<string, number>>;
}

const KNOBS: Knobs = { noise: 1e-3, recency: 1, bias: {} };

/**
 * The number of a label word.
 *
 * @throws CourseError quoting a word that is no label
 */
export const labelIndex = numbering(LABELS, 'label', 'world.LABELS');

/** By task: the number of its rule, and of the labels of its two classes. */
const TASK_RULE = TASKS.map(({ rule }) => RULES.indexOf(rule));
const TASK_LABELS = TASKS.map(({ labels }) => labels.map(labelIndex));

const classesUnderRules = (input: Input): readonly number[] =>
  RULES.map((rule) => classUnder(rule, input));

/**
 * Refuses what is no context.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkWorldContext(context: Context): void {
  knownKeys('A context', context, ['examples', 'instruction']);
  checkList(
    'The examples of a context',
    context.examples,
    'examples',
    (one) => typeof one === 'object',
  );
  for (const example of context.examples) {
    plainObject('An example', example);
    checkInput(example.input);
    labelIndex(example.label);
  }
  if (context.instruction !== undefined) checkInstruction(context.instruction);
}

/** Answers by enumeration of all tasks. */
export class ExactBayes {
  readonly name = 'exact Bayes';
  readonly knobs: Knobs;
  readonly config: WorldConfig;
  private readonly prior: Float64Array;
  /** 2 P(class | theta), for class 0 and 1 of each task. */
  private readonly skews: readonly (readonly [number, number])[];

  /**
   * @param given how tasks and inputs are drawn
   * @param knobs the faults of the answer
   * @param prior P(theta) of each of world.TASKS; left out: that of all tasks under `given`
   * @throws CourseError quoting a setting that is unknown or refused
   */
  constructor(
    given: Partial<WorldConfig> = {},
    knobs: Partial<Knobs> = {},
    prior: Float64Array = taskPrior(worldConfig(given)),
  ) {
    this.config = worldConfig(given);
    knownKeys('The knobs of the exact answer', knobs, Object.keys(KNOBS));
    this.knobs = { ...KNOBS, ...knobs };
    finiteNumber('noise', this.knobs.noise, 'from 0 to below 1', (p) => p >= 0 && p < 1);
    finiteNumber('recency', this.knobs.recency, 'above 0 and at most 1', (g) => g > 0 && g <= 1);
    plainObject('bias', this.knobs.bias);
    for (const [label, nats] of Object.entries(this.knobs.bias)) {
      labelIndex(label);
      finiteNumber(`The bias of '${label}'`, nats);
    }
    checkPrior(prior);
    this.prior = prior;
    this.skews = TASKS.map((task) => {
      const zero = zeroShare(task, this.config);
      return [2 * zero, 2 * (1 - zero)];
    });
  }

  /**
   * P(theta | C), in the order of world.TASKS.
   *
   * @throws CourseError when the context is none, or no task could have made it (without noise)
   */
  tasks(context: Context): Float64Array {
    return normalised(this.logTasks(context));
  }

  /**
   * P(y | C, x) of each label, in the order of world.LABELS, with the bias of the knobs.
   *
   * @throws CourseError when context or input are none, or no task could have made the context
   */
  answers(context: Context, input: Input): Float64Array {
    const lines = this.lines(this.tasks(context), input);
    return normalised(lines.map((p, y) => Math.log(p) + (this.knobs.bias[LABELS[y]!] ?? 0)));
  }

  /**
   * log P(x, y | C), of the input and its label, in nats and relative to an input drawn uniformly.
   *
   * @throws CourseError when context, input or label are none
   */
  logLine(context: Context, { input, label }: Example): number {
    return Math.log(this.lines(this.tasks(context), input)[labelIndex(label)]!);
  }

  /**
   * log P(y | C), of the label before its input is known, in nats.
   *
   * @throws CourseError when context or label are none
   */
  logLabel(context: Context, label: string): number {
    return Math.log(this.labelProbability(this.tasks(context), label));
  }

  /**
   * log P(x | C, y), of the input after its label (the channel), in nats and relative to an input
   * drawn uniformly.
   *
   * @throws CourseError when context, input or label are none
   */
  logChannel(context: Context, { input, label }: Example): number {
    const tasks = this.tasks(context);
    const line = this.lines(tasks, input)[labelIndex(label)]!;
    return Math.log(line) - Math.log(this.labelProbability(tasks, label));
  }

  /** P(y | class c of task t). */
  private labelShare(t: number, c: number, y: number): number {
    const { noise } = this.knobs;
    return TASK_LABELS[t]![c] === y ? 1 - noise : noise / (LABELS.length - 1);
  }

  /** P(y | tasks). */
  private labelProbability(tasks: Float64Array, label: string): number {
    const y = labelIndex(label);
    let sum = 0;
    for (let t = 0; t < tasks.length; t++)
      for (const c of [0, 1])
        sum += tasks[t]! * 0.5 * this.skews[t]![c]! * this.labelShare(t, c, y);
    return sum;
  }

  /** P(x, y | tasks) of each label, relative to an input drawn uniformly. */
  private lines(tasks: Float64Array, input: Input): Float64Array {
    checkInput(input);
    const classes = classesUnderRules(input);
    const byLabel = new Float64Array(LABELS.length);
    for (let t = 0; t < tasks.length; t++) {
      const c = classes[TASK_RULE[t]!]!;
      const y = TASK_LABELS[t]![c]!;
      byLabel[y] = byLabel[y]! + tasks[t]! * this.skews[t]![c]!;
    }
    const [total, { noise }] = [byLabel.reduce((a, b) => a + b), this.knobs];
    return byLabel.map((p) => p * (1 - noise) + ((total - p) * noise) / (LABELS.length - 1));
  }

  /** log P(theta, C), up to a constant. */
  private logTasks(context: Context): Float64Array {
    checkWorldContext(context);
    const { examples, instruction = {} } = context;
    const told = RULES.map(
      ({ feature, scope }) =>
        (instruction.feature ?? feature) === feature && (instruction.scope ?? scope) === scope,
    );
    const logs = this.prior.map((p, t) => (told[TASK_RULE[t]!] ? Math.log(p) : -Infinity));
    examples.forEach(({ input, label }, i) => {
      const weight = this.knobs.recency ** (examples.length - 1 - i);
      const [classes, y] = [classesUnderRules(input), labelIndex(label)];
      for (let t = 0; t < logs.length; t++) {
        if (logs[t] === -Infinity) continue;
        const c = classes[TASK_RULE[t]!]!;
        logs[t] = logs[t]! + weight * Math.log(this.skews[t]![c]! * this.labelShare(t, c, y));
      }
    });
    return logs;
  }
}

/** Probabilities of logarithms of weights. */
function normalised(logs: Float64Array): Float64Array {
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  demand(
    most > -Infinity,
    () => 'No task of TaskWorld could have made this context.',
    'Allow for noise in the labels, or give an instruction that fits the examples.',
  );
  const weights = logs.map((log) => Math.exp(log - most));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}
