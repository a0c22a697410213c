/**
 * Whether measures of likeness tell in-context learning that is gradient descent from what cannot be
 * (notebook 36).
 * References: Dai et al. (2023, arXiv 2212.10559), who propose them; Deutch et al. (2024, arXiv
 * 2311.07772), who find them high for untrained models too.
 */
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import {
  SIMILARITY_KIND,
  type SimilarityConfig,
  type SimilarityExperiment,
  type SimilarityVariant,
} from '../similaritykind';
import { COMPARED_MAPPINGS } from '../similaritymeasures';
import { SMALL_MODEL, metricAbove, numbersCompared } from './scoringshared';

const DAI = 'Dai et al. 2023';
const DEUTCH = 'Deutch et al. 2024';

const UNTRAINED = 'small model, untrained';

const VARIANTS: readonly SimilarityVariant[] = [
  { key: 'small', name: SMALL_MODEL, model: 'small' },
  { key: 'untrained', name: UNTRAINED, model: 'untrained' },
];

const QUICK: SimilarityConfig = {
  seeds: 3,
  measures: { tasks: 8, shown: 4, asked: 4, rate: 0.1 },
};

/** The rule that one number is above another, of models each. */
const above = (
  [a, model, metric]: readonly [string, string, string],
  [b, other, second]: readonly [string, string, string],
): Claim['decide'] =>
  numbersCompared(
    'number',
    'above',
    '(cosine)',
  )([a, model, { metric }], [b, other, { metric: second }]);

const ofMapping = (mapping: (typeof COMPARED_MAPPINGS)[number]): Claim[] => {
  const [right, random, others, control] = [
    `SimAOU, right labels, ${mapping}`,
    `SimAOU, random labels, ${mapping}`,
    `SimAOU, another task, ${mapping}`,
    `SimAOU, random update, ${mapping}`,
  ] as const;
  const where = `(${mapping} labels)`;
  return [
    claim(
      `In-context learning changes what attention writes more like fine-tuning than like a random ` +
        `update: SimAOU ${where}`,
      DAI,
      above(['fine-tuning', SMALL_MODEL, right], ['random update', SMALL_MODEL, control]),
    ),
    claim(
      `The same is so in a model that was never trained ${where}`,
      DEUTCH,
      above(['fine-tuning', UNTRAINED, right], ['random update', UNTRAINED, control]),
    ),
    claim(
      `SimAOU is higher in the trained model than in the untrained one ${where}`,
      COURSE,
      above(['trained', SMALL_MODEL, right], ['untrained', UNTRAINED, right]),
    ),
    claim(
      `SimAOU is higher for fine-tuning on right labels than on random ones ${where}`,
      COURSE,
      above(['right labels', SMALL_MODEL, right], ['random labels', SMALL_MODEL, random]),
    ),
    claim(
      `SimAOU is higher for fine-tuning on the same task than on another one ${where}`,
      COURSE,
      above(['same task', SMALL_MODEL, right], ['another task', SMALL_MODEL, others]),
    ),
    claim(
      `Fine-tuning brings the scores of attention nearer to those in context than they were: SimAM ` +
        where,
      DAI,
      above(
        ['after fine-tuning', SMALL_MODEL, `SimAM, right labels, ${mapping}`],
        ['before', SMALL_MODEL, `SimAM, no update, ${mapping}`],
      ),
    ),
    claim(
      `SimAM is higher in the trained model than in the untrained one ${where}`,
      COURSE,
      above(
        ['trained', SMALL_MODEL, `SimAM, right labels, ${mapping}`],
        ['untrained', UNTRAINED, `SimAM, right labels, ${mapping}`],
      ),
    ),
    claim(
      `Of the questions that fine-tuning sets right, in-context learning sets more right than of all ` +
        `that were missed: Rec2FTP ${where}`,
      DAI,
      metricAbove(
        SMALL_MODEL,
        ['Rec2FTP', `Rec2FTP, right labels, ${mapping}`],
        ['of all that were missed', `missed before, right in context, ${mapping}`],
      ),
    ),
  ];
};

export const SIMILARITY: SimilarityExperiment = {
  name: 'survey-similarity',
  notebook: '36',
  claim:
    'Measures of likeness between in-context learning and fine-tuning are far above those of a random ' +
    'update, also where a model cannot learn in context.',
  source: `${DAI}; ${DEUTCH}`,
  variants: VARIANTS,
  kind: SIMILARITY_KIND,
  profiles: {
    quick: QUICK,
    full: { seeds: 3, measures: { ...QUICK.measures, tasks: 256, asked: 16 } },
  },
  claims: () => COMPARED_MAPPINGS.flatMap(ofMapping),
};
