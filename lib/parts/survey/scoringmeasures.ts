/**
 * What is measured of the ways to score options (notebook 21): how often each is right as the
 * demonstrations have more and more of one label, and what it costs.
 */
import { stream } from '../../core/random';
import { macroF1 } from '../../evaluation/scores';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { SCORING_WAYS, bestOptions, type ScoringWay } from './scoring/scorer';
import type { ContextPlan } from './scoring/contexts';
import type { AskedSet, Subject } from './scoring/subjects';

/** How much is asked. */
export interface AskedMeasures {
  /** Demonstrations of a context. */
  readonly n: number;
  /** Contexts for each plan; every second one favours the other label. */
  readonly contexts: number;
  /** The same for tasks of TaskWorld, which are smaller. */
  readonly worldContexts: number;
  /** Questions of each label after each context. */
  readonly each: number;
}

/** Demonstrations of one label against the other, by how tables call it. */
export const BALANCES = { '1:1': 1, '1:3': 3, '1:7': 7 } as const;

/** The ways that are compared. */
export const COMPARED: readonly ScoringWay[] = [
  SCORING_WAYS.direct,
  SCORING_WAYS.perplexity,
  SCORING_WAYS.channel,
  SCORING_WAYS.channelWithPrior,
];

/** A plan in which the favoured label has `times` as many demonstrations as the other. */
export function balancePlan(n: number, times: number, context: number, last = false): ContextPlan {
  const ofOther = Math.round(n / (1 + times));
  return { favoured: (context % 2) as 0 | 1, ofFavoured: n - ofOther, ofOther, last };
}

/** Answers as texts, for F1. */
const texts = (answers: readonly number[]): string[] => answers.map(String);

/** The share of right answers. */
export const shareRight = (answers: readonly number[], right: readonly number[]): number =>
  mean(answers.map((answer, q) => Number(answer === right[q])));

/** What one way to score made of one set. */
interface WayResult {
  readonly accuracy: number;
  readonly f1: number;
  readonly passes: number;
  readonly tokens: number;
}

function resultOf<Q>(
  subject: Subject<Q>,
  { questions, right }: AskedSet<Q>,
  way: ScoringWay,
): WayResult {
  const { scores, cost } = subject.scorers[0]!.scorer.score(questions, way);
  const answers = bestOptions(scores);
  return {
    accuracy: shareRight(answers, right),
    f1: macroF1(texts(right), texts(answers)),
    passes: cost.passes / questions.length,
    tokens: cost.tokens / questions.length,
  };
}

/** Measures the ways on all subjects: the mean over them, and each by itself. */
export function measureWays<Q>(
  subjects: readonly Subject<Q>[],
  { n, contexts }: AskedMeasures,
  name: string,
  seed: number,
  put: Put,
): void {
  for (const [balance, times] of Object.entries(BALANCES)) {
    const sets = subjects.map((subject) =>
      Array.from({ length: contexts }, (_, c) =>
        subject.draw(
          stream(seed, 'contexts of scoring', subject.title, balance, c),
          balancePlan(n, times, c),
        ),
      ),
    );
    for (const way of COMPARED) {
      const found = subjects.map((subject, s) =>
        sets[s]!.map((set) => resultOf(subject, set, way)),
      );
      const say = (metric: string, of: (results: readonly WayResult[]) => number): void =>
        put(name, { n }, `${metric}, ${balance}, ${way.name}`, mean(found.map(of)));
      say('accuracy', (results) => mean(results.map(({ accuracy }) => accuracy)));
      say('macro-F1', (results) => mean(results.map(({ f1 }) => f1)));
      say('worst context', (results) => Math.min(...results.map(({ accuracy }) => accuracy)));
      say('passes for a question', (results) => mean(results.map(({ passes }) => passes)));
      say('tokens for a question', (results) => mean(results.map(({ tokens }) => tokens)));
      found.forEach((results, s) =>
        put(
          name,
          { n },
          `accuracy, ${balance}, ${way.name}, ${subjects[s]!.title}`,
          mean(results.map(({ accuracy }) => accuracy)),
        ),
      );
    }
  }
}
