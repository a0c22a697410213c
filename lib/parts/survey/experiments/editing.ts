/**
 * Changing what a model knows (notebook 37): new capitals of countries, told in the context, or put
 * into adapters by gradient steps.
 * References: Zheng et al. (2023, arXiv 2305.12740, IKE); Si et al. (2023, arXiv 2210.09150).
 */
import { argMax } from '../../../core/numerics';
import { mean } from '../../../evaluation/statistics';
import { measured, valuesIn, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import { EDITING_KIND, type EditingConfig, type EditingExperiment } from '../editingkind';
import { gradientWay, type EditingMeasures } from '../editingmeasures';
import { REAL, metricAbove } from './scoringshared';

const IKE = 'Zheng et al. 2023, IKE';

const of = (records: readonly ResultRecord[], metric: string, way: string): Measured =>
  measured(records, REAL, { metric: `${metric}, ${way}` });

/** The rate with the highest efficacy, a mean over seeds; of equal ones the smallest. */
function bestRate(records: readonly ResultRecord[], rates: readonly number[]): string {
  const ways = [...rates].sort((a, b) => a - b).map((rate) => gradientWay(rate));
  const shares = ways.map((way) => mean(valuesIn(of(records, 'efficacy', way))));
  return ways[argMax(shares)]!;
}

/** The rule "the share of IKE is above that of the rate with the highest efficacy". */
const aboveBestRate =
  (metric: string, rates: readonly number[], margin = 0): Claim['decide'] =>
  (records) => {
    const best = bestRate(records, rates);
    return compareShares(
      'IKE',
      of(records, metric, 'IKE'),
      best,
      of(records, metric, best),
      margin,
    );
  };

/** The rule "the share is larger by the first way". */
const wayAbove = (metric: string, a: string, b: string): Claim['decide'] =>
  metricAbove(REAL, [a, `${metric}, ${a}`], [b, `${metric}, ${b}`]);

const BEST = 'the gradient steps whose rate has the highest efficacy';

const claims = ({ rates, paraphrasedRate }: EditingMeasures): Claim[] => [
  claim(
    `IKE edits at most 5 of 100 facts less often than ${BEST} (${REAL})`,
    IKE,
    aboveBestRate('efficacy', rates, 0.05),
  ),
  claim(
    `After IKE more neighbours keep their answers than after ${BEST} (${REAL})`,
    IKE,
    aboveBestRate('specificity', rates),
  ),
  claim(
    `IKE edits answers to paraphrases more often than ${BEST} (${REAL})`,
    IKE,
    aboveBestRate('generalisation', rates),
  ),
  claim(`The new fact alone turns more than half of the answers (${REAL})`, COURSE, (records) =>
    compareShares('the new fact', of(records, 'efficacy', 'new fact'), 'asked', 0.5),
  ),
  claim(
    `Demonstrations that retain let more neighbours keep their answers (${REAL})`,
    IKE,
    wayAbove('specificity', 'IKE', 'IKE without retain'),
  ),
  claim(
    `After gradient steps of the smallest learning rate more neighbours keep their answers than ` +
      `after those of the largest (${REAL})`,
    COURSE,
    wayAbove('specificity', gradientWay(Math.min(...rates)), gradientWay(Math.max(...rates))),
  ),
  claim(
    `Gradient steps that also take paraphrases edit answers to other paraphrases more often ` +
      `(${REAL}, rate ${paraphrasedRate})`,
    COURSE,
    wayAbove('generalisation', gradientWay(paraphrasedRate, true), gradientWay(paraphrasedRate)),
  ),
];

const quick: EditingConfig = {
  seeds: 5,
  measures: {
    edits: 10,
    neighbours: 6,
    demonstrations: { copy: 1, update: 3, retain: 4 },
    withoutRetain: { copy: 2, update: 6, retain: 0 },
    adapters: { rank: 8, alpha: 16 },
    steps: 8,
    rates: [1e-4, 5e-4, 1e-3],
    paraphrasedRate: 5e-4,
  },
};

/** Edits of facts. */
export const EDITING: EditingExperiment = {
  name: 'survey-editing',
  notebook: '37',
  claim:
    'A fact told in the context turns the answer of a model and leaves what it knows of others.',
  source: IKE,
  variants: [{ key: 'smollm2', name: REAL, model: 'smollm2', seeds: 3 }],
  kind: EDITING_KIND,
  profiles: {
    quick,
    full: { ...quick, seeds: 10, measures: { ...quick.measures, edits: 12, neighbours: 8 } },
  },
  claims: ({ measures }) => claims(measures),
};
