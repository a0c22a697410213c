/**
 * Signals of a set of demonstrations: numbers that the model's answers after it give, without labels,
 * and the share of right answers to labelled rows that they stand for.
 */
import { mean } from '../../evaluation/statistics';
import { answerInformation, meanConfidence, meanEntropy } from './choosing/signals';
import { labelNumber } from './choosingsubjects';
import { promptsAfter, type ModelSetting, type ShownRows } from './modelsetting';
import { bestOptions } from './scoring/scorer';
import { shareRight } from './scoringmeasures';

/** One number of a set of demonstrations, from what the model says after it. */
export interface SetSignal {
  readonly name: string;
  of<Q>(setting: ModelSetting<Q>, set: readonly number[]): number;
}

/** A signal of the probabilities of the probes' answers. */
const ofAnswers = (name: string, signal: (p: ShownRows) => number): SetSignal => ({
  name,
  of: ({ model, probes }, set) => signal(model.probabilities(promptsAfter(probes, set))),
});

/** Probes that the likelihood of the prompt is averaged over: every option of each is read. */
const PERPLEXITY_PROBES = 1;

/**
 * Signals without labels. The last is minus the logarithm of the perplexity of the whole prompt,
 * with every option in the place of the answer (Gonen et al., 2023, arXiv 2212.04037, leave the
 * answer away).
 */
export const SET_SIGNALS: readonly SetSignal[] = [
  ofAnswers('mutual information', answerInformation),
  ofAnswers('confidence', meanConfidence),
  ofAnswers('certainty', (p) => -meanEntropy(p)),
  {
    name: 'prompt likelihood',
    of: ({ model, probes }, set) =>
      mean(model.meanLogs(promptsAfter(probes.slice(0, PERPLEXITY_PROBES), set))),
  },
];

/** The share of right answers to the probes after a set, for which their labels are read. */
export const probeAccuracy: SetSignal = {
  name: 'best on labelled rows',
  of: ({ subject, model, probes }, set) =>
    shareRight(
      bestOptions(model.scores(promptsAfter(probes, set))),
      probes.map((row) => labelNumber(subject, row)),
    ),
};
