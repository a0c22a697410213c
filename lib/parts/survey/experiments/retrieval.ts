/**
 * Retrieval before an answer (notebook 37): passages that hold it, and demonstrations without a
 * marked class of words.
 * References: Ram et al. (2023, arXiv 2302.00083) for passages; Meade et al. (2023, arXiv 2302.00871)
 * for demonstrations that make answers safe; Liu et al. (2024, arXiv 2311.06668) for vectors.
 */
import { claim, type Claim } from '../../../records/rules';
import { differenceOf } from '../../../records/effects';
import { measured, type Measured } from '../../../records/measured';
import { COURSE } from '../../../records/sources';
import { compareShares, decisionBy } from '../../../records/verdicts';
import {
  RETRIEVAL_KIND,
  type RetrievalConfig,
  type RetrievalExperiment,
  type RetrievalMeasures,
} from '../retrievalkind';
import { REAL, comparedNumbers, metricAbove } from './scoringshared';

const RAM = 'Ram et al. 2023';
const MEADE = 'Meade et al. 2023';
const LIU = 'Liu et al. 2024, ICV';

/** The rule "one number in nats is below another". */
const natsBelow = comparedNumbers(REAL, 'nats', 'below', 'nats');

/** The rule "the right answer costs fewer nats after the first than after the second". */
const answersBelow = (a: string, b: string): Claim['decide'] =>
  natsBelow(a, `nats, ${a}`, b, `nats, ${b}`);

const RETRIEVERS = ['BM25', 'MiniLM'] as const;

/** Passages before a question. */
const passages = ({ several, strides, facts }: RetrievalMeasures['passages']): Claim[] => [
  claim(
    `The passage that has the answer makes it more probable than no passage (${REAL})`,
    RAM,
    answersBelow('gold', 'none'),
  ),
  ...RETRIEVERS.flatMap((retriever) => [
    claim(
      `The passage that ${retriever} finds makes the answer more probable than no passage (${REAL})`,
      RAM,
      answersBelow(retriever, 'none'),
    ),
    claim(
      `The passage that ${retriever} finds makes the answer more probable than a random one (${REAL})`,
      RAM,
      answersBelow(retriever, 'a random passage'),
    ),
    claim(
      `${several} passages that ${retriever} finds make the answer more probable than the first of ` +
        `them alone (${REAL})`,
      COURSE,
      answersBelow(`${several} by ${retriever}`, retriever),
    ),
  ]),
  claim(
    `A random passage makes the answer less probable than no passage (${REAL})`,
    COURSE,
    answersBelow('none', 'a random passage'),
  ),
  ...(['name', 'description'] as const).map((form) => {
    const [first, second] = form === 'name' ? RETRIEVERS : [RETRIEVERS[1], RETRIEVERS[0]];
    const of = (retriever: string): string => `recall@1, by ${form}, ${retriever}`;
    return claim(
      `Asked by ${form}, ${first} finds the passage more often than ${second}`,
      COURSE,
      metricAbove(REAL, [first, of(first)], [second, of(second)]),
    );
  }),
  claim(
    `In a text of ${facts} facts a passage that is retrieved before each makes them more probable ` +
      `than one that is retrieved once (${REAL})`,
    RAM,
    natsBelow(
      'before each',
      `nats of facts, every ${Math.min(...strides)}`,
      'once',
      `nats of facts, every ${Math.max(...strides)}`,
    ),
  ),
];

/** The rule "a colour is more probable so than so", with numbers of demonstrations. */
const colourAbove =
  (
    [a, x, n]: readonly [string, string, number],
    [b, y, m]: readonly [string, string, number],
  ): Claim['decide'] =>
  (records) => {
    const of = (metric: string, at: number): Measured => measured(records, REAL, { metric, n: at });
    return compareShares(a, of(x, n), b, of(y, m));
  };

/** Numbers of demonstrations at which ways to choose them are compared, and the vector's strength. */
const [CHOSEN, STRENGTH] = [4, 0.01];

/** Demonstrations without a marked class. */
const colours = ({ shown }: RetrievalMeasures['colours']): Claim[] => {
  const [few, most] = [Math.min(...shown), Math.max(...shown)];
  return [
    claim(
      `After ${most} demonstrations without a colour a colour is less probable than after none (${REAL})`,
      MEADE,
      colourAbove(['none', 'colour', 0], [`${most}`, 'colour, random', most]),
    ),
    claim(
      `${CHOSEN} nearest demonstrations without a colour make it less probable than ${CHOSEN} random ` +
        `ones (${REAL})`,
      MEADE,
      colourAbove(['random', 'colour, random', CHOSEN], ['nearest', 'colour, nearest', CHOSEN]),
    ),
    claim(
      `${most} demonstrations without a colour make it less probable than ${few} (${REAL})`,
      MEADE,
      colourAbove([`${few}`, 'colour, random', few], [`${most}`, 'colour, random', most]),
    ),
    claim(
      `${most} demonstrations with a colour make it more probable than ${most} without (${REAL})`,
      COURSE,
      colourAbove(['with', 'colour, coloured', most], ['without', 'colour, random', most]),
    ),
    claim(
      `A vector of strength ${STRENGTH} from sentences with and without a colour makes it less ` +
        `probable (${REAL})`,
      LIU,
      (records) =>
        compareShares(
          'without it',
          measured(records, REAL, { metric: 'colour', n: 0 }),
          'with it',
          measured(records, REAL, { metric: `colour, vector, strength ${STRENGTH}` }),
        ),
    ),
    claim(
      `That vector makes sentences that have nothing to do with colours less probable (${REAL})`,
      COURSE,
      (records) => {
        const cost = measured(records, REAL, { metric: `cost, vector, strength ${STRENGTH}` });
        const effect = differenceOf(cost, 0, 'nats', { bound: 0, claimed: 'above' });
        return decisionBy(effect, 'cost in nats a token: ');
      },
    ),
  ];
};

const quick: RetrievalConfig = {
  seeds: 5,
  begin: '<|endoftext|>',
  measures: {
    passages: {
      passages: 64,
      questions: 20,
      options: 8,
      several: 4,
      texts: 8,
      facts: 6,
      strides: [1, 2, 3, 6],
      queryWords: [2, 5, 8, 16, 32],
      query: 5,
    },
    colours: {
      pool: 48,
      shown: [1, 2, 4, 8],
      beginnings: 24,
      pairs: 16,
      strengths: [0.005, STRENGTH],
    },
  },
};

/** Retrieval before an answer. */
export const RETRIEVAL: RetrievalExperiment = {
  name: 'survey-retrieval',
  notebook: '37',
  claim:
    'A passage that is retrieved before the question makes a frozen model answer rightly, and ' +
    'retrieved demonstrations lower a marked class of words.',
  source: RAM,
  variants: [{ key: 'smollm2', name: REAL, model: 'smollm2', seeds: 3 }],
  kind: RETRIEVAL_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      seeds: 10,
      measures: {
        passages: { ...quick.measures.passages, passages: 256, questions: 200, texts: 64 },
        colours: { ...quick.measures.colours, shown: [1, 2, 4, 8, 16] },
      },
    },
  },
  claims: ({ measures }) => [...passages(measures.passages), ...colours(measures.colours)],
};
