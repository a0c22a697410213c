/**
 * What notebook 39 puts together: a language model that has read about things it never saw, and a
 * classifier that has seen pictures of them and read nothing.
 */
import { levelOf } from '../../../records/effects';
import { measured } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares, decisionBy } from '../../../records/verdicts';
import { namedRight } from '../captionmeasures';
import {
  CAPTION_PARTS_KIND,
  type CaptionPartsConfig,
  type CaptionPartsExperiment,
} from '../captionpartskind';

/** How the two are called. */
export const [READER, CLASSIFIER] = ['reader of texts', 'classifier of motifs'] as const;

const claims = ({ measures: { ks } }: CaptionPartsConfig): Claim[] => [
  claim(
    `In text the reader gives the right one of two names, each given ${ks.at(-1)!} times, in more than ` +
      `nine of ten prompts`,
    COURSE,
    (records) =>
      decisionBy(
        levelOf(
          measured(records, READER, { metric: namedRight('seen'), n: ks.at(-1)! }),
          { bound: 0.9, claimed: 'above' },
          'level',
        ),
        'right names, ',
      ),
  ),
  claim(
    'The reader says where things belong more often from words of detail of which texts have told it ' +
      'than of others',
    COURSE,
    (records) => {
      const of = (which: string) =>
        measured(records, READER, { metric: `right, belongs, told of ${which}` });
      return compareShares('told', of('words of detail'), 'others', of('names alone'));
    },
  ),
];

const quick: CaptionPartsConfig = {
  size: { width: 64, layers: 3, heads: 4, mlpRatio: 4 },
  training: { steps: 700, batch: 32, learningRate: 3e-3, length: 31, naming: 0.6, logEvery: 20 },
  classifierSteps: 400,
  seeds: 3,
  watchEvery: 100,
  measures: { ks: [1, 2, 3], prompts: 256, pictures: 256, watched: 96 },
};

/** A larger reader; the sources take language models of 7 and of 70 billion weights. */
const full: CaptionPartsConfig = {
  ...quick,
  size: { width: 256, layers: 6, heads: 8, mlpRatio: 4 },
  training: { ...quick.training, steps: 4000, batch: 64, learningRate: 1e-3, length: 61 },
  classifierSteps: 2000,
  seeds: 5,
  measures: { ks: [1, 2, 3, 5], prompts: 1024, pictures: 1024, watched: 256 },
};

/** The parts. */
export const CAPTION_PARTS: CaptionPartsExperiment = {
  name: 'survey-caption-parts',
  notebook: '39',
  claim: 'A language model learns from text alone to give names that it was given in context.',
  source: COURSE,
  variants: [
    { key: 'language', name: READER, part: 'language' },
    { key: 'classifier', name: CLASSIFIER, part: 'classifier' },
  ],
  weights: ['language', 'classifier'],
  weightSeeds: 3,
  kind: CAPTION_PARTS_KIND,
  profiles: { quick, full },
  claims,
};
