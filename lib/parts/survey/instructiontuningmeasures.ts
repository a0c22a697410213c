/**
 * What is measured of a small model that is tuned to new words for instructions: right answers on
 * tuned and on held-out rules under the right instruction, none, and wrong ones; the same in the old
 * words and after demonstrations alone, before and after tuning.
 */
import type { Method } from '../../model/methods';
import { accuracyOf, smallShares } from './cellmeasures';
import {
  INSTRUCTION_FORMS,
  TOLD,
  demonstratedQuestions,
  exactShares,
  instructionQuestions,
  modelShares,
  type InstructionForm,
  type InstructionQuestion,
  type RightShares,
  type Told,
} from './instructionquestions';
import { HELD_OUT_RULES, tunedRules } from './instructions/newwords';
import type { SmallModel } from './small/smallmodel';
import type { PutNumber } from './titles';
import { RULES, type WorldRule } from './world/rules';

/** How much is measured. */
export interface InstructionTuningMeasures {
  /** Questions of each form, on tuned and on held-out rules, and of each sort of labels. */
  readonly questions: number;
  /** The same along training. */
  readonly watched: number;
  /** Demonstrations without an instruction. */
  readonly k: number;
  /** Numbers of demonstrations after which a writer writes. */
  readonly shown: readonly number[];
}

/** A tuned model, and what it was before. */
export interface TunedSubject {
  readonly model: SmallModel;
  readonly before: SmallModel;
  readonly method: Method;
  /** How many rules it is tuned on. */
  readonly rules: number;
}

/** Tuned rules without those that are held out, and those. */
const WHICH = ['tuned', 'held out'] as const;
type Which = (typeof WHICH)[number];

const rulesOf: Readonly<Record<Which, (rules: number) => readonly WorldRule[]>> = {
  tuned: (rules) => tunedRules(rules).filter((rule) => !HELD_OUT_RULES.includes(rule)),
  'held out': () => HELD_OUT_RULES,
};

const questionsFor = (
  rules: number,
  form: InstructionForm,
  which: Which,
  count: number,
): InstructionQuestion[] => instructionQuestions(rulesOf[which](rules), form, count);

/** Right answers along training, on hard inputs under the right instruction. */
export function watchTuning(
  { model, method, rules }: TunedSubject,
  { watched }: InstructionTuningMeasures,
  put: PutNumber,
): void {
  for (const which of WHICH) {
    const questions = questionsFor(rules, 'two demonstrations', which, watched);
    put(
      `accuracy along training, right instruction, ${which}`,
      modelShares(model, method, questions, 'right instruction').hard,
    );
  }
}

/** Every form of questions, on tuned and on held-out rules. */
function eachSet(
  rules: number,
  count: number,
  take: (questions: readonly InstructionQuestion[], where: string) => void,
): void {
  for (const form of INSTRUCTION_FORMS)
    for (const which of WHICH) take(questionsFor(rules, form, which, count), `${form}, ${which}`);
}

/** CellShares on hard inputs, which say most, and on all. */
function putShares(put: PutNumber, metric: string, { all, hard }: RightShares): void {
  put(metric, hard);
  put(`${metric}, all inputs`, all);
}

/** Right answers after demonstrations alone. */
function measureDemonstrations(
  model: SmallModel,
  method: Method,
  { questions: count, k }: InstructionTuningMeasures,
  metric: string,
  put: PutNumber,
): void {
  for (const mapping of ['natural', 'arbitrary'] as const) {
    const questions = demonstratedQuestions(mapping, k, count);
    const shares = smallShares(model, method)(questions);
    put(`${metric}, ${k} demonstrations, ${mapping}`, accuracyOf(shares, questions));
  }
}

/** What is asked before tuning too. */
const BEFORE: readonly Told[] = ['right instruction', 'no instruction', 'old words'];

/** Everything at the end of tuning. */
export function measureTuning(
  { model, before, method, rules }: TunedSubject,
  measures: InstructionTuningMeasures,
  put: PutNumber,
): void {
  const sets = [
    ['accuracy', model, Object.keys(TOLD) as Told[]],
    ['accuracy before tuning', before, BEFORE],
  ] as const;
  for (const [metric, asked, tolds] of sets) {
    eachSet(rules, measures.questions, (questions, where) => {
      for (const told of tolds)
        putShares(put, `${metric}, ${told}, ${where}`, modelShares(asked, method, questions, told));
    });
    measureDemonstrations(asked, method, measures, metric, put);
  }
}

/** The most rules of tuning that leave the held-out ones out. */
const MOST_RULES = RULES.length - HELD_OUT_RULES.length;

/** The exact answer on the questions of the model that is tuned on the most rules. */
export function measureExactly(
  { questions: count }: InstructionTuningMeasures,
  put: PutNumber,
): void {
  eachSet(MOST_RULES, count, (questions, where) => {
    for (const [told, shares] of exactShares(questions))
      putShares(put, `accuracy, ${told}, ${where}`, shares);
  });
}
