/**
 * What is measured of a decoder of compositions: right answers by the number of steps with and without
 * a written rationale, votes among chains and what they cost, and demonstrations of several kinds.
 */
import type { Put } from '../../experiments/experiment';
import { EVALUATION_SEED } from '../../experiments/kind';
import { stream, type Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { LanguageModel } from '../../language/languagemodel';
import {
  askSteps,
  answeredRight,
  rightDemonstration,
  sampleChains,
  type StepsDemonstration,
} from './steps/asking';
import { autoDemonstrations } from './steps/autocot';
import { questionsBySteps } from './steps/complexity';
import { drawStepsQuestion, type StepsLanguage, type StepsQuestion } from './steps/functions';
import type { Chain } from './steps/lines';
import { commonestAnswer, longestChains } from './steps/voting';

/** How much is measured. */
export interface StepsMeasures {
  /** Numbers of composed functions. */
  readonly steps: readonly number[];
  /** Questions of each number of steps. */
  readonly questions: number;
  /** The same along training. */
  readonly watched: number;
  /** Questions of each number of steps about which chains vote, and these numbers of steps. */
  readonly voted: number;
  readonly hard: readonly number[];
  /** Numbers of chains that vote, the largest last. */
  readonly samples: readonly number[];
  readonly temperature: number;
  /** Demonstrations of a prompt, and questions from which they are taken. */
  readonly demonstrations: number;
  readonly pool: number;
  /** Prompts of each kind, and questions of each number of steps after each prompt. */
  readonly prompts: number;
  readonly asked: number;
}

/** A model with the language that it was trained on. */
export interface StepsSubject {
  readonly model: LanguageModel;
  readonly language: StepsLanguage;
  /** The share of its documents with written steps. */
  readonly written: number;
}

/** A number of a subject, of no axis. */
type PutOne = (metric: string, value: number) => void;

const share = (flags: readonly boolean[]): number => mean(flags.map(Number));

/** Questions for a purpose: the same for all variants of a seed. */
function questionsFor(
  { language }: StepsSubject,
  purpose: string,
  steps: number,
  count: number,
  which: 'trained' | 'left out',
): StepsQuestion[] {
  const random = stream(EVALUATION_SEED, purpose, language.seed, steps);
  return Array.from({ length: count }, () => drawStepsQuestion(language, random, steps, which));
}

/** The forms in which a subject has learned to answer. */
const formsOf = ({ written }: StepsSubject): readonly ('written' | 'direct')[] =>
  (['written', 'direct'] as const).filter((form) =>
    form === 'written' ? written > 0 : written < 1,
  );

const accuracyOf = (
  { language }: StepsSubject,
  questions: readonly StepsQuestion[],
  chains: readonly Pick<Chain, 'answer'>[],
): number =>
  share(
    answeredRight(
      language,
      questions,
      chains.map(({ answer }) => answer),
    ),
  );

/** Right answers along training, of compositions that are left out. */
export function watchSteps(subject: StepsSubject, measures: StepsMeasures, put: PutOne): void {
  const { hard, watched } = measures;
  for (const form of formsOf(subject)) {
    const questions = questionsFor(subject, 'watched', hard[0]!, watched, 'left out');
    const chains = askSteps(subject.model, questions, { form });
    put(
      `accuracy along training, ${hard[0]} steps, ${form}`,
      accuracyOf(subject, questions, chains),
    );
  }
}

/** Right answers and tokens by the number of steps. */
function measureLengths(subject: StepsSubject, measures: StepsMeasures, put: PutOne): void {
  for (const steps of measures.steps)
    for (const which of steps > 1 ? (['left out', 'trained'] as const) : (['trained'] as const)) {
      const questions = questionsFor(subject, which, steps, measures.questions, which);
      for (const form of formsOf(subject)) {
        const chains = askSteps(subject.model, questions, { form });
        const where = `${steps} steps, ${form}${which === 'trained' && steps > 1 ? ', trained' : ''}`;
        put(`accuracy, ${where}`, accuracyOf(subject, questions, chains));
        put(`tokens, ${where}`, mean(chains.map(({ tokens }) => tokens)));
        if (form === 'written')
          put(
            `all steps written, ${where}`,
            share(chains.map(({ rationale }) => rationale.length === steps - 1)),
          );
      }
    }
}

/** One chain, the greedy one, and votes among several, with their cost. */
function measureVotes(subject: StepsSubject, measures: StepsMeasures, put: PutOne): void {
  const { model, language } = subject;
  const { voted, samples, temperature } = measures;
  const most = samples.at(-1)!;
  for (const steps of measures.hard) {
    const questions = questionsFor(subject, 'voted', steps, voted, 'left out');
    const random = stream(EVALUATION_SEED, 'chains', language.seed, steps);
    const greedy = askSteps(model, questions, { form: 'written' });
    put(`accuracy, ${steps} steps, greedy`, accuracyOf(subject, questions, greedy));
    const sampling = { temperature, random };
    const all = sampleChains(model, questions, { form: 'written', sampling }, most);
    for (const S of samples) {
      const chains = all.map((of) => of.slice(0, S));
      const byVote = (votes: (of: readonly Chain[]) => number | null): number =>
        accuracyOf(
          subject,
          questions,
          chains.map((of) => ({ answer: votes(of) })),
        );
      put(`accuracy, ${steps} steps, vote of ${S}`, byVote(commonestAnswer));
      put(
        `accuracy, ${steps} steps, vote of the longest half of ${S}`,
        byVote((of) => commonestAnswer(longestChains(of, Math.ceil(S / 2)))),
      );
      put(
        `tokens, ${steps} steps, vote of ${S}`,
        mean(chains.map((of) => of.reduce((sum, { tokens }) => sum + tokens, 0))),
      );
    }
  }
}

/** Demonstrations of several kinds from a pool; none of its answers is known to 'own chains'. */
function demonstrationsOf(
  { model, language }: StepsSubject,
  { demonstrations: k, pool: size }: StepsMeasures,
  random: Stream,
): Readonly<Record<string, readonly StepsDemonstration[]>> {
  const pool = Array.from({ length: size }, (_, i) =>
    drawStepsQuestion(language, random, 1 + (i % 3), 'trained'),
  );
  const drawn = random
    .permutation(size)
    .slice(0, k)
    .map((i) => pool[i]!);
  const right = (
    questions: readonly StepsQuestion[],
    written = true,
  ): readonly StepsDemonstration[] =>
    questions.map((question) => rightDemonstration(language, question, written));
  const own = askSteps(model, drawn, { form: 'written' });
  return {
    'right steps': right(drawn),
    'no steps': right(drawn, false),
    'own chains': drawn.flatMap((question, i) =>
      own[i]!.answer === null ? [] : [{ question, chain: own[i]! }],
    ),
    'Auto-CoT': autoDemonstrations(model, pool, k, random),
    'most steps': right(questionsBySteps(pool, k, 'most')),
    'fewest steps': right(questionsBySteps(pool, k, 'fewest')),
  };
}

/** Answers after demonstrations, whose form the decoder chooses. */
function measureDemonstrations(subject: StepsSubject, measures: StepsMeasures, put: PutOne): void {
  const { model, language } = subject;
  const found = new Map<string, { right: number[]; written: number[] }>();
  for (let prompt = 0; prompt < measures.prompts; prompt++) {
    const random = stream(EVALUATION_SEED, 'demonstrations', language.seed, prompt);
    const kinds = { none: [], ...demonstrationsOf(subject, measures, random) };
    for (const steps of measures.hard) {
      const questions = Array.from({ length: measures.asked }, () =>
        drawStepsQuestion(language, random, steps, 'left out'),
      );
      for (const [kind, demonstrations] of Object.entries(kinds)) {
        const chains = askSteps(model, questions, { form: 'free', demonstrations });
        const key = `${steps} steps, after ${kind}`;
        const of = found.get(key) ?? { right: [], written: [] };
        of.right.push(accuracyOf(subject, questions, chains));
        of.written.push(share(chains.map(({ written }) => written)));
        found.set(key, of);
      }
    }
  }
  for (const [key, { right, written }] of found) {
    put(`accuracy, ${key}`, mean(right));
    put(`answers with steps, ${key}`, mean(written));
  }
}

/** Everything at the end of training. */
export function measureSteps(
  subject: StepsSubject,
  measures: StepsMeasures,
  name: string,
  put: Put,
): void {
  const one: PutOne = (metric, value) => put(name, {}, metric, value);
  measureLengths(subject, measures, one);
  if (subject.written === 0) return;
  measureVotes(subject, measures, one);
  measureDemonstrations(subject, measures, one);
}
