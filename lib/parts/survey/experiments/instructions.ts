/**
 * Instructions (notebook 28): what one is worth, how well a model guesses one from demonstrations, and
 * how soon a search finds the best of several.
 * References: Honovich et al. (2022, arXiv 2205.10782); Zhou et al. (2022, arXiv 2211.01910, APE);
 * Jamieson and Talwalkar (2016, arXiv 1502.07943).
 */
import { measured } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import {
  INSTRUCTIONS_KIND,
  type InstructionsConfig,
  type InstructionsExperiment,
} from '../instructionskind';
import type { SearchSizes } from '../searchmeasures';
import {
  EXACT_ANSWER,
  REAL,
  SCORED_ON_THREE,
  SMALL_MODEL,
  asItIs,
  metricAbove,
  shareAbove,
} from './scoringshared';

const HONOVICH = 'Honovich et al. 2022';
const ZHOU = 'Zhou et al. 2022, APE';
const JAMIESON = 'Jamieson and Talwalkar 2016';

/** The rule "answers of SmolLM2 are right more often after the first context". */
const contextAbove = (a: string, b: string): Claim['decide'] =>
  metricAbove(REAL, [a, `accuracy, ${a}`], [b, `accuracy, ${b}`]);

/** The rule "after n evaluations the best so far of the first search is worth more". */
const searchAbove = (model: string, n: number, metric: string, a: string, b: string) =>
  shareAbove(model, n, [a, asItIs(`${metric}, ${a}`)], [b, asItIs(`${metric}, ${b}`)]);

/** A number after k demonstrations, and one of another place. */
interface Place {
  readonly name: string;
  readonly variant: string;
  readonly metric: string;
  /** Left out: it is of no number of demonstrations. */
  readonly n?: number;
}

/** The rule "the first share is above the second, less a margin", of any two places. */
const placeAbove =
  (a: Place, b: Place, margin = 0): Claim['decide'] =>
  (records) => {
    const of = ({ variant, metric, n }: Place) =>
      measured(records, variant, n === undefined ? { metric } : { metric, n });
    return compareShares(a.name, of(a), b.name, of(b), margin);
  };

/** What instructions and demonstrations are worth to SmolLM2. */
const worth = (shown: number): Claim[] => [
  ...(['plain', 'chat'] as const).map((form) =>
    claim(
      `Answers are right more often after the instruction of their task than without one (${REAL}, ` +
        `${form})`,
      COURSE,
      contextAbove(`right, ${form}`, `none, ${form}`),
    ),
  ),
  claim(
    `Answers are right more often after the instruction of their task than after that of another ` +
      `task on the same words (${REAL}, plain)`,
    COURSE,
    contextAbove('right, plain', 'other, plain'),
  ),
  claim(
    `An instruction gives more right answers in a conversation than in a plain text (${REAL})`,
    COURSE,
    contextAbove('right, chat', 'right, plain'),
  ),
  claim(
    `${shown} demonstrations give more right answers than the instruction (${REAL}, plain)`,
    COURSE,
    contextAbove('demonstrations, plain', 'right, plain'),
  ),
  claim(
    `The instruction before ${shown} demonstrations gives more right answers than these alone ` +
      `(${REAL}, plain)`,
    COURSE,
    contextAbove('demonstrations and right, plain', 'demonstrations, plain'),
  ),
];

/** Instructions that SmolLM2 guesses. */
const guessed = (k: number): Claim[] => {
  const after: Place = {
    name: 'guessed',
    variant: REAL,
    metric: 'accuracy, guessed after other tasks',
    n: k,
  };
  const of = (name: string): Place => ({
    name,
    variant: REAL,
    metric: `accuracy, ${name}, plain`,
  });
  return [
    claim(
      `Answers are right more often after an instruction that the model guessed from ${k} ` +
        `demonstrations than without an instruction (${REAL})`,
      HONOVICH,
      placeAbove(after, of('none')),
    ),
    claim(
      `Answers are right more often after the instruction of a person than after one that the model ` +
        `guessed from ${k} demonstrations (${REAL})`,
      HONOVICH,
      placeAbove(of('right'), after),
    ),
  ];
};

