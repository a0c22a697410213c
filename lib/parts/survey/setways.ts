/**
 * Ways to choose once for all questions by what the model says: the random set with the largest
 * signal, the candidates of the largest influence, InfoScore or share of the latent task, and the
 * best set of a search.
 */
import { influences } from './choosing/influence';
import { infoScores, progressiveFilter, type Filtered } from './choosing/infoscore';
import { bestOfEachLabel, bestRows } from './choosing/pool';
import { searchSupport } from './choosing/supportsearch';
import { labelNumber } from './choosingsubjects';
import {
  NONE,
  forAll,
  lastFirst,
  promptsAfter,
  type ModelSetting,
  type ModelWay,
} from './modelsetting';
import { SET_SIGNALS, probeAccuracy, type SetSignal } from './setsignals';

/** The set with the largest signal, of equals the first. */
const bySignal = (signal: SetSignal): ModelWay => ({
  name: signal.name,
  choose: (setting) => {
    const [best] = bestRows(
      setting.sets.map((set) => signal.of(setting, set)),
      1,
    );
    return forAll(setting, setting.sets[best!]!);
  },
});

/** The influence of each candidate on the share of right answers to the probes. */
export function candidateInfluences<Q>(setting: ModelSetting<Q>): number[] {
  const { candidates, sets } = setting;
  return influences(
    sets.map((set) => set.map((row) => candidates.indexOf(row))),
    sets.map((set) => probeAccuracy.of(setting, set)),
    candidates.length,
  );
}

/** The k candidates with the largest number, times a sign. */
const byCandidate = (
  name: string,
  sign: 1 | -1,
  numbers: <Q>(setting: ModelSetting<Q>) => readonly number[],
  latent?: true,
): ModelWay => ({
  name,
  ...(latent ? { latent } : {}),
  choose: (setting) => {
    const order = bestRows(
      numbers(setting).map((value) => sign * value),
      setting.k,
    );
    return forAll(setting, lastFirst(order.map((i) => setting.candidates[i]!)));
  },
});

/** P(theta | x_i, y_i) of the candidates. */
const concepts = <Q>({ subject, candidates }: ModelSetting<Q>): number[] => {
  const shares = subject.conceptShares!(); // ways that need it are given subjects that have it
  return candidates.map((row) => shares[row]!);
};

/** The candidates that are left by InfoScore on the probes, and what they say of each. */
function filtered<Q>({ subject, model, k, candidates, probes }: ModelSetting<Q>): Filtered {
  const labels = candidates.map((row) => labelNumber(subject, row));
  const right = (asked: readonly number[], rows: readonly number[]): number[] =>
    model
      .probabilities(promptsAfter(asked, rows))
      .map((row, i) => row[labelNumber(subject, asked[i]!)]!);
  const contributions = (rows: readonly number[], questions: readonly number[]): number[][] => {
    const asked = questions.map((z) => probes[z]!);
    const without = right(asked, NONE);
    return rows.map((i) => right(asked, [candidates[i]!]).map((share, z) => share - without[z]!));
  };
  return progressiveFilter(labels, probes.length, contributions, {
    rho: 2,
    l: Math.ceil(probes.length / 2),
    m: Math.min(candidates.length, 2 * k),
  });
}

/** The labels of those that are left. */
const labelsLeft = <Q>({ subject, candidates }: ModelSetting<Q>, { rows }: Filtered): number[] =>
  rows.map((i) => labelNumber(subject, candidates[i]!));

/** The k candidates of the largest InfoScore, with their labels in balance. */
const infoScore: ModelWay = {
  name: 'InfoScore',
  choose: (setting) => {
    const left = filtered(setting);
    const labels = labelsLeft(setting, left);
    const best = bestOfEachLabel(infoScores(left.features), labels, setting.k);
    const rows = best.sort((a, b) => a - b).map((i) => left.rows[i]!); // the best first
    return forAll(setting, lastFirst(rows.map((i) => setting.candidates[i]!)));
  },
};

/** The best of the searched sets on the probes. */
const supportSearch: ModelWay = {
  name: 'InfoScore, search',
  choose: (setting) => {
    const left = filtered(setting);
    const labels = labelsLeft(setting, left);
    const { random, k, candidates } = setting;
    const beam = searchSupport(random, left.features, labels, k, { beam: 4 }).map((set) =>
      lastFirst(set.map((i) => candidates[left.rows[i]!]!)),
    );
    const [best] = bestRows(
      beam.map((set) => probeAccuracy.of(setting, set)),
      1,
    );
    return forAll(setting, beam[best!]!);
  },
};

const [information, confidence, certainty, likelihood] = SET_SIGNALS.map(bySignal) as [
  ModelWay,
  ModelWay,
  ModelWay,
  ModelWay,
];

/** The ways that choose once for all questions. */
export const SET_WAYS = {
  information,
  confidence,
  certainty,
  likelihood,
  labelled: bySignal(probeAccuracy),
  influence: byCandidate('influence', 1, candidateInfluences),
  leastInfluence: byCandidate('influence, lowest', -1, candidateInfluences),
  infoScore,
  supportSearch,
  concept: byCandidate('latent concept', 1, concepts, true),
  leastConcept: byCandidate('latent concept, lowest', -1, concepts, true),
} as const satisfies Readonly<Record<string, ModelWay>>;
