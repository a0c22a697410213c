/**
 * Three biases of direct scores, and what calibrations make of them (notebook 22).
 * References: Zhao et al. (2021, arXiv 2102.09690) for the biases and contextual calibration; Fei et
 * al. (2023, arXiv 2305.19148), Zhou et al. (2024, arXiv 2309.17249), Holtzman et al. (2021, arXiv
 * 2104.08315) and Han et al. (2022, arXiv 2205.10183) for the others.
 */
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { BIASES } from '../biasmeasures';
import { CALIBRATORS } from '../scoring/calibrators';
import { BIAS_KIND, type ScoringExperiment } from '../scoringkinds';
import {
  REAL,
  SCORED,
  SCORED_TASKS,
  SMALL_MODEL,
  asItIs,
  shareAbove,
  sizeOfBias,
} from './scoringshared';

const ZHAO = 'Zhao et al. 2021';
const { raw, contextual, domain, batch, pmi, prototypical } = CALIBRATORS;

/** Calibrations with the source that proposes each. */
const PROPOSED = [
  [contextual.name, ZHAO],
  [domain.name, 'Fei et al. 2023'],
  [batch.name, 'Zhou et al. 2024'],
  [pmi.name, 'Holtzman et al. 2021'],
  [prototypical.name, 'Han et al. 2022'],
] as const;

const NOTHING = ['no bias', () => 0] as const;

/** The claims on one model. */
const claimsOf = (model: string, n: number): Claim[] => {
  const where = `(${model}, ${n} demonstrations)`;
  return [
    ...BIASES.map((bias) =>
      claim(
        `${
          {
            majority: 'Answers favour the label with seven of eight demonstrations',
            recency: 'Answers favour the label whose four demonstrations stand last',
            'common word': 'Answers favour the label that is the commoner word',
          }[bias]
        } ${where}`,
        `${ZHAO}, section 4`,
        shareAbove(model, n, ['favoured', asItIs(`bias, ${bias}, ${raw.name}`)], NOTHING),
      ),
    ),
    ...BIASES.flatMap((bias) =>
      PROPOSED.map(([name, source]) =>
        claim(
          `Calibration makes the bias smaller: ${name}, ${bias} ${where}`,
          source,
          shareAbove(
            model,
            n,
            ['raw', sizeOfBias(`bias, ${bias}, ${raw.name}`)],
            [name, sizeOfBias(`bias, ${bias}, ${name}`)],
          ),
        ),
      ),
    ),
    ...PROPOSED.map(([name, source]) =>
      claim(
        `Calibration raises the accuracy where seven of eight demonstrations have one label: ` +
          `${name} ${where}`,
        source,
        shareAbove(
          model,
          n,
          [name, asItIs(`accuracy, majority, ${name}`)],
          ['raw', asItIs(`accuracy, majority, ${raw.name}`)],
        ),
      ),
    ),
    claim(
      `Batch calibration makes the probabilities of the answers more reliable ${where}`,
      COURSE,
      shareAbove(
        model,
        n,
        ['raw', asItIs(`calibration error, balanced, ${raw.name}`)],
        ['batch', asItIs(`calibration error, balanced, ${batch.name}`)],
      ),
    ),
    claim(
      `Batch calibration lowers the accuracy where seven of eight questions have one answer ${where}`,
      COURSE,
      shareAbove(
        model,
        n,
        ['raw', asItIs(`accuracy, uneven questions, balanced, ${raw.name}`)],
        ['batch', asItIs(`accuracy, uneven questions, balanced, ${batch.name}`)],
      ),
    ),
    ...[contextual.name, batch.name].map((name) =>
      claim(
        `Calibration makes the accuracy depend less on the template: ${name} ${where}`,
        ZHAO,
        shareAbove(
          model,
          n,
          ['raw', asItIs(`spread over templates, ${raw.name}`)],
          [name, asItIs(`spread over templates, ${name}`)],
        ),
      ),
    ),
  ];
};

/** Biases and calibration. */
export const CALIBRATION: ScoringExperiment = {
  name: 'survey-calibration',
  notebook: '22',
  claim:
    'A model prefers labels that have more demonstrations, stand last or are common words; what it ' +
    'prefers can be measured without labels and taken out of its scores.',
  source: ZHAO,
  variants: SCORED,
  kind: BIAS_KIND,
  profiles: {
    quick: SCORED_TASKS,
    full: {
      ...SCORED_TASKS,
      measures: { n: 16, contexts: 8, worldContexts: 64, each: 100 },
      seeds: 10,
    },
  },
  claims: ({ measures: { n } }) => [REAL, SMALL_MODEL].flatMap((model) => claimsOf(model, n)),
};
