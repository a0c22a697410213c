/**
 * What is measured of Self-Instruct in TaskWorld, where each instruction has its rule: how often
 * inputs and labels of the small model are right, and how often it is right about rules that it was
 * not tuned on, before and after it is tuned further to tasks of its own.
 */
import { tf } from '../../core/backend';
import { stream, type Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { EVALUATION_SEED } from '../../experiments/kind';
import { METHODS } from '../../model/methods';
import { InstructionTrainer } from './instructions/instructiontrainer';
import { tunedRules } from './instructions/newwords';
import { scopesDisagree } from './instructionquestions';
import {
  instructedClassLogs,
  proposeRules,
  selfLabels,
  writeInstructedInputs,
} from './instructions/worldselfinstruct';
import { SelfMadeTrainer, type SelfMadeLine } from './instructions/worldselftrainer';
import { bestOptions } from './scoring/scorer';
import { shareRight } from './scoringmeasures';
import type { SmallModel } from './small/smallmodel';
import type { PutNumber } from './titles';
import { mostConfident } from './work/labelling';
import { RULES, classOf, type Input, type WorldRule } from './world/rules';
import { drawInput } from './world/sampling';

/** How much is tuned and made. */
export interface WorldSelfSizes {
  /** Rules of the first tuning. */
  readonly rules: number;
  /** Steps of the first tuning and of the second, and their learning rates. */
  readonly steps: number;
  readonly learningRate: number;
  readonly furtherSteps: number;
  readonly furtherRate: number;
  readonly batch: number;
  /** Share of single lines among batches, and of those lines the self-made. */
  readonly single: number;
  readonly share: number;
  /** Instructions that are proposed, and inputs of each that is kept. */
  readonly proposals: number;
  readonly inputs: number;
  /** The share of labels of which the model is most confident, which is kept. */
  readonly confident: number;
  /** Inputs of each class and rule that are asked. */
  readonly asked: number;
}

/** What a model is tuned to further. */
export const FURTHER = ['seeds', 'self-made', 'self-made, confident', 'true labels'] as const;
type Further = (typeof FURTHER)[number];

/** A rule and inputs whose class depends on its scope, both classes as often. */
interface AskedRule {
  readonly rule: WorldRule;
  readonly inputs: readonly Input[];
}

function hardInputs(random: Stream, rule: WorldRule, each: number): AskedRule {
  const inputs = ([0, 1] as const).flatMap((wanted) => {
    const found: Input[] = [];
    while (found.length < each) {
      const input = drawInput(random, rule, wanted);
      if (scopesDisagree(rule.feature, input)) found.push(input);
    }
    return found;
  });
  return { rule, inputs };
}

/** The accuracy under new instructions, a mean over rules. */
const accuracyOf = (model: SmallModel, asked: readonly AskedRule[]): number =>
  mean(
    asked.map(({ rule, inputs }) =>
      shareRight(
        bestOptions(instructedClassLogs(model, rule, inputs)),
        inputs.map((input) => classOf(rule, input)),
      ),
    ),
  );

/** The weights of a model, to go back to; disposed by the caller. */
function weightsOf(model: SmallModel): {
  readonly restore: () => void;
  readonly dispose: () => void;
} {
  const kept = Object.values(model.parameters).map((weight) => [weight, weight.clone()] as const);
  return {
    restore: () => {
      for (const [weight, value] of kept) weight.assign(value);
    },
    dispose: () => tf.dispose(kept.map(([, value]) => value)),
  };
}

/** What a model made: its lines, those of which it is most confident, and all with true labels. */
type MadeLines = Readonly<Record<Further, readonly SelfMadeLine[]>>;

const isRight = ({ rule, input, label }: SelfMadeLine): number =>
  label === classOf(rule, input) ? 1 : 0;

/** Says how often labels are right: of all inputs, and of those whose class depends on the scope. */
function sayRight(what: string, lines: readonly SelfMadeLine[], say: PutNumber): void {
  const hard = lines.filter(({ rule, input }) => scopesDisagree(rule.feature, input));
  if (lines.length > 0) say(`labels right, ${what}`, mean(lines.map(isRight)));
  if (hard.length > 0) say(`labels right where scopes differ, ${what}`, mean(hard.map(isRight)));
}

/** Lets a model make tasks, and says how good they are. */
function madeLines(
  model: SmallModel,
  { rules, proposals, inputs: count, confident }: WorldSelfSizes,
  random: Stream,
  say: PutNumber,
): MadeLines {
  const proposed = proposeRules(random, tunedRules(rules), proposals);
  const kept = proposed.filter(({ refusal }) => refusal === null).map(({ rule }) => rule);
  say('instructions, written', proposed.length);
  say('instructions, refused by the pool', proposed.length - kept.length);
  say('instructions, kept', kept.length);
  const made = kept.map((rule) => {
    const written = writeInstructedInputs(model, rule, count, random);
    const inputs = written.filter((input) => input !== null);
    const labels = inputs.length === 0 ? [] : selfLabels(model, rule, inputs);
    const lines = inputs.map((input, i) => ({ rule, input, label: labels[i]!.label }));
    const sure = mostConfident(labels, confident).map((i) => lines[i]!);
    return { valid: inputs.length / count, lines, sure };
  });
  if (kept.length > 0) say('inputs of three words', mean(made.map(({ valid }) => valid)));
  const lines = made.flatMap((one) => one.lines);
  const sure = made.flatMap((one) => one.sure);
  sayRight('self-made', lines, say);
  sayRight('self-made, confident', sure, say);
  return {
    seeds: [],
    'self-made': lines,
    'self-made, confident': sure,
    'true labels': lines.map(({ rule, input }) => ({ rule, input, label: classOf(rule, input) })),
  };
}

/**
 * All numbers of a seed.
 *
 * @param model is tuned; stays the caller's, with other weights
 */
export function measureWorldSelf(
  model: SmallModel,
  sizes: WorldSelfSizes,
  seed: number,
  say: PutNumber,
): void {
  const { rules, steps, learningRate, furtherSteps, furtherRate, batch, single, share } = sizes;
  const random = stream(EVALUATION_SEED, 'Self-Instruct in TaskWorld', seed);
  const tuned = tunedRules(rules);
  const other = RULES.filter((rule) => !tuned.includes(rule));
  const [seen, unseen] = [tuned, other].map((some) =>
    some.map((rule) => hardInputs(random, rule, sizes.asked)),
  ) as [AskedRule[], AskedRule[]];
  const sayAccuracies = (when: string): void => {
    say(`accuracy, ${when}`, accuracyOf(model, unseen));
    say(`accuracy, tuned rules, ${when}`, accuracyOf(model, seen));
  };
  const training = { seed, batch, rules, mix: { single, plain: 1 - single } };
  const run = (trainer: InstructionTrainer, count: number): void => {
    try {
      for (let step = 0; step < count; step++) trainer.train();
    } finally {
      trainer.dispose();
    }
  };
  const first = { ...training, steps, learningRate };
  run(new InstructionTrainer(model, METHODS.ar, first), steps);
  sayAccuracies('before');
  const made = madeLines(model, sizes, random, say);
  const further = { ...training, steps: furtherSteps, learningRate: furtherRate };
  const weights = weightsOf(model);
  try {
    for (const way of FURTHER) {
      weights.restore();
      run(new SelfMadeTrainer(model, made[way], share, further), furtherSteps);
      sayAccuracies(way);
    }
  } finally {
    weights.dispose();
  }
}
