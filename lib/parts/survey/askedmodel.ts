/**
 * A model that ways to choose ask: scores of the options of a prompt, each prompt at most once. What
 * was asked before is kept, whoever asked; passes are counted for each who asks, as if nobody had
 * asked before.
 */
import { softmax } from '../../core/numerics';
import { mean } from '../../evaluation/statistics';
import type { ChoosingSubject } from './choosingsubjects';
import { SCORING_WAYS, type ScoringWay } from './scoring/scorer';

/** A question, or a row of the pool as one, after rows of the pool in this order. */
export interface AskedPrompt {
  readonly of: 'questions' | 'pool';
  readonly index: number;
  readonly rows: readonly number[];
}

/** A model that is asked after prompts. */
export interface AskedModel {
  /** Scores of the options of each prompt, [prompts, options], in nats. */
  scores(prompts: readonly AskedPrompt[]): readonly (readonly number[])[];
  /** The same as probabilities of the options. */
  probabilities(prompts: readonly AskedPrompt[]): readonly (readonly number[])[];
  /**
   * The mean logarithm of the probability of a token of each prompt, over its tokens and over the
   * options in the place of its answer.
   */
  meanLogs(prompts: readonly AskedPrompt[]): readonly number[];
  /**
   * Forward passes of all different prompts that were asked after: one for the scores of a prompt,
   * one for each option where its tokens are scored.
   */
  passes(): number;
  /** The same model, and what is kept of it, with no pass counted. */
  uncounted(): AskedModel;
}

const keyOf = ({ of, index, rows }: AskedPrompt): string => `${of} ${index} ${rows.join()}`;

/** The scores of prompts in one way, each asked of the scorer once. */
function keptScores<Q>(
  { scorer, askText, questions, pool }: ChoosingSubject<Q>,
  way: ScoringWay,
): (prompts: readonly AskedPrompt[]) => readonly (readonly number[])[] {
  const kept = new Map<string, readonly number[]>();
  return (prompts) => {
    const missing = new Map(
      prompts.map((prompt) => [keyOf(prompt), prompt] as const).filter(([key]) => !kept.has(key)),
    );
    if (missing.size > 0) {
      const asked = [...missing.values()].map(({ of, index, rows }) =>
        askText((of === 'questions' ? questions : pool)[index]!.input, rows),
      );
      const { scores } = scorer.score(asked, way);
      [...missing.keys()].forEach((key, i) => kept.set(key, scores[i]!));
    }
    return prompts.map((prompt) => kept.get(keyOf(prompt))!);
  };
}

/** The model of a subject. */
export function askedModel<Q>(subject: ChoosingSubject<Q>): AskedModel {
  const direct = keptScores(subject, SCORING_WAYS.direct);
  const whole = keptScores(subject, SCORING_WAYS.perplexity);
  const uncounted = (): AskedModel => {
    const counted = { direct: new Set<string>(), whole: new Set<string>() };
    const scores: AskedModel['scores'] = (prompts) => {
      prompts.forEach((prompt) => counted.direct.add(keyOf(prompt)));
      return direct(prompts);
    };
    return {
      scores,
      probabilities: (prompts) => scores(prompts).map(softmax),
      meanLogs: (prompts) => {
        prompts.forEach((prompt) => counted.whole.add(keyOf(prompt)));
        return whole(prompts).map(mean);
      },
      passes: () => counted.direct.size + subject.options.length * counted.whole.size,
      uncounted,
    };
  };
  return uncounted();
}