/** Searches among instructions that SmolLM2 wrote. */
const searched = (n: number): Claim[] => [
  claim(
    `After ${n} evaluations the best instruction so far is worth more with UCB than with uniform ` +
      `evaluations (${REAL})`,
    COURSE,
    searchAbove(REAL, n, 'value', 'UCB', 'uniform'),
  ),
  claim(
    `After ${n} evaluations the best instruction so far is worth more with successive halving than ` +
      `with uniform evaluations (${REAL})`,
    JAMIESON,
    searchAbove(REAL, n, 'value', 'successive halving', 'uniform'),
  ),
  claim(
    `The best of the instructions that the model wrote gives more right answers to new questions than ` +
      `they do on average (${REAL})`,
    ZHOU,
    contextAbove('best candidate', 'mean candidate'),
  ),
  claim(
    `The best of the instructions that the model wrote gives at most 5 in 100 fewer right answers ` +
      `than that of a person (${REAL}, plain)`,
    ZHOU,
    placeAbove(
      { name: 'best candidate', variant: REAL, metric: 'accuracy, best candidate' },
      { name: 'person', variant: REAL, metric: 'accuracy, right, plain' },
      0.05,
    ),
  ),
];

/** Guesses in TaskWorld. */
const guessedInWorld = (few: number, most: number): Claim[] => {
  const at = (variant: string, mapping: string, n: number, name = variant): Place => ({
    name,
    variant,
    metric: `rule guessed, ${mapping}`,
    n,
  });
  return [
    claim(
      `The likeliest instruction names the rule of the task more often after ${most} demonstrations ` +
        `than after ${few} (${SMALL_MODEL}, arbitrary labels)`,
      COURSE,
      placeAbove(
        at(SMALL_MODEL, 'arbitrary', most, `${most}`),
        at(SMALL_MODEL, 'arbitrary', few, `${few}`),
      ),
    ),
    claim(
      `The instruction that is likeliest to the small model after ${most} demonstrations names the ` +
        `rule at most 5 in 100 times less often than that of ${EXACT_ANSWER} (arbitrary labels)`,
      COURSE,
      placeAbove(at(SMALL_MODEL, 'arbitrary', most), at(EXACT_ANSWER, 'arbitrary', most), 0.05),
    ),
    claim(
      `The likeliest instruction before ${most} demonstrations gives more right answers than these ` +
        `alone (${SMALL_MODEL}, arbitrary labels)`,
      COURSE,
      shareAbove(
        SMALL_MODEL,
        most,
        ['with it', asItIs('accuracy, demonstrations and guessed, arbitrary')],
        ['without', asItIs('accuracy, demonstrations, arbitrary')],
      ),
    ),
  ];
};

/** A search in TaskWorld. */
const searchedInWorld = (n: number): Claim =>
  claim(
    `After ${n} evaluations the best so far is the right rule more often with UCB than with uniform ` +
      `evaluations (${SMALL_MODEL})`,
    COURSE,
    searchAbove(SMALL_MODEL, n, 'right rule', 'UCB', 'uniform'),
  );

/** The first budget of at least a share of the largest. */
const budgetAt = ({ budgets }: SearchSizes, share: number): number =>
  budgets.find((budget) => budget >= share * Math.max(...budgets))!;

const quick: InstructionsConfig = {
  seeds: 5,
  measures: {
    words: {
      kinds: ['animal', 'property', 'country'],
      trainRows: 12,
      testRows: 12,
      shown: 5,
      guessedFrom: [1, 5, 10],
      longest: 12,
      sets: 2,
      drawn: 4,
      temperature: 0.9,
      budgets: [8, 16, 24, 32, 48, 64, 96],
      replays: 50,
      exploration: 0.25,
    },
    world: {
      tasks: 24,
      each: 8,
      ks: [1, 2, 4, 8],
      rows: 32,
      budgets: [12, 24, 48, 96, 192, 384],
      replays: 20,
      exploration: 0.25,
    },
  },
};

const full: InstructionsConfig = {
  seeds: 10,
  measures: {
    words: { ...quick.measures.words, sets: 6, replays: 200 },
    world: { ...quick.measures.world, tasks: 100, each: 25, replays: 50 },
  },
};

/** Instructions, guessed and searched. */
export const INSTRUCTIONS: InstructionsExperiment = {
  name: 'survey-instructions',
  notebook: '28',
  claim:
    'An instruction tells a model which task is meant; a model can guess one from demonstrations, ' +
    'and a search finds the best of several.',
  source: HONOVICH,
  variants: SCORED_ON_THREE,
  kind: INSTRUCTIONS_KIND,
  profiles: { quick, full },
  claims: ({ measures: { words, world } }) => [
    ...worth(words.shown),
    ...guessed(Math.max(...words.guessedFrom)),
    ...searched(budgetAt(words, 1 / 3)),
    ...guessedInWorld(Math.min(...world.ks), Math.max(...world.ks)),
    searchedInWorld(budgetAt(world, 1 / 8)),
  ],
};
