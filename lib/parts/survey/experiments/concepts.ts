/**
 * Documents with a hidden concept (notebook 35): a decoder that is trained on them, beside the exact
 * answer of the mixture of hidden Markov models that wrote them.
 * Reference: Xie et al. (2022, arXiv 2111.02080).
 */
import { differenceOf, levelOf, ratioOf } from '../../../records/effects';
import { measured, seedwise, type Measured, type Where } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares, decisionBy } from '../../../records/verdicts';
import { EXACT_CONCEPTS, PRIOR_KEPT } from '../conceptmeasures';
import { CONCEPTS_KIND, type ConceptsConfig, type ConceptsExperiment } from '../conceptskind';
import { CONCEPTS, GINC } from '../inference/concepts';

const DECODER = 'decoder of concepts';
const XIE = 'Xie et al. 2022';

/** The rule "a share of a variant is larger in one place than in another". */
const placesCompared =
  (variant: string, [a, x]: readonly [string, Where], [b, y]: readonly [string, Where]) =>
  (records: Parameters<Claim['decide']>[0]) =>
    compareShares(a, measured(records, variant, x), b, measured(records, variant, y));

/** The rule that a variant's divergence from the exact answer is below another one's. */
const nearerThanPrior =
  (where: Where): Claim['decide'] =>
  (records) =>
    decisionBy(
      ratioOf(measured(records, DECODER, where), measured(records, PRIOR_KEPT, where)),
      'divergence of the decoder over that of concepts at their prior: ',
    );

/** By how much more examples raise a share, from the fewest to the most. */
const gain = (
  records: Parameters<Claim['decide']>[0],
  variant: string,
  metric: string,
  [few, many]: readonly [number, number],
): Measured =>
  seedwise(
    (after, before) => after! - before!,
    measured(records, variant, { metric, n: many }),
    measured(records, variant, { metric, n: few }),
  );

const claims = ({ measures: { ks, lengths } }: ConceptsConfig): Claim[] => {
  const [few, many] = [ks[0]!, ks.at(-1)!];
  const [short, long] = [lengths[0]!, lengths.at(-1)!];
  const middle = lengths[lengths.length >> 1]!;
  const accuracy = (length: number, rest = ''): string => `accuracy, length ${length}${rest}`;
  const shown = (n: number): string => (n === 0 ? 'no examples' : `${n} examples`);
  return [
    ...[EXACT_CONCEPTS, DECODER].map((who) =>
      claim(
        `After ${shown(many)} of ${middle} tokens more prompts are answered right than after ` +
          `${shown(few)} (${who})`,
        XIE,
        placesCompared(
          who,
          [shown(many), { metric: accuracy(middle), n: many }],
          [shown(few), { metric: accuracy(middle), n: few }],
        ),
      ),
    ),
    ...[EXACT_CONCEPTS, DECODER].map((who) =>
      claim(
        `After ${shown(many)} of ${long} tokens more prompts are answered right than after as many ` +
          `of ${short} (${who})`,
        XIE,
        placesCompared(
          who,
          [`${long} tokens`, { metric: accuracy(long), n: many }],
          [`${short} tokens`, { metric: accuracy(short), n: many }],
        ),
      ),
    ),
    claim(
      `Examples raise the share of right answers by less where the concept was not in training ` +
        `(${DECODER}, ${middle} tokens)`,
      XIE,
      (records) => {
        const of = (rest: string): Measured =>
          gain(records, DECODER, accuracy(middle, rest), [few, many]);
        return compareShares('seen concepts', of(''), 'unseen ones', of(', unseen concept'));
      },
    ),
    claim(
      `In documents the decoder is nearer to the exact answer than one whose concepts keep their ` +
        `prior`,
      XIE,
      nearerThanPrior({ metric: 'divergence in documents' }),
    ),
    claim(
      `The same in prompts with ${shown(many)} of ${middle} tokens`,
      XIE,
      nearerThanPrior({ metric: `divergence, length ${middle}`, n: many }),
    ),
    claim(
      `In prompts of ${many} examples of ${middle} tokens the decoder is further from the exact ` +
        `answer than in documents`,
      COURSE,
      (records) =>
        decisionBy(
          differenceOf(
            measured(records, DECODER, { metric: `divergence, length ${middle}`, n: many }),
            measured(records, DECODER, { metric: 'divergence in documents' }),
            'nats',
          ),
          'divergence in prompts less that in documents: ',
        ),
    ),
    claim(
      'The order of the examples changes more answers of the decoder than of the exact answer',
      XIE,
      (records) => {
        const of = (who: string): Measured =>
          measured(records, who, { metric: 'answers that change with the order' });
        return compareShares('decoder', of(DECODER), 'exact answer', of(EXACT_CONCEPTS));
      },
    ),
    claim(
      `After ${shown(many)} of ${long} tokens the exact answer gives the true concept a probability ` +
        `above 0.95`,
      XIE,
      (records) =>
        decisionBy(
          levelOf(
            measured(records, EXACT_CONCEPTS, {
              metric: `probability of the concept, length ${long}`,
              n: many,
            }),
            { bound: 0.95, claimed: 'above' },
            'level',
          ),
          'probability, ',
        ),
    ),
  ];
};

const quick: ConceptsConfig = {
  world: CONCEPTS,
  size: { width: 64, layers: 3, heads: 4, mlpRatio: 4 },
  training: { steps: 1200, batch: 32, learningRate: 3e-3, length: 96, logEvery: 20 },
  seeds: 3,
  watchEvery: 200,
  measures: {
    ks: [0, 1, 2, 4, 8],
    lengths: [3, 5, 8],
    prompts: 96,
    documents: 48,
    tokens: 96,
    watched: 24,
    reordered: 32,
    orders: 6,
    orderedExamples: 4,
    orderedLength: 5,
  },
};

/** GINC's sizes, and the middle one of the paper's three models. */
const full: ConceptsConfig = {
  ...quick,
  world: GINC,
  size: { width: 768, layers: 12, heads: 12, mlpRatio: 4 },
  training: { steps: 6000, batch: 8, learningRate: 8e-4, length: 1024, warmUp: 0.17, logEvery: 50 },
  seeds: 5,
  watchEvery: 500,
  measures: {
    ...quick.measures,
    ks: [0, 1, 2, 4, 8, 16, 32, 64],
    lengths: [3, 5, 8, 10],
    prompts: 512,
    documents: 64,
    tokens: 1024,
    reordered: 128,
    orders: 10,
  },
};

/** Documents with a hidden concept. */
export const CONCEPT_DOCUMENTS: ConceptsExperiment = {
  name: 'survey-concepts',
  notebook: '35',
  claim:
    'A decoder that is trained to predict documents with a hidden concept infers the concept of a ' +
    'prompt of independent examples, as the exact answer does.',
  source: XIE,
  variants: [{ key: 'decoder', name: DECODER }],
  weights: ['decoder'],
  kind: CONCEPTS_KIND,
  profiles: { quick, full },
  claims,
};
