/**
 * Ways to choose for each question by what the model says: near rows with the shortest code, near
 * rows that settle what the model is undecided about, and the nearest of few labelled rows of which
 * the model was uncertain.
 */
import type { AskedPrompt } from './askedmodel';
import { ambiguousRows, likeliestTwo, type AmbiguityFilter } from './choosing/ambiguity';
import { nearestByAngle } from './choosing/nearest';
import { leastEntropy, setsOfNearest } from './choosing/shortestcode';
import { coverUncertain, uncertainties } from './choosing/uncertain';
import type { CorpusSelector } from './choosing/pool';
import { CHOOSING_WAYS, LABELLED, amongLabelled, type ChoosingWay } from './choosing/ways';
import { labelNumber } from './choosingsubjects';
import {
  NONE,
  lastFirst,
  promptsAfter,
  type ModelSetting,
  type ModelWay,
  type ShownRows,
} from './modelsetting';
import { bestOptions } from './scoring/scorer';

/** No demonstrations at all. */
const noExamples: ModelWay = {
  name: 'no examples',
  choose: ({ subject }) => subject.questions.map(() => NONE),
};

/** The rows nearest to each question, the nearest first; at most so many. */
const nearestTo = <Q>({ subject }: ModelSetting<Q>, count: number): ShownRows =>
  subject.questions.map(
    (question) =>
      nearestByAngle.select(question, subject.pool, Math.min(count, subject.pool.length)).rows,
  );

/** A way that chooses by what texts look like, as one that might ask the model. */
const byLooks = ({ name, choose }: ChoosingWay): ModelWay => ({
  name,
  choose: ({ subject: { questions, pool }, k, random }) =>
    choose(questions, pool, k, random).map(({ rows }) => lastFirst(rows)),
});

/** Nearest rows that sets are drawn from, for each demonstration, and sets that are tried. */
const [NEAR, TRIED] = [3, 4];

/** Of some sets of near rows that with the shortest code. */
const shortestCode: ModelWay = {
  name: 'shortest code',
  choose: (setting) => {
    const { model, k, random } = setting;
    const tried = nearestTo(setting, NEAR * k).map((near) =>
      setsOfNearest(random, near, k, TRIED).map(lastFirst),
    );
    const prompts = tried.map((sets, index) =>
      sets.map((rows): AskedPrompt => ({ of: 'questions', index, rows })),
    );
    model.scores(prompts.flat()); // all in one batch
    return tried.map((sets, q) => sets[leastEntropy(model.probabilities(prompts[q]!))]!);
  },
};

/** Near rows that settle what the model is undecided about, up to a filter. */
const ambiguity = (upTo: AmbiguityFilter): ModelWay => ({
  name: `ambiguity, ${upTo}`,
  choose: (setting) => {
    const { subject, model, k } = setting;
    const rows = [...subject.pool.keys()];
    const predicted = bestOptions(model.scores(promptsAfter(rows, NONE)));
    const answered = rows.map((row) => ({
      gold: labelNumber(subject, row),
      predicted: predicted[row]!,
    }));
    const zeroShot = model.probabilities(
      subject.questions.map((_, index) => ({ of: 'questions', index, rows: NONE })),
    );
    return nearestTo(setting, rows.length).map((near, q) =>
      lastFirst(ambiguousRows(near, answered, likeliestTwo(zeroShot[q]!), k, upTo)),
    );
  },
});

/** Neighbours of the graph of uncertain rows: the pools here are small. */
const NEIGHBOURS = 5;

/** All rows of the pool by their uncertainty without demonstrations. */
const uncertaintyOf = <Q>({ subject: { pool }, model }: ModelSetting<Q>): number[] =>
  uncertainties(model.probabilities(promptsAfter([...pool.keys()], NONE)));

/** Rows are labelled where the model is uncertain; each question takes its nearest of them. */
const labelledByCover: ModelWay = {
  name: `nearest of ${LABELLED}, AdaICL`,
  choose: (setting) => {
    const uncertainty = uncertaintyOf(setting);
    const cover: CorpusSelector = {
      name: 'AdaICL',
      selectCorpus: (pool, budget) => ({
        rows: coverUncertain(pool, uncertainty, budget, NEIGHBOURS),
        passes: 0,
      }),
    };
    return byLooks(amongLabelled(cover)).choose(setting);
  },
};

/** The ways that choose for each question, and what they are compared with. */
export const QUESTION_WAYS = {
  noExamples,
  nearest: byLooks(CHOOSING_WAYS.cosine),
  shortestCode,
  gold: ambiguity('gold'),
  misclassified: ambiguity('misclassified'),
  predicted: ambiguity('predicted'),
  labelledAtRandom: byLooks(CHOOSING_WAYS.labelledAtRandom),
  labelledByCover,
} as const satisfies Readonly<Record<string, ModelWay>>;
